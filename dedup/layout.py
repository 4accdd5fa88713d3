"""Layout: lines of text that fit a terminal, and article text in them.

Everything is built of ``rich.text.Text``, never of markup strings, because article text is data:
``[red]`` in an article is printed as it stands, and controls are shown, not sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import TypeVar

from rich.console import Console, RenderResult
from rich.segment import Segment
from rich.text import Text

from dedup.model import Evidence, Span
from dedup.wording import one_line, visible

__all__ = ["LABEL", "Page", "cut", "evidence_text", "quotation"]

LABEL = 10
"""Columns of the label of a field."""
_NARROWEST = 40
_BREAKING = frozenset("\n\t")

Line = TypeVar("Line", str, Text)


class Page:
    """Lines of text that fit a width, with a hanging indent for what is continued."""

    def __init__(self, console: Console, width: int) -> None:
        self._console = console
        self._width = max(width, _NARROWEST)
        self._bar = "|" if console.options.ascii_only else "│"
        self.lines: list[Text] = []

    def rendered(self) -> RenderResult:
        """The lines as they are, which rich would wrap once more."""
        if self._console.color_system is None:  # nor bold: each line is one piece
            yield from (Segment(f"{line.plain}\n") for line in self.lines)
            return
        for line in self.lines:
            yield from line.render(self._console, "\n")

    def add(self, text: Text | str, first: Text | str = "", rest: str | None = None) -> None:
        """Add ``text`` after ``first``; further lines start with ``rest``, by default as much space."""
        first = first if isinstance(first, Text) else Text(first)
        follow = Text(" " * first.cell_len if rest is None else rest)
        text = text if isinstance(text, Text) else Text(text)
        room = self._width - max(first.cell_len, follow.cell_len)
        for number, line in enumerate(self._wrapped(text, room)):
            self._line(follow if number else first, line)

    def _wrapped(self, text: Text, room: int) -> Iterable[Text]:
        if text.cell_len <= room and not _BREAKING.intersection(text.plain):  # most do, and to wrap takes far longer
            return [text]
        return text.wrap(self._console, room, overflow="fold")

    def _line(self, *parts: Text) -> None:
        line = Text.assemble(*parts)  # not +, which would lend the first part's style to the others
        line.rstrip()
        self.lines.append(line)

    def blank(self) -> None:
        """Add an empty line, unless there is one already."""
        if self.lines and self.lines[-1]:
            self.lines.append(Text())

    def heading(self, text: str) -> None:
        """Start a section."""
        self.blank()
        self.add(Text(text, style="bold"))
        self.blank()

    def field(self, label: str, text: Text | str, indent: int = 4) -> None:
        """Add a labelled entry; an empty label continues the one before."""
        self.add(text, Text(f"{'':{indent}}{label:<{LABEL}}", style="dim"))

    def sides(self, a: Text, b: Text) -> None:
        """Add two texts side by side."""
        room = (self._width - 6) // 2
        columns = [self._wrapped(text, room) for text in (a, b)]
        for number, (left, right) in enumerate(zip_longest(*columns, fillvalue=Text())):
            left.pad_right(room - left.cell_len)
            gaps = ("  ", "    ") if number else ("A ", "  B ")
            self._line(Text(gaps[0], style="dim"), left, Text(gaps[1], style="dim"), right)

    def quote(self, text: Text, label: str = "", indent: int = 4) -> None:
        """Add article text beside a bar."""
        bar = f"{self._bar} "
        first = Text(f"{'':{indent}}{label}{' ' if label else ''}{bar}", style="dim")
        self.add(text, first, f"{'':{first.cell_len - len(bar)}}{bar}")


def quotation(text: str, span: Span, edits: Sequence[Span]) -> Text:
    """Return ``text[span]`` on one line, visible, with braces around the places of ``edits``.

    >>> quotation("from the U.S., both sides", Span(5, 25), [Span(9, 13)]).plain
    'the {U.S.}, both sides'
    """
    line, at = Text(), span.start
    for edit in edits:
        line.append(_collapsed(text[at : edit.start]))
        line.append("{" + one_line(text[edit.start : edit.end]) + "}", style="bold yellow")
        at = edit.end
    line.append(_collapsed(text[at : span.end]))
    return line


def cut(text: Line, longest: int) -> Line:
    """Return ``text`` without its middle if it is longer than ``longest``, cut between words.

    >>> cut("one two three four five six", 20)
    'one two […] six'
    """
    if len(text) <= longest:
        return text
    plain = str(text)
    head, tail = longest * 2 // 3, len(plain) - longest // 3
    # Between words; where there are no spaces, as in Chinese, between any two characters.
    head = plain.rfind(" ", 0, head) if " " in plain[:head].strip() else head
    tail = plain.find(" ", tail) + 1 or tail
    return text[:head] + type(text)(" […] ") + text[tail:]


def evidence_text(item: Evidence) -> Text:
    """Return one factor: kind, text, and what it did."""
    line = Text(one_line(item.kind).replace("_", " ") + (": " if item.text else "") + one_line(item.text))
    return line.append(f" ({one_line(item.effect)})" if item.effect else "", style="dim")


def _collapsed(text: str) -> str:
    return visible(re.sub(r"\s+", " ", text))
