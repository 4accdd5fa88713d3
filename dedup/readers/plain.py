"""One plain-text file (.txt, .md, or any text that was named): one article."""

from __future__ import annotations

from dedup.errors import UnreadableError
from dedup.model import Document
from dedup.readers.decode import decode

__all__ = ["read_plain"]


def read_plain(data: bytes, id_: str, path: str) -> Document:
    """The article in ``data``.  Raises ``UnreadableError``.  Cost: linear, one copy of the text.

    >>> read_plain(b"Two dead in storm\\r\\n", "a.txt", "in/a.txt").text
    'Two dead in storm\\r\\n'
    """
    text, encoding = decode(data, path)
    if not text.strip():
        raise UnreadableError(path, "empty: nothing but white space")
    return Document(id_, text, metadata={"path": path, "encoding": encoding})
