"""Keep policies: one of each group, and nothing lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyarrow import parquet
from test_results import run

from dedup import Document, exports, scan
from dedup.keep import POLICIES, choices
from tests.newsroom import filler

STORY = "OSLO ({}) - The ferry had left Pier Nine at dawn with two hundred people.\n" + filler("s", 120)
DOCUMENTS = [
    Document("a", STORY.format("AP").replace("OSLO (AP) - ", ""), outlet="Mirror", published="2024-05-16T08:00:00Z"),
    Document("b", STORY.format("AP"), outlet="Post", published="2024-05-16T09:00:00Z"),
    Document("c", STORY.format("AP"), url="https://apnews.com/article/1", published="2024-05-16T10:00:00Z"),
    Document("d", STORY.format("AP") + "\nIt rained in Bergen all day, too.", outlet="Blog"),
    Document("e", filler("e"), outlet="Blog"),
]


@pytest.mark.parametrize(
    ("policy", "kept"), [("wire-original", "c"), ("earliest", "a"), ("longest", "d"), ("one-per-group", "a")]
)
def test_each_policy_keeps_its_one(policy: str, kept: str) -> None:
    found = [*choices(scan(DOCUMENTS), policy)]  # type: ignore[arg-type]
    assert [choice.reading.id for choice in found] == ["a", "b", "c", "d", "e"]
    assert [choice.reading.id for choice in found if choice.kept] == [kept, "e"]
    assert {choice.group.members for choice in found if choice.group} == {("a", "b", "c", "d")}


@pytest.mark.parametrize("policy", POLICIES)
def test_the_corpus_names_everyone_once(policy: str, tmp_path: Path) -> None:
    lines = [{"id": each.id, "text": each.text, "outlet": each.outlet, "own": {"n": 1}} for each in DOCUMENTS]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    exports.write_all(scan(tmp_path / "in.jsonl"), tmp_path / "result")
    code, output = run("export", tmp_path / "result", "--keep", policy)
    assert code == 0
    kept = [json.loads(line) for line in output.splitlines()]
    assert sorted(member for record in kept for member in record["dedup_members"]) == ["a", "b", "c", "d", "e"]
    for record in kept:
        [line] = [line for line in lines if line["id"] == record["id"]]
        assert {name: record[name] for name in line if line[name] is not None} == {
            name: value for name, value in line.items() if value is not None
        }
    marked = [
        json.loads(line) for line in run("export", tmp_path / "result", "--keep", policy, "--all")[1].splitlines()
    ]
    assert [record for record in marked if record["dedup_kept"]] == kept
    assert len(marked) == 5
    # and it is a corpus that can be scanned again, in which nothing is near-identical
    (tmp_path / "out.jsonl").write_text(output)
    assert scan(tmp_path / "out.jsonl").groups == ()


def test_parquet_holds_the_same(tmp_path: Path) -> None:
    lines = [{"id": each.id, "text": each.text, "own": [1, "x"]} for each in DOCUMENTS]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    exports.write_all(scan(tmp_path / "in.jsonl"), tmp_path / "result")
    out = tmp_path / "corpus.parquet"
    assert run("export", tmp_path / "result", "--keep", "longest", "--to", "parquet", "-o", out, "-q") == (0, "")
    rows = parquet.read_table(out).to_pylist()
    texts = [json.loads(line) for line in run("export", tmp_path / "result", "--keep", "longest")[1].splitlines()]
    assert [(row["id"], row["text"], row["dedup_members"]) for row in rows] == [
        (each["id"], each["text"], each["dedup_members"]) for each in texts
    ]
    assert json.loads(rows[0]["other_fields"]) == {"own": [1, "x"]}


def test_a_scan_in_python_keeps_without_a_file() -> None:
    from dedup.exports import corpus

    lines = [json.loads(line) for line in corpus.pieces(scan(DOCUMENTS), "earliest")]
    assert [line["id"] for line in lines] == ["a", "e"]
    assert lines[0]["text"] == DOCUMENTS[0].text
