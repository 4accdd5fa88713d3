"""The scorer and the count of true pairs of ``benchmarks/``, on examples small enough to do by hand."""

import json
import re
import sys
from itertools import combinations
from pathlib import Path

import pytest

from dedup.bench import articles

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(autouse=True)
def scripts(monkeypatch):
    """The scripts import each other by their bare names."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(BENCHMARKS)
    yield
    for name in set(sys.modules) - before:
        if (BENCHMARKS / f"{name}.py").exists():
            del sys.modules[name]


def lines(path, texts):
    path.write_text("".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in texts.items()), "utf-8")
    return path


def test_score_by_hand():
    from score import score

    truth = {("a", "b"): 1.0, ("a", "c"): 0.8, ("b", "c"): 0.79, ("d", "e"): 0.5, ("e", "f"): 0.49}
    found = [("b", "a"), ("a", "b"), ("c", "b"), ("x", "y"), ("e", "f")]  # two true, one of them twice, two false
    result = score(found, truth, mass={"a", "b"})
    assert result.found == 4
    assert result.recall_80 == 1 / 2
    assert result.recall_50 == 2 / 4
    assert result.recall_50_apart == 1 / 3
    assert result.precision_50 == 2 / 4


def test_nothing_found_and_nothing_to_find():
    from score import score

    assert score([], {("a", "b"): 0.9}) == (0, 0.0, 0.0, 0.0, None, None)
    assert score([("a", "b")], {}) == (1, None, None, None, None, 0.0)


def test_pairs_are_read_back_and_clusters_spread(tmp_path):
    from score import pairs_of_clusters, read_pairs

    (tmp_path / "p.tsv").write_text("a\tb\t0.7\nc\td\t1.0000\n")
    assert list(read_pairs(tmp_path / "p.tsv")) == [("a", "b"), ("c", "d")]
    assert sorted(pairs_of_clusters([{"c", "a", "b"}])) == [("a", "b"), ("a", "c"), ("b", "c")]


def test_true_pairs_by_hand(tmp_path):
    from truth import exact_pairs

    words = [f"w{n}" for n in range(12)]
    one = " ".join(words)  # 8 shingles
    two = " ".join(words[:10])  # 6 of them: 6 of 8
    three = " ".join([*words[:9], "other", "end"])  # 5 of them, and 2 of its own: 5 of 10, with two 5 of 8
    path = lines(
        tmp_path / "a.jsonl", {"one": one, "two": two.upper(), "three": three, "none": "too short", "empty": ""}
    )
    assert sorted(exact_pairs(path)) == [("one", "three", 0.5), ("one", "two", 0.75), ("two", "three", 0.625)]


def test_true_pairs_are_all_pairs(tmp_path):
    from truth import exact_pairs

    texts = {document.id: document.text for document in articles(120, seed=9)}
    path = lines(tmp_path / "a.jsonl", texts)
    sets = {}
    for name, text in texts.items():
        words = re.findall(r"\w+", text.lower())
        sets[name] = {tuple(words[n : n + 5]) for n in range(len(words) - 4)}
    every = {(a, b): len(sets[a] & sets[b]) / len(sets[a] | sets[b]) for a, b in combinations(texts, 2)}
    for threshold in (0.3, 0.5, 0.8):
        found = {(a, b): value for a, b, value in exact_pairs(path, threshold=threshold)}
        assert found == {pair: value for pair, value in every.items() if value >= threshold}
    assert len(found) > 5


# the newsroom


def test_masking_hides_lines_and_changes_nothing_else():
    from newsroom import room

    shown, hidden = room(4, seed=3), room(4, seed=3, hidden=0.9)
    assert [each.document.id for each in shown.printed] == [each.document.id for each in hidden.printed]
    assert sum(each.credited for each in hidden.printed) < sum(each.credited for each in shown.printed) / 2
    for one, two in zip(shown.printed, hidden.printed, strict=True):
        assert two.document.text in one.document.text
        assert not {"\x01", "\x02"} & set(one.document.text)
        assert one.wires == two.wires
    assert {"copy", "merged", "own", "scraped"} <= {each.kind for each in shown.printed}


def test_masked_credits_are_named_right():
    from masking import curve, error, measured

    found = measured(8, [1], 0.5, False)
    assert found["asked"] > 30
    assert found["right"] >= 0.95
    assert found["abstained"] <= found["unnamed"] + 0.15
    assert found["statements_called_copies"] <= 0.05 * found["statements"]
    assert error([(10, 0.9, 1.0), (10, 0.5, 0.5)]) == pytest.approx(0.05)
    assert curve([]) == []
