"""Judgements: what is counted of the passages of many pairs at once.

This is the plain specification of what ``dedup._engine`` does without the GIL: each text that shares a
passage is looked at once, and every passage becomes one row of small integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain, islice

import numpy as np
import numpy.typing as npt

from dedup.batch import Bodies, Comparisons, alignments
from dedup.copying import Counts
from dedup.counting import count_passage
from dedup.facts import Facts
from dedup.model import Credit
from dedup.text import fold

__all__ = ["judgements", "notes"]

_MOST = 255
"""Kinds of words that are told by a byte each."""

_I32 = npt.NDArray[np.int32]


def judgements(
    texts: Sequence[str],
    bodies: Bodies,
    credits: Sequence[Sequence[Credit]],
    places: _I32,
    turned: Sequence[bool],
    found: Comparisons,
    shelf: object = None,
    where: _I32 | None = None,
    notes: list[bytes | None] | None = None,
) -> _I32:
    """A row of ``dedup.copying.Counts`` for each passage of ``found``, without its neighbours.

    ``places`` (n, 2) names the pairs and ``turned`` says which are counted with their sides exchanged, as for
    ``dedup.batch.comparisons``.  What lies on its ``shelf`` the engine does not fold again; ``where`` are the places of
    the texts there (int32), None says that they are their own.  ``notes`` are what is known of each text, as of
    ``notes``, if it was looked at before: the engine does not look again, and what it sees now is put there.

    >>> from dedup.batch import comparisons
    >>> from dedup.settings import Settings
    >>> two, places = ["the quick brown fox jumps over the lazy dog"] * 2, np.array([[0, 1]], np.int32)
    >>> found = comparisons(two, None, places, [False], Settings())
    >>> Counts(*judgements(two, None, [(), ()], places, [False], found)[0].tolist())[:3]
    (6, 0, 3)
    """

    @cache
    def look(number: int) -> Facts:
        tokens = fold(texts[number], None if bodies is None else bodies[number])
        return Facts(texts[number], tokens, credits[number])

    aligned = iter(alignments(found))
    rows: list[Counts] = []
    for (a, b), exchange, count in zip(places.tolist(), turned, found.matches[:, 4].tolist(), strict=True):
        for each in islice(aligned, count):
            if exchange:
                rows.append(count_passage(look(b), look(a), each.mirrored().blocks))
            else:
                rows.append(count_passage(look(a), look(b), each.blocks))
    return np.array(rows, np.int32).reshape(-1, len(Counts._fields))


def notes(texts: Sequence[str], bodies: Bodies, credits: Sequence[Sequence[Credit]]) -> list[bytes]:
    """What the judge sees of each text, the bytes of ``Facts``, to be kept for later: a byte a word and some hundred.

    These are the three bytes that words have, how many of these there are and each, as they come; and which of them
    each word has.  Where there are more than a byte can count: none, and the bytes of all words.  An index keeps
    notes: whoever changes what they say raises ``dedup.index.scheme.NOTES``.  About a millisecond for 500 words.

    >>> text = "“We will lose,” said president Lee of the north of the"
    >>> note = notes([text], None, [()])[0]
    >>> note[0], note[-11:].hex(" ")
    (10, '00 01 02 03 04 05 06 07 08 06 09')
    """
    spans = [None] * len(texts) if bodies is None else bodies
    facts = (Facts(text, fold(text, body), said) for text, body, said in zip(texts, spans, credits, strict=True))
    return [_packed(each.listed, each.looks, each.quoted) for each in facts]


def _packed(*planes: bytes) -> bytes:
    words = list(zip(*planes, strict=True))
    codes = {kind: code for code, kind in enumerate(dict.fromkeys(words))}
    if len(codes) > _MOST:
        return bytes(1) + b"".join(planes)
    return bytes([len(codes), *chain.from_iterable(codes), *(codes[word] for word in words)])
