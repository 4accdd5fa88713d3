"""Article text is data: what every text format has to be rid of before it can hold it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

__all__ = ["Names", "json_text", "storable"]

_NUMBERS = re.compile(r"(?:~[0-9]+)+\Z")
_SURROGATE = re.compile("[\ud800-\udfff]")
# What XML 1.0 (section 2.2) cannot hold even as a character reference: C0 controls but tab, line
# feed and carriage return; surrogates, which UTF-8 cannot hold either; two non-characters.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def storable(text: str) -> str:
    """Return ``text`` with each character that XML 1.0 or UTF-8 forbids replaced by U+FFFD.

    The length stays the same.

    >>> storable("a\\x1b[31m\\ud800b")
    'a\ufffd[31m\ufffdb'
    """
    return _UNSTORABLE.sub("\ufffd", text)


class Names(Mapping[str, str]):
    """Names as a format can hold them on one line, no two alike.

    Only those that have to be changed are kept, and ``names`` is gone through twice if there are any.

    >>> names = Names(lambda: ["a", "a\\x00", "a\\ud800", "b\\nc"])
    >>> [names[name] for name in ("a", "a\\x00", "a\\ud800", "b\\nc")]
    ['a', 'a�', 'a�~2', 'b c']
    """

    def __init__(self, names: Callable[[], Iterable[str]]) -> None:
        self._names = names
        self._changed: dict[str, str] = {}
        # Two names can only get into each other's way if they are one but for numbers at the end.
        odd = {_stem(short) for name in names() if (short := _short(name)) != name}
        used: set[str] = set()
        for name in names() if odd else ():
            short = unique = _short(name)
            if _stem(short) in odd:
                number = 1
                while unique in used:
                    number += 1
                    unique = f"{short}~{number}"
                used.add(unique)
                self._changed[name] = unique

    def __getitem__(self, name: str) -> str:
        return self._changed.get(name, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return sum(1 for _ in self._names())


def _short(name: str) -> str:
    return " ".join(storable(name).split())


def _stem(short: str) -> str:
    return _NUMBERS.sub("", short)


def json_text(text: str) -> str:
    r"""Return JSON ``text`` with lone surrogates as escapes, so that UTF-8 can hold it.

    They can stand only inside strings, so replacing them in the finished text is safe.

    >>> print(json_text('["\ud800"]'))
    ["\ud800"]
    """
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
