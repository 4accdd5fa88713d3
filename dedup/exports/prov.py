"""W3C PROV: the provenance graph as PROV-JSON and as PROV-N (the ``prov`` package reads both).

Articles and shared texts are entities, wires and outlets agents.  A shared text that an article carries
is ``wasDerivedFrom``; a wire that a text comes from ``wasAttributedTo``, whether a credit line states
it or shared text lets it be inferred: ``dedup:basis`` says which, ``dedup:p`` how sure it is.  Versions
of one text are ``alternateOf``; pictures and mentions, which are no origin of the text, ``wasInfluencedBy``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote

from dedup.exports.escape import storable
from dedup.exports.graph_json import node_records
from dedup.exports.graphml import evidence_line
from dedup.exports.scan_json import rounded
from dedup.model import Edge, ScanResult

__all__ = ["INFERRED", "json_pieces", "n_pieces", "name"]

INFERRED = frozenset(["text", "origin", "shares", "version", "common", "quote"])
"""Kinds of edges that comparison found; what the others say a line of the page states."""

_PREFIXES = ("doc", "strand", "wire", "outlet", "speaker")
_NAMESPACES = {"dedup": "urn:dedup:term:"} | {prefix: f"urn:dedup:{prefix}:" for prefix in _PREFIXES}
_ENDS = {
    "wasAttributedTo": ("prov:entity", "prov:agent"),
    "wasDerivedFrom": ("prov:generatedEntity", "prov:usedEntity"),
    "alternateOf": ("prov:alternate1", "prov:alternate2"),
    "wasInfluencedBy": ("prov:influencee", "prov:influencer"),
}
"""Each relation with its ends: first the target of our edge, then its source."""
_ORIGINS = ("declared", "text", "origin", "republished", "press-release")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})

Value = str | int | float


class _Name(str):
    """A qualified name, as a value."""

    __slots__ = ()


class _Relation(NamedTuple):
    """One relation: its ends as qualified names, its attributes."""

    kind: str
    first: str
    second: str
    attributes: Mapping[str, Value]


def name(id: str) -> str:
    """Return the qualified name of a node, percent-encoded where PROV-N has no room for a character.

    >>> name("doc:news/a b.txt"), name("wire:ap")
    ('doc:news%2Fa%20b.txt', 'wire:ap')
    """
    prefix, _, local = id.partition(":")
    local = quote(local, safe="", errors="surrogatepass").replace("~", "%7E")
    if local[:1] in ("-", "."):
        local = f"%{ord(local[0]):02X}{local[1:]}"
    if local.endswith("."):
        local = local[:-1] + "%2E"
    return f"{prefix}:{local}"


def json_pieces(result: ScanResult) -> Iterator[str]:
    """Yield PROV-JSON (W3C member submission of 2013), a record at a time."""
    yield "{\n"
    yield f'"prefix": {json.dumps(_NAMESPACES)}'
    for section, agent in (("entity", False), ("agent", True)):
        yield from _section(section, _elements(result, agent))
    for kind, ends in _ENDS.items():
        records = (
            (f"_:r{number}", {ends[0]: _Name(each.first), ends[1]: _Name(each.second), **each.attributes})
            for number, each in enumerate(_relations(result))
            if each.kind == kind
        )
        yield from _section(kind, records)
    yield "\n}\n"


def n_pieces(result: ScanResult) -> Iterator[str]:
    """Yield PROV-N (W3C recommendation of 2013), a statement at a time."""
    yield "document\n"
    for prefix, namespace in _NAMESPACES.items():
        yield f"  prefix {prefix} <{namespace}>\n"
    for agent in (False, True):
        for id, attributes in _elements(result, agent):
            yield f"  {'agent' if agent else 'entity'}({id}{_attributes_n(attributes)})\n"
    for each in _relations(result):
        more = ", -, -, -" if each.kind == "wasDerivedFrom" else ""
        yield f"  {each.kind}({each.first}, {each.second}{more}{_attributes_n(each.attributes)})\n"
    yield "endDocument\n"


def _elements(result: ScanResult, agents: bool) -> Iterator[tuple[str, dict[str, Value]]]:
    for record in node_records(result):
        kind = record["kind"]
        if (kind in ("wire", "outlet", "speaker")) == agents:
            types = {"doc": "dedup:Article", "strand": "dedup:SharedText", "speaker": "prov:Person"}
            attributes: dict[str, Value] = {
                "prov:type": _Name(types.get(kind, "prov:Organization")),
                "prov:label": storable(record["label"]),
                "dedup:id": storable(record["id"]),
            }
            for field in ("outlet", "published", "words"):
                if field in record:
                    value = record[field]
                    attributes[f"dedup:{field}"] = storable(value) if isinstance(value, str) else value
            yield name(record["id"]), attributes


def _relations(result: ScanResult) -> Iterator[_Relation]:
    for edge in result.graph.edges:
        kind = _relation(edge)
        # alternateOf takes no attributes.
        yield _Relation(kind, name(edge.target), name(edge.source), {} if kind == "alternateOf" else _said(edge))


def _relation(edge: Edge) -> str:
    agent = edge.source.partition(":")[0] not in ("doc", "strand")
    if edge.kind in _ORIGINS and agent:
        return "wasAttributedTo"
    if edge.kind == "version":
        return "alternateOf"
    return "wasDerivedFrom" if edge.kind in ("shares", "republished") else "wasInfluencedBy"


def _said(edge: Edge) -> dict[str, Value]:
    attributes: dict[str, Value] = {
        "dedup:kind": edge.kind,
        "dedup:basis": "inferred" if edge.kind in INFERRED else "stated",
        "dedup:p": rounded(edge.p),
        "dedup:words": edge.words,
        "dedup:share": rounded(edge.share),
        "dedup:say": storable(edge.say),
        "dedup:evidence": storable(evidence_line(edge.evidence)),
    }
    return attributes | ({"dedup:role": edge.role} if edge.role else {})


def _section(section: str, records: Iterable[tuple[str, Mapping[str, Value]]]) -> Iterator[str]:
    before = f',\n"{section}": {{\n'
    for id, attributes in records:
        ends = _ENDS.get(section, ())
        values = {key: str(value) if key in ends else _json(value) for key, value in attributes.items()}
        yield f"{before}{json.dumps(id)}: {json.dumps(values, ensure_ascii=False)}"
        before = ",\n"
    if before == ",\n":
        yield "\n}"


def _json(value: Value) -> object:
    if isinstance(value, _Name):
        return {"$": value, "type": "prov:QUALIFIED_NAME"}
    if isinstance(value, str):
        return value
    return {"$": str(value), "type": "xsd:double" if isinstance(value, float) else "xsd:int"}


def _attributes_n(attributes: Mapping[str, Value]) -> str:
    said = ", ".join(f"{key}={_n(value)}" for key, value in attributes.items())
    return f", [{said}]" if said else ""


def _n(value: Value) -> str:
    if isinstance(value, _Name):
        return f"'{value}'"
    if isinstance(value, str):
        return f'"{value.translate(_ESCAPES)}"'
    return f'"{value}" %% {"xsd:double" if isinstance(value, float) else "xsd:int"}'
