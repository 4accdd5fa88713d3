"""Lines: where the lines of a page are, and what they look like.

The plain functions are the specification; where the extension was built, C does the same.
"""

from __future__ import annotations

import re
import struct
from array import array
from collections.abc import Iterable, Iterator
from functools import cache

from dedup.extension import extension

# fmt: off
__all__ = [
    "BULLETED", "CLOSERS", "ENDED", "ENDS", "READ", "Look", "ended", "is_bullet", "lines", "packed", "plain_lines",
    "unpacked", "weight", "wide",
]
# fmt: on

READ = 400
"""Furniture is short: longer lines are not searched for words, which keeps the cost linear."""

ENDS = ".!?…:;,。！？；：।؟۔։།"
CLOSERS = "\"'”’»«›)]}」』】）*_ \t\u00a0"
_QUOTES = "\"'”’»«」』"
_BULLETS = "-•·●▪◦‣*►▶○■>"  # not the long dashes: they open speech in many languages
_LINES = re.compile("[^\r\n\x0b\x0c\x85\u2028\u2029]+")

Look = tuple[int, int, int, bool, bool]
"""Start and end without white space, weight, whether it ends like a sentence, whether it is bulleted."""
ENDED, BULLETED = 1, 2
"""The flags of a packed look."""


def lines(text: str) -> list[Look]:
    """Every line that is not blank.  Linear; about a nanosecond a character in C.

    >>> lines("- Menu\\n\\n  Two people died.")
    [(0, 6, 6, False, True), (10, 26, 16, True, False)]
    """
    return list(plain_lines(text)) if extension is None else unpacked(extension.lines(text, READ))


def packed(looks: Iterable[Look]) -> bytes:
    """Looks as the extension has them: four int64 for each, start, end, weight and flags.

    >>> unpacked(packed([(0, 6, 6, False, True)]))
    [(0, 6, 6, False, True)]
    """
    rows = [(start, end, heavy, ENDED * ended + BULLETED * bullet) for start, end, heavy, ended, bullet in looks]
    return array("q", [number for row in rows for number in row]).tobytes()


def unpacked(looks: bytes) -> list[Look]:
    """The looks that were packed."""
    rows = struct.iter_unpack("=4q", looks)
    return [(start, end, heavy, bool(flags & ENDED), bool(flags & BULLETED)) for start, end, heavy, flags in rows]


def plain_lines(text: str) -> Iterator[Look]:
    """The same without the extension."""
    for match in _LINES.finditer(text):
        if inner := match[0].strip():
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            heavy = weight(inner, len(inner))
            yield (
                start,
                start + len(inner),
                heavy,
                ended(inner if len(inner) <= 2 * READ else inner[-READ:], heavy),
                is_bullet(inner),
            )


def weight(words: str, size: int) -> int:
    """Characters; those of Han and the like count for two and a half."""
    return size + (0 if size >= READ or words.isascii() else 3 * len(wide().findall(words)) // 2)


@cache
def wide() -> re.Pattern[str]:
    """A character of Thai, Lao, Burmese, Khmer, Han, Kana or Hangul; 5 ms, so not at import."""
    return re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f]")


def ended(words: str, heavy: int) -> bool:
    """Whether words end like a sentence."""
    return words.rstrip(CLOSERS)[-1:] in ENDS or (heavy >= 40 and words[-1] in _QUOTES)


def is_bullet(words: str) -> bool:
    """Whether words begin with a bullet and a blank."""
    return words[0] in _BULLETS and words[1:2].isspace()
