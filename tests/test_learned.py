"""Learned boilerplate: what stands in stories with nothing in common, and only that."""

import io
import random

import pytest
from rich.console import Console

from dedup import Document, Settings, scan
from dedup.report import Report


def printed(what) -> str:
    console = Console(file=io.StringIO(), width=100)
    console.print(what)
    return console.file.getvalue()


FORM = "Sign up here to receive the morning briefing of the Harbour Post in your inbox every weekday"
BACKGROUND = "The dispute over the dam began when Ostrava Power flooded the lower valley without a permit"


def story(topic: str, seed: int, sentences: int = 8) -> list[str]:
    """Numbered sentences about one topic, whose two names each repeats; the other words are drawn."""
    draw = random.Random(f"{topic} {seed}")
    words = [f"{a}{b}" for a in ("bra", "lo", "mi", "ster", "ven") for b in ("dak", "fel", "gor", "nim", "pat", "tus")]
    first, second = topic.split()
    return [
        f"{number} {draw.choice(words)} {draw.choice(words)} that {first} had {draw.choice(words)} "
        f"by {draw.choice(words)} with {second} and {draw.choice(words)} {draw.choice(words)}."
        for number in draw.sample(range(100, 1000), sentences)
    ]


def page(number: int, topic: str, line: str, at: int, outlet: str | None = "Harbour Post", **fields: str) -> Document:
    lines = story(topic, number)
    lines.insert(at, line + ".")
    return Document(f"{number:02}", "\n".join(lines), outlet=outlet, **fields)


TOPICS = (
    "Anderson Brunnerup", "Celestine Dorvalier", "Emekachi Fasholana", "Goransson Hruskova", "Inesita Jardimer"
)  # fmt: skip
FORMS = [page(n, topic, FORM, at=4) for n, topic in enumerate(TOPICS)]


def kinds(result):
    return {passage.kind for match in result.matches for passage in match.passages}


def test_a_form_in_different_stories_of_an_outlet_is_boilerplate():
    result = scan(FORMS)
    [found] = result.boilerplate
    assert (found.publisher, found.kind, found.stories, found.text) == ("Harbour Post", "outlet", 5, FORM)
    assert kinds(result) == {"boilerplate"}
    assert not result.strands
    assert {match.relation for match in result.matches} == {"common-only"}
    assert all(reading.shared_words == 0 for reading in result.documents)


def test_the_background_of_one_affair_is_none():
    result = scan([page(n, "Ostrava Havel", BACKGROUND, at=4) for n in range(5)])
    assert not result.boilerplate
    assert "copy" in kinds(result)


@pytest.mark.parametrize("stories", [1, 2])
def test_it_takes_three_stories(stories):
    result = scan([*FORMS[:stories], page(9, TOPICS[0], FORM, at=6, outlet="Elsewhere")])
    assert not result.boilerplate


def test_what_several_outlets_print_is_none():
    assert not scan([page(n, topic, FORM, at=4, outlet=f"Paper {n}") for n, topic in enumerate(TOPICS)]).boilerplate


def test_without_an_outlet_the_site_is_the_publisher():
    pages = [page(n, t, FORM, 4, None, url=f"https://post.example/{n}") for n, t in enumerate(TOPICS)]
    assert scan(pages).boilerplate[0].publisher == "https://post.example"


def closing(at):
    line = "More reports on these matters are found on the pages that the agency keeps for its clients"
    wire = {"byline": "Associated Press"}
    return [page(n, topic, line, at, f"Paper {n}", **wire) for n, topic in enumerate(TOPICS)]


def test_a_wires_closing_line_is_its_boilerplate_and_its_text_is_not():
    assert [(each.publisher, each.kind) for each in scan(closing(at=8)).boilerplate] == [("AP", "wire")]
    longer = [Document(each.id, each.text + "\n" + "\n".join(story(t, 1, 14)), outlet=each.outlet, byline=each.byline)
              for each, t in zip(closing(at=8), TOPICS, strict=True)]  # fmt: skip
    assert not scan(longer).boilerplate  # in the middle of what its clients print


def test_what_holds_little_else_is_boilerplate_too_wherever_it_is_found():
    other = Document("99", f"{FORM} as well.\n" + "\n".join(story("Kofi Lindqvist", 99)), outlet="Elsewhere")
    result = scan([*FORMS, other])
    assert [p.kind for match in result.matches if match.b == "99" for p in match.passages].count("copy") == 0


def test_where_capitals_name_nothing_long_words_do():
    pages = [Document(each.id, each.text.lower(), outlet=each.outlet) for each in FORMS]
    assert [each.text for each in scan(pages).boilerplate] == [FORM.lower()]


def test_engines_threads_and_order_make_no_difference():
    expected = scan(FORMS).to_json().rpartition('"timings"')[0]
    for settings in (Settings(engine="reference"), Settings(jobs=1)):
        assert scan(FORMS[::-1], settings).to_json().rpartition('"timings"')[0] == expected


def test_the_summary_names_it_and_the_list_shows_it():
    result = scan(FORMS)
    assert "1 text is boilerplate of 1 publisher" in printed(Report(result))
    assert FORM.split()[0] in printed(Report(result, boilerplate=True))
    assert "None was found" in printed(Report(scan(FORMS[:1]), boilerplate=True))
