"""Pack: an article as bytes, and back."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import chain
from typing import Any

import orjson
import xxhash

from dedup.article import Article
from dedup.dates import Dates, Stamp
from dedup.index.outlets import habits_of
from dedup.index.prints import without_text
from dedup.index.records import Entry
from dedup.mixture import statement
from dedup.model import Credit, Document, Span

__all__ = ["checksum", "content", "dumped", "encoded", "entry", "loaded", "packed", "source", "unpacked"]

_FIELDS = ("title", "outlet", "url", "published", "byline", "language")


def entry(article: Article, words: int, digest: bytes, bands: bytes, prints: bytes | None = None) -> Entry:
    """An article on its way into an index; ``digest`` is its ``content``, ``prints`` what is kept instead of its text.

    >>> from dedup.article import prepare
    >>> article = prepare(Document("1", "ROME (AP) - Rain fell."))
    >>> entry(article, 2, content(article.document), b"").wires
    'ap'
    """
    document = article.document
    kept = encoded(document.text) if prints is None else prints
    stored = article if prints is None else without_text(article)
    record, said = packed(stored), statement(stored.credits, stored.document)
    wires = " ".join(sorted({*said.origins, *said.contributors}))
    rest = words, wires, record, kept, bands, checksum(record, kept, bands), habits_of(document.outlet, said)
    return Entry(document.id, source(document), digest, *rest)


def checksum(*parts: bytes) -> int:
    """xxh64 of some bytes, halved, as SQLite's integers have a sign."""
    digest = xxhash.xxh64()
    for part in parts:
        digest.update(part)
    return digest.intdigest() >> 1


def source(document: Document) -> str:
    """The path that gave a document its id; empty where it brought an id of its own.

    >>> source(Document("a.txt", "Rain.", metadata={"path": "day1/a.txt"})), source(Document("7", "Rain."))
    ('day1/a.txt', '')
    """
    path, line = document.metadata.get("path", ""), document.metadata.get("line")
    return "" if line and not document.id.endswith(f":{line}") else path


def encoded(text: str) -> bytes:
    """UTF-8, lone surrogates and all."""
    return text.encode("utf-8", "surrogatepass")


def content(document: Document) -> bytes:
    """A digest of all that was read of a document, 16 bytes, but its id and where it was read."""
    said = [_iso(getattr(document, name)) for name in _FIELDS]
    digest = xxhash.xxh3_128(dumped([said, document.metadata.get("encoding")]))
    digest.update(encoded(document.text))
    return digest.digest()


def packed(article: Article) -> bytes:
    """What is kept of an article beside its id and text, as JSON."""
    document, days = article.document, article.dates
    record = {name: value for name in _FIELDS if (value := _iso(getattr(document, name))) is not None}
    return dumped(
        record
        | ({"metadata": dict(document.metadata)} if document.metadata else {})
        | ({"body": [*chain.from_iterable(article.body)]} if article.body is not None else {})
        | ({"credits": [_credit(each) for each in article.credits]} if article.credits else {})
        | ({"dates": [_stamp(days.record), _stamp(days.stamp), _iso(days.day), [*days.years]]} if any(days) else {})
    )


def unpacked(id: str, text: str, words: int, record: bytes) -> Article:
    """The article of ``packed``, its text and id beside.

    >>> from dedup.article import prepare
    >>> article = prepare(Document("1", "ROME, May 3, 2024 (AP) - Rain fell.", published="2024-05-03"))
    >>> unpacked("1", article.document.text, 0, packed(article)) == article
    True
    """
    found = loaded(record)
    document = Document(id, text, **{name: found.get(name) for name in _FIELDS}, metadata=found.get("metadata", {}))
    bounds = found.get("body")
    body = None if bounds is None else tuple(map(Span, bounds[::2], bounds[1::2]))
    dates = Dates(None)
    if "dates" in found:
        record_, stamp, day, years = found["dates"]
        dates = Dates(_stamped(record_), _stamped(stamp), day and datetime.fromisoformat(day), tuple(years))
    return Article(document, body, tuple(Credit(*each) for each in found.get("credits", ())), dates, words)


def dumped(value: Any) -> bytes:
    """JSON; lone surrogates, which orjson refuses, as escapes."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def loaded(data: bytes) -> Any:
    """What ``dumped`` made JSON of."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return json.loads(data)


def _credit(credit: Credit) -> list[Any]:
    return [credit.wire, credit.role, credit.start, credit.end, credit.text, credit.rule]


def _iso(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _stamp(stamp: Stamp | None) -> list[str] | None:
    return [stamp.start.isoformat(), stamp.end.isoformat()] if stamp else None


def _stamped(bounds: list[str] | None) -> Stamp | None:
    return Stamp(*map(datetime.fromisoformat, bounds)) if bounds else None
