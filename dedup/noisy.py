"""Noisy: texts with reading errors (OCR), compared letter by letter (``Settings(noisy=True)``).

One wrong letter in twenty leaves few runs of five equal words but many of eight equal letters, and a
lost blank or a hyphen at a line end changes no letter at all.  So the text is spread out, a blank behind
each character: then each letter is a word to the folding, hashing and aligning that words go through
(character n-grams as in Stein 2007 and the PAN baseline), with the same engine, and character ``n`` of the text is
character ``2 n`` of the spread one.  What is found is given back in whole words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from dedup.align import Alignment, Block, edits_of
from dedup.batch import Bodies, Comparisons, Keys, alignments
from dedup.engine import Engine
from dedup.model import Span, Tokens
from dedup.settings import Settings

__all__ = ["anchors", "comparisons"]

LETTERS = 5
"""Letters for each word of ``min_words``."""
SHINGLE = 8
"""Letters in a row that begin an alignment."""
ANCHOR, WINDOW = 24, 5
"""Letters of an anchor, and anchors of a window: two articles are compared when they share a run of
``ANCHOR + WINDOW - 1`` letters somewhere."""
END = 4
"""Equal letters in a row that a passage begins and ends with: fewer are chance."""
EQUAL = 0.6
"""Share of equal letters in a passage."""

_I32 = npt.NDArray[np.int32]
_I64 = npt.NDArray[np.int64]


def anchors(texts: Sequence[str], bodies: Bodies, settings: Settings, work: Engine) -> Keys:
    """Keys of runs of letters, as of ``dedup.batch.sketches``; about 0.3 milliseconds an article."""
    rules = replace(settings, shingle=ANCHOR, window=WINDOW, min_words=ANCHOR)
    return work.sketches([_spread(text) for text in texts], _bodies(bodies), rules).anchors


def comparisons(
    texts: Sequence[str],
    bodies: Bodies,
    places: _I32,
    turned: Sequence[bool],
    settings: Settings,
    work: Engine,
) -> Comparisons:
    """As ``dedup.batch.comparisons``, with shingles of letters; about 1 millisecond a pair.

    >>> from dedup.engine import engine
    >>> from dedup.settings import Settings
    >>> clean = "He wrote: the ferry had left Pier Nine at dawn with two hundred people on board."
    >>> read = "tbe ferry had 1eft Pier Nine at dawn witb two hun-\\ndred people on bcard"
    >>> pair, work = np.array([[0, 1]], np.int32), engine("auto")
    >>> found = comparisons([clean, read], None, pair, [False], Settings(), work)
    >>> [[_, a, b, c, d]] = found.passages.tolist()
    >>> clean[a:b]
    'the ferry had left Pier Nine at dawn with two hundred people on board'
    >>> read[c:d]
    'tbe ferry had 1eft Pier Nine at dawn witb two hun-\\ndred people on bcard'
    """
    rules = replace(settings, shingle=SHINGLE, min_words=LETTERS * settings.min_words)
    found = work.comparisons([_spread(text) for text in texts], _bodies(bodies), places, turned, rules, None)
    read = lru_cache(256)(lambda place: _Text(texts[place], None if bodies is None else bodies[place], work))
    matches = found.matches.copy()
    passages: list[list[int]] = []
    blocks: list[list[int]] = []
    aligned = iter(alignments(found))
    for n, (x, y) in enumerate(places.tolist()):
        kept = 0
        for _ in range(matches[n, 4]):
            rows = _in_words(read(x), read(y), next(aligned))
            if rows:
                passages.append([len(rows[1]), *rows[0]])
                blocks += rows[1]
                kept += 1
        matches[n, 4] = kept
    return Comparisons(matches, np.array(passages, np.int32).reshape(-1, 5), np.array(blocks, np.int32).reshape(-1, 7))


def _spread(text: str) -> str:
    return " ".join(text)


def _bodies(bodies: Bodies) -> Bodies:
    return None if bodies is None else [[Span(2 * s, max(2 * s, 2 * e - 1)) for s, e in body] for body in bodies]


class _Text:
    """Letters and words of a text, and which letters are of which word."""

    def __init__(self, text: str, body: Sequence[Span] | None, work: Engine) -> None:
        spread = None if body is None else _bodies([body])
        self.letters = np.asarray(work.fold(_spread(text), spread[0] if spread else None).starts, np.int64) // 2
        self.words: Tokens = work.fold(text, body)
        self.first = np.searchsorted(self.letters, np.asarray(self.words.starts, np.int64))
        self.end = np.searchsorted(self.letters, np.asarray(self.words.ends, np.int64))

    def around(self, first: int, last: int) -> tuple[int, int]:
        """The characters of the words that hold two letters, and those between."""
        one = max(0, int(np.searchsorted(self.first, first, "right")) - 1)
        two = max(0, int(np.searchsorted(self.first, last, "right")) - 1)
        start, end = int(self.letters[first]), int(self.letters[last]) + 1
        return min(start, self.words.starts[one]), max(end, self.words.ends[two])


def _in_words(a: _Text, b: _Text, alignment: Alignment) -> tuple[tuple[int, int, int, int], list[list[int]]] | None:
    """The characters of a passage and its equal words as rows of blocks; None if there is too little of it."""
    runs = list(alignment.blocks)
    while runs and runs[0].words < END:
        runs.pop(0)
    while runs and runs[-1].words < END:
        runs.pop()
    if not runs:
        return None
    first, last = runs[0], runs[-1]
    longer = max(last.a + last.words - first.a, last.b + last.words - first.b)
    blocks = _equal_words(a, b, runs)
    if not blocks or sum(run.words for run in runs) < EQUAL * longer:
        return None
    in_a = a.around(first.a, last.a + last.words - 1)
    in_b = b.around(first.b, last.b + last.words - 1)
    edits = [(0, 0, 0, 0), *((*edit.a, *edit.b) for edit in edits_of(Alignment(blocks), a.words, b.words))]
    return (*in_a, *in_b), [[*block, *edit] for block, edit in zip(blocks, edits, strict=True)]


def _equal_words(a: _Text, b: _Text, runs: Sequence[Block]) -> tuple[Block, ...]:
    """Words of which all letters are equal, in runs of words."""
    found: list[Block] = []
    for run in runs:
        begin = int(np.searchsorted(a.first, run.a))
        end = int(np.searchsorted(a.end, run.a + run.words, "right"))
        words = np.arange(begin, max(begin, end))
        there = a.first[words] - run.a + run.b
        place = np.searchsorted(b.first, there)
        near = np.minimum(place, max(0, len(b.first) - 1))
        size = a.end[words] - a.first[words]
        equal = (size > 0) & (b.first[near] == there) & (b.end[near] - b.first[near] == size)
        for i, j in zip(words[equal].tolist(), near[equal].tolist(), strict=True):
            last = found[-1] if found else None
            if last and (last.a + last.words, last.b + last.words) == (i, j):
                found[-1] = Block(last.a, last.b, last.words + 1)
            else:
                found.append(Block(i, j, 1))
    assert all(x.a < y.a and x.b < y.b for x, y in pairwise(found))
    return tuple(found)
