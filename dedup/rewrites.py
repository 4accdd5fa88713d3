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

Terms are words cut to six letters, which joins most inflected forms in many languages.  Which sentences are
alike is found in C (``dedup.likeness``); most pairs have none, and are done with.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.align import Alignment
from dedup.likeness import SCALE, Alike, Limits, alike
from dedup.model import Span
from dedup.sentences import Sentences

__all__ = ["Compare", "Rewrite", "find_rewrites"]

SEEDS = Limits(cosine=0.27, dice=0.3)
"""From which two sentences are seeds."""
GAP = 3
"""Sentences between two seeds of one passage, at most, on either side."""
LIKENESS = 0.4
"""Cosine of the two stretches from which they are a passage; below, they are divided at smaller gaps."""
CHARACTERS = 150
"""Shortest rewritten passage on either side, about 25 words: below, likeness is common among strangers."""
SUMMARY_SEEDS, SUMMARY_GAP, SUMMARY_LIKENESS = Limits(cosine=0.25, dice=0.2), 24, 0.3
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

_I64 = npt.NDArray[np.int64]
_F64 = npt.NDArray[np.float64]
_Free = npt.NDArray[np.bool_]
_Side = tuple[int, int]
Compare = Callable[[Sentences, Sentences, _Free, _Free, Limits, Limits], Alike]


class Rewrite(NamedTuple):
    """A passage in words: the stretch in a and in b, the numbers of the alignments that it takes in,
    and how alike the two stretches are (cosine, 0 to 1; 0 for one alignment as it was)."""

    a: Span
    b: Span
    parts: tuple[int, ...]
    likeness: float


class _Bags:
    """One of the two texts: its sentences, and the number of the term of each word."""

    def __init__(self, sentences: Sentences, ids: _I64) -> None:
        self.sentences = sentences
        self.ids = ids

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


def find_rewrites(
    a: Sentences, b: Sentences, alignments: Sequence[Alignment], compare: Compare = alike
) -> list[Rewrite]:
    """Passages of two texts, rewritten ones and the given alignments; what overlaps is one.

    Sorted by place in ``a``; ``compare`` is ``dedup.likeness.alike`` of some engine.  Time: the number of pairs
    of sentences, and the words; 0.1 milliseconds for two articles of 500 words that have no sentences
    alike, and about 1 where there are some.

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
        pure = [found for found, each in zip(aligned, alignments, strict=True) if _is_pure(each)]
        a_free, b_free = _free(a, [found.a for found in pure]), _free(b, [found.b for found in pure])
        search = _Search(a, b, compare(a, b, a_free, b_free, SEEDS, SUMMARY_SEEDS))
        rewritten = search.run([found for found in aligned if alignments[found.parts[0]].words >= SHORT])
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

    def __init__(self, a: Sentences, b: Sentences, found: Alike) -> None:
        self.a, self.b = _Bags(a, found.a), _Bags(b, found.b)
        self.weights, self.seeds, self.looser = found.weights, found.seeds, found.looser
        self.each = self.weights + round(EVERY_WORD * SCALE)

    def run(self, aligned: Sequence[_Found]) -> list[_Found]:
        """Rewritten passages, none of which has words of another on either side."""
        passages = []
        for cluster in self._clusters(self.seeds, GAP, 0, LIKENESS):
            a, b = self._trimmed(*self._stretch(cluster))
            if self._long_enough(a, b):
                passages.append((self.likeness(a, b), _Found(a, b, (), True)))
        explained = [found for _, found in passages] + list(aligned)
        looser = self.looser if len(self.looser) >= SUMMARY_SENTENCES else self.looser[:0]
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


def _free(text: Sentences, taken: Sequence[_Side]) -> _Free:
    """Whether less than half of each sentence is in passages copied word for word."""
    if not taken:
        return np.ones(len(text), np.bool_)
    words = np.zeros(len(text.terms))
    for start, end in taken:
        words[start:end] = 1
    return 2 * np.add.reduceat(words, text.first[:-1]) < np.diff(text.first)


def _near(seeds: _I64, gap: int) -> list[_I64]:
    """Divide seeds where more than ``gap`` sentences are between them, on one side or the other."""
    if len(seeds) == 1:
        return [seeds]
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
