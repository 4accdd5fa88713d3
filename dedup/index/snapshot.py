"""Snapshot: an embedded index as a reader sees it, each time it asks the whole of one moment.

SQLite (WAL) holds the articles, their texts and the manifest; the keys are in segments
(``dedup.index.segments``), those of the last few articles in SQLite, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np
import numpy.typing as npt

from dedup._version import __version__
from dedup.article import Article
from dedup.candidates import ANCHOR_CARRIERS, BAND_CARRIERS
from dedup.columns import unique
from dedup.errors import DamagedError, StoreError
from dedup.index import database
from dedup.index.keys import candidates, joined, pairs_of
from dedup.index.pack import checksum, notes_of, unpacked
from dedup.index.plan import Known, is_known
from dedup.index.records import Info, Listed, Stored
from dedup.index.segments import Run, Segment, found_in
from dedup.index.store import Pairs, Store
from dedup.settings import Settings

__all__ = ["Snapshot"]

_PAGE = 1000
"""Articles that are read at once."""
_KEPT = 1 << 27
"""Bytes of the articles that were read last and are kept: what comes shares text with what came just now."""

_U64 = npt.NDArray[np.uint64]


class Snapshot(Store):
    """An index in the folder ``path``; ``wait`` is how long to wait for another writer, in seconds."""

    notes = True

    def __init__(self, path: Path, asked: Settings | None, *, create: bool, texts: bool | None, wait: float) -> None:
        self.path = path
        self._lock = RLock()
        self._depth = 0
        self._generation = self._last = -1
        self._open: dict[str, Segment] = {}
        self._bands: list[Run] = []
        self._anchors: list[Run] = []
        self._gone = np.empty(0, np.uint32)
        self._current = False  # whether the moment that is read is that of the segments
        self._kept: dict[int, Stored] = {}
        self._kept_size = 0
        self._swept = self._mapped = False
        self._db, self.settings, self.texts = database.opened(path, asked, create, texts, wait)

    # reading

    @contextmanager
    def reading(self, *, keys: bool = False) -> Iterator[None]:
        """One moment in time: a transaction of SQLite, and for ``pairs`` the segments that its manifest names."""
        with self._lock, database.guarded(self.path):
            if self._depth == 0:
                self._begin(keys)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0 and self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    def _begin(self, keys: bool) -> None:
        if keys and not self._mapped:
            database.mapped(self._db)
            self._mapped = True
        for _ in range(100):
            self._db.execute("BEGIN")
            self._current = keys
            try:
                if keys:
                    self._refresh()
                return
            except FileNotFoundError as error:
                # Merged away by a writer since this moment: take the next.  Gone for good, if nothing changed.
                before = self._manifest("generation")
                self._db.execute("ROLLBACK")
                self._db.execute("BEGIN")
                after = self._manifest("generation")
                self._db.execute("ROLLBACK")
                if before == after:
                    raise DamagedError(f"{error.filename} is missing; {database.MEND}") from error
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
        raise StoreError(f"{self.path} changes faster than it can be read")

    def _refresh(self) -> None:
        """Open the segments of this moment, and load its recent part."""
        generation = int(self._manifest("generation"))
        if generation == self._generation:
            return
        rows = self._db.execute("SELECT name, sum FROM segments ORDER BY position").fetchall()
        names = {name for name, _ in rows}
        for name, stored in rows:
            if name not in self._open:
                self._open[name] = Segment(self.path / "segments" / name, stored)
        for name in self._open.keys() - names:
            del self._open[name]
        recent = self._recent()
        segments = [self._open[name] for name, _ in rows]
        self._bands = [*(segment.sections[0] for segment in segments), Run(recent[0])]
        self._anchors = [*(segment.sections[1] for segment in segments), Run(recent[1])]
        gone = self._db.execute("SELECT number FROM gone ORDER BY number").fetchall()
        self._gone = np.array([number for (number,) in gone], np.uint32)
        for number in self._kept.keys() & set(self._gone.tolist()):
            self._kept_size -= _weight(self._kept.pop(number))
        [(self._last,)] = self._db.execute("SELECT coalesce(max(number), -1) FROM documents")
        self._generation = generation

    def _recent(self) -> tuple[_U64, _U64]:
        parts: tuple[list[_U64], list[_U64]] = ([], [])
        for bands, anchors, stored in self._db.execute("SELECT bands, anchors, sum FROM recent ORDER BY sequence"):
            if checksum(bands, anchors) != stored:
                raise DamagedError(f"{self.path}: the recent part is damaged; {database.MEND}")
            for part, data in zip(parts, (bands, anchors), strict=True):
                part.append(np.frombuffer(data, "<u8"))
        return unique(joined(parts[0])), unique(joined(parts[1]))

    def _manifest(self, key: str) -> str:
        row = self._db.execute("SELECT value FROM manifest WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else "0"

    def pairs(self, bands: _U64, anchors: _U64) -> Pairs:
        """As of ``Store``: about 2 microseconds a key."""
        found = []
        for runs, asked, carriers in ((self._bands, bands, BAND_CARRIERS), (self._anchors, anchors, ANCHOR_CARRIERS)):
            asked = np.sort(asked)
            which, keys = found_in(runs, asked, self._gone, carriers)
            found.append(pairs_of(asked, which, keys))
        return Pairs(*candidates(*found))

    def fetch(self, numbers: Collection[int]) -> dict[int, Stored]:
        """As of ``Store``: about 30 microseconds an article, nothing for one of the last few thousand."""
        # Only who reads the segments is told of what is gone.
        known = self._kept if self._current and self._depth else {}
        wanted, found = [], dict[int, Stored]()
        for number in sorted(numbers):
            if stored := known.pop(number, None):
                found[number] = known[number] = stored  # the last to go
            else:
                wanted.append(number)
        for at in range(0, len(wanted), _PAGE):
            some = wanted[at : at + _PAGE]
            # One of a few statements, which SQLite has compiled before: to compile it takes as long as to run it.
            size = min(_PAGE, 1 << (len(some) - 1).bit_length())
            marks = ",".join("?" * size)
            for row in self._db.execute(f"{_SELECT} WHERE number IN ({marks})", [*some, *[-1] * (size - len(some))]):
                prints = b"" if self.texts else row[6] or b""
                stored = Stored(row[0], self._article(row), prints, row[5], self._notes(row))
                found[row[0]] = stored
                if known is self._kept:
                    known[row[0]] = stored
                    self._kept_size += _weight(stored)
        while self._kept_size > _KEPT:
            self._kept_size -= _weight(self._kept.pop(next(iter(self._kept))))
        return found

    def _article(self, row: Sequence[Any]) -> Article:
        _, id, words, record, stored, bands, text, _ = row
        id = database.named(id)
        if checksum(record, text or b"", bands) != stored:
            raise self._damaged(id)
        return unpacked(id, (text or b"").decode("utf-8", "surrogatepass") if self.texts else "", words, record)

    def _damaged(self, id: str) -> DamagedError:
        return DamagedError(
            f"{self.path}: the article {id!r} is damaged; remove it and add it again: "
            f"dedup index remove {id!r} --index {str(self.path)!r}"
        )

    def _notes(self, row: Sequence[Any]) -> bytes | None:
        try:
            return notes_of(row[7] or b"")
        except ValueError as error:
            raise self._damaged(database.named(row[1])) from error

    def known(self, entries: Sequence[tuple[str, str, bytes]]) -> list[bool]:
        """As of ``Store``."""
        with self.reading():
            stored = self._existing([id for id, _, _ in entries])
            # Only where an id is taken another article may be under that and its path.
            stored |= self._existing([f"{id}@{source}" for id, source, _ in entries if id in stored and source])
        return [is_known(stored, *entry) for entry in entries]

    def _existing(self, ids: Sequence[str]) -> dict[str, Known]:
        found = {}
        for at in range(0, len(ids), _PAGE):
            some = [database.name(id) for id in ids[at : at + _PAGE]]
            marks = ",".join("?" * len(some))
            for row in self._db.execute(
                f"SELECT id, number, version, source, content FROM documents WHERE id IN ({marks})", some
            ):
                found[database.named(row[0])] = Known(row[1], row[2], database.named(row[3]), row[4])
        return found

    def listed(self) -> Iterator[Listed]:
        """As of ``Store``."""
        for rows in self._pages("SELECT number, id, version, words, record, wires FROM documents"):
            for _, id, version, words, record, wires in rows:
                document = unpacked(database.named(id), "", words, record).document
                published = None if document.published is None else str(document.published)
                credited = tuple(wires.split()) if wires else ()
                yield Listed(document.id, version, words, document.title, document.outlet, published, credited)

    def articles(self, *, damaged: Callable[[str], object] | None = None) -> Iterator[tuple[int, Article]]:
        """As of ``Store``."""
        read = -1
        try:
            for rows in self._pages(_SELECT):
                for row in rows:
                    read = row[0]
                    try:
                        yield read, self._article(row)
                    except DamagedError as error:
                        if damaged is None:
                            raise
                        damaged(str(error))
        except DamagedError:  # a page of the file: what stands on others can be read
            if damaged is None:
                raise
            yield from self._one_by_one(read + 1, damaged)

    def _one_by_one(self, first: int, damaged: Callable[[str], object]) -> Iterator[tuple[int, Article]]:
        with self.reading():
            numbers = range(first, int(self._manifest("next")))
        lost = 0
        for number in numbers:
            try:
                with self.reading():
                    rows = self._db.execute(f"{_SELECT} WHERE number = ?", (number,)).fetchall()
                found = [self._article(row) for row in rows]
            except DamagedError:
                lost += 1
                continue
            for article in found:
                yield number, article
        if lost:
            plural = "s" * (lost != 1)
            damaged(f"{self.path}: {lost:,} article{plural} on damaged pages cannot be read")

    def _pages(self, select: str) -> Iterator[list[Any]]:
        after = -1
        while True:
            with self.reading():
                rows = self._db.execute(f"{select} WHERE number > ? ORDER BY number LIMIT {_PAGE}", (after,)).fetchall()
            if not rows:
                return
            yield rows
            after = rows[-1][0]

    def last(self) -> int:
        """As of ``Store``."""
        if self._current and self._depth:
            return self._last
        with self.reading():
            [(number,)] = self._db.execute("SELECT coalesce(max(number), -1) FROM documents")
            return int(number)

    def numbers(self, after: int) -> list[int]:
        """As of ``Store``."""
        rows = self._db.execute("SELECT number FROM documents WHERE number > ? ORDER BY number", (after,))
        return [number for (number,) in rows]

    def info(self) -> Info:
        """As of ``Store``."""
        with self.reading():
            [(articles, records)] = self._db.execute(
                "SELECT count(*), coalesce(sum(length(record) + length(id) + 60), 0) FROM documents"
            )
            [(texts, notes)] = self._db.execute(
                "SELECT coalesce(sum(length(text)), 0), coalesce(sum(length(notes)), 0) FROM texts"
            )
            [(segments, keys)] = self._db.execute("SELECT count(*), coalesce(sum(keys), 0) FROM segments")
            recent = sum(map(len, self._recent()))
            wires: Counter[str] = Counter()
            for said, times in self._db.execute("SELECT wires, count(*) FROM documents GROUP BY wires"):
                wires.update(dict.fromkeys(said.split(), times))
            learned = dict(
                self._db.execute("SELECT kind, count(*) FROM learned GROUP BY kind ORDER BY kind").fetchall()
            )
            return Info(
                articles=articles,
                updated=int(self._manifest("updated")),
                removed=int(self._manifest("removed")),
                segments=segments,
                keys=keys + recent,
                texts=self.texts,
                bytes={
                    "texts": texts,
                    "records": records + notes,
                    "keys": 8 * (keys + recent),
                    "on disk": sum(map(_size, self.path.rglob("*"))),
                },
                wires=dict(sorted(wires.items(), key=lambda item: (-item[1], item[0]))),
                learned=dict(learned),
                settings=self.settings.fingerprint,
                version=self._manifest("version") or __version__,
            )

    def verify(self) -> list[str]:
        """As of ``Store``: reads every byte."""
        found = []
        with self._lock, database.guarded(self.path):
            found += database.integrity(self._db)
            rows = self._db.execute("SELECT name, sum FROM segments ORDER BY position").fetchall()
            for name, stored in rows:
                try:
                    Segment(self.path / "segments" / name, stored).verify()
                except (DamagedError, OSError) as error:
                    found.append(f"{error}")
            try:
                self._recent()
            except DamagedError as error:
                found.append(str(error))
            after = -1
            while rows := self._db.execute(
                f"{_SELECT} WHERE number > ? ORDER BY number LIMIT {_PAGE}", (after,)
            ).fetchall():
                for row in rows:
                    try:
                        self._article(row)
                        self._notes(row)
                    except DamagedError as error:
                        found.append(str(error))
                after = rows[-1][0]
        return found

    def close(self) -> None:
        """As of ``Store``."""
        with self._lock:
            self._db.close()
            self._open.clear()
            self._bands, self._anchors = [], []


def _weight(stored: Stored) -> int:
    """Bytes that an article takes, roughly."""
    return 1000 + len(stored.article.document.text) + len(stored.prints) + stored.article.words


def _size(path: Path) -> int:
    """Size of a file, 0 of what is none, or no more: a writer beside this one deletes what it has merged."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:
        return 0


_SELECT = (
    "SELECT number, id, words, record, sum, bands, text, notes FROM "
    "(SELECT documents.*, texts.text, texts.notes FROM documents LEFT JOIN texts USING (number))"
)
