"""Segments: immutable files of sorted keys, mapped into memory.

A segment holds the keys (``dedup.batch``: 40 bits of a hash over 24 of an article's number) of the
bands and of the anchors of some articles.  Its form, all little-endian:

    head        64 bytes: magic, form, block size, number of bands, of anchors, checksum of the tables
    keys        uint64, rising: the bands, then the anchors, each filled up to whole blocks
    tables      for each section the first key of each block and the xxh3 of each block, uint64

A search goes through the tables, which are checked when the file is opened, and then into the blocks
that it names, each of which is checked when it is first touched: a damaged block is an error and
never a wrong answer.  Only the places that are asked for are read from disk.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
import numpy.typing as npt
import xxhash

from dedup.batch import NUMBER_BITS
from dedup.columns import among, marked, spread, unique
from dedup.engine import engine
from dedup.errors import DamagedError
from dedup.lookup import BLOCK

__all__ = ["BLOCK", "Postings", "Run", "Section", "Segment", "found_in", "merge", "write"]

_MAGIC = b"DEDUPSEG"
_FORM = 1
_HEAD = 64
_PARTS = 256
"""Parts of the range of keys that are merged one after the other: bounds the memory."""

_SEVERAL = 4
"""Hashes in common, each of which many have, that tell a story that many print from a stock phrase."""
_LOOKED_AT = 64
"""Articles of a crowded hash that are looked at, the first in each run."""
_LOOKED_AT_GONE = 4096
"""The same where some may be gone."""

_U64 = npt.NDArray[np.uint64]
_I64 = npt.NDArray[np.int64]
_NUMBER = np.uint64((1 << NUMBER_BITS) - 1)
_NONE = np.empty(0, np.uint64)
_I64_NONE = np.empty(0, np.int64)


class Postings(NamedTuple):
    """Keys that were found: ``asked`` says which of those asked for, ``keys`` what is stored."""

    asked: _I64
    keys: _U64


class Run:
    """Sorted keys in memory, as a section of a segment: the recent part of an index."""

    def __init__(self, keys: _U64) -> None:
        self.keys = keys

    def __len__(self) -> int:
        return len(self.keys)

    def places(self, asked: _U64) -> tuple[_I64, _I64]:
        """From where to where the keys stand that begin with each hash; ``asked`` are hashes, shifted, rising."""
        starts = self.keys.searchsorted(asked)
        ends, last = starts.copy(), asked | _NUMBER
        there = marked(self.keys[np.minimum(starts, len(self.keys) - 1)] <= last) if len(self.keys) else starts[:0]
        there = there[starts[there] < len(self.keys)]  # few of those asked for
        ends[there] = self.keys.searchsorted(last[there], "right")
        return starts, ends

    def check(self, start: int, end: int) -> None:
        """Nothing: it is in memory."""

    def check_all(self, starts: _I64, counts: _I64) -> None:
        """Nothing: it is in memory."""

    def forget(self, start: int, end: int) -> None:
        """Nothing: it stays in memory."""


class Section(Run):
    """Sorted keys in a file; ``name`` is for errors."""

    def __init__(self, keys: _U64, fences: _U64, sums: _U64, name: str, data: mmap.mmap, at: int) -> None:
        super().__init__(keys)
        self._data, self._at = data, at
        self._fences, self._sums, self._name = fences, sums, name
        self._checked = np.zeros(len(sums), np.uint8)

    def places(self, asked: _U64) -> tuple[_I64, _I64]:
        """As of ``Run``, with the blocks checked that hold the answer."""
        found = engine("auto").places(self.keys, self._fences, self._sums, self._checked, asked)
        if found.damaged >= 0:
            raise self._damaged()
        return found.starts, found.ends

    def check(self, start: int, end: int) -> None:
        """Check the blocks of some places; a ``DamagedError`` if one is not as it was written."""
        if end > start:
            for block in range(start // BLOCK, (end - 1) // BLOCK + 1):
                self._check(block)

    def check_all(self, starts: _I64, counts: _I64) -> None:
        """The same for many places, by the first of each and how many they are."""
        starts, counts = starts[counts > 0], counts[counts > 0]
        first = starts // BLOCK
        blocks = spread(first, (starts + counts - 1) // BLOCK - first + 1)
        for block in unique(blocks[self._checked[blocks] == 0]).tolist():
            self._check(block)

    def forget(self, start: int, end: int) -> None:
        """Let go of the memory of some keys that were read; they are read again from the file if need be."""
        first = -(-(self._at + 8 * start) // mmap.PAGESIZE) * mmap.PAGESIZE
        last = (self._at + 8 * end) // mmap.PAGESIZE * mmap.PAGESIZE
        if last > first and hasattr(mmap, "MADV_DONTNEED"):
            self._data.madvise(mmap.MADV_DONTNEED, first, last - first)

    def _check(self, block: int) -> None:
        if not self._checked[block]:
            if _sum(self.keys[block * BLOCK : (block + 1) * BLOCK]) != self._sums[block]:
                raise self._damaged()
            self._checked[block] = 1

    def _damaged(self) -> DamagedError:
        return DamagedError(f"{self._name} is damaged: its checksum does not fit")


class Segment:
    """A segment file, open; any number of processes may have it open, while nobody writes to it."""

    def __init__(self, path: Path, checksum: int) -> None:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size < _HEAD:
                raise DamagedError(f"{path} is damaged: it was cut short, to {size:,} bytes")
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if hasattr(mmap, "MADV_RANDOM"):  # what lies beside a page that is asked for is not
            data.madvise(mmap.MADV_RANDOM)
        head = np.frombuffer(data, "<u8", _HEAD // 8)
        lengths = head[2:4].astype(np.int64).tolist()
        blocks = [-(-length // BLOCK) for length in lengths]
        whole = _HEAD + 8 * sum(blocks) * (BLOCK + 2)
        if data[:8] != _MAGIC or _head(head) != checksum:
            raise DamagedError(f"{path} is damaged: its head is not as it was written")
        if size != whole:
            raise DamagedError(f"{path} is damaged: {size:,} bytes, but {whole:,} were written")
        tables = np.frombuffer(data, "<u8", 2 * sum(blocks), _HEAD + 8 * sum(blocks) * BLOCK)
        if _sum(tables) != head[4]:
            raise DamagedError(f"{path} is damaged: its tables are not as they were written")
        self.sections: list[Section] = []
        at, table = _HEAD, 0
        for length, count in zip(lengths, blocks, strict=True):
            keys = np.frombuffer(data, "<u8", length, at)
            fences, sums = tables[table : table + count], tables[table + count : table + 2 * count]
            self.sections.append(Section(keys, fences, sums, str(path), data, at))
            at, table = at + 8 * BLOCK * count, table + 2 * count

    def verify(self) -> None:
        """Read and check everything; a ``DamagedError`` if something is not as it was written."""
        for section in self.sections:
            section.check(0, len(section))
            if not (section.keys[1:] > section.keys[:-1]).all():
                raise section._damaged()


def found_in(runs: Sequence[Run], asked: _U64, gone: npt.NDArray[np.uint32], carriers: int) -> Postings:
    """What is stored under the hashes of some keys, in rising order, without the articles that are ``gone`` (sorted).

    A hash that ``carriers`` articles or more have gives only the first of them, as in a scan: with
    the one that asks they would be more than that.  But where an article shares at least ``_SEVERAL`` such
    hashes with others that are among the first to have them, it is a story that many print, and no stock phrase:
    ``carriers`` of those are found, too, that share most, to bear witness.  About a microsecond a key and run.
    """
    wanted = asked & ~_NUMBER
    runs = [run for run in runs if len(run)]
    places = [run.places(wanted) for run in runs]
    if not runs:
        return Postings(_I64_NONE, _NONE)
    counts = np.array([end - start for start, end in places])
    total = counts.sum(axis=0)
    crowded, there = marked(total >= carriers), marked((total > 0) & (total < carriers))
    which, keys = [], []
    for run, (start, _), count in zip(runs, places, counts, strict=True):
        few = count[there]
        # Fewer keys than a block has are in the blocks that were checked to find them.
        which.append(there.repeat(few))
        keys.append(run.keys[spread(start[there], few)])
    if len(crowded):
        some, first = _crowded(runs, places, counts, crowded, gone, carriers, asked)
        which.append(some)
        keys.append(first)
    every, numbers = np.concatenate(which), np.concatenate(keys)
    if len(gone):
        kept = ~_among(numbers & _NUMBER, gone)
        every, numbers = every[kept], numbers[kept]
    return Postings(every, numbers)


def _crowded(
    runs: Sequence[Run],
    places: Sequence[tuple[_I64, _I64]],
    counts: _I64,
    crowded: _I64,
    gone: npt.NDArray[np.uint32],
    carriers: int,
    asked: _U64,
) -> Postings:
    """What is taken of hashes that many have: the first; all, where too few are left of them; and
    articles that have several such hashes in common with the one that asks."""
    place = (asked & _NUMBER).astype(np.int64)
    most = np.full(len(crowded), _LOOKED_AT if not len(gone) else _LOOKED_AT_GONE)
    if not len(gone):
        # Who has few crowded hashes can have few in common with others: then the first is all that is taken.
        most[np.bincount(place[crowded])[place[crowded]] < _SEVERAL] = 1
    which, keys = [], []
    for run, (start, _), count in zip(runs, places, counts, strict=True):
        number = np.minimum(count[crowded], most)
        run.check_all(start[crowded], number)
        which.append(np.repeat(crowded, number))
        keys.append(run.keys[spread(start[crowded], number)])
    every, found = np.concatenate(which), np.concatenate(keys)
    if len(gone):
        alive = ~_among(found & _NUMBER, gone)
        every, found = every[alive], found[alive]
    if sum(len(some) > 0 for some in which) > 1:
        # As a rule each run has later articles than the one before, and lies in order behind it.
        order = every.argsort(kind="stable")
        every, found = every[order], found[order]
        if ((found[1:] < found[:-1]) & (every[1:] == every[:-1])).any():
            order = np.lexsort((found, every))
            every, found = every[order], found[order]
    first_of = np.ones(len(every), np.bool_)
    first_of[1:] = every[1:] != every[:-1]
    taken = first_of
    if len(gone):  # else there are as many as there were
        taken = first_of | (np.bincount(every, minlength=len(asked))[every] < carriers)
    rows = marked(taken)
    hashes = np.bincount(place[every[first_of]], minlength=int(place.max(initial=0)) + 1)
    rest = marked(~taken & (hashes >= _SEVERAL)[place[every]])
    pair = (asked[every[rest]] & _NUMBER) << np.uint64(32) | found[rest] & _NUMBER
    numbers = np.sort(pair)
    edges = marked(np.concatenate([[True], numbers[1:] != numbers[:-1], [True]])) if len(numbers) else _I64_NONE
    times = np.diff(edges)
    several = marked(times >= _SEVERAL)
    if len(several):
        numbers, times = numbers[edges[several]], times[several]
        places_of = numbers >> np.uint64(32)
        rank = np.lexsort((numbers, -times, places_of))
        places_of = places_of[rank]
        close = np.arange(len(rank)) - places_of.searchsorted(places_of) < carriers
        chosen = np.sort(numbers[rank[close]])
        at = marked(among(pair, chosen))
        first = np.full(len(chosen), len(pair))
        np.minimum.at(first, chosen.searchsorted(pair[at]), at)
        rows = np.concatenate([rows, rest[first]])
    return Postings(every[rows], found[rows])


def _among(numbers: _U64, gone: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    if not len(gone) or not len(numbers):
        return np.zeros(len(numbers), np.bool_)
    place = np.minimum(np.searchsorted(gone, numbers), len(gone) - 1)
    same: npt.NDArray[np.bool_] = gone[place] == numbers
    return same


def write(path: Path, sections: Sequence[Iterator[_U64]]) -> tuple[int, list[int]]:
    """Write a segment of sorted keys, given in pieces, and wait until it is on disk.

    The checksum that ``Segment`` wants, and the number of keys of each section.
    """
    lengths, tables = [], []
    try:
        with path.open("xb") as file:
            file.write(bytes(_HEAD))
            for pieces in sections:
                length, fences, sums = _write_keys(file, pieces)
                lengths.append(length)
                tables += [np.array(fences, "<u8"), np.array(sums, "<u8")]
            table = np.concatenate(tables)
            file.write(table.data)
            head = np.zeros(_HEAD // 8, "<u8")
            head[0] = np.frombuffer(_MAGIC, "<u8")[0]
            head[1] = _FORM << 32 | BLOCK
            head[2:4] = lengths
            head[4] = _sum(table)
            file.seek(0)
            file.write(head.data)
            file.flush()
            os.fsync(file.fileno())
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return _head(head), lengths


def _write_keys(file: IO[bytes], pieces: Iterator[_U64]) -> tuple[int, list[int], list[int]]:
    length, fences, sums = 0, list[int](), list[int]()
    rest = _NONE
    for piece in pieces:
        keys = np.concatenate([rest, piece])
        end = len(keys) // BLOCK * BLOCK
        keys, rest = keys[:end], keys[end:]
        file.write(keys.astype("<u8", copy=False).data)
        length += end
        fences += keys[::BLOCK].tolist()
        sums += (_sum(keys[at : at + BLOCK]) for at in range(0, end, BLOCK))
    if len(rest):
        file.write(np.concatenate([rest, np.zeros(BLOCK - len(rest), np.uint64)]).data)
        length += len(rest)
        fences.append(int(rest[0]))
        sums.append(_sum(rest))
    return length, fences, sums


def merge(runs: Sequence[Run], gone: npt.NDArray[np.uint32]) -> Iterator[_U64]:
    """The keys of all of them in order, without the articles that are ``gone`` (sorted); in pieces."""
    edges = np.arange(1, _PARTS, dtype=np.uint64) << np.uint64(64 - 8)
    # By the tables: a search through all of a file would bring most of it into memory.
    parts = [[0, *run.places(edges)[0].tolist(), len(run)] for run in runs]
    for number in range(_PARTS):
        slices = []
        for run, part in zip(runs, parts, strict=True):
            start, end = part[number : number + 2]
            run.check(start, end)
            slices.append(run.keys[start:end])
        keys = np.concatenate([_NONE, *slices])
        for run, part in zip(runs, parts, strict=True):
            run.forget(*part[number : number + 2])
        keys.sort()
        yield keys[~_among(keys & _NUMBER, gone)] if len(gone) else keys


def _sum(keys: npt.NDArray[np.uint64]) -> int:
    return xxhash.xxh3_64_intdigest(np.ascontiguousarray(keys).data)


def _head(head: npt.NDArray[np.uint64]) -> int:
    """The checksum of a head, as a number that SQLite can hold."""
    return _sum(head) >> 1
