"""The package's own tables, which are TOML of the simplest kind.

``tomllib`` takes 40 ms to load and to read them, a tenth of a short scan; a reader of lines takes 3.
What is not as simple as our tables goes to ``tomllib``, so the answer is always its answer.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

from dedup.kept import kept

__all__ = ["packaged", "parse", "parse_simple", "table"]

_ITEMS = re.compile(r" *(?:(?:'[^']*'|\"[^\"\\]*\"), *)+")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+")
_ITEM = re.compile(r"'([^']*)'|\"([^\"]*)\"")


def packaged(name: str) -> str:
    """The text of a file of ``dedup/data``, in whatever way the package was loaded.

    As ``importlib.resources``, which takes 10 ms to load.

    >>> packaged("copying.toml").startswith("#")
    True
    """
    data: bytes = __spec__.loader.get_data(os.path.join(os.path.dirname(__file__), "data", name))  # type: ignore  # noqa: PTH118, PTH120
    return data.decode().replace("\r\n", "\n")


def table(name: str) -> dict[str, Any]:
    """A table of ``dedup/data``, read or as it was kept.

    >>> sorted(table("copying.toml"))
    ['weights']
    """
    return kept(("table", name), lambda: parse(packaged(name)))


def parse(source: str) -> dict[str, Any]:
    """As ``tomllib.loads``, errors too.

    >>> parse("[[rule]]\\nkind = 'note'\\n")
    {'rule': [{'kind': 'note'}]}
    """
    simple = parse_simple(source)
    if simple is not None:
        return simple
    import tomllib  # here, because it takes long to load

    return tomllib.loads(source)


def parse_simple(source: str) -> dict[str, Any] | None:
    """The same for tables of strings, numbers such as -0.25 and lists of strings; None for all else."""
    data: dict[str, Any] = {}
    here = data
    lines = iter(source.split("\n"))
    for line in lines:
        name, equals, value = line.partition(" = ")
        if not line.isprintable():
            return None
        if not line or line[0] == "#":
            continue
        if equals:
            known = _value(value, lines)
            if known is None or not _is_key(name) or name in here:
                return None
            here[name] = known
        elif line.startswith("[[") and line.endswith("]]") and _is_key(line[2:-2]):
            tables = data.setdefault(line[2:-2], [])
            here = {}
            if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables[:1]):
                return None
            tables.append(here)
        elif line[0] == "[" and line[-1] == "]" and _is_key(line[1:-1]) and line[1:-1] not in data:
            here = data[line[1:-1]] = {}
        else:
            return None
    return data


def _is_key(name: str) -> bool:
    return name.isascii() and name.isidentifier()


def _value(value: str, lines: Iterator[str]) -> str | float | list[str] | None:
    if value == "[":
        return _list(lines)
    quote, inner = value[:1], value[1:-1]
    if len(value) > 1 and quote == value[-1] and quote in "'\"":
        bare = inner.replace('\\"', "") if quote == '"' else inner
        simple = quote not in bare and (quote == "'" or "\\" not in bare)
        return (inner.replace('\\"', '"') if quote == '"' else inner) if simple else None
    return float(value) if _NUMBER.fullmatch(value) else None


def _list(lines: Iterator[str]) -> list[str] | None:
    items: list[str] = []
    for line in lines:
        if line == "]":
            return items or None
        if not line.isprintable() or not _ITEMS.fullmatch(line):
            return None
        items += [single or double for single, double in _ITEM.findall(line)]
    return None
