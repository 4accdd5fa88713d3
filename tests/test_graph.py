"""Draw: the edges of the provenance graph, each with its evidence."""

import pytest

from dedup import Document, scan
from dedup.graph import DECLARED
from dedup.model import Edge, Evidence
from tests.newsroom import ONE, filler


def test_an_edge_needs_evidence():
    with pytest.raises(ValueError, match="no evidence"):
        Edge("wire:ap", "doc:a", "declared", 0.9, "", 0, 0.0, ())
    assert Edge("wire:ap", "doc:a", "declared", 0.9, "", 0, 0.0, (Evidence("a", "b", "c"),)).evidence


def test_nodes_cover_all_ends_of_edges(result):
    nodes = {node.id for node in result.graph.nodes}
    assert {end for edge in result.graph.edges for end in (edge.source, edge.target)} <= nodes
    assert len(nodes) == len(result.graph.nodes)


def test_edges_are_sorted_and_unique(result):
    keys = [(edge.source, edge.target, edge.kind, edge.role or "") for edge in result.graph.edges]
    assert keys == sorted(set(keys))


def test_mentions_are_never_origins(result):
    kinds = {
        edge.kind for edge in result.graph.edges if edge.source in ("wire:ria", "wire:tass", "wire:xinhua", "wire:cbs")
    }
    assert kinds == {"cites"}


def test_declared_and_text_are_two_edges(result):
    pair = [e.kind for e in result.graph.edges if e.source == "wire:reuters" and e.target.startswith("doc:003")]
    assert pair == ["declared", "text"]


def test_every_role_of_a_wire_has_an_edge():
    assert set(DECLARED) == {
        "origin", "co_origin", "rights", "contributor", "wire_staff", "republished", "distributor", "press_release",
        "photo", "mention",
    }  # fmt: skip


def test_a_press_release_and_a_republished_story():
    body = "Widgets grew by nine percent in the third quarter, the company said, ahead of what analysts had expected."
    found = scan(
        [
            Document("a", f"OSLO, May 16, 2024 /PRNewswire/ -- {body}"),
            Document(
                "b", f"{ONE}\nThis article is republished from The Conversation under a Creative Commons license."
            ),
        ]
    )
    assert {(e.source, e.target, e.kind) for e in found.graph.edges} == {
        ("wire:prnewswire", "doc:a", "press-release"),
        ("wire:conversation", "doc:b", "republished"),
    }


def test_an_agencys_own_page_needs_no_credit_line():
    [edge] = scan(Document("a", ONE, url="https://www.reuters.com/world/x", outlet="Reuters")).graph.edges
    assert (edge.source, edge.kind, edge.evidence[0].kind) == ("wire:reuters", "declared", "own page")


def test_versions_hang_from_the_first():
    text = f"{ONE}\n{filler('a')}"
    documents = [Document(name, f"{text} {name}") for name in ("c", "a", "b")]
    edges = [(e.source, e.target) for e in scan(documents).graph.edges if e.kind == "version"]
    assert edges == [("doc:a", "doc:b"), ("doc:a", "doc:c")]


def chained():
    """Versions by most of their words, and versions of versions that end as another story."""
    words = " ".join(filler(f"w{n}") for n in range(9)).split()
    yield Document("edited", " ".join(f"x{n}" if n % 9 == 4 else word for n, word in enumerate(words)))
    yield Document("whole", " ".join(words))
    story = [f"s{n}" for n in range(600)]
    for n in range(16):
        part = story[n * 25 : n * 25 + 180]
        yield Document(f"chain{n:02}", " ".join(part))


def test_version_edges_hold_the_groups_together_and_nothing_else():
    result = scan(list(chained()))
    joined = {document.id: {document.id} for document in result.documents}
    for edge in result.graph.edges:
        if edge.kind == "version":
            both = joined[edge.source.removeprefix("doc:")] | joined[edge.target.removeprefix("doc:")]
            joined.update(dict.fromkeys(both, both))
    groups = {group.members for group in result.groups}
    assert ("edited", "whole") in groups
    assert len(groups) > 2  # the ends of the chain are two stories
    assert {tuple(sorted(each)) for each in joined.values() if len(each) > 1} == groups
