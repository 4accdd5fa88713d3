"""Why a line is a credit, or none: what was seen in it, and which rule took it at each place of a page."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from dedup.boilerplate import classify
from dedup.credit_frames import plain
from dedup.credit_repairs import mended
from dedup.credits import own_wires, read_credits
from dedup.model import Credit
from dedup.wires import find_names

__all__ = ["Explanation", "explain"]

_TITLE = "A bridge for everybody in two years"
_PROSE = "\n\n" + "\n\n".join(
    ["The minister said on Friday that the new bridge will be open in two years and cost less than planned."] * 8
)
"""What stands around a line that is given alone."""
_PAGES = {  # what stands before the line and after it
    "at the head": (f"{_TITLE}\n\n", _PROSE),
    "at the end": (f"{_TITLE}{_PROSE}\n\n", ""),
    "in the middle": (f"{_TITLE}{_PROSE}\n\n", _PROSE),
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """One line: its text, the names in it as ``(wire, strength, text)``, what it is at each place of a page
    (or where it stands), its credits there, and notes on what changed the reading."""

    line: str
    names: tuple[tuple[str, str, str], ...]
    places: dict[str, tuple[str, tuple[Credit, ...]]]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON has it."""
        places = {
            place: {"kind": kind, "credits": [asdict(credit) | {"strength": credit.strength} for credit in credits]}
            for place, (kind, credits) in self.places.items()
        }
        names = [dict(zip(("wire", "strength", "text"), name, strict=True)) for name in self.names]
        return {"line": self.line, "names": names, "places": places, "notes": list(self.notes)}


def explain(text: str, *, outlet: str | None = None, url: str | None = None) -> list[Explanation]:
    """How a line is read at the head of an article, at its end and in its middle; of several lines, how each
    that names a wire is read where it stands.

    >>> [found] = explain("PARIS (AFP) - The talks went on.")
    >>> [(place, [(c.wire, c.role) for c in credits]) for place, (_, credits) in found.places.items()]
    [('at the head', [('afp', 'origin')]), ('at the end', []), ('in the middle', [])]
    """
    lines = text.strip("\r\n").splitlines()
    if len(lines) > 1:
        return _whole(text, outlet, url)
    line = lines[0].strip() if lines else ""
    places = {}
    for place, (before, after) in _PAGES.items():
        page = before + line + after
        lines_of = classify(page)
        found = read_credits(page, outlet=outlet, url=url, lines=lines_of)
        here = [credit for credit in found if credit.start < len(before) + len(line) and credit.end > len(before)]
        kind = next((each.kind for each in lines_of if each.start <= len(before) < each.end), "body")
        places[place] = (kind, tuple(_moved(credit, len(before)) for credit in here))
    fields = [credit for credit in read_credits(_PROSE, outlet=outlet, url=url) if credit.end == 0]
    if fields:
        places["in the address"] = ("field", tuple(fields))
    return [Explanation(line, _names(line), places, tuple(_notes(line, outlet, url)))]


def _whole(text: str, outlet: str | None, url: str | None) -> list[Explanation]:
    lines = classify(text)
    credits = read_credits(text, outlet=outlet, url=url, lines=lines)
    found = []
    for number, (start, end, kind) in enumerate(lines, 1):
        here = tuple(credit for credit in credits if credit.start < end and credit.end > start)
        line = text[start:end]
        names = _names(line)
        if here or names:
            found.append(Explanation(line, names, {f"line {number}": (kind, here)}, tuple(_notes(line, outlet, url))))
    return found


def _moved(credit: Credit, by: int) -> Credit:
    return Credit(credit.wire, credit.role, credit.start - by, credit.end - by, credit.text, credit.rule)


def _names(line: str) -> tuple[tuple[str, str, str], ...]:
    whole = mended(line)
    shown = plain(line if whole is None else whole.text)
    return tuple((name.wire, name.strength, shown[name.start : name.end]) for name in find_names(shown))


def _notes(line: str, outlet: str | None, url: str | None) -> list[str]:
    notes = []
    if whole := mended(line):
        notes.append(f"mended before it was read: {whole.text}")
    own = own_wires(outlet or "", url or "")
    notes += [f"{wire} is the outlet itself" for wire in sorted(own) if any(name[0] == wire for name in _names(line))]
    return notes
