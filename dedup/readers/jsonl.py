"""JSON Lines: one article a line, as an object with ``text`` and, if known, the other fields.

A line that cannot be read is reported with its number, and the others go on.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import IO, Any, NamedTuple, cast

import orjson

from dedup.errors import UnreadableError
from dedup.model import Document, Skipped

__all__ = ["JsonLine", "JsonLines", "Portion", "is_record", "read_jsonl"]

Portion = Callable[[], list[Document | Skipped]]
"""Reads some articles when it is called, in whatever thread; a portion of JSON Lines is ``JsonLines``."""

_REST = ("title", "outlet", "url", "published", "byline", "language")  # in the order of Document
_STRINGS = frozenset([str, type(None)])
_IDS = frozenset([str, int, type(None)])
_PORTION = 1 << 20  # bytes of lines
_BOM = b"\xef\xbb\xbf"


def is_record(line: bytes) -> bool:
    """Whether ``line`` is a JSON object with a text: how standard input is told from an article.

    >>> is_record(b'{"text": "..."}'), is_record(b"{Braces} in prose")
    (True, False)
    """
    try:
        record = json.loads(line.removeprefix(_BOM))
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict) and "text" in record


def read_jsonl(stream: IO[bytes], name: str, path: str, limit: int) -> Iterator[Portion]:
    """The articles of ``stream`` (gzip if it begins like one), in portions of about a megabyte of lines.

    A portion is called, by any thread, to have its articles.  ``name`` makes the id of a record without
    one, ``name:7``; ``limit`` is the longest line in bytes.  Memory: one portion, or one line.

    >>> import io
    >>> lines = io.BytesIO(b'{"id": 7, "text": "Rain."}\\n{"text": 5}\\n{"text": "Sun."}\\n')
    >>> found = [each for portion in read_jsonl(lines, "a.jsonl", "a.jsonl", 99) for each in portion()]
    >>> [each.id if isinstance(each, Document) else each.reason for each in found]
    ['7', 'line 2: "text" is a number, not a string', 'a.jsonl:3']
    """
    packed = stream.read(2) == b"\x1f\x8b"
    stream.seek(0)
    file = _unpacked(stream) if packed else stream
    number, size = 0, 0
    lines: list[bytes] = []

    def portion() -> Portion:
        return JsonLines(lines, number - len(lines) + 1, name, path)

    try:
        while line := file.readline(limit + 1):
            number += 1
            if number == 1:
                line = line.removeprefix(_BOM)
            if len(line) > limit:
                yield portion()
                yield partial(list, [Skipped(path, f"line {number}: longer than {limit:,} bytes; split the file")])
                lines, size = [], 0
                while line and not line.endswith(b"\n"):
                    line = file.readline(limit)
                continue
            lines.append(line)
            size += len(line)
            if size > _PORTION:
                yield portion()
                lines, size = [], 0
    except (OSError, EOFError, zlib.error) as error:
        lines_before = "the line before it was" if number == 1 else f"the {number} lines before it were"
        kept = f"{lines_before} read" if number else "nothing was read"
        yield portion()
        yield partial(list, [Skipped(path, f"damaged: {error or 'cut short'}; {kept}")])
        return
    yield portion()
    if not number:
        yield partial(list, [Skipped(path, "empty: no lines")])


def _unpacked(stream: IO[bytes]) -> IO[bytes]:
    from gzip import GzipFile  # here: most files are not

    return cast(IO[bytes], GzipFile(fileobj=stream))


class JsonLine(NamedTuple):
    """A line that was parsed and found right; its id and its text, which are kept elsewhere, may be taken out."""

    record: dict[str, Any]
    path: str
    number: int

    def document(self, id_: str, text: str) -> Document:
        """The article, with that id and that text."""
        record = self.record
        metadata = {"path": self.path, "encoding": "utf-8", "line": str(self.number)}
        if structured := record.get("fields"):
            metadata["fields"] = json.dumps(structured, ensure_ascii=False)
        title, outlet, url, published, byline, language = map(record.get, _REST)
        return Document(id_, text, title, outlet, url, published, byline, language, metadata)


@dataclass(frozen=True, slots=True)
class JsonLines:
    """A portion of JSON Lines: ``lines``, the first of which has the number ``first``."""

    lines: Sequence[bytes]
    first: int
    name: str
    path: str

    def __call__(self) -> list[Document | Skipped]:
        """The articles as documents, in their order; what cannot be read among them."""
        ids, texts, found = self.columns()
        rest = iter(zip(ids, texts, strict=True))
        return [each if isinstance(each, Skipped) else each.document(*next(rest)) for each in found]

    def columns(self) -> tuple[list[str], list[str], list[JsonLine | Skipped]]:
        """Ids and texts of the articles, and their lines, in which neither is any more; among the lines, what
        cannot be read.  About 12 microseconds an article."""
        ids: list[str] = []
        texts: list[str] = []
        found: list[JsonLine | Skipped] = []
        for number, line in enumerate(self.lines, self.first):
            if line.isspace():
                continue
            try:
                record = _checked(line, self.path, number)
            except UnreadableError as error:
                found.append(Skipped(self.path, error.reason))
                continue
            given = record.pop("id", None)
            ids.append(f"{self.name}:{number}" if given is None or given == "" else str(given))
            texts.append(record.pop("text"))
            found.append(JsonLine(record, self.path, number))
        return ids, texts, found


def _checked(line: bytes, path: str, number: int) -> dict[str, Any]:
    """The record of a line, in which every field that is read has its type."""
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:  # or what json takes all the same: NaN, a lone surrogate
        record = _loads(line, path, number)
    if not isinstance(record, dict):
        many = "; write each article on a line of its own" if isinstance(record, list) else ""
        raise _bad(path, number, f"{_kind(record)}, not an object{many}")
    if "text" not in record:
        raise _bad(path, number, 'no field "text"')
    text: Any = record["text"]
    # Most records hold nothing but strings; only where one does not is it asked which.
    if not _STRINGS.issuperset(map(type, record.values())) or text is None:
        _check(record, path, number)
    if not text or text.isspace():
        raise _bad(path, number, '"text" is empty')
    if type(record.get("id")) is float:  # a whole number of more than 64 bits
        record["id"] = _loads(line, path, number)["id"]
    if type(record.get("id")) not in _IDS:
        raise _bad(path, number, f'"id" is {_kind(record["id"])}, not a string or a whole number')
    return record


def _check(record: dict[str, Any], path: str, number: int) -> None:
    for key in ("text", *_REST):
        value = record.get(key)
        if type(value) is not str and (value is not None or key == "text"):
            raise _bad(path, number, f'"{key}" is {_kind(value)}, not a string')


def _loads(line: bytes, path: str, number: int) -> Any:
    """As Python's json reads it, with its errors."""
    try:
        return json.loads(line.rstrip().decode())
    except UnicodeDecodeError as error:
        raise _bad(path, number, f"not UTF-8 at byte {error.start}; JSON Lines must be UTF-8") from None
    except json.JSONDecodeError as error:
        raise _bad(path, number, f"not JSON: {error.msg.removesuffix(' at')} at character {error.pos}") from None
    except (ValueError, RecursionError) as error:
        raise _bad(path, number, f"not JSON that can be read: {error}") from None


def _bad(path: str, number: int, reason: str) -> UnreadableError:
    return UnreadableError(path, f"line {number}: {reason}")


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
