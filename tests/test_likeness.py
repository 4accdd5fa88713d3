"""Likeness: alike sentences, the same in C as in the specification; and no buffer is believed."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.likeness import SCALE, Limits, alike
from dedup.sentences import Sentences
from dedup.text import fold
from tests.newsroom import seeds

native = pytest.importorskip("dedup.native", exc_type=ImportError)

WORDS = st.sampled_from([*(f"word{n}" for n in range(9)), "the", "é" * 9, "\U0001f600x", "東", "Name's"])
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=14), max_size=12).map(
    lambda found: " ".join(" ".join(words).capitalize() + "." for words in found)
)
LIMITS = st.tuples(st.sampled_from([0.0, 0.2, 0.5]), st.sampled_from([0.0, 0.2, 0.5])).map(lambda pair: Limits(*pair))


def same(one, two, a_open, b_open, *limits):
    truth, ours = (find(one, two, a_open, b_open, *limits) for find in (alike, native.alike))
    for x, y in zip(truth, ours, strict=True):
        assert x.dtype == y.dtype
        assert x.shape == y.shape
        assert x.tobytes() == y.tobytes()
    return ours


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS, st.data(), LIMITS, LIMITS)
def test_engines_agree(one, two, data, first, second):
    a, b = (Sentences(text, fold(text)) for text in (one, two))
    opened = [np.array(data.draw(st.lists(st.booleans(), min_size=len(x), max_size=len(x))), np.bool_) for x in (a, b)]
    same(a, b, *opened, first, second)


def test_engines_agree_on_real_articles():
    articles = [Sentences(each.text, fold(each.text)) for each in seeds()]
    found = 0
    for one, two in pairwise(articles):
        opened = [np.ones(len(each), np.bool_) for each in (one, two)]
        found += len(same(one, two, *opened, Limits(0.27, 0.3), Limits(0.25, 0.2)).looser)
    assert found


def test_texts_of_more_sentences_than_a_block():
    text = " ".join(f"A{n:04}x fell near b{n:04}y at night." for n in range(700))
    side = Sentences(text, fold(text))
    opened = np.ones(len(side), np.bool_)
    seeds = same(side, side, opened, opened, Limits(0.9, 0.3), Limits(0.3, 0.3)).seeds
    assert seeds.tolist() == [[n, n] for n in range(len(side))]


@pytest.mark.parametrize(
    "first",
    [[0], [1, 5], [0, 4], [0, 6], [0, 3, 3, 5], [0, 4, 3, 5], [-1, 5], [0, 2**62, 5], []],
)
def test_sentences_that_do_not_belong_to_the_words_are_refused(first):
    terms, right = np.arange(5, dtype=np.uint64), np.array([0, 5])
    wrong = np.array(first, np.int64)
    for x, y in ((wrong, right), (right, wrong)):
        opened = [np.ones(max(0, len(each) - 1), np.bool_) for each in (x, y)]
        with pytest.raises(ValueError, match="sentences of"):
            native._engine.alike(terms, x, opened[0], terms, y, opened[1], float(SCALE), 0.1, 0.1, 0.1, 0.1)
    with pytest.raises(ValueError, match="sentences of"):
        native._engine.alike(terms, right, np.ones(2, np.bool_), terms, right, np.ones(1, np.bool_), 1.0, 0, 0, 0, 0)
    with pytest.raises(ValueError, match="aligned"):
        native._engine.alike(b"1234567", right, b"1", terms, right, b"1", 1.0, 0, 0, 0, 0)
