"""Index: articles that stay, to be added to, asked and taken from.

``open_index`` opens a folder, or a server.  What is added is there when ``add`` returns, whatever happens
to the program then; ``check`` answers for an article what a scan of it and the index would.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from itertools import chain, islice
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from dedup.engine import engine
from dedup.errors import InputError, StoreError
from dedup.garbage import rarely_collected
from dedup.index.checking import answers
from dedup.index.incoming import Batch, Fresh, fresh
from dedup.index.keys import numbered_anew
from dedup.index.knowledge import KIND, Knowledge, boilerplate, learn
from dedup.index.news import News, news
from dedup.index.pack import content, source
from dedup.index.prints import held_against
from dedup.index.records import Added, Checked, Info, Listed
from dedup.index.scheme import at_query
from dedup.index.store import Store
from dedup.intake import Input, inputs, prepared
from dedup.model import Boilerplate, Document, Skipped
from dedup.parallel import behind, cores, in_order
from dedup.readers import Portion
from dedup.registry import use
from dedup.settings import Settings
from dedup.workers import Unsendable, WorkerError, Workers, may_fork

if TYPE_CHECKING:
    from dedup.clock import Progress

__all__ = ["Index", "open_index", "store_at"]

BATCH = 8192
"""Articles that are committed together."""
_BYTES = 64 << 20  # of text, at most, in a batch
_FEW_ADDED, _FEW_CHECKED = 4, 1
"""Pieces of work for each core, a megabyte of text or so, up to which it is not worth while to start processes."""

_TOGETHER = 2
"""Pieces of work that are checked together where there are many."""
_FIRST = 4
"""Articles that are checked to have loaded what checks need."""

Result = TypeVar("Result")

_U64 = npt.NDArray[np.uint64]


def open_index(
    path_or_url: str | PathLike[str],
    settings: Settings | None = None,
    *,
    create: bool = True,
    texts: bool | None = None,
    wait: float = 60.0,
) -> Index:
    """Open an index, a folder or ``redis://HOST:PORT/DATABASE#NAME``, or make one where there is none.

    ``settings`` must be those that the index was made with, None takes them as they are.  ``create=False``
    makes an index that is not there an error.  ``texts=False`` makes an index that keeps fingerprints
    only; None takes it as it is.  ``wait`` is how many seconds to wait for another writer.

    >>> import tempfile
    >>> line = "The bridge swayed for nine minutes before its western cable tore from the rock."
    >>> with tempfile.TemporaryDirectory() as folder, open_index(folder) as index:
    ...     _ = index.add(Document("old", "ROME (AP) - " + line))
    ...     [found] = index.check(Document("new", line + " Nobody was hurt."))
    >>> [match.id for match in found.matches], [span.say for span in found.spans]
    (['old'], ['from AP'])
    """
    place = os.fspath(path_or_url)
    return Index(store_at(place, settings, create=create, texts=texts, wait=wait), place, wait)


def store_at(place: str, settings: Settings | None, *, create: bool, texts: bool | None, wait: float) -> Store:
    """The store at a path or an address."""
    if place.startswith("redis://"):
        from dedup.index.server import Server

        return Server(place, settings, create=create, texts=texts, wait=wait)
    from dedup.index.embedded import Embedded

    return Embedded(Path(place), settings, create=create, texts=texts, wait=wait)


class Index:
    """Articles that stay; made by ``open_index``, closed by ``close`` or at the end of a ``with``."""

    def __init__(self, store: Store, place: str, wait: float) -> None:
        self._store, self._place, self._wait = store, place, wait
        self._learned: tuple[int, Knowledge] | None = None

    @property
    def settings(self) -> Settings:
        """The settings that it was made with."""
        return self._store.settings

    def add(self, paths_or_documents: Input | Iterable[Input], *, progress: Progress | None = None) -> Added:
        """Add articles; what is there already, by id and content, stays as it is, and an article with a
        known id and another content becomes a new version that takes the place of the old one.

        Files of one name in different folders are different articles: the second gets ``@`` and its path
        after its id.  Each batch is there for good when it is committed, and never half of it.  What
        cannot be read is in ``skipped``; raises InputError where nothing could be read.  About 0.3
        milliseconds an article; where much is added, in a process for each of ``Settings.jobs``.
        """
        paths: list[str | PathLike[str]] = []
        total, taken = Added(), 0

        def batches() -> Iterator[Callable[[], Added]]:
            nonlocal total, taken
            batch = Batch()
            for some in found:
                total += Added(known=some.known, skipped=some.skipped)
                batch.add(some)
                taken += some.known + len(some.entries)
                if len(batch.entries) >= BATCH or batch.size > _BYTES:
                    full, batch = batch, Batch()
                    yield partial(full.commit, self._store)
                if progress:
                    progress("add", taken, 0)
            if batch.entries:
                yield partial(batch.commit, self._store)

        work = (partial(_fresh, piece=piece) for piece in _read(paths_or_documents, paths))
        with rarely_collected(), closing(self._spread(work, _FEW_ADDED)) as found:
            for added in behind(batches()):
                total += added
        if total.new or total.updated:
            self._store.settle()
            if learn(self._store, progress=progress):
                self._learned = None
        elif not total.known:
            reasons = "".join(f"; {each.path}: {each.reason}" for each in total.skipped[:5])
            given = ", ".join(str(path) for path in paths[:3]) or "no documents"
            raise InputError(f"nothing to add in {given}{reasons}; give a folder with .txt, .md or .jsonl files")
        return total

    def _spread(
        self, work: Iterable[Callable[[Index], Result]], few: int, ready: Callable[[], object] | None = None
    ) -> Generator[Result, None, None]:
        """The results of work with the index, in its order: a few pieces in threads of this process, more in
        processes; forked ones, where that can be, if ``ready`` loads what they need."""
        jobs, pieces = self.settings.jobs or cores(), iter(work)
        if jobs == 1:
            yield from (piece(self) for piece in pieces)
            return
        first = [*islice(pieces, few * jobs + 1)]
        if len(first) <= few * jobs:
            yield from in_order((partial(piece, self) for piece in first), jobs)
        else:
            with self._workers(jobs, ready) as workers:

                def elsewhere(piece: Callable[[Index], Result]) -> Result:
                    try:
                        return workers.run(piece)
                    except Unsendable:
                        return piece(self)
                    except WorkerError as error:
                        raise StoreError(f"{error}; all that was reported as added is there") from error

                yield from in_order((partial(elsewhere, piece) for piece in chain(first, pieces)), jobs)

    def _workers(self, jobs: int, ready: Callable[[], object] | None) -> Workers:
        opening = partial(_opened, self._place, self.settings, self._wait)
        if ready is None or not may_fork():
            return Workers(jobs, opening)
        ready()
        self._store.close()
        try:
            return Workers(jobs, opening, forked=True)
        finally:
            self._store = store_at(self._place, self.settings, create=False, texts=None, wait=self._wait)

    def check(
        self, paths_or_documents: Input | Iterable[Input], *, min_words: int | None = None
    ) -> Iterator[Checked | Skipped]:
        """Ask which text articles share with the index, and where it comes from; nothing is added.

        One answer for each article, in the order in which they come, and what could not be read.  The
        articles are not compared with each other, nor with what the index has under their own ids.
        ``min_words`` is the fewest equal words in a passage, where it is not to be that of the index.
        """
        settings = at_query(self.settings, min_words)
        if isinstance(paths_or_documents, Document):
            one: list[Document | Skipped] = [paths_or_documents]
            yield from self._answers(one.copy, False, settings)
            return
        work = (partial(self._answers, *piece, settings) for piece in _read(paths_or_documents))
        for some in in_order(work, self.settings.jobs or cores()):
            yield from some

    def check_each(
        self,
        paths_or_documents: Input | Iterable[Input],
        make: Callable[[Checked | Skipped], Result],
        *,
        min_words: int | None = None,
        fork: bool = False,
    ) -> Iterator[Result]:
        """What ``make`` makes of each answer of ``check``, in order; where there are many, in a process for each
        of ``Settings.jobs``: then it must be a function of a module, and its results such that can be sent.

        ``fork`` says that this process may be forked, as that of a command may, which saves each its start.
        """
        settings = at_query(self.settings, min_words)
        pieces = _read(paths_or_documents)
        first = [*islice(pieces, _FEW_CHECKED * (self.settings.jobs or cores()) + 1)]
        together = chain(first, _together(pieces, self.settings.jobs or cores()))
        work = (partial(_made, piece=piece, settings=settings, make=make) for piece in together)

        def ready() -> None:  # by a few answers, for much is loaded and compiled when it is first asked for
            for portion, named in first[:1]:
                some = portion()[:_FIRST]
                deque(map(make, self._answers(some.copy, named, settings)), 0)

        with closing(self._spread(work, _FEW_CHECKED, ready if fork else None)) as found:
            for some in found:
                yield from some

    def _answers(self, portion: Portion, named: bool, settings: Settings) -> list[Checked | Skipped]:
        """The answers for a portion, compared and traced together."""
        with rarely_collected():
            return self._answered(portion, named, settings)

    def _answered(self, portion: Portion, named: bool, settings: Settings) -> list[Checked | Skipped]:
        store, known = self._store, self._known()
        some = prepared(portion(), named, settings, known.shingles)
        articles = some.articles
        with store.reading(keys=True):
            pairs = store.pairs(some.sketches.bands.keys, some.sketches.anchors.keys)
            found, more = pairs.of(len(articles))
            stored = store.fetch({number for numbers in found for number in numbers})
        words = some.sketches.words.tolist()
        asked = [article.kept(article.document, count) for article, count in zip(articles, words, strict=True)]
        found = [[number for number in numbers if number in stored] for numbers in found]
        if not store.texts:
            found, stored = held_against(asked, found, stored, settings)
        answered = iter(answers(asked, found, stored, settings, some.sketches, known, more))
        return [each if isinstance(each, Skipped) else next(answered) for each in some.found]

    def _known(self) -> Knowledge:
        """What the index has learned, read again when a hundredth more articles are there."""
        last = self._store.last()
        if self._learned is None or abs(last - self._learned[0]) > self._learned[0] // 100:
            self._learned = last, Knowledge.of(self._store)
        return self._learned[1]

    def knows(self, document: Document) -> bool:
        """Whether an article is there as it is, by id and content."""
        [known] = self._store.known([(document.id, source(document), content(document))])
        return known

    def remove(self, ids: str | Iterable[str]) -> list[str]:
        """Forget articles; the ids of those that were there."""
        return self._store.remove([ids] if isinstance(ids, str) else list(ids))

    def documents(self) -> Iterator[Listed]:
        """What is in it, in the order in which it came."""
        return self._store.listed()

    def export(self, *, damaged: Callable[[str], object] | None = None) -> Iterator[Document]:
        """All documents as they were read, in the order in which they came; a StoreError where no text is kept.

        ``damaged`` is told of those that cannot be read; without it the first is an error.
        """
        if not self._store.texts:
            raise StoreError("this index keeps fingerprints and no text: there is nothing to export")
        for _, article in self._store.articles(damaged=damaged):
            yield article.document

    def info(self) -> Info:
        """The index at a glance."""
        return self._store.info()

    def compact(self) -> None:
        """Give back the room of what was removed, and make questions as fast as they can be."""
        self._store.compact()

    def verify(self) -> list[str]:
        """Read and check everything; what is damaged, in words, nothing if all is well."""
        return self._store.verify()

    def repair(self) -> None:
        """Write all keys anew from the texts; articles that are damaged themselves are left out."""
        if not self._store.texts:
            raise StoreError("an index without texts cannot be repaired: add the articles to a new one")
        self._store.rebuild(self._sketched_anew)

    def _sketched_anew(self) -> Iterator[tuple[_U64, _U64]]:
        work, articles = engine(self.settings.engine), self._store.articles(damaged=lambda _: None)
        while some := list(islice(articles, BATCH)):
            bodies = [article.spans for _, article in some]
            found = work.sketches([article.document.text for _, article in some], bodies, self.settings)
            numbers = np.array([number for number, _ in some], np.int64)
            yield numbered_anew(found.bands.keys, numbers), numbered_anew(found.anchors.keys, numbers)

    def news(self, *, keep: bool = False) -> Iterator[News]:
        """Articles whose origins are others than before, by what was added since this was last asked.

        The first time there is none.  Unless ``keep``, what is told is no news the next time, once all was
        taken.  About 30 milliseconds for each article that was added since.
        """
        return news(self._store, keep=keep)

    def boilerplate(self) -> list[Boilerplate]:
        """Text that the articles show to be boilerplate, that of most stories first; it is learned when articles
        are added, each time that there are twice as many as the last time."""
        return boilerplate(self._store.learned(KIND))

    def learned(self, kind: str) -> dict[str, str]:
        """Facts of one kind that were learned from the articles (``boilerplate`` ...), by name."""
        return self._store.learned(kind)

    def learn(self, kind: str, facts: Mapping[str, str | None]) -> None:
        """Note facts for whoever opens the index next; None forgets one."""
        self._store.learn(kind, facts)

    def close(self) -> None:
        """Let go of its files."""
        self._store.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


_Piece = tuple[Portion, bool]
"""Articles to be read, and whether they get their names from the reader."""


def _together(pieces: Iterable[_Piece], jobs: int) -> Iterator[_Piece]:
    """The same in larger pieces: what several articles share text with is read and looked at once for all of them.

    The last are as they come, so that all ``jobs`` are done at about the same time.
    """
    ahead, rest, full = deque[_Piece](), iter(pieces), _TOGETHER * jobs
    while True:
        ahead.extend(islice(rest, full - len(ahead)))
        if not ahead:
            return
        most = _TOGETHER if len(ahead) == full else 1
        portion, named = ahead.popleft()
        some = [portion]
        while ahead and len(some) < most and ahead[0][1] == named:
            some.append(ahead.popleft()[0])
        yield partial(_all_of, some), named


def _all_of(portions: Sequence[Portion]) -> list[Document | Skipped]:
    return [each for portion in portions for each in portion()]


def _read(given: Input | Iterable[Input], paths: list[str | PathLike[str]] | None = None) -> Iterator[_Piece]:
    return inputs(given, [] if paths is None else paths)


def _opened(place: str, settings: Settings, wait: float) -> Index:
    """The index as a worker opens it."""
    use(settings.wires)
    return open_index(place, settings, create=False, wait=wait)


def _fresh(index: Index, piece: _Piece) -> Fresh:
    return fresh(index._store, *piece)


def _made(index: Index, piece: _Piece, settings: Settings, make: Callable[[Checked | Skipped], Result]) -> list[Result]:
    return [make(each) for each in index._answers(*piece, settings)]
