"""gaoya, two calls for the whole corpus, on all threads: insert everything, query everything."""

from __future__ import annotations

from gaoya.minhash import MinHashStringIndex
from job import BANDS, ROWS, SHINGLE, THRESHOLD, arguments, done, read

articles, output, _ = arguments()  # threads: RAYON_NUM_THREADS
ids, texts = read(articles)
index = MinHashStringIndex(
    hash_size=32,
    jaccard_threshold=THRESHOLD,
    num_bands=BANDS,
    band_size=ROWS,
    analyzer="word",
    lowercase=True,
    ngram_range=(SHINGLE, SHINGLE),
    id_container="vec",
)
index.par_bulk_insert_docs(list(range(len(texts))), texts)
found = index.par_bulk_query(texts, return_similarity=True)
done("gaoya", output, ((ids[a], ids[b], estimate) for a, row in enumerate(found) for b, estimate in row if a < b))
