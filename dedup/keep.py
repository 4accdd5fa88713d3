"""Keep: one article of each group of near-identical ones, for those who build data sets.

Nothing is lost: articles like no other are all kept, and one that is kept names the others of its group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple, get_args

from dedup.credits import own_wires
from dedup.mixture import statement
from dedup.model import Reading, ScanResult, VersionGroup

__all__ = ["POLICIES", "Choice", "Policy", "choices"]

Policy = Literal["wire-original", "earliest", "longest", "one-per-group"]
POLICIES: tuple[Policy, ...] = get_args(Policy)


class Choice(NamedTuple):
    """An article, whether it is kept, and its group if there are others like it."""

    number: int
    reading: Reading
    kept: bool
    group: VersionGroup | None


def choices(result: ScanResult, policy: Policy) -> Iterator[Choice]:
    """Yield every article, in the order of ids; of each group one is kept.

    ``wire-original``: the wire's own page before copy credited to one wire alone, before copy that credits
    anybody, before the rest; ``earliest``: by trusted dates, those without one last; ``longest``: by words.
    What is equal goes to the longer, then to the smaller id; ``one-per-group`` is the smallest id.  Memory: the
    ids of articles that are in groups.

    >>> from dedup.pipeline import scan
    >>> from dedup.model import Document
    >>> text = "The bridge swayed for nine minutes before its western cable tore from the rock on Monday."
    >>> two = Document("1", text), Document("2", text + " Nobody was hurt.")
    >>> [(choice.reading.id, choice.kept) for choice in choices(scan(two), "longest")]
    [('1', False), ('2', True)]
    """
    group_of: dict[str, VersionGroup] = {}
    kept: set[str] = set()
    for group in result.groups:
        group_of.update((member, group) for member in group.members)
        kept.add(_best(result, group, _RANKS.get(policy)))
    for number, reading in enumerate(result.documents):
        found = group_of.get(reading.id)
        yield Choice(number, reading, found is None or reading.id in kept, found)


def _best(result: ScanResult, group: VersionGroup, rank: Callable[[Reading], Any] | None) -> str:
    if rank is None:
        return min(group.members)
    readings = (result.reading(member) for member in group.members)
    return min(readings, key=lambda reading: (rank(reading), -reading.words, reading.id)).id


def _from_wire(reading: Reading) -> int:
    """How near a page is to what a wire sent; 0 is the wire itself."""
    said = statement(reading.credits, reading.document)
    if {*said.origins} & own_wires(reading.document.outlet or "", reading.document.url or ""):
        return 0
    return 1 if said.pure else 2 if said.credited else 3


_LAST = datetime.max.replace(tzinfo=UTC)


def _time(reading: Reading) -> datetime:
    try:
        time = datetime.fromisoformat(reading.published or "")
    except ValueError:
        return _LAST
    return time if time.tzinfo else time.replace(tzinfo=UTC)


_RANKS: Mapping[Policy, Callable[[Reading], Any]] = {
    "wire-original": _from_wire,
    "earliest": _time,
    "longest": lambda reading: -reading.words,
}
