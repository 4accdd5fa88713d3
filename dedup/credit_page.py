"""The lines of a page as the grammar of credits sees them.

A line that can hold a credit becomes a ``Row``: in plain typography, with the names of wires found
and masked, and with what the grammar wants to know of its place on the page.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from dedup.credit_frames import MARKS, NAMELESS, PLAIN, Unit, compiled, plain
from dedup.literals import Literals, clauses, fold
from dedup.model import Line, LineKind, Span
from dedup.wires import Name, find_names, is_spaced, spellings

__all__ = ["CUT", "Row", "capitalised", "field_row", "mask", "read_rows", "sentences", "stripped", "unbulleted"]

CUT: frozenset[LineKind] = frozenset({"related", "tags", "bio", "comments", "navigation"})
"""Kinds of line where only unmistakable frames count."""

_BESIDE_BODY: frozenset[LineKind] = frozenset({"related", "navigation"})  # kinds a bare signature is taken for
_HEAD_PROSE = 400  # characters of prose before which a dateline may still come: a standfirst, a caption taken for body
_TAIL_LINES = 6
_PARAGRAPH = 80  # shortest line counted as prose
_WHOLE = 400  # a longer line is running text: only its sentences are searched
_SHORT = 400  # a longer line is running text: its names support no signature beside it
_STAMP = 60  # longest line taken for a time stamp
_MOST_WORDS = 14  # of a place with its date, or of the people in a byline

_LETTERS = re.compile(r"[^\W\d_]+")
_SENTENCE_END = re.compile(r"[.!?](?<=[a-z\ue000-\ue004)\]\"'].)\s+(?=[^\W\d_a-z]|[\ue000-\ue004\"'(])")
_BULLET = re.compile(r"[\s•*·●▪◦>|-]+")
_WORD = re.compile(r"[^\s,/()\[\]\"-]+")
_STAMP_LINE = re.compile(r"\b(?:19|20)\d\d\b|\d:\d\d|\bago\b")
_SMALL_WORDS = frozenset(
    _LETTERS.findall(
        "and und y e et ve i og och of de da do del della di du la le el al the in on at for von van der "
        "den dos das bin ibn with a an avec con com mit dans en para "
    )
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line that can hold a credit, and where it stands; offsets count from its beginning."""

    plain: str
    text: str
    """Masked."""
    names: tuple[Name, ...]
    kind: LineKind
    head: bool
    tail: bool
    supported: frozenset[str] = frozenset()
    """Wires that a neighbouring line names in full."""
    dated: bool = False
    """Whether a neighbouring line is a time stamp."""

    def units(self, unit: Unit) -> list[Span]:
        """What is searched: the whole, its sentences, or the line without bullets; of running text no whole lines."""
        if unit == "phrase":
            return [Span(0, len(self.text))]
        if unit == "line" and len(self.text) <= _WHOLE:
            return [unbulleted(self.text)]
        return sentences(self.text)

    def names_within(self, start: int, end: int) -> tuple[Name, ...]:
        """The names between two offsets, by bisection."""
        first = bisect_left(self.names, start, key=lambda name: name.start)
        last = bisect_right(self.names, end, key=lambda name: name.end)
        return self.names[first:last]


def read_rows(text: str, lines: Sequence[Line]) -> Iterator[tuple[int, Row]]:
    """The lines that can hold a credit, each with its place in the text.  Cost: linear in the text."""
    page = _Page(text, lines)
    last_head, first_tail = _last_head(lines), _first_tail(lines)
    for i in sorted(page.spellings.keys() | page.nameless):
        part, names = page.part(i), page.names(i)
        if names or (i in page.nameless and compiled(NAMELESS).search(part)):
            line = lines[i]
            beside = [j for j in (i - 1, i + 1) if 0 <= j < len(lines) and lines[j].end - lines[j].start < _SHORT]
            row = Row(
                plain=part,
                text=mask(part, names),
                names=names,
                kind="body" if line.kind in _BESIDE_BODY and _ends_body(page, i) else line.kind,
                head=i <= last_head,
                tail=i >= first_tail,
                supported=frozenset(name.wire for j in beside for name in page.names(j) if name.strength == "plain"),
                dated=any(
                    lines[j].end - lines[j].start < _STAMP and bool(_STAMP_LINE.search(page.part(j))) for j in beside
                ),
            )
            yield line.start, row


def _last_head(lines: Sequence[Line]) -> int:
    """The last line of the head."""
    prose = 0
    for i, (start, end, kind) in enumerate(lines):
        prose += end - start if kind == "body" and end - start > _PARAGRAPH else 0
        if prose >= _HEAD_PROSE:
            return i
    return len(lines)


def _first_tail(lines: Sequence[Line]) -> int:
    """The first line of the tail."""
    after = 0
    for i in range(len(lines) - 1, -1, -1):
        if after >= _TAIL_LINES:
            return i + 1
        after += lines[i].kind not in CUT
    return 0


class _Page:
    """The lines of a page in plain typography, and the names in them, read when asked for.

    Most lines hold nothing of interest, which one search for all spellings of all names shows."""

    def __init__(self, text: str, lines: Sequence[Line]) -> None:
        self._text, self.lines = text, lines
        self._names: dict[int, tuple[Name, ...]] = {}
        self.spellings: dict[int, list[str]] = {}  # that a line may hold
        self.nameless: set[int] = set()  # lines that may be worth a look though they name nobody
        literals, meanings = _known()
        for i, number in literals.occurring(text, lines):
            if forms := meanings[number]:
                self.spellings.setdefault(i, []).extend(forms)
            else:
                self.nameless.add(i)

    def part(self, i: int) -> str:
        """Line ``i``."""
        line = self.lines[i]
        return plain(self._text[line.start : line.end])

    def names(self, i: int) -> tuple[Name, ...]:
        """The names in line ``i``."""
        if i not in self.spellings:
            return ()
        if i not in self._names:
            part = self.part(i)
            self._names[i] = tuple(find_names(part, self.spellings[i] if len(part) <= _SHORT else None))
        return self._names[i]


@cache
def _known() -> tuple[Literals, list[list[str]]]:
    """What is looked for in a page: the spellings of names, each with those it stands for, and what ``NAMELESS`` needs."""
    forms: dict[str, list[str]] = {}
    for spelling in spellings():
        border = "~" if is_spaced(spelling) else ""
        forms.setdefault(border + "".join(map(fold, spelling)) + border, []).append(spelling)
    nameless, *_ = clauses(NAMELESS)
    return Literals([*forms, *nameless], PLAIN), [*forms.values(), *([] for _ in nameless)]


def _ends_body(page: _Page, i: int) -> bool:
    """Whether line ``i`` comes right after a sentence of the body, as a signature does."""
    return i > 0 and page.lines[i - 1].kind == "body" and page.part(i - 1).endswith((".", "!", "?", '"', "'", ")"))


def field_row(text: str) -> Row:
    """A field of a record as a line that is head and tail, and where every name counts."""
    part = plain(text)
    names = tuple(find_names(part))
    return Row(part, mask(part, names), names, "byline", head=True, tail=True)


def mask(text: str, names: Sequence[Name]) -> str:
    """``text`` with each name overwritten by its mark, letter by letter.

    >>> mask("By AP", list(find_names("By AP"))) == "By " + 2 * MARKS["ambiguous"]
    True
    """
    parts, free = [], 0
    for name in names:
        parts += [text[free : name.start], MARKS[name.strength] * (name.end - name.start)]
        free = name.end
    return "".join(parts) + text[free:]


def sentences(line: str) -> list[Span]:
    """The sentences of a line, without bullets; a single letter with a stop is an initial.

    >>> sentences("Reuters contributed. Lee B. Orr also did.")
    [Span(start=0, end=20), Span(start=21, end=41)]
    """
    ends = [0, *(match.end() for match in _SENTENCE_END.finditer(line)), len(line)]
    return [unbulleted(line, start, end) for start, end in pairwise(ends)]


def unbulleted(line: str, start: int = 0, end: int | None = None) -> Span:
    """The span without leading bullets and surrounding white space."""
    span = stripped(line, start, len(line) if end is None else end)
    bullet = _BULLET.match(line, span.start, span.end)
    return Span(bullet.end() if bullet and bullet.end() < span.end else span.start, span.end)


def stripped(line: str, start: int, end: int, signs: str = "") -> Span:
    """The span without white space around it and ``signs`` before it."""
    piece = line[start:end].rstrip()
    return Span(start + len(piece) - len(piece.lstrip(" " + signs)), start + len(piece))


def capitalised(text: str | None) -> bool:
    """Whether a text can be a place or people: capitals, small words, dates; scripts without case pass.

    >>> capitalised("ST. JOSEPH, Mich., Nov. 3"), capitalised("the police of Paris")
    (True, False)
    """
    words = _WORD.findall(text or "")
    dated = False
    for word in words:
        bare = word.lstrip("'.&")
        if bare[:1].islower() and bare.rstrip(".,") not in _SMALL_WORDS and not dated:
            return False
        dated = word[:1].isdigit()
    return len(words) <= _MOST_WORDS
