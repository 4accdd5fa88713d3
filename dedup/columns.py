"""Columns: what a scan keeps of a million articles, and records made only where somebody looks.

Articles, matches, passages, groups and strands go by numbers here, their places in sorted order, so
that what holds for all of them is an array.
"""

from __future__ import annotations

import pickle
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, overload

import numpy as np
import numpy.typing as npt

__all__ = [
    "Lazy",
    "Remembered",
    "Rows",
    "among",
    "begins",
    "covered",
    "first_by",
    "marked",
    "numbered",
    "portions",
    "spread",
    "unique",
]

Record = TypeVar("Record", covariant=True)
Number = TypeVar("Number", np.int32, np.int64, np.uint32, np.uint64)
_I64 = npt.NDArray[np.int64]
_Ints = npt.NDArray[np.int64] | npt.NDArray[np.int32] | npt.NDArray[np.uint32]


class Lazy(Sequence[Record]):
    """A sequence whose records are made when they are asked for, each time anew; equal to any sequence
    of the same records."""

    @abstractmethod
    def _made(self, number: int) -> Record:
        """The record of a number from 0 up."""

    @overload
    def __getitem__(self, number: int) -> Record: ...
    @overload
    def __getitem__(self, number: slice) -> tuple[Record, ...]: ...
    def __getitem__(self, number: int | slice) -> Record | tuple[Record, ...]:
        if isinstance(number, slice):
            return tuple(self._made(each) for each in range(*number.indices(len(self))))
        place = number + len(self) if number < 0 else number
        if not 0 <= place < len(self):
            raise IndexError(f"{number} of {len(self)}")
        return self._made(place)

    def __iter__(self) -> Iterator[Record]:
        return map(self._made, range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # as a list

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self)}>"


class Remembered(Lazy[Record]):
    """Records that cost much to make and are asked for several times: each is made once.

    Some are kept as they are.  Where there are more than those, the others are kept packed, in a tenth of the room and
    a tenth of the time: the graph asks for the strands in an order of its own.
    """

    def __init__(self) -> None:
        self._records: dict[int, Any] = {}
        self._packed: dict[int, bytes] = {}

    @abstractmethod
    def _anew(self, number: int) -> Record:
        """The record of a number."""

    def _made(self, number: int) -> Record:
        if (record := self._records.get(number)) is None:
            if len(self._records) >= _KEPT:
                self._records.clear()
            if packed := self._packed.get(number):
                record = pickle.loads(packed)
            else:
                record = self._anew(number)
                if len(self) > _KEPT:
                    self._packed[number] = pickle.dumps(record)
            self._records[number] = record
        made: Record = record
        return made


_KEPT = 1 << 12
"""Records that are kept as they are."""


@dataclass(frozen=True, eq=False, slots=True)
class Rows:
    """Lists of numbers, one behind the other: row ``n`` is ``values[begins[n] : begins[n + 1]]``.

    >>> rows = Rows.of(np.array([0, 2, 0]), np.array([7, 8, 9]), 3)
    >>> [rows[n] for n in range(len(rows))]
    [[7, 9], [], [8]]
    """

    begins: _I64
    values: _Ints

    @classmethod
    def of(cls, rows: _Ints, values: _Ints, count: int) -> Rows:
        """``values`` by the row that each is in, in their own order."""
        order = rows.argsort(kind="stable")
        return cls(begins(np.bincount(rows, minlength=count)), values[order])

    def __len__(self) -> int:
        return len(self.begins) - 1

    def __getitem__(self, row: int) -> list[int]:
        found: list[int] = self.values[self.begins[row] : self.begins[row + 1]].tolist()
        return found

    def row(self, row: int) -> _Ints:
        """The values of a row as an array."""
        return self.values[self.begins[row] : self.begins[row + 1]]

    def size(self, row: int) -> int:
        """Length of a row."""
        return int(self.begins[row + 1] - self.begins[row])

    def part(self, start: int, end: int) -> tuple[_I64, _Ints]:
        """The values of some rows, before them the row of each."""
        ends = self.begins[start : end + 1]
        return np.arange(start, end).repeat(ends[1:] - ends[:-1]), self.values[ends[0] : ends[-1]]

    def rows(self) -> _I64:
        """The row of each value."""
        return np.arange(len(self)).repeat(self.begins[1:] - self.begins[:-1])


def unique(values: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """The different values, rising; as ``np.unique``, which loads numpy.ma first, for 20 ms.

    >>> unique(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    values = values.flatten()
    values.sort()
    fresh = np.empty(len(values), np.bool_)
    fresh[:1] = True
    np.not_equal(values[1:], values[:-1], out=fresh[1:])
    return values[fresh]


def among(values: npt.NDArray[Number], known: npt.NDArray[Number]) -> npt.NDArray[np.bool_]:
    """Which of the values are known; those known are different and rising (``np.isin`` loads numpy.ma, too).

    >>> among(np.array([3, 1, 9]), np.array([1, 9])).tolist()
    [False, True, True]
    """
    if not len(known):
        return np.zeros(len(values), np.bool_)
    found: npt.NDArray[np.bool_] = known[np.minimum(known.searchsorted(values), len(known) - 1)] == values
    return found


def numbered(values: npt.NDArray[Number]) -> tuple[npt.NDArray[Number], _I64]:
    """The different values, rising, and which of them each is.

    >>> [found.tolist() for found in numbered(np.array([30, 10, 30]))]
    [[10, 30], [1, 0, 1]]
    """
    known = unique(values)
    return known, known.searchsorted(values)


def marked(mask: npt.NDArray[np.bool_]) -> _I64:
    """The places of what is true, rising; as ``np.flatnonzero``, which takes six times as long for a few.

    >>> marked(np.array([True, False, True])).tolist()
    [0, 2]
    """
    return mask.nonzero()[0]


def begins(counts: _Ints) -> _I64:
    """Where each of some runs begins, by their lengths, and where the last ends.

    >>> begins(np.array([2, 0, 3])).tolist()
    [0, 2, 2, 5]
    """
    found = np.zeros(len(counts) + 1, np.int64)
    np.add.accumulate(counts, out=found[1:])  # which ``cumsum`` calls by way of Python
    return found


def spread(starts: _Ints, counts: _Ints) -> _I64:
    """The numbers of some runs, one run after the other.

    >>> spread(np.array([7, 3]), np.array([2, 1])).tolist()
    [7, 8, 3]
    """
    ends = begins(counts)
    found: _I64 = (starts - ends[:-1]).repeat(counts)
    found += np.arange(len(found))
    return found


def covered(rows: _Ints, starts: _Ints, sizes: _Ints, count: int) -> _I64:
    """How many places of each row are in at least one of some runs; about 0.2 microseconds a run.

    ``rows`` are below 2^31, and so are the places.

    >>> covered(np.array([1, 0, 1]), np.array([4, 0, 2]), np.array([3, 5, 3]), 3).tolist()
    [5, 5, 0]
    """
    if not len(rows):
        return np.zeros(count, np.int64)
    places = rows.astype(np.int64) << 32 | starts
    order = np.argsort(places)
    places, ends = places[order], (places + sizes)[order]
    before = np.maximum.accumulate(ends)
    fresh = ends
    fresh[1:] -= np.maximum(places[1:], before[:-1])
    fresh[0] -= places[0]
    return np.bincount(places >> 32, np.maximum(fresh, 0), minlength=count).astype(np.int64)


def portions(sizes: _Ints, most: int) -> Iterator[slice]:
    """Cut a list such that each portion has about ``most`` together, so that what is made of one is small.

    >>> [*portions(np.array([2, 2, 9, 1]), 4)]
    [slice(0, 2, None), slice(2, 3, None), slice(3, 4, None)]
    """
    ends, start = begins(sizes), 0
    while start < len(sizes):
        end = max(start + 1, int(np.searchsorted(ends, ends[start] + most, "right")) - 1)
        yield slice(start, end)
        start = end


def first_by(shown: int, *keys: npt.NDArray[np.generic]) -> list[int]:
    """The numbers of the first few by the first key, then by the next; equal ones in their own order.

    All of them in their own order if there are no more than that.

    >>> first_by(2, np.array([3, 1, 2])), first_by(3, np.array([3, 1, 2]))
    ([1, 2], [0, 1, 2])
    """
    if len(keys[0]) <= shown:
        return [*range(len(keys[0]))]
    found: list[int] = np.lexsort(keys[::-1])[:shown].tolist()
    return found
