"""The engine: every way gives the same bits."""

import importlib.util
import itertools
import pickle
import random
import subprocess
import sys
from array import array
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import Document, Settings, scan
from dedup.characters import classes, folds
from dedup.engine import ENGINES, engine
from dedup.model import Span
from dedup.sketch import anchors, signature_by_datasketch
from dedup.text import fold, is_dense

try:
    from dedup import native
except ImportError:
    native = None
needs_c = pytest.mark.skipif(native is None, reason="the C extension is not built")

REFERENCE = ENGINES["reference"]
hostile = st.text(st.characters(exclude_categories=[]), max_size=120)
wordy = st.lists(
    st.sampled_from(["a", "the", "U.S.", "Moscow’s", "1,000", "東", "ﬁ", "e\u0301", "b\u00ad", "\n"]), max_size=60
)
# A few characters of each class, from each width of str; drawn by class, so that every turn of the
# tokeniser's pattern is met.
OF_CLASS = {
    "w": "aBé\u0301ßﬁﷺ한Ω\U0001d400",
    "d": "12\u0663０\U0001d7d9",
    "s": "東のก\U00020000",
    "z": "\u00ad\u200b\u0640\U000e0100",
    "q": "'’",
    ".": ".．",
    ",": ",，",
    " ": " \n\0-\ud800\udfff\U0001f600",
}
by_class = st.lists(
    st.sampled_from("wwwdds.,qzz. ").flatmap(lambda kind: st.sampled_from(OF_CLASS[kind])), max_size=40
).map("".join)
texts = st.one_of(hostile, by_class, wordy.map(" ".join), wordy.map("".join))
hashes = st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 3), max_size=80).map(lambda v: np.array(v, np.uint64))


def same(ours, truth):
    return ours.dtype == truth.dtype and ours.tolist() == truth.tolist()


@pytest.mark.parametrize("name", ENGINES)
@settings(max_examples=200, deadline=None)
@given(text=texts)
def test_fold_is_that_of_the_reference(name, text):
    ours, truth = ENGINES[name].fold(text, None), REFERENCE.fold(text, None)
    assert list(ours.words) == list(truth.words)
    assert list(ours.starts) == list(truth.starts)
    assert list(ours.ends) == list(truth.ends)


@pytest.mark.parametrize("name", ENGINES)
@settings(max_examples=200, deadline=None)
@given(text=texts, data=st.data())
def test_spans_are_those_of_the_reference(name, text, data):
    place = st.integers(0, len(text) + 2)
    spans = data.draw(st.lists(st.builds(Span, place, place), max_size=4))
    ours, truth = ENGINES[name].fold(text, spans), REFERENCE.fold(text, spans)
    assert list(ours.words) == truth.words
    assert list(ours.starts) == truth.starts
    assert list(ours.ends) == truth.ends


@pytest.mark.parametrize("name", ENGINES)
@settings(max_examples=200, deadline=None)
@given(
    text=texts, shingle=st.integers(1, 12), window=st.integers(1, 9), permutations=st.sampled_from([1, 7, 16, 100, 128])
)
def test_sketches_are_those_of_the_reference(name, text, shingle, window, permutations):
    wanted = Settings(shingle=shingle, min_words=shingle, window=window, permutations=permutations, bands=1, rows=1)
    found = []
    for work in (ENGINES[name], REFERENCE):
        tokens = work.fold(text, None)
        hashes = work.shingle_hashes(tokens, shingle)
        found.append((hashes, work.sketch(tokens, hashes, wanted)))
        assert is_dense(tokens) == is_dense(fold(text))
    (our_hashes, ours), (true_hashes, truth) = found
    assert same(our_hashes, true_hashes)
    assert same(ours.anchors, truth.anchors)
    assert same(ours.positions, truth.positions)
    assert ours.words == truth.words
    assert (ours.signature is None) == (truth.signature is None)
    assert truth.signature is None or same(ours.signature, truth.signature)


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("blank", ["", "\xa0", "\u2003", "\U0001f600"], ids=["ascii", "1", "2", "4"])
def test_words_do_not_depend_on_the_width_of_the_str(name, blank):
    text = "The U.S.’s 1,000.5 co\u00adop cafés, e.g. a.b.cd it's 5'5 \0 x" + blank
    assert list(ENGINES[name].fold(text, None).words) == fold(text).words
    plain = "The U.S. it's 1,000.5 a.b.cd \0 x"
    assert list(ENGINES[name].fold(plain + blank, None).words) == fold(plain).words


@pytest.mark.parametrize("name", ENGINES)
@settings(max_examples=200, deadline=None)
@given(one=texts, two=texts, shared=texts)
def test_alignments_are_those_of_the_reference(name, one, two, shared):
    found = []
    for work in (ENGINES[name], REFERENCE):
        a, b = (work.fold(text, None) for text in (one + " " + shared, shared + " " + two))
        found.append(work.align(a, b, work.shingle_hashes(a, 3), work.shingle_hashes(b, 3), 3, 4))
    assert found[0] == found[1]


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("size", [1, 30_000, 3_000_000])
def test_one_character_and_three_million(name, size):
    work = ENGINES[name]
    words = size // 2 if name == "c" else size // 20  # of which plain Python makes some 600,000 a second
    for text, count in (("a" * size, 1), ("a " * words, words), ("é" * size, 1)):
        assert len(work.fold(text, None)) == count


@pytest.mark.parametrize("name", ENGINES)
@given(
    one=st.lists(st.integers(0, 30), max_size=40),
    two=st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 30), max_size=40),
)
def test_resemblance_is_exact(name, one, two):
    a, b = (np.array(values, np.uint64) for values in (one, two))
    found = ENGINES[name].resemblance(a, b)
    assert found == (len({*one} & {*two}), len({*one}), len({*two}))


def test_results_name_no_engine():
    documents = [
        Document("a", "one two three four five six seven eight"),
        Document("b", "one two three four five six seven eight"),
    ]
    assert scan(documents, Settings(engine="reference")).matches == scan(documents).matches


def test_auto_is_one_of_them():
    assert engine("auto") in ENGINES.values()


def test_without_the_extension_the_answers_are_the_same():
    code = """if True:
        import sys
        sys.modules["dedup._engine"] = None
        import dedup
        from dedup.engine import engine
        text = "Nine people were hurt when a tram left its rails near the harbour on Monday."
        found = dedup.scan([dedup.Document("a", text), dedup.Document("b", "So: " + text)])
        print(engine("auto").name, [(m.a, m.b, m.passages[0].words) for m in found.matches])
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "numpy [('a', 'b', 15)]\n"


# ---- What only the C extension has ----


def bounds(*values):
    return array("q", values).tobytes()


@needs_c
@settings(max_examples=200, deadline=None)
@given(values=hashes, permutations=st.sampled_from([0, 1, 3, 8, 33, 128, 300]))
def test_both_clones_give_the_signature_of_datasketch(values, permutations):
    rng = np.random.default_rng(permutations)
    a, b = (rng.integers(0, 2**32, permutations, np.uint32) for _ in "ab")
    fast, plain = (f(values, a, b) for f in (native._engine.signature, native._engine.signature_plain))
    assert fast == plain
    if len(values) and permutations:
        assert same(native.signature(values, permutations), signature_by_datasketch(values, permutations))


@needs_c
@settings(max_examples=300, deadline=None)
@given(values=hashes, w=st.integers(1, 100))
def test_anchors_are_those_of_the_reference(values, w):
    assert same(np.frombuffer(native._engine.anchors(values, w), np.int64), anchors(values, w))


@needs_c
def test_hashes_are_those_of_the_xxhash_package():
    rng = random.Random(1)
    for length in [*range(301), *(rng.randrange(100_000) for _ in range(50))]:
        data = rng.randbytes(length)
        ours = native._engine.shingle_hashes(data, bounds(0, length + 1), 1)
        assert int.from_bytes(ours, sys.byteorder) == xxhash.xxh3_64_intdigest(data), length


@needs_c
@pytest.mark.parametrize("part", ["a.", "1,", "a\u200b", "é ", "東", "ab'", "\U0001d400\ud800", "ﷺ"])
@pytest.mark.parametrize("size", [30_000, 3_000_000])
def test_three_million_characters(part, size):
    count = size // len(part)
    ours, few = native.fold(part * count), fold(part * 30)
    if len(few) == 30 and size > 30_000:  # words of their own, for millions of which the reference takes seconds
        assert few.words == few.words[:1] * 30
        assert few.starts == [n * len(part) for n in range(30)]
        word = few.words[0].encode()
        assert ours.words.folded == b" ".join([word] * count)
        places = np.arange(count, dtype=np.int64)
        assert np.array_equal(np.frombuffer(ours.words.bounds, np.int64), np.append(places, count) * (len(word) + 1))
        assert np.array_equal(ours.starts, places * len(part))
        assert np.array_equal(ours.ends, places * len(part) + few.ends[0])
    else:
        truth = fold(part * count)
        assert ours.words == truth.words
        assert ours.starts.tolist() == truth.starts
        assert ours.ends.tolist() == truth.ends
    hashes = native.shingle_hashes(ours, 5)
    assert hashes[-1:].tolist() == REFERENCE.shingle_hashes(fold((part * count)[-60:]), 5)[-1:].tolist()
    for w in (4, 1000, 10**18):
        positions = np.frombuffer(native._engine.anchors(hashes, w), np.int64)
        # All shingles are equal, and of equals the rightmost is the anchor.
        assert np.array_equal(positions, np.arange(min(w, len(hashes)) - 1, len(hashes)) if len(hashes) else [])


@needs_c
def test_threads_do_not_meet():
    articles = [" ".join(random.Random(seed).choices(["a", "U.S.", "é", "東"], k=3000)) for seed in range(40)]

    def work(text):
        tokens = native.fold(text)
        return list(tokens.words), native.shingle_hashes(tokens, 5).tolist()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, articles)) == [work(text) for text in articles]


@needs_c
@given(one=texts, two=texts)
def test_words_are_a_list_to_all_who_look(one, two):
    ours, other, truth = native.fold(one).words, native.fold(two).words, fold(one).words
    assert len(ours) == len(truth)
    assert bool(ours) == bool(truth)
    assert ours == truth
    assert truth == ours
    assert ours[:] == truth
    assert ours[-2:5] == truth[-2:5]
    assert list(reversed(ours)) == truth[::-1]
    assert repr(ours) == repr(truth)
    assert ("us" in ours) == ("us" in truth)
    assert (ours == other) == (truth == fold(two).words)
    assert ours != tuple(truth)
    assert pickle.loads(pickle.dumps(ours)) == ours
    assert ours.alone() == sum(len(word) == 1 and classes()[ord(word)] == "s" for word in truth)


@needs_c
def test_tokens_of_the_reference_are_welcome():
    tokens = fold("one two three four five six seven")
    hashes = native.shingle_hashes(tokens, 5)
    assert same(hashes, REFERENCE.shingle_hashes(tokens, 5))
    assert same(native.sketch(tokens, hashes, Settings()).signature, signature_by_datasketch(hashes))


EIGHT, FOUR = bytes(8), bytes(4)
UNALIGNED = memoryview(bytes(33))[1:]
STRIDED = memoryview(bytes(64))[::2]


@needs_c
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("fold", ()),
        ("fold", (b"bytes",)),
        ("fold", (None,)),
        ("fold", ("text", 5)),
        ("fold", ("text", [5])),
        ("fold", ("text", [(1,)])),
        ("fold", ("text", [(1, 2, 3)])),
        ("fold", ("text", [(-1, 2)])),
        ("fold", ("text", [(0, -(2**70))])),
        ("fold", ("text", [(0.5, 2)])),
        ("fold", ("text", [("a", "b")])),
        ("fold", ("text", [(0, 1)], 3)),
        ("shingle_hashes", ("text", bounds(0, 5), 1)),
        ("shingle_hashes", (b"text", "bounds", 1)),
        ("shingle_hashes", (b"text", b"", 1)),
        ("shingle_hashes", (b"text", bytes(15), 1)),
        ("shingle_hashes", (b"text", bounds(0, 5), 0)),
        ("shingle_hashes", (b"text", bounds(0, 5), -1)),
        ("shingle_hashes", (b"text", bounds(0, 5), 1.0)),
        ("shingle_hashes", (b"text", bounds(0, 6), 1)),
        ("shingle_hashes", (b"text", bounds(0, 0), 1)),
        ("shingle_hashes", (b"text", bounds(3, 1), 1)),
        ("shingle_hashes", (b"text", bounds(-1, 5), 1)),
        ("shingle_hashes", (b"text", bounds(-(2**63), 2**63 - 1), 1)),
        ("shingle_hashes", (b"text", UNALIGNED, 1)),
        ("shingle_hashes", (b"text", STRIDED, 1)),
        ("shingle_hashes", (STRIDED, bounds(0, 5), 1)),
        ("count_alone", (b"text", bounds(0, 6))),
        ("count_alone", (b"text", bounds(5, 5))),
        ("count_alone", (b"text", b"")),
        ("count_alone", (b"text",)),
        ("signature", (bytes(7), FOUR, FOUR)),
        ("signature", (EIGHT, bytes(3), FOUR)),
        ("signature", (EIGHT, FOUR, bytes(5))),
        ("signature", (EIGHT, FOUR, EIGHT)),
        ("signature", (EIGHT, FOUR, None)),
        ("signature", (EIGHT, None, FOUR)),
        ("signature", (None, FOUR, FOUR)),
        ("signature", (UNALIGNED, FOUR, FOUR)),
        ("signature", (np.zeros((4, 4), np.uint64).T[1:], FOUR, FOUR)),
        ("signature_plain", (EIGHT, FOUR, EIGHT)),
        ("anchors", (bytes(7), 4)),
        ("anchors", (EIGHT, 0)),
        ("anchors", (EIGHT, -4)),
        ("anchors", (EIGHT, "4")),
        ("anchors", ([1, 2], 4)),
        ("set_table", (b"", {})),
        ("set_table", ("", {})),
        ("set_table", (bytes(0x110000), [])),
        ("set_table", (bytes(0x110000), {})),
    ],
)
def test_wrong_arguments_are_refused(name, arguments):
    with pytest.raises((TypeError, ValueError)):
        getattr(native._engine, name)(*arguments)


@needs_c
@settings(max_examples=500, deadline=None)
@given(folded=st.binary(max_size=40), data=st.data(), k=st.integers(-1, 5))
def test_wrong_bounds_never_read_outside(folded, data, k):
    # Mostly bounds that are right but for the last, which may lie a little behind the end.
    near = st.lists(st.integers(0, len(folded) + 9), max_size=12, unique=True).map(sorted)
    wild = st.lists(st.integers(-3, 45) | st.integers(-(2**63), 2**63 - 1), max_size=12)
    places = data.draw(near | wild)
    for name, arguments in (("shingle_hashes", (k,)), ("count_alone", ())):
        try:
            getattr(native._engine, name)(folded, bounds(*places), *arguments)
        except ValueError:
            # Refused rightly: where all bounds are good and k is, there is an answer.
            good = places and places[0] >= 0 and places[-1] <= len(folded) + 1 and places == sorted(set(places))
            assert not (good and all(number > 0 for number in arguments))


@needs_c
@settings(max_examples=300, deadline=None)
@given(st.lists(st.binary(max_size=50), min_size=3, max_size=3), st.integers(-2, 60))
def test_buffers_of_any_length_are_taken_or_refused(buffers, w):
    for name, arguments in (("signature", buffers), ("signature_plain", buffers), ("anchors", (buffers[0], w))):
        try:
            getattr(native._engine, name)(*arguments)
        except ValueError:
            continue


def another_copy():
    """The extension once more, without a table."""
    spec = importlib.util.spec_from_file_location("dedup._engine", native._engine.__file__)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@needs_c
@pytest.mark.parametrize(
    ("kind", "at", "folded"),
    [
        ("w", 0x61, {0x61: ""}),
        ("w", 0x61, {0x61: "a b"}),
        ("w", 0x61, {0x61: "a.b"}),
        ("w", 0x61, {0x61: "a,b"}),
        ("w", 0x61, {0x61: "a" * 256}),
        ("w", 0x61, {0x61: "\ud800"}),
        ("w", 0x61, {0x61: 5}),
        ("w", 0x61, {"a": "b"}),
        ("w", 0x61, {-1: "b"}),
        ("w", 0x61, {0x110000: "b"}),
        ("w", 0x61, {2**70: "b"}),
        ("w", 0xD800, {}),
        ("z", 0x61, {}),
        (".", 0x61, {}),
        (",", 0x61, {0x61: "."}),
        ("s", 0x61, {}),
    ],
)
def test_tables_that_the_scanner_cannot_trust_are_refused(kind, at, folded):
    table = bytearray(b" ") * 0x110000
    table[at] = ord(kind)
    copy = another_copy()
    with pytest.raises((ValueError, OverflowError)):
        copy.set_table(bytes(table), folded)
    with pytest.raises(ValueError, match="no table"):
        copy.fold("a")
    with pytest.raises(ValueError, match="no table"):
        copy.count_alone(b"a", bounds(0, 2))
    table[at] = ord(" ")
    copy.set_table(bytes(table), {})
    assert copy.fold("a b") == (b"", bounds(1), b"", b"")


@needs_c
def test_the_table_is_set_once():
    letters = bytes(ord(classes()[code]) for code in range(0x110000))
    native._engine.set_table(letters, dict(folds()))
    with pytest.raises(ValueError, match="another table"):
        native._engine.set_table(letters, {})


@needs_c
@pytest.mark.parametrize("wide", ["", "é", "“", "\U0001f600"], ids=["ascii", "one", "two", "four"])
def test_words_at_the_ends_of_chunks(wide):
    """Simple words are folded some 512 characters at a time: whatever stands there, across it or beside it."""
    pieces = [
        "ab",
        "ab.",
        "ab,",
        "a.b",
        "U.S. x",
        "a.b.cd",
        "a.b.c's",
        "1,000",
        "1.",
        "9,9.9",
        "don't",
        "l`",
        "a..b",
        ". .",
        "  ",
    ]
    pieces += [f"a{part}b" for part in "\u200b\u0301’．東\ud800" if wide not in ("", "é")]
    pieces += ["x" * length for length in (15, 16, 17, 511, 512, 513, 1025)]
    heads = ["ab ", "a.", "x", "1,"]
    for piece, head, border in itertools.product(pieces, heads, (512, 1024)):
        for back in range(min(len(piece), 8) + 2):
            text = (head * border)[: border - back] + piece + " cd" + wide
            truth, ours = fold(text), native.fold(text)
            assert ours.words == truth.words, (piece, head, border, back)
            assert (ours.starts.tolist(), ours.ends.tolist()) == (truth.starts, truth.ends)
