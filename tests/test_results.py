"""Results: what was written is what is read back, and damage is said."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from sample import sample_result

from dedup import exports, scan
from dedup.bench import articles
from dedup.cli import main
from dedup.errors import DataError, InputError
from dedup.results import load
from dedup.sources import Sources
from tests.newsroom import SEEDS, filler, runner


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeds' result, written."""
    path = tmp_path_factory.mktemp("result")
    exports.write_all(scan(SEEDS), path)
    return path


def test_a_result_is_read_a_record_at_a_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("dedup.results._Records._whole")
    assert len(load(folder).documents) == 5


def test_a_result_reads_back_as_it_was(folder: Path) -> None:
    read = load(folder)
    assert read.to_json() == (folder / "scan.json").read_text("utf-8")
    assert read.reading(read.documents[2].id).credits == read.documents[2].credits
    for name, make in exports.FILES.items():
        assert "".join(make(read)) == (folder / name).read_bytes().decode(), name


def test_a_generated_result_reads_back(tmp_path: Path) -> None:
    lines = [{"id": each.id, "text": each.text, "title": each.title, "own": 7} for each in articles(120, seed=3)]
    for name, opened in (("a.jsonl", open), ("b.jsonl.gz", gzip.open)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        with opened(tmp_path / name, "wt", encoding="utf-8") as file:  # type: ignore[operator]
            file.writelines(json.dumps(line) + "\n" for line in lines)
        exports.write_all(scan(tmp_path / name), tmp_path / "result")
        read = load(tmp_path / "result")
        assert [each.document.text for each in read.documents] == [
            line["text"] for line in sorted(lines, key=lambda line: str(line["id"]))
        ]
        assert "".join(exports.FILES["passages.csv"](read)).encode() == (
            (tmp_path / "result" / "passages.csv").read_bytes()
        )


def test_hostile_text_reads_back(tmp_path: Path) -> None:
    result = sample_result()
    (tmp_path / "scan.json").write_text(result.to_json(), "utf-8")
    read = load(tmp_path / "scan.json")
    assert read.skipped == result.skipped
    assert [edge.say for edge in read.graph.edges] == [edge.say for edge in result.graph.edges]


def test_a_file_that_was_laid_out_anew_is_read_whole(folder: Path, tmp_path: Path) -> None:
    data = json.loads((folder / "scan.json").read_text("utf-8"))
    (tmp_path / "scan.json").write_text(json.dumps(data, indent=2), "utf-8")
    assert load(tmp_path).to_json() == load(folder).to_json()


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_cut_file_is_refused(folder: Path, tmp_path: Path, part: float) -> None:
    data = (folder / "scan.json").read_bytes()
    (tmp_path / "scan.json").write_bytes(data[: int(len(data) * part)])
    with pytest.raises(DataError, match=r"cut off|no JSON"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\x00binary", "no JSON"),
        (b"[]", "no result"),
        (b"{}", "says no version"),
        (b'{"schema": 9}', "version 9"),
        (b'{"schema": 1}', "has no"),
        (b"[" * 100_000, "no JSON"),
    ],
)
def test_what_is_no_result_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "scan.json").write_bytes(content)
    with pytest.raises(DataError, match=said):
        load(tmp_path)


def test_a_damaged_record_is_named(folder: Path, tmp_path: Path) -> None:
    text = (folder / "scan.json").read_text("utf-8").replace('"credits":[{"wire"', '"credits":[{"wirre"', 1)
    (tmp_path / "scan.json").write_text(text, "utf-8")
    with pytest.raises(DataError, match="documents: record 1 is damaged"):
        [*load(tmp_path).documents]


def test_a_missing_result_says_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a folder without one"):
        load(tmp_path)


def test_texts_that_changed_or_went_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(filler(name))
    exports.write_all(scan(tmp_path), tmp_path / "result")
    (tmp_path / "a.txt").write_text(filler("c"))
    (tmp_path / "b.txt").rename(tmp_path / "moved.txt")
    read = load(tmp_path / "result")
    with pytest.raises(InputError, match=r"a\.txt has changed"):
        _ = read.documents[0].document.text
    with pytest.raises(InputError, match="--from"):
        _ = read.documents[1].document.text
    (tmp_path / "moved").mkdir()
    (tmp_path / "moved.txt").rename(tmp_path / "moved" / "b.txt")
    again = load(tmp_path / "result", Sources([tmp_path / "moved"]))
    assert again.documents[1].document.text == filler("b")
    with pytest.raises(InputError, match="is not among"):
        _ = again.documents[0].document.text


# the command


def run(*arguments: object) -> tuple[int, str]:
    done = runner().invoke(main, [str(each) for each in arguments])
    return done.exit_code, done.stdout + done.stderr


@pytest.mark.parametrize("form", exports.FORMATS)
def test_each_format_from_the_command_line(folder: Path, form: str) -> None:
    code, output = run("export", folder, "--to", form)
    assert (code, output) == (0, "".join(exports.FORMATS[form](load(folder))))


def test_tables_from_the_command_line(folder: Path, tmp_path: Path) -> None:
    assert run("export", folder, "--to", "csv", "-o", tmp_path / "csv", "-q") == (0, "")
    assert len([*(tmp_path / "csv").iterdir()]) == 8
    assert run("export", folder, "--to", "csv", "--table", "edges")[1] == (folder / "edges.csv").read_text("utf-8")
    code, output = run("export", folder, "--to", "parquet", "--table", "edges", "-o", tmp_path / "edges.parquet")
    assert code == 0
    assert "Wrote" in output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name a format"),
        (["--to", "csv"], "add -o DIR"),
        (["--to", "parquet", "--table", "edges"], "add -o FILE"),
        (["--to", "dot", "--keep", "longest"], "not dot"),
        (["--to", "dot", "--table", "edges"], "--table is for"),
        (["--to", "dot", "--all"], "add --keep"),
    ],
)
def test_wrong_usage_says_what_to_do(folder: Path, arguments: list[str], said: str) -> None:
    code, output = run("export", folder, *arguments)
    assert code == 2
    assert said in " ".join(output.split())


def test_no_file_is_left_where_the_export_failed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(filler("a"))
    exports.write_all(scan(tmp_path), tmp_path / "result")
    (tmp_path / "a.txt").unlink()
    code, output = run("export", tmp_path / "result", "--keep", "longest", "-o", tmp_path / "corpus.jsonl")
    assert code == 1
    assert "is not there" in output
    assert sorted(each.name for each in tmp_path.iterdir()) == ["result"]
