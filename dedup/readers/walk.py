"""Which files there are to read under the paths given, each once, in an order that is always the same."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from errno import ELOOP
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from dedup.model import Skipped

__all__ = ["KINDS", "STDIN", "Source", "sources"]

STDIN = "-"
KINDS = (".txt", ".md", ".jsonl", ".jsonl.gz")
# Documents dedup does not read: in a folder they are reported, because articles may be lost with them.
_FOREIGN = (
    *(".html", ".htm", ".xhtml", ".mhtml", ".xml", ".nitf", ".pdf", ".doc", ".docx", ".odt", ".rtf", ".epub", ".pages"),
    *(".eml", ".mbox", ".msg", ".warc", ".wet", ".gz", ".zst", ".zip", ".tar"),
)
# In a folder these stand beside articles; who names one means articles, and would get one of all its rows.
_TABLES = (".csv", ".tsv")
# Files that stand beside articles in any repository or data set.
_COMPANIONS = ("readme", "license", "licence", "copying", "changelog", "changes", "contributing", "notice", "authors")


class Source(NamedTuple):
    """A regular file: the id of its article, and where it is."""

    id: str
    path: str


def sources(paths: Sequence[str | os.PathLike[str]]) -> Iterator[Source | Skipped]:
    """Every file to read under ``paths``, and every one that looks like a document but is not read.

    The order of ``paths`` makes no difference.  A file reached twice, by name, by overlapping folders or
    through links, is given once; links to folders are followed, after the real ones.  Cost: some 5
    microseconds a file; the list of one folder is held in memory to sort it.
    """
    seen: set[str] = set()
    for path in sorted({os.fspath(path) for path in paths}, key=lambda path: (_real(path), path)):
        if path == STDIN:
            continue
        found: list[_Found]
        if os.path.isdir(path):  # noqa: PTH112  unlike Path.is_dir it never raises
            found = sorted(_folder(Path(path), seen), key=itemgetter(0))
        else:
            each = _file(Path(path).name, str(Path(path)))
            if isinstance(each, Source) and (suffix := Path(path).suffix.lower()) in _TABLES:
                each = Skipped(each.path, f"unknown kind {suffix}; reads {', '.join(KINDS)}")
            found = [(Path(path).name, each, None)]
        for _, each, real in found:
            if isinstance(each, Source):
                if foreign := _foreign(each.path):
                    each = Skipped(each.path, f"unknown kind {foreign}; reads {', '.join(KINDS)}")
                elif (real := real or _real(each.path)) in seen:
                    continue
                else:
                    seen.add(real)
            yield each


_Found = tuple[str, Source | Skipped, str | None]
"""The relative name of a file, the file, and its real path where that is known."""


def _folder(root: Path, seen: set[str]) -> Iterator[_Found]:
    """Files below ``root`` with their relative names; ``seen`` holds real paths of folders too."""
    folders, links = [root], list[Path]()
    while folders or links:
        if folders:
            folder = folders.pop()
        else:
            links.sort(reverse=True)
            folder = links.pop()
        real = _real(folder)
        name = folder.relative_to(root).as_posix()
        if real in seen and folder != root:
            if f"{_real(folder.parent)}/".startswith(f"{real}/"):
                yield name, Skipped(str(folder), f"loop of links: leads back to {real}"), None
            continue
        seen.add(real)
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            yield name, Skipped(str(folder), f"cannot list the folder: {error.strerror}"), None
            continue
        before = "" if folder == root else f"{name}/"
        above = "" if folder == Path() else str(folder)
        for entry in entries:
            if entry.name.startswith("."):
                continue
            # What an entry is says the folder's list; a Path for each takes ten times as long as all the rest.
            path, link = os.path.join(above, entry.name), entry.is_symlink()  # noqa: PTH118
            if os.path.isdir(path) if link else _is(entry.is_dir):  # noqa: PTH112
                (links if link else folders).append(Path(path))
            elif _is_article(entry.name) or _foreign(entry.name):
                source = Source(before + entry.name, path)
                found = source if not link and _is(entry.is_file) else _file(*source)
                yield source.id, found, None if link else os.path.join(real, entry.name)  # noqa: PTH118


def _is(kind: Callable[..., bool]) -> bool:
    try:
        return kind(follow_symlinks=False)
    except OSError:  # a file system whose lists do not say it
        return False


def _file(id_: str, path: str) -> Source | Skipped:
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116
    except FileNotFoundError:
        gone = f"link to nothing: {os.readlink(path)}" if os.path.islink(path) else "no such file or folder"  # noqa: PTH114, PTH115
        return Skipped(path, gone)
    except OSError as error:
        return Skipped(path, "loop of links" if error.errno == ELOOP else f"cannot be read: {error.strerror}")
    except ValueError as error:
        return Skipped(path, f"no path: {error}")
    if not stat.S_ISREG(mode):
        return Skipped(path, "no regular file (a pipe, socket or device)")
    return Source(id_, path)


def _real(path: str | os.PathLike[str]) -> str:
    try:
        return os.path.realpath(path)
    except ValueError:  # a NUL in the name
        return os.fspath(path)


def _is_article(name: str) -> bool:
    name = name.lower()
    return name.endswith(KINDS) and not name.startswith(_COMPANIONS)


def _foreign(name: str) -> str | None:
    """The suffix of a document of another kind."""
    name = name.lower()
    suffix = os.path.splitext(name)[1]  # noqa: PTH122
    return suffix if suffix in _FOREIGN and not name.endswith(KINDS) else None
