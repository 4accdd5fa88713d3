"""Structured fields as credits: JSON-LD, ninjs, NewsML-G2 and meta tags, by the names of their fields.

A page says in its fields who wrote it, who provided it and who holds the copyright.  What such a
field means depends on the object it stands in: on a picture it is a photo credit.  Fields are
untrusted text like any other; what is no field of these names is passed over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from dedup.kept import compiled
from dedup.model import Role

__all__ = ["Said", "from_line", "read_fields", "said_of"]

_DEEPEST = 12  # objects in objects
_LONGEST = 20_000  # characters of a field that is looked at
_MOST = 200  # fields of one article

# What a field means for the text, by its name in small letters without signs.
_ROLES: dict[str, Role] = {
    **dict.fromkeys(
        ("author", "authors", "creator", "by", "byl", "byline", "writer", "authorname", "articleauthor"), "origin"
    ),
    **dict.fromkeys(
        ("dccreator", "dctermscreator", "ogarticleauthor", "parselyauthor", "sailthruauthor", "cxenseparseauthor"),
        "origin",
    ),
    **dict.fromkeys(
        ("sourceorganization", "provider", "credittext", "creditline", "infosources", "infosource"), "origin"
    ),
    **dict.fromkeys(("source", "dcsource", "dctermssource", "syndicationsource", "newssource", "sourcename"), "origin"),
    **dict.fromkeys(("agency", "newsagency", "contentprovider", "contentsource"), "origin"),
    **dict.fromkeys(("contributor", "contributors", "dccontributor", "dctermscontributor"), "contributor"),
    **dict.fromkeys(("copyrightholder", "copyrightnotice", "dcrights", "copyright", "rights"), "rights"),
    **dict.fromkeys(("isbasedon", "sameas", "canonical"), "republished"),
    **dict.fromkeys(("citation", "originalsource"), "mention"),
}
_INSIDE = (
    "graph",
    "mainentity",
    "mainentityofpage",
    "haspart",
    "item",
    "contentmeta",
    "itemmeta",
    "rightsinfo",
    "newsitem",
)
_PICTURES = compiled(r"image|picture|photo|video|graphic", re.IGNORECASE)
_PEOPLE = compiled(r"person", re.IGNORECASE)
_SIGNS = compiled(r"[^a-z]")
_META = compiled(
    r"<meta\s[^<>]{0,80}?\b(?:name|property)=[\"']([\w:.-]{2,40})[\"'][^<>]{0,40}?\bcontent=[\"']([^\"'<>]{1,300})[\"']",
    re.IGNORECASE,
)


class Said(NamedTuple):
    """What one field says: its name as written, its role for the text, the words, whether it names an organisation."""

    field: str
    role: Role
    words: str
    organisation: bool


def read_fields(source: str | Mapping[str, Any]) -> tuple[list[Said], frozenset[str]]:
    """What the fields of an article say about its origin, in their order, and the names of its publisher.

    ``source`` is an object, or its JSON.  What is not well formed says nothing.  Linear, at most 200 fields.

    >>> said, publisher = read_fields('{"author": {"name": "Reuters"}, "publisher": {"name": "Daily"}}')
    >>> [(each.field, each.role, each.words) for each in said], sorted(publisher)
    ([('author', 'origin', 'Reuters')], ['Daily'])
    """
    if isinstance(source, str):
        try:
            source = json.loads(source)
        except (ValueError, RecursionError):
            return [], frozenset()
    publishers: set[str] = set()
    said: list[Said] = []
    for each in _said(source, False, 0, publishers):
        said.append(each)
        if len(said) == _MOST:
            break
    return said, frozenset(publishers)


def said_of(name: str, words: str) -> Said | None:
    """What a meta tag of that name says."""
    role = _ROLES.get(_SIGNS.sub("", name.lower()))
    return Said(name, role, words[:_LONGEST], False) if role else None


@lru_cache(maxsize=1024)
def from_line(line: str) -> tuple[tuple[Said, ...], frozenset[str]] | None:
    """A line of a page that is a field left over: a JSON object or a meta tag; None where it is neither.

    >>> from_line('<meta name="dc.source" content="AFP">')[0][0].words, from_line("Text")
    ('AFP', None)
    """
    start = line.lstrip()[:5].lower()
    if start.startswith(("{", "[{")):
        said, publishers = read_fields(line)
        return (tuple(said), publishers) if said or publishers else None
    if start == "<meta" and (tags := list(islice(_META.finditer(line), _MOST))):
        return tuple(each for tag in tags if (each := said_of(*tag.groups()))), frozenset()
    return None


def _said(value: object, picture: bool, depth: int, publishers: set[str]) -> Iterator[Said]:
    """The fields of an object and of the objects in it that are the article or its pictures."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for each in value[:_MOST]:
            yield from _said(each, picture, depth + 1, publishers)
    if not isinstance(value, dict):
        return
    kind = value.get("@type", value.get("type", ""))
    picture = picture or bool(_PICTURES.search(str(kind)))
    for name, content in value.items():
        field = _SIGNS.sub("", str(name).lower())
        if field == "publisher":
            publishers.update(words for words, _ in _words(content))
        elif role := _ROLES.get(field):
            for words, organisation in _words(content):
                yield Said(str(name), "photo" if picture else role, words, organisation)
        elif field in _INSIDE or _PICTURES.search(field):
            yield from _said(content, picture or bool(_PICTURES.search(field)), depth + 1, publishers)


def _words(content: object) -> Iterator[tuple[str, bool]]:
    """The words of a field, and whether they name an organisation: a string, an object with a name, or several."""
    if isinstance(content, str):
        if content.strip():
            yield content.strip()[:_LONGEST], False
    elif isinstance(content, dict):
        name = content.get("name") or content.get("literal") or content.get("url") or ""
        kind = str(content.get("@type", content.get("type", "")))
        if isinstance(name, str) and name.strip():
            yield name.strip()[:_LONGEST], not _PEOPLE.search(kind)
    elif isinstance(content, Sequence):
        for each in list(content)[:_MOST]:
            if not isinstance(each, list):
                yield from _words(each)
