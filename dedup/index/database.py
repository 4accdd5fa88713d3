"""Database: the SQLite file of an embedded index, and what may go wrong with it."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from dedup._version import __version__
from dedup.errors import DamagedError, StoreError
from dedup.index.scheme import FORM, check_form, record, settings_of
from dedup.settings import Settings

__all__ = ["FILE", "MEND", "guarded", "integrity", "mapped", "name", "named", "opened", "shrink"]

FILE = "index.sqlite"
_MAKING = ".making-"
"""How the folder is called in which a new database is made."""
MEND = "`dedup index verify --repair` writes the keys anew from the texts"

_TABLES = """
CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id UNIQUE NOT NULL, version INTEGER NOT NULL, source NOT NULL, content BLOB NOT NULL,
    words INTEGER NOT NULL, wires TEXT NOT NULL, record BLOB NOT NULL, sum INTEGER NOT NULL, bands BLOB NOT NULL
);
CREATE TABLE texts (number INTEGER PRIMARY KEY, text BLOB NOT NULL, notes BLOB NOT NULL);
CREATE TABLE segments (position INTEGER PRIMARY KEY, name TEXT NOT NULL, keys INTEGER NOT NULL, sum INTEGER NOT NULL);
CREATE TABLE recent (sequence INTEGER PRIMARY KEY, bands BLOB NOT NULL, anchors BLOB NOT NULL, sum INTEGER NOT NULL);
CREATE TABLE gone (number INTEGER PRIMARY KEY);
CREATE TABLE learned (kind TEXT, name TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID;
"""


def opened(
    path: Path, asked: Settings | None, create: bool, texts: bool | None, wait: float
) -> tuple[sqlite3.Connection, Settings, bool]:
    """The database in the folder, made if ``create``; its settings, and whether it keeps texts."""
    file = path / FILE
    if not file.exists():
        _may_be_made(path, create)
        with guarded(path):
            _make(path, asked or Settings(), texts is not False)
    with guarded(path):
        db = _readable(file, wait)
        try:
            return db, *_manifest(path, db, asked, texts)
        except BaseException:
            db.close()
            raise


def _may_be_made(path: Path, create: bool) -> None:
    if path.exists() and not path.is_dir():
        raise StoreError(f"{path} is a file, and an index is a folder; give the name of a folder")
    there = {each.name for each in path.iterdir()} if path.exists() else set()
    if FILE not in there and not all(name == "segments" or name.startswith(_MAKING) for name in there):
        raise StoreError(f"{path} is a folder without an index ({FILE}); give the name of an index, or of a new folder")
    if not create:
        raise StoreError(f"there is no index {path}; make it: dedup index add PATH... --index {path}")


def _make(path: Path, settings: Settings, texts: bool) -> None:
    """Make the database under another name and give it its own when it is whole: another process that makes
    it at the same time finds it whole, or comes first."""
    (path / "segments").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=_MAKING, dir=path) as folder:
        fresh = Path(folder) / FILE
        with closing(_connect(f"{_uri(fresh)}?mode=rwc", 0)) as db:
            db.execute("PRAGMA page_size = 8192")
            db.execute("PRAGMA journal_mode = WAL")
            _fill(db, settings, texts)
        try:
            os.link(fresh, path / FILE)  # a rename would take the place of another's
        except FileExistsError:
            pass
        except OSError:  # no links on this disk
            if not (path / FILE).exists():
                fresh.rename(path / FILE)


def _fill(db: sqlite3.Connection, settings: Settings, texts: bool) -> None:
    manifest = {
        "form": FORM,
        "version": __version__,
        "settings": json.dumps(record(settings)),
        "texts": int(texts),
        **dict.fromkeys(("next", "generation", "serial", "updated", "removed"), 0),
    }
    db.execute("BEGIN IMMEDIATE")
    for statement in _TABLES.split(";\n"):
        db.execute(statement)
    db.executemany("INSERT INTO manifest VALUES (?, ?)", [(key, str(value)) for key, value in manifest.items()])
    db.execute("COMMIT")


def _readable(file: Path, wait: float) -> sqlite3.Connection:
    """A connection; where nobody may write, one that only reads."""
    try:
        db = _connect(f"{_uri(file)}?mode=rw", wait)
        db.execute("SELECT 1 FROM sqlite_master").fetchone()
        return db
    except sqlite3.OperationalError as error:
        # In a folder where nobody may write, SQLite cannot have the files beside the database that tell readers
        # of a writer; none can be there.
        waiting = file.with_name(FILE + "-wal")
        if "unable to open" not in str(error) and "readonly" not in str(error):
            raise
        if waiting.exists() and waiting.stat().st_size:
            raise StoreError(
                f"{file.parent} cannot be written to, and was not closed by its last writer; "
                "copy the folder to where you can write, and open the copy"
            ) from error
        return _connect(f"{_uri(file)}?mode=ro&immutable=1", wait)


def _uri(file: Path) -> str:
    return f"file:{quote(os.fsencode(file.absolute()))}"


def _connect(uri: str, wait: float) -> sqlite3.Connection:
    db = sqlite3.connect(uri, timeout=wait, isolation_level=None, check_same_thread=False, uri=True)
    # A transaction is on disk when it is committed; the cache may have 64 MB.
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA cache_size = -65536")
    return db


def mapped(db: sqlite3.Connection) -> None:
    """Read the file by way of memory, as far as SQLite will, its first 2 GB: for who asks about many articles, each of
    which is somewhere else, half of the time.  Who writes takes its own memory."""
    db.execute(f"PRAGMA mmap_size = {1 << 40}")


def _manifest(path: Path, db: sqlite3.Connection, asked: Settings | None, texts: bool | None) -> tuple[Settings, bool]:
    try:
        stored = dict(db.execute("SELECT key, value FROM manifest").fetchall())
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        raise StoreError(f"{path / FILE} is no index of dedup; give the name of another folder") from error
    check_form(str(path), stored.get("form"), stored.get("version"))
    keeps = stored["texts"] == "1"
    if texts is not None and texts != keeps:
        said = ("without", "with") if texts else ("with", "without")
        raise StoreError(f"{path} was made {said[0]} texts, not {said[1]} them; leave --no-text out, or make another")
    return settings_of(str(path), json.loads(stored["settings"]), asked), keeps


@contextmanager
def guarded(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system say into errors that name the index and what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        said = str(error)
        if "locked" in said:
            raise StoreError(
                f"{path} is being written by another process, which did not finish in time; try again, or wait longer"
            ) from error
        if "full" in said:
            raise StoreError(_no_room(path)) from error
        if "readonly" in said:
            raise StoreError(f"{path} cannot be written to: it, or its folder, is read-only") from error
        if "malformed" in said or "not a database" in said or "disk I/O" in said:
            raise DamagedError(
                f"{path / FILE} is damaged ({said}); restore a copy, or save what can still be read: "
                f"dedup index export --index {path}"
            ) from error
        raise StoreError(f"{path}: {said}") from error
    except PermissionError as error:
        raise StoreError(f"{path} cannot be written to: {error.strerror}") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreError(_no_room(path)) from error
        if error.errno == errno.EROFS:
            raise StoreError(f"{path} cannot be written to: it is read-only") from error
        raise


def _no_room(path: Path) -> str:
    return f"{path}: no room on the disk; nothing of this batch was added, all before it is there: make room, try again"


def integrity(db: sqlite3.Connection) -> list[str]:
    """What SQLite finds wrong in its own file."""
    try:
        said = [text for (text,) in db.execute("PRAGMA integrity_check")]
    except sqlite3.DatabaseError as error:
        said = [str(error)]
    return [f"{FILE}: {text}" for text in said if text != "ok"]


def shrink(db: sqlite3.Connection) -> None:
    """Give pages back to the system where a quarter of them is free, and empty the log."""
    free, pages = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_count"))
    if 4 * free > pages:
        db.execute("VACUUM")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def name(text: str) -> str | bytes:
    """A text as SQLite can hold it; lone surrogates, which file names may have, make it bytes."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return text.encode("utf-8", "surrogatepass")
    return text


def named(value: str | bytes) -> str:
    """The text of ``name``.

    >>> named(name("a" + chr(0xDC80))) == "a" + chr(0xDC80)
    True
    """
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value
