"""Evaluate: the measures by hand, labels that are none, and the floors of what ships with the project."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup import Document, scan
from dedup.cli import main
from dedup.errors import InputError
from dedup.evaluate import Labels, adjusted_rand, evaluate, pair_scores, plagdet, read_labels
from dedup.floors import checks
from tests.newsroom import ONE, SEEDS, filler, runner

FLOORS = Path(__file__).parents[1] / "benchmarks" / "floors.json"
SHARED = Path(__file__).parents[2] / "shared" / "data"


def run(*arguments):
    return runner().invoke(main, ["eval", *map(str, arguments)])


def test_pairs_that_nobody_labelled_do_not_count():
    labels = {("a", "b"): True, ("a", "c"): True, ("b", "c"): False}
    assert pair_scores({("a", "b"), ("c", "b"), ("x", "y")}, labels) == {
        "precision": 0.5,
        "recall": 0.5,
        "f1": 0.5,
        "pairs": 3.0,
    }


@given(st.lists(st.integers(0, 3), min_size=2, max_size=20))
def test_a_clustering_agrees_with_itself_whatever_its_names(labels):
    assert adjusted_rand(labels, [str(label * 7) for label in labels]) == pytest.approx(1.0)


def test_adjusted_rand_of_hubert_and_arabie():
    # Pairs together: 3 in both, 6 and 5 in one; 15 pairs in all: (3 - 2) / (5.5 - 2).
    assert adjusted_rand([1, 1, 1, 2, 2, 2], [1, 1, 1, 1, 2, 3]) == pytest.approx((3 - 6 * 6 / 15) / (6 - 6 * 6 / 15))


def test_two_detections_of_one_passage_cost_granularity():
    whole = plagdet({("a", "b"): [(0, 100, 0, 100)]}, {("a", "b"): [(0, 100, 0, 100)]})
    halves = plagdet({("a", "b"): [(0, 100, 0, 100)]}, {("a", "b"): [(0, 50, 0, 50), (50, 100, 50, 100)]})
    assert whole["plagdet"] == 1.0
    assert halves == {**whole, "granularity": 2.0, "plagdet": pytest.approx(0.6309, abs=1e-4)}


def test_detections_that_overlap_cover_a_passage_once():
    found = plagdet({("a", "b"): [(0, 100, 0, 100)]}, {("a", "b"): [(0, 60, 0, 60), (40, 80, 40, 80)]})
    assert found["recall"] == 0.8


def test_spans_and_clusters_of_a_scan():
    result = scan(
        [Document("a", f"{ONE} {filler('x')}"), Document("b", f"{ONE} {filler('x')} Rain."), Document("c", "Sun")]
    )
    spans = {("a", "b"): [(0, len(result.documents[0].document.text), 0, len(result.documents[0].document.text))]}
    found = evaluate(result, Labels(clusters=[["a", "b"]], spans=spans))
    assert found["clusters"]["adjusted_rand"] == 1.0
    assert found["spans"]["plagdet"] > 0.99


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{", "line 2"),
        ('{"a": "x"}', "line 2"),
        ('{"a": "x", "b": "y", "shared": 1}', "true or false"),
        ("[]", "line 2"),
        ("\x00", "line 2"),
    ],
)
def test_what_is_no_label_is_refused_with_its_line(row, says, tmp_path):
    file = tmp_path / "pairs.jsonl"
    file.write_text(f'{{"a": "x", "b": "y", "shared": true}}\n{row}\n', "utf-8")
    with pytest.raises(InputError, match=says):
        read_labels(pairs=file)


def test_a_span_the_wrong_way_round_is_refused(tmp_path):
    file = tmp_path / "spans.jsonl"
    file.write_text('{"a": "x", "b": "y", "a_span": [9, 3], "b_span": [0, 4]}', "utf-8")
    with pytest.raises(InputError, match="span"):
        read_labels(spans=file)


def test_labels_of_documents_that_are_not_there_are_refused(tmp_path):
    file = tmp_path / "pairs.jsonl"
    file.write_text('{"a": "nobody", "b": "y", "shared": true}', "utf-8")
    done = run(SEEDS, "--pairs", file, "-q")
    assert done.exit_code == 1
    assert "'nobody'" in done.stdout + done.stderr


def test_the_floors_of_what_ships_hold():
    found = [check for check in checks(FLOORS) if check.score is not None]
    assert {check.set for check in found} >= {"seeds"}
    assert len(found) >= 6
    assert [check for check in found if not check.holds] == []


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the shared data is not there")
def test_the_floors_of_the_shared_data_hold():
    assert all(check.holds and check.score is not None for check in checks(FLOORS, SHARED))


def one_set(tmp_path, **changes):
    file = json.loads(FLOORS.read_text("utf-8"))
    chosen = next(each for each in file["sets"] if each["name"] == "seeds")
    chosen |= {"documents": str(SEEDS), "pairs": str(FLOORS.parent / chosen["pairs"])}
    chosen |= {"spans": str(FLOORS.parent / chosen["spans"])} | changes
    path = tmp_path / "floors.json"
    path.write_text(json.dumps({"sets": [chosen]}), "utf-8")
    return path


def test_a_missed_floor_fails(tmp_path):
    done = run("--floors", one_set(tmp_path, floors={"spans.recall": {"floor": 0.999, "best": 0.999}}))
    assert done.exit_code == 1
    assert "MISSED" in done.stdout + done.stderr
    assert "below 0.999" in done.stdout + done.stderr


def test_lowering_a_floor_needs_a_reason(tmp_path):
    lowered = {"floor": 0.5, "best": 0.9}
    done = run("--floors", one_set(tmp_path, floors={"spans.recall": lowered}))
    assert done.exit_code == 1
    assert "no reason" in done.stdout + done.stderr
    assert run("--floors", one_set(tmp_path, floors={"spans.recall": lowered | {"reason": "x"}})).exit_code == 0


def test_other_data_than_that_of_the_digest_is_refused(tmp_path):
    done = run("--floors", one_set(tmp_path, digest="0" * 64))
    assert done.exit_code == 1
    assert "digest" in done.stdout + done.stderr


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"sets": [{}]}', '{"sets": 5}'])
def test_what_is_no_file_of_floors_is_refused(content, tmp_path):
    path = tmp_path / "floors.json"
    path.write_text(content, "utf-8")
    done = run("--floors", path)
    assert done.exit_code == 1
    assert "no file of floors" in done.stdout + done.stderr


@pytest.mark.parametrize(
    "arguments", [[], [SEEDS], [SEEDS, "--floors", FLOORS], ["--floors", FLOORS, "--pairs", FLOORS]]
)
def test_what_makes_no_sense_is_wrong_usage(arguments):
    assert run(*arguments).exit_code == 2


def test_json_and_table(tmp_path):
    pairs = FLOORS.parent / "labels" / "seeds.pairs.jsonl"
    assert json.loads(run(SEEDS, "--pairs", pairs, "--format", "json", "-q").stdout)["pairs"]["f1"] == 1.0
    assert "precision" in run(SEEDS, "--pairs", pairs, "-q").stdout
