"""edges.csv and passages.csv: for a spreadsheet, pandas or a grep.

RFC 4180: a header line, CR LF between records, texts as they stand in the article, line breaks
included.  UTF-8 without a byte order mark.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from dedup.exports.escape import storable
from dedup.exports.graphml import evidence_line
from dedup.exports.scan_json import rounded
from dedup.model import Edge, Passage, ScanResult, Span
from dedup.overview import overview

__all__ = ["EDGE_COLUMNS", "PASSAGE_COLUMNS", "cell", "edge_pieces", "edges", "passage_pieces", "passages"]

EDGE_COLUMNS = ("source", "target", "kind", "role", "p", "say", "words", "share", "evidence")
PASSAGE_COLUMNS = (
    *("a", "b", "relation", "jaccard", "kind", "words", "decibans", "p_copied", "strand"),
    *("a_start", "a_end", "b_start", "b_end", "edits", "a_text", "b_text", "evidence"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

Cell = str | int | float | None


def edges(result: ScanResult) -> str:
    """Return the edges of the provenance graph, one a record."""
    return "".join(edge_pieces(result))


def edge_pieces(result: ScanResult) -> Iterator[str]:
    """Yield the same a record at a time."""
    return _table(EDGE_COLUMNS, map(_edge, result.graph.edges))


def passages(result: ScanResult) -> str:
    """Return the passages of all matches, one a record, with the text of both sides."""
    return "".join(passage_pieces(result))


def passage_pieces(result: ScanResult) -> Iterator[str]:
    """Yield the same a record at a time."""
    return _table(PASSAGE_COLUMNS, _passages(result))


def cell(value: Cell) -> Cell:
    """Return ``value`` such that a spreadsheet takes no text for a formula (CWE-1236).

    Numbers stay numbers; a text that could start a formula gets a leading apostrophe.

    >>> cell("=1+1"), cell("@SUM(A1)"), cell("plain"), cell(-14.3)
    ("'=1+1", "'@SUM(A1)", 'plain', -14.3)
    """
    if not isinstance(value, str):
        return value
    return storable("'" + value if value.startswith(_FORMULA) else value)


def _table(columns: Sequence[str], records: Iterable[Iterable[Cell]]) -> Iterator[str]:
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    for record in chain([columns], ([cell(value) for value in record] for record in records)):
        writer.writerow(record)
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
