"""What every line of a page is: laws for any text, the truth of the seeds, and real furniture."""

import json
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup import boilerplate, credit_page
from dedup.boilerplate import body_spans, classify
from dedup.credit_page import literals
from dedup.kinds import LINE_KINDS
from dedup.lines import packed
from dedup.model import Credit, LineKind, Span
from dedup.page import seen

SEEDS = Path(__file__).parent.parent / "seeds"
TRUTH = json.loads((SEEDS / "truth.json").read_text("utf-8"))["articles"]
SHARED = Path(__file__).parents[2] / "shared" / "data"
LEAD = "Two people died on Friday when a tree fell on their car, the police said."
MORE = "The storm had been announced for days, but nobody expected it to be so strong in the valley."
PAGE = "\n".join(["Two dead in storm", LEAD, MORE, LEAD.replace("Two", "Three"), MORE.replace("storm", "rain")])


def read(path):
    return path.read_bytes().decode()


def kinds(text, **given_):
    return [(text[line.start : line.end], line.kind) for line in classify(text, **given_)]


def kind_of(text, part):
    (kind,) = {line.kind for line in classify(text) if part in text[line.start : line.end]}
    return kind


def covered(span, spans):
    return sum(max(0, min(span[1], end) - max(span[0], start)) for start, end in spans) / max(1, span[1] - span[0])


any_text = st.text(st.one_of(st.characters(), st.sampled_from("\n\r .,-:•\u2028\ud800\x00")), max_size=400)
pages = st.lists(st.sampled_from([LEAD, MORE, "By Ann Lee", "- In:", "Related", "Menu", "Rain", "© 2024 X", "", " "]))


@given(st.one_of(any_text, pages.map("\n".join)))
@example("\ud800\n\ufeff")
@example("a\x85b\x0cc\x1fd")
def test_lines_cover_all_that_is_not_blank_and_do_not_overlap(text):
    end = 0
    for line in classify(text):
        assert line.kind in get_args(LineKind)
        assert end <= line.start < line.end <= len(text)
        assert not text[end : line.start].strip()
        assert text[line.start : line.end] == text[line.start : line.end].strip()
        end = line.end
    assert not text[end:].strip()


LINES = (
    LEAD,
    MORE,
    MORE[:39],
    LEAD[:-1],
    "By Ann Lee",
    "Ann Lee",
    "Ann Lee lives in Rome and writes about rain.",
    "Menu",
    "Rain:",
)
SIGNS = (
    "- In:",
    "- Rain on the coast this week",
    "Related",
    "© 2024 X",
    "Tags: rain",
    "Leave a comment",
    "x" * 900,
    "雨" * 60,
)
ENDS = (
    LEAD * 12,
    "y" * 500 + LEAD * 8 + "y" * 500,
    "Rain | Rain and sun today | X",
    "Rain and sun today",
    "\x1f",
    "İ Ann",
)
long_pages = st.lists(st.sampled_from([*LINES, *SIGNS, *ENDS]), max_size=30)


@given(
    st.one_of(any_text, long_pages.map("\n".join)),
    st.sampled_from([None, "", "Menu", MORE, "x" * 900, LEAD * 12, "Ann  Lee"]),
)
def test_the_judge_in_c_says_what_the_plain_one_says(text, title):
    judged = classify(text, title=title)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(boilerplate, "extension", None)
        assert classify(text, title=title) == judged


@given(
    st.one_of(any_text, long_pages.map("\n".join)),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 60)), max_size=6),
)
def test_body_and_edges_in_c_are_those_of_the_plain_page(text, cuts):
    credits = [Credit("ap", "origin", at, min(len(text), at + size), "", "") for at, size in cuts if at < len(text)]
    page = classify(text)
    assert body_spans(text, page, credits) == body_spans(text, tuple(page), credits)
    if boilerplate.extension:
        last, first = boilerplate.extension.edges(page.looks, page.kinds, *credit_page._EDGES)
        assert (last, first) == (credit_page._last_head(page), credit_page._first_tail(page))


def test_the_judge_in_c_refuses_what_is_no_page():
    engine = pytest.importorskip("dedup._engine")
    look, rules, silent = packed([(0, 1, 1, True, False)]), boilerplate._MEASURES, bytes([255] * 3)

    def judge(text="abc", looks=look, title=None, said=(), rules=rules):
        return engine.judge(text, looks, title, list(said), rules)

    assert judge() == bytes([LINE_KINDS.index("body")])
    assert judge(said=[(0, bytes([5, 255, 255]))]) == b"\5"
    for wrong in (
        {"looks": packed([(0, 4, 4, True, False)])},
        {"looks": packed([(2, 1, 1, True, False)])},
        {"looks": packed([(0, 2, 2, True, False), (1, 3, 2, True, False)])},
        {"looks": packed([(0, 1, 2**62, True, False)])},
        {"looks": b"\0"},
        {"said": [(1, silent)]},
        {"said": [(-1, silent)]},
        {"said": [(0, b"\x0c\xff\xff")]},
        {"rules": (0, *rules[1:])},
    ):
        with pytest.raises(ValueError, match="judge: "):
            judge(**wrong)
    for wrong in ({"looks": [look]}, {"title": 7}, {"said": [0]}, {"said": [(0, b"")]}, {"said": [("0", silent)]}):
        with pytest.raises(TypeError):
            judge(**wrong)
    with pytest.raises(ValueError, match="edges: "):
        engine.edges(look, b"\x0c", 1, 1, 1, 0)
    assert engine.body("abc", look, b"\1", [(0, 0)], Span) == ((0, 1),)
    for cuts in ([(0, 4)], [(-1, 1)], [(1, 1), (0, 1)]):
        with pytest.raises(ValueError, match="body: "):
            engine.body("abc", look, b"\1", cuts, Span)
    with pytest.raises(TypeError):
        engine.body("abc", look, b"\1", [], int)


def test_a_page_is_a_sequence_of_its_lines():
    page = classify("Menu\n\n" + LEAD)
    assert list(page) == [page[0], page[1]] == page[:] == [page[-2], page[-1]]
    assert page == classify("Menu\n\n" + LEAD) != classify(LEAD)
    assert repr(page) == repr(tuple(page))
    with pytest.raises(IndexError):
        page[2]


def test_many_texts_are_seen_as_one_is():
    pytest.importorskip("dedup._engine")
    texts = ["", "Menu\n" + LEAD, "By Ann Lee, AP", "\ud800\n日本", LEAD * 9]
    assert seen(texts, literals()) == [seen([text], literals())[0] for text in texts]
    engine = boilerplate.extension
    for wrong in (([1], 400, None, None), (["a"], 400, 1, None), (None, 400, None, None)):
        with pytest.raises((TypeError, ValueError)):
            engine.pages(*wrong)
    with pytest.raises(ValueError, match="no length"):
        engine.pages([], 0, None, None)


@given(
    st.one_of(any_text, pages.map("\n".join)), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 60)), max_size=4)
)
def test_body_spans_are_inside_sorted_and_never_empty_for_a_text(text, cuts):
    credits = [Credit("ap", "origin", at, min(len(text), at + size), "", "") for at, size in cuts if at < len(text)]
    spans = body_spans(text, classify(text), credits)
    assert bool(spans) == bool(text.strip())
    end = 0
    for start, stop in spans:
        assert end <= start < stop <= len(text)
        end = stop


@pytest.mark.parametrize("number", TRUTH)
def test_body_of_the_seeds(number):
    truth = TRUTH[number]
    text = read(SEEDS / Path(truth["file"]).name)
    credits = [Credit(None, "origin", c["start"], c["end"], c["text"], "truth") for c in truth["credits"]]
    spans = body_spans(text, classify(text), credits)
    body = (truth["body"]["start"], truth["body"]["end"])
    assert covered(body, spans) >= 0.965
    inside = [
        part["text"]
        for part in truth["boilerplate"] + truth["body_excludes"]
        if covered((part["start"], part["end"]), spans) > 0.25
    ]
    assert not inside
    assert not [credit.text for credit in credits if covered((credit.start, credit.end), spans) > 0]


def test_kinds_of_the_seeds():
    for number, part, kind in (
        ("000", "Accessibility links", "navigation"),
        ("000", "attend a signing ceremony", "caption"),
        ("000", "Some material in this report", "note"),
        ("000", "Stories with the VOA News byline", "bio"),
        ("001", "-StockHorizon", "navigation"),
        ("001", "Date:2025-04-15", "stamp"),
        ("001", "Talk of peace in Ukraine", "heading"),
        ("001", "The state of the U.S. Navy", "related"),
        ("001", "Nuclear Weapons", "tags"),
        ("001", "Sarah Ferguson", "related"),
        ("002", "Putin and Xi Condemn", "title"),
        ("002", "A joint statement issued", "heading"),
        ("002", "Reuters image", "caption"),
        ("002", "ALSO SEE", "related"),
        ("002", "Pop-up", "related"),
        ("002", "Australian journalist", "bio"),
        ("004", "By Simone McCarthy, CNN", "byline"),
        ("004", "The-CNN-Wire", "note"),
        ("004", "Community Guidelines", "comments"),
    ):
        (path,) = SEEDS.glob(f"{number}_*.txt")
        assert (part, kind_of(read(path), part)) == (part, kind)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Advertisement", "navigation"),
        ("READ MORE: What the weather will be", "related"),
        ("Lesen Sie auch: Wie das Wetter wird", "related"),
        ("(Photo: Jane Doe / AFP)", "caption"),
        ("FILE - In this May 18, 2017 file photo, a tree stands in the valley.", "caption"),
        ("Updated 9:30 am, May 16, 2024", "stamp"),
        ("After the storm", "heading"),
        ("- What the weather will be on the coast this week", "related"),
        ("It was over in a minute.", "body"),
        ("“We heard nothing,” she said.", "body"),
    ],
)
def test_a_line_between_two_paragraphs(line, kind):
    assert kind_of(PAGE.replace(MORE, f"{MORE}\n{line}", 1), line) == kind


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Associated Press and Reuters contributed to this report.", "note"),
        ("(Reporting by Ann Lee; Editing by Bob Ray)", "note"),
        ("Copyright 2018 The Associated Press. All rights reserved.", "note"),
        ("Tags: storm, weather", "tags"),
        ("Ann Lee is a reporter based in Rome.", "bio"),
        ("Join the conversation", "comments"),
        ("Nobody else was hurt.", "body"),
    ],
)
def test_a_line_after_the_last_paragraph(line, kind):
    assert kind_of(f"{PAGE}\n{line}", line) == kind


def test_an_authors_box_needs_no_key_word():
    page = f"{PAGE}\nAnn Lee\nAnn Lee leeft en werkt in Rome en schrijft over weer."
    assert [kind for _, kind in kinds(page)[-2:]] == ["bio", "bio"]


def test_a_title_that_is_given_ends_the_navigation():
    page = f"A long line of navigation that has no end\nTwo dead\n{LEAD}\n{MORE}"
    assert [kind for _, kind in kinds(page, title="Two  dead")] == ["navigation", "title", "body", "body"]


@pytest.mark.parametrize(
    "text",
    [
        "Roses are red\nViolets are blue\nSugar is sweet",
        "Storm kills two\nRain to go on\nSun on Monday\nNew mayor of Rome elected",
        LEAD,
        "Short. Text.",
        f"{LEAD} {MORE} " * 50,
    ],
    ids=["poem", "headlines", "one paragraph", "snippet", "one line"],
)
def test_what_has_no_structure_is_kept_whole(text):
    assert covered((0, len(text.rstrip())), body_spans(text, classify(text), ())) == 1


def test_a_body_that_is_all_furniture_or_credits_is_kept_whole():
    assert body_spans("Menu\nShare", classify("Menu\nShare"), ()) == ((0, 10),)
    credit = Credit("ap", "origin", 0, len(LEAD), LEAD, "")
    assert body_spans(LEAD, classify(LEAD), [credit]) == ((0, len(LEAD)),)


def test_credits_are_cut_and_mentions_are_not():
    text = f"ROME (AP) — {LEAD} {MORE}"
    cut = Credit("ap", "origin", 0, 11, text[:11], "")
    mention = Credit("ap", "mention", 20, 40, text[20:40], "")
    (span,) = body_spans(text, classify(text), [mention, cut])
    assert text[span.start : span.end] == f"{LEAD} {MORE}"


def test_a_list_in_the_article_stays():
    page = PAGE.replace(
        MORE, f"{MORE}\nOn the list are:\n- Ann Lee, 40, of Rome\n- Bob Ray, 35, of Milan\n- Cy Day, of Turin", 1
    )
    assert kind_of(page, "Bob Ray") == "body"


def test_hard_wrapped_text_is_read_by_paragraphs():
    text = (
        "Coalition talks could fail\n\n"
        "   Berlin (dpa) - Negotiations between German conservatives headed by\n"
        "Chancellor Angela Merkel and the left-leaning Social Democrats (SPD)\n"
        "on forming a coalition government could fail, a senior SPD member\n"
        "warned Wednesday.\n\n"
        "   The SPD plans to seek approval for any coalition deal with the\n"
        "conservatives from its 473,000 members in a December ballot. A yes\n"
        "vote will allow Merkel to be sworn in for a third term before\n"
        "Christmas\n"
    )
    assert {kind for _, kind in kinds(text)[1:]} == {"body"}


def test_offsets_are_those_of_the_text_with_its_own_newlines():
    text = PAGE.replace("\n", "\r\n\r\n")
    assert [part for part, _ in kinds(text)] == PAGE.split("\n")


@pytest.mark.parametrize(
    "text", ["word " * 400_000, "a (photo\n" * 20_000, "(" * 500_000, "- \n" * 100_000, "by A\n" * 20_000]
)
def test_no_text_takes_more_than_linear_time(text):
    assert len(classify(text)) <= text.count("\n") + 1  # quadratic rules would not come back


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="labelled data are not here")
@pytest.mark.parametrize(("corpus", "kept"), [("multilingual", 0.978), ("syndication", 0.925)])
def test_little_is_cut_from_clean_articles(corpus, kept):
    body = total = 0
    for row in (SHARED / corpus / "docs.jsonl").read_text("utf-8").splitlines():
        for line in classify(json.loads(row)["text"]):
            total += line.end - line.start
            body += (line.end - line.start) * (line.kind == "body")
    assert body / total >= kept
