"""Audit: do the credit lines say what the text says, and how does each outlet credit what it copies?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from dedup.credits import own_wires
from dedup.model import Origin, Reading
from dedup.wires import label
from dedup.wording import amount, band, listed, probability

__all__ = ["Finding", "FindingKind", "Habits", "findings", "habits"]

FindingKind = Literal["copied-uncredited", "credits-another-wire", "credited-nothing-found"]
_FLAGS: dict[str, FindingKind] = {
    "uncredited-copy": "copied-uncredited",
    "credits-another-wire": "credits-another-wire",
    "credit-without-text": "credited-nothing-found",
}
_CREDITED = (
    *("origin", "co_origin", "rights", "republished", "press_release", "contributor", "wire_staff", "distributor"),
    "generic_wire",
)
NAMED = 0.5
"""Probability from which the text names a wire."""


class Finding(NamedTuple):
    """What does not fit together in one article; ``wire`` is what its text says, "" where it says nothing."""

    id: str
    outlet: str
    kind: FindingKind
    wire: str
    p: float | None
    words: int
    say: str


@dataclass(slots=True)
class Habits:
    """How one outlet credits: articles, those with a wire's text by comparison, and of these how many credit
    it, credit another, or nobody; ``wires`` are those of the text."""

    outlet: str
    articles: int = 0
    copies: int = 0
    credited: int = 0
    other: int = 0
    silent: int = 0
    wires: Counter[str] = field(default_factory=Counter)

    def record(self) -> dict[str, object]:
        """For JSON."""
        counts = {name: getattr(self, name) for name in ("articles", "copies", "credited", "other", "silent")}
        return {"outlet": self.outlet, **counts, "wires": dict(self.wires.most_common())}


def findings(readings: Iterable[Reading]) -> Iterator[Finding]:
    """What an editor should look at, article by article.

    >>> from dedup.model import Document
    >>> from dedup.pipeline import scan
    >>> line = "The bridge swayed for nine minutes before its western cable tore from the rock on Monday."
    >>> result = scan([Document("1", "OSLO (AP) - " + line), Document("2", line + " It rained.", outlet="Gazette")])
    >>> [(each.id, each.kind, each.wire) for each in findings(result.documents)]
    [('2', 'copied-uncredited', 'ap')]
    """
    for reading in readings:
        for flag in reading.flags:
            if flag in _FLAGS:
                found = _finding(reading, _FLAGS[flag])
                # A paper whose own service sends its text has copied nothing.
                if not found.wire or found.wire not in own_wires(
                    reading.document.outlet or "", reading.document.url or ""
                ):
                    yield found


def _finding(reading: Reading, kind: FindingKind) -> Finding:
    credited = sorted(_credited(reading))
    shares = [share for share in reading.composition if share.origin.startswith("wire:") and share.p is not None]
    others = [share for share in shares if share.origin.partition(":")[2] not in credited] or shares
    best = max(others, key=lambda share: (share.words, share.origin), default=None)
    names = listed([label(wire) for wire in credited])
    if kind == "credited-nothing-found" or best is None:
        text = f"credits {names or 'a wire'} with a part, and no shared text shows which"
        return Finding(reading.id, reading.document.outlet or "", kind, "", None, 0, text)
    wire = best.origin.partition(":")[2]
    p = best.p or 0.0
    # A share has one origin: who comes second is said where its text is explained.
    said = f"{amount(best, reading)} {band([Origin(wire, p)], label)} (p {probability(p)})"
    text = f"{said}, and nobody is credited" if kind == "copied-uncredited" else f"{said}, credited to {names}"
    return Finding(reading.id, reading.document.outlet or "", kind, wire, best.p, best.words, text)


def habits(readings: Iterable[Reading]) -> list[Habits]:
    """Each outlet's habits, those with most copies first; articles without an outlet are one."""
    found: dict[str, Habits] = defaultdict(lambda: Habits(""))
    for reading in readings:
        outlet = (reading.document.outlet or "").strip()
        each = found[outlet]
        each.outlet = outlet
        each.articles += 1
        wires = {
            share.origin.partition(":")[2]
            for share in reading.composition
            if share.origin.startswith("wire:") and (share.p or 0.0) >= NAMED and reading.shared_words
        }
        if not wires:
            continue
        credited = _credited(reading)
        each.copies += 1
        each.wires.update(wires)
        if wires & credited or "generic" in credited:
            each.credited += 1
        elif credited:
            each.other += 1
        else:
            each.silent += 1
    return sorted(found.values(), key=lambda each: (-each.copies, -each.articles, each.outlet))


def _credited(reading: Reading) -> set[str]:
    return {credit.wire for credit in reading.credits if credit.wire and credit.role in _CREDITED}
