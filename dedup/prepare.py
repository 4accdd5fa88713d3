"""Prepare: what a page says by itself, which is its body, its credits and its dates."""

from __future__ import annotations

from collections.abc import Sequence

from dedup.article import Article
from dedup.boilerplate import body_spans, read_page
from dedup.credit_page import literals
from dedup.credit_rows import Rows, read_rows
from dedup.credits import credits_in
from dedup.dates import dates
from dedup.model import Credit, Document
from dedup.page import seen

__all__ = ["prepare", "prepare_all"]


def prepare(document: Document) -> Article:
    """Clean and credit one document, and note the dates that it names; linear in its length.

    >>> article = prepare(Document("1", "Rome (AP) - Two people died on Friday, the police said."))
    >>> [credit.wire for credit in article.credits], article.body
    (['ap'], (Span(start=12, end=55),))
    """
    return prepare_all([document])[0]


def prepare_all(documents: Sequence[Document]) -> list[Article]:
    """The same for many, a stage at a time: what is done to all texts in one call of the engine needs no GIL."""
    texts = [document.text for document in documents]
    looked = seen(texts, literals())
    pages = [read_page(each.text, each.title, its) for each, its in zip(documents, looked, strict=True)]
    rows = read_rows(texts, pages)
    credits = [_credits(document, its) for document, its in zip(documents, rows, strict=True)]
    bodies = list(map(body_spans, texts, pages, credits))
    found = map(dates, documents, pages, bodies)
    return list(map(Article, documents, bodies, credits, found))


def _credits(document: Document, rows: Rows) -> tuple[Credit, ...]:
    fields = document.metadata.get("fields")
    return tuple(credits_in(document.text, rows, document.outlet, document.url, document.byline, fields))
