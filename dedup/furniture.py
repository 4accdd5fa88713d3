"""Furniture: the words that say what a line of a news page is, by ``dedup/data/furniture.toml``."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple, get_args

from dedup.kept import compiled
from dedup.kinds import LINE_KINDS
from dedup.literals import Gate
from dedup.model import LineKind
from dedup.tables import table

__all__ = ["SILENT", "Zone", "gate", "is_byline", "kind_of", "patterns", "said"]

Zone = Literal["any", "head", "tail"]

_NAME_FOLLOWS = r"\s+(?=[^\W\d_a-zà-ÿ])"  # a letter that is not a small one
_BYLINE = (
    r"^(?:[Bb]y|BY|[Vv]on|[Pp]ar|[Pp]or|[Dd]i|[Dd]oor|[Aa]v|[Aa]f|(?:[Ww]ritten|[Rr]eported|[Ss]tory) by"
    rf"|(?:Autor|Auteur|Autore|Author|Text|Texte|Tekst)(?:in)?\s?:)\s?:?{_NAME_FOLLOWS}"
)
_CLOSING = 200  # where a pattern that ends with $ is searched: the last characters


class _Rule(NamedTuple):
    """A pattern, and what a line is that it fits.  Each is compiled when it is first tried."""

    kind: LineKind
    where: Zone
    pattern: str


@cache
def _rules() -> tuple[_Rule, ...]:
    """The rules in the order of the file, after the byline."""
    rules_of = table("furniture.toml")
    terms = {name: f"(?:{pattern})" for name, pattern in rules_of["terms"].items()}
    terms["date"] = terms["date"].replace("{month}", terms["month"])
    rules = [_Rule("byline", "any", _BYLINE)]
    for row in rules_of["rule"]:
        for part in _patterns(row):
            pattern = part.replace("{date}", terms["date"]).replace("{photo}", terms["photo"])
            rules.append(_Rule(row["kind"], row["where"], pattern))
    return tuple(rules)


def _patterns(row: dict[str, Any]) -> list[str]:
    patterns = [*row.get("patterns", ())]
    if whole := row.get("whole"):
        patterns.append(rf"^\W*(?:{'|'.join(whole)})\W*$")
    if label := row.get("label"):
        patterns.append(rf"^\W{{0,3}}(?:{'|'.join(label)})\s*(?:[:：|>»→]|$)")
    return patterns


def patterns() -> list[str]:
    """All patterns, for ``dedup/data/literals.txt``."""
    return [rule.pattern for rule in _rules()]


@cache
def gate() -> Gate:
    """Which of the patterns can match in a line; their numbers are what ``said`` wants to know."""
    return Gate(patterns(), name="furniture")


_ZONES: tuple[Zone, ...] = get_args(Zone)
_NOTHING = 255
SILENT = bytes([_NOTHING] * len(_ZONES))
"""What most lines say."""


@lru_cache(maxsize=4096)
def said(text: str, able: tuple[int, ...], name: bool) -> bytes:
    """The kind that words give to a line at each place of a page, as its number in ``LINE_KINDS``, or 255.

    ``able`` are the numbers of the patterns that can match in it; ``name`` says that it may be a byline:
    no sentence.  Lines repeat from page to page, so the answers are kept."""
    small = text.lower()
    rules, found = _rules(), bytearray(SILENT)
    for number in able:
        kind, where, pattern = rules[number]
        zone = _ZONES.index(where)
        if found[zone] != _NOTHING:
            continue
        if number == 0:
            fits = name and is_byline(text)
        elif pattern[0] == "^":
            fits = compiled(pattern).match(small) is not None
        else:
            last = max(0, len(small) - _CLOSING) if pattern[-1] == "$" else 0
            fits = compiled(pattern).search(small, last) is not None
        if fits:
            found[zone] = LINE_KINDS.index(kind)
            if zone == 0:  # wherever it stands
                break
    return bytes(found)


def kind_of(text: str, able: tuple[int, ...], zone: Zone, name: bool) -> LineKind | None:
    """The kind that words give to a line at this place of a page; None if they say nothing.

    >>> line = "READ MORE: What the weather will be"
    >>> kind_of(line, gate().able(line, [(0, len(line))])[0], "any", True)
    'related'
    """
    number = said(text, able, name)[_ZONES.index(zone)]
    return None if number == _NOTHING else LINE_KINDS[number]


def is_byline(text: str) -> bool:
    """Whether a line begins like a byline."""
    return compiled(_BYLINE).match(text) is not None
