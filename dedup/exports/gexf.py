"""GEXF 1.2: the provenance graph for Gephi.

Gephi wants ids that are unique, attributes declared with their type before they are used, and weights
above nothing; the weight of an edge is its probability, and two nodes may have several edges.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET

from dedup.exports.escape import Names, storable
from dedup.exports.graph_json import keyed, node_records
from dedup.exports.graphml import evidence_line
from dedup.exports.scan_json import rounded
from dedup.model import ScanResult
from dedup.overview import node_ids

__all__ = ["pieces"]

_NAMESPACE = "http://www.gexf.net/1.2draft"
_NODE = {"kind": "string", "title": "string", "outlet": "string", "published": "string", "words": "integer"}
_EDGE = {"kind": "string", "role": "string", "p": "double", "say": "string", "words": "integer"} | {
    "share": "double",
    "evidence": "string",
}
_LEAST = 1e-6
"""Gephi takes no weight of 0."""


def pieces(result: ScanResult) -> Iterator[str]:
    """Yield the document a node or edge at a time; characters that XML 1.0 forbids become U+FFFD."""
    names = Names(lambda: node_ids(result.graph.nodes))
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<gexf xmlns="{_NAMESPACE}" version="1.2">\n'
    yield '<graph mode="static" defaultedgetype="directed">\n'
    for domain, attributes in (("node", _NODE), ("edge", _EDGE)):
        yield f'<attributes class="{domain}" mode="static">\n'
        for name, kind in attributes.items():
            yield f'<attribute id="{domain}-{name}" title="{name}" type="{kind}"/>\n'
        yield "</attributes>\n"
    yield "<nodes>\n"
    for record in node_records(result):
        yield _element("node", {"id": names[record["id"]], "label": record["label"]}, record, _NODE)
    yield "</nodes>\n<edges>\n"
    for number, (edge, _) in enumerate(keyed(result.graph.edges)):
        ends = {"id": str(number), "source": names[edge.source], "target": names[edge.target]}
        numbers = {"p": rounded(edge.p), "words": edge.words, "share": rounded(edge.share)}
        texts = {"kind": edge.kind, "role": edge.role, "say": edge.say, "evidence": evidence_line(edge.evidence)}
        weight = {"label": edge.kind, "weight": str(max(_LEAST, rounded(edge.p)))}
        yield _element("edge", ends | weight, numbers | texts, _EDGE)
    yield "</edges>\n</graph>\n</gexf>\n"


def _element(tag: str, attributes: Mapping[str, str], record: Mapping[str, Any], known: Mapping[str, str]) -> str:
    element = ET.Element(tag, {name: storable(value) for name, value in attributes.items()})
    values = ET.SubElement(element, "attvalues")
    for name in known:
        if record.get(name) is not None:
            ET.SubElement(values, "attvalue", {"for": f"{tag}-{name}", "value": storable(str(record[name]))})
    return ET.tostring(element, encoding="unicode") + "\n"
