"""Sentences: borders, and bags of terms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.model import Span
from dedup.sentences import Sentences, sentence_starts, widened
from dedup.text import fold

TEXTS = st.text(st.sampled_from("ab C.!?\n\n \"'”1é東。"), max_size=80)


def sentences(text):
    starts = sentence_starts(text)
    return [text[start:end].strip() for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He left. She stayed.", ["He left.", "She stayed."]),
        ("“Go!” she said. “Now!” He went.", ["“Go!” she said.", "“Now!”", "He went."]),
        ("It cost 3.5 million. Then 4.", ["It cost 3.5 million.", "Then 4."]),
        ("Wait... what? No.", ["Wait... what?", "No."]),
        ("A heading\n\nThe story begins.", ["A heading", "The story begins."]),
        ("东京很大。天气很好。", ["东京很大。", "天气很好。"]),
        ("", [""]),
    ],
)
def test_borders(text, expected):
    assert sentences(text) == expected


@given(TEXTS)
def test_starts_rise_from_the_beginning(text):
    starts = sentence_starts(text)
    assert starts[0] == 0
    assert starts == sorted(set(starts))
    assert all(start <= len(text) for start in starts)


@given(TEXTS, st.data())
def test_a_widened_span_holds_the_span_and_does_not_widen_again(text, data):
    start = data.draw(st.integers(0, len(text)))
    span = Span(start, data.draw(st.integers(start, len(text))))
    starts = sentence_starts(text)
    wide = widened(text, starts, span)
    assert wide.start <= span.start <= span.end <= wide.end <= len(text)
    if text[wide.start : wide.end].strip():
        assert widened(text, starts, wide) == wide


@given(TEXTS)
def test_every_word_is_in_one_sentence(text):
    tokens = fold(text)
    first = Sentences(text, tokens).first.tolist()
    assert first[0] == 0
    assert first[-1] == len(tokens)
    assert first == sorted(set(first))


def test_terms_are_the_first_letters_in_any_script_and_engine():
    from dedup.engine import engine

    text = "Negotiators negotiated; the negotiator's, чиновники чиновников, cafés café"
    plain = Sentences(text, fold(text)).terms.tolist()
    assert plain[0] == plain[1] == plain[3]
    assert plain[4] == plain[5] != plain[0]
    assert len(set(plain)) == 5  # cafés is no café in six letters
    assert Sentences(text, engine("auto").fold(text, None)).terms.tolist() == plain
