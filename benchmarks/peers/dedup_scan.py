"""dedup itself: ``dedup.scan`` up to documents, passages or provenance (the fourth argument).

Pairs, read from the arrays of the result, are the matches with an exact Jaccard similarity of at
least 0.5, over dedup's own words.  The process is made ready as the command's is, which keeps its compiled
patterns from one run to the next.
"""

from __future__ import annotations

import sys

import numpy as np
from job import THRESHOLD, arguments, done

import dedup
from dedup.process import ready

ready()
articles, output, threads = arguments()
options = {"until": sys.argv[4]} | ({"jobs": threads} if "jobs" in dedup.Settings.__dataclass_fields__ else {})
result = dedup.scan(articles, dedup.Settings(**options))
matches = result.matches  # in arrays; a record is made where one is looked at
near = np.flatnonzero(matches.jaccard >= THRESHOLD)
a, b, jaccard = (column[near].tolist() for column in (matches.a, matches.b, matches.jaccard))
pairs = [(matches.ids[one], matches.ids[two], value) for one, two, value in zip(a, b, jaccard, strict=True)]
done(
    "dedup-news",
    output,
    pairs,
    matches=len(result.matches),
    passages=len(matches.spans),
    passage_words=int(matches.blocks[:, 2].sum()),
    strands=len(result.strands),
    seconds={stage: round(value, 3) for stage, value in result.timings.items()},
)
