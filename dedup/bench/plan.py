"""What each article is, before any of it is written: its own story, or a copy of an earlier one, and of which.

An article is planned from the seed and its own number, never from how many there are; a copy's source always stands
before it, near (within 64) or anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

from dedup.bench.stream import draws

__all__ = ["BLOCK", "GAPS", "Kind", "Plan", "Planner"]

Kind = Literal["original", "edited", "identical", "excerpt", "version", "shares", "mass", "template"]
"""``edited`` word by word, ``identical`` in its body, an ``excerpt``, the next ``version`` of a story in a chain,
a story of its own that ``shares`` 1 to 4 sentences, a ``mass`` story that one in a hundred articles prints, a
``template`` filled in anew."""
_OF_10_000 = {
    "mass": 110,
    "template": 200,
    "version": 200,
    "identical": 150,
    "edited": 1500,
    "excerpt": 250,
    "shares": 1000,
}
BLOCK = 100_000
"""Each block of so many articles has its own mass story, which its first article is the source of."""
TEMPLATES = 20_000, 16
"""Each block of so many articles has so many templates, each of which is filled in about 25 times."""
GAPS = (2000, 400, 200, 120, 80, 60, 45, 38, 32, 27, 23, 20, 17, 15, 13, 10)
"""Mean words from one edit to the next: Jaccard of 5-word shingles from 1 to about 0.3."""


class Plan(NamedTuple):
    """What one article is.  ``source`` is the number it copies from; ``draws`` are its own random numbers."""

    number: int
    kind: Kind
    source: int | None
    gap: int
    draws: tuple[int, ...]

    @property
    def template(self) -> int:
        """The number of the template, for that kind."""
        block, templates = TEMPLATES
        return self.number // block * templates + self.draws[1] % templates


class Planner:
    """The plans of one seed.

    >>> plan = Planner(1)
    >>> plan(0).kind, plan(11).kind, plan(11).source
    ('original', 'original', None)
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._bounds = [(share * 65536 // 10_000, kind) for share, kind in _cumulated()]
        self.kind: Callable[[int], tuple[Kind, tuple[int, ...]]] = lru_cache(1 << 15)(self._kind)

    def __call__(self, number: int) -> Plan:
        """The plan of one article.  About 4 microseconds; 50 for a version."""
        kind, own = self.kind(number)
        source: int | None = None
        gap = 0
        if kind == "mass":
            source = number - number % BLOCK
            gap = GAPS[own[4] % 6]
        elif kind not in ("original", "template"):
            source = self._earlier_version(number, own) if kind == "version" else None
            if source is None:
                source = self._earlier(number, own)
            if source is None:
                kind = "original"
            elif kind in ("edited", "excerpt"):
                gap = GAPS[own[4] % len(GAPS)] if kind == "edited" else GAPS[own[4] % 4]
        return Plan(number, kind, source, gap, own)

    def _kind(self, number: int) -> tuple[Kind, tuple[int, ...]]:
        own = draws(self.seed, "plan", number, 12)
        if number % BLOCK:
            for bound, kind in self._bounds:
                if own[0] < bound:
                    return kind, own
        return "original", own

    def _earlier(self, number: int, own: tuple[int, ...]) -> int | None:
        """An article before this one that is neither a mass story nor a template."""
        far = (own[2] << 16 | own[3]) % number if number else -1
        source = number - 1 - own[2] % min(number, 64) if own[1] & 1 and number else far
        while source >= 0 and (source % BLOCK == 0 or self.kind(source)[0] in ("mass", "template")):
            source -= 1
        return source if source >= 0 else None

    def _earlier_version(self, number: int, own: tuple[int, ...]) -> int | None:
        """The version before this one; one in six begins a chain."""
        if own[5] % 6 == 0:
            return None
        for source in range(number - 1, max(-1, number - 300), -1):
            if source % BLOCK and self.kind(source)[0] == "version":
                return source
        return None


def _cumulated() -> list[tuple[int, Kind]]:
    total, out = 0, []
    for kind in get_args(Kind):
        if kind in _OF_10_000:
            total += _OF_10_000[kind]
            out.append((total, kind))
    return out
