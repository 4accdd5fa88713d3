"""Keys of articles, renumbered and put in order."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dedup.batch import NUMBER_BITS
from dedup.columns import among, marked, unique

__all__ = ["MASK", "VERSIONS", "candidates", "joined", "numbered_anew", "pairs_of"]

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


VERSIONS = 24
"""Articles that may be versions of the one that is asked about with which it is compared, at most, beside those
that share rarer words with it: those that share most bands.  Of a story that hundreds print more bear witness
to nothing new."""


def pairs_of(asked: _U64, which: npt.NDArray[np.int64], found: _U64) -> _U64:
    """Pairs of the place of an article that asks and the number of one that was found, as often as it was."""
    return (asked[which] & MASK) << np.uint64(32) | found & MASK


def candidates(bands: _U64, anchors: _U64) -> tuple[_U64, _U64]:
    """Of the pairs that have bands and those that have anchors in common, those to be compared and, of the
    versions of articles that have very many, those that are not; sorted, each once.

    >>> [each.tolist() for each in candidates(np.array([5, 5, 6] * 9, np.uint64), np.array([7], np.uint64))]
    [[5, 6, 7], []]
    """
    if len(bands) <= VERSIONS:
        return unique(np.concatenate([bands, anchors])), bands[:0]
    bands = np.sort(bands)
    first = marked(np.concatenate([[True], bands[1:] != bands[:-1]]))
    pairs, times = bands[first], np.diff(first, append=len(bands))
    places = pairs >> np.uint64(32)
    order = np.lexsort((pairs, -times, places))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    close = rank - np.searchsorted(places, places) < VERSIONS
    kept = unique(np.concatenate([pairs[close], anchors]))
    left = pairs[~close]
    return kept, left[~among(left, kept)]
