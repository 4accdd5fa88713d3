"""Overview: what a report says of all articles, and the few records that it shows.

A scan's result counts and picks in its arrays, so that a million articles cost seconds; of a result that
holds records the records are gone through.  Both give the same.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property
from typing import TypeVar

import numpy as np

from dedup.columns import first_by
from dedup.composition import Readings
from dedup.graph import Nodes
from dedup.matches import Matches
from dedup.model import Document, Match, Node, NodeKind, Passage, Reading, ScanResult, Strand
from dedup.origin import Strands
from dedup.wording import Name, band

__all__ = ["Overview", "node_ids", "nodes_of", "overview"]

Item = TypeVar("Item")


class Overview(ABC):
    """One result at a glance.

    Where something is asked for by how many are ``shown``, all come in their own order if they are no more.
    """

    ids: Sequence[str]
    """Ids of the documents, rising."""

    @abstractmethod
    def document(self, number: int) -> Document:
        """A document, by its number."""

    @abstractmethod
    def path(self, number: int) -> str | None:
        """Where a document was read."""

    @abstractmethod
    def published(self, number: int) -> str | None:
        """When a document appeared."""

    @abstractmethod
    def words(self, number: int) -> int:
        """How many words the body of a document has."""

    @abstractmethod
    def sharing(self) -> int:
        """How many articles share copied text."""

    @abstractmethod
    def uncredited(self) -> list[str]:
        """Ids of the uncredited copies."""

    @abstractmethod
    def answers(self, name: Name) -> Iterator[tuple[str, int]]:
        """Where each strand comes from, in words (``wording.band``), and its length."""

    @abstractmethod
    def readings(self, shown: int) -> list[Reading]:
        """Uncredited copies first, those that have most of a wire, then those that share most."""

    @abstractmethod
    def strands(self, shown: int) -> Sequence[Strand]:
        """The longest, even where all are shown."""

    @abstractmethod
    def strands_of(self, *ids: str, wire: str | None = None) -> Iterator[Strand]:
        """The strands that are in each of some documents; those that ``wire`` is likeliest to be the origin of."""

    @abstractmethod
    def pairs(self, shown: int) -> tuple[int, list[Match]]:
        """Matches with copied passages, or without any: how many, and those with most copied words."""

    @abstractmethod
    def others(self, shown: int) -> tuple[int, list[tuple[Match, Passage]]]:
        """Passages that are no copies: how many, and the longest, each with its match."""

    @abstractmethod
    def between(self, a: str, b: str) -> Match | None:
        """The match of two documents, whichever of them comes first."""

    def number(self, id: str) -> int | None:
        """The number of a document, None if there is none of that id."""
        at = bisect_left(self.ids, id)
        return at if at < len(self.ids) and self.ids[at] == id else None

    def text(self, id: str) -> str:
        """The text of a document."""
        number = self.number(id)
        if number is None:
            raise KeyError(id)
        return self.document(number).text


def overview(result: ScanResult) -> Overview:
    """The overview of a result; of a scan's it costs about 3 microseconds an article to ask for everything.

    >>> from dedup.pipeline import scan
    >>> line = "The bridge swayed for nine minutes before its western cable tore from the rock."
    >>> seen = overview(scan([Document("1", line), Document("2", "It said: " + line), Document("3", "No.")]))
    >>> seen.sharing(), [reading.id for reading in seen.readings(1)], seen.pairs(9)[0]
    (2, ['1'], 1)
    """
    parts = result.documents, result.matches
    whole = isinstance(parts[0], Readings) and parts[0].matches is parts[1]
    if whole and (isinstance(result.strands, Strands) or not result.strands):
        return _Columns(result)
    return _Records(result)


def node_ids(nodes: Sequence[Node]) -> Iterator[str]:
    """The ids of nodes, without what else is known of them."""
    return nodes.ids if isinstance(nodes, Nodes) else (node.id for node in nodes)


def nodes_of(nodes: Sequence[Node], kinds: Collection[NodeKind]) -> Iterator[Node]:
    """The nodes of some kinds."""
    return nodes.of_kind(kinds) if isinstance(nodes, Nodes) else (node for node in nodes if node.kind in kinds)


class _Columns(Overview):
    """Of a scan's result, whose records are made when somebody looks at them."""

    def __init__(self, result: ScanResult) -> None:
        assert isinstance(result.documents, Readings)
        self._readings = result.documents
        self._strands = result.strands if isinstance(result.strands, Strands) else None
        self._matches: Matches = result.documents.matches
        self.ids = result.documents.ids

    def document(self, number: int) -> Document:
        return self._readings.articles[number].document

    def path(self, number: int) -> str | None:
        return self.document(number).metadata.get("path")

    def published(self, number: int) -> str | None:
        return self._readings.published(number)

    def words(self, number: int) -> int:
        return self._readings.articles[number].words

    def sharing(self) -> int:
        sharing = np.zeros(len(self._readings), np.bool_)
        match = self._matches.match_of[self._matches.copies]
        sharing[self._matches.a[match]] = sharing[self._matches.b[match]] = True
        return int(np.count_nonzero(sharing))

    def uncredited(self) -> list[str]:
        return [self.ids[number] for number in self._readings.uncredited]

    def answers(self, name: Name) -> Iterator[tuple[str, int]]:
        if self._strands is not None:
            for number, words in enumerate(self._strands.words.tolist()):
                yield band(self._strands.foremost(number), name), words

    def readings(self, shown: int) -> list[Reading]:
        credited, taken = np.ones(len(self._readings), np.bool_), np.zeros(len(self._readings), np.int64)
        for number in self._readings.uncredited:
            credited[number], taken[number] = False, _taken(self._readings[number])
        return [self._readings[number] for number in first_by(shown, credited, -taken, -self._readings.shared)]

    def strands(self, shown: int) -> list[Strand]:
        if self._strands is None:
            return []
        longest = np.argsort(-self._strands.words, kind="stable")[:shown]
        return [self._strands[number] for number in longest.tolist()]

    def strands_of(self, *ids: str, wire: str | None = None) -> Iterator[Strand]:
        numbers = [number for id in ids if (number := self.number(id)) is not None]
        if self._strands is not None and len(numbers) == len(ids):
            found = set.intersection(*(set(self._readings.strands_of[number]) for number in numbers))
            for each in sorted(found):
                if wire is None or self._strands.likeliest[each][0].wire == wire:
                    yield self._strands[each]

    def pairs(self, shown: int) -> tuple[int, list[Match]]:
        matches = self._matches
        copied = np.bincount(matches.match_of, matches.words * matches.copies, minlength=len(matches))
        found = np.flatnonzero((copied > 0) | (np.diff(matches.first) == 0))
        return len(found), [matches[m] for m in found[first_by(shown, -copied[found])].tolist()]

    def others(self, shown: int) -> tuple[int, list[tuple[Match, Passage]]]:
        matches = self._matches
        found = np.flatnonzero(~matches.copies & ~matches.furniture)
        match, spans = matches.match_of[found], matches.spans[found]
        first = found[first_by(shown, -matches.words[found], match, spans[:, 0], spans[:, 1])].tolist()
        return len(found), [(matches[int(matches.match_of[p])], matches.passage(p)) for p in first]

    def between(self, a: str, b: str) -> Match | None:
        numbers = self.number(a), self.number(b)
        if None in numbers:
            return None
        one, two = sorted(number for number in numbers if number is not None)
        start, end = np.searchsorted(self._matches.a, [one, one + 1]).tolist()
        at = start + int(np.searchsorted(self._matches.b[start:end], two))
        return self._matches[at] if at < end and self._matches.b[at] == two else None


class _Records(Overview):
    """Of a result that holds its records."""

    def __init__(self, result: ScanResult) -> None:
        self._result = result
        known = getattr(result.documents, "ids", None)
        self.ids = [reading.id for reading in result.documents] if known is None else known

    def document(self, number: int) -> Document:
        return self._result.documents[number].document

    def path(self, number: int) -> str | None:
        if raw := getattr(self._result.documents, "raw", None):  # of a file, with no record made of it
            path: str | None = raw(number).get("path")
            return path
        return self.document(number).metadata.get("path")

    def published(self, number: int) -> str | None:
        return self._result.documents[number].published

    def words(self, number: int) -> int:
        return self._result.documents[number].words

    def sharing(self) -> int:
        return len({member for match in self._result.matches if _copied(match) for member in (match.a, match.b)})

    def uncredited(self) -> list[str]:
        return [reading.id for reading in self._result.documents if "uncredited-copy" in reading.flags]

    def answers(self, name: Name) -> Iterator[tuple[str, int]]:
        return ((band(strand.origins, name), strand.words) for strand in self._result.strands)

    def readings(self, shown: int) -> list[Reading]:
        return _first(
            self._result.documents,
            shown,
            lambda reading: (
                "uncredited-copy" not in reading.flags,
                -_taken(reading) if "uncredited-copy" in reading.flags else 0,
                -reading.shared_words,
                reading.id,
            ),
        )

    def strands(self, shown: int) -> list[Strand]:
        return sorted(self._result.strands, key=lambda strand: (-strand.words, strand.id))[:shown]

    @cached_property
    def _strands_of(self) -> dict[str, list[Strand]]:
        found = defaultdict(list)
        for strand in self._result.strands:
            for member in strand.members:
                found[member].append(strand)
        return found

    def strands_of(self, *ids: str, wire: str | None = None) -> Iterator[Strand]:
        first, *others = ids
        for each in self._strands_of.get(first, ()):
            best = each.origins[0].wire if each.origins else None
            if all(id in each.members for id in others) and wire in (None, best):
                yield each

    def pairs(self, shown: int) -> tuple[int, list[Match]]:
        found = [match for match in self._result.matches if not match.passages or _copied(match)]
        return len(found), _first(found, shown, lambda match: (-_copied(match), match.a, match.b))

    def others(self, shown: int) -> tuple[int, list[tuple[Match, Passage]]]:
        every = ((match, passage) for match in self._result.matches for passage in match.passages)
        found = [(match, passage) for match, passage in every if passage.kind not in ("copy", "boilerplate")]
        return len(found), _first(found, shown, lambda pair: (-pair[1].words, pair[0].a, pair[0].b, pair[1].a))

    def between(self, a: str, b: str) -> Match | None:
        matches, wanted = self._result.matches, (min(a, b), max(a, b))
        # A scan sorts them.
        at = bisect_left(range(len(matches)), wanted, key=lambda m: (matches[m].a, matches[m].b))
        found = matches[at] if at < len(matches) else None
        return found if found and (found.a, found.b) == wanted else None


def _copied(match: Match) -> int:
    return sum(passage.words for passage in match.passages if passage.kind == "copy")


def _first(items: Sequence[Item], shown: int, key: Callable[[Item], tuple[object, ...]]) -> list[Item]:
    """All items in their own order if they are few, else the first by ``key``."""
    return list(items) if len(items) <= shown else sorted(items, key=key)[:shown]


def _taken(reading: Reading) -> int:
    """Words of wires in an article."""
    return sum(share.words for share in reading.composition if share.origin.startswith("wire:"))
