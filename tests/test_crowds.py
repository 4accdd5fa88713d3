"""Crowds: thousands of noisy copies of one story are one group, with few comparisons and nobody else."""

import random

import numpy as np
import pytest

from dedup import Document, Settings, candidates, scan
from dedup.candidates import HUBS, Candidates, thinned
from dedup.engine import engine

COPIES, OTHERS = 150, 100


def corpus():
    draw = random.Random(4)
    words = [f"word{n}" for n in range(5000)]
    story = draw.choices(words, k=300)
    copies = [[draw.choice(words) if draw.random() < 0.02 else word for word in story] for _ in range(COPIES)]
    others = [draw.choices(words, k=300) for _ in range(OTHERS)]
    found = [Document(f"c{n:03}", " ".join(text)) for n, text in enumerate(copies)]
    found += [Document(f"o{n:03}", " ".join(text)) for n, text in enumerate(others)]
    draw.shuffle(found)
    return found


@pytest.mark.parametrize("until", ["documents", "provenance"])
def test_a_crowd_is_one_group_and_nobody_else(until, monkeypatch):
    every = scan(corpus(), Settings(until=until))
    monkeypatch.setattr(candidates, "HUB", 40)
    few = scan(corpus(), Settings(until=until))
    assert len(few.matches) <= HUBS * COPIES < len(every.matches)
    for result in (every, few):
        assert [group.members for group in result.groups] == [tuple(f"c{n:03}" for n in range(COPIES))]
    assert few.limits.left_out > every.limits.left_out


def test_pairs_with_everything_outside_are_kept(monkeypatch):
    monkeypatch.setattr(candidates, "HUB", 3)
    crowd = [(0, n) for n in range(1, 6)] + [(2, 3), (4, 5)]
    every = [*crowd, (3, 9), (7, 8)]
    packed = [np.array(sorted(a << 32 | b for a, b in some), np.uint64) for some in (every, crowd)]
    found = thinned(Candidates(packed[0], 0, 0), packed[1], 10, engine("auto"))
    assert [(pair >> 32, pair & 0xFFFF_FFFF) for pair in found.pairs.tolist()] == [*crowd[:5], (3, 9), (7, 8)]
    assert found.left_out == 2
