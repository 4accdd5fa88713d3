"""FastSketchLSH: batches of token sets on all threads, LSH, candidates kept by their estimated Jaccard."""

from __future__ import annotations

import numpy as np
from FastSketchLSH import LSH, FastSimilaritySketch
from job import BANDS, PERMUTATIONS, THRESHOLD, arguments, done, read, shingles

BATCH = 500

articles, output, threads = arguments()
ids, texts = read(articles)
sketch = FastSimilaritySketch(size=PERMUTATIONS)
rows = []
for start in range(0, len(texts), BATCH):
    sets = [list(shingles(text)) for text in texts[start : start + BATCH]]
    rows.append(np.asarray(sketch.batch(sets, num_threads=threads), dtype=np.uint64))
matrix = np.vstack(rows)
index = LSH(PERMUTATIONS, BANDS, num_threads=threads)
index.insert(matrix)
flat, starts = index.query(matrix, format="csr")
pairs = []
for a in range(len(ids)):
    found = np.asarray(flat[starts[a] : starts[a + 1]], dtype=np.int64)
    found = found[found > a]
    if len(found):
        estimates = (matrix[found] == matrix[a]).mean(axis=1)
        pairs += [
            (ids[a], ids[b], estimate)
            for b, estimate in zip(found.tolist(), estimates.tolist(), strict=True)
            if estimate >= THRESHOLD
        ]
done("fastsketchlsh", output, pairs)
