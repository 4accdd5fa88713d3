"""Idioms: short texts that articles about different things have in common, because everybody says so.

"Did not immediately respond to a request for comment" stands in thousands of stories, and nobody copied it.
No list of such phrases would ever be complete, but the corpus shows them: the articles that carry one have
nothing else in common, neither text nor names.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from dedup.about import about, different, sample
from dedup.columns import unique
from dedup.copying import Counts
from dedup.engine import Engine, engine
from dedup.groups import Bundles
from dedup.matches import Matches
from dedup.settings import Settings
from dedup.witness import Witnesses

__all__ = ["LONGEST", "STORIES", "different_stories", "weighed"]

LONGEST = 20
"""Words of a text that may be an idiom; some pairs have more in common, because what stands beside it is the same
by chance."""
STORIES = 2
"""Stories about different things from which a text is one."""
ALONE = 0.7
"""Part of the pairs with the text by itself which share nothing else that was copied."""
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
    told = np.where(_by_itself(matches) & matches.copies, stories[bundles.of_passage], 0)
    return replace(matches, stories=told.astype(np.int32))


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
    samples = [sample(np.asarray(bundles.groups[strand], np.int64)) for strand in strands.tolist()]
    told = _about(unique(np.concatenate(samples)), everybody, engine(settings.engine))
    found = {}
    for strand, some in zip(strands.tolist(), samples, strict=True):
        stories = different([told[group] for group in some.tolist()])
        if stories >= STORIES:
            found[strand] = stories
    return found


def _short_and_alone(bundles: Bundles, matches: Matches) -> _I64:
    """Strands that most pairs of their carriers have at most ``LONGEST`` words of, and share nothing else."""
    several = np.diff(bundles.groups.begins) >= STORIES
    if not several.any():
        return np.empty(0, np.int64)
    passages, strand = bundles.passages.values, bundles.passages.rows()
    by_itself = _by_itself(matches)[passages]
    counted = np.bincount(strand, by_itself, minlength=len(bundles))
    longer = np.bincount(strand, by_itself & (matches.words[passages] > LONGEST), minlength=len(bundles))
    alone = np.bincount(strand, by_itself & _little(matches)[passages], minlength=len(bundles))
    short = 2 * longer <= counted
    return np.flatnonzero(several & short & (alone > 0) & (alone >= ALONE * counted))


def _little(matches: Matches) -> npt.NDArray[np.bool_]:
    """Passages of pairs that share nothing else that was copied, but for another idiom perhaps."""
    copied = np.bincount(matches.match_of, matches.words * matches.copies, minlength=len(matches))
    little: npt.NDArray[np.bool_] = (copied <= 2 * LONGEST)[matches.match_of]
    return little


def _by_itself(matches: Matches) -> npt.NDArray[np.bool_]:
    """Passages that did not come with a copied text beside them."""
    if matches.judged is None:
        return np.ones(len(matches.spans), np.bool_)
    found: npt.NDArray[np.bool_] = _little(matches) | (matches.judged[:, _NEIGHBOUR] == 0)
    return found


def _about(groups: _I64, everybody: Witnesses, work: Engine) -> dict[int, frozenset[int]]:
    found: dict[int, frozenset[int]] = {}
    for start in range(0, len(groups), _BATCH):
        batch: list[int] = groups[start : start + _BATCH].tolist()
        found.update(zip(batch, about(batch, everybody, work), strict=True))
    return found
