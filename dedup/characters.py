"""What each character is to the tokeniser, from one table that travels with the package.

The table, ``dedup/data/characters.txt``, is made once from the Unicode database and committed, so
that results do not change with Python's Unicode version and every engine reads the same facts.
Rebuild it with ``python -m dedup.characters > dedup/data/characters.txt``.

A line of it gives a class, the first code point that has it and the first behind it; or ``fold``, a code point and
what it folds to; or ``folds``, a code point and what it and each that follows folds to, a character for each.

Classes: ``w`` letter or mark, ``d`` digit, ``s`` a character that is a word by itself (Han, Kana,
Thai, Lao, Khmer, Burmese: scripts written without spaces), ``z`` invisible, ``q`` apostrophe,
``.`` and ``,`` themselves, and a blank for everything else.

Folding is what a reader takes as equal: compatibility decomposition (NFKD), full case folding, one
form of apostrophe, invisible characters gone.  Hangul syllables and Kana stay whole.
"""

from __future__ import annotations

import sys
import unicodedata
from functools import cache
from typing import Literal

from dedup.errors import DataError
from dedup.tables import packaged

__all__ = ["Classes", "classes", "folds"]

_CODES = sys.maxunicode + 1
_IN_LINE = 32  # entries of one kind: to read a line takes longer than to read an entry
_APOSTROPHES = "'’‘‛ʼ＇`´′"
_ALONE = (  # scripts without spaces between words, by block (Unicode 15, Blocks.txt)
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x2FDF),  # Han radicals
    (0x3005, 0x3007),  # iteration mark, ideographic zero
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xA9E0, 0xA9FF),
    (0xAA60, 0xAA7F),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F),  # half-width Katakana
    (0x1B000, 0x1B16F),
    (0x20000, 0x323AF),
)
_INVISIBLE = {0x034F, 0x0640, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0}  # joiners, fillers, tatweel


class Classes(dict[int, str]):
    """Mapping for ``str.translate``: code point to class letter, complete."""

    def __init__(self, table: bytes) -> None:
        super().__init__((code, chr(table[code])) for code in range(128))
        self._table = table

    def __missing__(self, code: int) -> str:
        return chr(self._table[code])


@cache
def _table() -> tuple[bytes, dict[int, str]]:
    """Class of every code point as one byte each, and the folds; 2 ms, once."""
    kinds, folded = bytearray(b" ") * _CODES, dict[int, str]()
    number = 0
    try:
        # By "\n" alone: what a character folds to may be no end of a line, but a cut file has anything.
        for number, line in enumerate(packaged("characters.txt").split("\n"), 1):  # noqa: B007 (of the error)
            kind, *entries = line.split("\t") if line and line[0] != "#" else ("#",)
            pairs = zip(entries[::2], entries[1::2], strict=True)
            if kind == "fold":
                folded.update([(int(code, 16), fold) for code, fold in pairs])
            elif kind == "folds":
                for first, rest in pairs:
                    start = int(first, 16)
                    folded.update(zip(range(start, start + len(rest)), rest, strict=True))
            elif kind != "#":
                letter = kind.encode()
                for first, rest in pairs:
                    start, end = int(first, 16), int(rest, 16)
                    kinds[start:end] = letter * (end - start)
    except (ValueError, OverflowError) as error:
        raise DataError(f"characters.txt, line {number}: no entry ({error}); reinstall dedup") from error
    return bytes(kinds), folded


@cache
def classes() -> Classes:
    """Class letter of every code point, for ``str.translate``.

    >>> "“Don’t,” said U.S. 東京!".translate(classes())
    ' wwwqw,  wwww w.w. ss '
    """
    return Classes(_table()[0])


@cache
def folds() -> dict[int, str]:
    """Folded form of each character that is not its own, for ``str.translate``.

    >>> "Straße ﬁne ’s CAFÉ".translate(folds()) == "strasse fine 's cafe\\u0301"
    True
    """
    return _table()[1]


def _class_of(code: int) -> str:
    char, category = chr(code), unicodedata.category(chr(code))
    if char in _APOSTROPHES:
        return "q"
    if char in ".．":
        return "."
    if char in ",，":
        return ","
    if category == "Cf" or code in _INVISIBLE or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
        return "z"
    if category[0] not in "LMN":
        return " "
    if any(first <= code <= last for first, last in _ALONE):
        return "s"
    return "d" if category == "Nd" else "w"


def _fold_of(code: int) -> str:
    kind, char = _class_of(code), chr(code)
    if kind in "q.,z":
        return {"q": "'", "z": ""}.get(kind, kind)
    if kind == " " or 0xAC00 <= code <= 0xD7A3:
        return char
    # A letter and its accent may be written apart, so letters are folded apart; a character that
    # is a word by itself stays one.
    form: Literal["NFKC", "NFKD"] = "NFKC" if kind == "s" else "NFKD"
    once = unicodedata.normalize(form, unicodedata.normalize(form, char).casefold())
    # A fold is part of one word: compatibility forms that hold a blank or a sign lose it.
    kept = "".join(part for part in once if _class_of(ord(part)) in "wds")
    return kept or char


def _build() -> str:
    entries: dict[str, list[str]] = {}
    start, current = 0, _class_of(0)
    for code in range(1, _CODES + 1):
        kind = _class_of(code) if code < _CODES else ""
        if kind != current:
            if current != " ":
                entries.setdefault(current, []).append(f"{start:X}\t{code:X}")
            start, current = code, kind
    folded = {code: fold for code in range(_CODES) if (fold := _fold_of(code)) != chr(code)}
    run: list[int] = []
    for code, fold in folded.items():
        if len(fold) != 1:
            entries.setdefault("fold", []).append(f"{code:X}\t{fold}")
            continue
        run.append(code)
        if len(folded.get(code + 1, "")) != 1:
            entries.setdefault("folds", []).append(f"{run[0]:X}\t{''.join(map(folded.__getitem__, run))}")
            run = []
    lines = [f"# Unicode {unicodedata.unidata_version}; made by: python -m dedup.characters"]
    for kind, found in entries.items():
        lines += ["\t".join([kind, *found[n : n + _IN_LINE]]) for n in range(0, len(found), _IN_LINE)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(_build())
