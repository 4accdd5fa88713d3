"""Marks: what articles bear on them beside their credits, and what that says of a text's origin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from math import log
from typing import NamedTuple

from dedup import sayings as say
from dedup.groups import Groups
from dedup.mixture import OTHER, RELEASE
from dedup.model import Document
from dedup.posterior import FACTORS, Factor
from dedup.releases import issuers
from dedup.strangers import strangers
from dedup.wires import unlisted

__all__ = ["Marks"]


class Marks(NamedTuple):
    """By number of the article: who issued it, where it looks like a press release; and whom its dateline names, where
    that is a wire in no list."""

    issuers: Mapping[int, str]
    strangers: Mapping[int, str]

    @classmethod
    def of(cls, documents: Iterable[tuple[int, Document]]) -> Marks:
        """Those of some articles; about two microseconds each.

        >>> Marks.of([(7, Document("a", "OSLO (Corvus) - It rained."))]).strangers
        {7: 'Corvus'}
        """
        some = [*documents]
        return cls(issuers(some), strangers(some))

    def __bool__(self) -> bool:
        return bool(self.issuers or self.strangers)

    def on(self, members: Iterable[int]) -> Marks:
        """Those of some articles only."""
        some = [*members]
        return Marks(*({n: known[n] for n in some if n in known} for known in self))

    @property
    def unlisted(self) -> str | None:
        """The id of the one wire in no list that they name; None where they name none or several.

        >>> Marks({}, {1: "Corvus", 2: "CORVUS"}).unlisted, Marks({}, {1: "Corvus", 2: "Orbis"}).unlisted
        ('unlisted-CORVUS', None)
        """
        names = {name.casefold() for name in self.strangers.values()}
        return unlisted(min(self.strangers.values())) if len(names) == 1 else None

    def factors(self, ids: Sequence[str], groups: Groups) -> Iterator[Factor]:
        """What they multiply the odds with; two witnesses count at most."""
        told = (
            ("release", RELEASE, self.issuers, FACTORS.release, say.released),
            ("stranger", OTHER, self.strangers, FACTORS.stranger, say.strange),
        )
        for kind, origin, known, weight, saying in told:
            if known:
                times = weight ** min(2, len({groups.of[each] for each in known}))
                bearers = [ids[n] for n in sorted(known)]
                yield Factor(kind, {origin: log(times)}, partial(saying, bearers, sorted(set(known.values())), times))
