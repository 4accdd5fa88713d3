"""Verify: exact resemblance, relations, symmetry."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.article import whole
from dedup.matches import mirrored
from dedup.model import Document, Edit
from dedup.settings import Settings
from dedup.verify import match, verify

BASE = " ".join(f"word{n}" for n in range(60))


def pair(one, two, **options):
    return match(whole(Document("a", one)), whole(Document("b", two)), Settings(**options))


def shingles(text):
    words = text.split()
    return {tuple(words[i : i + 5]) for i in range(len(words) - 4)}


@given(st.lists(st.sampled_from("abcdefgh"), max_size=40), st.lists(st.sampled_from("abcdefgh"), max_size=40))
def test_jaccard_and_containment_are_exact(one, two):
    a, b = shingles(" ".join(one)), shingles(" ".join(two))
    found = pair(" ".join(one), " ".join(two))
    if found is not None and a and b:
        assert found.jaccard == pytest.approx(len(a & b) / len(a | b))
        assert found.a_in_b == pytest.approx(len(a & b) / len(a))
        assert found.b_in_a == pytest.approx(len(a & b) / len(b))


@given(st.text(st.characters(exclude_categories=[]), min_size=1, max_size=200))
def test_a_document_against_itself_has_jaccard_one(text):
    found = pair(BASE + " " + text, BASE + " " + text)
    assert found.jaccard == found.a_in_b == found.b_in_a == 1.0
    assert found.relation == "identical"


@settings(deadline=None)
@given(st.lists(st.sampled_from("abcdefghijkl"), max_size=60), st.lists(st.sampled_from("abcdefghijkl"), max_size=60))
def test_symmetry(one, two):
    there, back = pair(" ".join(one), " ".join(two)), pair(" ".join(two), " ".join(one))
    if there is None:
        assert back is None
        return
    assert (there.jaccard, there.a_in_b, there.b_in_a) == (back.jaccard, back.b_in_a, back.a_in_b)
    assert there.relation == back.relation
    mirrored = {(p.b, p.a, p.words, tuple(Edit(e.b, e.a) for e in p.edits), p.decibans, p.kind) for p in back.passages}
    assert {(p.a, p.b, p.words, p.edits, p.decibans, p.kind) for p in there.passages} == mirrored


@pytest.mark.parametrize(
    ("other", "relation"),
    [
        (BASE.upper() + ".", "identical"),
        (BASE.replace("word30", "changed"), "near-duplicate"),
        (" ".join(BASE.split()[:25]), "excerpt"),
        (" ".join(BASE.split()[:12]) + " " + " ".join(f"other{n}" for n in range(40)), "shared-passage"),
    ],
)
def test_relations(other, relation):
    assert pair(BASE, other).relation == relation


def test_nothing_in_common_is_no_match():
    assert pair(BASE, " ".join(f"other{n}" for n in range(60))) is None
    assert pair("", "") is None


def test_documents_only_gives_no_passages():
    found = pair(BASE, BASE.replace("word30", "changed"), until="documents")
    assert found.relation == "near-duplicate"
    assert found.passages == ()


def test_passages_only_are_not_judged():
    [passage] = pair(BASE, BASE, until="passages").passages
    assert (passage.kind, passage.decibans, passage.evidence) == ("copy", 0.0, ())


def test_where_alignments_tie_the_other_order_is_the_mirror_image():
    one = "rye oat oat oat rye oat oat oat oat oat rye rye rye rye oat rye rye oat oat rye rye oat oat rye oat oat rye rye rye rye oat rye"  # noqa: E501
    two = "rye oat oat oat rye oat oat rye oat oat rye rye rye rye oat rye"
    here, there = pair(one, two), pair(two, one)
    assert here.passages
    assert set(here.passages) == {mirrored(each) for each in there.passages}


@pytest.mark.parametrize("jobs", [1, 2])
def test_matches_are_in_the_order_of_their_pairs_however_they_were_compared(jobs):
    """Of two stories whose articles alternate; those of one are compared first."""
    stories = ["a tram left its rails near the harbour early on Monday", "the old bridge swayed before its cable tore"]
    given = [whole(Document(str(n), f"{stories[n % 2]} and {n} people were hurt, it was said")) for n in range(8)]
    pairs = [(a, b) for a in range(8) for b in range(a + 2, 8, 2)]
    keys = np.array(sorted(a << 32 | b for a, b in pairs), np.uint64)
    found = verify(given, keys, Settings(until="passages"), jobs, lambda _: None)
    assert [(int(match.a), int(match.b)) for match in found] == sorted(pairs)
