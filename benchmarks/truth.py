"""All pairs of articles whose Jaccard similarity is at least a threshold, exactly.

The sets are of five words in a row, as 64-bit hashes (that any two of 50 million are equal by chance has a probability
of one in fifteen thousand).  Every pair with Jaccard t shares one of the rarest ``size - ceil(t * size) + 1`` shingles
of either set (prefix filter: Chaudhuri, Ganti, Kaushik 2006), so only those are looked up, and each candidate is
counted in full.  No sampling, no sketch, and nothing of the planted truth.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from math import ceil
from pathlib import Path

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
_WORDS = re.compile(r"\w+")
_ODD = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


def plain_words(text: str) -> tuple[list[str], int]:
    """The words of this benchmark: runs of ``\\w`` in lower case; and how many make a shingle."""
    return _WORDS.findall(text.lower()), 5


def own_words(text: str) -> tuple[list[str], int]:
    """The words of dedup, by its reference: twice as many to a shingle in scripts without spaces."""
    from dedup.text import fold, is_dense

    tokens = fold(text)
    return list(tokens.words), 10 if is_dense(tokens) else 5


def exact_pairs(
    path: Path, words: Callable[[str], tuple[list[str], int]] = plain_words, threshold: float = 0.5
) -> Iterator[tuple[str, str, float]]:
    """Pairs of ids, first in the file first, with their Jaccard similarity of at least ``threshold``."""
    ids, flat, starts = _shingled(path, words)
    number = _rarest_first(flat)
    sets = [np.sort(number[starts[n] : starts[n + 1]]) for n in range(len(ids))]  # number 0 is the rarest shingle
    prefixes = [each[: len(each) - ceil(threshold * len(each)) + 1] for each in sets]
    lookup = _Postings(prefixes)
    for b, own in enumerate(sets):
        found = lookup.earlier(prefixes[b], b)
        found = np.array([a for a in found.tolist() if _long_enough(len(sets[a]), len(own), threshold)], dtype=np.int64)
        for start in range(0, len(found), 256):
            some = found[start : start + 256]
            sizes = np.array([len(sets[a]) for a in some])
            joined = np.concatenate([sets[a] for a in some])
            places = np.minimum(np.searchsorted(own, joined), len(own) - 1)
            shared = np.add.reduceat((own[places] == joined).astype(np.int64), np.cumsum(sizes) - sizes)
            jaccard = shared / (sizes + len(own) - shared)
            for a, value in zip(some.tolist(), jaccard.tolist(), strict=True):
                if value >= threshold:
                    yield ids[a], ids[b], value


def _long_enough(one: int, other: int, threshold: float) -> bool:
    return min(one, other) >= threshold * max(one, other)


def _shingled(
    path: Path, words: Callable[[str], tuple[list[str], int]]
) -> tuple[list[str], Hashes, npt.NDArray[np.int64]]:
    """Ids, the distinct shingles of all articles one after the other, and where each begins."""
    number: dict[str, int] = {}
    ids, parts, ends = [], [], [0]
    with path.open("rb") as file:
        for line in file:
            record = json.loads(line)
            found, size = words(record["text"])
            values = np.array([number.setdefault(word, len(number) + 1) for word in found], dtype=np.uint64)
            hashed = np.unique(_hashed(values, size))
            ids.append(record["id"])
            parts.append(hashed)
            ends.append(ends[-1] + len(hashed))
    return ids, np.concatenate(parts), np.array(ends)


def _hashed(values: Hashes, size: int) -> Hashes:
    """A hash of each run of ``size`` words, from their numbers."""
    count = max(0, len(values) - size + 1)
    total = np.full(count, size, dtype=np.uint64)
    for n in range(size):
        total = (total ^ (values[n : n + count] * _MIX)) * _ODD
        total ^= total >> np.uint64(29)
    total *= _MIX
    return total ^ (total >> np.uint64(32))


def _rarest_first(flat: Hashes) -> npt.NDArray[np.int64]:
    """The shingles renumbered so that a rarer one has a smaller number."""
    _, inverse, counts = np.unique(flat, return_inverse=True, return_counts=True)
    rank = np.empty(len(counts), dtype=np.int64)
    rank[np.argsort(counts, kind="stable")] = np.arange(len(counts))
    return rank[inverse]


class _Postings:
    """Which articles have a shingle in their prefix."""

    def __init__(self, prefixes: list[npt.NDArray[np.int64]]) -> None:
        shingles = np.concatenate(prefixes)
        articles = np.repeat(np.arange(len(prefixes)), [len(each) for each in prefixes])
        order = np.argsort(shingles, kind="stable")
        self._articles = articles[order]
        shingles = shingles[order]
        size = int(shingles[-1]) + 2 if len(shingles) else 1
        self._starts = np.searchsorted(shingles, np.arange(size))

    def earlier(self, prefix: npt.NDArray[np.int64], article: int) -> npt.NDArray[np.int64]:
        """Articles before this one that share a shingle of its prefix."""
        parts = [self._articles[self._starts[n] : self._starts[n + 1]] for n in prefix.tolist()]
        several = [part for part in parts if len(part) > 1]
        if not several:
            return np.empty(0, dtype=np.int64)
        found = np.unique(np.concatenate(several))
        return found[found < article]
