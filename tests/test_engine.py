"""The engine: every way gives the same bits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import Document, Settings, scan
from dedup.engine import ENGINES, engine

REFERENCE = ENGINES["reference"]
hostile = st.text(st.characters(exclude_categories=[]), max_size=120)
wordy = st.lists(
    st.sampled_from(["a", "the", "U.S.", "Moscow’s", "1,000", "東", "ﬁ", "e\u0301", "b\u00ad", "\n"]), max_size=60
)
texts = st.one_of(hostile, wordy.map(" ".join), wordy.map("".join))


@pytest.mark.parametrize("name", ENGINES)
@settings(max_examples=200, deadline=None)
@given(text=texts)
def test_fold_is_that_of_the_reference(name, text):
    ours, truth = ENGINES[name].fold(text, None), REFERENCE.fold(text, None)
    assert list(ours.words) == list(truth.words)
    assert list(ours.starts) == list(truth.starts)
    assert list(ours.ends) == list(truth.ends)


@pytest.mark.parametrize("name", ENGINES)
@settings(max_examples=200, deadline=None)
@given(one=texts, two=texts, shared=texts)
def test_alignments_are_those_of_the_reference(name, one, two, shared):
    found = []
    for work in (ENGINES[name], REFERENCE):
        a, b = (work.fold(text, None) for text in (one + " " + shared, shared + " " + two))
        found.append(work.align(a, b, work.shingle_hashes(a, 3), work.shingle_hashes(b, 3), 3, 4))
    assert found[0] == found[1]


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("size", [1, 3_000_000])
def test_one_character_and_three_million(name, size):
    work = ENGINES[name]
    for text in ("a" * size, "a " * (size // 2), "é" * size):
        tokens = work.fold(text, None)
        assert len(tokens) == len(REFERENCE.fold(text, None))


def test_results_name_no_engine():
    documents = [
        Document("a", "one two three four five six seven eight"),
        Document("b", "one two three four five six seven eight"),
    ]
    assert scan(documents, Settings(engine="reference")).matches == scan(documents).matches


def test_auto_is_one_of_them():
    assert engine("auto") in ENGINES.values()
