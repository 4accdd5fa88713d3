"""Plan: what becomes of each article of a batch, by what is there already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.index.records import Added, Entry

__all__ = ["Known", "Plan", "elsewhere", "is_known", "plan"]


class Known(NamedTuple):
    """What is known of an id: the number of its article, its version, where it came from, its digest."""

    number: int
    version: int
    source: str
    content: bytes


class Plan(NamedTuple):
    """``rows`` are the id, version and entry to be stored by number; ``numbers`` (int64) those of all entries, -1
    where nothing is stored; ``gone`` the numbers that make room; ``first`` after the last number."""

    rows: dict[int, tuple[str, int, Entry]]
    numbers: npt.NDArray[np.int64]
    gone: list[int]
    added: Added
    next: int


def plan(entries: Sequence[Entry], first: int, existing: Callable[[Sequence[str]], dict[str, Known]]) -> Plan:
    """Number new articles and new versions from ``first`` on; ``existing`` looks ids up.

    Of two versions in one batch the later one counts.
    """
    stored = existing([entry.id for entry in entries])
    numbers = np.full(len(entries), -1, np.int64)
    places: dict[int, int] = {}
    rows: dict[int, tuple[str, int, Entry]] = {}
    gone, number, new, updated = list[int](), first, 0, 0
    for place, entry in enumerate(entries):
        id = entry.id
        old = stored.get(id)
        if old and elsewhere(old.source, entry.source):
            id = f"{id}@{entry.source}"
            old = stored.get(id) or existing([id]).get(id)
        if old and old.content == entry.content:
            continue
        if old and rows.pop(old.number, None):
            numbers[places[old.number]] = -1
        elif old:
            gone.append(old.number)
        new, updated = new + (not old), updated + bool(old)
        version = old.version + 1 if old else 1
        rows[number] = id, version, entry
        stored[id] = Known(number, version, entry.source, entry.content)
        numbers[place], places[number] = number, place
        number += 1
    return Plan(rows, numbers, gone, Added(new, updated, len(entries) - new - updated), number)


def is_known(stored: dict[str, Known], id: str, source: str, content: bytes) -> bool:
    """Whether an article is there as it is, under its id or under that and its path."""
    found = (stored.get(name) for name in (id, f"{id}@{source}"))
    return any(old and not elsewhere(old.source, source) and old.content == content for old in found)


def elsewhere(one: str, two: str) -> bool:
    """Whether two paths say that two articles of one id are different ones.

    >>> elsewhere("monday/a.txt", "tuesday/a.txt"), elsewhere("", "a.txt")
    (True, False)
    """
    return bool(one and two and one != two)
