"""Draw: the provenance graph, each edge with its evidence.

Edges from a wire to an article are of two sorts that are never mixed: ``declared`` (a credit line
says so) and ``text`` (shared text says so).  Between articles there is no direction, whichever comes
first in an edge: both hang from the strand they share (``shares``), are versions of one text (``version``),
quote the same public statement (``quote``) or share nothing but a phrase (``common``).

Here it is decided which edges there are, as numbers; what they say is put in words where somebody looks
(``dedup.edges``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.article import Article
from dedup.columns import Lazy
from dedup.composition import Readings, named_origin
from dedup.direction import argued, candidates
from dedup.edges import DECLARED, Ends, Writer
from dedup.groups import Groups, alike
from dedup.matches import Matches
from dedup.mixture import NOBODY, RELEASE
from dedup.model import Edge, EdgeKind, Node, NodeKind, ProvenanceGraph, Role
from dedup.origin import SEEN, Strands
from dedup.settings import Settings
from dedup.wires import label
from dedup.witness import Witnesses
from dedup.wording import band

__all__ = ["Edges", "Nodes", "draw"]

_I64 = npt.NDArray[np.int64]
_DOC, _STRAND, _WIRE = (n << 40 for n in range(3))
"""Ends of edges: an article, a strand or a wire by number, in the order of their ids."""
_KINDS: tuple[EdgeKind, ...] = (
    *("cites", "common", "declared", "origin", "photo", "press-release", "quote", "republished", "shares", "text"),
    "version",
)
_ROLES: tuple[Role | None, ...] = (None, *sorted(DECLARED))
_RANKS = {role: rank for rank, role in enumerate(DECLARED)}


class _Drawn(NamedTuple):
    """Some edges: ``source`` and ``target`` as above, ``sort`` the kind and role as one number;
    ``match`` is that of two versions, elsewhere 0."""

    source: _I64
    target: _I64
    sort: npt.NDArray[np.int16]
    match: npt.NDArray[np.int32]


class Edges(Lazy[Edge]):
    """The edges, sorted by source, target, kind and role; a record is made when somebody looks at it."""

    def __init__(self, drawn: _Drawn, wires: Sequence[str], writer: Writer) -> None:
        self._drawn, self.wires, self._writer = drawn, wires, writer

    def __len__(self) -> int:
        return len(self._drawn.source)

    def _made(self, number: int) -> Edge:
        source, target, sort, match = (int(column[number]) for column in self._drawn)
        kind, role = divmod(sort, len(_ROLES))
        return self._writer.edge(Ends(self._end(source), self._end(target), match), _KINDS[kind], _ROLES[role])

    def _end(self, number: int) -> int | str:
        return self.wires[number - _WIRE] if number >= _WIRE else number & (1 << 40) - 1


class Nodes(Lazy[Node]):
    """The articles, the strands, and the wires that edges come from."""

    def __init__(self, readings: Readings, strands: Strands, wires: Sequence[str]) -> None:
        self._readings, self._strands, self._wires = readings, strands, wires

    def __len__(self) -> int:
        return len(self._readings) + len(self._strands) + len(self._wires)

    @property
    def ids(self) -> Iterator[str]:
        """The id of each."""
        yield from (f"doc:{id}" for id in self._readings.ids)
        yield from (f"strand:{id}" for id in self._strands.bundles.ids)
        yield from (f"wire:{wire}" for wire in self._wires)

    @property
    def wires(self) -> Sequence[Node]:
        """The wires."""
        return self[len(self) - len(self._wires) :]

    def of_kind(self, kinds: Collection[NodeKind]) -> Iterator[Node]:
        """Those of some kinds."""
        start = 0
        for kind, number in (("doc", self._readings), ("strand", self._strands), ("wire", self._wires)):
            if kind in kinds:
                yield from map(self._made, range(start, start + len(number)))
            start += len(number)

    def _made(self, number: int) -> Node:
        if number < len(self._readings):
            document = self._readings.articles[number].document
            return Node(f"doc:{document.id}", "doc", document.title or document.id)
        number -= len(self._readings)
        if number < len(self._strands):
            id, words = self._strands.bundles.ids[number], self._strands.words[number]
            return Node(f"strand:{id}", "strand", f"{words} words, {band(self._strands.foremost(number), label)}")
        wire = self._wires[number - len(self._strands)]
        return Node(f"wire:{wire}", "wire", label(wire))


def draw(readings: Readings, strands: Strands, settings: Settings) -> ProvenanceGraph:
    """The graph of a scan; nodes and edges sorted, so that equal scans give equal graphs.

    About 5 microseconds an article, and 50 bytes an edge.
    """
    found = [*_declared(readings.articles, strands.everybody), *_text(readings, strands), *_origins(strands)]
    wires = sorted({wire for wire, *_ in found})
    number = {wire: n for n, wire in enumerate(wires)}
    named = np.array([(_WIRE + number[wire], target, sort) for wire, target, sort in found], np.int64).reshape(-1, 3)
    # Strands of one id, should there be any, are in no order.
    steps = [one != two for one, two in pairwise(strands.bundles.ids)]
    rank = np.cumsum([0, *steps], dtype=np.int64)
    members = strands.bundles.members
    matches = readings.matches
    directed = [(m, each) for m in candidates(readings) if (each := argued(readings, m))]
    ends = np.array([(each.source, each.target, m) for m, each in directed], np.int64).reshape(-1, 3)
    between: dict[EdgeKind, _I64] = {"version": _versions(readings, strands.everybody.groups), **_said(matches)}
    parts = [
        _drawn(named[:, 0], named[:, 1], named[:, 2]),
        _drawn(_STRAND + members.rows(), members.values, _sort("shares")),
        *(_drawn(matches.a[found], matches.b[found], _sort(kind), found) for kind, found in between.items()),
        _drawn(ends[:, 0], ends[:, 1], _sort("republished"), ends[:, 2]),
    ]
    source, target, sort, match = map(np.concatenate, zip(*parts, strict=True))
    order = np.lexsort((sort, _ranked(target, rank), _ranked(source, rank)))
    drawn = _Drawn(source[order], target[order], sort[order], match[order])
    writer = Writer(readings, strands, settings)
    return ProvenanceGraph(Nodes(readings, strands, wires), Edges(drawn, wires, writer))


def _drawn(source: npt.ArrayLike, target: npt.ArrayLike, sort: npt.ArrayLike, match: npt.ArrayLike = 0) -> _Drawn:
    ends = np.asarray(source, np.int64)
    sorts = np.broadcast_to(np.asarray(sort, np.int16), len(ends))
    return _Drawn(ends, np.asarray(target, np.int64), sorts, np.broadcast_to(np.asarray(match, np.int32), len(ends)))


def _ranked(ends: _I64, rank: _I64) -> _I64:
    found = ends.copy()
    strands = (ends >= _STRAND) & (ends < _WIRE)
    found[strands] = _STRAND + rank[ends[strands] - _STRAND]
    return found


def _sort(kind: EdgeKind, role: Role | None = None) -> int:
    return _KINDS.index(kind) * len(_ROLES) + _ROLES.index(role)


_Named = tuple[str, int, int]
"""A wire, the other end, and the sort."""


def _declared(articles: Sequence[Article], everybody: Witnesses) -> Iterator[_Named]:
    """One edge a wire, article and sort of edge, with the strongest role."""
    known: dict[object, list[tuple[str, int]]] = {}
    for number, article in enumerate(articles):
        own = everybody.said(number).pure
        if not own and not article.credits:
            continue
        key = own, tuple([(credit.wire, credit.role) for credit in article.credits])
        if key not in known:
            known[key] = list(_declares(*key))
        for wire, sort in known[key]:
            yield wire, _DOC + number, sort


def _declares(own: str | None, credits: Iterable[tuple[str | None, Role]]) -> Iterator[tuple[str, int]]:
    found: dict[tuple[str, EdgeKind], Role] = {}
    for wire, role in credits:
        if wire and role in DECLARED:
            key = wire, DECLARED[role][0]
            found[key] = min(found.get(key, role), role, key=_RANKS.__getitem__)
    if own and not any((own, kind) in found for kind in ("declared", "republished", "press-release")):
        yield own, _sort("declared", "origin")
    yield from ((wire, _sort(kind, role)) for (wire, kind), role in found.items())


def _text(readings: Readings, strands: Strands) -> Iterator[_Named]:
    """From the wire that a text comes from to each article that has it."""
    sort = _sort("text")
    found: set[tuple[str, int]] = set()
    for number, origins in enumerate(strands.likeliest):
        if origin := named_origin(origins):
            found.update((origin.wire, member) for member in strands.bundles.members[number])
    found.update((origin.wire, member) for member, origin in readings.inherited.items())
    released = _sort("press-release", None)
    return ((wire, _DOC + member, released if wire == RELEASE else sort) for wire, member in found)


def _origins(strands: Strands) -> Iterator[_Named]:
    sort = _sort("origin")
    for number, origins in enumerate(strands.likeliest):
        for origin in origins:
            if origin.p >= SEEN and origin.wire not in NOBODY:
                yield origin.wire, _STRAND + number, sort


def _said(matches: Matches) -> dict[EdgeKind, _I64]:
    """The matches that hold a public statement, and those that hold nothing but common phrases."""
    statements = np.bincount(matches.match_of, matches.statements, minlength=len(matches)) > 0
    copies = np.bincount(matches.match_of, matches.copies, minlength=len(matches)) > 0
    phrases = np.bincount(matches.match_of, ~(matches.furniture | matches.rewritten), minlength=len(matches)) > 0
    common = phrases & ~statements & ~copies
    return {"quote": np.flatnonzero(statements), "common": np.flatnonzero(common)}


def _versions(readings: Readings, groups: Groups) -> _I64:
    """The matches that hold each group together: a tree, no likeness twice."""
    matches = readings.matches
    like = alike(matches, readings.articles)
    like = like[groups.of[matches.a[like]] == groups.of[matches.b[like]]]
    parent: dict[int, int] = {}

    def root(member: int) -> int:
        above = parent.get(member, member)
        while above != member:
            parent[member] = parent.get(above, above)
            member, above = above, parent[member]
        return member

    held = []
    for m, a, b in zip(like.tolist(), matches.a[like].tolist(), matches.b[like].tolist(), strict=True):
        one, two = root(a), root(b)
        if one != two:
            parent[two] = one
            held.append(m)
    return np.array(held, np.int64)
