"""Bytes to text, and by which encoding: a wrong guess must be seen, so every guess is named.

A byte order mark decides; then strict UTF-8; then the detector of resiliparse (uchardet), which
was right on 7 of 7 legacy texts where charset-normalizer failed on 3.  Whatever is chosen must
decode every byte.  What would have to be repaired is refused, with the place of the damage.
"""

from __future__ import annotations

import codecs

from dedup.errors import UnreadableError

__all__ = ["decode"]

_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstandard"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"SQLite format 3", "an SQLite database"),
    (b"PAR1", "Parquet"),
)
_HEAD = 8192  # bytes looked through for NUL, as grep and git do
_SAMPLE = 1 << 16  # bytes either side of the first one that is not UTF-8, for the detector
_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\v\f\r\x1b")


def decode(data: bytes, path: str) -> tuple[str, str]:
    """The text of ``data`` and the name of its encoding; ``path`` is for the error.

    Newlines are kept as they are.  Raises ``UnreadableError`` for empty, binary and damaged data.

    >>> decode("Größe".encode(), "a.txt")
    ('Größe', 'utf-8')
    >>> decode("Der Präsident würde größere Änderungen wünschen.".encode("cp1252"), "a.txt")[1]
    'cp1252'
    >>> decode(b"GIF89a...", "a.txt")
    Traceback (most recent call last):
    ...
    dedup.errors.UnreadableError: a.txt: binary: a GIF picture, not text
    """
    if not data:
        raise UnreadableError(path, "empty: 0 bytes")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding, path), encoding
    for magic, name in _MAGIC:
        if data.startswith(magic):
            raise UnreadableError(path, f"binary: {name}, not text")
    if (nul := data.find(0, 0, _HEAD)) >= 0:
        raise UnreadableError(path, f"binary: a NUL byte at offset {nul}; UTF-16 needs a byte order mark")
    try:
        return data.decode(), "utf-8"
    except UnicodeDecodeError as error:
        at = error.start
    # Three characters of more than one byte that are valid UTF-8 do not happen in other encodings.
    if sum(1 for char in data[max(0, at - _SAMPLE) : at].decode(errors="ignore") if char > "\x7f") >= 3:
        raise UnreadableError(path, f"damaged UTF-8: byte 0x{data[at]:02x} at offset {at}")
    try:
        guess = _detect(data[max(0, at - _SAMPLE) : at + _SAMPLE])
    except ImportError:
        raise UnreadableError(path, "not UTF-8; pip install resiliparse to detect other encodings") from None
    if guess is None:
        raise UnreadableError(path, f"not UTF-8 (byte 0x{data[at]:02x} at offset {at}) and no encoding fits; try iconv")
    text = _strictly(data, guess, path)
    if sum(ord(char) in _CONTROL for char in text[:_HEAD]) > len(text[:_HEAD]) // 50:
        raise UnreadableError(path, "binary: more than 2 % control characters")
    return text, guess


def _strictly(data: bytes, encoding: str, path: str) -> str:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        at = f"byte {error.start}" if isinstance(error, UnicodeDecodeError) else "no such encoding"
        raise UnreadableError(path, f"damaged {encoding}: {at}; convert it to UTF-8") from None


def _detect(sample: bytes) -> str | None:
    from resiliparse.parse.encoding import detect_encoding

    name = (detect_encoding(sample, max_len=0) or "utf-8").lower()  # by the names of the web: Latin-1 is Windows-1252
    return None if name == "utf-8" else name  # UTF-8 is its word for "I do not know"
