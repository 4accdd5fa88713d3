"""Intake: what is done with articles as they come, a portion in each thread at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from os import PathLike
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup import noisy
from dedup.article import Article, whole
from dedup.batch import Bodies, Keys, Sketches
from dedup.collection import Collection, Given, Whole
from dedup.corpus import StoredDocument, Texts
from dedup.engine import engine
from dedup.model import Document, Skipped
from dedup.parallel import half_of_memory
from dedup.readers import JsonLine, JsonLines, Names, Portion, portions
from dedup.settings import Settings

__all__ = ["Batch", "Columns", "Input", "Prepared", "Records", "inputs", "prepared"]

Input = str | PathLike[str] | Document
_PORTION = 256  # documents


class Prepared(NamedTuple):
    """A portion: documents and what could not be read, an article for each document, their sketches and,
    where texts are noisy, keys of letters; ``named`` says that the reader gave the ids, which may need
    to be told apart."""

    found: Sequence[Document | Skipped]
    articles: Sequence[Article]
    sketches: Sketches
    letters: Keys | None
    named: bool


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


def prepared(found: Sequence[Document | Skipped], named: bool, settings: Settings) -> Prepared:
    """Clean, credit and sketch; about 0.5 milliseconds an article.

    >>> prepared([Document("1", "Rome (AP) - Two people died on Friday.")], False, Settings()).articles[0].id
    '1'
    """
    documents = [each for each in found if isinstance(each, Document)]
    articles = _prepared(documents) if settings.until == "provenance" else list(map(whole, documents))
    texts = [article.document.text for article in articles]
    bodies = [article.body for article in articles if article.body is not None] or None
    return Prepared(found, articles, *_sketches(texts, bodies, settings), named)


def _prepared(documents: Sequence[Document]) -> list[Article]:
    from dedup.prepare import prepare_all  # here: its many patterns are compiled when it is imported

    return prepare_all(documents)


def _texts(settings: Settings) -> Texts:
    """Room for the texts of a scan: in memory while they take one part in sixteen of what it may have."""
    return Texts((settings.memory or half_of_memory()) // 16)


class Batch(NamedTuple):
    """A portion that was read: its sketches, keys of letters as in ``Prepared``, and what adds its articles to
    those gathered, to be called in the order of the portions."""

    sketches: Sketches
    letters: Keys | None
    take: Callable[[], None]


class Records:
    """Gathers articles that are cleaned and credited, a record of each."""

    def __init__(self, settings: Settings) -> None:
        self.skipped: list[Skipped] = []
        self._settings = settings
        self._names, self._texts = Names(), _texts(settings)
        self._articles: list[Article] = []

    def read(self, portion: Portion, named: bool) -> Batch:
        """Read, clean, credit and sketch a portion, in whatever thread."""
        some = prepared(portion(), named, self._settings)
        return Batch(some.sketches, some.letters, partial(self._take, some))

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


def _sketches(texts: Sequence[str], bodies: Bodies, settings: Settings) -> tuple[Sketches, Keys | None]:
    work = engine(settings.engine)
    letters = noisy.anchors(texts, bodies, settings, work) if settings.noisy and settings.until != "documents" else None
    return work.sketches(texts, bodies, settings), letters
