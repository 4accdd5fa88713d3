"""Segments of keys: what a search finds, held to a dictionary; damage is an error, never a wrong answer."""

from __future__ import annotations

import os
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.errors import DamagedError
from dedup.index.segments import BLOCK, Run, Segment, found_in, merge, write

MANY = 16
NONE = np.empty(0, np.uint32)
hashes = st.integers(0, 2**40 - 1) | st.sampled_from([0, 1, 2**40 - 1, 2**39])
keys = st.lists(st.tuples(hashes, st.integers(0, 300)), max_size=60)


def array(pairs):
    return np.array(sorted({h << 24 | n for h, n in pairs}), np.uint64)


def plain(parts, asked, gone):
    """What is asked for, in the plainest way."""
    carriers = defaultdict(set)
    for part in parts:
        for h, n in part:
            if n not in gone:
                carriers[h].add(n)
    found, many = set(), Counter()
    for h, q in set(asked):
        some = sorted(carriers[h])
        found |= {(q, n) for n in (some[:1] if len(some) >= MANY else some)}
        many.update((q, n) for n in (some[1:] if len(some) >= MANY else ()))
    for q in {q for _, q in asked}:
        several = sorted((-times, n) for (p, n), times in many.items() if p == q and times >= 4)
        found |= {(q, n) for _, n in several[:MANY]}
    return found


def found(runs, asked, gone):
    wanted = array(asked)
    which, keys = found_in(runs, wanted, np.array(sorted(gone), np.uint32), MANY)
    number = 2**24 - 1
    return {(int(wanted[place]) & number, int(key) & number) for place, key in zip(which.tolist(), keys, strict=True)}


@settings(max_examples=40)
@given(st.lists(keys, max_size=3), keys, st.sets(st.integers(0, 300), max_size=20))
def test_a_search_finds_what_is_there(parts, asked, gone):
    some = [pair for part in parts for pair in part]
    # An article is in one segment.
    parts = [[pair for pair in part if not any(pair in other for other in parts[:n])] for n, part in enumerate(parts)]
    asked = asked + [(h, 7) for h, _ in some[::2]]
    assert found([Run(array(part)) for part in parts], asked, gone) == plain(parts, asked, gone)


@pytest.fixture
def many():
    rng = np.random.default_rng(5)
    few = rng.integers(0, 2**40, 300)  # all hashes are carried by many
    both = ((rng.choice(few, 4000), rng.integers(0, 5000, 4000)) for _ in range(2))
    return [[*zip(hashes.tolist(), numbers.tolist(), strict=True)] for hashes, numbers in both]


def written(tmp_path, parts, name="a.keys"):
    path = tmp_path / name
    checksum, lengths = write(path, [iter([array(part)]) for part in parts])
    assert lengths == [len(array(part)) for part in parts]
    return path, checksum


def test_a_file_says_what_memory_says(tmp_path, many):
    path, checksum = written(tmp_path, many)
    segment = Segment(path, checksum)
    segment.verify()
    for section, part in zip(segment.sections, many, strict=True):
        asked = [(h, 1) for h, _ in part[::3]] + [(5, 5)]
        assert found([section], asked, set()) == plain([part], asked, set())
        gone = {n for _, n in part[::2]}
        assert found([section], asked, gone) == plain([part], asked, gone)


def test_merging_keeps_all_but_what_is_gone(tmp_path, many):
    runs = [Run(array(part)) for part in many]
    whole = [pair for part in many for pair in part]
    assert np.concatenate([*merge(runs, NONE)]).tolist() == sorted(np.concatenate([run.keys for run in runs]).tolist())
    gone = np.array(sorted({n for _, n in whole[::2]}), np.uint32)
    left, out = np.concatenate([*merge(runs, gone)]), set(gone.tolist())
    assert set(left.tolist()) == set(array([pair for pair in whole if pair[1] not in out]).tolist())


def test_an_empty_section(tmp_path):
    path, checksum = written(tmp_path, [[], [(7, 1)]])
    segment = Segment(path, checksum)
    assert found([segment.sections[0]], [(7, 1)], set()) == set()
    assert found([segment.sections[1]], [(7, 2)], set()) == {(2, 1)}


def ask(path, checksum, asked):
    for section, some in zip(Segment(path, checksum).sections, asked, strict=True):
        found([section], some, set())


def test_a_flipped_bit_is_an_error_wherever_it_is(tmp_path, many):
    path, checksum = written(tmp_path, many)
    data = path.read_bytes()
    asked = [[(h, 1) for h, _ in part] for part in many]
    lengths = [len(array(part)) for part in many]
    filled = [range(64 + 8 * n, 64 + 8 * -(-n // BLOCK) * BLOCK) for n in lengths]
    first = -(-lengths[0] // BLOCK) * BLOCK * 8
    padding = {*filled[0], *(first + at for at in filled[1])}  # what fills the last block is never read
    for at in range(40, len(data), len(data) // 37):
        if at in padding or 48 <= at < 64:
            continue
        path.write_bytes(data[:at] + bytes([data[at] ^ 16]) + data[at + 1 :])
        with pytest.raises(DamagedError, match="is damaged"):
            Segment(path, checksum).verify()
        with pytest.raises(DamagedError, match="is damaged"):
            ask(path, checksum, asked)


@pytest.mark.parametrize("left", [0, 10, 64, 5000])
def test_a_cut_file_is_an_error(tmp_path, many, left):
    path, checksum = written(tmp_path, many)
    os.truncate(path, left)
    with pytest.raises(DamagedError, match="is damaged"):
        Segment(path, checksum)


def test_another_file_is_an_error(tmp_path, many):
    _, checksum = written(tmp_path, many)
    path, _ = written(tmp_path, [many[1], many[0]], "b.keys")
    with pytest.raises(DamagedError, match="head"):
        Segment(path, checksum)


def test_nothing_is_left_of_a_segment_that_fails(tmp_path):
    def pieces():
        yield array([(1, 1)])
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        write(tmp_path / "a.keys", [pieces(), iter([])])
    assert not list(tmp_path.iterdir())
