"""Wires and credit lines for the terminal: a table, one wire in full, a line explained."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dedup.credit_explain import Explanation
from dedup.registry import Wire, registry
from dedup.wording import count, one_line

__all__ = ["details", "explained", "table"]

_SAYS = {
    "plain": "means this wire and nothing else",
    "service": "a name that only credits use",
    "ambiguous": "means other things too: counts in a full credit line only",
    "generic": "unnamed agencies",
    "publisher": "a newspaper that runs a service: counts in rights and republication lines",
}


def table(wires: Sequence[Wire]) -> RenderableType:
    """One line a wire."""
    found = Table(box=None, pad_edge=False, header_style="bold")
    for heading, most in (("id", None), ("name", 30), ("kind", None), ("", None), ("carries", 20)):
        found.add_column(heading, no_wrap=True, max_width=most, overflow="ellipsis")
    for wire in wires:
        cells = (wire.id, wire.name, wire.kind, wire.country, " ".join(wire.carries))
        found.add_row(*map(Text, cells))
    return Group(
        found, Text(f"\n{count(len(wires), 'wire')}; `dedup wires ID` shows all that is known of one", style="dim")
    )


def details(wire: Wire) -> RenderableType:
    """All that is known of one wire."""
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column()
    carriers = [other.id for other in registry().values() if wire.id in other.carries]
    popularity = f"{100 * wire.popularity:.0f} % of the text that nobody credits" if wire.popularity else ""
    facts: list[tuple[str, str]] = [
        ("kind", ", ".join(filter(None, (wire.kind, wire.country)))),
        *((f"names, {language}", " | ".join(forms)) for language, forms in wire.names.items()),
        ("mean other things", " | ".join(sorted(wire.ambiguous))),
        ("given names", " | ".join(sorted(wire.people))),
        ("publisher", " | ".join(wire.publisher)),
        ("own sites", " | ".join(wire.domains)),
        ("carries", " | ".join(wire.carries)),
        ("carried by", " | ".join(carriers)),
        ("popularity", popularity),
        ("credited as", "\n".join(wire.forms)),
        ("note", wire.note),
    ]
    for label, text in facts:
        if text:
            rows.add_row(label, Text(text))
    return Group(Text(f"{wire.id}: {wire.name}", style="bold"), Padding(rows, (0, 0, 0, 2)))


def explained(found: Sequence[Explanation]) -> RenderableType:
    """What was seen in each line, and what it is at each place."""
    if not found:
        return Text("No line names a wire, or credits anybody.")
    parts: list[RenderableType] = []
    for each in found:
        parts.append(Text(one_line(each.line)[:400], style="bold"))
        rows = Table.grid(padding=(0, 2))
        rows.add_column(style="dim", no_wrap=True)
        rows.add_column()
        for wire, strength, text in each.names:
            rows.add_row("names", Text(f"{one_line(text)} = {wire}, {_SAYS[strength]}"))
        if not each.names:
            rows.add_row("names", "no wire of the registry")
        for note in each.notes:
            rows.add_row("note", Text(one_line(note)))
        for place, (kind, credits) in each.places.items():
            for credit in credits:
                who = credit.wire or "the outlet's own people"
                says = f"{credit.role} of {who}, evidence {credit.strength} (rule: {credit.rule})"
                rows.add_row(place, Text(f"{says}: “{one_line(credit.text)[:120]}”"))
            if not credits:
                rows.add_row(place, Text(f"no credit (read as {kind})"))
        parts.append(Padding(rows, (0, 0, 1, 2)))
    return Group(*parts)
