"""Speech: the words by which dedup reads who speaks, and whether in public.

They stand in ``dedup/data/speech.toml``, a table a language; here each becomes a few bits, so
that a text is looked up once and then asked by slices of bytes.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import NamedTuple

from dedup.tables import parse

__all__ = [
    "FUNCTION",
    "NATION",
    "OF",
    "OFFICIAL",
    "PAPER",
    "PRONOUN",
    "VENUE",
    "VERB",
    "Speech",
    "bits_of_words",
    "having",
    "speech",
]

VERB, OFFICIAL, VENUE, PAPER, NATION, FUNCTION, OF, PRONOUN = (1 << bit for bit in range(8))
"""What a word is listed as; ``OF`` begins what a paper is about, ``PRONOUN`` stands for a speaker."""
_OF = ("on", "of", "for", "to", "concerning", "about")
_PRONOUNS = ("he", "i", "it", "she", "they", "we", "who")


class Speech(NamedTuple):
    """The word lists of one language, from ``dedup/data/speech.toml``."""

    verbs: frozenset[str]
    officials: frozenset[str]
    venues: frozenset[str]
    papers: frozenset[str]
    translated: frozenset[str]
    function: frozenset[str]


@cache
def speech(language: str = "en") -> Speech:
    """Word lists of a language; only English so far."""
    source = resources.files("dedup") / "data" / "speech.toml"
    table = parse(source.read_text("utf-8"))[language]
    return Speech(**{name: frozenset(table[name]) for name in Speech._fields})


@cache
def bits_of_words(language: str = "en") -> dict[str, int]:
    """What each listed word is listed as; most words are not.

    >>> bits_of_words()["said"] == VERB, bits_of_words()["statement"] == VENUE | PAPER
    (True, True)
    """
    lists = zip((VERB, OFFICIAL, VENUE, PAPER, NATION, FUNCTION), speech(language), strict=True)
    found: dict[str, int] = {}
    for bit, words in (*lists, (OF, _OF), (PRONOUN, _PRONOUNS)):
        for word in words:
            found[word] = found.get(word, 0) | bit
    return found


@cache
def having(bits: int, value: int = 1) -> bytes:
    """Table for ``bytes.translate``: ``value`` for each byte with one of these bits, else 0.

    >>> bytes([VERB, VENUE, VERB | VENUE]).translate(having(VERB)).hex()
    '010001'
    """
    return bytes(value if byte & bits else 0 for byte in range(256))
