"""Which files there are to read under the paths given, each once, in an order that is always the same."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from errno import ELOOP
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
    """A regular file: the id of its article, where it is, and how to show that."""

    id: str
    path: Path
    shown: str


def sources(paths: Sequence[str | os.PathLike[str]]) -> Iterator[Source | Skipped]:
    """Every file to read under ``paths``, and every one that looks like a document but is not read.

    The order of ``paths`` makes no difference.  A file reached twice, by name, by overlapping folders or
    through links, is given once; links to folders are followed, after the real ones.  Cost: one
    ``stat`` a file; the list of one folder is held in memory to sort it.
    """
    seen: set[str] = set()
    for path in sorted({os.fspath(path) for path in paths}, key=lambda path: (_real(path), path)):
        if path == STDIN:
            continue
        if os.path.isdir(path):  # noqa: PTH112  unlike Path.is_dir it never raises
            found = sorted(_folder(Path(path), seen), key=lambda each: each[0])
        else:
            each = _file(Path(path), Path(path).name)
            if isinstance(each, Source) and (suffix := each.path.suffix.lower()) in _TABLES:
                each = Skipped(each.shown, f"unknown kind {suffix}; reads {', '.join(KINDS)}")
            found = [(Path(path).name, each)]
        for _, each in found:
            if isinstance(each, Source):
                if foreign := _foreign(each.path.name):
                    each = Skipped(each.shown, f"unknown kind {foreign}; reads {', '.join(KINDS)}")
                elif (real := _real(each.path)) in seen:
                    continue
                else:
                    seen.add(real)
            yield each


def _folder(root: Path, seen: set[str]) -> Iterator[tuple[str, Source | Skipped]]:
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
                yield name, Skipped(str(folder), f"loop of links: leads back to {real}")
            continue
        seen.add(real)
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            yield name, Skipped(str(folder), f"cannot list the folder: {error.strerror}")
            continue
        for entry in entries:
            path = folder / entry.name
            if entry.name.startswith("."):
                continue
            if os.path.isdir(path):  # noqa: PTH112
                (links if entry.is_symlink() else folders).append(path)
            elif _is_article(entry.name) or _foreign(entry.name):
                name = path.relative_to(root).as_posix()
                yield name, _file(path, name)


def _file(path: Path, id_: str) -> Source | Skipped:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        gone = f"link to nothing: {path.readlink()}" if path.is_symlink() else "no such file or folder"
        return Skipped(str(path), gone)
    except OSError as error:
        return Skipped(str(path), "loop of links" if error.errno == ELOOP else f"cannot be read: {error.strerror}")
    except ValueError as error:
        return Skipped(str(path), f"no path: {error}")
    if not stat.S_ISREG(mode):
        return Skipped(str(path), "no regular file (a pipe, socket or device)")
    return Source(id_, path, str(path))


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
    suffix = Path(name.lower()).suffix
    return suffix if suffix in _FOREIGN and not name.lower().endswith(KINDS) else None
