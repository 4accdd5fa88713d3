"""Batch: many articles, or many pairs of them, at once; flat arrays instead of objects.

This is the plain specification of what ``dedup._engine`` does without the GIL.  A key is the low
40 bits of a hash over 24 bits of an article's number, so that sorting keys brings together the
articles that have a hash in common; the order of ``Keys`` is that of the highest 8 bits, so that
they can be sorted part by part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import combinations, groupby, pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xxhash

from dedup.align import Alignment, Block, align
from dedup.columns import among, marked
from dedup.model import Span, Tokens
from dedup.settings import Settings
from dedup.sketch import resemblance, shingle_hashes, sketch, widths
from dedup.text import fold

__all__ = [
    "BUCKETS",
    "NUMBER_BITS",
    "Bodies",
    "Comparisons",
    "Keys",
    "Sketches",
    "alignments",
    "comparisons",
    "pairs",
    "portions",
    "renumber",
    "roots",
    "shelf",
    "sketches",
    "tour",
]

NUMBER_BITS = 24
"""Bits of a key that are an article's number: 16,777,215 articles at most."""
BUCKETS = 256
"""Parts that the highest 8 bits of a key divide the keys into."""

_I32 = npt.NDArray[np.int32]
_U64 = npt.NDArray[np.uint64]
Make = Callable[[_U64, int], npt.NDArray[np.uint32]]
Bodies = Sequence[Sequence[Span]] | None
"""The spans of each text that count; None: all of each."""


class Keys(NamedTuple):
    """Keys by their bucket: bucket ``n`` is ``keys[begins[n] : begins[n + 1]]``, uint64."""

    keys: _U64
    begins: npt.NDArray[np.int64]


class Sketches(NamedTuple):
    """``words`` (int32) and ``dense`` (bool, see ``dedup.text.is_dense``) of each text; the keys of
    their bands and of their anchors, numbered by place in the batch; ``known`` (int32, n x 2), a text and
    the first word of a shingle in it that was looked for."""

    words: _I32
    dense: npt.NDArray[np.bool_]
    bands: Keys
    anchors: Keys
    known: _I32


class Comparisons(NamedTuple):
    """int32 in rows.

    ``matches`` (5): identical, common shingles, shingles in a, in b, number of passages; for
    identical texts the shingles are not counted.  ``passages`` (5): number of blocks, then the
    characters, a from and to, b from and to; those of one match by place.  ``blocks`` (7): first word
    in a and in b, words, and the edit before it, characters as above (0 before a first block, and
    before one that stands in another order in both, of a rewritten passage).
    """

    matches: _I32
    passages: _I32
    blocks: _I32


def sketches(
    texts: Sequence[str],
    bodies: Bodies,
    settings: Settings,
    known: _U64 | None = None,
    make: Make | None = None,
) -> Sketches:
    """Fold and sketch texts; anchors only where ``settings.until`` is not "documents".

    ``known`` are hashes of shingles, different and rising, of which it is told where they stand; ``make`` computes
    the signature (``dedup.sketch.signature``).  The key of a band is xxh3 of its number and its rows, 32 bits each,
    little-endian.

    >>> found = sketches(["one two three four five six seven eight"], None, Settings())
    >>> found.words.tolist(), len(found.bands.keys), len(found.anchors.keys)
    ([8], 32, 1)
    """
    words, dense = [], []
    bands: list[int] = []
    anchors: list[int] = []
    looked_for = [np.empty((0, 2), np.int32)]
    for number, tokens in enumerate(_folded(texts, bodies)):
        shingle = widths(tokens, settings)[0]
        hashes = shingle_hashes(tokens, shingle)
        if known is not None:
            there = marked(among(hashes, known))
            looked_for.append(np.stack([np.full(len(there), number), there], axis=1).astype(np.int32))
        found = sketch(tokens, hashes, settings, make)
        words.append(found.words)
        dense.append(shingle > settings.shingle)
        if found.signature is not None:
            band_hashes = (_band(found.signature, band, settings.rows) for band in range(settings.bands))
            bands += (_key(value, number) for value in band_hashes)
        if settings.until != "documents":
            anchors += (_key(value, number) for value in found.anchors.tolist())
    keys = _bucketed(bands), _bucketed(anchors)
    return Sketches(np.array(words, np.int32), np.array(dense, np.bool_), *keys, np.concatenate(looked_for))


def _folded(texts: Sequence[str], bodies: Bodies) -> list[Tokens]:
    return [fold(text, None if bodies is None else bodies[number]) for number, text in enumerate(texts)]


def _band(signature: npt.NDArray[np.uint32], band: int, rows: int) -> int:
    part = signature[band * rows : (band + 1) * rows].astype("<u4").tobytes()
    return xxhash.xxh3_64_intdigest(band.to_bytes(4, "little") + part)


def _key(value: int, number: int) -> int:
    return (value << NUMBER_BITS | number) & 0xFFFF_FFFF_FFFF_FFFF


def _bucketed(keys: Iterable[int]) -> Keys:
    array = np.array(list(keys), np.uint64)
    buckets = array >> np.uint64(56)
    order = np.argsort(buckets, kind="stable")
    return Keys(array[order], np.searchsorted(buckets[order], np.arange(BUCKETS + 1)).astype(np.int64))


def pairs(keys: _U64, most: int) -> tuple[_U64, int, int]:
    """Pairs of articles with a hash in common, of sorted keys, the smaller number in the high 32 bits.

    A hash that more than ``most`` articles have gives only the pairs with the first of them; how many
    such hashes there are, and how many pairs they do not give.  Some pairs may come more than once.

    >>> found, crowded, left_out = pairs(np.array([7 << 24 | 1, 7 << 24 | 3, 9 << 24 | 3], np.uint64), 64)
    >>> [(int(pair) >> 32, int(pair) & 0xFFFF_FFFF) for pair in found], crowded, left_out
    ([(1, 3)], 0, 0)
    """
    found: list[int] = []
    crowded = left_out = 0
    number = (1 << NUMBER_BITS) - 1
    for _, same in groupby(keys.tolist(), key=lambda key: key >> NUMBER_BITS):
        carriers = list(dict.fromkeys(key & number for key in same))
        if len(carriers) > most:
            crowded += 1
            left_out += (len(carriers) - 1) * (len(carriers) - 2) // 2
            found += (carriers[0] << 32 | other for other in carriers[1:])
        else:
            found += (a << 32 | b for a, b in combinations(carriers, 2))
    return np.array(found, np.uint64), crowded, left_out


def renumber(keys: _U64, numbers: npt.NDArray[np.uint32]) -> None:
    """Put ``numbers[n]`` for the number ``n`` in each key, in place.

    >>> keys = np.array([7 << 24 | 1], np.uint64)
    >>> renumber(keys, np.array([5, 6], np.uint32))
    >>> keys.tolist() == [7 << 24 | 6]
    True
    """
    number = np.uint64((1 << NUMBER_BITS) - 1)
    keys[:] = (keys & ~number) | numbers[keys & number]


def roots(pairs: _U64, count: int, most: int) -> npt.NDArray[np.uint32]:
    """For each of ``count`` articles the smallest that it hangs together with by ``pairs`` (as of
    ``pairs``); itself if with none.  A pair that would make a cluster of more than ``most`` is passed over.

    >>> found = np.array([1 << 32 | 3, 3 << 32 | 4], np.uint64)
    >>> roots(found, 5, 5).tolist(), roots(found, 5, 2).tolist()
    ([0, 1, 2, 1, 1], [0, 1, 2, 1, 4])
    """
    parent, size = list(range(count)), [1] * count

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = number = parent[parent[number]]
        return number

    for pair in pairs.tolist():
        low, high = sorted((root(pair >> 32), root(pair & 0xFFFF_FFFF)))
        if low != high and size[low] + size[high] <= most:
            parent[high] = low
            size[low] += size[high]
    return np.array([root(number) for number in range(count)], np.uint32)


def tour(pairs: _U64, visits: npt.NDArray[np.uint32], most: int) -> npt.NDArray[np.int64]:
    """Where ``pairs`` stand in an order in which a text that is at hand is used again soon: int64.

    The articles are visited in the order of ``visits``.  At each come the pairs with it that are left, and then
    those among the articles of these, which are at hand now: what a stock phrase joins, each with each, is met
    once.  An article of more than ``most`` pairs is a hub, which is not visited; pairs of two hubs come last.

    >>> found = np.array([0 << 32 | 2, 0 << 32 | 3, 1 << 32 | 2, 2 << 32 | 3], np.uint64)
    >>> tour(found, np.arange(4, dtype=np.uint32), 9).tolist()  # at 0 come 0-2 and 0-3, and then 2-3
    [0, 1, 3, 2]
    """
    both = [(pair >> 32, pair & 0xFFFF_FFFF) for pair in pairs.tolist()]
    company: list[list[tuple[int, int]]] = [[] for _ in visits]  # with whom, and the place of the pair
    for place, (one, two) in enumerate(both):
        company[one].append((two, place))
        company[two].append((one, place))
    found: dict[int, None] = {}
    for host in visits.tolist():
        if len(company[host]) > most:
            continue
        guests = [other for other, place in company[host] if place not in found]
        found.update((place, None) for _, place in company[host])
        for guest in guests:
            if len(company[guest]) <= most:
                found.update((place, None) for other, place in company[guest] if other in guests)
    return np.array([*found, *(place for place in range(len(both)) if place not in found)], np.int64)


def portions(pairs: _U64, words: _I32, most_pairs: int, most_words: int) -> npt.NDArray[np.int64]:
    """Where portions of pairs end, of at most so many pairs, of articles with at most so many words
    together; a single pair may have more.  ``words`` is the number of each article.

    >>> portions(np.array([0 << 32 | 1, 0 << 32 | 2, 3 << 32 | 4], np.uint64), np.array([5] * 5), 9, 15).tolist()
    [2, 3]
    """
    ends: list[int] = []
    sizes = words.tolist()
    first, total, held = 0, 0, set[int]()
    for n, pair in enumerate(pairs.tolist()):
        sides = {pair >> 32, pair & 0xFFFF_FFFF}
        more = sum(sizes[number] for number in sides - held)
        if n > first and (n - first >= most_pairs or total + more > most_words):
            ends.append(n)
            first, total, held = n, 0, set[int]()
            more = sum(sizes[number] for number in sides)
        total += more
        held |= sides
    return np.array([*ends, len(pairs)] if len(pairs) else [], np.int64)


def shelf() -> object:
    """Texts of ``comparisons``, and memory for them.

    Where they are given as one tuple again, and their bodies as one or None, an engine folds none of them twice, and
    any number of threads may work on them; other texts take their place, and their memory, when all calls have come
    back.

    >>> shelf() is None
    True
    """
    return None


def comparisons(
    texts: Sequence[str],
    bodies: Bodies,
    places: _I32,
    turned: Sequence[bool],
    settings: Settings,
    shelf: object = None,
) -> Comparisons:
    """Compare pairs of texts: exactly, by their shingles, and, unless only documents are asked for,
    passage by passage.

    ``places`` (n, 2) names the pairs; ``turned`` says which are aligned with their sides exchanged;
    what the engine knows of the texts stays on the ``shelf``.

    >>> two = ["the quick brown fox jumps over the lazy dog", "So the quick brown fox jumps over the lazy dog."]
    >>> found = comparisons(two, None, np.array([[0, 1]], np.int32), [False], Settings())
    >>> found.matches.tolist(), found.passages.tolist(), found.blocks.tolist()
    ([[0, 5, 5, 6, 1]], [[1, 0, 43, 3, 46]], [[0, 1, 9, 0, 0, 0, 0]])
    """
    tokens = _folded(texts, bodies)
    shingles = [widths(each, settings)[0] for each in tokens]
    hashes = [shingle_hashes(each, shingle) for each, shingle in zip(tokens, shingles, strict=True)]
    matches, passages, blocks = [], list[list[int]](), list[list[int]]()
    for (x, y), exchange in zip(places.tolist(), turned, strict=True):
        a, b = tokens[x], tokens[y]
        identical = len(a) > 0 and a.words == b.words
        common, in_a, in_b = (0, 0, 0) if identical else resemblance(hashes[x], hashes[y])
        found: list[Alignment] = []
        # Shingles of five words and of ten have no run in common.
        if settings.until != "documents" and shingles[x] == shingles[y]:
            least = settings.min_words * shingles[x] // settings.shingle
            one, two = (y, x) if exchange else (x, y)
            found = align(tokens[one], tokens[two], hashes[one], hashes[two], shingles[x], least)
            found = [each.mirrored() for each in found] if exchange else found
            found.sort(key=partial(_characters, a, b))
        matches.append([identical, common, in_a, in_b, len(found)])
        for each in found:
            passages.append([len(each.blocks), *_characters(a, b, each)])
            blocks += _rows(a, b, each)
    return Comparisons(_table(matches, 5), _table(passages, 5), _table(blocks, 7))


def alignments(found: Comparisons) -> list[Alignment]:
    """Passages in words, of all pairs."""
    rows = list(map(Block._make, found.blocks[:, :3].tolist()))
    edges = [0, *np.cumsum(found.passages[:, 0]).tolist()]
    return [Alignment(tuple(rows[start:end])) for start, end in pairwise(edges)]


def _characters(a: Tokens, b: Tokens, alignment: Alignment) -> tuple[int, int, int, int]:
    in_a, in_b = alignment.a, alignment.b
    return a.starts[in_a.start], a.ends[in_a.end - 1], b.starts[in_b.start], b.ends[in_b.end - 1]


def _rows(a: Tokens, b: Tokens, alignment: Alignment) -> Iterable[list[int]]:
    yield [*alignment.blocks[0], 0, 0, 0, 0]
    for left, right in pairwise(alignment.blocks):
        in_a = _between(a, left.a + left.words, right.a)
        yield [*right, *in_a, *_between(b, left.b + left.words, right.b)]


def _between(tokens: Tokens, start: int, end: int) -> tuple[int, int]:
    """The characters of a gap; where no word is, the place behind the one before."""
    return (tokens.starts[start] if start < end else tokens.ends[start - 1]), tokens.ends[max(start, end) - 1]


def _table(rows: list[list[int]], columns: int) -> _I32:
    return np.array(rows, np.int32).reshape(-1, columns)
