"""Markdown: a summary to put into an issue, a wiki or a notebook.

Article text is data there, too: it is escaped so that no text becomes a link, a picture, HTML or a heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dedup.model import ScanResult
from dedup.overview import overview
from dedup.wires import label
from dedup.wording import amount, band, count, credited, names_of, one_line, origin_of, probability

__all__ = ["SHOWN", "pieces", "plain"]

SHOWN = 200
"""Articles and shared texts that are listed."""
_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>&:@/=$^\"'])")
_LONGEST = 160


def plain(text: str) -> str:
    r"""Return ``text`` on one line as Markdown that shows it as it is.

    >>> print(plain("a | <b> [x](y)"))
    a \| \<b\> \[x\]\(y\)
    """
    line = one_line(text)
    line = line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
    return _MARKS.sub(r"\\\1", line)


def pieces(result: ScanResult) -> Iterator[str]:
    """Yield the summary a line at a time."""
    seen, name = overview(result), names_of(result, label)
    number = len(result.documents)
    yield "# Shared text and its origin\n\n"
    yield f"{count(number, 'article')}, {seen.sharing():,} of which share copied text; "
    yield f"{count(len(result.strands), 'shared text')}; "
    yield f"{count(len(result.groups), 'group')} of near-identical articles; "
    yield f"{count(len(seen.uncredited()), 'uncredited copy', 'uncredited copies')}; "
    yield f"{count(len(result.skipped), 'input')} skipped.\n"
    readings = seen.readings(SHOWN)
    if readings:
        yield "\n## Articles\n\n"
        yield _row(["Article", "Outlet", "Words", "Origin of its text", "Flags"])
        yield _row(["---", "---", "---:", "---", "---"])
    for reading in readings:
        document = reading.document
        shares = []
        for share in reading.composition:
            strands_of = seen.strands_of(reading.id, wire=share.origin.partition(":")[2])
            shares.append(plain(f"{amount(share, reading)} {origin_of(share, reading, strands_of, name)}"))
        name_of = f"{plain(document.title)} {plain(f'({reading.id})')}" if document.title else plain(reading.id)
        flags = plain(", ".join(reading.flags))
        origin = "; ".join(shares) or plain(credited(reading, name))
        yield _row([name_of, plain(document.outlet or ""), str(reading.words), origin, flags])
    if number > len(readings):
        yield f"\nand {count(number - len(readings), 'more article')}\n"
    strands = seen.strands(SHOWN)
    if strands:
        yield "\n## Shared texts\n\n"
        yield _row(["Text", "Words", "Origin", "p", "In"])
        yield _row(["---", "---:", "---", "---:", "---"])
    for strand in strands:
        p = probability(strand.origins[0].p) if strand.origins else ""
        members = ", ".join(plain(member) for member in strand.members[:6])
        more = f" and {len(strand.members) - 6} more" if len(strand.members) > 6 else ""
        answer = plain(band(strand.origins, name))
        yield _row([plain(strand.id), str(strand.words), answer, plain(p), members + more])
    if len(result.strands) > len(strands):
        yield f"\nand {count(len(result.strands) - len(strands), 'more shared text')}\n"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
