"""Ten thousand noisy copies of one story among twenty thousand other articles: one group, nobody else, how long.

    python benchmarks/crowd.py [--copies 10000] [--others 20000] [--rates 0.01,0.03,0.05] [--write]

Every copy has about ``rate`` of the story's words changed, left out or followed by another, by draws of its own;
three in five of the edits change a word into another of the story.  Held against it are as many articles that
share nothing.  Each scan (the whole journey, one thread) is a process of its own; CPU time and peak memory are those
of that process, imports included.  ``--write`` renews ``results/crowd.md``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from measure import conditions, revision, run
from planted import edited

from dedup.bench.generate import articles, truth

PAGE = Path(__file__).parent / "results" / "crowd.md"
SCAN = """
import json, resource, sys
from dedup import Settings, scan
result = scan(sys.argv[1], Settings(jobs=1))
copies = {each.id for each in result.documents if each.id.startswith("copy")}
groups = [set(group.members) for group in result.groups if copies & set(group.members)]
largest = max(groups, key=len, default=set())
print(json.dumps({
    "groups": len(groups),
    "largest": len(largest & copies),
    "others": sum(len(group - copies) for group in groups),
    "radius": max((group.radius for group in result.groups if copies & set(group.members)), default=0.0),
    "pairs": len(result.matches),
    "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""
HEAD = (
    "| articles | groups with copies | copies in the largest | others in them | radius | matches | CPU s | times | "
    "peak MB | times |"
)


def distinct() -> Iterator[str]:
    """Bodies of generated articles that take nothing from each other, without end."""
    most = 1 << 17
    taken = {planted.b for planted in truth(most)}
    return (each.text for each in articles(most, realistic=False) if each.id not in taken)


def written(path: Path, texts: Iterable[tuple[str, str]]) -> Path:
    """Articles as JSON Lines."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps({"id": name, "text": text}) + "\n" for name, text in texts)
    return path


def crowd(story: str, copies: int, rate: float) -> Iterator[tuple[str, str]]:
    """Noisy copies of a story; each by draws of its own."""
    words = story.split(" ")
    for n in range(copies):
        yield f"copy{n:05}", " ".join(edited(Random(f"{n} {rate}"), words, words, rate))


def measured(path: Path) -> dict[str, Any]:
    """One scan."""
    return run([sys.executable, "-c", SCAN, str(path)], 1, 3000)


def row(name: str, found: dict[str, Any], base: dict[str, Any]) -> str:
    """A line of the table."""
    if "error" in found:
        return f"| {name} | {found['error']} |"
    return (
        f"| {name} | {found['groups']} | {found['largest']:,} | {found['others']} | {found['radius']:.2f} | "
        f"{found['pairs']:,} | {found['cpu']:.1f} | {found['cpu'] / base['cpu']:.2f} | {found['memory']:.0f} | "
        f"{found['memory'] / base['memory']:.2f} |"
    )


def main() -> None:
    """Measure and print, or write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copies", type=int, default=10_000)
    parser.add_argument("--others", type=int, default=20_000)
    parser.add_argument("--rates", default="0.01,0.03,0.05")
    parser.add_argument("--write", action="store_true", help=f"renew {PAGE.name}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = distinct()
        story = next(text for text in found if len(text.split()) > 400)
        bodies = list(islice(found, options.others + options.copies))
        named = [(f"other{n:05}", text) for n, text in enumerate(bodies)]
        base = measured(written(Path(folder) / "distinct.jsonl", named))
        lines = [HEAD, "|" + "---|" * (HEAD.count("|") - 1), row(f"{len(named):,} that share nothing", base, base)]
        print("\n".join(lines), flush=True)
        for rate in map(float, options.rates.split(",")):
            some = [*named[: options.others], *crowd(story, options.copies, rate)]
            Random(rate).shuffle(some)
            name = f"{options.copies:,} copies with {rate:.0%} noise among {options.others:,}"
            lines.append(row(name, measured(written(Path(folder) / "crowd.jsonl", some)), base))
            print(lines[-1], flush=True)
    if options.write:
        where = conditions()
        head = [
            "# A crowd",
            "",
            "Made by `python benchmarks/crowd.py --write`, which says how. Times are those of the first line.",
            "",
            f"dedup {revision()}, {where['date']}, {where['machine']}, one core, load {where['load'][0]}.",
            "",
        ]
        PAGE.write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
