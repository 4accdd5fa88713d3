"""Counting: the words of one passage by sort, and how it lies in the sentences and quotations.

This half of judging is done for every pair that shares text, so it works on the bytes of
``dedup.facts`` by slices, and gives one row of small integers; the C engine does it for many pairs at
once (``dedup.judgements``).  What they weigh and what is printed
of them is the other half (``dedup.copying``).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from operator import add

from dedup.align import Block
from dedup.copying import Counts
from dedup.facts import ALONE, FRAME, GRAMMAR, NAMED, QUOTED, Facts, joined, shared
from dedup.quotations import INTERVIEW, PUBLIC, TRANSLATED
from dedup.speech import OF, PAPER, VERB, having
from dedup.spelling import spelled

__all__ = ["count_passage"]

_LONGEST_TITLE = 24
"""Words from which a passage is more than the title of a document."""
_OWN_WORDS = 3
"""Words on one side of an edit, against other words, from which it is no editor's change of a word."""


# A matched word as one code: its sort where it stands in no quotation, or in a public or translated
# one, and its sort and _TOLD in an interview, which is counted like prose.
_CONTENT, _FRAME, _FUNCTION, _NAME, _DENSE, _PUBLIC, _TRANSLATED, _TOLD = range(8)
_PROSE = (_CONTENT, _FRAME, _FUNCTION, _NAME, _DENSE)
_INTERVIEW = tuple(code + _TOLD for code in _PROSE)


def _code(bits: int) -> int:
    if bits & TRANSLATED:
        return _TRANSLATED
    if bits & PUBLIC and not bits & INTERVIEW:
        return _PUBLIC
    word = _CONTENT
    for bit, code in ((FRAME, _FRAME), (GRAMMAR, _FUNCTION), (ALONE, _DENSE), (NAMED, _NAME)):
        word = code if bits & bit else word
    return word + _TOLD if bits & INTERVIEW else word


_CODES = bytes(_code(bits) for bits in range(256))
_TITLE = re.compile(
    b"[%s][%s]" % tuple(re.escape(bytes(byte for byte in range(256) if byte & bits)) for bits in (PAPER, OF))
)
_VERBS = having(VERB, 2)
_QUOTED = having(QUOTED)
_BESIDE = re.compile(rb"[\x01\x03].{0,3}\x02|\x02.{0,3}[\x01\x03]", re.DOTALL)
"""A verb of speech (2) within four words of a quotation (1) and outside."""


def count_passage(a: Facts, b: Facts, blocks: Sequence[Block]) -> Counts:
    """Count one passage, by itself; linear in its words.

    >>> from dedup.text import fold
    >>> text = "The bridge swayed for nine minutes before its western cable tore from the rock."
    >>> facts = Facts(text, fold(text))
    >>> count_passage(facts, facts, (Block(0, 0, 14),))[:4]
    (8, 0, 6, 0)
    """
    in_a = b"".join([a.sorts[i : i + words] for i, _, words in blocks])
    in_b = b"".join([b.sorts[j : j + words] for _, j, words in blocks])
    either = joined(in_a, in_b)
    codes = either.translate(_CODES)
    content, frame, function, name, dense = map(codes.count, _PROSE)
    words = len(codes)
    quoted = words - content - frame - function - name - dense
    public = translated = elision = attribution = cut = 0
    inner = sum(_reworded(a, b, left, right) for left, right in pairwise(blocks) if _is_inside(a, b, left, right))
    if quoted:
        public, translated = codes.count(_PUBLIC), codes.count(_TRANSLATED)
        if public + translated < quoted:
            told = map(codes.count, _INTERVIEW)
            content, frame, function, name, dense = map(add, (content, frame, function, name, dense), told)
        elision = _same_elision(a, b, blocks)
        attribution = 2 * public < words and _attributed(a, in_a, in_b, blocks)
        # Were it the same quotation cut alike, the passage would go on as well; where it goes on
        # in both, it goes on in other words.
        first, last = blocks[0], blocks[-1]
        for code, on_in_a, on_in_b in (
            (codes[0], first.a and a.same[first.a - 1], first.b and b.same[first.b - 1]),
            (codes[-1], a.same[last.a + last.words - 1], b.same[last.b + last.words - 1]),
        ):
            if code in (_PUBLIC, _TRANSLATED):
                inner += on_in_a & on_in_b
                cut |= on_in_a | on_in_b
    # "..., the ministry said in a statement" is said of every statement, and is all there is where one was cut.
    if public or frame >= content:
        function += frame
    else:
        content += frame
    return Counts(
        content=content,
        dense=dense,
        function=function,
        name=name,
        quoted_public=public,
        quoted_translated=translated,
        edits=len(blocks) - 1,
        inner=inner,
        title=int(words < _LONGEST_TITLE and _is_title(a, blocks, words)),
        elision=int(elision),
        attribution=int(attribution),
        cut=cut,
        crossing=int(_crosses(a, b, blocks)),
        rewording=sum(_in_own_words(left, right) for left, right in pairwise(blocks)),
        public=int(2 * public >= words),
        quoted=int(2 * quoted >= words),
    )


def _is_title(a: Facts, blocks: Sequence[Block], words: int) -> bool:
    """Whether most of it is "... statement on ...": a document's name, signed or issued."""
    found = _TITLE.search(b"".join([a.listed[i : i + words] for i, _, words in blocks]))
    return found is not None and 3 * (words - found.start()) >= 2 * words


def _same_elision(a: Facts, b: Facts, blocks: Sequence[Block]) -> bool:
    """Whether both texts cut the same place of a quotation, between two words of one block."""
    if not a.cuts or not b.cuts:
        return False
    cuts_of_b = frozenset(b.cuts)
    for i, j, words in blocks:
        for place in a.cuts[bisect_left(a.cuts, i) : bisect_left(a.cuts, i + words - 1)]:
            if place - i + j in cuts_of_b:
                return True
    return False


def _attributed(a: Facts, in_a: bytes, in_b: bytes, blocks: Sequence[Block]) -> bool:
    """A verb of speech outside the quotation, within four words of its words, in both."""
    verbs = b"".join([a.listed[i : i + words] for i, _, words in blocks]).translate(_VERBS)
    if 2 not in verbs:
        return False
    quoted = shared(in_a.translate(_QUOTED), in_b.translate(_QUOTED))
    return _BESIDE.search(joined(quoted, verbs)) is not None


def _is_inside(a: Facts, b: Facts, left: Block, right: Block) -> bool:
    """Whether two blocks stand apart inside a quotation that anybody could have quoted."""
    between = a.quoted[left.a + left.words : right.a] + b.quoted[left.b + left.words : right.b]
    return 1 in between.translate(_QUOTED) and _CODES[a.sorts[right.a] | b.sorts[right.b]] < _TOLD


def _reworded(one: Facts, two: Facts, left: Block, right: Block) -> bool:
    """Whether two blocks stand apart for more than another spelling."""
    words_a = one.tokens.words[left.a + left.words : right.a]
    words_b = two.tokens.words[left.b + left.words : right.b]
    return spelled(words_a) != spelled(words_b)


def _in_own_words(left: Block, right: Block) -> bool:
    """Whether both say something else there, and not just one word or two for one or two."""
    in_a, in_b = right.a - left.a - left.words, right.b - left.b - left.words
    return min(in_a, in_b) > 0 and max(in_a, in_b) >= _OWN_WORDS


def _crosses(a: Facts, b: Facts, blocks: Sequence[Block]) -> bool:
    """Whether a block runs over a border that only one side has."""
    return any(a.borders[i : i + words - 1] != b.borders[j : j + words - 1] for i, j, words in blocks)
