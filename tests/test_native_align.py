"""Align in C: the same list as the reference, for any words; and no buffer is believed."""

import random
import threading
from array import array
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import align as reference
from dedup.model import Tokens
from dedup.sketch import shingle_hashes
from dedup.text import fold
from tests.newsroom import seeds

try:
    from dedup import native
except ImportError:
    pytest.skip("the C engine is not built", allow_module_level=True)

RULES = (
    reference.Alignment,
    reference.Block,
    reference.MAX_REPEATS,
    reference.MAX_GAP,
    reference.REACH,
    reference.MATCH,
    reference.CHANGE,
    reference.SKIP,
)


def plain(words):
    return Tokens(list(words), range(len(words)), range(len(words)))


def folded(words):
    """The buffers of the engine: words in UTF-8 with a blank between, and where each begins."""
    parts = [word.encode() for word in words]
    bounds = array("q", [0])
    for part in parts:
        bounds.append(bounds[-1] + len(part) + 1)
    return b" ".join(parts), bounds.tobytes()


def in_c(words):
    return Tokens(native.Words(*folded(words)), range(len(words)), range(len(words)))


def same(one, two, k, least, few_hashes=0):
    """Align both ways, both ways round; ``few_hashes`` makes different shingles collide."""
    hashes = [shingle_hashes(plain(words), k) for words in (one, two)]
    if few_hashes:
        hashes = [each % np.uint64(few_hashes) for each in hashes]
    found = None
    for (a, x), (b, y) in (((one, hashes[0]), (two, hashes[1])), ((two, hashes[1]), (one, hashes[0]))):
        truth = reference.align(plain(a), plain(b), x, y, k, least)
        ours = native.align(in_c(a), in_c(b), x, y, k, least)
        assert ours == truth
        assert all(type(each) is reference.Alignment for each in ours)
        assert all(type(block) is reference.Block for each in ours for block in each.blocks)
        found = found if found is not None else ours
    return found


SHAPES = ["w{}", "{}", "é{}", "longerword{}", "sevenoo{}", "東{}", "{}\U0001f600\0", "a" * 300 + "{}"]


@st.composite
def vocabularies(draw):
    """3 to 12 words of one shape or of mixed shapes, so that words begin alike and end otherwise."""
    shapes = draw(st.lists(st.sampled_from(SHAPES), min_size=1, max_size=3))
    return [shapes[n % len(shapes)].format(n) for n in range(draw(st.integers(3, 12)))]


@st.composite
def edited(draw, words, vocabulary):
    words = list(words)
    for _ in range(draw(st.integers(0, 8))):
        place, end = (draw(st.integers(0, len(words))) for _ in "ab")
        edit = draw(st.sampled_from(["insert", "delete", "substitute", "move", "repeat", "foreign"]))
        if edit == "insert":
            words[place:place] = draw(st.lists(st.sampled_from(vocabulary), max_size=5))
        elif edit == "delete":
            del words[place : place + draw(st.integers(1, 30))]
        elif edit == "substitute":
            words[place : place + 1] = [draw(st.sampled_from(vocabulary))]
        elif edit == "move":
            block = words[place : place + 12]
            del words[place : place + 12]
            words[end:end] = block
        elif edit == "repeat":
            words[end:end] = words[place : place + 20]
        else:
            words[place:place] = [f"x{n}" for n in range(draw(st.integers(1, 30)))]
    return words


@st.composite
def pairs(draw):
    vocabulary = draw(vocabularies())
    text = st.lists(st.sampled_from(vocabulary), max_size=120)
    one = draw(text)
    kind = draw(st.sampled_from(["other", "edited", "inside", "shared"]))
    if kind == "other":
        return one, draw(text)
    if kind == "edited":
        return one, draw(edited(one, vocabulary))
    start, end = sorted(draw(st.integers(0, len(one))) for _ in "ab")
    if kind == "inside":
        return one, one[start:end]
    return one, [*draw(text), *draw(edited(one[start:end], vocabulary)), *draw(text)]


@settings(max_examples=1000, deadline=None)
@given(pair=pairs(), k=st.integers(1, 6), least=st.integers(1, 10))
def test_alignments_are_those_of_the_reference(pair, k, least):
    same(*pair, k, least)


@settings(max_examples=300, deadline=None)
@given(pair=pairs(), k=st.integers(1, 6), least=st.integers(1, 10), few=st.integers(1, 20))
def test_words_decide_where_hashes_collide(pair, k, least, few):
    same(*pair, k, least, few)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), k=st.sampled_from([3, 5, 10]))
def test_articles(seed, k):
    rng = random.Random(seed)
    words = [f"w{n}" for n in range(3000)]
    weights = [1 / (n + 3) for n in range(3000)]
    one, two = (rng.choices(words, weights, k=rng.randrange(500)) for _ in "ab")
    for _ in range(rng.randrange(5)):
        sentence = rng.choices(words, weights, k=rng.randint(8, 40))
        for text in (one, two):
            shown = [word for word in sentence if rng.random() > 0.06]
            place = rng.randint(0, len(text))
            text[place:place] = shown
    same(one, two, k, 8)


def test_seeds():
    texts = [list(fold(document.text).words) for document in seeds()]
    assert sum(len(same(one, two, 5, 8)) for one in texts for two in texts) > len(texts)


@pytest.mark.parametrize("k", [1, 5, 6])
def test_empty_and_short_texts(k):
    for one in ([], ["a"], ["a"] * k, ["a"] * (k + 1)):
        for two in ([], ["a"], ["a"] * k, ["b"] * k):
            for least in (-1, 0, 1, k):
                same(one, two, k, least)


def test_empty_bounds_as_the_fold_gives_them():
    empty, text = native.fold(""), native.fold("one two three four five six")
    hashes = [native.shingle_hashes(tokens, 5) for tokens in (empty, text)]
    assert native.align(empty, text, *hashes, 5, 1) == []
    assert native.align(empty, empty, hashes[0], hashes[0], 5, 1) == []


def test_text_that_repeats_itself():
    assert same(["na"] * 20_000, ["na"] * 20_000, 5, 8)[0].words == 20_000
    assert same(["na"] * 20_000, ["na"] * 19_000, 5, 8)
    assert same(["na", "nu", "ne"] * 3000, ["na", "nu"] * 3000, 5, 8) == []
    formulas = [f"f{n % 40}" for n in range(4000)]
    assert same(formulas, formulas[7:] + formulas[:500], 5, 8)


@settings(max_examples=100, deadline=None)
@given(pair=pairs(), k=st.integers(1, 6), other=st.integers(1, 12))
def test_shingles_of_two_widths_go_to_the_reference(pair, k, other):
    one, two = pair
    x, y = shingle_hashes(plain(one), k), shingle_hashes(plain(two), other)
    assert native.align(in_c(one), in_c(two), x, y, k, 1) == reference.align(plain(one), plain(two), x, y, k, 1)


def test_tokens_of_the_reference_are_welcome():
    words = [f"w{n}" for n in range(20)]
    hashes = shingle_hashes(plain(words), 5)
    truth = [reference.Alignment((reference.Block(0, 0, 20),))]
    for one in (plain(words), in_c(words)):
        for two in (plain(words), in_c(words)):
            assert native.align(one, two, hashes, hashes, 5, 8) == truth


def test_hashes_need_not_be_contiguous():
    words = [f"w{n}" for n in range(20)]
    hashes = np.repeat(shingle_hashes(plain(words), 5), 2)[::2]
    assert not hashes.flags.c_contiguous
    assert native.align(in_c(words), in_c([*words, "x"]), hashes, shingle_hashes(plain([*words, "x"]), 5), 5, 8)


def test_threads_do_not_meet():
    rng = random.Random(1)
    texts = [in_c(rng.choices("abcdefgh", k=300)) for _ in range(30)]
    hashes = [shingle_hashes(tokens, 4) for tokens in texts]
    jobs = [(a, b) for a in range(30) for b in range(30)]
    barrier = threading.Barrier(4)

    def work(part):
        barrier.wait()
        return [native.align(texts[a], texts[b], hashes[a], hashes[b], 4, 6) for a, b in jobs[part::4]]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(work, range(4)))
    for part in range(4):
        alone = [native.align(texts[a], texts[b], hashes[a], hashes[b], 4, 6) for a, b in jobs[part::4]]
        assert found[part] == alone


# ---- Resemblance ----

few = st.lists(st.integers(0, 12) | st.integers(0, 2**64 - 1), max_size=200)


@settings(max_examples=300, deadline=None)
@given(few, few, st.integers(0, 63))
def test_resemblance_counts_sets(one, two, shift):
    one, two = ([value << shift & 2**64 - 1 for value in values] for values in (one, two))
    a, b = set(one), set(two)
    found = native._engine.resemblance(np.array(one, np.uint64), np.array(two, np.uint64))
    assert found == (len(a & b), len(a), len(b))


@pytest.mark.parametrize("size", [0, 1, 500, 200_000])
def test_resemblance_of_long_texts(size):
    values = np.random.default_rng(size).integers(0, 2**64, size, np.uint64)
    one, two = np.concatenate([values, values[: size // 3]]), np.concatenate([values[size // 2 :], ~values])
    assert native._engine.resemblance(one, two) == (size - size // 2, size, size - size // 2 + size)


# ---- Buffers ----

WORDS = ["one", "two", "three", "four", "five", "six"]
TEXT, BOUNDS = folded(WORDS)
HASHES = shingle_hashes(plain(WORDS), 5).tobytes()
LATER = ["zero", *WORDS, "seven"]
GOOD = [TEXT, BOUNDS, HASHES, *folded(LATER), shingle_hashes(plain(LATER), 5).tobytes(), 5, 1, *RULES]
FOUND = [reference.Alignment((reference.Block(0, 1, 6),))]


def moved(*values):
    return array("q", values).tobytes()


def test_good_buffers_are_taken():
    assert native._engine.align(*GOOD) == FOUND


@pytest.mark.parametrize("side", [0, 3])
@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, TEXT + b" "),
        (0, TEXT[:-1]),
        (0, b""),
        (1, BOUNDS[:-1]),
        (1, BOUNDS[:-8]),
        (1, BOUNDS + bytes(8)),
        (1, b""),
        (1, bytes(len(BOUNDS))),
        (1, moved(0, 4, 4, 14, 19, 24, 28)),
        (1, moved(0, 4, 2, 14, 19, 24, 28)),
        (1, moved(1, 4, 8, 14, 19, 24, 28)),
        (1, moved(-9, 4, 8, 14, 19, 24, 28)),
        (1, moved(0, 4, 8, 14, 19, 24, 2**63 - 1)),
        (1, moved(0, -(2**63), 8, 14, 19, 24, 28)),
        (1, np.frombuffer(BOUNDS, np.int64).astype(np.int32)),
        (2, HASHES[:-8]),
        (2, HASHES[:-1]),
        (2, HASHES + bytes(8)),
        (2, b""),
        (2, np.zeros(4, np.uint32)),
        (2, np.zeros(4, np.uint64)[::2]),
    ],
)
def test_buffers_that_do_not_belong_together_are_refused(side, place, value):
    arguments = list(GOOD)
    arguments[side + place] = value
    with pytest.raises(ValueError, match=r"."):
        native._engine.align(*arguments)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (6, 0),
        (6, -1),
        (6, 2**62),
        (6, 2**70),
        (6, "5"),
        (7, 2**70),
        (8, int),
        (8, 5),
        (9, list),
        (10, 0),
        (11, -1),
        (11, 65),
        (12, -1),
        (12, 65),
        (13, 2**30),
        (14, -(2**31)),
        (15, 2**30),
        (0, "text"),
        (1, None),
        (2, [1, 2]),
    ],
)
def test_other_wrong_arguments_are_refused(place, value):
    arguments = list(GOOD)
    arguments[place] = value
    with pytest.raises((ValueError, TypeError, OverflowError)):
        native._engine.align(*arguments)


def test_wrong_numbers_of_arguments_are_refused():
    for arguments in ([], GOOD[:-1], [*GOOD, 1]):
        with pytest.raises(TypeError):
            native._engine.align(*arguments)
    for arguments in ([], [HASHES], [HASHES, HASHES, 1], [HASHES, "hashes"]):
        with pytest.raises(TypeError):
            native._engine.resemblance(*arguments)
    for pair in ((HASHES, HASHES[1:]), (HASHES[1:], HASHES), (np.zeros(2, np.uint32), HASHES)):
        with pytest.raises(ValueError, match="items"):
            native._engine.resemblance(*pair)


@settings(max_examples=500, deadline=None)
@given(
    text=st.binary(max_size=40),
    places=st.lists(st.integers(-2, 45) | st.integers(-(2**63), 2**63 - 1), max_size=10),
    hashes=st.binary(max_size=80),
    k=st.integers(-1, 6),
)
def test_any_buffers_are_taken_or_refused(text, places, hashes, k):
    for bounds in (moved(*places), moved(0, *sorted({*places, len(text) + 1} & set(range(1, len(text) + 2))))):
        for x in (hashes, bytes(8 * max(0, len(bounds) // 8 - k))):
            try:
                native._engine.align(text, bounds, x, *GOOD[3:6], k, 1, *RULES)
            except ValueError:
                continue


def test_unaligned_buffers_are_read():
    arguments = [memoryview(b"x" + each)[1:] if isinstance(each, bytes) else each for each in GOOD]
    assert native._engine.align(*arguments) == FOUND
