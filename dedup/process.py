"""Process: what is done at first in a process that does nothing but dedup's work; a part of the command line."""

from __future__ import annotations

import os
import sys

from dedup.garbage import process_of_ours
from dedup.kept import keep_in

__all__ = ["ready"]


def ready() -> None:
    """Look for cycles of objects seldom, and keep what is made of the package's own data in the user's cache.

    It is a folder ``dedup`` where the user's programs keep what they can make again; the environment variable
    ``DEDUP_CACHE=off`` keeps nothing.
    """
    process_of_ours()
    if folder := _cache():
        keep_in(folder)


def _cache() -> str | None:
    """Where the user's programs keep what they can make again; None where that is not known, or not wanted."""
    if os.environ.get("DEDUP_CACHE") == "off":
        return None
    usual = {"win32": os.environ.get("LOCALAPPDATA", ""), "darwin": os.path.expanduser("~/Library/Caches")}  # noqa: PTH111
    base = os.environ.get("XDG_CACHE_HOME") or usual.get(sys.platform, os.path.expanduser("~/.cache"))  # noqa: PTH111
    return os.path.join(base, "dedup") if os.path.isabs(base) else None  # noqa: PTH117, PTH118
