"""The clean stage: what every line of a news page is, and which of it is the article.

Structure decides first, in any language: whether a line ends like a sentence, how long it is,
whether it is bulleted, repeated or alone, and where it stands.  Between the first and the last
paragraph of prose everything is the article unless something speaks against it; before and after,
a line has to look like prose to count.  Words decide second: ``dedup/data/furniture.toml``.

Losing a paragraph is worse than keeping a line of furniture.  Hence three charities: a page with
no prose is all body; so is one where structure alone would cut more than ``_CHARITY`` of it; and
the tail may hold only a little prose that no word explains.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Literal, get_args

from dedup.model import Credit, Line, LineKind, Span

__all__ = ["body_spans", "classify"]

_LONG = 120  # weight from which a line is a paragraph even without a full stop
_PROSE = 40  # weight from which a sentence can open the body
_READ = 400  # furniture is short: longer lines are not searched for words, which keeps the cost linear
_TAIL_PROSE = 0.15  # at most this part of the prose may follow the line that opens the tail
_TAIL_LONGEST = 700  # weight of the longest unexplained paragraph there
_CHARITY = 0.4  # at most this part of the text is cut on structure alone
_WRAP = 100  # widest column of hard-wrapped text

_ENDS = ".!?…:;,。！？；：।؟۔։།"
_CLOSERS = "\"'”’»«›)]}」』】）*_ \t\u00a0"
_BULLET = re.compile(r"[-•·●▪◦‣*►▶○■>]\s+(?=\S)")  # not the long dashes: they open speech in many languages
_WIDE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f]")
_LINES = re.compile("[^\r\n\x0b\x0c\x85\u2028\u2029]+")

Zone = Literal["any", "head", "tail"]
_NAME_FOLLOWS = r"\s+(?=[^\W\d_a-zà-ÿ])"  # a letter that is not a small one
_BYLINE = re.compile(
    r"^(?:[Bb]y|BY|[Vv]on|[Pp]ar|[Pp]or|[Dd]i|[Dd]oor|[Aa]v|[Aa]f|(?:[Ww]ritten|[Rr]eported|[Ss]tory) by"
    rf"|(?:Autor|Auteur|Autore|Author|Text|Texte|Tekst)(?:in)?\s?:)\s?:?{_NAME_FOLLOWS}"
)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A row of ``furniture.toml``.  Three sorts of pattern, because it is ten times as fast to try
    each only where it can match, and to leave one that begins with plain letters by itself."""

    kind: LineKind
    where: Zone
    opens: re.Pattern[str]  # at the beginning
    closes: tuple[re.Pattern[str], ...]  # in the last 200 characters
    holds: tuple[re.Pattern[str], ...]  # anywhere

    def fits(self, text: str) -> bool:
        """Whether one of the patterns is found in ``text``, which is in lower case."""
        last = max(0, len(text) - 200)
        return (
            self.opens.match(text) is not None
            or any(pattern.search(text, last) for pattern in self.closes)
            or any(pattern.search(text) for pattern in self.holds)
        )


@cache
def _rules() -> tuple[_Rule, ...]:
    """The rules in the order of the file; 30 ms, once."""
    table = tomllib.loads((resources.files("dedup") / "data" / "furniture.toml").read_text("utf-8"))
    terms = {name: f"(?:{pattern})" for name, pattern in table["terms"].items()}
    terms["date"] = terms["date"].replace("{month}", terms["month"])
    rules = []
    for row in table["rule"]:
        patterns = [*row.get("patterns", ())]
        if whole := row.get("whole"):
            patterns.append(rf"^\W*(?:{'|'.join(whole)})\W*$")
        if label := row.get("label"):
            patterns.append(rf"^\W{{0,3}}(?:{'|'.join(label)})\s*(?:[:：|>»→]|$)")
        patterns = [part.replace("{date}", terms["date"]).replace("{photo}", terms["photo"]) for part in patterns]
        opens = [part for part in patterns if part.startswith("^")]
        closes = [part for part in patterns if part.endswith("$") and part not in opens]
        holds = [part for part in patterns if part not in opens + closes]
        opening = re.compile("|".join(opens) or "(?!)")
        rules.append(
            _Rule(row["kind"], row["where"], opening, *(tuple(map(re.compile, part)) for part in (closes, holds)))
        )
    return tuple(rules)


@dataclass(slots=True)
class _Block:
    """A paragraph: one line, or a run of lines of hard-wrapped text."""

    text: str  # of a long one, the beginning and the end
    lines: slice
    weight: int  # characters; those of Han and the like count for two and a half
    ended: bool  # ends like a sentence
    bullet: bool
    kind: LineKind | None = None
    by_words: bool = False  # the kind rests on words or repetition, not on position alone

    @property
    def sentence(self) -> bool:
        return self.ended or self.weight >= _LONG

    @property
    def prose(self) -> bool:
        return self.kind is None and self.sentence and self.weight >= _PROSE

    @property
    def short(self) -> bool:
        return self.kind is None and not self.sentence

    def put(self, kind: LineKind, by_words: bool = False) -> None:
        self.kind, self.by_words = kind, by_words


def classify(text: str, *, title: str | None = None) -> tuple[Line, ...]:
    r"""Every line of ``text`` that is not blank, in order, with what it is.

    ``title`` helps to find the headline where it is known.  Lines are without their surrounding
    white space, do not overlap, and leave out nothing but white space.  Cost: linear in the text.

    >>> page = "Menu\n\nTwo dead in storm\nBy Ann Lee\n\nTwo people died on Friday, the police said, in a storm."
    >>> [(page[line.start:line.end][:8], line.kind) for line in classify(page)]
    [('Menu', 'navigation'), ('Two dead', 'title'), ('By Ann L', 'byline'), ('Two peop', 'body')]
    """
    spans = []
    for match in _LINES.finditer(text):
        if inner := match[0].strip():
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            spans.append(Span(start, start + len(inner)))
    blocks = _blocks(text, spans)
    _judge(blocks, title)
    return tuple(Line(*span, block.kind or "body") for block in blocks for span in spans[block.lines])


def body_spans(text: str, lines: Sequence[Line], credits: Sequence[Credit]) -> tuple[Span, ...]:
    """The article itself: lines of kind ``body`` without the credit lines inside them.

    Neighbouring lines make one span with the white space between them.  Mentions ("told AP") are
    prose and stay.  Where no line is body the whole text is: nothing is lost in silence.

    >>> page = "Rome (AP) - Two people died on Friday, the police said."
    >>> credit = Credit("ap", "origin", 0, 11, "Rome (AP) -", "dateline")
    >>> [page[start:end] for start, end in body_spans(page, classify(page), [credit])]
    ['Two people died on Friday, the police said.']
    """
    # A source named in a sentence is prose, whoever it is; the rest is no part of the text.
    cuts = sorted(
        (c.start, c.end)
        for c in credits
        if c.role != "mention" and not c.rule.startswith("mention") and c.end > c.start
    )
    for kinds in (("body",), get_args(LineKind)):
        runs: list[Span] = []
        joined = False  # the line before was of these kinds too
        for line in lines:
            if line.kind in kinds:
                runs.append(Span(runs.pop().start if joined else line.start, line.end))
            joined = line.kind in kinds
        if spans := tuple(_without(text, runs, cuts)):
            return spans
    return tuple(Span(line.start, line.end) for line in lines)


def _without(text: str, runs: Sequence[Span], cuts: Sequence[tuple[int, int]]) -> Iterator[Span]:
    """``runs`` less ``cuts``, both sorted; pieces without a letter or digit are dropped."""
    at = 0
    for run in runs:
        start = run.start
        while at < len(cuts) and cuts[at][1] <= start:
            at += 1
        here = at
        pieces = []
        while here < len(cuts) and cuts[here][0] < run.end:
            pieces.append((start, cuts[here][0]))
            start = max(start, cuts[here][1])
            here += 1
        for left, right in (*pieces, (start, run.end)):
            piece = text[left:right]
            if any(map(str.isalnum, piece)):
                yield Span(left + len(piece) - len(piece.lstrip()), right - len(piece) + len(piece.rstrip()))


def _blocks(text: str, spans: Sequence[Span]) -> list[_Block]:
    """Paragraphs: single lines, or in hard-wrapped text the lines that belong together."""
    full = _full_lines(text, spans)
    blocks, start = [], 0
    for end in range(1, len(spans) + 1):
        if end - 1 in full:
            continue
        block, start = slice(start, end), end
        first, last = spans[block.start], spans[end - 1]
        size = last.end - first.start
        if size <= 2 * _READ:
            words = " ".join(text[span.start : span.end] for span in spans[block])
        else:
            words = text[first.start : first.start + _READ] + " … " + text[last.end - _READ : last.end]
        weight = size + (3 * len(_WIDE.findall(words)) // 2 if size < _READ else 0)
        ended = words.rstrip(_CLOSERS)[-1:] in _ENDS or (weight >= _PROSE and words[-1] in "\"'”’»«」』")
        blocks.append(_Block(words, block, weight, ended, bool(_BULLET.match(words))))
    return blocks


def _full_lines(text: str, spans: Sequence[Span]) -> set[int]:
    """Indexes of the lines that go on in the next one; empty unless the text is hard-wrapped.

    A line was broken by a program if the first word of the next line would not have fitted.
    """
    sizes = sorted(span.end - span.start for span in spans)
    if len(sizes) < 4 or (width := sizes[len(sizes) * 19 // 20]) > _WRAP:
        return set()
    full, pairs, ended = set(), 0, 0
    for index, (line, after) in enumerate(pairwise(spans)):
        if text.count("\n", line.end, after.start) > 1:
            continue
        if index < 10 and _BYLINE.match(text[after.start : after.end]):
            continue
        pairs += 1
        words = text[after.start : min(after.end, after.start + 20)].split()
        room = 1 if _WIDE.match(words[0]) else len(words[0])
        if line.end - line.start + 1 + room >= width - 2:
            full.add(index)
            ended += text[line.end - 1] in _ENDS
    wrapped = pairs >= 3 and len(full) >= 0.6 * pairs and ended <= 0.5 * len(full)
    return full if wrapped else set()


def _judge(blocks: list[_Block], title: str | None) -> None:
    """Give furniture its kind; what keeps None is body."""
    for block in blocks:
        _read(block, "any")
    _repeats(blocks)
    first = _head(blocks, title)
    if first is None:
        return
    tail, opened = _tail_start(blocks, first)
    _middle(blocks[first:tail])
    _tail(blocks, tail, opened)
    guessed = [block for block in blocks if block.kind not in (None, "title") and not block.by_words]
    unexplained = sum(block.weight for block in blocks if not block.by_words)
    if sum(block.weight for block in guessed) > _CHARITY * unexplained:
        for block in guessed:
            block.kind = None


def _read(block: _Block, zone: Zone) -> bool:
    """Whether words settle the kind of ``block``, which has none yet, at this place of the page."""
    if block.kind is None and block.weight <= _READ:
        if zone == "any" and block.weight <= 100 and not block.ended and _BYLINE.match(block.text):
            block.put("byline", by_words=True)
            return True
        text = block.text.lower()
        for rule in _rules():
            if rule.where == zone and rule.fits(text):
                block.put(rule.kind, by_words=True)
                return True
    return False


def _repeats(blocks: list[_Block]) -> None:
    """A line that stands twice running is a picture's alternative text and caption; a short one
    that stands three times is a button.  A page that doubles everything is left alone."""
    twins = [i for i in range(1, len(blocks)) if blocks[i].text == blocks[i - 1].text and blocks[i].weight >= _PROSE]
    if 2 * len(twins) < 0.2 * len(blocks) or len(twins) == 1 < len(blocks) - 2:
        for index in twins:
            for block in blocks[index - 1 : index + 1]:
                if block.kind is None and block.ended:
                    block.put("caption", by_words=True)
    seen = Counter(block.text for block in blocks if block.weight < _PROSE)
    for block in blocks:
        if block.short and seen[block.text] >= 3:
            block.put("navigation", by_words=True)


def _head(blocks: list[_Block], title: str | None) -> int | None:
    """Judge what stands before the body; where the body begins, or None if there is no prose.

    Where paragraphs end with full stops, a long line without one before them is a standfirst.
    """
    named = _headline(blocks, title)
    prose = [i for i in range(0 if named is None else named + 1, len(blocks)) if blocks[i].prose]
    stops = sum(blocks[i].ended for i in prose) >= 0.6 * len(prose) > 1
    first = next((i for i in prose if (blocks[i].ended or not stops) and not _read(blocks[i], "head")), None)
    if first is None:
        return None
    if named is None:
        named = next((i for i in range(first) if blocks[i].kind is None and blocks[i].weight >= 15), None)
        if named is not None and blocks[named].weight >= _LONG:  # no headline: the article begins with its standfirst
            first, named = named, None
    for index, block in enumerate(blocks[:first]):
        if index == named:
            block.put("title")
        elif block.kind is None and (named is None or index < named):
            block.put("navigation")
        elif block.kind is None and not block.ended:
            block.put("byline" if _is_name(block) else "heading")
    return first


def _headline(blocks: list[_Block], title: str | None) -> int | None:
    """The line that is ``title``, or that a bar with the names of site and section repeats whole."""
    wanted = (title or "").split()
    for index, block in enumerate(blocks[: 5 + len(blocks) // 3]):
        if wanted and block.text.split() == wanted:
            return index
    for index, block in enumerate(blocks[:8]):
        bars = (bar for bar in blocks[:index] if not bar.ended and 2 * _LONG > bar.weight > block.weight >= 20)
        if any(block.text in bar.text for bar in bars):
            return index
    return None


def _is_name(block: _Block) -> bool:
    """Two to five words, all with a capital and none with a digit."""
    words = block.text.split()
    return 2 <= len(words) <= 5 and not block.ended and all(word[0].isupper() and word.isalpha() for word in words)


def _tail_start(blocks: list[_Block], first: int) -> tuple[int, bool]:
    """Where the tail begins, and whether a line opens it (a credit, an author's box, a list of links).

    Read from the end: the earliest opener that has little unexplained prose after it.
    """
    allowed = _TAIL_PROSE * sum(block.weight for block in blocks if block.prose)
    tail, seen = len(blocks), 0
    for index in range(len(blocks) - 1, first, -1):
        block, before = blocks[index], blocks[index - 1]
        if block.prose and not seen and _is_name(before) and block.text.startswith(before.text):
            block.put("bio", by_words=True)
        elif not _read(block, "tail") and block.prose:
            seen += block.weight
            if seen > allowed or block.weight > _TAIL_LONGEST:
                break
        links = (
            block.kind == "related" and block.weight < _PROSE and index + 1 < len(blocks) and blocks[index + 1].short
        )
        if links or block.kind in ("note", "tags", "comments", "bio"):
            tail = index - (block.kind == "bio" and before.kind is None and _is_name(before))
    if tail < len(blocks):
        return tail, True
    return 1 + max(i for i in range(first, len(blocks)) if blocks[i].kind is None and blocks[i].sentence), False


def _middle(blocks: list[_Block]) -> None:
    """Between the first and the last paragraph all is body, but for subheadings and links."""
    links = False  # in a list that a line such as "Related" opened
    for before, block, after in zip([None, *blocks], blocks, [*blocks[1:], None], strict=False):
        if block.kind is not None:
            links = block.kind == "related" and block.weight < _PROSE and block.text[-1].isalnum()
        elif links and not block.ended and block.weight < 2 * _LONG:
            block.put("related", by_words=True)
        else:
            links = False
            if before is None or after is None or not block.short or before.text.endswith(":"):
                continue
            if block.bullet:
                if block.weight >= 25 and not before.bullet and not after.bullet:
                    block.put("related")
            elif (after.prose and before.kind is not None) or before.sentence:
                block.put("heading")


def _tail(blocks: list[_Block], tail: int, opened: bool) -> None:
    """Judge what follows the body.  A list at the end that no line opened may be the article's."""
    rest = [block for block in blocks[tail:] if block.kind is None]
    if not opened:
        weight = sum(block.weight for block in rest)
        if (len(rest) == 1 and weight >= _PROSE) or weight > 0.25 * sum(block.weight for block in blocks[:tail]):
            return
    section: LineKind = "related"
    for index, block in enumerate(blocks[tail:], tail):
        after = blocks[index + 1] if index + 1 < len(blocks) else None
        if block.kind is not None:
            section = block.kind
        elif block.short and after is not None and after.kind == "bio":
            block.put("bio", by_words=opened)
        elif section in ("tags", "comments") and (block.bullet or block.prose):
            block.put(section, by_words=opened)
        elif block.prose and section != "related":
            block.put("note")
        elif block.weight >= 25:
            block.put("related", by_words=opened and not block.prose)
            section = "related"
        else:
            block.put("navigation", by_words=opened)
