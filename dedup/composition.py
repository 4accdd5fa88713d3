"""Sum up: one article by the origin of its words, and what an editor should look at.

Shares found by comparison are lower bounds: text is only seen to be shared when another article
of the scan has it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from dedup.article import Article
from dedup.matches import Matches
from dedup.mixture import OTHER, OUTLET, PARTS, Statement, statement
from dedup.model import Credit, Origin, Reading, Share, Strand

__all__ = ["NAMED", "named_origin", "readings"]

NAMED = 0.5
"""Probability from which an origin is named; below, the text counts as unknown."""

CONTRADICTS = 0.75
"""Probability from which shared text is held against a credit line."""


def named_origin(strand: Strand) -> Origin | None:
    """The wire a strand comes from, where one is likelier than all else together; else None."""
    best = strand.origins[0]
    return best if best.p >= NAMED and best.wire not in (OTHER, OUTLET, "independent") else None


def readings(
    articles: Sequence[Article],
    matches: Matches,
    strands: Sequence[Strand],
    words_of: Mapping[str, Mapping[str, frozenset[int]]],
    inherited: Mapping[str, Origin],
    published: Mapping[str, datetime | None],
    untrusted: frozenset[str],
) -> tuple[Reading, ...]:
    """One record an article.

    ``words_of`` gives the words of each strand in each member, ``inherited`` the origin that an
    article without credits has from those of its other versions.
    """
    found = _passages(matches)
    by_member: dict[str, list[Strand]] = defaultdict(list)
    for strand in strands:
        for member in strand.members:
            by_member[member].append(strand)
    return tuple(
        _reading(
            article,
            [(strand, words_of[strand.id][article.id]) for strand in by_member[article.id]],
            found[article.id],
            inherited.get(article.id),
            published.get(article.id),
            article.id in untrusted,
        )
        for article in articles
    )


class _Found:
    """Words of one article that other articles have, by kind of passage."""

    def __init__(self) -> None:
        self.words: dict[str, set[int]] = defaultdict(set)
        self.own: dict[str, list[tuple[int, float]]] = defaultdict(list)

    def p(self, kind: str) -> float:
        """Mean probability over the words that nobody copied them."""
        total = sum(count for count, _ in self.own[kind])
        return sum(count * p for count, p in self.own[kind]) / total


def _passages(matches: Matches) -> dict[str, _Found]:
    found: dict[str, _Found] = defaultdict(_Found)
    for m in range(len(matches)):
        for p in matches.passages_of(m):
            passage = matches.passage(p)
            for side, number in enumerate((matches.a[m], matches.b[m])):
                name = matches.ids[number]
                found[name].words[passage.kind] |= matches.words(p, side)
                found[name].own[passage.kind].append((passage.words, 1 - passage.p_copied))
    return found


def _reading(
    article: Article,
    strands: Sequence[tuple[Strand, frozenset[int]]],
    found: _Found,
    inherited: Origin | None,
    published: datetime | None,
    untrusted: bool,
) -> Reading:
    said = statement(article.credits, article.document)
    known = Origin(said.pure, PARTS.sole) if said.pure else inherited
    total = article.words
    left = set(range(total))
    parts: dict[str, list[tuple[int, float]]] = defaultdict(list)

    def take(words: Collection[int], origin: str, p: float) -> None:
        fresh = left.intersection(words)
        if fresh:
            left.difference_update(fresh)
            parts[origin].append((len(fresh), p))

    # A word in two strands counts for the surer one.
    for strand, words in sorted(strands, key=lambda item: (-item[0].origins[0].p, item[0].id)):
        origin = named_origin(strand)
        # What its own credit says of a word, comparison does not make less sure.
        if origin and not (known and origin.p < known.p):
            take(words, f"wire:{origin.wire}", origin.p)
        elif not known:
            take(words, "unknown", 0.0)
    for kind in ("public-statement", "common-phrase"):
        if found.words[kind]:
            take(found.words[kind], kind, found.p(kind))
    if known:
        take(range(total), f"wire:{known.wire}", known.p)
    take(range(total), "unknown", 0.0)
    named = [origin for strand, _ in strands if (origin := named_origin(strand))]
    named += [inherited] if inherited else []
    return Reading(
        document=article.document,
        body=article.spans,
        words=total,
        credits=article.credits,
        published=_iso(published),
        composition=_shares(parts, total),
        shared_words=len(found.words["copy"]),
        flags=tuple(_flags(said, article.credits, named, untrusted, total)),
    )


def _iso(published: datetime | None) -> str | None:
    """A day where only the day is known, which is when the time is midnight."""
    if published is None:
        return None
    midnight = (published.hour, published.minute, published.second) == (0, 0, 0)
    return published.date().isoformat() if midnight else published.isoformat()


def _shares(parts: Mapping[str, list[tuple[int, float]]], total: int) -> tuple[Share, ...]:
    shares = []
    for origin, found in parts.items():
        words = sum(count for count, _ in found)
        p = None if origin == "unknown" else sum(count * p for count, p in found) / words
        shares.append(Share(origin, words, words / total, p))
    return tuple(sorted(shares, key=lambda share: (share.origin == "unknown", -share.words, share.origin)))


def _flags(
    said: Statement, credits: Sequence[Credit], named: Sequence[Origin], untrusted: bool, words: int
) -> Iterable[str]:
    """What does not fit together; each flag is explained in the README."""
    credited = {*said.origins, *said.contributors}
    quoted = {credit.wire for credit in credits if credit.role in ("mention", "self_reference")}
    if not said.credited and {origin.wire for origin in named} - quoted:
        yield "uncredited-copy"
    elif credited and {origin.wire for origin in named if origin.p >= CONTRADICTS} - credited - quoted:
        yield "credits-another-wire"
    if credited and not said.pure and not named:
        yield "credit-without-text"
    if untrusted:
        yield "untrusted-date"
    if not words:
        yield "no-text"
