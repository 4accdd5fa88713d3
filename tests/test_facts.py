"""Facts: what is known of each word, in C as in plain Python; and no buffer is believed."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup import looks, quotations
from dedup.facts import Facts, joined, shared
from dedup.looks import CAPITAL, INSIDE, NAME, look, look_plain, repeated_names
from dedup.model import Credit
from dedup.quotations import quoted_words
from dedup.speech import bits_of_words, languages, speech
from dedup.text import fold
from tests.newsroom import seeds

try:
    from dedup import native
except ImportError:
    native = None  # type: ignore[assignment]

built = pytest.mark.skipif(native is None, reason="the C engine is not built")

PIECES = [
    *"“”„«»\"‘’'「」『』‟.…,!?:;()[]—–-\n\r\t _1é中กx",
    *(
        "said ",
        "told AP ",
        "he ",
        "statement ",
        "on ",
        "Xi ",
        "Ann Lee ",
        "Lee's ",
        "lee ",
        "lee's ",
        "French ",
        "China's ",
    ),
    *(
        "president ",
        "Minister ",
        "the ",
        "rain ",
        "realise ",
        "realize ",
        ", a ",
        ", who ",
        ", 42 ",
        ", an",
        " [...] ",
        "... ",
    ),
    *(
        "police said ",
        "said: “",
        "conference ",
        "sagte Merkel ",
        "– ",
        "\n— ",
        " —dijo Ana",
        "‹",
        "›",
        " ”Vi",
        "ministry ",
    ),
    *("[sic] ", ". . . ", "\n\n", "U.S. ", "EU ", "ǅ", "Ⅳ ", "²", "\ud800", "😀", "\u200b", "İ", "ß ", "— Ann (@ann)"),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=60).map("".join) | st.text(max_size=30)
AP = [Credit("ap", "mention", 3, 10, "told AP", "mention"), Credit("ap", "mention", 40, 47, "told AP", "mention")]


def both(text):
    """The same words, folded by either engine."""
    return fold(text), native.fold(text)


@built
@given(TEXTS)
@example("A'S a's's A " * 3)
@example("“" + "said, Xi’s ”" * 5)
def test_looks_in_c_are_those_of_plain_python(text):
    plain, fast = both(text)
    assert look(text, fast) == look_plain(text, plain) == look(text, plain)


@built
@given(TEXTS, st.sampled_from([[], AP]))
@example("“a” “b”\n\n\n“c”, said Ann Lee, a baker. Xi, of x, said “d”.", [])
def test_quotations_in_c_are_those_of_plain_python(text, credits):
    plain, fast = both(text)
    known = look(text, plain)
    assert quotations.quotations(text, fast, credits) == quotations.quotations(text, plain, credits)
    assert quoted_words(text, fast, credits, known) == quoted_words(text, plain, credits, known)


@built
def test_articles_are_the_same_in_c():
    for text in (document.text for document in seeds()):
        plain, fast = both(text)
        assert look(text, fast) == look_plain(text, plain)
        assert quotations.quotations(text, fast) == quotations.quotations(text, plain)


def planes(text):
    facts = Facts(text, native.fold(text))
    return facts.listed, facts.looks, facts.quoted


@built
def test_threads_do_not_disturb_each_other():
    texts = [document.text for document in seeds()] * 4
    alone = [planes(text) for text in texts]
    start = threading.Barrier(4)

    def work(_):
        start.wait()
        return [planes(text) for text in texts]

    with ThreadPoolExecutor(4) as pool:
        assert all(found == alone for found in pool.map(work, range(4)))


@built
def test_no_buffer_is_believed():
    text = "“One two,” said Ann."
    parts = looks.in_c(text, native.fold(text))
    known = look(text, native.fold(text))
    engine, long, table = looks._engine, b"\xff" * 8, looks._table()[0]
    for place, wrong in (
        (1, b""),
        (2, parts[2][8:]),
        (2, long * 5),
        (3, long * 4),
        (4, long * 4),
        (4, b""),
        (3, b"odd"),
    ):
        broken = (*parts[:place], wrong, *parts[place + 1 :])
        with pytest.raises(ValueError, match=r"words of this text|no aligned array"):
            engine.look(broken, table)
        with pytest.raises(ValueError, match=r"words of this text|no aligned array"):
            engine.quotations(broken, known, b"", None)
    with pytest.raises(ValueError, match="PyCapsule"):
        engine.look((*parts[:5], engine.__spec__), table)
    with pytest.raises(ValueError, match="not of all"):
        engine.look(parts, b"w")
    with pytest.raises(ValueError, match="a byte a word"):
        engine.quotations(parts, (b"", b""), b"", None)
    with pytest.raises(ValueError, match="rise"):
        engine.quotations(parts, known, b"", b"\1" * 48)
    with pytest.raises(ValueError, match="lexicon"):
        engine.lexicon(b"a", b"\1\1")


@built
def test_linear_on_hostile_text():
    for text in (
        "“" * 200_000,
        "said “.” " * 20_000 + ", " + "“.” " * 50_000 + "Xi, said",
        "A's " * 50_000,
        ".[…" * 90_000,
    ):
        Facts(text, native.fold(text))


def names(text):
    tokens = fold(text)
    return [word for word, seen in zip(tokens.words, look(text, tokens).looks, strict=True) if seen & NAME]


def test_names_are_capitals_inside_a_sentence_and_numbers():
    text = "The old man met Ann Lee in Oslo on 16 May and then went home again."
    assert names(text) == ["ann", "lee", "oslo", "16", "may"]


def test_the_first_word_of_a_sentence_counts_when_it_is_never_small():
    text = "Lee was late. He said that Lee had a cold. The man left and the rest of them went home."
    assert names(text).count("lee") == 2
    assert "the" not in names(text)


def test_where_everything_is_large_capitals_say_nothing():
    assert names("THE OLD MAN MET ANN LEE IN OSLO TODAY") == []


def test_repeated_names_say_what_it_is_about():
    text = "In the end Ann Lee met Bo in Oslo, and then Lee took the night train back to Oslo with a friend."
    tokens = fold(text)
    assert repeated_names(tokens, look(text, tokens)) == Facts(text, tokens).repeated == {"lee", "oslo"}


def test_an_inside_capital_is_a_capital():
    text = "Ann met Bo. “Cy met dee.” It is [D] e"
    assert all(seen & CAPITAL for seen in look(text, fold(text)).looks if seen & INSIDE)


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_bytes_combine_as_their_bits_do(one, two):
    size = min(len(one), len(two))
    one, two = one[:size], two[:size]
    assert joined(one, two) == bytes(x | y for x, y in zip(one, two, strict=True))
    assert shared(one, two) == bytes(x & y for x, y in zip(one, two, strict=True))


def test_word_lists_are_folded():
    for language in languages():
        for words in speech(language):
            assert all(fold(word).words == [word] for word in words), language


def test_english_words_keep_their_lists_beside_other_languages():
    bits = bits_of_words()
    english = set().union(*speech("en"))
    assert all(bits[word] for language in languages() for words in speech(language) for word in words)
    for word in ("war", "die", "come", "met", "hat", "pour", "sin", "tribune", "fiscal"):
        assert word not in bits or word in english
