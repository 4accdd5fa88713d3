"""Verify: what two articles have in common, exactly."""

from __future__ import annotations

from dataclasses import replace

from dedup.article import Article
from dedup.copying import judge_all, unjudged
from dedup.engine import engine
from dedup.model import Edit, Match, Passage, Relation
from dedup.settings import Settings

__all__ = ["EXCERPT", "NEAR_DUPLICATE", "match", "mirrored"]

NEAR_DUPLICATE = 0.5
"""Jaccard over five-word shingles from which two articles are versions of one text: about one
word in twelve changed."""
EXCERPT = 0.8
"""Containment from which one article is an excerpt of the other."""


def match(a: Article, b: Article, settings: Settings) -> Match | None:
    """Align and judge one pair; None when it shares nothing that is reported.

    Jaccard and containment are exact, over sets of shingle hashes (64 bits).  The result for
    (b, a) is the mirror image of that for (a, b).

    >>> from dedup.article import whole
    >>> from dedup.model import Document
    >>> words = "nine people were hurt when a tram left its rails near the harbour early on Monday"
    >>> one, two = (whole(Document(name, text), Settings()) for name, text in (("1", words), ("2", words.upper())))
    >>> match(one, two, Settings()).relation
    'identical'
    """
    identical = len(a.tokens) > 0 and a.tokens.words == b.tokens.words
    # Below one shingle there is nothing to count, but equal texts are equal.
    jaccard, a_in_b, b_in_a = (1.0, 1.0, 1.0) if identical else _resemblance(a, b, settings)
    passages: tuple[Passage, ...] = ()
    if settings.until != "documents":
        passages = _passages(a, b, settings)
    relation: Relation = "identical" if identical else _relation(jaccard, max(a_in_b, b_in_a), passages)
    if not passages and relation in ("shared-passage", "common-only"):
        return None
    return Match(a.id, b.id, jaccard, a_in_b, b_in_a, relation, passages)


def _resemblance(a: Article, b: Article, settings: Settings) -> tuple[float, float, float]:
    """Jaccard, and containment both ways."""
    common, in_a, in_b = engine(settings.engine).resemblance(a.hashes, b.hashes)
    return (common / (in_a + in_b - common), common / in_a, common / in_b) if in_a and in_b else (0.0, 0.0, 0.0)


def _passages(a: Article, b: Article, settings: Settings) -> tuple[Passage, ...]:
    # The aligner breaks ties by the order of its arguments; a fixed order, by text, makes the
    # result symmetric whatever the documents are called.
    if turned := b.document.text < a.document.text:
        a, b = b, a
    least = max(a.min_words, b.min_words)
    alignments = engine(settings.engine).align(a.tokens, b.tokens, a.hashes, b.hashes, a.shingle, least)
    if settings.until == "provenance":
        passages = judge_all(a, b, alignments)
    else:
        passages = tuple(unjudged(a, b, found) for found in alignments)
    if turned:
        passages = tuple(mirrored(passage) for passage in passages)
    return tuple(sorted(passages, key=lambda passage: (passage.a, passage.b)))


def mirrored(passage: Passage) -> Passage:
    """The passage with its sides exchanged."""
    return replace(passage, a=passage.b, b=passage.a, edits=tuple(Edit(edit.b, edit.a) for edit in passage.edits))


def _relation(jaccard: float, containment: float, passages: tuple[Passage, ...]) -> Relation:
    if jaccard >= NEAR_DUPLICATE:
        return "near-duplicate"
    if containment >= EXCERPT:
        return "excerpt"
    return "shared-passage" if any(passage.kind == "copy" for passage in passages) else "common-only"
