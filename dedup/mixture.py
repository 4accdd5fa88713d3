"""What the credits of an article say about where its text comes from, as a mixture of sources.

Every article is a mixture of wires, its own outlet and others; its credit lines give the parts.
The parts are priors set by hand, each with its reason (``Parts``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import prod
from typing import NamedTuple

from dedup.kept import compiled
from dedup.model import Credit, Document, Origin, Role
from dedup.registry import kept_while_unchanged
from dedup.wires import host_of, registry, wire_of_host

# fmt: off
__all__ = [
    "NOBODY", "OTHER", "OUTLET", "PARTS", "RELEASE", "Mixture", "Parts", "Statement", "Voice", "agreed", "alone",
    "blend", "mixture", "part_of", "site", "statement", "wire_of_site",
]
# fmt: on

OTHER, OUTLET, RELEASE = "other", "outlet", "release"
NOBODY = (OTHER, OUTLET, "independent")
"""What a text may come from that is nobody in particular."""
Mixture = Mapping[str, float]
"""Part of each source: registry ids, ``other`` (a wire nobody names) and ``outlet``; sums to 1."""

_ORIGIN = ("origin", "co_origin", "rights", "republished", "press_release")
_PARTS_OF_TEXT = (*_ORIGIN, "wire_staff", "contributor")
_SITE = compiled(r"https?://[a-z0-9.-]+(?=/)")
_SOME_MATERIAL = compiled(r"(?i)\bsome (?:of the )?(?:material|information)")


class Parts(NamedTuple):
    """Parts of a mixture by what is credited (0 to 1)."""

    sole: float = 0.98
    """One wire in an origin place: its copy, but for what an editor adds without a word.  0.95 was the
    prior; masked credits say that it is more (``benchmarks/masking.py``)."""
    sole_outlet: float = 0.005
    itself: float = 0.995
    """The same on the wire's own pages: no editor of another paper had a hand in it."""
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
    floor: float = 0.50
    """Part of ``other`` that each wire gets which the credits of an article do not name: the same
    for every wire, or many articles that credit one wire would vote for the popular ones."""
    silent_floor: float = 1.00
    """The same for an article that credits nobody: it may well be the wire that another names."""


PARTS = Parts()


class Statement(NamedTuple):
    """What the credits of one article say, without who says it: equal statements count once.

    ``origins`` and ``contributors`` are wires, sorted; ``some`` says that only part of the text is
    credited to them, or that the outlet's own people are named; ``generic`` that unnamed agencies
    are; ``outlet`` that the outlet is known, ``own`` that it is the wire itself.
    """

    origins: tuple[str, ...]
    contributors: tuple[str, ...]
    some: bool
    generic: bool
    outlet: bool
    own: bool = False

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
    Statement(origins=(), contributors=('ap', 'reuters'), some=False, generic=False, outlet=False, own=False)
    """
    said: tuple[tuple[str | None, Role, bool], ...] = ()
    if credits:
        said = tuple(
            [
                (credit.wire, credit.role, credit.role == "contributor" and bool(_SOME_MATERIAL.search(credit.text)))
                for credit in credits
            ]
        )
    outlet, url = document.outlet or "", document.url
    return _summed(said, _agency(outlet, site(url) if url else ""), bool(outlet.strip()))


def site(url: str | None) -> str:
    """The beginning of a web address that holds its host; all of it where that is not plain to see.

    >>> site("https://www.ap.org/news?id=1"), site("ap.org/news"), site(None)
    ('https://www.ap.org', 'ap.org/news', '')
    """
    plain = _SITE.match(url or "")
    return plain[0] if plain else url or ""


def wire_of_site(url: str | None) -> str | None:
    """The wire whose own site an address is on.

    >>> wire_of_site("https://apnews.com/article/1"), wire_of_site(None)
    ('ap', None)
    """
    return _wire_of_site(site(url))


@kept_while_unchanged
@lru_cache(1 << 12)
def _wire_of_site(url: str) -> str | None:
    return wire_of_host(host_of(url))


@kept_while_unchanged
@lru_cache(1 << 14)
def _agency(outlet: str, url: str) -> frozenset[str]:
    """The news agencies that the publisher itself is."""
    from dedup.credits import own_wires  # here: behind it are all the patterns of credit lines

    return frozenset(wire for wire in own_wires(outlet, url) if registry()[wire].kind == "news agency")


@kept_while_unchanged
@lru_cache(1 << 14)
def _summed(said: tuple[tuple[str | None, Role, bool], ...], home: frozenset[str], outlet: bool) -> Statement:
    """A statement of credits as wire, role and whether only some material is meant: there are few."""
    named = [(wire, role) for wire, role, _ in said if wire and wire != "generic"]
    origins = {wire for wire, role in named if role in _ORIGIN}
    staff = {wire for wire, role in named if role == "wire_staff"}
    # A sign-off names the people of one wire: its copy, unless an origin is named outright.
    origins = origins or staff
    contributors = {wire for wire, role in named if role == "contributor"} - origins
    if not origins | contributors:
        origins = set(home)
    own = any(role == "own_staff" for _, role, _ in said)
    some = any(some and wire and wire != "generic" for wire, _, some in said)
    generic = any(role == "generic_wire" or wire == "generic" for wire, role, _ in said)
    itself = origins <= home and len(origins) == 1 and not (contributors or generic)
    return Statement(tuple(sorted(origins)), tuple(sorted(contributors)), some or own, generic, outlet, itself)


class Voice:
    """What the credits of a version group say, with all that follows from it; few groups say anything
    that no other says.

    ``statements`` are those of the members, each once: those that name a wire, if any does, else those that credit
    somebody, if any does.
    """

    __slots__ = ("credited", "credits", "mixture", "origin", "pure", "statements")

    def __init__(self, statements: tuple[Statement, ...]) -> None:
        self.statements = statements
        self.credited = any(said.credited for said in statements)
        """Whether any member credits anybody."""
        self.pure = statements[0].pure if len(statements) == 1 else None
        """The one wire whose copy it is, or None."""
        self.credits = tuple(sorted({wire for said in statements for wire in said.origins + said.contributors}))
        """Wires that it credits with text, sorted."""
        self.mixture: Mixture = agreed([mixture(said) for said in statements])
        """The mixture of sources that its credits amount to."""
        wire = min(self.mixture, key=lambda wire: (-self.mixture[wire], wire))
        self.origin = Origin(wire, self.mixture[wire])
        """The likeliest source of its whole text, by its credits alone."""

    @classmethod
    def of(cls, statements: Iterable[Statement]) -> Voice:
        """What versions that say so say together.

        >>> two = Statement(("ap",), (), False, False, False), Statement((), (), False, False, False)
        >>> Voice.of(two).pure, Voice.of(two[1:]).credited
        ('ap', False)
        """
        said = set(statements)
        # "Agencies" fits whatever wire another version names: its popular ones are a guess, no vote against it.
        named = {one for one in said if one.origins or one.contributors}
        return cls(tuple(sorted(named or {one for one in said if one.credited} or said)))


@kept_while_unchanged
@lru_cache(1 << 12)
def alone(said: Statement) -> Voice:
    """What one article says that is like no other.

    >>> alone(Statement(("ap",), (), False, False, False)).pure
    'ap'
    """
    return Voice.of([said])


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
        parts = _split({}, origins, PARTS.itself if said.own else PARTS.sole if one else PARTS.several)
        parts[OUTLET] = 0.0 if said.own else PARTS.sole_outlet if one else PARTS.several_outlet
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


def agreed(mixtures: Sequence[Mixture]) -> dict[str, float]:
    """What several lines say of one text together: their product, so that "AP and Reuters" and "AP" is AP.

    >>> said = [Statement(("ap",), (), False, False, True), Statement((), ("ap", "reuters"), False, False, True)]
    >>> round(agreed([mixture(each) for each in said])["ap"], 2)
    0.99
    """
    if len(mixtures) == 1:
        return dict(mixtures[0])
    wires = sorted({wire for mixture in mixtures for wire in mixture})
    parts = {wire: prod(part_of(mixture, wire) for mixture in mixtures) for wire in wires}
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
