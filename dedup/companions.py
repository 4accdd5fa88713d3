"""Companions: pairs of articles that may tell the same matter in other words.

A rewritten text shares no run of words with its source, so neither anchors nor bands bring the two
together.  But rewriting keeps what is rare: names, numbers, places, terms.  So each article is known by the
rarest of its words that any other article has, too, and two articles that know each other by several of
them are a candidate pair (rare-word blocking; Manku, Jain and Das Sarma 2007 and Sanchez-Perez 2014 weigh words
likewise).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from dedup.article import Article, tokens_of
from dedup.candidates import BAND_CARRIERS, Candidates
from dedup.engine import engine
from dedup.parallel import in_order
from dedup.settings import Settings

__all__ = ["companions"]

RAREST, SHARE = 32, 8
"""Words that an article is known by, and one more for so many of its different words."""
ENOUGH = 4
"""Of them in common, from which two articles are compared."""
_BATCH = 256
_LETTERS = 4  # a shorter word is rare by accident

_U32 = npt.NDArray[np.uint32]
_U64 = npt.NDArray[np.uint64]


def companions(articles: Sequence[Article], settings: Settings, jobs: int, step: Callable[[int], None]) -> Candidates:
    """Pairs of articles (numbers by place) that have ``ENOUGH`` rare words in common.

    A word that more than ``BAND_CARRIERS`` articles are known by makes no pairs.  Cost: about 0.2
    milliseconds an article, and 4 bytes for each of its different words.

    >>> from dedup.article import whole
    >>> from dedup.model import Document
    >>> texts = [
    ...     "The tram left its rails near Bergen harbour, said Kari Lie.",
    ...     "Near the harbour of Bergen, Kari said, a tram derailed.",
    ...     "Bread is cheap near Rome, said a baker who had left.",
    ... ]
    >>> some = [whole(Document(str(n), text)) for n, text in enumerate(texts)]
    >>> [(int(pair) >> 32, int(pair) & 0xFFFF) for pair in companions(some, Settings(), 1, lambda _: None).pairs]
    [(0, 1)]
    """
    batches = [range(start, min(start + _BATCH, len(articles))) for start in range(0, len(articles), _BATCH)]
    work = (partial(_words, [articles[n] for n in batch], settings) for batch in batches)
    parts, sizes = [np.empty(0, np.uint32)], []
    for some in in_order(work, jobs):
        parts += some
        sizes += [len(words) for words in some]
        step(len(some))
    words = np.concatenate(parts)
    known, which, times = np.unique(words, return_inverse=True, return_counts=True)
    article = np.repeat(np.arange(len(sizes)), sizes)
    shared = (times[which] > 1) & (times[which] <= _most(len(articles)))
    article, which = article[shared], which[shared]
    # The rarest first; of equally rare words, those with the smaller hash, in every article the same.
    order = np.lexsort((which, times[which], article))
    article, which = article[order], which[order]
    first = np.searchsorted(article, np.arange(len(sizes)))
    chosen = np.arange(len(article)) - first[article] < (RAREST + np.array(sizes) // SHARE)[article]
    return _pairs(which[chosen], article[chosen], len(known))


def _most(articles: int) -> int:
    """How many articles may have a word that is called rare."""
    return max(BAND_CARRIERS, articles // 100)


def _words(articles: Sequence[Article], settings: Settings) -> list[_U32]:
    """Hashes (32 bits) of the different longer words of each article, sorted."""
    work = engine(settings.engine)
    found = []
    for article in articles:
        tokens = tokens_of(article, settings)
        length = np.subtract(tokens.ends, tokens.starts)
        hashes = work.shingle_hashes(tokens, 1)
        found.append(np.unique((hashes[length >= _LETTERS] & np.uint64(0xFFFF_FFFF)).astype(np.uint32)))
    return found


def _pairs(words: npt.NDArray[np.int64], articles: npt.NDArray[np.int64], count: int) -> Candidates:
    """Pairs that enough words bring together, of words with their articles."""
    order = np.argsort(words, kind="stable")
    words, articles = words[order], articles[order]
    edges = np.searchsorted(words, np.arange(count + 1))
    sizes = np.diff(edges)
    crowded = sizes > BAND_CARRIERS
    left_out = int((sizes[crowded] * (sizes[crowded] - 1) // 2).sum())
    found = [np.empty(0, np.uint64)]
    for size in np.unique(sizes[(sizes > 1) & ~crowded]).tolist():
        starts = edges[:-1][sizes == size]
        table = articles[starts[:, None] + np.arange(size)].astype(np.uint64)
        i, j = np.triu_indices(size, 1)
        found.append((table[:, i] << np.uint64(32) | table[:, j]).ravel())
    pairs, times = np.unique(np.concatenate(found), return_counts=True)
    return Candidates(pairs[times >= ENOUGH], int(crowded.sum()), left_out)
