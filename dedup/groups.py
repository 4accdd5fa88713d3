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


@dataclass(frozen=True, slots=True)
class Bundle:
    """The passages of one strand, before anybody asks where they come from.

    ``groups`` are ids of version groups, ``passages`` indexes (match, passage), ``words`` the
    matched words of each member, as indexes into its tokens.
    """

    id: str
    groups: tuple[str, ...]
    members: tuple[str, ...]
    passages: tuple[tuple[int, int], ...]
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

    Which groups carry a word is asked word by word; a passage belongs to the set that most of its
    words have.  Linear in the words of the passages.
    """
    group_of = {member: group.id for group in groups for member in group.members}
    copied = [
        (m, p, match, passage)
        for m, match in enumerate(matches)
        for p, passage in enumerate(match.passages)
        if passage.kind == "copy"
    ]
    carriers: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    words: dict[tuple[int, int], tuple[set[int], set[int]]] = {}
    for m, p, match, passage in copied:
        sides = covered(articles[match.a].tokens, passage, 0), covered(articles[match.b].tokens, passage, 1)
        words[m, p] = sides
        both = {group_of.get(match.a, match.a), group_of.get(match.b, match.b)}
        for name, side in zip((match.a, match.b), sides, strict=True):
            for word in side:
                carriers[name][word] |= both
    found: dict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
    for m, p, match, _ in copied:
        sets = Counter(
            tuple(sorted(carriers[name][word]))
            for name, side in zip((match.a, match.b), words[m, p], strict=True)
            for word in side
        )
        # The most words, then the larger set, then the name: no order of inputs decides.
        key = min(sets, key=lambda groups: (-sets[groups], -len(groups), groups))
        found[key].append((m, p))
    return tuple(sorted((_bundle(key, passages, matches, words) for key, passages in found.items()), key=_by_id))


def _by_id(bundle: Bundle) -> str:
    return bundle.id


def _bundle(
    groups: tuple[str, ...],
    passages: list[tuple[int, int]],
    matches: Sequence[Match],
    words: Mapping[tuple[int, int], tuple[set[int], set[int]]],
) -> Bundle:
    by_member: dict[str, set[int]] = defaultdict(set)
    for m, p in passages:
        for name, side in zip((matches[m].a, matches[m].b), words[m, p], strict=True):
            by_member[name] |= side
    return Bundle(
        # Named by what it is made of, so that other articles coming or going rename nothing.
        id=xxhash.xxh64_hexdigest("\0".join(groups).encode("utf-8", "surrogatepass"))[:10],
        groups=groups,
        members=tuple(sorted(by_member)),
        passages=tuple(passages),
        words={name: frozenset(found) for name, found in sorted(by_member.items())},
    )
