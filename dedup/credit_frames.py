"""How a form of credit line is written down: the frames of ``credit_lines`` and ``credit_asides``.

A frame is matched against *masked* text: white space, dashes, brackets and quotes in one plain
form, and every name of a wire overwritten, letter by letter, with a mark for what the name can
bear (``MARKS``).  So a row says "a place, then a wire in brackets, then a dash" without listing a
name, and all offsets are those of the original.

Patterns ignore case.  Two groups are checked by ``dedup.credits`` afterwards, because case is what
tells a place from prose: ``place`` and ``people`` must be capitalised.  The names inside the group
``who`` are credited, or all names of the match if there is no such group.  Every repetition is
bounded or made of characters that cannot start what follows, so the cost is linear.

Rows are tried in order and the first that takes a name keeps it: position decides first, then the
verb, then the name.  After a change: ``python tests/literals.py > dedup/data/literals.txt``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal, cast

from dedup.literals import ODD, starts
from dedup.model import Role
from dedup.wires import Strength

__all__ = [
    "MARKS",
    "NAMELESS",
    "PLAIN",
    "REACH",
    "Form",
    "Frame",
    "Unit",
    "Zone",
    "compiled",
    "plain",
    "rows",
    "source",
]

Zone = Literal["any", "main", "head", "tail", "edge", "prose"]
"""Where a frame may stand: on any line; on any but links, tags, biographies and comments; in the
head, the tail, or either of these; in running text."""
Unit = Literal["phrase", "sentence", "line"]
"""What is searched and, but for a phrase, what the credit spans."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One form of credit.

    ``implied`` is the wire of a house form that leaves the name out.  ``alone`` marks lines that
    hold little but the name, where an ambiguous one needs support from a neighbouring line."""

    rule: str
    role: Role
    zone: Zone
    unit: Unit
    pattern: str
    implied: str | None = None
    alone: bool = False


MARKS: dict[Strength, str] = {
    "plain": "\ue000",
    "service": "\ue001",
    "ambiguous": "\ue002",
    "generic": "\ue003",
    "publisher": "\ue004",
}

PLAIN = str.maketrans(
    "\t\r\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u205f\u3000\ufeff"
    "‐‑‒–—―−﹘－（）［］【】〔〕：；，／｜＝＋．’‘ʼ´`“”„«»＂０１２３４５６７８９" + "".join(MARKS.values()),
    " " * 20 + "-" * 9 + "()[][][]:;,/|=+." + "'" * 5 + '"' * 6 + "0123456789" + " " * 5,
)
"""Typography in one plain form, one character for one, so that offsets stay."""

_SIGNS = re.compile("[" + re.escape("".join(map(chr, PLAIN))) + "]")
_PLAIN = {chr(sign): chr(plain) for sign, plain in PLAIN.items()}


def plain(text: str) -> str:
    """``text.translate(PLAIN)``, much faster where few characters change.

    >>> plain("“It’s”")
    '"It\\'s"'
    """
    for sign in set(_SIGNS.findall(text)):
        text = text.replace(sign, _PLAIN[sign])
    return text


REACH = 110
"""The longest text before the group ``who`` in a frame that is not anchored."""

_TOKENS = {  # filled in from the top down
    "{LIST}": "{X}(?:{SEP}{X})*+",  # one or more wires
    "{DASH}": "-{1,4}",
    "{STAMP}": r"(?:{W}{0,3}(?:updated?|published|posted|abril|\w{3,10})?[^\n]{0,25}\d{1,4}[^\n]{0,30})",
    "{S}": "\ue001{1,60}+",  # a name that only credits use
    "{N}": "[\ue000\ue001]{1,60}+",  # a name that means this wire and nothing else
    "{A}": "[\ue000-\ue002]{1,60}+",  # any wire
    "{X}": "[\ue000-\ue004]{1,60}+",  # any wire, "agencies", or the newspaper behind a service
    "{P}": "[\ue000-\ue002\ue004]{1,60}+",  # any wire or newspaper
    "{W}": "[^\\w\ue000-\ue004]",  # neither a word nor a name
    "{SEP}": r"(?:[\s,/;&+|-]{1,3}(?:(?:and|und|y|e|et|ve|og|och|with|also)\s{1,3})?(?:the\s{1,3})?)",
    "{PHOTO}": r"(?:photo|photograph|image|picture|pic|foto|fotograf|\w{0,20}bild|bildquelle|imagen|immagine|zdjęcie|"
    r"fotoğraf|pool|file|handout|courtesy|getty|shutterstock|via|video|screengrab|写真|摄|صورة|фото)",
    "{NOT}": '\ue000-\ue004()\\[\\]"',  # inside a character class: what ends a place or a list of people
    "{TEXT}": r"(?:content|story|article|report|piece|column|commentary|dispatch|feature|post|news)",
    "{FROM}": r"(?:from|by|of|von|der|de|del|della|dell'|da|do|d'|des|dari|van|z|od)",
    "{WITH}": r"(?:with|mit|avec|con|com|met|med|dengan|plus)",
    "{INPUTS}": r"(?:inputs?|informations?|reporting|reports|files?|content|contributions?|assistance|material(?:ien)?|"
    r"agenturmaterial|informaci(?:ón|ones)|informações|informazioni|fonte|इनपुट)",
    "{SOURCE}": r"(?:sources?|quellen?|fontes?|fuentes?|kaynak|bron|źródło|zdroj|forrás|sursa|izvor|källa|kilde|lähde|"
    r"πηγή|источник|джерело|sumber|来源|來源|出典|配信|المصدر|كتب|credits?)",
    "{ROLE}": r"(?:(?:staff|chief|senior|political|sports|business|foreign|national|science|health|economics|photo|"
    r"video|aviation|medical|legal|religion|food|film|music|entertainment|white house)\s)?"
    r"(?:writers?|reporters?|correspondents?|staff|journalists?|editors?|columnists?|producers?)",
}


def rows(spec: str, *table: tuple[str, str], implied: str | None = None, alone: bool = False) -> tuple[Frame, ...]:
    """Frames of one kind: ``spec`` is "role zone unit", the table has rule and pattern."""
    role, zone, unit = spec.split()
    return tuple(
        Frame(rule, cast(Role, role), cast(Zone, zone), cast(Unit, unit), pattern, implied, alone)
        for rule, pattern in table
    )


@cache
def source(pattern: str) -> str:
    """A pattern with its tokens filled in."""
    for token, meaning in _TOKENS.items():
        pattern = pattern.replace(token, meaning)
    return pattern


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, filled in; each takes a millisecond, so this waits for the first line that may fit it."""
    return re.compile(source(pattern), re.IGNORECASE)


class Form:
    """A frame made ready; each part of it when it is first needed."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.source = source(frame.pattern)
        self.anchored = frame.pattern.startswith("^")
        self.dateline = frame.rule.startswith("dateline")
        self.starts = () if self.anchored else starts(self.source)
        self.who = "who" if "(?P<who>" in self.source else 0
        self.capitals = [group for group in ("place", "people") if f"(?P<{group}>" in self.source]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiling takes a millisecond."""
        return re.compile(self.source, re.IGNORECASE)

    @cached_property
    def rest(self) -> re.Pattern[str] | None:
        """The pattern from its group ``who`` on, where something stands before that, and it is in no other group."""
        before, group, after = self.source.partition("(?P<who>")
        if not before or not group:
            return None
        try:
            return re.compile(group + after, re.IGNORECASE)
        except re.error:  # a bracket that closes what was opened before
            return None

    def matches(self, piece: str) -> Iterable[re.Match[str]]:
        """What the frame matches in a unit, left to right: what ``finditer`` finds, or for one with ``^`` ``match``.

        The word that must begin the match is looked for first, or the name that is credited with what
        follows it: most lines hold one part of a form and not the other."""
        if self.anchored:
            match = self.pattern.match(piece)
            return () if match is None else (match,)
        if self.starts and not ODD.search(piece):
            return _matches_from(self.pattern, self.starts, piece)
        return self.pattern.finditer(piece) if self.rest is None else self._matches_around(self.rest, piece)

    def _matches_around(self, rest: re.Pattern[str], piece: str) -> Iterator[re.Match[str]]:
        at = 0
        while name := rest.search(piece, at):
            whole = self.pattern.search(piece, max(at, name.start() - REACH))
            if whole is None:
                return
            yield whole
            at = whole.end()


def _matches_from(pattern: re.Pattern[str], words: Sequence[str], piece: str) -> list[re.Match[str]]:
    small, places = piece.lower(), []
    for word in words:
        at = small.find(word)
        while at >= 0:
            places.append(at)
            at = small.find(word, at + 1)
    end, found = 0, []
    for at in sorted(places):
        if at >= end and (match := pattern.match(piece, at)):
            found.append(match)
            end = match.end()
    return found


NAMELESS = r"contribut\w{2,3} (?:reporting )?to|reporting(?: and writing)? by|reportagem de|kaynak ?: ?aa\b"
"""Lines worth a look though they name no wire."""
