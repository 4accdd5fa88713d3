"""Learn: boilerplate that no list knows, found from the corpus itself.

A newsletter form, a station's footer, a wire's closing line stands word for word in stories that have
nothing else to do with each other.  Nobody copied it from one to the other, so it is neither evidence
of copying nor text of a wire.  What tells it from a background paragraph that a desk repeats in all its
reports of one affair is that its stories are about nothing in common.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.about import about, different, hash_of, sample
from dedup.columns import begins, numbered, unique
from dedup.engine import Engine, engine
from dedup.groups import Bundles
from dedup.matches import Matches
from dedup.mixture import site
from dedup.model import Boilerplate
from dedup.parallel import in_order
from dedup.settings import Settings
from dedup.wires import label
from dedup.witness import Witnesses

__all__ = ["STORIES", "Learned", "learn"]

STORIES = 3
"""Stories of one publisher, no two of them about the same, from which their common text is boilerplate."""
TAIL = 80
"""Words from the end of an article, and not more than half of it, within which a wire's boilerplate stands:
what its clients print of one story they print anywhere, its lead above all.  An outlet's own may stand
anywhere: forms are put between paragraphs."""
WITHIN = 0.8
"""Part of a passage's words that must be boilerplate in one of its articles for it to be that."""
_BATCH = 256

_I32 = npt.NDArray[np.int32]
_I64 = npt.NDArray[np.int64]
_Bools = npt.NDArray[np.bool_]


class Learned(NamedTuple):
    """``passages`` says which passages are boilerplate, ``texts`` what was learned, most stories first."""

    passages: _Bools
    texts: tuple[Boilerplate, ...]


class _Candidate(NamedTuple):
    """A strand that may be boilerplate: of whom, and the version groups of that publisher that have it."""

    strand: int
    kind: int
    publisher: int
    groups: _I64


def learn(
    matches: Matches,
    strands: Bundles,
    everybody: Witnesses,
    settings: Settings = Settings(),  # noqa: B008  (frozen)
    jobs: int = 1,
) -> Learned | None:
    """What the strands hold that is boilerplate; None if nothing is.

    Cost: 30 nanoseconds for each member of a strand, and 30 microseconds for each article that is read:
    16 at most of a text that three stories of one outlet have, or of one wire at the tail.
    """
    names: list[list[str]] = []
    candidates: list[_Candidate] = []
    for kind, (of, known) in enumerate((_outlets(everybody), everybody.wires())):
        names.append(known)
        usable = np.ones(len(strands), np.bool_) if kind == 0 else _at_the_end(matches, strands, everybody)
        candidates += _of_one_publisher(strands, of, usable, kind)
    if not candidates:
        return None
    found = _in_different_stories(candidates, matches, strands, everybody, engine(settings.engine), jobs)
    if not found:
        return None
    passages = np.concatenate([np.asarray(strands.passages[each.strand], np.int64) for each in found])
    texts = _listed([_record(each, names, matches, strands, everybody) for each in found])
    return Learned(_covered(matches, unique(passages)), texts)


def _outlets(everybody: Witnesses) -> tuple[_I32, list[str]]:
    """The outlet of each article by number, -1 where nobody knows, and their names."""
    documents = (article.document for article in everybody.articles)
    names = ((each.outlet or "").strip() or site(each.url) for each in documents)
    known: dict[str, int] = {}
    codes = (known.setdefault(name, len(known)) if name else -1 for name in names)
    return np.fromiter(codes, np.int32, len(everybody.articles)), [*known]


def _at_the_end(matches: Matches, strands: Bundles, everybody: Witnesses) -> _Bools:
    """Strands all of whose passages stand at the tail of both articles."""
    words = np.fromiter((article.words for article in everybody.articles), np.int32, len(everybody.articles))
    passages, rows = strands.passages.values, strands.passages.rows()
    first = matches.block[passages]
    inside = np.zeros(len(passages), np.bool_)
    for side, of in ((0, matches.a), (1, matches.b)):
        length = words[of[matches.match_of[passages]]]
        inside |= matches.blocks[first, side] < np.maximum(length - TAIL, length // 2)
    outside: _Bools = np.bincount(rows, inside, minlength=len(strands)) == 0
    return outside


def _of_one_publisher(strands: Bundles, of: _I32, usable: _Bools, kind: int) -> Iterator[_Candidate]:
    """Strands that enough version groups of one publisher have; a group goes by the number of its first member."""
    rows, groups = strands.groups.rows(), strands.groups.values.astype(np.int64)
    kept = (of[groups] >= 0) & usable[rows]
    rows, groups = rows[kept], groups[kept]
    keys = rows << 32 | of[groups]
    order = np.argsort(keys, kind="stable")
    known, which = numbered(keys)
    ends = begins(np.bincount(which, minlength=len(known)))
    for n in np.flatnonzero(np.diff(ends) >= STORIES).tolist():
        key = int(known[n])
        yield _Candidate(key >> 32, kind, key & 0xFFFF_FFFF, groups[order[ends[n] : ends[n + 1]]])


def _in_different_stories(
    candidates: Sequence[_Candidate],
    matches: Matches,
    strands: Bundles,
    everybody: Witnesses,
    work: Engine,
    jobs: int,
) -> list[_Candidate]:
    """Those whose stories are about nothing in common."""
    samples = [sample(each.groups) for each in candidates]
    wanted = unique(np.concatenate(samples))
    batches = [wanted[start : start + _BATCH].tolist() for start in range(0, len(wanted), _BATCH)]
    told: dict[int, frozenset[int]] = {}
    for batch, found in zip(
        batches, in_order((partial(about, b, everybody, work) for b in batches), jobs), strict=True
    ):
        told.update(zip(batch, found, strict=True))
    kept: list[_Candidate] = []
    done: set[int] = set()
    for each, some in zip(candidates, samples, strict=True):
        if each.strand in done:  # of an outlet already
            continue
        own = _words_of(_usual(matches, strands, each), matches, everybody, work)
        if different([told[group] - own for group in some.tolist()]) >= max(STORIES, len(some) // 4):
            kept.append(each)
            done.add(each.strand)
    return kept


def _usual(matches: Matches, strands: Bundles, candidate: _Candidate) -> int:
    """A passage of a strand that is as long as most of them: a longer one has words beside it by chance."""
    passages = np.asarray(strands.passages[candidate.strand], np.int64)
    words = matches.words[passages]
    times = np.bincount(words)
    return int(passages[words == len(times) - 1 - np.argmax(times[::-1])][0])


def _text(p: int, matches: Matches, everybody: Witnesses) -> str:
    start, end = matches.spans[p, :2].tolist()
    return everybody.articles[int(matches.a[matches.match_of[p]])].document.text[start:end]


def _words_of(p: int, matches: Matches, everybody: Witnesses, work: Engine) -> frozenset[int]:
    """The words of a passage, as hashes: what the boilerplate itself names, its stories are not about."""
    words = work.fold(_text(p, matches, everybody), None).words
    return frozenset(hash_of(word.removesuffix("'s")) for word in words)


def _record(
    candidate: _Candidate, names: Sequence[Sequence[str]], matches: Matches, strands: Bundles, everybody: Witnesses
) -> Boilerplate:
    p = _usual(matches, strands, candidate)
    name = names[candidate.kind][candidate.publisher]
    return Boilerplate(
        publisher=label(name) if candidate.kind else name,
        kind="wire" if candidate.kind else "outlet",
        text=_text(p, matches, everybody),
        words=int(matches.words[p]),
        stories=len(candidate.groups),
    )


def _listed(records: Sequence[Boilerplate]) -> tuple[Boilerplate, ...]:
    """Each text once, without the parts of a longer one of the same publisher."""
    kept: dict[tuple[str, str], dict[str, Boilerplate]] = {}
    for each in sorted(records, key=lambda each: (-each.words, -each.stories, each.text)):
        same = kept.setdefault((each.kind, each.publisher), {})
        folded = " ".join(each.text.lower().split())
        if not any(folded in other for other in same):
            same[folded] = each
    everything = (each for some in kept.values() for each in some.values())
    return tuple(sorted(everything, key=lambda each: (-each.stories, each.publisher, each.text)))


def _covered(matches: Matches, found: _I64) -> _Bools:
    """Passages whose words are boilerplate in one of their articles, for the most part."""
    sides = np.repeat([0, 1], len(found))
    runs = matches.runs(np.tile(found, 2), sides)
    starts, ends = _merged(_places(matches, np.tile(found, 2), sides, runs.which, runs.starts), runs.sizes)
    before = begins(ends - starts)
    touched = np.zeros(len(matches.ids), np.bool_)
    touched[starts >> 32] = True
    within = np.zeros(len(matches.spans), np.bool_)
    for side, of in ((0, matches.a), (1, matches.b)):
        asked = np.flatnonzero(touched[of[matches.match_of]])
        sides = np.full(len(asked), side)
        runs = matches.runs(asked, sides)
        place = _places(matches, asked, sides, runs.which, runs.starts)
        inside = _until(place + runs.sizes, starts, ends, before) - _until(place, starts, ends, before)
        within[asked] |= np.bincount(runs.which, inside, minlength=len(asked)) >= WITHIN * matches.words[asked]
    return within


def _places(matches: Matches, passages: _I64, sides: _I64, which: _I64, starts: _I32) -> _I64:
    """Words of all articles in one row, far apart."""
    match = matches.match_of[passages]
    article = np.where(sides == 0, matches.a[match], matches.b[match]).astype(np.int64)
    return article[which] << 32 | starts


def _merged(places: _I64, sizes: _I32) -> tuple[_I64, _I64]:
    """Runs of words without overlaps, rising: where each begins and ends."""
    order = np.argsort(places, kind="stable")
    starts, ends = places[order], np.maximum.accumulate(places[order] + sizes[order])
    fresh = np.concatenate([[True], starts[1:] > ends[:-1]])
    return starts[fresh], ends[np.concatenate([np.flatnonzero(fresh)[1:] - 1, [len(ends) - 1]])]


def _until(places: _I64, starts: _I64, ends: _I64, before: _I64) -> _I64:
    """How many words of the runs stand before each place."""
    run = np.searchsorted(starts, places, "right") - 1
    inside = np.minimum(places, ends[run]) - starts[run]
    return np.where(run < 0, 0, before[run] + inside)
