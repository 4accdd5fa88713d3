"""Matches: what pairs of articles have in common, in arrays; records only where somebody looks.

A million articles have half a million matches, and nobody looks at each: so what the engine found
stays in its arrays, and a ``Match`` is made when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.align import Alignment, Block
from dedup.columns import Lazy, marked, spread
from dedup.copying import LINK, Counts, among_stories, decibans, decibans_of, evidence, idiom, probability, sums_of
from dedup.model import Edit, Evidence, Match, Passage, PassageKind, Relation, Span

__all__ = ["EXCERPT", "NEAR_DUPLICATE", "Matches", "Runs", "mirrored", "relation_of"]

NEAR_DUPLICATE = 0.5
"""Jaccard over five-word shingles from which two articles are versions of one text: about one
word in twelve changed."""
EXCERPT = 0.8
"""Containment from which one article is an excerpt of the other."""

_I32 = npt.NDArray[np.int32]
_I64 = npt.NDArray[np.int64]
_U32 = npt.NDArray[np.uint32]
_F64 = npt.NDArray[np.float64]


_NONE = np.empty(0, np.int64)
_AT_ONCE = 1 << 5
"""Matches whose records are made at once where somebody wants all."""
_KINDS: tuple[PassageKind, ...] = ("copy", "public-statement", "common-phrase", "boilerplate", "rewrite")
_COPY = _KINDS.index("copy")


class Runs(NamedTuple):
    """Runs of words: which of those asked for each is of, its first word, how many words."""

    which: _I64
    starts: _I32
    sizes: _I32


def relation_of(identical: bool, jaccard: float, containment: float, copied: bool) -> Relation:
    """What two articles are to each other; ``copied`` says that they share a copied passage.

    >>> relation_of(False, 0.2, 0.9, True)
    'excerpt'
    """
    if identical:
        return "identical"
    if jaccard >= NEAR_DUPLICATE:
        return "near-duplicate"
    if containment >= EXCERPT:
        return "excerpt"
    return "shared-passage" if copied else "common-only"


def mirrored(passage: Passage) -> Passage:
    """The passage with its sides exchanged."""
    return replace(passage, a=passage.b, b=passage.a, edits=tuple(Edit(edit.b, edit.a) for edit in passage.edits))


def _rewritten(likeness: float) -> Evidence:
    return Evidence("rewrite", "the same matter in other words: cosine of the weighted terms", f"{likeness:.2f}")


@dataclass(frozen=True, eq=False)
class Matches(Lazy[Match]):
    """Matches of articles ``ids[a]`` and ``ids[b]``, sorted.

    ``a``, ``b`` are int32; ``jaccard``, ``a_in_b`` and ``b_in_a`` float64; ``identical`` bool.  Match
    ``m`` has the passages ``first[m]`` to ``first[m + 1]``; ``spans`` (int32, 4 columns) are their
    characters, a from and to, b from and to.  Passage ``p`` has the blocks ``block[p]`` to
    ``block[p + 1]``: ``blocks`` (int32, 7 columns) as in ``dedup.batch.Comparisons``.
    """

    ids: Sequence[str]
    a: _I32
    b: _I32
    identical: npt.NDArray[np.bool_]
    jaccard: _F64
    a_in_b: _F64
    b_in_a: _F64
    first: _I64
    spans: _I32
    block: _I64
    blocks: _I32
    judged: _I32 | None = None
    """What the judge counted of each passage: a row of ``dedup.copying.Counts``; None where nobody asked."""
    likeness: _F64 | None = None
    """Cosine of the two sides of each passage that was rewritten, 0 of the others; None where nobody asked."""
    boilerplate: npt.NDArray[np.bool_] | None = None
    """Which passages the corpus shows to be boilerplate (``dedup.learned``)."""
    stories: _I32 | None = None
    """In how many stories about different things the text of each passage stands (``dedup.idioms``); 0 where nobody
    asked."""
    strand: Mapping[int, str] = field(default_factory=dict)
    """Ids of strands by number of passage."""

    def __len__(self) -> int:
        return len(self.a)

    def _made(self, m: int) -> Match:
        return self._several(m, m + 1)[0]

    def __iter__(self) -> Iterator[Match]:
        for start in range(0, len(self), _AT_ONCE):
            yield from self._several(start, min(start + _AT_ONCE, len(self)))

    def _several(self, start: int, end: int) -> list[Match]:
        """The records from one match to another: many at once take a third of the time of one by one."""
        first = self.first[start : end + 1].tolist()
        passages = self.passages(first[0], first[-1])
        ends = (self.a, self.b, self.identical, self.jaccard, self.a_in_b, self.b_in_a)
        columns = [column[start:end].tolist() for column in ends]
        found, ids = [], self.ids
        for a, b, identical, jaccard, a_in_b, b_in_a, begin, stop in zip(*columns, first, first[1:], strict=False):
            own = tuple(passages[begin - first[0] : stop - first[0]])
            relation = relation_of(identical, jaccard, max(a_in_b, b_in_a), _COPY in self._kinds[begin:stop])
            found.append(Match(ids[a], ids[b], jaccard, a_in_b, b_in_a, relation, own))
        return found

    def __repr__(self) -> str:
        return f"<{len(self)} matches with {len(self.spans)} passages>"

    def relation(self, m: int) -> Relation:
        """What the two articles of a match are to each other."""
        most = max(float(self.a_in_b[m]), float(self.b_in_a[m]))
        copied = _COPY in self._kinds[self.first[m] : self.first[m + 1]]
        return relation_of(bool(self.identical[m]), float(self.jaccard[m]), most, copied)

    def passages_of(self, m: int) -> range:
        """Numbers of the passages of a match."""
        return range(int(self.first[m]), int(self.first[m + 1]))

    def passage(self, p: int) -> Passage:
        """The record of a passage."""
        return self.passages(p, p + 1)[0]

    def passages(self, start: int, end: int) -> list[Passage]:
        """The records of passages one after the other; about 8 microseconds each, one alone 30."""
        begins, spans = self.block[start : end + 1].tolist(), self.spans[start:end].tolist()
        if not spans:
            return []
        blocks, kinds = self.blocks[begins[0] : begins[-1]].tolist(), self._kinds[start:end]
        decibans, said = self.decibans[start:end].tolist(), self._said(start, end)
        found = []
        for p, (a, a_end, b, b_end) in enumerate(spans):
            rows = blocks[begins[p] - begins[0] : begins[p + 1] - begins[0]]
            kind, words = _KINDS[kinds[p]], sum([row[2] for row in rows])
            edits = tuple([Edit(Span(*row[3:5]), Span(*row[5:])) for row in rows[1:] if row[4] or row[6]])
            passage = Span(a, a_end), Span(b, b_end), words, edits, kind
            if kind == "rewrite" and self.likeness is not None:
                found.append(Passage(*passage, evidence=(_rewritten(float(self.likeness[start + p])),)))
            elif said is None:
                found.append(Passage(*passage))
            else:
                total = decibans[p]
                found.append(Passage(*passage, total, probability(total), said[p], self.strand.get(start + p)))
        return found

    def _said(self, start: int, end: int) -> list[tuple[Evidence, ...]] | None:
        """The evidence of passages one after the other; None where nobody judged them."""
        if self.judged is None:
            return None
        rows = self.judged[start:end]
        found = [
            evidence(Counts(*row), total) for row, total in zip(rows.tolist(), sums_of(rows).tolist(), strict=True)
        ]
        if self.stories is not None:
            for p in marked(self.stories[start:end] > 1).tolist():
                found[p] += idiom(decibans(Counts(*rows[p].tolist())), int(self.stories[start + p]))
        return found

    def length(self, p: int) -> int:
        """How many words of a passage are equal in both."""
        return int(self.blocks[self.block[p] : self.block[p + 1], 2].sum())

    def lengths(self, passages: Iterable[int], members: Iterable[int]) -> dict[int, int]:
        """How many words of these articles stand in these passages, by number; about 2 microseconds a passage."""
        words = dict.fromkeys(members, 0)  # a bit a word
        for p in passages:
            m = self.match_of[p]
            a, b = int(self.a[m]), int(self.b[m])
            for in_a, in_b, size in self.blocks[self.block[p] : self.block[p + 1], :3].tolist():
                run = (1 << size) - 1
                words[a] |= run << in_a
                words[b] |= run << in_b
        return {member: found.bit_count() for member, found in words.items()}

    def kind(self, p: int) -> PassageKind:
        """Kind of a passage."""
        return _KINDS[self._kinds[p]]

    @property
    def kinds(self) -> list[PassageKind]:
        """Kind of each passage."""
        return [_KINDS[kind] for kind in self._kinds]

    @cached_property
    def _kinds(self) -> bytes:
        """The kind of each passage, by its place in ``_KINDS``."""
        found = np.zeros(len(self.spans), np.uint8)
        if self.judged is not None:
            quoted = self.judged[:, Counts._fields.index("quoted")] > 0
            found = np.where(self.decibans >= LINK, found, np.where(quoted, np.uint8(1), np.uint8(2)))
            found[self.furniture] = 3
        found[self.rewritten] = 4
        return found.tobytes()

    def p_copied(self, p: int) -> float:
        """Probability that a passage was copied."""
        return probability(float(self.decibans[p]))

    @cached_property
    def decibans(self) -> _F64:
        """Of each passage, as in its record."""
        if self.judged is None:
            return np.zeros(len(self.spans))
        found = decibans_of(self.judged)
        if self.stories is not None:
            found = among_stories(found, self.stories)
        return np.where(self.rewritten, 0.0, found)

    @cached_property
    def rewritten(self) -> npt.NDArray[np.bool_]:
        """Which passages were rewritten and have no part that was copied or said in public."""
        if self.likeness is None:
            return np.zeros(len(self.spans), np.bool_)
        if self.judged is None:
            return (self.likeness > 0) & ~self.furniture
        quoted = self.judged[:, Counts._fields.index("quoted")] > 0
        return (self.likeness > 0) & (decibans_of(self.judged) < LINK) & ~quoted & ~self.furniture

    @cached_property
    def copies(self) -> npt.NDArray[np.bool_]:
        """Which passages are called copies."""
        called = (self.decibans >= LINK) | (self.judged is None)
        called = called & ~self.rewritten
        return called if self.boilerplate is None else called & ~self.boilerplate

    @property
    def furniture(self) -> npt.NDArray[np.bool_]:
        """Which passages are boilerplate."""
        return np.zeros(len(self.spans), np.bool_) if self.boilerplate is None else self.boilerplate

    @cached_property
    def statements(self) -> npt.NDArray[np.bool_]:
        """Which passages are called public statements."""
        if self.judged is None:
            return np.zeros(len(self.spans), np.bool_)
        return ~self.copies & ~self.furniture & (self.judged[:, Counts._fields.index("quoted")] > 0)

    @cached_property
    def words(self) -> _I64:
        """How many words of each passage are equal in both."""
        return np.add.reduceat(self.blocks[:, 2], self.block[:-1], dtype=np.int64) if len(self.spans) else _NONE

    @cached_property
    def match_of(self) -> _I32:
        """The match of each passage."""
        return np.arange(len(self), dtype=np.int32).repeat(self.first[1:] - self.first[:-1])

    def runs(self, passages: _I64 | _I32 | _U32, sides: _I64 | _I32 | _U32) -> Runs:
        """The words of some passages on one side each (0 for a, 1 for b) that are equal in both."""
        counts = self.block[passages + 1] - self.block[passages]
        which = np.arange(len(passages)).repeat(counts)
        blocks = spread(self.block[passages], counts)
        return Runs(which, self.blocks[blocks, sides[which]], self.blocks[blocks, 2])

    def alignment(self, p: int) -> Alignment:
        """A passage in words."""
        rows = self.blocks[self.block[p] : self.block[p + 1], :3].tolist()
        return Alignment(tuple(Block(*row) for row in rows))

    def mark(self, p: int, side: int, words: npt.NDArray[np.bool_]) -> None:
        """Note in ``words`` those of one side (0 for a, 1 for b) that are equal in both."""
        for row in self.blocks[self.block[p] : self.block[p + 1], :3].tolist():
            words[row[side] : row[side] + row[2]] = True
