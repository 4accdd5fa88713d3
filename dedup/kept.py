"""Kept: what a process makes of the package's own data, and the next one need not make again.

To read tables and to compile patterns takes a quarter of a scan of five articles.  What was made once is kept in a
folder that the program chooses (``keep_in``; without one, while the process lasts), for one version of Python and one
state of the package's files.  What cannot be read or written, or is somebody else's, is made again.  Nothing of an
article is kept, and no answer depends on it.
"""

from __future__ import annotations

import atexit
import marshal
import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import Any, TypeVar
from zlib import crc32

__all__ = ["Kept", "compiled", "keep_in", "kept", "kept_in"]

Made = TypeVar("Made")
MOST = 2000
"""Entries of a file, whatever happens."""
FILES = 8
"""Files that are kept, one for each place where dedup is installed and each Python; the oldest go."""


class Kept:
    """Entries of the file at ``path``, by name; what is new is written by ``save``.  Without a path they are gone with
    the process.

    ``what`` is what they were made of: a file that was written for other than that is passed over.  Values are
    numbers, strings, and tuples, lists and dicts of them, and each that is got is a copy.

    >>> here = Kept(None, "this example")
    >>> here.get("sum", lambda: [1 + 1]), here.get("sum", lambda: [3])
    ([2], [2])
    """

    def __init__(self, path: str | None, what: str) -> None:
        self._path, self._what = path, what
        self._entries: dict[Any, bytes] | None = None
        self._new = False

    def get(self, name: Any, make: Callable[[], Made]) -> Made:
        """The value of that name, made where there is none."""
        if self._entries is None:
            self._entries = self._read()
        data = self._entries.get(name)
        if data is None:
            data = marshal.dumps(make())  # type: ignore[arg-type]  # as the class says
            if len(self._entries) < MOST:
                self._entries[name] = data
                self._new = True
        value: Made = marshal.loads(data)
        return value

    def save(self) -> None:
        """Write the file whole, beside the old one, and put it in its place; not at all where that fails."""
        if not self._new or self._path is None:
            return
        self._new = False
        own = f"{self._path}.{os.getpid()}"
        data = marshal.dumps(self._entries)
        folder = os.path.dirname(self._path)  # noqa: PTH120  (to load pathlib takes as long as some of this saves)
        with suppress(OSError):
            os.makedirs(folder, 0o700, exist_ok=True)  # noqa: PTH103
            try:
                with open(own, "xb") as file:  # noqa: PTH123
                    file.write(self._head(data) + data)
                os.replace(own, self._path)  # noqa: PTH105
            except OSError:
                os.unlink(own)  # noqa: PTH108
            files = sorted(os.scandir(folder), key=lambda file: -file.stat().st_mtime)
            for old in [file for file in files if file.name.endswith(".bin")][FILES:]:
                os.unlink(old)  # noqa: PTH108

    def _read(self) -> dict[Any, bytes]:
        if self._path is None:
            return {}
        try:
            with open(self._path, "rb") as file:  # noqa: PTH123
                if hasattr(os, "geteuid") and os.fstat(file.fileno()).st_uid != os.geteuid():
                    return {}
                whole = file.read()
        except OSError:
            return {}
        size = len(self._head(b""))
        data = whole[size:]
        return marshal.loads(data) if whole[:size] == self._head(data) else {}

    def _head(self, data: bytes) -> bytes:
        """What tells that a file is whole, of this Python and of what its entries are made of."""
        return f"{crc32(data):08x}{crc32(f'{sys.version} {self._what}'.encode()):08x}".encode()


_folders: list[str] = []


def keep_in(folder: str) -> None:
    """Keep in this folder what is made from here on, and take from it what is there; it is made when it is needed."""
    _folders[:] = [folder]
    _file.cache_clear()


def kept_in() -> str | None:
    """The folder that was chosen."""
    return _folders[0] if _folders else None


@cache
def _file() -> Kept:
    folder = kept_in()
    if folder is None:
        return Kept(None, "")
    package = os.path.dirname(__file__)  # noqa: PTH120
    try:
        what = _state(package)
    except OSError:  # the package is no folder
        return Kept(None, "")
    name = f"{sys.implementation.cache_tag}-{crc32(package.encode('utf-8', 'surrogateescape')):08x}.bin"
    found = Kept(os.path.join(folder, name), what)  # noqa: PTH118
    atexit.register(found.save)
    return found


def _state(package: str) -> str:
    """Name, size and time of each file of the package and of its tables; half a millisecond."""
    files = [file for folder in (package, os.path.join(package, "data")) for file in os.scandir(folder)]  # noqa: PTH118
    stats = [(file.name, file.stat()) for file in files if file.name.endswith((".py", ".toml", ".txt"))]
    return " ".join(sorted(f"{name} {stat.st_size} {stat.st_mtime_ns}" for name, stat in stats))


def kept(name: Any, make: Callable[[], Made]) -> Made:
    """What ``make`` gives, which depends on nothing but ``name`` and the package.

    >>> kept(("doctest", 3), lambda: "abcdef"[:3])
    'abc'
    """
    return _file().get(name, make)


@cache
def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """As ``re.compile``, for patterns of the package, not of an article: some .01 milliseconds for one that is kept,
    else one to fifteen for a long one.

    >>> compiled("a+b", re.IGNORECASE) == re.compile("a+b", re.IGNORECASE)
    True
    """
    try:
        code = kept(("pattern", pattern, int(flags)), lambda: _code(pattern, int(flags)))
        found: re.Pattern[str] = import_module("_sre").compile(pattern, *code)
    except (ImportError, AttributeError, TypeError, ValueError, RuntimeError):  # a Python that does it in another way
        return re.compile(pattern, flags)
    return found


def _code(pattern: str, flags: int) -> tuple[int, list[int], int, dict[str, int], tuple[str | None, ...]]:
    """What ``re.compile`` gives to ``_sre.compile`` behind the pattern."""
    parsed = import_module("re._parser").parse(pattern, flags)
    numbers: dict[str, int] = parsed.state.groupdict
    names: list[str | None] = [None] * parsed.state.groups
    for name, number in numbers.items():
        names[number] = name
    code = [int(each) for each in import_module("re._compiler")._code(parsed, flags)]
    return flags | parsed.state.flags, code, parsed.state.groups - 1, dict(numbers), tuple(names)
