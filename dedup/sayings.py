"""Sayings: the factors of the trace in words, each as a pair of what was seen and what it does."""

from __future__ import annotations

from collections.abc import Sequence

from dedup.wording import listed

__all__ = ["absent", "guessed", "late", "released", "silence", "some", "strange", "unexplained"]

Said = tuple[str, str]


def some(names: Sequence[str]) -> str:
    """The first few names, and how many more.

    >>> some(["a", "b"]), some(list("abcde"))
    ('a and b', 'a, b, c and 2 more')
    """
    return listed(list(names)) if len(names) <= 4 else f"{', '.join(names[:3])} and {len(names) - 3} more"


def absent(wire: str, ids: Sequence[str], places: int, times: float) -> Said:
    """Reports of one wire on the event have none of the text.

    >>> absent("AP", ["1"], 2, 0.3)[0]
    '1, AP alone on the same event, has none of the 2 places of this text'
    """
    where = "the one place" if places == 1 else f"the {places} places"
    have = "has" if len(ids) == 1 else "have"
    return f"{some(ids)}, {wire} alone on the same event, {have} none of {where} of this text", f"{wire} x{times:.2f}"


def guessed(kinds: Sequence[str]) -> str:
    """What the answer rests on where no factor says anything of one wire or another.

    >>> guessed(["no credit"]), guessed(["no credit", "habits"])
    (', by nothing but how often each wire is copied', '')
    """
    silent = {*kinds} <= {"no credit", "silence"}
    return ", by nothing but how often each wire is copied" if silent else ""


def unexplained(ids: Sequence[str], wires: Sequence[str], times: float) -> Said:
    """Credits that nothing else accounts for.

    >>> unexplained(["1"], ["AP"], 0.6)
    ('1 credits AP, and no other shared text there shows why', 'all others x0.60')
    """
    credit = "credits" if len(ids) == 1 else "credit"
    text = f"{some(ids)} {credit} {listed(list(wires))}, and no other shared text there shows why"
    return text, f"all others x{times:.2f}"


def silence(number: int, times: float) -> Said:
    """So many members, who credit what they copy more or less often, name no wire."""
    who = "the outlet that prints it credits" if number == 1 else f"the {number} outlets that print it credit"
    return f"no member names a wire: how often {who} what is copied", f"a wire nobody credits x{times:.2f}"


def released(ids: Sequence[str], named: Sequence[str], times: float) -> Said:
    """Members that bear the marks of a press release.

    >>> released(["1"], ["Acme"], 30.0)
    ('1 has the marks of a press release, issued by Acme', 'a press release x30')
    """
    have = "has" if len(ids) == 1 else "have"
    return f"{some(ids)} {have} the marks of a press release, issued by {some(named)}", f"a press release x{times:.0f}"


def strange(ids: Sequence[str], named: Sequence[str], times: float) -> Said:
    """Members whose dateline names a wire in no list.

    >>> strange(["1"], ["Corvus"], 30.0)
    ('the dateline of 1 names Corvus, a wire in no list', 'a wire nobody credits x30')
    """
    which = "a wire in no list" if len(named) == 1 else "wires in no list"
    return f"the dateline of {some(ids)} names {some(named)}, {which}", f"a wire nobody credits x{times:.0f}"


def late(wire: str, early: Sequence[str], times: float) -> Said:
    """Members that appeared before the wire itself sent the text."""
    return f"{some(early)} appeared before {wire} sent it", f"{wire} x{times:.2f}"
