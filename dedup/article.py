"""Article: all that is known of one document by itself, before it meets another."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from dedup.boilerplate import body_spans, classify
from dedup.credits import read_credits
from dedup.dates import NO_DATES, Dates, dates
from dedup.engine import engine
from dedup.model import Credit, Document, Span, Tokens
from dedup.quotations import Quotation, quotations
from dedup.settings import Settings
from dedup.sketch import widths

__all__ = ["Article", "Opened", "opened", "prepare", "whole"]


@dataclass(frozen=True, slots=True)
class Article:
    """What is kept of a document while a scan goes on; its text is read again when it is needed.

    ``body`` is None where all of the text counts; ``words`` are those of the body.
    """

    document: Document
    body: tuple[Span, ...] | None
    credits: tuple[Credit, ...]
    dates: Dates
    words: int = 0

    @property
    def id(self) -> str:
        """The document's id."""
        return self.document.id

    def kept(self, document: Document, words: int) -> Article:
        """The same with the stored document and the number of words."""
        return Article(document, self.body, self.credits, self.dates, words)

    @property
    def spans(self) -> tuple[Span, ...]:
        """The body, or the whole text."""
        return (Span(0, len(self.document.text)),) if self.body is None else self.body


def prepare(document: Document) -> Article:
    """Clean and credit one document, and note the dates that it names; linear in its length.

    >>> article = prepare(Document("1", "Rome (AP) - Two people died on Friday, the police said."))
    >>> [credit.wire for credit in article.credits], article.body
    (['ap'], (Span(start=12, end=55),))
    """
    text = document.text
    lines = classify(text, title=document.title)
    credits = tuple(read_credits(text, outlet=document.outlet, url=document.url, byline=document.byline, lines=lines))
    body = body_spans(text, lines, credits)
    return Article(document, body, credits, dates(document, lines, body))


def whole(document: Document) -> Article:
    """The same with the whole text as body, no credits and no dates, as ``compare`` takes it."""
    return Article(document, None, (), NO_DATES)


@dataclass(frozen=True)
class Opened:
    """An article with its words, as it is needed to judge what it shares.

    ``hashes`` are those of the shingles, one for each word that begins one; ``shingle`` and
    ``min_words`` are the widths that hold for this text.
    """

    document: Document
    credits: tuple[Credit, ...]
    tokens: Tokens
    hashes: npt.NDArray[np.uint64]
    shingle: int
    min_words: int

    @property
    def id(self) -> str:
        """The document's id."""
        return self.document.id

    @cached_property
    def quotations(self) -> tuple[Quotation, ...]:
        """Quotations of the text."""
        return quotations(self.document.text, self.tokens, self.credits)

    @cached_property
    def names(self) -> Names:
        """Which words are names."""
        return Names(self.document.text, self.tokens)


def opened(article: Article, settings: Settings) -> Opened:
    """Read the text of an article and fold it; its words stay as long as the record."""
    # A plain document, so that the text is not read again with every look at it.
    document = Document(article.id, article.document.text)
    work = engine(settings.engine)
    tokens = work.fold(document.text, article.body)
    shingle, _, min_words = widths(tokens, settings)
    return Opened(document, article.credits, tokens, work.shingle_hashes(tokens, shingle), shingle, min_words)


class Names:
    """Which words of a text are names, by their capitals; ``repeated`` are those it has twice.

    A capital says so inside a sentence; at its beginning, only when the word is never written
    small.  Where every third word has a capital (German, headlines) it says nothing.
    """

    def __init__(self, text: str, tokens: Tokens) -> None:
        inside: Counter[str] = Counter()
        small: set[str] = set()
        capitals = words = 0
        for index, word in enumerate(tokens.words):
            if not text[tokens.starts[index]].isupper():
                small.add(word)
                words += 1
            elif not _begins_sentence(text, tokens.starts[index]):
                inside[word.removesuffix("'s")] += 1
                capitals += 1
                words += 1
        self._always = inside.keys() - small
        self._inside = inside.keys()
        self._mean_something = 3 * capitals <= words
        repeated = (name for name in self._always if inside[name] > 1)
        self.repeated = frozenset(repeated) if self._mean_something else frozenset[str]()
        self._text, self._tokens = text, tokens

    def __contains__(self, index: int) -> bool:
        """Whether the word at this index is a name or a number."""
        word, start = self._tokens.words[index].removesuffix("'s"), self._tokens.starts[index]
        if word[:1].isdigit():
            return True
        if not self._mean_something or not self._text[start].isupper():
            return False
        return word in self._always or (word in self._inside and not _begins_sentence(self._text, start))


def _begins_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 4) : start].rstrip(" \t\xa0“”\"'‘’«»([—–-")
    return not before or before[-1] in ".!?:\n\r…"
