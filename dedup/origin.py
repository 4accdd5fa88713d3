"""Trace: from which wire does a strand come?

Two articles that share a text both took it from somewhere.  Each article's credits make it a
mixture of sources (``dedup.mixture``); a wire that explains all members is likelier than one that
explains one.  To that come absence (a long report of the same wire on the same event that has
none of it), time, and credits that would otherwise stand for nothing.

    P(w | copied)  ~  product over members of part(w)  x  Abs(w)  x  Time(w)  x  Expl(w)

Members that credit nobody say nothing of one wire or another, so all of them together count once,
by popularity.  Each factor is kept, so that each can be printed, and taken away to see what it did.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log
from typing import NamedTuple

from dedup.article import Article
from dedup.groups import Bundle
from dedup.mixture import OTHER, OUTLET, PARTS, blend, part_of
from dedup.model import Evidence, Match, Origin, Strand
from dedup.wires import host_of, label, registry, wire_of_host
from dedup.witness import SAME_DAY, Events, Witness
from dedup.wording import band, listed, percent, probability

__all__ = ["FACTORS", "Factors", "trace"]


class Factors(NamedTuple):
    """What multiplies the odds of a wire, beside the credits."""

    outlet_unseen: float = 0.03
    """Chance that a member took another outlet's own text without naming it, for each member but
    the one that wrote it."""
    absence_floor: float = 0.05
    """Absence never counts for less than this: agencies file many versions of a story."""
    late: float = 0.05
    """A member appeared, by a trusted clock, before the wire first sent the text."""
    unexplained: float = 0.6
    """A member credits another wire that has no other visible text there."""
    certainty: float = 0.999
    """Most that the wording can say for "copied"."""
    alike: int = 3
    """Members that say the same of their origin count so many times at most: the tenth paper with
    the same line says nothing new."""


FACTORS = Factors()
EXPLAINED = 0.5
"""Probability from which another strand explains a credit."""
PLACE_WORDS = 40
"""Passages with fewer words than this between them, in both members, are one place in the text."""


Explained = dict[str, dict[str, set[frozenset[str]]]]
"""By group and wire, the carriers of the strands in it that come from that wire."""


@dataclass(frozen=True, slots=True)
class _Factor:
    """A printed line and what it multiplies.

    The credits of members also say how likely it is that one of them wrote the text: ``outlet`` is
    the sum of the parts of their ``outlets``.
    """

    kind: str
    text: str
    effect: str
    times: Mapping[str, float]
    outlets: frozenset[str] = frozenset()
    outlet: float = 0.0


def trace(strands: Sequence[Bundle], matches: Sequence[Match], everybody: Mapping[str, Witness]) -> tuple[Strand, ...]:
    """Give each strand its origins, with the evidence.

    The strands are gone through twice, because whether a credit is explained depends on what the
    other strands turn out to be.  Time: the strands times the pure reports that share names with
    them, which an index over names finds.
    """
    events = Events(everybody)
    together: dict[str, list[frozenset[str]]] = defaultdict(list)
    for strand in strands:
        for group in strand.groups:
            together[group].append(frozenset(strand.groups))
    cases = [_Case(strand, matches, everybody, events, together) for strand in strands]
    explained: Explained = defaultdict(lambda: defaultdict(set))
    for case in cases:
        best = case.origins(case.factors)[0]
        if best.p >= EXPLAINED:
            for group in case.strand.groups:
                explained[group][best.wire].add(frozenset(case.strand.groups))
    return tuple(case.strand_with_origin(explained) for case in cases)


class _Case:
    """One strand and the evidence on its origin."""

    def __init__(
        self,
        strand: Bundle,
        matches: Sequence[Match],
        everybody: Mapping[str, Witness],
        events: Events,
        together: Mapping[str, Sequence[frozenset[str]]],
    ) -> None:
        self.strand = strand
        self.passages = [matches[m].passages[p] for m, p in strand.passages]
        self.members = [everybody[group] for group in strand.groups]
        self.p_copied = min(FACTORS.certainty, max(passage.p_copied for passage in self.passages))
        self.places = _places(matches, strand)
        named = {wire for member in self.members for wire in member.mixture}
        self.hypotheses = [*sorted(named - {OTHER, OUTLET}), OTHER, OUTLET]
        self.factors = [*self._credits(), *self._absences(events, together), *self._times()]

    def strand_with_origin(self, explained: Explained) -> Strand:
        """The finished record."""
        factors = [*self.factors, *self._unexplained(explained)]
        origins = self.origins(factors)
        words = max(len(found) for found in self.strand.words.values())
        return Strand(
            id=self.strand.id,
            members=self.strand.members,
            words=words,
            passages=self.strand.passages,
            origins=origins,
            say=self._say(words, origins),
            evidence=tuple(self._evidence(words, factors, origins)),
        )

    def origins(self, factors: Sequence[_Factor]) -> tuple[Origin, ...]:
        """Posterior over the hypotheses and ``independent``, falling."""
        # In logarithms, because a text that hundreds of papers print has hundreds of small factors.
        weight = dict.fromkeys(self.hypotheses, 0.0)
        for factor in factors:
            for wire in weight:
                weight[wire] += log(factor.times.get(wire, 1.0))
        if any(factor.kind == "credit" for factor in factors):
            # For each credit one more wire it does not name; but of those there are many, once.
            weight[OTHER] -= log(PARTS.floor)
        # One outlet wrote it, and each of the others took it without a word.
        outlets = frozenset[str]().union(*(factor.outlets for factor in factors))
        wrote = sum(factor.outlet for factor in factors)
        weight[OUTLET] += log(wrote or 1.0) + max(0, len(outlets) - 1) * log(FACTORS.outlet_unseen)
        most = max(weight.values())
        parts = {wire: exp(value - most) for wire, value in weight.items()}
        total = sum(parts.values())
        found = [Origin(wire, self.p_copied * part / total) for wire, part in parts.items()]
        found.append(Origin("independent", 1 - self.p_copied))
        return tuple(sorted(found, key=lambda origin: (-origin.p, origin.wire)))

    def _credits(self) -> Iterable[_Factor]:
        """What the members' credits say: the part that each source has in them.

        Members that say the same are one line and count a few times; those that credit nobody, once.
        """
        alike: dict[tuple[object, ...], list[Witness]] = defaultdict(list)
        for member in self.members:
            alike[member.statements if member.credited else ()].append(member)
        for members in alike.values():
            credited = members[0].credited
            parts = blend([member.mixture for member in members])
            times = {wire: part_of(parts, wire, silent=not credited) for wire in self.hypotheses if wire != OUTLET}
            shown = members[0].credits or [wire for wire in self.hypotheses if wire not in (OTHER, OUTLET)]
            if not credited:
                shown = [wire for wire in shown if registry()[wire].popularity]
            effect = ", ".join(f"{label(wire)} x{times[wire]:.2f}" for wire in shown if wire in times)
            text = members[0].said
            if len(members) > 1:
                more = f"{len(members) - 1} more"
                text += f", and {more} alike" if credited else f", nor do {more}"
            if credited:
                times[OTHER] *= PARTS.floor
                counted, floor = min(len(members), FACTORS.alike), PARTS.floor * parts[OTHER]
                named = members[0].credits
                # That a credited wire carries another is known once, however often it is credited.
                times = {w: p**counted if w in named else p * floor ** (counted - 1) for w, p in times.items()}
                effect += f", {counted} times" if counted > 1 else ""
            outlets = frozenset(member.outlet for member in members)
            outlet = sum(part_of(member.mixture, OUTLET) for member in members)
            yield _Factor("credit" if credited else "no credit", text, effect, times, outlets, outlet)

    def _absences(self, events: Events, together: Mapping[str, Sequence[frozenset[str]]]) -> Iterable[_Factor]:
        """Pure reports of a wire on the same event, long enough, that have none of the strand.

        A report that has another part of what these members share keeps and drops like any editor,
        and is no sign against its wire.
        """
        found: dict[str, list[str]] = defaultdict(list)
        shortest, groups = min(member.words for member in self.members), frozenset(self.strand.groups)
        for other in events.same(self.members):
            known = other.pure in self.hypotheses and other.words >= shortest and other.id not in groups
            if known and not any(groups <= carriers for carriers in together.get(other.id, ())):
                found[str(other.pure)].append(other.id)
        n = self.places
        places = "the one place" if n == 1 else f"the {n} places"
        for wire, reports in sorted(found.items()):
            # E[(1 - rate)^n] for a rate ~ Beta(2, 2) of places that a version keeps.
            factor = max(FACTORS.absence_floor, (6 / ((n + 2) * (n + 3))) ** len(reports))
            who, have = _some(reports), "has" if len(reports) == 1 else "have"
            text = f"{who}, {label(wire)} alone on the same event, {have} none of {places} of this text"
            yield _Factor("absent", text, f"{label(wire)} x{factor:.2f}", {wire: factor})

    def _times(self) -> Iterable[_Factor]:
        """A member that appeared before the wire itself, on its own site, sent the text."""
        for wire in self.hypotheses:
            sent = [
                time
                for member in self.members
                if member.pure == wire and any(_own_site(wire, article) for article in member.members)
                for time in member.published
            ]
            early = [
                member.id
                for member in self.members
                if sent and member.published and min(sent) - member.published[-1] > SAME_DAY / 2
            ]
            if early:
                text = f"{_some(early)} appeared before {label(wire)} sent it"
                yield _Factor("time", text, f"{label(wire)} x{FACTORS.late:.2f}", {wire: FACTORS.late})

    def _unexplained(self, explained: Explained) -> Iterable[_Factor]:
        """Credits that stand for nothing visible unless this strand is theirs.

        Another strand of the same members is no other explanation: it is more of the same.
        """
        here = frozenset(self.strand.groups)
        found: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for member in self.members:
            if len(member.credits) > 1:
                elsewhere = explained.get(member.id, {})
                open_wires = [
                    wire for wire in member.credits if all(here <= carriers for carriers in elsewhere.get(wire, ()))
                ]
                if open_wires:
                    found[tuple(open_wires)].append(member.id)
        for wires, members in sorted(found.items()):
            text = (
                f"{_some(members)} {'credits' if len(members) == 1 else 'credit'} "
                f"{listed([label(wire) for wire in wires])}, and no other shared text there shows why"
            )
            others = {wire: FACTORS.unexplained for wire in self.hypotheses if wire not in wires}
            yield _Factor("unexplained credit", text, f"all others x{FACTORS.unexplained:.1f}", others)

    def _say(self, words: int, origins: Sequence[Origin]) -> str:
        answer = band(list(origins), label)
        # Members may hold different parts of the text; the longest part is what is known of it.
        shortest = min(len(found) for found in self.strand.words.values())
        number = f"{shortest} to {words}" if 10 * shortest < 9 * words else f"{words}"
        return f"{_some(self.strand.members)} share {number} words of one text, {answer} ({percent(origins[0].p)})"

    def _evidence(self, words: int, factors: Sequence[_Factor], origins: Sequence[Origin]) -> Iterable[Evidence]:
        number = len(self.passages)
        text = f"{words} words in {number} passage{'s' * (number != 1)} of {_some(self.strand.members)}"
        yield Evidence("shared", text, f"copied {probability(self.p_copied)}")
        best = origins[0].wire
        for factor in factors:
            without = dict(self.origins([other for other in factors if other is not factor]))
            effect = f"{factor.effect}; without it {label(best)} {without.get(best, 0.0):.2f}"
            yield Evidence(factor.kind, factor.text, effect)
        if not any(member.credited for member in self.members):
            yield Evidence("prior", "no member credits anybody: how often each wire is copied decides", "weak")
        against = ", ".join(f"{label(origin.wire)} {origin.p:.2f}" for origin in origins[1:4])
        yield Evidence("against", "what else it may be", against)


def _some(names: Sequence[str]) -> str:
    """The first few names, and how many more."""
    return listed(list(names)) if len(names) <= 4 else f"{', '.join(names[:3])} and {len(names) - 3} more"


def _places(matches: Sequence[Match], strand: Bundle) -> int:
    """Separate places of a strand in its members: what an editor keeps or cuts as one."""
    count = 0
    by_match: dict[int, list[int]] = defaultdict(list)
    for m, p in strand.passages:
        by_match[m].append(p)
    for m, indexes in by_match.items():
        passages = [matches[m].passages[p] for p in sorted(indexes)]
        places = 1
        for before, after in pairwise(passages):
            # Six characters a word, near enough to tell a sentence from a page.
            gaps = (after.a.start - before.a.end, after.b.start - before.b.end)
            places += not all(0 <= gap <= 6 * PLACE_WORDS for gap in gaps)
        count = max(count, places)
    return count


def _own_site(wire: str, article: Article) -> bool:
    return wire_of_host(host_of(article.document.url)) == wire
