"""Answers: what is said of each article that was checked, made of what its stages found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from dedup.columns import Lazy
from dedup.composition import Readings, named_origin
from dedup.copying import probability
from dedup.engine import engine
from dedup.index.prints import Rebuilt
from dedup.index.records import Checked, Flagged, Matched, Outline
from dedup.matches import mirrored, relation_of
from dedup.model import PassageKind, Span, Strand
from dedup.settings import Settings
from dedup.wires import label
from dedup.wording import band

__all__ = ["Answers"]

Record = TypeVar("Record", covariant=True)
_I64 = npt.NDArray[np.int64]


class Answers:
    """The answers of a batch: ``places`` are the articles that are asked about, ``begins`` where the world of
    each begins among the articles of ``readings``, and where the last ends; ``more`` as of ``Checked``."""

    def __init__(self, readings: Readings, places: _I64, begins: _I64, more: Sequence[int], settings: Settings) -> None:
        self._readings, self._places, self._settings = readings, places, settings
        self._more = more or [0] * len(places)
        matches = readings.matches
        rows = np.searchsorted(matches.a, begins)
        self._rows: list[int] = rows.tolist()
        self._here = matches.a == np.repeat(places, np.diff(rows))
        self._other: list[int] = np.where(self._here, matches.b, matches.a).tolist()
        self._told: dict[int | tuple[PassageKind, float], tuple[_Rank, _Label]] = {}
        edges = matches.first[rows]
        passages = np.arange(len(matches.spans))
        readings.at_hand(places, edges[1:] - edges[:-1], passages, (~self._here[matches.match_of]).astype(np.int64))

    def __iter__(self) -> Iterator[Checked]:
        rows = zip(self._places.tolist(), pairwise(self._rows), self._more, strict=True)
        for place, (start, end), more in rows:
            yield self._answer(place, start, end, more)

    def _answer(self, place: int, start: int, end: int, more: int) -> Checked:
        """One answer; its matches and strands are made when somebody looks at them."""
        readings, found = self._readings, self._readings.matches
        copied, shares, ids, other = self._copied, self._shares, found.ids, self._other
        order = [start]
        if end - start != 1:
            order = sorted(range(start, end), key=lambda m: (-copied[m], -shares[m][1], ids[other[m]]))
        traced = readings.strands is not None
        return Checked(
            reading=readings[place],
            spans=tuple(self._spans(place, start, end)) if start < end else (),
            matches=_Made(partial(self._matched, place), order),
            strands=_Made(partial(self._strand, place, order), readings.strands_of[place] if traced else ()),
            named=tuple(readings.named(place)) if traced else (),
            more=more,
            outlines=lambda: [self._outline(m) for m in order],
        )

    # What is asked of each match or passage is a list for all of them: numbers out of an array take ten times as long.

    @cached_property
    def _copied(self) -> list[float]:
        """Words of copied passages, by match."""
        found = self._readings.matches
        copied: list[float] = np.bincount(found.match_of, found.words * found.copies, minlength=len(found)).tolist()
        return copied

    @cached_property
    def _shares(self) -> list[tuple[bool, float, float, float]]:
        """Of each match whether the texts are identical, Jaccard and containments."""
        found = self._readings.matches
        columns = (found.identical, found.jaccard, found.a_in_b, found.b_in_a)
        return list(zip(*(column.tolist() for column in columns), strict=True))

    @cached_property
    def _first(self) -> list[int]:
        """The first passage of each match, and behind the last."""
        first: list[int] = self._readings.matches.first.tolist()
        return first

    @cached_property
    def _is_here(self) -> list[bool]:
        """Of each match whether side a is asked about."""
        here: list[bool] = self._here.tolist()
        return here

    @cached_property
    def _ids(self) -> Sequence[str]:
        """Of the strands."""
        strands = self._readings.strands
        return () if strands is None else strands.bundles.ids

    @cached_property
    def _stretches(self) -> list[tuple[int, int, int, int]]:
        """By passage, in the article that is asked about, its words and its characters, from and to."""
        found = self._readings.matches
        first, last = found.blocks[found.block[:-1]], found.blocks[found.block[1:] - 1]
        here = self._here[found.match_of]
        begin = np.where(here, first[:, 0], first[:, 1])
        behind = np.where(here, last[:, 0], last[:, 1]) + last[:, 2]
        columns = begin, behind, *self._sides.T[:2]
        return list(zip(*(column.tolist() for column in columns), strict=True))

    @cached_property
    def _sides(self) -> npt.NDArray[np.int32]:
        """The characters of each passage, first those in the article that is asked about."""
        found = self._readings.matches
        return np.where(self._here[found.match_of][:, None], found.spans, found.spans[:, [2, 3, 0, 1]])

    @cached_property
    def _passages(self) -> list[tuple[PassageKind, float, int]]:
        """By passage its kind, decibans, and strand, -1 for none."""
        found, strands = self._readings.matches, self._readings.strands
        of = np.full(len(found.spans), -1) if strands is None else strands.bundles.of_passage
        return list(zip(found.kinds, found.decibans.tolist(), of.tolist(), strict=True))

    @cached_property
    def _rows_of(self) -> list[_Row]:
        """By passage what an outline tells of it."""
        a, a_end, b, b_end = self._sides.T.tolist()
        kinds, decibans, strands = zip(*self._passages, strict=True) if self._passages else [()] * 3
        ids, words = self._ids, self._readings.matches.words.tolist()
        names = [ids[strand] if strand >= 0 else None for strand in strands]
        sides = zip(a, a_end, strict=True), zip(b, b_end, strict=True)
        return list(zip(*sides, words, kinds, map(probability, decibans), decibans, names, strict=True))

    def _strand(self, place: int, order: Sequence[int], number: int) -> Strand:
        """The record of a strand, with the places of its passages among those of the answer."""
        assert self._readings.strands is not None
        strand = self._readings.strands[number]
        places = sorted((order.index(m), self._ranks(place, m)[p]) for m, p in strand.passages)
        return replace(strand, passages=tuple(places))

    def _ranks(self, place: int, m: int) -> list[int]:
        """Which passage of a match each is, as the article that is asked about has them."""
        found = self._readings.matches
        rows = found.spans[found.first[m] : found.first[m + 1]].tolist()
        here = int(found.a[m]) == place
        keys = [tuple(row if here else row[2:] + row[:2]) for row in rows]
        order = sorted(range(len(keys)), key=keys.__getitem__)
        return sorted(range(len(keys)), key=order.__getitem__)

    def _matched(self, place: int, m: int) -> Matched:
        """The record of a match."""
        matches = self._readings.matches
        match, other = matches[m], self._readings.articles[self._other[m]]
        here = bool(self._here[m])
        document = other.document
        passages = match.passages if here else tuple(mirrored(passage) for passage in match.passages)
        if isinstance(document, Rebuilt):
            passages = tuple(document.placed(passage) for passage in passages)
        return Matched(
            id=other.id,
            title=document.title,
            outlet=document.outlet,
            published=None if document.published is None else str(document.published),
            credits=other.credits,
            jaccard=match.jaccard,
            new_in_old=match.a_in_b if here else match.b_in_a,
            old_in_new=match.b_in_a if here else match.a_in_b,
            relation=match.relation,
            passages=tuple(sorted(passages, key=lambda passage: (passage.a, passage.b))),
        )

    def _outline(self, m: int) -> Outline:
        """The same in short."""
        identical, jaccard, a_in_b, b_in_a = self._shares[m]
        other, rows = self._readings.articles[self._other[m]], self._rows_of[self._first[m] : self._first[m + 1]]
        document = other.document
        if isinstance(document, Rebuilt):
            rows = [(row[0], document.original(Span(*row[1])), *row[2:]) for row in rows]
        relation = relation_of(identical, jaccard, max(a_in_b, b_in_a), self._copied[m] > 0)
        contained = (a_in_b, b_in_a) if self._is_here[m] else (b_in_a, a_in_b)
        if len(rows) > 1:
            rows.sort(key=itemgetter(0, 1))
        return Outline(document.id, document, other.credits, relation, jaccard, *contained, rows)

    def _spans(self, place: int, start: int, end: int) -> Iterator[Flagged]:
        """The text of the article that others have, each word once, for the origin that is surest."""
        ids, first, stretches = self._readings.matches.ids, self._first, self._stretches
        told: list[_Told] = []
        for m in range(start, end):
            id = ids[self._other[m]]
            told += [(*stretches[p], id, *self._ranked(p, place)) for p in range(first[m], first[m + 1])]
        if not told:
            return
        told.sort(key=itemgetter(0, 1))
        one = told[0][-1]
        runs = _together(told) if all(each[-1] is one for each in told) else _painted(told)
        starts, ends = {each[0]: each[2] for each in told}, {each[1]: each[3] for each in told}
        tokens = None
        for (kind, _, origin, p_origin, say), begin, behind in runs:
            if begin not in starts or behind not in ends:
                article = self._readings.articles[place]
                tokens = tokens or engine(self._settings.engine).fold(article.document.text, article.body)
                starts[begin], ends[behind] = tokens.starts[begin], tokens.ends[behind - 1]
            who = sorted({each[4] for each in told if each[0] < behind and begin < each[1]})
            yield Flagged(starts[begin], ends[behind], behind - begin, kind, origin, p_origin, say, tuple(who))

    def _ranked(self, p: int, place: int) -> tuple[_Rank, _Label]:
        """What is said of a passage, and how sure that is beside others."""
        kind, decibans, strand = self._passages[p]
        # Of a copy the same is said wherever that strand is, which is of one article that is asked about, or that
        # article if it is of none; of what nobody copied, wherever it is as sure.
        key = (kind, decibans) if kind != "copy" else strand if strand >= 0 else ~place
        if (known := self._told.get(key)) is None:
            said = self._label(p, place)
            known = self._told[key] = _rank(said), said
        return known

    def _label(self, p: int, place: int) -> _Label:
        kind, decibans, strand = self._passages[p]
        if kind != "copy":
            return _Label(kind, -1, kind, 1 - probability(decibans), kind.replace("-", " "))
        return self._copy(strand) if strand >= 0 else self._version(place)

    def _copy(self, strand: int) -> _Label:
        """What is said of a passage of a strand."""
        strands = self._readings.strands
        assert strands is not None
        origin = named_origin(strands.likeliest[strand])
        say = band(strands.foremost(strand), label)
        name, p = (f"wire:{origin.wire}", origin.p) if origin else ("unknown", None)
        return _Label("copy", strand, name, p, say)

    def _version(self, place: int) -> _Label:
        """What is said of a version of the article itself: what its credits, or theirs, say."""
        pure, known = self._readings.said(place).pure, self._readings.inherited.get(place)
        if pure:
            return _Label("copy", -1, f"wire:{pure}", None, f"credited to {label(pure)}")
        if known:
            return _Label("copy", -1, f"wire:{known.wire}", known.p, band([known], label))
        return _Label("copy", -1, "unknown", None, "of unknown origin")


_Row = tuple[tuple[int, int], tuple[int, int], int, PassageKind, float, float, str | None]


class _Made(Lazy[Record]):
    """Records that are made when somebody looks at them."""

    def __init__(self, make: Callable[[int], Record], numbers: Sequence[int]) -> None:
        self._make, self._numbers = make, numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def _made(self, number: int) -> Record:
        return self._make(self._numbers[number])


def _together(told: Sequence[_Told]) -> Iterator[_Run]:
    """The stretches of one label, which rise; those that touch are one."""
    begin, behind, one = *told[0][:2], told[0][-1]
    for each in told:
        if each[0] > behind:
            yield one, begin, behind
            begin = each[0]
        behind = max(behind, each[1])
    yield one, begin, behind


def _painted(told: Sequence[_Told]) -> Iterator[_Run]:
    """Stretches of the label that is surest of each word."""
    edges = sorted({edge for each in told for edge in each[:2]})
    at = {edge: n for n, edge in enumerate(edges)}
    owner: list[_Label | None] = [None] * len(edges)  # of the words from each edge to the next
    # The surest last: it overwrites the others.
    for begin, behind, *_, one in sorted(told, key=itemgetter(5)):
        owner[at[begin] : at[behind]] = [one] * (at[behind] - at[begin])
    n = 0
    while n < len(owner):
        who, first = owner[n], n
        while n < len(owner) and owner[n] == who:
            n += 1
        if who is not None:
            yield who, edges[first], edges[n]


class _Label(NamedTuple):
    kind: PassageKind
    strand: int
    origin: str
    p: float | None
    say: str


_Rank = tuple[bool, bool, float, str, int]
_Told = tuple[int, int, int, int, str, _Rank, _Label]
"""A stretch: from which word to which, from which character to which, who has it, and what is said of it."""
_Run = tuple[_Label, int, int]


def _rank(said: _Label) -> _Rank:
    return said.kind == "copy", said.origin != "unknown", said.p or 0.0, said.origin, said.strand
