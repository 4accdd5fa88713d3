"""Watch: articles are checked as their files come into a folder, or as lines come into a file, each once.

A file is read when it has not changed for a while, so that one that is still being written is not read
half; what wakes the program is the system's notice that something changed (watchfiles), and every
half minute it looks at the folder all the same, as notices may be lost in a burst.  A file of JSON Lines that is
watched itself may grow for ever: each line is read when it has its end.

Nothing is remembered but what the index has and what was answered before (``done``).  An article goes
into the index after its answer was taken: killed between the two, it is answered again, unless the
answer is in ``done``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from time import monotonic
from typing import NamedTuple

from dedup.errors import DedupError, InputError
from dedup.index import Index
from dedup.index.pack import content, source
from dedup.index.records import Checked
from dedup.model import Document, Skipped
from dedup.readers import read_inputs
from dedup.readers.tail import Tail
from dedup.readers.walk import Source, sources

__all__ = ["Answered", "watch"]

_LOOK = 30.0
"""Seconds after which the folder is looked at though nothing seemed to change."""
_TICK = 0.25
"""Seconds between looks at files that are still changing."""


class Answered(NamedTuple):
    """An answer, the path of its file and the digest of its content: what ``done`` holds to tell it was given."""

    answer: Checked | Skipped
    path: str
    content: str


def watch(
    index: Index,
    folder: str | os.PathLike[str],
    *,
    done: Iterable[tuple[str, str]] = (),
    settle: float = 1.0,
    once: bool = False,
    stop: Event | None = None,
) -> Iterator[Answered]:
    """Check and add each article of a folder, or a file, those that are there and then those that come.

    ``done`` are paths and contents that were answered before; ``settle`` is how many seconds a file must
    have been left alone; ``once`` ends when all that is there was answered, ``stop`` when it is set.  A
    file that changed is a new version, one that was renamed is none.  Needs the package watchfiles,
    unless ``once``.  Cost beside the checks: a ``stat`` for each file in the folder when something changes.
    """
    place = Path(folder)
    if not place.exists():
        raise InputError(f"there is no {place}; give the folder that articles come into, or a file that grows")
    watcher = _Watcher(index, place, done, settle)
    folder = place if place.is_dir() else place.parent  # where another file may take its place
    for changed in _ticks(folder, once, stop or Event(), recursive=place.is_dir()):
        if changed or watcher.pending or watcher.idle():
            yield from watcher.look(once)
        if once and not watcher.pending:
            return


def _ticks(folder: Path, once: bool, stop: Event, *, recursive: bool) -> Iterator[bool]:
    """Now and then, whether something changed; the first time at once."""
    yield True
    if once:
        while not stop.wait(_TICK):
            yield True
        return
    try:
        from watchfiles import watch as changes
    except ImportError as error:
        raise DedupError("to watch a folder needs watchfiles; pip install 'dedup-news[watch]'") from error
    for change in changes(
        folder,
        watch_filter=None,
        step=50,
        rust_timeout=int(1000 * _TICK),
        yield_on_timeout=True,
        recursive=recursive,
        stop_event=stop,
        raise_interrupt=True,
    ):
        yield bool(change)


class _Watcher:
    """What was seen of a folder so far."""

    def __init__(self, index: Index, folder: Path, done: Iterable[tuple[str, str]], settle: float) -> None:
        self._index, self._folder, self._settle = index, folder, settle
        self._tail = Tail(folder) if folder.is_file() and folder.name.lower().endswith(".jsonl") else None
        self._done = set(done)
        self._paths = {digest: path for path, digest in self._done}
        self._seen: dict[str, tuple[int, int]] = {}
        self.pending: dict[str, tuple[tuple[int, int], float]] = {}
        self._looked = 0.0

    def idle(self) -> bool:
        """Whether nobody looked for a while."""
        return monotonic() - self._looked > _LOOK

    def look(self, once: bool = False) -> Iterator[Answered]:
        """Answer what has come and is left alone; ``once`` says that nothing more is to come."""
        now = self._looked = monotonic()
        there = set()
        for each in sources([self._folder]):
            if isinstance(each, Skipped):
                yield from self._skipped(each)
                continue
            there.add(each.path)
            state = _state(each.path)
            if state is None or self._seen.get(each.path) == state:
                continue
            before, since = self.pending.get(each.path, (None, now))
            if before != state:
                self.pending[each.path] = state, now
            alone = before == state and now - since >= self._settle
            if alone:
                del self.pending[each.path]
            if alone or self._tail:
                yield from self._file(each, alone, once)
            if alone:
                self._seen[each.path] = state
        for gone in [path for path in (*self.pending, *self._seen) if path not in there]:
            self.pending.pop(gone, None)
            self._seen.pop(gone, None)

    def _file(self, file: Source, alone: bool, once: bool) -> Iterator[Answered]:
        for each in self._tail.read(rest=alone, all=alone and once) if self._tail else read_inputs(file.path):
            if isinstance(each, Skipped):
                yield from self._skipped(each)
            else:
                yield from self._article(_renamed(each, file))

    def _skipped(self, each: Skipped) -> Iterator[Answered]:
        if (each.path, each.reason) not in self._done:
            yield Answered(each, each.path, each.reason)
            self._done.add((each.path, each.reason))

    def _article(self, document: Document) -> Iterator[Answered]:
        digest = content(document).hex()
        path = document.metadata.get("path", "")
        if self._index.knows(document):
            return
        before = self._paths.get(digest)
        moved = before is not None and before != path and not os.path.lexists(before)
        if (path, digest) not in self._done and not moved:
            [answer] = self._index.check(document)
            yield Answered(answer, path, digest)
            self._done.add((path, digest))
        self._paths[digest] = path
        self._index.add(document)


def _state(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _renamed(document: Document, file: Source) -> Document:
    """A document of one file under the id that it has in its folder."""
    name = Path(file.path).name
    if not (source(document) and document.id.startswith(name)):
        return document
    return replace(document, id=file.id + document.id.removeprefix(name))
