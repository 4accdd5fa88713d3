"""Looks: what is known of each word of a text by itself and by its capitals, a byte or two a word.

Judging asks the same of a word in every passage it stands in: is it a name, a verb of speech, the
last of its sentence?  So each word is looked at once for all of them, and a passage is then a
slice.  ``look_plain`` is the specification; where the words were folded in C, they are looked at in
C as well, with the same bytes.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from importlib import import_module
from itertools import compress
from typing import Any, NamedTuple

from dedup.characters import _table, classes
from dedup.kept import compiled
from dedup.model import Tokens
from dedup.speech import bits_of_words

__all__ = [
    "BLANK",
    "BORDER",
    "CAPITAL",
    "CUT",
    "DENSE",
    "INSIDE",
    "NAME",
    "SINGLE",
    "Looks",
    "in_c",
    "lexicon",
    "look",
    "look_plain",
    "repeated_names",
]

try:
    _engine: Any = import_module("dedup._engine")
except ImportError:  # not built; then no words were folded in C either
    _engine = None

NAME, DENSE, SINGLE, CAPITAL, INSIDE, BORDER, CUT, BLANK = (1 << bit for bit in range(8))
"""How a word looks: a name or number; one character of a script without spaces, or another single
one; with a capital, and that inside a sentence; before the end of a sentence or a quotation mark,
before a cut ("..." or a bracket), before nothing but white space."""

_BORDER = compiled(r"(?<![.…])[.!?](?=[\s\"”»’')\]]|$)|[“”„«»\"]")
_CUT = compiled(r"…|\.\s?\.\s?\.|\[[^\]]{0,40}\]")


class Looks(NamedTuple):
    """One byte a word each: the lists it stands in (``dedup.speech``), and how it looks.

    A capital makes a name inside a sentence; at its beginning, only when the word is never written
    small.  Where every third word has a capital (German, headlines) it makes none.
    """

    listed: bytes
    looks: bytes


def look(text: str, tokens: Tokens) -> Looks:
    """What is known of each word of ``text``; linear, about 20 microseconds for 500 words in C.

    >>> from dedup.text import fold
    >>> text = "The old man met Ann Lee in Oslo on 16 May and went home."
    >>> tokens = fold(text)
    >>> [word for word, seen in zip(tokens.words, look(text, tokens).looks) if seen & NAME]
    ['ann', 'lee', 'oslo', '16', 'may']
    """
    parts = in_c(text, tokens)
    return look_plain(text, tokens) if parts is None else Looks(*_engine.look(parts, _table()[0]))


def in_c(text: str, tokens: Tokens) -> tuple[Any, ...] | None:
    """A text as the C engine takes it, or None where its words were not folded in C."""
    words: Any = tokens.words
    if _engine is None or not hasattr(words, "folded"):
        return None
    return text, words.folded, words.bounds, tokens.starts, tokens.ends, lexicon()


@cache
def lexicon() -> Any:
    """The lists of words as the C engine takes them."""
    bits = bits_of_words()
    return _engine.lexicon(" ".join(bits).encode(), bytes(bits.values()))


def look_plain(text: str, tokens: Tokens) -> Looks:
    """The same, word by word."""
    words, starts, bits = tokens.words, tokens.starts, bits_of_words()
    looks = [_by_itself(text, word, start) for word, start in zip(words, starts, strict=True)]
    for index in range(len(words) - 1):
        looks[index] |= _before(text[tokens.ends[index] : starts[index + 1]])
    small = {word for word, seen in zip(words, looks, strict=True) if not seen & CAPITAL}
    inside = {_stripped(word) for word, seen in zip(words, looks, strict=True) if seen & INSIDE}
    capitals = sum(1 for seen in looks if seen & INSIDE)
    beginning = sum(1 for seen in looks if seen & CAPITAL and not seen & INSIDE)
    if 3 * capitals <= len(words) - beginning:
        always = inside - small
        for index, seen in enumerate(looks):
            if seen & INSIDE or (seen & CAPITAL and _stripped(words[index]) in always):
                looks[index] |= NAME
    return Looks(bytes(bits.get(word, 0) for word in words), bytes(looks))


def _by_itself(text: str, word: str, start: int) -> int:
    seen = 0
    if len(word) == 1:
        seen |= DENSE if classes()[ord(word)] == "s" else SINGLE
    if _stripped(word)[:1].isdigit():
        seen |= NAME
    if text[start].isupper():
        seen |= CAPITAL if _begins_sentence(text, start) else CAPITAL | INSIDE
    return seen


def _before(between: str) -> int:
    """What stands between a word and the next."""
    if between == " ":
        return BLANK
    seen = BLANK if between.isspace() else 0
    if _BORDER.search(between):
        seen |= BORDER
    return seen | CUT if _CUT.search(between) else seen


def _stripped(word: str) -> str:
    return word.removesuffix("'s")


def _begins_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 4) : start].rstrip(" \t\xa0“”\"'‘’«»([—–-")
    return not before or before[-1] in ".!?:\n\r…"


def repeated_names(tokens: Tokens, looks: Looks) -> frozenset[str]:
    """Names that a text has twice or more inside its sentences and never writes small: what it is about.

    >>> from dedup.text import fold
    >>> text = "In the end Ann met Lee by the sea in Oslo, and then Lee took the night train back to Oslo with us."
    >>> sorted(repeated_names(fold(text), look(text, fold(text))))
    ['lee', 'oslo']
    """
    # A capital inside a sentence makes a name, or capitals say nothing here.
    named = looks.looks.translate(_INSIDE_NAME)
    if 1 not in named:
        return frozenset()
    words = tokens.words[:]
    counts = Counter(word.removesuffix("'s") for word in compress(words, named))
    twice = {name for name, count in counts.items() if count > 1}
    return frozenset(twice.difference(compress(words, looks.looks.translate(_SMALL))))


_INSIDE_NAME = bytes(seen & (NAME | INSIDE) == NAME | INSIDE for seen in range(256))
_SMALL = bytes(not seen & CAPITAL for seen in range(256))
