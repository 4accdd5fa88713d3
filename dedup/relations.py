"""Relations: what many articles have to do with each other, in flat arrays.

This is the plain specification of what ``dedup._engine`` does without the GIL: which passages are one
text, which names a text repeats, and which reports repeat the same ones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xxhash

from dedup.batch import Bodies, roots
from dedup.text import fold

__all__ = ["UNKNOWN", "Carried", "Named", "Reports", "names", "nearby", "strands"]

UNKNOWN = -(2**63)
"""A time that nobody knows."""

_I32 = npt.NDArray[np.int32]
_I64 = npt.NDArray[np.int64]
_U32 = npt.NDArray[np.uint32]
_U64 = npt.NDArray[np.uint64]


class Carried(NamedTuple):
    """``numbers`` (uint32): the set of groups that carries each passage; sets in the order of their
    first passage, set ``n`` is ``groups[begins[n] : begins[n + 1]]`` (uint32, sorted)."""

    numbers: _U32
    begins: _I64
    groups: _U32


class Named(NamedTuple):
    """``hashes`` (uint64) of the names that texts repeat, sorted within each; ``counts`` (int32), how
    many each has."""

    hashes: _U64
    counts: _I32


class Reports(NamedTuple):
    """Rows of names: row ``n`` has ``names[begins[n] : begins[n + 1]]`` (int32), each once, and the time
    ``times[n]`` (int64), ``UNKNOWN`` where nobody knows."""

    times: _I64
    begins: _I64
    names: _I32


def strands(sides: _I32, groups: _U32, begins: _I64, blocks: _I32) -> Carried:
    """Passages by the set of groups that carry them.

    ``sides`` (n, 2) are the articles of each passage, ``groups`` the group of each article; passage
    ``p`` has the rows ``begins[p]`` to ``begins[p + 1]`` of ``blocks`` (first word in each side, words).
    Words that any passage sets equal are one word, whoever the pairs were found with; a passage has
    the set of carriers that most of its words have.  Near-linear in the words of the passages.

    >>> two = np.array([[0, 1], [1, 2]], np.int32), np.arange(3, dtype=np.uint32), np.array([0, 1, 2])
    >>> [part.tolist() for part in strands(*two, np.array([[0, 0, 9], [4, 0, 3]], np.int32))]
    [[0, 1], [0, 2, 5], [0, 1, 0, 1, 2]]
    """
    words = [_words(sides[p].tolist(), blocks[begins[p] : begins[p + 1]].tolist()) for p in range(len(sides))]
    numbers: dict[tuple[int, int], int] = {}
    for found in words:
        for pair in found:
            for place in pair:
                numbers.setdefault(place, len(numbers))
    joined = np.array([numbers[x] << 32 | numbers[y] for found in words for x, y in found], np.uint64)
    root = roots(joined, len(numbers), len(numbers))
    carriers: dict[int, set[int]] = defaultdict(set)
    for (article, _), number in numbers.items():
        carriers[int(root[number])].add(int(groups[article]))
    sets = {number: tuple(sorted(found)) for number, found in carriers.items()}
    chosen: dict[tuple[int, ...], int] = {}
    which = []
    for found in words:
        times = Counter(sets[int(root[numbers[x]])] for x, _ in found)
        # The most words, then the larger set, then the first: no order of inputs decides.
        best = min(times, key=lambda carried: (-times[carried], -len(carried), carried))
        which.append(chosen.setdefault(best, len(chosen)))
    ends = np.cumsum([0, *map(len, chosen)], dtype=np.int64)
    return Carried(np.array(which, np.uint32), ends, np.array([g for each in chosen for g in each], np.uint32))


def _words(sides: Sequence[int], rows: Iterable[Sequence[int]]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """The places, article and word, that a passage sets equal."""
    a, b = sides
    return [((a, i + n), (b, j + n)) for i, j, words in rows for n in range(words)]


def names(texts: Sequence[str], bodies: Bodies) -> Named:
    """xxh3 of the names that each text repeats: what it is about.

    A capital makes a name inside a sentence, when the word is never written small.  Where every third
    word has a capital (German, headlines) it makes none.

    >>> found = names(["On this day she met Ann Lee of the old bank, and Ann's dog bit Lee there.", "No one."], None)
    >>> found.counts.tolist(), xxhash.xxh3_64_intdigest(b"ann") in found.hashes.tolist()
    ([2, 0], True)
    """
    from dedup.looks import look_plain, repeated_names

    found = []
    for number, text in enumerate(texts):
        tokens = fold(text, None if bodies is None else bodies[number])
        repeated = repeated_names(tokens, look_plain(text, tokens))
        found.append(sorted(xxhash.xxh3_64_intdigest(name.encode()) for name in repeated))
    return Named(np.array([h for each in found for h in each], np.uint64), np.array([*map(len, found)], np.int32))


def nearby(reports: Reports, asked: Reports, fewest: int, part: float, window: int) -> _I32:
    """Reports that have at least ``fewest`` names in common with an asked one, and ``part`` of those
    of the one with fewer names, not more than ``window`` apart in time where both times are known.

    Pairs (n, 2) of rows, the asked one first; those of one asked row in no order that means anything.
    ``reports`` stand by rising time; rare names first makes it fast.

    >>> reports = Reports(np.array([5]), np.array([0, 3]), np.array([0, 1, 2], np.int32))
    >>> nearby(reports, Reports(np.array([7]), np.array([0, 2]), np.array([0, 2], np.int32)), 2, 0.5, 2).tolist()
    [[0, 0]]
    """
    rows = [
        [
            (time, set(each.names[start:end].tolist()))
            for time, (start, end) in zip(each.times.tolist(), pairwise(each.begins.tolist()), strict=True)
        ]
        for each in (reports, asked)
    ]
    found = []
    for q, (asked_time, wanted) in enumerate(rows[1]):
        for row, (time, names) in enumerate(rows[0]):
            common = len(wanted & names)
            same_days = UNKNOWN in (asked_time, time) or abs(asked_time - time) <= window
            if same_days and common >= fewest and common >= part * min(len(wanted), len(names)):
                found.append((q, row))
    return np.array(found, np.int32).reshape(-1, 2)
