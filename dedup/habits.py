"""Habits: which wires each outlet prints, and how often it credits them, learned from the corpus itself.

An outlet that credits AP nine times of ten has its tenth story from AP, too, most likely.  What the credits
say is counted first; what the traced texts of articles without credits add is counted in rounds, each by the
probabilities of the one before (expectation-maximisation in the manner of Dawid and Skene 1979, where outlets
are the annotators).  The priors are worth a few articles, so that five articles work as before and thousands
sharpen the answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from math import exp, log
from typing import NamedTuple

import numpy as np

from dedup.columns import Rows, marked, numbered, unique
from dedup.mixture import OTHER, PARTS
from dedup.model import Origin
from dedup.posterior import FACTORS
from dedup.wires import label, registry
from dedup.witness import Witnesses
from dedup.wording import NO_WIRE, listed, percent

__all__ = ["HABITS", "Habits", "Prior", "learned"]


class Prior(NamedTuple):
    """What is believed before anything is counted, in articles."""

    corpus: float = 20.0
    """Articles that the registry's popularity of wires is worth against what this corpus credits."""
    outlet: float = 5.0
    """Articles that the corpus is worth against what one outlet credits."""
    credits: float = 5.0
    """Copies that the usual rate of crediting is worth against an outlet's own."""
    credited: float = 0.6
    """The usual rate: of its copies an outlet credits so many."""
    together: float = 30.0
    """No outlets of one text make a wire more than so many times likelier, or less."""
    texts: float = 70.0
    """So many texts teach half of what there is to learn of outlets: those that print the same few stories show what
    there was to print."""
    seen: float = 10.0
    """Articles of one wire that the usual part of them which share their text with others is worth."""
    unseen: float = 0.25
    """No corpus is so full that less of a wire's text is seen nowhere else: editors cut."""
    usual: float = 0.15
    """Part of an outlet's wire text from which a wire is thought of that no credit of a text names."""
    strange: float = 0.5
    """Part of the credits of a wire in no list that is seen as such (``dedup.strangers``): half of them stand in
    a dateline."""
    common: float = 0.03
    """Part of all wire text from which a wire is thought of where no credit names one."""
    fewest: float = 1.5
    """Texts that credit a wire, from which it is so: one is nobody's custom."""
    rounds: int = 1
    """Rounds of expectation and maximisation; a second one changes no answer by a hundredth."""


HABITS = Prior()
_MOST = 1 << 12
"""Tilts that are kept."""


@cache
def _all_popular() -> float:
    return sum(wire.popularity for wire in registry().values())


class Habits:
    """Counts of wires by outlet.  ``Habits()`` knows nothing, and says nothing.

    >>> habits = Habits()
    >>> habits.count("Post", {"dpa": 30.0})
    >>> habits.usual(["Post"]), habits.tilt(["Post"], ["ap", "dpa"])["dpa"] > 1, habits.tilt(["Times"], ["ap"])
    (('dpa',), True, {})
    """

    def __init__(self) -> None:
        self._wires: dict[str, dict[str, float]] = {}
        self._all: dict[str, float] = defaultdict(float)
        self._credits: dict[str, tuple[float, float]] = {}
        self._popular: dict[str, float] = {}
        self._seldom: float | None = None
        self._steps: dict[Sequence[str], dict[str, list[float]]] = {}
        self._shared, self._pure = 0, 0
        self._copies, self._texts, self._unlisted, self._named = (0.0, 0.0), 0.0, 0.0, 0
        self._usual: dict[str, frozenset[str]] = {}
        self._tilts: dict[object, dict[str, float]] = {}

    def copy(self) -> Habits:
        """The same, to be counted on."""
        other = Habits()
        other._wires = {outlet: dict(wires) for outlet, wires in self._wires.items()}
        other._all.update(self._all)
        other._credits.update(self._credits)
        other._shared, other._pure = self._shared, self._pure
        other._copies, other._texts = self._copies, self._texts
        other._unlisted, other._named = self._unlisted, self._named
        return other

    def count(self, outlet: str, wires: Mapping[str, float], texts: float = 1.0) -> None:
        """Note that an outlet printed so many articles of each wire; ``texts`` is the part of a text that each is,
        where several print one: forty papers that credit AP with one story tell of one story of AP."""
        self._popular.clear()
        self._seldom = None
        self._steps.clear()
        self._usual.clear()
        self._tilts.clear()
        counted = self._wires.setdefault(outlet, {})
        for wire, number in wires.items():
            counted[wire] = counted.get(wire, 0.0) + number
            self._all[wire] += number * texts

    def count_copies(self, outlet: str, credited: float, silent: float) -> None:
        """Note so many copies that it credits, and that it does not."""
        before = self._credits.get(outlet, (0.0, 0.0))
        self._credits[outlet] = before[0] + credited, before[1] + silent
        self._copies = self._copies[0] + credited, self._copies[1] + silent

    def count_seen(self, shared: bool) -> None:
        """Note an article that is one wire's alone, and whether any other has text of it."""
        self._pure += 1
        self._shared += shared

    def count_text(self, wires: float, unlisted: float) -> None:
        """Note a shared text, how likely it is any wire's, and that of a wire in no list."""
        self._texts += wires + unlisted
        self._unlisted += unlisted

    def count_named(self, texts: int) -> None:
        """Note so many different texts that somebody credits: what outlets have is known from them."""
        self._tilts.clear()
        self._named += texts

    @property
    def unlisted(self) -> float:
        """How many times likelier than in the registry a wire in no list is here.

        >>> Habits().unlisted
        1.0
        """
        if self._seldom is None:
            common = self._common()
            self._seldom = sum(self.popularity(wire) for wire in self._all if wire not in common)
        prior = 1 - _all_popular() / (1 - PARTS.unknown_outlet) + self._seldom
        return (self._unlisted + HABITS.corpus * prior) / (self._texts + HABITS.corpus) / prior

    @property
    def unexplained(self) -> float:
        """How often the text of a credited wire is seen in no other article of this corpus.

        >>> Habits().unexplained
        0.6
        """
        prior = HABITS.seen * FACTORS.unexplained
        return max(HABITS.unseen, (self._pure - self._shared + prior) / (self._pure + HABITS.seen))

    def popularity(self, wire: str) -> float:
        """Part of all wire text here that is this wire's."""
        if (known := self._popular.get(wire)) is None:
            known = self._popular[wire] = self._popularity(wire)
        return known

    def _popularity(self, wire: str) -> float:
        prior = registry()[wire].popularity if wire in registry() else 0.0
        known = (prior or 0.01) / (1 - PARTS.unknown_outlet)
        return (self._all.get(wire, 0.0) + HABITS.corpus * known) / (sum(self._all.values()) + HABITS.corpus)

    def part(self, outlet: str, wire: str) -> float:
        """Part of an outlet's wire text that is this wire's."""
        counted = self._wires.get(outlet, {})
        prior = HABITS.outlet * self.popularity(wire)
        return (counted.get(wire, 0.0) + prior) / (sum(counted.values()) + HABITS.outlet)

    def usual(self, outlets: Sequence[str]) -> tuple[str, ...]:
        """The wires that some outlets usually print, and those that are common in the corpus, sorted."""
        found: set[str] = set()
        for outlet in outlets:
            if (known := self._usual.get(outlet)) is None:
                wires = self._wires.get(outlet, {}).items()
                usual = [wire for wire, n in wires if n >= 3 and self.part(outlet, wire) >= HABITS.usual]
                known = self._usual[outlet] = frozenset([*usual, *(self._common() if wires else ())])
            found |= known
        return tuple(sorted(found))

    def _common(self) -> list[str]:
        return [wire for wire, n in self._all.items() if n >= HABITS.fewest and self.popularity(wire) >= HABITS.common]

    def tilt(self, outlets: Iterable[str], wires: Iterable[str]) -> Mapping[str, float]:
        """How many times likelier each wire is as the source of what these outlets print without naming one.

        The first step is from the registry's popularity to that in this corpus, the second the mean of the outlets'.
        """
        known = tuple([outlet for outlet in dict.fromkeys(outlets) if outlet in self._wires])
        if not known:
            return {}
        key = known, tuple(wires)
        if key not in self._tilts:
            if len(self._tilts) >= _MOST:
                self._tilts.clear()
            self._tilts[key] = self._tilt(*key)
        return self._tilts[key]

    def _tilt(self, known: Sequence[str], wires: Sequence[str]) -> dict[str, float]:
        scale = 1 - PARTS.unknown_outlet
        unnamed = 1 - _all_popular() / scale
        if (steps := self._steps.get(wires)) is None:
            steps = self._steps[wires] = {}
            priors = (registry()[wire].popularity / scale if wire in registry() else 0.0 for wire in wires)
            # The empty name is that of no outlet.
            steps[""] = [log(self.popularity(w) / (p or unnamed)) for w, p in zip(wires, priors, strict=True)]
        for outlet in known:
            if outlet not in steps:
                steps[outlet] = [log(self.part(outlet, wire) / self.popularity(wire)) for wire in wires]
        # The mean of the outlets: they printed what there was to print, so that together they say no more than one.
        # Multiplied they made masked credits wrong five times as often (``benchmarks/masking.py``).
        weight = self._named**2 / (self._named**2 + HABITS.texts**2) / len(known)
        sums = map(sum, zip(*[steps[outlet] for outlet in known], strict=True))
        limit = log(HABITS.together)
        totals = [first + weight * more for first, more in zip(steps[""], sums, strict=True)]
        times = {w: exp(min(limit, max(-limit, total))) for w, total in zip(wires, totals, strict=True)}
        # A wire that is credited here, but too seldom to be thought of, may be it as well.
        times[OTHER] = 1 + sum(self.popularity(wire) for wire in self._all if wire not in times) / unnamed
        return times

    def say(self, outlets: Sequence[str], tilt: Mapping[str, float]) -> tuple[str, str]:
        """The same in words: what the outlets have, and what that does."""
        told = []
        for outlet in sorted(set(outlets)):
            parts = sorted(((self.part(outlet, wire), wire) for wire in self.usual([outlet])), reverse=True)
            if parts:
                told.append(f"{outlet} has {listed([f'{percent(part)} {label(wire)}' for part, wire in parts[:3]])}")
        more = f", and {len(told) - 3} more" if len(told) > 3 else ""
        text = f"of wire text {'; '.join(told[:3])}{more}" if told else "how often these outlets have each wire"
        shown = sorted(tilt, key=lambda wire: (-tilt[wire], wire))[:4]
        return text, ", ".join(f"{label(wire)} x{tilt[wire]:.2f}" for wire in shown)

    def own(self, outlet: str, part: float) -> float:
        """Part of an outlet's articles without credits that is its own, if usually it is ``part``.

        One that credits nearly all its copies has written what it does not credit.
        """
        if outlet not in self._credits:
            return part
        copied = (1 - part) * (1 - self._rate(outlet)) / (1 - HABITS.credited)
        return part / (part + copied)

    def silence(self, outlets: Iterable[str]) -> float:
        """How many times likelier it is that these all name no wire when it is one that nobody could name.

        An outlet that credits nine copies of ten leaves out one; of what comes from a wire in no list it leaves out as
        many, but half of its credits cannot be read.  The first silence is in the prior already.
        """
        total = 0.0
        known = [outlet for outlet in outlets if outlet in self._credits]
        for outlet in known:
            rate = self._rate(outlet)
            total += log((1 - HABITS.strange * rate) / (1 - rate))
        limit = log(HABITS.together)
        total += log((1 - HABITS.credited) / (1 - HABITS.strange * HABITS.credited)) + log(self.unlisted)
        # Half of what nobody names is of rare wires that could be read.
        return (1 + exp(min(limit, max(-limit, total)))) / 2 if known else 1.0

    def _rate(self, outlet: str) -> float:
        """How often an outlet credits what it copies."""
        credited, silent = self._credits[outlet]
        together = sum(self._copies) + HABITS.corpus
        usual = (self._copies[0] + HABITS.corpus * HABITS.credited) / together
        return (credited + HABITS.credits * usual) / (credited + silent + HABITS.credits)


def learned(
    everybody: Witnesses, groups: Rows, likeliest: Sequence[Sequence[Origin]] = (), credited: Habits | None = None
) -> Habits:
    """The habits of the outlets in a corpus: from its credits, and from the origins of its shared texts where
    they are known.

    ``groups`` are the version groups of each strand; ``credited`` is what the credits alone said, where that was
    learned before.  About a microsecond an article and strand.
    """
    habits = _by_credits(everybody, groups) if credited is None else credited.copy()
    traced: dict[int, list[dict[str, float]]] = defaultdict(list)
    for number, origins in enumerate(likeliest):
        wires = {origin.wire: origin.p for origin in origins if origin.wire in registry()}
        unlisted = sum(origin.p for origin in origins if origin.wire not in (*wires, *NO_WIRE) or origin.wire == OTHER)
        habits.count_text(sum(wires.values()), unlisted)
        voices = [everybody.voice(group) for group in groups[number]]
        # A text that nobody credits was traced by habits alone: it would confirm what it was told.
        if not any(voice.credits for voice in voices):
            continue
        for group, voice in zip(groups[number], voices, strict=True):
            if not voice.credits:
                traced[group].append(wires)
    for group, texts in sorted(traced.items()):
        sums: dict[str, float] = defaultdict(float)
        for wires in texts:
            for wire, p in wires.items():
                sums[wire] += p / len(texts)
        for outlet in _known(everybody.outlets(group)):
            habits.count(outlet, sums, 0.0)  # another article has its text, and a credit, and was counted
            if not everybody.voice(group).credited:
                habits.count_copies(outlet, 0.0, sum(sums.values()))
    return habits


def _by_credits(everybody: Witnesses, groups: Rows) -> Habits:
    habits = Habits()
    sharing = set(groups.values.tolist())
    told = np.zeros(len(everybody.groups), np.bool_)
    told[everybody.naming] = True
    in_strands = np.add.reduceat(told[groups.values], groups.begins[:-1]) if len(groups) else told[:0]
    habits.count_named(int((in_strands > 0).sum()) + int(told.sum()) - len(sharing.intersection(everybody.naming)))
    alike = _alike(everybody, groups)
    for group in everybody.naming:
        voice = everybody.voice(group)
        if voice.pure:
            habits.count_seen(group in sharing)
        said = {wire: voice.mixture.get(wire, 0.0) for wire in voice.credits}
        members = everybody.groups.members(group)
        names, silent = set(_known(everybody.outlets(group))), set[str]()
        if len(members) > 1:
            names = set(everybody.published_by([each for each in members if everybody.named[each]]))
            silent = (
                set(everybody.published_by([each for each in members if not everybody.said(each).credited])) - names
            )
        for outlet in sorted(names | silent):
            habits.count(outlet, said, 1 / (len(names | silent) * alike.get(group, 1)))
            # What is credited counts where it could also have been seen without a word.
            if len(members) > 1 or group in sharing:
                credited = sum(said.values())
                habits.count_copies(outlet, *((credited, 0.0) if outlet in names else (0.0, credited)))
    return habits


def _alike(everybody: Witnesses, groups: Rows) -> dict[int, int]:
    """How many version groups credit the same wires with a text that each of them credits: the most of any strand."""
    number = {voice.credits: n for n, voice in enumerate(everybody.voices)}
    credits = np.array([number[voice.credits] if voice.credits else -1 for voice in everybody.voices], np.int64)
    carrying = groups.values.astype(np.int64)
    said = credits[everybody.voices_of(carrying)]
    naming = marked(said >= 0)
    group, (_, text) = carrying[naming], numbered(groups.rows()[naming] * len(credits) + said[naming])
    most = np.zeros(len(everybody.groups), np.int64)
    np.maximum.at(most, group, np.bincount(text)[text] if len(text) else text)
    found = unique(group)
    return dict(zip(found.tolist(), most[found].tolist(), strict=True))


def _known(outlets: Iterable[str]) -> Iterable[str]:
    """Those that have a name."""
    return (outlet for outlet in outlets if not outlet.startswith("\0"))
