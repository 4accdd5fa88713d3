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

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from dedup.extension import extension
from dedup.furniture import Zone, gate, kind_of
from dedup.kinds import LINE_KINDS
from dedup.lines import READ, Look, ended, is_bullet, lines, packed, unpacked, weight
from dedup.model import Credit, Line, LineKind, Span
from dedup.page import NAME, Page, Seen, full_lines, may_be_wrapped, seen, told

__all__ = ["body_spans", "classify", "read_page"]

_LONG = 120  # weight from which a line is a paragraph even without a full stop
_PROSE = 40  # weight from which a sentence can open the body
_TAIL_PROSE = 0.15  # at most this part of the prose may follow the line that opens the tail
_TAIL_LONGEST = 700  # weight of the longest unexplained paragraph there
_CHARITY = 0.4  # at most this part of the text is cut on structure alone
_MEASURES = (READ, _LONG, _PROSE, _TAIL_LONGEST, _TAIL_PROSE, _CHARITY)


class _Block:
    """A paragraph: one line, or a run of lines of hard-wrapped text."""

    able: tuple[int, ...] = ()  # patterns of furniture that can match
    kind: LineKind | None = None
    by_words = False  # the kind rests on words or repetition, not on position alone
    lines = 1

    def __init__(self, text: str, weight: int, ended: bool, bullet: bool) -> None:
        self.text = text  # of a long one, the beginning and the end
        self.weight = weight  # characters; those of Han and the like count for two and a half
        self.ended = ended  # ends like a sentence
        self.bullet = bullet
        self.sentence = ended or weight >= _LONG

    @property
    def prose(self) -> bool:
        return self.sentence and self.kind is None and self.weight >= _PROSE

    @property
    def short(self) -> bool:
        return self.kind is None and not self.sentence

    def put(self, kind: LineKind, by_words: bool = False) -> None:
        self.kind, self.by_words = kind, by_words


def classify(text: str, *, title: str | None = None) -> Page:
    r"""Every line of ``text`` that is not blank, in order, with what it is.

    ``title`` helps to find the headline where it is known.  Lines are without their surrounding
    white space, do not overlap, and leave out nothing but white space.  Cost: linear in the text,
    about 0.1 ms for an article with the C extension.

    >>> page = "Menu\n\nTwo dead in storm\nBy Ann Lee\n\nTwo people died on Friday, the police said, in a storm."
    >>> [(page[line.start:line.end][:8], line.kind) for line in classify(page)]
    [('Menu', 'navigation'), ('Two dead', 'title'), ('By Ann L', 'byline'), ('Two peop', 'body')]
    """
    return read_page(text, title, seen([text])[0])


def read_page(text: str, title: str | None, seen: Seen | None) -> Page:
    """The same as ``classify``, of a text that was ``seen``."""
    if seen is None or extension is None:
        looks = lines(text)
        return Page(packed(looks), _kinds(text, looks, title))
    if may_be_wrapped(seen.looks):
        return Page(seen.looks, _kinds(text, unpacked(seen.looks), title), seen.named)
    told_by_words = told(text, seen) if seen.able else []
    return Page(seen.looks, extension.judge(text, seen.looks, title, told_by_words, _MEASURES), seen.named)


def _kinds(text: str, looks: Sequence[Look], title: str | None) -> bytes:
    """The kinds in plain Python, and those of hard-wrapped text."""
    full = full_lines(text, looks)
    blocks = _joined(text, looks, full) if full else _blocks(text, looks)
    _judge(blocks, title)
    return bytes([LINE_KINDS.index(block.kind or "body") for block in blocks for _ in range(block.lines)])


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
    cuts = [
        (c.start, c.end)
        for c in credits
        if c.role != "mention" and not c.rule.startswith("mention") and c.end > c.start
    ]
    cuts.sort()
    if extension is not None and isinstance(lines, Page):
        found: tuple[Span, ...] = extension.body(text, lines.looks, lines.kinds, cuts, Span)
        return found or tuple([Span(line.start, line.end) for line in lines])
    runs: list[Span] = []
    start = end = -1  # of the body lines that follow each other
    for line_start, line_end, kind in lines:
        if kind == "body":
            start, end = (line_start if start < 0 else start), line_end
        elif start >= 0:
            runs.append(Span(start, end))
            start = -1
    if start >= 0:
        runs.append(Span(start, end))
    whole = [Span(lines[0].start, lines[-1].end)] if lines else []
    for spans in (runs, whole):
        if left := tuple(_without(text, spans, cuts)):
            return left
    return tuple([Span(line.start, line.end) for line in lines])


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
            if piece[:1].isalnum() or any(map(str.isalnum, piece)):
                yield Span(left + len(piece) - len(piece.lstrip()), right - len(piece) + len(piece.rstrip()))


def _blocks(text: str, looks: Sequence[Look]) -> list[_Block]:
    """Paragraphs that are single lines."""
    blocks = [_Block(_words(text, look), look[2], look[3], look[4]) for look in looks]
    little = [block for block in blocks if block.weight <= READ]
    for block, numbers in zip(little, gate().able(text, [look for look in looks if look[2] <= READ]), strict=True):
        block.able = numbers
    return blocks


def _joined(text: str, looks: Sequence[Look], full: set[int]) -> list[_Block]:
    """The paragraphs of hard-wrapped text."""
    blocks, first = [], 0
    for last in range(len(looks)):
        if last in full:
            continue
        start, end = looks[first][0], looks[last][1]
        size = end - start
        words = (
            _ends(text, start, end) if size > 2 * READ else " ".join(text[a:b] for a, b, *_ in looks[first : last + 1])
        )
        heavy = weight(words, size)
        block = _Block(words, heavy, ended(words, heavy), is_bullet(words))
        block.lines = last + 1 - first
        if heavy <= READ:
            (block.able,) = gate().able(words, [(0, len(words))])
        blocks.append(block)
        first = last + 1
    return blocks


def _words(text: str, look: Look) -> str:
    """The text of a line; of a long one, the beginning and the end."""
    start, end = look[:2]
    return text[start:end] if end - start <= 2 * READ else _ends(text, start, end)


def _ends(text: str, start: int, end: int) -> str:
    return text[start : start + READ] + " … " + text[end - READ : end]


def _judge(blocks: list[_Block], title: str | None) -> None:
    """Give furniture its kind; what keeps None is body."""
    for block in blocks:
        if block.able:
            _read(block, "any")
    _repeats(blocks)
    first = _head(blocks, title)
    if first is None:
        return
    tail, opened = _tail_start(blocks, first)
    _middle(blocks[first:tail])
    _tail(blocks, tail, opened)
    unexplained = [block for block in blocks if not block.by_words]
    guessed = [block for block in unexplained if block.kind is not None and block.kind != "title"]
    if guessed and _weight(guessed) > _CHARITY * _weight(unexplained):
        for block in guessed:
            block.kind = None


def _weight(blocks: Sequence[_Block]) -> int:
    return sum([block.weight for block in blocks])


def _read(block: _Block, zone: Zone) -> bool:
    """Whether words settle the kind of ``block``, which has none yet, at this place of the page."""
    if block.able and block.kind is None and block.weight <= READ:
        name = block.weight <= NAME and not block.ended
        if kind := kind_of(block.text, block.able, zone, name):
            block.put(kind, by_words=True)
            return True
    return False


def _repeats(blocks: list[_Block]) -> None:
    """A line that stands twice running is a picture's alternative text and caption; a short one
    that stands three times is a button.  A page that doubles everything is left alone."""
    twins = [
        index
        for index, (before, block) in enumerate(pairwise(blocks), 1)
        if block.weight >= _PROSE and block.text == before.text
    ]
    if 2 * len(twins) < 0.2 * len(blocks) or len(twins) == 1 < len(blocks) - 2:
        for index in twins:
            for block in blocks[index - 1 : index + 1]:
                if block.kind is None and block.ended:
                    block.put("caption", by_words=True)
    little = [block for block in blocks if block.weight < _PROSE]
    if len(little) < 3:
        return
    seen = Counter([block.text for block in little])
    for block in little:
        if block.short and seen[block.text] >= 3:
            block.put("navigation", by_words=True)


def _head(blocks: list[_Block], title: str | None) -> int | None:
    """Judge what stands before the body; where the body begins, or None if there is no prose.

    Where paragraphs end with full stops, a long line without one before them is a standfirst.
    """
    named = _headline(blocks, title)
    opening = 0 if named is None else named + 1
    prose = [i for i, block in enumerate(blocks[opening:], opening) if block.prose]
    stops = sum([blocks[i].ended for i in prose]) >= 0.6 * len(prose) > 1
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
    if (index := _titled([block.text for block in blocks[: _opening(blocks)]], title)) >= 0:
        return index
    bars: list[_Block] = []
    for index, block in enumerate(blocks[:8]):
        if bars and block.weight >= 20 and any(bar.weight > block.weight and block.text in bar.text for bar in bars):
            return index
        if not block.ended and block.weight < 2 * _LONG:
            bars.append(block)
    return None


def _opening(lines: Sequence[object]) -> int:
    """How many lines are looked at for the title."""
    return 5 + len(lines) // 3


def _titled(lines: Sequence[str], title: str | None) -> int:
    """The line that is the title, or -1."""
    wanted = (title or "").split()
    few = [line if len(line) <= 2 * READ else "" for line in lines]  # no title is longer
    return next(
        (i for i, line in enumerate(few) if wanted and line.startswith(wanted[0]) and line.split() == wanted), -1
    )


def _is_name(block: _Block) -> bool:
    """Two to five words, all with a capital and none with a digit."""
    words = block.text.split()
    return 2 <= len(words) <= 5 and not block.ended and all(word[0].isupper() and word.isalpha() for word in words)


def _tail_start(blocks: list[_Block], first: int) -> tuple[int, bool]:
    """Where the tail begins, and whether a line opens it (a credit, an author's box, a list of links).

    Read from the end: the earliest opener that has little unexplained prose after it.
    """
    allowed = _TAIL_PROSE * sum([block.weight for block in blocks if block.prose])
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
        elif block.sentence and not links:  # nearly always
            continue
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
        weight = _weight(rest)
        if (len(rest) == 1 and weight >= _PROSE) or weight > 0.25 * _weight(blocks[:tail]):
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
