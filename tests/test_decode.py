"""Bytes to text: the encoding is right, stated, or the file is refused."""

import codecs
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import UnreadableError
from dedup.readers.decode import decode

TEXTS = {
    "cp1252": "“The café is naïve” — he said, at the Élysée, and paid 5 € for the déjeuner.",
    "cp1251": "Президент России сказал сегодня, что переговоры будут продолжены на следующей неделе.",
    "koi8-r": "Президент России сказал сегодня, что переговоры будут продолжены на следующей неделе.",
    "shift_jis": "中国の外務省は今日、声明を発表した。大統領は会談を続けると述べた。",
    "gb18030": "中国外交部今天发表声明称，两国领导人将继续会谈。",
    "cp1256": "قال الرئيس اليوم إن المحادثات ستستمر الأسبوع المقبل بين البلدين في العاصمة.",
    "cp1250": "Prezydent powiedział dzisiaj, że żaden z polityków nie będzie uczestniczył w rozmowach.",
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_legacy_encodings_are_detected_and_named(encoding):
    text, name = decode(TEXTS[encoding].encode(encoding), "a.txt")
    assert (text, name) == (TEXTS[encoding], encoding)


@pytest.mark.parametrize("start", [0, 100_000, 5_000_000])
def test_one_accent_far_into_the_file_is_enough(start):
    data = b"plain English. " * (start // 15) + TEXTS["cp1252"].encode("cp1252") + b" plain." * 20_000
    text, name = decode(data, "a.txt")
    assert name == "cp1252"
    assert TEXTS["cp1252"] in text


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (codecs.BOM_UTF8 + "Ä".encode(), "utf-8-sig"),
        (codecs.BOM_UTF16_LE + "Ä".encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + "Ä".encode("utf-16-be"), "utf-16"),
        (codecs.BOM_UTF32_LE + "Ä".encode("utf-32-le"), "utf-32"),
        (codecs.BOM_UTF32_BE + "Ä".encode("utf-32-be"), "utf-32"),
        ("Ä".encode(), "utf-8"),
    ],
)
def test_byte_order_marks_decide_and_are_no_text(data, name):
    assert decode(data, "a.txt") == ("Ä", name)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty: 0 bytes"),
        (b"abc\x00", "binary: a NUL byte at offset 3; UTF-16 needs a byte order mark"),
        (b"\x89PNG\r\n", "binary: a PNG picture, not text"),
        (b"PK\x03\x04rest", "binary: a zip archive or an office document, not text"),
        ("Größe für Äpfel".encode() + b"\xff", "damaged UTF-8: byte 0xff at offset 19"),
        ("Größe für Äpfel…".encode()[:-1], "damaged UTF-8: byte 0xe2 at offset 19"),
        (codecs.BOM_UTF16_LE + b"a", "damaged utf-16: byte 2; convert it to UTF-8"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(data, reason):
    with pytest.raises(UnreadableError) as caught:
        decode(data, "a.txt")
    assert (caught.value.path, caught.value.reason) == ("a.txt", reason)


def test_without_the_detector_the_file_is_refused_with_the_command_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "resiliparse.parse.encoding", None)
    with pytest.raises(UnreadableError, match="not UTF-8; pip install resiliparse"):
        decode(TEXTS["cp1252"].encode("cp1252"), "a.txt")


def tried(data):
    """What decode answers, or the error it raises."""
    try:
        return decode(data, "a.txt")
    except UnreadableError as error:
        return error


@given(st.text(min_size=1).filter(lambda text: "\0" not in text))
def test_utf8_round_trips(text):
    answer = tried(text.encode())
    if isinstance(answer, UnreadableError):
        assert answer.reason.startswith("binary")
    else:
        assert answer[0] == text.removeprefix("\ufeff")
        assert answer[1].startswith("utf")


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_exactly_or_refused(data):
    answer = tried(data)
    if isinstance(answer, UnreadableError):
        assert answer.reason
    else:
        assert data.decode(answer[1]) == answer[0]
