"""rensa: RMinHash from token sets, RMinHashLSH, candidates kept by their estimated Jaccard."""

from __future__ import annotations

from job import BANDS, PERMUTATIONS, THRESHOLD, arguments, done, read, shingles
from rensa import RMinHash, RMinHashLSH

BATCH = 500

articles, output, _ = arguments()
ids, texts = read(articles)
sketches = []
for start in range(0, len(texts), BATCH):
    sets = [list(shingles(text)) for text in texts[start : start + BATCH]]
    sketches += RMinHash.from_token_sets(sets, PERMUTATIONS, 1)
index = RMinHashLSH(THRESHOLD, PERMUTATIONS, BANDS)
index.insert_many(sketches)
pairs = []
for a, found in enumerate(index.query_all(sketches)):
    for b in found:
        if a < b and (estimate := sketches[a].jaccard(sketches[b])) >= THRESHOLD:
            pairs.append((ids[a], ids[b], estimate))
done("rensa", output, pairs)
