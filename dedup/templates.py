"""Templates: reports that a form was filled in for (quakes, weather, markets, results).

Two fillings of one form have most of their words in common and were not copied from each other.  What
differs tells: an editor changes words of any kind, a form has its gaps where names and numbers stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from dedup.article import Article
from dedup.columns import marked, spread
from dedup.matches import Matches

__all__ = ["filled"]

GAPS = 4
"""Gaps that were filled in another way, from which a passage is a filled form; a correction has fewer."""
EVERY = 20
"""Equal words for each gap, at most."""
PART = 0.6
"""Part of the edits that must be gaps."""
_TEXTS = 2000
_FILLINGS = 1 << 12
"""Fillings that are kept: one name stands in many forms."""
_LOOKED_AT = 12
"""Edits of a passage that are looked at: the first."""


def filled(matches: Matches, articles: Sequence[Article]) -> npt.NDArray[np.bool_] | None:
    """Which passages are two fillings of one form; None if none is.

    Cost: 10 nanoseconds a passage, and some 20 microseconds for each that has as many edits as a form.
    """
    edits = matches.block[1:] - matches.block[:-1] - 1
    likely = marked((edits >= GAPS) & (edits * EVERY >= matches.words) & matches.copies)
    if not len(likely):
        return None
    likely = _with_gaps(matches, likely)
    text = lru_cache(_TEXTS)(lambda number: articles[number].document.text)
    found = np.zeros(len(matches.spans), np.bool_)
    for p in likely.tolist():
        m = int(matches.match_of[p])
        a, b = text(int(matches.a[m])), text(int(matches.b[m]))
        start = int(matches.block[p]) + 1
        rows: list[list[int]] = matches.blocks[start : start + min(int(edits[p]), _LOOKED_AT), 3:].tolist()
        gaps = 0
        for n, (a_start, a_end, b_start, b_end) in enumerate(rows):
            gaps += _is_gap(a[a_start:a_end], b[b_start:b_end])
            if n + 1 - gaps > (1 - PART) * len(rows):
                break
        else:
            found[p] = gaps >= GAPS and gaps * EVERY * int(edits[p]) >= int(matches.words[p]) * len(rows)
    if not found.any():
        return None
    # What is left of two fillings of a form is shorter runs of it.
    words = np.bincount(matches.match_of, matches.words * matches.copies, minlength=len(matches))
    form = np.bincount(matches.match_of, matches.words * found, minlength=len(matches))
    return found | (matches.copies & (form * 2 > words)[matches.match_of])


def _with_gaps(matches: Matches, passages: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Those of some passages in which enough edits put something for something to be gaps."""
    counts = np.minimum(np.diff(matches.block)[passages] - 1, _LOOKED_AT)
    a, a_end, b, b_end = matches.blocks[spread(matches.block[passages] + 1, counts), 3:].T
    exchanged = (a < a_end) & (b < b_end)
    several = np.bincount(np.repeat(np.arange(len(passages)), counts), exchanged, minlength=len(passages))
    enough: npt.NDArray[np.bool_] = (several >= GAPS) & (counts - several <= (1 - PART) * counts)
    return passages[enough]


def _is_gap(one: str, other: str) -> bool:
    """Whether two names or numbers stand there, one for the other.

    >>> _is_gap("4.5", "6.1"), _is_gap("Crete on Monday", "Izu"), _is_gap("were hurt", "were injured"), _is_gap("", "5")
    (True, True, False, False)
    """
    return _fills(one) and _fills(other)


@lru_cache(_FILLINGS)
def _fills(text: str) -> bool:
    named = other = 0
    for word in text.split():
        if word[0].isupper() or word[0].isdigit():
            named += 1
        elif word[0].isalpha():
            other += 1
    return named > 0 and named >= other
