"""The lines of a page as the grammar of credits sees them.

A line that may hold a credit is a ``Place``: its text, and what the grammar wants to know of where it
stands.  Read, it is a ``Row``: in plain typography, with the names of wires found and masked.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from dedup import kept
from dedup.credit_frames import MARKS, NAMELESS, PLAIN, Unit, compiled, plain
from dedup.credit_repairs import Mended, damaged, mended
from dedup.extension import extension
from dedup.kinds import LINE_KINDS
from dedup.literals import ODD, Gate, Literals, clauses, folded
from dedup.model import Line, LineKind, Span
from dedup.page import Page
from dedup.registry import as_packaged, kept_while_unchanged, registry
from dedup.wires import Name, find_names, links_too, people_too, spellings, without_spaces

__all__ = [
    "CUT",
    "TOLD_APART",
    "WHOLE",
    "Place",
    "Row",
    "capitalised",
    "field_row",
    "for_extension",
    "literals",
    "mask",
    "read_places",
    "sentences",
    "stripped",
    "unbulleted",
]

WHOLE = 400
"""A longer line is running text: only its sentences are searched."""
CUT: frozenset[LineKind] = frozenset({"related", "tags", "bio", "comments", "navigation"})
"""Kinds of line where only unmistakable frames count."""

TOLD_APART = ("photo agency", "press-release wire", "news service", "broadcaster wire")
"""Kinds of wire that decide what a line says; in the order of their numbers in the extension."""

_SIGNED: frozenset[LineKind] = frozenset({"body", "related", "navigation"})  # what a line below the last sentence seems
_HEAD_PROSE = 400  # characters of prose before which a dateline may still come: a standfirst, a caption taken for body
_TAIL_LINES = 6
_PARAGRAPH = 80  # shortest line counted as prose
_SHORT = 400  # a longer line is running text: its names support no signature beside it
_ALONE = 160  # a longer line is no bare signature, and needs no support
_ALONE_FROM = 3  # characters of a short name that may: "PA" and "AA" are the initials of many
_LONG = 20_000  # a line is not searched for one name after the other, if that is so many characters or more
_STAMP = 60  # longest line taken for a time stamp
_MOST_WORDS = 14  # of a place with its date, or of the people in a byline

_BODY = LINE_KINDS.index("body")
_NOBODY: frozenset[str] = frozenset()
_EDGES = (_HEAD_PROSE, _PARAGRAPH, _TAIL_LINES, sum(1 << LINE_KINDS.index(kind) for kind in CUT))
_LETTERS = kept.compiled(r"[^\W\d_]+")
_SENTENCE_END = kept.compiled(r"[.!?](?<=[a-z\ue000-\ue004)\]\"'].)\s+(?=[^\W\d_a-z]|[\ue000-\ue004\"'(])")
_BULLET = kept.compiled(r"[\s•*·●▪◦>|-]+")
_LONGEST_RUN = 60
_LONG_RUN = kept.compiled(f"[\ue000-\ue004]{{{_LONGEST_RUN + 1}}}")
_WORD = kept.compiled(r"[^\s,/()\[\]\"-]+")
_STAMP_LINE = kept.compiled(r"\b(?:19|20)\d\d\b|\d:\d\d|\bago\b")
_SMALL_WORDS = frozenset(
    _LETTERS.findall(
        "and und y e et ve i og och of de da do del della di du la le el al the in on at for von van der "
        "den dos das bin ibn with a an avec con com mit dans en para "
    )
)


class Place(NamedTuple):
    """A line that may hold a credit, and where it stands: all that its credits depend on."""

    line: str
    spellings: tuple[str, ...]
    """Of names that it may hold."""
    nameless: bool
    """Whether it may be worth a look though it names nobody."""
    kind: LineKind
    head: bool
    tail: bool
    supported: frozenset[str] = frozenset()
    """Wires that a neighbouring line names in full."""
    placed: bool = False
    """Whether a short name may stand alone here: beside a time stamp, or in the tail after a sentence of the body."""


class Row:
    """A line as the grammar sees it; offsets count from its beginning.

    ``key`` is all that its credits depend on, ``able`` the numbers of the patterns that can match in it and may stand
    there, where they are known."""

    # fmt: off
    __slots__ = (
        "_odd",
        "_starts",
        "_units",
        "able",
        "head",
        "key",
        "kind",
        "mended",
        "nameless",
        "names",
        "placed",
        "plain",
        "running",
        "supported",
        "tail",
        "text",
    )
    # fmt: on

    def __init__(
        self,
        key: Hashable,
        where: tuple[LineKind, bool, bool, bool, frozenset[str], bool],
        plain: str,
        names: tuple[Name, ...],
        text: str,
        able: tuple[int, ...] | None = None,
        mended: Mended | None = None,
    ) -> None:
        self.key = key
        self.kind, self.head, self.tail, self.nameless, self.supported, self.placed = where
        self.plain = plain
        self.names = names
        self.text = text
        self.able = able
        self.mended = mended
        self.running = len(text) > WHOLE
        self._units: dict[Unit, list[Span]] = {}
        self._starts: list[int] | None = None
        self._odd: bool | None = None

    @classmethod
    def of(cls, place: Place) -> Row:
        """A line read in plain Python."""
        mend = mended(place.line)
        shown = plain(place.line if mend is None else mend.text)
        names = _names(shown, place.spellings)
        where = (place.kind, place.head, place.tail, place.nameless, place.supported, place.placed)
        return cls(place, where, shown, names, mask(shown, names), None, mend)

    def units(self, unit: Unit) -> list[Span]:
        """What is searched: the whole, its sentences, or the line without bullets; of running text no whole lines."""
        found = self._units.get(unit)
        if found is None:
            if unit == "phrase":
                found = [Span(0, len(self.text))]
            elif unit == "line" and not self.running:
                found = [unbulleted(self.text)]
            else:
                found = sentences(self.text) if unit == "sentence" else self.units("sentence")
            self._units[unit] = found
        return found

    def starts(self, unit: Span) -> Sequence[int]:
        """Where names begin in a unit, counted from its beginning; of a run that is longer than a mark may be
        repeated, each place in it."""
        start, end = unit
        if self._starts is None:
            self._starts = [name.start for name in self.names]
            if self.names and self.names[-1].end - self._starts[0] > _LONGEST_RUN and _LONG_RUN.search(self.text):
                self._starts = [at for name in self.names for at in range(name.start, name.end)]
        if start == 0 and end == len(self.text):
            return self._starts
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return [at - start for at in self._starts[first:last]]

    @property
    def odd(self) -> bool:
        """Whether characters occur that a pattern may take for others."""
        if self._odd is None:
            self._odd = not self.plain.isascii() and ODD.search(self.plain) is not None
        return self._odd

    def names_within(self, start: int, end: int) -> tuple[Name, ...]:
        """The names between two offsets; where there are many, by bisection."""
        if len(self.names) < 8:
            return tuple([name for name in self.names if start <= name.start and name.end <= end])
        first = bisect_left(self.names, start, key=lambda name: name.start)
        last = bisect_right(self.names, end, key=lambda name: name.end)
        return self.names[first:last]

    def holds_nothing(self) -> bool:
        """Whether the line was not worth a look."""
        return not (self.names or (self.nameless and compiled(NAMELESS).search(self.plain)))


def read_places(text: str, lines: Sequence[Line]) -> Iterator[tuple[int, Place]]:
    """The lines that may hold a credit, each with its start.  Cost: linear in the text.

    Most lines hold nothing of interest, which one search for all spellings of all names shows."""
    page = Page.of(lines)
    found = _named(text, page)
    if not found:
        return
    starts, ends, kinds = page.columns()
    if extension is not None:
        last_head, first_tail = extension.edges(page.looks, kinds, *_EDGES)
    else:
        last_head, first_tail = _last_head(page), _first_tail(page)
    for i, (spelled, nameless) in sorted(found.items()):
        start, end, kind = starts[i], ends[i], LINE_KINDS[kinds[i]]
        supported: set[str] = set()
        placed = False
        for j in (i - 1, i + 1) if end - start < _ALONE else ():
            if 0 <= j < len(kinds) and (size := ends[j] - starts[j]) < _SHORT:
                if j in found:
                    names = _names(plain(text[starts[j] : ends[j]]), found[j][0])
                    supported.update(name.wire for name in names if name.strength == "plain")
                if size < _STAMP:
                    placed = placed or _is_stamp(text[starts[j] : ends[j]])
        head, tail = i <= last_head, i >= first_tail
        if kind in _SIGNED and i > 0 and kinds[i - 1] == _BODY and plain(text[ends[i - 1] - 1]) in ".!?\"')":
            kind, placed = "body", placed or (tail and end - start >= _ALONE_FROM)
        support = frozenset(supported) if supported else _NOBODY
        yield start, Place(text[start:end], tuple(spelled), nameless, kind, head, tail, support, placed)


def _named(text: str, page: Page) -> dict[int, tuple[list[str], bool]]:
    """By number of the line: the spellings of names that it may hold, and whether it is worth a look without."""
    known, meanings, whole = _known()
    if page.named is None:
        occurring = enumerate(known.occurring(text, page))
        pairs = [number for i, numbers in occurring for found in numbers for number in (i, found)]
    else:
        pairs = memoryview(page.named).cast("i").tolist()
    found: dict[int, tuple[list[str], bool]] = {}
    last, shown = -1, ""
    for at in range(0, len(pairs), 2):
        i, meant = pairs[at], meanings[pairs[at + 1]]
        if meant and pairs[at + 1] < whole:
            if i != last:
                last, line = i, page[i]
                shown = text[line.start : line.end]
                shown = shown if shown.isascii() else plain(shown)
            meant = [spelling for spelling in meant if spelling in shown]
            if not meant:
                continue  # "tap", where TAP is an agency
        before, nameless = found.get(i, ((), False))
        found[i] = [*before, *meant], nameless or not meant
    return found


def for_extension(gates: Sequence[Gate], standing: Sequence[bytes], asks: tuple[Callable[..., Any], ...]) -> Any:
    """What ``extension.rows`` wants to know: names, how lines are measured, and the patterns that it looks out for.

    Each of ``standing`` has a byte for each pattern, whether it may stand on a line of a kind, in or out of the head,
    and in or out of the tail: all kinds in order, each in these four places.  ``asks`` are functions that it calls."""
    _, meanings, whole = _known()
    known, people, links, unspaced = spellings(), people_too(), links_too(), without_spaces()
    kinds = {wire.id: TOLD_APART.index(wire.kind) + 1 for wire in registry().values() if wire.kind in TOLD_APART}
    marks = {strength: ord(mark) for strength, mark in MARKS.items()}
    rows: list[tuple[Any, ...] | None] = []
    for number, meant in enumerate(meanings):
        each: list[tuple[Any, ...]] = []
        for spelling in meant:
            wire, strength = known[spelling] or ("", "plain")
            mark = marks[strength] if wire else 0
            told = spelling not in unspaced, spelling in people, spelling in links, mark, kinds.get(wire, 0)
            each.append((spelling, *told, wire, strength))
        rows.append(tuple(each) if number < whole or not meant else None)
    bits = (sum(1 << LINE_KINDS.index(kind) for kind in kinds) for kinds in (CUT, _SIGNED))
    measures = (_HEAD_PROSE, _PARAGRAPH, _TAIL_LINES, _ALONE, _ALONE_FROM, _SHORT, _STAMP, WHOLE, _LONG, *bits)
    measures += (_BODY, LINE_KINDS.index("caption"), LINE_KINDS.index("byline"))
    made = tuple(gate.made for gate in gates)
    return extension.wires(tuple(rows), dict(PLAIN), Name, made, tuple(standing), measures, asks, _SMALL_WORDS)


def literals() -> Literals:
    """What is looked for in a page, for ``dedup.page.seen``."""
    return _known()[0]


@lru_cache(maxsize=4096)
def _is_stamp(line: str) -> bool:
    return _STAMP_LINE.search(plain(line)) is not None


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


def _names(part: str, among: Collection[str]) -> tuple[Name, ...]:
    """The names in a line in plain typography, which holds none but these."""
    return tuple(find_names(part, among if len(part) * len(among) <= _LONG else None)) if among else ()


@kept_while_unchanged
@cache
def _known() -> tuple[Literals, list[list[str]], int]:
    """What is looked for in a page: names, each with its spellings, so many of them whole; then damaged names,
    and what ``NAMELESS`` needs, with none."""
    forms, torn = kept.kept("names", _searched) if as_packaged() else _searched()
    nameless, *_ = clauses(NAMELESS)
    meanings = [*forms.values(), *torn.values(), *([] for _ in nameless)]
    spelled = [*forms.values(), *([None] * (len(torn) + len(nameless)))]
    return Literals([*forms, *torn, *nameless], PLAIN, spelled), meanings, len(forms)


def _searched() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The names as they are looked for, whole and damaged, each with its spellings."""
    forms: dict[str, list[str]] = {}
    torn: dict[str, list[str]] = {}
    unspaced = without_spaces()
    for spelling in spellings():
        border = "" if spelling in unspaced else "~"
        forms.setdefault(border + folded(spelling) + border, []).append(spelling)
        for form in damaged(spelling):
            if "¶" not in form:  # a sign of Literals
                torn.setdefault(folded(plain(form)), []).append(spelling)
    return forms, {form: meant for form, meant in torn.items() if form not in forms}


def field_row(text: str) -> Row:
    """A field of a record as a line that is head and tail, and where every name counts."""
    return Row.of(Place(text, tuple(spellings()), False, "byline", head=True, tail=True))


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
    end = len(line) if end is None else end
    if start < end and line[start].isalnum() and not line[end - 1].isspace():  # nearly always
        return Span(start, end)
    span = stripped(line, start, end)
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
    dated = 0  # words after a number that may be a month: "3 de noviembre"
    for word in words:
        bare = word.lstrip("'.&")
        if bare[:1].islower() and bare.rstrip(".,") not in _SMALL_WORDS and not dated:
            return False
        dated = 2 if word[:1].isdigit() else max(0, dated - 1)
    return len(words) <= _MOST_WORDS
