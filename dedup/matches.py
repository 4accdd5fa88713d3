"""Matches: what pairs of articles have in common, in arrays; records only where somebody looks.

A million articles have half a million matches, and nobody looks at each: so what the engine found
stays in its arrays, and a ``Match`` is made when it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.align import Alignment, Block
from dedup.columns import Lazy, spread
from dedup.copying import LINK, Counts, among_stories, decibans, decibans_of, evidence, idiom, kind, probability
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
_KINDS: tuple[PassageKind, ...] = ("copy", "public-statement", "common-phrase", "boilerplate", "rewrite")


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
        passages = tuple(self.passage(p) for p in self.passages_of(m))
        jaccard, a_in_b, b_in_a = float(self.jaccard[m]), float(self.a_in_b[m]), float(self.b_in_a[m])
        copied = any(passage.kind == "copy" for passage in passages)
        relation = relation_of(bool(self.identical[m]), jaccard, max(a_in_b, b_in_a), copied)
        return Match(self.ids[self.a[m]], self.ids[self.b[m]], jaccard, a_in_b, b_in_a, relation, passages)

    def __repr__(self) -> str:
        return f"<{len(self)} matches with {len(self.spans)} passages>"

    def passages_of(self, m: int) -> range:
        """Numbers of the passages of a match."""
        return range(int(self.first[m]), int(self.first[m + 1]))

    def passage(self, p: int) -> Passage:
        """The record of a passage."""
        a, a_end, b, b_end = self.spans[p].tolist()
        rows = self.blocks[self.block[p] : self.block[p + 1]].tolist()
        passage = Passage(
            a=Span(a, a_end),
            b=Span(b, b_end),
            words=sum(row[2] for row in rows),
            edits=tuple(Edit(Span(row[3], row[4]), Span(row[5], row[6])) for row in rows[1:] if row[4] or row[6]),
        )
        if self.likeness is not None and self.rewritten[p]:
            return replace(passage, kind="rewrite", evidence=(_rewritten(float(self.likeness[p])),))
        if self.judged is None:
            return passage
        counts, total = Counts(*self.judged[p].tolist()), float(self.decibans[p])
        stories = 0 if self.stories is None else int(self.stories[p])
        return replace(
            passage,
            kind=self._known(p) or kind(counts, total),
            decibans=total,
            p_copied=probability(total),
            evidence=(*evidence(counts), *idiom(decibans(counts), stories)),
            strand=self.strand.get(p),
        )

    def length(self, p: int) -> int:
        """How many words of a passage are equal in both."""
        return int(self.blocks[self.block[p] : self.block[p + 1], 2].sum())

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

    def _known(self, p: int) -> PassageKind | None:
        return "boilerplate" if self.boilerplate is not None and self.boilerplate[p] else None

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
