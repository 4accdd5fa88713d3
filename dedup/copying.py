"""Judge: copied, or said in public by someone?  From the wording alone.

A sum of weights of evidence in decibans (ten times the decimal logarithm of a likelihood ratio;
Good 1950): +10 makes copying ten times as likely.  Credits do not enter here, they answer the
other question, from which wire.  The weights have priors set by hand, each with its reason, on the
worked examples in the seeds (``seeds/README.md``); ``dedup/data/copying.toml`` holds what they became when
they were fitted to news whose credits tell what was copied (``benchmarks/fit_copying.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, reduce
from operator import add
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.model import Evidence
from dedup.tables import table
from dedup.wording import count

__all__ = [
    "LINK",
    "PRIORS",
    "WEIGHTS",
    "Counts",
    "Weights",
    "alone",
    "among_stories",
    "decibans",
    "decibans_of",
    "evidence",
    "idiom",
    "probability",
    "sums_of",
    "supported",
    "without",
]


class Counts(NamedTuple):
    """What a judgement counted: one row of small integers, from which everything printed follows.

    Matched words by sort, each in one only; ``edits``; ``inner``, other wordings inside the same
    quotation; ``rewording``, edits where each side has words of its own; the rest is 1 or 0.
    ``neighbour`` says that another passage supports this one, ``public`` and ``quoted`` that half of
    the words stand in a public quotation, or in any.
    """

    content: int = 0
    dense: int = 0
    function: int = 0
    name: int = 0
    quoted_public: int = 0
    quoted_translated: int = 0
    edits: int = 0
    inner: int = 0
    title: int = 0
    elision: int = 0
    attribution: int = 0
    cut: int = 0
    crossing: int = 0
    rewording: int = 0
    public: int = 0
    quoted: int = 0
    neighbour: int = 0


class Weights(NamedTuple):
    """Decibans of each sort of evidence for "copied"; the values here are the priors."""

    base: float = -5.0
    """Before any word is looked at: most short runs that two reports of one event share are
    chance, formula or quotation."""
    content: float = 2.5
    """A matched word that carries matter: two reporters choose the same one in about 56 of 100."""
    function: float = 0.5
    """A matched grammar word: it follows from its neighbours."""
    name: float = 0.25
    """A matched name or number: the event dictates it."""
    dense: float = 1.25
    """A matched character of a script without spaces: about half a word."""
    quoted_public: float = 0.2
    """A matched word inside a public statement or document: anybody may quote it."""
    quoted_translated: float = 0.9
    """The same, said in another language: translators choose words, but fewer than writers."""
    public_cap: float = 6.0
    """Most that the words of public quotations add up to, however long: a whole statement of a
    ministry in two papers is no copy."""
    translated_cap: float = 15.0
    """The same for statements in another language: of thirty one has a translation of its speaker's own, from which
    all take the same words."""
    elision: float = 10.0
    """The same cut ("...") or bracket at the same place in a quotation: an editor's hand."""
    attribution: float = 2.0
    """The same attribution clause ("Xi told Putin") beside the quotation."""
    neighbour: float = 6.0
    """Another copied passage follows in the same order in both."""
    edit: float = -1.0
    """A place where the two differ."""
    cut: float = -6.0
    """A quotation that begins or ends elsewhere: two people cut it from the same speech."""
    inner: float = -4.0
    """Other words inside the same quotation: two transcriptions or translations."""
    inner_cap: float = -8.0
    crossing: float = -6.0
    """The run crosses the end of a sentence or a quotation mark on one side only: an accident."""
    rewording: float = -6.0
    """Each has words of its own between two runs: what follows is a run by itself, and has to make up
    for the base rate again.  An editor cuts, adds or changes a word; two reporters fill the same facts
    ("269 counts of wire fraud", "after an 18-month investigation") with their own sentence."""
    only_names: float = -10.0
    """Nothing but names, titles and grammar words."""
    title: float = -10.0
    """The title of a public document."""
    idiom: float = -8.0
    """Each further story, about something else, in which the text stands (``dedup.idioms``)."""
    limit: float = 60.0
    """No sum goes beyond this, either way: a model is never surer than one in a million."""


PRIORS = Weights()
WEIGHTS = Weights(**table("copying.toml")["weights"])
LINK = 5.0
"""Decibans from which a passage is called a copy (odds 3 to 1).  In the worked examples copies
start at 14 and everything else ends at -3."""
NEIGHBOUR_WORDS = 60
"""Words between two passages, on either side, up to which one is the other's neighbour."""

_SORTS = (
    ("content", ("content word",)),
    ("dense", ("character",)),
    ("function", ("grammar word",)),
    ("name", ("name or number", "names and numbers")),
    ("quoted_public", ("word of a public statement", "words of a public statement")),
    ("quoted_translated", ("word of a translated statement", "words of a translated statement")),
)


def probability(decibans: float) -> float:
    """Probability of an odds of ``decibans``.

    >>> round(probability(20.3), 3), probability(0)
    (0.991, 0.5)
    """
    return float(1 / (1 + 10 ** (-decibans / 10)))


def decibans(counts: Counts) -> float:
    """The sum of the weights of what was counted; about a microsecond.

    >>> round(decibans(Counts(content=9, function=1)), 1), decibans(Counts(content=90))
    (18.1, 60.0)
    """
    total = _limited(_sum(counts))
    return _limited(total + WEIGHTS.neighbour) if counts.neighbour else total


def sums_of(rows: npt.NDArray[np.int32], weights: Weights = WEIGHTS) -> npt.NDArray[np.float64]:
    """The sums of the weights of many rows of counts, before any limit and without what supports a passage.

    >>> sums_of(np.array([Counts(content=90)], np.int32)).round(1).tolist()
    [221.8]
    """
    if len(rows) <= _FEW and weights is WEIGHTS:  # by far the most of one article's questions
        return np.array([_sum(Counts(*row)) for row in rows.tolist()])
    found: npt.NDArray[np.float64] = np.zeros(len(rows)) + reduce(add, _addends(Counts(*rows.T), np.where, weights))
    return found


_FEW = 8
"""Rows up to which one after the other is faster than columns."""


def decibans_of(rows: npt.NDArray[np.int32], weights: Weights = WEIGHTS) -> npt.NDArray[np.float64]:
    """``decibans`` of many rows of counts, to the last bit.

    >>> decibans_of(np.array([Counts(content=9, function=1), Counts(content=90)], np.int32)).round(1).tolist()
    [18.1, 60.0]
    """
    if len(rows) <= _FEW and weights is WEIGHTS:
        return np.array([decibans(Counts(*row)) for row in rows.tolist()])
    total = sums_of(rows, weights)
    np.clip(total, -weights.limit, weights.limit, out=total)
    supported = np.clip(total + weights.neighbour, -weights.limit, weights.limit)
    total[rows[:, -1] > 0] = supported[rows[:, -1] > 0]  # where another passage supports it
    return total


def evidence(counts: Counts, total: float | None = None) -> tuple[Evidence, ...]:
    """The terms of the sum, in words; ``total`` is theirs (``sums_of``), where it is known.

    About 2 microseconds.

    >>> [term.text for term in evidence(Counts(content=9, edits=1))][1:]
    ['9 content words', '1 edit']
    """
    terms = [*_terms(counts)]
    total = _sum(counts) if total is None else total
    terms += _limit(total)
    if counts.neighbour:
        terms.append(_term("neighbour", "another shared passage stands beside it in both", WEIGHTS.neighbour))
        terms += _limit(_limited(total) + WEIGHTS.neighbour)
    return tuple(terms)


def without(terms: Sequence[Evidence]) -> list[float | None]:
    """The probability of "copied" without each of the printed terms; None for what is no weight of its own.

    >>> terms = evidence(Counts(content=9, edits=1))
    >>> [each and round(each, 2) for each in without(terms)]
    [0.99, 0.19, 0.98]
    """
    values = [
        float(term.effect.removesuffix(" dB")) if term.kind != "limit" and term.effect.endswith(" dB") else None
        for term in terms
    ]
    total = sum(value or 0.0 for value in values)
    return [None if value is None else probability(_limited(total - value)) for value in values]


def _only_names(counts: Counts) -> bool:
    return not (counts.content or counts.dense or counts.quoted_public or counts.quoted_translated)


def _sum(counts: Counts) -> float:
    """As the sum of ``_terms``, with their order, so to the last bit; what is 0 changes nothing."""
    # Not by sum(), which rounds in another way from Python 3.12 on than the arrays of ``decibans_of``.
    return float(reduce(add, _addends(counts, lambda condition, then, otherwise: then if condition else otherwise)))


def _addends(counts: Counts, choose: Callable[[Any, Any, Any], Any], weights: Weights = WEIGHTS) -> tuple[Any, ...]:
    """What each count weighs; of one row or, with ``np.where`` to choose, of columns."""
    public, inner = counts.quoted_public * weights.quoted_public, counts.inner * weights.inner
    translated = counts.quoted_translated * weights.quoted_translated
    meaning = counts.content + counts.dense + counts.quoted_public + counts.quoted_translated
    return (
        weights.base,
        counts.content * weights.content,
        counts.dense * weights.dense,
        counts.function * weights.function,
        counts.name * weights.name,
        public,
        translated,
        choose(public > weights.public_cap, weights.public_cap - public, 0.0),
        choose(translated > weights.translated_cap, weights.translated_cap - translated, 0.0),
        choose(meaning == 0, weights.only_names, 0.0),
        counts.title * weights.title,
        counts.elision * weights.elision,
        counts.attribution * weights.attribution,
        choose(inner < weights.inner_cap, weights.inner_cap, inner),
        counts.cut * weights.cut,
        counts.edits * weights.edit,
        counts.crossing * weights.crossing,
        counts.rewording * weights.rewording,
    )


def _terms(counts: Counts) -> Iterator[Evidence]:
    yield _term("base", "base rate of a shared run in two reports of one event", WEIGHTS.base)
    for (name, said), number in zip(_SORTS, counts, strict=False):  # the first columns
        if number:
            yield _counted(name, number, said, getattr(WEIGHTS, name))
    public = counts.quoted_public * WEIGHTS.quoted_public
    if public > WEIGHTS.public_cap:
        yield _term("cap", "a public statement, however long", WEIGHTS.public_cap - public)
    translated = counts.quoted_translated * WEIGHTS.quoted_translated
    if translated > WEIGHTS.translated_cap:
        yield _term("cap", "the speaker's own translation, perhaps", WEIGHTS.translated_cap - translated)
    if _only_names(counts):
        yield _term("only_names", "nothing but names, titles and grammar words", WEIGHTS.only_names)
    if counts.title:
        yield _term("title", "the title of a public document", WEIGHTS.title)
    if counts.elision:
        yield _term("elision", "the same cut or bracket in the quotation", WEIGHTS.elision)
    if counts.attribution:
        yield _term("attribution", "the same attribution clause", WEIGHTS.attribution)
    if counts.inner:
        text = count(counts.inner, "other wording") + " inside the quotation"
        yield _term("inner", text, max(WEIGHTS.inner_cap, counts.inner * WEIGHTS.inner))
    if counts.cut:
        yield _term("cut", "the quotation begins or ends elsewhere", WEIGHTS.cut)
    if counts.edits:
        yield _counted("edit", counts.edits, ("edit",), WEIGHTS.edit)
    if counts.crossing:
        yield _term("crossing", "crosses a sentence or quotation border on one side only", WEIGHTS.crossing)
    if counts.rewording:
        text = count(counts.rewording, "place") + " told in own words on either side"
        yield _term("rewording", text, counts.rewording * WEIGHTS.rewording)


# Passages say the same of themselves again and again: a scan of 10,000 articles 180,000 terms, 2,000 different ones.
@lru_cache(1 << 12)
def _counted(kind: str, number: int, said: tuple[str, ...], weight: float) -> Evidence:
    return Evidence(kind, count(number, *said), _db(number * weight))


@lru_cache(1 << 12)
def _term(kind: str, text: str, value: float) -> Evidence:
    return Evidence(kind, text, _db(value))


def among_stories(
    decibans: npt.NDArray[np.float64], stories: npt.NDArray[np.int32], weights: Weights = WEIGHTS
) -> npt.NDArray[np.float64]:
    """The decibans of passages whose text stands in so many stories about different things; 0 where nobody knows.

    >>> among_stories(np.array([20.0, 20.0, 20.0]), np.array([0, 1, 3], np.int32)).tolist()
    [20.0, 20.0, 4.0]
    """
    more = np.maximum(stories.astype(np.float64) - 1, 0.0)
    return np.clip(decibans + more * weights.idiom, -weights.limit, weights.limit)


def idiom(total: float, stories: int) -> tuple[Evidence, ...]:
    """The same of one passage in words, nothing where there is nothing to say."""
    if stories < 2:
        return ()
    effect = float(among_stories(np.array([total]), np.array([stories], np.int32))[0]) - total
    return (Evidence("idiom", f"stands in {stories} stories that have nothing else in common", _db(effect)),)


def _limited(total: float) -> float:
    return max(-WEIGHTS.limit, min(WEIGHTS.limit, total))


def _limit(total: float) -> list[Evidence]:
    limited = _limited(total)
    return [] if limited == total else [_term("limit", "no sum goes beyond this", limited - total)]


def _db(value: float) -> str:
    return f"{value:+.1f} dB"


def supported(
    rows: npt.NDArray[np.int32], ends: npt.NDArray[np.int32], pairs: npt.NDArray[np.int32]
) -> npt.NDArray[np.int32]:
    """``rows`` of counts, those marked that another passage of their pair supports: it stands beside them in both
    texts and is more likely copied than not.

    ``ends`` (n, 4) are the words that each covers, in the text that comes first and in the other; ``pairs`` says of
    which pair each is.  Passages are neighbours by their place in the first text.

    >>> rows = np.array([Counts(content=9), Counts(content=1)], np.int32)
    >>> supported(rows, np.array([[0, 9, 0, 9], [9, 10, 9, 10]], np.int32), np.array([7, 7], np.int32))[:, -1].tolist()
    [0, 1]
    """
    if not (pairs[1:] == pairs[:-1]).any() and not (pairs[1:] < pairs[:-1]).any():
        return alone(rows)
    order = np.lexsort((*ends.T[::-1], pairs))
    ends, pairs = ends[order], pairs[order]
    gaps = ends[1:, [0, 2]] - ends[:-1, [1, 3]]
    near = (pairs[1:] == pairs[:-1]) & ((gaps >= 0) & (gaps <= NEIGHBOUR_WORDS)).all(axis=1)
    copied = decibans_of(rows[order]) > 0
    beside = np.zeros(len(rows), np.bool_)
    beside[1:] |= near & copied[:-1]
    beside[:-1] |= near & copied[1:]
    marked = rows.copy()
    # The next sentence of one speech proves nothing: it must be a reporter's prose.
    marked[order, _NEIGHBOUR] = beside & (rows[order, _PUBLIC] == 0)
    return marked


def alone(rows: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """``supported`` where each pair has one passage."""
    marked = rows.copy()
    marked[:, _NEIGHBOUR] = 0
    return marked


_NEIGHBOUR, _PUBLIC = Counts._fields.index("neighbour"), Counts._fields.index("public")
