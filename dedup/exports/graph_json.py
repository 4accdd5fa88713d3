"""graph.json: the provenance graph as node-link JSON, as networkx and D3 read it.

``networkx.node_link_graph(json.load(file), edges="edges")`` gives a MultiDiGraph: a wire and an
article may be joined by a ``declared`` and a ``text`` edge at the same time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from dedup._version import __version__
from dedup.columns import Lazy
from dedup.exports.scan_json import edge_record, laid_out
from dedup.model import Edge, ScanResult
from dedup.overview import overview

__all__ = ["dumps", "keyed", "node_records", "pieces"]


def dumps(result: ScanResult) -> str:
    """Return the node-link document as JSON text with one trailing newline."""
    return "".join(pieces(result))


def pieces(result: ScanResult) -> Iterator[str]:
    """Yield the same a record at a time; ``key`` tells parallel edges apart."""
    return laid_out(
        {
            "directed": True,
            "multigraph": True,
            "graph": {"dedup": __version__, "settings": result.settings.fingerprint},
            "nodes": node_records(result),
            "edges": (_edge(edge, key) for edge, key in keyed(result.graph.edges)),
        }
    )


def _edge(edge: Edge, key: str) -> dict[str, Any]:
    record = edge_record(edge)
    return {"source": record.pop("source"), "target": record.pop("target"), "key": key, **record}


def node_records(result: ScanResult) -> Iterator[dict[str, Any]]:
    """Yield the nodes, those of articles with title, outlet, date and word count where known."""
    seen = overview(result)
    for node in result.graph.nodes:
        record: dict[str, Any] = {"id": node.id, "kind": node.kind, "label": node.label}
        doc, _, id = node.id.partition(":")
        if doc == "doc" and (number := seen.number(id)) is not None:
            document = seen.document(number)
            known = {
                "title": document.title,
                "outlet": document.outlet,
                "published": seen.published(number),
                "words": seen.words(number),
            }
            record |= {name: value for name, value in known.items() if value is not None}
        yield record


def keyed(edges: Sequence[Edge]) -> Iterator[tuple[Edge, str]]:
    """Yield each edge with a key, unique among the edges with the same ends.

    The kind, the role where there is one, and a number from the second of the same name.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    ends = ""
    for edge in edges:
        # A scan's edges are sorted: those with other ends need not be remembered.
        if isinstance(edges, Lazy) and ends != (ends := edge.source + edge.target):
            seen.clear()
        name = edge.kind if edge.role is None else f"{edge.kind}:{edge.role}"
        seen[edge.source, edge.target, name] += 1
        count = seen[edge.source, edge.target, name]
        yield edge, name if count == 1 else f"{name}:{count}"
