"""Posterior: how likely each wire is, by the factors that speak for and against it.

    P(w | copied)  ~  product over members of part(w)  x  Abs(w)  x  Time(w)  x  Expl(w)

The factors are those of ``dedup.origin``; here they are numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log
from typing import NamedTuple, TypeVar

from dedup.mixture import OTHER, OUTLET, PARTS, Voice, blend, part_of
from dedup.model import Origin
from dedup.registry import kept_while_unchanged

__all__ = ["FACTORS", "Credits", "Factor", "Factors", "Weighing", "posterior", "unlisted_apart", "weighed"]


Key = TypeVar("Key")
Value = TypeVar("Value")
_MOST = 1 << 12
"""Weighings that are kept."""


class Factors(NamedTuple):
    """What multiplies the odds of a wire, beside the credits."""

    outlet_unseen: float = 0.03
    """Chance that a member took another outlet's own text without naming it, for each member but
    the one that wrote it, of the part that its credits leave open."""
    absence_floor: float = 0.05
    """Absence never counts for less than this: agencies file many versions of a story."""
    late: float = 0.05
    """A member appeared, by a trusted clock, before the wire first sent the text."""
    unexplained: float = 0.6
    """A member credits another wire that has no other visible text there: as often as the text of a wire is seen
    nowhere else.  What it is in a corpus is counted there (``dedup.habits``)."""
    certainty: float = 0.999
    """Most that the wording can say for "copied"."""
    release: float = 30.0
    """The marks of a press release on a member: a wire's text seldom has them."""
    stranger: float = 100.0
    """A member's dateline names a wire in no list: as good as the credit of one that is (``PARTS.sole``), for which
    other wires have the floor."""
    alike: int = 3
    """Members that say the same of their origin count so many times at most: the tenth paper with
    the same line says nothing new."""


FACTORS = Factors()


@dataclass(frozen=True, slots=True)
class Factor:
    """What multiplies the odds of each wire, by its logarithm, and the printed line with its effect,
    which is put in words when somebody reads it.

    The credits of members also say how likely it is that one of them wrote the text: ``outlet`` is
    the sum of the parts of their ``outlets``.
    """

    kind: str
    logs: Mapping[str, float]
    say: Callable[[], tuple[str, str]]
    outlets: frozenset[str] = frozenset()
    outlet: float = 0.0
    names: bool = False
    """Whether it is a credit that names a wire."""
    open: float = 1.0
    """Part of these articles that their credits leave open."""


def weighed(hypotheses: Sequence[str], factors: Sequence[Factor]) -> list[float]:
    """Odds of the hypotheses, the best of which is 1."""
    # In logarithms, because a text that hundreds of papers print has hundreds of small factors.
    weight = dict.fromkeys(hypotheses, 0.0)
    for factor in factors:
        for wire, value in factor.logs.items():
            weight[wire] += value
    if any(factor.names for factor in factors):
        # For each credit one more wire it does not name; but of those there are many, once.
        weight[OTHER] -= _FLOOR
    # One outlet wrote it, and each of the others took it without a word into what its credits leave open.
    wrote, took, heard = 0.0, 0.0, set[str]()
    for factor in factors:
        if factor.outlets:
            one = FACTORS.outlet_unseen * factor.open
            wrote += factor.outlet / one
            took += len(factor.outlets - heard) * log(one)
            heard |= factor.outlets
    weight[OUTLET] += log(wrote or 1.0) + took
    most = max(weight.values())
    return [exp(value - most) for value in weight.values()]


def posterior(hypotheses: Sequence[str], odds: Sequence[float], p_copied: float, least: float = 0.0) -> list[Origin]:
    """Posterior over the hypotheses and ``independent``, falling; the first, and those from ``least`` up.

    >>> posterior(["ap", "other"], [1.0, 0.25], 0.9, 0.15)
    [Origin(wire='ap', p=0.72), Origin(wire='other', p=0.18)]
    """
    total = sum(odds)
    found = [Origin(wire, p_copied * part / total) for wire, part in zip(hypotheses, odds, strict=True)]
    found.append(Origin("independent", 1 - p_copied))
    likely = [origin for origin in found if origin.p >= least] or [min(found, key=_falling)]
    likely.sort(key=_falling)
    return likely


def unlisted_apart(
    hypotheses: Sequence[str], odds: Sequence[float], factors: Sequence[Factor], wire: str | None
) -> tuple[Sequence[str], Sequence[float]]:
    """Hypotheses and odds with the ``wire`` in no list that datelines name, if any, apart from the wires that nobody
    credits: what its name multiplied their odds with is its own.

    >>> named = Factor("stranger", {"other": log(100)}, lambda: ("", ""))
    >>> names, odds = unlisted_apart(["ap", "other"], [1.0, 5.0], [named], "unlisted-Corvus")
    >>> names, [round(part, 2) for part in odds]
    (('ap', 'other', 'unlisted-Corvus'), [1.0, 0.05, 4.95])
    """
    times = [exp(factor.logs[OTHER]) for factor in factors if factor.kind == "stranger"]
    if not wire or not times:
        return hypotheses, odds
    place = hypotheses.index(OTHER)
    rest = odds[place] / times[0]
    return (*hypotheses, wire), [*odds[:place], rest, *odds[place + 1 :], odds[place] - rest]


_FLOOR = log(PARTS.floor)


def _falling(origin: Origin) -> tuple[float, str]:
    return -origin.p, origin.wire


class Credits(NamedTuple):
    """What the credits of some members, who say the same or nothing, multiply each wire with; the parts
    of wires and of their outlets in them, and what they leave open.  ``logs`` are the logarithms of ``times``."""

    times: Mapping[str, float]
    logs: Mapping[str, float]
    outlet: float
    open: float


class Weighing:
    """What members say, weighed once for all strands whose members say the same."""

    def __init__(self) -> None:
        self._hypotheses: dict[object, tuple[str, ...]] = {}
        self._credits: dict[object, Credits] = {}
        self._odds: dict[object, list[float]] = {}

    def hypotheses(self, voices: Sequence[Voice], usual: tuple[str, ...] = ()) -> tuple[str, ...]:
        """What a text of these may come from: the wires that they name or usually print, then those of nobody."""
        different = frozenset(voices), usual
        if (known := self._hypotheses.get(different)) is None:
            named = {wire for voice in voices for wire in voice.mixture}.union(usual)
            known = _keep(self._hypotheses, different, (*sorted(named - {OTHER, OUTLET}), OTHER, OUTLET))
        return known

    def odds(
        self,
        voices: Sequence[Voice],
        outlets: Sequence[Sequence[str]],
        own: float,
        hypotheses: tuple[str, ...],
        factors: Callable[[], Sequence[Factor]],
    ) -> list[float]:
        """The odds where nothing speaks but what the members of ``outlets`` say: most strands of a few members.

        Whose outlets they are is of no account, but for what those that name no wire wrote ``own``; which are the same
        is, as an outlet counts once."""
        places: dict[str, int] = {}
        which = tuple([tuple([places.setdefault(outlet, len(places)) for outlet in several]) for several in outlets])
        key = which, own, hypotheses, tuple(voices)
        known = self._odds.get(key)
        return _keep(self._odds, key, weighed(hypotheses, factors())) if known is None else known

    def credits(self, voices: Sequence[Voice], hypotheses: tuple[str, ...]) -> Credits:
        """Of members that all credit the same wires, or all none by name."""
        key = voices[0] if len(voices) == 1 else tuple(voices), hypotheses
        if (known := self._credits.get(key)) is None:
            known = _keep(self._credits, key, _multiplied(tuple(voices), hypotheses))
        return known


def _keep(known: dict[Key, Value], key: Key, value: Value) -> Value:
    if len(known) >= _MOST:
        known.clear()
    return known.setdefault(key, value)


@kept_while_unchanged
@lru_cache(1 << 12)
def _multiplied(voices: tuple[Voice, ...], hypotheses: tuple[str, ...]) -> Credits:
    credited = bool(voices[0].credits)
    parts = blend([voice.mixture for voice in voices])
    times = {wire: part_of(parts, wire, silent=not credited) for wire in hypotheses if wire != OUTLET}
    if credited:
        times[OTHER] *= PARTS.floor
        counted, floor = min(len(voices), FACTORS.alike), PARTS.floor * parts[OTHER]
        named = voices[0].credits
        # That a credited wire carries another is known once, however often it is credited.
        times = {wire: p**counted if wire in named else p * floor ** (counted - 1) for wire, p in times.items()}
    outlet = sum(part_of(voice.mixture, OUTLET) for voice in voices)
    left = parts[OTHER] + parts[OUTLET] if credited else 1.0
    return Credits(times, {wire: log(value) for wire, value in times.items()}, outlet, left)
