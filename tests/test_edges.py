"""Unusual inputs: nothing, one, all alike, damaged, huge, hostile."""

import gzip
import json

import pytest

from dedup import DedupError, Document, Settings, scan

TEXT = (
    "The ferry had left Pier Nine at dawn with two hundred people on board. "
    "Nobody had counted the lifeboats since the refit in Gdansk four winters ago.\n"
    "Its captain told the inquiry that the bow door alarm had been switched off."
)


def test_no_file(tmp_path):
    with pytest.raises(DedupError, match="nothing to scan"):
        scan(tmp_path)
    with pytest.raises(DedupError, match="nothing to scan"):
        scan([])


def test_one_file(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT)
    result = scan(tmp_path)
    assert [reading.id for reading in result.documents] == ["a.txt"]
    assert result.matches == ()
    assert result.strands == ()


def test_one_file_with_an_empty_one(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.txt").write_bytes(b"")
    result = scan(tmp_path)
    assert len(result.documents) == 1
    assert [skipped.path.rsplit("/", 1)[-1] for skipped in result.skipped] == ["b.txt"]
    assert "empty" in result.skipped[0].reason


def test_only_an_empty_file(tmp_path):
    (tmp_path / "b.txt").write_bytes(b"")
    with pytest.raises(DedupError, match=r"b\.txt: .*empty"):
        scan(tmp_path)


def test_five_identical_files(tmp_path):
    for name in "abcde":
        (tmp_path / f"{name}.txt").write_text(TEXT)
    result = scan(tmp_path)
    assert [(group.id, len(group.members)) for group in result.groups] == [("a.txt", 5)]
    assert len(result.matches) == 10
    assert {match.relation for match in result.matches} == {"identical"}
    # One witness, and it credits nobody: no wire is named.
    assert result.strands == ()
    assert [edge.kind for edge in result.graph.edges] == ["version"] * 4
    assert {reading.shared_words for reading in result.documents} == {41}


def test_copies_of_a_credited_story_are_credited(tmp_path):
    (tmp_path / "a.txt").write_text("LONDON (Reuters) - " + TEXT)
    (tmp_path / "b.txt").write_text(TEXT)
    result = scan(tmp_path)
    [edge] = [e for e in result.graph.edges if e.kind == "text" and e.target == "doc:b.txt"]
    assert edge.source == "wire:reuters"
    assert {reading.id: reading.flags for reading in result.documents} == {"a.txt": (), "b.txt": ("uncredited-copy",)}


def test_empty_documents_are_documents():
    result = scan([Document("a", ""), Document("b", " \n\t"), Document("c", "…")])
    assert [reading.words for reading in result.documents] == [0, 0, 0]
    assert result.matches == ()
    assert all("no-text" in reading.flags for reading in result.documents)


def test_two_documents_with_one_id_are_refused():
    with pytest.raises(DedupError, match="two documents have the id 'a'"):
        scan([Document("a", "x"), Document("a", "y")])


def test_damaged_inputs_are_listed_and_the_others_go_on(tmp_path):
    (tmp_path / "good.txt").write_text(TEXT)
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(json.dumps({"id": "1", "text": TEXT}).encode() * 99)[:60])
    lines = [json.dumps({"id": str(n), "text": TEXT}) for n in range(3)]
    (tmp_path / "lines.jsonl").write_text("\n".join([*lines[:1], '{"id": broken', *lines[1:]]))
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    result = scan(tmp_path)
    assert {reading.id for reading in result.documents} == {"good.txt", "0", "1", "2"}
    reasons = {each.path.rsplit("/", 1)[-1]: each.reason for each in result.skipped}
    assert set(reasons) == {"binary.txt", "cut.jsonl.gz", "lines.jsonl", "loop", "gone.txt"}
    assert "line 2" in reasons["lines.jsonl"]


def test_a_line_of_fifty_megabytes(tmp_path):
    from dedup import read

    (tmp_path / "long.txt").write_bytes(b"a" * 50_000_000)
    [document] = read(tmp_path)
    assert len(document.text) == 50_000_000
    result = scan([document, Document("other", TEXT)], Settings())
    assert {reading.id: reading.words for reading in result.documents} == {"long.txt": 1, "other": 41}


def test_another_encoding_is_detected_and_stated(tmp_path):
    text = "Der Bürgermeister erklärte, die Brücke über den Fluß werde für Fußgänger gesperrt. " * 5
    (tmp_path / "latin.txt").write_bytes(text.encode("windows-1252"))
    (tmp_path / "wide.txt").write_bytes(text.encode("utf-16"))
    result = scan(tmp_path)
    assert [reading.document.text for reading in result.documents] == [text, text]
    encodings = [reading.document.metadata["encoding"].lower() for reading in result.documents]
    assert encodings[0] in ("cp1252", "windows-1252", "iso-8859-1")
    assert encodings[1].startswith("utf-16")
    assert result.matches[0].relation == "identical"


def test_scripts_without_spaces_are_compared():
    shared = "習近平国家主席とプーチン大統領は北京で会談し両国の協力を深めることで一致した"
    result = scan([Document("a", shared + "。東京では雨が降った。"), Document("b", "昨日の記事。" + shared + "。")])
    assert result.matches[0].passages[0].words >= len(shared) - 2


def test_a_wire_of_its_own_site_is_no_copy_of_itself():
    document = Document("a", "LONDON (Reuters) - " + TEXT, outlet="Reuters", url="https://www.reuters.com/world/ferry/")
    result = scan([document, Document("b", TEXT)])
    assert "credits-another-wire" not in result.documents[0].flags
