"""Prepare: what a page says by itself, which is its body, its credits and its dates."""

from __future__ import annotations

from collections.abc import Sequence

from dedup.article import Article
from dedup.boilerplate import body_spans, read_page
from dedup.credit_page import literals
from dedup.credits import read_credits
from dedup.dates import dates
from dedup.model import Document
from dedup.page import Seen, seen

__all__ = ["prepare", "prepare_all"]


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
