"""tors: SuperMinHash signatures from text, LSH candidates kept by their estimated Jaccard."""

from __future__ import annotations

from job import BANDS, PERMUTATIONS, ROWS, SHINGLE, THRESHOLD, arguments, done, read
from tors import lsh_candidates, minhash_jaccard, minhash_signature

articles, output, _ = arguments()
ids, texts = read(articles)
signatures = [
    minhash_signature(text, num_perm=PERMUTATIONS, shingle_size=SHINGLE, method="superminhash") for text in texts
]
pairs = []
for a, b in lsh_candidates(signatures, bands=BANDS, rows=ROWS)["pairs"]:
    estimate = minhash_jaccard(signatures[a], signatures[b])
    if estimate >= THRESHOLD:
        pairs.append((ids[a], ids[b], estimate))
done("tors", output, pairs)
