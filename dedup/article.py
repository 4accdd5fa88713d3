"""Article: all that is known of one document by itself, before it meets another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from dedup.boilerplate import body_spans, classify
from dedup.credits import read_credits
from dedup.engine import engine
from dedup.facts import Facts
from dedup.model import Credit, Document, Line, Sketch, Span, Tokens
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
    def facts(self) -> Facts:
        """What is known of each word; made only when a passage has to be judged."""
        return Facts(self.document.text, self.tokens, self.credits)


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
