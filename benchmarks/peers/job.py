"""What every peer's script shares: the same input, the same words, the same output.

A peer runs as ``python PEER.py ARTICLES.jsonl PAIRS.tsv THREADS`` in its own environment and process.  It writes the
pairs it finds (two ids and its estimate, tab-separated) and prints one JSON object: version, pairs, peak memory.
Processor and wall time are taken from outside, by ``compare.py``, over the whole life of the process.
"""

from __future__ import annotations

import gc
import json
import re
import resource
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

BANDS, ROWS = 32, 4
PERMUTATIONS = BANDS * ROWS
SHINGLE = 5
THRESHOLD = 0.5

_WORDS = re.compile(r"\w+")


def arguments() -> tuple[Path, Path, int]:
    """The three arguments of every peer."""
    return Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])


def read(path: Path) -> tuple[list[str], list[str]]:
    """Ids and texts."""
    ids, texts = [], []
    with path.open("rb") as file:
        for line in file:
            record = json.loads(line)
            ids.append(record["id"])
            texts.append(record["text"])
    return ids, texts


def shingles(text: str) -> set[str]:
    """Five words in a row; what truth.py counts.  For peers that do not cut text into words themselves."""
    words = _WORDS.findall(text.lower())
    return {" ".join(words[n : n + SHINGLE]) for n in range(len(words) - SHINGLE + 1)}


def done(package: str, output: Path, pairs: Iterable[tuple[str, str, float]], **more: object) -> None:
    """Write the pairs and report.  To end the process is not the job: no peer's objects are gone through for it."""
    count = 0
    with output.open("w", encoding="utf-8") as file:
        for a, b, estimate in pairs:
            file.write(f"{a}\t{b}\t{estimate:.4f}\n")
            count += 1
    gc.freeze()
    print(json.dumps({"version": version(package), "pairs": count, "peak_kb": peak(), **more}))


def peak() -> int:
    """Peak memory in KB of this process, or of the largest of its children.

    Not ``ru_maxrss`` of this process: Linux lets a new program inherit that of the one that started it.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return max(int(line.split()[1]), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
