"""The credit stage: which wires an article says its text came from.

Position decides first, then the verb, then the name.  Every line of the page is masked (names of
wires become marks, see ``dedup.credit_frames``) and shown to the frames that may stand where it
stands; the first frame that takes a name keeps it.  What no frame takes is no credit: a name in
running text says nothing about where the text came from.

Two things are judged on the whole article: an agency that is the outlet itself is no wire, and the
reporters of a broadcaster are its own page's people unless the text is credited to it elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache, lru_cache
from urllib.parse import urlsplit

from dedup.boilerplate import classify
from dedup.credit_asides import MENTIONS, PHOTOS
from dedup.credit_frames import MARKS, NAMELESS, Form, Frame, compiled, plain, source
from dedup.credit_datelines import DATELINES, PREFIX
from dedup.credit_lines import TAILS, WITH_EDITORS
from dedup.credit_signatures import BARE, CAPTIONS, SIGNATURES
from dedup.credit_page import CUT, Place, Row, capitalised, field_row, mask, read_places, stripped
from dedup.literals import Gate
from dedup.model import Credit, Line, LineKind, Role, Span
from dedup.wires import Name, find_names, registry, wire_of_host

__all__ = ["own_wires", "read_credits"]

_FRAMES = (*DATELINES, *PHOTOS, *TAILS, *SIGNATURES, *MENTIONS)
"""In the order in which they are tried: position decides first, then the verb, then the name."""

_PROSE: frozenset[LineKind] = frozenset({"body", "note"})
_REPEATED = 200  # longest line of which the credits are kept
_REPORTERS = "tail: agency reporter contributed"
_FIELD = "field: byline"
_TEXT_ROLES: frozenset[Role] = frozenset({"origin", "co_origin", "contributor", "rights", "republished", "distributor"})
_LETTERS = re.compile(r"[^\W\d_]+")
_OUTLET_WORDS = frozenset(
    _LETTERS.findall("news the of agency online com digital media english international group inc us world website ")
)

_CALL_SIGN = re.compile(r"[KW][A-Z]{3}")  # of an American station: with no date beside it no agency of that name
_NO_STATION = ("source", "tail", "signature", "mention", "photo")
_DIGIT = re.compile(r"\d")
_OTHER_SOURCE = re.compile(r"(?!\b(?:and|und|y|e|et|i|og|och|en|the)\b)\b[^\W\d_]+")
_POSSESSIVE = re.compile(r"'(?:s\b)?\s")
_LISTED = re.compile(r"\s?[,;/&]|\s(?:and|or|also|all|has|have|in|from|contribut)", re.IGNORECASE)
_STAFF_AFTER = re.compile(
    r"(?:\s(?!and\b|contributed\b|also\b)[\w&-]{1,20}){0,4}?\s(?:writers?|reporters?|correspondents?|journalists?|"
    r"editors?|producers?|staff|bureau)\b",
    re.IGNORECASE,
)
_STAFF_BEFORE = re.compile(r"\b(?:of|for|at|with)\s(?:the\s)?$", re.IGNORECASE)
_CONTRIBUTED = (
    r"\bcontribut(?:ed|ing|es)\s(?:[\w,]{1,20}\s){0,4}?to\s(?:this|the|that)\s(?:\w+\s)?"
    r"(?:report|story|article|post|piece|dispatch|coverage|column|roundup)|\bcontributed\s(?:to\s)?reporting\b"
)
_BY = re.compile(r"(?:by|von|par|por)\b", re.IGNORECASE)
_URL_PART = re.compile(r"(?<!/)/(?:wires?/|news/)?(ap|reuters|afp)(?:-?(?:news|wire))?/", re.IGNORECASE)


_Found = tuple[str | None, Role, int, int, str]
"""A credit in a line: wire, role, start, end and rule."""
_Placed = tuple[int, int, str | None, Role, str, str]
"""A credit in a text: start, end, wire, role, rule, and the credit as it stands there."""


def read_credits(
    text: str,
    *,
    outlet: str | None = None,
    url: str | None = None,
    byline: str | None = None,
    lines: Sequence[Line] | None = None,
) -> list[Credit]:
    """The credits of an article, sorted by place; several wires in one line give several credits.

    ``Credit.start`` and ``end`` span the credit as it stands in ``text``, in code points; credits
    read from the fields ``byline`` and ``url`` have start = end = 0.  ``outlet`` and ``url`` tell
    who the publisher is, whose own name then is no wire.  ``lines`` are those of ``classify``,
    which is called when they are missing.  ``Credit.wire`` is an id of ``dedup.wires.registry``,
    ``generic`` for unnamed agencies, or None for the outlet's own people.

    Cost: linear in the text, about 0.25 ms for an article; the first call loads the names, 20 ms, and
    each form of credit is compiled when a line may hold it.

    >>> text = "By Ann Lee\\n\\nPARIS (AP) — Nothing happened here on Friday.\\n\\nReuters contributed to this report."
    >>> [(credit.wire, credit.role, credit.text) for credit in read_credits(text)]
    [('ap', 'origin', 'PARIS (AP) —'), ('reuters', 'contributor', 'Reuters contributed to this report.')]
    """
    found: list[_Placed] = []
    for start, place in read_places(text, classify(text) if lines is None else lines):
        for wire, role, first, last, rule in _kept(place) if len(place.line) <= _REPEATED else _read(place):
            found.append((start + first, start + last, wire, role, rule, text[start + first : start + last]))
    if byline:
        found += [(0, 0, wire, role, _FIELD, byline) for wire, role in _read_byline(byline)]
    if url and (part := _URL_PART.search(url)) and part[1].lower() in _split(url)[1].lower():
        found.append((0, 0, part[1].lower(), "origin", "url: path", url))
    if not found:
        return []
    if len({credit[0] for credit in found if credit[4] in CAPTIONS}) > 1:
        found = [(*credit[:3], "photo", *credit[4:]) if credit[4] in CAPTIONS else credit for credit in found]
    own = own_wires(outlet or "", url or "")
    house = outlet is None and url is None
    if own or house:
        tied = {credit[2] for credit in found if credit[3] in _TEXT_ROLES}
        found = [_judge(credit, own, tied, house) for credit in found]
    found = sorted(set(found), key=_by_place)
    return [Credit(wire, role, first, last, said, rule) for first, last, wire, role, rule, said in found]


def _by_place(credit: _Placed) -> tuple[int, int, str, str, str]:
    start, end, wire, role, rule, _ = credit
    return start, end, wire or "", role, rule


# ---- frames


def patterns() -> list[str]:
    """All patterns, for ``dedup/data/literals.txt``."""
    return [_CONTRIBUTED, *(source(frame.pattern) for frame in _FRAMES), NAMELESS]


@cache
def _gate(running: bool) -> Gate:
    """What may match in a line; in running text, lines are searched sentence by sentence."""
    inside = ("sentence", "line") if running else ("sentence",)
    return Gate(patterns()[:-1], loose={source(frame.pattern) for frame in _FRAMES if frame.unit in inside})


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
        or (kind == "title" and number and _FRAMES[number - 1].rule == PREFIX)
    )


def _read(place: Place) -> Sequence[_Found]:
    """The credits of one line."""
    row = Row(place)
    if row.holds_nothing():
        return ()
    found = _read_row(row)
    if row.mended is None:
        return found
    return [(wire, role, *row.mended.original(start, end), rule) for wire, role, start, end, rule in found]


_kept = lru_cache(maxsize=4096)(_read)
"""The same; credit lines repeat from page to page."""


def _read_row(row: Row) -> list[_Found]:
    """The credits of one line; a name belongs to the first frame that takes it."""
    place = row.place
    (able,) = _gate(row.running).able(row.text, [(0, len(row.text))])
    taken: set[Name] = set()
    found: list[_Found] = []
    for number in _standing(place.kind, place.head, place.tail, able):
        if number == 0:
            for unit in row.units("sentence"):
                found += _contributed(row, unit, taken)
            continue
        form = _form(number - 1)
        if len(taken) < len(row.names) or form.frame.implied:
            for unit in row.units(form.frame.unit):
                _apply(form, row, unit, taken, found)
    if place.kind == "caption":
        for name in row.names:
            if name not in taken and name.strength != "generic":
                found.append((name.wire, "photo", name.start, name.end, "photo: caption"))
    return found


_ASIDES = ("mention", "photo")  # agencies as a quoted source, or of a picture, are no credit


@cache
def _form(number: int) -> Form:
    return Form(_FRAMES[number])


def _apply(form: Form, row: Row, unit: Span, taken: set[Name], found: list[_Found]) -> None:
    """Find the credits that one frame reads in one unit."""
    frame, (start, end) = form.frame, unit
    piece = row.text[start:end]
    said: set[tuple[str | None, Role]] = set()  # of this unit, so that a line of 50,000 names is not copied as often
    for match in form.matches(piece):
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
    return all(match[group] is None or capitalised(match[group]) for group in groups)


def _bears(form: Form, names: Sequence[Name], row: Row, piece: str, first: int) -> bool:
    """Whether these names in this frame are enough to make a credit."""
    frame = form.frame
    if not names:
        return frame.implied is not None
    if form.dateline and any(_abbreviates(row, name, piece[:first]) for name in names):
        return False
    if not frame.rule.startswith(_NO_STATION) and not (form.dateline and _DIGIT.search(piece, 0, first)):
        if any(_CALL_SIGN.fullmatch(row.plain, name.start, name.end) for name in names):
            return False
    if frame.rule == BARE and any(
        name.strength != "plain" and not row.plain[name.start : name.end].isupper() for name in names
    ):
        return False
    if not frame.alone:
        return True
    wires = registry()
    if all(wires[name.wire].kind == "broadcaster wire" and name.strength != "service" for name in names):
        return False  # "VOA News" alone on its line is the site's own name
    if row.place.kind == "byline":
        return True
    return any(
        name.strength not in ("ambiguous", "publisher")
        or name.wire in row.place.supported
        or (row.place.dated and row.plain[name.start : name.end].isupper())  # "AP" above a time stamp
        for name in names
    )


def _role(frame: Frame, names: Sequence[Name], who: str) -> Role:
    """The frame's role, unless the names themselves say otherwise."""
    kinds = {registry()[name.wire].kind for name in names}
    if "photo agency" in kinds:
        return "photo"
    if frame.role != "origin":
        return frame.role
    if "press-release wire" in kinds:
        return "press_release"
    if frame.rule == "source: agency" and _OTHER_SOURCE.search(who):
        return "contributor"  # other sources stand beside it, or an editor's initials: "red/dpa"
    return "co_origin" if len({name.wire for name in names}) > 1 else "origin"


def _contributed(row: Row, unit: Span, taken: set[Name]) -> Iterator[_Found]:
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
            yield name.wire, "wire_staff", *unit, _REPORTERS
    taken.update(names)
    if not names:
        yield None, "own_staff", *unit, "tail: people contributed"


def _abbreviates(row: Row, name: Name, before: str) -> bool:
    """Whether the name comes right after its own expansion: "Pakistan Tehreek-e-Insaf (PTI)"."""
    short = row.plain[name.start : name.end]
    initials = "".join(word[0] for word in _LETTERS.findall(before) if word[0].isupper())
    return len(short) > 1 and short.isupper() and initials.endswith(short)


# ---- fields, and the whole article


@lru_cache(maxsize=1024)
def _read_byline(byline: str) -> tuple[tuple[str | None, Role], ...]:
    """The credits of a field that holds a byline: "Ann Lee, CNN", "By AP", "Afp Afp"."""
    line = byline.strip()
    if set(mask(line.upper(), list(find_names(line.upper())))) <= {MARKS["plain"], MARKS["ambiguous"], " ", ","}:
        line = line.upper()  # nothing but names, whatever their case
    if not _BY.match(line):
        line = f"By {line}"  # in such a field every name without "By" is one with it
    credits = _read_row(field_row(line))
    return tuple((wire, role) for wire, role, *_ in credits if role in _TEXT_ROLES or role == "generic_wire")


def _split(url: str) -> tuple[str, str]:
    """Host and path."""
    try:
        parts = urlsplit(url)
        return parts.hostname or "", parts.path
    except ValueError:  # "http://[": no url, so nothing to read in it
        return "", ""


def own_wires(outlet: str, url: str) -> frozenset[str]:
    """The wires that are the publisher itself, by its name or by its host; "" is unknown.

    >>> sorted(own_wires("Reuters", "")), sorted(own_wires("The Gazette", "https://apnews.com/a"))
    (['reuters'], ['ap'])
    """
    return _own(outlet, "/".join(url.split("/", 3)[:3]))


@lru_cache(maxsize=1024)
def _own(outlet: str, site: str) -> frozenset[str]:
    host = _split(site)[0]
    own = {wire for name in (host, outlet) if (wire := wire_of_host(name))}
    name = plain(outlet)
    for spelling in (name, name.upper()):
        names = [name for name in find_names(spelling) if name.strength != "generic"]
        rest = _LETTERS.findall(mask(spelling, names).lower())
        if names and _OUTLET_WORDS.issuperset(rest):
            own.update(name.wire for name in names)
    return frozenset(own)


def _judge(credit: _Placed, own: Collection[str | None], tied: Collection[str | None], house: bool) -> _Placed:
    """A credit in the light of the whole article.

    ``own`` are the wires that are the outlet, ``tied`` those that text is credited to; ``house``
    says that nobody knows the outlet, so that a broadcaster's reporters may show it is its page."""
    start, end, wire, role, rule, said = credit
    if wire in own and role != "wire_staff":
        return start, end, wire, "self_reference", rule, said
    broadcaster = house and rule == _REPORTERS and wire not in tied and _is_broadcaster(wire)
    return (start, end, None, "own_staff", rule, said) if wire in own or broadcaster else credit


def _is_broadcaster(wire: str | None) -> bool:
    return registry()[wire or "generic"].kind == "broadcaster wire"
