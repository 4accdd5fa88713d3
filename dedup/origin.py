"""Trace: from which wire does a strand come?

Two articles that share a text both took it from somewhere.  Each article's credits make it a
mixture of sources (``dedup.mixture``); a wire that explains all members is likelier than one that
explains one.  To that come absence (a long report of the same wire on the same event that has
none of it), time, and credits that would otherwise stand for nothing (``dedup.posterior``).

Members that credit nobody say nothing of one wire or another, so all of them together count once,
by popularity.  Each factor is kept, so that each can be printed, and taken away to see what it did.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property, partial
from itertools import chain
from math import log

import numpy as np
import numpy.typing as npt

from dedup import sayings as say
from dedup.carriers import Carriers
from dedup.columns import Remembered, Rows, covered, portions, unique
from dedup.copying import WEIGHTS
from dedup.copying import probability as p_of
from dedup.events import SAME_DAY, nearby_reports
from dedup.groups import Bundles, places_of
from dedup.habits import HABITS, Habits, learned
from dedup.marks import Marks
from dedup.matches import Matches
from dedup.mixture import OTHER, OUTLET, RELEASE, Voice, blend, part_of, wire_of_site
from dedup.model import Evidence, Origin, Strand
from dedup.posterior import FACTORS, Factor, Weighing, posterior, unlisted_apart, weighed
from dedup.relations import UNKNOWN
from dedup.settings import Settings
from dedup.wires import label, registry
from dedup.witness import Witness, Witnesses
from dedup.wording import band, percent, probability, settled

__all__ = ["SEEN", "Strands", "trace"]

EXPLAINED = 0.5
"""Probability from which another strand explains a credit."""
SEEN = 0.05
"""Probability from which an origin that is not the likeliest is kept at hand."""
_PORTION = 1 << 14
"""Passages whose words are counted at once."""
_NOTHING = np.empty(0, np.int64)


class Strands(Remembered[Strand]):
    """The strands of a scan, sorted by id; a record is made when somebody looks at it.

    ``likeliest`` are the origins of each that stand out, from ``SEEN`` up, and the first in any case.
    """

    def __init__(self, bundles: Bundles, matches: Matches, everybody: Witnesses) -> None:
        super().__init__()
        self.bundles, self.matches, self.everybody = bundles, matches, everybody
        self.weighing = Weighing()
        self.by_group = Rows.of(bundles.groups.values, bundles.groups.rows(), len(everybody.groups))
        decibans = matches.decibans[bundles.passages.values]
        most = np.maximum.reduceat(decibans, bundles.passages.begins[:-1]) if len(bundles) else decibans
        self.p_copied = [min(FACTORS.certainty, p_of(value)) for value in most.tolist()]
        self.habits = Habits()
        self.marks = Marks({}, {})
        """Press releases, and datelines of wires in no list."""
        self.absent: Mapping[int, Sequence[int]] = {}
        """Pure reports about the event of a strand that are none of its members."""
        self.explained: Mapping[tuple[int, str], Sequence[int]] | None = None
        """By group and wire, the strands in it that come from that wire, for groups of several credits;
        None before anybody knows."""
        self.likeliest: list[tuple[Origin, ...]] = []
        self._sites: dict[int, frozenset[str | None]] = {}

    def __len__(self) -> int:
        return len(self.bundles)

    def _anew(self, number: int) -> Strand:
        return _Case(number, self).record()

    def lengths(self, number: int) -> dict[int, int]:
        """How many words each member has of a strand, by the member's number."""
        return self.matches.lengths(self.bundles.passages[number], self.bundles.members[number])

    def sites(self, group: int) -> frozenset[str | None]:
        """The wires on whose own sites a group stands at a known time."""
        if (known := self._sites.get(group)) is None:
            all_, dated = self.everybody, self.everybody.times[group] != UNKNOWN
            urls = (all_.articles[each].document.url for each in (all_.groups.members(group) if dated else ()))
            known = self._sites[group] = frozenset(map(wire_of_site, urls))
        return known

    @cached_property
    def words(self) -> npt.NDArray[np.int64]:
        """Length of each strand: the most that any member has of it; about 5 microseconds each."""
        members, found = self.bundles.members.begins, [_NOTHING]
        for part in portions(np.diff(self.bundles.passages.begins), _PORTION):
            lengths = self._lengths(part.start, part.stop)
            found.append(np.maximum.reduceat(lengths, members[part.start : part.stop] - members[part.start]))
        return np.concatenate(found)

    def _lengths(self, start: int, end: int) -> npt.NDArray[np.int64]:
        """How many words each member has of each of some strands, in the order of ``bundles.members``."""
        matches, (of, values) = self.matches, self.bundles.passages.part(start, end)
        ends = np.concatenate([matches.a[matches.match_of[values]], matches.b[matches.match_of[values]]])
        strand, members = self.bundles.members.part(start, end)
        known = strand << 32 | members
        row = np.searchsorted(known, np.tile(of, 2) << 32 | ends)
        runs = matches.runs(np.concatenate([values, values]), np.repeat(np.arange(2), len(values)))
        return covered(row[runs.which], runs.starts, runs.sizes, len(known))

    def foremost(self, number: int) -> Sequence[Origin]:
        """The first origins of a strand, as many as it takes to say where it comes from (``wording.band``)."""
        found = self.likeliest[number]
        return found if settled(found) else _Case(number, self).origins()


def trace(
    bundles: Bundles,
    matches: Matches,
    everybody: Witnesses,
    settings: Settings = Settings(),  # noqa: B008  (frozen)
    jobs: int = 1,
    habits: Habits | None = None,
    worlds: npt.NDArray[np.int64] | None = None,
) -> Strands:
    """Give each strand its origins; the evidence is put in words when somebody reads it.

    Strands are gone through twice: whether a credit is explained depends on the others.  ``habits`` are those of a
    larger corpus; ``worlds`` numbers articles that have nothing to do with each other.  About 100 microseconds each.
    """
    strands = Strands(bundles, matches, everybody)
    strands.absent = nearby_reports(bundles.groups, everybody, settings, jobs, worlds)
    members = unique(bundles.members.values.astype(np.int64)).tolist()
    strands.marks = Marks.of((n, everybody.articles[n].document) for n in members)
    carried = [Carriers.of(number, bundles, everybody) for number in range(len(strands))]
    strands.habits = credited = habits or learned(everybody, bundles.groups)
    settled = dict[int, tuple[Origin, ...]]()
    for _ in range(HABITS.rounds if habits is None else 0):
        _judged(strands, carried, settled)
        strands.habits = learned(everybody, bundles.groups, strands.likeliest, credited)
    _judged(strands, carried, settled)
    return strands


def _judged(strands: Strands, carried: Sequence[Carriers], settled: dict[int, tuple[Origin, ...]]) -> None:
    """Give each strand its likeliest origins, by the habits that are known.

    ``settled`` are those of strands in which no habit has a say, before credits are explained.
    """
    explained: dict[tuple[int, str], list[int]] = defaultdict(list)
    again = []
    strands.explained, strands.likeliest = None, []
    for number, case in enumerate(carried):
        found = settled.get(number) or _Case(number, strands, case).likeliest()
        if not case.unnamed:
            settled[number] = found
        strands.likeliest.append(found)
        several = [group for group, voice in zip(case.groups, case.voices, strict=True) if len(voice.credits) > 1]
        best = found[0]
        if several:
            again.append(number)
            if best.p >= EXPLAINED:
                for group in several:
                    explained[group, best.wire].append(number)
    strands.explained = explained
    for number in again:
        strands.likeliest[number] = _Case(number, strands, carried[number]).likeliest()


class _Case:
    """One strand and the evidence on its origin."""

    def __init__(self, number: int, strands: Strands, carried: Carriers | None = None) -> None:
        self.number, self.strands = number, strands
        self.groups, self.present, self.voices, self.outlets, self.unnamed = carried or Carriers.of(
            number, strands.bundles, strands.everybody
        )
        self.p_copied = strands.p_copied[number]
        self.hypotheses = strands.weighing.hypotheses(self.voices, strands.habits.usual(self.unnamed))
        self.marks = strands.marks.on(chain.from_iterable(self.present) if strands.marks else ())
        if self.marks.issuers:
            self.hypotheses = (*self.hypotheses, RELEASE)
        self._inside = {number: True}

    @cached_property
    def members(self) -> list[Witness]:
        """The witnesses that carry it."""
        pairs = zip(self.groups, self.present, strict=True)
        return [self.strands.everybody.witness(group, present) for group, present in pairs]

    # Factors are not kept here: each knows the case, and what knows itself stays until it is searched for.
    def _factors(self) -> list[Factor]:
        """All that speaks for a wire or against it."""
        return [*self._credits(), *self._others()]

    def _others(self) -> list[Factor]:
        return [*self._habits(), *self._marked(), *self._absences(), *self._times(), *self._unexplained()]

    def origins(self, factors: Sequence[Factor] | None = None) -> list[Origin]:
        """The posterior, of these factors or all."""
        found = self._factors() if factors is None else factors
        return self._posterior(weighed(self.hypotheses, found), found)

    def likeliest(self) -> tuple[Origin, ...]:
        """Those origins that stand out."""
        if others := self._others():
            odds = weighed(self.hypotheses, [*self._credits(), *others])
        else:
            silent = [place for place, voice in enumerate(self.voices) if not voice.credits]
            weighing, own = self.strands.weighing, self._own(silent)
            odds = weighing.odds(self.voices, self.outlets, own, self.hypotheses, lambda: [*self._credits()])
        return tuple(self._posterior(odds, others, SEEN))

    def _posterior(self, odds: Sequence[float], factors: Sequence[Factor], least: float = 0.0) -> list[Origin]:
        """The posterior of these odds."""
        return posterior(*unlisted_apart(self.hypotheses, odds, factors, self.marks.unlisted), self.p_copied, least)

    def record(self) -> Strand:
        """The finished record."""
        bundles, ids = self.strands.bundles, self.strands.matches.ids
        lengths = self.strands.lengths(self.number)
        words, shortest = max(lengths.values()), min(lengths.values())
        members = tuple(ids[member] for member in bundles.members[self.number])
        passages = np.array(bundles.passages[self.number])
        match = self.strands.matches.match_of[passages]
        places = passages - self.strands.matches.first[match]
        factors = self._factors()
        origins = self.origins(factors)
        answer = band(origins, label) + say.guessed([factor.kind for factor in factors])
        # Members may hold different parts of the text; the longest part is what is known of it.
        number = f"{shortest} to {words}" if 10 * shortest < 9 * words else f"{words}"
        return Strand(
            id=bundles.ids[self.number],
            members=members,
            words=words,
            passages=tuple(zip(match.tolist(), places.tolist(), strict=True)),
            origins=tuple(origins),
            say=f"{say.some(members)} share {number} words of one text, {answer} ({percent(origins[0].p)})",
            evidence=tuple(self._evidence(words, len(passages), members, factors, origins)),
        )

    def _credits(self) -> Iterable[Factor]:
        """What the members' credits say: the part that each source has in them.

        Members that say the same are one line and count a few times; those that credit nobody, once.
        """
        alike: dict[Voice | None, list[int]] = defaultdict(list)
        for place, voice in enumerate(self.voices):
            alike[voice if voice.credits else None].append(place)
        for named, places in alike.items():
            voices = [self.voices[place] for place in places]
            said = self.strands.weighing.credits(voices, self.hypotheses)
            outlets = [self.outlets[place] for place in places]
            wrote = said.outlet if named else self._own(places)
            kind = "credit" if any(voice.credited for voice in voices) else "no credit"
            tell = partial(self._say_credits, places)
            publishers = frozenset(chain.from_iterable(outlets))
            yield Factor(kind, said.logs, tell, publishers, wrote, bool(named), said.open)

    def _own(self, places: Sequence[int]) -> float:
        """Sum of the parts that members which name no wire wrote themselves, by how their outlets credit."""
        own, total = self.strands.habits.own, 0.0
        for place in places:
            p = part_of(self.voices[place].mixture, OUTLET)
            total += p if self.voices[place].credited else sum(own(outlet, p) for outlet in self.outlets[place])
        return total

    def _say_credits(self, places: Sequence[int]) -> tuple[str, str]:
        places = sorted(places, key=lambda place: not self.voices[place].credited)
        first, voice = self.members[places[0]], self.voices[places[0]]
        parts = blend([self.voices[place].mixture for place in places])
        shown = voice.credits or [wire for wire in self.hypotheses if wire not in (OTHER, OUTLET, RELEASE)]
        if not voice.credits:
            shown = [wire for wire in shown if registry()[wire].popularity]
        times = {wire: part_of(parts, wire, silent=not voice.credits) for wire in shown if wire in self.hypotheses}
        effect = ", ".join(f"{label(wire)} x{times[wire]:.2f}" for wire in shown if wire in times)
        text = first.said
        if len(places) > 1:
            more = f"{len(places) - 1} more"
            alike = f", and {more} {'alike' if voice.credits else 'name no wire'}"
            text += alike if voice.credited else f", nor do {more}"
        counted = min(len(places), FACTORS.alike) if voice.credits else 1
        return text, effect + (f", {counted} times" if counted > 1 else "")

    def _habits(self) -> Iterable[Factor]:
        """What the outlets that name no wire usually print."""
        wires = [wire for wire in self.hypotheses if wire not in (OTHER, OUTLET, RELEASE)]
        tilt = self.strands.habits.tilt(self.unnamed, wires)
        if tilt:
            logs = {wire: log(times) for wire, times in tilt.items()}
            yield Factor("habits", logs, partial(self.strands.habits.say, self.unnamed, tilt))
        if not any(voice.credits for voice in self.voices):
            pairs = zip(self.outlets, self.voices, strict=True)
            # An outlet that prints it twice is silent once.
            silent = [*dict.fromkeys(outlet for several, voice in pairs if not voice.credited for outlet in several)]
            times = self.strands.habits.silence(silent)
            if times != 1:
                yield Factor("silence", {OTHER: log(times)}, partial(say.silence, len(silent), times))

    def _marked(self) -> Iterable[Factor]:
        """What members bear on them, beside their credits."""
        return self.marks.factors(self.strands.matches.ids, self.strands.everybody.groups) if self.marks else ()

    def _absences(self) -> Iterable[Factor]:
        """Pure reports of a wire on the same event, long enough, that have none of the strand.

        A report that has another part of what these members share keeps and drops like any editor,
        and is no sign against its wire.
        """
        found: dict[str, list[int]] = defaultdict(list)
        for report in self.strands.absent.get(self.number, ()):
            wire = str(self.strands.everybody.voice(report).pure)
            if wire in self.hypotheses and not any(self._within(other) for other in self.strands.by_group[report]):
                found[wire].append(report)
        for wire, reports in sorted(found.items()):
            # E[(1 - rate)^n] for a rate ~ Beta(2, 2) of places that a version keeps.
            n = places_of(self.strands.matches, self.strands.bundles.passages[self.number])
            factor = max(FACTORS.absence_floor, (6 / ((n + 2) * (n + 3))) ** len(reports))
            ids = [self.strands.matches.ids[report] for report in reports]
            yield Factor("absent", {wire: log(factor)}, partial(say.absent, label(wire), ids, n, factor))

    def _times(self) -> Iterable[Factor]:
        """A member that appeared before the wire itself, on its own site, sent the text."""
        everybody = self.strands.everybody
        sent: dict[str, list[datetime]] = defaultdict(list)
        for group, voice in zip(self.groups, self.voices, strict=True):
            if voice.pure and voice.pure in self.strands.sites(group):
                sent[voice.pure] += everybody[group].published
        for wire in self.hypotheses if sent else ():
            early = [
                member.id
                for member in self.members
                if sent[wire] and member.published and min(sent[wire]) - member.published[-1] > SAME_DAY / 2
            ]
            if early:
                yield Factor("time", {wire: log(FACTORS.late)}, partial(say.late, label(wire), early, FACTORS.late))

    def _unexplained(self) -> Iterable[Factor]:
        """Credits that stand for nothing visible unless this strand is theirs.

        Another strand of the same members is no other explanation: it is more of the same.
        """
        explained = self.strands.explained
        found: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for group, voice in zip(self.groups, self.voices, strict=True):
            if explained is not None and len(voice.credits) > 1:
                elsewhere = {wire: explained.get((group, wire), ()) for wire in voice.credits}
                if open_wires := tuple(wire for wire, others in elsewhere.items() if all(map(self._within, others))):
                    found[open_wires].append(group)
        unseen = self.strands.habits.unexplained
        for wires, groups in sorted(found.items()):
            ids = [self.strands.matches.ids[group] for group in groups]
            others = {wire: log(unseen) for wire in self.hypotheses if wire not in wires}
            yield Factor(
                "unexplained credit", others, partial(say.unexplained, ids, [label(wire) for wire in wires], unseen)
            )

    def _within(self, other: int) -> bool:
        """Whether all members are members of another strand."""
        if other not in self._inside:
            groups = self.strands.bundles.groups
            large = groups.size(other) >= len(self.groups)
            self._inside[other] = large and set(groups[other]).issuperset(self.groups)
        return self._inside[other]

    def _evidence(
        self, words: int, number: int, members: Sequence[str], factors: Sequence[Factor], origins: Sequence[Origin]
    ) -> Iterable[Evidence]:
        text = f"{words} words in {number} passage{'s' * (number != 1)} of {say.some(members)}"
        yield Evidence("shared", text, f"copied {probability(self.p_copied)}")
        stories = self.strands.matches.stories
        several = 0 if stories is None else int(stories[self.strands.bundles.passages[self.number]].max())
        if several:
            said = f"{several} of these articles have nothing else in common, neither text nor names"
            less = WEIGHTS.idiom * (several - 1)
            most = float(self.strands.matches.decibans[self.strands.bundles.passages[self.number]].max())
            yield Evidence("idiom", said, f"{less:+.0f} dB for copied; without it {probability(p_of(most - less))}")
        best, answer = origins[0].wire, band(origins, label)
        for factor in factors:
            without = self.origins([other for other in factors if other is not factor])
            text, effect = factor.say()
            other = band(without, label)
            instead = f": {other}" if other != answer else ""
            p = dict(without).get(best, 0.0)
            yield Evidence(factor.kind, text, f"{effect}; without it {label(best)} {p:.2f}{instead}")
        if not any(voice.credited for voice in self.voices):
            yield Evidence("prior", "no member credits anybody: how often each wire is copied decides", "weak")
        against = ", ".join(f"{label(origin.wire)} {probability(origin.p)}" for origin in origins[1:4])
        yield Evidence("against", "what else it may be", against)
