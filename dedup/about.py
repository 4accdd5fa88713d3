"""About: what articles are about, to tell whether they have anything in common beside a text.

Two stories about one thing repeat the same names.  Where capitals name nothing (German) or a text repeats no names,
the long words that it repeats say it, or else the names that it has once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import xxhash

from dedup.columns import begins
from dedup.engine import Engine
from dedup.looks import NAME, look
from dedup.model import Tokens
from dedup.witness import Witnesses

__all__ = ["FEWEST", "about", "different", "hash_of", "sample"]

RELATED, FEWEST = 0.2, 2
"""Two articles are about the same when they share a fifth of what the one with less repeats, two words at least."""
_SAMPLE = 16
"""Carriers of a text that are read; there may be thousands."""
_LONG = 7
"""Letters from which a repeated word says what a text is about, where there are no names."""

_I64 = npt.NDArray[np.int64]


def sample(groups: _I64) -> _I64:
    """Some of many, evenly.

    >>> sample(np.arange(100))[:3].tolist()
    [0, 6, 13]
    """
    return groups[np.linspace(0, len(groups) - 1, min(_SAMPLE, len(groups))).astype(np.int64)]


def about(numbers: Sequence[int], everybody: Witnesses, work: Engine) -> list[frozenset[int]]:
    """What articles are about, as hashes: the names that each repeats, or what stands for them.

    About 30 microseconds each.
    """
    articles = [everybody.articles[number] for number in numbers]
    texts = [article.document.text for article in articles]
    named = work.names(texts, [article.spans for article in articles])
    ends = begins(named.counts)
    found = [frozenset(named.hashes[ends[n] : ends[n + 1]].tolist()) for n in range(len(articles))]
    for n, article in enumerate(articles):
        if len(found[n]) < FEWEST:
            found[n] = _otherwise(texts[n], work.fold(texts[n], article.spans))
    return found


def _otherwise(text: str, tokens: Tokens) -> frozenset[int]:
    """The same of a text that repeats no names."""
    counts = Counter(word for word in tokens.words if len(word) >= _LONG)
    words = {word for word, count in counts.items() if count > 1}
    if len(words) < FEWEST:
        looks = look(text, tokens).looks
        named = (word for word, seen in zip(tokens.words, looks, strict=True) if seen & NAME and not word[0].isdigit())
        words = {word.removesuffix("'s") for word in named}
    return frozenset(map(hash_of, words))


def hash_of(word: str) -> int:
    """A word as ``about`` gives it."""
    return xxhash.xxh3_64_intdigest(word.encode("utf-8", "surrogatepass"))


def different(stories: Sequence[frozenset[int]]) -> int:
    """How many there are no two of which are about the same; what says nothing of itself does not count.

    >>> different([frozenset({1, 2, 3}), frozenset({2, 3}), frozenset({7, 8}), frozenset()])
    2
    """
    found: list[frozenset[int]] = []
    for one in stories:
        if one and not any(_related(one, other) for other in found):
            found.append(one)
    return len(found)


def _related(one: frozenset[int], other: frozenset[int]) -> bool:
    common = len(one & other)
    return common >= FEWEST and common >= RELATED * min(len(one), len(other))
