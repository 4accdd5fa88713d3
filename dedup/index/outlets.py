"""Outlets: which wires the outlets of an index credit, counted as articles come and go.

They are the habits (``dedup.habits``) that a check works with: an outlet that credits AP nine times of ten has
its tenth story from AP, too, most likely.  Counted are thousandths of an article, whole numbers, so that
what was added and taken away again leaves nothing, in whatever order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from dedup.article import Article
from dedup.habits import Habits
from dedup.index.records import Entry
from dedup.mixture import Statement, Voice, statement
from dedup.registry import kept_while_unchanged

__all__ = ["KIND", "added", "forgotten", "habits", "habits_of"]

KIND = "habit"
"""The kind of fact that they are (``Store.learned``)."""
_PARTS = 1000


def habits_of(outlet: str | None, said: Statement) -> tuple[tuple[str, int], ...]:
    """What one article says of its outlet: parts of its text by ``wire`` and outlet, with a tab between.

    >>> habits_of("The Post", Statement(("ap",), (), False, False, True))
    (('ap\\tThe Post', 980),)
    """
    name = (outlet or "").strip()
    return tuple([(f"{wire}\t{name}", part) for wire, part in _parts(said)]) if name else ()


@kept_while_unchanged
@lru_cache(1 << 12)
def _parts(said: Statement) -> tuple[tuple[str, int], ...]:
    voice = Voice.of([said])
    parts = ((wire, round(_PARTS * voice.mixture.get(wire, 0.0))) for wire in voice.credits)
    return tuple((wire, part) for wire, part in parts if part)


def added(entries: Iterable[Entry]) -> Counter[str]:
    """What some articles add to the counts."""
    return _sum(entry.habits for entry in entries)


def forgotten(articles: Iterable[Article]) -> Counter[str]:
    """What the counts lose with some articles; negative."""
    found = _sum(habits_of(each.document.outlet, statement(each.credits, each.document)) for each in articles)
    return Counter({name: -number for name, number in found.items()})


def _sum(habits: Iterable[tuple[tuple[str, int], ...]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for some in habits:
        for name, number in some:
            found[name] += number
    return found


def habits(counted: Mapping[str, str]) -> Habits:
    """The habits that were counted, of facts by name.

    >>> habits({"ap\\tThe Post": "9080"}).usual(["The Post"])
    ('ap',)
    """
    found, articles = Habits(), 0.0
    for name, number in sorted(counted.items()):
        wire, _, outlet = name.partition("\t")
        if int(number) > 0:
            found.count(outlet, {wire: int(number) / _PARTS})
            articles += int(number) / _PARTS
    found.count_named(int(articles))
    return found
