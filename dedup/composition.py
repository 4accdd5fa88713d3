"""Sum up: one article by the origin of its words, and what an editor should look at.

Shares found by comparison are lower bounds: text is only seen to be shared when another article
of the scan has it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from dedup.article import Article
from dedup.groups import covered
from dedup.mixture import OTHER, OUTLET, PARTS, Statement, statement
from dedup.model import Match, Origin, Reading, Share, Strand

__all__ = ["NAMED", "named_origin", "readings"]

NAMED = 0.5
"""Probability from which an origin is named; below, the text counts as unknown."""


def named_origin(strand: Strand) -> Origin | None:
    """The wire a strand comes from, where one is likelier than all else together; else None."""
    best = strand.origins[0]
    return best if best.p >= NAMED and best.wire not in (OTHER, OUTLET, "independent") else None


def readings(
    articles: Sequence[Article],
    matches: Sequence[Match],
    strands: Sequence[Strand],
    words_of: Mapping[str, Mapping[str, frozenset[int]]],
    published: Mapping[str, datetime | None],
    untrusted: frozenset[str],
) -> tuple[Reading, ...]:
    """One record an article.  ``words_of`` gives the words of each strand in each member."""
    others = _not_copied({article.id: article for article in articles}, matches)
    by_member: dict[str, list[Strand]] = defaultdict(list)
    for strand in strands:
        for member in strand.members:
            by_member[member].append(strand)
    return tuple(
        _reading(
            article,
            [(strand, words_of[strand.id][article.id]) for strand in by_member[article.id]],
            others[article.id],
            published.get(article.id),
            article.id in untrusted,
        )
        for article in articles
    )


def _not_copied(articles: Mapping[str, Article], matches: Sequence[Match]) -> dict[str, dict[str, set[int]]]:
    """Words that stand elsewhere too and are no copy, by kind and article."""
    found: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for match in matches:
        for passage in match.passages:
            if passage.kind != "copy":
                for side, name in enumerate((match.a, match.b)):
                    found[name][passage.kind] |= covered(articles[name].tokens, passage, side)
    return found


def _reading(
    article: Article,
    strands: Sequence[tuple[Strand, frozenset[int]]],
    others: Mapping[str, set[int]],
    published: datetime | None,
    untrusted: bool,
) -> Reading:
    said = statement(article.credits, article.document)
    total = len(article.tokens)
    left = set(range(total))
    parts: dict[str, list[tuple[int, float]]] = defaultdict(list)
    # A word in two strands counts for the surer one.
    for strand, words in sorted(strands, key=lambda item: (-item[0].origins[0].p, item[0].id)):
        fresh = words & left
        left -= fresh
        origin = named_origin(strand)
        name = f"wire:{origin.wire}" if origin else _not_a_wire(strand, article)
        if fresh:
            parts[name].append((len(fresh), strand.origins[0].p))
    shared = total - len(left)
    for kind in ("public-statement", "common-phrase"):
        fresh = frozenset(others.get(kind, set()) & left)
        left -= fresh
        if fresh:
            parts[kind].append((len(fresh), 1.0))
    if left and said.pure:
        parts[f"wire:{said.pure}"].append((len(left), PARTS.sole))
    elif left:
        parts["unknown"].append((len(left), 0.0))
    return Reading(
        document=article.document,
        body=article.body,
        words=total,
        credits=article.credits,
        published=published.isoformat() if published else None,
        composition=_shares(parts, total),
        shared_words=shared,
        flags=tuple(_flags(said, [strand for strand, _ in strands], untrusted, total)),
    )


def _not_a_wire(strand: Strand, article: Article) -> str:
    best = strand.origins[0]
    if best.wire == OUTLET and best.p >= NAMED and article.document.outlet:
        return f"outlet:{article.document.outlet}"
    return "unknown"


def _shares(parts: Mapping[str, list[tuple[int, float]]], total: int) -> tuple[Share, ...]:
    shares = []
    for origin, found in parts.items():
        words = sum(count for count, _ in found)
        p = None if origin == "unknown" else sum(count * p for count, p in found) / words
        shares.append(Share(origin, words, words / total, p))
    return tuple(sorted(shares, key=lambda share: (share.origin == "unknown", -share.words, share.origin)))


def _flags(said: Statement, strands: Sequence[Strand], untrusted: bool, words: int) -> Iterable[str]:
    """What does not fit together; each flag is explained in the README."""
    named = {origin.wire for strand in strands if (origin := named_origin(strand))}
    credited = {*said.origins, *said.contributors}
    if named and not said.credited:
        yield "uncredited-copy"
    elif named - credited and credited:
        yield "credits-another-wire"
    if credited and not said.pure and not strands:
        yield "credit-without-text"
    if untrusted:
        yield "untrusted-date"
    if not words:
        yield "no-text"
