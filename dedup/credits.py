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
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import combinations
from typing import Any
from urllib.parse import urlsplit

from dedup.boilerplate import read_page
from dedup.credit_fields import Said, from_line, read_fields
from dedup.credit_frames import MARKS, plain
from dedup.credit_page import Row, field_row, literals, mask
from dedup.credit_rows import REPORTERS, Found, Rows, read_row, read_rows
from dedup.credit_signatures import CAPTIONS
from dedup.kept import compiled
from dedup.model import Credit, Line, Role
from dedup.page import Page, seen
from dedup.registry import kept_while_unchanged, registry
from dedup.wires import find_names, host_of, label, spellings, wire_of_host

__all__ = ["conflicts", "credits_in", "own_wires", "read_credits"]

_REPEATED = 200  # longest line of which the credits are kept
_MOST_KEPT = 4096
_NOBODY: frozenset[str] = frozenset()
_FIELD = "field: byline"
_ADDRESS = "url: path"
_TEXT_ROLES: frozenset[Role] = frozenset({"origin", "co_origin", "contributor", "rights", "republished", "distributor"})
_LETTERS = re.compile(r"[^\W\d_]+")
_OUTLET_WORDS = frozenset(
    _LETTERS.findall("news the of agency online com digital media english international group inc us world website ")
)

_BY = re.compile(r"(?:by|von|par|por)\b", re.IGNORECASE)
_URL_PART = compiled(  # /wires/ap/1 | /pti-stories/x | /agencias/efe/2021 | /x-dpa.urn-newsml-dpa-com-20090101
    r"(?<!/)/(?:news-)?(ap|reuters|afp|efe|dpa|pti|ians|ani)(?:-?(?:news|wire|stories))?/|\burn-newsml-(dpa|afp)-com-"
)


_Placed = tuple[int, int, str | None, Role, str, str]
"""A credit in a text: start, end, wire, role, rule, and the credit as it stands there."""


def read_credits(
    text: str,
    *,
    outlet: str | None = None,
    url: str | None = None,
    byline: str | None = None,
    fields: str | Mapping[str, Any] | None = None,
    lines: Sequence[Line] | None = None,
) -> list[Credit]:
    """The credits of an article, sorted by place; several wires in one line give several credits.

    ``Credit.start`` and ``end`` span the credit as it stands in ``text``, in code points; credits
    read from ``byline``, ``url`` and ``fields`` (JSON-LD, ninjs or meta tags, see ``dedup.credit_fields``) have
    start = end = 0.  ``outlet`` and ``url`` tell
    who the publisher is, whose own name then is no wire.  ``lines`` are those of ``classify``,
    which is called when they are missing.  ``Credit.wire`` is an id of ``dedup.wires.registry``,
    ``generic`` for unnamed agencies, or None for the outlet's own people.

    Cost: linear in the text, about 0.1 ms for an article; the first call loads the names and makes the search
    for them, 0.1 s, and each form of credit is compiled when a line may hold it.

    >>> text = "By Ann Lee\\n\\nPARIS (AP) — Nothing happened here on Friday.\\n\\nReuters contributed to this report."
    >>> [(credit.wire, credit.role, credit.text) for credit in read_credits(text)]
    [('ap', 'origin', 'PARIS (AP) —'), ('reuters', 'contributor', 'Reuters contributed to this report.')]
    """
    page = _page(text) if lines is None else Page.of(lines)
    return credits_in(text, next(read_rows([text], [page])), outlet, url, byline, fields)


def credits_in(
    text: str,
    rows: Rows,
    outlet: str | None,
    url: str | None,
    byline: str | None,
    fields: str | Mapping[str, Any] | None = None,
) -> list[Credit]:
    """The same, of a page of which ``read_rows`` gave the rows."""
    found: list[_Placed] = []
    for start, end, row in rows:
        at, said = (0, 0), ""  # many credits of one line are one piece of text
        for wire, role, first, last, rule in _read(row, text, start, end) if isinstance(row, Row) else row:
            if at != (first, last):
                at, said = (first, last), text[start + first : start + last]
            found.append((start + first, start + last, wire, role, rule, said))
    if byline:
        found += [(0, 0, wire, role, _FIELD, byline) for wire, role in _read_byline(byline)]
    if fields:
        found += [
            (0, 0, wire, role, rule, said)
            for wire, role, rule, said in _read_fields(*read_fields(fields), outlet or "")
        ]
    if url and (wire := _wire_of_path(url)):
        found.append((0, 0, wire, "origin", _ADDRESS, url))
    if not found:
        return []
    if len(found) > 1 and len({credit[0] for credit in found if credit[4] in CAPTIONS}) > 1:
        found = [(*credit[:3], "photo", *credit[4:]) if credit[4] in CAPTIONS else credit for credit in found]
    if any(credit[2] in _namesakes() for credit in found):
        found = [_of_its_place(credit) for credit in found]
    house = outlet is None and url is None
    own = _NOBODY if house else own_wires(outlet or "", url or "")
    if own or house:
        tied = {credit[2] for credit in found if credit[3] in _TEXT_ROLES}
        found = [_judge(credit, own, tied, house) for credit in found]
    if len(found) > 1:
        found = sorted(set(found), key=_by_place)
    return [Credit(wire, role, first, last, said, rule) for first, last, wire, role, rule, said in found]


def _page(text: str) -> Page:
    """The lines of a text, read with a view to its credits."""
    return read_page(text, None, seen([text], literals())[0])


def conflicts(credits: Iterable[Credit]) -> list[str]:
    """Where the places that name an origin contradict each other: text, byline, address and structured fields.

    >>> conflicts(read_credits("Text", byline="By AFP", fields={"author": "Reuters"}))
    ['the byline says AFP, the structured fields say Reuters']
    """
    says: dict[str, set[str]] = {}
    for credit in credits:
        own = credit.role == "own_staff" and credit.end == 0
        if (credit.role in _ORIGINS and credit.wire) or own:
            place = _PLACES.get(credit.rule, "the structured fields say") if credit.end == 0 else "the text says"
            says.setdefault(place, set()).add(label(credit.wire) if credit.wire else "its own people")
    return [
        f"{one} {' and '.join(sorted(says[one]))}, {other} {' and '.join(sorted(says[other]))}"
        for one, other in combinations(sorted(says), 2)
        if not says[one] & says[other]
    ]


_ORIGINS: frozenset[Role] = frozenset({"origin", "co_origin", "republished", "press_release"})
_PLACES = {_FIELD: "the byline says", _ADDRESS: "the address says"}


def _by_place(credit: _Placed) -> tuple[int, int, str, str, str]:
    start, end, wire, role, rule, _ = credit
    return start, end, wire or "", role, rule


def _read(row: Row, text: str, start: int, end: int) -> Sequence[Found]:
    """The credits of one line; credit lines repeat from page to page, so the answers are kept."""
    if text[start] in "{<[" and (fields := from_line(text[start:end])):
        return [(wire, role, 0, end - start, rule) for wire, role, rule, _ in _read_fields(*fields, "")]
    if end - start > _REPEATED:
        return _credits(row)
    kept = _kept()
    found = kept.get(row.key)
    if found is None:
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        found = kept[row.key] = _credits(row)
    return found


def _credits(row: Row) -> Sequence[Found]:
    if row.holds_nothing():
        return ()
    found = read_row(row)
    if row.mended is None:
        return found
    return [(wire, role, *row.mended.original(start, end), rule) for wire, role, start, end, rule in found]


@kept_while_unchanged
@cache
def _kept() -> dict[Hashable, Sequence[Found]]:
    return {}


# ---- fields, and the whole article


@kept_while_unchanged
@lru_cache(maxsize=1024)
def _read_byline(byline: str) -> tuple[tuple[str | None, Role], ...]:
    """The credits of a field that holds a byline: "Ann Lee, CNN", "By AP", "Afp Afp"."""
    line = byline.strip()
    if set(mask(line.upper(), list(find_names(line.upper())))) <= {MARKS["plain"], MARKS["ambiguous"], " ", ","}:
        line = line.upper()  # nothing but names, whatever their case
    if not _BY.match(line):
        line = f"By {line}"  # in such a field every name without "By" is one with it
    credits = read_row(field_row(line))
    return tuple((wire, role) for wire, role, *_ in credits if role in _TEXT_ROLES or role == "generic_wire")


def _read_fields(
    said: Sequence[Said], publishers: Collection[str], outlet: str
) -> Iterator[tuple[str | None, Role, str, str]]:
    """The credits of structured fields; the publisher's own name in them says that its own people wrote it."""
    own = own_wires(outlet, "") | {wire for name in publishers for wire in own_wires(name, "")}
    origins: set[str | None] = set()
    home = {name.casefold() for name in (*publishers, outlet) if name}
    for each in said:
        rule = f"field: {each.field}"
        if each.words.casefold() in home:
            if each.role == "origin":
                yield None, "own_staff", rule, each.words
            continue
        host = host_of(each.words)
        if each.role in ("republished", "mention") or host:
            wires = {wire for wire in (wire_of_host(host),) if wire} or {
                name.wire for name in find_names(plain(each.words))
            }
            read: Iterable[tuple[str | None, Role]] = [(wire, each.role) for wire in sorted(wires)]
        elif each.role == "rights":
            read = [(name.wire, each.role) for name in find_names(plain(each.words)) if name.strength != "generic"]
        else:
            read = [(wire, _role_of(each.role, role)) for wire, role in _read_byline(each.words)]
        for wire, role in read:
            if wire not in own and not (role == "rights" and wire in origins):
                yield wire, role, rule, each.words
                if role == "origin":
                    origins.add(wire)


def _role_of(field: Role, role: Role) -> Role:
    """The role of a name in a field: as read in its words, unless the field says more."""
    return role if field == "origin" or (field, role) == ("contributor", "generic_wire") else field


def _wire_of_path(url: str) -> str | None:
    """The wire that a part of an address is named after."""
    part = _URL_PART.search(url.lower())
    wire = part[part.lastindex or 0] if part else ""
    return wire if wire and wire in _split(url)[1].lower() else None


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
    end = -1  # of the host: the third slash
    for _ in range(3):
        end = url.find("/", end + 1)
        if end < 0:
            return _own(outlet, url)
    return _own(outlet, url[:end])


@kept_while_unchanged
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


def _of_its_place(credit: _Placed) -> _Placed:
    """A dateline's credit, whose name may be another wire's where it was written."""
    start, end, wire, role, rule, said = credit
    if rule.startswith("dateline"):
        for name, places, other in _namesakes().get(wire, ()):
            if name.search(said) and places.search(said):
                return start, end, other, role, rule, said
    return credit


@kept_while_unchanged
@cache
def _namesakes() -> Mapping[str | None, list[tuple[re.Pattern[str], re.Pattern[str], str]]]:
    """By the wire that has a name: the name, places, and the wire that has it in these."""
    found: dict[str | None, list[tuple[re.Pattern[str], re.Pattern[str], str]]] = {}
    for wire in registry().values():
        for name, places in wire.places.items():
            if (known := spellings().get(name)) is not None:
                there = compiled(r"\b(?:" + "|".join(map(re.escape, places)) + r")\b", re.IGNORECASE)
                found.setdefault(known[0], []).append((compiled(rf"\b{re.escape(name)}\b"), there, wire.id))
    return found


def _judge(credit: _Placed, own: Collection[str | None], tied: Collection[str | None], house: bool) -> _Placed:
    """A credit in the light of the whole article.

    ``own`` are the wires that are the outlet, ``tied`` those that text is credited to; ``house``
    says that nobody knows the outlet, so that a broadcaster's reporters may show it is its page."""
    start, end, wire, role, rule, said = credit
    if wire in own and role != "wire_staff":
        return start, end, wire, "self_reference", rule, said
    broadcaster = house and rule == REPORTERS and wire not in tied and _is_broadcaster(wire)
    return (start, end, None, "own_staff", rule, said) if wire in own or broadcaster else credit


def _is_broadcaster(wire: str | None) -> bool:
    return registry()[wire or "generic"].kind == "broadcaster wire"
