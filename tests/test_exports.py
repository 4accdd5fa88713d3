"""Each export, read back by a library that somebody else wrote."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import tracemalloc
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any, get_args
from xml.etree import ElementTree as ET

import jsonschema
import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample import ALPHA, BETA, HOSTILE, QUOTE, sample_result

from dedup import exports, model, scan
from dedup.bench import articles
from dedup.errors import DedupError
from dedup.exports import dot, graph_json, graphml, scan_json, tables
from dedup.exports.escape import Names, storable
from dedup.model import Document, Edge, Evidence, ProvenanceGraph, Reading, ScanResult, Skipped
from dedup.settings import Settings, Until

RESULT = sample_result()
EMPTY = ScanResult((), (), (), (), ProvenanceGraph((), ()), (), Settings(), {})


def schema() -> dict[str, Any]:
    return json.loads(resources.files("dedup").joinpath("data/scan.schema.json").read_text("utf-8"))


def valid(document: object) -> None:
    jsonschema.Draft202012Validator(schema()).validate(document)


# scan.json


def test_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("result", [RESULT, EMPTY], ids=["sample", "empty"])
def test_scan_json_follows_its_schema(result: ScanResult) -> None:
    valid(json.loads(scan_json.dumps(result)))


def test_scan_json_reads_back_as_it_was() -> None:
    assert json.loads(scan_json.dumps(RESULT)) == scan_json.document(RESULT)


def test_scan_json_is_utf8_with_one_newline_at_the_end() -> None:
    text = scan_json.dumps(RESULT)
    text.encode("utf-8")
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")
    assert "\\ud800" in text
    assert "\\u00e9" not in scan_json.dumps(_with_title("Café"))
    assert "Café" in scan_json.dumps(_with_title("Café"))


def test_hostile_text_survives_json() -> None:
    document = json.loads(scan_json.dumps(RESULT))
    assert document["strands"][0]["evidence"][0]["text"].endswith(HOSTILE)
    assert document["skipped"][0]["reason"].endswith("\ud800")


def test_keys_stand_in_the_order_of_the_contract() -> None:
    document = scan_json.document(RESULT)
    assert list(document) == [
        *("dedup", "schema", "settings", "documents", "matches", "version_groups", "strands", "graph"),
        *("skipped", "limits", "boilerplate", "timings"),
    ]
    assert list(document["documents"][0]) == [
        *("id", "path", "title", "outlet", "published", "words", "body", "credits", "composition"),
        *("shared_words", "shared_share", "flags", "encoding"),
        *("line", "url", "byline", "language", "stamp", "digest"),
    ]
    assert list(document["matches"][0]["passages"][0])[:7] == [
        *("a", "b", "words", "kind", "p_copied", "decibans", "strand"),
    ]


def test_only_the_timings_differ_between_two_runs() -> None:
    one = scan_json.dumps(RESULT)
    two = scan_json.dumps(replace(sample_result(), timings={"read": 7.0}))
    assert one.rpartition('"timings"')[0] == two.rpartition('"timings"')[0]


def test_spans_show_the_text_they_mean() -> None:
    match = scan_json.document(RESULT)["matches"][0]
    passage = match["passages"][0]
    assert ALPHA.text[slice(*passage["a"])] == QUOTE
    assert [BETA.text[slice(*edit[1])] for edit in passage["edits"]] == ["its ally's"]


def test_numbers_have_six_digits_and_are_finite() -> None:
    document = scan_json.document(RESULT)
    assert document["matches"][0]["jaccard"] == 0.0861235
    assert document["matches"][0]["passages"][0]["decibans"] == 22.5346
    with pytest.raises(ValueError, match="nan"):
        scan_json.rounded(float("nan"))


def test_role_only_where_an_edge_has_one() -> None:
    edges = scan_json.document(RESULT)["graph"]["edges"]
    assert [edge.get("role") for edge in edges if edge["kind"] == "declared"] == [
        "contributor",
        "contributor",
        "origin",
    ]
    assert all("role" not in edge for edge in edges if edge["kind"] == "text")


@pytest.mark.parametrize("where", ["", "documents", "matches", "strands", "graph"])
def test_the_schema_is_strict(where: str) -> None:
    document = json.loads(scan_json.dumps(RESULT))
    part = document[where] if where else document
    (part[0] if isinstance(part, list) else part)["surprise"] = 1
    with pytest.raises(jsonschema.ValidationError, match="surprise"):
        valid(document)


@pytest.mark.parametrize(
    ("place", "allowed"),
    [
        (("role", "enum"), model.Role),
        (("match", "properties", "relation", "enum"), model.Relation),
        (("passage", "properties", "kind", "enum"), model.PassageKind),
        (("edge", "properties", "kind", "enum"), model.EdgeKind),
        (("graph", "properties", "nodes", "items", "properties", "kind", "enum"), model.NodeKind),
        (("settings", "properties", "until", "enum"), Until),
    ],
)
def test_the_schema_knows_the_words_of_the_model(place: tuple[str, ...], allowed: Any) -> None:
    part = schema()["$defs"]
    for key in place:
        part = part[key]
    assert part == list(get_args(allowed))


def test_the_schema_knows_the_settings() -> None:
    assert schema()["$defs"]["settings"]["required"] == list(Settings().as_dict())


# graph.json


def test_networkx_reads_graph_json() -> None:
    graph = networkx.node_link_graph(json.loads(graph_json.dumps(RESULT)), edges="edges")
    assert isinstance(graph, networkx.MultiDiGraph)
    assert set(graph) == {node.id for node in RESULT.graph.nodes}
    assert graph.number_of_edges() == len(RESULT.graph.edges)
    assert set(graph["wire:ap"]["doc:alpha.txt"]) == {"declared:contributor", "text"}
    assert graph.nodes["doc:alpha.txt"]["title"] == ALPHA.title


def test_parallel_edges_of_one_kind_stay_apart() -> None:
    graph = networkx.node_link_graph(json.loads(graph_json.dumps(_doubled())), edges="edges")
    assert graph.number_of_edges() == 2 * len(RESULT.graph.edges)


def test_graph_json_holds_a_surrogate() -> None:
    text = graph_json.dumps(RESULT).encode("utf-8").decode("utf-8")
    assert HOSTILE in {edge["say"] for edge in json.loads(text)["edges"]}


# graph.graphml


@pytest.mark.parametrize("result", [RESULT, EMPTY], ids=["sample", "empty"])
def test_networkx_reads_graphml(result: ScanResult, tmp_path: Path) -> None:
    path = tmp_path / "graph.graphml"
    path.write_text(graphml.dumps(result), "utf-8")
    graph = networkx.read_graphml(path)
    assert len(graph) == len(result.graph.nodes)
    assert graph.number_of_edges() == len(result.graph.edges)
    if result is RESULT:
        words = [edge["words"] for *_, edge in graph.edges(data=True) if edge["kind"] == "text"]
        assert words == [13, 13]
        assert graph.nodes["outlet:Evil </script>"]["label"] == "Evil </script>\n\\"


def test_graphml_doubled_edges_stay_apart() -> None:
    graph = networkx.parse_graphml(graphml.dumps(_doubled()))
    assert graph.number_of_edges() == 2 * len(RESULT.graph.edges)


def test_graphml_says_hostile_text_without_forbidden_characters() -> None:
    root = ET.fromstring(graphml.dumps(RESULT))
    texts = [element.text or "" for element in root.iter()]
    said = re.sub("[\x00\x07\x1b\ud800]", "\ufffd", HOSTILE)
    assert said in texts
    assert {element.tag.rpartition("}")[2] for element in root.iter()} == {
        *("graphml", "key", "graph", "node", "edge", "data"),
    }


# graph.dot

_TOKEN = re.compile(r'\s*(?:"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*|-?\d+(?:\.\d+)?|->|[{}\[\];,=])', re.DOTALL)


def dot_tokens(text: str) -> list[str]:
    """A strict tokenizer of the DOT that is written here; anything else is an error."""
    tokens, at = [], 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        assert found, f"no DOT: {text[at : at + 40]!r}"
        tokens.append(found[0].strip())
        at = found.end()
    return tokens


def test_dot_has_one_statement_for_each_node_and_edge() -> None:
    tokens = dot_tokens(dot.dumps(RESULT))
    assert tokens.count("->") == len(RESULT.graph.edges)
    assert tokens.count("label") == len(RESULT.graph.nodes) + len(RESULT.graph.edges)
    assert tokens.count("rank") == 3
    assert tokens.count("{") == tokens.count("}") == 4
    assert not any("DROP" in token for token in tokens if not token.startswith('"'))


def test_dot_draws_the_unlikely_faintly_and_nothing_as_certain() -> None:
    edges = [replace(edge, p=p) for edge in RESULT.graph.edges if edge.kind == "origin" for p in (0.06, 0.82, 0.9999)]
    drawn = dot.dumps(replace(RESULT, graph=replace(RESULT.graph, edges=tuple(edges)))).splitlines()
    weak, strong, sure = (line for line in drawn if "->" in line)
    assert 'style="dotted"' in weak
    assert 'style="bold"' in strong
    assert 'label="origin >0.99"' in sure


@pytest.mark.parametrize("text", ["\\", '"', '\\"', "a\nb", "\r\n", "]; evil [", "\x00", "\ud800", "\\N"])
def test_no_text_leaves_a_dot_string(text: str) -> None:
    assert len(dot_tokens(dot.quoted(text))) == 1
    assert "\n" not in dot.quoted(text)


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
@pytest.mark.parametrize("result", [RESULT, EMPTY], ids=["sample", "empty"])
def test_graphviz_reads_dot(result: ScanResult) -> None:
    done = subprocess.run(
        ["dot", "-Tjson"], input=dot.dumps(result).encode("utf-8"), capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    drawn = json.loads(done.stdout)
    assert len(drawn.get("edges", [])) == len(result.graph.edges)
    assert len([part for part in drawn.get("objects", []) if "nodes" not in part]) == len(result.graph.nodes)


# edges.csv, passages.csv


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_csv_reads_back() -> None:
    edges, passages = rows(tables.edges(RESULT)), rows(tables.passages(RESULT))
    assert len(edges) == len(RESULT.graph.edges)
    assert [row["a_text"] for row in passages] == [QUOTE, "the whole of the world was a stage"]
    assert passages[0]["b_text"] == QUOTE.replace("Moscow", "its ally")
    assert [row["decibans"] for row in passages] == ["22.5346", "-14.3"]
    assert edges[0]["say"] == re.sub("[\x00\x07\x1b\ud800]", "\ufffd", HOSTILE)


@pytest.mark.parametrize("start", list("=+-@\t\r\n"))
def test_no_cell_is_a_formula(start: str) -> None:
    node = model.Node("wire:x", "wire", "x")
    edge = Edge(f"{start}1", f"{start}2", "text", 0.5, f"{start}3", 0, 0.0, (Evidence("credit", "", ""),))
    result = replace(EMPTY, graph=ProvenanceGraph((node,), (edge,)))
    (row,) = rows(tables.edges(result))
    assert [row["source"], row["target"], row["say"]] == [f"'{start}{number}" for number in (1, 2, 3)]


def test_csv_has_a_header_and_no_byte_order_mark() -> None:
    assert tables.edges(EMPTY) == ",".join(tables.EDGE_COLUMNS) + "\r\n"
    assert tables.passages(EMPTY) == ",".join(tables.PASSAGE_COLUMNS) + "\r\n"


# any text at all

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=30)


@given(ANY_TEXT)
def test_any_text_survives_each_format(text: str) -> None:
    result = _with_text(text)
    # Two surrogates side by side are one character once they are written: JSON cannot tell.
    joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    document = json.loads(scan_json.dumps(result).encode("utf-8"))
    valid(document)
    assert document["graph"]["edges"][0]["say"] == joined
    graph = networkx.node_link_graph(json.loads(graph_json.dumps(result).encode("utf-8")), edges="edges")
    assert graph.nodes["wire:x"]["label"] == joined
    read = networkx.parse_graphml(graphml.dumps(result))
    assert set(read) == {"wire:x", "doc:y"}
    assert read.number_of_edges() == 1
    assert dot_tokens(dot.dumps(result)).count("->") == 1
    (row,) = rows(tables.edges(result).encode("utf-8").decode("utf-8"))
    assert row["say"].removeprefix("'") == storable(text).removeprefix("'")
    assert not row["say"].startswith(tuple("=+-@\t\r\n"))


@given(st.lists(st.text("a~12\x00\ufffd ", max_size=6), unique=True, max_size=12))
def test_names_stay_apart_as_if_all_were_kept(given_names: list[str]) -> None:
    used: dict[str, str] = {}
    for name in given_names:
        short = unique = " ".join(storable(name).split())
        number = 1
        while unique in used.values():
            number += 1
            unique = f"{short}~{number}"
        used[name] = unique
    names = Names(lambda: given_names)
    assert {name: names[name] for name in given_names} == used


# a scan's result, whose records are made when they are written


@pytest.fixture(scope="module")
def lazy() -> ScanResult:
    return scan(articles(300, seed=7))


@pytest.mark.parametrize("name", exports.FILES)
def test_columns_and_records_give_the_same_bytes(lazy: ScanResult, name: str) -> None:
    graph = ProvenanceGraph(tuple(lazy.graph.nodes), tuple(lazy.graph.edges))
    parts = (tuple(each) for each in (lazy.documents, lazy.matches, lazy.strands))
    documents, matches, strands = parts
    held = replace(lazy, documents=documents, matches=matches, strands=strands, graph=graph)
    assert "".join(exports.FILES[name](lazy)) == "".join(exports.FILES[name](held))


@pytest.mark.parametrize(
    "chosen", [{}, {"rewrites": True}, {"until": "passages"}, {"until": "documents"}], ids=["all", "rewrites", "p", "d"]
)
def test_records_in_a_row_are_those_of_one_by_one(chosen: dict[str, Any]) -> None:
    result = scan(articles(150, seed=8), Settings(**chosen))
    for records in (result.documents, result.matches, result.groups, result.strands, result.graph.edges):
        assert [*records] == [records[number] for number in range(len(records))]
    assert len(result.matches) > 20
    relations = [result.matches.relation(m) for m in range(len(result.matches))]
    assert relations == [match.relation for match in result.matches]


def test_no_piece_is_more_than_a_record(lazy: ScanResult) -> None:
    for name, make in exports.FILES.items():
        pieces = [*make(lazy)]
        assert len(pieces) > 300, name
        assert 10 * max(map(len, pieces)) < sum(map(len, pieces)), name


def test_writing_holds_a_record_at_a_time(lazy: ScanResult, tmp_path: Path) -> None:
    exports.write_all(lazy, tmp_path)  # what is kept for the next look is there now
    tracemalloc.start()
    try:
        paths = exports.write_all(lazy, tmp_path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sum(path.stat().st_size for path in paths) > 2 << 20
    assert peak < 2 << 20


# write_all


def test_write_all_makes_every_file(tmp_path: Path) -> None:
    paths = exports.write_all(RESULT, tmp_path / "new" / "folder")
    names = ["scan.json", "graph.json", "graph.graphml", "graph.dot", "edges.csv", "passages.csv"]
    assert [path.name for path in paths] == names
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == sorted(names)
    assert paths[0].read_bytes() == RESULT.to_json().encode("utf-8")


def test_write_all_replaces_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "scan.json").write_text("old")
    exports.write_all(RESULT, tmp_path)
    valid(json.loads((tmp_path / "scan.json").read_text("utf-8")))


def test_a_kill_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exports.write_all(EMPTY, tmp_path)
    before = (tmp_path / "scan.json").read_bytes()

    def killed(self: Path, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        exports.write_all(RESULT, tmp_path)
    assert (tmp_path / "scan.json").read_bytes() == before
    assert not list(tmp_path.glob(".*"))


def test_write_all_keeps_the_rights_of_the_umask(tmp_path: Path) -> None:
    (path, *_) = exports.write_all(EMPTY, tmp_path)
    mask = os.umask(0)
    os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    for folder in (tmp_path / "taken", tmp_path / "taken" / "below"):
        with pytest.raises(DedupError, match="there is a file of that name; name another folder"):
            exports.write_all(EMPTY, folder)


def test_a_target_that_cannot_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "scan.json").mkdir()
    with pytest.raises(DedupError, match=r"cannot write .*scan\.json"):
        exports.write_all(EMPTY, tmp_path)
    assert not list(tmp_path.glob(".*"))


def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # By hand, because the tests may run as root, who may write everywhere.
    def refused(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(DedupError, match=r"cannot make the folder .*Permission denied"):
        exports.write_all(EMPTY, tmp_path / "x")


def _with_title(title: str) -> ScanResult:
    reading = Reading(Document("a", "text", title=title), (), 1, (), None, (), 0, ())
    return replace(EMPTY, documents=(reading,), skipped=(Skipped("b", "empty"),))


def _with_text(text: str) -> ScanResult:
    nodes = (model.Node("doc:y", "doc", text), model.Node("wire:x", "wire", text))
    edge = Edge("wire:x", "doc:y", "text", 0.5, text, 0, 0.0, (Evidence(text, text, text),))
    return replace(EMPTY, graph=ProvenanceGraph(nodes, (edge,)))


def _doubled() -> ScanResult:
    return replace(RESULT, graph=replace(RESULT.graph, edges=RESULT.graph.edges * 2))
