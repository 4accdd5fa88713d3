"""Align: shared runs against an oracle that tries everything, and the edits news text has."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.align import align, edits_of, span_of
from dedup.sketch import shingle_hashes
from dedup.text import fold


def passages(one, two, k=5, least=8):
    a, b = fold(one), fold(two)
    return a, b, align(a, b, shingle_hashes(a, k), shingle_hashes(b, k), k, least)


def shown(text, tokens, span):
    found = span_of(tokens, span)
    return text[found.start : found.end]


def longest_run_everywhere(a, b):
    """For each word of a, the longest run of equal words it is in: all pairs of places, no index."""
    best = [0] * len(a)
    for i in range(len(a)):
        for j in range(len(b)):
            n = 0
            while i + n < len(a) and j + n < len(b) and a[i + n] == b[j + n]:
                n += 1
            for x in range(i, i + n):
                best[x] = max(best[x], n)
    return best


word = st.sampled_from([f"w{n}" for n in range(12)])


@settings(max_examples=150, deadline=None)
@given(st.lists(word, max_size=40), st.lists(word, max_size=40), st.lists(word, min_size=8, max_size=14, unique=True))
def test_oracle_every_long_run_is_covered(left, right, run):
    one, two = [*left, "x1", *run, "x2"], ["y1", *run, "y2", *right]
    a, b, found = passages(" ".join(one), " ".join(two))
    truth = longest_run_everywhere(a.words, b.words)
    covered = {index for passage in found for index in range(*passage.a)}
    taken = {index for passage in found for index in range(*passage.b)}
    for index, length in enumerate(truth):
        # A word in a run of eight is reported, unless what it equals in b is in a longer passage.
        if length >= 8 and index not in covered:
            places = [
                j
                for j in range(len(b))
                if any(
                    a.words[s : s + 8] == b.words[j - index + s : j - index + s + 8]
                    for s in range(max(0, index - 7, index - j), index + 1)
                    if len(a.words[s : s + 8]) == 8
                )
            ]
            assert all(j in taken for j in places)


@settings(max_examples=150, deadline=None)
@given(st.lists(word, max_size=60), st.lists(word, max_size=60))
def test_blocks_are_equal_words_that_rise_in_both(one, two):
    a, b, found = passages(" ".join(one), " ".join(two))
    for passage in found:
        assert passage.words >= 8
        end_a = end_b = 0
        for block in passage.blocks:
            assert block.words > 0
            assert a.words[block.a : block.a + block.words] == b.words[block.b : block.b + block.words]
            assert block.a >= end_a
            assert block.b >= end_b
            end_a, end_b = block.a + block.words, block.b + block.words
        assert len(edits_of(passage, a, b)) == len(passage.blocks) - 1


@pytest.mark.parametrize(
    ("one", "two", "edits"),
    [
        (
            "a professor who studies Chinese foreign policy at Nanyang",
            "a professor who researches Chinese foreign policy at Nanyang",
            [("studies", "researches")],
        ),
        (
            "the trade with Russia, totaling $240 billion last year, has",
            "the trade with Russia, totalling $240 billion last year, has",
            [],
        ),
        (
            "pressure both sides are facing from the U.S., both sides are",
            "pressure both sides are facing from the US, both sides are",
            [],
        ),
        (
            "sanctions cut its access to much of the\nworld trading system",
            "Sanctions cut its access to much of the world trading system",
            [],
        ),
        (
            "a peace plan in 2023, but it was rejected by both Ukraine and the West",
            "a peace plan in 2023, calling for talks. But it was rejected by both Ukraine and the West",
            [("", "calling for talks")],
        ),
    ],
)
def test_small_edits_do_not_end_a_passage(one, two, edits):
    a, b, found = passages(one, two)
    assert len(found) == 1
    assert found[0].a == (0, len(a))
    assert found[0].b == (0, len(b))
    shown_edits = [(one[e.a.start : e.a.end], two[e.b.start : e.b.end]) for e in edits_of(found[0], a, b)]
    assert shown_edits == edits


FIRST = "The ferry had left Pier Nine at dawn with two hundred people on board."
SECOND = "Nobody had counted the lifeboats since the refit in Gdansk four winters ago."
THIRD = "Its captain told the inquiry that the bow door alarm had been switched off."


def test_moved_blocks_are_found():
    filler = " ".join(f"filler{n}" for n in range(40))
    one = f"{FIRST} {filler} {SECOND} {filler.upper()}x {THIRD}"
    other = " ".join(f"other{n}" for n in range(40))
    two = f"{THIRD} {other} {FIRST} {other}y {SECOND}"
    a, _, found = passages(one, two)
    assert {shown(one, a, passage.a) for passage in found} == {text.rstrip(".") for text in (FIRST, SECOND, THIRD)}


def test_a_repeat_inside_one_text_counts_once():
    _, _, found = passages(f"{FIRST} {FIRST} {FIRST}", FIRST)
    assert [passage.words for passage in found] == [14]


def test_chance_words_are_no_passage():
    _, _, found = passages("the end of the day at the house", "at the house by the end of the day it rained on them")
    assert found == []


def test_text_that_repeats_itself_stays_quick():
    _, _, found = passages("na " * 20_000, "na " * 20_000)
    assert found[0].words == 20_000
