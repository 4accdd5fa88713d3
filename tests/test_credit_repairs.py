"""Damaged lines, mended before they are read; spans stay those of the text as it is."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_credits import page

from dedup.credit_repairs import damaged, mended
from dedup.credits import read_credits

KOREAN = "(서울=연합뉴스) 홍길동 기자 = 회담이 열렸다."
RUSSIAN = "МОСКВА, 3 ноября. /ТАСС/. Правительство собралось."


@pytest.mark.parametrize(
    ("line", "wire", "text"),
    [
        (
            "R o m a ,  9  o t t .  ( A d n k r o n o s )  -  Due morti",
            "adnkronos",
            "R o m a ,  9  o t t .  ( A d n k r",
        ),
        ("R o m a , 9 o t t . ( A d n k r o n o s ) - D u e m o r t i", "adnkronos", "R o m a , 9 o t t . ( A d n k"),
        ("PARIS (AFP) \xe2\u20ac\u201d Two people died on Friday.", "afp", "PARIS (AFP) \xe2\u20ac\u201d"),
        (RUSSIAN.encode().decode("latin-1"), "tass", "Ð"),
        (KOREAN.encode().decode("latin-1"), "yonhap", "("),
        (KOREAN.encode("cp949").decode("latin-1"), "yonhap", "("),
        ("ＬＯＮＤＯＮ（Ｒｅｕｔｅｒｓ）－ Two people died on Friday.", "reuters", "ＬＯＮＤＯＮ（Ｒｅｕｔｅｒｓ）－"),
        ("LONDON\xa0(Reuters)\xa0- Two people died on Friday.", "reuters", "LONDON\xa0(Reuters)\xa0-"),
        (
            "LONDON&nbsp;(Reuters)&#160;&mdash; Two people died on Friday.",
            "reuters",
            "LONDON&nbsp;(Reuters)&#160;&mdash;",
        ),
        ("PARIS (AFP) &#x2013; AT&amp;T cut jobs on Friday.", "afp", "PARIS (AFP) &#x2013;"),
        ("LONDON (REUTERS) - TWO PEOPLE DIED ON FRIDAY.", "reuters", "LONDON (REUTERS) -"),
    ],
)
def test_damaged_datelines(line: str, wire: str, text: str) -> None:
    whole = page(line, "head")
    [credit] = [credit for credit in read_credits(whole) if credit.role == "origin"]
    assert credit.wire == wire
    assert credit.text.startswith(text)
    assert whole[credit.start : credit.end] == credit.text


@pytest.mark.parametrize(
    "line",
    [
        "All rights reserved.© 2024 Reuters",
        "&copy; 2024 Reuters. All rights reserved.",
        "COPYRIGHT 2024 THE ASSOCIATED PRESS. ALL RIGHTS RESERVED.",
        "Copyright 2024 Reuters. All rights reserved.This material may not be published.",
    ],
)
def test_missing_blanks_and_capitals(line: str) -> None:
    assert {credit.role for credit in read_credits(page(line))} == {"rights"}


@pytest.mark.parametrize(
    "line",
    [
        *("", "A plain line", "Ann B. C. Lee", "Übergröße für Ä, Ö und Ü", "naïve café", "1 2 3", "«Ça va, déjà?»"),
        *(
            "a b c",
            "AT&T; Reuters",
            "& so; on",
            "&notes; (AP)",
            "&nosuch; (AP)",
            "&#99999999; (AP)",
            "&#1; (AP)",
            "R&D",
        ),
    ],
)
def test_what_is_whole_stays(line: str) -> None:
    assert mended(line) is None


@given(st.text(alphabet="ab &#6;\xc3\xa9\xe2\u20ac\u201d\xbf\xac\xc7\xd5()ТА", max_size=60))
def test_each_character_of_a_mended_line_stood_somewhere(line: str) -> None:
    found = mended(line)
    if found is None:
        return
    assert len(found.text) == len(found.starts) == len(found.ends)
    assert all(0 <= start < end <= len(line) for start, end in zip(found.starts, found.ends, strict=True))
    assert list(found.starts) == sorted(found.starts)
    for at in range(len(found.text)):
        start, end = found.original(0, at + 1)
        assert 0 <= start < end <= len(line)


def test_names_as_they_look_when_damaged() -> None:
    assert next(damaged("Ansa")) == "A n s a"
    assert not list(damaged("AP"))
    assert "ТАСС".encode().decode("latin-1") in damaged("ТАСС")


def test_mending_is_linear() -> None:
    """A line with many damaged places took the square of their number: each was put into a list of all."""

    def seconds(times: int) -> float:
        start = time.process_time()
        mended("\xbf\xac\xc7\xd5\xb4\xba\xbd\xba " * times)
        return time.process_time() - start

    assert any(seconds(40_000) < 20 * seconds(5_000) for _ in range(3))  # 8 times; the square is 64
