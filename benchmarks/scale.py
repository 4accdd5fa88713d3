"""How dedup grows: time and memory from a thousand articles to a million, each run in its own process.

python benchmarks/scale.py                                all sizes; goes on where it was interrupted
python benchmarks/scale.py --sizes 1000,10000 --again     these once more
python benchmarks/scale.py --pictures                     only draw the pictures and the page

A row is kept while the commit of dedup and the articles are the same.  Results are in ``results/scale.json``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

from corpus import articles
from environments import HERE, cache, python_of
from measure import conditions, revision, run
from page import write_page

from dedup import Settings

SIZES = "1000,10000,100000,300000,1000000"
ORDER = ("until", "jobs", "articles")
RESULT = HERE / "results" / "scale.json"


def main() -> int:
    """Measure what is missing, then draw."""
    given = _arguments()
    rows: dict[str, dict[str, Any]] = json.loads(RESULT.read_text())["rows"] if RESULT.exists() else {}
    if not given.pictures:
        for n, until, jobs in product(given.sizes, given.until, given.jobs):
            path, digest = articles(n, given.seed, jobs=2)
            key, now = f"{n} {until} {jobs}", revision()
            head = {"articles": n, "until": until, "jobs": jobs, "digest": digest, "revision": now}
            if not given.again and head.items() <= rows.get(key, {}).items():
                continue
            expected = _expected(rows, n, until, jobs)
            if expected > given.timeout:
                measured: dict[str, Any] = {"error": f"not tried: would take about {expected:.0f} s"}
            else:
                measured = _measured(path, until, jobs, given.timeout)
            rows[key] = head | measured
            sys.stderr.write(f"{key:24} {_line(rows[key])}\n")
            RESULT.parent.mkdir(exist_ok=True)
            rows = dict(sorted(rows.items(), key=lambda item: [item[1][name] for name in ORDER]))
            RESULT.write_text(json.dumps({"rows": rows}, indent=1) + "\n", encoding="utf-8")
    subprocess.run([python_of("pictures"), str(HERE / "pictures.py"), str(RESULT)], check=True)
    write_page(HERE)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument("--until", default="passages,provenance")
    parser.add_argument("--jobs", default="1,2")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--timeout", type=float, default=3600, help="seconds for one run (default 3600)")
    parser.add_argument("--again", action="store_true", help="measure again what is already there")
    parser.add_argument("--pictures", action="store_true", help="measure nothing")
    given = parser.parse_args()
    given.sizes = [int(each) for each in given.sizes.split(",")]
    jobs = [int(each) for each in given.jobs.split(",")]
    given.jobs = jobs if "jobs" in Settings.__dataclass_fields__ else [1]
    given.until = given.until.split(",")
    return given


def _measured(path: Path, until: str, jobs: int, timeout: float) -> dict[str, Any]:
    before = conditions()
    script, pairs = str(HERE / "peers" / "dedup_scan.py"), str(cache() / "pairs-scale.tsv")
    result = run([sys.executable, script, str(path), pairs, str(jobs), until], jobs, timeout)
    return result | {"session": before | {"load_after": conditions()["load"]}}


def _expected(rows: dict[str, dict[str, Any]], n: int, until: str, jobs: int) -> float:
    """Seconds, from the next smaller size that was measured; 0 where none was."""
    smaller = [
        row
        for row in rows.values()
        if row["until"] == until and row["jobs"] == jobs and row["articles"] < n and "error" not in row
    ]
    nearest = max(smaller, key=lambda row: row["articles"], default=None)
    return nearest["wall"] / nearest["articles"] * n if nearest else 0.0


def _line(row: dict[str, Any]) -> str:
    if "error" in row:
        return row["error"]
    each = f"{row['cpu'] / row['articles'] * 1e6:7.0f} us an article"
    return f"{row['cpu']:8.2f} s CPU {row['wall']:8.2f} s wall {row['peak_kb'] / 1024:7.0f} MB {each}"


if __name__ == "__main__":
    raise SystemExit(main())
