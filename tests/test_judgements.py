"""Judgements: whole batches of passages, in C as in plain Python; and no number is believed."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
import xxhash
from hypothesis import example, given
from hypothesis import strategies as st

from dedup import looks
from dedup.batch import Comparisons, comparisons
from dedup.copying import NEIGHBOUR_WORDS, Counts, decibans, supported
from dedup.engine import ENGINES
from dedup.index.scheme import NOTES
from dedup.judgements import judgements, notes
from dedup.model import Credit, Span
from dedup.quote_marks import is_plain
from dedup.settings import Settings
from dedup.verify import _Notes
from tests.newsroom import seeds
from tests.test_facts import AP, TEXTS

PLAIN = judgements
fast = pytest.mark.skipif("c" not in ENGINES, reason="the C engine is not built")
SHORT = Settings(shingle=2, window=1, min_words=2)
LETTERS = st.text(st.sampled_from("isuorzedantcelgéßI'"), max_size=7)
ENDS = st.sampled_from(["", "ise", "ized", "isation", "tre", "ter", "ence", "ense", "ogue", "og", "our", "or", "isers"])


def pairs_of(count):
    return np.array([(n, m) for n in range(count) for m in range(n + 1, count)], np.int32).reshape(-1, 2)


def found_of(texts, settings=Settings()):  # noqa: B008
    places = pairs_of(len(texts))
    turned = [n % 2 == 1 for n in range(len(places))]
    return places, turned, comparisons(texts, None, places, turned, settings)


@fast
@given(st.lists(TEXTS, min_size=1, max_size=3), TEXTS, TEXTS, st.sampled_from([[], AP]))
@example(["“We will go, ", "he said."], " all of us” ", "x “— Ann (@ann) May”", [])
def test_the_engine_counts_as_plain_python(shared, changed, before, credits):
    text = " ".join(shared)
    texts = [f"{text} {changed} {text}", f"{before} {text}", f"{text}{before}{text}", changed]
    places, turned, found = found_of(texts, SHORT)
    all_credits = [credits, [], credits, []]
    rows = PLAIN(texts, None, all_credits, places, turned, found)
    assert ENGINES["c"].judgements(texts, None, all_credits, places, turned, found).tolist() == rows.tolist()


@given(st.lists(TEXTS, min_size=1, max_size=2), TEXTS, TEXTS)
def test_the_judge_sees_the_text_that_comes_first(shared, changed, before):
    text = " ".join(shared)
    texts = [f"{text} {changed} {text}", f"{before} {text}"]
    places, turned, found = found_of(texts, SHORT)
    other = found.blocks[:, [1, 0, 2, 5, 6, 3, 4]]
    mirrored = found._replace(passages=found.passages[:, [0, 3, 4, 1, 2]], blocks=other)
    rows = PLAIN(texts, None, [AP, []], places, turned, found)
    assert (
        PLAIN(texts, None, [AP, []], places[:, ::-1], [not each for each in turned], mirrored).tolist() == rows.tolist()
    )


def one_edit(first, second):
    """Two statements with one word changed, and how the words before and behind it are aligned."""
    texts = [f"“We all know that {word} was never so good,” she said." for word in (first, second)]
    blocks = [[0, 0, 4, 0, 0, 0, 0], [5, 5, 6, 0, 0, 0, 0]]
    passage = [[2, 0, 1, 0, 1]]
    rows = [[0, 0, 0, 0, 1]], passage, blocks
    return texts, np.array([[0, 1]], np.int32), Comparisons(*(np.array(table, np.int32) for table in rows))


@fast
@given(LETTERS, LETTERS, ENDS, ENDS)
@example("realis", "realiz", "e", "e")
@example("labour", "labor", "", "")
@example("travell", "travel", "ed", "ed")
@example("ourour", "oor", "tre", "ter")
@example("ééé", "éé", "", "")
def test_spelling_is_no_other_wording_in_either_engine(first, second, ending, other):
    turned = [False]
    texts, places, found = one_edit(f"x{first}{ending}", f"x{second}{other}")
    rows = PLAIN(texts, None, [[], []], places, turned, found)
    assert ENGINES["c"].judgements(texts, None, [[], []], places, turned, found).tolist() == rows.tolist()


@pytest.mark.parametrize("engine", sorted(ENGINES))
@pytest.mark.parametrize(
    ("one", "two", "inner"), [("realised", "realized", 0), ("centre", "center", 0), ("it", "he", 1)]
)
def test_another_spelling_is_not_counted(engine, one, two, inner):
    turned = [False]
    texts, places, found = one_edit(one, two)
    [row] = ENGINES[engine].judgements(texts, None, [[], []], places, turned, found).tolist()
    assert Counts(*row).inner == inner


@fast
def test_articles_are_judged_alike():
    texts = [document.text for document in seeds()]
    bodies = [[Span(0, len(text) // 2), Span(len(text) // 2 + 7, len(text))] for text in texts]
    credits = [[Credit("ap", "mention", 100, 107, "told AP", "mention")] for _ in texts]
    places = pairs_of(len(texts))
    turned = [False] * len(places)
    found = comparisons(texts, bodies, places, turned, Settings())
    rows = PLAIN(texts, bodies, credits, places, turned, found)
    assert len(rows)
    assert ENGINES["c"].judgements(texts, bodies, credits, places, turned, found).tolist() == rows.tolist()


@fast
@given(st.permutations(range(5)), st.lists(st.booleans(), min_size=5, max_size=5), st.booleans())
def test_what_lies_on_a_shelf_is_judged_as_what_does_not(order, whole, spelled):
    texts = [document.text for document in seeds()]
    if spelled:
        texts = [text.replace("or", "our").replace("ize", "ise") if n % 2 else text for n, text in enumerate(texts)]
    half = [[Span(0, len(text) // 2), Span(len(text) // 2 + 7, len(text))] for text in texts]
    places = pairs_of(len(texts))
    turned = [n % 3 == 1 for n in range(len(places))]
    work, nobody, shelf = ENGINES["c"], [[] for _ in texts], ENGINES["c"].shelf()
    there = tuple(texts[n] for n in order)
    # Some lie there in another body, and all elsewhere.
    other = tuple(half[n] if whole[n] else half[n][:1] for n in order)
    work.comparisons(there, other, pairs_of(4), turned[:6], Settings(), shelf)
    where = np.array([order.index(n) for n in range(5)], np.int32)
    found = work.comparisons(texts, half, places, turned, Settings())
    alone = work.judgements(texts, half, nobody, places, turned, found).tolist()
    for some in (where, where[::-1], where - 3, where + 3, None):
        assert work.judgements(texts, half, nobody, places, turned, found, shelf, some).tolist() == alone
    with pytest.raises(ValueError, match="a place for each"):
        work.judgements(texts, half, nobody, places, turned, found, shelf, where[1:])
    with pytest.raises((TypeError, ValueError)):
        work.judgements(texts, half, nobody, places, turned, found, "shelf", where)
    found = work.comparisons(there, other, pairs_of(5), turned, Settings(), shelf)  # it was given back
    alone = work.judgements(there, other, nobody, pairs_of(5), turned, found).tolist()
    assert work.judgements(there, other, nobody, pairs_of(5), turned, found, shelf).tolist() == alone


@fast
@given(st.lists(st.text(st.sampled_from("a\n—–―‒‖@(é中😀"), max_size=9), max_size=5), st.integers(0, 130))
@example(["—", "(@", "a(@", "é(@", "中\n―", "(\n@", "😀\n–", ""], 63)
def test_the_engine_knows_plain_texts(texts, before):
    from dedup.native import _engine

    texts = [*texts, *("é" * before + text + "“" * 70 for text in texts)]
    assert [*map(bool, _engine.plain(tuple(texts)))] == [*map(is_plain, texts)]


@fast
def test_threads_do_not_disturb_each_other():
    texts = [document.text for document in seeds()]
    places, turned, found = found_of(texts)
    nobody = [[] for _ in texts]
    alone = PLAIN(texts, None, nobody, places, turned, found).tolist()
    start = threading.Barrier(4)

    def work(_):
        start.wait()
        return ENGINES["c"].judgements(texts * 20, None, nobody * 20, places, turned, found).tolist()

    with ThreadPoolExecutor(4) as pool:
        assert all(rows == alone for rows in pool.map(work, range(4)))


@fast
@given(st.lists(st.booleans(), min_size=5, max_size=5), st.booleans())
def test_what_was_noted_is_judged_as_what_is_read(known, on_shelf):
    texts = tuple(document.text for document in seeds())
    half = tuple([Span(0, len(text) // 2), Span(len(text) // 2 + 7, len(text))] for text in texts)
    credits = [[Credit("ap", "origin", 0, 9, "", "")], [], [], [], [Credit("afp", "mention", 30, 40, "", "")]]
    places = pairs_of(len(texts))
    turned = [n % 3 == 1 for n in range(len(places))]
    work, shelf = ENGINES["c"], ENGINES["c"].shelf()
    found = work.comparisons(texts, half, places, turned, Settings(), shelf)
    rows = work.judgements(texts, half, credits, places, turned, found).tolist()
    taken = [None] * len(texts)
    given = (texts, half, credits, places, turned, found, shelf if on_shelf else None, None)
    assert work.judgements(*given, taken).tolist() == rows
    assert taken == work.notes(texts, half, credits)  # each shares something
    some = [note if kept else None for note, kept in zip(taken, known, strict=True)]
    assert work.judgements(*given, some).tolist() == rows
    assert some == taken
    other = [*taken[1:], taken[0]]  # those of other texts do not fit, or are of no use
    if len({len(note) for note in taken}) > 1:
        with pytest.raises(ValueError, match="not those of these texts"):
            work.judgements(*given, other)
    cut, grown, none = taken[0][:-1], taken[0] + b"\0", b""
    odd = taken[0][:-1] + b"\xff"  # a kind that is not there
    for bad in (cut, grown, none, odd, b"\0" + taken[0][1:]):
        with pytest.raises(ValueError, match="not those of these texts"):
            work.judgements(*given, [bad, *taken[1:]])
    for wrong in ([*taken[1:], 5], taken[1:], tuple(taken), [*taken[1:], b"x"]):
        with pytest.raises((TypeError, ValueError)):
            work.judgements(*given, wrong)


@fast
@given(st.lists(TEXTS, max_size=4), st.sampled_from([[], AP]), st.booleans())
@example(["“We will go,” said Ann.", "", "“— Ann (@ann) May”", "\ud800 人が"], AP, False)
def test_the_engine_notes_what_plain_python_sees(texts, credits, halved):
    said = [credits for _ in texts]
    half = [[Span(0, len(text) // 2), Span(len(text) // 2 + 1, len(text))] if len(text) > 2 else [] for text in texts]
    bodies = half if halved else None
    assert ENGINES["c"].notes(texts, bodies, said) == notes(texts, bodies, said)


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_notes_of_a_text_with_all_kinds_of_words(engine):
    sorts = {bits: word for word, bits in looks.bits_of_words().items() if word.isalpha()}
    forms = [form for word in [*sorts.values(), "trawler"] for form in (word, word.title(), word.upper())]
    behind = (" ", ", ", ". ", "; he: ", " (", ") ", "… ")

    def text_of(forms):
        plain = "".join(form + each for form in forms for each in behind)
        return f"{plain}\n\n“{plain}” he said. “{plain}” says a statement.\n\n"

    texts = [text_of(forms[:count]) for count in range(1, len(forms) + 1)]
    found = ENGINES[engine].notes(texts, None, [[]] * len(texts))
    assert found == notes(texts, None, [[]] * len(texts))
    kinds = [note[0] for note in found]
    assert kinds[-1] == 0
    assert max(kinds) > 240
    text, note = texts[-1], found[-1]
    places, turned, found = found_of([text] * 2)
    rows = PLAIN([text] * 2, None, [[]] * 2, places, turned, found)
    again = ENGINES[engine].judgements([text] * 2, None, [[]] * 2, places, turned, found, None, None, [note] * 2)
    assert again.tolist() == rows.tolist()


def test_who_changes_what_the_judge_sees_gives_it_another_number():
    """An index keeps notes: raise ``dedup.index.scheme.NOTES`` with these digests, or old notes will be believed."""
    texts = [document.text for document in seeds()]
    digest = xxhash.xxh64(repr(sorted(looks.bits_of_words().items())).encode())
    digest.update(b"".join(notes(texts, None, [[]] * len(texts))))
    assert (NOTES, digest.hexdigest()) == (1, "9fa2904f198114d4")


def test_notes_are_held_until_the_last_pair():
    pairs = np.array([0 << 32 | 1, 0 << 32 | 2, 1 << 32 | 2], np.uint64)
    notes = _Notes(pairs, 4, 10)
    notes.keep([0, 1], [b"aaa", b"bbb"], 1)
    assert notes.of([0, 1, 2]) == [b"aaa", b"bbb", None]
    notes.keep([0, 2], [b"aaa", b"ccccc"], 2)  # 0 does not come again; there is room for 2 then
    assert notes.of([0, 1, 2]) == [None, b"bbb", b"ccccc"]
    notes.keep([1, 2], [b"bbb", b"ccccc"], 3)
    assert notes.of([0, 1, 2]) == [None, None, None]
    notes.keep([0], [b"x" * 11], 0)
    assert notes.of([0]) == [None]


@fast
def test_no_number_is_believed():
    text = "“One two three four,” said Ann."
    good = [[[0, 1]], [[0, 0, 0, 0, 1]], [[2, 0, 3, 0, 3]], [[0, 0, 2, 0, 0, 0, 0], [3, 3, 1, 0, 0, 0, 0]]]

    def ask(place=0, rows=(), told=(None, None), given=(None, None), turned=b"\0"):
        tables = [rows if n == place and rows else table for n, table in enumerate(good)]
        arrays = [np.array(table, np.int32) for table in tables]
        tail = (*arrays, looks.lexicon(), looks._table()[0])
        return looks._engine.judgements([text] * 2, None, told, given, turned, *tail)

    assert len(ask()) == 17 * 4
    for place, rows in (
        (0, [[0, 2]]),
        (0, [[-1, 0]]),
        (1, [[0, 0, 0, 0, 2]]),
        (1, [[0, 0, 0, 0, 0]]),
        (1, [[0, 0, 0, 0, -1]]),
        (2, [[0, 0, 3, 0, 3]]),
        (2, [[3, 0, 3, 0, 3]]),
        (2, [[1, 0, 3, 0, 3]]),
        (2, [[-2, 0, 3, 0, 3]]),
        *(
            (3, [[0, 0, 2, 0, 0, 0, 0], block])
            for block in ([3, 3, 0] + [0] * 4, [1, 3, 1] + [0] * 4, [3, 1, 1] + [0] * 4, [5, 5, 2] + [0] * 4)
        ),
        (3, [[-1, 0, 2, 0, 0, 0, 0], [3, 3, 1, 0, 0, 0, 0]]),
        (3, [[2**31 - 1, 0, 2**31 - 1, 0, 0, 0, 0], [3, 3, 1, 0, 0, 0, 0]]),
    ):
        with pytest.raises(ValueError, match="of these texts"):
            ask(place, rows)
    for place in range(4):
        with pytest.raises(ValueError, match="whole rows"):
            ask(place, [[1, 2, 3]])
    with pytest.raises(ValueError, match="for each pair"):
        ask(turned=b"")
    with pytest.raises(ValueError, match="for each pair"):
        ask(0, [[0, 1], [0, 1]])
    with pytest.raises(ValueError, match="one for each text"):
        ask(told=(None,))
    with pytest.raises(ValueError, match="no aligned array"):
        ask(told=(b"odd", None))
    with pytest.raises(ValueError, match="rise"):
        ask(given=(np.array([3, 2, 0]), None))
    with pytest.raises(ValueError, match="rise"):
        looks._engine.notes([text], None, (None,), (np.array([3, 2, 0]),), looks.lexicon(), looks._table()[0])
    with pytest.raises(ValueError, match="one for each text"):
        looks._engine.notes([text], None, (None,), (), looks.lexicon(), looks._table()[0])
    with pytest.raises(ValueError, match="not of all"):
        looks._engine.notes([text], None, (None,), (None,), looks.lexicon(), b"")
    with pytest.raises((TypeError, ValueError)):
        looks._engine.notes([text], None, (None,), (None,), None, looks._table()[0])
    with pytest.raises(TypeError):
        looks._engine.notes([5], None, (None,), (None,), looks.lexicon(), looks._table()[0])
    with pytest.raises(ValueError, match="rise"):
        ask(given=(None, np.array([0, 99, 0])))


ROWS = st.tuples(st.integers(0, 9), st.integers(0, 3), st.integers(0, 1))


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 120), st.integers(0, 120), ROWS), max_size=9))
def test_neighbours_support_each_other(passages):
    ends = np.array([(a, a + 5, b, b + 5) for _, a, b, _ in passages], np.int32).reshape(-1, 4)
    rows = [Counts(content=content, edits=edits, public=public) for *_, (content, edits, public) in passages]
    expected = [0] * len(rows)
    for pair in range(3):
        order = sorted((n for n in range(len(rows)) if passages[n][0] == pair), key=lambda n: (ends[n].tolist(), n))
        for first, second in pairwise(order):
            gaps = ends[second][0] - ends[first][1], ends[second][2] - ends[first][3]
            if all(0 <= gap <= NEIGHBOUR_WORDS for gap in gaps):
                for one, other in ((first, second), (second, first)):
                    expected[one] |= decibans(rows[other]) > 0 and not rows[one].public
    table = np.array(rows, np.int32).reshape(-1, len(Counts._fields))
    assert supported(table, ends, np.array([each[0] for each in passages], np.int32))[:, -1].tolist() == expected
