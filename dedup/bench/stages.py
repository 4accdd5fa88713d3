"""What each stage costs on this machine, for ``dedup bench``.

Stages are measured in this process, one thread, CPU time, the median of some rounds.  Whole scans are
measured in processes of their own, because peak memory is that of a process.
"""

from __future__ import annotations

import io
import json
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import numpy as np

from dedup.article import Article, tokens_of, whole
from dedup.batch import Sketches
from dedup.bench.generate import articles, write
from dedup.candidates import ANCHOR_CARRIERS, BAND_CARRIERS, Index, united
from dedup.engine import ENGINES, Engine
from dedup.facts import Facts
from dedup.model import Document
from dedup.pipeline import scan
from dedup.prepare import prepare
from dedup.readers.jsonl import read_jsonl
from dedup.settings import Settings, Until
from dedup.verify import verify

__all__ = ["Cost", "ScanCost", "scans", "stages"]

ROUNDS = 3
_BATCH = 256
_MEMORY = 1 << 30


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds a stage took for so many articles with so many bytes of text."""

    stage: str
    engine: str
    seconds: float
    articles: int
    bytes: int


@dataclass(frozen=True, slots=True)
class ScanCost:
    """A whole scan in a process of its own: CPU and wall seconds, and its peak memory in bytes."""

    until: Until
    engine: str
    jobs: int
    seconds: float
    wall: float
    peak: int
    articles: int
    bytes: int


def stages(number: int, engine: str, seed: int = 1) -> Iterator[Cost]:
    """Measure the stages of one engine on generated articles, in the order of the journey.

    >>> [cost.stage for cost in stages(20, "numpy")][:3]
    ['read', 'clean, credit', 'fold']
    """
    documents = list(articles(number, seed))
    work, settings = ENGINES[engine], Settings(until="passages", jobs=1)
    texts = [document.text for document in documents]
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)

    def cost(stage: str, run: Callable[[], object]) -> Cost:
        return Cost(stage, engine, median(_timed(run) for _ in range(ROUNDS)), number, size)

    lines = _lines(documents)
    yield cost("read", lambda: [portion() for portion in read_jsonl(io.BytesIO(lines), "", "", 1 << 30)])
    yield cost("clean, credit", lambda: [prepare(document) for document in documents])
    yield cost("fold", lambda: [work.fold(text, None) for text in texts])
    tokens = [work.fold(text, None) for text in texts]
    yield cost("shingle", lambda: [work.shingle_hashes(each, settings.shingle) for each in tokens])
    hashes = [work.shingle_hashes(each, settings.shingle) for each in tokens]
    pieces = list(zip(tokens, hashes, strict=True))
    yield cost("sketch", lambda: [work.sketch(each, own, settings) for each, own in pieces])
    yield cost("all three", lambda: _sketches(work, texts, settings))
    found = _sketches(work, texts, settings)
    yield cost("pair", lambda: _pairs(work, found))
    pairs = _pairs(work, found)
    kept = [whole(document) for document in documents]
    chosen = Settings(until="passages", jobs=1, engine="reference" if engine == "reference" else "auto")
    yield cost("compare", lambda: verify(kept, pairs, chosen, 1, lambda _: None))
    yield cost("look at words", lambda: [_looked_at(article, chosen) for article in kept])


def scans(number: int, engine: str, jobs: Sequence[int], seed: int = 1) -> Iterator[ScanCost]:
    """Measure whole scans of a file of generated articles, as far as documents, passages, provenance."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "articles.jsonl"
        size = write(path, number, seed).bytes
        untils: tuple[Until, ...] = ("documents", "passages", "provenance")
        for until in untils:
            for threads in jobs:
                command = [sys.executable, "-m", "dedup.bench.stages", str(path), until, engine, str(threads)]
                answer = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
                yield ScanCost(until, engine, threads, **answer, articles=number, bytes=size)


def _timed(run: Callable[[], object]) -> float:
    start = process_time()
    run()
    return process_time() - start


def _lines(documents: Sequence[Document]) -> bytes:
    records = ({"id": document.id, "title": document.title, "text": document.text} for document in documents)
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def _sketches(work: Engine, texts: Sequence[str], settings: Settings) -> list[Sketches]:
    return [work.sketches(texts[at : at + _BATCH], None, settings) for at in range(0, len(texts), _BATCH)]


def _pairs(work: Engine, found: Sequence[Sketches]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    bands, anchors = Index(_MEMORY, BAND_CARRIERS), Index(_MEMORY, ANCHOR_CARRIERS)
    base = 0
    for sketches in found:
        bands.add(sketches.bands, base)
        anchors.add(sketches.anchors, base)
        base += len(sketches.words)
    return united(*(index.pairs(None, work, 1, lambda: None) for index in (bands, anchors))).pairs


def _looked_at(article: Article, settings: Settings) -> object:
    return Facts(article.document.text, tokens_of(article, settings), article.credits)


def main(path: str, until: Until, engine: str, jobs: str) -> None:
    """Scan a file and tell what it cost, as JSON; in a process of its own."""
    settings = Settings(until=until, engine="reference" if engine == "reference" else "auto", jobs=int(jobs))
    cpu, wall = process_time(), perf_counter()
    result = scan(path, settings)
    cost = {"seconds": process_time() - cpu, "wall": perf_counter() - wall}
    assert result.counts["documents"]
    json.dump(cost | {"peak": peak_memory()}, sys.stdout)


def peak_memory() -> int:
    """The most memory that this process had, in bytes."""
    try:
        # What getrusage says of a child includes its parent's.
        status = Path("/proc/self/status").read_text("ascii")
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024  # type: ignore[index]
    except OSError:
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    main(*sys.argv[1:])  # type: ignore[arg-type]
