"""A living index: how fast articles are added, and how fast others are checked against them.

    python benchmarks/living.py [--articles 100000] [--asked 1000] [--bulk 4000,20000] [--write]

Of generated articles some, evenly spread, are held back and checked against an index of the other ``articles``:
``asked`` one at a time in an open index, each of which it never saw before (a hundred others come first), and as many
as ``bulk`` says as lines of JSON by ``dedup check --format jsonl`` in processes for all cores, their start included.
What was added is on disk before anything is asked.  Cold is ``dedup check`` of one file, start-up and all, the fastest
of five.  Each step is a process of its own on two cores; CPU time is that of the process and its children.  Thread
pools have one thread, as the command itself asks for.
``--write`` renews ``results/living.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from corpus import articles
from measure import conditions, revision, run

PAGE = Path(__file__).parent / "results" / "living.md"
ADD = """
import json, resource, sys
from dedup import open_index
with open_index(sys.argv[1]) as index:
    added = index.add(sys.argv[2])
    info = index.info()
print(json.dumps({
    "added": added.new,
    "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    "kilobytes": (info.bytes["on disk"] - info.bytes["texts"]) / info.articles / 1024,
}))
"""
ASK = """
import json, sys, time
from dedup import open_index, read
from dedup.settings import Settings
documents = [*read(sys.argv[2])]
times = []
with open_index(sys.argv[1], Settings(jobs=1)) as index:
    for document in documents:
        start, cpu = time.perf_counter(), time.process_time()
        [answer] = index.check(document)
        times.append((time.perf_counter() - start, time.process_time() - cpu, len(answer.matches)))
wall, cpu, matches = zip(*times[100:])
def part(values, share):
    return 1000 * sorted(values)[int(share * len(values))]
print(json.dumps({
    "median": part(wall, 0.5), "p99": part(wall, 0.99),
    "median_cpu": part(cpu, 0.5), "p99_cpu": part(cpu, 0.99), "matches": sum(matches) / len(matches),
}))
"""
COMMAND = """
import contextlib, os, runpy, sys
sys.argv = ["dedup", *sys.argv[1:]]
with open(os.devnull, "w") as nothing, contextlib.redirect_stdout(nothing), contextlib.suppress(SystemExit):
    runpy.run_module("dedup", run_name="__main__")
print("{}")
"""
_FIRST = 100  # articles that are asked about before it is measured
HEAD = "| | wall | CPU | |"


def split(path: Path, folder: Path, asked: int, bulk: int) -> tuple[Path, Path, Path]:
    """The articles for the index, those that are asked about one at a time, and those in bulk."""
    held = asked + _FIRST + bulk
    with path.open("rb") as file:
        total = sum(1 for _ in file)
    steps = {round(n * total / held) for n in range(held)}
    kept, others = folder / "kept.jsonl", list[bytes]()
    with path.open("rb") as file, kept.open("wb") as rest:
        for number, line in enumerate(file):
            if number in steps:
                others.append(line)
            else:
                rest.write(line)
    names = folder / "asked.jsonl", folder / "bulk.jsonl"
    few = others[:: len(others) // (asked + _FIRST)][: asked + _FIRST]
    many = [line for line in others if line not in set(few)]
    for name, lines in zip(names, (few, many), strict=True):
        name.write_bytes(b"".join(lines))
    return kept, *names


def ran(command: list[str]) -> dict[str, Any]:
    """One step on two cores."""
    found = run(command, 2, 7200, threads=1)
    if "error" in found:
        sys.exit(f"{command[:4]}: {found['error']}")
    return found


def steps(path: Path, folder: Path, asked: int, bulk: Sequence[int]) -> list[str]:
    """All steps, a line of the table for each."""
    kept, one, many = split(path, folder, asked, max(bulk))
    index = str(folder / "index")
    command = [sys.executable, "-c", COMMAND, "check", "--index", index]
    add = ran([sys.executable, "-c", ADD, index, str(kept)])
    n = add["added"]
    os.sync()  # else the system writes while questions are asked
    lines = [
        f"| add {n:,} articles | {n / add['wall']:,.0f} a second | {add['cpu'] / n * 1e6:.0f} µs each | "
        f"writer {add['memory']:.0f} MB, {add['kilobytes']:.1f} KB an article beside its text |"
    ]
    ask = ran([sys.executable, "-c", ASK, index, str(one)])
    lines.append(
        f"| check one: median, p99 | {ask['median']:.1f}, {ask['p99']:.1f} ms | "
        f"{ask['median_cpu']:.1f}, {ask['p99_cpu']:.1f} ms | {ask['matches']:.1f} matches each |"
    )
    some = folder / "some.jsonl"
    for count in bulk:
        some.write_bytes(b"".join(islice(many.open("rb"), count)))
        found = ran([*command, "--format", "jsonl", str(some)])
        lines.append(
            f"| check {count:,} | {count / found['wall']:,.0f} a second | {found['cpu'] / count * 1e6:.0f} µs each | |"
        )
    text = folder / "one.txt"
    text.write_text(json.loads(next(islice(many.open("rb"), 1)))["text"], encoding="utf-8")
    cold = [ran([*command, str(text)]) for _ in range(5)]
    wall, cpu = (min(each[name] for each in cold) for name in ("wall", "cpu"))
    return [*lines, f"| check one, cold | {wall:.2f} s | {cpu:.2f} s | |"]


def main() -> None:
    """Measure and print, or write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--asked", type=int, default=1000)
    parser.add_argument("--bulk", type=lambda value: [*map(int, value.split(","))], default=[4000, 20_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help=f"renew {PAGE.name}")
    options = parser.parse_args()
    held = options.asked + _FIRST + max(options.bulk)
    path, digest = articles(options.articles + held, options.seed, jobs=2)
    with tempfile.TemporaryDirectory() as folder:
        lines = [HEAD, "|---|---|---|---|", *steps(path, Path(folder), options.asked, options.bulk)]
    print("\n".join(lines), flush=True)
    if options.write:
        here = conditions()
        told = f"dedup {revision()}, {here['date']}, {here['machine']}, two cores, load {here['load'][0]}"
        head = "# A living index\n\nMade by `python benchmarks/living.py --write`, which says how."
        PAGE.write_text(f"{head}\n\n{told}, articles {digest[:8]}.\n\n" + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
