"""Versions: the texts of each group of near-identical articles, in the order in which they appeared.

A wire sends a story again when it grows or is put right, and says so: "UPDATE 2-", "1st Ld-Writethru",
"CORRECTED".  The group is one witness; here its chain of versions stays visible.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import xxhash

from dedup.article import Article
from dedup.collection import collection
from dedup.columns import Lazy
from dedup.engine import engine
from dedup.groups import Groups
from dedup.kept import compiled
from dedup.model import Version, VersionGroup
from dedup.settings import Settings
from dedup.stamps import iso
from dedup.wording import one_line

if TYPE_CHECKING:
    from dedup.appeared import Appeared

__all__ = ["VersionGroups", "label_of"]

_HEAD = 200
"""Characters at the beginning of a page in which a version is marked."""
_LABEL = compiled(
    r"\b(?:UPDATE|WRAPUP|LEAD|Update)\s?\d{1,2}\b"  # Reuters, dpa and AFP in English
    r"|\b(?:CORRECTED|CORRECTION|REFILE|REPEAT|RPT|ADVISORY|KORREKTUR|WIEDERHOLUNG|CORRECTIF)\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)\s(?:Ld|LEAD|lead)(?:-Writethru)?\b|\bWritethru\b"  # AP
    r"|\b\d{1,2}\.\s?(?:ZF|Zusammenfassung)\b"
)
_NUMBER = compiled(r"\d+")


def label_of(title: str | None, text: str) -> str | None:
    """How a wire marks a version, in the title or at the head of the page; None where it does not.

    >>> label_of("UPDATE 2-Ferry sinks off Crete", ""), label_of(None, "BC-GR--Ferry, 1st Ld-Writethru\\nATHENS")
    ('UPDATE 2', '1st Ld-Writethru')
    """
    for place in (title or "", text[:_HEAD]):
        if found := _LABEL.search(place):
            return one_line(found[0])
    return None


class VersionGroups(Lazy[VersionGroup]):
    """The groups of two or more articles, sorted; each is made when somebody looks at it, in some 30
    microseconds for each member, whose text is read."""

    def __init__(
        self,
        articles: Sequence[Article],
        groups: Groups,
        appeared: Appeared | None = None,
        settings: Settings = Settings(),  # noqa: B008  (frozen)
    ) -> None:
        self._articles, self._groups, self._appeared = collection(articles), groups, appeared
        self._ids = self._articles.ids
        self._work = engine(settings.engine)
        self._several = groups.several

    def __len__(self) -> int:
        return len(self._several)

    def _made(self, number: int) -> VersionGroup:
        group = self._several[number]
        members = self._groups.members(group)
        return VersionGroup(
            id=self._ids[group],
            members=self.members(number),
            centre=self._ids[int(self._groups.centre[group])],
            radius=float(self._groups.radius[group]),
            versions=self._versions(members),
        )

    def members(self, number: int) -> tuple[str, ...]:
        """The members alone, without a look at their texts."""
        return tuple(self._ids[member] for member in self._groups.members(self._several[number]))

    def _versions(self, members: Sequence[int]) -> tuple[Version, ...]:
        texts: dict[int, list[tuple[int, Article]]] = {}
        for member in members:
            article = self._articles[member]
            words = self._work.fold(article.document.text, article.body).words
            texts.setdefault(xxhash.xxh64_intdigest(_joined(words)), []).append((member, article))
        found = [self._version(same) for same in texts.values()]
        return tuple(
            sorted(found, key=lambda version: (version.published or "~", *_rank(version.label), version.members))
        )

    def _version(self, same: Sequence[tuple[int, Article]]) -> Version:
        times = [time for member, _ in same if (time := self._appeared and self._appeared[member])]
        labels = [label for _, each in same if (label := label_of(each.document.title, each.document.text))]
        return Version(
            label=min(labels, key=_rank, default=None),
            published=iso(min(times, default=None)),
            words=same[0][1].words,
            members=tuple(each.id for _, each in same),
        )


def _joined(words: Sequence[str]) -> bytes:
    folded: bytes | None = getattr(words, "folded", None)  # the C engine has them so
    return " ".join(words).encode("utf-8", "surrogatepass") if folded is None else folded


def _rank(label: str | None) -> tuple[int, str]:
    number = _NUMBER.search(label or "")
    return int(number[0]) if number else 0, label or ""
