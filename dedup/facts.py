"""Facts: all that judging asks of one text, made once and sliced for each passage.

A passage is judged by what its words are and what stands between them.  Here that is a byte or
three a word, such that the bytes of two texts combine with "or" and are counted by slices.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import compress

from dedup.looks import BORDER, CUT, DENSE, NAME, SINGLE, Looks, look, repeated_names
from dedup.model import Credit, Tokens
from dedup.quotations import INTERVIEW, POST, PUBLIC, SAME, TRANSLATED, quoted_words
from dedup.speech import FUNCTION, OFFICIAL, PAPER, VENUE, VERB, having

__all__ = ["ALONE", "FRAME", "GRAMMAR", "NAMED", "QUOTED", "Facts", "joined", "shared"]

FRAME, GRAMMAR, ALONE, NAMED = 1, 2, 4, 8
"""Bits of ``Facts.sorts`` besides those of quotations: part of the frame of a statement ("the
ministry said in a statement"), grammar, a character of a script without spaces, a name or number.
A word with none of them carries matter."""
QUOTED = PUBLIC | INTERVIEW | TRANSLATED
_LISTED = bytes(
    (GRAMMAR if bits & FUNCTION else 0) | (FRAME if bits & (VERB | OFFICIAL | VENUE | PAPER) else 0)
    for bits in range(256)
)
_LOOKS = bytes(
    (ALONE if seen & DENSE else 0) | (GRAMMAR if seen & SINGLE else 0) | (NAMED if seen & NAME else 0)
    for seen in range(256)
)
_QUOTED = bytes(byte & QUOTED for byte in range(256))
_EDITED = bytes(byte & QUOTED != 0 and not byte & POST for byte in range(256))


class Facts:
    """The words of one text as the judge sees them, one byte a word each.

    ``listed`` holds the lists they stand in (``dedup.speech``), ``looks`` how they look and what
    follows them (``dedup.looks``), ``quoted`` in what quotation they stand (``dedup.quotations``).
    About 60 microseconds for 500 words in C, and three bytes a word are kept.

    >>> from dedup.text import fold
    >>> text = "“We will lose,” said president Lee of the"
    >>> facts = Facts(text, fold(text))
    >>> facts.quoted.hex(" "), facts.sorts.hex(" ")
    ('90 90 10 00 00 00 00 00', '12 12 10 01 01 08 02 02')
    """

    def __init__(self, text: str, tokens: Tokens, credits: Sequence[Credit] = ()) -> None:
        known = look(text, tokens)
        self.tokens = tokens
        self.listed, self.looks = known
        self.quoted = quoted_words(text, tokens, credits, known)

    @cached_property
    def repeated(self) -> frozenset[str]:
        """Names that the text repeats: what it is about."""
        return repeated_names(self.tokens, Looks(self.listed, self.looks))

    @cached_property
    def sorts(self) -> bytes:
        """What sort each word is, and the kind of quotation it stands in."""
        return joined(
            joined(self.listed.translate(_LISTED), self.looks.translate(_LOOKS)), self.quoted.translate(_QUOTED)
        )

    @cached_property
    def borders(self) -> bytes:
        """A 1 for each word before the end of a sentence or a quotation mark."""
        return self.looks.translate(having(BORDER))

    @cached_property
    def same(self) -> bytes:
        """A 1 for each word that is followed by another of its quotation."""
        return self.quoted.translate(having(SAME))

    @cached_property
    def cuts(self) -> tuple[int, ...]:
        """Indexes of quoted words before a cut that an editor can have made."""
        cut = shared(self.looks.translate(having(CUT)), self.quoted.translate(_EDITED))
        return tuple(compress(range(len(cut)), cut))


def joined(one: bytes, other: bytes) -> bytes:
    """Byte by byte "or" of two strings of one length; as whole numbers, which is fast for short ones.

    >>> joined(bytes([1, 2]), bytes([4, 2])).hex()
    '0502'
    """
    if one == other:
        return one
    return (int.from_bytes(one, "little") | int.from_bytes(other, "little")).to_bytes(len(one), "little")


def shared(one: bytes, other: bytes) -> bytes:
    """Byte by byte "and", the same way.

    >>> shared(bytes([5, 2]), bytes([4, 2])).hex()
    '0402'
    """
    if one == other:
        return one
    return (int.from_bytes(one, "little") & int.from_bytes(other, "little")).to_bytes(len(one), "little")
