"""Stamps: what is kept of the dates of an article; ``dedup.dates`` reads them."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

__all__ = ["NO_DATES", "Dates", "Stamp", "iso"]


class Stamp(NamedTuple):
    """A time as exactly as it was said: ``start`` included, ``end`` not; both with a time zone."""

    start: datetime
    end: datetime


class Dates(NamedTuple):
    """What is kept of an article's dates: the time of its record; and, where there is none, the stamp of
    its page, the latest day it names, and the latest two years in succession before which it is not set."""

    record: Stamp | None
    stamp: Stamp | None = None
    day: datetime | None = None
    years: tuple[int, ...] = ()


NO_DATES = Dates(None)


def iso(published: datetime | None) -> str | None:
    """A day where only the day is known, which is when the time is midnight."""
    if published is None:
        return None
    midnight = (published.hour, published.minute, published.second) == (0, 0, 0)
    return published.date().isoformat() if midnight else published.isoformat()
