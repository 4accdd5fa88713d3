"""Where articles come from: folders, files, standard input; plain text and JSON Lines.

What cannot be read is reported, never dropped in silence, and never stops the rest.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from io import BytesIO
from typing import IO

from dedup.errors import InputError, UnreadableError
from dedup.model import Document, Skipped
from dedup.readers.jsonl import JsonLine, JsonLines, Portion, is_record, read_jsonl
from dedup.readers.plain import read_plain
from dedup.readers.walk import KINDS, STDIN, Source, sources

__all__ = [
    "KINDS",
    "MAX_BYTES",
    "JsonLine",
    "JsonLines",
    "Names",
    "Portion",
    "portions",
    "read",
    "read_inputs",
    "read_lines",
]

MAX_BYTES = 512 * 1024 * 1024
"""Longest article that is read, in bytes; a JSON Lines file may be longer, its lines may not."""

_IN_MEMORY = 64 * 1024 * 1024
_FILES = 64  # in a portion
_BUFFER = 1 << 20  # bytes of a file of lines that are read at once
_LINES = (".jsonl", ".jsonl.gz")
AnyPath = str | os.PathLike[str]


def read(paths: AnyPath | Iterable[AnyPath]) -> Iterator[Document]:
    """The articles under ``paths``: folders, files, or ``-`` for standard input.

    A folder is read with all folders in it, in the order of relative paths, which are the ids.
    In it, ``.txt`` and ``.md`` files are one article each and ``.jsonl`` and ``.jsonl.gz`` files
    one a line.  A file that is named itself may have any suffix and is read as plain text; tables are
    refused, and so is what turns out to be HTML or JSON.

    Passed over in silence are, in folders: hidden files and folders; README, LICENSE, CHANGELOG
    and the like, which describe the articles; and companion files whose suffix is no document's
    (``.json``, ``.csv``, code, pictures), as search tools do.  A document of another kind
    (``.html``, ``.pdf``, ``.docx`` ...) is reported as skipped: an article may be in it.

    Raises ``InputError`` if a path does not exist or nothing could be read.  Inputs that cannot
    be read are left out; ``read_inputs`` names them.
    """
    paths = _listed(paths)
    for path in paths:
        if path != STDIN and not os.path.lexists(path):
            raise InputError(f"{os.fspath(path)}: no such file or folder; check the name, or give - for standard input")
    found, skipped = False, list[Skipped]()
    for each in read_inputs(paths):
        if isinstance(each, Document):
            found = True
            yield each
        elif len(skipped) < 3:
            skipped.append(each)
    if not found:
        reasons = "; ".join(f"{each.path}: {each.reason}" for each in skipped) or f"no file ends in {', '.join(KINDS)}"
        raise InputError(f"nothing to read in {', '.join(str(path) for path in paths) or 'no paths'} ({reasons})")


def read_inputs(paths: AnyPath | Iterable[AnyPath]) -> Iterator[Document | Skipped]:
    """As ``read``, with every input that cannot be read and why, and no error for any of them.

    Ids are unique: where a second article has the id of a first, ``@`` and its path are added
    (and its line, in JSON Lines).  The order of ``paths`` makes no difference.
    """
    names = Names()
    for portion in portions(paths):
        yield from names.made_unique(portion())


def read_lines(stream: IO[bytes]) -> Iterator[Document | Skipped]:
    """The articles of JSON Lines that come one by one, each as soon as its line has come; who sent an empty line is
    told so, for whoever counts answers."""
    number = 0
    while line := stream.readline(MAX_BYTES + 1):
        number += 1
        if line.isspace():
            yield Skipped(STDIN, f"line {number}: empty", number)
            continue
        for portion in read_jsonl(BytesIO(line), STDIN, STDIN, MAX_BYTES):
            for each in portion():
                yield _numbered(each, number)


def _numbered(each: Document | Skipped, number: int) -> Document | Skipped:
    """What ``read_jsonl`` made of line 1 as the line that it is."""
    if isinstance(each, Skipped):
        return replace(each, reason=each.reason.replace("line 1:", f"line {number}:", 1), line=number)
    id = f"{STDIN}:{number}" if each.id == f"{STDIN}:1" else each.id
    return replace(each, id=id, metadata={**each.metadata, "line": str(number)})


class Names:
    """The ids that are taken, for those who read portions."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, ids: Sequence[str]) -> bool:
        """Take ids, if none of them is taken."""
        before = len(self._taken)
        if not self._taken.isdisjoint(ids):
            return False
        self._taken.update(ids)
        if len(self._taken) == before + len(ids):
            return True
        self._taken.difference_update(ids)
        return False

    def made_unique(self, found: Iterable[Document | Skipped]) -> Iterator[Document | Skipped]:
        """What was found, in the order of portions, no two articles with one id."""
        for each in found:
            if isinstance(each, Document):
                if each.id in self._taken:
                    each = replace(each, id=_another(each, self._taken))
                self._taken.add(each.id)
            yield each


def portions(paths: AnyPath | Iterable[AnyPath]) -> Iterator[Portion]:
    """The inputs in portions that may be read side by side, by several threads: a number of files, or
    of lines of JSON.  A file of lines is read while this goes on, and parsed in the portion."""
    paths = _listed(paths)
    waiting: list[Source | Skipped] = []
    for source in sources(paths):
        lines = isinstance(source, Source) and source.path.lower().endswith(_LINES)
        if not lines:
            waiting.append(source)
        if waiting and (lines or len(waiting) == _FILES):
            yield partial(_read_files, waiting)
            waiting = []
        if isinstance(source, Source) and lines:
            yield from _lines_of(source)
    if waiting:
        yield partial(_read_files, waiting)
    if STDIN in paths:
        yield from _read_stdin()


def _another(document: Document, taken: set[str]) -> str:
    line = document.metadata.get("line")
    wanted = f"{document.id}@{document.metadata['path']}" + (f":{line}" if line else "")
    number, unique = 2, wanted
    while unique in taken:
        unique, number = f"{wanted}#{number}", number + 1
    return unique


def _listed(paths: AnyPath | Iterable[AnyPath]) -> list[AnyPath]:
    return [paths] if isinstance(paths, str | os.PathLike) else list(paths)


def _lines_of(source: Source) -> Iterator[Portion]:
    try:
        with open(source.path, "rb", buffering=_BUFFER) as file:  # noqa: PTH123
            yield from read_jsonl(file, source.id, source.path, MAX_BYTES)
    except OSError as error:
        yield partial(list, [Skipped(source.path, f"cannot be read: {error.strerror or error}")])


def _read_files(files: Sequence[Source | Skipped]) -> list[Document | Skipped]:
    found: list[Document | Skipped] = []
    for source in files:
        try:
            found.append(source if isinstance(source, Skipped) else _read_file(source))
        except OSError as error:
            found.append(Skipped(source.path, f"cannot be read: {error.strerror or error}"))
        except UnreadableError as error:
            found.append(Skipped(source.path, error.reason))
    return found


def _read_file(source: Source) -> Document:
    with open(source.path, "rb", buffering=0) as file:  # noqa: PTH123
        size = os.fstat(file.fileno()).st_size
        data = file.readall() if size <= MAX_BYTES else b""  # asked for a number of bytes, it takes room for all
    if max(size, len(data)) > MAX_BYTES:
        reason = f"{max(size, len(data)):,} bytes, the limit is {MAX_BYTES:,}; split it into articles"
        raise UnreadableError(source.path, reason)
    return read_plain(data, source.id, source.path)


def _read_stdin() -> Iterator[Portion]:
    from shutil import copyfileobj  # here: milliseconds to load, which only this needs
    from tempfile import SpooledTemporaryFile

    # Kept whole, on disk where it is long, because the first line decides how the rest is read.
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as kept:
        copyfileobj(sys.stdin.buffer, kept)
        size = kept.tell()
        kept.seek(0)
        line = b"\n"
        while line and not line.strip():
            line = kept.readline(MAX_BYTES)
        kept.seek(0)
        if is_record(line):
            yield from read_jsonl(kept, STDIN, STDIN, MAX_BYTES)
            return
        try:
            if size > MAX_BYTES:
                reason = f"{size:,} bytes, the limit is {MAX_BYTES:,}; split it into articles"
                raise UnreadableError(STDIN, reason)
            yield partial(list, [read_plain(kept.read(), STDIN, STDIN)])
        except UnreadableError as error:
            yield partial(list, [Skipped(STDIN, error.reason)])
