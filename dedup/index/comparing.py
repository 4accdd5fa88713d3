"""Comparing: what the articles of some questions share, as ``dedup.verify`` finds it, without what millions need.

A question has a handful of pairs; to put them in an order that saves memory, to cut them in portions and to join what
was found would take as long as to compare them.  Nor does each question get memory of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dedup.article import Article, ids_of
from dedup.batch import Comparisons
from dedup.columns import unique
from dedup.copying import Counts
from dedup.engine import engine
from dedup.matches import Matches
from dedup.settings import Settings
from dedup.verify import judgements, kept, matches_of, verify

__all__ = ["compared"]

_MANY = 1 << 22
"""Words of all texts from which on they are compared as those of a scan, in portions."""
_FEW = 1 << 18
"""Words up to which the memory that it takes to compare them is kept for the next question: some 20 MB."""

_U64 = npt.NDArray[np.uint64]
_HIGH, _LOW = np.uint64(32), np.uint64(0xFFFF_FFFF)


class _Shelves(threading.local):
    """Memory to compare in, of each thread, by the name of the engine."""

    def __init__(self) -> None:
        self.by_engine: dict[str, object] = {}


_shelves = _Shelves()


def compared(
    articles: Sequence[Article],
    pairs: _U64,
    settings: Settings,
    jobs: int = 1,
    notes: list[bytes | None] | None = None,
) -> Matches:
    """As ``verify``: the pairs, sorted, that share something, and what.

    ``notes`` are what the judge has seen of each article before; what it sees now is put there.

    >>> from dedup.article import whole
    >>> from dedup.model import Document
    >>> words = "nine people were hurt when a tram left its rails near the harbour early on Monday"
    >>> two = [whole(Document(name, words)) for name in "ab"]
    >>> compared(two, np.array([1], np.uint64), Settings(until="passages"))[0].relation
    'identical'
    """
    if not len(pairs):
        return matches_of(ids_of(articles), pairs, _TABLES, None)
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
    if settings.until == "provenance" and not len(found.passages):
        judged = np.empty((0, len(Counts._fields)), np.int32)
    elif settings.until == "provenance":
        credits = [article.credits for article in some]
        notes = [None] * len(articles) if notes is None else notes
        noted = [notes[number] for number in used.tolist()]
        judged = judgements(texts, bodies, credits, places, turned, found, work, shelf, notes=noted)
        for number, note in zip(used.tolist(), noted, strict=True):
            notes[number] = note
    batch = kept(found, judged, None)
    return matches_of(ids_of(articles), pairs[batch.kept], batch.found, judged)


_TABLES = Comparisons(*(np.empty((0, columns), np.int32) for columns in (5, 5, 7)))
