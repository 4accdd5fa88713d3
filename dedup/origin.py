"""Trace: from which wire does a strand come?

Two articles that share a text both took it from somewhere.  Each article's credits make it a
mixture of sources (``dedup.mixture``); a wire that explains all members is likelier than one that
explains one.  To that come absence (a long report of the same wire on the same event that has
none of it), time, and credits that would otherwise stand for nothing.

    P(w | copied)  ~  product over members of part(w)  x  Abs(w)  x  Time(w)  x  Expl(w)

Each factor is kept, so that each can be printed, and taken away to see what it did.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from dedup.article import Article
from dedup.groups import Bundle
from dedup.mixture import OTHER, OUTLET, Mixture, Statement, blend, mixture, part_of, statement
from dedup.model import Evidence, Match, Origin, Strand, VersionGroup
from dedup.wires import host_of, registry, wire_of_host
from dedup.wording import band, listed, one_line, percent, probability

__all__ = ["FACTORS", "Factors", "Witness", "label", "trace", "witnesses"]


class Factors(NamedTuple):
    """What multiplies the odds of a wire, beside the credits."""

    outlet_unseen: float = 0.03
    """Chance that others took an outlet's own text without naming it, for each member."""
    absence_floor: float = 0.05
    """Absence never counts for less than this: agencies file many versions of a story."""
    late: float = 0.05
    """A member appeared, by a trusted clock, before the wire first sent the text."""
    unexplained: float = 0.6
    """A member credits another wire that has no other visible text there."""
    explained: float = 0.5
    """Probability from which another strand explains a credit."""
    certainty: float = 0.999
    """Most that the wording can say for "copied"."""


FACTORS = Factors()
SAME_NAMES, FEWEST_NAMES = 0.5, 3
"""Two articles are about one event when they share half of the names that the one with fewer
names repeats, and at least three."""
SAME_DAY = timedelta(days=2)
PLACE_WORDS = 40
"""Passages with fewer words than this between them, in both members, are one place in the text."""


@dataclass(frozen=True)
class Witness:
    """A version group: what it says, how long it is and what it is about."""

    id: str
    members: tuple[Article, ...]
    statements: tuple[Statement, ...]
    """What the members say, each statement once; those that credit somebody, if any does."""
    published: tuple[datetime, ...]

    @cached_property
    def mixture(self) -> Mixture:
        """The mixture of sources that its credits amount to."""
        return blend([mixture(said) for said in self.statements])

    @property
    def pure(self) -> str | None:
        """The one wire whose copy it is, or None."""
        return self.statements[0].pure if len(self.statements) == 1 else None

    @property
    def words(self) -> int:
        """Words of the longest member."""
        return max(len(member.tokens) for member in self.members)

    @cached_property
    def names(self) -> frozenset[str]:
        """Names that a member repeats: what the report is about."""
        return frozenset(name for member in self.members for name in member.names.repeated)


@dataclass(frozen=True, slots=True)
class _Factor:
    """A printed line and what it multiplies; ``outlet`` is a member's part in the outlet's odds."""

    kind: str
    text: str
    effect: str
    times: Mapping[str, float]
    outlet: float | None = None


def witnesses(
    articles: Mapping[str, Article], groups: Sequence[VersionGroup], published: Mapping[str, datetime | None]
) -> dict[str, Witness]:
    """Every version group by id; an article that is like no other is a group of its own."""
    members = {group.id: group.members for group in groups}
    grouped = {member for group in groups for member in group.members}
    members |= {name: (name,) for name in articles if name not in grouped}
    return {name: _witness(name, [articles[m] for m in members[name]], published) for name in sorted(members)}


def _witness(name: str, members: Sequence[Article], published: Mapping[str, datetime | None]) -> Witness:
    said = {statement(member.credits, member.document) for member in members}
    credited = {one for one in said if one.credited}
    times = sorted({time for member in members if (time := published.get(member.id))})
    return Witness(name, tuple(members), tuple(sorted(credited or said)), tuple(times))


def trace(strands: Sequence[Bundle], matches: Sequence[Match], everybody: Mapping[str, Witness]) -> tuple[Strand, ...]:
    """Give each strand its origins, with the evidence.

    The strands are gone through twice, because whether a credit is explained depends on what the
    other strands turn out to be.  Time: the strands times the pure reports that share names with
    them, which an index over names finds.
    """
    events = _Events(everybody)
    cases = [_Case(strand, matches, everybody, events) for strand in strands]
    first = {case.strand.id: case.origins(()) for case in cases}
    explained: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for case in cases:
        best = first[case.strand.id][0]
        if best.p >= FACTORS.explained:
            for group in case.strand.groups:
                explained[group][best.wire].add(case.strand.id)
    return tuple(case.strand_with_origin(explained) for case in cases)


class _Case:
    """One strand and the evidence on its origin."""

    def __init__(
        self, strand: Bundle, matches: Sequence[Match], everybody: Mapping[str, Witness], events: _Events
    ) -> None:
        self.strand = strand
        self.passages = [matches[m].passages[p] for m, p in strand.passages]
        self.members = [everybody[group] for group in strand.groups]
        self.p_copied = min(FACTORS.certainty, max(passage.p_copied for passage in self.passages))
        self.places = _places(matches, strand)
        named = {wire for member in self.members for wire in member.mixture}
        self.hypotheses = [*sorted(named - {OTHER, OUTLET}), OTHER, OUTLET]
        self.factors = [self._credit(member) for member in self.members]
        self.factors += self._absences(events)
        self.factors += self._times()

    def strand_with_origin(self, explained: Mapping[str, Mapping[str, set[str]]]) -> Strand:
        """The finished record."""
        more = self._unexplained(explained)
        origins = self.origins(more)
        words = max(len(found) for found in self.strand.words.values())
        return Strand(
            id=self.strand.id,
            members=self.strand.members,
            words=words,
            passages=self.strand.passages,
            origins=origins,
            say=self._say(words, origins),
            evidence=tuple(self._evidence(words, more, origins)),
        )

    def origins(self, more: Sequence[_Factor], without: _Factor | None = None) -> tuple[Origin, ...]:
        """Posterior over the hypotheses and ``independent``, falling."""
        factors = [factor for factor in (*self.factors, *more) if factor is not without]
        weight = dict.fromkeys(self.hypotheses, 1.0)
        for factor in factors:
            for wire in weight:
                weight[wire] *= factor.times.get(wire, 1.0)
        shares = [factor.outlet for factor in factors if factor.outlet is not None]
        # One group alone may well be the outlet's own text; of several, one wrote and the others
        # took it without a word.
        several = FACTORS.outlet_unseen if len(self.members) > 1 else 1.0
        weight[OUTLET] = several * sum(shares)
        for factor in factors:
            if factor.outlet is None:
                weight[OUTLET] *= factor.times.get(OUTLET, 1.0)
        total = sum(weight.values())
        found = [Origin(wire, self.p_copied * part / total) for wire, part in weight.items() if part]
        found.append(Origin("independent", 1 - self.p_copied))
        return tuple(sorted(found, key=lambda origin: (-origin.p, origin.wire)))

    def _credit(self, member: Witness) -> _Factor:
        """What a member's credits say: the part that each source has in it."""
        times = {wire: part_of(member.mixture, wire) for wire in self.hypotheses if wire != OUTLET}
        shown = sorted(member.statements[0].origins + member.statements[0].contributors) or [
            wire for wire in self.hypotheses if registry().get(wire) and registry()[wire].popularity
        ]
        effect = ", ".join(f"{label(wire)} x{times[wire]:.2f}" for wire in shown if wire in times)
        text, kind = _said(member)
        return _Factor(kind, text, effect, times, part_of(member.mixture, OUTLET))

    def _absences(self, events: _Events) -> Iterable[_Factor]:
        """Pure reports of a wire on the same event, long enough, that have none of the strand."""
        found: dict[str, list[Witness]] = defaultdict(list)
        shortest = min(member.words for member in self.members)
        for other in events.same(self.members):
            if other.id not in self.strand.groups and other.pure in self.hypotheses and other.words >= shortest:
                found[str(other.pure)].append(other)
        n = self.places
        for wire in sorted(found):
            # E[(1 - rate)^n] for a rate ~ Beta(2, 2) of places that a version keeps.
            factor = max(FACTORS.absence_floor, (6 / ((n + 2) * (n + 3))) ** len(found[wire]))
            names = listed([other.id for other in found[wire]][:3])
            kept = "has" if len(found[wire]) == 1 else "have"
            places = "the one place" if n == 1 else f"the {n} places"
            yield _Factor(
                "absent",
                f"{names}, {label(wire)} alone on the same event, {kept} none of {places} of this text",
                f"{label(wire)} x{factor:.2f}",
                {wire: factor},
            )

    def _times(self) -> Iterable[_Factor]:
        """A member that appeared before the wire itself, on its own site, sent the text."""
        for wire in self.hypotheses:
            sent = [
                time
                for member in self.members
                for time in member.published
                if member.pure == wire and any(_own_site(wire, article) for article in member.members)
            ]
            early = [m for m in self.members if sent and m.published and m.published[-1] < min(sent) - SAME_DAY / 2]
            for member in early:
                text = f"{member.id} appeared before {label(wire)} sent it"
                yield _Factor("time", text, f"{label(wire)} x{FACTORS.late:.2f}", {wire: FACTORS.late})

    def _unexplained(self, explained: Mapping[str, Mapping[str, set[str]]]) -> list[_Factor]:
        """Credits that stand for nothing visible unless this strand is theirs."""
        found = []
        for member in self.members:
            wires = {wire for said in member.statements for wire in said.origins + said.contributors}
            if len(wires) < 2:
                continue
            elsewhere = explained.get(member.id, {})
            open_wires = sorted(
                wire for wire in wires if wire in self.hypotheses and not elsewhere.get(wire, set()) - {self.strand.id}
            )
            if not open_wires:
                continue
            others = {wire: FACTORS.unexplained for wire in self.hypotheses if wire not in open_wires}
            names = listed([label(wire) for wire in open_wires])
            found.append(
                _Factor(
                    "unexplained credit",
                    f"{member.id} credits {names}, and no other shared text there shows why",
                    f"all others x{FACTORS.unexplained:.1f}",
                    others,
                )
            )
        return found

    def _say(self, words: int, origins: Sequence[Origin]) -> str:
        members = listed(list(self.strand.members[:4]))
        if len(self.strand.members) > 4:
            members = f"{', '.join(self.strand.members[:3])} and {len(self.strand.members) - 3} more"
        answer = band(list(origins), label)
        return f"{members} share {words} words of one text, {answer} ({percent(origins[0].p)})"

    def _evidence(self, words: int, more: Sequence[_Factor], origins: Sequence[Origin]) -> Iterable[Evidence]:
        number = len(self.passages)
        yield Evidence(
            "shared",
            f"{words} words in {number} passage{'s' * (number != 1)} of {listed(list(self.strand.members[:4]))}",
            f"copied {probability(self.p_copied)}",
        )
        best = origins[0].wire
        for factor in (*self.factors, *more):
            without = {origin.wire: origin.p for origin in self.origins(more, without=factor)}
            if factor in more:
                rest = [other for other in more if other is not factor]
                without = {origin.wire: origin.p for origin in self.origins(rest)}
            effect = f"{factor.effect}; without it {label(best)} {without.get(best, 0.0):.2f}"
            yield Evidence(factor.kind, factor.text, effect)
        if not any(said.credited for member in self.members for said in member.statements):
            yield Evidence("prior", "no member credits anybody: how often each wire is copied decides", "weak")
        against = ", ".join(f"{label(origin.wire)} {origin.p:.2f}" for origin in origins[1:4])
        yield Evidence("against", "what else it may be", against)


class _Events:
    """Pure reports by the names they repeat, to find those about the same event."""

    def __init__(self, everybody: Mapping[str, Witness]) -> None:
        self.everybody = everybody
        self.index: dict[str, list[str]] = defaultdict(list)
        for witness in everybody.values():
            if witness.pure:
                for name in witness.names:
                    self.index[name].append(witness.id)

    def same(self, members: Sequence[Witness]) -> list[Witness]:
        """Pure reports about the event of each of ``members``, of the same days, sorted by id."""
        found: Counter[str] = Counter()
        for member in members:
            shared = Counter(other for name in member.names for other in self.index.get(name, ()))
            for other, common in shared.items():
                witness = self.everybody[other]
                fewer = min(len(member.names), len(witness.names))
                if common >= FEWEST_NAMES and common >= SAME_NAMES * fewer and _same_days(member, witness):
                    found[other] += 1
        return [self.everybody[name] for name in sorted(found) if found[name] == len(members)]


def label(wire: str) -> str:
    """Short name of a wire, or of what is no wire, to print.

    >>> label("ap"), label("other")
    ('AP', 'a wire nobody credits')
    """
    known = {OTHER: "a wire nobody credits", OUTLET: "one of the outlets", "independent": "independent wording"}
    if wire in known:
        return known[wire]
    entry = registry().get(wire)
    if entry is None:
        return wire
    short = [form for form in entry.names.get("en", ()) if len(form) <= 12 and form[0].isalpha()]
    return short[0] if short else entry.name


def _said(member: Witness) -> tuple[str, str]:
    """A member's credits in words, quoted, and the kind of that evidence."""
    if not any(said.credited for said in member.statements):
        return f"{member.id} credits nobody", "no credit"
    article = next(a for a in member.members if statement(a.credits, a.document).credited)
    said = statement(article.credits, article.document)
    lines = list(
        dict.fromkeys(
            credit.text
            for credit in article.credits
            if credit.wire in said.origins + said.contributors + ("generic",)
            and credit.role not in ("photo", "mention", "self_reference")
        )
    )
    wires = listed([label(wire) for wire in said.origins + said.contributors]) or "agencies"
    part = "is credited to" if said.pure else "credits"
    return f"{article.id} {part} {wires}: “{one_line(lines[0])[:120]}”" if lines else f"{article.id} {part} {wires}", (
        "credit"
    )


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


def _same_days(one: Witness, two: Witness) -> bool:
    return not (one.published and two.published) or abs(one.published[0] - two.published[0]) <= SAME_DAY


def _own_site(wire: str, article: Article) -> bool:
    return wire_of_host(host_of(article.document.url)) == wire
