"""Which of many strings occur in a text: asked before any expensive pattern is tried.

Every pattern that reads furniture or credits can match only where certain strings stand, a wire's
name in brackets say, or "contribut".  Most lines hold none of them.  ``Literals`` finds the strings
in one walk over the text, in C where the extension was built, in the same time whatever their number;
a ``Gate`` says which patterns are left.  What strings a pattern needs is read from the pattern itself and kept in
``dedup/data/literals.txt``, made by ``python tests/literals.py``.  A pattern that the file does not
know is always tried, so the file decides how long a text takes and never what is found in it.

Strings and texts are compared *folded*, character by character: small letters, one blank for all
white space, ``0`` for every digit, one mark for the names of wires.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import cache, lru_cache, partial
from typing import Any, NamedTuple
from zlib import crc32

from dedup.extension import extension
from dedup.kept import kept
from dedup.tables import packaged

__all__ = ["ODD", "SEPARATOR", "Gate", "Literals", "clauses", "fold", "folded", "holding", "key", "starts"]

SEPARATOR = "‖"
"""Between the strings of a clause in the file."""

_SPACES = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B)))
_SPACES += "\u2028\u2029\u202f\u205f\u3000"
_CYRILLIC = ("в\u1c80", "д\u1c81", "о\u1c82", "с\u1c83", "т\u1c84\u1c85")
_SAME = {  # characters that ``re.IGNORECASE`` or ``str.lower`` takes for another, and the marks of names
    same: group[0]
    for group in (
        "i\u0131\u0130",
        "s\u017f",
        "k\u212a",
        "å\u212b",
        "σς",
        "π\u03d6",
        "ß\u1e9e",
        "ε\u03f5",
        "μ\xb5",
        "ρ\u03f1",
        "φ\u03d5",
        "ω\u2126",
        "θ\u03d1\u03f4",
        "β\u03d0",
        "κ\u03f0",
        "ι\u0345\u1fbe",
        *_CYRILLIC,
        "\ue000\ue001\ue002\ue003\ue004",
    )
    for same in group[1:]
}
_MARK = "\ue000"


@lru_cache(maxsize=4096)
def fold(char: str) -> str:
    """What a character is compared as.

    >>> fold("É"), fold("７"), fold("\\xa0")
    ('é', '0', ' ')
    """
    if char.isspace():
        return " "
    if char.isdecimal():
        return "0"
    small = _SAME.get(char) or char.lower()[0]
    return _SAME.get(small, small)


class _Folded(dict[int, int]):
    """For ``str.translate``: each character as it is compared."""

    def __missing__(self, code: int) -> int:
        self[code] = ord(fold(chr(code)))
        return self[code]


_FOLDED = _Folded()


def folded(text: str) -> str:
    """A short text as it is compared, character by character.

    >>> folded("Agência 24")
    'agência 00'
    """
    return text.translate(_FOLDED)


def key(pattern: str) -> str:
    """The name of a pattern in the file."""
    return f"{crc32(pattern.encode()):08x}"


class Patterns(NamedTuple):
    """What literals are for: of each the numbers of the clauses that it meets, of each clause the pattern that
    needs it, and how many patterns there are.  A pattern can match where all of its clauses are met."""

    clauses: tuple[tuple[int, ...], ...]
    needed_by: tuple[int, ...]
    patterns: int


class _Folds(dict[int, int]):
    """For ``str.translate``: the code points that fold to a character of a literal."""

    def __missing__(self, code: int) -> int:
        return ord("0") if ord("0") in self and chr(code).isdecimal() else code


class Literals:
    """Strings to look for.

    One that begins with ``^`` counts where the first word of a span begins, or the first marked name;
    with ``~``, where a word begins; with ``¶``, where a sentence may begin; one that ends with
    ``~``, where a word ends.  ``plain`` is done to a text before it is folded.  What stands outside of a
    span is no word.

    ``spelled`` gives each literal the ways in which it may stand in a text, once ``plain`` is done, or None for
    any: others may be passed over, which makes the walk faster.

    >>> found = Literals(["~ap~", "^by"])
    >>> found.occurring("By Ann, AP\\nmaps by", [(0, 10), (11, 18)])
    [(0, 1), ()]
    """

    def __init__(
        self,
        words: Sequence[str],
        plain: Mapping[int, int | str] = {},
        spelled: Sequence[Sequence[str] | None] | None = None,
        of: Patterns | None = None,
    ) -> None:
        self._borders = bytes((word[0] == "~") + 2 * (word[-1] == "~") + 4 * (word[0] == "¶") for word in words)
        self._words = [word.strip("~¶") for word in words]
        self._folds = _folds({char for word in words for char in word} - {"^", "~", "¶"}, plain)
        # A mark that means itself begins a word.
        self._joins = "_" + _MARK * (self._folds.get(ord(_MARK)) == ord(_MARK))
        self._spelled = spelled and tuple(each and tuple(each) for each in spelled)
        self.made = extension and extension.literals(
            self._words, self._borders, self._folds, self._spelled, *(of or ())
        )
        """The same for the extension, or None."""

    def occurring(self, text: str, spans: Sequence[tuple[Any, ...]]) -> list[tuple[int, ...]]:
        """For each span the numbers of the literals that occur in it, sorted.

        A span is a tuple that begins with its start and end.  About 2 nanoseconds a character in C."""
        if self.made is not None:
            found: list[tuple[int, ...]] = extension.occurring(self.made, text, spans)
            return found
        return self.plainly(text, spans)

    def plainly(self, text: str, spans: Sequence[tuple[Any, ...]]) -> list[tuple[int, ...]]:
        """The same without the extension."""
        folded = text.translate(self._folds)
        there = [number for number, word in enumerate(self._words) if word.removeprefix("^") in folded]
        lines = [folded[start:end] for start, end, *_ in spans]
        return [tuple([number for number in there if self._stands(number, line)]) for line in lines]

    def _stands(self, number: int, line: str) -> bool:
        word, borders = self._words[number], self._borders[number]
        anchored = word[0] == "^"
        word = word.removeprefix("^")
        first = next((at for at, char in enumerate(line) if char.isalnum() or char in self._joins), len(line))
        at = first if anchored and line.startswith(word, first) else -1 if anchored else line.find(word)
        while at >= 0:
            end = at + len(word)
            begins = not (borders & 1 and at and line[at - 1].isalnum())
            ends = not (borders & 2 and line[end : end + 1].isalnum())
            if begins and ends and not (borders & 4 and not self._begins_sentence(line, at)):
                return True
            at = -1 if anchored else line.find(word, at + 1)
        return False

    def _begins_sentence(self, line: str, at: int) -> bool:
        """Whether the signs before hold the end of a sentence, or reach back to the beginning."""
        for char in map(line.__getitem__, range(at - 1, -1, -1)):
            if char in ".!?":
                return True
            if char.isalnum() or char in self._joins:
                return False
        return True


def _folds(alphabet: set[str], plain: Mapping[int, int | str]) -> _Folds:
    """Every code point that folds into the alphabet; digits beyond ASCII are found by what they are."""
    to_plain = {code: fold(chr(to) if isinstance(to, int) else to) for code, to in plain.items()}
    folds = _Folds()
    for char in sorted(alphabet | set(to_plain.values())):  # what is near in C's table is near in its cache
        for same in (char, char.upper(), char.title()):
            if len(same) == 1:
                folds[ord(same)] = ord(char)
    for same in (*_SAME, *_SPACES, *"0123456789"):
        if (target := ord(fold(same))) in folds:
            folds[ord(same)] = target
    folds.update((code, ord(char)) for code, char in to_plain.items())
    folds.pop(ord("^"), None)  # the anchor is no character
    return folds


def clauses(pattern: str) -> Sequence[Sequence[str]]:
    """What a pattern needs: of each clause one string.  Empty if the file does not know it."""
    return _row(pattern)[1:]


def starts(pattern: str) -> Sequence[str]:
    """Words in small letters of which one begins every match of a pattern.  Empty if that is not known."""
    return _row(pattern)[0]


@cache
def _row(pattern: str) -> list[list[str]]:
    return _table().get(key(pattern), [[]])


@cache
def _table() -> dict[str, list[list[str]]]:
    table = packaged("literals.txt")
    rows = (line.split("\t") for line in table.split("\n") if line)
    return {name: [field.split(SEPARATOR) if field else [] for field in fields] for name, *fields in rows}


def holding(texts: Sequence[str], words: tuple[str, ...]) -> bytes:
    """Whether each text holds one of a few words (16; of two ASCII letters or more) just as it is written: 1 or 0.

    A third of a microsecond for an article in C.

    >>> [*holding(["About Acme", "about Acme"], ("ABOUT", "About"))]
    [1, 0]
    """
    if extension is not None:
        found: bytes = extension.holding(tuple(texts), words)
        return found
    return bytes([any(word in text for word in words) for text in texts])


ODD = re.compile("[" + "".join(same for same in _SAME if same < _MARK) + "]")
"""Characters that a pattern may take for another, though ``str.lower`` does not."""


def _needed(
    patterns: Iterable[str], loose: Container[str]
) -> tuple[list[str], tuple[tuple[int, ...], ...], tuple[int, ...], int]:
    """The strings of ``Literals``, and the fields of ``Patterns``."""
    meets: dict[str, set[int]] = {}  # by string
    needed_by: list[int] = []  # by clause
    count = 0
    for pattern in patterns:
        for clause in clauses(pattern):
            for word in clause:
                if word[0] == "^" and pattern in loose:
                    word = "¶" + word[1:]
                meets.setdefault(word, set()).add(len(needed_by))
            needed_by.append(count)
        count += 1
    for sign, weaker in (("¶", "~"), ("¶", ""), ("~", "")):  # a string is looked for in one way
        for word in [word for word in meets if word[0] == sign and weaker + word[1:] in meets]:
            meets[weaker + word[1:]] |= meets.pop(word)
    return list(meets), tuple(tuple(sorted(met)) for met in meets.values()), tuple(needed_by), count


class Gate:
    """Which of some patterns can match in a text; ``loose`` ones that begin with ``^`` match also in its middle.
    What is made of the package's own patterns is kept by ``name`` (``dedup.kept``).

    >>> gate = Gate([r"^the associated press$", r"(a)(b)?"])
    >>> text = "By AP\\nThe Associated Press"
    >>> gate.able(text, [(0, 5), (6, 26)])
    [(1,), (0, 1)]
    """

    def __init__(self, patterns: Iterable[str], loose: Container[str] = (), name: str = "") -> None:
        needed = partial(_needed, patterns, loose)
        words, met, needed_by, count = kept(("gate", name), needed) if name else needed()
        self._of = Patterns(met, needed_by, count)
        self._needs = Counter(needed_by)
        self._literals = Literals(words, of=self._of)
        self.made = self._literals.made
        """The same for the extension, or None."""

    def able(self, text: str, spans: Sequence[tuple[Any, ...]]) -> list[tuple[int, ...]]:
        """For each span the numbers of the patterns that can match in it."""
        found = self._literals.occurring(text, spans)  # in C of patterns, else of literals
        return found if self.made is not None else list(map(self._numbers, found))

    def plainly(self, text: str, spans: Sequence[tuple[Any, ...]]) -> list[tuple[int, ...]]:
        """The same without the extension."""
        return list(map(self._numbers, self._literals.plainly(text, spans)))

    def _numbers(self, found: Iterable[int]) -> tuple[int, ...]:
        met = {clause for number in found for clause in self._of.clauses[number]}
        needed = Counter(map(self._of.needed_by.__getitem__, met))
        return tuple([number for number in range(self._of.patterns) if needed[number] == self._needs[number]])
