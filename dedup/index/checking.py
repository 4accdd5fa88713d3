"""Checking: what articles share with those of an index, and where that comes from.

The journey of a scan for one article and those that share text with it.  It is compared with every
article that has a key in common with it, as in a scan; of those that share text it is asked which
are versions of one another, so that forty papers with one text are one witness.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from dedup.appeared import Appeared
from dedup.article import Article
from dedup.columns import Lazy, begins, numbered, spread, unique
from dedup.composition import Readings, named_origin
from dedup.engine import engine
from dedup.groups import Groups, StrandNames, bundles
from dedup.index.prints import Rebuilt
from dedup.index.records import Checked, Flagged, Matched
from dedup.matches import NEAR_DUPLICATE, Matches, mirrored
from dedup.mixture import statement
from dedup.model import PassageKind, Strand
from dedup.origin import Strands, trace
from dedup.settings import Settings
from dedup.templates import filled
from dedup.verify import verify
from dedup.wires import label
from dedup.witness import Witnesses, inherited
from dedup.wording import band

__all__ = ["answers"]

WITNESSES = 64
"""Articles that share text of which it is asked which are versions of one another, at most, those first
that share most (2,016 pairs)."""

Record = TypeVar("Record", covariant=True)
_U64 = npt.NDArray[np.uint64]
_I64 = npt.NDArray[np.int64]


def answers(
    asked: Sequence[Article],
    found: Sequence[Sequence[int]],
    stored: Mapping[int, Article],
    settings: Settings,
    jobs: int = 1,
) -> list[Checked]:
    """One answer for each article that is ``asked`` about; ``found`` are the numbers of the articles
    that it is to be compared with.

    About 0.2 milliseconds for each that shares text, and 3 for an article with any.
    """
    if not asked:
        return []
    articles = sorted(
        [(article.id, 0, place, article) for place, article in enumerate(asked)]
        + [(article.id, 1, number, article) for number, article in stored.items()],
        key=lambda each: each[:3],
    )
    at = {(kind, number): n for n, (_, kind, number, _) in enumerate(articles)}
    everybody = [article for _, _, _, article in articles]
    pairs = [
        (at[0, place], at[1, number])
        for place, numbers in enumerate(found)
        for number in numbers
        # An article is not compared with what the index has of itself.
        if stored[number].id != asked[place].id
    ]
    matches = verify(everybody, _pairs(pairs), settings, jobs, lambda _: None)
    of = _of(matches, len(everybody))
    kept = [of[at[0, place]] for place in range(len(asked))]
    alike = _Alike(everybody, matches, kept, settings, jobs) if settings.until == "provenance" else None
    return [
        _Question(everybody, at[0, place], matches, rows, alike, settings).answer() for place, rows in enumerate(kept)
    ]


def _pairs(pairs: Sequence[tuple[int, int]]) -> _U64:
    return unique(np.array([min(pair) << 32 | max(pair) for pair in pairs], np.uint64))


def _of(matches: Matches, count: int) -> list[_I64]:
    """The matches of each article."""
    both = np.concatenate([matches.a, matches.b])
    order = np.argsort(both, kind="stable")
    edges = begins(np.bincount(both, minlength=count))
    rows = order % max(1, len(matches))
    return [np.sort(rows[edges[n] : edges[n + 1]]) for n in range(count)]


class _Alike:
    """Which of the articles that share text with one that is asked about are versions of one another."""

    def __init__(
        self, everybody: Sequence[Article], matches: Matches, kept: Sequence[_I64], settings: Settings, jobs: int
    ) -> None:
        pairs = set[tuple[int, int]]()
        counts = np.diff(matches.first)
        for rows in kept:
            some = rows[counts[rows] > 0] if len(rows) > WITNESSES else rows
            some = some[:WITNESSES]
            if len(some) > 1:
                both = np.concatenate([matches.a[some], matches.b[some]])
                others = [n for n, times in zip(*np.unique(both, return_counts=True), strict=True) if times == 1]
                pairs.update(combinations(map(int, others), 2))
        found = verify(everybody, _pairs([*pairs]), replace(settings, until="documents"), jobs, lambda _: None)
        near = np.flatnonzero(found.identical | (found.jaccard >= NEAR_DUPLICATE))
        self.pairs = {(int(a), int(b)) for a, b in zip(found.a[near], found.b[near], strict=True)}


class _Local(NamedTuple):
    """The articles that matter for one question, by numbers of their own, and what they have in common."""

    articles: list[Article]
    numbers: _I64
    matches: Matches


def _local(everybody: Sequence[Article], new: int, matches: Matches, rows: _I64) -> _Local:
    numbers, places = numbered(np.concatenate([matches.a[rows], matches.b[rows], np.array([new], np.int32)]))
    passages = spread(matches.first[rows], matches.first[rows + 1] - matches.first[rows])
    counts = matches.block[passages + 1] - matches.block[passages]
    some = [everybody[number] for number in numbers.tolist()]
    local = Matches(
        ids=[article.id for article in some],
        a=places[: len(rows)].astype(np.int32),
        b=places[len(rows) : -1].astype(np.int32),
        identical=matches.identical[rows],
        jaccard=matches.jaccard[rows],
        a_in_b=matches.a_in_b[rows],
        b_in_a=matches.b_in_a[rows],
        first=begins(matches.first[rows + 1] - matches.first[rows]),
        spans=matches.spans[passages],
        block=begins(counts),
        blocks=matches.blocks[spread(matches.block[passages], counts)],
        judged=None if matches.judged is None else matches.judged[passages],
    )
    return _Local(some, numbers.astype(np.int64), local)


class _Question:
    """One article, and what it shares with others."""

    def __init__(
        self,
        everybody: Sequence[Article],
        new: int,
        matches: Matches,
        rows: _I64,
        alike: _Alike | None,
        settings: Settings,
    ) -> None:
        self.articles, numbers, found = _local(everybody, new, matches, rows)
        self.place = int(np.searchsorted(numbers, new))
        self.article, self.settings = everybody[new], settings
        self.strands: Strands | None = None
        if alike is None:
            self.readings = Readings(self.articles, found)
        else:
            found = replace(found, boilerplate=filled(found, self.articles))
            groups = self._groups(found, numbers, alike)
            witnesses = Witnesses(self.articles, groups, Appeared(self.articles, found))
            together = bundles(found, groups, settings)
            self.strands = trace(together, found, witnesses, settings)
            found = replace(found, strand=StrandNames(together))
            self.readings = Readings(self.articles, found, self.strands, inherited(found, witnesses))
        self.matches = found

    def _groups(self, found: Matches, numbers: _I64, alike: _Alike) -> Groups:
        near = np.flatnonzero(found.identical | (found.jaccard >= NEAR_DUPLICATE))
        pairs = [(int(a), int(b)) for a, b in zip(found.a[near], found.b[near], strict=True)]
        if alike.pairs and len(numbers) > 2:
            every = enumerate(numbers.tolist())
            pairs += [(i, j) for (i, x), (j, y) in combinations(every, 2) if (x, y) in alike.pairs]
        work = engine(self.settings.engine)
        return Groups(work.roots(_pairs(pairs), len(numbers), len(numbers)))

    def answer(self) -> Checked:
        """The answer; its matches and strands are made when somebody looks at them."""
        found = self.matches
        copied = np.bincount(found.match_of, found.words * found.copies, minlength=len(found))
        ids = [self.articles[self._other(m)].id for m in range(len(found))]
        order = sorted(range(len(found)), key=lambda m: (-copied[m], -found.jaccard[m], ids[m]))
        strands = [] if self.strands is None else self.readings.strands_of[self.place]
        named = tuple(self.readings.named(self.place)) if self.strands is not None else ()
        reading = self.readings[self.place]
        return Checked(reading, tuple(self._spans()), _Made(self.matched, order), _Made(self.strand, strands), named)

    def _other(self, m: int) -> int:
        a, b = int(self.matches.a[m]), int(self.matches.b[m])
        return b if a == self.place else a

    def strand(self, number: int) -> Strand:
        """The record of a strand."""
        assert self.strands is not None
        return self.strands[number]

    def matched(self, m: int) -> Matched:
        """The record of a match."""
        match, other = self.matches[m], self.articles[self._other(m)]
        here = int(self.matches.a[m]) == self.place
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

    def _spans(self) -> list[Flagged]:
        """The text of the article that others have, each word once, for the origin that is surest."""
        found = self.matches
        if not len(found.spans):
            return []
        tokens = engine(self.settings.engine).fold(self.article.document.text, self.article.body)
        starts, ends = np.array(tokens.starts), np.array(tokens.ends)
        here = found.a[found.match_of] == self.place
        sides = np.where(here[:, None], found.spans[:, :2], found.spans[:, 2:])
        firsts, stops = np.searchsorted(starts, sides[:, 0]).tolist(), np.searchsorted(starts, sides[:, 1]).tolist()
        ids = [self.articles[self._other(m)].id for m in found.match_of.tolist()]
        said = [self._label(p) for p in range(len(found.spans))]
        places = sorted(zip(said, firsts, stops, ids, strict=True), key=lambda place: (_rank(place[0]), *place[1:]))
        labels: dict[_Label, int] = {}
        owner = np.full(len(starts), -1, np.int64)
        # The surest last: it may overwrite the others.
        for one, first, stop, _ in places:
            owner[first:stop] = labels.setdefault(one, len(labels))
        said = list(labels)
        edges = [0, *(np.flatnonzero(owner[1:] != owner[:-1]) + 1).tolist(), len(owner)]
        flagged = []
        for first, stop in pairwise(edges):
            if owner[first] >= 0:
                one = said[int(owner[first])]
                who = {id for _, start, end, id in places if start < stop and first < end}
                span = int(starts[first]), int(ends[stop - 1])
                flagged.append(Flagged(*span, stop - first, one.kind, one.origin, one.p, one.say, tuple(sorted(who))))
        return flagged

    def _label(self, p: int) -> _Label:
        kind = self.matches.kind(p)
        if kind != "copy":
            return _Label(kind, -1, kind, 1 - self.matches.p_copied(p), kind.replace("-", " "))
        strand = -1 if self.strands is None else int(self.strands.bundles.of_passage[p])
        if self.strands is not None and strand >= 0:
            origin = named_origin(self.strands.likeliest[strand])
            say = band(self.strands.foremost(strand), label)
            name, p_wire = (f"wire:{origin.wire}", origin.p) if origin else ("unknown", None)
            return _Label("copy", strand, name, p_wire, say)
        # A version of the article itself: what its credits, or theirs, say.
        said = statement(self.article.credits, self.article.document)
        known = self.readings.inherited.get(self.place)
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
