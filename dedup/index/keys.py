"""Keys of articles, renumbered and put in order."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dedup.batch import NUMBER_BITS
from dedup.columns import unique

__all__ = ["MASK", "joined", "numbered_anew", "pairs_of"]

_U64 = npt.NDArray[np.uint64]
MASK = np.uint64((1 << NUMBER_BITS) - 1)


def joined(parts: list[_U64]) -> _U64:
    """One array of several, of none an empty one."""
    return np.concatenate([np.empty(0, np.uint64), *parts])


def numbered_anew(keys: _U64, numbers: npt.NDArray[np.int64]) -> _U64:
    """Sorted keys with ``numbers[n]`` for the number ``n``, each once; without those whose number is -1.

    >>> numbered_anew(np.array([9 << 24 | 1, 7 << 24, 9 << 24 | 1], np.uint64), np.array([-1, 5])).tolist() == [
    ...     9 << 24 | 5
    ... ]
    True
    """
    if len(numbers) and (np.diff(numbers) == 1).all() and numbers[0] >= 0:  # as a rule: all are new
        return unique(keys + np.uint64(numbers[0]))
    new = numbers[(keys & MASK).astype(np.int64)]
    kept = new >= 0
    return unique((keys[kept] & ~MASK) | new[kept].astype(np.uint64))


def pairs_of(places: npt.NDArray[np.int64], numbers: _U64) -> _U64:
    """Pairs of a place and a number, sorted, each once."""
    return unique(places.astype(np.uint64) << np.uint64(32) | numbers)
