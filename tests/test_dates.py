"""When an article appeared, and which stamps are not believed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.boilerplate import body_spans, classify
from dedup.dates import dates, latest_years, parse_published, stated, trusted, trusted_dates
from dedup.model import Document

SEEDS = Path(__file__).parent.parent / "seeds"


def page(id_, text, **fields):
    lines = classify(text)
    return {id_: dates(Document(id_, text, **fields), lines, body_spans(text, lines, ()))}


def seed(number):
    (path,) = SEEDS.glob(f"{number}_*.txt")
    text = path.read_bytes().decode()
    return text, classify(text), page(number, text)


@pytest.mark.parametrize(
    ("value", "start"),
    [
        ("2025-04-15 09:00:22", "2025-04-15T09:00:22+00:00"),
        ("2024-05-16T09:30:00Z", "2024-05-16T09:30:00+00:00"),
        ("2024-05-16T09:30:00+02:00", "2024-05-16T09:30:00+02:00"),
        ("2024-05-16", "2024-05-16T00:00:00+00:00"),
        ("Thu, 16 May 2024 10:00:00 GMT", "2024-05-16T10:00:00+00:00"),
        ("Published 11:34 PM EST Nov 19, 2019", "2019-11-19T23:34:00-05:00"),
        ("Xinhua | Updated: 2017-09-15 17:52", "2017-09-15T17:52:00+00:00"),
        ("Sept. 5, 2019", "2019-09-05T00:00:00+00:00"),
        ("16. Mai 2024", "2024-05-16T00:00:00+00:00"),
        ("16 de mayo de 2024", "2024-05-16T00:00:00+00:00"),
        ("15.04.2016", "2016-04-15T00:00:00+00:00"),
        ("2024年5月16日", "2024-05-16T00:00:00+00:00"),
    ],
)
def test_dates_as_papers_print_them(value, start):
    assert parse_published(value).start.isoformat() == start


@pytest.mark.parametrize(
    "value", [None, "", "yesterday", "03/04/2024", "2024-13-40", "2024", "0000-00-00", "9" * 10_000]
)
def test_what_is_no_date_is_none(value):
    assert parse_published(value) is None


def test_a_date_without_a_time_is_a_whole_day():
    stamp = parse_published("May 16, 2024")
    assert stamp.end - stamp.start == timedelta(days=1)


def test_datetimes_keep_their_zone_and_naive_ones_are_utc():
    assert parse_published(datetime(2024, 5, 16, 9)).start == datetime(2024, 5, 16, 9, tzinfo=UTC)


@given(st.text(max_size=60))
def test_any_text_is_parsed_without_error(text):
    stamp = parse_published(text)
    assert stamp is None or (stamp.start <= stamp.end and stamp.start.tzinfo)


def test_years_in_sums_and_counts_are_no_years():
    assert latest_years("It cost $2050, and 2024 people of the 2030s saw 2,027 cars and 2026.5 in 2019.") == (2019,)
    assert latest_years("none") == ()


def test_the_scrapers_date_of_seed_001_is_read_and_not_believed():
    text, lines, dated = seed("001")
    assert stated(text, lines).stamp.start == datetime(2025, 4, 15, 9, 0, 22, tzinfo=UTC)
    assert trusted_dates(dated) == ({"001": None}, frozenset({"001"}))


def test_captions_state_the_day_of_seeds_000_and_002_but_not_when_they_appeared():
    for number in ("000", "002"):
        text, lines, dated = seed(number)
        said = stated(text, lines)
        assert said.stamp is None
        assert said.days[0].start == datetime(2024, 5, 16, tzinfo=UTC)
        assert trusted_dates(dated) == ({number: None}, frozenset())


def test_one_old_year_is_no_contradiction_and_two_in_succession_are():
    stamp = parse_published("2025-04-15")
    assert trusted(stamp, latest_years("It was founded in 1943."))
    assert trusted(stamp, latest_years("The plan of 2024 came after the invasion in 2022."))
    assert not trusted(stamp, latest_years("The plan of 2023 came after the invasion in 2022."))


def test_neighbours_contradict_a_stamp_more_than_thirty_days_later():
    stamp = parse_published("2024-07-01")
    near = [datetime(2024, 5, day, tzinfo=UTC) for day in (15, 16, 17)]
    assert not trusted(stamp, (), near)
    assert trusted(parse_published("2024-06-10"), (), near)
    assert trusted(stamp, (), near[:1]), "one article that names a day of the past is no majority"


def test_a_record_is_held_against_its_neighbours_only():
    text = "The plan of 2023 came after the invasion of the country in 2022, the ministry said on Friday."
    late = page("late", text, published="2025-04-15")
    others = page("o16", text, published="2024-05-16") | page("o17", text, published="2024-05-17")
    assert trusted_dates(late)[0]["late"] == datetime(2025, 4, 15, tzinfo=UTC)
    published, untrusted = trusted_dates(late | others, {"late": ["o16", "o17", "late", "unknown"]})
    assert (published["late"], untrusted) == (None, {"late"})
    assert published["o16"] == datetime(2024, 5, 16, tzinfo=UTC)


DATED = [
    *("May 16, 2024", "16 de mayo del 2024", "16th May, 2024", "2024-05-16", "2024. 5. 16", "16.05. 2024"),
    *(
        "2024年5月16日",
        "2024 년 5 월 16 일",
        "12024 年 5月 16日",
        "20240516",
        "2024",
        "5",
        "1999",
        "٢٠٢٤",
        "16",
        "12:30",
    ),
    *(
        "May",
        "mayo",
        "de",
        "del",
        "th",
        ",",
        ".",
        "-",
        " ",
        "  ",
        "\u2028",
        "\n",
        "\n\n",
        "Updated:",
        "Foto: x",
        "日本",
    ),
    "The police said on Friday that two people died in a storm on the coast.",
]


@given(st.lists(st.sampled_from(DATED), max_size=40), st.sampled_from(["", " "]))
@example(["16 de mayo", "del", "2024 2024", "16. 05. 2024"], " ")
def test_the_parts_in_which_days_are_looked_for_lose_none(pieces, between):
    text = between.join(pieces)
    page = classify(text)
    found = stated(text, page)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dedup.dates.extension", None)
        assert stated(text, page) == found
