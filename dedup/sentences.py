"""Sentences: where they begin, passages widened to whole ones, and texts as bags of words by sentence.

Signs decide, in any language that writes them: a sentence ends behind ``.``, ``!``, ``?`` or ``…`` (or
the full stops of Chinese, Arabic and Hindi) with the quotation marks and brackets that follow, before
white space, and at an empty line.  An abbreviation ends a sentence here when a capital follows it: no
list of abbreviations is kept, and what it costs is a shorter sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from dedup.model import Span, Tokens

__all__ = ["Sentences", "sentence_starts", "widened"]

LETTERS = 6
"""Letters of a word that make its term."""
FEWEST, MOST = 3, 40
"""Words of a sentence: shorter ones are joined to the next, longer ones (lists, tables) are cut."""
_END = re.compile(  # one class of characters first, so that the search skips all others
    r"[.!?…؟।。！？\n](?:(?<=[.!?…؟।])[\"”»’'\)\]]*(?=\s+[^\sa-z])|(?<=[。！？])[」』”’）]*|(?<=\n)[^\S\n]*\n)"
)
_CUT = re.compile(r"[.!?…。！？\n](?:(?<=[\n。！？])|[\"”»’'\)\]]*(?=\s))")

_I64 = npt.NDArray[np.int64]
_U64 = npt.NDArray[np.uint64]


def sentence_starts(text: str) -> list[int]:
    """Places where a sentence begins or the white space before it, the beginning included; rising.

    >>> text = "“Go!” she said. He went home.\\n\\nThe end"
    >>> [text[start:end].strip() for start, end in zip(sentence_starts(text), [*sentence_starts(text)[1:], None])]
    ['“Go!” she said.', 'He went home.', 'The end']
    """
    starts = [0]
    end = len(text.rstrip())
    for match in _END.finditer(text, 0, end):
        if match.end() < end and not text[starts[-1] : match.start() + 1].isspace():
            starts.append(match.end())
    return starts


def widened(text: str, starts: Sequence[int], span: Span) -> Span:
    """The sentences that ``span`` touches, without the white space around them.

    >>> text = "It rained. The bridge fell into the river. Nobody died."
    >>> wide = widened(text, sentence_starts(text), Span(15, 30))
    >>> text[wide.start : wide.end]
    'The bridge fell into the river.'
    """
    start = starts[bisect_right(starts, span.start) - 1]
    after = bisect_left(starts, span.end)
    end = starts[after] if after < len(starts) else len(text)
    piece = text[start:end]
    return Span(min(span.start, end - len(piece.lstrip())), max(span.end, start + len(piece.rstrip())))


class Sentences:
    """A text as bags of terms; made once for a text, whatever it is compared with.

    >>> from dedup.text import fold
    >>> text = "The two men crossed the river. They were crossing it by night."
    >>> Sentences(text, fold(text)).first.tolist()
    [0, 6, 12]
    """

    def __init__(self, text: str, tokens: Tokens) -> None:
        self.text = text
        self.tokens = tokens
        self.terms = _terms(tokens)
        self.starts = np.asarray(tokens.starts, np.int64)
        self.first = np.array(self._borders(), np.int64)
        """The first word of each sentence, and the number of words."""

    def _borders(self) -> list[int]:
        words = len(self.terms)
        if not words:
            return [0]
        begins = np.unique(np.searchsorted(self.starts, sentence_starts(self.text))).tolist()
        borders = [0]
        for end in [*(place for place in begins if 0 < place < words), words]:
            if end - borders[-1] < FEWEST:
                continue
            while end - borders[-1] > MOST:
                borders.append(borders[-1] + min(MOST, (end - borders[-1]) // 2))
            borders.append(end)
        return [*(borders[:-1] or [0]), words]

    def __len__(self) -> int:
        return len(self.first) - 1

    @cached_property
    def cuts(self) -> _I64:
        """Words before which a passage may begin or end: sentence and line borders."""
        places = [match.end() for match in _CUT.finditer(self.text)]
        return np.unique(np.concatenate([[0, len(self.terms)], np.searchsorted(self.starts, places)]))

    def length(self, words: tuple[int, int]) -> int:
        """Characters of a stretch of words."""
        return int(self.tokens.ends[words[1] - 1] - self.tokens.starts[words[0]])


def _terms(tokens: Tokens) -> _U64:
    """A number for the first letters of each word, without a final 's: a polynomial of their code points,
    the same for the same letters and hardly ever for others."""
    letters = np.frombuffer(" ".join(tokens.words).encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    if not len(letters):
        return np.empty(0, np.uint64)
    ends = np.append(np.flatnonzero(letters == ord(" ")), len(letters))
    begins = np.concatenate([[0], ends[:-1] + 1])
    owned = (ends - begins > 2) & (letters[ends - 1] == ord("s")) & (letters[ends - 2] == ord("'"))
    ends = ends - 2 * owned
    value = np.zeros(len(ends), np.uint64)
    for n in range(LETTERS):
        place = begins + n
        letter = np.where(place < ends, letters[np.minimum(place, len(letters) - 1)], np.uint64(0))
        value = value * np.uint64(0x9E3779B97F4A7C15) + letter
    return value
