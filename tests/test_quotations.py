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


@pytest.mark.parametrize(
    ("text", "quoted", "kind"),
    [
        ("„Wir geben nicht nach“, sagte Olaf Scholz.", ["Wir geben nicht nach"], "public"),
        ("„Wir geben nicht nach”, sagte er.", ["Wir geben nicht nach"], "public"),
        ('„Wir geben nicht nach", sagte sie. Es regnete.', ["Wir geben nicht nach"], "public"),
        ("»Wir geben nicht nach«, sagte der russische Präsident.", ["Wir geben nicht nach"], "translated"),
        ("„Wir nicht“, sagte der französische Präsident Emmanuel Macron.", ["Wir nicht"], "translated"),
        ("« Nous non », a déclaré le président russe Vladimir Poutine.", [" Nous non "], "translated"),
        ("« Nous ne céderons pas », a déclaré Anne Roy, une boulangère.", [" Nous ne céderons pas "], "public"),
        ("«No cederemos», dijo el presidente ruso.", ["No cederemos"], "translated"),
        ("”Vi ger oss inte”, sade hon.", ["Vi ger oss inte"], "public"),
        ("「私たちは諦めない」と大臣は述べた。", ["私たちは諦めない"], "public"),
        ("『絕不放棄』他說。", ["絕不放棄"], "public"),
        ("— Nous ne céderons pas, dit-elle en sortant.", ["Nous ne céderons pas"], "public"),
        ("Es regnete.\n—No cederemos —dijo Ana—. Nunca.", ["No cederemos", ". Nunca."], "public"),
        ("— Мы не уступим, — сказал Иванов. — Никогда.", ["Мы не уступим,", "Никогда."], "public"),
        ("— a list of things\n— another of them", [], None),
        ("It was late – he said so – and cold.", [], None),
        ("‹Wir auch nicht›, sagte er.", ["Wir auch nicht"], "public"),
        ("“One goes on\n“and on\n“and ends here,” he said.", ["One goes on", "and on", "and ends here,"], "public"),
    ],
)  # fmt: skip
def test_quotations_as_other_languages_print_them(text, quoted, kind):
    found = read(text)
    assert [said for said, _, _ in found] == quoted
    assert {each for _, each, _ in found} <= {kind}


INTERVIEW = "“We had no warning,” said Ann Lee, a baker who lost her shop.\n"


@pytest.mark.parametrize(
    ("text", "kind", "speaker"),
    [
        ("“It was terrible,” she said.", "interview", "lee"),
        ("“It was terrible.”", "interview", "lee"),
        ("“Nobody was hurt,” the ministry said.", "public", ""),
        ("“Nobody was hurt,” said police.", "public", ""),
        ("“Nobody was hurt,” said the governor at a news conference.", "public", ""),
        ("“It was terrible,” she said at a news conference.", "public", "lee"),
        ("At a news conference, Julia Roe said: “Nobody was hurt.” Lee told her so.", "public", "roe"),
        ("At a news conference, Roe said “nobody was hurt and all will be well” before Lee spoke.", "public", "roe"),
        ("Roe told reporters on Friday: “Nobody was hurt.” Lee said it was a lie.", "public", "roe"),
        ("“Nobody was hurt,” Roe said at a news conference.", "public", "roe"),
        ("“Nobody was hurt?” Roe said in a statement.", "public", "roe"),
    ],
)
def test_a_statement_behind_an_interview_is_somebody_elses(text, kind, speaker):
    assert read(INTERVIEW + text)[1][1:] == (kind, speaker)


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
    for text in (
        "“" * 200_000,
        '"' * 200_000,
        "“a” said B\n" * 20_000,
        "\n— a, b" * 20_000,
        "— " + ", " * 90_000,
        "—" * 99_000,
    ):
        quotations(text, fold(text))
