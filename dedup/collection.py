"""Collection: the articles of a scan, sorted by id, which others know by their numbers.

What every stage asks of all of them, their ids and how many words they have, are columns; where a scan
stops before provenance nothing else is made of an article until somebody looks at it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dedup.article import Article, ids_of, whole
from dedup.columns import Lazy
from dedup.corpus import StoredDocument, Texts
from dedup.model import Span
from dedup.readers import JsonLine

__all__ = ["Collection", "Given", "Whole", "collection"]

_I32 = npt.NDArray[np.int32]


class Collection(Lazy[Article]):
    """Articles with their ``ids`` and ``words`` (int32, those of the body).

    >>> from dedup.model import Document
    >>> given = Given([whole(Document("1", "Rain again."))])
    >>> given.ids, given.texts([0]), given.bodies([0])
    (['1'], ['Rain again.'], None)
    """

    ids: Sequence[str]
    words: _I32

    def __len__(self) -> int:
        return len(self.ids)

    @abstractmethod
    def texts(self, numbers: Sequence[int]) -> list[str]:
        """The texts of some articles."""

    @abstractmethod
    def bodies(self, numbers: Sequence[int]) -> list[Sequence[Span]] | None:
        """The bodies of some articles; None where all of each counts."""


class Given(Collection):
    """Articles that are there as records."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self.articles = articles
        self.ids = ids_of(articles)
        self.words = np.fromiter((article.words for article in articles), np.int32, len(articles))

    def _made(self, number: int) -> Article:
        return self.articles[number]

    def texts(self, numbers: Sequence[int]) -> list[str]:
        """As of any collection."""
        return [self.articles[number].document.text for number in numbers]

    def bodies(self, numbers: Sequence[int]) -> list[Sequence[Span]] | None:
        """As of any collection."""
        some = [self.articles[number] for number in numbers]
        return None if all(article.body is None for article in some) else [article.spans for article in some]


class Whole(Collection):
    """Articles of which all the text counts: ids, words, texts by ``places``, and what else was given."""

    def __init__(
        self,
        ids: Sequence[str],
        words: _I32,
        texts: Texts,
        places: Sequence[int],
        rest: Sequence[JsonLine | StoredDocument],
    ) -> None:
        self.ids, self.words = ids, words
        self._texts, self._places, self._rest = texts, places, rest

    def _made(self, number: int) -> Article:
        place, id_ = self._places[number], self.ids[number]
        rest = self._rest[place]
        document = rest.document(id_, self._texts[place]) if isinstance(rest, JsonLine) else rest
        return whole(document).kept(document, int(self.words[number]))

    def texts(self, numbers: Sequence[int]) -> list[str]:
        """As of any collection."""
        return [self._texts[self._places[number]] for number in numbers]

    def bodies(self, numbers: Sequence[int]) -> None:
        """As of any collection."""


def collection(articles: Sequence[Article]) -> Collection:
    """Articles as a collection, which they may be already."""
    return articles if isinstance(articles, Collection) else Given(articles)
