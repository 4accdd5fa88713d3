"""Pair: nothing that shares a run is left out, nothing makes a quadratic number of pairs, nothing depends on memory."""

import random

import numpy as np
import pytest

from dedup.batch import Keys, sketches
from dedup.candidates import BAND_CARRIERS, Index, bands_for, united
from dedup.engine import ENGINES
from dedup.errors import DedupError, InputError
from dedup.settings import Settings

VOCABULARY = [f"word{n}" for n in range(4000)]
WORK = ENGINES["numpy"]


def article(rng, words=120):
    return " ".join(rng.choices(VOCABULARY, k=words))


def index(texts, which="anchors", memory=1 << 30, batch=1000):
    found = Index(memory, BAND_CARRIERS)
    for start in range(0, len(texts), batch):
        found.add(getattr(sketches(texts[start : start + batch], None, Settings()), which), start)
    return found


def pairs(found, numbers=None, work=WORK, jobs=1):
    packed = found.pairs(numbers, work, jobs, lambda: None).pairs
    return [(pair >> 32, pair & 0xFFFF_FFFF) for pair in packed.tolist()]


def test_a_shared_run_of_eight_words_makes_a_pair():
    rng = random.Random(1)
    texts = [article(rng) for _ in range(30)]
    run = article(rng, 8)
    texts[3] += " " + run
    texts[17] = run + " " + texts[17]
    assert pairs(index(texts)) == [(3, 17)]
    assert pairs(index(texts, batch=7)) == [(3, 17)], "articles of different batches"


def test_near_duplicates_agree_in_a_band():
    rng = random.Random(2)
    base = article(rng).split()
    copy = list(base)
    for place in rng.sample(range(120), 6):
        copy[place] = "changed"
    assert pairs(index([" ".join(base), " ".join(copy), article(rng)], "bands")) == [(0, 1)]


def test_documents_only_has_no_anchors():
    assert len(sketches([article(random.Random(3))], None, Settings(until="documents")).anchors.keys) == 0


def test_a_story_printed_by_everybody_makes_a_chain_not_a_square():
    story = article(random.Random(4))
    count = BAND_CARRIERS + 40
    found = index([story] * count)
    assert pairs(found) == [(0, other) for other in range(1, count)]
    limits = found.pairs(None, WORK, 1, lambda: None)
    assert limits.crowded == len(found) / count
    assert limits.left_out == limits.crowded * (count - 1) * (count - 2) / 2


def test_empty_texts_are_nobodys_neighbours():
    assert pairs(index(["", "", "too short"])) == []


@pytest.mark.parametrize("name", list(ENGINES))
@pytest.mark.parametrize("jobs", [1, 3])
def test_memory_threads_and_engine_make_no_difference(name, jobs, monkeypatch):
    rng = random.Random(5)
    runs = [article(rng, 20) for _ in range(30)]
    texts = [article(rng, 40) + " " + rng.choice(runs) + " " + article(rng, 40) for _ in range(150)]
    numbers = np.array(rng.sample(range(150), 150), np.uint32)
    expected = pairs(index(texts), numbers)
    assert len(expected) > 100
    monkeypatch.setattr("dedup.candidates._SORTED", 300)
    monkeypatch.setattr("dedup.candidates._GATHERED", 50)
    for memory in (1, 5000, 1 << 30):
        assert pairs(index(texts, memory=memory, batch=9), numbers, ENGINES[name], jobs) == expected


def test_numbers_rename_the_articles():
    run = article(random.Random(6), 12)
    assert pairs(index([run, "nothing", run]), np.array([9, 5, 4], np.uint32)) == [(4, 9)]


def test_what_several_indexes_find_is_united():
    run = article(random.Random(7))
    one = index([run, run]).pairs(None, WORK, 1, lambda: None)
    two = index(["other", run, run], "bands").pairs(None, WORK, 1, lambda: None)
    assert united(one, two).pairs.tolist() == [1, (1 << 32) + 2]


def test_too_many_articles_are_refused():
    keys = Keys(np.zeros(1, np.uint64), np.zeros(257, np.int64))
    with pytest.raises(InputError, match="16,777,215"):
        Index(1, 9).add(keys, 1 << 24)


def test_a_full_disk_is_named(monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    class Full:
        tell, write, flush, close = staticmethod(lambda: 0), full, full, staticmethod(lambda: None)

    monkeypatch.setattr("tempfile.TemporaryFile", Full)
    with pytest.raises(DedupError, match=r"No space left on device.*TMPDIR"):
        index([article(random.Random(8))], memory=1)


def test_bands_come_from_datasketch():
    bands, rows = bands_for(0.5)
    assert bands * rows <= 128
