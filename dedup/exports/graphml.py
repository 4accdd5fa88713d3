"""graph.graphml: the provenance graph for Gephi, yEd, Cytoscape and networkx.

Written here and not by networkx, whose writer refuses lists, None and control characters.
Attributes are flat: evidence becomes one string.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree import ElementTree as ET

from dedup.exports.escape import Names, storable
from dedup.exports.graph_json import keyed, node_records
from dedup.exports.scan_json import rounded
from dedup.model import Edge, Evidence, ScanResult
from dedup.overview import node_ids

__all__ = ["dumps", "evidence_line", "pieces"]

_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_HERE = "nodes and edges"
_NODE = {"kind": "string", "label": "string", "title": "string", "outlet": "string", "published": "string"} | {
    "words": "int"
}
_EDGE = {"kind": "string", "role": "string", "p": "double", "say": "string"} | {
    "words": "int",
    "share": "double",
    "evidence": "string",
}


def dumps(result: ScanResult) -> str:
    """Return the graph as GraphML; characters that XML 1.0 forbids become U+FFFD."""
    return "".join(pieces(result))


def pieces(result: ScanResult) -> Iterator[str]:
    """Yield the same a node or edge at a time."""
    root = ET.Element("graphml", xmlns=_NAMESPACE)
    for domain, attributes in (("node", _NODE), ("edge", _EDGE)):
        for name, kind in attributes.items():
            ET.SubElement(root, "key", {"id": f"{domain}-{name}", "for": domain, "attr.name": name, "attr.type": kind})
    graph = ET.SubElement(root, "graph", id="provenance", edgedefault="directed")
    full = bool(result.graph.nodes or result.graph.edges)
    if full:
        graph.text = _HERE
    ET.indent(root, " ")
    before, _, after = f'<?xml version="1.0" encoding="UTF-8"?>\n{_text(root)}\n'.partition(_HERE)
    yield before
    for element in _elements(result):
        ET.indent(element, " ", level=2)
        yield f"\n  {_text(element)}"
    if full:
        yield "\n " + after


def _elements(result: ScanResult) -> Iterator[ET.Element]:
    names = Names(lambda: node_ids(result.graph.nodes))
    for record in node_records(result):
        element = ET.Element("node", id=names[record.pop("id")])
        _attributes(element, "node", record)
        yield element
    for number, (edge, key) in enumerate(keyed(result.graph.edges)):
        element = ET.Element(
            "edge", {"id": f"{number}:{key}", "source": names[edge.source], "target": names[edge.target]}
        )
        _attributes(element, "edge", _flat(edge))
        yield element


def _text(element: ET.Element) -> str:
    return ET.tostring(element, encoding="unicode")


def evidence_line(evidence: Iterable[Evidence]) -> str:
    """Return evidence as one line.

    >>> evidence_line([Evidence("credit", "003 credits AP and Reuters", "other wires x0.1"), Evidence("time", "", "")])
    'credit: 003 credits AP and Reuters (other wires x0.1); time'
    """
    parts = []
    for item in evidence:
        text = f"{item.kind}: {item.text}" if item.text else item.kind
        parts.append(f"{text} ({item.effect})" if item.effect else text)
    return "; ".join(parts)


def _flat(edge: Edge) -> dict[str, Any]:
    flat: dict[str, Any] = {"kind": edge.kind, "p": rounded(edge.p), "say": edge.say}
    flat |= {"words": edge.words, "share": rounded(edge.share), "evidence": evidence_line(edge.evidence)}
    return flat if edge.role is None else {**flat, "role": edge.role}


def _attributes(element: ET.Element, domain: str, values: dict[str, Any]) -> None:
    for name, value in values.items():
        ET.SubElement(element, "data", key=f"{domain}-{name}").text = storable(str(value))
