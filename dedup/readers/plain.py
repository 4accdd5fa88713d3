"""One plain-text file (.txt, .md, or any text that was named): one article."""

from __future__ import annotations

import json

from dedup.errors import UnreadableError
from dedup.model import Document
from dedup.readers.decode import decode
from dedup.readers.jsonl import is_record

__all__ = ["read_plain"]

_HTML = ("<!doctype html", "<html")


def read_plain(data: bytes, id_: str, path: str) -> Document:
    """The article in ``data``.  Raises ``UnreadableError``.  Cost: linear, one copy of the text.

    >>> read_plain(b"Two dead in storm\\r\\n", "a.txt", "in/a.txt").text
    'Two dead in storm\\r\\n'
    """
    text, encoding = decode(data, path)
    if not (body := text.strip()):
        raise UnreadableError(path, "empty: nothing but white space")
    if other := _no_text(body):
        raise UnreadableError(path, other)
    return Document(id_, text, metadata={"path": path, "encoding": encoding})


def _no_text(body: str) -> str | None:
    """Why something is no article, whatever its name or none: tags would be its words, many articles one."""
    if body[:20].lower().startswith(_HTML):
        return "HTML, not text; extract the article from it first"
    if body[0] == "{" and is_record(body.partition("\n")[0].encode("utf-8", "surrogatepass")):
        return "JSON Lines, not text; name it .jsonl"
    if body[0] in "{[":
        try:
            json.loads(body)
        except (ValueError, RecursionError):
            return None
        return 'JSON, not text; write each article on a line of its own, as {"text": ...}, in a .jsonl'
    return None
