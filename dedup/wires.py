"""The names of wires in running text, and the hosts that are their own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Literal, NamedTuple

from dedup.errors import DataError
from dedup.kept import compiled
from dedup.registry import Wire, decoys, kept_while_unchanged, registry
from dedup.wording import NO_WIRE

__all__ = [
    "Name",
    "Strength",
    "Wire",
    "find_names",
    "host_of",
    "label",
    "links_too",
    "people_too",
    "registry",
    "spellings",
    "unlisted",
    "wire_of_host",
    "without_spaces",
]

Strength = Literal["plain", "service", "ambiguous", "generic", "publisher"]
_SURE: frozenset[Strength] = frozenset({"plain", "service"})

_WITHOUT_SPACES = (
    ("\u3040", "\u30ff"),
    ("\u3400", "\u9fff"),
    ("\uac00", "\ud7a3"),
)  # Kana, Han, Hangul: no word borders
_WORD = compiled(r"[^\W_]+")
_SERVICE = compiled(r"Wire|Newsource|NewsSource|News Service|Newspath")
_UNLISTED = "unlisted-"
_SURNAME = compiled(r"\s[A-ZÀ-Þ][a-zà-ÿ]")


class Name(NamedTuple):
    """One place in a text where a wire is named: ``text[start:end]``.

    ``strength`` says what the name can bear alone: ``plain`` means this wire, ``service`` is a name
    that only credits use ("CNN Newsource"), ``ambiguous`` may mean something else, ``generic`` is
    "agencies", ``publisher`` a newspaper that also runs a service.
    """

    start: int
    end: int
    wire: str
    strength: Strength


def find_names(text: str, among: Collection[str] | None = None) -> Iterator[Name]:
    """Every name of a wire in ``text``, left to right, never overlapping; the longest name wins.

    Case counts: ``antara`` is a word, ``ANTARA`` an agency.  A longer name that means something
    else, such as "CNN Indonesia", hides the short one inside it; with another name of the wire in
    brackets behind it a name is one, "Press Trust of India (PTI)".  Apostrophes must be straight.
    ``among`` are the ``spellings`` that the text is known to hold, where that is known: no other is
    looked for.  Cost: linear in the text.

    >>> [(name.wire, name.strength) for name in find_names("AP, Agence France-Presse and CNN Indonesia")]
    [('ap', 'ambiguous'), ('afp', 'plain')]
    """
    last: Name | None = None
    for name in _names(text, among):
        if last is not None:
            if name.wire == last.wire and text[last.end : name.start] == " (" and text[name.end : name.end + 1] == ")":
                surer = name if last.strength not in _SURE and name.strength in _SURE else last
                last = Name(last.start, name.end + 1, last.wire, surer.strength)
                continue
            yield last
        last = name
    if last is not None:
        yield last


def _names(text: str, among: Collection[str] | None) -> Iterator[Name]:
    meaning, people, free = _forms().meaning, _forms().people, 0
    found = _candidates(text) if among is None else _searched(text, among)
    for start, form in sorted(found, key=lambda place: (place[0], -len(place[1]))):
        if start >= free:
            free = start + len(form)
            if form in people and _SURNAME.match(text, free):
                continue
            if (known := meaning[form]) is not None:
                yield Name(start, free, *known)


def spellings() -> Mapping[str, tuple[str, Strength] | None]:
    """Every spelling of a name, with the wire and its strength; None for one that means something else.

    >>> spellings()["REUTERS"], spellings()["CNN Indonesia"]
    (('reuters', 'plain'), None)
    """
    return _forms().meaning


def people_too() -> Collection[str]:
    """The spellings that are given names, too."""
    return _forms().people


def links_too() -> Collection[str]:
    """The spellings that pages have as links, too: RSS."""
    return _forms().links


def without_spaces() -> Collection[str]:
    """The spellings that need not stand between word borders: those in Han, Kana and Hangul."""
    return _forms().without_spaces


def wire_of_host(host: str) -> str | None:
    """The wire whose own site ``host`` is, or None.

    >>> wire_of_host("edition.cnn.com"), wire_of_host("example.com")
    ('cnn', None)
    """
    parts = host.lower().rstrip(".").split(".")
    domains = _domains()
    return next((domains[rest] for i in range(len(parts)) if (rest := ".".join(parts[i:])) in domains), None)


def host_of(url: str | None) -> str:
    """The host of a web address, lower case; "" where there is none, or the address is broken.

    >>> host_of("https://www.AP.org/news?id=1"), host_of("http://[broken"), host_of(None)
    ('www.ap.org', '', '')
    """
    from urllib.parse import urlsplit

    try:
        return (urlsplit(url).hostname or "") if url else ""
    except ValueError:
        return ""


@kept_while_unchanged
@lru_cache(1 << 12)
def label(wire: str) -> str:
    """Short name of a wire to print; what is no wire of the registry is said in words, or names itself.

    >>> label("ap"), label("tns"), label("other"), label("unlisted-Corvus")
    ('AP', 'TNS', 'a wire nobody credits', 'Corvus, a wire in no list')
    """
    entry = registry().get(wire)
    if entry is None:
        if wire.startswith(_UNLISTED):
            return f"{wire.removeprefix(_UNLISTED).replace('-', ' ')}, a wire in no list"
        return NO_WIRE.get(wire, wire)
    short = [form for form in entry.names.get("en", ()) if len(form) <= 12 and form[0].isalpha()]
    return short[0] if short else entry.name


def unlisted(name: str) -> str:
    """The id of a wire that is in no registry, by its name in a dateline.

    >>> unlisted("Corvus News & Co.")
    'unlisted-Corvus-News-Co'
    """
    return _UNLISTED + "-".join(_WORD.findall(name))


@kept_while_unchanged
@cache
def _domains() -> dict[str, str]:
    return {domain: wire.id for wire in registry().values() for domain in wire.domains}


def _strength(form: str, wire: Wire) -> Strength:
    if wire.kind == "generic":
        return "generic"
    if form in wire.ambiguous:
        return "ambiguous"
    return "service" if _SERVICE.search(form) and wire.kind in ("news service", "broadcaster wire") else "plain"


def _spellings(form: str, strength: Strength) -> set[str]:
    """A form as listed and in capitals; "agencies" also as the first word of a line.

    Short forms are taken as listed only: APP is an agency, App is not, and "dpa" is not "DPA"."""
    spellings = {form}
    if len(form) > 5 or (len(form) == 5 and strength == "plain"):
        spellings.add(form.upper())
    if strength == "generic":
        spellings |= {form.capitalize(), form.title()}
    return spellings


@dataclass(frozen=True)
class _Forms:
    """All spellings with what they mean, None for a decoy.

    ``by_word`` holds those of scripts with spaces under their first word, longest first: looking
    every word of a text up in it is five times as fast as one pattern over 670 names, and there is
    nothing to compile.  ``unspaced`` finds those ``without_spaces``, the Han, Kana and Hangul names."""

    meaning: dict[str, tuple[str, Strength] | None]
    by_word: dict[str, list[str]]
    without_spaces: frozenset[str]
    people: frozenset[str]
    links: frozenset[str]

    @cached_property
    def unspaced(self) -> re.Pattern[str]:
        return re.compile("|".join(map(re.escape, sorted(self.without_spaces, key=_longest))) or r"(?!)")


def _is_unspaced(text: str) -> bool:
    return not text.isascii() and any(low <= char <= high for char in text for low, high in _WITHOUT_SPACES)


def _longest(form: str) -> tuple[int, str]:
    return -len(form), form


@kept_while_unchanged
@cache
def _forms() -> _Forms:
    wires = registry()
    meaning: dict[str, tuple[str, Strength] | None] = {}
    for wire in wires.values():
        listed: list[tuple[str, Strength]] = [(form, "publisher") for form in wire.publisher]
        for form in (form for names in wire.names.values() for form in names):
            listed.append((form, _strength(form, wire)))
        for form, strength in listed:
            for spelling in _spellings(form, strength):
                meaning.setdefault(spelling, (wire.id, strength))
    meaning |= dict.fromkeys(decoys())
    by_word: dict[str, list[str]] = {}
    unspaced = frozenset(form for form in meaning if _is_unspaced(form))
    for form in sorted(meaning.keys() - unspaced, key=_longest):
        if first := _WORD.match(form):
            by_word.setdefault(first[0], []).append(form)
        else:
            raise DataError(f"wires.toml: name {form!r} starts with no letter; leave the signs out")
    people = frozenset(form for wire in wires.values() for form in wire.people)
    links = frozenset(form for wire in wires.values() for form in wire.links)
    return _Forms(meaning, by_word, unspaced, people, links)


def _candidates(text: str) -> Iterator[tuple[int, str]]:
    """Where a spelling stands at word borders, in each of the two kinds of script.

    ``$``, ``@`` and ``#`` before a name make another word of it: A$AP, @AP."""
    forms = _forms()
    for match in _WORD.finditer(text):
        if match[0] in forms.by_word:
            start = match.start()
            if start and text[start - 1] in "$@#":
                continue
            for form in forms.by_word[match[0]]:
                if text.startswith(form, start) and not text[start + len(form) : start + len(form) + 1].isalnum():
                    yield start, form
                    break
    if _is_unspaced(text):
        yield from _unspaced(text)


def _unspaced(text: str) -> Iterator[tuple[int, str]]:
    for match in _forms().unspaced.finditer(text):
        yield match.start(), match[0]


def _searched(text: str, among: Collection[str]) -> Iterator[tuple[int, str]]:
    """The same, where the spellings are known and few."""
    others = _forms().without_spaces
    if not others.isdisjoint(among):
        yield from _unspaced(text)
    for form in among:
        start = -1 if form in others else text.find(form)
        while start >= 0:
            before, end = text[start - 1] if start else " ", start + len(form)
            if not (before.isalnum() or before in "$@#" or text[end : end + 1].isalnum()):
                yield start, form
            start = text.find(form, start + 1)
