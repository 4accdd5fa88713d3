"""Incoming: what is new of the articles that come, read, cleaned, credited, sketched and packed for a store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.article import Article
from dedup.batch import NUMBER_BITS, Keys
from dedup.engine import engine
from dedup.index.keys import MASK, joined
from dedup.index.pack import content, encoded, entry, source
from dedup.index.prints import prints
from dedup.index.records import Added, Entry
from dedup.index.store import Store
from dedup.intake import prepared
from dedup.model import Document, Skipped
from dedup.readers import Portion
from dedup.settings import Settings

__all__ = ["Batch", "Fresh", "bands_of", "fresh"]

_U64 = npt.NDArray[np.uint64]
_HASH = np.uint64(32)
"""The upper half of a key: 32 of the 40 bits of a hash."""


class Fresh(NamedTuple):
    """A portion: what is not known yet, its keys, numbered by place; how many are known; what could not be read."""

    entries: list[Entry]
    bands: _U64
    anchors: _U64
    known: int
    skipped: tuple[Skipped, ...]

    def __reduce__(self) -> tuple[Callable[..., Fresh], tuple[Any, ...]]:
        """By columns: a fifth of the work to send it to another process."""
        return _fresh, (tuple(map(list, zip(*self.entries, strict=True))), *self[1:])


def _fresh(columns: Sequence[Sequence[Any]], *rest: Any) -> Fresh:
    return Fresh(list(map(Entry._make, zip(*columns, strict=True))), *rest)


def fresh(store: Store, portion: Portion, named: bool) -> Fresh:
    """Read a portion and prepare what the store does not have yet; about 0.3 milliseconds an article."""
    settings = store.settings
    found = portion()
    documents = [each for each in found if isinstance(each, Document)]
    skipped = tuple(each for each in found if isinstance(each, Skipped))
    texts = [encoded(each.text) for each in documents]
    digests = list(map(content, documents, texts))
    known = store.known([(each.id, source(each), is_) for each, is_ in zip(documents, digests, strict=True)])
    new = [number for number, old in enumerate(known) if not old]
    some = prepared([documents[number] for number in new], named, settings)
    sketches = some.sketches
    kept = [texts[n] for n in new] if store.texts else [prints(article, settings) for article in some.articles]
    notes = _noted(some.articles, settings) if store.texts and store.notes else [b""] * len(new)
    rows = zip(
        some.articles,
        sketches.words.tolist(),
        (digests[number] for number in new),
        bands_of(sketches.bands, len(new)),
        kept,
        notes,
        strict=True,
    )
    entries = [entry(*row, texts=store.texts) for row in rows]
    return Fresh(entries, sketches.bands.keys, sketches.anchors.keys, sum(known), skipped)


def _noted(articles: Sequence[Article], settings: Settings) -> list[bytes]:
    """What the judge sees of each, so that it need not look whenever one is checked that shares text with it; about 20
    microseconds an article."""
    if not articles or settings.until != "provenance":
        return [b""] * len(articles)
    texts = [article.document.text for article in articles]
    return engine(settings.engine).notes(
        texts, [article.spans for article in articles], [article.credits for article in articles]
    )


def bands_of(bands: Keys, count: int) -> list[bytes]:
    """Of each article 32 bits of the hash of each of its bands, little-endian and rising.

    >>> bands_of(Keys(np.array([9 << 32 | 1, 7 << 32 | 1], np.uint64), np.zeros(1, np.int64)), 2)[1].hex()
    '0700000009000000'
    """
    places = (bands.keys & MASK).astype(np.int64)
    hashes = (bands.keys >> _HASH).astype(np.uint64)
    order = np.argsort(places.astype(np.uint64) << _HASH | hashes)
    data = hashes[order].astype("<u4").tobytes()
    ends = (4 * np.cumsum(np.bincount(places, minlength=count))).tolist()
    return [data[start:end] for start, end in zip([0, *ends], ends, strict=False)]


class Batch:
    """Articles that are committed together; their keys are numbered by place."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.size = 0
        self._bands: list[_U64] = []
        self._anchors: list[_U64] = []

    def add(self, some: Fresh) -> None:
        """Add a portion."""
        base = np.uint64(len(self.entries))
        assert len(self.entries) + len(some.entries) < 1 << NUMBER_BITS
        self._bands.append(some.bands + base)
        self._anchors.append(some.anchors + base)
        self.entries += some.entries
        self.size += sum(len(each.kept) for each in some.entries)

    def commit(self, store: Store) -> Added:
        """Hand all to a store."""
        return store.commit(self.entries, joined(self._bands), joined(self._anchors))
