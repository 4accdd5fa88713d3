"""Fold: words and offsets."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.model import Span
from dedup.text import fold, is_dense


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("U.S. and US", ["us", "and", "us"]),
        ("the U.S.'s debt", ["the", "us's", "debt"]),
        ("J.K. Rowling, e.g. at 5 a.m.", ["jk", "rowling", "eg", "at", "5", "am"]),
        ("Moscow's Moscow’s Moscowʼs", ["moscow's"] * 3),
        ("the students' ‘union’", ["the", "students", "union"]),
        ("hard-earned no‑limits", ["hard", "earned", "no", "limits"]),
        ("$1,000,000 and 3.5%", ["1000000", "and", "3.5"]),
        ("2,three 4. Five", ["2", "three", "4", "five"]),
        ("ﬁnance ＡＢＣ Straße", ["finance", "abc", "strasse"]),
        ("soft\u00adhyphen zero\u200bwidth", ["softhyphen", "zerowidth"]),
        ("no\u00a0break line\nend", ["no", "break", "line", "end"]),
        ("東京で", ["東", "京", "で"]),
        ("한국어 뉴스", ["한국어", "뉴스"]),
        ("", []),
        ("…—“”", []),
        ("\ud800 lone\udfff", ["lone"]),
    ],
)
def test_words(text, words):
    assert fold(text).words == words


def test_accents_in_one_or_two_characters_are_equal():
    composed = unicodedata.normalize("NFC", "Café Zürich Đà Nẵng")
    assert fold(composed).words == fold(unicodedata.normalize("NFD", composed)).words


@given(st.text(st.characters(exclude_categories=[]), max_size=60))
def test_offsets_show_the_word(text):
    tokens = fold(text)
    end = 0
    for word, start, stop in zip(tokens.words, tokens.starts, tokens.ends, strict=True):
        assert end <= start < stop <= len(text)
        assert word
        assert " " not in word
        # The word is what its own characters fold to, whatever stands around them.
        assert fold(text[start:stop]).words == [word]
        end = stop


@given(st.text(max_size=80), st.text(max_size=80))
def test_spans_are_read_as_if_alone(left, right):
    text = f"{left}\n{right}"
    both = fold(text, [Span(0, len(left)), Span(len(left) + 1, len(text))])
    assert both.words == fold(left).words + fold(right).words
    assert [start - len(left) - 1 for start in both.starts[len(fold(left)) :]] == fold(right).starts


@given(st.text(alphabet="aBc'’.,1 é-", max_size=40))
def test_case_and_quote_marks_do_not_matter(text):
    assert fold(text.upper()).words == fold(text).words
    assert fold(text.replace("’", "'")).words == fold(text).words


def test_linear_on_hostile_text():
    for text in ("a" * 3_000_000, "a." * 500_000, "1," * 500_000, "'" * 1_000_000):
        fold(text)


def test_dense_scripts():
    assert is_dense(fold("習近平はプーチン氏と会談した"))
    assert not is_dense(fold("Xi Jinping met Putin 北京"))
    assert not is_dense(fold(""))
