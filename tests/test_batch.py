"""Batch: every engine gives the bits of the plain specification, which gives those of one at a time."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import batch
from dedup.align import align
from dedup.engine import ENGINES
from dedup.model import Span
from dedup.settings import Settings
from dedup.sketch import shingle_hashes, sketch, widths
from dedup.text import fold
from tests.test_engine import native, needs_c, texts

REFERENCE = ENGINES["reference"]
LINES = [
    "the ferry left the pier at dawn with two hundred on board",
    "nobody had counted the lifeboats since the refit",
]
LINES += [
    "東京の首相は十六日に北京で記者団に語った",
    "U.S. officials said the 1,000 guards' “co-operation” was President’s",
    "a b c d e f",
]
pieces = st.lists(st.sampled_from(LINES) | texts, max_size=4).map(" ".join)
corpora = st.lists(pieces, max_size=6)
options = st.builds(
    Settings,
    shingle=st.sampled_from([1, 2, 5]),
    window=st.sampled_from([1, 4]),
    min_words=st.sampled_from([5, 8]),
    until=st.sampled_from(["documents", "passages"]),
)
EXAMPLES = settings(max_examples=80, deadline=None)


def bodies(data, corpus):
    if data.draw(st.booleans()):
        return None
    place = st.integers(0, 200)
    return [data.draw(st.lists(st.builds(Span, place, place), max_size=3)) for _ in corpus]


def hashes_of(corpus, spans, chosen):
    """The hash of each shingle, and where it stands: the text and the first word."""
    places, hashes = [], []
    for number, text in enumerate(corpus):
        tokens = REFERENCE.fold(text, None if spans is None else spans[number])
        some = REFERENCE.shingle_hashes(tokens, widths(tokens, chosen)[0]).tolist()
        places += [(number, place) for place in range(len(some))]
        hashes += some
    return places, hashes


def same(ours, truth):
    for one, two in zip(ours, truth, strict=True):
        if isinstance(one, tuple):
            same(one, two)
        else:
            assert one.dtype == two.dtype
            assert np.array_equal(one, two)


@pytest.mark.parametrize("name", ENGINES)
@EXAMPLES
@given(corpus=corpora, chosen=options, data=st.data())
def test_sketches_are_those_of_the_reference(name, corpus, chosen, data):
    spans = bodies(data, corpus)
    expected = REFERENCE.sketches(corpus, spans, chosen)
    same(ENGINES[name].sketches(corpus, spans, chosen), expected)
    assert not len(expected.known)
    # What is looked for changes nothing else, and is found wherever it stands.
    places, hashes = hashes_of(corpus, spans, chosen)
    known = np.unique(np.array(data.draw(st.lists(st.sampled_from([*hashes, 7, 2**64 - 1]))), np.uint64))
    found = ENGINES[name].sketches(corpus, spans, chosen, known)
    same(found[:4], expected[:4])
    wanted = {*known.tolist()}
    assert found.known.tolist() == [list(place) for place, value in zip(places, hashes, strict=True) if value in wanted]
    same([found.known], [REFERENCE.sketches(corpus, spans, chosen, known).known])


@pytest.mark.parametrize("name", ENGINES)
@EXAMPLES
@given(corpus=corpora, chosen=options, data=st.data())
def test_comparisons_are_those_of_the_reference(name, corpus, chosen, data):
    spans = bodies(data, corpus)
    places = np.array([(a, b) for a in range(len(corpus)) for b in range(len(corpus))], np.int32).reshape(-1, 2)
    turned = [data.draw(st.booleans()) for _ in places]
    ours = ENGINES[name].comparisons(corpus, spans, places, turned, chosen)
    same(ours, REFERENCE.comparisons(corpus, spans, places, turned, chosen))


@pytest.mark.parametrize("name", ENGINES)
@EXAMPLES
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 20)), max_size=60), st.integers(1, 9))
def test_pairs_are_those_of_the_reference(name, carried, most):
    keys = np.sort(np.array([value << 24 | number for value, number in carried], np.uint64))
    ours, truth = ENGINES[name].pairs(keys, most), REFERENCE.pairs(keys, most)
    assert ours[1:] == truth[1:]
    assert np.array_equal(np.unique(ours[0]), np.unique(truth[0]))


@pytest.mark.parametrize("name", ENGINES)
@EXAMPLES
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=40), st.integers(1, 21))
def test_roots_and_numbers_are_those_of_the_reference(name, edges, most):
    pairs = np.array([a << 32 | b for a, b in edges], np.uint64)
    found = ENGINES[name].roots(pairs, 21, most)
    assert np.array_equal(found, REFERENCE.roots(pairs, 21, most))
    assert max(np.bincount(found)) <= max(most, 1)
    keys, again = pairs << np.uint64(24), pairs << np.uint64(24)
    keys |= pairs & np.uint64(31)
    again |= pairs & np.uint64(31)
    numbers = np.array(range(100, 132), np.uint32)
    ENGINES[name].renumber(keys, numbers)
    REFERENCE.renumber(again, numbers)
    assert np.array_equal(keys, again)


def test_keys_are_those_of_one_article_at_a_time():
    found = batch.sketches(LINES, None, Settings())
    for number, text in enumerate(LINES):
        tokens = fold(text)
        dense = bool(found.dense[number])
        one = sketch(tokens, shingle_hashes(tokens, 10 if dense else 5), Settings())
        keys = {int(key) >> 24 for key in found.anchors.keys if int(key) & 0xFFFFFF == number}
        assert keys == {int(anchor) & (1 << 40) - 1 for anchor in one.anchors}
        assert found.words[number] == one.words
    assert found.dense.tolist() == [False, False, True, False, False]


def test_rows_are_those_of_one_pair_at_a_time():
    one, two = f"{LINES[0]}, but {LINES[1]}", f"{LINES[1]}. {LINES[0].replace('hundred', 'thousand')}"
    found = batch.comparisons([one, two], None, np.array([[0, 1]], np.int32), [False], Settings())
    a, b = fold(one), fold(two)
    alignments = align(a, b, shingle_hashes(a, 5), shingle_hashes(b, 5), 5, 8)
    assert found.matches[0, 4] == len(alignments) == 2
    assert [tuple(row[:3]) for row in found.blocks.tolist()] == [block for each in alignments for block in each.blocks]
    spans = [(one[row[1] : row[2]], two[row[3] : row[4]]) for row in found.passages.tolist()]
    assert spans[0] == (LINES[0], LINES[0].replace("hundred", "thousand"))
    edits = [(one[row[3] : row[4]], two[row[5] : row[6]]) for row in found.blocks.tolist() if row[4]]
    assert edits == [("hundred", "thousand")]


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize(
    ("a", "b", "common"),
    [
        (f"{LINES[0]} and {LINES[1]}", f"{LINES[0]} and {LINES[1]} but {LINES[0]}", 17),  # said twice, counted once
        (f"{LINES[0]} the color of {LINES[1]}", f"{LINES[0]} the colour of {LINES[1]}", 14),  # one run, other shingles
        (f"{LINES[0]} and {LINES[0]} or {LINES[1]}", f"{LINES[0]} or {LINES[1]}", 17),
    ],
)
def test_shingles_inside_a_run_count_as_any_others(name, a, b, common):
    given = [a, b], None, np.array([[0, 1], [1, 0]], np.int32), [False, False], Settings()
    found = ENGINES[name].comparisons(*given)
    assert found.matches[:, 1].tolist() == [common, common]
    same(found, REFERENCE.comparisons(*given))


def test_buckets_are_by_the_highest_bits():
    rng = random.Random(1)
    text = " ".join(f"w{rng.randrange(10**6)}" for _ in range(3000))
    keys, begins = batch.sketches([text], None, Settings()).anchors
    assert begins[0] == 0
    assert begins[-1] == len(keys)
    for bucket in (0, 100, 255):
        assert set((keys[begins[bucket] : begins[bucket + 1]] >> np.uint64(56)).tolist()) == {bucket}


@needs_c
def test_three_million_characters_and_one():
    text = "".join(f"word{n % 7919} " for n in range(300_000))
    for corpus in (["x"], [text]):
        same(ENGINES["c"].sketches(corpus, None, Settings()), ENGINES["numpy"].sketches(corpus, None, Settings()))


@needs_c
@pytest.mark.parametrize(
    "call",
    [
        lambda c, a: c.sketches(["a", 5], None, 5, 4, 2, 4, a, a, 1, 1, True),
        lambda c, a: c.sketches(["a"], [], 5, 4, 2, 4, a, a, 1, 1, True),
        lambda c, a: c.sketches(["a"], [[(3, -1)]], 5, 4, 2, 4, a, a, 1, 1, True),
        lambda c, a: c.sketches(["a"], None, 0, 4, 2, 4, a, a, 1, 1, True),
        lambda c, a: c.sketches(["a"], None, 5, 4, 2, 4, a, a[:4], 1, 1, True),
        lambda c, a: c.sketches(["a"], None, 5, 4, 2, 4, a, a, 3, 1, True),
        lambda c, a: c.sketches(["a"], None, 5, 4, 2, 4, a, a, 2**62, 4, True),
        lambda c, a: c.sketches(5, None, 5, 4, 2, 4, a, a, 1, 1, True),
        lambda c, a: c.sketches(["a"], None, 5, 4, 2, 4, a, a, 1, 1, True, 5),
        lambda c, a: c.comparisons(["a"], None, b"\0\0\0\0\1\0\0\0", b"\0", 5, 8, True, 8, 24, 16, 3, -3, -2),
        lambda c, a: c.comparisons(["a"], None, b"\0\0\0\0\xff\xff\xff\xff", b"\0", 5, 8, True, 8, 24, 16, 3, -3, -2),
        lambda c, a: c.comparisons(["a"], None, b"\0" * 8, b"", 5, 8, True, 8, 24, 16, 3, -3, -2),
        lambda c, a: c.comparisons(["a"], None, b"\0" * 7, b"\0", 5, 8, True, 8, 24, 16, 3, -3, -2),
        lambda c, a: c.comparisons(["a"], None, b"\0" * 8, b"\0", 5, 8, True, 8, 2400, 16, 3, -3, -2),
        lambda c, a: c.comparisons(["a"], None, b"\0" * 8, b"\0", -5, 8, True, 8, 24, 16, 3, -3, -2),
        lambda c, a: c.sketches(["a"], None, 5, 4, 4, 4, a, a, 1, 1, True),
        lambda c, a: c.pairs(b"\0" * 8, 0),
        lambda c, a: c.pairs(b"\0" * 9, 1),
        lambda c, a: c.renumber(bytearray(b"\1" * 8), b"\0" * 4),
        lambda c, a: c.renumber(b"\0" * 8, b"\0" * 4),
        lambda c, a: c.roots(b"\1" * 8, 2, 2),
        lambda c, a: c.roots(b"", -1, 2),
    ],
)
def test_what_makes_no_sense_is_refused(call):
    with pytest.raises((TypeError, ValueError, BufferError)):
        call(native._engine, bytes(8))


@needs_c
def test_no_memory_is_lost_or_kept():
    import tracemalloc

    corpus = [" ".join(LINES * 20)] * 50
    places = np.array([(a, a + 1) for a in range(49)], np.int32)

    def work():
        ENGINES["c"].sketches(corpus, None, Settings())
        ENGINES["c"].comparisons(corpus, None, places, [False] * 49, Settings())

    work()
    tracemalloc.start()
    work()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(20):
        work()
    assert tracemalloc.get_traced_memory()[0] - before < 100_000
    tracemalloc.stop()


@EXAMPLES
@given(
    sides=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=40),
    words=st.lists(st.integers(0, 50), min_size=9, max_size=9),
    most_pairs=st.integers(1, 12),
    most_words=st.integers(1, 200),
)
@pytest.mark.parametrize("name", ENGINES)
def test_portions_hold_what_they_may(name, sides, words, most_pairs, most_words):
    pairs = np.array([a << 32 | b for a, b in sides], np.uint64)
    ends = ENGINES[name].portions(pairs, np.array(words, np.int32), most_pairs, most_words).tolist()
    assert ends == REFERENCE.portions(pairs, np.array(words, np.int32), most_pairs, most_words).tolist()
    assert ends[-1:] == ([len(sides)] if sides else [])

    def fits(some):
        return (
            len(some) <= most_pairs
            and sum(words[number] for number in {side for pair in some for side in pair}) <= most_words
        )

    for start, end in zip([0, *ends], ends, strict=False):
        assert start < end
        assert fits(sides[start:end]) or end == start + 1
        assert end == len(sides) or not fits(sides[start : end + 1])  # no portion could hold more


@EXAMPLES
@given(
    sides=st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda pair: pair[0] < pair[1])),
    visits=st.permutations(range(9)),
    most=st.integers(0, 9),
)
@pytest.mark.parametrize("name", ENGINES)
def test_a_tour_takes_each_pair_once(name, sides, visits, most):
    pairs = np.array(sorted(a << 32 | b for a, b in sides), np.uint64)
    order = ENGINES[name].tour(pairs, np.array(visits, np.uint32), most)
    assert order.tolist() == REFERENCE.tour(pairs, np.array(visits, np.uint32), most).tolist()
    assert sorted(order.tolist()) == list(range(len(sides)))


def test_what_a_phrase_joins_is_met_once():
    """Nine articles far from each other, each pair of them: no other comes between, whoever is visited then."""
    phrase = [(a, b) for a in range(0, 90, 10) for b in range(a + 10, 90, 10)]
    others = [(n, n + 1) for n in range(0, 99, 3)]
    pairs = np.array(sorted(a << 32 | b for a, b in {*phrase, *others}), np.uint64)
    order = REFERENCE.tour(pairs, np.arange(100, dtype=np.uint32), 64)
    taken = [divmod(pair, 1 << 32) in phrase for pair in pairs[order].tolist()]
    assert sum(taken) == len(phrase)
    first = taken.index(True)
    assert all(taken[first : first + len(phrase)])


@needs_c
@pytest.mark.parametrize(("pairs", "visits"), [([1 << 32 | 2], [0, 1]), ([1], [0, 2]), ([2], [0, 1])])
def test_a_tour_of_articles_that_are_not_there(pairs, visits):
    with pytest.raises(ValueError, match="not there"):
        native.tour(np.array(pairs, np.uint64), np.array(visits, np.uint32), 9)


@needs_c
def test_portions_of_articles_that_are_not_there():
    with pytest.raises(ValueError, match="not there"):
        native.portions(np.array([1 << 32 | 2], np.uint64), np.array([5, 5], np.int32), 1, 1)


@EXAMPLES
@given(calls=st.lists(st.tuples(corpora, options), max_size=3), data=st.data())
@needs_c
def test_a_shelf_is_no_part_of_the_answer(calls, data):
    shelf = native.shelf()
    for corpus, chosen in calls:
        numbers = st.integers(0, max(0, len(corpus) - 1))
        places = data.draw(st.lists(st.tuples(numbers, numbers), max_size=6)) if corpus else []
        pairs = np.array(places, np.int32).reshape(-1, 2)
        turned = [n % 2 > 0 for n in range(len(places))]
        same(
            native.comparisons(data.draw(st.sampled_from([list, tuple]))(corpus), None, pairs, turned, chosen, shelf),
            REFERENCE.comparisons(corpus, None, pairs, turned, chosen, None),
        )


@needs_c
def test_a_shelf_serves_threads_that_compare_the_same_texts():
    shelf, chosen = native.shelf(), Settings()
    corpus = tuple(" ".join(LINES[n % len(LINES) :] * 3) + f" x{n}" * (n % 7) for n in range(60))
    pairs = np.array(list(combinations(range(60), 2)), np.int32)
    truth = native.comparisons(corpus, None, pairs, [False] * len(pairs), chosen)
    for _ in range(20):
        parts = np.array_split(pairs, 8)
        with ThreadPoolExecutor(4) as pool:
            found = pool.map(
                lambda part: native.comparisons(corpus, None, part, [False] * len(part), chosen, shelf), parts
            )
            tables = [np.concatenate(part) for part in zip(*found, strict=True)]
        assert all((one == two).all() for one, two in zip(tables, truth, strict=True))
        native.comparisons(corpus[:2], None, pairs[:1], [False], chosen, shelf)  # takes their place


@needs_c
def test_a_shelf_in_use_takes_no_other_texts():
    shelf, pair, chosen = native.shelf(), np.array([[0, 1]], np.int32), Settings()
    long = (" ".join(f"w{n}" for n in range(500_000)),) * 2
    other = threading.Thread(target=native.comparisons, args=(long, None, pair, [False], chosen, shelf))

    class Texts(list):
        def __iter__(self):  # the shelf is free when the call begins, and taken while it opens its texts
            other.start()
            while True:
                try:
                    native.comparisons(LINES[:2], None, pair, [False], chosen, shelf)
                except ValueError:
                    return super().__iter__()

    with pytest.raises(ValueError, match="in use"):
        native.comparisons(Texts(LINES[:2]), None, pair, [False], chosen, shelf)
    other.join()
    for wrong in (object(), "shelf"):
        with pytest.raises(ValueError, match="PyCapsule"):
            native.comparisons(LINES[:2], None, pair, [False], chosen, wrong)


@needs_c
def test_a_shelf_knows_texts_again_that_cannot_have_changed():
    shelf, pair, chosen = native.shelf(), np.array([[0, 1]], np.int32), Settings()
    some = [LINES[0], LINES[0]]
    for second in (LINES[0], LINES[1], LINES[0]):
        some[1] = second
        found = native.comparisons(some, None, pair, [False], chosen, shelf)
        assert found.matches[0, 0] == (second == LINES[0])
    fixed = tuple(some)
    fixed = ("the colour of " + fixed[0], "the color of " + fixed[1])
    for other in ({"shingle": 3}, {"until": "documents"}, {}, {"until": "documents"}):
        asked = replace(chosen, **other)
        same(
            native.comparisons(fixed, None, pair, [False], asked, shelf),
            REFERENCE.comparisons(fixed, None, pair, [False], asked),
        )
    with pytest.raises(ValueError, match="not there"):
        native.comparisons(fixed, None, pair + 1, [False], chosen, shelf)


def test_words_chosen_to_have_one_key():
    """They had, before keys were secret: two texts of nothing in common seemed to share all shingles, and took
    a time that grew with the square of their length."""
    chosen = ("aaaaaaaabbbbbbbb", "jrrarbiswlgui18m")
    corpus = [" ".join(word if n % 4 == 0 else f"w{n}" for n in range(60)) for word in chosen]
    for name in ENGINES:
        found = ENGINES[name].comparisons(corpus, None, np.array([[0, 1]], np.int32), [False], Settings(), None)
        assert found.matches.tolist() == [[0, 0, 56, 56, 0]]


@needs_c
def test_memory_that_runs_out(monkeypatch):
    """Whatever allocation of the engine fails: an error, and the shelf serves the next call.

    Memory fails inside the engine alone: Python 3.12 and later die of it where NumPy asks for a buffer."""
    hooks = pytest.importorskip("_testcapi")
    corpus = [" ".join(LINES * 4), " ".join(LINES[1:] * 4) + " a b c" * 20, "nine " * 300]
    pairs = np.array([(0, 1), (1, 0), (2, 0), (2, 2)], np.int32)
    truth = REFERENCE.comparisons(corpus, None, pairs, [False] * 4, Settings(), None)
    whole = native._engine.comparisons

    def failing(nth, *arguments):
        hooks.set_nomemory(nth, nth + 1)
        try:
            return whole(*arguments)
        finally:
            hooks.remove_mem_hooks()

    failed = 0
    for nth in range(150):
        shelf = native.shelf()
        with monkeypatch.context() as patched:
            patched.setattr(native._engine, "comparisons", partial(failing, nth))
            try:
                found = native.comparisons(corpus, None, pairs, [False] * 4, Settings(), shelf)
            except MemoryError:
                found = None
        failed += found is None
        same(found or native.comparisons(corpus, None, pairs, [False] * 4, Settings(), shelf), truth)
    assert failed > 20


@pytest.mark.parametrize("name", [name for name in ENGINES if name != "reference"])
def test_shingles_of_every_length_have_the_same_keys(name):
    """The engine hashes runs of less than 32 bytes, of less than 64 and others in ways of their own."""
    texts = [" ".join(chr(97 + n) * (size // 5 + (n < size % 5)) for n in range(5)) for size in range(5, 140)]
    chosen = Settings(until="passages")
    ours, theirs = (ENGINES[each].sketches(texts, None, chosen) for each in (name, "reference"))
    assert np.array_equal(np.sort(ours.bands.keys), np.sort(theirs.bands.keys))
