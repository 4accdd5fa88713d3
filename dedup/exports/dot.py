"""graph.dot: the provenance graph as a drawing, ``dot -Tsvg graph.dot -o graph.svg``.

From left to right in three ranks: wires and outlets, strands, articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dedup.exports.escape import Names, storable
from dedup.model import Edge, Node, NodeKind, ScanResult
from dedup.overview import node_ids, nodes_of

__all__ = ["dumps", "pieces", "quoted"]

_RANKS: tuple[tuple[NodeKind, ...], ...] = (("wire", "outlet"), ("strand",), ("doc",))
_NODES = {
    "wire": 'shape=box, style="bold"',
    "outlet": "shape=box",
    "strand": 'shape=ellipse, style="filled", fillcolor="#eeeeee"',
    "doc": "shape=note",
}
# A reader must be able to tell the kinds apart in black and white: the line style says how
# strong the link is, the colour only helps.
_EDGES = {
    "origin": 'style="bold", color="#1b6e3c"',
    "text": 'style="bold", color="#1b6e3c"',
    "declared": 'style="solid", color="#1f4e9c"',
    "shares": 'style="dashed", color="#444444"',
    "version": 'style="solid", color="#444444", dir="none", constraint=false',
    "republished": 'style="solid", color="#8a4b08", constraint=false',
    "press-release": 'style="solid", color="#8a4b08"',
    "photo": 'style="dotted", color="#777777"',
    "cites": 'style="dotted", color="#777777"',
    "quote": 'style="dashed", color="#777777", dir="none", constraint=false',
    "common": 'style="dotted", color="#999999", dir="none", constraint=false',
}
_UNLIKELY = 'style="dotted", color="#999999"'
_LIKELY = 0.5
_LONGEST = 40


def dumps(result: ScanResult) -> str:
    """Return the drawing in the DOT language, one node or edge a line."""
    return "".join(pieces(result))


def pieces(result: ScanResult) -> Iterator[str]:
    """Yield the same a line at a time."""
    return (line + "\n" for line in _lines(result))


def quoted(text: str) -> str:
    r"""Return ``text`` as a DOT string that no content can leave.

    >>> print(quoted('a "b" \\'))
    "a \"b\" \\"
    """
    escaped = storable(text).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"\r\n|[\r\n\u2028\u2029]", r"\\n", escaped) + '"'


def _lines(result: ScanResult) -> Iterator[str]:
    names = Names(lambda: node_ids(result.graph.nodes))
    yield "digraph provenance {"
    yield '  graph [rankdir=LR, ranksep=1.2, fontname="Helvetica", charset="UTF-8"];'
    yield '  node [fontname="Helvetica", fontsize=11];'
    yield '  edge [fontname="Helvetica", fontsize=9];'
    for rank in _RANKS:
        before = ["  {", "    rank=same;"]
        for node in nodes_of(result.graph.nodes, rank):
            yield from before
            yield f"    {_node(node, names)}"
            before = []
        if not before:
            yield "  }"
    yield from (f"  {_edge(edge, names)}" for edge in result.graph.edges)
    yield "}"


def _node(node: Node, names: Mapping[str, str]) -> str:
    return f"{quoted(names[node.id])} [label={_label(node.label)}, {_NODES[node.kind]}];"


def _edge(edge: Edge, names: Mapping[str, str]) -> str:
    p = f"{edge.p:.2f}" if edge.p < 0.995 else ">0.99"
    look = _UNLIKELY if edge.kind in ("origin", "text") and edge.p < _LIKELY else _EDGES[edge.kind]
    label, tooltip = _label(f"{edge.kind} {p}"), quoted(edge.say.replace("&", "&amp;"))
    return f"{quoted(names[edge.source])} -> {quoted(names[edge.target])} [label={label}, tooltip={tooltip}, {look}];"


def _label(text: str) -> str:
    """Short, on one line; Graphviz reads HTML entities in labels, so ``&`` is escaped as well."""
    text = " ".join(text.split())
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    return quoted(text.replace("&", "&amp;"))
