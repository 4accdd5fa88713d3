"""How results are put in words: bands of certainty, names, numbers, and article text made safe to show.

Plain strings in, plain strings out; the summary, the explanation and the report share it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from dedup.kept import compiled
from dedup.model import Node, Origin, Reading, ScanResult, Share, Skipped, Strand

__all__ = [
    "NO_WIRE",
    "UNKNOWN",
    "Name",
    "amount",
    "band",
    "count",
    "credit_lines",
    "credited",
    "listed",
    "names_of",
    "one_line",
    "origin_of",
    "percent",
    "probability",
    "settled",
    "some",
    "unread",
    "visible",
]

Name = Callable[[str], str]

CERTAIN = 0.95
PROBABLE = 0.75
LIKELY = 0.5
NO_WIRE = {
    "other": "a wire nobody credits",
    "outlet": "one of the outlets",
    "independent": "independent wording",
    "release": "a press release",
}
"""What is no wire, in words; ids as in ``dedup.model.Origin``."""
_LARGEST_SET = 3
_LISTED = 6
_REASONS = 3  # of one file
UNKNOWN = "of unknown origin"

_ROLES = {
    "origin": "origin",
    "co_origin": "origin, with others",
    "contributor": "contributor",
    "wire_staff": "the wire's staff",
    "rights": "rights",
    "republished": "republished from",
    "distributor": "distributed by",
    "press_release": "press release",
    "generic_wire": "agencies, not named",
    "own_staff": "own staff",
    "photo": "photo only",
}
_MENTIONS = ("mention", "self_reference")
_ORIGIN_ROLES = ("origin", "wire_staff", "rights", "republished", "distributor", "press_release")
_PART_ROLES = ("co_origin", "contributor")

_SPACE = compiled(r"\s+")
# What can drive a terminal or turn the order of a line round: controls, surrogates (which no
# terminal can be sent), embeddings, overrides and isolates of the bidirectional algorithm, tags.
_UNSAFE = compiled("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")


def visible(text: str) -> str:
    """Return ``text`` with everything that could drive a terminal shown instead of sent.

    Line feeds and tabs stay; other C0 controls become their pictures, the rest ``<U+XXXX>``.

    >>> visible("\\x1b[2Jhi\\x07 \\x9b1m \\u202etxt \\ud800")
    '␛[2Jhi␇ <U+009B>1m <U+202E>txt <U+D800>'
    """
    return _UNSAFE.sub(_picture, text)


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"<U+{code:04X}>"


def one_line(text: str) -> str:
    """Return ``text`` visible and on one line.

    >>> one_line(" two\\n  lines ")
    'two lines'
    """
    return visible(_SPACE.sub(" ", text)).strip()


def listed(names: Sequence[str], last: str = "and") -> str:
    """Return names as prose.

    >>> listed(["AP", "AFP", "Reuters"], "or"), listed(["AP"])
    ('AP, AFP or Reuters', 'AP')
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def some(names: Sequence[str]) -> str:
    """Return the first of many names, on one line, and how many more there are.

    >>> some(["a", "b"]), some(list("abcdefghi"))
    ('a and b', 'a, b, c, d, e, f and 3 more')
    """
    shown = [one_line(name) for name in names[:_LISTED]]
    rest = len(names) - len(shown)
    return listed([*shown, f"{rest:,} more"] if rest else shown)


def unread(skipped: Iterable[Skipped], shown: int) -> tuple[list[str], int]:
    """Return so many lines on what could not be read, and how many inputs they leave out.

    Three reasons a file, so that a table taken for JSON Lines, each line of which is a fault, hides no other file.

    >>> table = [Skipped("a.jsonl", f"line {n}: not JSON") for n in range(1, 100)]
    >>> unread([*table[96:], Skipped("b.txt", "empty: 0 bytes")], 3)[1]
    1
    >>> unread([*table, Skipped("b.txt", "empty: 0 bytes")], 9)[0][2:]
    ['a.jsonl: line 3: not JSON', 'a.jsonl: and 96 more lines', 'b.txt: empty: 0 bytes']
    """
    files: dict[str, list[str]] = {}
    for each in skipped:
        files.setdefault(each.path, []).append(each.reason)
    lines: list[tuple[str, int]] = []
    for path, reasons in files.items():
        rest = len(reasons) - _REASONS
        lines += [(f"{one_line(path)}: {one_line(reason)}", 1) for reason in reasons[:_REASONS]]
        lines += [(f"{one_line(path)}: and {count(rest, 'more line')}", rest)] if rest > 0 else []
    return [line for line, _ in lines[:shown]], sum(number for _, number in lines[shown:])


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun.

    >>> count(1, "article"), count(1204, "article"), count(2, "copy", "copies")
    ('1 article', '1,204 articles', '2 copies')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def percent(share: float) -> str:
    """Return a part of 1 in per cent, never rounded to nothing or to everything.

    >>> percent(0.364), percent(0.004), percent(0.999), percent(1.0), percent(0)
    ('36 %', '<1 %', '>99 %', '100 %', '0 %')
    """
    if 0 < share < 0.005:
        return "<1 %"
    if 0.995 <= share < 1:
        return ">99 %"
    return f"{100 * share:.0f} %"


def probability(p: float) -> str:
    """Return a probability with two decimals; none is ever certain, and none is rounded up into the
    next band of wording.

    >>> probability(0.822), probability(0.949), probability(0.9996), probability(0.0004)
    ('0.82', '0.94', '>0.99', '<0.01')
    """
    if p >= 0.995:
        return ">0.99"
    if p < 0.005:
        return "<0.01"
    shown = round(p, 2)
    return f"{shown - 0.01 if p < shown in (CERTAIN, PROBABLE, LIKELY) else shown:.2f}"


def names_of(result: ScanResult, other: Name = str) -> Name:
    """Return a function from a wire's id to its name, as the labels of the graph's nodes give it.

    ``other`` names a wire that the graph does not hold.
    """
    nodes: Iterable[Node] = result.graph.nodes
    nodes = getattr(nodes, "wires", nodes)  # of a million, those that may be asked for
    labels = {node.id: one_line(node.label) for node in nodes if node.kind in ("wire", "outlet")}

    def name(wire: str) -> str:
        return NO_WIRE.get(wire) or labels.get(f"wire:{wire}") or one_line(other(wire))

    return name


def band(origins: Iterable[Origin], name: Name = str) -> str:
    """Return the answer in the words that its probability allows (design/PROVENANCE.md, section 3).

    >>> band([Origin("AP", 0.96), Origin("PA", 0.04)])
    'from AP'
    >>> band([Origin("AP", 0.82), Origin("PA", 0.18)])
    'probably AP'
    >>> band([Origin("AP", 0.6), Origin("PA", 0.3), Origin("AFP", 0.1)])
    'more likely AP than PA'
    >>> band([Origin("AP", 0.45), Origin("PA", 0.4), Origin("AFP", 0.15)])
    'AP or PA, not decided'
    """
    ranked = sorted(origins, key=lambda origin: -origin.p)
    if not ranked:
        return UNKNOWN
    best = ranked[0]
    if best.p >= CERTAIN:
        return f"from {name(best.wire)}" if best.wire != "independent" else "independent wording, no copy"
    if best.p >= PROBABLE:
        return f"probably {name(best.wire)}"
    if best.p >= LIKELY:
        runner_up = name(ranked[1].wire) if len(ranked) > 1 else "any other"
        return f"more likely {name(best.wire)} than {runner_up}"
    return f"{listed([name(wire) for wire in _leaders(ranked)], 'or')}, not decided"


def settled(first: Sequence[Origin]) -> bool:
    """Whether the first origins, by falling probability, suffice for ``band`` to say the answer.

    >>> settled([Origin("AP", 0.82)]), settled([Origin("AP", 0.6)]), settled([Origin("AP", 0.6), Origin("PA", 0.1)])
    (True, False, True)
    """
    best = first[0].p
    enough = 1 if best >= PROBABLE else 2 if best >= LIKELY else _LARGEST_SET
    return len(first) >= enough or (len(first) > 1 and first[0].p + first[1].p >= PROBABLE)


def _leaders(ranked: Sequence[Origin]) -> list[str]:
    """The fewest candidates that hold three quarters of the probability together, at most three."""
    held, wires = 0.0, []
    for origin in ranked[:_LARGEST_SET]:
        wires.append(origin.wire)
        held += origin.p
        if held >= PROBABLE and len(wires) > 1:
            break
    return wires


def amount(share: Share, reading: Reading) -> str:
    """Return how much of an article a share is; what comparison found is a lower bound.

    Passages are seen only if another article at hand has them, so a wire's share that is covered
    by copied passages is "at least".
    """
    compared = share.origin.startswith(("wire:", "outlet:")) and share.words <= reading.shared_words < reading.words
    part = percent(share.share)
    return f"at least {part}" if compared and not part.startswith("<") else part


def origin_of(share: Share, reading: Reading, strands: Iterable[Strand], name: Name) -> str:
    """Return the origin of a share of ``reading`` in words; ``strands`` are those it is a member of."""
    kind, _, wire = share.origin.partition(":")
    if kind == "outlet":
        return band([Origin(wire, 1.0 if share.p is None else share.p)], lambda outlet: f"{one_line(outlet)} itself")
    if kind != "wire":
        return credited(reading, name) if kind == "unknown" else kind.replace("-", " ")
    if share.words > reading.shared_words or share.p is None:
        if share.p is not None and "uncredited-copy" in reading.flags:
            return f"{band([Origin(wire, share.p)], name)}, as other versions of it say"
        return f"credited to {name(wire)}"
    for strand in strands if share.p < PROBABLE else ():
        if strand.origins and strand.origins[0].wire == wire:
            return band([Origin(wire, share.p), *strand.origins[1:]], name)
    return band([Origin(wire, share.p)], name)


def credited(reading: Reading, name: Name) -> str:
    """Return to whom an article credits the words that comparison says nothing about.

    Contributors share what is left in a way that the page does not tell: "not decided".
    """
    parts = _wires(reading, _PART_ROLES, name)
    origins = _wires(reading, _ORIGIN_ROLES, name)
    if not parts:
        return f"credited to {listed(origins)}" if origins else UNKNOWN
    staff = ["its own staff"] if any(credit.role == "own_staff" for credit in reading.credits) else []
    return f"credited to {listed([*dict.fromkeys([*staff, *origins, *parts])], 'or')}, not decided"


def credit_lines(reading: Reading, name: Name) -> list[tuple[str, str]]:
    """Return what an article credits: pairs of role with wires, and the line that says so.

    One entry a role and set of wires, quoted once; mentions, which credit nothing, in one entry.
    """
    named: dict[tuple[str, int, str], list[str]] = {}
    for credit in reading.credits:
        wires = named.setdefault((credit.role, credit.start, credit.text), [])
        if credit.wire:
            wires.append(name(credit.wire))
    texts: dict[tuple[str, str], list[str]] = {}
    for (role, _, text), wires in named.items():
        texts.setdefault((role, listed(wires)), []).append(one_line(text))
    lines = []
    for role, called in _ROLES.items():
        for (found, wires_), quoted in texts.items():
            if found == role:
                times = f" ({len(quoted)} times)" if len(quoted) > 1 else ""
                lines.append((called + (f": {wires_}" if wires_ else "") + times, quoted[0]))
    if mentioned := [wires_ for (role, wires_) in texts if role in _MENTIONS and wires_]:
        lines.append((f"only mentioned: {some(list(dict.fromkeys(mentioned)))}", ""))
    return lines or [("none", "")]


def _wires(reading: Reading, roles: Sequence[str], name: Name) -> list[str]:
    credits = (credit for credit in reading.credits if credit.role in roles and credit.wire)
    return list(dict.fromkeys(name(credit.wire) for credit in credits if credit.wire))
