"""Knowledge: what an index has learned of its articles, kept between runs, for those that come.

Which wires each outlet credits is counted as articles come and go (``dedup.index.outlets``).  Boilerplate shows
only where many articles lie side by side: whenever an index has twice the articles that it had the last
time, some of them, evenly spread, are scanned, and what the scan shows to be boilerplate (``dedup.learned``) is
kept by its text.  A passage of a new article that is such text was copied from nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import xxhash

from dedup.article import Article
from dedup.batch import Sketches
from dedup.columns import marked, unique
from dedup.engine import engine
from dedup.habits import Habits
from dedup.index import outlets
from dedup.index.pack import dumped, encoded, loaded
from dedup.index.store import Store
from dedup.learned import WITHIN
from dedup.matches import Matches
from dedup.model import Boilerplate
from dedup.parallel import cores
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

_U64 = npt.NDArray[np.uint64]
_I64 = npt.NDArray[np.int64]


class Knowledge:
    """What is known of outlets, and boilerplate by its ``shingles``: their hashes, different and rising."""

    def __init__(self, habits: Habits | None = None, texts: Iterable[str] = (), settings: Settings | None = None):
        self.habits = habits or Habits()
        settings = settings or Settings()
        work, hashes = engine(settings.engine), [np.empty(0, np.uint64)]
        for tokens in (work.fold(text, None) for text in texts):
            hashes.append(work.shingle_hashes(tokens, widths(tokens, settings)[0]))
        self.shingles = unique(np.concatenate(hashes))

    @classmethod
    def of(cls, store: Store) -> Knowledge:
        """What a store has learned."""
        texts = [each.text for each in boilerplate(store.learned(KIND))]
        return cls(outlets.habits(store.learned(outlets.KIND)), texts, store.settings)

    def covered(
        self, matches: Matches, places: _I64, sketches: Sketches, settings: Settings
    ) -> npt.NDArray[np.bool_] | None:
        """Which passages are boilerplate for the most part in the article that is asked about; ``places`` are the
        numbers of those, each match has one of them, and ``sketches`` are theirs, with the ``shingles`` that are known.
        None if none is.
        """
        if not len(sketches.known) or not len(matches.spans):
            return None
        before = {int(places[number]): words for number, words in _before(sketches, settings)}
        known = np.full(len(matches.ids), -1, np.int64)
        known[[*before]] = [*before]
        a, b = known[matches.a[matches.match_of]], known[matches.b[matches.match_of]]
        sides = marked((a >= 0) | (b >= 0))  # one of the two is asked about
        runs = matches.runs(sides, (a[sides] < 0).astype(np.int64))
        of_run = np.maximum(a, b)[sides][runs.which].tolist()
        ends = zip(of_run, runs.starts.tolist(), (runs.starts + runs.sizes).tolist(), strict=True)
        inside = [before[place][end] - before[place][start] for place, start, end in ends]
        covered = np.bincount(sides[runs.which], inside, minlength=len(matches.spans))
        found: npt.NDArray[np.bool_] = covered >= WITHIN * matches.words
        return found if found.any() else None


def _before(sketches: Sketches, settings: Settings) -> Iterator[tuple[int, list[int]]]:
    """How many words stand in known shingles before each word and in all, of each text that has any."""
    texts, first = sketches.known.T.astype(np.int64)
    edges = marked(np.diff(texts, prepend=-1, append=-1)).tolist()
    for start, end in pairwise(edges):
        number = int(texts[start])
        shingle = settings.shingle * (1 + int(sketches.dense[number]))  # as of ``dedup.sketch.widths``
        steps = np.zeros(int(sketches.words[number]) + 1, np.int64)
        np.add.at(steps, first[start:end], 1)
        np.add.at(steps, first[start:end] + shingle, -1)
        yield number, [0, *np.cumsum(np.cumsum(steps)[:-1] > 0).tolist()]


def boilerplate(facts: Mapping[str, str]) -> list[Boilerplate]:
    """The boilerplate among facts by name, that of most stories first."""
    records = (loaded(value.encode()) for value in facts.values() if value.startswith("["))
    found = [Boilerplate(*record) for record in records if len(record) == len(Boilerplate._fields)]
    return sorted(found, key=lambda each: (-each.stories, each.publisher, each.text))


def learn(store: Store, *, progress: Progress | None = None) -> bool:
    """Learn what is boilerplate, if the articles are twice as many as the last time; whether it was time to.

    Half as long as a scan of ``SAMPLE`` articles.
    """
    there = store.last() + 1
    if not store.texts or there < max(FEWEST, 2 * int(store.learned(_SEEN).get(_ARTICLES, "0"))):
        return False
    with store.reading():
        numbers = store.numbers(-1)
        some = [numbers[place] for place in np.linspace(0, len(numbers) - 1, min(SAMPLE, len(numbers))).astype(int)]
        articles = [each.article for each in store.fetch(some).values()]
    if progress:
        progress("learn", 0, 0)
    found = _shown(sorted(articles, key=lambda article: article.id), store.settings) if articles else ()
    kept = {_name(each): dumped([*each]).decode() for each in found}
    # What is known stays: other articles may show it another time.
    store.learn(KIND, kept)
    store.learn(_SEEN, {_ARTICLES: str(there)})
    return True


def _shown(articles: Sequence[Article], settings: Settings) -> Sequence[Boilerplate]:
    """What some articles show to be boilerplate: the journey of a scan as far as that, of articles that were cleaned
    and credited before."""
    # Here: what a check does not need.
    from dedup.appeared import Appeared
    from dedup.candidates import ANCHOR_CARRIERS, BAND_CARRIERS, Index, thinned, united
    from dedup.collection import Given
    from dedup.groups import Groups, bundles
    from dedup.learned import learn
    from dedup.templates import filled
    from dedup.verify import verify
    from dedup.witness import Witnesses, unspoken

    if settings.until != "provenance":
        return ()
    work, jobs, some = engine(settings.engine), settings.jobs or cores(), Given(articles)
    everything = range(len(some))
    sketches = work.sketches(some.texts(everything), some.bodies(everything), settings)
    found = []
    for keys, carriers in ((sketches.bands, BAND_CARRIERS), (sketches.anchors, ANCHOR_CARRIERS)):
        index = Index(keys.keys.nbytes, carriers)
        index.add(keys, 0)
        found.append(index.pairs(None, work, jobs, lambda: None))
    pairs = thinned(united(*found), found[0].pairs, len(some), work).pairs
    matches = verify(some, pairs, settings, jobs, lambda _: None)
    matches = replace(matches, boilerplate=filled(matches, some))
    groups = Groups.among(matches, settings, some)
    everybody = Witnesses(some, groups, Appeared(some, matches), settings.owners)
    strands = bundles(matches, groups, settings, jobs, unspoken(matches, everybody))
    learned = learn(matches, strands, everybody, settings, jobs)
    return () if learned is None else learned.texts


def _name(text: Boilerplate) -> str:
    return xxhash.xxh64_hexdigest(encoded(f"{text.kind}\t{text.publisher}\t{text.text}"))
