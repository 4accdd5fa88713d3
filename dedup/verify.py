"""Verify: what candidate pairs have in common, exactly, and whether it was copied."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup import noisy
from dedup.article import Article
from dedup.batch import Bodies, Comparisons
from dedup.collection import Collection, collection
from dedup.columns import begins, numbered, spread
from dedup.engine import Engine, engine
from dedup.matches import EXCERPT, NEAR_DUPLICATE, Matches
from dedup.model import Credit, Match
from dedup.parallel import half_of_memory, in_order
from dedup.settings import Settings

__all__ = ["Batch", "judgements", "kept", "match", "matches_of", "verify"]

_WORD, _KNOWN = 42, 40
"""Bytes that a word takes while its text is compared; and more, while what shares it is judged."""
_SHARE = 8
"""The part of the memory, one in so many, that the texts may take which are compared at once."""
_SHELF = 96 << 20
"""Bytes that they take at most: to read and fold a text again costs less than to touch as much memory for the first
time."""
_PAIRS = 1 << 18
"""Pairs that are compared at once, at most."""
_FEWEST = 256
"""Pairs from which it is worth while to give some of them to another thread."""
_EACH = 4
"""Pieces of a portion for each thread."""
_ONE_BY_ONE = 16
"""Pairs up to which one after the other is faster than columns."""
_HUB = 64
"""Pairs of an article beyond which it says nothing of what the others have to do with each other."""
_CLUSTERS = (32, 1024)
"""Articles in a cluster, and in one of those; the largest has as many as a portion."""

_I32 = npt.NDArray[np.int32]
_U64 = npt.NDArray[np.uint64]
_EMPTY = [np.empty((0, columns), np.int32) for columns in (5, 5, 7)]


def verify(
    articles: Sequence[Article], pairs: _U64, settings: Settings, jobs: int, step: Callable[[int], None]
) -> Matches:
    """Compare pairs of articles (``dedup.batch.pairs``; sorted) and keep those with something to report.

    Jaccard and containment are exact, over sets of shingle hashes (64 bits).  A pair of the same texts
    in the other order has the mirror image of the match.  ``step`` is called with the number of pairs
    done.  Cost: some 4 microseconds a pair, and for each text some 10 when it is folded and, once, 20 to judge what
    it shares.
    """
    work = engine(settings.engine)
    articles = collection(articles)
    words = articles.words
    word = _WORD + _KNOWN * (settings.until == "provenance")
    # While threads work on one portion, the texts of the next are put on another shelf.
    room = min(_SHELF, (settings.memory or half_of_memory()) // _SHARE)
    most = max(1, room // (word * min(jobs, 2)))
    pairs, order = _in_tour(pairs, words, most, work)
    portions = [0, *work.portions(pairs, words, _PAIRS, most).tolist()]
    edges = [0, *(end for i, j in pairwise(portions) for end in _pieces(i, j, jobs))]
    done: list[Batch] = []
    judged = pairs if settings.until == "provenance" else pairs[:0]
    notes = _Notes(judged, len(words), (settings.memory or half_of_memory()) // _SHARE)
    for result in in_order(_work(articles, pairs, portions, settings, jobs, notes), jobs):
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


def _in_tour(pairs: _U64, words: npt.NDArray[np.int32], most: int, work: Engine) -> tuple[_U64, npt.NDArray[np.int64]]:
    """The pairs in an order in which a text is read and folded few times, and where each of them stands in the
    order before.

    Articles that hang together are visited one after the other, in clusters within clusters; what only the first
    of a crowd joins has nothing in common.  Where a portion has the texts of 4,000, a text of a hundred thousand
    generated articles is folded 1.4 times, and of a million 3.1 times; 1.6 and 4.2 times by clusters alone.
    """
    one, two = (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(0xFFFF_FFFF)).astype(np.int64)
    count = np.bincount(one, minlength=len(words)) + np.bincount(two, minlength=len(words))
    joining = pairs[(count[one] <= _HUB) & (count[two] <= _HUB)]
    average = int(words.sum(dtype=np.int64)) // max(1, len(words))
    largest = max(2, most // max(1, average))
    roots = [work.roots(joining, len(words), min(size, largest)) for size in (*_CLUSTERS, largest)]
    order = work.tour(pairs, np.lexsort(roots).astype(np.uint32), _HUB)
    return pairs[order], order


def _pieces(first: int, last: int, jobs: int) -> list[int]:
    """Where the pieces end in which threads compare a portion of pairs, so many each that none waits long."""
    count = 1 if jobs == 1 else max(1, min(_EACH * jobs, (last - first) // _FEWEST))
    return [first + (last - first) * n // count for n in range(1, count + 1)]


class _Portion:
    """The texts of a portion of pairs on a shelf, on which several threads may work."""

    def __init__(
        self, articles: Collection, pairs: _U64, first: int, free: list[object], pieces: int, work: Engine
    ) -> None:
        self.first = first  # of its pairs, among all
        both = np.stack([pairs >> np.uint64(32), pairs & np.uint64(0xFFFF_FFFF)], axis=1).astype(np.int64)
        numbers, where = numbered(both)
        self.numbers: list[int] = numbers.tolist()
        self.places: _I32 = where.reshape(-1, 2).astype(np.int32)
        self.texts = tuple(articles.texts(self.numbers))
        bodies = articles.bodies(self.numbers)
        self.bodies = None if bodies is None else tuple(bodies)
        self.shelf = free.pop() if free else work.shelf()
        self._free, self._left, self._lock = free, pieces, threading.Lock()

    def done(self) -> None:
        """One of its pieces is done; after the last another portion may have the shelf."""
        with self._lock:
            self._left -= 1
            if not self._left:
                self._free.append(self.shelf)


class _Notes:
    """What the judge has seen of texts that come again in a later piece; ``room`` is in bytes."""

    def __init__(self, pairs: _U64, count: int, room: int) -> None:
        self._last = np.zeros(count, np.int64)  # the last pair with each article
        for side in (pairs >> np.uint64(32), pairs & np.uint64(0xFFFF_FFFF)):
            last = np.zeros(count, np.int64)
            last[side] = np.arange(len(pairs))
            np.maximum(self._last, last, out=self._last)
        self._held: dict[int, bytes] = {}
        self._room, self._lock = room, threading.Lock()

    def of(self, numbers: Sequence[int]) -> list[bytes | None]:
        """Of some articles, None where there is nothing."""
        return list(map(self._held.get, numbers))

    def keep(self, numbers: Sequence[int], notes: Sequence[bytes | None], end: int) -> None:
        """Of those that come again from the pair ``end`` on; the others are done with."""
        again = (self._last[np.array(numbers, np.int64)] >= end).tolist()
        with self._lock:
            for number, note, more in zip(numbers, notes, again, strict=True):
                if not more:
                    self._room += len(self._held.pop(number, b""))
                elif note is not None and self._room >= len(note) and number not in self._held:
                    self._held[number] = note
                    self._room -= len(note)


def _work(
    articles: Collection, pairs: _U64, portions: Sequence[int], settings: Settings, jobs: int, notes: _Notes
) -> Iterator[Callable[[], Batch]]:
    """The pieces of all portions; the texts of a portion are read when its first piece is taken."""
    free: list[object] = []
    for i, j in pairwise(portions):
        ends = _pieces(i, j, jobs)
        portion = _Portion(articles, pairs[i:j], i, free, len(ends), engine(settings.engine))
        for first, last in pairwise([i, *ends]):
            yield partial(_compare, articles, portion, first - i, last - i, settings, notes)


class Batch(NamedTuple):
    """The pairs kept, by their place in the batch, what was compared, and the judgement of each passage."""

    kept: npt.NDArray[np.int64]
    found: Comparisons
    judged: npt.NDArray[np.int32] | None
    likeness: npt.NDArray[np.float64] | None


def _compare(
    articles: Collection, portion: _Portion, first: int, last: int, settings: Settings, notes: _Notes
) -> Batch:
    texts, bodies, places = portion.texts, portion.bodies, portion.places[first:last]
    # The aligner breaks ties by the order of its arguments; a fixed order, by text, makes the
    # result symmetric whatever the documents are called.
    turned = [texts[b] < texts[a] for a, b in places.tolist()]
    work = engine(settings.engine)
    if not settings.noisy:
        found = work.comparisons(texts, bodies, places, turned, settings, portion.shelf)
    looked_at = settings.until == "provenance" or settings.rewrites or settings.sentences
    if settings.noisy or looked_at:  # of the texts of this piece alone
        own, where = numbered(places)
        places = where.reshape(-1, 2).astype(np.int32)
        texts = tuple(texts[n] for n in own.tolist())
        bodies = bodies and tuple(bodies[n] for n in own.tolist())
    some = [articles[portion.numbers[n]] for n in own.tolist()] if looked_at else []
    if settings.noisy:
        found = noisy.comparisons(texts, bodies, places, turned, settings, work)
    judged = None
    if settings.until == "provenance":
        credits = [article.credits for article in some]
        numbers = [portion.numbers[n] for n in own.tolist()]
        noted = notes.of(numbers)
        judged = judgements(
            texts, bodies, credits, places, turned, found, work, portion.shelf, own.astype(np.int32), noted
        )
        notes.keep(numbers, noted, portion.first + last)
    portion.done()
    likeness = None
    if settings.rewrites and settings.until != "documents":
        from dedup.widen import with_rewrites

        found, judged, likeness = with_rewrites(some, places, turned, found, judged, settings)
    if settings.sentences:
        from dedup.widen import to_sentences

        found = to_sentences(some, places, found)
    return kept(found, judged, likeness)


def judgements(
    texts: Sequence[str],
    bodies: Bodies,
    credits: Sequence[Sequence[Credit]],
    places: _I32,
    turned: Sequence[bool],
    found: Comparisons,
    work: Engine,
    shelf: object = None,
    where: _I32 | None = None,
    notes: list[bytes | None] | None = None,
) -> _I32:
    """A row of ``dedup.copying.Counts`` for each passage of ``found``, with its neighbours; the arguments are those
    of ``dedup.judgements.judgements``.  About 30 microseconds a text that shares a passage."""
    from dedup.copying import alone, supported  # here: a scan until passages does without

    rows = work.judgements(texts, bodies, credits, places, turned, found, shelf, where, notes)
    if found.matches[:, 4].max(initial=0) < 2:
        return alone(rows)
    of = np.repeat(np.arange(len(places), dtype=np.int32), found.matches[:, 4])
    return supported(rows, _ends(found, np.array(turned, np.bool_)[of]), of)


def kept(found: Comparisons, judged: _I32 | None, likeness: npt.NDArray[np.float64] | None) -> Batch:
    """Without the pairs that share neither a passage nor most of their shingles."""
    if len(found.matches) <= _ONE_BY_ONE:
        return _kept_of_few(found, judged, likeness)
    identical, common, in_a, in_b, passages = found.matches.T
    least = np.minimum(in_a, in_b)
    near = common / np.maximum(in_a + in_b - common, 1) >= NEAR_DUPLICATE
    excerpt = common / np.maximum(least, 1) >= EXCERPT
    places = np.flatnonzero((identical > 0) | (passages > 0) | near | excerpt)
    return Batch(places, found._replace(matches=found.matches[places]), judged, likeness)


def _kept_of_few(found: Comparisons, judged: _I32 | None, likeness: npt.NDArray[np.float64] | None) -> Batch:
    """``kept`` of the pairs of one question."""
    places = [
        place
        for place, (identical, common, in_a, in_b, passages) in enumerate(found.matches.tolist())
        if identical > 0
        or passages > 0
        or common / max(in_a + in_b - common, 1) >= NEAR_DUPLICATE
        or common / max(min(in_a, in_b), 1) >= EXCERPT
    ]
    rows = found if len(places) == len(found.matches) else found._replace(matches=found.matches[places])
    return Batch(np.array(places, np.int64), rows, judged, likeness)


def _ends(found: Comparisons, turned: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
    """The words that each passage covers, in the text that comes first and in the other."""
    ends = begins(found.passages[:, 0])
    first, last = found.blocks[ends[:-1]], found.blocks[ends[1:] - 1]
    a, b = (np.stack([first[:, side], last[:, side] + last[:, 2]], axis=1) for side in (0, 1))
    exchange = turned[:, None]
    return np.concatenate([np.where(exchange, b, a), np.where(exchange, a, b)], axis=1)


def _joined(
    ids: Sequence[str], pairs: _U64, order: npt.NDArray[np.int64], edges: Sequence[int], batches: Sequence[Batch]
) -> Matches:
    """The matches of all batches, in the order of their pairs."""
    tables = (np.concatenate([_EMPTY[n], *(batch.found[n] for batch in batches)]) for n in range(3))
    matches, passages, blocks = tables
    places = np.concatenate(
        [np.empty(0, np.int64), *(begin + batch.kept for begin, batch in zip(edges, batches, strict=False))]
    )
    rank = np.argsort(order[places])
    passage_rank = spread(begins(matches[:, 4])[rank], matches[rank, 4])
    block_rank = spread(begins(passages[:, 0])[passage_rank], passages[passage_rank, 0])
    matches, passages, blocks, pairs = matches[rank], passages[passage_rank], blocks[block_rank], pairs[places[rank]]
    judged = None
    if batches and batches[0].judged is not None:
        judged = np.concatenate([batch.judged for batch in batches if batch.judged is not None])[passage_rank]
    likeness = None
    if batches and batches[0].likeness is not None:
        likeness = np.concatenate([batch.likeness for batch in batches if batch.likeness is not None])[passage_rank]
    return matches_of(ids, pairs, Comparisons(matches, passages, blocks), judged, likeness)


def matches_of(
    ids: Sequence[str],
    pairs: _U64,
    found: Comparisons,
    judged: _I32 | None,
    likeness: npt.NDArray[np.float64] | None = None,
) -> Matches:
    """What pairs of articles share, a row of ``found.matches`` each, as matches."""
    identical, common, in_a, in_b, counts = found.matches.T
    same = identical > 0
    return Matches(
        ids,
        (pairs >> np.uint64(32)).astype(np.int32),
        (pairs & np.uint64(0xFFFF_FFFF)).astype(np.int32),
        same,
        # Below one shingle there is nothing to count, but equal texts are equal.
        np.where(same, 1.0, common / np.maximum(in_a + in_b - common, 1)),
        np.where(same, 1.0, common / np.maximum(in_a, 1)),
        np.where(same, 1.0, common / np.maximum(in_b, 1)),
        begins(counts),
        found.passages[:, 1:],
        begins(found.passages[:, 0]),
        found.blocks,
        judged,
        likeness,
    )
