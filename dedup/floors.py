"""Floors: scores that must not fall, held in a file with the digest of what they were measured on."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from dedup.bench.generate import articles, truth
from dedup.errors import InputError
from dedup.evaluate import Labels, Pair, evaluate, read_labels
from dedup.model import Document
from dedup.pipeline import scan

__all__ = ["Check", "checks"]

_ONE_TEXT = ("edited", "identical", "version", "mass")
"""Planted relations that make versions of one text."""
_ARTICLES = (".txt", ".jsonl", ".gz")


class Check(NamedTuple):
    """One floor of one set; ``score`` is None where the data is not there, and ``why`` says so."""

    set: str
    measure: str
    floor: float
    score: float | None
    why: str = ""

    @property
    def holds(self) -> bool:
        """Whether the score is not below the floor; what cannot be measured fails nothing."""
        return self.score is None or self.score >= self.floor


def checks(path: str | PathLike[str], data: str | PathLike[str] | None = None) -> Iterator[Check]:
    """Measure every set of a file of floors.

    A set names its ``documents`` (a path beside the file) and labels, or how many articles are ``generated``; one with
    ``"shared": true`` lies in ``data``, and is passed over where that is not.  InputError if the data is not what its
    digest says, or if a floor was lowered below its ``best`` without a ``reason``.
    """
    home = Path(path).parent
    for each in _sets(path):
        floors: dict[str, dict[str, Any]] = each["floors"]
        for measure, floor in floors.items():
            if floor["floor"] < floor["best"] and not floor.get("reason"):
                raise InputError(
                    f"{path}: {each['name']}, {measure}: the floor {floor['floor']} is below the best {floor['best']} "
                    "that was held, and no reason is given; write one, or raise it again"
                )
        root = Path(data) if each.get("shared") and data is not None else home
        if each.get("shared") and (data is None or not (root / each["documents"]).exists()):
            why = "not there: --data"
            yield from (Check(each["name"], measure, floor["floor"], None, why) for measure, floor in floors.items())
            continue
        scores = _scores(each, root, path)
        for measure, floor in floors.items():
            kind, _, name = measure.partition(".")
            if name not in scores.get(kind, {}):
                raise InputError(f"{path}: {each['name']} has no measure {measure!r}")
            yield Check(each["name"], measure, floor["floor"], scores[kind][name])


def _sets(path: str | PathLike[str]) -> list[dict[str, Any]]:
    try:
        with Path(path).open(encoding="utf-8") as file:
            found: list[dict[str, Any]] = json.load(file)["sets"]
        for each in found:
            _ = each["name"], each["digest"], [(floor["floor"], floor["best"]) for floor in each["floors"].values()]
            if "generated" not in each:
                _ = each["documents"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} is no file of floors: {error!r}") from error
    return found


def _scores(each: dict[str, Any], root: Path, path: str | PathLike[str]) -> dict[str, dict[str, float]]:
    digest = hashlib.sha256()
    if "generated" in each:
        documents = [*articles(each["generated"])]
        for document in documents:
            digest.update(f"{document.id}\0{document.text}\0".encode())
        _same(digest.hexdigest(), each, path)
        return _of_generated(documents)
    labels = {kind: root / each[kind] for kind in ("pairs", "clusters", "spans") if kind in each}
    for file in sorted({*_files(root / each["documents"]), *labels.values()}, key=lambda file: file.name):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    _same(digest.hexdigest(), each, path)
    return evaluate(scan(root / each["documents"]), read_labels(**labels))


def _files(path: Path) -> list[Path]:
    return [file for file in path.rglob("*") if file.suffix in _ARTICLES] if path.is_dir() else [path]


def _same(digest: str, each: dict[str, Any], path: str | PathLike[str]) -> None:
    if digest != each["digest"]:
        raise InputError(
            f"{path}: the data of {each['name']!r} is not that of its floors: its digest is {digest}, not "
            f"{each['digest']}; measure again, and write both into the file"
        )


def _of_generated(documents: Sequence[Document]) -> dict[str, dict[str, float]]:
    """Scores against what was planted: a pair is wrong where the two have no text of one source."""
    planted = [*truth(len(documents))]
    result = scan(documents)
    texts, sources = _components(_pairs_of(planted, _ONE_TEXT)), _components((each.a, each.b) for each in planted)
    taken = (each for each in planted if each.kind != "template" and (each.kind != "shares" or each.sentences))
    pairs: dict[Pair, bool] = {(each.a, each.b): True for each in taken}
    for match in result.matches:
        if sources.get(match.a, match.a) != sources.get(match.b, match.b):
            pairs[match.a, match.b] = False
    clusters: dict[str, list[str]] = defaultdict(list)
    for id, root in texts.items():
        clusters[root].append(id)
    return evaluate(result, Labels(pairs, [*clusters.values()]))


def _pairs_of(planted: Sequence[Any], kinds: Sequence[str]) -> Iterator[Pair]:
    """The pairs of some kinds."""
    return ((each.a, each.b) for each in planted if each.kind in kinds)


def _components(pairs: Any) -> dict[str, str]:
    """For each id that is in a pair, the first of those that it hangs together with."""
    root: dict[str, str] = {}

    def find(id: str) -> str:
        while root.setdefault(id, id) != id:
            root[id] = id = root[root[id]]
        return id

    for a, b in pairs:
        low, high = sorted((find(a), find(b)))
        root[high] = low
    return {id: find(id) for id in list(root)}
