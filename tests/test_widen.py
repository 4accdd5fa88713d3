"""Widen: the words of a passage that are equal and in order."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dedup.align import Block
from dedup.widen import _heaviest, _in_order

PLACES = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 30), max_size=8).filter(
    lambda places: len(set(places.values())) == len(places)
)


def rising(blocks):
    return all(x.a + x.words <= y.a and x.b + x.words <= y.b for x, y in pairwise(blocks))


@given(PLACES, PLACES)
def test_the_most_words_in_one_order(a, b):
    found = _in_order(a, b)
    assert rising(found)
    places = sorted((place, b[word]) for word, place in a.items() if word in b)
    best = [1] * len(places)
    for n, (_, y) in enumerate(places):
        best[n] += max((best[m] for m in range(n) if places[m][1] < y), default=0)
    assert sum(block.words for block in found) == max(best, default=0)


@given(st.lists(st.builds(Block, st.integers(0, 20), st.integers(0, 20), st.integers(1, 5)), min_size=1, max_size=6))
def test_the_heaviest_row_of_blocks(blocks):
    blocks = sorted(blocks)
    found = _heaviest(blocks)
    assert rising(found)
    rows = [[block for n, block in enumerate(blocks) if mask >> n & 1] for mask in range(1, 1 << len(blocks))]
    assert sum(b.words for b in found) == max(sum(b.words for b in row) for row in rows if rising(row))
