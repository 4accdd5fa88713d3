"""Cytoscape JSON: the provenance graph for Cytoscape (File, Import, Network from file) and cytoscape.js.

``networkx.cytoscape_graph(json.load(file))`` gives a MultiDiGraph.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dedup.exports.graph_json import keyed, node_records
from dedup.exports.graphml import evidence_line
from dedup.exports.scan_json import edge_record, laid_out
from dedup.model import Edge, ScanResult

__all__ = ["pieces"]


def pieces(result: ScanResult) -> Iterator[str]:
    """Yield the document a record at a time; evidence is one string, as styles and filters want it."""
    return laid_out(
        {
            "data": {"name": "provenance", "settings": result.settings.fingerprint},
            "directed": True,
            "multigraph": True,
            "elements": {
                # "value" is what networkx takes for the node, "name" what Cytoscape shows.
                "nodes": (
                    {"data": {**node, "value": node["id"], "name": node["label"]}} for node in node_records(result)
                ),
                "edges": (_edge(*each) for each in enumerate(keyed(result.graph.edges))),
            },
        }
    )


def _edge(number: int, keyed_edge: tuple[Edge, str]) -> dict[str, Any]:
    edge, key = keyed_edge
    record = edge_record(edge) | {"evidence": evidence_line(edge.evidence)}
    return {"data": {"id": f"edge:{number}", "key": key, "interaction": edge.kind, **record}}
