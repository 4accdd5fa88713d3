"""Rewrites: passages that were reworded, shuffled, translated and back, or summed up.

Words are no longer equal in runs, so sentences are compared.  After Sanchez-Perez, Sidorov and Gelbukh
(PAN at CLEF 2014 and 2015): a sentence is a bag of terms, each weighted by how few sentences of the two
texts have it (tf-isf); sentences of the two texts that are alike both by the cosine of their weights and
by the share of terms (Dice) are seeds; seeds with few sentences between them on both sides are one
passage if the bags of the two stretches are alike; and a passage of which one side is much longer than
the other, a summary, is looked for with other limits.  Three things are done otherwise.  What is copied
word for word is left to ``dedup.align``, and explains its sentences.  The ends of a passage are moved to
the sentence or line border up to which its words are best explained by the other side (the stretch with
the highest sum, as in Smith and Waterman 1981).  A summary must explain words that the passages
within it do not.

Terms are words cut to six letters, which joins most inflected forms in many languages.  The weights are
whole numbers, so that no order of summation changes a bit of the answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.align import Alignment
from dedup.model import Span
from dedup.sentences import Sentences

__all__ = ["Rewrite", "find_rewrites"]

COSINE, DICE = 0.27, 0.3
"""From which two sentences are seeds."""
GAP = 3
"""Sentences between two seeds of one passage, at most, on either side."""
LIKENESS = 0.4
"""Cosine of the two stretches from which they are a passage; below, they are divided at smaller gaps."""
CHARACTERS = 150
"""Shortest rewritten passage on either side, about 25 words: below, likeness is common among strangers."""
SUMMARY_COSINE, SUMMARY_DICE, SUMMARY_GAP, SUMMARY_LIKENESS = 0.25, 0.2, 24, 0.3
"""The same for summaries, whose sentences draw on several, far apart in the longer text."""
SUMMARY_RATIO, SUMMARY_SENTENCES, SUMMARY_TOLD, SUMMARY_GAIN = 3, 3, 0.55, 0.12
"""A summary is a third as long or less, joins at least so many sentences on both sides, more than
half of its weight is in the longer text, and an eighth is not in what its passages explain already."""
EXPLAINED = 0.7
"""Share of a passage's own likeness that a piece at its ends needs to belong to it."""
EVERY_WORD = 0.5
"""Weight of a word that all sentences have, beside that of its rarity: where a passage ends, each counts."""
REACH = 20
"""Words beyond the ends of a passage that are looked at."""
PURE_WORDS, PURITY = 40, 0.85
"""Equal words, and their share of the longer side, from which an aligned passage stands for itself."""
TOUCH, FAR = 5, 800
"""Words between two passages on one side, at most, and on the other, that follow each other in both:
one passage, from which the one side was cut."""
JOIN = 25
"""Words between two passages on both sides up to which they are one, when one of them is rewritten."""
CLOSE = 40
"""The same for two short aligned passages: sentences that one side took and joined."""
SHORT = 20
"""Equal words below which an aligned passage does not stand beside a rewritten one of the same words."""

MOST_PASSAGES = 256
"""Passages of a pair from which those apart are not joined: the two are lists, or full of formulas."""
BLOCK = 512
"""Sentences of each text that are compared at once: 20 MB at most."""

_SCALE = 256  # of whole weights

_I64 = npt.NDArray[np.int64]
_F64 = npt.NDArray[np.float64]
_Free = npt.NDArray[np.bool_]
_Side = tuple[int, int]


class Rewrite(NamedTuple):
    """A passage in words: the stretch in a and in b, the numbers of the alignments that it takes in,
    and how alike the two stretches are (cosine, 0 to 1; 0 for one alignment as it was)."""

    a: Span
    b: Span
    parts: tuple[int, ...]
    likeness: float


class _Bags:
    """The terms of one of the two texts as numbers, their counts by sentence, and weights."""

    def __init__(self, sentences: Sentences, ids: _I64) -> None:
        self.sentences = sentences
        self.ids = ids
        sentence = np.repeat(np.arange(len(sentences)), np.diff(sentences.first))
        keys, self.counts = np.unique(sentence << 32 | self.ids, return_counts=True)
        self.rows, self.columns = keys >> 32, keys & 0xFFFF_FFFF
        self.sizes = np.bincount(self.rows, minlength=len(sentences))

    def bag(self, words: _Side, weights: _F64) -> _F64:
        """The weight of each term in a stretch."""
        return np.bincount(self.ids[words[0] : words[1]], minlength=len(weights)) * weights

    def words_of(self, first: int, last: int) -> _Side:
        """From one sentence to another, both included."""
        return int(self.sentences.first[first]), int(self.sentences.first[last + 1])


class _Found(NamedTuple):
    """A passage in the making: its words on both sides, the alignments in it, whether it was rewritten."""

    a: _Side
    b: _Side
    parts: tuple[int, ...]
    rewritten: bool

    def touches(self, other: _Found) -> bool:
        return _apart(self.a, other.a) < 0 and _apart(self.b, other.b) < 0

    def joined(self, other: _Found) -> _Found:
        a = min(self.a[0], other.a[0]), max(self.a[1], other.a[1])
        b = min(self.b[0], other.b[0]), max(self.b[1], other.b[1])
        return _Found(a, b, self.parts + other.parts, True)


def find_rewrites(a: Sentences, b: Sentences, alignments: Sequence[Alignment]) -> list[Rewrite]:
    """Passages of two texts, rewritten ones and the given alignments; what overlaps is one.

    Sorted by place in ``a``.  Time: the number of pairs of sentences, and the words; about 3 milliseconds
    for two articles of 500 words.

    >>> from dedup.text import fold
    >>> one = (
    ...     "Nine people were hurt when a tram left its rails near the old harbour of Bergen on Monday. "
    ...     "The mayor, Kari Lie, promised an inquiry into the brakes of the tram."
    ... )
    >>> two = (
    ...     "On Monday a tram derailed near the old harbour of Bergen, and nine people were injured. "
    ...     "An inquiry into the brakes was promised by Kari Lie, the city's mayor."
    ... )
    >>> a, b = one + " A cat sat on the mat for hours.", "Bread is cheap in Rome. It was sunny. " + two
    >>> [found] = find_rewrites(Sentences(a, fold(a)), Sentences(b, fold(b)), [])
    >>> a[: fold(a).ends[found.a.end - 1]] == one[:-1], b[fold(b).starts[found.b.start] :] == two
    (True, True)
    """
    aligned = [
        _Found((each.a.start, each.a.end), (each.b.start, each.b.end), (n,), False) for n, each in enumerate(alignments)
    ]
    rewritten: list[_Found] = []
    search = None
    if len(a) and len(b):
        search = _Search(a, b)
        pure = [found for found, each in zip(aligned, alignments, strict=True) if _is_pure(each)]
        rewritten = search.run(pure, [found for found in aligned if alignments[found.parts[0]].words >= SHORT])
    passages = _merged(rewritten, aligned, alignments)
    return [
        Rewrite(
            Span(*each.a),
            Span(*each.b),
            tuple(sorted(each.parts)),
            search.likeness(each.a, each.b) if search and each.rewritten else 0.0,
        )
        for each in sorted(passages)
    ]


def _is_pure(alignment: Alignment) -> bool:
    longer = max(_length(alignment.a), _length(alignment.b))
    return alignment.words >= PURE_WORDS and alignment.words >= PURITY * longer


def _merged(rewritten: list[_Found], aligned: list[_Found], alignments: Sequence[Alignment]) -> list[_Found]:
    """Rewritten passages with the aligned ones that they touch, or that one side was cut between."""
    left = []
    for found in aligned:
        short = alignments[found.parts[0]].words < SHORT
        host = next((n for n, each in enumerate(rewritten) if short and each.touches(found)), None)
        if host is not None:
            rewritten[host] = rewritten[host].joined(found)
        elif not short or not any(_inside(found.a, each.a) or _inside(found.b, each.b) for each in rewritten):
            left.append(found)
    items = sorted([*rewritten, *left])
    copied = [sum(alignments[part].words for part in each.parts) for each in items]
    i = 0
    while i < len(items) <= MOST_PASSAGES:
        others = (j for j in range(len(items)) if j != i)
        j = next((j for j in others if _are_one(items[i], items[j], max(copied[i], copied[j]) < SHORT)), None)
        if j is None:
            i += 1
            continue
        items[i], copied[i] = items[i].joined(items[j]), copied[i] + copied[j]
        del items[j], copied[j]
        i = 0
    return items


def _are_one(x: _Found, y: _Found, short: bool) -> bool:
    apart = _apart(x.a, y.a), _apart(x.b, y.b)
    in_order = (x.a < y.a) == (x.b < y.b) and min(apart) >= -TOUCH and max(apart) <= FAR
    if not (x.rewritten or y.rewritten):
        return short and in_order and min(apart) <= CLOSE
    return max(apart) <= JOIN or (in_order and min(apart) <= TOUCH)


class _Search:
    """The sentences of two texts against each other."""

    def __init__(self, a: Sentences, b: Sentences) -> None:
        terms, ids = np.unique(np.concatenate([a.terms, b.terms]), return_inverse=True)
        self.a, self.b = _Bags(a, ids[: len(a.terms)]), _Bags(b, ids[len(a.terms) :])
        having = np.bincount(self.a.columns, minlength=len(terms)) + np.bincount(self.b.columns, minlength=len(terms))
        everywhere = len(a) + len(b)
        rarity = np.array([round(_SCALE * math.log(everywhere / n)) if n else 0 for n in range(having.max() + 1)])
        self.weights = rarity[having].astype(np.float64)
        self.each = self.weights + round(EVERY_WORD * _SCALE)
        self.lengths = tuple(
            np.sqrt(np.bincount(side.rows, (side.counts * self.weights[side.columns]) ** 2, len(side.sizes)))
            for side in (self.a, self.b)
        )

    def _alike(self) -> Iterator[tuple[int, int, _F64, _F64]]:
        """Cosine and Dice of each sentence of a and each of b, in blocks from a place in both on."""
        for i in range(0, len(self.a.sizes), BLOCK):
            for j in range(0, len(self.b.sizes), BLOCK):
                yield i, j, *self._block(i, j)

    def _block(self, i: int, j: int) -> tuple[_F64, _F64]:
        sides, rows = (self.a, self.b), (slice(i, i + BLOCK), slice(j, j + BLOCK))
        parts = [
            slice(*np.searchsorted(side.rows, (row.start, row.stop))) for side, row in zip(sides, rows, strict=True)
        ]
        shared = np.ones(len(self.weights), np.bool_)
        for side, part in zip(sides, parts, strict=True):
            has = np.zeros_like(shared)
            has[side.columns[part]] = True
            shared &= has
        place = np.cumsum(shared) - 1
        tables = []
        for side, part, row in zip(sides, parts, rows, strict=True):
            columns = side.columns[part]
            kept = shared[columns]
            table = np.zeros((len(side.sizes[row]), int(shared.sum())))
            weight = side.counts[part] * self.weights[columns]
            table[side.rows[part][kept] - row.start, place[columns[kept]]] = weight[kept]
            tables.append(table)
        # Whole numbers below 2^53: exact whatever adds them up.
        dot = tables[0] @ tables[1].T
        both = (tables[0] > 0).astype(np.float32) @ (tables[1] > 0).astype(np.float32).T
        lengths = np.outer(self.lengths[0][rows[0]], self.lengths[1][rows[1]])
        sizes = np.add.outer(self.a.sizes[rows[0]], self.b.sizes[rows[1]])
        return dot / np.maximum(lengths, 1), 2 * both / sizes

    def _seeds(self, free_a: _Free, free_b: _Free) -> tuple[_I64, _I64]:
        """Pairs of sentences that are alike, and those that are alike enough for a summary."""
        found: tuple[list[_I64], list[_I64]] = ([], [])
        for i, j, cosine, dice in self._alike():
            origin = np.array([i, j])
            free = np.logical_and.outer(free_a[i : i + BLOCK], free_b[j : j + BLOCK])
            found[0].append(np.argwhere((cosine > COSINE) & (dice > DICE) & free) + origin)
            found[1].append(np.argwhere((cosine > SUMMARY_COSINE) & (dice > SUMMARY_DICE) & free) + origin)
        return np.concatenate(found[0]), np.concatenate(found[1])

    def run(self, pure: Sequence[_Found], aligned: Sequence[_Found]) -> list[_Found]:
        """Rewritten passages, none of which has words of another on either side."""
        seeds, looser = self._seeds(_free(self.a, [p.a for p in pure]), _free(self.b, [p.b for p in pure]))
        passages = []
        for cluster in self._clusters(seeds, GAP, 0, LIKENESS):
            a, b = self._trimmed(*self._stretch(cluster))
            if self._long_enough(a, b):
                passages.append((self.likeness(a, b), _Found(a, b, (), True)))
        explained = [found for _, found in passages] + list(aligned)
        for cluster in self._clusters(looser, SUMMARY_GAP, SUMMARY_GAP, SUMMARY_LIKENESS):
            a, b = self._stretch(cluster)
            if self._is_summary(cluster, a, b, explained):
                summary = _Found(a, b, (), True)
                passages = [each for each in passages if not each[1].touches(summary)]
                passages.append((1 + self.likeness(a, b), summary))
        kept: list[_Found] = []
        for _, found in sorted(passages, key=lambda each: (-each[0], each[1])):
            if not any(_apart(found.a, other.a) < 0 or _apart(found.b, other.b) < 0 for other in kept):
                kept.append(found)
        return kept

    def likeness(self, a: _Side, b: _Side) -> float:
        """Cosine of two stretches."""
        x, y = self.a.bag(a, self.weights), self.b.bag(b, self.weights)
        return float(x @ y / max(1.0, math.sqrt(float(x @ x) * float(y @ y))))

    def _stretch(self, seeds: _I64) -> tuple[_Side, _Side]:
        (first_a, first_b), (last_a, last_b) = seeds.min(axis=0).tolist(), seeds.max(axis=0).tolist()
        return self.a.words_of(first_a, last_a), self.b.words_of(first_b, last_b)

    def _clusters(self, seeds: _I64, gap: int, least: int, likeness: float) -> list[_I64]:
        """Seeds near each other whose stretches are alike, with smaller and smaller gaps."""
        found = []
        for cluster in _near(seeds, gap) if len(seeds) else []:
            if self.likeness(*self._stretch(cluster)) >= likeness:
                found.append(cluster)
            elif gap > least:
                found += self._clusters(cluster, gap - 1, least, likeness)
        return found

    def _long_enough(self, a: _Side, b: _Side) -> bool:
        return min(self.a.sentences.length(a), self.b.sentences.length(b)) >= CHARACTERS

    def _trimmed(self, a: _Side, b: _Side) -> tuple[_Side, _Side]:
        for _ in range(3):
            before = a, b
            a = self._best(self.a, a, self.b, b)
            b = self._best(self.b, b, self.a, a)
            if (a, b) == before:
                break
        return a, b

    def _best(self, one: _Bags, here: _Side, other: _Bags, there: _Side) -> _Side:
        """The stretch between two borders, near ``here``, whose words ``there`` explains best."""
        low, high = max(0, here[0] - REACH), min(len(one.ids), here[1] + REACH)
        known = np.zeros(len(self.weights), np.bool_)
        known[other.ids[there[0] : there[1]]] = True
        ids = one.ids[low:high]
        weight, equal = self.each[ids], known[ids]
        inside = slice(here[0] - low, here[1] - low)
        share = EXPLAINED * float((weight * equal)[inside].sum()) / float(weight[inside].sum())
        total = np.concatenate([[0.0], np.cumsum(np.where(equal, weight * (1 - share), -weight * share))])
        cuts = one.sentences.cuts
        places = np.unique(np.concatenate([cuts[(cuts >= low) & (cuts <= high)], here]))
        value = np.round(total[places - low], 6)
        end = int(np.argmax(value - np.minimum.accumulate(value)))
        start = int(np.argmin(value[: end + 1]))
        return (int(places[start]), int(places[end])) if start < end else here

    def _is_summary(self, seeds: _I64, a: _Side, b: _Side, explained: Sequence[_Found]) -> bool:
        in_a, in_b = _length(a), _length(b)
        joins = min(len(np.unique(seeds[:, 0])), len(np.unique(seeds[:, 1])))
        if max(in_a, in_b) < SUMMARY_RATIO * min(in_a, in_b) or joins < SUMMARY_SENTENCES:
            return False
        if not self._long_enough(a, b):
            return False
        here = in_a < in_b  # the summary is in a
        summary = self.a.bag(a, self.weights) if here else self.b.bag(b, self.weights)
        source = self.b.bag(b, self.weights) if here else self.a.bag(a, self.weights)
        known = np.zeros(len(self.weights), np.bool_)
        for each in explained:
            if here and _apart(each.a, a) < 0:
                known[self.b.ids[slice(*each.b)]] = True
            elif not here and _apart(each.b, b) < 0:
                known[self.a.ids[slice(*each.a)]] = True
        whole = float(summary.sum())
        told = float(summary[source > 0].sum()) / max(1.0, whole)
        return told >= SUMMARY_TOLD and told - float(summary[known].sum()) / max(1.0, whole) >= SUMMARY_GAIN


def _free(bags: _Bags, taken: Sequence[_Side]) -> _Free:
    """Whether less than half of each sentence is in passages copied word for word."""
    words = np.zeros(len(bags.ids))
    for start, end in taken:
        words[start:end] = 1
    first = bags.sentences.first
    return 2 * np.add.reduceat(words, first[:-1]) < np.diff(first)


def _near(seeds: _I64, gap: int) -> list[_I64]:
    """Divide seeds where more than ``gap`` sentences are between them, on one side or the other."""
    found, waiting = [], [(seeds, 0, 0)]
    while waiting:
        some, side, whole = waiting.pop()
        order = np.argsort(some[:, side], kind="stable")
        breaks = np.flatnonzero(np.diff(some[order, side]) > gap + 1) + 1
        if len(breaks):
            waiting += [(some[part], 1 - side, 0) for part in np.split(order, breaks)]
        elif whole:
            found.append(some)
        else:
            waiting.append((some, 1 - side, 1))
    return found


def _length(words: _Side) -> int:
    return words[1] - words[0]


def _apart(x: _Side, y: _Side) -> int:
    """Words between two stretches; below 0 they overlap."""
    return max(x[0], y[0]) - min(x[1], y[1])


def _inside(x: _Side, y: _Side) -> bool:
    """Whether most of x is in y."""
    return 2 * -_apart(x, y) > _length(x)
