"""A newsroom in which everything is known: wires file stories, outlets print them as outlets do.

An event is covered by one to three wires, each with a text of its own.  Outlets cut from the tail, rewrite leads,
localise days, merge two wires, quote the same public statements, print press releases with or without the marks of
their writers, write their own, copy each other without a word, and credit what they print, each by its habit: some
nearly always, some seldom, some with a line that names "agencies" or that nobody can read.  One wire is in no registry.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from dedup.bench.language import language
from dedup.bench.story import _own_tables, _sentences
from dedup.bench.stream import draws
from dedup.model import Document

__all__ = ["Printed", "Room", "room"]

WIRES = {
    "ap": ("AP", "Associated Press", "https://apnews.com/article/", 30),
    "reuters": ("Reuters", "Reuters", "https://www.reuters.com/world/", 24),
    "afp": ("AFP", "Agence France-Presse", "https://www.afp.com/en/", 14),
    "upi": ("UPI", "United Press International", "https://www.upi.com/news/", 6),
    "dpa": ("dpa", "Deutsche Presse-Agentur", "https://www.dpa.com/en/", 6),
    "xinhua": ("Xinhua", "Xinhua", "https://english.news.cn/", 6),
    "pa": ("PA", "PA Media", "https://pa.media/", 6),
    "": ("Corvus", "Corvus Newsroom", "", 8),
}
"""Names, site, and how much of the copying is theirs; "" is known to no registry."""
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


@dataclass(frozen=True)
class Printed:
    """One article and the truth: the wires of its text ("" for one in no registry), whether its line names them, and
    what it would be with that line; ``kind`` is copy, merged, own, scraped, release or feed.  Of a release ``issuer``
    wrote it, and ``marked`` says whether this paper left the marks of its writers in."""

    document: Document
    kind: str
    wires: tuple[str, ...]
    credited: bool
    story: int
    issuer: str = ""
    marked: bool = False


@dataclass(frozen=True)
class Room:
    """All articles of a newsroom, and the texts of its public statements, folded as they were printed."""

    printed: tuple[Printed, ...]
    statements: tuple[str, ...]


@dataclass(frozen=True)
class _Outlet:
    name: str
    wires: tuple[str, ...]
    credits: float
    """How often it credits what it copies."""
    generic: float
    """How often it says "agencies" then."""
    scraper: bool


def room(events: int, seed: int = 1, hidden: float = 0.0, feed: bool = False, outlets: int = 60) -> Room:
    """Make a newsroom; ``hidden`` is the part of credits that are taken away, ``feed`` adds the wires' own articles.

    What is printed does not depend on ``hidden``: the same articles lose their lines, so answers can be compared.

    >>> made = room(3, hidden=0.5)
    >>> len(made.printed) > 20, {printed.kind for printed in made.printed} >= {"copy", "own"}
    (True, True)
    """
    press = _press(seed, outlets)
    printed: list[Printed] = []
    statements: list[str] = []
    for event in range(events):
        for each in _Event(event, seed, press, feed).articles(statements):
            printed.append(each)
    masked = random.Random(f"mask/{seed}/{hidden}")
    done = []
    for each in printed:
        hide = masked.random() < hidden and each.kind != "feed"
        text = each.document.text
        head, _, rest = text.partition("\x01")
        body, _, tail = rest.partition("\x02")
        shown = body if hide else "".join((head, body, tail))
        done.append(replace(each, document=replace(each.document, text=shown), credited=each.credited and not hide))
    return Room(tuple(done), tuple(statements))


def _press(seed: int, number: int) -> list[_Outlet]:
    pick = random.Random(f"press/{seed}")
    names, weights = list(WIRES), [wire[3] for wire in WIRES.values()]
    found = []
    for n in range(number):
        scraper = n % 10 == 9
        wires = tuple(dict.fromkeys(pick.choices(names, weights, k=3)))
        kind = pick.choice(("Post", "Times", "Herald", "Star"))
        habit = 0.0 if scraper else pick.choice((0.95, 0.9, 0.9, 0.8, 0.6, 0.3))
        generic = pick.choice((0.0, 0.0, 0.1, 0.3))
        found.append(_Outlet(f"The {_place(seed, n)} {kind} {n}", wires, habit, generic, scraper))
    return found


def _place(seed: int, number: int) -> str:
    return _own_tables(language("en"), draws(seed, "town", number, 64))[1]


class _Event:
    def __init__(self, number: int, seed: int, press: Sequence[_Outlet], feed: bool) -> None:
        self._number, self._seed, self._press, self._feed = number, seed, press, feed
        self._pick = random.Random(f"event/{seed}/{number}")
        self._tables, self._place, self._people = _own_tables(language("en"), draws(seed, "event", number, 64))
        self._day = datetime(2024, 3, 4, 6, tzinfo=UTC) + timedelta(hours=7 * number)
        self._texts = 0

    def _sentences(self, count: int) -> list[str]:
        """A new text about this event, with the names of this event."""
        self._texts += 1
        words = draws(self._seed, f"text/{self._number}", self._texts, 11 * count + 24)
        return [*_sentences(language("en"), self._tables, words, 0, count)]

    def articles(self, statements: list[str]) -> Iterator[Printed]:
        """Print it."""
        pick = self._pick
        names = pick.choices(list(WIRES), [wire[3] for wire in WIRES.values()], k=pick.choice((1, 2, 2, 3)))
        plain = [each for each in self._sentences(24) if "“" not in each and '"' not in each]
        said = [" ".join(plain[at : at + 2]) for at in (0, 2)]
        statements += said
        stories = {wire: self._story(pick.randrange(12, 26), said) for wire in dict.fromkeys(names)}
        if self._feed:
            for wire, story in stories.items():
                if wire:
                    yield self._own_page(wire, story)
        release = self._release() if pick.random() < 0.15 else None
        before: list[Printed] = []
        for n in pick.sample(range(len(self._press)), pick.randrange(8, 22)):
            printed = self._printed(n, self._press[n], stories, said, release, before)
            before.append(printed)
            yield printed

    def _release(self) -> tuple[str, list[str]]:
        """Who issued it, and what it says."""
        issuer = f"{self._place} {('Energy', 'Airlines', 'Holdings', 'Foods')[self._number % 4]}"
        first, *rest = self._sentences(8)
        rest[3] = f"{rest[3].rstrip('.')}, {issuer} said."
        return issuer, [f"{issuer} has announced news for its customers: {first}", *rest]

    def _marks(self, n: int, issuer: str) -> str:
        """What a paper leaves in of what the writers of a release put around it; often nothing."""
        pick = random.Random(f"release/{self._seed}/{self._number}/{n}")
        if pick.random() < 0.4:
            return ""
        about = f"About {issuer}\n{issuer} serves customers in twelve countries."
        ends = pick.choice(("Media contact: Ann Lee", f"SOURCE {issuer}", "ENDS", "###", "Contact: press office"))
        return f"\n{about}\n{ends}"

    def _story(self, count: int, said: Sequence[str]) -> list[str]:
        sentences = self._sentences(count)
        for statement in said:
            if self._pick.random() < 0.7:
                sentences.insert(self._pick.randrange(2, len(sentences)), self._quoted(statement))
        return sentences

    def _quoted(self, statement: str) -> str:
        """A public statement with an attribution of one's own."""
        name = self._people[0]
        frames = (
            "“{}” {} told reporters at a briefing.",
            "At a news conference, {1} said: “{0}.”",
            "“{},” said {}, a spokesman, in a statement.",
            "“{}” ministry spokesman {} said at a regular news briefing.",
        )
        words = statement.split(" ")
        part = words[self._pick.randrange(0, 3) : len(words) - self._pick.randrange(0, 6)]
        return self._pick.choice(frames).format(" ".join(part).rstrip(".,"), name)

    def _printed(
        self, n: int, outlet: _Outlet, stories: dict[str, list[str]], said: Sequence[str],
        release: tuple[str, Sequence[str]] | None, before: Sequence[Printed],
    ) -> Printed:  # fmt: skip
        pick = self._pick
        wires = [wire for wire in stories if wire in outlet.wires] or [*stories][:1]
        draw = pick.random()
        if outlet.scraper and before and draw < 0.8:
            taken = pick.choice(before)
            body = taken.document.text.partition("\x01")[2].partition("\x02")[0]
            return self._made(n, outlet, [body], "scraped", taken.wires, "", "", False)
        if release and draw < 0.3:
            issuer, told = release
            *lines, last = ["\n".join(self._cut(told)), *self._sentences(3)]
            marks = self._marks(n, issuer)
            made = self._made(n, outlet, [*lines, last + marks], "release", (), "", "", False)
            return replace(made, issuer=issuer, marked=bool(marks))
        if draw < 0.15:
            own = self._story(pick.randrange(8, 16), said)
            return self._made(n, outlet, own, "own", (), "By Staff Reporter\n" * (pick.random() < 0.5), "", False)
        if draw < 0.3 and len(wires) > 1:
            first, second = wires[:2]
            one, two = self._cut(stories[first]), self._cut(stories[second])
            lines = [*self._sentences(2), *one[: len(one) * 2 // 3], *two[: len(two) // 2]]
            credited = pick.random() < outlet.credits
            named = " and ".join(WIRES[wire][pick.randrange(2)] for wire in (first, second))
            tail = f"\n{named} contributed to this report." if credited else ""
            known = tuple(sorted({first, second}))
            return self._made(n, outlet, lines, "merged", known, "", tail, credited)
        wire = pick.choice(wires)
        lines = self._cut(stories[wire])
        if pick.random() < 0.3:
            lines = [*self._sentences(2), *lines[1:]]
        head, tail, credited = self._line(outlet, wire)
        return self._made(n, outlet, lines, "copy", (wire,), head, tail, credited)

    def _cut(self, sentences: Sequence[str]) -> list[str]:
        """As editors cut: from the tail, a sentence here and there, a day made local."""
        pick = self._pick
        kept = [*sentences][: max(4, int(len(sentences) * (0.45 + 0.55 * pick.random())))]
        kept = [each for n, each in enumerate(kept) if n == 0 or pick.random() > 0.08]
        if pick.random() < 0.4:
            kept = [each.replace(f"on {day}", "yesterday") for each in kept for day in _DAYS[:1]]
        return kept

    def _line(self, outlet: _Outlet, wire: str) -> tuple[str, str, bool]:
        """The credit: before the text, behind it, and whether it names the wire."""
        pick = self._pick
        short, full = WIRES[wire][:2]
        if pick.random() >= outlet.credits:
            return "", "", False
        if pick.random() < outlet.generic:
            return "By Staff and agencies\n", "", False
        if not wire:
            return f"{self._place.upper()} ({short}) - ", "", True
        if pick.random() < 0.06:  # a line that nobody can read
            return f"{self._place} – {full[:3]}/{pick.randrange(99)} – ", "", False
        style = pick.randrange(4)
        if style == 0:
            return f"{self._place.upper()} ({short}) - ", "", True
        if style == 1:
            return f"By {self._people[1]}, {full}\n", "", True
        if style == 2:
            return "", f"\n© 2024 {full}. All rights reserved.", True
        return "", f"\n({full})", True

    def _made(
        self, n: int, outlet: _Outlet, lines: Sequence[str], kind: str, wires: tuple[str, ...], head: str, tail: str,
        credited: bool,
    ) -> Printed:  # fmt: skip
        paragraphs = ["\n".join(lines[at : at + 2]) if kind == "scraped" else " ".join(lines[at : at + 2])
                      for at in range(0, len(lines), 2)]  # fmt: skip
        text = f"{head}\x01" + "\n".join(paragraphs) + f"\x02{tail}"
        time = self._day + timedelta(minutes=self._pick.randrange(20, 900) + (40_000 if outlet.scraper else 0))
        named = None if outlet.scraper and self._pick.random() < 0.5 else outlet.name
        document = Document(
            f"e{self._number:04}-{n:03}", text, " ".join(lines[0].split()[:9]), named, None, time.isoformat()
        )
        return Printed(document, kind, wires, credited, self._number)

    def _own_page(self, wire: str, story: Sequence[str]) -> Printed:
        short, full, site, _ = WIRES[wire]
        body = "\n".join(" ".join(story[at : at + 2]) for at in range(0, len(story), 2))
        head = f"{self._place.upper()} ({short}) - "
        url = f"{site}{self._number}"
        document = Document(
            f"e{self._number:04}-{wire}", f"{head}\x01{body}\x02", None, full, url, self._day.isoformat()
        )
        return Printed(document, "feed", (wire,), True, self._number)
