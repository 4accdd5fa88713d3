"""graph.graphml: the provenance graph for Gephi, yEd, Cytoscape and networkx.

Written here and not by networkx, whose writer refuses lists, None and control characters.
Attributes are flat: evidence becomes one string.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree as ET

from dedup.exports.escape import storable, storable_names
from dedup.exports.graph_json import keys, node_records
from dedup.exports.scan_json import rounded
from dedup.model import Edge, Evidence, ScanResult

__all__ = ["dumps", "evidence_line"]

_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
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
    root = ET.Element("graphml", xmlns=_NAMESPACE)
    for domain, attributes in (("node", _NODE), ("edge", _EDGE)):
        for name, kind in attributes.items():
            ET.SubElement(root, "key", {"id": f"{domain}-{name}", "for": domain, "attr.name": name, "attr.type": kind})
    graph = ET.SubElement(root, "graph", id="provenance", edgedefault="directed")
    names = storable_names(node.id for node in result.graph.nodes)
    for record in node_records(result):
        element = ET.SubElement(graph, "node", id=names[record.pop("id")])
        _attributes(element, "node", record)
    for number, (edge, key) in enumerate(zip(result.graph.edges, keys(result.graph.edges), strict=True)):
        ends = {"source": names[edge.source], "target": names[edge.target]}
        element = ET.SubElement(graph, "edge", {"id": f"{number}:{key}", **ends})
        _attributes(element, "edge", _flat(edge))
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


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
