"""Sketch: signatures equal to datasketch's, anchors that keep winnowing's promise."""

import numpy as np
import pytest
import xxhash
from datasketch import LeanMinHash, MinHash
from hypothesis import given
from hypothesis import strategies as st

from dedup.engine import ENGINES, engine
from dedup.settings import Settings
from dedup.sketch import anchors, signature, signature_by_datasketch
from dedup.text import fold


def sketched(text, name="auto"):
    work, tokens = engine(name), fold(text)
    return work.sketch(tokens, work.shingle_hashes(tokens, 5), Settings())


hashes = st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=300).map(lambda v: np.array(v, np.uint64))
words = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f"]), max_size=60)


@given(hashes, st.sampled_from([1, 16, 128]))
def test_signature_equals_datasketch_bit_for_bit(values, permutations):
    ours = signature(values, permutations)
    assert ours.dtype == np.uint32
    assert np.array_equal(ours, signature_by_datasketch(values, permutations))


def test_anyone_can_recompute_a_signature():
    text = "The quick brown fox jumps over the lazy dog near the river bank"
    tokens = text.lower().split()
    minhash = MinHash(num_perm=128, seed=1, hashfunc=lambda b: xxhash.xxh3_64_intdigest(b) & 0xFFFFFFFF)
    for i in range(len(tokens) - 4):
        minhash.update(" ".join(tokens[i : i + 5]).encode())
    found = sketched(text)
    assert found.signature is not None
    assert np.array_equal(found.signature, minhash.hashvalues)
    loaded = LeanMinHash(seed=1, hashvalues=found.signature, scheme="affine32")
    assert loaded.jaccard(LeanMinHash(minhash)) == 1.0


@pytest.mark.parametrize("name", ENGINES)
@given(text=st.text(st.sampled_from("abcd e’.U\u00ad東\ud800"), max_size=300))
def test_engines_agree(name, text):
    ours, truth = sketched(text, name), sketched(text, "reference")
    assert (ours.signature is None) == (truth.signature is None)
    for field in ("anchors", "positions") + (("signature",) if truth.signature is not None else ()):
        one, two = getattr(ours, field), getattr(truth, field)
        assert one.dtype == two.dtype
        assert np.array_equal(one, two)
    assert ours.words == truth.words


def test_large_sets_go_through_in_steps():
    values = np.random.default_rng(1).integers(0, 2**64, 20_000, np.uint64)
    assert np.array_equal(signature(values), signature_by_datasketch(values))


def test_below_one_shingle_there_is_no_signature():
    short = sketched("only four words here")
    assert short.signature is None
    assert len(short.anchors) == 0
    assert short.words == 4


@given(words, words, words, st.lists(st.sampled_from(["g", "h", "i", "j", "k", "l", "m"]), min_size=8, max_size=20))
def test_every_shared_run_of_eight_words_shares_an_anchor(before, after, other, run):
    one = sketched(" ".join(before + run + after))
    two = sketched(" ".join(other + run))
    assert set(one.anchors.tolist()) & set(two.anchors.tolist())


@given(hashes, st.integers(1, 9))
def test_anchors_are_the_rightmost_minimum_of_each_window(values, w):
    plain = set()
    for i in range(max(1, len(values) - w + 1)):
        window = values[i : i + w].tolist()
        plain.add(i + max(j for j, v in enumerate(window) if v == min(window)))
    assert anchors(values, w).tolist() == sorted(plain)
