"""Stories: articles that share a text or a public statement, and how many independent sources stand behind them.

Forty articles that all rest on one wire's text are one source, whatever number of outlets print it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dedup.matches import NEAR_DUPLICATE, Matches
from dedup.mixture import site
from dedup.model import Reading, ScanResult, Strand
from dedup.wires import host_of, label
from dedup.wording import count, listed, one_line

__all__ = ["OWN", "PART", "Story", "stories"]

PART = 0.1
"""Part of an article that a source must have to stand behind it."""
OWN = 0.5
"""Part that nothing else accounts for, from which an article is a source of its own."""
_NAMED = 6
_CREDITED = ("origin", "co_origin", "rights", "republished", "press_release", "contributor", "wire_staff")


@dataclass(frozen=True, slots=True)
class Story:
    """Articles that hang together by copied text or public statements; ``id`` is the smallest member.

    ``origins`` are the sources with the number of articles that rest on each, most first: ``wire:ap``,
    ``strand:ID`` (a text of several articles that nobody names), ``outlet:NAME`` or ``doc:ID`` (text of an
    article that nothing accounts for: its own, or from somebody whose copies are not here).
    """

    id: str
    members: tuple[str, ...]
    origins: tuple[tuple[str, int], ...]

    @property
    def say(self) -> str:
        """The same in words."""
        shown = [f"{_name(source)} ({number:,})" for source, number in self.origins[:_NAMED]]
        rest = len(self.origins) - len(shown)
        named = listed([*shown, f"{rest:,} more"] if rest > 0 else shown)
        known = sum(source.startswith(("wire:", "strand:")) for source, _ in self.origins)
        least = max(1, known)
        between = f"{least:,} to " if least < len(self.origins) else ""
        sources = between + count(len(self.origins), "independent source")
        return f"{count(len(self.members), 'article')}, {sources}: {named}"


def _name(source: str) -> str:
    kind, _, name = source.partition(":")
    if kind == "wire":
        return label(name)
    return f"unnamed text {name}" if kind == "strand" else f"text of {one_line(name)} alone"


def stories(result: ScanResult) -> Iterator[Story]:
    """The stories of a result with two or more articles, by id; about 100 microseconds an article.

    >>> from dedup.model import Document
    >>> from dedup.pipeline import scan
    >>> line = "The bridge swayed for nine minutes before its western cable tore from the rock on Monday."
    >>> two = Document("1", "OSLO (AP) - " + line), Document("2", line, outlet="Gazette")
    >>> [story.say for story in stories(scan(two))]
    ['2 articles, 1 independent source: AP (2)']
    """
    groups = {member: group.id for group in result.groups for member in group.members}
    strands: dict[str, list[Strand]] = defaultdict(list)
    for strand in result.strands:
        if not strand.origins or strand.origins[0].p < OWN or strand.origins[0].wire in ("other", "outlet"):
            for member in strand.members:
                strands[member].append(strand)
    parts = {strand.id: _whole(strand, strands[strand.members[0]]) for each in strands.values() for strand in each}
    for members in _together(result):
        sources: dict[str, set[str]] = defaultdict(set)
        for reading in (result.reading(member) for member in members):
            for source in _sources(reading, strands.get(reading.id, ()), parts, groups, result.settings.owners):
                sources[source].add(reading.id)
        counted = sorted(((source, len(found)) for source, found in sources.items()), key=lambda each: (-each[1], each))
        yield Story(members[0], members, tuple(counted))


def _sources(
    reading: Reading,
    unnamed: Sequence[Strand],
    parts: Mapping[str, str],
    groups: Mapping[str, str],
    owners: Mapping[str, str],
) -> Iterator[str]:
    """What one article rests on; itself if nothing else accounts for it."""
    words, explained = max(1, reading.words), 0
    found = set()
    for share in reading.composition:
        if share.origin.startswith("wire:"):
            explained += share.words
            if share.words >= PART * words:
                found.add(share.origin)
    # Contributors are credited with parts that nobody can point at.
    credited = {f"wire:{credit.wire}" for credit in reading.credits if credit.wire and credit.role in _CREDITED}
    found |= credited
    staffed = any(credit.role == "own_staff" for credit in reading.credits)
    for strand in unnamed:
        explained += strand.words
        if strand.words >= PART * words:
            found.add(f"strand:{parts[strand.id]}")
    yield from found
    if not found or (words - explained >= OWN * words and (staffed or not credited)):
        named = reading.document.outlet or host_of(site(reading.document.url))
        outlet = owners.get(named, named)
        yield f"outlet:{outlet}" if outlet else f"doc:{groups.get(reading.id, reading.id)}"


def _whole(strand: Strand, others: Sequence[Strand]) -> str:
    """The id of the strand that all members of this one have as well, most of them first: what some print and others
    cut is one text, as far as anybody can tell."""
    members = set(strand.members)
    # Two of the same members are two texts: in one article or the other they stand in another order.
    larger = [other for other in others if members < set(other.members)] or [strand]
    return min(larger, key=lambda other: (-len(other.members), -other.words, other.id)).id


def _together(result: ScanResult) -> Iterator[tuple[str, ...]]:
    """Ids of the articles that hang together, two or more."""
    parent: dict[str, str] = {}

    def root(member: str) -> str:
        while (above := parent.get(member, member)) != member:
            parent[member] = parent.get(above, above)
            member = above
        return member

    for a, b in _pairs(result):
        one, two = sorted((root(a), root(b)))
        parent[two] = one
        parent.setdefault(one, one)
    members: dict[str, list[str]] = defaultdict(list)
    for member in parent:
        members[root(member)].append(member)
    yield from sorted(tuple(sorted(each)) for each in members.values())


def _pairs(result: ScanResult) -> Iterator[tuple[str, str]]:
    matches = result.matches
    # A phrase that anybody may use, or a form, ties no two stories.
    if isinstance(matches, Matches):
        told = matches.copies | matches.statements | matches.rewritten
        tied = matches.identical | (matches.jaccard >= NEAR_DUPLICATE)
        tied |= np.bincount(matches.match_of, told, minlength=len(matches)) > 0
        ids, ends = matches.ids, zip(matches.a[tied].tolist(), matches.b[tied].tolist(), strict=True)
        yield from ((ids[a], ids[b]) for a, b in ends)
    else:
        for match in matches:
            kinds = {passage.kind for passage in match.passages}
            if match.relation in ("identical", "near-duplicate") or kinds - {"common-phrase", "boilerplate"}:
                yield match.a, match.b
