"""Sources: the articles of an earlier scan, read again from where they came.

A result says of each article from which file and line it came, and keeps a fingerprint of its text;
the text itself stays where it is.  Records of JSON Lines come back with all their fields, those that
dedup does not know too.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import tempfile
import weakref
import zlib
from array import array
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any

import orjson

from dedup.errors import InputError
from dedup.model import Document
from dedup.readers import read_inputs

__all__ = ["Place", "Sources", "loads"]

Place = tuple[str, int | None]
"""A file as it was named, and the line of it where there is one."""
_AGAIN = "run this where the scan was run, or name the articles with --from"


class Sources:
    """Records by place.  With ``paths`` articles are looked for under them, by their ids.

    Memory: 8 bytes a line of JSON; a compressed file is unpacked to a temporary file.
    """

    def __init__(self, paths: Iterable[str | os.PathLike[str]] = ()) -> None:
        self._paths = [*paths]
        self._found: dict[str, Place] | None = None
        self._lines: dict[str, _Lines] = {}

    def record(self, id: str, place: Place | None) -> Mapping[str, Any]:
        """The fields of an article; InputError where they cannot be had."""
        if self._paths:
            place = self._looked_up().get(id)
            if place is None:
                raise InputError(f"{id} is not among the articles in {', '.join(map(str, self._paths))}")
        if place is None or place[0] == "-":
            raise InputError(f"the text of {id} is in no file that could be read again; name it with --from")
        path, line = place
        if line is not None:
            if path not in self._lines:
                self._lines[path] = _Lines(path)
            return self._lines[path].record(line)
        if not Path(path).is_file():
            raise InputError(f"{path}, which {id} came from, is not there; {_AGAIN}")
        for each in read_inputs([path]):
            if isinstance(each, Document):
                return {"text": each.text}
            raise InputError(f"{path} cannot be read any more: {each.reason}")
        raise InputError(f"{path} holds no article any more; scan again")

    def _looked_up(self) -> Mapping[str, Place]:
        if self._found is None:
            self._found = {}
            for each in read_inputs(self._paths):
                if isinstance(each, Document):
                    line = each.metadata.get("line")
                    self._found[each.id] = each.metadata["path"], int(line) if line else None
        return self._found


class _Lines:
    """The lines of one JSON Lines file."""

    def __init__(self, path: str) -> None:
        self._path = path
        try:
            self._file = self._opened(path)
            weakref.finalize(self, self._file.close)
            self._starts = array("q", [0])
            for line in self._file:
                self._starts.append(self._starts[-1] + len(line))
        except FileNotFoundError as error:
            raise InputError(f"{path} is not there; {_AGAIN}") from error
        except (OSError, EOFError, zlib.error) as error:
            raise InputError(f"{path} cannot be read: {error}; {_AGAIN}") from error

    def _opened(self, path: str) -> IO[bytes]:
        file = Path(path).open("rb")  # noqa: SIM115
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        if not packed:
            return file
        unpacked = tempfile.TemporaryFile()  # noqa: SIM115
        with file, gzip.GzipFile(fileobj=file) as stream:
            shutil.copyfileobj(stream, unpacked)
        unpacked.seek(0)
        return unpacked

    def record(self, line: int) -> Mapping[str, Any]:
        """The record of a line, from 1 up."""
        if line >= len(self._starts):
            raise InputError(f"{self._path} has no line {line} any more; scan again")
        self._file.seek(self._starts[line - 1])
        data = self._file.read(self._starts[line] - self._starts[line - 1]).removeprefix(b"\xef\xbb\xbf")
        try:
            record = loads(data)
        except ValueError as error:
            raise InputError(f"{self._path}: line {line} is no JSON any more: {error}; scan again") from error
        if not isinstance(record, dict) or not isinstance(record.get("text"), str):
            raise InputError(f"{self._path}: line {line} holds no article any more; scan again")
        return record


def loads(data: bytes | str) -> Any:
    """JSON, with the lone surrogates and the long numbers that orjson refuses.

    >>> loads(b'{"text": "\\\\ud800"}')
    {'text': '\\ud800'}
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        try:
            return json.loads(data)
        except RecursionError as error:
            raise ValueError("nested too deep") from error
