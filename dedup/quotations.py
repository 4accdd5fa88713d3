"""Quotations of a text: where they stand, and whether anybody could have quoted them.

A sentence said in public (a briefing, a speech, a document) stands word for word in many papers
without one having copied the other; an interview given to one reporter does not.  A public
statement in another language stands between: its English wording is somebody's translation.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from typing import Literal, NamedTuple

from dedup.model import Credit, Tokens

__all__ = ["Quotation", "QuoteKind", "Speech", "quotations", "speech"]

QuoteKind = Literal["public", "translated", "interview"]

_PAIRS = {"“": "”", "„": "“”", "«": "»", "»": "«", '"': '"', "‘": "’'", "'": "'’", "「": "」", "『": "』", "‟": "”"}
_MARK = re.compile(r"[“”„«»\"‘’'「」『』‟\n]")
# A post quoted whole: "Its words. — Ann Lee (@annlee) May 16, 2024".
_POST = re.compile(r"(?m)^(.{0,600}?)\s?[—–-]\s?[^\n—–]{1,60}\(@\w{1,30}\)")
_NEAR = 16
"""Words on either side of a quotation in which its attribution is looked for."""
_CONTINUED = 2
"""Line ends between a quotation and one that goes on without naming the speaker again."""
_PRONOUNS = frozenset({"he", "i", "it", "she", "they", "we", "who"})
_BEFORE_NAME = 5
"""Words before a name in which its office and nation stand ("Russian President Vladimir Putin")."""


class Quotation(NamedTuple):
    """Characters of one quotation, its marks excluded; ``speaker`` is a folded surname or ""."""

    start: int
    end: int
    kind: QuoteKind
    speaker: str


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
    table = tomllib.loads(source.read_text("utf-8"))[language]
    return Speech(**{name: frozenset(table[name]) for name in Speech._fields})


def quotations(text: str, tokens: Tokens, credits: Sequence[Credit] = ()) -> tuple[Quotation, ...]:
    """The quotations of ``text``, in order, each with its kind.

    The attribution clause beside a quotation names the speaker; a quotation without one belongs to
    the speaker before it.  ``credits`` help: "told VOA", read as a mention, marks an interview.
    Linear in the length of the text.

    >>> from dedup.text import fold
    >>> text = 'Said Ann Lee, a baker who lost her shop: "We had no warning at all that night."'
    >>> [(text[q.start : q.end], q.kind, q.speaker) for q in quotations(text, fold(text))]
    [('We had no warning at all that night.', 'interview', 'lee')]
    """
    found: list[Quotation] = []
    described = _Descriptions(text, tokens)
    told = sorted(
        credit.start
        for credit in credits
        if credit.role in ("mention", "self_reference") and re.match(r"(?i)told|.*\binterview", credit.text)
    )
    for start, end, post in _spans(text):
        if post:
            found.append(Quotation(start, end, "public", ""))
            continue
        clause = described.clause(start, end)
        name = described.speaker(clause)
        last = found[-1] if found else None
        kind: QuoteKind
        if name or last is None or text.count("\n", last.end, start) > _CONTINUED:
            kind = described.kind(name, clause)
        else:
            name, kind = last.speaker, last.kind
        near = bisect_right(told, start - 400)
        if near < len(told) and told[near] <= end + 200 and _one_paragraph(text, told[near], start, end):
            kind = "interview"
        found.append(Quotation(start, end, kind, name))
    return tuple(found)


def _one_paragraph(text: str, place: int, start: int, end: int) -> bool:
    return "\n" not in text[min(place, start) : max(place, end)]


def _spans(text: str) -> list[tuple[int, int, bool]]:
    """Quoted stretches, in order, and whether each is a post, quoted whole under its author's name.

    A quotation ends at its closing mark, or with its paragraph when the mark is missing there, as
    in a quotation that goes on in the next paragraph.
    """
    posts = [(match.start(1), match.end(1), True) for match in _POST.finditer(text) if match.end(1) > match.start(1)]
    found = posts[:]
    opened, closing = -1, ""
    for match in _MARK.finditer(text):
        mark, place = match.group(), match.start()
        if opened < 0:
            if mark in _PAIRS and (mark not in "'‘" or _opens(text, place)):
                opened, closing = place + 1, _PAIRS[mark]
        elif mark == "\n" or (mark in closing and (mark not in "'’" or _closes(text, place))):
            if place > opened:
                found.append((opened, place, False))
            opened = -1
    if 0 <= opened < len(text):
        found.append((opened, len(text), False))
    return _apart(sorted(found))


def _apart(spans: list[tuple[int, int, bool]]) -> list[tuple[int, int, bool]]:
    """Without quotations inside a post, or posts that begin inside a quotation."""
    kept: list[tuple[int, int, bool]] = []
    for start, end, post in spans:
        if not kept or start >= kept[-1][1]:
            kept.append((start, end, post))
        elif post and end > kept[-1][1]:
            kept[-1] = (kept[-1][0], end, True)
    return kept


def _opens(text: str, place: int) -> bool:
    """Whether a single mark opens a quotation: an apostrophe has a letter before it."""
    return text[place + 1 : place + 2].isalnum() and not (
        place and (text[place - 1].isalnum() or text[place - 1] == "'")
    )


def _closes(text: str, place: int) -> bool:
    """Whether a single mark closes one: behind punctuation for certain, else where no letter
    follows; the plural's apostrophe ("the parties' plan") goes on in a small letter."""
    if text[place + 1 : place + 2].isalnum():
        return False
    return (
        not text[place - 1].isalpha() or not re.match(r" [a-z]", text[place + 1 : place + 3]) or text[place - 1] != "s"
    )


class _Descriptions:
    """What a text says of the people it quotes."""

    def __init__(self, text: str, tokens: Tokens) -> None:
        self.text, self.tokens, self.lists = text, tokens, speech()
        self.places: dict[str, list[int]] = {}
        self._known: dict[str, tuple[frozenset[str], frozenset[str]]] = {}  # by name: titles, introduction
        for index, word in enumerate(tokens.words):
            self.places.setdefault(word.removesuffix("'s"), []).append(index)

    def clause(self, start: int, end: int) -> tuple[range, range]:
        """Indexes of the words before and behind a quotation, in its own paragraph."""
        first = self.text.rfind("\n", 0, start) + 1
        last = self.text.find("\n", end)
        last = len(self.text) if last < 0 else last
        starts = self.tokens.starts
        i, j = bisect_right(starts, start - 1), bisect_right(starts, end - 1)
        low, high = bisect_right(starts, first - 1), bisect_right(starts, last - 1)
        return range(max(low, i - _NEAR), i), range(j, min(high, j + _NEAR))

    def speaker(self, clause: tuple[range, range]) -> str:
        """Surname in the attribution clause: the capitalised word beside the verb of speech."""
        before, behind = clause
        for side in (behind, before[::-1]):
            for index in side:
                if self.tokens.words[index] in self.lists.verbs:
                    return self._name(index)
        return ""

    def _name(self, verb: int) -> str:
        """Last word of the name that ends right before the verb, or begins right behind it."""
        words, lists = self.tokens.words, self.lists
        if verb and words[verb - 1] in _PRONOUNS:
            return ""
        if verb and self._between(verb - 1).strip() == ",":
            return self._before_apposition(verb)
        if verb and self._capital(verb - 1):
            return words[verb - 1].removesuffix("'s")
        name = ""
        for index in range(verb + 1, min(verb + 8, len(words))):
            if not self._between(index - 1).isspace():  # punctuation ends the name
                break
            if self._capital(index):
                name = words[index].removesuffix("'s")
            elif name or words[index] not in lists.officials:
                break
        return name

    def _before_apposition(self, verb: int) -> str:
        """The name in "Lyle Morris, a senior fellow at the Asia Society, told ..."."""
        for index in range(verb - 2, max(0, verb - 24), -1):
            between = self._between(index)
            if "," in between and self._capital(index) and not self._capital(index + 1):
                return self.tokens.words[index].removesuffix("'s")
            if any(mark in between for mark in '.!?\n“”"'):
                break
        return ""

    def _capital(self, index: int) -> bool:
        return self.text[self.tokens.starts[index]].isupper()

    def kind(self, name: str, clause: tuple[range, range]) -> QuoteKind:
        """Interview, translation or public statement: by how the text introduces the name, by the
        office and nation before it anywhere in the text, and by where it was said."""
        words, lists = self.tokens.words, self.lists
        if name not in self._known:
            titles = frozenset(title for place in self.places.get(name, ()) for title in self._titles(place))
            self._known[name] = titles, frozenset(self._introduction(name))
        titles, introduction = self._known[name]
        said = {words[index] for side in clause for index in side}
        if titles & lists.translated:
            return "translated"
        if said & lists.venues:
            return "public"
        if introduction and not (introduction | titles) & lists.officials:
            return "interview"
        if not name and said & lists.translated and said & (lists.officials | lists.papers):
            return "translated"
        return "public"

    def _titles(self, place: int) -> Iterable[str]:
        for index in range(place - 1, max(-1, place - 1 - _BEFORE_NAME), -1):
            if not self._between(index).isspace():
                return
            yield self.tokens.words[index].removesuffix("'s")

    def _between(self, index: int) -> str:
        """What stands between a word and the next."""
        return self.text[self.tokens.ends[index] : self.tokens.starts[index + 1]]

    def _introduction(self, name: str) -> set[str]:
        """What the text says of somebody the reader does not know: "Hoo Tiang Boon, a professor
        who studies ..."; empty for those that need no introduction."""
        for place in self.places.get(name, ()):
            behind = self.text[self.tokens.ends[place] : self.tokens.ends[place] + 12]
            if re.match(r",\s+(?:an?|who|whose|\d+)\b", behind):
                return set(self.tokens.words[place + 1 : place + 8])
        return set()
