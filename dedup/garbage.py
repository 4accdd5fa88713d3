"""Garbage: how often Python looks for cycles of objects that nothing else holds.

Articles make hardly any, and to look takes a tenth of the time.
"""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

__all__ = ["process_of_ours", "rarely_collected"]

_SELDOM = (1_000_000, 20, 100)
"""Objects made until the youngest are looked through, and how often those before the older ones."""


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Look for cycles seldom.

    Threads may be inside at once; the last one out leaves all as the first found it.
    """
    with _INSIDE.lock:
        _INSIDE.count += 1
        if _INSIDE.count == 1:
            _INSIDE.before = gc.get_threshold()
            gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        with _INSIDE.lock:
            _INSIDE.count -= 1
            if not _INSIDE.count:
                gc.set_threshold(*_INSIDE.before)


class _Inside:
    """How many are inside ``rarely_collected``, and what was set before."""

    lock, count, before = Lock(), 0, (0, 0, 0)


_INSIDE = _Inside()


def process_of_ours() -> None:
    """Look for cycles seldom from here on, and at the end not at all: for a process that does nothing but dedup's work.

    Otherwise Python goes through all objects several times when it ends, before the memory is given back as a whole:
    60 to 90 milliseconds after a scan of five articles.
    """
    gc.set_threshold(*_SELDOM)
    atexit.register(gc.freeze)
