"""graph.json: the provenance graph as node-link JSON, as networkx and D3 read it.

``networkx.node_link_graph(json.load(file), edges="edges")`` gives a MultiDiGraph: a wire and an
article may be joined by a ``declared`` and a ``text`` edge at the same time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from dedup._version import __version__
from dedup.exports.scan_json import edge_record, laid_out
from dedup.model import Edge, ScanResult

__all__ = ["document", "dumps", "keys", "node_records"]


def dumps(result: ScanResult) -> str:
    """Return the node-link document as JSON text with one trailing newline."""
    return laid_out(document(result))


def document(result: ScanResult) -> dict[str, Any]:
    """Return the node-link document; ``key`` tells parallel edges apart."""
    edges = result.graph.edges
    records = ((edge_record(edge), key) for edge, key in zip(edges, keys(edges), strict=True))
    return {
        "directed": True,
        "multigraph": True,
        "graph": {"dedup": __version__, "settings": result.settings.fingerprint},
        "nodes": node_records(result),
        "edges": [
            {"source": record.pop("source"), "target": record.pop("target"), "key": key, **record}
            for record, key in records
        ],
    }


def node_records(result: ScanResult) -> list[dict[str, Any]]:
    """Return the nodes, those of articles with title, outlet, date and word count where known."""
    readings = {f"doc:{reading.id}": reading for reading in result.documents}
    records = []
    for node in result.graph.nodes:
        record: dict[str, Any] = {"id": node.id, "kind": node.kind, "label": node.label}
        if (reading := readings.get(node.id)) is not None:
            known = {
                "title": reading.document.title,
                "outlet": reading.document.outlet,
                "published": reading.published,
                "words": reading.words,
            }
            record |= {name: value for name, value in known.items() if value is not None}
        records.append(record)
    return records


def keys(edges: Sequence[Edge]) -> Iterator[str]:
    """Yield a key an edge, unique among the edges with the same ends.

    The kind, the role where there is one, and a number from the second of the same name.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    for edge in edges:
        name = edge.kind if edge.role is None else f"{edge.kind}:{edge.role}"
        seen[edge.source, edge.target, name] += 1
        count = seen[edge.source, edge.target, name]
        yield name if count == 1 else f"{name}:{count}"
