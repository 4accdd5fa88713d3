"""News: of which older articles the answer changed by what was added since somebody last asked.

An article that credits a wire settles where the text of others comes from that were there before it.
Each article that was added since is asked about; those older ones that share copied text with it are
then answered twice, as of then and as of now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from dedup.article import Article
from dedup.engine import engine
from dedup.errors import StoreError
from dedup.index.checking import answers
from dedup.index.knowledge import Knowledge
from dedup.index.records import Checked, Stored
from dedup.index.store import Store

__all__ = ["News", "news"]

_KIND, _NAME = "news", "seen"
_BATCH = 256


@dataclass(frozen=True, slots=True)
class News:
    """An article whose origins are others now than before: the share of each wire, what is said of its text, the
    flags, and the articles that were added since and share text with it."""

    id: str
    before: dict[str, float]
    now: dict[str, float]
    say_before: tuple[str, ...]
    say: tuple[str, ...]
    flags_before: tuple[str, ...]
    flags: tuple[str, ...]
    because: tuple[str, ...]


def news(store: Store, *, keep: bool = False) -> Iterator[News]:
    """What changed since the last time, by id; unless ``keep``, it is no news the next time.

    About 30 milliseconds for each article that was added since.
    """
    if not store.texts:
        raise StoreError("an index without texts has no news: old articles cannot be compared again")
    after = int(store.learned(_KIND).get(_NAME, "-1"))
    with store.reading():
        added = store.numbers(after)
    if not added:
        return
    if after >= 0:
        touched: dict[int, set[str]] = {}
        for some in _batches(added):
            for number, because in _touched(store, some, after):
                touched.setdefault(number, set()).add(because)
        found = [each for some in _batches(sorted(touched)) for each in _changed(store, some, after, touched)]
        yield from sorted(found, key=lambda each: each.id)
    if not keep:
        store.learn(_KIND, {_NAME: str(added[-1])})


def _batches(numbers: Sequence[int]) -> Iterator[list[int]]:
    left = iter(numbers)
    while some := list(islice(left, _BATCH)):
        yield some


def _touched(store: Store, some: Sequence[int], after: int) -> Iterator[tuple[int, str]]:
    """Older articles that share copied text with some that were added, and the id of those."""
    _, asked, [found], known = _answered(store, some, [lambda number: number <= after])
    ids = {each.article.id: number for number, each in known.items()}
    for article, answer in zip(asked, found, strict=True):
        for match in answer.matches:
            if match.copied:
                yield ids[match.id], article.id


def _changed(store: Store, some: Sequence[int], after: int, touched: dict[int, set[str]]) -> Iterator[News]:
    numbers, asked, found, _ = _answered(store, some, [lambda number: number <= after, lambda _: True])
    ids = {article.id: number for number, article in zip(numbers, asked, strict=True)}
    for before, now in zip(*found, strict=True):
        if _said(before) != _said(now):
            says, flags = (_says(before), _says(now)), (before.reading.flags, now.reading.flags)
            yield News(now.id, before.wires, now.wires, *says, *flags, tuple(sorted(touched[ids[now.id]])))


def _said(answer: Checked) -> tuple[object, ...]:
    """What counts as a change: which wires, how sure in words, and the flags."""
    return {*answer.wires}, {*_says(answer)}, answer.reading.flags


def _says(answer: Checked) -> tuple[str, ...]:
    """What is said of the text of wires, each but once, in the order of the text."""
    return tuple(dict.fromkeys([span.say for span in answer.spans if span.origin.startswith("wire:")]))


def _answered(
    store: Store, some: Sequence[int], among: Sequence[Callable[[int], bool]]
) -> tuple[list[int], list[Article], list[list[Checked]], dict[int, Stored]]:
    """Stored articles, the answers for them among others with numbers of some kind, and those others."""
    known = Knowledge.of(store)
    with store.reading(keys=True):
        stored = {number: each.article for number, each in store.fetch(some).items()}
        there = [number for number in some if number in stored]
        asked = [stored[number] for number in there]
        bodies = [article.spans for article in asked]
        sketches = engine(store.settings.engine).sketches(
            [each.document.text for each in asked], bodies, store.settings, known.shingles
        )
        pairs = store.pairs(sketches.bands.keys, sketches.anchors.keys)
        found, _ = pairs.of(len(asked))
        others = store.fetch({n for each in found for n in each})
    result = []
    for wanted in among:
        numbers = [[n for n in each if wanted(n) and n in others] for each in found]
        result.append(answers(asked, numbers, others, store.settings, sketches, known))
    return there, asked, result, others
