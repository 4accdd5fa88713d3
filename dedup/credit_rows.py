"""One line read by the frames: which wires it credits, and as what.

The line is masked (names of wires become marks, see ``dedup.credit_frames``) and shown to the frames that
may stand where it stands; the first frame that takes a name keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import product
from typing import Any

from dedup import kept
from dedup.credit_asides import MENTIONS, PHOTOS
from dedup.credit_datelines import DATELINES, TITLED
from dedup.credit_frames import NAMELESS, Form, Frame, compiled, source
from dedup.credit_lines import ABOUT, TAILS, WITH_EDITORS
from dedup.credit_page import CUT, Row, capitalised, for_extension, read_places, stripped
from dedup.credit_signatures import BARE, SIGNATURES
from dedup.extension import extension
from dedup.kinds import LINE_KINDS
from dedup.literals import ODD, Gate
from dedup.model import LineKind, Role, Span
from dedup.page import Page
from dedup.registry import kept_while_unchanged, registry
from dedup.wires import Name, links_too

__all__ = ["REPORTERS", "Found", "Rows", "able", "gate", "patterns", "read_row", "read_rows"]

REPORTERS = "tail: agency reporter contributed"
"""The rule of people of whom only the outlet tells whose they are."""

Found = tuple[str | None, Role, int, int, str]
"""A credit in a line: wire, role, start, end and rule."""

Rows = Iterable[tuple[int, int, Row | Sequence[Found]]]
"""Lines, each with its start and end; its credits where it is read."""

_FRAMES = (*DATELINES, *PHOTOS, *TAILS, *SIGNATURES, *MENTIONS)
"""In the order in which they are tried: position decides first, then the verb, then the name."""

_SOURCE = "source: agency"
_PROSE: frozenset[LineKind] = frozenset({"body", "note"})
_LETTERS = kept.compiled(r"[^\W\d_]+")
_CALL_SIGN = kept.compiled(r"[KW][A-Z]{3}")  # of an American station: with no date beside it no agency of that name
_DIGIT = kept.compiled(r"\d")
_OTHER_SOURCE = kept.compiled(r"(?!\b(?:and|und|y|e|et|i|og|och|en|the)\b)\b[^\W\d_]+")
_POSSESSIVE = kept.compiled(r"'(?:s\b)?\s")
_LISTED = kept.compiled(r"\s?[,;/&]|\s(?:and|or|also|all|has|have|in|from|contribut)", re.IGNORECASE)
_STAFF_AFTER = kept.compiled(
    r"(?:\s(?!and\b|contributed\b|also\b)[\w&-]{1,20}){0,4}?\s(?:writers?|reporters?|correspondents?|journalists?|"
    r"editors?|producers?|staff|bureau)\b",
    re.IGNORECASE,
)
_STAFF_BEFORE = kept.compiled(r"\b(?:of|for|at|with)\s(?:the\s)?$", re.IGNORECASE)
_CONTRIBUTED = (
    r"\bcontribut(?:ed|ing|es)\s(?:[\w,]{1,20}\s){0,4}?to\s(?:this|the|that)\s(?:\w+\s)?"
    r"(?:report|story|article|post|piece|dispatch|coverage|column|roundup)|\bcontributed\s(?:to\s)?reporting\b"
)


def patterns() -> list[str]:
    """All patterns, for ``dedup/data/literals.txt``."""
    return [_CONTRIBUTED, *(source(frame.pattern) for frame in _FRAMES), NAMELESS]


@cache
def gate(running: bool) -> Gate:
    """What may match in a line; in running text, lines are searched sentence by sentence."""
    inside = ("sentence", "line") if running else ("sentence",)
    loose = {source(frame.pattern) for frame in _FRAMES if frame.unit in inside}
    return Gate(patterns()[:-1], loose, "credits in " + ("running text" if running else "lines"))


@lru_cache(maxsize=4096)
def _standing(kind: LineKind, head: bool, tail: bool, able: tuple[int, ...]) -> tuple[int, ...]:
    """Of the patterns that can match, those that may stand on such a line."""
    places = {"any": True, "head": head, "tail": tail, "edge": head or tail, "main": True, "prose": kind in _PROSE}
    if kind in CUT:
        places = {"any": True}
    elif kind == "title":
        places = {"any": True, "main": True}
    return tuple(
        number
        for number in able
        if (kind not in CUT if number == 0 else places.get(_FRAMES[number - 1].zone))
        or (kind == "title" and number and _FRAMES[number - 1].rule in TITLED)
    )


@kept_while_unchanged
@cache
def _for_extension() -> Any:
    every = tuple(range(len(patterns()) - 1))
    places = product(LINE_KINDS, (False, True), (False, True))
    standing = [frozenset(_standing(*place, every)) for place in places]
    stands = [bytes([number in some for number in every]) for some in standing]
    nameless = lambda line: compiled(NAMELESS).search(line)  # noqa: E731  # compiled when a line asks
    return for_extension([gate(False), gate(True)], stands, (_facts, ODD.search, _OTHER_SOURCE.search, nameless))


_SPECIAL = {BARE: 1, ABOUT: 2, _SOURCE: 3, WITH_EDITORS: 4}
"""Rules that ask for more than a match; their numbers in the extension."""


def _facts(number: int) -> tuple[Any, ...]:
    """What the extension wants to know of a frame."""
    form = _form(number)
    frame = form.frame
    unit = ("phrase", "line", "sentence").index(frame.unit)
    asked = (frame.rule, frame.role, frame.implied, form.who, tuple(form.starts), tuple(form.capitals))
    return form, *asked, unit, form.anchored, frame.alone, form.dateline, form.on_air, _SPECIAL.get(frame.rule, 0)


def read_rows(texts: Sequence[str], pages: Sequence[Page], unread: bool = False) -> Iterator[Rows]:
    """The lines of each page that may hold a credit, each with its start and end, and its credits if the extension
    could read it; with ``unread`` it reads none.

    It finds the lines of all pages together, without the GIL; about 10 microseconds a page, linear in the text, and
    some 5 for a line that is read."""
    if extension is None or any(page.named is None for page in pages):
        yield from map(_plainly, texts, pages)
        return
    given = tuple([(text, page.looks, page.kinds, page.named) for text, page in zip(texts, pages, strict=True)])
    for text, page, rows in zip(texts, pages, extension.rows(given, _for_extension(), unread), strict=True):
        yield _plainly(text, page) if rows is None else map(_row, rows)


def _plainly(text: str, page: Page) -> Iterator[tuple[int, int, Row]]:
    """The same without the extension."""
    for start, place in read_places(text, page):
        yield start, start + len(place.line), Row.of(place)


def _row(row: tuple[Any, ...]) -> tuple[int, int, Row | Sequence[Found]]:
    if len(row) == 3:  # the extension has read it
        return row
    start, end, kind, head, tail, nameless, placed, supported, plain, names, masked, able = row
    where = LINE_KINDS[kind], head, tail, nameless, supported, placed
    return start, end, Row(row[2:9], where, plain, names, masked, able)


def able(row: Row) -> tuple[int, ...]:
    """The numbers of the patterns that can match in a line and may stand there; 0 is not one of the frames."""
    return _standing(row.kind, row.head, row.tail, *gate(row.running).able(row.text, [(0, len(row.text))]))


def read_row(row: Row) -> list[Found]:
    """The credits of one line; a name belongs to the first frame that takes it."""
    taken: set[Name] = set()
    found: list[Found] = []
    for number in able(row) if row.able is None else row.able:
        if number == 0:
            for unit in row.units("sentence"):
                found += _contributed(row, unit, taken)
            continue
        form = _form(number - 1)
        if len(taken) < len(row.names) or form.frame.implied:
            for unit in row.units(form.frame.unit):
                starts = row.starts(unit)
                if starts or form.frame.implied:
                    _apply(form, row, unit, starts, taken, found)
    if len(found) > 1:
        origins = {(wire, left, right) for wire, role, left, right, _ in found if role == "origin"}
        found = [credit for credit in found if credit[1] != "rights" or (credit[0], *credit[2:4]) not in origins]
    if row.kind == "caption":
        for name in row.names:
            if name not in taken and name.strength != "generic":
                found.append((name.wire, "photo", name.start, name.end, "photo: caption"))
    return found


_ASIDES = ("mention", "photo")  # agencies as a quoted source, or of a picture, are no credit


@cache
def _form(number: int) -> Form:
    return Form(_FRAMES[number])


def _apply(form: Form, row: Row, unit: Span, starts: Sequence[int], taken: set[Name], found: list[Found]) -> None:
    """Find the credits that one frame reads in one unit, in which names begin at ``starts``."""
    start, end = unit
    piece = row.text[start:end]
    if form.anchored:
        match = form.pattern.match(piece)
        if match is None:
            return
        matches: Iterable[re.Match[str]] = (match,)
    else:
        matches = form.matches(piece, starts, bool(form.starts) and row.odd)
    frame = form.frame
    said: set[tuple[str | None, Role]] = set()  # of this unit, so that a line of 50,000 names is not copied as often
    for match in matches:
        if form.capitals and not _capital(match, form.capitals):
            continue
        first, last = match.span(form.who)
        names = [name for name in row.names_within(start + first, start + last) if name not in taken]
        if not _bears(form, names, row, piece, first):
            continue
        taken.update(names)
        role = _role(frame, names, piece[first:last])
        wires: list[tuple[str | None, Role]] = [
            (name.wire, "generic_wire" if name.strength == "generic" and role not in _ASIDES else role)
            for name in names
        ]
        if frame.rule == WITH_EDITORS:
            wires.append((None, "own_staff"))
        if frame.unit == "phrase":
            left, right = stripped(row.text, start + match.start(), start + match.end(), "./,;")
            said.clear()
        else:
            left, right = unit
        for wire, part in wires or [(frame.implied, frame.role)]:
            if (wire, part) not in said:
                said.add((wire, part))
                found.append((wire, part, left, right, frame.rule))


def _capital(match: re.Match[str], groups: Sequence[str]) -> bool:
    """Whether the groups that must be capitalised are, or are not there."""
    return all(not (match[group] is not None and not capitalised(match[group])) for group in groups)


@kept_while_unchanged
@cache
def _kinds() -> dict[str, str]:
    """What kind each wire is of."""
    return {wire.id: wire.kind for wire in registry().values()}


def _bears(form: Form, names: Sequence[Name], row: Row, piece: str, first: int) -> bool:
    """Whether these names in this frame are enough to make a credit."""
    frame = form.frame
    if not names:
        return frame.implied is not None
    for name in names:
        if form.dateline and _abbreviates(row, name, piece[:first]):
            return False
        if form.on_air and _is_station(row, name) and not (form.dateline and _DIGIT.search(piece, 0, first)):
            return False
    if frame.rule == BARE and not all(_stands_alone(row, name) for name in names):
        return False
    kinds = _kinds()
    if frame.rule == ABOUT:
        return all(kinds[name.wire] == "news service" for name in names)
    if not frame.alone:
        return True
    if all(kinds[name.wire] == "broadcaster wire" and name.strength != "service" for name in names):
        return False  # "VOA News" alone on its line is the site's own name
    if row.kind == "byline":
        return True
    return any(
        name.strength not in ("ambiguous", "publisher")
        or name.wire in row.supported
        or (row.placed and _is_signature(row.plain[name.start : name.end]))
        for name in names
    )


def _is_signature(name: str) -> bool:
    """Whether a short name that stands alone is nothing else: in capitals, if its script has any, and no link."""
    return not any(map(str.islower, name)) and name not in links_too()


def _is_station(row: Row, name: Name) -> bool:
    return name.end - name.start == 4 and _CALL_SIGN.fullmatch(row.plain, name.start, name.end) is not None


def _stands_alone(row: Row, name: Name) -> bool:
    return name.strength == "plain" or row.plain[name.start : name.end].isupper()


def _role(frame: Frame, names: Sequence[Name], who: str) -> Role:
    """The frame's role, unless the names themselves say otherwise."""
    if frame.role == "photo":
        return "photo"
    kinds = [_kinds()[name.wire] for name in names]
    if "photo agency" in kinds:
        return "photo"
    if frame.role != "origin":
        return frame.role
    if "press-release wire" in kinds:
        return "press_release"
    if frame.rule == _SOURCE and _OTHER_SOURCE.search(who):
        return "contributor"  # other sources stand beside it, or an editor's initials: "red/dpa"
    return "co_origin" if len({name.wire for name in names}) > 1 else "origin"


def _contributed(row: Row, unit: Span, taken: set[Name]) -> Iterator[Found]:
    """``... contributed to this report``: wires, people of a wire, or the outlet's own people.

    A possessive or "writer" makes the agency an employer."""
    verb = compiled(_CONTRIBUTED).search(row.text, unit.start, unit.end)
    if verb is None:
        return
    names = row.names_within(unit.start, verb.start())
    for name in names:
        after = row.text[name.end : verb.end()]
        listed = _LISTED.match(after) and not _STAFF_BEFORE.search(row.text[unit.start : name.start])
        if name.strength == "generic":
            yield name.wire, "generic_wire", *unit, "tail: agencies contributed"
        elif _POSSESSIVE.match(after):
            yield name.wire, "wire_staff", *unit, "tail: agency's people contributed"
        elif listed and not _STAFF_AFTER.match(after):
            yield name.wire, "contributor", *unit, "tail: agencies contributed"
        elif _STAFF_AFTER.match(after) or name.strength != "ambiguous":
            yield name.wire, "wire_staff", *unit, REPORTERS
    taken.update(names)
    if not names:
        yield None, "own_staff", *unit, "tail: people contributed"


def _abbreviates(row: Row, name: Name, before: str) -> bool:
    """Whether the name comes right after its own expansion: "Pakistan Tehreek-e-Insaf (PTI)"."""
    short = row.plain[name.start : name.end]
    if len(short) < 2 or not short.isupper():
        return False
    return "".join([word[0] for word in _LETTERS.findall(before) if word[0].isupper()]).endswith(short)
