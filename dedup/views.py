"""What ``dedup explain --doc``, ``--strand`` and ``--phrase`` print, and ``dedup audit``.

One article with every factor behind each part of it; one shared text, or one phrase, with each article
that carries it, in the order of time, and what each changed; how outlets credit what they copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from dedup.audit import findings, habits
from dedup.engine import engine
from dedup.errors import InputError
from dedup.layout import Page, cut, evidence_text, quotation
from dedup.matches import mirrored
from dedup.model import Match, Passage, Reading, ScanResult, Span, Strand
from dedup.overview import overview
from dedup.stories import stories
from dedup.wires import label
from dedup.wording import (
    Name,
    amount,
    band,
    count,
    credit_lines,
    credited,
    names_of,
    one_line,
    origin_of,
    percent,
    probability,
    some,
)

__all__ = ["ArticleView", "AuditView", "PhraseView", "StrandView", "find_strand"]

SHOWN = 40
"""Carriers, findings and outlets that are shown."""
_LONGEST = 600


class _Carrier(NamedTuple):
    """An article that carries a text: the words as it has them, with its own wording marked."""

    reading: Reading
    text: Text
    edits: int


class ArticleView:
    """A rich renderable: where each part of one article comes from, and on what evidence."""

    def __init__(self, result: ScanResult, id: str) -> None:
        self._result, self._reading = result, result.reading(id)
        self._seen = overview(result)
        self._name = names_of(result, label)
        self._strands = sorted(self._seen.strands_of(id), key=lambda strand: (-strand.words, strand.id))
        self._edges = [edge for edge in result.graph.edges if f"doc:{id}" in (edge.source, edge.target)]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines; rich calls this."""
        page, reading = Page(console, options.max_width), self._reading
        _head(page, reading)
        for share in reading.composition:
            strands = self._seen.strands_of(reading.id, wire=share.origin.partition(":")[2])
            answer = origin_of(share, reading, strands, self._name)
            p = "" if share.p is None else f", p {probability(share.p)}"
            page.add(f"{answer} ({count(share.words, 'word')}{p})", f"  {amount(share, reading):>14}  ")
        page.blank()
        for said, text in credit_lines(reading, self._name):
            page.add(said + (f"  “{cut(text, 160)}”" if text else ""), "  Credit  ")
        if reading.flags:
            page.add(", ".join(flag.replace("-", " ") for flag in reading.flags), "  Flags   ")
        for strand in self._strands:
            _strand(page, strand, self._name)
        self._ties(page)
        if not self._strands and not any(edge.kind in ("text", "version") for edge in self._edges):
            page.blank()
            page.add(f"No other article here shares copied text with it; its text is {credited(reading, self._name)}.")
        yield from page.rendered()

    def _ties(self, page: Page) -> None:
        told = {f"wire:{strand.origins[0].wire}" for strand in self._strands if strand.origins}
        ties = [
            edge
            for edge in self._edges
            if edge.kind not in ("shares", "common") and not (edge.kind == "text" and edge.source in told)
        ]
        if ties:
            page.heading("Other ties")
        for edge in ties[:SHOWN]:
            other = edge.source if edge.target == f"doc:{self._reading.id}" else edge.target
            name = one_line(other.partition(":")[2])
            page.add(f"{edge.kind} {name}: {one_line(edge.say)} ({probability(edge.p)})", "  ")
            for item in edge.evidence[:6]:
                page.add(evidence_text(item), "    ", "      ")


class StrandView:
    """A rich renderable: one shared text, every factor on its origin, and each article that carries it."""

    def __init__(self, result: ScanResult, id: str) -> None:
        self._strand = find_strand(result, id)
        self._name = names_of(result, label)
        self._carriers = [*_carriers(result, self._strand)]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines; rich calls this."""
        page = Page(console, options.max_width)
        page.add(Text(f"Shared text {self._strand.id}", style="bold"))
        _strand(page, self._strand, self._name)
        _carried(page, self._carriers)
        yield from page.rendered()


class PhraseView:
    """A rich renderable: a phrase and each article that carries it, or the words it was changed to."""

    def __init__(self, result: ScanResult, phrase: str) -> None:
        wanted = engine(result.settings.engine).fold(phrase, None).words
        if not wanted:
            raise InputError("the phrase has no words")
        self._phrase = phrase
        self._carriers = sorted(_holders(result, [*wanted]), key=_when)
        if not self._carriers:
            raise InputError(f"no article has the words “{one_line(phrase)[:80]}”; give them as they stand in one")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines; rich calls this."""
        page = Page(console, options.max_width)
        page.add(Text(f"“{one_line(self._phrase)}” in {count(len(self._carriers), 'article')}", style="bold"))
        _carried(page, self._carriers)
        yield from page.rendered()


class AuditView:
    """A rich renderable: credits that the text contradicts, outlets by how they credit, stories by sources."""

    def __init__(self, result: ScanResult) -> None:
        self._result = result
        self._findings = [*findings(result.documents)]
        self._habits = [each for each in habits(result.documents) if each.copies]
        self._stories = sorted(stories(result), key=lambda story: (-len(story.members), story.id))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines; rich calls this."""
        page = Page(console, options.max_width)
        number = len(self._findings)
        page.add(Text(f"{count(number, 'article')} to look at, of {len(self._result.documents):,}", style="bold"))
        for kind in ("copied-uncredited", "credits-another-wire", "credited-nothing-found"):
            found = [each for each in self._findings if each.kind == kind]
            if found:
                page.heading(f"{kind.replace('-', ' ').capitalize()}: {len(found):,}")
            for finding in found[:SHOWN]:
                outlet = f" ({one_line(finding.outlet)})" if finding.outlet else ""
                page.add(f"{one_line(finding.id)}{outlet}: {one_line(finding.say)}", "  ", "    ")
            _more(page, len(found))
        if self._habits:
            page.heading("How outlets credit what they copy")
        for each in self._habits[:SHOWN]:
            wires = ", ".join(f"{label(wire)} {number}" for wire, number in each.wires.most_common(4))
            facts = f"{percent(each.credited / each.copies)} credited ({each.credited} of {each.copies}); {wires}"
            page.add(f"{one_line(each.outlet) or 'no outlet named'}: {facts}", "  ", "    ")
        _more(page, len(self._habits))
        if self._stories:
            page.heading("Independent sources")
        for story in self._stories[:SHOWN]:
            page.add(f"{one_line(story.id)} and its like: {one_line(story.say)}", "  ", "    ")
        _more(page, len(self._stories))
        yield from page.rendered()


def find_strand(result: ScanResult, id: str) -> Strand:
    """The shared text whose id begins with ``id``; InputError where there is none, or more than one."""
    found = [strand for strand in result.strands if strand.id.startswith(id)] if id else []
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(f"{one_line(id)!r} may be any of {some([strand.id for strand in found])}; give more of it")
    known = some([strand.id for strand in result.strands[:6]]) or "none"
    raise InputError(f"no shared text is called {one_line(id)!r}; there are {known}")


def _strand(page: Page, strand: Strand, name: Name) -> None:
    page.heading(f"{count(strand.words, 'word')}, {band(strand.origins, name)}  ({strand.id})")
    page.add(one_line(strand.say), "  ")
    for item in strand.evidence:
        page.add(evidence_text(item), "  ", "    ")
    page.blank()
    for origin in strand.origins:
        page.add(name(origin.wire), f"  {probability(origin.p):>5}  ")


def _head(page: Page, reading: Reading) -> None:
    document = reading.document
    page.add(Text(one_line(document.title or reading.id), style="bold"))
    named = [reading.id] if document.title else []
    facts = [*named, document.outlet, reading.published, count(reading.words, "word")]
    page.add(Text(", ".join(one_line(fact) for fact in facts if fact), style="dim"))
    page.blank()


def _carried(page: Page, carriers: Sequence[_Carrier]) -> None:
    page.heading(f"In {count(len(carriers), 'article')}, those with a trusted date first")
    for number, carrier in enumerate(carriers[:SHOWN], 1):
        reading = carrier.reading
        facts = [reading.published or "no trusted date", one_line(reading.document.outlet or "")]
        edits = count(carrier.edits, "edit") if carrier.edits else ""
        facts = [fact for fact in (*facts, edits) if fact]
        page.add(
            Text.assemble((one_line(reading.id), "bold"), (f"  {', '.join(facts)}", "dim")),
            f"  {number:>2}. ",
            "      ",
        )
        page.quote(cut(carrier.text, _LONGEST), indent=6)
    _more(page, len(carriers))


def _more(page: Page, number: int) -> None:
    if number > SHOWN:
        page.add(f"and {number - SHOWN:,} more: see `dedup export`", "  ")


def _when(carrier: _Carrier) -> tuple[bool, str, str]:
    return _appeared(carrier.reading)


def _appeared(reading: Reading) -> tuple[bool, str, str]:
    return reading.published is None, reading.published or "", reading.id


def _carriers(result: ScanResult, strand: Strand) -> Iterator[_Carrier]:
    """The members of a strand in time order: the first as it stands, the others with what they changed."""
    held: dict[str, dict[str, list[Passage]]] = {}
    for number, place in strand.passages:
        match = result.matches[number]
        passage = match.passages[place]
        held.setdefault(match.a, {}).setdefault(match.b, []).append(mirrored(passage))
        held.setdefault(match.b, {}).setdefault(match.a, []).append(passage)
    readings = sorted((result.reading(member) for member in strand.members), key=_appeared)
    ids = [reading.id for reading in readings]
    for place, reading in enumerate(readings):
        others = held.get(reading.id, {})
        # As compared with the earliest that it was compared with.
        other = next((id for id in ids if id in others), None)
        if other is None:
            continue
        passages = sorted(others[other], key=lambda passage: passage.b)
        text, edits = Text(), 0
        for passage in passages:
            marked = [edit.b for edit in passage.edits] if place else []
            edits += len(marked)
            text.append(" […] " if text else "")
            text.append_text(quotation(reading.document.text, passage.b, marked))
        yield _Carrier(reading, text, edits)


def _holders(result: ScanResult, wanted: list[str]) -> Iterator[_Carrier]:
    """Articles that have the words, and those that were compared with one of them and have others there."""
    exact: dict[str, Span] = {}
    changed: dict[str, _Carrier] = {}
    work = engine(result.settings.engine)
    for reading in result.documents:
        text = reading.document.text
        tokens = work.fold(text, None)
        place = _place([*tokens.words], wanted)
        if place >= 0:
            exact[reading.id] = Span(tokens.starts[place], tokens.ends[place + len(wanted) - 1])
            yield _Carrier(reading, quotation(text, exact[reading.id], []), 0)
    for match in result.matches if exact else ():
        for a, turned in ((match.a, False), (match.b, True)):
            other = match.a if turned else match.b
            if a in exact and other not in exact and other not in changed:
                found = _changed(match, exact[a], turned)
                if found:
                    reading = result.reading(other)
                    span, edits = found
                    changed[other] = _Carrier(reading, quotation(reading.document.text, span, edits), len(edits))
    yield from changed.values()


def _place(words: list[str], wanted: list[str]) -> int:
    first, last = wanted[0], len(words) - len(wanted)
    at = -1
    while True:
        try:
            at = words.index(first, at + 1, last + 1)
        except ValueError:
            return -1
        if words[at : at + len(wanted)] == wanted:
            return at


def _changed(match: Match, span: Span, turned: bool) -> tuple[Span, list[Span]] | None:
    """The passage of the other side that stands where ``span`` is on this side, and its edits."""
    for passage in match.passages:
        each = mirrored(passage) if turned else passage
        if each.a.start < span.end and span.start < each.a.end:
            return each.b, [edit.b for edit in each.edits]
    return None
