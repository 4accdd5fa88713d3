"""Lookup: where hashes stand among the sorted keys of a segment (``dedup.index.segments``).

A segment may be larger than memory, so a search goes through its tables (the first key and the checksum of
each block) and touches those blocks only that hold an answer, each of which is checked when it is first touched.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xxhash

from dedup.batch import NUMBER_BITS

__all__ = ["BLOCK", "Places", "places"]

BLOCK = 512
"""Keys in a block: 4 KB, a page."""

_U64 = npt.NDArray[np.uint64]
_I64 = npt.NDArray[np.int64]
_NUMBER = (1 << NUMBER_BITS) - 1


class Places(NamedTuple):
    """From where to where the keys of each hash stand (int64); ``damaged`` is a block that is not as it was
    written, -1 as a rule: then the rest means nothing."""

    starts: _I64
    ends: _I64
    damaged: int


def places(keys: _U64, fences: _U64, sums: _U64, checked: npt.NDArray[np.uint8], asked: _U64) -> Places:
    """Where the keys stand that begin with each hash; ``asked`` are hashes, shifted (``dedup.batch``).

    ``fences`` are the first key of each block, ``sums`` the xxh3 of its bytes, ``checked`` says which were
    found to be as they were written, and is written to.

    >>> keys = np.array([7 << 24 | 1, 7 << 24 | 5, 9 << 24 | 1], np.uint64)
    >>> sums = np.array([xxhash.xxh3_64_intdigest(keys.data)], np.uint64)
    >>> found = places(keys, keys[:1], sums, np.zeros(1, np.uint8), np.array([7 << 24, 8 << 24], np.uint64))
    >>> found.starts.tolist(), found.ends.tolist(), found.damaged
    ([0, 2], [2, 2], -1)
    """
    starts, ends = np.zeros(len(asked), np.int64), np.zeros(len(asked), np.int64)

    def whole(block: int) -> bool:
        if not checked[block]:
            data = np.ascontiguousarray(keys[block * BLOCK : (block + 1) * BLOCK]).data
            checked[block] = xxhash.xxh3_64_intdigest(data) == int(sums[block])
        return bool(checked[block])

    for n, value in enumerate(asked.tolist() if len(keys) else []):
        lower, upper = np.uint64(value), np.uint64(value | _NUMBER)
        block = max(0, int(np.searchsorted(fences, lower)) - 1)
        if not whole(block):
            return Places(starts, ends, block)
        start = end = _within(keys, block, lower, "left")
        # The first key of a block that was not looked at is in the tables.
        if start < len(keys) and (fences[start // BLOCK] if start % BLOCK == 0 else keys[start]) <= upper:
            last = max(0, int(np.searchsorted(fences, upper, "right")) - 1)
            if not whole(last):
                return Places(starts, ends, last)
            end = _within(keys, last, upper, "right")
        starts[n], ends[n] = start, end
    return Places(starts, ends, -1)


def _within(keys: _U64, block: int, value: np.uint64, side: str) -> int:
    at = block * BLOCK
    return at + int(np.searchsorted(keys[at : at + BLOCK], value, "right" if side == "right" else "left"))
