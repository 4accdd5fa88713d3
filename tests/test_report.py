"""The summary and the explanation: wording, width, and hostile text."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, RenderableType
from sample import ALPHA, BETA, GAMMA, HOSTILE, sample_result

from dedup.errors import InputError
from dedup.explain import Explanation, find
from dedup.layout import cut, quotation
from dedup.model import Credit, Document, Origin, Reading, ScanResult, Share, Span
from dedup.report import Report
from dedup.settings import Settings
from dedup.wording import band, credited, one_line, visible

RESULT = sample_result()
NAMES = {"ap": "AP", "reuters": "Reuters", "afp": "AFP"}


def shown(what: RenderableType, width: int = 80, *, colour: bool = False) -> str:
    file = io.StringIO()
    Console(file=file, width=width, force_terminal=colour, color_system="truecolor" if colour else None).print(what)
    return file.getvalue()


def flat(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


def explanation() -> Explanation:
    return Explanation(RESULT, ALPHA.id, BETA.id)


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("what", [Report(RESULT), explanation()], ids=["report", "explain"])
def test_no_line_is_longer_than_the_width(what: RenderableType, width: int) -> None:
    assert max(map(cell_len, shown(what, width).splitlines())) <= width


def test_a_name_without_spaces_is_folded() -> None:
    long = replace(RESULT.skipped[0], path="x" * 300, reason="日本" * 100)
    text = shown(Report(replace(RESULT, skipped=(long,))))
    assert max(map(cell_len, text.splitlines())) <= 80
    assert text.count("x" * 70) == 4


@pytest.mark.parametrize("what", [Report(RESULT), explanation()], ids=["report", "explain"])
def test_nothing_of_an_article_drives_the_terminal(what: RenderableType) -> None:
    text = shown(what)
    assert text.isprintable() or not {
        character for character in text if not character.isprintable() and character != "\n"
    }
    text.encode("utf-8")
    coloured = shown(what, colour=True)
    assert "\x1b[31mred" not in coloured
    assert "\x1b]" not in coloured
    assert not set(coloured) & set("\x00\x07\x9b\u202e\ud800")


@pytest.mark.parametrize("what", [Report(RESULT), explanation()], ids=["report", "explain"])
def test_markup_is_kept_as_it_stands(what: RenderableType) -> None:
    text = flat(shown(what))
    for part in ("[red]bold[/red]", "</script><b>&amp;", ":smile:", "{{ 7*7 }}", "␛[31mred", "<U+202E>gnp.exe"):
        assert part in text
    assert "Line one line two [red]" in text


def test_no_colour_when_piped() -> None:
    assert "\x1b" not in shown(Report(RESULT))
    assert "\x1b[" in shown(Report(RESULT), colour=True)


def test_a_dim_label_does_not_dim_what_follows() -> None:
    assert "    Credits   \x1b[0mcontributor: AP" in shown(Report(RESULT), colour=True)


@given(st.text(st.characters(exclude_categories=())))
def test_visible_sends_nothing_that_a_terminal_obeys(text: str) -> None:
    seen = visible(text)
    seen.encode("utf-8")
    assert not [c for c in seen if unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\n"]
    assert not [c for c in seen if unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI")]
    assert not set(one_line(text)) & set("\t\n\r\u2028\u2029")


def test_report_says_what_matters() -> None:
    text = flat(shown(Report(RESULT)))
    for part in (
        "4 articles, 2 of which share copied text.",
        "1 shared text: probably AP (13 words).",
        "at least 22 % probably AP (13 words, p 0.82)",
        "78 % credited to AP or Reuters, not decided (47 words)",
        "contributor: AP and Reuters “Associated Press and Reuters contributed to this report.”",
        "Flags uncredited copy, untrusted date",
        "absent: gamma.txt, Reuters only, has none of it (reuters x0.14)",
        "Or else one of the outlets 0.06, Reuters 0.06",
        "13 words, 22.5 dB, p copied 0.99",
        "A claims to take a neutral position in the conflict, but it has backed {Moscow's} contentions",
        "but it has backed {its ally's} contentions",
        "Shared, and not shown to be copied",
        "public statement, 8 words, -14.3 dB, p copied 0.04",
        "the whole of the world was a stage",
        "Skipped: 1 input could not be read",
    ):
        assert part in text
    assert text.endswith("4 articles in 0.50 s")


@pytest.mark.parametrize(
    ("p", "say"),
    [
        (0.95, "from AP"),
        (0.9499, "probably AP"),
        (0.75, "probably AP"),
        (0.7499, "more likely AP than Reuters"),
        (0.5, "more likely AP than Reuters"),
        (0.45, "AP or Reuters, not decided"),
    ],
)
def test_bands(p: float, say: str) -> None:
    rest = 1 - p
    origins = [Origin("reuters", rest * 0.8), Origin("ap", p), Origin("afp", rest * 0.2)]
    assert band(origins, NAMES.__getitem__) == say


def test_bands_below_a_half_name_the_set() -> None:
    origins = [Origin("ap", 0.34), Origin("reuters", 0.33), Origin("afp", 0.33)]
    assert band(origins, NAMES.__getitem__) == "AP, Reuters or AFP, not decided"


def test_bands_appear_in_the_report() -> None:
    strand = replace(RESULT.strands[0], origins=(Origin("reuters", 0.98), Origin("ap", 0.02)))
    text = flat(shown(Report(replace(RESULT, strands=(strand,)))))
    assert "13 words, from Reuters (strand-1, p 0.98)" in text


def _reading(*credits: tuple[str | None, str], share: Share | None = None) -> Reading:
    made = tuple(Credit(wire, role, 0, 1, "c", "r") for wire, role in credits)  # type: ignore[arg-type]
    return Reading(Document("a", "text"), (), 10, made, None, (share,) if share else (), 0, ())


@pytest.mark.parametrize(
    ("credits", "say"),
    [
        ([], "of unknown origin"),
        ([("reuters", "origin")], "credited to Reuters"),
        ([("ap", "contributor"), ("reuters", "contributor")], "credited to AP or Reuters, not decided"),
        ([("ap", "contributor"), (None, "own_staff")], "credited to its own staff or AP, not decided"),
        ([("ap", "mention"), ("reuters", "photo")], "of unknown origin"),
    ],
)
def test_what_comparison_does_not_reach(credits: list[tuple[str | None, str]], say: str) -> None:
    assert credited(_reading(*credits), NAMES.__getitem__) == say


def test_a_share_known_from_the_credit_alone_is_no_lower_bound() -> None:
    reading = _reading(("reuters", "origin"), share=Share("wire:reuters", 10, 1.0, 0.95))
    text = flat(shown(Report(replace(RESULT, documents=(reading,), matches=(), strands=(), groups=()))))
    assert "Origin 100 % credited to Reuters (10 words, p 0.95)" in text


def test_large_results_are_cut_and_say_so() -> None:
    readings = tuple(
        Reading(Document(f"d{number:04}", "x"), (), 1, (), None, (), number, ()) for number in range(1, 2001)
    )
    text = shown(Report(replace(RESULT, documents=readings, matches=(), strands=RESULT.strands * 50)))
    assert "Articles (20 of 2,000, uncredited copies first, then those that share most)" in text
    assert "and 1,980 more articles: see the JSON" in text
    assert "Shared texts (20 of 50, the longest first)" in text
    assert text.index("d2000") < text.index("d1999")
    assert "d0001" not in text


@pytest.mark.parametrize("until", ["documents", "passages"])
def test_a_journey_that_stopped_early_says_so(until: str) -> None:
    stopped = replace(sample_result(Settings(until=until)), strands=())  # type: ignore[arg-type]
    text = flat(shown(Report(stopped)))
    assert "--until provenance" in text
    assert "copied text" not in text
    assert "Origin" not in text
    assert "Credits" not in text


def test_nothing_shared() -> None:
    alone = replace(RESULT, documents=RESULT.documents[2:3], matches=(), strands=(), groups=(), skipped=())
    text = shown(Report(alone))
    assert text.startswith("1 article; none share copied text.\n")
    assert "Copied passages" not in text


def test_long_texts_lose_their_middle() -> None:
    assert cut("one two three four five six", 20) == "one two […] six"
    assert cut("a" * 300, 30) == "a" * 20 + " […] " + "a" * 10
    assert cut("short", 400) == "short"
    for length in range(12, 60):
        assert set(cut("one two three four five six " * 9, length).split()) <= {
            *["one", "two", "three", "four", "five", "six", "[…]"]
        }


def test_an_uncredited_copy_is_news() -> None:
    assert f"1 uncredited copy: {visible(BETA.id)}." in shown(Report(RESULT))


def test_quotation_marks_a_place_where_only_the_other_side_has_words() -> None:
    assert quotation("one two", Span(0, 7), [Span(4, 4)]).plain == "one {}two"


def test_visible_keeps_what_is_harmless() -> None:
    assert visible("“Café” \u200d 日本 \n") == "“Café” \u200d 日本 \n"
    assert visible(HOSTILE).encode("utf-8").isascii() is False


# explain


def test_explain_stands_side_by_side_or_stacked() -> None:
    wide, narrow = shown(explanation(), 100), shown(explanation(), 60)
    assert any(line.startswith("A claims") and "B claims" in line for line in wide.splitlines())
    assert not any("B │ claims" in line and "A" in line for line in narrow.splitlines())
    assert "B │ claims" in narrow


def test_explain_lists_every_factor() -> None:
    text = flat(shown(explanation()))
    for part in (
        "Shared passage, Jaccard 0.086, 20 % of A in B, 25 % of B in A.",
        "Passage 1: copy, 13 equal words, 1 edit",
        "base rate: a shared run on one event (-5 dB; without it p copied >0.99)",
        "prose: 11 content words outside quotation (+27.5 dB; without it p copied 0.24)",
        "= 22.5 dB, p copied 0.99, part of strand-1",
        "Shared text strand-1: 13 words, probably AP",
        "0.82 AP",
        "0.04 a wire nobody credits",
    ):
        assert part in text


def test_explain_keeps_the_order_that_was_asked_for() -> None:
    text = flat(shown(Explanation(RESULT, BETA.id, ALPHA.id), 60))
    assert "25 % of A in B, 20 % of B in A" in text
    assert text.index("{its ally's}") < text.index("{Moscow's}")


def test_explain_two_that_share_nothing() -> None:
    assert "They share no passage of 8 words or more." in shown(Explanation(RESULT, ALPHA.id, GAMMA.id))


def test_explain_the_same_twice() -> None:
    with pytest.raises(InputError, match="the same article twice"):
        Explanation(RESULT, ALPHA.id, ALPHA.id)


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("alpha.txt", "alpha.txt"),
        ("alp", "alpha.txt"),
        ("news/gamma.txt", "gamma.txt"),
        ("\x1b[2Jbeta.txt", BETA.id),
        ("beta/", BETA.id),
    ],
)
def test_find(name: str, id_: str) -> None:
    assert find(RESULT, name) == id_


def test_find_says_what_is_close() -> None:
    with pytest.raises(InputError, match=r'no article is called "alhpa.txt"; the closest are alpha.txt'):
        find(RESULT, "alhpa.txt")
    with pytest.raises(InputError, match=r"there are alpha.txt, beta/"):
        find(RESULT, "0")
    with pytest.raises(InputError, match="could not be read: the gzip data"):
        find(RESULT, "\x1b[31mbad.gz")


def test_find_says_when_several_match() -> None:
    doubled: ScanResult = replace(
        RESULT, documents=tuple(replace(r, document=replace(r.document, id=f"x/{r.id}")) for r in RESULT.documents)
    )
    with pytest.raises(InputError, match=r'"x" may be any of x/alpha.txt'):
        find(doubled, "x")
