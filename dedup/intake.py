"""Intake: what is done with articles as they come, a portion in each thread at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from os import PathLike
from typing import NamedTuple

from dedup import noisy
from dedup.article import Article, prepare_all, whole
from dedup.batch import Keys, Sketches
from dedup.engine import engine
from dedup.model import Document, Skipped
from dedup.readers import Portion, portions
from dedup.settings import Settings

__all__ = ["Input", "Prepared", "inputs", "prepared"]

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
    yield documents.copy, False
    if paths:
        yield from ((portion, True) for portion in portions(paths))


def prepared(found: Sequence[Document | Skipped], named: bool, settings: Settings) -> Prepared:
    """Clean, credit and sketch; about 0.5 milliseconds an article.

    >>> prepared([Document("1", "Rome (AP) - Two people died on Friday.")], False, Settings()).articles[0].id
    '1'
    """
    documents = [each for each in found if isinstance(each, Document)]
    articles = prepare_all(documents) if settings.until == "provenance" else list(map(whole, documents))
    texts = [article.document.text for article in articles]
    bodies = [article.body for article in articles if article.body is not None] or None
    work = engine(settings.engine)
    sketches = work.sketches(texts, bodies, settings)
    letters = noisy.anchors(texts, bodies, settings, work) if settings.noisy and settings.until != "documents" else None
    return Prepared(found, articles, sketches, letters, named)
