"""The journey of a scan, stage by stage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from os import PathLike
from time import perf_counter
from typing import TypeVar

from dedup.article import prepare, whole
from dedup.candidates import candidate_pairs
from dedup.composition import readings
from dedup.dates import trusted_dates
from dedup.errors import InputError
from dedup.graph import draw
from dedup.groups import bundles, version_groups
from dedup.model import Document, Match, ProvenanceGraph, ScanResult, Skipped, Strand
from dedup.origin import trace
from dedup.readers import read_inputs
from dedup.settings import Settings
from dedup.verify import match
from dedup.witness import inherited, witnesses

__all__ = ["Progress", "compare", "scan"]

Progress = Callable[[str, int, int], None]
"""Called as ``progress(stage, done, total)`` while a scan goes on."""
Input = str | PathLike[str] | Document
Item = TypeVar("Item")


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
    with clock("read"):
        documents, skipped = _read(paths_or_documents, clock)
    with clock("sketch"):
        make = prepare if settings.until == "provenance" else whole
        articles = [make(document, settings) for document in clock.over(documents)]
    with clock("pair"):
        pairs = candidate_pairs([article.sketch for article in articles], settings)
    with clock("align"):
        compared = (match(articles[i], articles[j], settings) for i, j in clock.over(pairs))
        matches = [pair for pair in compared if pair is not None]
    if settings.until != "provenance":
        parts = readings(articles, matches, (), {}, {}, {}, frozenset())
        groups = version_groups(matches)
        return ScanResult(parts, tuple(matches), groups, (), ProvenanceGraph((), ()), skipped, settings, clock.seconds)
    with clock("trace"):
        by_id = {article.id: article for article in articles}
        published, untrusted = trusted_dates(articles, _events(matches))
        groups = version_groups(matches)
        found = bundles(by_id, matches, groups)
        everybody = witnesses(by_id, groups, published)
        strands = trace(found, matches, everybody)
        from_versions = inherited(groups, matches, everybody)
    with clock("draw"):
        words_of = {bundle.id: bundle.words for bundle in found}
        parts = readings(articles, matches, strands, words_of, from_versions, published, untrusted)
        graph = draw(parts, matches, groups, strands, words_of, from_versions)
    return ScanResult(parts, _with_strands(matches, strands), groups, strands, graph, skipped, settings, clock.seconds)


def compare(a: Document | str, b: Document | str, settings: Settings = Settings()) -> Match:  # noqa: B008  (frozen)
    """Align two texts as given, whole, without cutting boilerplate, and judge their passages.

    The answer to ``compare(b, a)`` is the mirror image.  A match without passages says that
    nothing is shared.

    >>> compare("The ferry had left Pier Nine at dawn.", "By then the ferry had left Pier Nine at dawn.").a_in_b
    1.0
    """
    one, two = (
        whole(Document(name, text) if isinstance(text, str) else text, settings) for name, text in (("a", a), ("b", b))
    )
    return match(one, two, settings) or Match(one.id, two.id, 0.0, 0.0, 0.0, "common-only", ())


def _read(paths_or_documents: Input | Iterable[Input], clock: _Clock) -> tuple[list[Document], tuple[Skipped, ...]]:
    """Documents sorted by id, and what could not be read."""
    if isinstance(paths_or_documents, str | PathLike | Document):
        paths_or_documents = [paths_or_documents]
    inputs = list(paths_or_documents)
    documents = [each for each in inputs if isinstance(each, Document)]
    paths = [each for each in inputs if not isinstance(each, Document)]
    skipped: list[Skipped] = []
    for each in clock.over(read_inputs(paths)) if paths else ():
        (documents if isinstance(each, Document) else skipped).append(each)  # type: ignore[arg-type]
    if not documents:
        given = ", ".join(str(path) for path in paths[:3]) or "no documents"
        first = {each.path: each for each in reversed(skipped)}  # one reason a file
        reasons = "".join(f"; {each.path}: {each.reason}" for each in [*first.values()][::-1][:5])
        more = f"; and {len(first) - 5} more" if len(first) > 5 else ""
        raise InputError(f"nothing to scan in {given}{reasons}{more}; give a folder with .txt, .md or .jsonl files")
    documents.sort(key=lambda document: document.id)
    for one, two in pairwise(documents):
        if one.id == two.id:
            raise InputError(f"two documents have the id {one.id!r}; give each its own")
    return documents, tuple(sorted(skipped, key=lambda each: (each.path, each.reason)))


def _events(matches: Iterable[Match]) -> dict[str, list[str]]:
    """Articles that share any wording are about one event."""
    events: dict[str, list[str]] = defaultdict(list)
    for pair in matches:
        events[pair.a].append(pair.b)
        events[pair.b].append(pair.a)
    return events


def _with_strands(matches: Sequence[Match], strands: Sequence[Strand]) -> tuple[Match, ...]:
    """The matches, each copied passage with the id of its strand."""
    strand_of = {place: strand.id for strand in strands for place in strand.passages}
    return tuple(
        replace(pair, passages=tuple(replace(p, strand=strand_of.get((m, n))) for n, p in enumerate(pair.passages)))
        for m, pair in enumerate(matches)
    )


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

    def over(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items, reported as they are worked through; a total of 0 is not known."""
        total = len(items) if isinstance(items, Sequence) else 0
        for done, item in enumerate(items, 1):
            yield item
            if self._progress:
                self._progress(self._stage, done, total)
