"""Knowledge: what an index has learned of its articles, kept between runs, for those that come.

Which wires each outlet credits is counted as articles come and go (``dedup.index.outlets``).  Boilerplate shows
only where many articles lie side by side: whenever an index has twice the articles that it had the last
time, some of them, evenly spread, are scanned, and what the scan shows to be boilerplate (``dedup.learned``) is
kept by its text.  A passage of a new article that is such text was copied from nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import xxhash

from dedup.article import Article
from dedup.columns import among, marked, unique
from dedup.engine import engine
from dedup.habits import Habits
from dedup.index import outlets
from dedup.index.pack import dumped, encoded, loaded
from dedup.index.store import Store
from dedup.learned import WITHIN
from dedup.matches import Matches
from dedup.model import Boilerplate, Tokens
from dedup.settings import Settings
from dedup.sketch import widths

if TYPE_CHECKING:
    from dedup.clock import Progress

__all__ = ["KIND", "Knowledge", "boilerplate", "learn"]

KIND = "boilerplate"
SAMPLE = 2048
"""Articles that are scanned to learn, at most."""
FEWEST = 256
"""Articles from which on an index learns."""
_SEEN, _ARTICLES = "learning", "articles"
_LOW = 0xFFFF

_U64 = npt.NDArray[np.uint64]
_I64 = npt.NDArray[np.int64]


class Knowledge:
    """What is known of outlets, and boilerplate by its shingles."""

    def __init__(self, habits: Habits | None = None, texts: Iterable[str] = (), settings: Settings | None = None):
        self.habits = habits or Habits()
        self._settings = settings or Settings()
        self._work = engine(self._settings.engine)
        hashes = [self._hashes(self._work.fold(text, None))[0] for text in texts]
        self._shingles = unique(np.concatenate([np.empty(0, np.uint64), *hashes]))
        self._likely = np.zeros(_LOW + 1, np.bool_)
        """Whether some shingle ends in these bits: most that are asked for are done with at once."""
        self._likely[self._shingles & np.uint64(_LOW)] = True

    @classmethod
    def of(cls, store: Store) -> Knowledge:
        """What a store has learned."""
        texts = [each.text for each in boilerplate(store.learned(KIND))]
        return cls(outlets.habits(store.learned(outlets.KIND)), texts, store.settings)

    def _hashes(self, tokens: Tokens) -> tuple[_U64, int]:
        shingle = widths(tokens, self._settings)[0]
        return self._work.shingle_hashes(tokens, shingle), shingle

    def covered(self, matches: Matches, places: _I64, articles: Sequence[Article]) -> npt.NDArray[np.bool_] | None:
        """Which passages are boilerplate for the most part in the article that is asked about; ``places`` are the
        numbers of those, and each match has one of them.  None if none is.

        About 40 microseconds for each article that shares anything.
        """
        if not len(self._shingles) or not len(matches.spans):
            return None
        asked = np.zeros(len(articles), np.bool_)
        asked[places] = True
        here = ~asked[matches.a[matches.match_of]]  # the side of each passage that is asked about
        numbers = np.where(here, matches.b[matches.match_of], matches.a[matches.match_of])
        runs = matches.runs(np.arange(len(here)), here.astype(np.int64))
        inside = np.zeros(len(runs.which), np.int64)
        of_run = numbers[runs.which]
        order = np.argsort(of_run, kind="stable")
        edges = np.concatenate([[0], marked(np.diff(of_run[order])) + 1, [len(order)]]).tolist()
        for start, end in pairwise(edges):
            rows = order[start:end]
            before = self._words(articles[int(of_run[rows[0]])])
            if before is not None:
                inside[rows] = before[runs.starts[rows] + runs.sizes[rows]] - before[runs.starts[rows]]
        found: npt.NDArray[np.bool_] = np.bincount(runs.which, inside, minlength=len(here)) >= WITHIN * matches.words
        return found if found.any() else None

    def _words(self, article: Article) -> _I64 | None:
        """How many words of the body stand in known boilerplate before each word; None if none does."""
        tokens = self._work.fold(article.document.text, article.body)
        hashes, shingle = self._hashes(tokens)
        known = marked(self._likely[hashes & np.uint64(_LOW)])
        known = known[among(hashes[known], self._shingles)]
        if not len(known):
            return None
        steps = np.zeros(len(tokens) + 1, np.int64)
        np.add.at(steps, known, 1)
        np.add.at(steps, known + shingle, -1)
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(np.cumsum(steps)[:-1] > 0)])


def boilerplate(facts: Mapping[str, str]) -> list[Boilerplate]:
    """The boilerplate among facts by name, that of most stories first."""
    records = (loaded(value.encode()) for value in facts.values() if value.startswith("["))
    found = [Boilerplate(*record) for record in records if len(record) == len(Boilerplate._fields)]
    return sorted(found, key=lambda each: (-each.stories, each.publisher, each.text))


def learn(store: Store, *, progress: Progress | None = None) -> bool:
    """Learn what is boilerplate, if the articles are twice as many as the last time; whether it was time to.

    As long as a scan of ``SAMPLE`` articles.
    """
    from dedup.pipeline import scan  # what a check does not need

    there = store.last() + 1
    if not store.texts or there < max(FEWEST, 2 * int(store.learned(_SEEN).get(_ARTICLES, "0"))):
        return False
    with store.reading():
        numbers = store.numbers(-1)
        some = [numbers[place] for place in np.linspace(0, len(numbers) - 1, min(SAMPLE, len(numbers))).astype(int)]
        documents = [each.article.document for each in store.fetch(some).values()]
    found = scan(documents, store.settings, progress=progress).boilerplate if documents else ()
    kept = {_name(each): dumped([*each]).decode() for each in found}
    # What is known stays: other articles may show it another time.
    store.learn(KIND, kept)
    store.learn(_SEEN, {_ARTICLES: str(there)})
    return True


def _name(text: Boilerplate) -> str:
    return xxhash.xxh64_hexdigest(encoded(f"{text.kind}\t{text.publisher}\t{text.text}"))
