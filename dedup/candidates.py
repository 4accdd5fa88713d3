"""Pair: which articles are worth aligning.

Two indexes over sketches.  Signature bands (MinHash-LSH, Broder 1997; Indyk, Motwani 1998): two
articles whose signatures agree in a whole band are a candidate pair of near-duplicate documents.
Anchors (winnowing): two articles that carry the same anchor are a candidate pair for passages.
Both are keys (``dedup.batch``) that are sorted, part by part, so that equal hashes stand together.

A band or anchor carried by many articles makes no quadratic number of pairs: its carriers are
chained to the first of them, so that a story printed a thousand times is still found whole.  An anchor
is crowded sooner than a band: most of those that more than a few articles carry are stock phrases, whose
pairs would be two of three among a hundred thousand articles and more among a million, and what two of
its carriers share beyond the text of the first has anchors of its own.  Where each
of ten thousand copies has bands and anchors of its own, chains are many: then each copy is compared with a
few of those that most others resemble, and with everything outside.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import IO, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.batch import BUCKETS, NUMBER_BITS, Keys
from dedup.corpus import no_room, scratch
from dedup.engine import Engine
from dedup.errors import InputError
from dedup.parallel import in_order

__all__ = ["ANCHOR_CARRIERS", "BAND_CARRIERS", "Candidates", "Index", "bands_for", "thinned", "united"]

BAND_CARRIERS = 64
"""Carriers of one band up to which each pair of them is a candidate (2,016 pairs)."""
ANCHOR_CARRIERS = 16
"""The same of one anchor (120 pairs)."""

HUB = 2048
"""Articles with which one shares a band, from which it stands for the crowd of them."""
HUBS = 4
"""Hubs that each article of a crowd is compared with: one of them may have been edited where it was not."""

_SORTED = 1 << 20  # keys that are sorted at once: what a processor's own memory holds
_BLOCK = 1 << 22  # keys that are kept in one piece of memory: NumPy asks for huge pages, of which few are touched first
_GATHERED = 1 << 25  # pairs that are held before the same ones are thrown out

_HIGH, _LOW = np.uint64(32), np.uint64(0xFFFF_FFFF)
_U32 = npt.NDArray[np.uint32]
_U64 = npt.NDArray[np.uint64]


class Candidates(NamedTuple):
    """``pairs``: uint64, two numbers of articles, the smaller in the high 32 bits; sorted.

    ``crowded`` counts the bands and anchors that too many articles carry, ``left_out``
    the pairs that each of them does not give, summed (a pair is often given by another).
    """

    pairs: _U64
    crowded: int
    left_out: int


class Index:
    """The keys of all articles, in memory or, beyond ``memory`` bytes, in a temporary file.

    A key that more than ``carriers`` articles have is crowded.  Cost: 8 bytes a key; an article of 500
    words has about 340 anchors.
    """

    def __init__(self, memory: int, carriers: int) -> None:
        self._memory = memory
        self._carriers = carriers
        self._parts: list[Keys] = []
        self._block, self._used = np.empty(0, np.uint64), 0
        self._bytes = 0
        self._file: IO[bytes] | None = None
        self._runs: list[npt.NDArray[np.int64]] = []  # where the buckets of each run begin in the file

    def __len__(self) -> int:
        """How many keys there are."""
        return sum(len(part.keys) for part in self._parts) + sum(int(run[-1] - run[0]) // 8 for run in self._runs)

    def add(self, keys: Keys, base: int) -> None:
        """Add the keys of a batch whose first article has the number ``base``."""
        if base >= 1 << NUMBER_BITS:
            raise InputError(f"more than {(1 << NUMBER_BITS) - 1:,} articles; scan them in parts")
        count = len(keys.keys)
        if count:
            if count > len(self._block) - self._used:
                self._block, self._used = np.empty(max(count, min(_BLOCK, 4 * len(self._block))), np.uint64), 0
            kept = self._block[self._used : self._used + count]
            self._used += count
            self._parts.append(keys._replace(keys=np.add(keys.keys, np.uint64(base), out=kept)))
            self._bytes += keys.keys.nbytes
        if self._bytes > self._memory:
            self._spill()

    def pairs(self, numbers: _U32 | None, work: Engine, jobs: int, step: Callable[[], None]) -> Candidates:
        """All pairs; ``numbers`` gives each article another number, ``step`` is called now and then.

        Time: some 20 nanoseconds a key; memory: the keys, the pairs, and 64 MB.
        """
        groups = min(BUCKETS, max(1, -(-len(self) // _SORTED)))
        edges = np.linspace(0, BUCKETS, groups + 1).astype(int).tolist()
        pieces = (partial(self._pairs_between, start, end, numbers, work) for start, end in pairwise(edges))
        found: list[_U64] = []
        held = crowded = left_out = 0
        for some, more_crowded, more_left_out in in_order(pieces, jobs):
            found.append(some)
            held += len(some)
            crowded += more_crowded
            left_out += more_left_out
            if held > _GATHERED:
                found = [_unique(found)]
                # Nothing is won by throwing out what there is little of.
                held = len(found[0]) // 2
            step()
        return Candidates(_unique(found), crowded, left_out)

    def _pairs_between(self, start: int, end: int, numbers: _U32 | None, work: Engine) -> tuple[_U64, int, int]:
        keys = np.concatenate([np.empty(0, np.uint64), *self._between(start, end)])
        if numbers is not None:
            work.renumber(keys, numbers)
        keys.sort()
        return work.pairs(keys, self._carriers)

    def _between(self, start: int, end: int) -> Iterator[_U64]:
        """The keys of some buckets."""
        for part in self._parts:
            yield part.keys[part.begins[start] : part.begins[end]]
        for run in self._runs:
            assert self._file is not None
            size = int(run[end] - run[start])
            yield np.frombuffer(os.pread(self._file.fileno(), size, int(run[start])), np.uint64)

    def _spill(self) -> None:
        """Write what is held to the file, bucket by bucket."""
        if self._file is None:
            self._file = scratch(self)
        begins = [self._file.tell()]
        try:
            for bucket in range(BUCKETS):
                for part in self._parts:
                    self._file.write(part.keys[part.begins[bucket] : part.begins[bucket + 1]].data)
                begins.append(self._file.tell())
            self._file.flush()
        except OSError as error:
            why = (
                "the index of shingles goes there beyond --memory: give more of either, or set TMPDIR to another folder"
            )
            raise no_room(why, error) from error
        self._runs.append(np.array(begins, np.int64))
        self._parts.clear()
        self._used = self._bytes = 0


def _unique(found: Sequence[_U64]) -> _U64:
    pairs = np.concatenate([np.empty(0, np.uint64), *found])
    pairs.sort()
    return pairs[np.concatenate([[True], pairs[1:] != pairs[:-1]])] if len(pairs) else pairs


def united(*found: Candidates) -> Candidates:
    """What any of them found."""
    pairs = _unique([each.pairs for each in found])
    return Candidates(pairs, sum(each.crowded for each in found), sum(each.left_out for each in found))


def thinned(found: Candidates, bands: _U64, count: int, work: Engine) -> Candidates:
    """Without most pairs inside crowds; ``bands`` are the pairs that share a band, of ``count`` articles.

    A hub shares a band with at least ``HUB`` articles; the articles that hang together by their first
    ``HUBS`` hubs are a crowd, and of the pairs inside a crowd these are kept.  Cost: some 10 nanoseconds
    a pair; where there is no hub, only those of ``bands``.

    >>> from dedup.engine import engine
    >>> few = np.array([1], np.uint64)  # one pair: 0 and 1
    >>> thinned(Candidates(few, 0, 0), few, 2, engine("auto")).pairs.tolist()
    [1]
    """
    degree = np.bincount((bands >> _HIGH).astype(np.int64), minlength=count)
    degree += np.bincount((bands & _LOW).astype(np.int64), minlength=count)
    hub = degree >= HUB
    if not hub.any():
        return found
    low, high = (bands >> _HIGH).astype(np.int64), (bands & _LOW).astype(np.int64)
    # Each article with its hubs, the smallest number first; two hubs are each other's.
    ends = np.concatenate([np.stack([high, low], 1)[hub[low]], np.stack([low, high], 1)[hub[high]]])
    ends = ends[np.lexsort((ends[:, 1], ends[:, 0]))]
    starts = np.concatenate([[0], np.flatnonzero(ends[1:, 0] != ends[:-1, 0]) + 1])
    place = np.arange(len(ends)) - np.repeat(starts, np.diff([*starts, len(ends)]))
    ends = np.sort(ends[place < HUBS], axis=1).astype(np.uint64)
    kept = _unique([ends[:, 0] << _HIGH | ends[:, 1]])
    crowd = work.roots(kept, count, count)
    pairs = found.pairs
    inside = crowd[pairs >> _HIGH] == crowd[pairs & _LOW]
    inside[np.searchsorted(pairs, kept)] = False
    return found._replace(pairs=pairs[~inside], left_out=found.left_out + int(np.count_nonzero(inside)))


def bands_for(threshold: float, permutations: int = 128) -> tuple[int, int]:
    """Bands and rows that datasketch's optimiser gives for a Jaccard threshold (takes a second:
    it imports scipy).

    >>> bands_for(0.5)
    (25, 5)
    """
    from datasketch import MinHashLSH

    lsh = MinHashLSH(threshold=threshold, num_perm=permutations)
    return lsh.b, lsh.r
