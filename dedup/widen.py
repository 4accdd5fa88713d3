"""Widen: rewritten passages (``Settings(rewrites=True)``) and whole sentences (``sentences=True``).

A stage between aligning and judging that is left out by default.  A rewritten passage takes in the
aligned ones that stand in it: then it is called a copy, or a public statement, if one of them is, with that
one's judgement, and only the words that are equal count.  Otherwise its kind is ``rewrite``, which makes
no edge of the graph.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.align import Alignment, Block, edits_of, span_of
from dedup.article import Article, tokens_of
from dedup.batch import Comparisons, alignments
from dedup.copying import LINK, decibans_of
from dedup.engine import engine
from dedup.model import Span
from dedup.rewrites import Compare, Rewrite, find_rewrites
from dedup.sentences import Sentences, sentence_starts, widened
from dedup.settings import Settings

__all__ = ["Widened", "to_sentences", "with_rewrites"]

_TEXTS = 1024
"""Texts that are kept as sentences; some 50 KB each."""


class Widened(NamedTuple):
    """What was found, the judgement of each passage, and its likeness (0: not rewritten)."""

    found: Comparisons
    judged: npt.NDArray[np.int32] | None
    likeness: npt.NDArray[np.float64]


def with_rewrites(
    articles: Sequence[Article],
    places: npt.NDArray[np.int32],
    turned: Sequence[bool],
    found: Comparisons,
    judged: npt.NDArray[np.int32] | None,
    settings: Settings,
) -> Widened:
    """The passages of each pair with those that were rewritten; arguments as in ``dedup.batch.comparisons``.

    Some 0.3 milliseconds for each text, and for a pair 0.2, or 1 where sentences are alike.
    """
    read = lru_cache(_TEXTS)(lambda place: _read(articles[place], settings))
    compare = engine(settings.engine).alike
    aligned = iter(alignments(found))
    matches = found.matches.copy()
    passages: list[list[int]] = []
    blocks: list[list[int]] = []
    source: list[int] = []  # the aligned passage whose judgement a passage has; -1 for none
    likeness: list[float] = []
    strength = np.zeros(len(found.passages)) if judged is None else decibans_of(judged)
    at = 0
    for n, ((x, y), exchange) in enumerate(zip(places.tolist(), turned, strict=True)):
        count = int(matches[n, 4])
        some = list(islice(aligned, count))
        a, b = read(x), read(y)
        rows = []
        copied = [judged is None or strong >= LINK for strong in strength[at : at + count].tolist()]
        for passage in _found(a, b, some, copied, exchange, bool(matches[n, 0]), compare):
            best = max((at + part for part in passage.parts), key=strength.__getitem__, default=-1)
            characters = (*span_of(a.tokens, passage.a), *span_of(b.tokens, passage.b))
            rows.append((characters, passage.alignment, passage.moved, best, passage.likeness))
        rows.sort(key=lambda row: row[:3])
        matches[n, 4] = len(rows)
        at += count
        for characters, alignment, moved, best, alike in rows:
            passages.append([len(alignment.blocks) + len(moved), *characters])
            edits = [(0, 0, 0, 0), *((*edit.a, *edit.b) for edit in edits_of(alignment, a.tokens, b.tokens))]
            blocks += ([*block, *edit] for block, edit in zip(alignment.blocks, edits, strict=True))
            blocks += ([*block, 0, 0, 0, 0] for block in moved)
            source.append(best)
            likeness.append(alike)
    table = Comparisons(matches, _table(passages, 5), _table(blocks, 7))
    from_aligned = np.array(source, np.int64)
    if judged is not None:
        judged = np.concatenate([judged, np.zeros((1, judged.shape[1]), np.int32)])[from_aligned]
    return Widened(table, judged, np.array(likeness, np.float64))


def to_sentences(articles: Sequence[Article], places: npt.NDArray[np.int32], found: Comparisons) -> Comparisons:
    """The same with each passage widened to the sentences that it touches, on both sides."""
    starts = lru_cache(_TEXTS)(lambda place: sentence_starts(articles[place].document.text))
    passages = found.passages.copy()
    of = np.repeat(np.arange(len(places)), found.matches[:, 4])
    for row, (x, y) in zip(passages, places[of].tolist(), strict=True):
        _, a, a_end, b, b_end = row.tolist()
        row[1:3] = widened(articles[x].document.text, starts(x), Span(a, a_end))
        row[3:5] = widened(articles[y].document.text, starts(y), Span(b, b_end))
    return found._replace(passages=passages)


def _read(article: Article, settings: Settings) -> Sentences:
    return Sentences(article.document.text, tokens_of(article, settings))


class _Passage(NamedTuple):
    a: Span
    b: Span
    alignment: Alignment
    moved: tuple[Block, ...]
    parts: tuple[int, ...]
    likeness: float


def _found(
    a: Sentences,
    b: Sentences,
    some: Sequence[Alignment],
    copied: Sequence[bool],
    exchange: bool,
    identical: bool,
    compare: Compare,
) -> list[_Passage]:
    """Passages, found from the side whose text comes first, whatever the documents are called."""
    if identical:
        return [_Passage(each.a, each.b, each, (), (n,), 0.0) for n, each in enumerate(some)]
    sides = [each.mirrored() if exchange else each for each in some]
    order = sorted(range(len(some)), key=lambda n: sides[n].blocks)
    sides = [sides[n] for n in order]
    one, two = (b, a) if exchange else (a, b)
    found = []
    for each in find_rewrites(one, two, sides, compare):
        parts = tuple(order[part] for part in each.parts)
        if (aligned := _aligned(one, two, each, sides, [copied[part] for part in parts])) is None:
            continue
        alignment, moved = aligned
        if exchange:
            turned = tuple(sorted(Block(block.b, block.a, block.words) for block in moved))
            found.append(_Passage(each.b, each.a, alignment.mirrored(), turned, parts, each.likeness))
        else:
            found.append(_Passage(each.a, each.b, alignment, moved, parts, each.likeness))
    return found


def _aligned(
    a: Sentences, b: Sentences, rewrite: Rewrite, some: Sequence[Alignment], copied: Sequence[bool]
) -> tuple[Alignment, tuple[Block, ...]] | None:
    """The words of a passage that are equal, those in the same order in both and the others: of its copied
    parts, or of its aligned parts, or, without any, words that stand once; None if no word is equal."""
    parts = [some[part] for part, copy in zip(rewrite.parts, copied, strict=True) if copy or not any(copied)]
    if len(parts) == 1:
        return parts[0], ()
    if parts:
        every = sorted(block for part in parts for block in part.blocks)
        chain = _heaviest(every)
        return Alignment(chain), tuple(block for block in every if block not in chain)
    for once in (True, False):
        if blocks := _in_order(_places(a, rewrite.a, once), _places(b, rewrite.b, once)):
            return Alignment(blocks), ()
    return None


def _places(text: Sentences, words: Span, once: bool) -> dict[str, int]:
    """Where each word of a stretch stands first; ``once``: of those that stand there once."""
    stretch = text.tokens.words[words.start : words.end]
    counts = Counter(stretch)
    places: dict[str, int] = {}
    for place, word in enumerate(stretch, words.start):
        if not (once and counts[word] > 1):
            places.setdefault(word, place)
    return places


def _in_order(a: dict[str, int], b: dict[str, int]) -> tuple[Block, ...]:
    """The most words in the same order in both: the longest rising subsequence (patience sorting)."""
    common = sorted((place, b[word]) for word, place in a.items() if word in b)
    tails: list[int] = []  # the smallest last place in b of a rising row of each length
    last: list[int] = []
    before: list[int] = []
    for n, (_, place) in enumerate(common):
        row = bisect_left(tails, place)
        before.append(last[row - 1] if row else -1)
        tails[row:] = [place, *tails[row + 1 :]]
        last[row:] = [n, *last[row + 1 :]]
    blocks: list[Block] = []
    n = last[-1] if last else -1
    while n >= 0:
        i, j = common[n]
        if blocks and (blocks[-1].a, blocks[-1].b) == (i + 1, j + 1):
            blocks[-1] = Block(i, j, blocks[-1].words + 1)
        else:
            blocks.append(Block(i, j, 1))
        n = before[n]
    return tuple(blocks[::-1])


def _heaviest(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The most words in blocks that rise in both texts, of blocks sorted by their place in a."""
    best: list[tuple[int, int]] = []  # words of the best row that ends with a block, and the block before
    for n, block in enumerate(blocks):
        rows = [
            (best[m][0], -m)
            for m, other in enumerate(blocks[:n])
            if other.a + other.words <= block.a and other.b + other.words <= block.b
        ]
        words, m = max(rows, default=(0, 1))
        best.append((words + block.words, -m))
    n = max(range(len(blocks)), key=lambda n: (best[n][0], -n))
    row = []
    while n >= 0:
        row.append(blocks[n])
        n = best[n][1]
    return tuple(row[::-1])


def _table(rows: list[list[int]], columns: int) -> npt.NDArray[np.int32]:
    return np.array(rows, np.int32).reshape(-1, columns)
