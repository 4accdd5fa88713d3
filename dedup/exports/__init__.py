"""Files for other programs, one module a format; each turns a ScanResult into text, a piece at a time."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from dedup.errors import DedupError
from dedup.exports import dot, graph_json, graphml, scan_json, tables
from dedup.model import ScanResult

__all__ = ["FILES", "write_all"]

_BUFFER = 1 << 20

FILES: dict[str, Callable[[ScanResult], Iterator[str]]] = {
    "scan.json": scan_json.pieces,
    "graph.json": graph_json.pieces,
    "graph.graphml": graphml.pieces,
    "graph.dot": dot.pieces,
    "edges.csv": tables.edge_pieces,
    "passages.csv": tables.passage_pieces,
}
"""Each file that ``dedup scan -o DIR`` writes, and what makes it."""


def write_all(result: ScanResult, folder: str | os.PathLike[str]) -> list[Path]:
    """Write every export into ``folder``, which is made if need be, and return the paths.

    Each file appears whole or not at all: all are written under temporary names, and then renamed
    one after the other.  Files of an earlier scan are replaced.  However long a file, a record of it
    is held at a time.  Raises DedupError when the folder cannot be written.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise DedupError(f"cannot write to {folder}: there is a file of that name; name another folder") from None
    except OSError as error:
        raise DedupError(f"cannot make the folder {folder}: {error.strerror}; name another folder") from error
    # Not by tempfile, whose files nobody else may read; the process id keeps two runs apart.
    parts = {folder / name: folder / f".{name}.{os.getpid()}.part" for name in FILES}
    path = folder
    try:
        for path, part in parts.items():
            with part.open("wb", _BUFFER) as file:
                file.writelines(piece.encode("utf-8") for piece in FILES[path.name](result))
        for path, part in parts.items():
            part.replace(path)
    except OSError as error:
        raise DedupError(f"cannot write {path}: {error.strerror}; make room or name another folder") from error
    finally:
        for part in parts.values():
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
    return list(parts)
