"""Sketch: from words to shingles, a MinHash signature and winnowed anchors.

A shingle is ``k`` consecutive words joined by one space, hashed with xxh3 (64 bits, seed 0) of its UTF-8
bytes.  The signature is datasketch's scheme ``affine32`` (seed 1) over the low 32 bits, so
``datasketch.MinHash`` loads it and anyone can recompute it with two packages.  Anchors are
winnowing (Schleimer, Wilkerson, Aiken, SIGMOD 2003) over grams, which are some words longer than
shingles (``reach``): the smallest hash of every window of consecutive grams, the rightmost of
equals.  Two articles that share a run of ``k + w - 1`` words share a full window of grams, and
therefore an anchor for certain.  With shingles of five words and windows of four, grams have seven
words and windows of two hold as many words: but five words in a row recur in unrelated articles
as often as news has stock phrases, and seven hardly ever.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import xxhash

from dedup.columns import unique
from dedup.model import Sketch, Tokens
from dedup.settings import Settings
from dedup.text import is_dense

if TYPE_CHECKING:
    from datasketch import MinHash

__all__ = [
    "SEED",
    "anchors",
    "grams",
    "reach",
    "resemblance",
    "shingle_hashes",
    "signature",
    "signature_by_datasketch",
    "sketch",
    "widths",
]

SEED = 1
_U32 = npt.NDArray[np.uint32]
_U64 = npt.NDArray[np.uint64]


def widths(tokens: Tokens, settings: Settings) -> tuple[int, int, int]:
    """Shingle, window and shortest passage for this text: doubled for scripts without spaces.

    >>> from dedup.text import fold
    >>> widths(fold("plain words"), Settings()), widths(fold("東京の首相"), Settings())
    ((5, 4, 8), (10, 8, 16))
    """
    factor = 2 if is_dense(tokens) else 1
    return factor * settings.shingle, factor * settings.window, factor * settings.min_words


def shingle_hashes(tokens: Tokens, k: int) -> _U64:
    """Hash of each run of ``k`` words, in order, uint64, ``len(tokens) - k + 1`` of them.

    >>> from dedup.text import fold
    >>> hex(shingle_hashes(fold("one two three"), 2)[0]) == "0x" + xxhash.xxh3_64_hexdigest(b"one two")
    True
    """
    words = tokens.words
    digest = xxhash.xxh3_64_intdigest
    count = len(words) - k + 1
    return np.fromiter((digest(" ".join(words[i : i + k]).encode()) for i in range(count)), np.uint64, max(0, count))


def sketch(tokens: Tokens, hashes: _U64, settings: Settings, make: Callable[[_U64, int], _U32] | None = None) -> Sketch:
    """The sketch of one article, from its words and the hashes of its shingles.

    ``make`` computes the signature (``signature``).  About a millisecond for 500 words.

    >>> from dedup.text import fold
    >>> tokens = fold("too short")
    >>> sketch(tokens, shingle_hashes(tokens, 5), Settings()).signature is None
    True
    """
    shingle, window, least = widths(tokens, settings)
    more = reach(shingle, window, least)
    gram = grams(hashes, more)
    positions = anchors(gram, window - more)
    return Sketch(
        signature=(make or signature)(hashes, settings.permutations) if len(hashes) else None,
        anchors=gram[positions],
        positions=positions,
        words=len(tokens),
    )


def resemblance(a: _U64, b: _U64) -> tuple[int, int, int]:
    """How many different shingles two texts have in common, and how many each has; exact.

    >>> resemblance(np.array([1, 2, 2], dtype=np.uint64), np.array([2, 3], dtype=np.uint64))
    (1, 2, 2)
    """
    one, two = frozenset(a.tolist()), frozenset(b.tolist())
    return len(one & two), len(one), len(two)


def reach(shingle: int, window: int, min_words: int) -> int:
    """Words that a gram has more than a shingle: half a window, but no gram is longer than a passage.

    >>> reach(5, 4, 8), reach(5, 4, 5), reach(5, 1, 8)
    (2, 0, 0)
    """
    return min(window // 2, min_words - shingle)


def grams(hashes: _U64, reach: int) -> _U64:
    """Hash of each gram, from those of its first and its last shingle, which together hold its words.

    >>> len(grams(np.array([7, 4, 9], dtype=np.uint64), 2))
    1
    """
    if not reach:
        return hashes
    mixed = hashes[:-reach] + hashes[reach:] * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(32)
    return mixed


def anchors(hashes: _U64, w: int) -> npt.NDArray[np.int64]:
    """Positions of the winnowed grams, rising, without repeats.

    A text of fewer than ``w`` grams is one window.

    >>> anchors(np.array([7, 4, 9, 4, 8], dtype=np.uint64), 2)
    array([1, 3])
    """
    if not len(hashes):
        return np.empty(0, np.int64)
    w = min(w, len(hashes))
    windows = np.lib.stride_tricks.sliding_window_view(hashes, w)
    # argmin gives the first of equals; over the reversed window that is the rightmost.
    rightmost = w - 1 - windows[:, ::-1].argmin(axis=1)
    return unique(rightmost + np.arange(len(windows)))


def signature(hashes: _U64, permutations: int = 128) -> _U32:
    """MinHash signature, bit for bit that of ``datasketch.MinHash`` (scheme affine32, seed 1).

    Written out in NumPy because importing datasketch costs a second (it brings scipy), more than
    a small scan takes; ``signature_by_datasketch`` is the specification and a test holds this to it.

    >>> hashes = np.array([2**40 + 5, 77], dtype=np.uint64)
    >>> bool((signature(hashes, 16) == signature_by_datasketch(hashes, 16)).all())
    True
    """
    a, b = _permutations(permutations)
    mixed = _mix(unique(hashes.astype(np.uint32)))
    result = np.full(permutations, 0xFFFFFFFF, np.uint32)
    for start in range(0, len(mixed), 8192):  # bounds the matrix to 4 MB a step
        block = mixed[start : start + 8192]
        np.minimum(result, (block[:, None] * a + b).min(axis=0), out=result)
    return result


def signature_by_datasketch(hashes: _U64, permutations: int = 128) -> _U32:
    """The specification of ``signature``: computed by datasketch itself."""
    values: _U32 = _minhash(permutations, hashes).hashvalues
    return values


def _minhash(permutations: int, hashes: _U64) -> MinHash:
    from datasketch import MinHash

    def low_half(value: Any) -> int:
        return int(value) & 0xFFFFFFFF

    minhash = MinHash(num_perm=permutations, seed=SEED, hashfunc=low_half, scheme="affine32")
    minhash.update_batch(hashes.tolist())
    return minhash


@cache
def _permutations(count: int) -> tuple[_U32, _U32]:
    """The multipliers (odd) and offsets that datasketch draws for this seed.

    From the Mersenne twister (Matsumoto, Nishimura 1998), which Python has, too; loading numpy.random
    would take longer than all else in a small scan.  ``RandomState(seed)`` fills its state like this.
    """
    state = [SEED]
    for place in range(1, 624):
        state.append((1812433253 * (state[-1] ^ state[-1] >> 30) + place) & 0xFFFF_FFFF)
    generator = Random()
    generator.setstate((3, (*state, 624), None))
    a = np.array([generator.getrandbits(32) & 0x7FFF_FFFF for _ in range(count)], np.uint32)
    b = np.array([generator.getrandbits(32) for _ in range(count)], np.uint32)
    return a * np.uint32(2) + np.uint32(1), b


def _mix(values: _U32) -> _U32:
    """MurmurHash3's 32-bit finaliser, which datasketch applies once before the permutations."""
    values = values ^ (values >> np.uint32(16))
    values = values * np.uint32(0x85EBCA6B)
    values = values ^ (values >> np.uint32(13))
    values = values * np.uint32(0xC2B2AE35)
    return values ^ (values >> np.uint32(16))
