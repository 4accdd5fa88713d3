"""Article text is data: what every text format has to be rid of before it can hold it."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["json_text", "storable", "storable_names"]

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


def storable_names(names: Iterable[str]) -> dict[str, str]:
    """Return each of ``names`` as a format can hold it on one line, no two alike.

    >>> storable_names(["a", "a\\x00", "a\\ud800", "b\\nc"])
    {'a': 'a', 'a\\x00': 'a�', 'a\\ud800': 'a�~2', 'b\\nc': 'b c'}
    """
    taken: dict[str, str] = {}
    used: set[str] = set()
    for name in names:
        short = unique = " ".join(storable(name).split())
        number = 1
        while unique in used:
            number += 1
            unique = f"{short}~{number}"
        used.add(unique)
        taken[name] = unique
    return taken


def json_text(text: str) -> str:
    r"""Return JSON ``text`` with lone surrogates as escapes, so that UTF-8 can hold it.

    They can stand only inside strings, so replacing them in the finished text is safe.

    >>> print(json_text('["\ud800"]'))
    ["\ud800"]
    """
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
