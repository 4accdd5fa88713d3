"""The explanation that ``dedup explain A B`` prints: two articles, side by side, every factor named."""

from __future__ import annotations

import difflib
from dataclasses import replace
from pathlib import Path

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from dedup.copying import without
from dedup.errors import InputError
from dedup.layout import Page, evidence_text, quotation
from dedup.matches import mirrored
from dedup.model import Match, Passage, Reading, ScanResult, Strand
from dedup.overview import Overview, overview
from dedup.report import figures
from dedup.wires import label
from dedup.wording import UNKNOWN, band, count, credited, names_of, one_line, probability, some

__all__ = ["Explanation", "find"]

SIDE_BY_SIDE = 72
"""Columns from which two texts stand side by side; in a narrower terminal one follows the other."""


def find(result: ScanResult, name: str) -> str:
    """Return the id of the one article that ``name`` means.

    Its id or path, the last parts of either, or the beginning of its id or file name.
    Raises InputError when there is none, with the closest names, or when there are several.
    """
    seen = overview(result)
    for means in (_is, _ends, _begins):
        found = [id for number, id in enumerate(seen.ids) if means(id, seen, number, name)]
        if len(found) == 1:
            return found[0]
        if found:
            raise InputError(f"{_say(name)} may be any of {some(found)}; give more of the name")
    ids = seen.ids
    close = difflib.get_close_matches(name, ids, n=3, cutoff=0.4)
    skipped = [item for item in result.skipped if item.path == name or item.path.endswith("/" + name)]
    if skipped:
        raise InputError(f"{_say(name)} could not be read: {one_line(skipped[0].reason)}")
    hint = f"the closest are {some(close)}" if close else f"there are {some(ids)}"
    raise InputError(f"no article is called {_say(name)}; {hint}")


class Explanation:
    """A rich renderable: why ``a`` and ``b``, two ids of ``result``, are said to share text, or not."""

    def __init__(self, result: ScanResult, a: str, b: str) -> None:
        if a == b:
            raise InputError(f"{_say(a)} is the same article twice; name two articles")
        self._a, self._b = result.reading(a), result.reading(b)
        seen = overview(result)
        self._match = _turned(seen.between(a, b), a)
        self._strands = [*seen.strands_of(a, b)]
        self._settings = result.settings
        self._name = names_of(result, label)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines; rich calls this."""
        page = Page(console, options.max_width)
        for side, reading in (("A", self._a), ("B", self._b)):
            self._article(page, side, reading)
        page.blank()
        if self._match is None:
            page.add(f"They share no passage of {count(self._settings.min_words, 'word')} or more.")
        else:
            said = figures(self._match)
            page.add(Text(f"{said[0].upper()}{said[1:]}.", style="bold"))
            page.add(Text("A in B: the part of A's shingles that B has as well.", style="dim"))
            for number, passage in enumerate(self._match.passages, 1):
                self._passage(page, options.max_width >= SIDE_BY_SIDE, number, passage)
        for strand in self._strands:
            self._strand(page, strand)
        yield from page.rendered()

    def _article(self, page: Page, side: str, reading: Reading) -> None:
        page.add(Text(one_line(reading.document.title or reading.id), style="bold"), f"{side} ")
        says = credited(reading, self._name)
        facts = [count(reading.words, "word"), "credited to nobody" if says == UNKNOWN else says]
        page.add(", ".join([one_line(reading.id)] * bool(reading.document.title) + facts), "  ")

    def _passage(self, page: Page, wide: bool, number: int, passage: Passage) -> None:
        facts = [passage.kind.replace("-", " "), count(passage.words, "equal word")]
        if passage.edits:
            facts.append(count(len(passage.edits), "edit"))
        page.heading(f"Passage {number}: {', '.join(facts)}")
        a = quotation(self._a.document.text, passage.a, [edit.a for edit in passage.edits])
        b = quotation(self._b.document.text, passage.b, [edit.b for edit in passage.edits])
        if wide:
            page.sides(a, b)
        else:
            page.quote(a, "A", indent=0)
            page.quote(b, "B", indent=0)
        page.blank()
        for item, p in zip(passage.evidence, without(passage.evidence), strict=True):
            other = "" if p is None else f"; without it p copied {probability(p)}"
            page.add(evidence_text(replace(item, effect=item.effect + other)), "  ", "    ")
        if passage.evidence or passage.decibans:
            part = f", part of {one_line(passage.strand)}" if passage.strand else ""
            page.add(f"= {passage.decibans:.1f} dB, p copied {probability(passage.p_copied)}{part}", "  ")

    def _strand(self, page: Page, strand: Strand) -> None:
        answer = band(strand.origins, self._name)
        page.heading(f"Shared text {one_line(strand.id)}: {count(strand.words, 'word')}, {answer}")
        page.add(one_line(strand.say), "  ")
        for item in strand.evidence:
            page.add(evidence_text(item), "  ", "    ")
        page.blank()
        for origin in strand.origins:
            page.add(self._name(origin.wire), f"  {probability(origin.p):>5}  ")


def _turned(match: Match | None, a: str) -> Match | None:
    """The match with the sides as they are asked for and not as they are stored."""
    if match is None or match.a == a:
        return match
    return replace(
        match,
        a=a,
        b=match.a,
        a_in_b=match.b_in_a,
        b_in_a=match.a_in_b,
        passages=tuple(mirrored(passage) for passage in match.passages),
    )


def _is(id: str, seen: Overview, number: int, name: str) -> bool:
    if name == id:
        return True
    # The names are compared first because resolving a path asks the file system.
    path, last = seen.path(number), name.rstrip("/").rpartition("/")[2]
    return path is not None and path.endswith(last) and Path(path).resolve() == Path(name).resolve()


def _ends(id: str, seen: Overview, number: int, name: str) -> bool:
    return f"/{id}".endswith(f"/{name.strip('/')}")


def _begins(id: str, seen: Overview, number: int, name: str) -> bool:
    return bool(name) and (id.startswith(name) or id.rpartition("/")[2].startswith(name))


def _say(name: str) -> str:
    return f'"{one_line(name)}"'
