"""Prints: an article without its text, and how one that is checked is held against it.

Kept are the anchors, 24 bits of each, with the word and the characters where each stands.  Who checks
an article finds which of its own anchors the kept one has; each stands for a gram of words, which is
then known to stand there, too.  From these the text is put together as far as the checked article
knows it, with marks for all other words, and compared as any text is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.article import Article
from dedup.batch import NUMBER_BITS
from dedup.engine import engine
from dedup.index.records import Stored
from dedup.model import Document, Edit, Passage, Sketch, Span, Tokens
from dedup.settings import Settings
from dedup.sketch import reach, widths
from dedup.stamps import Dates

__all__ = ["Rebuilt", "held_against", "prints", "without_text"]

_BITS = (1 << 24) - 1
_KINDS = ("<u2", "u1", "u1", "<u2", "u1")
_I64 = npt.NDArray[np.int64]


class _Run(NamedTuple):
    """A known stretch: from where to where in the text put together, and in the original."""

    start: int
    end: int
    original: Span


class Rebuilt(Document):
    """A document put together from what another knows of it."""

    __slots__ = ("_runs",)
    _runs: list[_Run]

    @classmethod
    def of(cls, document: Document, text: str, runs: list[_Run]) -> Rebuilt:
        """``document`` with that text."""
        fields = (document.title, document.outlet, document.url, document.published, document.byline)
        made = cls(document.id, text, *fields, document.language, document.metadata)
        object.__setattr__(made, "_runs", runs)
        return made

    def original(self, span: Span) -> Span:
        """Where a span of the text put together stands in the original; to the character at the ends of
        what is shared, nearly so inside of it."""
        return Span(self._place(span.start), self._place(span.end))

    def placed(self, passage: Passage) -> Passage:
        """A passage whose side b is this document."""
        edits = tuple(Edit(edit.a, self.original(edit.b)) for edit in passage.edits)
        return replace(passage, b=self.original(passage.b), edits=edits)

    def _place(self, at: int) -> int:
        run = self._runs[max(0, bisect_right(self._runs, at, key=lambda run: run.start) - 1)]
        if at >= run.end:
            return run.original.end
        return min(run.original.start + max(0, at - run.start), run.original.end)


def _sketched(article: Article, settings: Settings) -> tuple[Tokens, Sketch, int]:
    """The words of an article, its sketch, and how many words a gram has."""
    work = engine(settings.engine)
    tokens = work.fold(article.document.text, article.body)
    shingle, window, least = widths(tokens, settings)
    sketch = work.sketch(tokens, work.shingle_hashes(tokens, shingle), settings)
    return tokens, sketch, shingle + reach(shingle, window, least)


def prints(article: Article, settings: Settings) -> bytes:
    """What is kept instead of a text: 7 bytes an anchor, in five arrays one behind the other.

    Low 24 bits of each anchor (uint16 and uint8), the words since the one before (uint8), its first character
    since that of the one before (uint16), and how many characters its gram has (uint8, 255 for more).
    About 0.1 milliseconds.
    """
    tokens, sketch, gram = _sketched(article, settings)
    positions = sketch.positions
    starts = np.array(tokens.starts, np.int64)[positions]
    ends = np.array(tokens.ends, np.int64)[np.minimum(positions + gram, len(tokens)) - 1]
    words, characters = _steps(positions), _steps(starts)
    # What does not fit is split over marks of nothing: rare, a table or a gap between two parts of a body.
    rows: list[tuple[int, int, int, int]] = []
    lows = (sketch.anchors & np.uint64(_BITS)).tolist()
    lengths = np.minimum(ends - starts, 255).tolist()
    for low, word, character, length in zip(lows, words.tolist(), characters.tolist(), lengths, strict=True):
        while word > 255 or character > 0xFFFF:
            step = min(word, 255), min(character, 0xFFFF)
            rows.append((0, *step, 0))
            word, character = word - step[0], character - step[1]
        rows.append((low, word, character, length))
    table = np.array(rows, np.int64).reshape(-1, 4)
    columns = (table[:, 0] & 0xFFFF, table[:, 0] >> 16, *table[:, 1:].T)
    return b"".join(column.astype(kind).tobytes() for column, kind in zip(columns, _KINDS, strict=True))


def _steps(values: _I64) -> _I64:
    return np.diff(values, prepend=np.zeros(1, np.int64))


def _unpacked(data: bytes) -> tuple[list[int], list[int], list[int], list[int]]:
    """Anchors, the word of each, its first character and the one behind its last."""
    count, at, columns = len(data) // 7, 0, []
    for kind in _KINDS:
        columns.append(np.frombuffer(data, kind, count, at).astype(np.int64))
        at += np.dtype(kind).itemsize * count
    low, high, words, starts, lengths = columns
    kept = lengths > 0
    words, starts = np.cumsum(words), np.cumsum(starts)
    found = high << 16 | low, words, starts, starts + lengths
    anchor, word, start, end = (column[kept].tolist() for column in found)
    return anchor, word, start, end


def without_text(article: Article) -> Article:
    """The article without anything that is quoted from it: text, title, byline and the words of its credits."""
    credits = tuple(replace(credit, text="") for credit in article.credits)
    document = replace(article.document, title=None, byline=None)
    return replace(article, document=document, credits=credits)


class Asker:
    """A checked article, to be held against prints."""

    def __init__(self, article: Article, settings: Settings) -> None:
        self._text = article.document.text
        tokens, sketch, self._gram = _sketched(article, settings)
        self._starts, self._ends = list(tokens.starts), list(tokens.ends)
        self._places: dict[int, list[int]] = defaultdict(list)
        for anchor, position in zip(sketch.anchors.tolist(), sketch.positions.tolist(), strict=True):
            self._places[anchor & _BITS].append(position)

    def rebuilt(self, kept: Article, data: bytes) -> Article:
        """The kept article as far as this one knows its words."""
        known: dict[int, int] = {}  # its words, and which of ours they are
        begin: dict[int, int] = {}  # where it says that the character of a word is
        end: dict[int, int] = {}
        after = -1
        for low, word, start, stop in zip(*_unpacked(data), strict=True):
            if ours := self._places.get(low):
                # Of equal ones that which goes on where the last left off.
                place = min(ours, key=lambda at: (abs(at - word - after), at)) if len(ours) > 1 else ours[0]
                after = place - word
                begin[word], end[word + self._gram - 1] = start, stop
                for n in range(self._gram):
                    if place + n < len(self._starts):
                        known.setdefault(word + n, place + n)
        text, runs = self._put_together(kept.words, known, begin, end)
        credits = tuple(replace(credit, start=0, end=0) for credit in kept.credits)
        return Article(Rebuilt.of(kept.document, text, runs), None, credits, Dates(*kept.dates), kept.words)

    def _put_together(
        self, words: int, known: dict[int, int], begin: dict[int, int], end: dict[int, int]
    ) -> tuple[str, list[_Run]]:
        parts: list[str] = []
        runs: list[_Run] = []
        at = word = 0
        while word < words:
            if word not in known:
                part = f"{_MARK}{word}"
                word += 1
            else:
                first = last = word
                while last + 1 in known and known[last + 1] == known[last] + 1 and last + 1 < words:
                    last += 1
                part = self._text[self._starts[known[first]] : self._ends[known[last]]]
                start = begin.get(first, max((at for w, at in begin.items() if w <= first), default=0))
                stop = end.get(last, min((at for w, at in end.items() if w >= last), default=start + len(part)))
                runs.append(_Run(at, at + len(part), Span(start, max(start, stop))))
                word = last + 1
            parts.append(part)
            at += len(part) + 1
        return " ".join(parts), runs


def held_against(
    asked: Sequence[Article], found: Sequence[Sequence[int]], stored: Mapping[int, Stored], settings: Settings
) -> tuple[list[list[int]], dict[int, Stored]]:
    """The stored articles as each that is asked about knows them, under numbers of their own."""
    numbers, others = [], dict[int, Stored]()
    for place, some in enumerate(found):
        numbers.append([place << NUMBER_BITS | number for number in some])
        if some:
            asker = Asker(asked[place], settings)
            others |= {
                n: replace(stored[k], article=asker.rebuilt(stored[k].article, stored[k].prints), notes=None)
                for n, k in zip(numbers[-1], some, strict=True)
            }
    return numbers, others


_MARK = "q0q0"
"""Begins a word that nobody writes; the number of the word follows."""
