"""Corpus: the texts of a scan, which are read several times and must not all be held in memory."""

from __future__ import annotations

import os
import weakref
from array import array
from collections.abc import Sequence
from operator import attrgetter
from sys import getsizeof
from typing import IO, Any, cast

from dedup.errors import DedupError
from dedup.model import Document

__all__ = ["StoredDocument", "Texts", "no_room", "scratch"]

_FLUSH = 4 << 20


def scratch(owner: object) -> IO[bytes]:
    """A temporary file that has no name and is closed with its owner."""
    import tempfile  # here: most scans need none

    file = tempfile.TemporaryFile()  # noqa: SIM115
    weakref.finalize(owner, file.close)
    return file


def no_room(why: str, error: OSError) -> DedupError:
    """The error where a temporary file has no room: ``why`` says what goes there and what may be done."""
    from tempfile import gettempdir

    return DedupError(f"no room for temporary files in {gettempdir()}: {error.strerror}; {why}")


class Texts:
    """Texts by number, in the order in which they were added.

    The first ``in_memory`` bytes of them stay there; the others live in a temporary file that has no name, so that
    nothing is left behind however the program ends.  Any number of threads may read, none while another
    adds; ``close`` comes between.  Cost: about a microsecond a text to add, three to read back from the file.

    >>> texts = Texts(60)
    >>> texts.add("Rain."), texts.add("Sun."), texts.close(), texts[0], texts[1]
    (0, 1, None, 'Rain.', 'Sun.')
    """

    def __init__(self, in_memory: int) -> None:
        self._room = in_memory
        self._kept: list[str] = []  # the first ones
        self._ends = array("q", [0])  # of the others in the file
        self._new = bytearray()  # not yet in the file
        self._file: int | None = None
        self._owner: Any = None

    def __len__(self) -> int:
        return len(self._kept) + len(self._ends) - 1

    def add(self, text: str) -> int:
        """Keep a text; its number."""
        self.extend([text])
        return len(self) - 1

    def extend(self, texts: Sequence[str]) -> None:
        """Keep some texts."""
        if self._owner is None:
            self._room -= sum(map(getsizeof, texts))
            if self._room >= 0:
                self._kept += texts
                return
            self._owner = scratch(self)
            self._file = self._owner.fileno()
        for text in texts:
            self._write(text)

    def __getitem__(self, number: int) -> str:
        place = number - len(self._kept)
        if place < 0:
            return self._kept[number]
        start, end = self._ends[place], self._ends[place + 1]
        return os.pread(cast(int, self._file), end - start, start).decode("utf-8", "surrogatepass")

    def close(self) -> None:
        """No more texts will come; what waits for the file is written."""
        if self._new:
            self._flush()

    def _write(self, text: str) -> None:
        data = text.encode("utf-8", "surrogatepass")
        self._new += data
        self._ends.append(self._ends[-1] + len(data))
        if len(self._new) > _FLUSH:
            self._flush()

    def _flush(self) -> None:
        try:
            self._owner.write(self._new)
            self._owner.flush()
        except OSError as error:
            why = "the texts of a scan are kept there: make room, or set TMPDIR to a folder with more"
            raise no_room(why, error) from error
        self._new.clear()


class StoredDocument(Document):
    """A document whose text is read when it is asked for; equal to one that holds it."""

    __slots__ = ("_number", "_texts")
    _texts: Texts
    _number: int

    @classmethod
    def of(cls, document: Document, texts: Texts, number: int) -> StoredDocument:
        """``document`` with its text left to ``texts``."""
        stored = cls.__new__(cls)
        for put, value in zip(_PUT, _GET(document), strict=True):  # it is frozen, and this is the fastest way in
            put(stored, value)
        _PUT_TEXTS(stored, texts)
        _PUT_NUMBER(stored, number)
        return stored

    @property
    def text(self) -> str:
        """The text of the article."""
        try:
            return cast(str, _TEXT.__get__(self))
        except AttributeError:
            return self._texts[self._number]

    @text.setter
    def text(self, value: str) -> None:
        _TEXT.__set__(self, value)  # of a copy with other fields, by dataclasses.replace

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Document):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in (*_FIELDS, "text"))

    __hash__ = Document.__hash__

    def __reduce__(self) -> tuple[type[Document], tuple[Any, ...]]:
        fields = (self.title, self.outlet, self.url, self.published, self.byline, self.language, self.metadata)
        return Document, (self.id, self.text, *fields)


_TEXT: Any = Document.__dict__["text"]
_FIELDS = tuple(name for name in Document.__slots__ if name != "text")
_GET = attrgetter(*_FIELDS)
_PUT = [Document.__dict__[name].__set__ for name in _FIELDS]
_PUT_TEXTS, _PUT_NUMBER = (StoredDocument.__dict__[name].__set__ for name in ("_texts", "_number"))
