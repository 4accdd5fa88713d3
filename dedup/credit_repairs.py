"""Damage that hides a credit line, mended before it is read: letter-spaced and double-decoded text, HTML entities.

What changes no lengths (no-break spaces, full-width signs, quotes, dashes) is ``credit_frames.plain``;
here offsets move, so that a mended line remembers where each of its characters stood.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from dedup.kept import compiled

__all__ = ["Mended", "damaged", "mended"]

_SPACED = compiled(r"(?<!\S)\S(?: {1,3}\S(?!\S)){5,}")  # "( A d n k r o n o s )"
_BYTES = compiled("[\xa1-\xfe]")  # either of what follows has one
_LEAD = compiled("[\xc2-\xf4][\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]{1,3}")
_PAIRS = compiled("(?:[\xa1-\xfe]{2}){2,}")  # Korean in two bytes a syllable
_GAP = compiled(r" {2,}")
_ENTITY = compiled(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


class Mended(NamedTuple):
    """A mended line; ``starts[i]`` and ``ends[i]`` say where its character ``i`` stood."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the line that is ``text[start:end]`` here."""
        return (self.starts[start], self.ends[end - 1]) if end > start else (start, start)


def mended(line: str) -> Mended | None:
    """The line as it was meant; None where nothing is wrong with it.  Linear.

    >>> mended("R o m a ,  9  o t t .  ( A d n k r o n o s )").text
    'Roma, 9 ott. (Adnkronos)'
    >>> mended("PARIS (AFP) \\xe2\\u20ac\\u201d Two").text, mended("A plain line")
    ('PARIS (AFP) — Two', None)
    >>> mended("PARIS&nbsp;(AFP) &#8212; Two").text
    'PARIS (AFP) — Two'
    """
    spaced = 3 * line.count(" ") > len(line) and _SPACED.search(line)
    escaped = "&" in line and _ENTITY.search(line)
    if not (spaced or escaped) and (
        line.isascii() or not _BYTES.search(line) or not (_LEAD.search(line) or _PAIRS.search(line))
    ):
        return None
    pieces = [(char, at, at + 1) for at, char in enumerate(line)]
    changed = False
    for mend in (_unescaped, _korean, _decoded, _joined):
        text = "".join([char for char, *_ in pieces])
        whole, free = [], 0  # put together once: a line may be damaged in each of its characters
        for start, end, words in mend(text):
            whole += pieces[free:start]
            whole += [(char, pieces[start + a][1], pieces[start + b - 1][2]) for char, a, b in words]
            free = end
        if free:
            changed = True
            pieces = whole + pieces[free:]
    if not changed:
        return None
    return Mended(*("".join(column) if n == 0 else tuple(column) for n, column in enumerate(zip(*pieces, strict=True))))  # type: ignore[arg-type]


_Words = list[tuple[str, int, int]]


def _unescaped(text: str) -> Iterator[tuple[int, int, _Words]]:
    """HTML entities that a scraper left; one that says nothing known stays as it is."""
    if "&" not in text:
        return
    from html import unescape  # here: hardly any line has one
    from html.entities import html5

    for match in _ENTITY.finditer(text):
        known = match[0][1] == "#" or match[0][1:] in html5  # unescape reads "&notes;" as "¬es;"
        if known and (char := unescape(match[0])):
            yield match.start(), match.end(), _spread(" " if char.isspace() else char, len(match[0]))


def _joined(text: str) -> Iterator[tuple[int, int, _Words]]:
    """Runs of single characters with blanks between them; two blanks end a word."""
    for match in _SPACED.finditer(text):
        run = match[0]
        doubled = _GAP.search(run) is not None
        words: _Words = []
        for at, char in enumerate(run):
            if char != " ":
                words.append((char, at, at + 1))
            elif words[-1][0] != " " and (
                run[at + 1] == " " if doubled else run[at - 1] in ",.;:)" and run[at + 1] not in ")"
            ):
                words.append((" ", at, at + 1))
        yield match.start(), match.end(), words


def _decoded(text: str) -> Iterator[tuple[int, int, _Words]]:
    """Characters that are bytes of UTF-8, read as Latin-1 or Windows-1252."""
    for match in _LEAD.finditer(text):
        try:
            char = _bytes(match[0]).decode("utf-8")
        except UnicodeDecodeError:
            for size in range(len(match[0]) - 1, 1, -1):
                try:
                    char = _bytes(match[0][:size]).decode("utf-8")
                except UnicodeDecodeError:
                    continue
                yield match.start(), match.start() + size, [(char, 0, size)]
                break
            continue
        yield match.start(), match.end(), _spread(char, len(match[0]))


def _korean(text: str) -> Iterator[tuple[int, int, _Words]]:
    """Korean of two bytes a syllable, read as Latin-1."""
    for match in _PAIRS.finditer(text):
        run = match[0].encode("latin-1")
        try:
            chars = run.decode("cp949")
        except UnicodeDecodeError:
            continue
        if run.decode("utf-8", "ignore").encode() != run and all("\uac00" <= char <= "\ud7a3" for char in chars):
            yield match.start(), match.end(), [(char, 2 * at, 2 * at + 2) for at, char in enumerate(chars)]


def _spread(chars: str, size: int) -> _Words:
    return [(char, 0, size) for char in chars]


def _bytes(run: str) -> bytes:
    return b"".join(_byte(char) for char in run)


@lru_cache(maxsize=256)
def _byte(char: str) -> bytes:
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:  # five bytes that Windows leaves open
        return char.encode("latin-1", "replace")


def damaged(name: str) -> Iterator[str]:
    """How a name looks in text that needs mending, for those who look for it.

    >>> list(damaged("ТАСС"))[1].encode("latin-1").decode("utf-8"), next(damaged("Ansa"))
    ('ТАСС', 'A n s a')
    """
    if len(name) >= 3 and " " not in name:
        yield " ".join(name)
    if not name.isascii():
        for codec in ("latin-1", "cp1252", "cp949"):
            try:
                read = name.encode(codec if codec == "cp949" else "utf-8").decode(
                    "latin-1" if codec == "cp949" else codec
                )
            except UnicodeError:
                continue
            if read != name:
                yield read
