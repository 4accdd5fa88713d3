"""text-dedup's minhash: its command, then its clusters.  Every two members of a cluster are a pair."""

from __future__ import annotations

import os
from collections import defaultdict
from itertools import combinations
from tempfile import TemporaryDirectory

from job import BANDS, PERMUTATIONS, ROWS, SHINGLE, THRESHOLD, arguments, done, read

os.environ["HF_HUB_OFFLINE"] = "1"
articles, output, threads = arguments()
with TemporaryDirectory() as scratch:
    os.environ["HF_HOME"] = scratch
    from text_dedup import minhash  # reads the environment

    options = {
        "path": "json",
        "data_files": articles,
        "split": "train",
        "column": "text",
        "ngram": SHINGLE,
        "num_perm": PERMUTATIONS,
        "b": BANDS,
        "r": ROWS,
        "threshold": THRESHOLD,
        "num_proc": threads,
        "cache_dir": f"{scratch}/cache",
        "output": f"{scratch}/output",
    }
    minhash.main([f"--{name}={value}" for name, value in options.items()], standalone_mode=False)
ids, _ = read(articles)
clusters = defaultdict(list)
for n in list(minhash.uf.parent):
    clusters[minhash.uf.find(n)].append(ids[n])
pairs = [(a, b, 1.0) for cluster in clusters.values() for a, b in combinations(sorted(cluster), 2)]
done("text-dedup", output, pairs, clusters=len(clusters))
