"""Article: all that is known of one document by itself, before it meets another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from dedup.boilerplate import body_spans, read_page
from dedup.credit_page import literals
from dedup.credits import read_credits
from dedup.dates import NO_DATES, Dates, dates
from dedup.engine import engine
from dedup.facts import Facts
from dedup.model import Credit, Document, Span, Tokens
from dedup.page import Seen, seen
from dedup.settings import Settings

__all__ = ["Article", "Opened", "opened", "prepare", "prepare_all", "whole"]


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
    return prepare_all([document])[0]


def prepare_all(documents: Sequence[Document]) -> list[Article]:
    """The same for many, whose texts are looked at together, without the GIL."""
    looked = seen([document.text for document in documents], literals())
    return [_prepare(document, each) for document, each in zip(documents, looked, strict=True)]


def _prepare(document: Document, seen: Seen | None) -> Article:
    text = document.text
    lines = read_page(text, document.title, seen)
    known = {"outlet": document.outlet, "url": document.url, "byline": document.byline}
    credits = tuple(read_credits(text, fields=document.metadata.get("fields"), lines=lines, **known))
    body = body_spans(text, lines, credits)
    return Article(document, body, credits, dates(document, lines, body))


def whole(document: Document) -> Article:
    """The same with the whole text as body, no credits and no dates, as ``compare`` takes it."""
    return Article(document, None, (), NO_DATES)


@dataclass(frozen=True)
class Opened:
    """An article with its words, as it is needed to judge what it shares."""

    text: str
    tokens: Tokens
    credits: tuple[Credit, ...] = ()

    @cached_property
    def facts(self) -> Facts:
        """What is known of each word."""
        return Facts(self.text, self.tokens, self.credits)


def opened(article: Article, settings: Settings) -> Opened:
    """Read the text of an article and fold its body.

    >>> opened(whole(Document("1", "Two dead in storm")), Settings()).tokens.words == ["two", "dead", "in", "storm"]
    True
    """
    text = article.document.text
    return Opened(text, engine(settings.engine).fold(text, article.body), article.credits)
