"""JSON Lines: one article a line, as an object with ``text`` and, if known, the other fields.

A line that cannot be read is reported with its number, and the others go on.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from typing import IO

from dedup.errors import UnreadableError
from dedup.model import Document, Skipped

__all__ = ["is_record", "read_jsonl"]

FIELDS = ("title", "outlet", "url", "published", "byline", "language")
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


def read_jsonl(stream: IO[bytes], name: str, path: str, limit: int) -> Iterator[Document | Skipped]:
    """The articles of ``stream`` (gzip if it begins like one), line by line.

    ``name`` makes the id of a record without one, ``name:7``; ``limit`` is the longest line in
    bytes.  Memory: one line.

    >>> import io
    >>> lines = io.BytesIO(b'{"id": 7, "text": "Rain."}\\n{"text": 5}\\n{"text": "Sun."}\\n')
    >>> [each.id if isinstance(each, Document) else each.reason for each in read_jsonl(lines, "a.jsonl", "a.jsonl", 99)]
    ['7', 'line 2: "text" is a number, not a string', 'a.jsonl:3']
    """
    packed = stream.read(2) == b"\x1f\x8b"
    stream.seek(0)
    lines: IO[bytes] | gzip.GzipFile = gzip.GzipFile(fileobj=stream) if packed else stream
    number = 0
    try:
        while line := lines.readline(limit + 1):
            number += 1
            if len(line) > limit:
                yield Skipped(path, f"line {number}: longer than {limit:,} bytes; split the file")
                while line and not line.endswith(b"\n"):
                    line = lines.readline(limit)
                continue
            if number == 1:
                line = line.removeprefix(_BOM)
            if line.strip():
                try:
                    yield _document(line, f"{name}:{number}", path, number)
                except UnreadableError as error:
                    yield Skipped(path, error.reason)
    except (OSError, EOFError, zlib.error) as error:
        kept = f"the {number} lines before it were read" if number else "nothing was read"
        yield Skipped(path, f"damaged: {error or 'cut short'}; {kept}")
        return
    if not number:
        yield Skipped(path, "empty: no lines")


def _document(line: bytes, id_: str, path: str, number: int) -> Document:
    def bad(reason: str) -> UnreadableError:
        return UnreadableError(path, f"line {number}: {reason}")

    try:
        record = json.loads(line.rstrip().decode())
    except UnicodeDecodeError as error:
        raise bad(f"not UTF-8 at byte {error.start}; JSON Lines must be UTF-8") from None
    except json.JSONDecodeError as error:
        raise bad(f"not JSON: {error.msg} at character {error.pos}") from None
    except (ValueError, RecursionError) as error:
        raise bad(f"not JSON that can be read: {error}") from None
    if not isinstance(record, dict):
        raise bad(f"{_kind(record)}, not an object")
    if "text" not in record:
        raise bad('no field "text"')
    for key in ("text", *FIELDS):
        if not isinstance(record.get(key), str) and (key == "text" or record.get(key) is not None):
            raise bad(f'"{key}" is {_kind(record[key])}, not a string')
    if not record["text"].strip():
        raise bad('"text" is empty')
    given = record.get("id")
    if given is not None and (isinstance(given, bool) or not isinstance(given, str | int)):
        raise bad(f'"id" is {_kind(given)}, not a string or a whole number')
    metadata = {"path": path, "encoding": "utf-8", "line": str(number)}
    fields = {key: record.get(key) for key in FIELDS}
    return Document(id_ if given in (None, "") else str(given), record["text"], metadata=metadata, **fields)


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
