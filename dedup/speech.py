"""Speech: the words by which dedup reads who speaks, and whether in public.

They stand in ``dedup/data/speech.toml``, a table a language; here each becomes a few bits, so
that a text is looked up once and then asked by slices of bytes.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple
from unicodedata import normalize

from dedup.tables import table

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
    "languages",
    "speech",
]

VERB, OFFICIAL, VENUE, PAPER, NATION, FUNCTION, OF, PRONOUN = (1 << bit for bit in range(8))
"""What a word is listed as; ``OF`` begins what a paper is about, ``PRONOUN`` stands for a speaker."""
_OF = ("on", "of", "for", "to", "concerning", "about")
_PRONOUNS = (
    *("he", "i", "it", "she", "they", "we", "who"),
    *("er", "ich", "sie", "wir", "il", "elle", "ils", "elles", "je", "nous", "él", "ella", "ellos", "yo"),
    *("lui", "lei", "noi", "ele", "ela", "eles", "hij", "zij", "он", "она", "они", "мы", "я"),
)


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
    """Word lists of one language of ``dedup/data/speech.toml``."""
    table = _tables()[language]
    # As words are folded: accents are characters of their own.
    return Speech(**{name: frozenset(normalize("NFKD", word) for word in table[name]) for name in Speech._fields})


def languages() -> tuple[str, ...]:
    """The languages that have lists, English first."""
    return tuple(_tables())


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    tables: dict[str, dict[str, list[str]]] = table("speech.toml")
    return tables


@cache
def bits_of_words() -> dict[str, int]:
    """What each listed word is listed as, in any language; most words are not.

    A paper quotes in several languages, so there is one lexicon.  What a word is in English counts first.

    >>> bits_of_words()["said"] == VERB, bits_of_words()["statement"] == VENUE | PAPER, bits_of_words()["sagte"] == VERB
    (True, True, True)
    """
    bits = VERB, OFFICIAL, VENUE, PAPER, NATION, FUNCTION
    found: dict[str, int] = {}
    for language in _tables():
        more: dict[str, int] = {}
        for bit, words in zip(bits, speech(language), strict=True):
            for word in words:
                more[word] = more.get(word, 0) | bit
        if not found:
            english = more
        found.update(
            (word, found.get(word, 0) | bit) for word, bit in more.items() if more is english or word not in english
        )
    for bit, listed in ((OF, _OF), (PRONOUN, _PRONOUNS)):
        for word in (normalize("NFKD", word) for word in listed):
            found[word] = found.get(word, 0) | bit
    return found


@cache
def having(bits: int, value: int = 1) -> bytes:
    """Table for ``bytes.translate``: ``value`` for each byte with one of these bits, else 0.

    >>> bytes([VERB, VENUE, VERB | VENUE]).translate(having(VERB)).hex()
    '010001'
    """
    return bytes(value if byte & bits else 0 for byte in range(256))
