"""Quotations of a text: where they stand, and whether anybody could have quoted them.

A sentence said in public (a briefing, a speech, a document) stands word for word in many papers
without one having copied the other; an interview given to one reporter does not.  A public
statement in another language stands between: its English wording is somebody's translation.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import chain, compress, islice
from operator import or_
from typing import Literal, NamedTuple

from dedup.kept import compiled
from dedup.looks import BLANK, CAPITAL, Looks, _engine, in_c, look
from dedup.model import Credit, Tokens
from dedup.quote_marks import is_plain, spans
from dedup.speech import FUNCTION, NATION, OFFICIAL, PAPER, PRONOUN, VENUE, VERB, bits_of_words, having

__all__ = [
    *("INTERVIEW", "POST", "PUBLIC", "SAME", "TRANSLATED", "Quotation", "QuoteKind", "full_name", "quotations"),
    "quoted_words",
]

QuoteKind = Literal["public", "translated", "interview"]
PUBLIC, INTERVIEW, TRANSLATED, SAME = 16, 32, 64, 128
POST = 1
"""Bits of ``quoted_words``."""
_BITS: dict[QuoteKind, int] = {"public": PUBLIC, "interview": INTERVIEW, "translated": TRANSLATED}
_KIND_OF: dict[int, QuoteKind] = {bit: kind for kind, bit in _BITS.items()}

_TOLD = compiled(r"(?i)told|.*\binterview")
_NEAR = 16
"""Words on either side of a quotation in which its attribution is looked for."""
_CONTINUED = 2
"""Line ends between a quotation and one that goes on without naming the speaker again."""
_INTRODUCED = compiled(r",\s+(?:an?|who|whose|\d+)\b")
_BEFORE_NAME = 5
"""Words before a name in which its office and nation stand ("Russian President Vladimir Putin")."""


class Quotation(NamedTuple):
    """Characters of one quotation, its marks excluded; ``speaker`` is a folded surname or "".
    A ``post`` is one of a network, quoted whole: what is left out in it, its author left out."""

    start: int
    end: int
    kind: QuoteKind
    speaker: str
    post: bool = False


def quotations(
    text: str, tokens: Tokens, credits: Sequence[Credit] = (), known: Looks | None = None
) -> tuple[Quotation, ...]:
    """The quotations of ``text``, in order, each with its kind.

    The attribution clause beside a quotation names the speaker; a quotation without one belongs to
    the speaker before it.  ``credits`` help: "told VOA", read as a mention, marks an interview.
    ``known`` is ``look(text, tokens)``, where the caller has it.  Linear in the length of the text.

    >>> from dedup.text import fold
    >>> text = 'Said Ann Lee, a baker who lost her shop: "We had no warning at all that night."'
    >>> [(text[q.start : q.end], q.kind, q.speaker) for q in quotations(text, fold(text))]
    [('We had no warning at all that night.', 'interview', 'lee')]
    """
    known = known or look(text, tokens)
    read = _read_in_c(text, tokens, credits, known)
    if read is None:
        return _read(text, tokens, credits, known)
    rows, words = memoryview(read[0]).cast("q").tolist(), tokens.words
    return tuple(
        Quotation(
            start, end, _KIND_OF[kind & ~POST], words[name].removesuffix("'s") if name >= 0 else "", bool(kind & POST)
        )
        for start, end, kind, name in zip(*(rows[n::4] for n in range(4)), strict=True)
    )


def full_name(text: str, surname: str) -> str:
    """A speaker's name as the text has it in full, from the folded surname; "" for none.

    >>> full_name("Spokesman Vedant Patel spoke. “It is,” Patel said.", "patel")
    'Vedant Patel'
    >>> full_name("But Kim said: “No.”", "kim")
    'Kim'
    >>> full_name("When asked, she said: “No.” That was when she left.", "when")
    ''
    """
    # What stands at the beginning of a sentence has a capital; a name is written small nowhere.
    small = surname.islower() and re.search(rf"(?<![\w-]){re.escape(surname)}(?![\w-])", text)
    if not surname or small or bits_of_words().get(surname, 0) & FUNCTION:
        return ""
    named = re.compile(rf"(?:[^\W\d_a-z][\w.'’-]*[ \xa0]+)?(?i:\b{re.escape(surname)}\b)")
    names = [found[0] for found in islice(named.finditer(text), 40) if len(found[0]) > len(surname)]
    # "But Kim" begins a sentence.
    found = Counter(name for name in names if not bits_of_words().get(name.split()[0].lower(), 0) & FUNCTION)
    return max(found, key=lambda name: (found[name], len(name)), default=surname.title())


def quoted_words(text: str, tokens: Tokens, credits: Sequence[Credit], known: Looks) -> bytes:
    """In what quotation each word stands, a byte a word: its kind, and ``SAME`` where the next
    word stands in the same; about 10 microseconds for 3000 characters in C.

    >>> from dedup.text import fold
    >>> text = "The mayor said “we lost” it."
    >>> quoted_words(text, fold(text), (), look(text, fold(text))).hex(" ")
    '00 00 00 90 10 00'
    """
    read = _read_in_c(text, tokens, credits, known)
    if read is not None:
        return read[1]
    quoted, last = bytearray(len(tokens)), 0
    for quotation in _read(text, tokens, credits, known):
        first = bisect_left(tokens.starts, quotation.start, last)
        last = bisect_left(tokens.starts, quotation.end, first)
        if first < last:
            kind = _BITS[quotation.kind] | quotation.post * POST
            quoted[first:last] = bytes((kind | SAME,)) * (last - first)
            quoted[last - 1] = kind
    return bytes(quoted)


def _read_in_c(text: str, tokens: Tokens, credits: Sequence[Credit], known: Looks) -> tuple[bytes, bytes] | None:
    parts = in_c(text, tokens)
    if parts is None:
        return None
    read: tuple[bytes, bytes] = _engine.quotations(parts, known, as_told(credits), as_spans(text))
    return read


def as_told(credits: Sequence[Credit]) -> bytes:
    """``_told`` as the C engine takes it."""
    # As bytes, because an empty array stands nowhere in particular.
    return array("q", _told(credits)).tobytes()


def as_spans(text: str) -> bytes | None:
    """The quotations of a text as the C engine takes them; None for a plain text, where it finds them itself."""
    return None if is_plain(text) else array("q", chain.from_iterable(spans(text))).tobytes()


def _told(credits: Sequence[Credit]) -> list[int]:
    """Where somebody is told something in an interview, in order."""
    return sorted(
        credit.start for credit in credits if credit.role in ("mention", "self_reference") and _TOLD.match(credit.text)
    )


def _read(text: str, tokens: Tokens, credits: Sequence[Credit], known: Looks) -> tuple[Quotation, ...]:
    """The quotations, in plain Python."""
    places = spans(text)
    if not places:
        return ()
    found: list[Quotation] = []
    described = _Descriptions(text, tokens, known)
    clauses = [_NOWHERE if post else described.clause(start, end) for start, end, post in places]
    verbs = [
        -1 if post else described.verb(clause, start, end)
        for clause, (start, end, post) in zip(clauses, places, strict=True)
    ]
    speakers = [described.speaker(verb) for verb in verbs]
    described.find(speakers)
    told = _told(credits)
    for (start, end, post), clause, verb, name in zip(places, clauses, verbs, speakers, strict=True):
        if post:
            found.append(Quotation(start, end, "public", "", True))
            continue
        last = found[-1] if found else None
        kind: QuoteKind
        if name or last is None or text.count("\n", last.end, start) > _CONTINUED:
            kind = described.kind(name, clause)
        elif verb >= 0 and described.is_of_office(verb):  # "the ministry said": somebody else
            kind = described.kind("", clause)
        elif verb >= 0 and described.is_in_public(clause):  # "she said at a news conference"
            name, kind = last.speaker, described.kind(last.speaker, clause)
        else:
            name, kind = last.speaker, last.kind
        near = bisect_right(told, start - 400)
        if near < len(told) and told[near] <= end + 200 and _one_paragraph(text, told[near], start, end):
            kind = "interview"
        found.append(Quotation(start, end, kind, name))
    return tuple(found)


def _one_paragraph(text: str, place: int, start: int, end: int) -> bool:
    return "\n" not in text[min(place, start) : max(place, end)]


_Clause = tuple[int, int, int, int]
"""Words before a quotation and words behind it: first, end, first, end."""
_NOWHERE = (0, 0, 0, 0)
_VERBS, _VENUES = having(VERB), having(VENUE)
_BODY = OFFICIAL | PAPER
_NATIONS, _OFFICE = having(NATION), having(OFFICIAL | PAPER)


class _Descriptions:
    """What a text says of the people it quotes."""

    def __init__(self, text: str, tokens: Tokens, known: Looks) -> None:
        self.text, self.starts, self.ends = text, tokens.starts, tokens.ends
        self.words = tokens.words[:]
        self.listed, self.looks = known
        self.verbs = self.listed.translate(_VERBS)
        self.places: dict[str, list[int]] = {}
        self._subjects: dict[int, str] = {}
        self._known: dict[str, tuple[int, int | None]] = {}  # by name: lists of its titles, and of its introduction

    def find(self, names: Iterable[str]) -> None:
        """Find all places of these names, in one pass."""
        self.places = {name: [] for name in names if name}
        if not self.places:
            return
        like = self.places.keys() | {name + "'s" for name in self.places}
        for index in compress(range(len(self.words)), map(like.__contains__, self.words)):
            name = self.words[index].removesuffix("'s")
            if name in self.places:  # not where the name itself ends in "'s"
                self.places[name].append(index)

    def clause(self, start: int, end: int) -> _Clause:
        """The words before and behind a quotation, in its own paragraph."""
        first = self.text.rfind("\n", 0, start) + 1
        last = self.text.find("\n", end)
        last = len(self.text) if last < 0 else last
        i, j = bisect_left(self.starts, start), bisect_left(self.starts, end)
        low, high = max(0, i - _NEAR), min(len(self.words), j + _NEAR)
        return bisect_left(self.starts, first, low, i), i, j, bisect_left(self.starts, last, j, high)

    def verb(self, clause: _Clause, start: int, end: int) -> int:
        """The verb of speech of a quotation, -1 for none: the first behind it; but the last before it, where one
        introduces it ("At a news conference, Lee said: ...") or where its full stop ends the sentence."""
        behind = self.verbs.find(1, clause[2], clause[3])
        if behind >= 0 and not self._is_introduced_or_ended(clause, start, end):
            return behind
        before = self.verbs.rfind(1, clause[0], clause[1])
        return behind if before < 0 else before

    def _is_introduced_or_ended(self, clause: _Clause, start: int, end: int) -> bool:
        if self.text[end - 1] == "." and (end - 1 == start or self.text[end - 2] != "."):
            return True
        if clause[0] == clause[1]:
            return False
        place = start - 2  # before the mark
        while place > 0 and self.text[place].isspace():
            place -= 1
        return place >= 0 and (self.text[place] == ":" or self.verbs[clause[1] - 1] == 1)

    def is_of_office(self, verb: int) -> bool:
        """Whether an office or a body speaks, without a name: "the ministry said", "said police"."""
        if verb and self.looks[verb - 1] & BLANK and self.listed[verb - 1] & _BODY:
            return True
        return any(
            self.listed[index] & _BODY
            for index in range(verb + 1, min(verb + 3, len(self.words)))
            if all(self.looks[n] & BLANK for n in range(verb, index))
        )

    def is_in_public(self, clause: _Clause) -> bool:
        """Whether it was said where everybody heard it."""
        return VENUE & reduce(or_, self.listed[clause[0] : clause[1]] + self.listed[clause[2] : clause[3]], 0) != 0

    def speaker(self, verb: int) -> str:
        """Surname in the attribution clause: the capitalised word beside the verb of speech."""
        if verb >= 0 and verb not in self._subjects:  # many empty quotations may stand beside one verb
            self._subjects[verb] = self._name(verb)
        return self._subjects[verb] if verb >= 0 else ""

    def _name(self, verb: int) -> str:
        """Last word of the name that ends right before the verb, or begins right behind it."""
        words, listed, looks = self.words, self.listed, self.looks
        if verb and listed[verb - 1] & PRONOUN:
            return ""
        if verb and self._between(verb - 1).strip() == ",":
            return self._before_apposition(verb)
        if verb and looks[verb - 1] & CAPITAL:
            return words[verb - 1].removesuffix("'s")
        name = ""
        for index in range(verb + 1, min(verb + 8, len(words))):
            if not looks[index - 1] & BLANK:  # punctuation ends the name
                break
            if looks[index] & CAPITAL:
                name = words[index].removesuffix("'s")
            elif name or not listed[index] & OFFICIAL:
                break
        return name

    def _before_apposition(self, verb: int) -> str:
        """The name in "Lyle Morris, a senior fellow at the Asia Society, told ..."."""
        for index in range(verb - 2, max(0, verb - 24), -1):
            between = self._between(index)
            if "," in between and self.looks[index] & CAPITAL and not self.looks[index + 1] & CAPITAL:
                return self.words[index].removesuffix("'s")
            if any(mark in between for mark in '.!?\n“”"'):
                break
        return ""

    def kind(self, name: str, clause: _Clause) -> QuoteKind:
        """Interview, translation or public statement: by how the text introduces the name, by the
        office and nation before it anywhere in the text, and by where it was said."""
        if name not in self._known:
            places = self.places.get(name, ())
            self._known[name] = reduce(or_, map(self._titles, places), 0), self._introduction(places)
        titles, introduction = self._known[name]
        said = self.listed[clause[0] : clause[1]] + self.listed[clause[2] : clause[3]]
        if titles & NATION:
            return "translated"
        if 1 in said.translate(_VENUES):
            return "public"
        if introduction is not None and not (introduction | titles) & OFFICIAL:
            return "interview"
        if not name and 1 in said.translate(_NATIONS) and 1 in said.translate(_OFFICE):
            return "translated"
        return "public"

    def _titles(self, place: int) -> int:
        """Lists of the words right before a name."""
        found = 0
        for index in range(place - 1, max(-1, place - 1 - _BEFORE_NAME), -1):
            if not self.looks[index] & BLANK:
                break
            found |= bits_of_words().get(self.words[index].removesuffix("'s"), 0)
        return found

    def _between(self, index: int) -> str:
        """What stands between a word and the next."""
        return self.text[self.ends[index] : self.starts[index + 1]]

    def _introduction(self, places: Sequence[int]) -> int | None:
        """Lists of what the text says of somebody the reader does not know: "Hoo Tiang Boon, a
        professor who studies ..."; None for those that need no introduction."""
        for place in places:
            behind = self.text[self.ends[place] : self.ends[place] + 12]
            if behind[:1] == "," and _INTRODUCED.match(behind):
                words = self.listed[place + 1 : place + 8]
                return reduce(or_, words) if words else None
        return None
