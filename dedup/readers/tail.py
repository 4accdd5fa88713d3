"""Tail: the lines of a file that grows, each once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from dedup.model import Document, Skipped
from dedup.readers import MAX_BYTES, Names
from dedup.readers.jsonl import JsonLines, is_record

__all__ = ["Tail"]


class Tail:
    """A file of JSON Lines to which lines are added; of an article without an id that is the name of the file and its
    line, as elsewhere.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.jsonl"
    ...     tail = Tail(path)
    ...     _ = path.write_text('{"text": "Rain."}\\n{"text": "Su')
    ...     first = [each.id for each in tail.read()]
    ...     _ = path.write_text('{"text": "Rain."}\\n{"text": "Sun."}\\n')
    ...     first, [each.id for each in tail.read()]
    (['a.jsonl:1'], ['a.jsonl:2'])
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = (0, 0)
        self._begin()

    def _begin(self) -> None:
        self._at = self._lines = 0
        self._ended = True  # whether the last line that was read had its end
        self._names = Names()

    def read(self, *, rest: bool = False, all: bool = False) -> Iterator[Document | Skipped]:
        """What came since; a file that another took the place of, or that was cut short, is read from its beginning.

        The last line has no end while it is being written: it is left for the next time, unless ``rest``
        says that nobody is at it and it is a whole record, or ``all`` that nothing more is to come.
        """
        try:
            file = self._path.open("rb")
        except OSError as error:
            yield Skipped(str(self._path), f"cannot be read: {error.strerror or error}")
            return
        with file:
            found = os.fstat(file.fileno())
            if self._file != (found.st_dev, found.st_ino) or found.st_size < self._at:
                self._file = found.st_dev, found.st_ino
                self._begin()
            file.seek(self._at)
            while line := file.readline(MAX_BYTES + 1):
                long, ended = len(line) > MAX_BYTES, line.endswith(b"\n")
                if not (ended or long or all or (rest and is_record(line))):
                    return
                part = line
                while long and part and not part.endswith(b"\n"):
                    part = file.readline(MAX_BYTES)
                if self._ended or line.strip():  # or it is but the end of the line before
                    self._lines += 1
                self._at, self._ended = file.tell(), ended or long
                yield from self._articles(line, long)

    def _articles(self, line: bytes, long: bool) -> Iterator[Document | Skipped]:
        if long:
            yield Skipped(str(self._path), f"line {self._lines}: longer than {MAX_BYTES:,} bytes; split the file")
            return
        found = JsonLines([line.removeprefix(b"\xef\xbb\xbf")], self._lines, self._path.name, str(self._path))()
        yield from self._names.made_unique(found)
