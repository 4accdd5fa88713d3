"""Answers of ``dedup check`` as plain records for JSON."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from dedup.exports.scan_json import contents, rounded
from dedup.index.pack import dumped as packed_json
from dedup.index.records import Checked, Flagged, Listed, Outline
from dedup.model import Document, Skipped
from dedup.registry import kept_while_unchanged
from dedup.wires import label

__all__ = ["SCHEMA", "checked", "document", "dumped", "dumped_line", "line", "listed"]

SCHEMA = 1
"""Version of the form of a record."""


def line(answer: Checked | Skipped) -> dict[str, Any]:
    """The record of an answer, or of what could not be read: ``{"path", "reason"}``, and ``line`` in a stream."""
    if not isinstance(answer, Skipped):
        return checked(answer)
    where = {} if answer.line is None else {"line": answer.line}
    return {"path": answer.path, "reason": answer.reason, **where}


def dumped_line(answer: Checked | Skipped) -> bytes:
    """The record as a line of JSON."""
    return dumped(line(answer))


def dumped(record: dict[str, Any]) -> bytes:
    """A record as a line of JSON.

    >>> dumped({"a": 1})
    b'{"a":1}\\n'
    """
    return packed_json(record) + b"\n"


def document(document: Document) -> dict[str, Any]:
    """The record of a document, as JSON Lines are read."""
    names = ("id", "text", "title", "outlet", "url", "published", "byline", "language")
    record = {name: getattr(document, name) for name in names}
    return {name: str(value) for name, value in record.items() if value is not None}


def checked(answer: Checked) -> dict[str, Any]:
    """The record of an answer; spans are [start, end) in code points of the text as it was read.

    Its verdict is ``wire`` where part of the text comes from a wire, ``shared`` where others have part of it, or
    ``none``.
    """
    reading, wires = answer.reading, answer.wires
    return {
        "id": reading.id,
        "path": reading.document.metadata.get("path"),
        "verdict": "wire" if wires else "shared" if reading.shared_words else "none",
        "wires": {wire: rounded(share) for wire, share in wires.items()},
        "wire_share": rounded(answer.wire_share),
        "agrees": answer.agrees,
        "flags": list(reading.flags),
        "words": reading.words,
        "shared_words": reading.shared_words,
        "shared_share": rounded(reading.shared_share),
        **contents(reading),
        "spans": [_span(span) for span in answer.spans],
        "matches": [_match(match) for match in answer.outlines()],
        "more_versions": answer.more,
    }


def listed(article: Listed) -> dict[str, Any]:
    """The record of an article of an index."""
    return {
        "id": article.id,
        "version": article.version,
        "words": article.words,
        "title": article.title,
        "outlet": article.outlet,
        "published": article.published,
        "wires": list(article.wires),
    }


def _span(span: Flagged) -> dict[str, Any]:
    return {
        "start": span.start,
        "end": span.end,
        "words": span.words,
        "kind": span.kind,
        "origin": span.origin,
        "p": None if span.p is None else rounded(span.p),
        "say": span.say,
        "ids": list(span.ids),
    }


@kept_while_unchanged
@lru_cache(1 << 10)
def _names(wires: tuple[str | None, ...]) -> tuple[str, ...]:
    """What wires are called, each once."""
    return tuple(sorted({label(wire) for wire in wires if wire}))


def _match(match: Outline) -> dict[str, Any]:
    document = match.document
    return {
        "id": match.id,
        "title": document.title,
        "outlet": document.outlet,
        "published": None if document.published is None else str(document.published),
        "credits": list(_names(tuple([credit.wire for credit in match.credits]))) if match.credits else [],
        "relation": match.relation,
        "jaccard": rounded(match.jaccard),
        "new_in_old": rounded(match.new_in_old),
        "old_in_new": rounded(match.old_in_new),
        "passages": [
            {
                "new": new,
                "old": old,
                "words": words,
                "kind": kind,
                "p_copied": rounded(p),
                "decibans": rounded(decibans),
                "strand": strand,
            }
            for new, old, words, kind, p, decibans, strand in match.passages
        ],
    }
