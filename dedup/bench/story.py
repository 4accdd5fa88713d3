"""The bodies of the articles: composed from chunks, copied, edited, cut, mixed."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from dedup.bench.language import Language, language, names, newsroom
from dedup.bench.plan import BLOCK, Plan, Planner
from dedup.bench.stream import draws

__all__ = ["Body", "Writer"]

_LEADING = 12
"""Draws of a story that decide on it as a whole; the others fill its sentences."""


class Body(NamedTuple):
    """Text without furniture.  ``root`` is the number of the story it goes back to, which decides its wire."""

    language: str
    root: int
    place: str
    people: tuple[str, ...]
    sentences: tuple[str, ...]
    breaks: int
    """Draw that decides where paragraphs end; copies keep those of their source."""


class Writer:
    """Writes the bodies of one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.plan = Planner(seed)
        self._mass = lru_cache(4)(self._own)
        self._language = [name for name, data in newsroom().items() if "weight" in data for _ in range(data["weight"])]
        self._template = lru_cache(64)(self._skeleton)
        self.body = lru_cache(256)(self._body)
        """The body of an article by its number.  About 100 microseconds, and as much for each copy in its chain."""

    def _body(self, number: int) -> Body:
        return self.of(self.plan(number))

    def of(self, plan: Plan) -> Body:
        """The body of a planned article."""
        if plan.kind == "original" or plan.source is None:
            return self._filled(plan) if plan.kind == "template" else self._own(plan.number)
        source = self._mass(plan.source) if plan.kind == "mass" else self.body(plan.source)
        if plan.kind == "identical":
            return source
        if plan.kind == "shares":
            return self._mixed(plan, source)
        sentences = list(source.sentences)
        if plan.kind == "excerpt" or (plan.kind == "mass" and plan.draws[6] % 3 == 0):
            sentences = excerpt(sentences, plan.draws)
        if plan.kind == "version":
            sentences = self._next_version(plan, source)
        if plan.gap:
            sentences = self._edited(sentences, plan, language(source.language))
        return source._replace(sentences=tuple(sentences))

    def root(self, plan: Plan) -> tuple[int, str]:
        """The root and the language of a planned article, without writing it."""
        if plan.kind == "template":
            return -1 - plan.template, "en"
        if plan.source is None:
            return plan.number, self._speaks(plan.number)
        root, name = self.root(self.plan(plan.source))
        return (plan.number if plan.kind == "shares" else root), name

    def _speaks(self, number: int) -> str:
        lead = draws(self.seed, "story", number, 1)
        return "en" if number % BLOCK == 0 else self._language[lead[0] % len(self._language)]

    def shared(self, plan: Plan, source: Body) -> tuple[str, ...]:
        """The sentences that a ``shares`` article takes from its source."""
        count = min(1 + plan.draws[6] % 4, len(source.sentences))
        first = plan.draws[7] % (len(source.sentences) - count + 1)
        return source.sentences[first : first + count]

    def _own(self, number: int, like: str | None = None, at_most: int = 250) -> Body:
        lead = draws(self.seed, "story", number, _LEADING)
        name = like or self._speaks(number)
        speech = language(name)
        count = min(length(lead), at_most)
        words = draws(self.seed, "words", number, 88 + 11 * count)
        tables, place, people = _own_tables(speech, words[:64])
        return Body(name, number, place, people, _sentences(speech, tables, words, 64, count), lead[1])

    def _mixed(self, plan: Plan, source: Body) -> Body:
        own = self._own(plan.number, like=source.language)
        taken = self.shared(plan, source)
        at = 1 + plan.draws[8] % len(own.sentences)
        return own._replace(sentences=(*own.sentences[:at], *taken, *own.sentences[at:]))

    def _next_version(self, plan: Plan, source: Body) -> list[str]:
        """A new lead or a new paragraph, some sentences dropped or replaced."""
        d = plan.draws
        new = self._own(plan.number, like=source.language, at_most=3).sentences
        sentences = list(source.sentences)
        for n in range(d[6] % 3):
            if len(sentences) > 4:
                del sentences[d[7 + n] % len(sentences)]
        for n in range(1 + d[9] % 3):
            sentences.insert(0 if n == 0 and d[10] & 1 else d[8 + n] % (len(sentences) + 1), new[n % len(new)])
        return sentences

    def _edited(self, sentences: list[str], plan: Plan, speech: Language) -> list[str]:
        """An edit every ``plan.gap`` words on average: another word mostly, or one less, one more, two swapped."""
        gap = plan.gap if speech.space else plan.gap * 2
        random = draws(self.seed, "edits", plan.number, 64)
        width, n, skip, out = 2 * gap - 1, 1, 1 + random[0] % (2 * gap - 1), []
        for sentence in sentences:
            units = speech.units(sentence)
            if skip < len(units):
                while skip < len(units):
                    draw = random[n % 64] ^ (n >> 6) * 40503 & 0xFFFF
                    n += 1
                    edit(units, skip, draw, speech)
                    skip += 1 + random[n % 64] * 31 % width
                sentence = speech.space.join(units)
            skip -= len(units)
            out.append(sentence)
        return out

    def _skeleton(self, template: int) -> tuple[Language, tuple[str, ...], tuple[int, ...]]:
        """Sentences of a templated story, with a slot every few words."""
        random = draws(self.seed, "template", template, 400)
        speech = language("en")
        tables, _, _ = _own_tables(speech, random[:64])
        return speech, _sentences(speech, tables, random, 64, 8 + random[1] % 8), random

    def _filled(self, plan: Plan) -> Body:
        speech, sentences, random = self._template(plan.template)
        own = draws(self.seed, "slots", plan.number, 128)
        _, place, people = _own_tables(speech, own[:64])
        rate = f"{own[65] % 9 + 1}.{own[66] % 10} percent"
        fill = (place, people[0], f"{own[64] % 90 + 3}", rate, speech.others[own[67] % 1024])
        out = []
        for n, sentence in enumerate(sentences):
            units = sentence.split(" ")
            for at in range(2 + random[n] % 6, len(units), 5 + random[n + 1] % 9):
                units[at] = fill[(random[at] + own[at % 128]) % 5]
            out.append(" ".join(units))
        return Body("en", -1 - plan.template, place, people, tuple(out), random[0])


def length(lead: tuple[int, ...]) -> int:
    """Sentences in a story: mostly 15 to 30, briefs from 3, and a long tail up to 250."""
    draw = lead[2] % 1000
    if draw < 80:
        return 3 + lead[3] % 9
    if draw < 940:
        return 17 + (lead[3] % 7 + lead[4] % 7)
    if draw < 996:
        return 32 + lead[3] % 50
    return 90 + lead[3] % 160


def excerpt(sentences: list[str], random: tuple[int, ...]) -> list[str]:
    """The beginning of a story, or a piece from its middle: a quarter to nine tenths of it."""
    count = max(2, len(sentences) * (25 + random[7] % 66) // 100)
    first = 0 if random[8] % 4 else random[9] % (len(sentences) - count + 1) if len(sentences) > count else 0
    return sentences[first : first + count]


def edit(units: list[str], at: int, draw: int, speech: Language) -> None:
    """Change the word or character at ``at``; punctuation at its end stays."""
    word = units[at]
    tail = "" if not word or word[-1].isalnum() else word[-1]
    what, draw = draw & 15, draw >> 4
    new = speech.others[draw % 1024] if speech.space else speech.characters[draw % len(speech.characters)]
    if what < 10 or len(units) < 3:
        units[at] = new + tail
    elif what < 12:
        del units[at]
    elif what < 14:
        units.insert(at, new)
    else:
        units[at], units[at - 1] = units[at - 1], units[at]


def _own_tables(speech: Language, random: tuple[int, ...]) -> tuple[list[list[str]], str, tuple[str, ...]]:
    """The story's own tables, in the order of ``OF_STORY``, and the common ones; its place; its people."""
    if speech.characters:
        part = [speech.name_part(draw) for draw in random[:16]]
        people = tuple(part[n] + part[n + 1][0] for n in range(4))
        subjects = [part[9] + part[10], part[11], speech.words[random[20] % 3000], part[11] + part[12]]
        bodies = [part[13] + part[14], part[15] + part[13]]
        own = [[*people] * 2, bodies * 4, [part[8], part[7]] * 4, subjects * 2, [*people] * 2]
        return [*own, *speech.tables], part[8], people
    known = names()
    surnames = [known.last[draw % len(known.last)] for draw in random[:4]]
    family = [surnames[n] if random[n + 4] & 1 else speech.name_part(random[n] << 16 | random[n + 4]) for n in range(4)]
    people = tuple(f"{known.first[random[n + 8] % len(known.first)]} {family[n]}" for n in range(4))
    said = [people[0], family[0], family[0], people[1], family[1], people[2], family[2], family[0]]
    titled = [f"{known.titles[random[32 + n] % 16]} {people[n]}" for n in range(4)]
    titled[random[36] & 3] = f"{people[random[36] & 3]}, {20 + random[37] % 60}"
    place = known.places[random[12] % len(known.places)]
    if not random[13] & 3:
        place = speech.name_part(random[14] << 16 | random[15]) + known.town[random[15] & 7]
    other = known.places[random[16] % len(known.places)]
    seats = (place, family[3], other, place)
    bodies = [known.organisations[random[17 + n] % len(known.organisations)].replace("*", seats[n]) for n in range(4)]
    topics = [speech.words[40 + random[24 + n] % (300 if n & 1 else 3000)] for n in range(6)]
    the = {"en": "the ", "fr": "la ", "de": "die ", "es": "el "}[speech.name]
    subjects = [the + topics[n] for n in (0, 1, 0, 3, 5)] + [topics[2], topics[4], bodies[0]]
    own = [said, bodies * 2, [place, place, other, place] * 2, subjects, titled * 2]
    return [*own, *speech.tables], place, people


def _sentences(
    speech: Language, tables: list[list[str]], random: tuple[int, ...], at: int, count: int
) -> tuple[str, ...]:
    """``count`` sentences from ``random[at:]``."""
    patterns, opening = speech.patterns, speech.opening
    kinds = len(patterns)
    raw = []
    for _ in range(count):
        if at + 24 > len(random):
            break
        pattern = patterns[random[at] % kinds]
        start, at = at + 1, at + 1 + len(pattern.slots)
        chosen = [
            tables[table][draw & mask] for (table, mask), draw in zip(pattern.slots, random[start:at], strict=True)
        ]
        raw.append(pattern.format % tuple(chosen))
    text = "\n".join(raw)
    for old, new in speech.tidy:
        text = text.replace(old, new)
    return tuple([_capital(sentence, opening) for sentence in text.split("\n")])


def _capital(sentence: str, opening: str) -> str:
    first = sentence[0]
    if first == opening:
        at = 1 + (sentence[1] == " ")
        return sentence[:at] + sentence[at].upper() + sentence[at + 1 :]
    return first.upper() + sentence[1:]
