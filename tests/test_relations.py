"""Relations: every engine gives the bits of the plain specification."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.engine import ENGINES
from dedup.facts import Facts
from dedup.relations import UNKNOWN, Reports
from dedup.text import fold
from tests.test_batch import EXAMPLES, bodies, corpora, same
from tests.test_engine import native, needs_c

REFERENCE = ENGINES["reference"]
steps = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=3)
passages = st.lists(st.tuples(st.permutations(range(6)), st.integers(0, 9), st.integers(0, 9), steps), max_size=8)
SENTENCES = [
    "On that day he met Ann Lee and Bo Diaz in Oslo.",
    "Lee and Diaz's friends went to Oslo with ann.",
    "“Ann” left. “But Lee stayed,” said the man of Oslo…",
    "und DER ÄLTESTE Über-Öl Ölmann ging zu Ölmann",
]


def given_strands(drawn, groups):
    blocks, ends = [], [0]
    for _, a, b, parts in drawn:
        for words, gap_a, gap_b in parts:
            blocks.append((a, b, words))
            a, b = a + words + gap_a, b + words + gap_b
        ends.append(len(blocks))
    sides = np.array([each[0][:2] for each in drawn], np.int32).reshape(-1, 2)
    return sides, np.array(groups, np.uint32), np.array(ends), np.array(blocks, np.int32).reshape(-1, 3)


@pytest.mark.parametrize("name", ENGINES)
@EXAMPLES
@given(drawn=passages, groups=st.lists(st.integers(0, 5), min_size=6, max_size=6))
def test_strands_are_those_of_the_reference(name, drawn, groups):
    arguments = given_strands(drawn, groups)
    same(ENGINES[name].strands(*arguments), REFERENCE.strands(*arguments))


@pytest.mark.parametrize("name", ENGINES)
@EXAMPLES
@given(
    corpus=st.lists(st.lists(st.sampled_from(SENTENCES), max_size=4).map(" ".join), max_size=5) | corpora,
    data=st.data(),
)
def test_names_are_those_of_the_reference(name, corpus, data):
    spans = bodies(data, corpus)
    same(ENGINES[name].names(corpus, spans), REFERENCE.names(corpus, spans))


@EXAMPLES
@given(text=st.lists(st.sampled_from(SENTENCES), max_size=4).map(" ".join))
def test_names_are_those_that_the_judge_knows(text):
    facts = Facts(text, fold(text))
    assert REFERENCE.names([text], None).counts.tolist() == [len(facts.repeated)]


times = st.sampled_from([UNKNOWN, -3, 0, 1, 2, 9])
reports = st.lists(st.tuples(times, st.sets(st.integers(0, 7))), max_size=7)


def rows(drawn):
    names = [name for _, some in drawn for name in sorted(some)]
    ends = np.cumsum([0, *(len(some) for _, some in drawn)])
    return Reports(np.array([time for time, _ in drawn], np.int64), ends, np.array(names, np.int32))


@pytest.mark.parametrize("name", ENGINES)
@EXAMPLES
@given(
    drawn=reports,
    asked=reports,
    fewest=st.integers(1, 4),
    part=st.sampled_from([0.0, 0.5, 1.0]),
    window=st.integers(0, 3),
)
def test_nearby_reports_are_those_of_the_reference(name, drawn, asked, fewest, part, window):
    arguments = rows(sorted(drawn, key=lambda each: each[0])), rows(asked), fewest, part, window
    found, truth = (each.nearby(*arguments) for each in (ENGINES[name], REFERENCE))
    assert found.dtype == truth.dtype
    assert sorted(found.tolist()) == sorted(truth.tolist())


@needs_c
@pytest.mark.parametrize(
    ("sides", "ends", "blocks"),
    [
        ([[0, 2]], [0, 1], [[0, 0, 5]]),
        ([[0, -1]], [0, 1], [[0, 0, 5]]),
        ([[0, 1]], [0, 2], [[0, 0, 5]]),
        ([[0, 1]], [0, 0], []),
        ([[0, 1]], [0, 1], [[-1, 0, 5]]),
        ([[0, 1]], [0, 1], [[0, 0, 0]]),
        ([[0, 1]], [0], [[0, 0, 5]]),
        ([[0, 1]], [1, 0, 1], [[0, 0, 5]]),
    ],
)
def test_what_is_outside_is_refused(sides, ends, blocks):
    arrays = np.array(sides, np.int32), np.array([0, 1], np.uint32), np.array(ends), np.array(blocks, np.int32)
    with pytest.raises(ValueError, match=r"not there|one more"):
        native.strands(*arrays)


@needs_c
@pytest.mark.parametrize(
    ("times", "ends", "names", "window"),
    [
        ([2, 1], [0, 0, 0], [], 1),
        ([1], [0, 2], [0], 1),
        ([1], [0], [], 1),
        ([1], [0, 1], [-1], 1),
        ([1], [0, 1], [0], -1),
    ],
)
def test_rows_that_are_outside_are_refused(times, ends, names, window):
    some = Reports(np.array(times, np.int64), np.array(ends), np.array(names, np.int32))
    with pytest.raises(ValueError, match="outside"):
        native.nearby(some, rows([]), 3, 0.5, window)


@needs_c
def test_only_whole_rows_are_read():
    with pytest.raises(ValueError, match="no whole number of rows"):
        native._engine.strands(bytes(4), bytes(8), bytes(8), b"")
    with pytest.raises(TypeError):
        native._engine.names([3], None)
