"""Peers side by side: the same job on the same articles, each in its own environment and process.

python benchmarks/compare.py --articles 10000                      everything
python benchmarks/compare.py --articles 10000 --only dedup         dedup's rows again, and gaoya beside them
python benchmarks/compare.py --articles 100000 --only gaoya,rensa,tors --rounds 1

Every round runs gaoya first and then the others, so that a ratio compares two numbers of one session; rows are
medians over the rounds.  Results are merged into ``results/compare-N.json``, and ``RESULTS.md`` is written again.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from corpus import articles, mass_articles, planted_pairs, true_pairs
from environments import HERE, cache, python_of
from measure import conditions, revision, run
from page import write_page
from score import read_pairs, score

REFERENCE = "gaoya"


class Peer(NamedTuple):
    """How a row is measured: its environment (none: this one), script, further arguments, and what it gives."""

    environment: str | None
    script: str
    arguments: tuple[str, ...]
    gives: str
    threads: bool = False


PEERS = {
    "gaoya": Peer("gaoya", "gaoya_one.py", (), "pairs"),
    "gaoya bulk": Peer("gaoya", "gaoya_bulk.py", (), "pairs", threads=True),
    "tors": Peer("tors", "tors_lsh.py", (), "pairs"),
    "rensa": Peer("rensa", "rensa_lsh.py", (), "pairs"),
    "fastsketchlsh": Peer("fastsketchlsh", "fastsketchlsh_lsh.py", (), "pairs", threads=True),
    "datasketch": Peer("datasketch", "datasketch_bulk.py", (), "pairs"),
    "text-dedup": Peer("text-dedup", "textdedup_minhash.py", (), "clusters", threads=True),
    "datatrove": Peer("datatrove", "datatrove_minhash.py", (), "clusters", threads=True),
    "dedup documents": Peer(None, "dedup_scan.py", ("documents",), "pairs, exact", threads=True),
    "dedup passages": Peer(None, "dedup_scan.py", ("passages",), "pairs, exact; passages", threads=True),
    "dedup": Peer(None, "dedup_scan.py", ("provenance",), "passages, credits, graph", threads=True),
}
SLOW = ("text-dedup", "datatrove")
"""Left out above 10,000 articles unless asked for."""


def main() -> int:
    """Measure, score, write."""
    given = _arguments()
    names = _chosen(given)
    path, digest = articles(given.articles, given.seed, realistic=not given.plain, jobs=max(given.cores))
    truth = true_pairs(path, digest)
    own_truth = true_pairs(path, digest, own=True) if any(PEERS[name].environment is None for name in names) else {}
    mass = mass_articles(given.articles, given.seed)
    copies = planted_pairs(given.articles, given.seed)
    before = conditions()
    runs: dict[str, list[dict[str, Any]]] = {}
    pairs_of: dict[str, Path] = {}
    for number in range(given.rounds):
        for name in names:
            for cores in given.cores:
                if cores > 1 and not PEERS[name].threads:
                    continue
                row = f"{name}@{cores}"
                if runs.get(row, [{}])[-1].get("error"):
                    continue
                pairs_of[row] = cache() / f"pairs-{path.stem}-{row.replace(' ', '-')}.tsv"
                runs.setdefault(row, []).append(_run(name, path, pairs_of[row], cores, given.timeout))
                sys.stderr.write(f"round {number + 1}  {row:22} {_line(runs[row][-1])}\n")
    session = before | {"load_after": conditions()["load"], "rounds": given.rounds}
    reference = median(each["cpu"] for each in runs[f"{REFERENCE}@{given.cores[0]}"])
    rows = {}
    for row, all_runs in runs.items():
        name = row.split("@")[0]
        rows[row] = _row(PEERS[name], all_runs, session, reference)
        if "error" not in rows[row]:
            rows[row] |= score(read_pairs(pairs_of[row]), truth, mass, copies)._asdict()
            if PEERS[name].environment is None:
                rows[row]["own_words"] = score(read_pairs(pairs_of[row]), own_truth, mass, copies)._asdict()
                rows[row]["revision"] = revision()
    result = HERE / "results" / f"compare-{given.articles}{'-plain' if given.plain else ''}.json"
    corpus = {"articles": given.articles, "seed": given.seed, "realistic": not given.plain, "digest": digest}
    _merge(result, corpus | _size(path, truth), rows)
    write_page(HERE)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plain", action="store_true", help="bodies only: no credit lines, no furniture")
    parser.add_argument("--only", "--peers", help=f"rows to measure, of: {', '.join(PEERS)}; 'dedup' means all three")
    parser.add_argument("--cores", default="1,2", help="one-core rows, two-core rows, or both (default 1,2)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--timeout", type=float, default=1800, help="seconds for one run (default 1800)")
    given = parser.parse_args()
    given.cores = [int(each) for each in given.cores.split(",")]
    return given


def _chosen(given: argparse.Namespace) -> list[str]:
    """The rows to measure, the reference first."""
    asked = [name.strip() for name in given.only.split(",")] if given.only else list(PEERS)
    if not given.only and given.articles > 10_000:
        asked = [name for name in asked if name not in SLOW]
    unknown = set(asked) - set(PEERS)
    if unknown:
        raise SystemExit(f"Error: no peer {', '.join(sorted(unknown))}; there are {', '.join(PEERS)}")
    if given.only and "dedup" in asked:
        asked += [name for name in PEERS if name.startswith("dedup ") and name not in asked]
    return [REFERENCE, *(name for name in PEERS if name in asked and name != REFERENCE)]


def _run(name: str, path: Path, pairs: Path, cores: int, timeout: float) -> dict[str, Any]:
    peer = PEERS[name]
    python = sys.executable if peer.environment is None else python_of(peer.environment)
    script = str(HERE / "peers" / peer.script)
    return run([python, script, str(path), str(pairs), str(cores), *peer.arguments], cores, timeout)


def _line(result: dict[str, Any]) -> str:
    if "error" in result:
        return f"failed: {result['error']}"
    return f"{result['cpu']:8.2f} s CPU {result['wall']:8.2f} s wall {result['peak_kb'] / 1024:7.0f} MB"


def _row(peer: Peer, runs: list[dict[str, Any]], session: dict[str, Any], reference: float) -> dict[str, Any]:
    """The median of the runs; what a run reports beside its times is the same in each."""
    row = {"gives": peer.gives, "session": session, "reference_cpu": reference}
    if "error" in runs[-1]:
        return row | runs[-1]
    middle = {key: median(each[key] for each in runs) for key in ("cpu", "wall", "peak_kb")}
    return row | runs[-1] | middle | {"cpu_runs": [round(each["cpu"], 3) for each in runs]}


def _size(path: Path, truth: dict[tuple[str, str], float]) -> dict[str, int]:
    near = sum(value >= 0.8 for value in truth.values())
    return {"bytes": path.stat().st_size, "pairs_50": len(truth), "pairs_80": near}


def _merge(path: Path, head: dict[str, Any], rows: dict[str, Any]) -> None:
    """Replace these rows in the file; rows of another corpus do not stay."""
    old = json.loads(path.read_text()) if path.exists() else {}
    kept = old.get("rows", {}) if old.get("digest") == head["digest"] else {}
    order = [f"{name}@{cores}" for name in PEERS for cores in (1, 2, 4, 8)]
    merged = kept | rows
    head["rows"] = {row: merged[row] for row in sorted(merged, key=lambda row: order.index(row))}
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(head, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
