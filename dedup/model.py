"""The nouns of dedup: frozen records that the stages hand on.

Every span is a half-open range of code points in the *original* text of a document, so
``text[span.start:span.end]`` always shows what is meant.  ``a`` and ``b`` name the two sides of
a pair; ``source`` and ``target`` are used only where a direction has been argued.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from dedup.kinds import EdgeKind, LineKind, NodeKind, PassageKind, Relation, Role, Strength
from dedup.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

# fmt: off
__all__ = [
    "Boilerplate", "Credit", "Document", "Edge", "EdgeKind", "Edit", "Evidence", "Limits", "Line", "LineKind", "Match",
    "Node", "NodeKind", "Origin", "Passage", "PassageKind", "ProvenanceGraph", "Reading", "Relation", "Role",
    "ScanResult", "Share", "Sketch", "Skipped", "Span", "Strand", "Strength", "Tokens", "Version", "VersionGroup",
]
# fmt: on


class Span(NamedTuple):
    """Half-open range of code points, ``start`` included, ``end`` not."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader yields.  All but ``id`` and ``text`` may be unknown.

    ``metadata`` says where the document came from, as strings: ``path`` (as given), ``encoding``
    (how the bytes were decoded) and ``line`` (of a JSON Lines file) are set by the readers; ``fields`` are the
    structured fields of a page or delivery (JSON-LD, ninjs, meta tags) as JSON.
    """

    id: str
    text: str
    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    published: str | datetime | None = None
    byline: str | None = None
    language: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Skipped:
    """An input that could not be read, and why; ``line`` is its number in a stream that is answered line by line."""

    path: str
    reason: str
    line: int | None = None


class Line(NamedTuple):
    """One line of a page that is not blank, without its surrounding white space, and what it is."""

    start: int
    end: int
    kind: LineKind


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit line as read.

    ``wire`` is a registry id such as ``ap``, or None for the outlet's own people;
    ``rule`` names the rule of ``dedup.credits`` that read it.
    """

    wire: str | None
    role: Role
    start: int
    end: int
    text: str
    rule: str

    @property
    def strength(self) -> Strength:
        """What the line alone says of the text: ``strong`` for a full credit, ``medium`` for little but a
        name or an address, ``part`` for a part of it or unnamed agencies, ``none`` if the text is not meant.
        """
        if self.role in ("photo", "mention", "self_reference", "own_staff", "contributor", "generic_wire"):
            return "part" if self.role in ("contributor", "generic_wire") else "none"
        return "medium" if self.role == "wire_staff" or self.rule.startswith(_MEDIUM) else "strong"


_MEDIUM = ("agency", "url", "section", "signature: sentence", "place /", "headline", "about", "more from", "field: c")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Folded words and where they stand: parallel sequences, one entry a word.

    ``words[i]`` is what the reader sees at ``text[starts[i]:ends[i]]``, folded.
    """

    words: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]

    def __len__(self) -> int:
        return len(self.words)


@dataclass(frozen=True, slots=True)
class Sketch:
    """What finds others like an article: ``signature``, a MinHash of datasketch's scheme affine32
    (uint32), None below one shingle, because empty signatures all look alike; ``anchors``, the winnowed
    shingle hashes (uint64), and ``positions``, the word each starts at; ``words``, the length."""

    signature: npt.NDArray[np.uint32] | None
    anchors: npt.NDArray[np.uint64]
    positions: npt.NDArray[np.int64]
    words: int


class Edit(NamedTuple):
    """A place inside a passage where the two texts differ; either side may be empty."""

    a: Span
    b: Span


@dataclass(frozen=True, slots=True)
class Evidence:
    """One factor, ready to print.  ``effect`` says what it did, for instance ``reuters x0.20``."""

    kind: str
    text: str
    effect: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One shared stretch.  ``words`` counts the words that are equal in both.

    ``decibans`` (ten times the decimal logarithm of the odds) and ``p_copied`` answer "copied, or
    said in public by someone?" from the wording alone; ``evidence`` lists the terms of that sum.
    A scan that stops before that question leaves 0 and 0.5, no evidence, and kind ``copy``.
    """

    a: Span
    b: Span
    words: int
    edits: tuple[Edit, ...] = ()
    kind: PassageKind = "copy"
    decibans: float = 0.0
    p_copied: float = 0.5
    evidence: tuple[Evidence, ...] = ()
    strand: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """That two documents share text; never who copied.
    ``a`` and ``b`` are document ids, ``a < b``; ``jaccard`` is exact, over sets of shingles, and
    ``a_in_b`` the part of a's shingles that b has (containment, Broder 1997).
    """

    a: str
    b: str
    jaccard: float
    a_in_b: float
    b_in_a: float
    relation: Relation
    passages: tuple[Passage, ...]

    @property
    def inside(self) -> Literal["a", "b"] | None:
        """Of an excerpt, the side that the other contains."""
        if self.relation != "excerpt":
            return None
        return "a" if self.a_in_b >= self.b_in_a else "b"


class Version(NamedTuple):
    """One text of a version group, and the articles that have it word for word.  ``label`` is how a wire
    marks the version ("UPDATE 2"), None where nobody does; ``published`` the first time it appeared."""

    label: str | None
    published: str | None
    words: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VersionGroup:
    """Near-identical articles: one witness, not forty.  ``id`` is the smallest member.

    ``centre`` is the member that most others resemble, ``radius`` the largest Jaccard distance (1 minus
    Jaccard) from it that was measured, so that no two members are further apart than twice that;
    ``versions`` are the different texts, in the order in which they appeared."""

    id: str
    members: tuple[str, ...]
    centre: str | None = None
    radius: float = 0.0
    versions: tuple[Version, ...] = ()


class Origin(NamedTuple):
    """A candidate for the origin of a strand: a registry id, ``other`` (a wire nobody credits),
    ``outlet`` (one of the members wrote it) or ``independent`` (nobody copied)."""

    wire: str
    p: float


@dataclass(frozen=True, slots=True)
class Strand:
    """All copied passages with the same members: one unseen text.
    ``passages`` are indexes ``(match, passage)`` into ``ScanResult.matches``; ``words`` is the
    length of the shared text; ``origins`` are sorted by falling p and sum to 1; ``say`` is the
    answer in words; ``evidence`` lists the factors.
    """

    id: str
    members: tuple[str, ...]
    words: int
    passages: tuple[tuple[int, int], ...]
    origins: tuple[Origin, ...]
    say: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the provenance graph; ids are ``doc:ID``, ``wire:ID``, ``outlet:NAME``, ``strand:ID``."""

    id: str
    kind: NodeKind
    label: str


@dataclass(frozen=True, slots=True)
class Edge:
    """The only directed thing.  An edge without evidence cannot be built.

    >>> Edge("wire:ap", "doc:1", "declared", 0.98, "declared", 0, 0.0, ())
    Traceback (most recent call last):
    ...
    ValueError: edge wire:ap -> doc:1 (declared) has no evidence
    """

    source: str
    target: str
    kind: EdgeKind
    p: float
    say: str
    words: int
    share: float
    evidence: tuple[Evidence, ...]
    role: Role | None = None

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError(f"edge {self.source} -> {self.target} ({self.kind}) has no evidence")


@dataclass(frozen=True, slots=True)
class ProvenanceGraph:
    """Which text came from which wire; nodes and edges are sorted."""

    nodes: Sequence[Node]
    edges: Sequence[Edge]


class Share(NamedTuple):
    """A part of an article by origin: ``wire:ap``, ``public-statement``, ``common-phrase``,
    ``outlet:NAME`` or ``unknown``.  ``share`` is a part of the body's words, ``p`` the mean
    probability of that origin over those words, None where none is claimed."""

    origin: str
    words: int
    share: float
    p: float | None


@dataclass(frozen=True, slots=True)
class Reading:
    """One document after the scan: its body, credits and composition.

    ``published`` is an ISO 8601 string, or None where no stamp is trusted.  ``shared_words``
    counts the words of copied passages, ``shared_share`` is their part of the body.
    """

    document: Document
    body: tuple[Span, ...]
    words: int
    credits: tuple[Credit, ...]
    published: str | None
    composition: tuple[Share, ...]
    shared_words: int
    flags: tuple[str, ...]

    @property
    def id(self) -> str:
        """The document's id."""
        return self.document.id

    @property
    def shared_share(self) -> float:
        """Copied part of the body, 0 to 1."""
        return self.shared_words / self.words if self.words else 0.0


class Boilerplate(NamedTuple):
    """Text that stands in stories of one ``publisher`` (``kind``: an outlet or a wire) which have nothing
    else in common; ``words`` long, found in that many ``stories``."""

    publisher: str
    kind: Literal["outlet", "wire"]
    text: str
    words: int
    stories: int


class Limits(NamedTuple):
    """A text that more than ``carriers`` articles carry may be compared between each of them and the first only;
    ``crowded`` counts such anchors and bands, ``left_out`` the pairs they did not give, summed (others
    may give them all the same)."""

    carriers: int = 16
    crowded: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What a scan found; the command line, the exports and the tests all read this.

    All are sorted by id, so a result does not depend on the order of the inputs; records are made when
    somebody looks.  ``timings``, seconds by stage, are the only part that differs between two runs.
    """

    documents: Sequence[Reading]
    matches: Sequence[Match]
    groups: Sequence[VersionGroup]
    strands: Sequence[Strand]
    graph: ProvenanceGraph
    skipped: tuple[Skipped, ...]
    settings: Settings
    timings: Mapping[str, float]
    limits: Limits = Limits()  # noqa: RUF009  (frozen)
    boilerplate: tuple[Boilerplate, ...] = ()

    def reading(self, id: str) -> Reading:
        """The document of that id; KeyError if there is none."""
        ids = getattr(self.documents, "ids", None) or [reading.id for reading in self.documents]
        at = bisect_left(ids, id)
        if at == len(ids) or ids[at] != id:
            raise KeyError(id)
        return self.documents[at]

    @property
    def credits(self) -> dict[str, tuple[Credit, ...]]:
        """The credits of each document, by id."""
        return {reading.id: reading.credits for reading in self.documents}

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each."""
        names = ("documents", "matches", "version_groups", "strands", "edges", "skipped")
        found = (self.documents, self.matches, self.groups, self.strands, self.graph.edges, self.skipped)
        passages = sum(len(match.passages) for match in self.matches)
        return {name: len(each) for name, each in zip(names, found, strict=True)} | {"passages": passages}

    def to_json(self) -> str:
        """The document of ``dedup scan --format json``; its schema is ``dedup/data/scan.schema.json``."""
        from dedup.exports.scan_json import dumps

        return dumps(self)
