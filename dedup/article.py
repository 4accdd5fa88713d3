"""Article: all that is known of one document by itself, before it meets another."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from dedup.boilerplate import body_spans, classify
from dedup.credits import read_credits
from dedup.engine import engine
from dedup.model import Credit, Document, Line, Sketch, Span, Tokens
from dedup.quotations import Quotation, quotations
from dedup.settings import Settings
from dedup.sketch import widths

__all__ = ["Article", "prepare", "whole"]


@dataclass(frozen=True)
class Article:
    """A document with its lines, body, credits, words and sketch.

    ``hashes`` are those of the shingles, one for each word that begins one; ``shingle`` and
    ``min_words`` are the widths that hold for this text.
    """

    document: Document
    lines: tuple[Line, ...]
    body: tuple[Span, ...]
    credits: tuple[Credit, ...]
    tokens: Tokens
    hashes: npt.NDArray[np.uint64]
    sketch: Sketch
    shingle: int
    min_words: int

    @property
    def id(self) -> str:
        """The document's id."""
        return self.document.id

    @cached_property
    def quotations(self) -> tuple[Quotation, ...]:
        """Quotations of the text; read only when a passage has to be judged."""
        return quotations(self.document.text, self.tokens, self.credits)

    @cached_property
    def names(self) -> Names:
        """Which words are names; read only when a passage has to be judged."""
        return Names(self.document.text, self.tokens)


def prepare(document: Document, settings: Settings) -> Article:
    """clean, credit, fold and sketch one document; linear in its length."""
    lines = classify(document.text, title=document.title)
    credits = tuple(
        read_credits(document.text, outlet=document.outlet, url=document.url, byline=document.byline, lines=lines)
    )
    return _article(document, lines, body_spans(document.text, lines, credits), credits, settings)


def whole(document: Document, settings: Settings) -> Article:
    """The same with the whole text as body and no credits, as ``compare`` takes it."""
    return _article(document, (), (Span(0, len(document.text)),), (), settings)


def _article(
    document: Document,
    lines: tuple[Line, ...],
    body: tuple[Span, ...],
    credits: tuple[Credit, ...],
    settings: Settings,
) -> Article:
    work = engine(settings.engine)
    tokens = work.fold(document.text, body)
    shingle, _, min_words = widths(tokens, settings)
    hashes = work.shingle_hashes(tokens, shingle)
    sketch = work.sketch(tokens, hashes, settings)
    return Article(document, lines, body, credits, tokens, hashes, sketch, shingle, min_words)


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
