"""Group: articles that are versions of one text, and passages that come from one text.

A version group is one witness: forty scrapers of one story say no more than one.  A strand is all
copied passages that the same groups carry; it stands for one unseen text, and is what gets an
origin (passages of one strand are not independent of each other).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import xxhash

from dedup.article import Article
from dedup.model import Match, Passage, Span, Tokens, VersionGroup

__all__ = ["Bundle", "bundles", "covered", "version_groups"]

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


def version_groups(matches: Iterable[Match]) -> tuple[VersionGroup, ...]:
    """Groups of two or more near-identical articles, sorted; chains of versions hang together.

    >>> from dedup.model import Match
    >>> pairs = [Match("a", "b", 1, 1, 1, "identical", ()), Match("b", "c", 0.6, 1, 1, "near-duplicate", ())]
    >>> version_groups(pairs)
    (VersionGroup(id='a', members=('a', 'b', 'c')),)
    """
    parent: dict[str, str] = {}

    def root(member: str) -> str:
        while parent.setdefault(member, member) != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    for match in matches:
        if match.relation in ("identical", "near-duplicate"):
            low, high = sorted((root(match.a), root(match.b)))
            parent[high] = low
    members: dict[str, list[str]] = defaultdict(list)
    for member in sorted(parent):
        members[root(member)].append(member)
    return tuple(VersionGroup(group[0], tuple(group)) for _, group in sorted(members.items()))


def covered(tokens: Tokens, passage: Passage, side: int) -> set[int]:
    """Indexes of the words of one side (0 for a, 1 for b) that are equal in both."""
    span = (passage.a, passage.b)[side]
    words = _inside(tokens, span)
    for edit in passage.edits:
        words -= _inside(tokens, edit[side])
    return words


def _inside(tokens: Tokens, span: Span) -> set[int]:
    return set(range(bisect_left(tokens.starts, span.start), bisect_left(tokens.starts, span.end)))


def bundles(
    articles: Mapping[str, Article], matches: Sequence[Match], groups: Sequence[VersionGroup]
) -> tuple[Bundle, ...]:
    """Copied passages by the set of groups that carry them, sorted by id.

    Words that any passage sets equal are one word, whoever the pairs were found with; a passage
    belongs to the set of carriers that most of its words have.  What only the versions of one
    group share makes no strand.  Near-linear in the words of the passages.
    """
    group_of = {member: group.id for group in groups for member in group.members}
    words: dict[Place, tuple[list[int], list[int]]] = {}
    same = _Same()
    for m, match in enumerate(matches):
        if group_of.get(match.a, match.a) == group_of.get(match.b, match.b):
            continue
        a, b = articles[match.a].tokens, articles[match.b].tokens
        for p, passage in enumerate(match.passages):
            if passage.kind == "copy":
                words[m, p] = sorted(covered(a, passage, 0)), sorted(covered(b, passage, 1))
                for i, j in zip(*words[m, p], strict=True):
                    same.join((match.a, i), (match.b, j))
    carriers = same.carriers(group_of)
    found: dict[tuple[str, ...], list[Place]] = defaultdict(list)
    for m, p in words:
        sets = Counter(carriers[same.first(matches[m].a, i)] for i in words[m, p][0])
        # The most words, then the larger set, then the name: no order of inputs decides.
        key = min(sets, key=lambda groups: (-sets[groups], -len(groups), groups))
        found[key].append((m, p))
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
    matches: Sequence[Match],
    words: Mapping[Place, tuple[list[int], list[int]]],
) -> Bundle:
    by_member: dict[str, set[int]] = defaultdict(set)
    for m, p in passages:
        for name, side in zip((matches[m].a, matches[m].b), words[m, p], strict=True):
            by_member[name].update(side)
    return Bundle(
        # Named by what it is made of: articles that have nothing to do with it rename nothing.
        id=xxhash.xxh64_hexdigest("\0".join(groups).encode("utf-8", "surrogatepass"))[:10],
        groups=groups,
        members=tuple(sorted(by_member)),
        passages=tuple(passages),
        words={name: frozenset(found) for name, found in sorted(by_member.items())},
    )
