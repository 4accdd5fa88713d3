"""Verify: what candidate pairs have in common, exactly, and whether it was copied."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup import noisy
from dedup.article import Article
from dedup.batch import Comparisons
from dedup.collection import Collection, collection
from dedup.columns import numbered
from dedup.engine import Engine, engine
from dedup.matches import EXCERPT, NEAR_DUPLICATE, Matches
from dedup.model import Match
from dedup.parallel import half_of_memory, in_order
from dedup.settings import Settings

__all__ = ["match", "verify"]

_WORD, _KNOWN = 74, 40
"""Bytes that a word takes while its text is compared; and more, while what shares it is judged."""
_SHARE = 5
"""The part of the memory, one in so many, for the texts that are compared at once: to read and fold a text
again costs more than to compare it."""
_PAIRS = 1 << 18
"""Pairs that are compared at once, at most."""
_FEWEST = 256
"""Pairs from which it is worth while to give some of them to another thread."""

_U64 = npt.NDArray[np.uint64]
_EMPTY = [np.empty((0, columns), np.int32) for columns in (5, 5, 7)]


def verify(
    articles: Sequence[Article], pairs: _U64, settings: Settings, jobs: int, step: Callable[[int], None]
) -> Matches:
    """Compare pairs of articles (``dedup.batch.pairs``; sorted) and keep those with something to report.

    Jaccard and containment are exact, over sets of shingle hashes (64 bits).  A pair of the same texts
    in the other order has the mirror image of the match.  ``step`` is called with the number of pairs
    done.  Cost: some 10 microseconds a pair, and some 40 for each text to fold it and as much to judge what it shares.
    """
    work = engine(settings.engine)
    articles = collection(articles)
    words = articles.words
    word = _WORD + _KNOWN * (settings.until == "provenance")
    most = max(1, (settings.memory or half_of_memory()) // (_SHARE * word * jobs))
    pairs, order = _by_cluster(pairs, words, most, work)
    few = min(_PAIRS, max(_FEWEST, len(pairs) // (2 * jobs) if jobs > 1 else len(pairs)))
    edges = [0, *work.portions(pairs, words, few, most).tolist()]
    shelves = _Shelves(work)
    work_of = (partial(_compare, articles, pairs[i:j], settings, shelves) for i, j in pairwise(edges))
    done: list[_Batch] = []
    for result in in_order(work_of, jobs):
        done.append(result)
        step(edges[len(done)] - edges[len(done) - 1])
    return _joined(articles.ids, pairs, order, edges, done)


def match(a: Article, b: Article, settings: Settings) -> Match | None:
    """Compare one pair; None when it shares nothing that is reported.

    >>> from dedup.article import whole
    >>> from dedup.model import Document
    >>> words = "nine people were hurt when a tram left its rails near the harbour early on Monday"
    >>> match(whole(Document("1", words)), whole(Document("2", words.upper())), Settings()).relation
    'identical'
    """
    found = verify([a, b], np.array([1], np.uint64), settings, 1, lambda _: None)
    return found[0] if found else None


def _by_cluster(
    pairs: _U64, words: npt.NDArray[np.int32], most: int, work: Engine
) -> tuple[_U64, npt.NDArray[np.int64]]:
    """The pairs, those of articles that hang together one after the other, so that each text is read
    and folded few times; and where each of them stands in the order before."""
    average = int(words.sum(dtype=np.int64)) // max(1, len(words))
    cluster = max(2, most // max(1, average))
    root = work.roots(pairs, len(words), cluster).astype(np.uint64)
    clusters = root[pairs >> np.uint64(32)] << np.uint64(32) | root[pairs & np.uint64(0xFFFF_FFFF)]
    order = np.argsort(clusters, kind="stable")
    return pairs[order], order


class _Shelves(threading.local):
    """A shelf for each thread."""

    def __init__(self, work: Engine) -> None:
        self.shelf = work.shelf()


class _Batch(NamedTuple):
    """The pairs kept, by their place in the batch, what was compared, and the judgement of each passage."""

    kept: npt.NDArray[np.int64]
    found: Comparisons
    judged: npt.NDArray[np.int32] | None
    likeness: npt.NDArray[np.float64] | None


def _compare(articles: Collection, pairs: _U64, settings: Settings, shelves: _Shelves) -> _Batch:
    both = np.stack([pairs >> np.uint64(32), pairs & np.uint64(0xFFFF_FFFF)], axis=1).astype(np.int64)
    numbers, where = numbered(both)
    named = numbers.tolist()
    texts, bodies = articles.texts(named), articles.bodies(named)
    places: npt.NDArray[np.int32] = where.reshape(-1, 2).astype(np.int32)
    # The aligner breaks ties by the order of its arguments; a fixed order, by text, makes the
    # result symmetric whatever the documents are called.
    turned = [texts[b] < texts[a] for a, b in places.tolist()]
    work = engine(settings.engine)
    if settings.noisy:
        found = noisy.comparisons(texts, bodies, places, turned, settings, work, shelves.shelf)
    else:
        found = work.comparisons(texts, bodies, places, turned, settings, shelves.shelf)
    judged = None
    looked_at = settings.until == "provenance" or settings.rewrites or settings.sentences
    some = [articles[number] for number in named] if looked_at else []
    if settings.until == "provenance":
        from dedup.copying import supported

        judged = work.judgements(texts, bodies, [article.credits for article in some], places, turned, found)
        of = np.repeat(np.arange(len(places), dtype=np.int32), found.matches[:, 4])
        judged = supported(judged, _ends(found, np.array(turned, np.bool_)[of]), of)
    likeness = None
    if settings.rewrites and settings.until != "documents":
        from dedup.widen import with_rewrites

        found, judged, likeness = with_rewrites(some, places, turned, found, judged, settings)
    if settings.sentences:
        from dedup.widen import to_sentences

        found = to_sentences(some, places, found)
    return _kept(found, judged, likeness)


def _kept(found: Comparisons, judged: npt.NDArray[np.int32] | None, likeness: npt.NDArray[np.float64] | None) -> _Batch:
    """Without the pairs that share neither a passage nor most of their shingles."""
    identical, common, in_a, in_b, passages = found.matches.T
    least = np.minimum(in_a, in_b)
    near = common / np.maximum(in_a + in_b - common, 1) >= NEAR_DUPLICATE
    excerpt = common / np.maximum(least, 1) >= EXCERPT
    kept = np.flatnonzero((identical > 0) | (passages > 0) | near | excerpt)
    return _Batch(kept, found._replace(matches=found.matches[kept]), judged, likeness)


def _ends(found: Comparisons, turned: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
    """The words that each passage covers, in the text that comes first and in the other."""
    ends = _begins(found.passages[:, 0])
    first, last = found.blocks[ends[:-1]], found.blocks[ends[1:] - 1]
    a, b = (np.stack([first[:, side], last[:, side] + last[:, 2]], axis=1) for side in (0, 1))
    exchange = turned[:, None]
    return np.concatenate([np.where(exchange, b, a), np.where(exchange, a, b)], axis=1)


def _joined(
    ids: Sequence[str], pairs: _U64, order: npt.NDArray[np.int64], edges: Sequence[int], batches: Sequence[_Batch]
) -> Matches:
    """The matches of all batches, in the order of their pairs."""
    tables = (np.concatenate([_EMPTY[n], *(batch.found[n] for batch in batches)]) for n in range(3))
    matches, passages, blocks = tables
    kept = np.concatenate(
        [np.empty(0, np.int64), *(begin + batch.kept for begin, batch in zip(edges, batches, strict=False))]
    )
    rank = np.argsort(order[kept])
    passage_rank = _ranges(_begins(matches[:, 4])[rank], matches[rank, 4])
    block_rank = _ranges(_begins(passages[:, 0])[passage_rank], passages[passage_rank, 0])
    matches, passages, blocks, pairs = matches[rank], passages[passage_rank], blocks[block_rank], pairs[kept[rank]]
    identical, common, in_a, in_b, counts = matches.T
    same = identical > 0
    judged = None
    if batches and batches[0].judged is not None:
        judged = np.concatenate([batch.judged for batch in batches if batch.judged is not None])[passage_rank]
    likeness = None
    if batches and batches[0].likeness is not None:
        likeness = np.concatenate([batch.likeness for batch in batches if batch.likeness is not None])[passage_rank]
    return Matches(
        ids,
        (pairs >> np.uint64(32)).astype(np.int32),
        (pairs & np.uint64(0xFFFF_FFFF)).astype(np.int32),
        same,
        # Below one shingle there is nothing to count, but equal texts are equal.
        np.where(same, 1.0, common / np.maximum(in_a + in_b - common, 1)),
        np.where(same, 1.0, common / np.maximum(in_a, 1)),
        np.where(same, 1.0, common / np.maximum(in_b, 1)),
        _begins(counts),
        passages[:, 1:],
        _begins(passages[:, 0]),
        blocks,
        judged,
        likeness,
    )


def _begins(counts: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Where each of some runs begins, by their lengths, and where the last ends."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])


def _ranges(begins: npt.NDArray[np.int64], counts: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """The numbers of some runs, one run after the other."""
    return np.repeat(begins - _begins(counts)[:-1], counts) + np.arange(counts.sum())
