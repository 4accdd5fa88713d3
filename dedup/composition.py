"""Sum up: one article by the origin of its words, and what an editor should look at.

Shares found by comparison are lower bounds: text is only seen to be shared when another article
of the scan has it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from itertools import starmap
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dedup.article import Article
from dedup.columns import Lazy, Rows, covered, portions, unique
from dedup.matches import Matches
from dedup.mixture import NOBODY, PARTS, Statement, statement
from dedup.model import Credit, Origin, Reading, Share
from dedup.settings import UNCREDITED
from dedup.stamps import iso
from dedup.wires import unlisted

if TYPE_CHECKING:
    from dedup.appeared import Appeared
    from dedup.origin import Strands

__all__ = ["NAMED", "Readings", "named_origin"]

Mask = npt.NDArray[np.bool_]
"""Which words of an article are meant."""

NAMED = 0.5
"""Probability from which an origin is named; below, the text counts as unknown."""

CONTRADICTS = 0.75
"""Probability from which shared text is held against a credit line."""


def named_origin(origins: Sequence[Origin]) -> Origin | None:
    """The wire that a text with these origins comes from, where one is likelier than all else
    together; else None."""
    best = origins[0]
    return best if best.p >= NAMED and best.wire not in NOBODY else None


class Readings(Lazy[Reading]):
    """One record an article, made when somebody looks at it.

    ``inherited`` is the origin that an article without credits has from those of its other versions,
    by number; without ``strands`` nobody asked where texts come from, or there is nothing to ask it of: then
    ``appeared`` may say when the articles appeared.  ``uncredited`` is that of the settings.
    """

    def __init__(
        self,
        articles: Sequence[Article],
        matches: Matches,
        strands: Strands | None = None,
        inherited: Mapping[int, Origin] = MappingProxyType({}),
        uncredited: int = UNCREDITED,
        appeared: Appeared | None = None,
    ) -> None:
        self._fewest = uncredited
        self.articles, self.matches, self.strands, self.inherited = articles, matches, strands, inherited
        members = strands.bundles.members if strands is not None else Rows.of(_NOTHING, _NOTHING, 0)
        self.strands_of = Rows.of(members.values, members.rows(), len(articles))
        self._appeared = appeared if strands is None else strands.everybody.appeared
        self._at_hand: dict[int, _Found] = {}

    def __len__(self) -> int:
        return len(self.articles)

    @property
    def ids(self) -> Sequence[str]:
        """Ids of the documents, rising."""
        return self.matches.ids

    @cached_property
    def _passages(self) -> Rows:
        """The passages of each article, as twice their number and the side that it is."""
        matches = self.matches
        in_match = matches.match_of
        sides = np.stack([matches.a[in_match], matches.b[in_match]], axis=1).reshape(-1)
        return Rows.of(sides, np.arange(len(sides)), len(self))

    def _made(self, number: int) -> Reading:
        return self._reading(number, self._found(number))

    def __iter__(self) -> Iterator[Reading]:
        begins = self._passages.begins
        for start in range(0, len(self), _AT_ONCE):
            end = min(start + _AT_ONCE, len(self))
            sides = self._passages.part(start, end)[1].astype(np.int64)
            several, counts = np.arange(start, end), np.diff(begins[start : end + 1])
            yield from starmap(self._reading, self._words_found(several, counts, sides >> 1, sides & 1).items())

    def _reading(self, number: int, found: _Found) -> Reading:
        article, strands = self.articles[number], self.strands
        said = self.said(number, article)
        inherited = self.inherited.get(number)
        known = Origin(said.pure, PARTS.sole) if said.pure else inherited
        texts = [] if strands is None else [(strands.likeliest[n], words) for n, words in sorted(found.strands.items())]
        return Reading(
            document=article.document,
            body=article.spans,
            words=article.words,
            credits=article.credits,
            published=self.published(number),
            composition=_composition(article.words, texts, found, known),
            shared_words=found.count("copy"),
            flags=self._flags_of(number, article, said),
        )

    def said(self, number: int, article: Article | None = None) -> Statement:
        """What the credits of an article say; the article itself, where it is at hand, is not made again."""
        if self.strands is not None:
            return self.strands.everybody.said(number)
        article = article or self.articles[number]
        return statement(article.credits, article.document)

    def at_hand(self, numbers: _I64, counts: _I64, passages: _I64, sides: _I64) -> None:
        """Find the words at once that are shared by some articles, of whose records each will be asked for.

        Each has so many of the ``passages``, one behind the other, and is that side of them (0 for a, 1 for b)."""
        self._at_hand = self._words_found(numbers, counts, passages, sides)

    def _found(self, number: int) -> _Found:
        if (known := self._at_hand.get(number)) is not None:
            return known
        sides = self._passages.row(number).astype(np.int64)
        return self._words_found(np.array([number]), np.array([len(sides)]), sides >> 1, sides & 1)[number]

    def _words_found(self, numbers: _I64, counts: _I64, passages: _I64, sides: _I64) -> dict[int, _Found]:
        """What of each of these articles others have."""
        matches, several = self.matches, numbers.tolist()
        found = [_Found() for _ in several]
        if not len(passages):
            return dict(zip(several, found, strict=True))
        runs = matches.runs(passages, sides)
        words = [0] * len(sides)
        for which, start, size in zip(runs.which.tolist(), runs.starts.tolist(), runs.sizes.tolist(), strict=True):
            words[which] |= ((1 << size) - 1) << start
        of = None if self.strands is None else self.strands.bundles.of_passage
        strands = [-1] * len(sides) if of is None else of[passages].tolist()
        owners = np.arange(len(numbers)).repeat(counts).tolist()
        lengths = matches.words[passages].tolist()
        for owner, p, strand, length, mask in zip(owners, passages.tolist(), strands, lengths, words, strict=True):
            one, kind = found[owner], matches.kind(p)
            if kind != "copy":
                one.own[kind].append((length, 1 - matches.p_copied(p)))
            one.words[kind] = one.words.get(kind, 0) | mask
            if strand >= 0:
                one.strands[strand] = one.strands.get(strand, 0) | mask
        return dict(zip(several, found, strict=True))

    def words_of(self, number: int, strand: int) -> Mask:
        """The words of a strand in an article."""
        words = np.zeros(self.articles[number].words, np.bool_)
        for each in self._passages[number]:
            if self._strand(each // 2) == strand:
                self.matches.mark(each // 2, each % 2, words)
        return words

    def _strand(self, p: int) -> int:
        return -1 if self.strands is None else int(self.strands.bundles.of_passage[p])

    def named(self, number: int) -> list[Origin]:
        """The wires that texts of an article come from."""
        likeliest = self.strands.likeliest if self.strands is not None else []
        named = [origin for n in self.strands_of[number] if (origin := named_origin(likeliest[n]))]
        return [*named, self.inherited[number]] if number in self.inherited else named

    def flags(self, number: int) -> tuple[str, ...]:
        """What does not fit together; about 5 microseconds."""
        article = self.articles[number]
        return self._flags_of(number, article, self.said(number, article))

    def _flags_of(self, number: int, article: Article, said: Statement) -> tuple[str, ...]:
        untrusted = self._appeared is not None and bool(self._appeared.untrusted[number])
        # Whom its own dateline names it credits, though the wire is in no list.
        own = unlisted(self.strands.marks.strangers.get(number, "")) if self.strands is not None else ""
        named = [origin for origin in self.named(number) if origin.wire != own]
        flags = tuple(_flags(said, article.credits, named, untrusted, article.words))
        if "uncredited-copy" in flags and self._taken(number, named) < min(self._fewest, article.words / 2):
            flags = tuple(flag for flag in flags if flag != "uncredited-copy")
        return flags

    def _taken(self, number: int, named: Sequence[Origin]) -> int:
        """How many words of an article come from these wires."""
        if number in self.inherited or self.strands is None:
            return self.articles[number].words
        words = np.zeros(self.articles[number].words, np.bool_)
        for n in self.strands_of[number]:
            if named_origin(self.strands.likeliest[n]) in named:
                words |= self.words_of(number, n)
        return int(np.count_nonzero(words))

    def published(self, number: int) -> str | None:
        """When an article appeared, where that is known."""
        return iso(self.appeared(number))

    def appeared(self, number: int) -> datetime | None:
        """The same as a time."""
        return self._appeared[number] if self._appeared else None

    @cached_property
    def uncredited(self) -> list[int]:
        """Numbers of the documents with the flag ``uncredited-copy``, which needs a named origin."""
        if self.strands is None:
            return []
        named = np.array([named_origin(origins) is not None for origins in self.strands.likeliest], np.bool_)
        members = self.strands.bundles.members
        found = unique(np.concatenate([members.values[named[members.rows()]], np.array([*self.inherited], np.int64)]))
        return [number for number in found.tolist() if self._silent(number) and "uncredited-copy" in self.flags(number)]

    def _silent(self, number: int) -> bool:
        return not self.said(number).credited

    @cached_property
    def shared(self) -> npt.NDArray[np.int64]:
        """``shared_words`` of each document; about a microsecond each."""
        matches, rows, found = self.matches, self._passages, [_NOTHING]
        for part in portions(np.diff(rows.begins), _PORTION):
            of, sides = rows.part(part.start, part.stop)
            copied = matches.copies[sides // 2]
            of, sides = of[copied] - part.start, sides[copied]
            runs = matches.runs(sides // 2, sides % 2)
            found.append(covered(of[runs.which], runs.starts, runs.sizes, part.stop - part.start))
        return np.concatenate(found)

    def flagged(self, flag: str) -> list[str]:
        """Ids of the documents with a flag."""
        return [self.ids[number] for number in range(len(self)) if flag in self.flags(number)]


_I64 = npt.NDArray[np.int64]
_NOTHING = np.empty(0, np.int64)
_AT_ONCE = 1 << 5
"""Articles whose words are found at once where somebody wants all records: in half the time of one by one."""
_PORTION = 1 << 14
"""Passages whose words are counted at once."""


class _Found:
    """Words of one article that other articles have, by kind of passage and by strand: a bit of a number for each,
    as these are handled ten times as fast as short arrays."""

    __slots__ = ("own", "strands", "words")

    def __init__(self) -> None:
        self.words: dict[str, int] = {}
        self.own: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self.strands: dict[int, int] = {}

    def count(self, kind: str) -> int:
        """How many words stand in passages of a kind."""
        return self.words.get(kind, 0).bit_count()

    def p(self, kind: str) -> float:
        """Mean probability over the words that nobody copied them."""
        total = sum(count for count, _ in self.own[kind])
        return sum(count * p for count, p in self.own[kind]) / total


def _composition(
    total: int, texts: Sequence[tuple[Sequence[Origin], int]], found: _Found, known: Origin | None
) -> tuple[Share, ...]:
    """Each word by its origin; ``texts`` are the strands, ``known`` the origin that the credits name."""
    if total and not texts and not found.words:
        return _shares({f"wire:{known.wire}" if known else "unknown": [(total, known.p if known else 0.0)]}, total)
    everything = left = (1 << total) - 1
    parts: dict[str, list[tuple[int, float]]] = defaultdict(list)

    def take(words: int, origin: str, p: float) -> None:
        nonlocal left
        if fresh := (left & words).bit_count():
            left &= ~words
            parts[origin].append((fresh, p))

    # A word in two strands counts for the surer one.
    for origins, words in sorted(texts, key=lambda text: -text[0][0].p):
        origin = named_origin(origins)
        # What its own credit says of a word, comparison does not make less sure.
        if origin and not (known and origin.p < known.p):
            take(words, f"wire:{origin.wire}", origin.p)
        elif not known:
            take(words, "unknown", 0.0)
    for kind in ("public-statement", "common-phrase"):
        if kind in found.words:
            take(found.words[kind], kind, found.p(kind))
    if known:
        take(everything, f"wire:{known.wire}", known.p)
    take(everything, "unknown", 0.0)
    return _shares(parts, total)


def _shares(parts: Mapping[str, list[tuple[int, float]]], total: int) -> tuple[Share, ...]:
    shares = []
    for origin, found in parts.items():
        words = sum(count for count, _ in found)
        p = None if origin == "unknown" else sum(count * p for count, p in found) / words
        shares.append(Share(origin, words, words / total, p))
    return tuple(sorted(shares, key=lambda share: (share.origin == "unknown", -share.words, share.origin)))


def _flags(
    said: Statement, credits: Sequence[Credit], named: Sequence[Origin], untrusted: bool, words: int
) -> Iterable[str]:
    """What does not fit together; each flag is explained in the README."""
    credited = {*said.origins, *said.contributors}
    quoted = {credit.wire for credit in credits if credit.role in ("mention", "self_reference")}
    if not said.credited and {origin.wire for origin in named} - quoted:
        yield "uncredited-copy"
    elif credited and {origin.wire for origin in named if origin.p >= CONTRADICTS} - credited - quoted:
        yield "credits-another-wire"
    if credited and not said.pure and not named:
        yield "credit-without-text"
    if any(credit.end == 0 for credit in credits):
        from dedup.credits import conflicts  # here: behind it are all the patterns of credit lines

        if conflicts(credits):
            yield "conflicting-credits"
    if untrusted:
        yield "untrusted-date"
    if not words:
        yield "no-text"
