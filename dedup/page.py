"""A page: what one walk over a text sees of its lines, and what they are, in arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, overload

from dedup.extension import extension
from dedup.furniture import SILENT, gate, is_byline, said
from dedup.kinds import LINE_KINDS
from dedup.lines import ENDED, ENDS, READ, Look, packed, wide
from dedup.literals import Literals
from dedup.model import Line

__all__ = ["NAME", "Page", "Seen", "full_lines", "may_be_wrapped", "seen", "told"]

_WRAP = 100  # widest column of hard-wrapped text
NAME = 100
"""Weight of the longest byline."""


class Seen(NamedTuple):
    """What one walk over a text sees, packed: its lines (see ``dedup.lines.packed``); pairs of int32, a line and a
    pattern of furniture that can match in it; and such pairs with a literal that was asked for and occurs in it,
    None where none was."""

    looks: bytes
    able: bytes
    named: bytes | None


def seen(texts: Sequence[str], names: Literals | None = None) -> Sequence[Seen | None]:
    """What ``read_page`` wants to know of each text; the C extension looks at all of them without the GIL.

    None for each without the extension.  About 10 microseconds for an article, with ``names``."""
    if extension is None:
        return [None] * len(texts)
    made = None if names is None else names.made
    return [
        Seen(looks, able, named if names is not None else None)
        for looks, able, named in extension.pages(texts, READ, gate().made, made)
    ]


class Page(Sequence[Line]):
    """The lines of a page, in arrays; each becomes a ``Line`` when somebody looks.

    ``looks`` and ``named`` are those of ``Seen``, ``kinds`` are numbers in ``LINE_KINDS``, a byte a line.
    """

    __slots__ = ("_bounds", "kinds", "looks", "named")

    def __init__(self, looks: bytes, kinds: bytes, named: bytes | None = None) -> None:
        self.looks, self.kinds, self.named = looks, kinds, named
        self._bounds = memoryview(looks).cast("q")

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Page:
        """Lines as a page, whatever they look like."""
        if isinstance(lines, cls):
            return lines
        kinds = bytes([LINE_KINDS.index(line.kind) for line in lines])
        return cls(packed((start, end, end - start, False, False) for start, end, _ in lines), kinds)

    def columns(self) -> tuple[list[int], list[int], bytes]:
        """Starts, ends and kinds."""
        bounds = self._bounds
        return bounds[::4].tolist(), bounds[1::4].tolist(), self.kinds

    def __len__(self) -> int:
        return len(self.kinds)

    @overload
    def __getitem__(self, index: int) -> Line: ...
    @overload
    def __getitem__(self, index: slice) -> list[Line]: ...
    def __getitem__(self, index: int | slice) -> Line | list[Line]:
        if isinstance(index, slice):
            return list(self)[index]
        kind = LINE_KINDS[self.kinds[index]]
        at = 4 * index if index >= 0 else 4 * (index + len(self.kinds))
        return Line(self._bounds[at], self._bounds[at + 1], kind)

    def __iter__(self) -> Iterator[Line]:
        starts, ends, kinds = self.columns()
        return map(Line, starts, ends, [LINE_KINDS[kind] for kind in kinds])

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as a list

    def __repr__(self) -> str:
        return repr(tuple(self))


def told(text: str, seen: Seen) -> list[tuple[int, bytes]]:
    """What words say of the lines of which they say anything: the number of the line, and ``dedup.furniture.said``."""
    pairs, bounds = memoryview(seen.able).cast("i").tolist(), memoryview(seen.looks).cast("q")
    found, at = [], 0
    while at < len(pairs):
        line, first = pairs[at], at
        while at < len(pairs) and pairs[at] == line:
            at += 2
        start, end, heavy, flags = bounds[4 * line : 4 * line + 4].tolist()
        words = said(text[start:end], tuple(pairs[first + 1 : at : 2]), heavy <= NAME and not flags & ENDED)
        if words != SILENT:
            found.append((line, words))
    return found


def may_be_wrapped(looks: bytes) -> bool:
    """Whether nearly all lines are no wider than a column."""
    count = len(looks) // 32
    beyond = count - count * 19 // 20  # so many lines may be wider
    bounds = memoryview(looks).cast("q")
    for at in range(0, 4 * count, 4):
        beyond -= bounds[at + 1] - bounds[at] > _WRAP
        if not beyond:  # nearly every page
            return False
    return count >= 4


def full_lines(text: str, looks: Sequence[Look]) -> set[int]:
    """Indexes of the lines that go on in the next one; empty unless the text is hard-wrapped.

    A line was broken by a program if the first word of the next line would not have fitted.
    """
    if not may_be_wrapped(packed(looks)):
        return set()
    width = sorted([end - start for start, end, *_ in looks])[len(looks) * 19 // 20]
    full, pairs, stops = set(), 0, 0
    for index, ((start, end, *_), (after, stop, *_)) in enumerate(pairwise(looks)):
        if text.count("\n", end, after) > 1:
            continue
        if index < 10 and is_byline(text[after:stop]):
            continue
        pairs += 1
        words = text[after : min(stop, after + 20)].split()
        room = 1 if wide().match(words[0]) else len(words[0])
        if end - start + 1 + room >= width - 2:
            full.add(index)
            stops += text[end - 1] in ENDS
    wrapped = pairs >= 3 and len(full) >= 0.6 * pairs and stops <= 0.5 * len(full)
    return full if wrapped else set()
