"""What goes into an index and comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from dedup.article import Article
from dedup.model import Credit, Document, Origin, Passage, PassageKind, Reading, Relation, Skipped, Strand

__all__ = ["Added", "Checked", "Entry", "Flagged", "Info", "Listed", "Matched", "Outline", "Stored"]


class Entry(NamedTuple):
    """An article on its way into an index, packed: numbers, texts and bytes, which are cheap to send.

    ``source`` is the path that gave it its id, empty where it brought an id of its own; ``content`` is
    the digest of all that was read, ``words`` its length, ``wires`` the ids that its credits name, with blanks
    between; ``record`` what is kept beside its text, ``kept`` its text, or its prints; ``bands`` as of ``Stored``;
    ``sum`` the checksum of these three; ``habits`` what it says of its outlet, thousandths of an article by
    ``index.habits.name``; ``notes`` as of ``Stored``, with what ``pack.noted`` puts before them.
    """

    id: str
    source: str
    content: bytes
    words: int
    wires: str
    record: bytes
    kept: bytes
    bands: bytes
    sum: int
    habits: tuple[tuple[str, int], ...]
    notes: bytes


@dataclass(slots=True)
class Stored:
    """An article as an index has it; ``prints`` where it has no text; ``bands``, four bytes of the hash of each
    band of its signature, as uint32, to tell at once which articles may be versions of one text.

    ``notes`` is what the judge sees of it (``dedup.judgements.notes``), None where it did not look yet.
    """

    number: int
    article: Article
    prints: bytes
    bands: bytes = b""
    notes: bytes | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """What ``dedup index list`` says of an article; ``version`` counts from 1."""

    id: str
    version: int
    words: int
    title: str | None
    outlet: str | None
    published: str | None
    wires: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Added:
    """What became of the articles that were given: new ones, new versions of old ones, known ones."""

    new: int = 0
    updated: int = 0
    known: int = 0
    skipped: tuple[Skipped, ...] = ()

    def __add__(self, other: Added) -> Added:
        return Added(
            self.new + other.new,
            self.updated + other.updated,
            self.known + other.known,
            self.skipped + other.skipped,
        )


@dataclass(frozen=True, slots=True)
class Info:
    """An index at a glance.  ``bytes`` by part: ``texts`` (or prints), ``records``, ``keys``; ``wires`` counts the
    articles that credit each; ``learned`` counts the facts of each kind."""

    articles: int
    updated: int
    removed: int
    segments: int
    keys: int
    texts: bool
    bytes: Mapping[str, int]
    wires: Mapping[str, int]
    learned: Mapping[str, int]
    settings: str
    version: str


class Flagged(NamedTuple):
    """A stretch of a checked article that others have, from ``start`` to ``end``.

    ``origin`` is that of its text (``wire:ap``, ``public-statement`` ...) with its probability and the
    answer in words; ``ids`` are the articles that have it.
    """

    start: int
    end: int
    words: int
    kind: PassageKind
    origin: str
    p: float | None
    say: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """An article of the index that shares text with the one that is checked.

    ``new_in_old`` is the part of the checked article's shingles that it has; in ``passages`` side a is the checked one.
    """

    id: str
    title: str | None
    outlet: str | None
    published: str | None
    credits: tuple[Credit, ...]
    jaccard: float
    new_in_old: float
    old_in_new: float
    relation: Relation
    passages: tuple[Passage, ...]

    @property
    def copied(self) -> int:
        """Words of copied passages."""
        return sum(passage.words for passage in self.passages if passage.kind == "copy")


class Outline(NamedTuple):
    """A match in short, as JSON tells it; of each passage the characters in the checked article and in the other,
    the equal words, what it is, its probability of having been copied, decibans, and the id of its strand."""

    id: str
    document: Document
    credits: tuple[Credit, ...]
    relation: Relation
    jaccard: float
    new_in_old: float
    old_in_new: float
    passages: list[tuple[tuple[int, int], tuple[int, int], int, PassageKind, float, float, str | None]]


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer for one article: what it shares with the index, and where that comes from.

    ``reading`` has its credits, composition and flags as a scan gives them; ``spans`` flag its text in
    order; ``matches`` are the articles that share it, most words first; ``strands`` the texts that it has
    a part of.  ``named`` are the wires that
    comparison names; ``more`` counts further versions in the index, of a story that very many print, that it was
    not compared with.
    """

    reading: Reading
    spans: tuple[Flagged, ...]
    matches: Sequence[Matched]
    strands: Sequence[Strand]
    named: tuple[Origin, ...]
    more: int = 0
    outlines: Callable[[], list[Outline]] = field(default=list, compare=False, repr=False)
    """The matches in short, in the same order: a tenth of the work."""

    @property
    def id(self) -> str:
        """The article's id."""
        return self.reading.id

    @property
    def wires(self) -> dict[str, float]:
        """The part of the article's words that comes from each wire, most first."""
        shares = self.reading.composition
        return {share.origin.removeprefix("wire:"): share.share for share in shares if share.origin.startswith("wire:")}

    @property
    def wire_share(self) -> float:
        """The part of its words that comes from wires, 0 to 1."""
        return min(1.0, sum(share.share for share in self.reading.composition if share.origin.startswith("wire:")))

    @property
    def agrees(self) -> bool | None:
        """Whether its credits say what comparison says; None where comparison names no wire."""
        if not self.named:
            return None
        return not {"uncredited-copy", "credits-another-wire"} & set(self.reading.flags)
