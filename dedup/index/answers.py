"""Answers: what is said of each article that was checked, made of what its stages found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
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
from dedup.mixture import statement
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
        self._rows = np.searchsorted(matches.a, begins).tolist()
        self._copied = np.bincount(matches.match_of, matches.words * matches.copies, minlength=len(matches))

    def __iter__(self) -> Iterator[Checked]:
        rows = zip(self._places.tolist(), pairwise(self._rows), self._more, strict=True)
        for place, (start, end), more in rows:
            yield self._answer(place, start, end, more)

    def _answer(self, place: int, start: int, end: int, more: int) -> Checked:
        """One answer; its matches and strands are made when somebody looks at them."""
        readings, found = self._readings, self._readings.matches
        others = {m: self._other(m, place) for m in range(start, end)}
        copied, jaccard, ids = self._copied[start:end].tolist(), found.jaccard[start:end].tolist(), found.ids
        order = sorted(others, key=lambda m: (-copied[m - start], -jaccard[m - start], ids[others[m]]))
        traced = readings.strands is not None
        return Checked(
            reading=readings[place],
            spans=tuple(self._spans(place, start, end)) if start < end else (),
            matches=_Made(partial(self._matched, place), order),
            strands=_Made(partial(self._strand, place, order), readings.strands_of[place] if traced else ()),
            named=tuple(readings.named(place)) if traced else (),
            more=more,
            outlines=lambda: [self._outline(place, m) for m in order],
        )

    def _other(self, m: int, place: int) -> int:
        a, b = int(self._readings.matches.a[m]), int(self._readings.matches.b[m])
        return b if a == place else a

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
        match, other = matches[m], self._readings.articles[self._other(m, place)]
        here = int(matches.a[m]) == place
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

    def _outline(self, place: int, m: int) -> Outline:
        """The same in short."""
        found = self._readings.matches
        other = self._readings.articles[self._other(m, place)]
        here, rows = int(found.a[m]) == place, []
        for p in found.passages_of(m):
            one, two = Span(*found.spans[p, :2].tolist()), Span(*found.spans[p, 2:].tolist())
            new, old = (one, two) if here else (two, one)
            kind, decibans = found.kind(p), float(found.decibans[p])
            rows.append((new, old, int(found.words[p]), kind, probability(decibans), decibans, found.strand.get(p)))
        if isinstance(other.document, Rebuilt):
            rows = [(row[0], other.document.original(row[1]), *row[2:]) for row in rows]
        a_in_b, b_in_a, jaccard = float(found.a_in_b[m]), float(found.b_in_a[m]), float(found.jaccard[m])
        copied = any(row[3] == "copy" for row in rows)
        relation = relation_of(bool(found.identical[m]), jaccard, max(a_in_b, b_in_a), copied)
        contained = (a_in_b, b_in_a) if here else (b_in_a, a_in_b)
        rows.sort(key=lambda row: row[:2])
        return Outline(other.id, other.document, other.credits, relation, jaccard, *contained, rows)

    def _spans(self, place: int, start: int, end: int) -> Iterator[Flagged]:
        """The text of the article that others have, each word once, for the origin that is surest."""
        found, article = self._readings.matches, self._readings.articles[place]
        first, stop = int(found.first[start]), int(found.first[end])
        if first == stop:
            return
        tokens = engine(self._settings.engine).fold(article.document.text, article.body)
        starts, ends = np.asarray(tokens.starts), np.asarray(tokens.ends)
        match_of = found.match_of[first:stop]
        here = (found.a[match_of] == place)[:, None]
        sides = np.where(here, found.spans[first:stop, :2], found.spans[first:stop, 2:])
        words = np.searchsorted(starts, sides).tolist()
        labels: dict[_Label, int] = {}
        told = [
            (self._label(p, place), *words[n], found.ids[self._other(m, place)])
            for n, (p, m) in enumerate(zip(range(first, stop), match_of.tolist(), strict=True))
        ]
        # The surest last: it may overwrite the others.
        told.sort(key=lambda each: (_rank(each[0]), each[1:]))
        owner = np.full(len(starts), -1, np.int64)
        for one, begin, behind, _ in told:
            owner[begin:behind] = labels.setdefault(one, len(labels))
        said = list(labels)
        edges = [0, *(np.flatnonzero(owner[1:] != owner[:-1]) + 1).tolist(), len(owner)]
        for begin, behind in pairwise(edges):
            if (number := int(owner[begin])) >= 0:
                who = sorted({id for _, one, last, id in told if one < behind and begin < last})
                span = int(starts[begin]), int(ends[behind - 1])
                _, _, origin, p, say = said[number]
                yield Flagged(*span, behind - begin, said[number].kind, origin, p, say, tuple(who))

    def _label(self, p: int, place: int) -> _Label:
        readings, strands = self._readings, self._readings.strands
        kind = readings.matches.kind(p)
        if kind != "copy":
            return _Label(kind, -1, kind, 1 - readings.matches.p_copied(p), kind.replace("-", " "))
        strand = -1 if strands is None else int(strands.bundles.of_passage[p])
        if strands is not None and strand >= 0:
            origin = named_origin(strands.likeliest[strand])
            say = band(strands.foremost(strand), label)
            name, p_wire = (f"wire:{origin.wire}", origin.p) if origin else ("unknown", None)
            return _Label("copy", strand, name, p_wire, say)
        # A version of the article itself: what its credits, or theirs, say.
        article = readings.articles[place]
        said = statement(article.credits, article.document)
        known = readings.inherited.get(place)
        if said.pure:
            return _Label("copy", -1, f"wire:{said.pure}", None, f"credited to {label(said.pure)}")
        if known:
            return _Label("copy", -1, f"wire:{known.wire}", known.p, band([known], label))
        return _Label("copy", -1, "unknown", None, "of unknown origin")


class _Made(Lazy[Record]):
    """Records that are made when somebody looks at them."""

    def __init__(self, make: Callable[[int], Record], numbers: Sequence[int]) -> None:
        self._make, self._numbers = make, numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def _made(self, number: int) -> Record:
        return self._make(self._numbers[number])


class _Label(NamedTuple):
    kind: PassageKind
    strand: int
    origin: str
    p: float | None
    say: str


def _rank(said: _Label) -> tuple[bool, bool, float, str, int]:
    return said.kind == "copy", said.origin != "unknown", said.p or 0.0, said.origin, said.strand
