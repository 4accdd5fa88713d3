"""Lines: C and the plain specification agree on any text."""

from hypothesis import example, given
from hypothesis import strategies as st

from dedup.lines import READ, lines, plain_lines

parts = st.sampled_from(
    ["\n", "\r\n", "\x85", "\u2028", "\x1c", " ", "\t", "\xa0", "- ", "•", "word", "語", "ไทย", "가"]
)
ends = st.sampled_from(
    [".", "!”", "’", '."', "…", "。", "։", ")", "*_", "»", "-", ">", "\ud800", "\U0001f600", "x" * 399]
)
any_text = st.lists(st.one_of(parts, ends, st.text(max_size=5)), max_size=30).map("".join)


@given(any_text)
@example("- ")
@example("-")
@example("“" * 300 + "”" * 600)
@example("x" * 900 + "”" * READ)
@example("x" * 900 + ".”" + ")" * (READ - 1))
@example("漢" * (READ - 1) + "”")
@example("- " + " " * 900 + "x")
def test_c_and_the_plain_specification_agree(text):
    assert lines(text) == list(plain_lines(text))
