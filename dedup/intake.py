"""Intake: what is done with articles as they come, a portion in each thread at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from functools import partial
from itertools import count
from operator import attrgetter
from os import PathLike
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup import noisy
from dedup.article import Article, whole
from dedup.batch import Bodies, Keys, Sketches
from dedup.collection import Collection, Given, Whole
from dedup.corpus import StoredDocument, Texts
from dedup.engine import engine
from dedup.model import Credit, Document, Skipped, Span
from dedup.parallel import half_of_memory
from dedup.readers import JsonLine, JsonLines, Names, Portion, portions
from dedup.settings import Settings
from dedup.stamps import Dates

if TYPE_CHECKING:
    from dedup.workers import Workers

__all__ = ["Batch", "Columns", "Input", "Prepared", "Records", "inputs", "prepared"]

Input = str | PathLike[str] | Document
_PORTION = 256  # documents
_FEW = 4  # portions for each thread that are read before processes are started, which takes half a second


class Prepared(NamedTuple):
    """A portion: documents and what could not be read, an article for each document, their sketches and,
    where texts are noisy, keys of letters; ``named`` says that the reader gave the ids, which may need
    to be told apart."""

    found: Sequence[Document | Skipped]
    articles: Sequence[Article]
    sketches: Sketches
    letters: Keys | None
    named: bool

    def __reduce__(self) -> tuple[Callable[..., Prepared], tuple[Any, ...]]:
        """By columns: a third of the work to send it to another process."""
        skipped = [each for each in self.found if isinstance(each, Skipped)]  # which are sorted in the end
        documents = tuple(zip(*(_DOCUMENT(each.document) for each in self.articles), strict=True))
        bodies = [each.body and [place for span in each.body for place in span] for each in self.articles]
        credits = [[_CREDIT(credit) for credit in each.credits] for each in self.articles]
        dates = [each.dates for each in self.articles]
        return _received, (skipped, documents, bodies, credits, dates, *self[2:])


_DOCUMENT, _CREDIT = (attrgetter(*(each.name for each in fields(record))) for record in (Document, Credit))


def _received(
    skipped: Sequence[Skipped],
    documents: Sequence[Sequence[Any]],
    bodies: Sequence[Sequence[int] | None],
    credits: Sequence[Sequence[Any]],
    dates: Sequence[Dates],
    *rest: Any,
) -> Prepared:
    """What was sent; some 10 microseconds an article."""
    articles = [
        Article(
            Document(*row),
            None if body is None else tuple(map(Span, body[::2], body[1::2])),
            tuple([Credit(*each) for each in said]),
            days,
        )
        for row, body, said, days in zip(zip(*documents, strict=True), bodies, credits, dates, strict=True)
    ]
    return Prepared([*(article.document for article in articles), *skipped], articles, *rest)


def inputs(given: Input | Iterable[Input], paths: list[str | PathLike[str]]) -> Iterator[tuple[Portion, bool]]:
    """Documents and inputs that are read, in portions; whether they got their names here.

    Documents are taken as they come, so that a million of them need not be held; ``paths`` is filled.
    """
    documents: list[Document | Skipped] = []
    for each in [given] if isinstance(given, str | PathLike | Document) else given:
        if not isinstance(each, Document):
            paths.append(each)
            continue
        documents.append(each)
        if len(documents) == _PORTION:
            # A copy of its own for whoever reads it, in whatever thread.
            yield documents.copy, False
            documents = []
    if documents or not paths:
        yield documents.copy, False
    if paths:
        yield from ((portion, True) for portion in portions(paths))


def prepared(
    found: Sequence[Document | Skipped],
    named: bool,
    settings: Settings,
    known: npt.NDArray[np.uint64] | None = None,
) -> Prepared:
    """Clean, credit and sketch, and look for ``known`` shingles; about 0.5 milliseconds an article.

    >>> prepared([Document("1", "Rome (AP) - Two people died on Friday.")], False, Settings()).articles[0].id
    '1'
    """
    documents = [each for each in found if isinstance(each, Document)]
    articles = _prepared(documents) if settings.until == "provenance" else list(map(whole, documents))
    texts = [article.document.text for article in articles]
    bodies = [article.body for article in articles if article.body is not None] or None
    return Prepared(found, articles, *_sketches(texts, bodies, settings, known), named)


def _prepared(documents: Sequence[Document]) -> list[Article]:
    from dedup.prepare import prepare_all  # here: its many patterns are compiled when it is imported

    return prepare_all(documents)


def _texts(settings: Settings) -> Texts:
    """Room for the texts of a scan: in memory as far as they take one part in eight of what it may have."""
    return Texts((settings.memory or half_of_memory()) // 8)


class Batch(NamedTuple):
    """A portion that was read: its sketches, keys of letters as in ``Prepared``, and what adds its articles to
    those gathered, to be called in the order of the portions."""

    sketches: Sketches
    letters: Keys | None
    take: Callable[[], None]


class Records:
    """Gathers articles that are cleaned and credited, a record of each.

    Where there are many, each of the ``jobs`` that may be at it at once has a process of its own.
    """

    def __init__(self, settings: Settings, jobs: int) -> None:
        self.skipped: list[Skipped] = []
        self._settings, self._jobs = settings, jobs
        self._portions, self._lock = count(), Lock()
        self._workers: Workers | None = None
        self._names, self._texts = Names(), _texts(settings)
        self._articles: list[Article] = []

    def read(self, portion: Portion, named: bool) -> Batch:
        """Read, clean, credit and sketch a portion, in whatever thread."""
        work = partial(_read, portion, named)
        if self._jobs > 1 and next(self._portions) >= _FEW * self._jobs:
            some = self._elsewhere(work)
        else:
            some = work(self._settings)
        return Batch(some.sketches, some.letters, partial(self._take, some))

    def close(self) -> None:
        """All portions are read."""
        if self._workers:
            self._workers.close()

    def _elsewhere(self, work: Callable[[Settings], Prepared]) -> Prepared:
        from dedup.workers import Unsendable, Workers  # here: most scans have no use for them

        with self._lock:
            self._workers = self._workers or Workers(self._jobs, partial(_ready, self._settings))
        try:
            return self._workers.run(work)
        except Unsendable:
            return work(self._settings)

    def _take(self, some: Prepared) -> None:
        words = iter(some.sketches.words.tolist())
        articles = iter(some.articles)
        for each in self._names.made_unique(some.found) if some.named else some.found:
            if isinstance(each, Skipped):
                self.skipped.append(each)
            else:
                stored = StoredDocument.of(each, self._texts, self._texts.add(each.text))
                self._articles.append(next(articles).kept(stored, next(words)))

    def sorted(self) -> tuple[Collection, Sequence[int]]:
        """The articles by their ids, and their places in the order in which they came."""
        self._texts.close()
        order = sorted(range(len(self._articles)), key=lambda number: self._articles[number].id)
        return Given([self._articles[number] for number in order]), order


def _ready(settings: Settings) -> Settings:
    """What a process does before it reads."""
    from dedup.registry import use

    use(settings.wires)
    return settings


def _read(portion: Portion, named: bool, settings: Settings) -> Prepared:
    return prepared(portion(), named, settings)


class Columns:
    """Gathers articles of which all the text counts, without a record for each.

    >>> kept = Columns(Settings(until="documents"))
    >>> batch = kept.read(lambda: [Document("1", "Two people died on Friday.")], False)
    >>> batch.take(), kept.sorted()[0].ids, batch.sketches.words.tolist()
    (None, ['1'], [5])
    """

    def __init__(self, settings: Settings) -> None:
        self.skipped: list[Skipped] = []
        self._settings = settings
        self._names, self._texts = Names(), _texts(settings)
        self._ids: list[str] = []
        self._rest: list[StoredDocument | JsonLine] = []
        self._words: list[npt.NDArray[np.int32]] = []

    def read(self, portion: Portion, named: bool) -> Batch:
        """Read and sketch a portion, in whatever thread; about 40 microseconds an article."""
        ids, texts, rest, skipped = _columns(portion)
        sketches, letters = _sketches(texts, None, self._settings)
        return Batch(sketches, letters, partial(self._take, ids, texts, rest, skipped, sketches.words, named))

    def close(self) -> None:
        """All portions are read."""

    def _take(
        self,
        ids: Sequence[str],
        texts: Sequence[str],
        rest: Sequence[Document | JsonLine],
        skipped: Sequence[Skipped],
        words: npt.NDArray[np.int32],
        named: bool,
    ) -> None:
        if named and not self._names.take(ids):
            both = zip(ids, rest, strict=True)
            documents = [each.document(id_, "") if isinstance(each, JsonLine) else each for id_, each in both]
            ids = [each.id for each in self._names.made_unique(documents) if isinstance(each, Document)]
            both = zip(ids, rest, strict=True)
            rest = [each if isinstance(each, JsonLine) else replace(each, id=id_) for id_, each in both]
        self.skipped += skipped
        for number, each in enumerate(rest, len(self._texts)):
            self._rest.append(each if isinstance(each, JsonLine) else StoredDocument.of(each, self._texts, number))
        self._texts.extend(texts)
        self._ids += ids
        self._words.append(words)

    def sorted(self) -> tuple[Collection, Sequence[int]]:
        """The articles by their ids, and their places in the order in which they came."""
        self._texts.close()
        ids, words = self._ids, np.concatenate(self._words)
        order = sorted(range(len(ids)), key=ids.__getitem__)
        return Whole([ids[place] for place in order], words[order], self._texts, order, self._rest), order


def _columns(
    portion: Portion,
) -> tuple[Sequence[str], Sequence[str], Sequence[Document | JsonLine], Sequence[Skipped]]:
    """Ids, texts, documents or what else their lines say, and what cannot be read."""
    if isinstance(portion, JsonLines):
        ids, texts, found = portion.columns()
        skipped = [each for each in found if isinstance(each, Skipped)]
        return ids, texts, [each for each in found if isinstance(each, JsonLine)], skipped
    read = portion()
    documents = [each for each in read if isinstance(each, Document)]
    skipped = [each for each in read if isinstance(each, Skipped)]
    return [each.id for each in documents], [each.text for each in documents], documents, skipped


def _sketches(
    texts: Sequence[str], bodies: Bodies, settings: Settings, known: npt.NDArray[np.uint64] | None = None
) -> tuple[Sketches, Keys | None]:
    work = engine(settings.engine)
    letters = noisy.anchors(texts, bodies, settings, work) if settings.noisy and settings.until != "documents" else None
    return work.sketches(texts, bodies, settings, known), letters
