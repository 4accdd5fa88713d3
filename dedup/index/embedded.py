"""Embedded: an index in a folder, without a server.

What is read is in ``dedup.index.snapshot``.  Whatever is added or
removed is one transaction: segments are written and on disk before the transaction that names them
is committed, and a file that no manifest names is left from a crash and deleted by the next writer.
One process writes at a time, others wait; any number read meanwhile, each a moment of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np
import numpy.typing as npt

from dedup.article import Article
from dedup.batch import NUMBER_BITS
from dedup.columns import unique
from dedup.errors import DamagedError, StoreError
from dedup.index import database
from dedup.index.keys import joined, numbered_anew
from dedup.index.outlets import KIND, added, forgotten
from dedup.index.pack import checksum
from dedup.index.plan import plan
from dedup.index.records import Added, Entry
from dedup.index.segments import Run, Segment, merge, write
from dedup.index.snapshot import Snapshot

__all__ = ["Embedded"]

_RECENT = 1 << 16
"""Keys of the recent part, at most: some 200 articles."""
_FAN = 8
"""Segments of about one size that are merged while many articles are added."""
_RATIO = 3
"""A segment that is not so many times larger than the next is merged with it when all is added."""
_PAGE = 1000
"""Articles that are read at once."""

_U64 = npt.NDArray[np.uint64]


class Embedded(Snapshot):
    """An index in the folder ``path``; ``wait`` is how long to wait for another writer, in seconds."""

    @contextmanager
    def _writing(self) -> Iterator[list[str]]:
        """A transaction; the files named in the list it gives are deleted once it is committed."""
        with self._lock, database.guarded(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._current = False
                if not self._swept:
                    self._sweep()
                done: list[str] = []
                self._depth += 1  # what is read now is read in this transaction
                try:
                    yield done
                finally:
                    self._depth -= 1
                self._set("generation", int(self._manifest("generation")) + 1)
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                self._swept = False
                raise
            for name in done:
                (self.path / "segments" / name).unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Delete segments that no manifest names: a crash left them."""
        named = {name for (name,) in self._db.execute("SELECT name FROM segments")}
        for path in (self.path / "segments").iterdir():
            if path.name not in named:
                path.unlink(missing_ok=True)
        self._swept = True

    def _set(self, key: str, value: object) -> None:
        self._db.execute("INSERT OR REPLACE INTO manifest VALUES (?, ?)", (key, str(value)))

    def commit(self, entries: Sequence[Entry], bands: _U64, anchors: _U64) -> Added:
        """As of ``Store``: about 50 microseconds an article, in thousands at once."""
        with self._writing() as done:
            found = plan(entries, int(self._manifest("next")), self._existing)
            if found.next >= 1 << NUMBER_BITS:
                most = (1 << NUMBER_BITS) - 1
                raise StoreError(f"{self.path} is full: an index holds {most:,} articles and versions; begin another")
            if found.rows:
                self._forget(found.gone)
                rows = [self._row(number, *row) for number, row in found.rows.items()]
                self._db.executemany("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
                texts = [(number, entry.kept, entry.notes) for number, (_, _, entry) in found.rows.items()]
                self._db.executemany("INSERT INTO texts VALUES (?, ?, ?)", texts)
                self._count(added(entry for _, _, entry in found.rows.values()))
                self._add_keys(numbered_anew(bands, found.numbers), numbered_anew(anchors, found.numbers), done)
                self._set("next", found.next)
                self._set("updated", int(self._manifest("updated")) + found.added.updated)
        return found.added

    def _row(self, number: int, id: str, version: int, entry: Entry) -> tuple[Any, ...]:
        _, source, content, words, wires, record, _, bands, sum, _, _ = entry
        return number, database.name(id), version, database.name(source), content, words, wires, record, sum, bands

    def _count(self, habits: Mapping[str, int]) -> None:
        """Add to what is known of outlets."""
        self._db.executemany(
            "INSERT INTO learned VALUES (?, ?, ?) ON CONFLICT (kind, name) "
            "DO UPDATE SET value = CAST(value AS INTEGER) + excluded.value",
            [(KIND, database.name(name), str(number)) for name, number in sorted(habits.items())],
        )
        self._db.execute("DELETE FROM learned WHERE kind = ? AND value = '0'", (KIND,))

    def _whole(self, numbers: Sequence[int]) -> Iterator[Article]:
        """Those articles that are as they were written; a damaged one must be removable, too."""
        for number in numbers:
            with suppress(DamagedError):
                yield from (each.article for each in self.fetch([number]).values())

    def _forget(self, numbers: Sequence[int]) -> None:
        self._count(forgotten(self._whole(numbers)))
        rows = [(number,) for number in numbers]
        self._db.executemany("DELETE FROM documents WHERE number = ?", rows)
        self._db.executemany("DELETE FROM texts WHERE number = ?", rows)
        self._db.executemany("INSERT OR IGNORE INTO gone VALUES (?)", rows)

    def _add_keys(self, bands: _U64, anchors: _U64, done: list[str]) -> None:
        [(held,)] = self._db.execute("SELECT coalesce(sum(length(bands) + length(anchors)), 0) FROM recent")
        if len(bands) + len(anchors) + held // 8 <= _RECENT:
            data = bands.astype("<u8").tobytes(), anchors.astype("<u8").tobytes()
            self._db.execute("INSERT INTO recent (bands, anchors, sum) VALUES (?, ?, ?)", (*data, checksum(*data)))
            return
        self._flush(Run(bands), Run(anchors))
        self._merge(done, _crowd)

    def _flush(self, bands: Run, anchors: Run) -> None:
        """Write the recent part and some more keys as a segment."""
        recent = self._recent()
        gone = np.empty(0, np.uint32)
        parts = [[Run(recent[0]), bands], [Run(recent[1]), anchors]]
        if not len(recent[0]) + len(recent[1]):  # as a rule, where many are added
            parts = [[bands], [anchors]]
        if sum(len(run) for part in parts for run in part):
            self._write([iter([part[0].keys]) if len(part) == 1 else merge(part, gone) for part in parts], None)
        self._db.execute("DELETE FROM recent")

    def _write(self, sections: Sequence[Iterator[_U64]], position: int | None) -> None:
        serial = int(self._manifest("serial"))
        self._set("serial", serial + 1)
        name = f"{serial:08}.keys"
        written, lengths = write(self.path / "segments" / name, sections)
        self._db.execute("INSERT INTO segments VALUES (?, ?, ?, ?)", (position, name, sum(lengths), written))

    def _merge(self, done: list[str], choose: Any) -> None:
        """Merge the last few segments, as many as ``choose`` says by their sizes, while it says so."""
        while True:
            rows = self._db.execute("SELECT position, name, keys, sum FROM segments ORDER BY position").fetchall()
            start = choose([keys for _, _, keys, _ in rows])
            if start >= len(rows):
                return
            self._merge_some(rows[start:], done)

    def _merge_some(self, rows: Sequence[Any], done: list[str]) -> None:
        gone = np.array([n for (n,) in self._db.execute("SELECT number FROM gone ORDER BY number")], np.uint32)
        folder = self.path / "segments"
        segments = [self._open.get(name) or Segment(folder / name, stored) for _, name, _, stored in rows]
        self._db.executemany("DELETE FROM segments WHERE name = ?", [(name,) for _, name, _, _ in rows])
        self._write([merge([each.sections[part] for each in segments], gone) for part in (0, 1)], rows[-1][0])
        done += [name for _, name, _, _ in rows]

    def settle(self) -> None:
        """As of ``Store``: merge until each segment is some times larger than the next."""
        with self.reading():
            sizes = [keys for (keys,) in self._db.execute("SELECT keys FROM segments ORDER BY position")]
        if _uneven(sizes) < len(sizes):
            with self._writing() as done:
                self._merge(done, _uneven)

    def remove(self, ids: Sequence[str]) -> list[str]:
        """As of ``Store``."""
        with self._writing():
            stored = self._existing(ids)
            self._forget([old[0] for old in stored.values()])
            self._set("removed", int(self._manifest("removed")) + len(stored))
        return [id for id in ids if id in stored]

    def learned(self, kind: str) -> dict[str, str]:
        """As of ``Store``."""
        with self.reading():
            rows = self._db.execute("SELECT name, value FROM learned WHERE kind = ? ORDER BY name", (kind,))
            return dict(rows.fetchall())

    def learn(self, kind: str, facts: Mapping[str, str | None]) -> None:
        """As of ``Store``."""
        with self._writing():
            for name, value in facts.items():
                if value is None:
                    self._db.execute("DELETE FROM learned WHERE kind = ? AND name = ?", (kind, name))
                else:
                    self._db.execute("INSERT OR REPLACE INTO learned VALUES (?, ?, ?)", (kind, name, value))

    def compact(self) -> None:
        """As of ``Store``: one segment, without what is gone; SQLite gives free pages back."""
        with self._writing() as done:
            self._flush(Run(joined([])), Run(joined([])))
            rows = self._db.execute("SELECT position, name, keys, sum FROM segments ORDER BY position").fetchall()
            [(gone,)] = self._db.execute("SELECT count(*) FROM gone")
            if len(rows) > 1 or (rows and gone):
                self._merge_some(rows, done)
            self._db.execute("DELETE FROM gone")
        with self._lock, database.guarded(self.path):
            database.shrink(self._db)

    def rebuild(self, sketched: Callable[[], Iterator[tuple[_U64, _U64]]]) -> None:
        """As of ``Store``."""
        with self._writing() as done:
            done += [name for (name,) in self._db.execute("SELECT name FROM segments")]
            for table in ("segments", "recent", "gone"):
                self._db.execute(f"DELETE FROM {table}")
            for bands, anchors in sketched():
                self._write([iter([unique(bands)]), iter([unique(anchors)])], None)
        self.settle()


def _crowd(sizes: Sequence[int]) -> int:
    """From where the last segments are to be merged: as many of one tier as make the next."""
    tiers = [max(0, (size // _RECENT).bit_length() - 1) // (_FAN.bit_length() - 1) for size in sizes]
    start = len(sizes)
    while start and tiers[start - 1] <= tiers[-1]:
        start -= 1
    return start if len(sizes) - start >= _FAN else len(sizes)


def _uneven(sizes: Sequence[int]) -> int:
    """From where the last segments are to be merged, such that each is larger than the next by far.

    >>> _uneven([900, 200, 60, 30]), _uneven([900, 200, 50, 10])
    (1, 4)
    """
    start, total = len(sizes), 0
    for number in range(len(sizes) - 1, 0, -1):
        total += sizes[number]
        if sizes[number - 1] < _RATIO * total:
            start = number - 1
    return start
