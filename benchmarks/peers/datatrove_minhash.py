"""datatrove's minhash, default tokeniser: up to the clusters.  Every two members of a cluster are a pair."""

from __future__ import annotations

import os
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from struct import iter_unpack
from tempfile import TemporaryDirectory

from job import BANDS, ROWS, SHINGLE, arguments, done, read

os.environ["HF_HUB_OFFLINE"] = "1"
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup.minhash import (
    MinhashConfig,
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupSignature,
)
from datatrove.pipeline.readers import JsonlReader


def run(articles: Path, scratch: str, threads: int) -> dict[int, list[int]]:
    """Members of each cluster, as line numbers."""
    config = MinhashConfig(n_grams=SHINGLE, num_buckets=BANDS, hashes_per_bucket=ROWS)
    reader = JsonlReader(str(articles.parent), glob_pattern=articles.name)
    steps = [
        ([reader, MinhashDedupSignature(f"{scratch}/signatures", config)], 1),
        ([MinhashDedupBuckets(f"{scratch}/signatures", f"{scratch}/buckets", config=config)], BANDS),
        ([MinhashDedupCluster(f"{scratch}/buckets", f"{scratch}/clusters", config=config, save_cluster_id=True)], 1),
    ]
    for number, (pipeline, tasks) in enumerate(steps):
        logs = f"{scratch}/logs{number}"
        LocalPipelineExecutor(pipeline, tasks=tasks, workers=min(tasks, threads), logging_dir=logs).run()
    members = defaultdict(list)
    for file in Path(f"{scratch}/clusters").glob("*.clusters"):
        for line, cluster in iter_unpack("<2I", file.read_bytes()):
            members[cluster].append(line)
    return members


if __name__ == "__main__":
    articles, output, threads = arguments()
    with TemporaryDirectory() as scratch:
        clusters = run(articles, scratch, threads)
    ids, _ = read(articles)
    pairs = [(ids[a], ids[b], 1.0) for lines in clusters.values() for a, b in combinations(sorted(lines), 2)]
    done("datatrove", output, pairs, clusters=len(clusters))
