"""Native: the C extension ``dedup._engine`` behind the functions of the reference.

Importing this fails with ImportError where the extension was not built; ``dedup.engine`` then does
without.  Words stay folded bytes until somebody looks at one: a million articles are sketched
without making a word into a ``str``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, overload

import numpy as np

import dedup.align as alignment
import dedup.sketch as reference
from dedup.align import CHANGE, MATCH, MAX_GAP, MAX_REPEATS, REACH, SKIP, Alignment, Block
from dedup.batch import Bodies, Comparisons, Keys, Sketches
from dedup.characters import _table
from dedup.lookup import Places
from dedup.model import Sketch, Tokens
from dedup.relations import Carried, Named, Reports
from dedup.spelling import LONGEST, RULES, forms

if TYPE_CHECKING:
    import numpy.typing as npt

    from dedup.likeness import Alike, Limits
    from dedup.model import Credit, Span
    from dedup.sentences import Sentences
    from dedup.settings import Settings

    _Bool = npt.NDArray[np.bool_]
    _I32 = npt.NDArray[np.int32]
    _I64 = npt.NDArray[np.int64]
    _U32 = npt.NDArray[np.uint32]
    _U64 = npt.NDArray[np.uint64]

__all__ = [
    "Words",
    "align",
    "alike",
    "comparisons",
    "fold",
    "judgements",
    "names",
    "nearby",
    "pairs",
    "renumber",
    "resemblance",
    "roots",
    "shingle_hashes",
    "signature",
    "sketch",
    "sketches",
    "strands",
    "tour",
]

_engine: Any = import_module("dedup._engine")  # in C, so without types
_engine.set_table(*_table())
_engine.set_spellings(RULES, forms(), LONGEST)


class Words(Sequence[str]):
    """Words as one folded text, split when first looked at; equal to a list of the same words.

    ``folded`` is the words in UTF-8 with one blank between two; ``bounds`` holds int64, the byte at
    which each word begins and, last, the length of ``folded`` and one: word ``i`` is
    ``folded[bounds[i] : bounds[i + 1] - 1]``, and a run of words is one slice.

    >>> words = fold("The U.S. view").words
    >>> len(words), words.folded, words[1:], words == ["the", "us", "view"]
    (3, b'the us view', ['us', 'view'], True)
    """

    __slots__ = ("_split", "bounds", "folded")

    def __init__(self, folded: bytes, bounds: bytes) -> None:
        self.folded = folded
        self.bounds = bounds
        self._split: list[str] | None = None

    def alone(self) -> int:
        """How many are one character of a script without spaces.

        >>> fold("Tokyo 東京").words.alone()
        2
        """
        count: int = _engine.count_alone(self.folded, self.bounds)
        return count

    def _words(self) -> list[str]:
        if self._split is None:
            # No word holds a blank; set_table has seen to that.
            self._split = self.folded.decode().split(" ") if self.folded else []
        return self._split

    def __len__(self) -> int:
        return len(self.bounds) // 8 - 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        return self._words()[index]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words())

    def __contains__(self, word: object) -> bool:
        return word in self._words()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Words):
            return self.folded == other.folded
        return self._words() == other if isinstance(other, list) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as a list

    def __repr__(self) -> str:
        return repr(self._words())

    def __reduce__(self) -> tuple[type[Words], tuple[bytes, bytes]]:
        return Words, (self.folded, self.bounds)


def fold(text: str, spans: Sequence[Span] | None = None) -> Tokens:
    """As ``dedup.text.fold``; ``starts`` and ``ends`` are memoryviews of int64.

    A span that begins or ends before the text is a ValueError.

    >>> tokens = fold("U.S. President’s “co-operation”")
    >>> tokens.words, tokens.starts[1], tokens.ends.tolist()
    (['us', "president's", 'co', 'operation'], 5, [4, 16, 20, 30])
    """
    folded, bounds, starts, ends = _engine.fold(text, spans)
    return Tokens(Words(folded, bounds), memoryview(starts).cast("q"), memoryview(ends).cast("q"))


def shingle_hashes(tokens: Tokens, k: int) -> _U64:
    """As ``dedup.sketch.shingle_hashes``; read-only."""
    words = tokens.words
    if not isinstance(words, Words):
        return reference.shingle_hashes(tokens, k)
    return np.frombuffer(_engine.shingle_hashes(words.folded, words.bounds, k), np.uint64)


def sketch(tokens: Tokens, hashes: _U64, settings: Settings) -> Sketch:
    """As ``dedup.sketch.sketch``; its arrays are read-only, all but ``anchors``.

    >>> from dedup.settings import Settings
    >>> tokens = fold("one two three four five six")
    >>> sketch(tokens, shingle_hashes(tokens, 5), Settings()).positions.dtype
    dtype('int64')
    """
    if not isinstance(tokens.words, Words):
        return reference.sketch(tokens, hashes, settings)
    shingle, window, least = reference.widths(tokens, settings)
    more = reference.reach(shingle, window, least)
    gram = reference.grams(hashes, more)
    positions = np.frombuffer(_engine.anchors(gram, window - more), np.int64)
    return Sketch(
        signature=signature(hashes, settings.permutations) if len(hashes) else None,
        anchors=gram[positions],
        positions=positions,
        words=len(tokens.words),
    )


def signature(hashes: _U64, permutations: int = 128) -> _U32:
    """As ``dedup.sketch.signature``; read-only."""
    return np.frombuffer(_engine.signature(hashes, *reference._permutations(permutations)), np.uint32)


def sketches(texts: Sequence[str], bodies: Bodies, settings: Settings, known: _U64 | None = None) -> Sketches:
    """As ``dedup.batch.sketches``; read-only.  About 30 microseconds for an article of 500 words."""
    words, dense, bands, anchors, found = _engine.sketches(
        texts,
        bodies,
        settings.shingle,
        settings.window,
        reference.reach(settings.shingle, settings.window, settings.min_words),
        reference.reach(2 * settings.shingle, 2 * settings.window, 2 * settings.min_words),
        *reference._permutations(settings.permutations),
        settings.bands,
        settings.rows,
        settings.until != "documents",
        b"" if known is None else np.ascontiguousarray(known, np.uint64),
    )
    rows = np.frombuffer(found, np.int32).reshape(-1, 2)
    return Sketches(
        np.frombuffer(words, np.int32), np.frombuffer(dense, np.bool_), _keys(*bands), _keys(*anchors), rows
    )


def _keys(keys: bytes, begins: bytes) -> Keys:
    return Keys(np.frombuffer(keys, np.uint64), np.frombuffer(begins, np.int64))


def pairs(keys: _U64, most: int) -> tuple[_U64, int, int]:
    """As ``dedup.batch.pairs``."""
    found, crowded, left_out = _engine.pairs(keys, most)
    return np.frombuffer(found, np.uint64), crowded, left_out


def renumber(keys: _U64, numbers: _U32) -> None:
    """As ``dedup.batch.renumber``."""
    _engine.renumber(keys, numbers)


def roots(pairs: _U64, count: int, most: int) -> _U32:
    """As ``dedup.batch.roots``; read-only."""
    return np.frombuffer(_engine.roots(pairs, count, most), np.uint32)


def strands(sides: _I32, groups: _U32, begins: _I64, blocks: _I32) -> Carried:
    """As ``dedup.relations.strands``; read-only.  About 10 nanoseconds a word."""
    numbers, ends, carried = _engine.strands(
        np.ascontiguousarray(sides, np.int32),
        np.ascontiguousarray(groups, np.uint32),
        np.ascontiguousarray(begins, np.int64),
        np.ascontiguousarray(blocks, np.int32),
    )
    return Carried(np.frombuffer(numbers, np.uint32), np.frombuffer(ends, np.int64), np.frombuffer(carried, np.uint32))


def names(texts: Sequence[str], bodies: Bodies) -> Named:
    """As ``dedup.relations.names``; read-only.  About 15 microseconds for an article of 500 words."""
    hashes, counts = _engine.names(texts, bodies)
    return Named(np.frombuffer(hashes, np.uint64), np.frombuffer(counts, np.int32))


def nearby(reports: Reports, asked: Reports, fewest: int, part: float, window: int) -> _I32:
    """As ``dedup.relations.nearby``; read-only.  About 2 nanoseconds for each report that shares a name."""
    rows = (
        np.ascontiguousarray(each, kind) for pair in (reports, asked) for each, kind in zip(pair, _REPORTS, strict=True)
    )
    return np.frombuffer(_engine.nearby(*rows, fewest, part, window), np.int32).reshape(-1, 2)


_REPORTS = (np.int64, np.int64, np.int32)


def places(keys: _U64, fences: _U64, sums: _U64, checked: npt.NDArray[np.uint8], asked: _U64) -> Places:
    """As ``dedup.lookup.places``; read-only.  About 50 nanoseconds a hash, and 500 for each block that is checked."""
    starts, ends, damaged = _engine.places(keys, fences, sums, checked, np.ascontiguousarray(asked, np.uint64))
    return Places(np.frombuffer(starts, np.int64), np.frombuffer(ends, np.int64), damaged)


def tour(pairs: _U64, visits: _U32, most: int) -> npt.NDArray[np.int64]:
    """As ``dedup.batch.tour``; read-only.  Some 100 nanoseconds a pair, and 26 bytes."""
    return np.frombuffer(_engine.tour(pairs, np.ascontiguousarray(visits, np.uint32), most), np.int64)


def portions(pairs: _U64, words: _I32, most_pairs: int, most_words: int) -> npt.NDArray[np.int64]:
    """As ``dedup.batch.portions``; read-only.  About 10 nanoseconds a pair."""
    ends = _engine.portions(pairs, np.ascontiguousarray(words, np.int32), most_pairs, most_words)
    return np.frombuffer(ends, np.int64)


def shelf() -> object:
    """As ``dedup.batch.shelf``."""
    made: object = _engine.shelf()
    return made


def comparisons(
    texts: Sequence[str],
    bodies: Bodies,
    places: _I32,
    turned: Sequence[bool],
    settings: Settings,
    shelf: object = None,
) -> Comparisons:
    """As ``dedup.batch.comparisons``; read-only.  About 35 microseconds a text and 10 a pair.

    A ``shelf`` keeps some 35 bytes for each word of the texts; its memory serves the next."""
    tables = _engine.comparisons(
        texts,
        bodies,
        np.ascontiguousarray(places, np.int32),
        bytes(turned),
        settings.shingle,
        settings.min_words,
        settings.until != "documents",
        *_RULES[2:],
        shelf,
    )
    rows = (np.frombuffer(table, np.int32).reshape(-1, width) for table, width in zip(tables, (5, 5, 7), strict=True))
    return Comparisons(*rows)


def judgements(
    texts: Sequence[str],
    bodies: Bodies,
    credits: Sequence[Sequence[Credit]],
    places: _I32,
    turned: Sequence[bool],
    found: Comparisons,
    shelf: object = None,
    where: _I32 | None = None,
    notes: list[bytes | None] | None = None,
) -> _I32:
    """As ``dedup.judgements.judgements``; read-only.  About 35 microseconds a text and one a passage; 8 more for a text
    that does not lie on the shelf."""
    from dedup.copying import Counts
    from dedup.looks import lexicon

    new = [True] * len(texts) if notes is None else [note is None for note in notes]
    told, given = _asides(texts, credits, new)
    tables = (np.ascontiguousarray(table, np.int32) for table in (places, *found))
    on_shelf = shelf, None if where is None else np.ascontiguousarray(where, np.int32)
    rows = _engine.judgements(
        texts, bodies, told, given, bytes(turned), *tables, lexicon(), _table()[0], *on_shelf, notes
    )
    return np.frombuffer(rows, np.int32).reshape(-1, len(Counts._fields))


def notes(texts: Sequence[str], bodies: Bodies, credits: Sequence[Sequence[Credit]]) -> list[bytes]:
    """As ``dedup.judgements.notes``; read-only.  About 20 microseconds a text."""
    from dedup.looks import lexicon

    asides = _asides(texts, credits, [True] * len(texts))
    found: list[bytes] = _engine.notes(texts, bodies, *asides, lexicon(), _table()[0])
    return found


def _asides(
    texts: Sequence[str], credits: Sequence[Sequence[Credit]], new: Sequence[bool]
) -> tuple[tuple[bytes | None, ...], tuple[bytes | None, ...]]:
    """What the engine does not find itself of each text that is new: what its credits tell, and its quotations where
    their marks are others than most have."""
    from dedup.quotations import as_spans, as_told

    told = tuple([as_told(each) if each and fresh else None for each, fresh in zip(credits, new, strict=True)])
    plain = iter(_engine.plain(tuple([text for text, fresh in zip(texts, new, strict=True) if fresh])))
    given = tuple(
        [as_spans(text) if fresh and not next(plain) else None for text, fresh in zip(texts, new, strict=True)]
    )
    return told, given


def resemblance(a: _U64, b: _U64) -> tuple[int, int, int]:
    """As ``dedup.sketch.resemblance``; about 10 microseconds for two articles of 500 words."""
    found: tuple[int, int, int] = _engine.resemblance(
        np.ascontiguousarray(a, np.uint64), np.ascontiguousarray(b, np.uint64)
    )
    return found


_RULES = (Alignment, Block, MAX_REPEATS, MAX_GAP, REACH, MATCH, CHANGE, SKIP)


def align(a: Tokens, b: Tokens, a_hashes: _U64, b_hashes: _U64, k: int, min_words: int) -> list[Alignment]:
    """As ``dedup.align.align``; about 20 microseconds for two articles of 500 words.

    >>> one = fold("said Hoo Tiang Boon, a professor who studies Chinese foreign policy at Nanyang")
    >>> two = fold("Said Hoo Tiang Boon, a professor who researches Chinese foreign policy at Nanyang.")
    >>> align(one, two, shingle_hashes(one, 5), shingle_hashes(two, 5), 5, 8)
    [Alignment(blocks=(Block(a=0, b=0, words=7), Block(a=8, b=8, words=5)))]
    """
    one, two = a.words, b.words
    if not (
        isinstance(one, Words)
        and isinstance(two, Words)
        and k > 0
        # A text without spaces has longer shingles than the other; the engine wants k on both sides.
        and len(a_hashes) == max(0, len(one) - k + 1)
        and len(b_hashes) == max(0, len(two) - k + 1)
    ):
        return alignment.align(a, b, a_hashes, b_hashes, k, min_words)
    a_hashes, b_hashes = (np.ascontiguousarray(hashes, np.uint64) for hashes in (a_hashes, b_hashes))
    found: list[Alignment] = _engine.align(
        one.folded, one.bounds, a_hashes, two.folded, two.bounds, b_hashes, k, min_words, *_RULES
    )
    return found


def alike(a: Sentences, b: Sentences, a_open: _Bool, b_open: _Bool, first: Limits, second: Limits) -> Alike:
    """As ``dedup.likeness.alike``; read-only."""
    from dedup.likeness import SCALE, Alike

    found = _engine.alike(a.terms, a.first, a_open, b.terms, b.first, b_open, float(SCALE), *first, *second)
    ids, others, weights, seeds, looser = (np.frombuffer(each, kind) for each, kind in zip(found, "qqdqq", strict=True))
    return Alike(ids, others, weights, seeds.reshape(-1, 2), looser.reshape(-1, 2))
