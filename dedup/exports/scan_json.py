"""scan.json: the whole result as one JSON document; its schema is ``dedup/data/scan.schema.json``.

Keys stand in the order of the contract, with additions after them, and ``timings`` last, so that
everything before it is byte-identical between two runs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
import xxhash

from dedup._version import __version__
from dedup.exports.escape import json_text
from dedup.model import (
    Edge,
    Evidence,
    Match,
    Passage,
    ProvenanceGraph,
    Reading,
    ScanResult,
    Strand,
    VersionGroup,
)

__all__ = [
    "SCHEMA",
    "as_it_is",
    "contents",
    "digest",
    "document",
    "dump",
    "dumps",
    "edge_record",
    "judgement",
    "laid_out",
    "members",
    "pieces",
    "rounded",
]

SCHEMA = 1
"""Version of the document's form; a reader should refuse one it does not know."""


def dumps(result: ScanResult) -> str:
    """Return the JSON text: one record a line, not escaped to ASCII, one trailing newline.

    A lone surrogate, which an article read from damaged bytes may hold, is written as the escape
    ``\\udXXX``: the text can always be encoded as UTF-8, and reads back as it was.  (Two that
    stand side by side as a pair read back as the one character that they encode.)
    """
    return "".join(pieces(result))


def pieces(result: ScanResult) -> Iterator[str]:
    """Yield the same text a record at a time: of a million articles nobody wants to hold it."""
    return laid_out(members(result))


def laid_out(members: Mapping[str, Any]) -> Iterator[str]:
    """Yield JSON text with one record a line: diffs and greps stay readable, the C encoder works.

    Lists of records are iterators, and are gone through once.

    >>> print("".join(laid_out({"schema": 1, "nodes": iter([{"id": 1}, {"id": 2}]), "edges": iter([])})), end="")
    {
    "schema": 1,
    "nodes": [
    {"id":1},
    {"id":2}
    ],
    "edges": []
    }
    """
    yield from _block(members)
    yield "\n"


def document(result: ScanResult) -> dict[str, Any]:
    """Return the contract's document as plain dicts, lists, strings, numbers and None."""
    return {name: _plain(member) for name, member in members(result).items()}


def _plain(member: object) -> object:
    if isinstance(member, Mapping):
        return {name: _plain(part) for name, part in member.items()}
    return [*member] if isinstance(member, Iterator) else member


def members(result: ScanResult) -> dict[str, Any]:
    """Return the members of the document in their order; lists of records are iterators."""
    return {
        "dedup": __version__,
        "schema": SCHEMA,
        "settings": result.settings.as_dict(),
        "documents": map(_document, result.documents),
        "matches": map(_match, result.matches),
        "version_groups": map(_group, result.groups),
        "strands": map(_strand, result.strands),
        "graph": _graph(result.graph),
        "skipped": ({"path": skipped.path, "reason": skipped.reason} for skipped in result.skipped),
        "limits": result.limits._asdict(),
        "boilerplate": (found._asdict() for found in result.boilerplate),
        "timings": {stage: rounded(seconds) for stage, seconds in result.timings.items()},
    }


@lru_cache(1 << 14)  # probabilities and weights are the same again and again
def rounded(number: float) -> float:
    """Return ``number`` with six significant digits: enough for every use, and the same everywhere.

    >>> rounded(0.8219999), rounded(-14.3), rounded(-0.0)
    (0.822, -14.3, 0.0)
    >>> rounded(float("inf"))
    Traceback (most recent call last):
    ...
    ValueError: inf is no number that JSON can hold
    """
    if not math.isfinite(number):
        raise ValueError(f"{number} is no number that JSON can hold")
    return float(f"{number:.6g}") + 0.0  # -0.0 + 0.0 is 0.0


def edge_record(edge: Edge) -> dict[str, Any]:
    """Return an edge in the form of the contract, with ``role`` only where the edge has one."""
    record: dict[str, Any] = {
        "source": edge.source,
        "target": edge.target,
        "kind": edge.kind,
        "p": rounded(edge.p),
        "say": edge.say,
        "words": edge.words,
        "share": rounded(edge.share),
        "evidence": _evidence(edge.evidence),
    }
    if edge.role is not None:
        record["role"] = edge.role
    return record


def _document(reading: Reading) -> dict[str, Any]:
    document = reading.document
    return {
        "id": reading.id,
        "path": document.metadata.get("path"),
        "title": document.title,
        "outlet": document.outlet,
        "published": reading.published,
        "words": reading.words,
        "body": [list(span) for span in reading.body],
        **contents(reading),
        "shared_words": reading.shared_words,
        "shared_share": rounded(reading.shared_share),
        "flags": list(reading.flags),
        "encoding": document.metadata.get("encoding"),
        "line": int(line) if (line := document.metadata.get("line")) else None,
        "url": document.url,
        "byline": document.byline,
        "language": document.language,
        "stamp": stamp.isoformat() if isinstance(stamp := document.published, datetime) else stamp,
        "digest": digest(document.text),
    }


def contents(reading: Reading) -> dict[str, Any]:
    """Return what an article credits and consists of, as lists of records by name."""
    return {
        "credits": [{name: getattr(credit, name) for name in _OF_CREDIT} for credit in reading.credits],
        "composition": [
            {
                "origin": share.origin,
                "words": share.words,
                "share": rounded(share.share),
                "p": None if share.p is None else rounded(share.p),
            }
            for share in reading.composition
        ],
    }


_OF_CREDIT = ("wire", "role", "start", "end", "text", "rule")


def digest(text: str) -> str:
    """Return a fingerprint of a text, by which it is known again: xxh3, 64 bits.

    >>> digest("Rain.")
    '3f47aca9fd18d593'
    """
    return xxhash.xxh3_64_hexdigest(text.encode("utf-8", "surrogatepass"))


def _match(match: Match) -> dict[str, Any]:
    return {
        "a": match.a,
        "b": match.b,
        "jaccard": rounded(match.jaccard),
        "a_in_b": rounded(match.a_in_b),
        "b_in_a": rounded(match.b_in_a),
        "relation": match.relation,
        "inside": match.inside,
        "passages": [_passage(passage) for passage in match.passages],
    }


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "a": list(passage.a),
        "b": list(passage.b),
        **judgement(passage),
        "edits": [[list(a), list(b)] for a, b in passage.edits],
        "evidence": _evidence(passage.evidence),
    }


def _group(group: VersionGroup) -> dict[str, Any]:
    versions = (
        {
            "label": version.label,
            "published": version.published,
            "words": version.words,
            "members": list(version.members),
        }
        for version in group.versions
    )
    return {
        "id": group.id,
        "members": list(group.members),
        "centre": group.centre,
        "radius": rounded(group.radius),
        "versions": list(versions),
    }


def judgement(passage: Passage) -> dict[str, Any]:
    """Return what a passage is, whatever its two sides are called."""
    return {
        "words": passage.words,
        "kind": passage.kind,
        "p_copied": rounded(passage.p_copied),
        "decibans": rounded(passage.decibans),
        "strand": passage.strand,
    }


def _strand(strand: Strand) -> dict[str, Any]:
    return {
        "id": strand.id,
        "members": list(strand.members),
        "words": strand.words,
        "passages": [list(index) for index in strand.passages],
        "origins": [{"wire": origin.wire, "p": rounded(origin.p)} for origin in strand.origins],
        "say": strand.say,
        "evidence": _evidence(strand.evidence),
    }


def _evidence(evidence: Iterable[Evidence]) -> list[dict[str, str]]:
    return [{"kind": item.kind, "text": item.text, "effect": item.effect} for item in evidence]


def _graph(graph: ProvenanceGraph) -> dict[str, Any]:
    return {
        "nodes": ({"id": node.id, "kind": node.kind, "label": node.label} for node in graph.nodes),
        "edges": map(edge_record, graph.edges),
    }


def _block(members: Mapping[str, Any]) -> Iterator[str]:
    before = "{\n"
    for key, value in members.items():
        yield f"{before}{dump(key)}: "
        yield from _member(value)
        before = ",\n"
    yield "\n}"


def _member(value: object) -> Iterator[str]:
    if isinstance(value, Iterator):
        before = "[\n"
        for record in value:
            yield before + dump(record)
            before = ",\n"
        yield "[]" if before == "[\n" else "\n]"
    elif isinstance(value, Mapping) and any(isinstance(part, Iterator) for part in value.values()):
        yield from _block(value)
    else:
        yield dump(value)


def dump(value: object) -> str:
    r"""Return a record as JSON on one line, as UTF-8 can hold it.

    >>> print(dump({"a": "\ud800"}))
    {"a":"\ud800"}
    """
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # a lone surrogate, or a whole number of more than 64 bits
        return json_text(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")))


def as_it_is(data: bytes) -> object:
    """A record that is JSON already, for ``laid_out`` and ``dump``.

    >>> dump([as_it_is(b'{"a":1}')])
    '[{"a":1}]'
    """
    return orjson.Fragment(data)
