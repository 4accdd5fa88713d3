"""Pack: an article as bytes, and back."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any

import orjson
import xxhash

from dedup.article import Article
from dedup.index.outlets import habits_of
from dedup.index.prints import without_text
from dedup.index.records import Entry
from dedup.index.scheme import NOTES
from dedup.mixture import statement
from dedup.model import Credit, Document, Span
from dedup.stamps import Dates, Stamp

__all__ = [
    "checksum",
    "content",
    "dumped",
    "encoded",
    "entry",
    "loaded",
    "noted",
    "notes_of",
    "packed",
    "source",
    "unpacked",
]


def entry(
    article: Article, words: int, digest: bytes, bands: bytes, kept: bytes, notes: bytes = b"", *, texts: bool = True
) -> Entry:
    """An article on its way into an index; ``digest`` is its ``content``, ``kept`` its text, encoded, or, without
    ``texts``, its prints; ``notes`` what the judge sees of it, if that is to be kept.

    >>> from dedup.prepare import prepare
    >>> article = prepare(Document("1", "ROME (AP) - Rain fell."))
    >>> entry(article, 2, content(article.document), b"", encoded(article.document.text)).wires
    'ap'
    """
    document = article.document
    stored = article if texts else without_text(article)
    record, said = packed(stored), statement(stored.credits, stored.document)
    wires = " ".join(sorted({*said.origins, *said.contributors}))
    rest = words, wires, record, kept, bands, checksum(record, kept, bands), habits_of(document.outlet, said)
    return Entry(document.id, source(document), digest, *rest, noted(notes) if notes else b"")


def checksum(*parts: bytes) -> int:
    """xxh64 of some bytes, halved, as SQLite's integers have a sign."""
    return xxhash.xxh64_intdigest(b"".join(parts)) >> 1


_SEEN = NOTES.to_bytes(4, "little")


def noted(notes: bytes) -> bytes:
    """What the judge sees of an article, with the version of what it sees and a checksum before it."""
    return _SEEN + xxhash.xxh64_digest(notes) + notes


def notes_of(data: bytes) -> bytes | None:
    """The notes of ``noted``; None where there are none, or those of another version.

    >>> notes_of(noted(b"notes")), notes_of(b"")
    (b'notes', None)
    """
    if data[:4] != _SEEN:
        return None
    notes = data[12:]
    if xxhash.xxh64_digest(notes) != data[4:12]:
        raise ValueError("not as they were written")
    return notes


def source(document: Document) -> str:
    """The path that gave a document its id; empty where it brought an id of its own.

    >>> source(Document("a.txt", "Rain.", metadata={"path": "day1/a.txt"})), source(Document("7", "Rain."))
    ('day1/a.txt', '')
    """
    path, line = document.metadata.get("path", ""), document.metadata.get("line")
    return "" if line and not document.id.endswith(f":{line}") else path


def encoded(text: str) -> bytes:
    """UTF-8, lone surrogates and all."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def content(document: Document, text: bytes | None = None) -> bytes:
    """A digest of all that was read of a document, 16 bytes, but its id and where it was read; ``text`` is its text,
    where it is ``encoded`` already."""
    rest = dumped([_said(document), document.metadata.get("encoding")])
    return xxhash.xxh3_128_digest(rest + (encoded(document.text) if text is None else text))


def packed(article: Article) -> bytes:
    """What is kept of an article beside its id and text, as JSON; about 5 microseconds."""
    document, days = article.document, article.dates
    body = None if article.body is None else [*chain.from_iterable(article.body)]
    credits = [(each.wire, each.role, each.start, each.end, each.text, each.rule) for each in article.credits]
    stamps = [None if each is None else [*each] for each in (days.record, days.stamp)]  # orjson takes no named tuples
    dates = [*stamps, days.day, days.years] if any(days) else None
    return dumped([_said(document), {**document.metadata}, body, credits, dates])


def unpacked(id: str, text: str, words: int, record: bytes) -> Article:
    """The article of ``packed``, its text and id beside; about 10 microseconds.

    >>> from dedup.prepare import prepare
    >>> article = prepare(Document("1", "ROME, May 3, 2024 (AP) - Rain fell.", published="2024-05-03"))
    >>> unpacked("1", article.document.text, 0, packed(article)) == article
    True
    """
    said, metadata, bounds, credited, days = loaded(record)
    if bounds is None or len(bounds) == 2:  # as a rule a body is one span
        body = bounds and (Span(*bounds),)
    else:
        body = tuple(map(Span, bounds[::2], bounds[1::2]))
    dates = _NO_DATES if days is None else _dates(*days)
    title, outlet, url, published, byline, language = said
    document = Document(id, text, title, outlet, url, published, byline, language, metadata)
    return Article(document, body, tuple([Credit(*each) for each in credited]), dates, words)


def _said(document: Document) -> list[Any]:
    published = document.published
    said = [document.title, document.outlet, document.url, published, document.byline, document.language]
    if isinstance(published, datetime):
        said[3] = published.isoformat()
    return said


_NO_DATES = Dates(None)


def _dates(record: list[str] | None, stamp: list[str] | None, day: str | None, years: list[int]) -> Dates:
    if record and not (stamp or day or years):  # as a rule
        return _recorded(*record)
    return Dates(_stamp(*record) if record else None, _stamp(*stamp) if stamp else None, _day(day), tuple(years))


# Thousands of articles appear on one day.
@lru_cache(1 << 12)
def _recorded(*bounds: str) -> Dates:
    return Dates(_stamp(*bounds))


@lru_cache(1 << 12)
def _stamp(*bounds: str) -> Stamp:
    return Stamp(*map(datetime.fromisoformat, bounds))


@lru_cache(1 << 12)
def _day(day: str | None) -> datetime | None:
    return datetime.fromisoformat(day) if day else None


def dumped(value: Any) -> bytes:
    """JSON; lone surrogates, which orjson refuses, as escapes."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return json.dumps(value, separators=(",", ":"), default=datetime.isoformat).encode()


def loaded(data: bytes) -> Any:
    """What ``dumped`` made JSON of."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return json.loads(data)
