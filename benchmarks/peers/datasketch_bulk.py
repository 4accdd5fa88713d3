"""datasketch: MinHash.bulk with xxh32, MinHashLSH, candidates kept by their estimated Jaccard."""

from __future__ import annotations

from datasketch import MinHash, MinHashLSH
from job import BANDS, PERMUTATIONS, ROWS, THRESHOLD, arguments, done, read, shingles
from xxhash import xxh32_intdigest

BATCH = 500

articles, output, _ = arguments()
ids, texts = read(articles)
index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, params=(BANDS, ROWS))
sketches: list[MinHash] = []
pairs = []
for start in range(0, len(texts), BATCH):
    sets = [[each.encode() for each in shingles(text)] for text in texts[start : start + BATCH]]
    for sketch in MinHash.bulk(sets, num_perm=PERMUTATIONS, hashfunc=xxh32_intdigest):
        b = len(sketches)
        if sets[b - start]:  # empty sketches are all alike
            for a in index.query(sketch):
                if (estimate := sketch.jaccard(sketches[a])) >= THRESHOLD:
                    pairs.append((ids[a], ids[b], estimate))
            index.insert(b, sketch)
        sketches.append(sketch)
done("datasketch", output, pairs)
