"""Witnesses: version groups as sources of evidence, each heard once.

Forty scrapers of one story say no more than one, so near-identical articles are one witness: what
it says of its origin, when it appeared, how long it is and what it is about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from dedup.appeared import Appeared
from dedup.article import Article
from dedup.collection import collection
from dedup.columns import marked
from dedup.copying import LINK, probability
from dedup.groups import Groups
from dedup.matches import Matches
from dedup.mixture import OTHER, OUTLET, Mixture, Statement, Voice, alone, site, statement
from dedup.model import Origin
from dedup.relations import UNKNOWN
from dedup.wires import host_of, label
from dedup.wording import listed, one_line

__all__ = ["Witness", "Witnesses", "inherited", "unspoken"]

INHERITED = 0.5
"""Part of a version's text that one wire must have for the other versions to be its text."""
ELSEWHERE = 0.5
"""Part of an article that one outside its version group must have for the group's text to be asked of there."""
_NEVER = np.iinfo(np.int64).max
_SILENT = ("photo", "mention", "self_reference")


@dataclass(frozen=True)
class Witness:
    """A version group: what it says, and when it appeared; ``number`` is that of its first member."""

    number: int
    members: tuple[Article, ...]
    voice: Voice
    published: tuple[datetime, ...]

    @property
    def id(self) -> str:
        """The id of the first member."""
        return self.members[0].id

    @property
    def mixture(self) -> Mixture:
        """The mixture of sources that its credits amount to."""
        return self.voice.mixture

    @property
    def credited(self) -> bool:
        """Whether any member credits anybody."""
        return self.voice.credited

    @property
    def pure(self) -> str | None:
        """The one wire whose copy it is, or None."""
        return self.voice.pure

    @property
    def credits(self) -> tuple[str, ...]:
        """Wires that it credits with text, sorted."""
        return self.voice.credits

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
        if len(self.voice.statements) > 1:
            return f"{self.id} and its versions credit {names}"
        return f"{article.id} {'is credited to' if said.pure else 'credits'} {names}{quoted}"


class Witnesses:
    """Every version group, by number; an article that is like no other is a group of its own.

    By number of a group (that of its first member; what stands at other numbers means nothing):
    ``words`` (int32) of the longest member, ``times`` (int64) when the first member appeared.
    About 4 microseconds an article.
    """

    def __init__(
        self,
        articles: Sequence[Article],
        groups: Groups,
        appeared: Appeared,
        owners: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.articles, self.groups, self.appeared, self._owners = articles, groups, appeared, dict(owners)
        known: dict[Statement, int] = {}
        self._statement = np.fromiter(
            (known.setdefault(statement(each.credits, each.document), len(known)) for each in articles),
            *(np.int32, len(articles)),
        )
        self._said = list(known)
        self.named = np.array([bool(said.origins or said.contributors) for said in known], np.bool_)[self._statement]
        """Whether each article names a wire; "agencies" is none."""
        self.voices = [alone(said) for said in known]
        self._voice = self._statement.copy()
        self._heard: dict[frozenset[int], Voice] = {}
        self._outlets: dict[int, tuple[str, ...]] = {}
        self._hear_together()
        self.words = np.zeros(len(articles), np.int32)
        np.maximum.at(self.words, groups.of, np.fromiter((each.words for each in articles), np.int32, len(articles)))
        self.times = np.full(len(articles), _NEVER)
        dated = marked(appeared.times != UNKNOWN)
        np.minimum.at(self.times, groups.of[dated], appeared.times[dated])
        self.times[self.times == _NEVER] = UNKNOWN

    def _hear_together(self) -> None:
        together: dict[tuple[Statement, ...], int] = {}
        for number, voice in enumerate(self.voices):
            together[voice.statements] = number
        for group in self.groups.several:
            said = {int(self._statement[member]) for member in self.groups.members(group)}
            if len(said) > 1:
                voice = Voice.of(self._said[number] for number in said)
                self._voice[group] = together.setdefault(voice.statements, len(together))
                if len(together) > len(self.voices):
                    self.voices.append(voice)

    def __getitem__(self, group: int) -> Witness:
        return self.witness(group, self.groups.members(group))

    def witness(self, group: int, present: Sequence[int]) -> Witness:
        """Those articles of a group that are present, as one."""
        times = {time for member in present if (time := self.appeared[member])}
        articles = tuple(self.articles[member] for member in present)
        return Witness(group, articles, self.heard(group, present), tuple(sorted(times)))

    def voice(self, group: int) -> Voice:
        """What a group says."""
        return self.voices[int(self._voice[group])]

    def voices_of(self, groups: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
        """Which of ``voices`` each group speaks with."""
        found: npt.NDArray[np.int32] = self._voice[groups]
        return found

    def heard(self, group: int, present: Sequence[int]) -> Voice:
        """What those articles of a group say that are present; of a version without a text the credit is no
        word on that text."""
        if len(self.groups.members(group)) == len(present):
            return self.voice(group)
        said = frozenset(int(self._statement[member]) for member in present)
        if (voice := self._heard.get(said)) is None:
            voice = self._heard[said] = Voice.of(self._said[number] for number in said)
        return voice

    def said(self, article: int) -> Statement:
        """What an article says."""
        return self._said[int(self._statement[article])]

    def wires(self) -> tuple[npt.NDArray[np.int32], list[str]]:
        """The wire whose copy each article is, as its place in a list of wires; -1 for none."""
        names = sorted({said.pure for said in self._said if said.pure})
        places = np.array([names.index(said.pure) if said.pure else -1 for said in self._said], np.int32)
        return places[self._statement], names

    def outlets(self, group: int) -> tuple[str, ...]:
        """Who published it, each once, sorted: the owner, where it is known; a group without an outlet stands for
        itself."""
        if (known := self._outlets.get(group)) is None:
            known = self._outlets[group] = self.published_by(self.groups.members(group)) or (f"\0{group}",)
        return known

    def published_by(self, members: Sequence[int]) -> tuple[str, ...]:
        """The outlets of some articles, or their owners, each once, sorted; the host of its address stands for an
        outlet that is not named."""
        documents = [self.articles[member].document for member in members]
        outlets = {(each.outlet or "").strip() or host_of(site(each.url)) for each in documents}
        names = filter(None, outlets)
        return tuple(sorted({self._owners.get(name, name) for name in names}))

    @property
    def naming(self) -> list[int]:
        """Groups that credit a wire by name."""
        named = np.array([bool(voice.credits) for voice in self.voices], np.bool_)[self._voice]
        found: list[int] = marked(named & (self.groups.of == np.arange(len(named)))).tolist()
        return found

    @property
    def reports(self) -> npt.NDArray[np.int64]:
        """Groups that are copy of one wire, by their credits."""
        pure = np.array([voice.pure is not None for voice in self.voices], np.bool_)[self._voice]
        return marked(pure & (self.groups.of == np.arange(len(pure))))


def inherited(matches: Matches, everybody: Witnesses) -> dict[int, Origin]:
    """The origin of articles that name no wire and are versions of one that does, by number."""
    groups, named = everybody.groups, everybody.named
    sources = {group: source for group in groups.several if (source := _source(everybody.voice(group)))}
    if not sources:
        return {}
    in_match = np.repeat(np.arange(len(matches)), np.diff(matches.first))
    copies = marked(matches.copies)
    a, b = matches.a[in_match[copies]], matches.b[in_match[copies]]
    within = groups.of[a] == groups.of[b]
    a, b, decibans = a[within], b[within], matches.decibans[copies][within]
    # Of many copies each may have been compared with the first only: so also by way of other versions.
    best = np.where(named, np.inf, -np.inf)
    before = np.empty(0)
    while not np.array_equal(best, before):
        before = best.copy()
        for one, other in ((a, b), (b, a)):
            np.maximum.at(best, one, np.minimum(decibans, best[other]))
    found = {}
    for group, source in sources.items():
        for member in groups.members(group):
            if not named[member] and best[member] >= LINK:
                p = source.p * probability(float(best[member]))
                if p >= INHERITED:
                    found[member] = Origin(source.wire, p)
    return found


def _source(voice: Voice) -> Origin | None:
    """The one wire whose text a group is for the most part, by what it says."""
    source = voice.origin
    likely = voice.credited and source.wire not in (OTHER, OUTLET) and source.p >= INHERITED
    return source if likely else None


def unspoken(matches: Matches, everybody: Witnesses) -> npt.NDArray[np.bool_]:
    """Passages between versions of a text that several outlets print, none of which names a wire.

    It has a source all the same, and nobody else is asked for it: no other article has half of it.  Each such text is
    a strand of its own.  Some 20 nanoseconds a passage.
    """
    groups = everybody.groups
    silent = [each for each in groups.several if not everybody.voice(each).credits and len(everybody.outlets(each)) > 1]
    asked = np.zeros(len(groups), np.bool_)
    asked[silent] = True
    a, b = groups.of[matches.a], groups.of[matches.b]
    found: npt.NDArray[np.bool_] = (asked[a] & (a == b))[matches.match_of]
    if found.any():
        apart = marked((a != b) & (asked[a] | asked[b]))
        copied = np.bincount(matches.match_of, matches.words * matches.copies, minlength=len(matches))[apart]
        lengths = collection(everybody.articles).words
        for side in (matches.a[apart], matches.b[apart]):
            asked[groups.of[side[copied >= ELSEWHERE * lengths[side]]]] = False
        found &= asked[a][matches.match_of]
    return found
