"""Align: the shared passages of two texts, word by word.

Seed and extend, as sequence search does (Altschul et al. 1990) and as difflib and edit distance
cannot: those align in order and miss a moved block.  Seeds are shingles that both texts hold; a
seed grows to the longest run of equal words; runs that follow each other in both texts with small
gaps become one alignment; its gaps and ends are aligned by dynamic programming, so that one
changed word does not end a passage.  Line ends, case and punctuation do not matter, because
words are compared as folded; nor does the spelling of one desk or another (``dedup.spelling``).
Seeds are shingles of the words as they are written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.columns import among, marked
from dedup.model import Edit, Span, Tokens
from dedup.spelling import spelled

__all__ = ["Alignment", "Block", "align", "edits_of", "span_of"]

MAX_REPEATS = 8
"""Places in one text at which a shingle is tried as a seed: text that repeats itself stays linear."""
MAX_GAP = 24
"""Words between two runs, on either side, up to which they are one passage: about a sentence."""
REACH = 16
"""Words beyond the end of a passage that are looked at for its continuation."""
MATCH, CHANGE, SKIP = 3, -3, -2
"""Scores of the dynamic programming: an equal word, a changed word, an added or left-out word.
A continuation must earn more than it costs: two equal words pay for three left-out ones at most."""


class Block(NamedTuple):
    """A run of equal words: ``spelled(a.words[a : a + words]) == spelled(b.words[b : b + words])``."""

    a: int
    b: int
    words: int


class Alignment(NamedTuple):
    """One passage in words: blocks that rise in both texts, with the edits between them."""

    blocks: tuple[Block, ...]

    @property
    def words(self) -> int:
        """Equal words."""
        return sum(block.words for block in self.blocks)

    def mirrored(self) -> Alignment:
        """The same with its sides exchanged."""
        return Alignment(tuple(Block(block.b, block.a, block.words) for block in self.blocks))

    @property
    def a(self) -> Span:
        """Words covered in a, edits included."""
        return Span(self.blocks[0].a, self.blocks[-1].a + self.blocks[-1].words)

    @property
    def b(self) -> Span:
        """Words covered in b, edits included."""
        return Span(self.blocks[0].b, self.blocks[-1].b + self.blocks[-1].words)


def align(
    a: Tokens,
    b: Tokens,
    a_hashes: npt.NDArray[np.uint64],
    b_hashes: npt.NDArray[np.uint64],
    k: int,
    min_words: int,
) -> list[Alignment]:
    """Passages of at least ``min_words`` equal words, in the order of ``a``.

    ``a_hashes`` and ``b_hashes`` are the hashes of the ``k``-word shingles.  Time is linear in the
    lengths plus the words in common.

    >>> from dedup.text import fold
    >>> from dedup.sketch import shingle_hashes
    >>> one = fold("said Hoo Tiang Boon, a professor who studies Chinese foreign policy at Nanyang")
    >>> two = fold("Said Hoo Tiang Boon, a professor who researches Chinese foreign policy at Nanyang.")
    >>> align(one, two, shingle_hashes(one, 5), shingle_hashes(two, 5), 5, 8)
    [Alignment(blocks=(Block(a=0, b=0, words=7), Block(a=8, b=8, words=5)))]
    """
    if a.words == b.words:
        return [Alignment((Block(0, 0, len(a)),))] if len(a) >= max(min_words, k) else []
    used_a, used_b = bytearray(len(a)), bytearray(len(b))
    words_a, words_b = spelled(a.words), spelled(b.words)
    found = []
    chains = _chains(_runs(words_a, words_b, a_hashes, b_hashes, k))
    # The longest first; what it takes is taken, so that text full of formulas stays linear.
    for chain in sorted(chains, key=_longest_first):
        if _mostly_used(chain, used_a, used_b):
            continue
        blocks = _fill(words_a, words_b, chain)
        blocks = _extend_left(words_a, words_b, blocks, used_a, used_b)
        blocks = _extend_right(words_a, words_b, blocks, used_a, used_b)
        passage = Alignment(tuple(blocks))
        if passage.words >= min_words:
            found.append(passage)
            for block in blocks:
                used_a[block.a : block.a + block.words] = b"\1" * block.words
                used_b[block.b : block.b + block.words] = b"\1" * block.words
    return sorted(found, key=lambda passage: (passage.a, passage.b))


def _longest_first(chain: Sequence[Block]) -> tuple[int, int, int]:
    return -sum(block.words for block in chain), chain[0].a, chain[0].b


def _mostly_used(chain: Sequence[Block], used_a: bytearray, used_b: bytearray) -> bool:
    """Whether more than half of the words of a chain, on either side, are in a longer passage."""
    words = sum(block.words for block in chain)
    in_a = sum(used_a.count(1, block.a, block.a + block.words) for block in chain)
    in_b = sum(used_b.count(1, block.b, block.b + block.words) for block in chain)
    return 2 * max(in_a, in_b) > words


def span_of(tokens: Tokens, words: Span) -> Span:
    """The characters that a range of words covers."""
    return Span(tokens.starts[words.start], tokens.ends[words.end - 1])


def edits_of(alignment: Alignment, a: Tokens, b: Tokens) -> tuple[Edit, ...]:
    """The places where the two sides differ, in characters; an added or left-out word has an
    empty range on the other side, right behind the word before it."""
    return tuple(
        Edit(
            _between(a, left.a + left.words, right.a),
            _between(b, left.b + left.words, right.b),
        )
        for left, right in pairwise(alignment.blocks)
    )


def _between(tokens: Tokens, start: int, end: int) -> Span:
    if start < end:
        return Span(tokens.starts[start], tokens.ends[end - 1])
    return Span(tokens.ends[start - 1], tokens.ends[start - 1])


def _runs(
    a: Sequence[str],
    b: Sequence[str],
    a_hashes: npt.NDArray[np.uint64],
    b_hashes: npt.NDArray[np.uint64],
    k: int,
) -> list[Block]:
    """Longest runs of equal words, at least ``k`` long, sorted by their place in a."""
    common = np.intersect1d(a_hashes, b_hashes)
    if not len(common):
        return []
    places: dict[int, list[int]] = defaultdict(list)
    for i in marked(among(a_hashes, common)).tolist():
        if len(known := places[int(a_hashes[i])]) < MAX_REPEATS:
            known.append(i)
    runs = []
    reached: dict[int, int] = {}  # diagonal -> end in b of the run found there
    tried: dict[int, int] = defaultdict(int)
    for j in marked(among(b_hashes, common)).tolist():
        code = int(b_hashes[j])
        if tried[code] == MAX_REPEATS:
            continue
        tried[code] += 1
        for i in places[code]:
            # Hashes are 64 bits long, but words decide.
            if reached.get(j - i, 0) > j or a[i : i + k] != b[j : j + k]:
                continue
            start, end = 0, k
            while i + start and j + start and a[i + start - 1] == b[j + start - 1]:
                start -= 1
            while i + end < len(a) and j + end < len(b) and a[i + end] == b[j + end]:
                end += 1
            runs.append(Block(i + start, j + start, end - start))
            reached[j - i] = j + end
    return sorted(runs)


def _chains(runs: list[Block]) -> list[list[Block]]:
    """Join runs that follow each other in both texts; each to the nearest chain that ends before it.

    Runs may touch or overlap by a word or two ("... of the US" / "the US and ..."); the later one
    then gives up the common part.
    """
    chains: list[list[Block]] = []
    recent: list[list[Block]] = []  # chains that can still grow: their end is near in a
    for run in runs:
        recent = [chain for chain in recent if run.a - (chain[-1].a + chain[-1].words) <= MAX_GAP]
        best, best_cost = None, 0
        for chain in recent:
            last = chain[-1]
            gap_a, gap_b = run.a - last.a - last.words, run.b - last.b - last.words
            overlap = -min(gap_a, gap_b, 0)
            if gap_b > MAX_GAP or overlap > min(run.words, last.words) // 2:
                continue
            # A gap must be small beside both runs, or two accidents make a passage.
            gap = max(gap_a, gap_b) + overlap
            if gap > 2 * min(last.words, run.words):
                continue
            if best is None or gap < best_cost:
                best, best_cost = chain, gap
        if best is None:
            best = []
            chains.append(best)
            recent.append(best)
        elif (last := best[-1]) and (cut := -min(run.a - last.a - last.words, run.b - last.b - last.words, 0)):
            run = Block(run.a + cut, run.b + cut, run.words - cut)
        best.append(run)
    return chains


def _fill(a: Sequence[str], b: Sequence[str], chain: list[Block]) -> list[Block]:
    """Add the equal words inside the gaps of a chain."""
    blocks = [chain[0]]
    for run in chain[1:]:
        last = blocks[-1]
        i, j = last.a + last.words, last.b + last.words
        inner = _best_path(a[i : run.a], b[j : run.b], to_end=True)
        blocks.extend(Block(i + x, j + y, n) for x, y, n in inner)
        blocks.append(run)
    return _joined(blocks)


def _extend_right(
    a: Sequence[str], b: Sequence[str], blocks: list[Block], used_a: bytearray, used_b: bytearray
) -> list[Block]:
    """Continue the last block over small edits, as long as that earns more than it costs, and as
    far as the words are in no other passage."""
    while True:
        last = blocks[-1]
        i, j = last.a + last.words, last.b + last.words
        more = _best_path(a[i : _next_used(used_a, i)], b[j : _next_used(used_b, j)], to_end=False)
        if not more:
            return _joined(blocks)
        blocks = [*blocks, *(Block(i + x, j + y, n) for x, y, n in more)]


def _extend_left(
    a: Sequence[str], b: Sequence[str], blocks: list[Block], used_a: bytearray, used_b: bytearray
) -> list[Block]:
    """The same at the other end: the texts before the first block, read backwards."""
    while True:
        i, j = blocks[0].a, blocks[0].b
        left_a, left_b = a[_last_used(used_a, i) : i][::-1], b[_last_used(used_b, j) : j][::-1]
        more = _best_path(left_a, left_b, to_end=False)
        if not more:
            return _joined(blocks)
        blocks = [*(Block(i - x - n, j - y - n, n) for x, y, n in reversed(more)), *blocks]


def _next_used(used: bytearray, start: int) -> int:
    """End of the words from ``start`` that are free, ``REACH`` of them at most."""
    end = min(len(used), start + REACH)
    place = used.find(1, start, end)
    return end if place < 0 else place


def _last_used(used: bytearray, end: int) -> int:
    """Start of the free words before ``end``, ``REACH`` of them at most."""
    start = max(0, end - REACH)
    return max(start, used.rfind(1, start, end) + 1)


def _best_path(a: Sequence[str], b: Sequence[str], *, to_end: bool) -> list[tuple[int, int, int]]:
    """Equal words of the best alignment of two short stretches, as ``(i, j, words)``.

    With ``to_end`` the alignment runs to the end of both (a gap between two runs); without, to the
    best place that ends in two equal words and earns more than it costs, or nothing.
    """
    if not set(a) & set(b) or (not to_end and not set(pairwise(a)) & set(pairwise(b))):
        return []
    rows, columns = len(a) + 1, len(b) + 1
    score = [[SKIP * y for y in range(columns)]]
    best, best_at = 0, (0, 0)
    for x in range(1, rows):
        above, row = score[-1], [SKIP * x]
        for y in range(1, columns):
            if a[x - 1] == b[y - 1]:
                value = above[y - 1] + MATCH
                if value > best and x > 1 and y > 1 and a[x - 2] == b[y - 2]:
                    best, best_at = value, (x, y)
            else:
                value = above[y - 1] + CHANGE
            row.append(max(value, above[y] + SKIP, row[y - 1] + SKIP))
        score.append(row)
    return _traced(a, b, score, (rows - 1, columns - 1) if to_end else best_at)


def _traced(
    a: Sequence[str], b: Sequence[str], score: list[list[int]], end: tuple[int, int]
) -> list[tuple[int, int, int]]:
    """Follow the scores back from ``end``; equal words are preferred to changes, those to gaps."""
    x, y = end
    equal: list[tuple[int, int, int]] = []
    while x and y:
        if a[x - 1] == b[y - 1] and score[x][y] == score[x - 1][y - 1] + MATCH:
            x, y = x - 1, y - 1
            if equal and equal[-1][0] == x + 1 and equal[-1][1] == y + 1:
                equal[-1] = (x, y, equal[-1][2] + 1)
            else:
                equal.append((x, y, 1))
        elif score[x][y] == score[x - 1][y - 1] + CHANGE:
            x, y = x - 1, y - 1
        elif score[x][y] == score[x - 1][y] + SKIP:
            x -= 1
        else:
            y -= 1
    return equal[::-1]


def _joined(blocks: list[Block]) -> list[Block]:
    """Blocks that touch on both sides are one."""
    result = [blocks[0]]
    for block in blocks[1:]:
        last = result[-1]
        if last.a + last.words == block.a and last.b + last.words == block.b:
            result[-1] = Block(last.a, last.b, last.words + block.words)
        else:
            result.append(block)
    return result
