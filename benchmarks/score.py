"""How many of the true pairs were found, and how many of the found are true."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

Pair = tuple[str, str]


class Score(NamedTuple):
    """Recall and precision; None where nothing was there to be found, or nothing was found."""

    found: int
    recall_80: float | None
    recall_50: float | None
    recall_50_apart: float | None
    recall_planted: float | None
    precision_50: float | None


def score(
    found: Iterable[Pair], truth: Mapping[Pair, float], mass: Collection[str] = (), planted: Iterable[Pair] = ()
) -> Score:
    """Compare pairs with the truth, a Jaccard similarity of at least 0.5 for every true pair.

    ``recall_50_apart`` leaves out pairs of which both are in ``mass``, the articles of stories with very many copies:
    a thousand copies are half a million pairs, easy ones, and would hide all the others.  ``planted`` are copies
    with their sources.

    >>> truth = {("a", "b"): 0.9, ("a", "c"): 0.6, ("b", "c"): 0.5}
    >>> score([("b", "a"), ("c", "a")], truth, {"a", "b"}, [("a", "b"), ("a", "d")])._replace(recall_50=0.67)
    Score(found=2, recall_80=1.0, recall_50=0.67, recall_50_apart=0.5, recall_planted=1.0, precision_50=1.0)
    """
    pairs = {ordered(pair) for pair in found}
    true = {ordered(pair): value for pair, value in truth.items() if value >= 0.5}
    near = {pair for pair, value in true.items() if value >= 0.8}
    apart = {pair for pair in true if not (pair[0] in mass and pair[1] in mass)}
    return Score(
        len(pairs),
        _share(near, pairs),
        _share(true.keys(), pairs),
        _share(apart, pairs),
        _share(true.keys() & {ordered(pair) for pair in planted}, pairs),
        _share(pairs, true.keys()),
    )


def ordered(pair: Pair) -> Pair:
    """The smaller id first."""
    return pair if pair[0] <= pair[1] else (pair[1], pair[0])


def read_pairs(path: Path) -> Iterator[Pair]:
    """The first two columns of a tab-separated file."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            a, b, *_ = line.rstrip("\n").split("\t")
            yield a, b


def pairs_of_clusters(clusters: Iterable[Collection[str]]) -> Iterator[Pair]:
    """Every two members of a cluster are a pair.

    >>> list(pairs_of_clusters([["a", "b", "c"], ["d"]]))
    [('a', 'b'), ('a', 'c'), ('b', 'c')]
    """
    for cluster in clusters:
        yield from combinations(sorted(cluster), 2)


def _share(of: Collection[Pair], among: Collection[Pair]) -> float | None:
    return sum(pair in among for pair in of) / len(of) if of else None
