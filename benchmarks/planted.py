"""Recall of planted passages by length and edit rate, with the false passages beside it.

    python benchmarks/planted.py [--cases 200] [--write]

Each case takes ``length`` words in a row from one generated article, edits some of them, and puts them into another
article, between two of its words.  Of the edits three in five change a word into another of the same text, one in five
leaves a word out, one in five adds one.  Misread texts have wrong letters (seven in ten of the errors), letters
left out and signs added, in the whole of the second article.  Found is a passage that covers 80 % of the planted
characters on both sides; false is one that touches no planted character on one side or the other.  ``--write``
renews ``results/planted.md``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

from dedup import Document, Passage, Settings, compare, scan
from dedup.bench.generate import articles, truth

LENGTHS, RATES = (10, 15, 20, 40, 80, 200), (0.0, 0.03, 0.08, 0.15)
PAGE = Path(__file__).parent / "results" / "planted.md"
MISREAD = (0.0, 0.02, 0.05, 0.10)


class Mode(NamedTuple):
    """What is measured: a name, what it means, the settings, whether two articles are scanned, whether misread."""

    name: str
    text: str
    settings: Settings
    scanned: bool = False
    misread: bool = False


MODES = (
    Mode("compare", "`dedup.compare` with its defaults.", Settings()),
    Mode("scan", "`dedup.scan` of the two articles: an anchor must be shared, too.", Settings(until="passages"), True),
    Mode("rewrites", "`dedup.compare` with `rewrites=True`.", Settings(rewrites=True)),
    Mode("misread", "`dedup.compare` with its defaults on misread texts.", Settings(), misread=True),
    Mode("noisy", "The same with `noisy=True`.", Settings(noisy=True), misread=True),
    Mode("noisy-scan", "`dedup.scan` of the two.", Settings(noisy=True, until="passages"), True, True),
)


class Case(NamedTuple):
    """Two texts, and where the planted words stand in both, in characters."""

    a: str
    b: str
    in_a: tuple[int, int]
    in_b: tuple[int, int]


class Cell(NamedTuple):
    """Cases, those found, and false passages."""

    cases: int
    found: int
    false: int


@cache
def bodies(most: int) -> tuple[str, ...]:
    """Bodies of generated articles that share nothing, in Latin script."""
    taken = {planted.b for planted in truth(most)}
    found = (each.text for each in articles(most, realistic=False) if each.id not in taken)
    return tuple(
        text for text in found if len(text.split()) > 250 and 20 * sum(map(str.isascii, text)) > 19 * len(text)
    )


def case(random: Random, texts: Sequence[str], length: int, rate: float, misread: bool) -> Case:
    """One case: which words, which edits and where are draws of ``random``."""
    a, b = random.sample(texts, 2)
    words, host = a.split(" "), b.split(" ")
    start = random.randrange(len(words) - length)
    piece = list(edited(random, words[start : start + length], words, 0 if misread else rate))
    at = random.randrange(len(host))
    parts = [" ".join(host[:at]) + " " * (at > 0), " ".join(piece), " " + " ".join(host[at:])]
    if misread:
        parts = ["".join(read(random, part, rate)) for part in parts]
    before, planted, after = parts
    first = len(" ".join(words[:start])) + 1 if start else 0
    in_a = first, first + len(" ".join(words[start : start + length]))
    return Case(a, before + planted + after, in_a, (len(before), len(before) + len(planted)))


def edited(random: Random, piece: Sequence[str], words: Sequence[str], rate: float) -> Iterator[str]:
    """The words with about ``rate`` of them changed, left out or followed by another."""
    for word in piece:
        kind = random.random() if random.random() < rate else 2.0
        if kind == 2.0:
            yield word
        elif kind < 0.6:
            yield random.choice(words)
        elif kind >= 0.8:
            yield word
            yield random.choice(words)


def read(random: Random, text: str, rate: float) -> Iterator[str]:
    """The characters with about ``rate`` of them misread."""
    for character in text:
        kind = random.random() / rate if rate else 1.0
        if kind < 0.7:
            yield random.choice("abcdefghilmnorstu1ce")
        elif kind >= 0.85:
            yield character
            if kind < 1:
                yield random.choice("il'.-")


def covered(span: tuple[int, int], passage: tuple[int, int]) -> float:
    """Part of ``span`` that a passage covers."""
    return max(0, min(span[1], passage[1]) - max(span[0], passage[0])) / (span[1] - span[0])


def judged(case: Case, passages: Sequence[Passage]) -> tuple[bool, int]:
    """Whether the planted words were found, and how many passages are false."""
    shares = [(covered(case.in_a, each.a), covered(case.in_b, each.b)) for each in passages]
    return any(min(share) >= 0.8 for share in shares), sum(min(share) == 0 for share in shares)


def measured(length: int, rate: float, cases: int, mode: Mode) -> Cell:
    """A cell of the table; the same cases for the same length and rate, whatever is asked."""
    random = Random(f"{length} {rate}")
    hits = false = 0
    for _ in range(cases):
        one = case(random, bodies(2000), length, rate, mode.misread)
        hit, wrong = judged(one, found(one, mode))
        hits += hit
        false += wrong
    return Cell(cases, hits, false)


def found(one: Case, mode: Mode) -> Sequence[Passage]:
    """The passages of a case."""
    if not mode.scanned:
        return compare(one.a, one.b, mode.settings).passages
    matches = scan([Document("a", one.a), Document("b", one.b)], mode.settings).matches
    return matches[0].passages if matches else ()


def table(mode: Mode, cases: int) -> Iterator[str]:
    """The table of one mode, as Markdown."""
    rates, done = (MISREAD, "letters") if mode.misread else (RATES, "words")
    yield f"| words | {' | '.join(f'{rate:.0%} of {done}' for rate in rates)} | false in 1,000 pairs |"
    yield "|---|" + "---|" * (len(rates) + 1)
    for length in LENGTHS:
        cells = [measured(length, rate, cases, mode) for rate in rates]
        false = 1000 * sum(cell.false for cell in cells) / sum(cell.cases for cell in cells)
        yield f"| {length} | {' | '.join(f'{cell.found / cell.cases:.3f}' for cell in cells)} | {false:.1f} |"


def main() -> None:
    """Measure and print, or write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=200, help="cases a cell (default 200)")
    parser.add_argument("--mode", choices=[mode.name for mode in MODES], action="append", help="what (default: all)")
    parser.add_argument("--write", action="store_true", help=f"renew {PAGE.name}")
    options = parser.parse_args()
    lines = [
        "# Planted passages",
        "",
        f"Recall of passages planted in generated news, {options.cases} cases a cell, made by",
        "`python benchmarks/planted.py --write`, which says how. Found: 80 % of the planted characters are covered on",
        "both sides. The columns say how many of the words were edited, or of the letters misread.",
    ]
    for mode in MODES:
        if not options.mode or mode.name in options.mode:
            lines += ["", f"## {mode.name}", "", mode.text, "", *table(mode, options.cases)]
            print("\n".join(lines[-len(LENGTHS) - 6 :]), file=sys.stderr)
    if options.write:
        PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
