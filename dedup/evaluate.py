"""Evaluate: how a scan holds against labels, in the measures of the field.

Labels are JSON Lines, in three forms; ids are those of the documents:

    pairs     {"a": ID, "b": ID, "shared": true}          whether b has text that was copied with a's
    pairs     {"a": ID, "b": ID, "relation": "partial"}   the same: "same" and "partial" are shared text
    clusters  {"members": [ID, ...]}                      versions of one text; who is in none is alone
    spans     {"a": ID, "b": ID, "a_span": [0, 99], "b_span": [7, 106]}   one copied passage, in code points

A pair that nobody labelled is not counted.  Precision and recall are those of the labels; PlagDet is that of
Potthast, Stein, Barron-Cedeno and Rosso (2010), macro-averaged; the Rand index is adjusted for chance by Hubert and
Arabie (1985).
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import comb, log2
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from dedup.errors import InputError
from dedup.model import ScanResult

__all__ = ["LINKED", "Labels", "adjusted_rand", "evaluate", "pair_scores", "plagdet", "read_labels"]

LINKED = 15
"""Words of copied passages from which two articles count as sharing text."""
_SHARED = ("same", "partial")
"""Relations of labelled pairs that mean copied text; any other word means none."""
Case = tuple[int, int, int, int]
"""A passage: from and to in a, from and to in b."""
Pair = tuple[str, str]


class Labels(NamedTuple):
    """What people say: pairs that share text or do not, clusters of versions, copied passages."""

    pairs: Mapping[Pair, bool] | None = None
    clusters: Sequence[Sequence[str]] | None = None
    spans: Mapping[Pair, Sequence[Case]] | None = None


def read_labels(
    pairs: str | PathLike[str] | None = None,
    clusters: str | PathLike[str] | None = None,
    spans: str | PathLike[str] | None = None,
) -> Labels:
    """Read files of labels; InputError names the line that is none."""
    found = Labels()
    if pairs is not None:
        found = found._replace(pairs=dict(_rows(pairs, _pair)))
    if clusters is not None:
        found = found._replace(clusters=[*_rows(clusters, _members)])
    if spans is not None:
        cases: dict[Pair, list[Case]] = defaultdict(list)
        for pair, case in _rows(spans, _case):
            cases[pair].append(case)
        found = found._replace(spans=dict(cases))
    return found


def evaluate(result: ScanResult, labels: Labels) -> dict[str, dict[str, float]]:
    """Scores by kind of label.

    >>> from dedup import Document, scan
    >>> text = "The ferry had left Pier Nine at dawn with two hundred people on board and no radio."
    >>> found = scan([Document("1", text), Document("2", text + " It sank."), Document("3", "Rain.")])
    >>> evaluate(found, Labels({("1", "2"): True, ("1", "3"): False}))["pairs"]["f1"]
    1.0
    """
    scores: dict[str, dict[str, float]] = {}
    known = {reading.id for reading in result.documents}
    _all_known(labels, known)
    if labels.pairs is not None:
        words: Counter[Pair] = Counter()
        for match in result.matches:
            words[match.a, match.b] = sum(passage.words for passage in match.passages if passage.kind == "copy")
        scores["pairs"] = pair_scores({pair for pair, count in words.items() if count >= LINKED}, labels.pairs)
    if labels.clusters is not None:
        of_truth = _numbered(labels.clusters, known)
        found = _numbered([group.members for group in result.groups], known)
        named = sorted(known)
        scores["clusters"] = {
            "adjusted_rand": adjusted_rand([of_truth[id] for id in named], [found[id] for id in named]),
            "clusters": float(len(labels.clusters)),
        }
    if labels.spans is not None:
        detections = {
            (match.a, match.b): [(*passage.a, *passage.b) for passage in match.passages if passage.kind == "copy"]
            for match in result.matches
            if (match.a, match.b) in labels.spans
        }
        scores["spans"] = plagdet(labels.spans, detections)
    return scores


def pair_scores(found: Iterable[Pair], labels: Mapping[Pair, bool]) -> dict[str, float]:
    """Precision, recall and F1 of the pairs that are labelled.

    >>> pair_scores([("a", "b"), ("a", "c")], {("a", "b"): True, ("b", "c"): True, ("a", "c"): False})["f1"]
    0.5
    """
    linked = {_ordered(*pair) for pair in found}
    true = sum(shared and pair in linked for pair, shared in labels.items())
    false = sum(not shared and pair in linked for pair, shared in labels.items())
    precision, recall = _part(true, true + false), _part(true, sum(labels.values()))
    return {"precision": precision, "recall": recall, "f1": _harmonic(precision, recall), "pairs": float(len(labels))}


def adjusted_rand(one: Sequence[object], other: Sequence[object]) -> float:
    """Agreement of two clusterings of the same things, each given as a name by thing; 1 where they are the
    same, about 0 where they agree by chance.

    >>> adjusted_rand("aabb", "xxyy"), round(adjusted_rand("aabb", "xyxy"), 2)
    (1.0, -0.5)
    """
    both = sum(comb(n, 2) for n in Counter(zip(one, other, strict=True)).values())
    in_one, in_other = (sum(comb(n, 2) for n in Counter(each).values()) for each in (one, other))
    expected = in_one * in_other / comb(len(one), 2) if len(one) > 1 else 0.0
    most = (in_one + in_other) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def plagdet(truth: Mapping[Pair, Sequence[Case]], found: Mapping[Pair, Sequence[Case]]) -> dict[str, float]:
    """PlagDet, precision, recall and granularity of passages, each passage counting the same.

    >>> plagdet({("a", "b"): [(0, 10, 0, 10)]}, {("a", "b"): [(0, 5, 0, 5)]})
    {'plagdet': 0.6666666666666666, 'precision': 1.0, 'recall': 0.5, 'granularity': 1.0, 'spans': 1.0}
    """
    recalls, precisions, times = [], [], []
    for pair, cases in truth.items():
        for case in cases:
            hits = [other for other in found.get(pair, ()) if _meet(case, other)]
            recalls.append(_covered(case, hits))
            times += [len(hits)] if hits else []
    for pair, cases in found.items():
        for case in cases:
            precisions.append(_covered(case, [other for other in truth.get(pair, ()) if _meet(case, other)]))
    precision, recall = _part(sum(precisions), len(precisions)), _part(sum(recalls), len(recalls))
    granularity = sum(times) / len(times) if times else 1.0
    return {
        "plagdet": _harmonic(precision, recall) / log2(1 + granularity),
        "precision": precision,
        "recall": recall,
        "granularity": granularity,
        "spans": float(len(recalls)),
    }


def _meet(one: Case, other: Case) -> bool:
    return all(max(one[n], other[n]) < min(one[n + 1], other[n + 1]) for n in (0, 2))


def _covered(case: Case, others: Sequence[Case]) -> float:
    """Part of both sides of a passage that others cover."""
    length = sum(case[n + 1] - case[n] for n in (0, 2))
    covered = 0
    for n in (0, 2):
        end = case[n]
        for start, stop in sorted((other[n], other[n + 1]) for other in others):
            covered += max(0, min(stop, case[n + 1]) - max(start, end))
            end = max(end, min(stop, case[n + 1]))
    return covered / length


def _part(some: float, all_: float) -> float:
    return some / all_ if all_ else 0.0


def _harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0


def _numbered(clusters: Iterable[Iterable[str]], known: Iterable[str]) -> dict[str, object]:
    of: dict[str, object] = {id: id for id in known}
    for number, members in enumerate(clusters):
        of.update((member, number) for member in members)
    return of


def _all_known(labels: Labels, known: set[str]) -> None:
    named = {id for pair in (*(labels.pairs or ()), *(labels.spans or ())) for id in pair}
    named.update(id for members in labels.clusters or () for id in members)
    if missing := sorted(named - known):
        raise InputError(
            f"{len(missing)} of {len(named)} labelled documents were not scanned, the first is {missing[0]!r}; "
            "the ids of labels are those of the scan's JSON"
        )


def _ordered(a: str, b: str) -> Pair:
    return (a, b) if a <= b else (b, a)


def _rows(path: str | PathLike[str], read: Any) -> Iterator[Any]:
    with Path(path).open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    yield read(json.loads(line))
                except KeyError as error:
                    missing = f"it has no field {error.args[0]!r}"
                    raise InputError(f"{path}, line {number} is no label: {missing}; see dedup eval --help") from error
                except (ValueError, TypeError, AttributeError) as error:
                    raise InputError(f"{path}, line {number} is no label: {error}; see dedup eval --help") from error


def _pair(row: Mapping[str, Any]) -> tuple[Pair, bool]:
    shared = row["relation"] in _SHARED if "relation" in row else row["shared"]
    if not isinstance(shared, bool):
        raise TypeError("shared is true or false")
    return _ordered(str(row["a"]), str(row["b"])), shared


def _members(row: Mapping[str, Any]) -> list[str]:
    return [str(member) for member in row["members"]]


def _case(row: Mapping[str, Any]) -> tuple[Pair, Case]:
    start, end = map(int, row["a_span"])
    other_start, other_end = map(int, row["b_span"])
    if not (0 <= start < end and 0 <= other_start < other_end):
        raise ValueError("a span is [start, end)")
    a, b = str(row["a"]), str(row["b"])
    if a > b:
        return (b, a), (other_start, other_end, start, end)
    return (a, b), (start, end, other_start, other_end)
