"""The formats of ``dedup export``, each read back by a library that somebody else wrote."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import markdown_it
import networkx
import prov.model
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet as arrow
from sample import ALPHA, HOSTILE, sample_result

from dedup import exports, scan
from dedup.bench import articles
from dedup.exports import parquet
from dedup.exports import prov as prov_export
from dedup.exports.escape import storable
from dedup.exports.markdown import plain
from dedup.exports.tables import TABLES, pieces
from dedup.model import Edge, Evidence, Node, ProvenanceGraph, ScanResult
from dedup.settings import Settings

RESULT = sample_result()
EMPTY = ScanResult((), (), (), (), ProvenanceGraph((), ()), (), Settings(), {})
BOTH = pytest.mark.parametrize("result", [RESULT, EMPTY], ids=["sample", "empty"])


def written(form: str, result: ScanResult = RESULT) -> str:
    return "".join(exports.FORMATS[form](result)).encode("utf-8").decode("utf-8")


def said(text: str) -> str:
    return re.sub("[\x00\x07\x1b\ud800]", "\ufffd", text)


def with_text(text: str) -> ScanResult:
    nodes = (Node(f"doc:{text}y", "doc", text), Node("wire:x", "wire", text))
    edge = Edge("wire:x", f"doc:{text}y", "text", 0.5, text, 0, 0.0, (Evidence("credit", text, text),))
    first = replace(RESULT.documents[0].document, title=text, outlet=text)
    documents = (replace(RESULT.documents[0], document=first), *RESULT.documents[1:])
    return replace(RESULT, graph=ProvenanceGraph(nodes, (edge,)), documents=documents)


# W3C PROV


@BOTH
@pytest.mark.parametrize(("form", "reader"), [("prov-json", "json"), ("prov-n", "provn")])
def test_prov_reads_what_the_graph_says(result: ScanResult, form: str, reader: str) -> None:
    read = prov.model.ProvDocument.deserialize(content=written(form, result), format=reader)
    records = read.get_records()
    agents = [each for each in records if isinstance(each, prov.model.ProvAgent)]
    entities = [each for each in records if isinstance(each, prov.model.ProvEntity)]
    relations = [each for each in records if isinstance(each, prov.model.ProvRelation)]
    kinds = [node.kind for node in result.graph.nodes]
    assert len(agents) == kinds.count("wire") + kinds.count("outlet")
    assert len(entities) == kinds.count("doc") + kinds.count("strand")
    assert len(relations) == len(result.graph.edges)


def test_prov_json_and_prov_n_are_the_same_document() -> None:
    one = prov.model.ProvDocument.deserialize(content=written("prov-json"), format="json")
    two = prov.model.ProvDocument.deserialize(content=written("prov-n"), format="provn")
    assert {str(each.identifier) for each in one.get_records(prov.model.ProvElement)} == {
        str(each.identifier) for each in two.get_records(prov.model.ProvElement)
    }
    assert relations(one) == relations(two)


def relations(document: prov.model.ProvDocument) -> list[tuple[str, list[str]]]:
    found = document.get_records(prov.model.ProvRelation)
    return sorted((each.get_type().localpart, sorted(map(str, each.attributes))) for each in found)


def test_prov_tells_what_is_stated_from_what_is_inferred() -> None:
    read = json.loads(written("prov-json"))
    basis = {(each["dedup:kind"], each["dedup:basis"]) for each in read["wasAttributedTo"].values()}
    assert basis == {("declared", "stated"), ("text", "inferred"), ("origin", "inferred")}
    assert {each["dedup:kind"] for each in read["wasDerivedFrom"].values()} == {"shares"}
    assert storable(HOSTILE) in {each["dedup:say"] for each in read["wasInfluencedBy"].values()}


@given(st.text(st.characters(exclude_categories=()), max_size=20))
def test_any_name_is_a_name_of_prov(text: str) -> None:
    result = with_text(text)
    for form, reader in (("prov-json", "json"), ("prov-n", "provn")):
        read = prov.model.ProvDocument.deserialize(content=written(form, result), format=reader)
        [relation] = read.get_records(prov.model.ProvAttribution)
        assert str(relation.args[0]) == prov_export.name(f"doc:{text}y")


# GEXF, Cytoscape


@BOTH
def test_networkx_reads_gexf(result: ScanResult) -> None:
    graph = networkx.read_gexf(io.BytesIO(written("gexf", result).encode()))
    assert len(graph) == len(result.graph.nodes)
    assert graph.number_of_edges() == len(result.graph.edges)
    if result is RESULT:
        assert graph.nodes["outlet:Evil </script>"]["label"] == "Evil </script>\n\\"
        [told] = [edge for *_, edge in graph.edges(data=True) if edge["kind"] == "cites"]
        assert told["say"] == said(HOSTILE)


def test_gexf_follows_the_rules_of_gephi() -> None:
    root = ET.fromstring(written("gexf"))
    space = "{http://www.gexf.net/1.2draft}"
    assert root.tag == f"{space}gexf"
    nodes = [each.get("id") for each in root.iter(f"{space}node")]
    edges = [*root.iter(f"{space}edge")]
    assert len(nodes) == len(set(nodes))
    assert len(edges) == len({each.get("id") for each in edges})
    assert {each.get(end) for each in edges for end in ("source", "target")} <= set(nodes)
    assert all(float(str(each.get("weight"))) > 0 for each in edges)
    declared = {each.get("id") for each in root.iter(f"{space}attribute")}
    assert {each.get("for") for each in root.iter(f"{space}attvalue")} <= declared
    children = [child.tag.removeprefix(space) for child in root[0]]
    assert children == ["attributes", "attributes", "nodes", "edges"]


_TYPES = {"integer": int, "double": float, "string": str}
_GEXF: dict[str, tuple[dict[str, Any], set[str], list[str]]] = {
    # By element: its attributes with the type or the values of each, which of them are required, its children.  As in
    # the schema of GEXF 1.2, github.com/gephi/gexf, 1.2/gexf.xsd and 1.2/data.xsd (commit c069026), of what is written.
    "gexf": ({"version": {"1.2"}}, {"version"}, ["graph"]),
    "graph": ({"mode": {"static", "dynamic"}, "defaultedgetype": {"directed", "undirected", "mutual"}}, set(),
              ["attributes", "nodes", "edges"]),
    "attributes": ({"class": {"node", "edge"}, "mode": {"static", "dynamic"}}, {"class"}, ["attribute"]),
    "attribute": ({"id": str, "title": str, "type": set(_TYPES)}, {"id", "title", "type"}, []),
    "nodes": ({}, set(), ["node"]),
    "edges": ({}, set(), ["edge"]),
    "node": ({"id": str, "label": str}, {"id"}, ["attvalues"]),
    "edge": ({"id": str, "label": str, "source": str, "target": str, "weight": float}, {"id", "source", "target"},
             ["attvalues"]),
    "attvalues": ({}, set(), ["attvalue"]),
    "attvalue": ({"for": str, "value": str}, {"for", "value"}, []),
}  # fmt: skip


@pytest.mark.parametrize("text", ["", HOSTILE, "]]> & <node id='x'/>", "a\n\tb"])
def test_gexf_has_what_its_schema_allows(text: str) -> None:
    space = "{http://www.gexf.net/1.2draft}"
    root = ET.fromstring(written("gexf", with_text(text)))
    types = {each.get("id"): _TYPES[str(each.get("type"))] for each in root.iter(f"{space}attribute")}
    for element in root.iter():
        allowed, required, children = _GEXF[element.tag.removeprefix(space)]
        assert required <= set(element.attrib) <= set(allowed)
        for name, value in element.attrib.items():
            kind = allowed[name]
            assert value in kind if isinstance(kind, set) else kind(value) is not None
        assert {child.tag.removeprefix(space) for child in element} <= set(children)
        if "for" in element.attrib:
            types[element.get("for")](element.get("value"))


@BOTH
def test_networkx_reads_cytoscape(result: ScanResult) -> None:
    graph = networkx.cytoscape_graph(json.loads(written("cytoscape", result)))
    assert isinstance(graph, networkx.MultiDiGraph)
    assert set(graph) == {node.id for node in result.graph.nodes}
    assert graph.number_of_edges() == len(result.graph.edges)


# JSON Lines, JSON-LD, ninjs


def test_json_lines_hold_every_record() -> None:
    records = [json.loads(line) for line in written("jsonl").splitlines()]
    kinds = [record.pop("record") for record in records]
    assert kinds[0] == "scan"
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "scan": 1, "document": 4, "match": 2, "version_group": 1, "strand": 1, "node": 8, "edge": 9, "skipped": 1,
    }  # fmt: skip
    whole = json.loads(written("json"))
    assert [record for kind, record in zip(kinds, records, strict=True) if kind == "edge"] == whole["graph"]["edges"]
    assert records[1] == whole["documents"][0]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own
def test_rdflib_reads_json_ld() -> None:
    graph = rdflib.Graph().parse(data=written("schema.org"), format="json-ld")
    schema = rdflib.Namespace("https://schema.org/")
    items = set(graph.subjects(rdflib.RDF.type, schema.NewsArticle))
    assert len(items) == len(RESULT.documents)
    alpha = rdflib.URIRef("urn:dedup:doc:alpha.txt")
    assert str(graph.value(alpha, schema.headline)) == ALPHA.title
    stated = set(graph.objects(alpha, schema.sourceOrganization))
    roles = {each for each in stated if (each, rdflib.RDF.type, schema.Role) in graph}
    assert {str(graph.value(each, schema.name)) for each in stated - roles} == {"AP", "Reuters"}
    [role] = roles
    assert str(graph.value(role, schema.roleName)).startswith("inferred: probably AP, at least")


def _object(required: Sequence[str] = (), **properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": properties}


_STRING, _URI = {"type": "string"}, {"type": "string", "format": "uri"}
_NINJS: dict[str, Any] = _object(
    # Names, types, formats, what is required and that nothing else is allowed, of the properties that the exporter
    # writes: as in IPTC's own schema of ninjs 3.0, github.com/iptc/newsinjson, specification/ninjs-schema_3.0.json
    # (commit 79297df).  The same hold in its schema of 3.2 (commit 74aebed).
    ["uri"],
    uri=_URI | {"pattern": "^urn:dedup:doc:[!-~]+$"},
    standard=_object(name=_STRING, version=_STRING, schema=_URI),
    type={"enum": ["text"]},
    language=_STRING,
    firstCreated={"type": "string", "format": "date-time"},
    by=_STRING,
    headlines={"type": "array", "items": _object(["value"], role=_STRING, contentType=_STRING, value=_STRING)},
    altIds={"type": "array", "items": _object(role=_STRING, value=_STRING)},
    infoSources={"type": "array", "items": _object(name=_STRING, role=_STRING, uri=_URI, literal=_STRING)},
)
_NINJS_FORMATS = jsonschema.FormatChecker()


@_NINJS_FORMATS.checks("date-time")
def _is_date_time(value: object) -> bool:
    return re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)", str(value)) is not None


@_NINJS_FORMATS.checks("uri")
def _is_uri(value: object) -> bool:
    return re.fullmatch(r"[a-z][a-z0-9+.-]*:[!-~]+", str(value)) is not None


def test_ninjs_items_name_their_sources() -> None:
    items = [json.loads(line) for line in written("ninjs").splitlines()]
    for item in items:
        jsonschema.validate(item, _NINJS, format_checker=_NINJS_FORMATS)
    found = [(each["name"], each["role"]) for each in items[0]["infoSources"]]
    assert found == [("AP", "stated"), ("Reuters", "stated"), ("AP", "inferred")]
    assert items[1]["infoSources"][0]["literal"] == "inferred: probably AP, at least 26 % of the text (p 0.822)"
    # A stamp with its zone is the time it was created; any other is kept under another name.
    for item, each in zip(items, RESULT.documents, strict=True):
        kept = [item["firstCreated"]] if "firstCreated" in item else [one["value"] for one in item["altIds"][1:]]
        assert kept == ([each.published] if each.published else [])


# Markdown


def test_no_article_text_becomes_markdown() -> None:
    tokens = markdown_it.MarkdownIt("gfm-like", {"linkify": False}).parse(written("markdown"))
    inline = [child for token in tokens for child in token.children or [] if token.type == "inline"]
    assert {child.type for child in inline} == {"text", "text_special"} or {child.type for child in inline} == {"text"}
    heads = [tokens[n + 1].content for n, token in enumerate(tokens) if token.type == "heading_open"]
    assert heads == ["Shared text and its origin", "Articles", "Shared texts"]
    rows = sum(token.type == "tr_open" for token in tokens)
    assert rows == 1 + len(RESULT.documents) + 1 + len(RESULT.strands)


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
def test_any_text_is_shown_as_it_is(text: str) -> None:
    tokens = markdown_it.MarkdownIt("commonmark").parse("x " + plain(text))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert "".join(child.content for child in children).split() == ["x", *plain_words(text)]


def plain_words(text: str) -> list[str]:
    from dedup.wording import one_line

    return one_line(text).split()


def test_an_article_with_a_title_has_its_id_by_which_shared_texts_name_it() -> None:
    [row] = [line for line in written("markdown").splitlines() if line.startswith("| Gamma")]
    assert row.startswith(r"| Gamma \(gamma\.txt\) |")


# Parquet


@pytest.mark.parametrize("name", TABLES)
def test_parquet_holds_what_csv_holds(name: str, tmp_path: Path) -> None:
    table = TABLES[name]
    parquet.write(table.columns, table.records(RESULT), tmp_path / "table")
    read = arrow.read_table(tmp_path / "table").to_pylist()
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.records(RESULT)]
    assert len(read) == len(rows) > 0
    for one, two in zip(read, rows, strict=True):
        assert one == {key: re.sub("\ud800", "\ufffd", v) if isinstance(v, str) else v for key, v in two.items()}


def test_an_empty_table_has_its_columns(tmp_path: Path) -> None:
    parquet.write(TABLES["edges"].columns, (), tmp_path / "table")
    assert arrow.read_table(tmp_path / "table").column_names == list(TABLES["edges"].columns)


def test_members_whose_ids_have_blanks_can_be_told_apart(tmp_path: Path) -> None:
    """They stood one after the other: "my notes.txt x.txt" may be two or three."""
    names = ("a.txt", "my notes.txt", 'so "called"', "two\nlines")
    result = replace(RESULT, strands=(replace(RESULT.strands[0], members=names),))
    table = TABLES["strands"]
    [row] = csv.DictReader(io.StringIO("".join(pieces(table, result)), newline=""))
    decoder, rest, members = json.JSONDecoder(), row["members"], []
    while rest:
        member, end = decoder.raw_decode(rest) if rest[0] == '"' else (rest.split(" ")[0], rest.find(" "))
        members.append(member)
        rest = rest[end + 1 :]
    assert members == [*names]
    parquet.write(table.columns, table.records(result), tmp_path / "table")
    assert arrow.read_table(tmp_path / "table").to_pylist()[0]["members"] == [*names]


# all of them


@pytest.fixture(scope="module")
def lazy() -> ScanResult:
    return scan(articles(300, seed=7))


@pytest.mark.parametrize("form", exports.FORMATS)
def test_a_record_at_a_time(lazy: ScanResult, form: str) -> None:
    parts = [*exports.FORMATS[form](lazy)]
    assert len(parts) >= (200 if form == "markdown" else 300)
    assert 10 * max(map(len, parts)) < sum(map(len, parts))


@pytest.mark.parametrize("form", exports.FORMATS)
def test_every_format_takes_nothing_and_hostile_text(form: str) -> None:
    assert written(form, EMPTY) is not None
    assert written(form, with_text(HOSTILE))


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own
@pytest.mark.parametrize(
    "text", [HOSTILE, '"}, {"x": "', "</script><!--", "\\u0000 \x00 \ud800 𝄞", "a\r\n\tb", "{{x}} %s $(y)"]
)
def test_other_programs_read_a_hostile_title_as_it_was(text: str) -> None:
    result = with_text(text)
    id, whole = f"doc:{text}y", said(text)
    assert networkx.cytoscape_graph(json.loads(written("cytoscape", result))).nodes[id]["label"] == text
    records = [json.loads(line) for line in written("jsonl", result).splitlines()]
    assert [each["label"] for each in records if each["record"] == "node"] == [text, text]
    assert next(each["title"] for each in records if each["record"] == "document") == text
    graph = networkx.read_gexf(io.BytesIO(written("gexf", result).encode()))
    assert {node["label"] for _, node in graph.nodes(data=True)} == {whole}
    for form, reader in (("prov-json", "json"), ("prov-n", "provn")):
        read = prov.model.ProvDocument.deserialize(content=written(form, result), format=reader)
        assert {str(each.label) for each in read.get_records(prov.model.ProvElement)} == {whole}
    linked = rdflib.Graph().parse(data=written("schema.org", result), format="json-ld")
    assert whole in set(map(str, linked.objects(None, rdflib.URIRef("https://schema.org/headline"))))
    [item, *_] = [json.loads(line) for line in written("ninjs", result).splitlines()]
    jsonschema.validate(item, _NINJS, format_checker=_NINJS_FORMATS)
    assert item["headlines"][0]["value"] == whole
