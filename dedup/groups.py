"""Group: articles that are versions of one text, and passages that come from one text.

A version group is one witness: forty scrapers of one story say no more than one.  A strand is all
copied passages that the same groups carry; it stands for one unseen text, and is what gets an
origin (passages of one strand are not independent of each other).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xxhash

from dedup.article import Article
from dedup.collection import collection
from dedup.columns import Rows, begins, marked, numbered, spread, unique
from dedup.engine import Engine, engine
from dedup.matches import NEAR_DUPLICATE, Matches
from dedup.parallel import in_order
from dedup.relations import Carried
from dedup.sequence import in_order_only
from dedup.settings import Settings

__all__ = ["FLOOR", "Bundles", "Groups", "StrandNames", "alike", "bundles", "places_of"]

FLOOR = 0.25
"""Jaccard with the centre of its group that each member has at least: all its versions are of one story."""
SAME_WORDS = 0.8
"""Part of the longer of two articles that copied passages must have word for word for them to be versions."""

PLACE_WORDS = 40
"""Passages with fewer words than this between them, in both members, are one place in the text."""
_UTF8 = "utf-8", "surrogatepass"
_BATCH = 4096
"""Passages whose words are brought together at once, unless they all hang together."""

_I32 = npt.NDArray[np.int32]
_I64 = npt.NDArray[np.int64]
_U32 = npt.NDArray[np.uint32]


class Groups:
    """Version groups by number, which is that of their first member; articles like no other are groups
    of their own.

    ``of`` (uint32) is the group of each article; by number of a group, ``centre`` (int32) is the member that
    the others are compared with, and ``radius`` the largest Jaccard distance from it."""

    def __init__(self, of: _U32, centre: _I32 | None = None, radius: npt.NDArray[np.float64] | None = None) -> None:
        self.of = of
        self.centre = of.astype(np.int32) if centre is None else centre
        self.radius = np.zeros(len(of)) if radius is None else radius
        self._rows = Rows.of(of, np.arange(len(of), dtype=np.uint32), len(of))
        self._single = (np.diff(self._rows.begins) == 1).tobytes()

    @classmethod
    def among(
        cls,
        matches: Matches,
        settings: Settings = Settings(),  # noqa: B008  (frozen)
        articles: Sequence[Article] | None = None,
    ) -> Groups:
        """Near-identical articles hang together, as far as they resemble one of them.

        Chains of versions lead from one story to another; so each group has a centre, and a member is at
        a Jaccard of at least ``FLOOR`` with it.  With ``articles`` that is counted where the two were not
        compared, and two articles that most words of either have in common are versions as well, however
        many small edits lie between.  About a microsecond a match.
        """
        like = alike(matches, articles)
        pairs = matches.a[like].astype(np.uint64) << np.uint64(32) | matches.b[like].astype(np.uint64)
        of = engine(settings.engine).roots(pairs, len(matches.ids), len(matches.ids))
        return cls(*_around_centres(matches, like, of, articles, settings))

    def __len__(self) -> int:
        """One more than the largest number."""
        return len(self.of)

    def members(self, group: int) -> list[int]:
        """Numbers of the articles of a group, rising."""
        return [group] if self._single[group] else self._rows[group]

    @property
    def several(self) -> list[int]:
        """Groups of two or more."""
        sizes = self._rows.begins[1:] - self._rows.begins[:-1]
        found: list[int] = (sizes > 1).nonzero()[0].tolist()
        return found


def alike(matches: Matches, articles: Sequence[Article] | None) -> _I64:
    """Matches of versions: most shingles in common, or most words of both in copied passages; 10 nanoseconds
    a match."""
    near = matches.identical | (matches.jaccard >= NEAR_DUPLICATE)
    if articles is not None:
        lengths = collection(articles).words
        longer = np.maximum(lengths[matches.a], lengths[matches.b])
        copied = np.bincount(matches.match_of, matches.words * matches.copies, minlength=len(matches))
        near = near | ((copied >= SAME_WORDS * longer) & (matches.jaccard >= FLOOR))
        # Two fillings of one form are two stories.
        form = np.bincount(matches.match_of, matches.words * matches.furniture, minlength=len(matches))
        near = near & (matches.identical | (form <= copied))
    return marked(near)


def _around_centres(
    matches: Matches, like: _I64, of: _U32, articles: Sequence[Article] | None, settings: Settings
) -> tuple[_U32, _I32, npt.NDArray[np.float64]]:
    """Groups, centres and radii: of each cluster that hangs together, the part around the article that
    most others resemble, then the part around the next that is left."""
    a, b, count = matches.a[like], matches.b[like], len(of)
    degree = np.bincount(a, minlength=count) + np.bincount(b, minlength=count)
    size = np.bincount(of, minlength=count)
    # The article with the most, the first of equal ones.
    order = np.lexsort((np.arange(count), -degree, of))
    roots = marked(size > 0)
    centre = np.arange(count, dtype=np.int32)
    starts = begins(size[roots])
    centre[roots] = order[starts[:-1]]
    radius = np.zeros(count)
    for one in (a, b):
        here = centre[of[one]] == one
        np.maximum.at(radius, of[one[here]], 1 - matches.jaccard[like[here]])
    apart = marked(size[roots] > 1 + degree[centre[roots]])
    if not len(apart):
        return of, centre, radius
    split = of.copy()
    loose = np.zeros(count, np.bool_)
    loose[roots[apart]] = True
    inside = marked(loose[of[matches.a]] & (of[matches.a] == of[matches.b]))
    by_root = Rows.of(of[matches.a[inside]], inside.astype(np.int64), count)
    versions = np.zeros(len(matches), np.bool_)
    versions[like] = True
    for place in apart.tolist():
        members, found = np.sort(order[starts[place] : starts[place + 1]]), by_root[int(roots[place])]
        for group in _Cluster(matches, versions, members.tolist(), found, articles, settings).groups(degree):
            first = min(group.members)
            split[group.members] = first
            centre[first], radius[first] = group.centre, group.radius
    return split, centre, radius


class _Around(NamedTuple):
    """Articles around a centre, and the largest distance from it."""

    centre: int
    members: list[int]
    radius: float


class _Cluster:
    """Articles that hang together but are not all like one of them."""

    def __init__(
        self,
        matches: Matches,
        versions: npt.NDArray[np.bool_],
        members: list[int],
        found: list[int],
        articles: Sequence[Article] | None,
        settings: Settings,
    ) -> None:
        self._members, self._articles, self._settings = members, articles, settings
        self._neighbours: dict[int, list[int]] = {member: [] for member in members}
        self._jaccard: dict[tuple[int, int], float] = {}
        for m in found:
            x, y = int(matches.a[m]), int(matches.b[m])
            self._jaccard[x, y] = float(matches.jaccard[m])
            if versions[m]:
                self._neighbours[x].append(y)
                self._neighbours[y].append(x)

    def groups(self, degree: _I64) -> Iterator[_Around]:
        """The groups, that of the best centre first."""
        left = set(self._members)
        for centre in sorted(self._members, key=lambda member: (-int(degree[member]), member)):
            if centre in left:
                found = self._around(centre, left)
                left.difference_update(found.members)
                yield found

    def _around(self, centre: int, left: set[int]) -> _Around:
        members, asked, least = [centre], {centre}, 1.0
        new = [centre]
        while new:
            near = sorted({x for member in new for x in self._neighbours[member] if x in left and x not in asked})
            asked.update(near)
            resemblance = self._with(centre, near)
            new = [x for x in near if resemblance[x] >= FLOOR]
            least = min([least, *(resemblance[x] for x in new)])
            members += new
        return _Around(centre, members, 1 - least)

    def _with(self, centre: int, others: Sequence[int]) -> dict[int, float]:
        """Jaccard of each with the centre; 0 where nobody can count it."""
        unknown = [x for x in others if (min(x, centre), max(x, centre)) not in self._jaccard]
        if unknown and self._articles is not None:
            some = [self._articles[x] for x in (centre, *unknown)]
            places = np.array([[0, n + 1] for n in range(len(unknown))], np.int32)
            only = replace(self._settings, until="documents")
            bodies = [article.spans for article in some]
            texts = [article.document.text for article in some]
            work, turned = engine(only.engine), [False] * len(unknown)
            rows = work.comparisons(texts, bodies, places, turned, only, None).matches
            for x, (same, common, in_a, in_b, _) in zip(unknown, rows.tolist(), strict=True):
                jaccard = 1.0 if same else common / max(1, in_a + in_b - common)
                self._jaccard[min(x, centre), max(x, centre)] = jaccard
        return {x: self._jaccard.get((min(x, centre), max(x, centre)), 0.0) for x in others}


@dataclass(frozen=True, eq=False)
class Bundles:
    """The passages of each strand, before anybody asks where they come from; sorted by id.

    ``groups``, ``members`` (articles) and ``passages`` of each strand, by number; ``of_passage``
    (int32) is the strand of each passage, -1 for none.
    """

    ids: Sequence[str]
    groups: Rows
    members: Rows
    passages: Rows
    of_passage: _I32

    def __len__(self) -> int:
        return len(self.ids)


class StrandNames(Mapping[int, str]):
    """The id of the strand of each passage that has one."""

    def __init__(self, found: Bundles) -> None:
        self._ids, self._of = found.ids, found.of_passage

    def __getitem__(self, passage: int) -> str:
        number = int(self._of[passage]) if 0 <= passage < len(self._of) else -1
        if number < 0:
            raise KeyError(passage)
        return self._ids[number]

    def __iter__(self) -> Iterator[int]:
        return iter(marked(self._of >= 0).tolist())

    def __len__(self) -> int:
        return int((self._of >= 0).sum())


def bundles(
    matches: Matches,
    groups: Groups,
    settings: Settings = Settings(),  # noqa: B008  (frozen)
    jobs: int = 1,
    within: npt.NDArray[np.bool_] | None = None,
) -> Bundles:
    """Copied passages by the set of groups that carry them (``dedup.relations.strands``), in one order
    (``dedup.sequence``).

    What only the versions of one group share makes no strand, but for those passages that ``within`` marks
    (``dedup.witness.unspoken``).  About 10 nanoseconds a word.
    """
    work = engine(settings.engine)
    ids, of = matches.ids, groups.of
    in_match = matches.match_of
    ends = of[matches.a[in_match]], of[matches.b[in_match]]
    apart = ends[0] != ends[1]
    passages = marked(matches.copies & (apart if within is None else apart | within))
    if not len(passages):
        nothing = Rows(np.zeros(1, np.int64), np.empty(0, np.int32))
        return Bundles([], nothing, nothing, nothing, np.full(len(matches.spans), -1, np.int32))
    sides = np.stack([matches.a[in_match[passages]], matches.b[in_match[passages]]], axis=1)
    order, parts = np.arange(len(passages)), [0, len(passages)]
    if len(passages) > _BATCH:
        # Groups that hang together by passages are brought together by themselves.
        pairs = ends[0][passages].astype(np.uint64) << np.uint64(32) | ends[1][passages].astype(np.uint64)
        root = work.roots(pairs, len(of), len(of))[ends[0][passages]]
        order = np.argsort(root, kind="stable")
        parts = _parts(root[order])
    found = in_order((partial(_strands, matches, of, passages[o], sides[o], work) for o in _cut(order, parts)), jobs)
    strand = np.full(len(passages), -1, np.int64)
    known: list[bytes] = []
    for each, part in zip(found, _cut(order, parts), strict=True):
        strand[part] = each.numbers.astype(np.int64) + len(known)
        known += (each.groups[each.begins[n] : each.begins[n + 1]].tobytes() for n in range(len(each.begins) - 1))
    return _sorted(ids, passages, sides, *_split(matches, passages, strand, known), len(matches.spans))


def _split(
    matches: Matches, passages: _I64, strand: _I64, known: Sequence[bytes]
) -> tuple[_I64, Sequence[bytes], Sequence[int]]:
    """The strand of each passage, the groups of each strand, and which part of a text in several orders it is."""
    part = in_order_only(matches, passages, strand)
    if not part.any():
        return strand, known, [0] * len(known)
    both, of = numbered(strand << 32 | part)
    return of, [known[each] for each in (both >> 32).tolist()], (both & 0xFFFF_FFFF).tolist()


def _parts(root: _U32) -> list[int]:
    """Where to cut sorted roots, such that equal ones stay together."""
    cuts = [0]
    edges: list[int] = [*(marked(root[1:] != root[:-1]) + 1).tolist(), len(root)]
    while cuts[-1] < len(root):
        cuts.append(edges[min(bisect_left(edges, cuts[-1] + _BATCH), len(edges) - 1)])
    return cuts


def _cut(order: _I64, cuts: Sequence[int]) -> Iterator[_I64]:
    return (order[start:end] for start, end in pairwise(cuts))


def _strands(matches: Matches, of: _U32, passages: _I64, sides: _I32, work: Engine) -> Carried:
    numbers, places = numbered(sides)
    counts = matches.block[passages + 1] - matches.block[passages]
    blocks = matches.blocks[spread(matches.block[passages], counts), :3]
    return work.strands(places.reshape(-1, 2).astype(np.int32), of[numbers], begins(counts), blocks)


def _sorted(
    ids: Sequence[str],
    passages: _I64,
    sides: _I32,
    strand: _I64,
    known: Sequence[bytes],
    parts: Sequence[int],
    count: int,
) -> Bundles:
    first = np.full(len(known), len(passages), np.int64)
    np.minimum.at(first, strand, np.arange(len(strand)))
    sets = [np.frombuffer(each, np.uint32) for each in known]
    # Named by what it is made of: articles that have nothing to do with it rename nothing.
    named = [
        xxhash.xxh64_hexdigest("\0".join([ids[g] for g in each.tolist()] + part * [f"\0{part}"]).encode(*_UTF8))[:10]
        for each, part in zip(sets, parts, strict=True)
    ]
    order = sorted(np.argsort(first, kind="stable").tolist(), key=lambda number: named[number])
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    strand = rank[strand]
    both = unique(np.concatenate([strand << 32 | sides[:, side] for side in (0, 1)]))
    of_passage = np.full(count, -1, np.int32)
    of_passage[passages] = strand
    in_order = [sets[number] for number in order]
    return Bundles(
        ids=[named[number] for number in order],
        groups=Rows(
            begins(np.array([len(each) for each in in_order], np.int64)),
            np.concatenate([np.empty(0, np.uint32), *in_order]),
        ),
        members=Rows.of(both >> 32, (both & 0xFFFF_FFFF).astype(np.int32), len(order)),
        passages=Rows.of(strand, passages.astype(np.int32), len(order)),
        of_passage=of_passage,
    )


def places_of(matches: Matches, passages: Sequence[int]) -> int:
    """Separate places of a strand in its members: what an editor keeps or cuts as one."""
    found = np.array(passages)
    match = np.searchsorted(matches.first, found, "right") - 1
    a, a_end, b, b_end = matches.spans[found].astype(np.int64).T
    # Six characters a word, near enough to tell a sentence from a page.
    gaps = np.stack([a[1:] - a_end[:-1], b[1:] - b_end[:-1]])
    beside = ((gaps >= 0) & (gaps <= 6 * PLACE_WORDS)).all(axis=0)
    apart = np.concatenate([[True], (match[1:] != match[:-1]) | ~beside])
    return int(np.bincount(numbered(match)[1], apart).max())
