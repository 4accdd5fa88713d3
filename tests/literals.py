"""What any match of a regular expression must contain: makes ``dedup/data/literals.txt``.

    python tests/literals.py > dedup/data/literals.txt

Read from the parse tree, as search engines do for their indexes.  A *clause* is a set of strings of
which one is in every text that the pattern matches somewhere; a pattern has three at most.  Strings
are folded (``dedup.literals.fold``); a leading ``^`` says that the string begins the first word of
the line, a leading ``~`` that it begins a word.  The file only makes things faster: a pattern that
it does not know is always tried.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from itertools import product
from math import fsum
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]

from dedup.literals import SEPARATOR, fold, key

MOST = 250  # strings in a clause
LONGEST = 14  # characters of a string
NONE = frozenset({""})
MARK = "\ue000"  # a name, without which no frame is tried
Strings = frozenset[str]


@dataclass
class Part:
    """What is known of the text that a part of a pattern matches."""

    begins: Strings = NONE  # with one of these
    ends: Strings = NONE
    clauses: list[Strings] = field(default_factory=list)
    exact: bool = False  # it is one of ``begins``, which are ``ends`` too
    optional: bool = False  # it may be missing; then the rest is said of it where it is not


def strings(*found: str) -> Part:
    return Part(frozenset(found), frozenset(found), [], True)


def joined(left: Strings, right: Strings) -> Strings | None:
    if len(left) * len(right) > MOST:
        return None
    both = frozenset(a + b for a, b in product(left, right))
    return both if max(map(len, both)) <= LONGEST else None


def sequence(parts: list[Part]) -> Part:
    whole = strings("")
    for part in parts:
        if part.optional:
            whole = Part(whole.begins, whole.ends | part.ends, [*whole.clauses, whole.begins, whole.ends])
            continue
        if whole.exact and part.exact and (both := joined(whole.begins, part.begins)):
            whole = Part(both, both, whole.clauses + part.clauses, True)
            continue
        seam = joined(whole.ends, part.begins)
        clauses = whole.clauses + part.clauses + ([seam] if seam else [whole.ends, part.begins])
        begins, ends = whole.begins, part.ends
        if whole.exact and seam:
            begins = seam
        if part.exact and seam:
            ends = seam
        whole = Part(begins, ends, clauses)
    return whole


def either(parts: list[Part]) -> Part:
    begins, ends = (frozenset().union(*(getattr(part, side) for part in parts)) for side in ("begins", "ends"))
    if len(begins) > MOST or len(ends) > MOST:
        begins = ends = NONE
        exact = False
    else:
        exact = all(part.exact for part in parts)
    offered = [best([*part.clauses, part.begins, part.ends], 1) for part in parts]
    clauses = [frozenset().union(*(each[0] for each in offered))] if all(offered) and not exact else []
    return Part(begins, ends, clauses, exact)


def repeated(part: Part, least: int, most: int) -> Part:
    if part.exact and most <= 3:
        counts = [sequence([part] * count) for count in range(least, most + 1)]
        if all(count.exact for count in counts):
            return either(counts)
    if least == 0:
        return Part(NONE, part.ends, optional=True)
    return Part(part.begins, part.ends, [*part.clauses, part.begins], part.exact and most == 1)


def characters(items: list[tuple[object, object]]) -> Part:
    found: set[str] = set()
    for kind, value in items:
        if kind is op.LITERAL:
            found.add(fold(chr(value)))  # type: ignore[arg-type]
        elif kind is op.RANGE:
            low, high = value  # type: ignore[misc]
            if high - low > 200:
                return Part()
            found |= {fold(chr(code)) for code in range(low, high + 1)}
        elif kind is op.CATEGORY and value is op.CATEGORY_SPACE:
            found.add(" ")
        elif kind is op.CATEGORY and value is op.CATEGORY_DIGIT:
            found.add("0")
        else:  # not one of these, or \w and the like
            return Part()
    return strings(*found) if len(found) <= 12 else Part()


def read(tree: object) -> Part:
    parts = []
    for kind, value in tree:  # type: ignore[attr-defined]
        if kind is op.LITERAL:
            parts.append(strings(fold(chr(value))))
        elif kind is op.IN:
            parts.append(characters(value))
        elif kind is op.BRANCH:
            parts.append(either([read(branch) for branch in value[1]]))
        elif kind is op.SUBPATTERN:
            parts.append(read(value[3]))
        elif kind is op.ATOMIC_GROUP:
            parts.append(read(value))
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            parts.append(repeated(read(value[2]), value[0], value[1]))
        elif kind is op.ASSERT:
            inner = read(value[1])
            parts.append(Part(NONE, NONE, [*inner.clauses, inner.begins], True))
        elif kind is op.AT and value is op.AT_BOUNDARY:
            parts.append(strings("~"))
        elif kind in (op.AT, op.ASSERT_NOT):
            parts.append(strings(""))
        else:  # any character, any but one, a group again
            parts.append(Part())
    return sequence(parts)


def skipped(tree: list[tuple[object, object]], frame: bool) -> list[tuple[object, object]]:
    """The tree of a pattern that begins with ``^``, less what can match only signs at the beginning."""
    at = 1
    while at < len(tree):
        kind, value = tree[at]
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT) and len(value[2]) == 1:  # type: ignore[index]
            kind, value = value[2][0]  # type: ignore[index]
        if not is_sign(value if kind is op.IN else [(kind, value)], frame):  # type: ignore[arg-type]
            break
        at += 1
    return tree[at:]


def is_sign(items: list[tuple[object, object]], frame: bool) -> bool:
    """Whether a set of characters holds none of a word, and in a frame no mark of a name."""
    if items[0][0] is op.NEGATE:
        marks = (op.RANGE, (0xE000, 0xE004)) in items
        return (op.CATEGORY, op.CATEGORY_WORD) in items and (marks or not frame)
    return all(
        not re.match(r"[\w\ue000-\ue004]", chr(value))  # type: ignore[arg-type]
        if kind is op.LITERAL
        else kind is op.CATEGORY and (value is op.CATEGORY_SPACE or (value is op.CATEGORY_NOT_WORD and not frame))
        for kind, value in items
    )


def bordered(clause: Strings) -> Strings:
    """The border of a word kept where it says something: before a letter or digit, at the beginning."""
    return frozenset(("~" if re.match(r"~[^\W_]", each) else "") + each.replace("~", "") for each in clause)


def rarity(clause: Strings) -> float:
    """About how often one of the strings stands in a hundred characters of English."""

    def chance(char: str) -> float:
        if not char.isascii():
            return 0.05 if char == MARK else 1e-4
        return 0.06 if char.islower() else 0.15 if char == " " else 0.01 if char in "0,.-'\"" else 0.001

    parts = []
    for each in clause:
        part = 0.02 if each[0] == "^" else 20.0 if each[0] == "~" else 100.0
        for char in each.lstrip("^~"):
            part *= chance(char)
        parts.append(part)
    return fsum(parts)  # whatever their order, which is another one in each process


def best(clauses: list[Strings], number: int) -> list[Strings]:
    useful = {clause for clause in clauses if clause and all(each not in ("", "~", "^", MARK) for each in clause)}
    return sorted(useful, key=lambda clause: (rarity(clause), sorted(clause)))[:number]


def clauses_of(pattern: str, frame: bool) -> list[Strings]:
    """The rarest clauses of a pattern, three at most; a ``frame`` is searched in text with marks."""
    tree = list(_parser.parse(pattern, re.IGNORECASE))
    found = read(tree)
    every = [bordered(clause) for clause in (*found.clauses, found.begins, found.ends)]
    if tree and tree[0] == (op.AT, op.AT_BEGINNING):
        begins = {each.replace("~", "") for each in read(skipped(tree, frame)).begins}
        if all(re.match(r"[\w\ue000]" if frame else r"\w", each) for each in begins):
            every.append(frozenset("^" + each for each in begins))
    chosen: list[Strings] = []
    for clause in best(every, 20):
        # All of a page is searched for the strings of furniture, which makes common ones dear, but few lines for those
        # of frames.
        enough = len(chosen) == 3 or (not frame and chosen and rarity(chosen[0]) < 1e-4)
        if rarity(clause) < 2 and not enough and not any(sub(clause, each) or sub(each, clause) for each in chosen):
            chosen.append(frozenset(each for each in clause if not any(holds(each, other) for other in clause)))
    return chosen


def starts_of(pattern: str) -> list[str]:
    """The words of which one begins every match of a pattern; empty where that is not known."""
    begins = {each.strip("~").partition(" ")[0] for each in read(list(_parser.parse(pattern, re.IGNORECASE))).begins}
    return sorted(begins) if len(begins) <= 40 and all(re.fullmatch(r"[^\W\d_]{2,}", each) for each in begins) else []


def holds(one: str, other: str) -> bool:
    """Whether ``other`` is in every text that ``one`` is in."""
    return one != other and other in one and other[0] not in "^~"


def sub(one: Strings, two: Strings) -> bool:
    """Whether a text that satisfies ``one`` satisfies ``two``, near enough."""
    return all(
        any(each.startswith(other) if other[0] == "^" else other.strip("~") in each for other in two) for each in one
    )


def main() -> None:
    from dedup.credit_rows import patterns as frames
    from dedup.furniture import patterns as furniture

    sys.stdout.write("".join(sorted(entries([*furniture()], frame=False) | entries([*frames()], frame=True))))


def entries(patterns: list[str], frame: bool) -> set[str]:
    """A line for each pattern: its name, the words that begin its matches, its clauses."""
    found = set()
    for pattern in patterns:
        starts = starts_of(pattern) if frame and not pattern.startswith("^") else []
        fields = [starts, *map(sorted, clauses_of(pattern, frame))]
        found.add("\t".join([key(pattern), *map(SEPARATOR.join, fields)]) + "\n")
    return found


if __name__ == "__main__":
    main()
