"""When an article appeared: what its record or its page says, and whether to believe it.

Scrapers stamp a page with the day they took it.  Such a stamp would turn copies into originals, so
it is believed only where the text does not speak against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

from dedup.extension import extension
from dedup.kept import compiled
from dedup.kinds import LINE_KINDS
from dedup.model import Document, Line, Span
from dedup.page import Page
from dedup.stamps import Dates, Stamp

__all__ = [
    "LATE",
    "Stated",
    "dates",
    "latest_years",
    "parse_published",
    "stated",
    "trusted",
    "trusted_dates",
]

LATE = timedelta(days=30)  # later than this after its neighbours, a stamp is a scraper's
_STALE = 2  # years between the latest year in the text and the stamp

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier janv enero gennaio janeiro januari",
            "february feb februar février févr febrero febbraio fevereiro februari",
            "march mar märz mars marzo março maart",
            "april apr avril abril aprile",
            "may mai mayo maggio maio mei",
            "june jun juni juin junio giugno junho",
            "july jul juli juillet julio luglio julho",
            "august aug août agosto augustus",
            "september sep sept septembre septiembre settembre setembro",
            "october oct oktober okt octobre octubre ottobre outubro",
            "november nov novembre noviembre novembro",
            "december dec dezember dez décembre diciembre dicembre dezembro",
        ),
        1,
    )
    for name in names.split()
}
_NAME = "(?P<{}>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = (
    rf"\b{_NAME.format('m1')}\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y1>\d{{4}})\b"  # May 16, 2024
    rf"|\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th|\.|er)?\s+(?:de\s+)?{_NAME.format('m2')},?\s+(?:de[l]?\s+)?(?P<y2>\d{{4}})\b"
    r"|(?<!\d)(?P<y3>\d{4})(?P<s3>[-/.]|\.\s)(?P<m3>\d{1,2})(?P=s3)(?P<d3>\d{1,2})(?!\d)"  # 2024-05-16
    r"|(?<!\d)(?P<d4>\d{1,2})\.\s?(?P<m4>\d{1,2})\.\s?(?P<y4>\d{4})(?!\d)"  # 16.05.2024
    r"|(?P<y5>\d{4})\s?[年년]\s?(?P<m5>\d{1,2})\s?[月월]\s?(?P<d5>\d{1,2})\s?[日일]"
)
_NUMBER = re.compile(r"\d+")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:.](\d\d)(?::(\d\d))?\s*([ap])?\.?(?:m\b)?\.?\s*([a-z]{3,4}\b)?", re.IGNORECASE)
_ZONES = {"utc": 0, "gmt": 0, "bst": 1, "cet": 1, "cest": 2, "est": -5, "edt": -4, "cst": -6, "cdt": -5}
_ZONES |= {"mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "jst": 9, "aest": 10, "aedt": 11, "wib": 7}
_YEAR = re.compile(r"(?<![\d.,$€£#/-])(?:19\d\d|20\d\d|2100)(?![\d%]|[,.]\d|s\b|[- ](?:people|percent|per cent))")


_BODY, _STAMP = (LINE_KINDS.index(kind) for kind in ("body", "stamp"))
_NAMES_DAYS = 1 << _BODY | 1 << LINE_KINDS.index("caption")


class Stated(NamedTuple):
    """What a page says: its own stamp in the head, and the days its captions and body name."""

    stamp: Stamp | None
    days: tuple[Stamp, ...]


def parse_published(value: str | datetime | None) -> Stamp | None:
    """The time in ``value``: ISO 8601, RFC 2822, or a date as papers print it; None if there is none.

    A time without a zone is taken as UTC; a date without a time is the whole day.  Dates such as
    03/04/2024, which two continents read differently, are none.

    >>> parse_published("2024-05-16T09:30:00+02:00").start.isoformat()
    '2024-05-16T09:30:00+02:00'
    >>> [edge.isoformat() for edge in parse_published("Published 16 May 2024")]
    ['2024-05-16T00:00:00+00:00', '2024-05-17T00:00:00+00:00']
    """
    if isinstance(value, datetime):
        return _moment(value) if 1900 <= value.year <= 2100 else None
    return _parsed(value) if value and len(value) <= 200 else None


@lru_cache(maxsize=4096)
def _parsed(value: str) -> Stamp | None:
    """Many articles appear on one day."""
    value = value.strip()
    if len(value) > 10:  # shorter ones are dates
        for parse in (datetime.fromisoformat, _rfc_2822):
            try:
                return _moment(parse(value))
            except (ValueError, TypeError, IndexError, OverflowError):
                continue
    return next(_days(value, clock=True), None)


def stated(text: str, lines: Sequence[Line]) -> Stated:
    """The stamp in the head of a page, and the days named in its captions and body, in order.

    >>> from dedup.boilerplate import classify
    >>> page = "Storm\\nUpdated: 16 May 2024, 9:30 am\\nA storm began on May 15, 2024, and two people died in it."
    >>> [len(stated(page, classify(page)).days), stated(page, classify(page)).stamp.start.isoformat()]
    [1, '2024-05-16T09:30:00+00:00']
    """
    stamp: Stamp | None = None
    page = Page.of(lines)
    head = page.kinds.find(_BODY)
    at = page.kinds.find(_STAMP)
    while stamp is None and at >= 0 and not 0 <= head < at:
        stamp = parse_published(text[page[at].start : page[at].end])
        at = page.kinds.find(_STAMP, at + 1)
    days: list[Stamp] = []
    for start, end in _may_hold_days(text, page):
        days.extend(_days(text[start:end]))
    return Stated(stamp, tuple(days))


def dates(document: Document, lines: Sequence[Line], body: Sequence[Span]) -> Dates:
    """The dates of one article.  Its text is only asked where its record says nothing.

    >>> dates(Document("1", "It rained.", published="2024-05-16"), (), ()).record.start.isoformat()
    '2024-05-16T00:00:00+00:00'
    """
    if record := parse_published(document.published):
        return Dates(record)
    text = document.text
    said = stated(text, lines)
    years = latest_years("\n".join(text[span.start : span.end] for span in body)) if said.stamp else ()
    return Dates(None, said.stamp, max((day.start for day in said.days), default=None), years)


def latest_years(text: str) -> tuple[int, ...]:
    """The latest year from 1900 to 2100 in ``text`` and the one before it, if both are named; else the
    latest; sums of money and counts are none.

    >>> latest_years("In 2019, after $2050 and 2024 people, as in the 1990s."), latest_years("In 2023, after 2022.")
    ((2019,), (2023, 2022))
    """
    years = {int(match[0]) for match in _YEAR.finditer(text)}
    latest = max(years, default=None)
    return () if latest is None else (latest, latest - 1) if latest - 1 in years else (latest,)


def trusted(stamp: Stamp, years: Sequence[int] = (), neighbours: Sequence[datetime] = ()) -> bool:
    """Whether to believe that an article appeared at ``stamp``.

    Not if it is more than 30 days after the median of ``neighbours``, the days of two or more other
    articles about the same event.  Nor if its text is set in an earlier time: the latest of its
    ``years`` is two or more years back, and the year before that is named as well.  One old year
    alone says nothing: 84 of 369 articles with a known date name none but old ones; 8 of them
    name two in succession.

    >>> trusted(parse_published("2025-04-15"), latest_years("The plan of 2023 came after the invasion in 2022."))
    False
    >>> trusted(parse_published("2025-04-15"), latest_years("He was born in 1943."))
    True
    """
    usual = _median([day.timestamp() for day in neighbours]) if len(neighbours) >= 2 else float("inf")
    if stamp.start.timestamp() > usual + LATE.total_seconds():
        return False
    return not (len(years) == 2 and years[0] <= stamp.start.year - _STALE)


def trusted_dates(
    said: Mapping[str, Dates], events: Mapping[str, Sequence[str]] | None = None
) -> tuple[dict[str, datetime | None], frozenset[str]]:
    """When each article appeared, None where nothing believable says so; and whose stamp is not believed.

    ``published`` of the record goes before a stamp on the page, and only the latter is held
    against the years in the text.  ``events`` gives, by id, the articles about the same event.
    A neighbour's day is the time of its record, or else the latest day it names.
    """
    published: dict[str, datetime | None] = {}
    untrusted = set()
    for name, own in said.items():
        stamp = own.record or own.stamp
        if stamp is None:
            published[name] = None
            continue
        others = (said[other] for other in (events or {}).get(name, ()) if other != name and other in said)
        days = [other.record.start if other.record else other.day for other in others]
        published[name] = stamp.start if trusted(stamp, own.years, [day for day in days if day]) else None
        if not published[name]:
            untrusted.add(name)
    return published, frozenset(untrusted)


def _median(times: list[float]) -> float:
    times.sort()  # statistics.median would take longer to import than all else here
    return (times[(len(times) - 1) // 2] + times[len(times) // 2]) / 2


def _rfc_2822(value: str) -> datetime:
    small = value.lower()
    months = "jan feb mar apr may jun jul aug sep oct nov dec"
    if not any(month in small for month in months.split()):
        raise ValueError(f"{value!r} has no English month")
    from email.utils import parsedate_to_datetime  # here, because it takes 10 ms to load

    return parsedate_to_datetime(value)


def _moment(time: datetime) -> Stamp:
    if not 1900 <= time.year <= 2100:
        raise ValueError(f"{time.year} is no year of an article")
    time = time if time.tzinfo else time.replace(tzinfo=UTC)
    return Stamp(time, time)


def _may_hold_days(text: str, page: Page) -> Iterable[tuple[int, int]]:
    """The lines of captions and body where a number of four digits has another one near it: few, and ``_DAY`` is slow.

    Between a day and a year are a month and "th", "de", "del" at most, after a year one sign.  With the extension not
    the lines, but six words on each side of such a number."""
    if extension is not None:
        strips: list[tuple[int, int]] = extension.dated(text, page.looks, page.kinds, _NAMES_DAYS)
        return strips
    return _plainly(text, page)


def _plainly(text: str, page: Page) -> Iterator[tuple[int, int]]:
    """The same without the extension."""
    numbers = [match.span() for match in _NUMBER.finditer(text)]
    at = 0
    for line in page:
        before = -1  # end of the last number of the line
        found = False
        while at < len(numbers) and numbers[at][1] <= line.end:
            (start, end), at = numbers[at], at + 1
            if found or start < line.start:
                continue
            if end - start >= 4:
                after = numbers[at][0] if at < len(numbers) else len(text)
                found = after - end <= 3 or (before >= 0 and len(text[before:start].split(None, 5)) <= 4)
            before = end
        if found and line.kind in ("body", "caption"):
            yield line.start, line.end


def _days(text: str, clock: bool = False) -> Iterator[Stamp]:
    """Full dates in ``text``; with ``clock`` the first time of day outside the date makes a moment."""
    for match in compiled(_DAY, re.IGNORECASE).finditer(text):
        form = match.lastgroup and match.lastgroup[-1]
        month = match[f"m{form}"]
        try:
            day = datetime(
                int(match[f"y{form}"]), _MONTHS.get(month.lower()) or int(month), int(match[f"d{form}"]), tzinfo=UTC
            )
        except ValueError:
            continue
        if not 1900 <= day.year <= 2100:
            continue
        time = _CLOCK.search(text[: match.start()] + " \n " + text[match.end() :]) if clock else None
        yield _at(day, time) or Stamp(day, day + timedelta(days=1))


def _at(day: datetime, time: re.Match[str] | None) -> Stamp | None:
    if time is None:
        return None
    hour, minute, second = (int(part or 0) for part in time.groups()[:3])
    if half := time[4]:
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    zone = timezone(timedelta(hours=_ZONES.get((time[5] or "utc").lower(), 0)))
    try:
        return _moment(day.replace(hour=hour, minute=minute, second=second, tzinfo=zone))
    except ValueError:
        return None
