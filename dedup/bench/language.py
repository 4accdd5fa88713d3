"""Words, chunks of words and sentence patterns of the languages the articles are written in.

An article is drawn from chunks of one to four words, of which there are tens of thousands: words then have their
natural frequencies (function words by the templates of ``data/newsroom.toml``, content words by the law of Zipf and
Mandelbrot), five words in a row recur by accident about as often as they do in news, and whole sentences never.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from dedup.bench.stream import Weighted, endless

__all__ = ["OF_STORY", "Language", "Names", "Pattern", "language", "names", "newsroom"]

OF_STORY = "EOLKX"
"""Kinds of chunk that each story brings itself: persons, organisations, places, subjects, persons with titles."""
_SHIFT = 15
"""Mandelbrot's constant: the word of rank r is drawn with weight 1 / (r + _SHIFT)."""
_KNOWN = {"N": "nouns", "V": "verbs", "A": "adjectives", "R": "adverbs"}
_ENDINGS = {"N": "noun", "V": "verb", "A": "adjective", "R": "adverb"}
_SIZES = {"N": 26_000, "V": 5_000, "A": 9_000, "R": 1_500}
_CHUNKS = {"N": 16_384, "P": 16_384, "V": 8_192, "S": 4_096, "M": 4_096}
_NUMBER = re.compile("N[012]")
_CLASS = re.compile("N[012]|[NSVDGAR]")


class Pattern(NamedTuple):
    """A sentence: a format, and for each slot the number of its table and a mask; draw & mask is the place in it."""

    format: str
    slots: tuple[tuple[int, int], ...]


class Language:
    """One language: patterns, and the tables of chunks that fill them.

    The first ``len(OF_STORY)`` tables are the story's own, of 8 entries each; ``tables`` holds those after them.
    ``words`` are nouns, most frequent first; ``others`` are words of all kinds as often as they occur.
    """

    def __init__(self, name: str, data: Mapping[str, Any]) -> None:
        self.name = name
        self.space: str = data["space"]
        self.stop: str = data["stop"]
        self.opening, self.closing = data["quotes"]
        self.characters: str = data.get("characters", "")
        self._random = endless(f"language/{name}")
        self._scale = 1 if name == "en" else 8
        self._syllables = {part: text.split() for part, text in data.get("syllables", {}).items()}
        self._classes = {each: self._vocabulary(each, data) for each in _KNOWN}
        self.words: Sequence[str] = self._classes["N"].items
        self.others: Sequence[str] = [self._classes["NAVR"[n % 4]].pick(next(self._random)) for n in range(1024)]
        self.tables = [self._table(kind, templates) for kind, templates in data["chunks"].items()]
        self.patterns = self._patterns(list(data["chunks"]), data["sentences"]["patterns"])
        self.tidy = [(" ,", ","), *([("’ ", "’")] if name == "fr" else [])] if self.space else []
        """What to replace once the chunks stand in their places."""

    def name_part(self, draw: int) -> str:
        """A word that may be part of a name, out of some millions."""
        if self.characters:
            known = self.characters
            return known[draw % len(known)] + known[draw // len(known) % len(known)]
        onset, vowel, coda = (self._syllables[part] for part in ("onset", "vowel", "coda"))
        text = ""
        for last in (False, True):
            draw, n = divmod(draw, len(onset))
            text += onset[n]
            draw, n = divmod(draw, len(vowel))
            text += vowel[n]
            if last:
                text += coda[draw % len(coda)]
        return text.capitalize()

    def units(self, sentence: str) -> list[str]:
        """What an editor changes: words, or characters where there are no spaces."""
        return sentence.split(" ") if self.space else list(sentence)

    def _vocabulary(self, kind: str, data: Mapping[str, Any]) -> Weighted[str]:
        words: dict[str, None] = dict.fromkeys(data.get(_KNOWN[kind], "").split())
        make = self._of_characters if self.characters else self._of_syllables(data["endings"][_ENDINGS[kind]])
        while len(words) < _SIZES[kind] // self._scale:
            word = make(len(words))
            words[word.capitalize() if kind == "N" and self.name == "de" else word] = None
        return Weighted(list(words), [2**40 // (rank + _SHIFT) for rank in range(1, len(words) + 1)])

    def _of_characters(self, _: int) -> str:
        known = self.characters
        first, second = next(self._random), next(self._random)  # the square of a fraction prefers frequent characters
        return known[(first * first * len(known)) >> 64] + known[(second * second * len(known)) >> 64]

    def _of_syllables(self, endings: Sequence[str]) -> Callable[[int], str]:
        onset, vowel, coda = (self._syllables[part] for part in ("onset", "vowel", "coda"))

        def make(rank: int) -> str:
            draw = next(self._random) << 32 | next(self._random)
            text = ""
            for n in range(1 if draw & 3 else 2):  # one syllable and an ending, or two and an ending
                draw >>= 2
                text += onset[draw % len(onset)] + vowel[(draw >> 6) % len(vowel)]
                draw >>= 11
                if n or draw & 1:
                    text += coda[(draw >> 1) % len(coda)]
                    draw >>= 6
            return text + (endings[draw % len(endings)].strip() if rank > 400 or draw & 16 else "")

        return make

    def _table(self, kind: str, templates: Sequence[str]) -> list[str]:
        weights, shapes = zip(*(each.split(" ", 1) for each in templates), strict=True)
        choose = Weighted(shapes, [int(weight) for weight in weights])
        size = _CHUNKS.get(kind, 256) // (self._scale if kind in _CHUNKS else 1)
        return [self._fill(choose.pick(next(self._random))) for _ in range(size)]

    def _fill(self, template: str) -> str:
        if self.characters:
            return _CLASS.sub(lambda found: self._word(found[0]), template)
        words = [
            self._word(part) if len(part) == 1 and part in "NSVDGAR" else _NUMBER.sub(self._number, part)
            for part in template.split(" ")
        ]
        for n in range(len(words) - 1):
            if words[n] == "a" and self.name == "en" and words[n + 1][0] in "aeiou":
                words[n] = "an"
        return " ".join(words)

    def _number(self, found: re.Match[str]) -> str:
        return self._word(found[0])

    def _word(self, kind: str) -> str:
        draw = next(self._random)
        if kind == "N0":
            return str(2 + draw % (98 if draw >> 30 else 800))
        if kind in ("N1", "N2"):
            return str(1 + draw % 9 if kind == "N1" else 100 + draw % 900)
        return inflect(self._classes[{"S": "N", "D": "V", "G": "V"}.get(kind, kind)].pick(draw), kind, self.name)

    def _patterns(self, kinds: Sequence[str], patterns: Sequence[str]) -> list[Pattern]:
        indexes = {kind: n for n, kind in enumerate([*OF_STORY, *kinds])}
        masks = [7] * len(OF_STORY) + [len(table) - 1 for table in self.tables]
        found: list[Pattern] = []
        for each in patterns:
            weight, *parts = each.split(" ")
            if parts[-1] in indexes and self.stop:
                parts.append(self.stop)
            slots = [indexes[part] for part in parts if part in indexes]
            texts = ["%s" if part in indexes else _NUMBER.sub("17", part).replace("%", "%%") for part in parts]
            pattern = Pattern(self._tidied(self.space.join(texts)), tuple((n, masks[n]) for n in slots))
            found += [pattern] * int(weight)
        return found

    def _tidied(self, text: str) -> str:
        """Parts that were all joined by spaces, with punctuation where it belongs."""
        for mark in ",.":
            text = text.replace(f" {mark}", mark)
        if self.name == "fr":
            return text.replace("’ ", "’")
        return text.replace(f"{self.opening} ", self.opening).replace(f" {self.closing}", self.closing)


def inflect(word: str, kind: str, language: str) -> str:
    """Plural (S), past participle (D) or present participle (G) of a word, by the regular rule.

    >>> inflect("city", "S", "en"), inflect("plan", "D", "en"), inflect("close", "G", "en"), inflect("citer", "D", "fr")
    ('cities', 'planned', 'closing', 'cité')
    """
    if language in ("fr", "es") and kind == "D":
        return word[:-2] + {"fr": "é", "es": "ado"}[language]
    if language != "en" or kind not in ("S", "D", "G"):
        return word
    last, before = word[-1], word[-2]
    if kind == "S":
        if word in ("people", "police"):
            return word
        if last == "y" and before not in "aeiou":
            return word[:-1] + "ies"
        if word.endswith("man"):
            return word[:-2] + "en"
        return word + ("es" if last in "sxz" or word[-2:] in ("ch", "sh") else "s")
    if last == "e":
        return word + "d" if kind == "D" else word[:-1] + "ing"
    if last == "y" and before not in "aeiou" and kind == "D":
        return word[:-1] + "ied"
    if last in "bdgmnpt" and before in "aeiou" and len(word) < 5 and word[-3] not in "aeiou":
        word += last
    return word + ("ed" if kind == "D" else "ing")


@cache
def newsroom() -> Mapping[str, Any]:
    """The tables of ``data/newsroom.toml``."""
    return tomllib.loads((files("dedup") / "data" / "newsroom.toml").read_text("utf-8"))


@cache
def language(name: str) -> Language:
    """A language of ``data/newsroom.toml``.  The first use of English takes half a second."""
    return Language(name, newsroom()[name])


class Names(NamedTuple):
    """What people, towns and organisations are called; ``*`` in an organisation is its seat."""

    first: list[str]
    last: list[str]
    places: list[str]
    titles: list[str]
    town: list[str]
    organisations: list[str]


@cache
def names() -> Names:
    """The names of ``data/newsroom.toml``."""
    data = newsroom()["names"]
    first, last, places = (data[name].split() for name in ("first", "last", "places"))
    return Names(first, last, places, data["titles"], data["town"], data["organisations"])
