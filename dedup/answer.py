"""Answer: what ``dedup check`` prints of an article, to be read by people."""

from __future__ import annotations

from itertools import islice

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from dedup.index.records import Checked, Flagged, Outline
from dedup.layout import Page, cut, quotation
from dedup.model import Span
from dedup.wires import label
from dedup.wording import (
    NO_WIRE,
    amount,
    count,
    credit_lines,
    listed,
    one_line,
    origin_of,
    percent,
    probability,
    some,
)

__all__ = ["Answer", "said"]

SHOWN = 20
"""Spans and articles shown; the JSON has them all."""
LONGEST = 400
"""Characters of a quotation."""


class Answer:
    """A rich renderable of one answer."""

    def __init__(self, answer: Checked) -> None:
        self._answer = answer

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines; rich calls this."""
        page, answer = Page(console, options.max_width), self._answer
        reading, document = answer.reading, answer.reading.document
        page.add(Text(one_line(document.title or "") or one_line(reading.id), style="bold"))
        facts = [one_line(reading.id)] * bool(document.title) + [one_line(document.outlet or "")]
        page.add(Text(", ".join([*filter(None, facts), count(reading.words, "word")]), style="dim"), "  ")
        page.add(Text(said(answer), style="bold"), "  ")
        self._sources(page)
        if reading.flags:
            page.field("Flags", Text(", ".join(flag.replace("-", " ") for flag in reading.flags), style="yellow"))
        if answer.spans:
            page.blank()
        for number, span in enumerate(answer.spans[:SHOWN], 1):
            self._span(page, number, span)
        _more(page, len(answer.spans) - SHOWN, "passage")
        if answer.matches:
            page.blank()
        for match in islice(answer.outlines(), SHOWN):
            self._match(page, match)
        _more(page, len(answer.matches) - SHOWN, "article")
        if answer.more:
            page.add(Text(f"and {count(answer.more, 'more version')} that nobody compared", style="dim"), "  ")
        page.blank()
        yield from page.rendered()

    def _sources(self, page: Page) -> None:
        reading = self._answer.reading
        for caption, share in zip(["Origin", *[""] * 99], reading.composition, strict=False):
            origin = origin_of(share, reading, self._answer.strands, _name)
            p = share.p if share.origin.startswith(("wire:", "outlet:")) else None
            text = f"{amount(share, reading)}  {origin} ({count(share.words, 'word')}"
            page.field(caption, text + (")" if p is None else f", p {probability(p)})"))
        for caption, (who, text) in zip(["Credits", *[""] * 99], credit_lines(reading, _name), strict=False):
            page.field(caption, who + (f"  “{cut(text, 120)}”" if text else ""))

    def _span(self, page: Page, number: int, span: Flagged) -> None:
        p = "" if span.p is None else f" (p {probability(span.p)})"
        where = f"characters {span.start:,} to {span.end:,}"
        head = Text().append(f"{count(span.words, 'word')}, {one_line(span.say)}{p}", style="bold")
        head.append(f"  {where}, also in {some(span.ids)}", style="dim")
        page.add(head, f"  {number:>3}. ")
        text = quotation(self._answer.reading.document.text, Span(span.start, span.end), [])
        page.quote(cut(text, LONGEST), indent=7)

    def _match(self, page: Page, match: Outline) -> None:
        document, words = match.document, sum(count for _, _, count, *_ in match.passages)
        wires = list(dict.fromkeys(label(each.wire) for each in match.credits if each.wire and each.role != "mention"))
        facts = [one_line(str(fact)) for fact in (document.outlet, document.published) if fact]
        facts += [f"credits {listed(wires)}"] if wires else []
        head = Text().append(one_line(match.id), style="bold")  # of that alone, not of what follows
        passages = count(len(match.passages), "passage")
        text = f"  {match.relation.replace('-', ' ')}, {count(words, 'word')} in {passages}"
        page.add(head.append(text + "".join(f", {fact}" for fact in facts), style="dim"), "  ", "    ")


def said(answer: Checked) -> str:
    """The answer in one line.

    >>> from dedup import Document, open_index
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, open_index(folder) as index:
    ...     _ = index.add(Document("a", "ROME (AP) - Rain fell."))
    ...     [found] = index.check(Document("b", "Nothing of the kind."))
    >>> said(found)
    'No article of the index has any of it.'
    """
    reading = answer.reading
    if answer.wires:
        parts = listed([f"{_name(wire)} {percent(share)}" for wire, share in answer.wires.items()])
        agrees = {
            None: "as its credits say",
            True: "and its credits agree",
            False: "but its credits do not say so",
        }[answer.agrees]
        return f"Wire copy: {parts}, {agrees}."
    if reading.shared_words:
        return f"{percent(reading.shared_share)} of it is also elsewhere; from which wire, if any, does not show."
    if answer.matches:
        return "Nothing of it shows to be copied; some phrases are also elsewhere."
    return "No article of the index has any of it."


def _name(wire: str) -> str:
    return NO_WIRE.get(wire) or one_line(label(wire))


def _more(page: Page, number: int, noun: str) -> None:
    if number > 0:
        page.add(Text(f"and {count(number, 'more ' + noun)}: see the JSON", style="dim"), "  ")
