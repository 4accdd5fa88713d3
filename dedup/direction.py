"""Direction: did one article take its text from the other?  Only where something argues for it.

Two copies look alike from either side, so by itself a match has no direction.  What can give it one:
the copy credits the other's publisher, or still says "told" its publisher; it is the other's text cut
from the tail, as editors cut; it was localised; it appeared later.  The arguments add up in decibans.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

import numpy as np

from dedup.article import Article
from dedup.composition import Readings
from dedup.copying import probability
from dedup.credits import own_wires
from dedup.kept import compiled
from dedup.mixture import site
from dedup.model import Credit, Evidence, Role
from dedup.wires import label
from dedup.wording import one_line

__all__ = ["ARGUED", "ARGUMENTS", "Argued", "Arguments", "argued", "candidates"]


class Arguments(NamedTuple):
    """Decibans for "the second article took its text from the first"."""

    base: float = -5.0
    """Before any argument: that both took it from somebody else is likelier."""
    credited: float = 20.0
    """The second credits the publisher of the first with its text."""
    contributed: float = 8.0
    """The second credits the publisher of the first with a part."""
    told: float = 12.0
    """The second still holds what somebody told the publisher of the first."""
    tail: float = 4.0
    """The second is a beginning of the first: stories are cut from the end."""
    localised: float = 3.0
    """An edit that a second newsroom makes ("on Tuesday" becomes "yesterday"); two of them at most."""
    later: float = 3.0
    """The second appeared later, by trusted clocks."""
    earlier: float = -20.0
    """It appeared earlier: nobody copies what is not there yet."""


ARGUMENTS = Arguments()
ARGUED = 10.0
"""Decibans from which a direction is drawn (odds 10 to 1)."""
LAG = timedelta(minutes=10)
"""Clocks of two publishers differ by so much, and nobody copies faster."""
TAIL = 0.8
"""Part of the shorter article that the beginning of the longer one must hold."""

_WHOLE: tuple[Role, ...] = ("origin", "co_origin", "rights", "republished", "distributor", "press_release")
_PART: tuple[Role, ...] = ("contributor", "wire_staff")
_TOLD = compiled(r"(?i)\btold\b|\binterview")
_DAY = compiled(r"(?i)\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b")
_TODAY = compiled(r"(?i)\b(?:yesterday|today|this (?:morning|afternoon|evening)|last night|tonight)\b")


class Argued(NamedTuple):
    """A direction: numbers of the articles, its probability, and the arguments."""

    source: int
    target: int
    p: float
    evidence: tuple[Evidence, ...]


def candidates(readings: Readings) -> Iterator[int]:
    """The matches with copied text in which one article names the other's publisher; a microsecond each."""
    articles, matches = readings.articles, readings.matches
    publishers = [_publishers(article) for article in articles]
    if not any(publishers):
        return
    copied = np.bincount(matches.match_of, matches.copies, minlength=len(matches)) > 0
    found = np.flatnonzero(copied)
    for m, a, b in zip(found.tolist(), matches.a[found].tolist(), matches.b[found].tolist(), strict=True):
        if (publishers[a] or publishers[b]) and publishers[a] != publishers[b]:
            named = (_named(articles[b], publishers[a]), _named(articles[a], publishers[b]))
            if any(named):
                yield m


def argued(readings: Readings, m: int) -> Argued | None:
    """The direction of one match, if its arguments suffice."""
    matches = readings.matches
    a, b = int(matches.a[m]), int(matches.b[m])
    best = max((_case(readings, m, *ends) for ends in ((a, b), (b, a))), key=lambda case: case[0])
    total, source, target, evidence = best
    return Argued(source, target, probability(total), evidence) if total >= ARGUED else None


def _publishers(article: Article) -> frozenset[str]:
    document = article.document
    return own_wires(document.outlet or "", site(document.url)) if document.outlet or document.url else frozenset()


def _named(article: Article, publishers: frozenset[str]) -> list[Credit]:
    return [credit for credit in article.credits if credit.wire in publishers] if publishers else []


def _case(readings: Readings, m: int, source: int, target: int) -> tuple[float, int, int, tuple[Evidence, ...]]:
    """What argues for ``source`` as what ``target`` was taken from."""
    articles = readings.articles
    found = [Evidence("base", "two copies of one text, which may have one source", _db(ARGUMENTS.base))]
    total = ARGUMENTS.base
    for kind, text, value in _arguments(readings, m, articles[source], articles[target], source, target):
        found.append(Evidence(kind, text, _db(value)))
        total += value
    return total, source, target, tuple(found)


def _arguments(
    readings: Readings, m: int, one: Article, other: Article, source: int, target: int
) -> Iterator[tuple[str, str, float]]:
    named = _named(other, _publishers(one))
    for roles, kind, value in (
        (_WHOLE, "credit", ARGUMENTS.credited),
        (_PART, "credit", ARGUMENTS.contributed),
    ):
        if lines := [credit for credit in named if credit.role in roles]:
            yield kind, f"{other.id} credits {label(str(lines[0].wire))}: “{_short(lines[0])}”", value
            break
    told = [credit for credit in named if credit.role in ("mention", "self_reference") and _TOLD.search(credit.text)]
    if told:
        yield "self-reference", f"{other.id} keeps “{_short(told[0])}”", ARGUMENTS.told
    if _cut_from_tail(readings, m, source, target):
        yield "tail", f"{other.id} is {one.id} without its end", ARGUMENTS.tail
    if edits := _localised(readings, m, source):
        yield "localised", "; ".join(edits[:2]), ARGUMENTS.localised * min(2, len(edits))
    times = [readings.appeared(number) for number in (source, target)]
    if times[0] and times[1] and abs(times[1] - times[0]) > LAG:
        later = times[1] > times[0]
        text = f"{other.id} appeared {'after' if later else 'before'} {one.id}"
        yield "time", text, ARGUMENTS.later if later else ARGUMENTS.earlier


def _cut_from_tail(readings: Readings, m: int, source: int, target: int) -> bool:
    """Whether nearly all of the target is at the beginning of the source, which is longer."""
    matches, articles = readings.matches, readings.articles
    side = 0 if int(matches.a[m]) == source else 1
    shared = np.zeros(articles[source].words, np.bool_)
    for p in matches.passages_of(m):
        if matches.kind(p) == "copy":
            matches.mark(p, side, shared)
    words, longer = articles[target].words, articles[source].words
    if longer < 1.1 * words or not words:
        return False
    return bool(np.count_nonzero(shared[: int(1.1 * words)]) >= TAIL * words)


def _localised(readings: Readings, m: int, source: int) -> list[str]:
    """Edits that turn a day's name into a word of the day itself, in the direction from the source."""
    matches, articles = readings.matches, readings.articles
    a, b = articles[int(matches.a[m])].document.text, articles[int(matches.b[m])].document.text
    found = []
    for p in matches.passages_of(m):
        for edit in matches.passage(p).edits:
            texts = [a[edit.a.start : edit.a.end], b[edit.b.start : edit.b.end]]
            before, after = texts if int(matches.a[m]) == source else texts[::-1]
            if _DAY.search(before) and _TODAY.search(after):
                found.append(f"“{one_line(before)[:60]}” became “{one_line(after)[:60]}”")
    return found


def _short(credit: Credit) -> str:
    return one_line(credit.text)[:120]


def _db(value: float) -> str:
    return f"{value:+.0f} dB"
