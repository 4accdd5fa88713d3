"""Witnesses: version groups as sources of evidence, each heard once.

Forty scrapers of one story say no more than one, so near-identical articles are one witness: what
it says of its origin, when it appeared, how long it is and what it is about.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from dedup.article import Article, opened
from dedup.mixture import OTHER, OUTLET, Mixture, Statement, blend, mixture, statement
from dedup.model import Match, Origin, VersionGroup
from dedup.settings import Settings
from dedup.wires import label
from dedup.wording import listed, one_line

__all__ = ["SAME_DAY", "Events", "Witness", "inherited", "witnesses"]

SAME_NAMES, FEWEST_NAMES = 0.5, 3
"""Two articles are about one event when they share half of the names that the one with fewer
names repeats, and at least three."""
INHERITED = 0.5
"""Part of a version's text that one wire must have for the other versions to be its text."""
SAME_DAY = timedelta(days=2)
"""Time between two articles about one event, at most."""


@dataclass(frozen=True)
class Witness:
    """A version group: what it says, how long it is and what it is about."""

    id: str
    members: tuple[Article, ...]
    statements: tuple[Statement, ...]
    """What the members say, each statement once; those that credit somebody, if any does."""
    published: tuple[datetime, ...]
    settings: Settings

    @cached_property
    def mixture(self) -> Mixture:
        """The mixture of sources that its credits amount to."""
        return blend([mixture(said) for said in self.statements])

    @property
    def credited(self) -> bool:
        """Whether any member credits anybody."""
        return any(said.credited for said in self.statements)

    @property
    def pure(self) -> str | None:
        """The one wire whose copy it is, or None."""
        return self.statements[0].pure if len(self.statements) == 1 else None

    @property
    def credits(self) -> tuple[str, ...]:
        """Wires that it credits with text, sorted."""
        return tuple(sorted({wire for said in self.statements for wire in said.origins + said.contributors}))

    @property
    def origin(self) -> Origin:
        """The likeliest source of its whole text, by its credits alone."""
        wire = min(self.mixture, key=lambda wire: (-self.mixture[wire], wire))
        return Origin(wire, self.mixture[wire])

    @property
    def outlet(self) -> str:
        """Who published it, one for all its versions; one without an outlet stands for itself."""
        known = [name for member in self.members if (name := (member.document.outlet or "").strip())]
        return min(known) if known else f"\0{self.id}"

    @property
    def words(self) -> int:
        """Words of the longest member."""
        return max(member.words for member in self.members)

    @cached_property
    def names(self) -> frozenset[str]:
        """Names that a member repeats: what the report is about."""
        return frozenset(name for member in self.members for name in opened(member, self.settings).facts.repeated)

    @cached_property
    def said(self) -> str:
        """Its credits in words, with the line quoted."""
        for article in self.members:
            said = statement(article.credits, article.document)
            if said.credited == self.credited:
                break
        if not self.credited:
            return f"{self.id} credits nobody"
        wires = {*said.origins, *said.contributors, "generic"}
        lines = [credit.text for credit in article.credits if credit.wire in wires and credit.role not in _SILENT]
        names = listed([label(wire) for wire in self.credits]) or "agencies"
        quoted = f": “{one_line(lines[0])[:120]}”" if lines else ""
        if len(self.statements) > 1:
            return f"{self.id} and its versions credit {names}"
        return f"{article.id} {'is credited to' if said.pure else 'credits'} {names}{quoted}"


_SILENT = ("photo", "mention", "self_reference")


def witnesses(
    articles: Sequence[Article],
    groups: Sequence[VersionGroup],
    published: Mapping[str, datetime | None],
    settings: Settings,
) -> dict[str, Witness]:
    """Every version group by id; an article that is like no other is a group of its own."""
    members = {group.id: group.members for group in groups}
    grouped = {member for group in groups for member in group.members}
    by_id = {article.id: article for article in articles}
    members |= {name: (name,) for name in by_id if name not in grouped}
    return {name: _witness(name, [by_id[m] for m in members[name]], published, settings) for name in sorted(members)}


def _witness(
    name: str, members: Sequence[Article], published: Mapping[str, datetime | None], settings: Settings
) -> Witness:
    said = {statement(member.credits, member.document) for member in members}
    credited = {one for one in said if one.credited}
    times = sorted({time for member in members if (time := published.get(member.id))})
    return Witness(name, tuple(members), tuple(sorted(credited or said)), tuple(times), settings)


def inherited(
    groups: Sequence[VersionGroup], matches: Sequence[Match], everybody: Mapping[str, Witness]
) -> dict[str, Origin]:
    """The origin of articles that credit nobody and were copied with one that does, by id."""
    copied: dict[tuple[str, str], float] = {}
    for match in matches:
        p = max((passage.p_copied for passage in match.passages if passage.kind == "copy"), default=0.0)
        copied[match.a, match.b] = copied[match.b, match.a] = p
    found = {}
    for group in groups:
        witness = everybody[group.id]
        source = witness.origin
        if not witness.credited or source.wire in (OTHER, OUTLET) or source.p < INHERITED:
            continue
        said = {each.id: statement(each.credits, each.document).credited for each in witness.members}
        for name in group.members:
            if not said[name]:
                p = max(copied.get((name, other), 0.0) for other in group.members if said[other])
                if source.p * p >= INHERITED:
                    found[name] = Origin(source.wire, source.p * p)
    return found


class Events:
    """Pure reports by the names they repeat, to find those about the same event."""

    def __init__(self, everybody: Mapping[str, Witness]) -> None:
        self._everybody = everybody
        self._index: dict[str, list[str]] = defaultdict(list)
        for witness in everybody.values():
            if witness.pure:
                for name in witness.names:
                    self._index[name].append(witness.id)

    def same(self, members: Sequence[Witness]) -> list[Witness]:
        """Pure reports about the event of each of ``members``, of the same days, sorted by id."""
        found: Counter[str] = Counter()
        for member in members:
            shared = Counter(other for name in member.names for other in self._index.get(name, ()))
            for other, common in shared.items():
                witness = self._everybody[other]
                fewer = min(len(member.names), len(witness.names))
                if common >= FEWEST_NAMES and common >= SAME_NAMES * fewer and _same_days(member, witness):
                    found[other] += 1
        return [self._everybody[name] for name in sorted(found) if found[name] == len(members)]


def _same_days(one: Witness, two: Witness) -> bool:
    return not (one.published and two.published) or abs(one.published[0] - two.published[0]) <= SAME_DAY
