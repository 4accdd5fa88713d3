"""The journey of a scan, stage by stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import pairwise
from os import PathLike
from time import perf_counter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.appeared import Appeared
from dedup.article import Article, whole
from dedup.candidates import ANCHOR_CARRIERS, BAND_CARRIERS, Candidates, Index, thinned, united
from dedup.companions import companions
from dedup.composition import Readings
from dedup.corpus import StoredDocument, Texts
from dedup.engine import engine
from dedup.errors import InputError
from dedup.graph import draw
from dedup.groups import Groups, StrandNames, bundles
from dedup.intake import Input, Prepared, inputs, prepared
from dedup.learned import learn
from dedup.model import Document, Limits, Match, ProvenanceGraph, ScanResult, Skipped
from dedup.origin import trace
from dedup.parallel import cores, half_of_memory, in_order
from dedup.readers import Names, Portion
from dedup.registry import use
from dedup.settings import Settings
from dedup.templates import filled
from dedup.verify import match, verify
from dedup.versions import VersionGroups
from dedup.witness import Witnesses, inherited

__all__ = ["Progress", "compare", "scan"]

Progress = Callable[[str, int, int], None]
"""Called as ``progress(stage, done, total)`` while a scan goes on."""


def scan(
    paths_or_documents: Input | Iterable[Input],
    settings: Settings = Settings(),  # noqa: B008  (frozen)
    *,
    progress: Progress | None = None,
) -> ScanResult:
    """Find the text that articles share, and the wires it came from.

    Takes files and folders, ``-`` for standard input, documents, or a mixture.  What cannot be read
    is in ``skipped`` with its reason; raises InputError when nothing is left.  The result does not
    depend on the order of the inputs.  About 10 milliseconds an article, and 2 for each pair that
    shares text.

    >>> one = Document("one", "The ferry had left Pier Nine at dawn with two hundred people on board.")
    >>> two = Document("two", "Witnesses said the ferry had left Pier Nine at dawn with two hundred people.")
    >>> [(m.a, m.b, m.passages[0].words) for m in scan([one, two]).matches]
    [('one', 'two', 12)]
    """
    clock = _Clock(progress)
    use(settings.wires)
    jobs = settings.jobs or cores()
    with clock("read"):
        intake = _read(paths_or_documents, settings, jobs, clock)
    articles, unread = intake.articles, intake.skipped
    with clock("pair"):
        found = _candidates(intake, settings, jobs, clock)
    del intake  # and with it the keys, half of all that is kept of an article
    with clock("align"):
        matches = verify(articles, found.pairs, settings, jobs, clock.steps(len(found.pairs)))
    limits = Limits(ANCHOR_CARRIERS, found.crowded, found.left_out)
    if settings.until != "provenance":
        graph = ProvenanceGraph((), ())
        parts = Readings(articles, matches)
        groups = VersionGroups(articles, Groups.among(matches, settings, articles), None, settings)
        return ScanResult(parts, matches, groups, (), graph, unread, settings, clock.seconds, limits)
    with clock("trace"):
        matches = replace(matches, boilerplate=filled(matches, articles))
        groups_of = Groups.among(matches, settings, articles)
        everybody = Witnesses(articles, groups_of, Appeared(articles, matches), settings.owners)
        found_strands = bundles(matches, groups_of, settings, jobs)
        learned = learn(matches, found_strands, everybody, settings, jobs)
        if learned is not None:
            matches = replace(matches, boilerplate=matches.furniture | learned.passages)
            found_strands = bundles(matches, groups_of, settings, jobs)
        strands = trace(found_strands, matches, everybody, settings, jobs)
    with clock("draw"):
        matches = replace(matches, strand=StrandNames(found_strands))
        readings = Readings(articles, matches, strands, inherited(matches, everybody))
        graph = draw(readings, strands)
        groups = VersionGroups(articles, groups_of, everybody.appeared, settings)
    texts = () if learned is None else learned.texts
    return ScanResult(readings, matches, groups, strands, graph, unread, settings, clock.seconds, limits, texts)


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

    articles: list[Article]
    numbers: npt.NDArray[np.uint32]
    bands: Index
    anchors: Index
    skipped: tuple[Skipped, ...]


def _read(given: Input | Iterable[Input], settings: Settings, jobs: int, clock: _Clock) -> _Intake:
    """Read, clean, credit and sketch everything, a portion in each thread at a time."""
    paths: list[str | PathLike[str]] = []
    work = (partial(_prepared, portion, named, settings) for portion, named in inputs(given, paths))
    names, texts = Names(), Texts()
    articles: list[Article] = []
    skipped: list[Skipped] = []
    memory = (settings.memory or half_of_memory()) // 4
    bands, anchors = Index(memory, BAND_CARRIERS), Index(3 * memory, ANCHOR_CARRIERS)
    for batch in in_order(work, jobs):
        bands.add(batch.sketches.bands, len(articles))
        anchors.add(batch.sketches.anchors, len(articles))
        if batch.letters is not None:
            anchors.add(batch.letters, len(articles))
        words = iter(batch.sketches.words.tolist())
        prepared = iter(batch.articles)
        for each in names.made_unique(batch.found) if batch.named else batch.found:
            if isinstance(each, Skipped):
                skipped.append(each)
            else:
                stored = StoredDocument.of(each, texts, texts.add(each.text))
                articles.append(next(prepared).kept(stored, next(words)))
        clock.step(len(articles))
    texts.close()
    if not articles:
        raise InputError(_nothing(paths, skipped))
    order = sorted(range(len(articles)), key=lambda number: articles[number].id)
    articles = [articles[number] for number in order]
    for one, two in pairwise(articles):
        if one.id == two.id:
            raise InputError(f"two documents have the id {one.id!r}; give each its own")
    numbers = np.empty(len(order), np.uint32)
    numbers[order] = np.arange(len(order), dtype=np.uint32)
    skipped.sort(key=lambda each: (each.path, each.reason))
    return _Intake(articles, numbers, bands, anchors, tuple(skipped))


def _prepared(portion: Portion, named: bool, settings: Settings) -> Prepared:
    return prepared(portion(), named, settings)


def _nothing(paths: Sequence[str | PathLike[str]], skipped: Sequence[Skipped]) -> str:
    given = ", ".join(str(path) for path in paths[:3]) or "no documents"
    first = {each.path: each for each in reversed(skipped)}  # one reason a file
    reasons = "".join(f"; {each.path}: {each.reason}" for each in [*first.values()][::-1][:5])
    more = f"; and {len(first) - 5} more" if len(first) > 5 else ""
    return f"nothing to scan in {given}{reasons}{more}; give a folder with .txt, .md or .jsonl files"


def _candidates(intake: _Intake, settings: Settings, jobs: int, clock: _Clock) -> Candidates:
    work = engine(settings.engine)
    numbers = intake.numbers
    step = clock.steps(0)
    in_id_order = bool((numbers == np.arange(len(numbers))).all())
    found = [
        index.pairs(None if in_id_order else numbers, work, jobs, lambda: step(1))
        for index in (intake.bands, intake.anchors)
    ]
    if settings.rewrites and settings.until != "documents":
        found.append(companions(intake.articles, settings, jobs, lambda _: step(1)))
    return thinned(united(*found), found[0].pairs, len(numbers), work)


class _Clock:
    """Seconds by stage, and progress of the stage at work."""

    def __init__(self, progress: Progress | None) -> None:
        self.seconds: dict[str, float] = {}
        self._progress, self._stage = progress, ""

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        self._stage, start = stage, perf_counter()
        if self._progress:
            self._progress(stage, 0, 0)
        yield
        self.seconds[stage] = perf_counter() - start

    def steps(self, total: int) -> Callable[[int], None]:
        """To be called with what was done since the last time; a total of 0 is not known."""
        done = 0

        def step(more: int) -> None:
            nonlocal done
            done += more
            if self._progress:
                self._progress(self._stage, done, total)

        return step

    def step(self, done: int) -> None:
        """So much is done, of a total that is not known."""
        if self._progress:
            self._progress(self._stage, done, 0)
