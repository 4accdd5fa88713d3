"""The journey: inputs, stages, progress."""

import random
from pathlib import Path

import pytest

from dedup import Document, Settings, compare, scan
from dedup.bench import articles
from dedup.corpus import Texts
from tests.newsroom import SEEDS

TEXT = "The ferry had left Pier Nine at dawn with two hundred people and eleven lorries on board."


def test_paths_and_documents_can_be_mixed(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT)
    result = scan([tmp_path, Document("b", "Witnesses said: " + TEXT)])
    assert [reading.id for reading in result.documents] == ["a.txt", "b"]
    assert result.matches[0].relation == "near-duplicate"


@pytest.mark.parametrize("given", [SEEDS, str(SEEDS), [SEEDS], sorted(SEEDS.glob("*.txt"))])
def test_one_path_or_several(given):
    assert len(scan(given).documents) == 5


def test_progress_counts_up_to_the_end():
    seen = []
    scan(SEEDS, progress=lambda stage, done, total: seen.append((stage, done, total)))
    stages = list(dict.fromkeys(stage for stage, _, _ in seen))
    assert stages == ["read", "pair", "align", "trace", "draw"]
    assert seen[0] == ("read", 0, 0)
    assert ("read", 5, 0) in seen
    done, total = [(done, total) for stage, done, total in seen if stage == "align"][-1]
    assert done == total > 0


def test_timings_name_the_stages():
    assert set(scan(SEEDS).timings) == {"read", "pair", "align", "trace", "draw"}


def test_until_stops_the_journey():
    documents = scan(SEEDS, Settings(until="documents"))
    assert not documents.matches
    passages = scan(SEEDS, Settings(until="passages"))
    assert passages.matches
    assert passages.strands == ()
    assert passages.graph.edges == ()
    assert all(reading.credits == () for reading in passages.documents)


def json_of(result):
    return result.to_json().split('"timings"')[0]


@pytest.mark.parametrize("until", ["documents", "passages", "provenance"])
def test_threads_memory_and_order_make_no_difference(until, monkeypatch):
    documents = list(articles(120, seed=3))
    expected = json_of(scan(documents, Settings(until=until, jobs=1)))
    assert '"a"' in expected
    monkeypatch.setattr("dedup.intake._PORTION", 7)
    monkeypatch.setattr("dedup.verify._FEWEST", 5)
    monkeypatch.setattr("dedup.verify._PAIRS", 7)
    monkeypatch.setattr("dedup.intake.Texts", lambda _: Texts(1000))
    for jobs, memory in ((1, 1), (3, 100_000), (2, None)):
        shuffled = random.Random(jobs).sample(documents, len(documents))
        assert json_of(scan(iter(shuffled), Settings(until=until, jobs=jobs, memory=memory))) == expected


def test_counts():
    counts = scan(SEEDS).counts
    assert (counts["documents"], counts["strands"], counts["skipped"]) == (5, 2, 0)


def test_compare_takes_strings_and_documents_whole():
    furniture = "Read more\n\n"
    found = compare(furniture + TEXT, Document("x", furniture + TEXT))
    assert (found.a, found.b) == ("a", "x")
    assert found.relation == "identical"
    assert found.passages[0].a.start == 0  # boilerplate is not cut
    assert compare("one", "another").passages == ()


def test_min_words_is_honoured():
    other = "Then the ferry had left Pier Nine at dawn, alone."
    assert compare(TEXT, other).passages[0].words == 8
    assert compare(TEXT, other, Settings(min_words=9)).passages == ()


def test_a_folder_given_twice_is_read_once():
    assert len(scan([SEEDS, SEEDS, Path(str(SEEDS) + "/.")]).documents) == 5


def test_where_a_scan_stops_documents_are_the_same(tmp_path):
    lines = [
        '{"text": "Rain in Rome all day.", "title": "Rain", "fields": {"byline": "ANSA"}, "extra": [1]}',
        '{"id": 7, "text": "Sun in Oslo.", "outlet": null, "published": "2026-01-02"}',
        '{"id": "7", "text": "Sun in Oslo again."}',
        '{"id": 1e400, "text": "x"}',
        '{"text": 5}',
        '{"id": 100000000000000000000, "text": "Snow."}',
        "",
        '{"id": "", "text": "Hail."}',
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    (tmp_path / "b.txt").write_text("Fog in the valley.")
    paths = [tmp_path, Document("d", "Wind.", metadata={"path": "x"})]
    stopped = {until: scan(paths, Settings(until=until)) for until in ("documents", "passages", "provenance")}
    found = {until: [each.document for each in result.documents] for until, result in stopped.items()}
    assert found["documents"] == found["passages"] == found["provenance"]
    assert {each.id for each in found["documents"]} > {"7", "d", "b.txt", "a.jsonl:1", "100000000000000000000"}
    assert len(found["documents"]) == 7
    assert stopped["documents"].skipped == stopped["provenance"].skipped
    assert len(stopped["documents"].skipped) == 2


@pytest.mark.parametrize("until", ["documents", "provenance"])
def test_ids_of_other_portions_are_taken_too(tmp_path, until):
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text('{"id": "7", "text": "Rain in Rome."}\n{"id": "8", "text": "Sun."}')
    found = [each.document.id for each in scan(tmp_path, Settings(until=until)).documents]
    assert found == ["7", f"7@{tmp_path / 'b.jsonl'}:1", "8", f"8@{tmp_path / 'b.jsonl'}:2"]
