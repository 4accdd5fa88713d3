"""Checking: what articles share with those of an index, and where that comes from.

The journey of a scan for one article and those that share text with it.  It is compared with every
article that has a key in common with it, as in a scan; of those that share text it is asked which
are versions of one another, so that forty papers with one text are one witness.

Each question is a world of its own: the article that is asked about, and those that share text with it.
The worlds of a batch lie one behind the other in the same arrays and go through each stage together; what
an answer is does not depend on what else is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from dedup.appeared import Appeared
from dedup.article import Article, ids_of
from dedup.batch import Sketches
from dedup.columns import among, begins, marked, numbered, spread, unique
from dedup.composition import Readings
from dedup.engine import engine
from dedup.groups import Groups, StrandNames, alike, bundles
from dedup.idioms import weighed
from dedup.index.answers import Answers
from dedup.index.comparing import compared
from dedup.index.knowledge import Knowledge
from dedup.index.records import Checked, Stored
from dedup.matches import NEAR_DUPLICATE, Matches
from dedup.origin import trace
from dedup.settings import Settings
from dedup.templates import filled
from dedup.witness import Witnesses, inherited, unspoken

__all__ = ["answers"]

WITNESSES = 64
"""Articles that share text of which it is asked which are versions of one another, at most, where no
bands of them are kept (2,016 pairs)."""

_HIGH, _LOW = np.uint64(32), np.uint64(0xFFFF_FFFF)
_U64 = npt.NDArray[np.uint64]
_I64 = npt.NDArray[np.int64]


def answers(
    asked: Sequence[Article],
    found: Sequence[Sequence[int]],
    stored: Mapping[int, Stored],
    settings: Settings,
    sketches: Sketches,
    known: Knowledge | None = None,
    more: Sequence[int] = (),
    jobs: int = 1,
) -> list[Checked]:
    """One answer for each article that is ``asked`` about, of which ``sketches`` are; ``found`` are the numbers of the
    articles that it is to be compared with, ``known`` what the index has learned, ``more`` how many versions of each
    are left out.

    Some 2 milliseconds for an article that shares text with six others.
    """
    if not asked:
        return []
    everybody = _Everybody(asked, stored)
    articles = everybody.articles
    notes = [None if each is None else each.notes for each in everybody.stored]
    matches = compared(articles, everybody.pairs(found), settings, jobs, notes)
    for each, note in zip(everybody.stored, notes, strict=True):
        if each is not None:
            each.notes = note
    worlds = _Worlds(articles, matches, everybody.asked)
    matches = worlds.matches
    if settings.until != "provenance":
        readings = Readings(worlds.articles, matches)
        return [*Answers(readings, worlds.places, worlds.begins, more, settings)]
    if not len(matches):
        readings = Readings(worlds.articles, matches, appeared=Appeared(worlds.articles, matches))
        return [*Answers(readings, worlds.places, worlds.begins, more, settings)]
    known = known or Knowledge()
    marks = [filled(matches, worlds.articles), known.covered(matches, worlds.places, sketches, settings)]
    if boilerplate := [each for each in marks if each is not None]:
        matches = _with(matches, boilerplate=np.logical_or.reduce(boilerplate))
    groups = worlds.groups(matches, [b"" if each is None else each.bands for each in everybody.stored], settings, jobs)
    witnesses = Witnesses(worlds.articles, groups, Appeared(worlds.articles, matches), settings.owners)
    within = unspoken(matches, witnesses)
    together = bundles(matches, groups, settings, within=within)
    if (told := weighed(matches, together, witnesses, settings)) is not None:
        matches, together = told, bundles(told, groups, settings, within=within)
    strands = trace(together, matches, witnesses, settings, habits=known.habits, worlds=worlds.world)
    matches = _with(matches, strand=StrandNames(together))
    readings = Readings(worlds.articles, matches, strands, inherited(matches, witnesses), settings.uncredited)
    return [*Answers(readings, worlds.places, worlds.begins, more, settings)]


def _with(matches: Matches, **changes: Any) -> Matches:
    """The same matches with other fields, and what is known of them that does not depend on these."""
    changed = replace(matches, **changes)
    same = _SAME if "boilerplate" in changes else (*_SAME, "copies", "rewritten", "_kinds")
    changed.__dict__.update({name: matches.__dict__[name] for name in same if name in matches.__dict__})
    return changed


_SAME = ("decibans", "words", "match_of")


def _pairs(one: _I64, other: _I64) -> _U64:
    """Pairs as ``compared`` takes them, whichever comes first."""
    return (np.minimum(one, other) << 32 | np.maximum(one, other)).astype(np.uint64)


class _Everybody:
    """Those that are asked about and those of the index, by id: ``articles``, and of those of the index what is
    ``stored``; ``asked`` is where each stands that is asked about (int64)."""

    def __init__(self, asked: Sequence[Article], stored: Mapping[int, Stored]) -> None:
        named: list[tuple[str, int, int]] = [(article.id, -1, place) for place, article in enumerate(asked)]
        named += [(each.article.id, number, 0) for number, each in stored.items()]
        named.sort()
        self.stored = [stored[number] if number >= 0 else None for _, number, _ in named]
        self.articles = [asked[place] if number < 0 else stored[number].article for _, number, place in named]
        self.asked = np.zeros(len(asked), np.int64)
        self._at: dict[int, int] = {}
        self._names = np.zeros(len(named), np.int64)  # the place of the first of each name
        before = None
        for n, (name, number, place) in enumerate(named):
            self._names[n] = n if name != before else self._names[n - 1]
            before = name
            if number < 0:
                self.asked[place] = n
            else:
                self._at[number] = n

    def pairs(self, found: Sequence[Sequence[int]]) -> _U64:
        """Who is to be compared: each with those that were ``found`` for it, but for what the index has of itself."""
        one = self.asked.repeat([len(numbers) for numbers in found])
        other = np.array([self._at[number] for numbers in found for number in numbers], np.int64)
        apart = marked(self._names[one] != self._names[other])
        return unique(_pairs(one[apart], other[apart]))


class _Worlds:
    """The articles that matter for each question and what they have in common, one world behind the other.

    By question: ``begins`` where its world begins among ``articles``, ``places`` where in it the article
    stands that is asked about (int64).  By article: ``world``, and ``number`` which of everybody it is.
    """

    def __init__(self, everybody: Sequence[Article], matches: Matches, asked: _I64) -> None:
        questions = np.arange(len(asked))
        if not len(matches):
            self.world, self.number, self.places = questions, asked, questions
            self.begins = np.arange(len(asked) + 1)
            self.articles = [everybody[number] for number in asked.tolist()]
            self.matches = replace(matches, ids=ids_of(self.articles))
            return
        if len(asked) == 1:
            self.number, sides = numbered(np.concatenate([matches.a, matches.b, asked]).astype(np.int64))
            self.world = np.zeros(len(self.number), np.int64)
            self.begins, self.places = np.array([0, len(self.number)]), sides[-1:]
            self.articles = [everybody[number] for number in self.number.tolist()]
            both = sides[:-1].astype(np.int32).reshape(2, -1)
            self.matches = replace(matches, ids=ids_of(self.articles), a=both[0], b=both[1])
            return
        question_of = np.full(len(everybody), -1, np.int64)
        question_of[asked] = questions
        world = np.maximum(question_of[matches.a], question_of[matches.b])  # one of the two is asked about
        ends = [world << 32 | side for side in (matches.a, matches.b)]
        keys = unique(np.concatenate([*ends, questions << 32 | asked]))
        a, b = (np.searchsorted(keys, end) for end in ends)
        rows = np.lexsort((b, a))
        self.world, self.number = keys >> 32, keys & 0xFFFF_FFFF
        self.begins = begins(np.bincount(self.world, minlength=len(asked)))
        self.places = np.searchsorted(keys, questions << 32 | asked)
        self.articles = [everybody[number] for number in self.number.tolist()]
        counts = np.diff(matches.first)[rows]
        passages = spread(matches.first[rows], counts)
        blocks = np.diff(matches.block)[passages]
        self.matches = Matches(
            ids=ids_of(self.articles),
            a=a[rows].astype(np.int32),
            b=b[rows].astype(np.int32),
            identical=matches.identical[rows],
            jaccard=matches.jaccard[rows],
            a_in_b=matches.a_in_b[rows],
            b_in_a=matches.b_in_a[rows],
            first=begins(counts),
            spans=matches.spans[passages],
            block=begins(blocks),
            blocks=matches.blocks[spread(matches.block[passages], blocks)],
            judged=None if matches.judged is None else matches.judged[passages],
        )

    def groups(self, found: Matches, bands: Sequence[bytes], settings: Settings, jobs: int) -> Groups:
        """Version groups in each world by what the article that is asked about shares, with the boilerplate marked;
        ``bands`` of everybody who is in the index, empty where unknown.

        Who is a version of that article is told as in a scan; of the others only their shingles are compared.
        """
        count = len(self.articles)
        if not len(found):
            return Groups(np.arange(count, dtype=np.uint32))
        near = alike(found, self.articles)
        a, b = found.a[near].astype(np.uint64), found.b[near].astype(np.uint64)
        versions = np.zeros(count, np.bool_)
        versions[found.a[near]] = versions[found.b[near]] = True
        pairs = unique(np.concatenate([a << _HIGH | b, self._alike(self._candidates(bands, versions), settings, jobs)]))
        return Groups(engine(settings.engine).roots(pairs, count, count))

    def _candidates(self, bands: Sequence[bytes], versions: npt.NDArray[np.bool_]) -> _U64:
        """Pairs of a world that may be versions: those that have a band in common, chained to the first that
        has it.  Versions of the article that is asked about hang together by it."""
        others = np.ones(len(self.articles), np.bool_)
        others[self.places] = False
        # Nothing is asked of a world with one other article.
        others &= (self.begins[1:] - self.begins[:-1])[self.world] > 2
        places = marked(others)
        if not len(places):
            return np.empty(0, np.uint64)
        kept = [bands[number] for number in self.number[places].tolist()]
        if not all(kept):
            return self._all(places, versions)
        prints = np.frombuffer(b"".join(kept), "<u4").astype(np.int64)
        of = np.repeat(places, len(prints) // max(1, len(places)))
        keys = self.world[of] << 32 | prints
        order = np.argsort(keys, kind="stable")
        keys, of = keys[order], of[order]
        fresh = np.ones(len(keys), np.bool_)
        fresh[1:] = keys[1:] != keys[:-1]
        first = of[marked(fresh)][np.cumsum(fresh) - 1]
        some = (first != of) & ~(versions[first] & versions[of])
        return unique(first[some].astype(np.uint64) << _HIGH | of[some].astype(np.uint64))

    def _all(self, places: _I64, versions: npt.NDArray[np.bool_]) -> _U64:
        pairs = list[tuple[int, int]]()
        for world in unique(self.world[places]).tolist():
            some = places[self.world[places] == world][:WITNESSES].tolist()
            pairs += (pair for pair in combinations(some, 2) if not (versions[pair[0]] and versions[pair[1]]))
        return unique(_pairs(*np.array(pairs, np.int64).reshape(-1, 2).T))

    def _alike(self, pairs: _U64, settings: Settings, jobs: int) -> _U64:
        """Those pairs that are versions of one another."""
        if not len(pairs):
            return pairs
        # Two articles that are in several worlds are compared once.
        first = np.zeros(int(self.number.max()) + 1, np.int64)
        first[self.number[::-1]] = np.arange(len(self.number))[::-1]
        asked = _pairs(*(first[self.number[side.astype(np.int64)]] for side in (pairs >> _HIGH, pairs & _LOW)))
        found = compared(self.articles, unique(asked), replace(settings, until="documents"), jobs)
        near = marked(found.identical | (found.jaccard >= NEAR_DUPLICATE))
        return pairs[among(asked, _pairs(found.a[near].astype(np.int64), found.b[near].astype(np.int64)))]
