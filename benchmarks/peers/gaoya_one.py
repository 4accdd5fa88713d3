"""gaoya, one call an article: query, then insert."""

from __future__ import annotations

from gaoya.minhash import MinHashStringIndex
from job import BANDS, ROWS, SHINGLE, THRESHOLD, arguments, done, read

articles, output, _ = arguments()
ids, texts = read(articles)
index = MinHashStringIndex(
    hash_size=32,
    jaccard_threshold=THRESHOLD,
    num_bands=BANDS,
    band_size=ROWS,
    analyzer="word",
    lowercase=True,
    ngram_range=(SHINGLE, SHINGLE),
)
pairs = []
for n, text in enumerate(texts):
    pairs += [(ids[found], ids[n], estimate) for found, estimate in index.query(text, return_similarity=True)]
    index.insert_document(n, text)
done("gaoya", output, pairs)
