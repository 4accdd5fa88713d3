"""Store: what an index needs of the place where it is kept."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.article import Article
from dedup.index.records import Added, Entry, Info, Listed, Stored
from dedup.settings import Settings

__all__ = ["Pairs", "Store"]

_U64 = npt.NDArray[np.uint64]
_HIGH, _LOW = np.uint64(32), np.uint64(0xFFFF_FFFF)


class Pairs(NamedTuple):
    """Candidate pairs, sorted: the place of an article that asks, in the high 32 bits, and the number of
    one that is stored (uint64); ``left_out`` are pairs of versions that are too many to compare them all."""

    pairs: _U64
    left_out: _U64

    def of(self, count: int) -> tuple[list[list[int]], list[int]]:
        """Of each of ``count`` articles that ask the numbers of those to compare it with, and how many are left out."""
        numbers: list[int] = (self.pairs & _LOW).tolist()
        ends = np.searchsorted(self.pairs, np.arange(count + 1, dtype=np.uint64) << _HIGH).tolist()
        left: list[int] = np.bincount((self.left_out >> _HIGH).astype(np.int64), minlength=count).tolist()
        return [numbers[start:end] for start, end in pairwise(ends)], left


class Store(ABC):
    """A place where articles and their keys are kept.

    What is asked for inside ``reading`` is of one moment, whatever others write meanwhile.
    """

    settings: Settings
    texts: bool
    """Whether the texts of articles are kept."""
    notes = False
    """Whether what the judge sees of them is kept, too: some 550 bytes an article of 500 words."""

    @abstractmethod
    def reading(self, *, keys: bool = False) -> AbstractContextManager[None]:
        """One moment in time; ``keys`` says that ``pairs`` will be asked for."""

    @abstractmethod
    def known(self, entries: Sequence[tuple[str, str, bytes]]) -> list[bool]:
        """Whether each article (id, source, content) is there already, as it is."""

    @abstractmethod
    def commit(self, entries: Sequence[Entry], bands: _U64, anchors: _U64) -> Added:
        """Add articles and their keys, which are numbered by place; all of it or, if it fails, nothing."""

    @abstractmethod
    def settle(self) -> None:
        """Put in order what was added, for questions to be fast."""

    @abstractmethod
    def pairs(self, bands: _U64, anchors: _U64) -> Pairs:
        """The stored articles that have a key in common with those that ask, whose keys are numbered by place."""

    @abstractmethod
    def fetch(self, numbers: Collection[int]) -> dict[int, Stored]:
        """Articles by number."""

    @abstractmethod
    def remove(self, ids: Sequence[str]) -> list[str]:
        """Forget articles; the ids of those that were there."""

    @abstractmethod
    def listed(self) -> Iterator[Listed]:
        """All articles, in the order in which they came."""

    @abstractmethod
    def articles(self, *, damaged: Callable[[str], object] | None = None) -> Iterator[tuple[int, Article]]:
        """All articles, with their numbers, in the order in which they came; ``damaged`` is told of
        those that are not as they were written, None makes the first an error."""

    @abstractmethod
    def last(self) -> int:
        """The largest number of an article, -1 where there is none."""

    @abstractmethod
    def numbers(self, after: int) -> list[int]:
        """Numbers of the articles that were added after one, rising."""

    @abstractmethod
    def learned(self, kind: str) -> dict[str, str]:
        """Facts of one kind that were learned from the articles, by name."""

    @abstractmethod
    def learn(self, kind: str, facts: Mapping[str, str | None]) -> None:
        """Note facts; None forgets one."""

    @abstractmethod
    def info(self) -> Info:
        """The index at a glance."""

    @abstractmethod
    def compact(self) -> None:
        """Give back the room of what was removed, and make questions as fast as they can be."""

    @abstractmethod
    def rebuild(self, sketched: Callable[[], Iterator[tuple[_U64, _U64]]]) -> None:
        """Write all keys anew; ``sketched`` gives those of bands and of anchors, numbered as stored, in batches."""

    @abstractmethod
    def verify(self) -> list[str]:
        """Read and check everything; what is damaged, in words."""

    @abstractmethod
    def close(self) -> None:
        """Let go of files and connections."""
