"""What the credits of an article say about where its text comes from, as a mixture of sources.

Every article is a mixture of wires, its own outlet and others; its credit lines give the parts.
The parts are priors set by hand, each with its reason (``Parts``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from dedup.credits import own_wires
from dedup.model import Credit, Document
from dedup.wires import registry

__all__ = ["OTHER", "OUTLET", "PARTS", "Mixture", "Parts", "Statement", "blend", "mixture", "part_of", "statement"]

OTHER, OUTLET = "other", "outlet"
Mixture = Mapping[str, float]
"""Part of each source: registry ids, ``other`` (a wire nobody names) and ``outlet``; sums to 1."""

_ORIGIN = ("origin", "co_origin", "rights", "republished", "press_release")
_SOME_MATERIAL = re.compile(r"(?i)\bsome (?:of the )?(?:material|information)")


class Parts(NamedTuple):
    """Parts of a mixture by what is credited (0 to 1)."""

    sole: float = 0.95
    """One wire in an origin place: its copy, but for what an editor adds without a word."""
    sole_outlet: float = 0.02
    several: float = 0.90
    """Two or more wires in an origin place ("(dpa/afp)"): nearly all of it, in equal parts."""
    several_outlet: float = 0.04
    contributors: float = 0.80
    """"AP and Reuters contributed", when nobody else is named."""
    contributors_outlet: float = 0.10
    some: float = 0.70
    """"Some material came from ...", or staff of the outlet named beside it."""
    some_outlet: float = 0.25
    led: float = 0.75
    """One wire's copy to which others contributed: the wire's part."""
    led_contributors: float = 0.15
    led_outlet: float = 0.05
    generic: float = 0.75
    """"Agencies": some wire, by popularity."""
    uncredited_outlet: float = 0.50
    """No credit in a known outlet: half of such text is its own."""
    unknown_outlet: float = 0.30
    """No credit and no outlet named (a scraper, a bare file): more of it is somebody's wire."""
    carried: float = 0.05
    """Part of an agency's text that it took from each wire it carries."""
    carried_by_broadcaster: float = 0.30
    """The same for a broadcaster, whose texts are often an agency's with a few lines of its own."""
    staffed_outlet: float = 0.70
    """No credit but the outlet's own people: most of it is their work."""
    floor: float = 0.30
    """Part of ``other`` that each wire gets which the credits of an article do not name: the same
    for every wire, or many articles that credit one wire would vote for the popular ones."""
    silent_floor: float = 1.00
    """The same for an article that credits nobody: it may well be the wire that another names."""


PARTS = Parts()


class Statement(NamedTuple):
    """What the credits of one article say, without who says it: equal statements count once.

    ``origins`` and ``contributors`` are wires, sorted; ``some`` says that only part of the text is
    credited to them, or that the outlet's own people are named; ``generic`` that unnamed agencies
    are; ``outlet`` that the outlet is known.
    """

    origins: tuple[str, ...]
    contributors: tuple[str, ...]
    some: bool
    generic: bool
    outlet: bool

    @property
    def credited(self) -> bool:
        """Whether anybody is credited with the text."""
        return bool(self.origins or self.contributors or self.generic)

    @property
    def pure(self) -> str | None:
        """The wire whose copy this is and nobody else's, or None."""
        return self.origins[0] if len(self.origins) == 1 and not self.contributors and not self.generic else None


def statement(credits: Sequence[Credit], document: Document) -> Statement:
    """Sum up the credits of one article; photo credits and mentions say nothing of the text.

    What a news agency publishes itself, crediting nobody else, is its own.

    >>> line = "AP and Reuters contributed to this report."
    >>> statement([Credit(w, "contributor", 0, 42, line, "tail") for w in ("ap", "reuters")], Document("1", ""))
    Statement(origins=(), contributors=('ap', 'reuters'), some=False, generic=False, outlet=False)
    """
    named = [credit for credit in credits if credit.wire and credit.wire != "generic"]
    origins = {credit.wire for credit in named if credit.role in _ORIGIN}
    staff = {credit.wire for credit in named if credit.role == "wire_staff"}
    # A sign-off names the people of one wire: its copy, unless an origin is named outright.
    origins = origins or staff
    contributors = {credit.wire for credit in named if credit.role == "contributor"} - origins
    if not origins | contributors:
        home = own_wires(document.outlet or "", document.url or "")
        origins = {wire for wire in home if registry()[wire].kind == "news agency"}
    own = any(credit.role == "own_staff" for credit in credits)
    some = any(credit.role == "contributor" and _SOME_MATERIAL.search(credit.text) for credit in named)
    generic = any(credit.role == "generic_wire" or credit.wire == "generic" for credit in credits)
    return Statement(
        _sorted(origins), _sorted(contributors), some or own, generic, bool((document.outlet or "").strip())
    )


def _sorted(wires: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted(wire for wire in wires if wire))


def mixture(said: Statement) -> dict[str, float]:
    """The mixture that a statement amounts to.

    >>> parts = mixture(Statement((), ("ap", "reuters"), False, False, False))
    >>> {wire: round(parts[wire], 2) for wire in ("ap", "reuters", "outlet")}
    {'ap': 0.4, 'reuters': 0.4, 'outlet': 0.1}
    """
    origins, contributors = said.origins, said.contributors
    if origins and contributors:
        parts = _split({}, origins, PARTS.led)
        parts = _split(parts, contributors, PARTS.led_contributors)
        parts[OUTLET] = PARTS.led_outlet
    elif origins:
        one = len(origins) == 1
        parts = _split({}, origins, PARTS.sole if one else PARTS.several)
        parts[OUTLET] = PARTS.sole_outlet if one else PARTS.several_outlet
    elif contributors:
        parts = _split({}, contributors, PARTS.some if said.some else PARTS.contributors)
        parts[OUTLET] = PARTS.some_outlet if said.some else PARTS.contributors_outlet
    elif said.generic:
        return _by_popularity(PARTS.generic, 1 - PARTS.generic)
    elif said.some:
        return _by_popularity(1 - PARTS.staffed_outlet, PARTS.staffed_outlet)
    else:
        outlet = PARTS.uncredited_outlet if said.outlet else PARTS.unknown_outlet
        return _by_popularity(1 - outlet, outlet)
    parts[OTHER] = 1 - sum(parts.values())
    return _with_carried(parts, (*origins, *contributors))


def blend(mixtures: Sequence[Mixture]) -> dict[str, float]:
    """The mean of mixtures, for witnesses that say different things and count as one."""
    wires = sorted({wire for mixture in mixtures for wire in mixture})
    parts = {wire: sum(part_of(mixture, wire) for mixture in mixtures) for wire in wires}
    total = sum(parts.values())
    return {wire: part / total for wire, part in parts.items()}


def part_of(mixture: Mixture, wire: str, *, silent: bool = False) -> float:
    """Part of one source; a wire that the credits do not name has some of ``other``.

    ``silent`` says that the mixture is of articles that credit nobody.
    """
    return mixture.get(wire, (PARTS.silent_floor if silent else PARTS.floor) * mixture[OTHER])


def _split(parts: dict[str, float], wires: Sequence[str], total: float) -> dict[str, float]:
    return {**parts, **{wire: total / len(wires) for wire in wires}}


def _by_popularity(total: float, outlet: float) -> dict[str, float]:
    """Text of an unnamed wire: how much of all uncredited text each wire has."""
    popular = {wire.id: wire.popularity for wire in registry().values() if wire.popularity}
    scale = total / (1 - PARTS.unknown_outlet)
    parts = {wire: popularity * scale for wire, popularity in popular.items()}
    parts[OTHER] = total - sum(parts.values())
    parts[OUTLET] = outlet
    return parts


def _with_carried(parts: dict[str, float], credited: Sequence[str]) -> dict[str, float]:
    """Give each wire that a credited wire carries its part, and make the sum 1 again."""
    added = dict(parts)
    for wire in credited:
        broadcaster = registry()[wire].kind == "broadcaster wire"
        share = PARTS.carried_by_broadcaster if broadcaster else PARTS.carried
        for carried in registry()[wire].carries:
            added[carried] = added.get(carried, 0.0) + parts[wire] * share
    total = sum(added.values())
    return {wire: part / total for wire, part in added.items()}
