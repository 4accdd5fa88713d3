"""Comparing: what the articles of some questions share, as ``dedup.verify`` finds it, without what millions need.

A question has a handful of pairs; to put them in an order that saves memory, to cut them in portions and to join what
was found would take as long as to compare them.  Nor does each question get memory of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dedup.article import Article
from dedup.batch import Comparisons
from dedup.columns import begins, unique
from dedup.copying import supported
from dedup.engine import engine
from dedup.matches import EXCERPT, NEAR_DUPLICATE, Matches
from dedup.settings import Settings
from dedup.verify import verify

__all__ = ["compared"]

_MANY = 1 << 22
"""Words of all texts from which on they are compared as those of a scan, in portions."""
_FEW = 1 << 18
"""Words up to which the memory that it takes to compare them is kept for the next question: some 20 MB."""

_I32 = npt.NDArray[np.int32]
_U64 = npt.NDArray[np.uint64]
_HIGH, _LOW = np.uint64(32), np.uint64(0xFFFF_FFFF)


class _Shelves(threading.local):
    """Memory to compare in, of each thread, by the name of the engine."""

    def __init__(self) -> None:
        self.by_engine: dict[str, object] = {}


_shelves = _Shelves()


def compared(articles: Sequence[Article], pairs: _U64, settings: Settings, jobs: int = 1) -> Matches:
    """As ``verify``: the pairs, sorted, that share something, and what.

    >>> from dedup.article import whole
    >>> from dedup.model import Document
    >>> words = "nine people were hurt when a tram left its rails near the harbour early on Monday"
    >>> two = [whole(Document(name, words)) for name in "ab"]
    >>> compared(two, np.array([1], np.uint64), Settings(until="passages"))[0].relation
    'identical'
    """
    if not len(pairs):
        return _matches([article.id for article in articles], *_NO_PAIRS)
    a, b = (pairs >> _HIGH).astype(np.int64), (pairs & _LOW).astype(np.int64)
    used = unique(np.concatenate([a, b]))
    some = [articles[number] for number in used.tolist()]
    words = sum(article.words for article in some)
    if settings.memory is not None or words > _MANY:
        return verify(articles, pairs, settings, jobs, lambda _: None)
    places = np.stack([used.searchsorted(a), used.searchsorted(b)], axis=1).astype(np.int32)
    texts = [article.document.text for article in some]
    bodies = None if all(article.body is None for article in some) else [article.spans for article in some]
    # As in a scan: a fixed order makes the result symmetric whatever the documents are called.
    turned = [texts[two] < texts[one] for one, two in places.tolist()]
    work = engine(settings.engine)
    known = _shelves.by_engine
    shelf = known.get(settings.engine) or work.shelf()
    if words <= _FEW:
        known[settings.engine] = shelf
    found = work.comparisons(texts, bodies, places, turned, settings, shelf)
    judged = None
    if settings.until == "provenance":
        credits = [article.credits for article in some]
        judged = _supported(work.judgements(texts, bodies, credits, places, turned, found), found, turned)
    return _matches([article.id for article in articles], a, b, found, judged)


_TABLES = Comparisons(*(np.empty((0, columns), np.int32) for columns in (5, 5, 7)))
_NO_PAIRS = np.empty(0, np.int64), np.empty(0, np.int64), _TABLES, None


def _supported(judged: _I32, found: Comparisons, turned: Sequence[bool]) -> _I32:
    counts = found.matches[:, 4]
    of = np.arange(len(counts), dtype=np.int32).repeat(counts)
    ends = begins(found.passages[:, 0])
    first, last = found.blocks[ends[:-1]], found.blocks[ends[1:] - 1]
    sides = [np.stack([first[:, side], last[:, side] + last[:, 2]], axis=1) for side in (0, 1)]
    exchange = np.array(turned, np.bool_)[of][:, None]
    words = np.concatenate([np.where(exchange, *sides[::-1]), np.where(exchange, *sides)], axis=1)
    return supported(judged, words, of)


def _matches(
    ids: Sequence[str], a: npt.NDArray[np.int64], b: npt.NDArray[np.int64], found: Comparisons, judged: _I32 | None
) -> Matches:
    """What there is to report: pairs that share a passage, or most of their shingles."""
    identical, common, in_a, in_b, passages = found.matches.T
    same = identical > 0
    # Below one shingle there is nothing to count, but equal texts are equal.
    jaccard = np.where(same, 1.0, common / np.maximum(in_a + in_b - common, 1))
    a_in_b = np.where(same, 1.0, common / np.maximum(in_a, 1))
    b_in_a = np.where(same, 1.0, common / np.maximum(in_b, 1))
    near = (jaccard >= NEAR_DUPLICATE) | (common / np.maximum(np.minimum(in_a, in_b), 1) >= EXCERPT)
    kept = (same | (passages > 0) | near).nonzero()[0]
    return Matches(
        ids,
        a[kept].astype(np.int32),
        b[kept].astype(np.int32),
        same[kept],
        jaccard[kept],
        a_in_b[kept],
        b_in_a[kept],
        begins(passages[kept]),
        found.passages[:, 1:],
        begins(found.passages[:, 0]),
        found.blocks,
        judged,
    )
