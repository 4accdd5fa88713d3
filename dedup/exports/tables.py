"""Tables: for a spreadsheet, pandas or a grep.

Each has one sort of record: the articles, what each is made of, its credit lines, passages, shared
texts, edges.  RFC 4180: a header line, CR LF between records, texts as they stand in the article, line breaks
included.  UTF-8 without a byte order mark.  In CSV the members of a text or a story are ids with a blank between;
one that has a blank or a quotation mark itself stands as a JSON string.  Parquet has a list.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from dedup.audit import findings
from dedup.exports.escape import storable
from dedup.exports.graphml import evidence_line
from dedup.exports.scan_json import rounded
from dedup.model import Edge, Passage, ScanResult, Span, Strand
from dedup.overview import overview
from dedup.stories import stories

__all__ = [
    *("EDGE_COLUMNS", "PASSAGE_COLUMNS", "TABLES", "Table", "cell", "edge_pieces", "edges", "passage_pieces"),
    *("passages", "pieces"),
]

Cell = str | int | float | list[str] | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_QUOTED = re.compile(r'[\s"]')


class Table(NamedTuple):
    """One sort of record: its columns, each with the type of its cells, and what makes the records."""

    columns: Mapping[str, type]
    records: Callable[[ScanResult], Iterable[Sequence[Cell]]]


def edges(result: ScanResult) -> str:
    """Return the edges of the provenance graph, one a record."""
    return "".join(edge_pieces(result))


def edge_pieces(result: ScanResult) -> Iterator[str]:
    """Yield the same a record at a time."""
    return pieces(TABLES["edges"], result)


def passages(result: ScanResult) -> str:
    """Return the passages of all matches, one a record, with the text of both sides."""
    return "".join(passage_pieces(result))


def passage_pieces(result: ScanResult) -> Iterator[str]:
    """Yield the same a record at a time."""
    return pieces(TABLES["passages"], result)


def cell(value: Cell) -> Cell:
    """Return ``value`` such that a spreadsheet takes no text for a formula (CWE-1236).

    Numbers stay numbers; a text that could start a formula gets a leading apostrophe.

    >>> cell("=1+1"), cell("@SUM(A1)"), cell("plain"), cell(-14.3)
    ("'=1+1", "'@SUM(A1)", 'plain', -14.3)
    >>> print(cell(["a.txt", "my notes.txt"]))
    a.txt "my notes.txt"
    """
    if isinstance(value, list):
        value = " ".join(json.dumps(each, ensure_ascii=False) if _QUOTED.search(each) else each for each in value)
    if not isinstance(value, str):
        return value
    return storable("'" + value if value.startswith(_FORMULA) else value)


def pieces(what: Table, result: ScanResult) -> Iterator[str]:
    """Yield a table as CSV, a record at a time."""
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    head: list[Sequence[Cell]] = [[*what.columns]]
    for record in chain(head, what.records(result)):
        writer.writerow([cell(value) for value in record])
        yield table.getvalue()
        table.seek(0)
        table.truncate()


def _edge(edge: Edge) -> tuple[Cell, ...]:
    numbers = (rounded(edge.p), edge.say, edge.words, rounded(edge.share))
    return (edge.source, edge.target, edge.kind, edge.role, *numbers, evidence_line(edge.evidence))


def _passages(result: ScanResult) -> Iterator[tuple[Cell, ...]]:
    seen = overview(result)
    for match in result.matches:
        a, b = seen.text(match.a), seen.text(match.b)
        for passage in match.passages:
            yield (
                *(match.a, match.b, match.relation, rounded(match.jaccard)),
                *_judgement(passage),
                *(*passage.a, *passage.b, len(passage.edits)),
                *(_text(a, passage.a), _text(b, passage.b)),
                evidence_line(passage.evidence),
            )


def _judgement(passage: Passage) -> tuple[Cell, ...]:
    numbers = (passage.words, rounded(passage.decibans), rounded(passage.p_copied))
    return (passage.kind, *numbers, passage.strand)


def _text(text: str, span: Span) -> str:
    return text[span.start : span.end]


def _documents(result: ScanResult) -> Iterator[tuple[Cell, ...]]:
    groups = {member: group.id for group in result.groups for member in group.members}
    for reading in result.documents:
        document = reading.document
        yield (
            *(reading.id, document.metadata.get("path"), document.title, document.outlet, document.url),
            *(reading.published, document.language, reading.words, reading.shared_words),
            *(rounded(reading.shared_share), groups.get(reading.id), " ".join(reading.flags)),
        )


def _composition(result: ScanResult) -> Iterator[tuple[Cell, ...]]:
    for reading in result.documents:
        for share in reading.composition:
            p = None if share.p is None else rounded(share.p)
            yield reading.id, share.origin, share.words, rounded(share.share), p


def _credits(result: ScanResult) -> Iterator[tuple[Cell, ...]]:
    for reading in result.documents:
        for credit in reading.credits:
            yield reading.id, credit.wire, credit.role, credit.start, credit.end, credit.text, credit.rule


def _strand(strand: Strand) -> tuple[Cell, ...]:
    best = strand.origins[0] if strand.origins else None
    others = "; ".join(f"{origin.wire} {rounded(origin.p)}" for origin in strand.origins[1:])
    first = (strand.id, strand.words, len(strand.members), best and best.wire, best and rounded(best.p))
    return (*first, others, strand.say, [*strand.members], evidence_line(strand.evidence))


def _stories(result: ScanResult) -> Iterator[tuple[Cell, ...]]:
    for story in stories(result):
        origins = "; ".join(f"{source} {number}" for source, number in story.origins)
        yield story.id, len(story.members), len(story.origins), origins, story.say, [*story.members]


TABLES: Mapping[str, Table] = {
    "documents": Table(
        dict.fromkeys(("id", "path", "title", "outlet", "url", "published", "language"), str)
        | {"words": int, "shared_words": int, "shared_share": float, "group": str, "flags": str},
        _documents,
    ),
    "composition": Table({"id": str, "origin": str, "words": int, "share": float, "p": float}, _composition),
    "credits": Table(
        {"id": str, "wire": str, "role": str, "start": int, "end": int, "text": str, "rule": str}, _credits
    ),
    "passages": Table(
        {"a": str, "b": str, "relation": str, "jaccard": float, "kind": str, "words": int, "decibans": float}
        | {"p_copied": float, "strand": str, "a_start": int, "a_end": int, "b_start": int, "b_end": int}
        | {"edits": int, "a_text": str, "b_text": str, "evidence": str},
        _passages,
    ),
    "strands": Table(
        {"id": str, "words": int, "number": int, "origin": str, "p": float, "others": str, "say": str}
        | {"members": list, "evidence": str},
        lambda result: map(_strand, result.strands),
    ),
    "edges": Table(
        {"source": str, "target": str, "kind": str, "role": str, "p": float, "say": str, "words": int}
        | {"share": float, "evidence": str},
        lambda result: map(_edge, result.graph.edges),
    ),
    "stories": Table(
        {"id": str, "articles": int, "sources": int, "origins": str, "say": str, "members": list}, _stories
    ),
    "audit": Table(
        {"id": str, "outlet": str, "kind": str, "wire": str, "p": float, "words": int, "say": str},
        lambda result: findings(result.documents),
    ),
}
"""Each table by name."""
EDGE_COLUMNS = tuple(TABLES["edges"].columns)
PASSAGE_COLUMNS = tuple(TABLES["passages"].columns)
