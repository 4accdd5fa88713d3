"""The registry of wires: who delivers text, or pictures, to other publishers, and under which names.

The data is ``dedup/data/wires.toml``, one table a wire; its head says what the fields mean.  It is
read at the first use, not at import, and once.  A user's own file of the same format is laid over it
by ``use``: new wires are added, what is said of a known id is added to what is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, partial
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from dedup.errors import DataError
from dedup.tables import parse
from dedup.tables import table as read_table

__all__ = ["Wire", "as_packaged", "chosen", "decoys", "kept_while_unchanged", "parse_registry", "registry", "use"]

_SEPARATOR = " | "
_KINDS = ("news agency", "news service", "broadcaster wire", "press-release wire", "photo agency", "generic")
_Cached = TypeVar("_Cached", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Wire:
    """Somebody who delivers text, or pictures, to other publishers.

    ``names`` are the surface forms by language, ``ambiguous`` those that mean other things too,
    ``people`` those that are given names, ``links`` those that pages have as links, ``publisher`` the
    newspaper behind a news service, which counts in copyright lines only.
    ``forms`` are credit lines as it is credited, each of which is read as such.  ``places`` are those in whose
    datelines a short name that is another wire's means this one: "CNS" is one agency in Los Angeles and another in
    Beijing.
    ``carries`` are ids of wires whose text it passes on; ``popularity`` is its share of all text
    that nobody credits, 0 where there is no estimate.
    """

    id: str
    name: str
    kind: str
    country: str
    names: Mapping[str, tuple[str, ...]]
    ambiguous: frozenset[str]
    people: frozenset[str]
    links: frozenset[str]
    publisher: tuple[str, ...]
    places: Mapping[str, tuple[str, ...]]
    domains: tuple[str, ...]
    carries: tuple[str, ...]
    forms: tuple[str, ...]
    popularity: float
    note: str

    def as_dict(self) -> dict[str, Any]:
        """All fields, as JSON has them."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        for field in ("names", "places"):
            found[field] = {head: list(rest) for head, rest in found[field].items()}
        return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in found.items()}


def registry() -> Mapping[str, Wire]:
    """All wires by id, in the order of the file.  Read once, about 15 ms.

    >>> registry()["aap"].carries
    ('ap', 'reuters', 'pa')
    """
    return _load()[0]


def as_packaged() -> bool:
    """Whether the registry is the package's, with nothing of the user's laid over it.

    >>> as_packaged()
    True
    """
    return _load() is _packaged()


def chosen(words: Sequence[str]) -> list[Wire]:
    """The wires that every one of the words finds: an id or a name whole, or part of a name, a kind or a country.

    >>> [wire.id for wire in chosen(["ap"])], [wire.id for wire in chosen(["release", "CA"])]
    (['ap'], ['newsfile', 'cnw'])
    """
    wires = list(registry().values())
    for word in words:
        small = word.lower()
        exact = [wire for wire in wires if small == wire.id or any(word in forms for forms in wire.names.values())]
        wires = exact or [
            wire
            for wire in wires
            if small in wire.name.lower()
            or small in wire.kind.split()
            or small == wire.country.lower()
            or small in wire.kind
        ]
    return wires


def decoys() -> tuple[str, ...]:
    """Longer names that hold a wire's name and mean something else."""
    return _load()[1]


def use(path: str | PathLike[str] | None) -> None:
    """Lay a file of the user's own over the registry, for this process; None takes it away again.

    Raises DataError when the file cannot be read or is not well formed.  Not while a scan goes on: it
    must not change its mind about what a name means.

    >>> use(None)
    """
    source = None
    if path is not None:
        try:
            source = Path(path).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(
                f"{path}: {getattr(error, 'strerror', None) or error}; give a TOML file with [[wire]] tables"
            ) from None
    if (str(path), source) == _users[-1]:
        return
    packaged = _packaged()
    loaded = packaged if source is None else parse_registry(source, str(path), over=packaged)
    _users[:] = [(str(path), source)]
    for clear in _clear:
        clear()
    _loaded[:] = [loaded]


_users: list[tuple[str, str | None]] = [("None", None)]
_loaded: list[tuple[Mapping[str, Wire], tuple[str, ...]]] = []
_clear: list[Callable[[], None]] = []


def kept_while_unchanged(function: _Cached) -> _Cached:
    """A cached function whose answers depend on the registry: they are forgotten when ``use`` changes it."""
    _clear.append(function.cache_clear)  # type: ignore[attr-defined]
    return function


def _load() -> tuple[Mapping[str, Wire], tuple[str, ...]]:
    if not _loaded:
        _loaded.append(_packaged())
    return _loaded[0]


@cache
def _packaged() -> tuple[Mapping[str, Wire], tuple[str, ...]]:
    return _laid_over(partial(read_table, "wires.toml"), "wires.toml", None)


def parse_registry(
    source: str, name: str = "wires.toml", over: tuple[Mapping[str, Wire], tuple[str, ...]] | None = None
) -> tuple[Mapping[str, Wire], tuple[str, ...]]:
    """The wires and decoys of a registry in the format of ``wires.toml``, laid ``over`` those that are known.

    Raises DataError, which begins with ``name``, when it is no TOML, a field is missing or unknown, an id
    occurs twice, a wire is carried that does not exist, or a name is another wire's.

    >>> parse_registry('[[wire]]\\nid = "x"')
    Traceback (most recent call last):
    ...
    dedup.errors.DataError: wires.toml: wire 'x': no name; every wire needs id, name, kind and names
    """
    return _laid_over(partial(parse, source), name, over)


def _laid_over(
    read: Callable[[], dict[str, Any]], name: str, over: tuple[Mapping[str, Wire], tuple[str, ...]] | None
) -> tuple[Mapping[str, Wire], tuple[str, ...]]:
    known, known_decoys = over or ({}, ())
    try:
        data = read()
    except ValueError as error:  # a TOMLDecodeError
        mend = "mend the file" if over else "mend the file or install the package again"
        raise DataError(f"{name}: {error}; {mend}") from None
    if unknown := set(data) - {"wire", "decoys"}:
        raise DataError(f"{name}: unknown table {sorted(unknown)[0]!r}; wires are written [[wire]]")
    tables = data.get("wire", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise DataError(f"{name}: wire is no list of tables; wires are written [[wire]]")
    more_decoys = data.get("decoys", [])
    if not isinstance(more_decoys, list) or not all(isinstance(decoy, str) for decoy in more_decoys):
        raise DataError(f'{name}: decoys is no list of names; write decoys = ["One Name", "Another"]')
    added: dict[str, Wire] = {}
    for table in tables:
        wire = _wire(table, name, known)
        if wire.id in added:
            raise DataError(f"{name}: wire {wire.id!r} occurs twice; remove one of the tables")
        added[wire.id] = wire
    wires = {**known, **added}
    for wire in added.values():
        if strangers := [id for id in wire.carries if id not in wires]:
            raise DataError(f"{name}: wire {wire.id!r} carries unknown wires {strangers}; use ids of the file")
    owner = {form: wire.id for wire in wires.values() for forms in wire.names.values() for form in forms}
    for wire in added.values():
        if strangers := [short for short in wire.places if owner.get(short, wire.id) == wire.id]:
            raise DataError(
                f"{name}: wire {wire.id!r}: places has {strangers}, which no other wire is called; use names"
            )
    if over:
        _refuse_names_of_others(known, added, name)
    return MappingProxyType(wires), (*known_decoys, *more_decoys)


def _refuse_names_of_others(known: Mapping[str, Wire], added: Mapping[str, Wire], where: str) -> None:
    owner = {form: wire.id for wire in known.values() for forms in wire.names.values() for form in forms}
    for wire in added.values():
        for form in (form for forms in wire.names.values() for form in forms):
            if owner.setdefault(form, wire.id) != wire.id:
                raise DataError(
                    f"{where}: wire {wire.id!r} has the name {form!r}, which is {owner[form]!r}; "
                    f"leave it out, or add to the table of {owner[form]!r}"
                )


_TEXTS = (
    "id",
    "name",
    "kind",
    "names",
    "country",
    "ambiguous",
    "people",
    "links",
    "publisher",
    "places",
    "domains",
    "carries",
    "forms",
    "note",
    "wikidata",
)


def _wire(table: dict[str, Any], source: str, wires: Mapping[str, Wire]) -> Wire:
    """One record from its table, added to what is known of it."""
    where = f"{source}: wire {table.get('id', '?')!r}"
    known = wires.get(table["id"]) if isinstance(table.get("id"), str) else None
    for field in ("id", "name", "kind", "names"):
        if field not in table and known is None:
            raise DataError(f"{where}: no {field}; every wire needs id, name, kind and names")
    popularity = table.get("popularity", 0.0)
    for field, value in table.items():
        if field != "popularity" and field not in _TEXTS:
            raise DataError(f"{where}: unknown field {field!r}; the head of the file lists the fields")
        if field in _TEXTS and not isinstance(value, str):
            raise DataError(f"{where}: {field} = {value!r} is no string; lists are written 'one | two'")
    if not isinstance(popularity, float) or not 0 <= popularity <= 1:
        raise DataError(f"{where}: popularity = {popularity!r} is no share from 0.0 to 1.0")
    if table.get("kind", _KINDS[0]) not in _KINDS:
        raise DataError(f"{where}: kind = {table['kind']!r}; it is one of {', '.join(_KINDS)}")
    names = _lists(table, "names", dict(known.names) if known else {}, where)
    places = _lists(table, "places", dict(known.places) if known else {}, where)
    ambiguous = frozenset(_parts(table, "ambiguous")) | (known.ambiguous if known else frozenset())
    people = frozenset(_parts(table, "people")) | (known.people if known else frozenset())
    links = frozenset(_parts(table, "links")) | (known.links if known else frozenset())
    for field, some in (("ambiguous", ambiguous), ("people", people), ("links", links)):
        if strange := some - {form for forms in names.values() for form in forms}:
            raise DataError(f"{where}: {field} has {sorted(strange)}, which names has not; names must list them too")
    said: dict[str, Any] = {
        field: table.get(field, getattr(known, field, "")) for field in ("name", "kind", "country", "note")
    }
    lists: dict[str, Any] = {
        field: tuple(dict.fromkeys([*getattr(known, field, ()), *_parts(table, field)]))
        for field in ("publisher", "domains", "carries", "forms")
    }
    if known and "popularity" not in table:
        popularity = known.popularity
    return Wire(
        id=table["id"],
        names=MappingProxyType(names),
        places=MappingProxyType(places),
        ambiguous=ambiguous,
        people=people,
        links=links,
        popularity=popularity,
        **said,
        **lists,
    )


def _parts(table: dict[str, Any], field: str) -> tuple[str, ...]:
    return tuple(table[field].split(_SEPARATOR)) if field in table else ()


def _lists(
    table: dict[str, Any], field: str, known: dict[str, tuple[str, ...]], where: str
) -> dict[str, tuple[str, ...]]:
    """Lists that each have a head, added to those that are known."""
    shown = {"names": "en: One Name | Another; fr: Nom", "places": "ABC: One Place | Another"}[field]
    for part in table[field].split("; ") if field in table else ():
        head, colon, rest = part.partition(": ")
        if not colon or not all(rest.split(_SEPARATOR)):
            raise DataError(f"{where}: {field} has {part!r}; write {shown!r}")
        known[head] = tuple(dict.fromkeys([*known.get(head, ()), *rest.split(_SEPARATOR)]))
    return known
