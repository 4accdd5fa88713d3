"""Quotations: where they stand and whether anybody could have quoted them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.model import Credit
from dedup.quotations import quotations
from dedup.text import fold


def read(text, credits=()):
    return [(text[q.start : q.end], q.kind, q.speaker) for q in quotations(text, fold(text), credits)]


@pytest.mark.parametrize(
    ("text", "kind", "speaker"),
    [
        ('"We will not yield," State Department spokesman Vedant Patel told reporters.', "public", "patel"),
        ("“We will not yield,” French President Emmanuel Macron said.", "translated", "macron"),
        ("“We will not yield,” said Ann Lee, a baker who lost her shop.", "interview", "lee"),
        ("Lyle Morris, a fellow at the Asia Society, told them: “His hand is getting weaker.”", "interview", "morris"),
        ("“We will not yield,” said Joe Hill, a spokesman for the ministry.", "public", "hill"),
        ("The statement said “both sides agree on the matter”.", "public", ""),
        ("„Wir geben nicht nach“, sagte er.", "public", ""),
        ("He called it “a disgrace”.", "public", ""),
    ],
)  # fmt: skip
def test_kind_and_speaker(text, kind, speaker):
    [(_, found, name)] = read(text)
    assert (found, name) == (kind, speaker)


def test_a_quotation_without_speaker_goes_on_from_the_one_before():
    text = "“We will not yield,” German Chancellor Olaf Scholz said.\n\n“Nobody should doubt that.”"
    assert [kind for _, kind, _ in read(text)] == ["translated", "translated"]


def test_a_new_paragraph_far_below_is_nobodys():
    text = "“We will not yield,” German Chancellor Olaf Scholz said.\n\nIt rained.\n\nThe sign read “closed”."
    assert read(text)[-1][1:] == ("public", "")


def test_told_a_wire_is_an_interview():
    text = "“We will not yield,” Kim Roe told AP."
    start = text.index("told AP")
    mention = Credit("ap", "mention", start, len(text) - 1, "told AP", "mention")
    assert read(text)[0][1] == "public"
    assert read(text, [mention])[0][1] == "interview"


def test_a_missing_mark_ends_with_its_paragraph():
    text = "“One goes on here\n“and ends here.”\nPlain text."
    assert [quoted for quoted, _, _ in read(text)] == ["One goes on here", "and ends here."]


def test_a_quotation_may_hold_another_in_the_same_straight_marks():
    text = '"I mean, not "at noon" as they say," she wrote. It rained. "The end."'
    assert [quoted for quoted, _, _ in read(text)] == ['I mean, not "at noon" as they say,', "The end."]


POST = "Why...why do we all have to go back, I do not know — Ann Lee (@annlee) December 27, 2017"


@pytest.mark.parametrize(
    ("quoted", "public"), [("Why...why do we all have to go back", True), ("We lost it all", False)]
)
def test_what_the_page_also_shows_as_a_post_was_said_to_everybody(quoted, public):
    text = f"Ann Lee, a baker, said: “{quoted}.”\n{POST}"
    first, last = quotations(text, fold(text))
    assert (first.kind, first.post) == (("public", True) if public else ("interview", False))
    assert last.post
    assert text[last.start : last.end].endswith("know")


@given(st.text(alphabet='ab “”"«»\n.,said Xi', max_size=120))
def test_spans_are_inside_and_in_order(text):
    end = 0
    for quotation in quotations(text, fold(text)):
        assert end <= quotation.start < quotation.end <= len(text)
        end = quotation.end


def test_linear_on_hostile_marks():
    for text in ("“" * 200_000, '"' * 200_000, "“a” said B\n" * 20_000):
        quotations(text, fold(text))
