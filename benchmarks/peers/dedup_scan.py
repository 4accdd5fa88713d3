"""dedup itself: ``dedup.scan`` up to documents, passages or provenance (the fourth argument); every match is read.

Pairs are the matches with an exact Jaccard similarity of at least 0.5, over dedup's own words.
"""

from __future__ import annotations

import sys

from job import THRESHOLD, arguments, done

import dedup

articles, output, threads = arguments()
options = {"until": sys.argv[4]} | ({"jobs": threads} if "jobs" in dedup.Settings.__dataclass_fields__ else {})
result = dedup.scan(articles, dedup.Settings(**options))
passages = words = 0
pairs = []
for match in result.matches:
    passages += len(match.passages)
    words += sum(passage.words for passage in match.passages)
    if match.jaccard >= THRESHOLD:
        pairs.append((match.a, match.b, match.jaccard))
done(
    "dedup-news",
    output,
    pairs,
    matches=len(result.matches),
    passages=passages,
    passage_words=words,
    strands=len(result.strands),
    seconds={stage: round(value, 3) for stage, value in result.timings.items()},
)
