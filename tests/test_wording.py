"""Wording: bands, numbers, and text made safe to show."""

import pytest

from dedup.model import Document, Origin, Reading, Share
from dedup.wording import amount, band, count, listed, one_line, percent, probability, visible


@pytest.mark.parametrize(
    ("p", "says"),
    [
        (0.999, "from ap"),
        (0.95, "from ap"),
        (0.949, "probably ap"),
        (0.75, "probably ap"),
        (0.749, "more likely ap than pa"),
        (0.5, "more likely ap than pa"),
        (0.499, "ap or pa, not decided"),
    ],
)
def test_bands(p, says):
    assert band([Origin("ap", p), Origin("pa", 1 - p)] if p >= 0.5 else [Origin("ap", p), Origin("pa", 0.4)]) == says


@pytest.mark.parametrize("p", [0.949, 0.9499, 0.7499, 0.4951])
def test_no_number_is_rounded_into_the_next_band(p):
    for border in (0.95, 0.75, 0.5):
        assert (float(probability(p)) >= border) == (p >= border)


def test_numbers_never_claim_certainty():
    assert (probability(0.9999), probability(0.0001)) == (">0.99", "<0.01")
    assert (percent(0.9999), percent(0.0001), percent(1.0), percent(0.0)) == (">99 %", "<1 %", "100 %", "0 %")


def test_what_could_drive_a_terminal_is_shown():
    hostile = "a\x1b]0;title\x07b\u202ec\ud800\x9b1m"
    shown = visible(hostile)
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or char in "\u202e\ud800" for char in shown)
    assert one_line("a\n b\t c") == "a b c"


def test_prose():
    assert listed([]) == ""
    assert listed(["AP", "PA"], "or") == "AP or PA"
    assert count(2, "copy", "copies") == "2 copies"


@pytest.mark.parametrize(("words", "says"), [(360, "at least 36 %"), (4, "<1 %"), (1000, "100 %")])
def test_what_comparison_found_is_a_lower_bound(words, says):
    reading = Reading(Document("a", ""), (), 1000, (), None, (), words, ())
    assert amount(Share("wire:ap", words, words / 1000, 0.9), reading) == says
