"""Pair: which articles are worth aligning.

Two indexes over sketches.  Signature bands (MinHash-LSH, Broder 1997; Indyk, Motwani 1998): two
articles whose signatures agree in a whole band are a candidate pair of near-duplicate documents.
Anchors (winnowing): two articles that carry the same anchor are a candidate pair for passages.

An anchor or band carried by many articles makes no quadratic number of pairs: its carriers are
chained to the first of them, so that a story printed a thousand times is still found whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

from dedup.model import Sketch
from dedup.settings import Settings

__all__ = ["MAX_CARRIERS", "bands_for", "candidate_pairs", "document_pairs", "passage_pairs"]

MAX_CARRIERS = 64
"""Carriers of one anchor or band up to which each pair of them is a candidate (2,016 pairs)."""

Pair = tuple[int, int]


def candidate_pairs(sketches: Sequence[Sketch], settings: Settings) -> list[Pair]:
    """Pairs ``(i, j)``, ``i < j``, of articles that may share text; sorted.

    With ``settings.until == "documents"`` only near-duplicate documents are looked for.

    >>> from dedup.sketch import shingle_hashes, sketch
    >>> from dedup.text import fold
    >>> texts = ["the quick brown fox jumps over the lazy dog today", "so the quick brown fox jumps over the lazy dog"]
    >>> sketches = [sketch(fold(text), shingle_hashes(fold(text), 5), Settings()) for text in texts]
    >>> candidate_pairs(sketches, Settings())
    [(0, 1)]
    """
    pairs = document_pairs(sketches, settings)
    if settings.until != "documents":
        pairs |= passage_pairs(sketches)
    return sorted(pairs)


def document_pairs(sketches: Sequence[Sketch], settings: Settings) -> set[Pair]:
    """Pairs whose signatures agree in at least one band of ``settings.rows`` values."""
    carriers: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for index, sketch in enumerate(sketches):
        if sketch.signature is None:
            continue
        for band in range(settings.bands):
            part = sketch.signature[band * settings.rows : (band + 1) * settings.rows]
            carriers[band, part.tobytes()].append(index)
    return _pairs(carriers.values())


def passage_pairs(sketches: Sequence[Sketch]) -> set[Pair]:
    """Pairs that carry a common anchor; complete for runs of ``shingle + window - 1`` words
    among anchors of at most ``MAX_CARRIERS`` carriers."""
    carriers: dict[int, list[int]] = defaultdict(list)
    for index, sketch in enumerate(sketches):
        for anchor in set(sketch.anchors.tolist()):
            carriers[anchor].append(index)
    return _pairs(carriers.values())


def bands_for(threshold: float, permutations: int = 128) -> tuple[int, int]:
    """Bands and rows that datasketch's optimiser gives for a Jaccard threshold (takes a second:
    it imports scipy).

    >>> bands_for(0.5)
    (25, 5)
    """
    from datasketch import MinHashLSH

    lsh = MinHashLSH(threshold=threshold, num_perm=permutations)
    return lsh.b, lsh.r


def _pairs(carriers: Iterable[list[int]]) -> set[Pair]:
    pairs: set[Pair] = set()
    for members in carriers:
        if len(members) <= MAX_CARRIERS:
            pairs.update(combinations(members, 2))
        else:
            pairs.update((members[0], other) for other in members[1:])
    return pairs
