"""Lookup: every engine finds the same places, and none gives an answer from a damaged block."""

from __future__ import annotations

import numpy as np
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.engine import ENGINES
from dedup.lookup import BLOCK

hashes = st.integers(0, 40) | st.sampled_from([2**40 - 1, 2**39])
rows = st.lists(st.tuples(hashes, st.integers(0, 2**24 - 1)), max_size=30)


def shelf(keys):
    blocks = [keys[at : at + BLOCK] for at in range(0, len(keys), BLOCK)]
    sums = np.array([xxhash.xxh3_64_intdigest(np.ascontiguousarray(each).data) for each in blocks], np.uint64)
    return keys, keys[::BLOCK].copy(), sums, np.zeros(len(blocks), np.uint8)


def many(pairs, times):
    return np.array(sorted({(h << 24 | n + t) & (2**64 - 1) for h, n in pairs for t in range(times)}), np.uint64)


def found_as_by_a_plain_search(keys, asked):
    """By every engine, which all touch the same blocks."""
    expected = np.searchsorted(keys, asked), np.searchsorted(keys, asked | np.uint64(2**24 - 1), "right")
    touched = []
    for work in ENGINES.values():
        parts = shelf(keys)
        found = work.places(*parts, asked)
        assert found.damaged == -1
        assert [found.starts.tolist(), found.ends.tolist()] == [each.tolist() for each in expected]
        touched.append(parts[3].tolist())
    assert all(each == touched[0] for each in touched)


@settings(max_examples=60)
@given(pairs=rows, times=st.sampled_from([1, 3, 700]), asked=st.lists(hashes, max_size=20), rising=st.booleans())
def test_every_engine_finds_what_a_plain_search_finds(pairs, times, asked, rising):
    keys = many([(h, min(n, 2**24 - 1 - times)) for h, n in pairs], times)
    wanted = np.array([h << 24 for h in (sorted(asked) if rising else asked)], np.uint64)
    found_as_by_a_plain_search(keys, wanted)


@pytest.mark.parametrize("count", [1, 47, 48, 511, 512, 513, 5000, 40_000])
@pytest.mark.parametrize("power", [1, 6])  # keys as far from one another as hashes are, and far from that
@pytest.mark.parametrize("number", [0, 7])  # of the articles: that of the first is what is asked for
def test_places_of_hashes(count, power, number):
    random = np.random.default_rng(count)
    keys = np.unique((random.random(count) ** power * 2.0**40).astype(np.uint64) << np.uint64(24) | np.uint64(number))
    others = random.integers(0, 2**40, 500, np.uint64) << np.uint64(24)
    there = keys & ~np.uint64(2**24 - 1)
    asked = np.sort(np.concatenate([there[:: 1 + len(keys) // 2000], others, others - np.uint64(2**24), there[:1]]))
    borders = there[BLOCK :: 2 * BLOCK]
    for some in (asked, asked[::97], borders):  # near one another, and far, and first of their blocks
        found_as_by_a_plain_search(keys, some)


@pytest.mark.parametrize("name", ENGINES)
def test_a_damaged_block_is_named_when_it_is_touched(name):
    keys = many([(h, 0) for h in range(2000)], 2)
    parts = shelf(keys)
    damaged = keys.copy()
    damaged[3 * BLOCK + 5] ^= np.uint64(1)
    asked = keys & ~np.uint64(2**24 - 1)
    before = ENGINES[name].places(damaged, *parts[1:], asked[: 2 * BLOCK])
    assert before.damaged == -1
    assert parts[3].tolist()[:5] == [1, 1, 0, 0, 0] or parts[3].tolist()[:5] == [1, 1, 1, 0, 0]
    assert ENGINES[name].places(damaged, *parts[1:], asked).damaged == 3
    assert parts[3][3] == 0


@pytest.mark.skipif("c" not in ENGINES, reason="no C engine")
def test_what_does_not_belong_together_is_refused():
    keys, fences, sums, checked = shelf(many([(1, 1)], 600))
    for wrong in (
        (keys[:-100], fences, sums, checked),
        (keys, fences[:1], sums, checked),
        (keys, fences, sums, checked[:1]),
    ):
        with pytest.raises(ValueError, match="do not belong together"):
            ENGINES["c"].places(*wrong, keys)
    checked.flags.writeable = False
    with pytest.raises(ValueError, match="writable"):
        ENGINES["c"].places(keys, fences, sums, checked, keys)
