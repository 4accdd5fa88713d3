"""The journey of a scan, stage by stage."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import closing
from functools import partial
from itertools import pairwise
from os import PathLike
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.article import whole
from dedup.candidates import ANCHOR_CARRIERS, BAND_CARRIERS, Candidates, Index, thinned, united
from dedup.clock import Clock, Progress
from dedup.collection import Collection
from dedup.composition import Readings
from dedup.engine import engine
from dedup.errors import InputError
from dedup.garbage import rarely_collected
from dedup.groups import Groups
from dedup.intake import Columns, Input, Records, inputs
from dedup.model import Document, Limits, Match, ProvenanceGraph, ScanResult, Skipped
from dedup.parallel import cores, half_of_memory, in_order
from dedup.registry import use
from dedup.settings import Settings
from dedup.verify import match, verify
from dedup.versions import VersionGroups

__all__ = ["compare", "scan"]

_NUMBER = re.compile("[0-9]+")


def scan(
    paths_or_documents: Input | Iterable[Input],
    settings: Settings = Settings(),  # noqa: B008  (frozen)
    *,
    progress: Progress | None = None,
) -> ScanResult:
    """Find the text that articles share, and the wires it came from.

    Takes files and folders, ``-`` for standard input, documents, or a mixture.  What cannot be read
    is in ``skipped`` with its reason; raises InputError when nothing is left.  The result does not
    depend on the order of the inputs.  Some 0.4 milliseconds an article; 0.1 until passages.

    >>> one = Document("one", "The ferry had left Pier Nine at dawn with two hundred people on board.")
    >>> two = Document("two", "Witnesses said the ferry had left Pier Nine at dawn with two hundred people.")
    >>> [(m.a, m.b, m.passages[0].words) for m in scan([one, two]).matches]
    [('one', 'two', 12)]
    """
    paths = [paths_or_documents] if isinstance(paths_or_documents, str | PathLike | Document) else paths_or_documents
    with rarely_collected():
        return _scan(paths, settings, Clock(progress))


def _scan(given: Iterable[Input], settings: Settings, clock: Clock) -> ScanResult:
    use(settings.wires)
    jobs = settings.jobs or cores()
    with clock("read"):
        intake = _read(given, settings, jobs, clock)
    articles, unread = intake.articles, intake.skipped
    with clock("pair"):
        found = _candidates(intake, settings, jobs, clock)
    del intake  # and with it the keys, half of all that is kept of an article
    with clock("align"):
        matches = verify(articles, found.pairs, settings, jobs, clock.steps(len(found.pairs)))
    limits = Limits(ANCHOR_CARRIERS, found.crowded, found.left_out)
    if settings.until == "provenance":
        from dedup.tracing import traced  # here, because most of dedup is behind it

        return traced(articles, matches, unread, settings, limits, clock)
    parts = Readings(articles, matches)
    groups = VersionGroups(articles, Groups.among(matches, settings, articles), None, settings)
    graph = ProvenanceGraph((), ())
    return ScanResult(parts, matches, groups, (), graph, unread, settings, clock.seconds, limits)


def compare(a: Document | str, b: Document | str, settings: Settings = Settings()) -> Match:  # noqa: B008  (frozen)
    """Align two texts as given, whole, without cutting boilerplate, and judge their passages.

    The answer to ``compare(b, a)`` is the mirror image.  A match without passages says that
    nothing is shared.

    >>> compare("The ferry had left Pier Nine at dawn.", "By then the ferry had left Pier Nine at dawn.").a_in_b
    1.0
    """
    one, two = (whole(Document(name, text) if isinstance(text, str) else text) for name, text in (("a", a), ("b", b)))
    return match(one, two, settings) or Match(one.id, two.id, 0.0, 0.0, 0.0, "common-only", ())


class _Intake(NamedTuple):
    """Articles sorted by id, their number in the order in which they came, and what could not be read."""

    articles: Collection
    numbers: npt.NDArray[np.uint32]
    bands: Index
    anchors: Index
    skipped: tuple[Skipped, ...]


def _read(given: Iterable[Input], settings: Settings, jobs: int, clock: Clock) -> _Intake:
    """Read, clean, credit and sketch everything, a portion in each thread at a time."""
    paths: list[str | PathLike[str]] = []
    kept = Records(settings, jobs) if settings.until == "provenance" else Columns(settings)
    work = (partial(kept.read, portion, named) for portion, named in inputs(given, paths))
    memory = (settings.memory or half_of_memory()) // 4
    bands, anchors = Index(memory, BAND_CARRIERS), Index(3 * memory, ANCHOR_CARRIERS)
    count = 0
    with closing(kept), closing(in_order(work, jobs)) as batches:
        for batch in batches:
            bands.add(batch.sketches.bands, count)
            anchors.add(batch.sketches.anchors, count)
            if batch.letters is not None:
                anchors.add(batch.letters, count)
            batch.take()
            count += len(batch.sketches.words)
            clock.step(count)
    skipped = sorted(kept.skipped, key=_place)
    if not count:
        raise InputError(_nothing(paths, skipped))
    articles, order = kept.sorted()
    for one, two in pairwise(articles.ids):
        if one == two:
            raise InputError(f"two documents have the id {one!r}; give each its own")
    numbers = np.empty(count, np.uint32)
    numbers[order] = np.arange(count, dtype=np.uint32)
    return _Intake(articles, numbers, bands, anchors, tuple(skipped))


def _place(each: Skipped) -> tuple[str, str]:
    """By file, and by line as numbers go: 2 before 10."""
    return each.path, _NUMBER.sub(lambda number: number[0].zfill(20), each.reason)


def _nothing(paths: Sequence[str | PathLike[str]], skipped: Sequence[Skipped]) -> str:
    given = ", ".join(str(path) for path in paths[:3]) or "no documents"
    first = {each.path: each for each in reversed(skipped)}  # one reason a file
    reasons = "".join(f"; {each.path}: {each.reason}" for each in [*first.values()][::-1][:5])
    more = f"; and {len(first) - 5} more" if len(first) > 5 else ""
    return f"nothing to scan in {given}{reasons}{more}; give a folder with .txt, .md or .jsonl files"


def _candidates(intake: _Intake, settings: Settings, jobs: int, clock: Clock) -> Candidates:
    work = engine(settings.engine)
    numbers = intake.numbers
    step = clock.steps(0)
    in_id_order = bool((numbers == np.arange(len(numbers))).all())
    found = [
        index.pairs(None if in_id_order else numbers, work, jobs, lambda: step(1))
        for index in (intake.bands, intake.anchors)
    ]
    if settings.rewrites and settings.until != "documents":
        from dedup.companions import companions

        found.append(companions(intake.articles, settings, jobs, lambda _: step(1)))
    return thinned(united(*found), found[0].pairs, len(numbers), work)
