"""Idioms: short texts that articles about different things have in common, because everybody says so.

"Did not immediately respond to a request for comment" stands in thousands of stories, and nobody copied it.
No list of such phrases would ever be complete, but the corpus shows them: the articles that carry one have
nothing else in common, neither text nor names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from dedup.columns import Rows, begins, unique
from dedup.copying import Counts
from dedup.engine import Engine, engine
from dedup.groups import Bundles
from dedup.matches import Matches
from dedup.settings import Settings
from dedup.witness import Witnesses

__all__ = ["LONGEST", "STORIES", "different_stories", "weighed"]

LONGEST = 20
"""Words of the longest passage of a text that may be an idiom."""
STORIES = 2
"""Stories about different things from which a text is one."""
ALONE = 0.7
"""Part of the pairs that carry it which share nothing else that was copied."""
RELATED, FEWEST = 0.2, 2
"""Two articles are about one thing when they share a fifth of the names that the one with fewer repeats, and two."""
_SAMPLE = 16
"""Carriers that are looked at; there may be thousands."""
_BATCH = 256

_I64 = npt.NDArray[np.int64]
_NEIGHBOUR = Counts._fields.index("neighbour")


def weighed(
    matches: Matches,
    bundles: Bundles,
    everybody: Witnesses,
    settings: Settings = Settings(),  # noqa: B008  (frozen)
) -> Matches | None:
    """The matches with the stories in which each idiom stands (``Matches.stories``); None if there is none.

    What stands beside a copied passage came with it, whoever else says so.
    """
    found = different_stories(bundles, matches, everybody, settings)
    if not found or matches.judged is None:
        return None
    stories = np.zeros(len(bundles) + 1, np.int32)
    stories[list(found)] = list(found.values())
    alone = matches.judged[:, _NEIGHBOUR] == 0
    return replace(matches, stories=np.where(alone, stories[bundles.of_passage], 0).astype(np.int32))


def different_stories(
    bundles: Bundles,
    matches: Matches,
    everybody: Witnesses,
    settings: Settings = Settings(),  # noqa: B008  (frozen)
) -> dict[int, int]:
    """Strands that are idioms, and how many different stories they stand in.

    About 20 nanoseconds a passage, and 30 microseconds for each article whose names are read: at most 16 of a
    short text.
    """
    strands = _short_and_alone(bundles, matches)
    if not len(strands):
        return {}
    samples = [_spread(np.asarray(bundles.groups[strand], np.int64)) for strand in strands.tolist()]
    about = _about(unique(np.concatenate(samples)), everybody, engine(settings.engine))
    found = {}
    for strand, sample in zip(strands.tolist(), samples, strict=True):
        stories = _different([about[group] for group in sample.tolist()])
        if stories >= STORIES:
            found[strand] = stories
    return found


def _short_and_alone(bundles: Bundles, matches: Matches) -> _I64:
    """Strands that are short, and all that most pairs of their carriers share."""
    if not len(bundles):
        return np.empty(0, np.int64)
    passages, strand = bundles.passages.values, bundles.passages.rows()
    longest = np.maximum.reduceat(matches.words[passages], bundles.passages.begins[:-1])
    copied = np.bincount(matches.match_of, matches.copies, minlength=len(matches))
    alone = copied[matches.match_of[passages]] == 1
    share = np.bincount(strand, alone, minlength=len(bundles)) / np.diff(bundles.passages.begins)
    several = np.diff(bundles.groups.begins) >= STORIES
    return np.flatnonzero(several & (longest <= LONGEST) & (share >= ALONE))


def _spread(groups: _I64) -> _I64:
    """Some of many, evenly."""
    return groups[np.linspace(0, len(groups) - 1, min(_SAMPLE, len(groups))).astype(np.int64)]


def _about(groups: _I64, everybody: Witnesses, work: Engine) -> dict[int, frozenset[int]]:
    """The names that articles repeat, as hashes."""
    found: dict[int, frozenset[int]] = {}
    for start in range(0, len(groups), _BATCH):
        batch: list[int] = groups[start : start + _BATCH].tolist()
        articles = [everybody.articles[number] for number in batch]
        named = work.names([each.document.text for each in articles], [each.spans for each in articles])
        rows = Rows(begins(named.counts), named.hashes.view(np.int64))
        found.update((group, frozenset(rows[n])) for n, group in enumerate(batch))
    return found


def _different(about: Sequence[frozenset[int]]) -> int:
    """How many there are no two of which are about one thing; one without names may be about anything."""
    kept: list[frozenset[int]] = []
    for one in about:
        if len(one) >= FEWEST and not any(_related(one, other) for other in kept):
            kept.append(one)
    return len(kept)


def _related(one: frozenset[int], other: frozenset[int]) -> bool:
    common = len(one & other)
    return common >= FEWEST and common >= RELATED * min(len(one), len(other))
