"""Files for other programs, one module a format; each turns a ScanResult into text, a piece at a time."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from dedup.errors import DedupError
from dedup.exports import cytoscape, dot, gexf, graph_json, graphml, items, jsonl, markdown, prov, scan_json, tables
from dedup.model import ScanResult

__all__ = ["FILES", "FORMATS", "make_folder", "write_all", "write_files", "writer"]

_BUFFER = 1 << 20

Pieces = Callable[[ScanResult], Iterator[str]]

FILES: Mapping[str, Pieces] = {
    "scan.json": scan_json.pieces,
    "graph.json": graph_json.pieces,
    "graph.graphml": graphml.pieces,
    "graph.dot": dot.pieces,
    "edges.csv": tables.edge_pieces,
    "passages.csv": tables.passage_pieces,
}
"""Each file that ``dedup scan -o DIR`` writes, and what makes it."""

FORMATS: Mapping[str, Pieces] = {
    "json": scan_json.pieces,
    "jsonl": jsonl.pieces,
    "graph-json": graph_json.pieces,
    "graphml": graphml.pieces,
    "gexf": gexf.pieces,
    "dot": dot.pieces,
    "cytoscape": cytoscape.pieces,
    "prov-json": prov.json_pieces,
    "prov-n": prov.n_pieces,
    "schema.org": items.schema_org_pieces,
    "ninjs": items.ninjs_pieces,
    "markdown": markdown.pieces,
}
"""Each format of ``dedup export --to`` that is one text; tables as CSV and Parquet come beside."""


def write_all(result: ScanResult, folder: str | os.PathLike[str]) -> list[Path]:
    """Write each of ``FILES`` into ``folder``, which is made if need be, and return the paths.

    Each file appears whole or not at all: all are written under temporary names, and then renamed
    one after the other.  Files of an earlier scan are replaced.  However long a file, a record of it
    is held at a time.  Raises DedupError when the folder cannot be written.
    """
    folder = Path(folder)
    make_folder(folder)
    return write_files({folder / name: writer(make(result)) for name, make in FILES.items()})


def make_folder(folder: Path) -> None:
    """Make a folder to write to, if need be.  Raises DedupError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise DedupError(f"cannot write to {folder}: there is a file of that name; name another folder") from None
    except OSError as error:
        raise DedupError(f"cannot make the folder {folder}: {error.strerror}; name another folder") from error


def writer(pieces: Iterable[str]) -> Callable[[Path], None]:
    """Return what writes text to a path, as UTF-8, a piece at a time."""

    def write(path: Path) -> None:
        with path.open("wb", _BUFFER) as file:
            file.writelines(piece.encode("utf-8") for piece in pieces)

    return write


def write_files(files: Mapping[Path, Callable[[Path], None]]) -> list[Path]:
    """Write some files, each whole or not at all, and return the paths."""
    # Not by tempfile, whose files nobody else may read; the process id keeps two runs apart.
    parts = {path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in files}
    path = Path()
    try:
        for path, part in parts.items():
            files[path](part)
        for path, part in parts.items():
            part.replace(path)
    except OSError as error:
        raise DedupError(f"cannot write {path}: {error.strerror}; make room or name another folder") from error
    finally:
        for part in parts.values():
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
    return list(parts)
