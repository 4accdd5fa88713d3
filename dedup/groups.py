"""Group: articles that are versions of one text, and passages that come from one text.

A version group is one witness: forty scrapers of one story say no more than one.  A strand is all
copied passages that the same groups carry; it stands for one unseen text, and is what gets an
origin (passages of one strand are not independent of each other).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xxhash

from dedup.engine import engine
from dedup.matches import NEAR_DUPLICATE, Matches
from dedup.model import VersionGroup
from dedup.settings import Settings

__all__ = ["Bundle", "bundles", "version_groups"]

Place = tuple[int, int]
"""A passage, as the index of its match and its index there."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The passages of one strand, before anybody asks where they come from.

    ``groups`` are ids of version groups, ``passages`` indexes (match, passage), ``words`` the
    matched words of each member, as indexes into its tokens.
    """

    id: str
    groups: tuple[str, ...]
    members: tuple[str, ...]
    passages: tuple[Place, ...]
    words: Mapping[str, frozenset[int]]


def version_groups(matches: Matches, settings: Settings = Settings()) -> tuple[VersionGroup, ...]:  # noqa: B008
    """Groups of two or more near-identical articles, sorted; chains of versions hang together."""
    like = np.flatnonzero(matches.identical | (matches.jaccard >= NEAR_DUPLICATE))
    pairs = matches.a[like].astype(np.uint64) << np.uint64(32) | matches.b[like].astype(np.uint64)
    roots = engine(settings.engine).roots(pairs, len(matches.ids), len(matches.ids))
    members: dict[int, list[str]] = defaultdict(list)
    for number in np.unique(np.concatenate([matches.a[like], matches.b[like]])).tolist():
        members[int(roots[number])].append(matches.ids[number])
    return tuple(VersionGroup(group[0], tuple(group)) for _, group in sorted(members.items()))


def bundles(matches: Matches, groups: Sequence[VersionGroup]) -> tuple[Bundle, ...]:
    """Copied passages by the set of groups that carry them, sorted by id.

    Words that any passage sets equal are one word, whoever the pairs were found with; a passage
    belongs to the set of carriers that most of its words have.  What only the versions of one
    group share makes no strand.  Near-linear in the words of the passages.
    """
    group_of = {member: group.id for group in groups for member in group.members}
    words: dict[Place, tuple[list[int], list[int]]] = {}
    same = _Same()
    for m, (a, b) in enumerate(zip(matches.a.tolist(), matches.b.tolist(), strict=True)):
        a, b = matches.ids[a], matches.ids[b]
        if group_of.get(a, a) == group_of.get(b, b):
            continue
        for n, p in enumerate(matches.passages_of(m)):
            if matches.kind(p) == "copy":
                words[m, n] = sorted(matches.words(p, 0)), sorted(matches.words(p, 1))
                for i, j in zip(*words[m, n], strict=True):
                    same.join((a, i), (b, j))
    carriers = same.carriers(group_of)
    found: dict[tuple[str, ...], list[Place]] = defaultdict(list)
    for m, n in words:
        sets = Counter(carriers[same.first(matches.ids[matches.a[m]], i)] for i in words[m, n][0])
        # The most words, then the larger set, then the name: no order of inputs decides.
        key = min(sets, key=lambda groups: (-sets[groups], -len(groups), groups))
        found[key].append((m, n))
    return tuple(sorted((_bundle(key, passages, matches, words) for key, passages in found.items()), key=_by_id))


class _Same:
    """Words of all articles that are one word (union-find over places in the articles)."""

    def __init__(self) -> None:
        self._number: dict[tuple[str, int], int] = {}
        self._parent: list[int] = []

    def join(self, one: tuple[str, int], two: tuple[str, int]) -> None:
        """Note that two words are one."""
        low, high = sorted((self._root(self._of(one)), self._root(self._of(two))))
        self._parent[high] = low

    def first(self, article: str, word: int) -> int:
        """What stands for a word and all that are one with it."""
        return self._root(self._number[article, word])

    def carriers(self, group_of: Mapping[str, str]) -> dict[int, tuple[str, ...]]:
        """The groups that carry each word, by what stands for it; equal sets are one object."""
        sets: dict[int, set[str]] = defaultdict(set)
        for article, word in self._number:
            sets[self.first(article, word)].add(group_of.get(article, article))
        known: dict[frozenset[str], tuple[str, ...]] = {}
        return {root: known.setdefault(frozenset(found), tuple(sorted(found))) for root, found in sets.items()}

    def _of(self, place: tuple[str, int]) -> int:
        number = self._number.setdefault(place, len(self._parent))
        if number == len(self._parent):
            self._parent.append(number)
        return number

    def _root(self, number: int) -> int:
        parent = self._parent
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number


def _by_id(bundle: Bundle) -> str:
    return bundle.id


def _bundle(
    groups: tuple[str, ...],
    passages: list[Place],
    matches: Matches,
    words: Mapping[Place, tuple[list[int], list[int]]],
) -> Bundle:
    by_member: dict[str, set[int]] = defaultdict(set)
    for m, p in passages:
        for name, side in zip((matches.ids[matches.a[m]], matches.ids[matches.b[m]]), words[m, p], strict=True):
            by_member[name].update(side)
    return Bundle(
        # Named by what it is made of: articles that have nothing to do with it rename nothing.
        id=xxhash.xxh64_hexdigest("\0".join(groups).encode("utf-8", "surrogatepass"))[:10],
        groups=groups,
        members=tuple(sorted(by_member)),
        passages=tuple(passages),
        words={name: frozenset(found) for name, found in sorted(by_member.items())},
    )
