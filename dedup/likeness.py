"""Likeness: which sentences of two texts are alike, by the rare terms that both have.

This is the plain specification of what ``dedup._engine`` does without the GIL; what is made of it is in
``dedup.rewrites``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.sentences import Sentences

__all__ = ["SCALE", "Alike", "Limits", "alike"]

SCALE = 256
"""Of whole weights: no order of summation changes a bit of the answer."""
_BLOCK = 512
"""Sentences of each text that are compared at once: 20 MB at most."""

_I64 = npt.NDArray[np.int64]
_F64 = npt.NDArray[np.float64]
_Open = npt.NDArray[np.bool_]


class Limits(NamedTuple):
    """Cosine of the weights of two sentences, and share of their terms (Dice), beyond which they are alike."""

    cosine: float
    dice: float


class Alike(NamedTuple):
    """The number of the term of each word (``a``, ``b``; int64), the weight of each term (float64, whole
    numbers), and pairs of sentences (int64, n x 2, sorted): those beyond the first limits, and beyond the second."""

    a: _I64
    b: _I64
    weights: _F64
    seeds: _I64
    looser: _I64


def alike(a: Sentences, b: Sentences, a_open: _Open, b_open: _Open, first: Limits, second: Limits) -> Alike:
    """Compare each sentence of ``a`` that is ``open`` with each such of ``b``.

    A term weighs the more the fewer sentences of the two texts have it (tf-isf).  Terms are numbered in
    the order in which they come.  Time: about a millisecond for two articles, 40 microseconds in C.

    >>> from dedup.text import fold
    >>> one, two = "A tram fell near Bergen. It rained there.", "It is Monday. Near Bergen a tram fell."
    >>> sides = [Sentences(text, fold(text)) for text in (one, two)]
    >>> both = [np.ones(len(each), np.bool_) for each in sides]
    >>> alike(*sides, *both, Limits(0.5, 0.5), Limits(0.9, 0.9)).seeds.tolist()
    [[0, 1]]
    """
    _, place, inverse = np.unique(np.concatenate([a.terms, b.terms]), return_index=True, return_inverse=True)
    number = np.empty(len(place), np.int64)
    number[np.argsort(place)] = np.arange(len(place))
    ids = number[inverse]
    sides = _Side(a, ids[: len(a.terms)]), _Side(b, ids[len(a.terms) :])
    having = sum(np.bincount(side.columns, minlength=len(place)) for side in sides)
    everywhere = len(a) + len(b)
    weights = np.array([round(SCALE * math.log(everywhere / n)) for n in np.asarray(having).tolist()], np.float64)
    found: tuple[list[_I64], list[_I64]] = ([], [])
    for i, j, cosine, dice in _blocks(*sides, weights):
        both = np.logical_and.outer(a_open[i : i + _BLOCK], b_open[j : j + _BLOCK])
        for limits, pairs in zip((first, second), found, strict=True):
            beyond = (cosine > limits.cosine) & (dice > limits.dice) & both
            pairs.append(np.argwhere(beyond) + np.array([i, j]))
    seeds, looser = (_sorted(pairs) for pairs in found)
    return Alike(sides[0].ids, sides[1].ids, weights, seeds, looser)


def _sorted(pairs: list[_I64]) -> _I64:
    some = np.concatenate([np.empty((0, 2), np.int64), *pairs])
    return some[np.lexsort((some[:, 1], some[:, 0]))]


class _Side:
    """The terms of each sentence of a text (rows, columns), how often each stands there, how many there are."""

    def __init__(self, sentences: Sentences, ids: _I64) -> None:
        self.ids = ids
        sentence = np.repeat(np.arange(len(sentences)), np.diff(sentences.first))
        keys, self.counts = np.unique(sentence << 32 | ids, return_counts=True)
        self.rows, self.columns = keys >> 32, keys & 0xFFFF_FFFF
        self.sizes = np.bincount(self.rows, minlength=len(sentences))

    def lengths(self, weights: _F64) -> _F64:
        return np.sqrt(np.bincount(self.rows, (self.counts * weights[self.columns]) ** 2, len(self.sizes)))

    def table(self, start: int, weights: _F64, shared: npt.NDArray[np.bool_]) -> _F64:
        """The weights of the shared terms, a row for each sentence of a block."""
        part = slice(*np.searchsorted(self.rows, (start, start + _BLOCK)))
        columns = self.columns[part]
        kept = shared[columns]
        table = np.zeros((len(self.sizes[start : start + _BLOCK]), int(shared.sum())))
        place = np.cumsum(shared) - 1
        table[self.rows[part][kept] - start, place[columns[kept]]] = (self.counts[part] * weights[columns])[kept]
        return table


def _blocks(a: _Side, b: _Side, weights: _F64) -> Iterator[tuple[int, int, _F64, _F64]]:
    """Cosine and Dice of each sentence of a and each of b, in blocks from a place in both on."""
    lengths = a.lengths(weights), b.lengths(weights)
    shared = np.zeros((2, len(weights)), np.bool_)
    shared[0, a.columns] = shared[1, b.columns] = True
    in_both = shared[0] & shared[1]
    for i in range(0, len(a.sizes), _BLOCK):
        table = a.table(i, weights, in_both)
        for j in range(0, len(b.sizes), _BLOCK):
            other = b.table(j, weights, in_both)
            # Whole numbers below 2^53: exact whatever adds them up.
            dot = table @ other.T
            both = (table > 0).astype(np.float64) @ (other > 0).astype(np.float64).T
            product = np.outer(lengths[0][i : i + _BLOCK], lengths[1][j : j + _BLOCK])
            sizes = np.add.outer(a.sizes[i : i + _BLOCK], b.sizes[j : j + _BLOCK])
            yield i, j, dot / np.maximum(product, 1), 2 * both / sizes
