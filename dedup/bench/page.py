"""From a body to a page: outlet, title, date, address, credit lines and what outlets print on every page."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from dedup.bench.language import language, names
from dedup.bench.plan import BLOCK, Plan
from dedup.bench.story import Body, Writer
from dedup.bench.stream import draws
from dedup.model import Document

__all__ = ["Press", "identifier"]

_DAY = 24 * 60
_TOWNS = 24
"""Papers of a chain; some print more than others."""
_RANKS = (60, 400, 6000, 2000, 200)
"""How far down the list of nouns the words of a title are taken from."""
_START = datetime(2023, 1, 1)
_MONTHS = ["Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."]


def identifier(number: int) -> str:
    """The id of an article.

    >>> identifier(42)
    'n0000042'
    """
    return f"n{number:07d}"


class Press:
    """Prints the articles of one seed; ``realistic`` adds credit lines and furniture to the bodies."""

    def __init__(self, seed: int, realistic: bool = True) -> None:
        self.writer = Writer(seed)
        self._seed, self._realistic = seed, realistic

    def article(self, number: int) -> Document:
        """One article, by its number.  About 150 microseconds."""
        plan = self.writer.plan(number)
        body = self.writer.body(number)
        own = draws(self._seed, "page", number, 32)
        outlets = _outlets()[body.language]
        wire = self._wire(body.root, body.language)
        on_wire = wire if plan.kind == "original" and own[0] % 8 == 0 else None  # on the wire's own site
        outlet = on_wire or _paper(body.language, own[1] % len(outlets), own[27] * own[27] * _TOWNS >> 32)
        title = self._title(body.root if own[2] % 3 else number, body.language)
        minute = self._minute(body, plan, own)
        text = "\n\n".join(paragraphs(body))
        if self._realistic:
            text = self._page(text, body, plan, own, outlet, wire, title, minute)
        return Document(
            id=identifier(number),
            text=text,
            title=title,
            outlet=outlet["name"],
            url=f"https://{outlet['host']}/{minute // _DAY // 365 + 2023}/{title.split()[0].lower()}-{number}",
            published=self._published(minute, own),
        )

    def credit(self, plan: Plan) -> tuple[str | None, bool]:
        """The wire (a registry id) of the text that a planned copy takes, and whether the page prints a line of it."""
        if plan.source is None:
            return None, False
        own = draws(self._seed, "page", plan.number, 32)
        wire = self._wire(*self.writer.root(self.writer.plan(plan.source)))
        if wire is None:
            return None, False
        if plan.kind == "shares":
            return wire["id"], _names_lender(own)
        head, dateline, tail = self._credit(plan, own, {}, wire)
        return wire["id"], any([*head, dateline, *tail])

    def _wire(self, root: int, name: str) -> Mapping[str, Any] | None:
        """The wire of a story, None for an outlet's own; mass stories always have one."""
        if root < 0:
            return None
        known = _wires()[name]
        draw = draws(self._seed, "wire", root, 1)[0]
        return known[draw % len(known)] if root % BLOCK == 0 or draw >> 13 < 5 else None

    def _title(self, number: int, name: str) -> str:
        speech = language(name)
        draw = draws(self._seed, "title", number if number >= 0 else 2**40 - number, 8)
        words = [speech.words[draw[n] % min(len(speech.words), _RANKS[n])] for n in range(5)]
        if not speech.space:
            return "".join(words[: 3 + draw[5] % 3])
        if draw[5] & 1 or name != "en":
            words[2] = speech.others[draw[6] % 1024]
            return " ".join(words[: 4 + draw[5] % 2]).capitalize()
        return f"{words[1]} {words[0]} {words[2]} after {words[3]} {words[4]}".capitalize()

    def _minute(self, body: Body, plan: Plan, own: tuple[int, ...]) -> int:
        """Minutes since ``_START``: copies come up to two days after the story."""
        lead = draws(self._seed, "date", abs(body.root), 2)
        minute = (lead[0] << 16 | lead[1]) % (720 * _DAY)
        return minute if plan.kind == "original" else minute + own[3] % (2 * _DAY)

    def _published(self, minute: int, own: tuple[int, ...]) -> str | None:
        if own[4] % 8 == 0:
            return None
        moment = _START + timedelta(minutes=minute)
        return moment.date().isoformat() if own[4] % 4 == 1 else moment.isoformat() + "Z"

    def _page(
        self,
        text: str,
        body: Body,
        plan: Plan,
        own: tuple[int, ...],
        outlet: Mapping[str, Any],
        wire: Mapping[str, Any] | None,
        title: str,
        minute: int,
    ) -> str:
        speech = language(body.language)
        people = names()
        moment = _START + timedelta(minutes=minute)
        first, last = people.first, people.last
        author, editor = (
            (f"{first[own[n] % len(first)]} {last[own[n + 1] % len(last)]}" if speech.space else body.people[n & 1])
            for n in (5, 7)
        )
        values = {
            "author": author,
            "AUTHOR": author.upper(),
            "editor": editor,
            "outlet": outlet["name"],
            "place": body.place,
            "PLACE": body.place.upper(),
            "city": people.places[own[9] % len(people.places)],
            "month": _MONTHS[moment.month - 1],
            "day": str(moment.day),
            "year": str(moment.year),
            "hour": f"{1 + own[10] % 12}:{own[11] % 60:02d} p.m.",
            "title": title,
            **_pages()["furniture"],
        }
        head, dateline, tail = self._credit(plan, own, outlet, wire)
        if plan.kind == "shares" and plan.source is not None and _names_lender(own):
            lender = self._wire(self.writer.body(plan.source).root, body.language)
            if lender:
                tail = [*tail, _one(lender["part"], own[21])]
        before = [line for n, line in enumerate(outlet.get("head", ())) if own[22] >> 2 * n & 3]
        after = [line for n, line in enumerate(outlet.get("foot", ())) if own[23] >> 2 * n & 3]
        first_lines = [title] if own[24] & 1 else []
        lines = [*before, *first_lines, *head, dateline + "\0", *tail, *after]
        page = "\n".join(line for line in lines if line)
        page = _fill(page, values)
        for n in range(page.count("{link}")):
            page = page.replace("{link}", self._title(plan.number * 7 + n * 131 + own[25], body.language), 1)
        gap = "\n" if own[26] % 4 == 0 else "\n\n"
        page = page.replace("\n", gap).replace("\0", text if gap == "\n\n" else text.replace("\n\n", "\n"))
        if outlet.get("marks") == "straight":
            for mark in "“”„«»":
                page = page.replace(mark, '"')
            page = page.replace("’", "'")
        return page

    def _credit(
        self, plan: Plan, own: tuple[int, ...], outlet: Mapping[str, Any], wire: Mapping[str, Any] | None
    ) -> tuple[list[str], str, list[str]]:
        """Byline, dateline and credit lines after the text."""
        staff = [_one(outlet["byline"], own[12])] if outlet.get("byline") and own[13] & 3 else []
        if wire is None:
            return staff, "{PLACE} — " if own[14] % 4 == 0 and outlet.get("language", "en") == "en" else "", []
        if outlet is not wire and own[15] % 10 < (1 if plan.kind == "original" else 3):
            return staff, "", []  # the wire's text, and nobody is credited
        which = own[16] % 7 + 1  # one way at least: byline 1, dateline 2, tail 4
        head = [_one(wire["byline"], own[17])] if which & 1 else staff[: own[13] >> 2 & 1]
        dateline = _one(wire["dateline"], own[18]) if which & 2 else ""
        return head, dateline, [_one(wire["tail"], own[19])] if which & 4 else []


def paragraphs(body: Body) -> list[str]:
    """The sentences of a body, one to three to a paragraph."""
    speech = language(body.language)
    out, at, draw = [], 0, body.breaks | 1 << 16
    while at < len(body.sentences):
        count = 1 + (draw & 3) % 3
        draw = draw >> 2 if draw > 3 else body.breaks | 1 << 16
        out.append(speech.space.join(body.sentences[at : at + count]))
        at += count
    return out


def _names_lender(own: tuple[int, ...]) -> bool:
    """Whether a story that took some sentences says whose they are."""
    return own[20] % 5 < 3


def _one(forms: Sequence[str], draw: int) -> str:
    return forms[draw % len(forms)]


def _fill(page: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        page = page.replace("{%s}" % name, value)  # noqa: UP031  (braces)
    return page


@cache
def _pages() -> Mapping[str, Any]:
    return tomllib.loads((files("dedup") / "data" / "newspages.toml").read_text("utf-8"))


@cache
def _outlets() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Outlets by language."""
    by_language: dict[str, list[Mapping[str, Any]]] = {}
    for outlet in _pages()["outlet"]:
        by_language.setdefault(outlet.get("language", "en"), []).append(outlet)
    return by_language


@cache
def _paper(name: str, which: int, town: int) -> Mapping[str, Any]:
    """One paper of an outlet that is a chain: its own name and address, and part of the chain's furniture."""
    outlet = _outlets()[name][which]
    place = names().places[town] if name == "en" else ""
    kept = draws(0, "paper", which * _TOWNS + town, 16)
    shared = _pages()["furniture"]

    def lines(part: str, first: int) -> list[str]:
        every = [6 if any("{%s}" % each in line for each in shared) else 3 for line in outlet[part]]  # noqa: UP031
        return [line for n, line in enumerate(outlet[part]) if kept[first + n] % every[n] == 0]

    return {
        **outlet,
        "name": f"{place} {outlet['name']}".strip(),
        "host": f"{place}-{outlet['host']}".lower().lstrip("-"),
        "head": lines("head", 0),
        "foot": lines("foot", 8),
    }


@cache
def _wires() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Wires by language, each as often as it is drawn; their own sites print no furniture."""
    by_language: dict[str, list[Mapping[str, Any]]] = {}
    for wire in _pages()["wire"]:
        for name in wire["languages"].split():
            by_language.setdefault(name, []).append({**wire, "name": wire["outlet"], "head": [], "foot": []})
    return by_language
