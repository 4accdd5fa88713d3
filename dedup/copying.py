"""Judge: copied, or said in public by someone?  From the wording alone.

A sum of weights of evidence in decibans (ten times the decimal logarithm of a likelihood ratio;
Good 1950): +10 makes copying ten times as likely.  Credits do not enter here, they answer the
other question, from which wire.  The weights are priors set by hand, each with its reason; the
worked examples they were set on are in the seeds (``seeds/README.md``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from dedup.align import Alignment, edits_of, span_of
from dedup.article import Opened as Article
from dedup.characters import classes
from dedup.model import Evidence, Passage, PassageKind
from dedup.quotations import Quotation, QuoteKind, speech
from dedup.wording import count

__all__ = ["LINK", "WEIGHTS", "Weights", "judge", "judge_all", "probability", "unjudged"]


class Weights(NamedTuple):
    """Decibans of each sort of evidence for "copied"."""

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
    only_names: float = -10.0
    """Nothing but names, titles and grammar words."""
    title: float = -10.0
    """The title of a public document."""
    limit: float = 60.0
    """No sum goes beyond this, either way: a model is never surer than one in a million."""


WEIGHTS = Weights()
LINK = 5.0
"""Decibans from which a passage is called a copy (odds 3 to 1).  In the worked examples copies
start at 14 and everything else ends at -3."""
NEIGHBOUR_WORDS = 60
"""Words between two passages, on either side, up to which one is the other's neighbour."""

_SENTENCE_END = re.compile(r"(?<![.…])[.!?](?=[\s\"”»’')\]]|$)|[“”„«»\"]")
_CUT = re.compile(r"…|\.\s?\.\s?\.|\[[^\]]{0,40}\]")
_SPELLINGS = (
    (re.compile(r"is(e|ed|es|ing|ation|er)$"), r"iz\1"),  # realise
    (re.compile(r"our"), "or"),  # labour
    (re.compile(r"(.)\1"), r"\1"),  # travelling
    (re.compile(r"tre$"), "ter"),  # centre
    (re.compile(r"ence$"), "ense"),  # defence
    (re.compile(r"ogue$"), "og"),  # dialogue
)
_SAID = {
    "content": ("content word",),
    "function": ("grammar word",),
    "name": ("name or number", "names and numbers"),
    "dense": ("character",),
    "quoted_public": ("word of a public statement", "words of a public statement"),
    "quoted_translated": ("word of a translated statement", "words of a translated statement"),
}
_KIND_ORDER: tuple[QuoteKind, ...] = ("translated", "interview", "public")


def probability(decibans: float) -> float:
    """Probability of an odds of ``decibans``.

    >>> round(probability(20.3), 3), probability(0)
    (0.991, 0.5)
    """
    return float(1 / (1 + 10 ** (-decibans / 10)))


def judge_all(a: Article, b: Article, alignments: Sequence[Alignment]) -> tuple[Passage, ...]:
    """Judge the passages of one pair, in the order of ``a``; neighbours support each other.

    Time is linear in the words of the passages.
    """
    judged = [_judged(a, b, alignment) for alignment in alignments]
    passages = [passage for passage, _ in judged]
    supported = []
    for index, passage in enumerate(passages):
        beside = [
            other
            for other in (index - 1, index + 1)
            if 0 <= other < len(passages)
            and passages[other].decibans > 0
            and _near(alignments[min(index, other)], alignments[max(index, other)])
        ]
        # The next sentence of one speech proves nothing: it must be a reporter's prose.
        if beside and not judged[index][1]:
            term = Evidence("neighbour", "another shared passage stands beside it in both", _db(WEIGHTS.neighbour))
            passage = _weighed(passage, passage.decibans + WEIGHTS.neighbour, (*passage.evidence, term))
        supported.append(passage)
    return tuple(supported)


def judge(a: Article, b: Article, alignment: Alignment) -> Passage:
    """One passage with its decibans, its probability of having been copied, and each term.

    >>> from dedup.article import opened, whole
    >>> from dedup.align import align
    >>> from dedup.model import Document
    >>> from dedup.settings import Settings
    >>> text = "The bridge swayed for nine minutes before its western cable tore from the rock."
    >>> both = Document("1", text), Document("2", "It said: " + text)
    >>> one, two = (opened(whole(document), Settings()) for document in both)
    >>> passage = judge(one, two, align(one.tokens, two.tokens, one.hashes, two.hashes, 5, 8)[0])
    >>> passage.kind, passage.words, round(passage.decibans, 2)
    ('copy', 14, 18.0)
    """
    return _judged(a, b, alignment)[0]


def _judged(a: Article, b: Article, alignment: Alignment) -> tuple[Passage, bool]:
    """The passage, and whether most of it is a public statement."""
    sides = _Sides(a, b, alignment)
    terms = [("base", "base rate of a shared run in two reports of one event", WEIGHTS.base)]
    terms += sides.words()
    terms += sides.quotation_terms()
    terms += sides.border_terms()
    kind: PassageKind = "public-statement" if 2 * sides.quoted >= alignment.words else "common-phrase"
    evidence = tuple(Evidence(kind, text, _db(value)) for kind, text, value in terms)
    passage = replace(unjudged(a, b, alignment), kind=kind)
    return _weighed(passage, sum(value for _, _, value in terms), evidence), 2 * sides.public >= alignment.words


def unjudged(a: Article, b: Article, alignment: Alignment) -> Passage:
    """A passage as aligned, with its place in both originals and its edits."""
    return Passage(
        a=span_of(a.tokens, alignment.a),
        b=span_of(b.tokens, alignment.b),
        words=alignment.words,
        edits=edits_of(alignment, a.tokens, b.tokens),
    )


def _weighed(passage: Passage, decibans: float, evidence: tuple[Evidence, ...]) -> Passage:
    limited = max(-WEIGHTS.limit, min(WEIGHTS.limit, decibans))
    if limited != decibans:
        evidence = (*evidence, Evidence("limit", "no sum goes beyond this", _db(limited - decibans)))
    decibans = limited
    kind: PassageKind = "copy" if decibans >= LINK else passage.kind
    return replace(passage, decibans=decibans, p_copied=probability(decibans), kind=kind, evidence=evidence)


def _db(value: float) -> str:
    return f"{value:+.1f} dB"


def _near(first: Alignment, second: Alignment) -> bool:
    """Whether the second follows the first in both texts, not far behind."""
    return all(
        0 <= later.start - earlier.end <= NEIGHBOUR_WORDS
        for earlier, later in ((first.a, second.a), (first.b, second.b))
    )


Term = tuple[str, str, float]


class _Sides:
    """The words of one passage in both texts, with the quotations they stand in."""

    def __init__(self, a: Article, b: Article, alignment: Alignment) -> None:
        self.a, self.b, self.alignment = a, b, alignment
        self.equal = [(block.a + n, block.b + n) for block in alignment.blocks for n in range(block.words)]
        self.in_a = _membership(a, alignment.a.start, alignment.a.end)
        self.in_b = _membership(b, alignment.b.start, alignment.b.end)
        kinds = [self.quote_kind(i, j) for i, j in self.equal]
        self.quoted = sum(kind is not None for kind in kinds)
        self.public = kinds.count("public")

    def quote_kind(self, i: int, j: int) -> QuoteKind | None:
        """Kind of the quotation a matched word stands in; what either text knows counts."""
        kinds = [side[index].kind for side, index in ((self.in_a, i), (self.in_b, j)) if index in side]
        return min(kinds, key=_KIND_ORDER.index) if kinds else None

    def words(self) -> list[Term]:
        """What the matched words weigh, by sort."""
        counts: Counter[str] = Counter()
        lists = speech()
        # "..., the ministry said in a statement" is said of every statement.
        frame = lists.verbs | lists.officials | lists.venues | lists.papers if self.public else frozenset[str]()
        for i, j in self.equal:
            word = self.a.tokens.words[i]
            kind = self.quote_kind(i, j)
            if kind == "public":
                counts["quoted_public"] += 1
            elif kind == "translated":
                counts["quoted_translated"] += 1
            elif i in self.a.names or j in self.b.names:
                counts["name"] += 1
            elif len(word) == 1 and classes()[ord(word)] == "s":
                counts["dense"] += 1
            elif word in lists.function or word in frame or len(word) == 1:
                counts["function"] += 1
            else:
                counts["content"] += 1
        terms = [(kind, count(n, *_SAID[kind]), n * getattr(WEIGHTS, kind)) for kind, n in sorted(counts.items())]
        if counts["quoted_public"] * WEIGHTS.quoted_public > WEIGHTS.public_cap:
            over = WEIGHTS.public_cap - counts["quoted_public"] * WEIGHTS.quoted_public
            terms.append(("cap", "a public statement, however long", over))
        if not (counts["content"] or counts["dense"] or counts["quoted_public"] or counts["quoted_translated"]):
            terms.append(("only_names", "nothing but names, titles and grammar words", WEIGHTS.only_names))
        if self._is_title():
            terms.append(("title", "the title of a public document", WEIGHTS.title))
        return terms

    def quotation_terms(self) -> list[Term]:
        """Cuts, brackets, attribution and other words inside quotations."""
        terms: list[Term] = []
        if self._same_elision():
            terms.append(("elision", "the same cut or bracket in the quotation", WEIGHTS.elision))
        if 2 * self.public < len(self.equal) and self._attributed():
            terms.append(("attribution", "the same attribution clause", WEIGHTS.attribution))
        inner = self._inner_edits()
        # Where the quotation goes on in both, it goes on in other words.
        inner += sum(
            self.quote_kind(i, j) in ("public", "translated")
            and _goes_on(self.a, self.in_a, i, step)
            and _goes_on(self.b, self.in_b, j, step)
            for i, j, step in self._ends()
        )
        if inner:
            value = max(WEIGHTS.inner_cap, inner * WEIGHTS.inner)
            terms.append(("inner", count(inner, "other wording") + " inside the quotation", value))
        if self._cut_differently():
            terms.append(("cut", "the quotation begins or ends elsewhere", WEIGHTS.cut))
        return terms

    def border_terms(self) -> list[Term]:
        """Edits, and runs that cross a border which only one side has."""
        terms: list[Term] = []
        edits = len(self.alignment.blocks) - 1
        if edits:
            terms.append(("edit", count(edits, "edit"), edits * WEIGHTS.edit))
        if self._crosses():
            terms.append(("crossing", "crosses a sentence or quotation border on one side only", WEIGHTS.crossing))
        return terms

    def _is_title(self) -> bool:
        """Whether most of it is "... statement on ...": a document's name, signed or issued."""
        words = [self.a.tokens.words[i] for i, _ in self.equal]
        for place, word in enumerate(words[:-1]):
            if word in speech().papers and words[place + 1] in ("on", "of", "for", "to", "concerning", "about"):
                rest = len(words) - place
                return 3 * rest >= 2 * len(words) and len(words) < 24
        return False

    def _same_elision(self) -> bool:
        for block in self.alignment.blocks:
            for n in range(block.words - 1):
                i, j = block.a + n, block.b + n
                if (
                    i in self.in_a
                    and j in self.in_b
                    and _CUT.search(_between(self.a, i))
                    and _CUT.search(_between(self.b, j))
                ):
                    return True
        return False

    def _attributed(self) -> bool:
        """A verb of speech outside the quotation, within four words of its words, in both."""
        quoted = [i in self.in_a and j in self.in_b for i, j in self.equal]
        return any(
            self.a.tokens.words[i] in speech().verbs
            and not quoted[place]
            and any(quoted[max(0, place - 4) : place + 5])
            for place, (i, _) in enumerate(self.equal)
        )

    def _inner_edits(self) -> int:
        """Edits inside a quotation that are more than another spelling."""
        count = 0
        blocks = self.alignment.blocks
        for left, right in pairwise(blocks):
            gap_a = range(left.a + left.words, right.a)
            gap_b = range(left.b + left.words, right.b)
            inside = [i in self.in_a for i in gap_a] + [j in self.in_b for j in gap_b]
            if self.quote_kind(right.a, right.b) == "interview" or not any(inside):
                continue
            words_a = [_spelling(self.a.tokens.words[i]) for i in gap_a]
            words_b = [_spelling(self.b.tokens.words[j]) for j in gap_b]
            count += words_a != words_b
        return count

    def _cut_differently(self) -> bool:
        """Whether the quotation at either end of the passage goes on in one text or both.

        Were it the same quotation cut alike, the passage would go on as well.
        """
        return any(
            self.quote_kind(i, j) in ("public", "translated")
            and (_goes_on(self.a, self.in_a, i, step) or _goes_on(self.b, self.in_b, j, step))
            for i, j, step in self._ends()
        )

    def _ends(self) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
        """The first and last matched word, each with the way out of the passage."""
        return (*self.equal[0], -1), (*self.equal[-1], 1)

    def _crosses(self) -> bool:
        for block in self.alignment.blocks:
            for n in range(block.words - 1):
                one = _SENTENCE_END.search(_between(self.a, block.a + n))
                two = _SENTENCE_END.search(_between(self.b, block.b + n))
                if (one is None) != (two is None):
                    return True
        return False


def _membership(article: Article, start: int, end: int) -> dict[int, Quotation]:
    """Quotation of each word in a range of words that stands in one."""
    found: dict[int, Quotation] = {}
    quotations, starts = article.quotations, article.tokens.starts
    place = bisect_right(quotations, starts[start], key=lambda quotation: quotation.end)
    for index in range(start, end):
        while place < len(quotations) and quotations[place].end <= starts[index]:
            place += 1
        if place == len(quotations):
            break
        if quotations[place].start <= starts[index]:
            found[index] = quotations[place]
    return found


def _goes_on(article: Article, members: dict[int, Quotation], index: int, step: int) -> bool:
    quotation, beside = members.get(index), index + step
    if quotation is None or not 0 <= beside < len(article.tokens):
        return False
    return quotation.start <= article.tokens.starts[beside] < quotation.end


def _between(article: Article, index: int) -> str:
    """What stands between a word and the next."""
    return article.document.text[article.tokens.ends[index] : article.tokens.starts[index + 1]]


def _spelling(word: str) -> str:
    """A word without the differences of British and American spelling."""
    for pattern, form in _SPELLINGS:
        word = pattern.sub(form, word)
    return word
