"""Credit masking: hide a part of the credits, name the wires all the same, and see how often that is right.

    python benchmarks/masking.py [--events 100] [--seeds 2] [--news FILE.jsonl]

Asked of are articles whose text is one wire's, that credit nobody that can be read, by habit or because the line was
hidden, and of which the corpus has another copy: from one article alone nobody could tell.  The answer is that of the
longest shared text the article is a member of: a wire named from p 0.5 up, else "abstained".  "unnamed" are those
among the abstentions of whose wire no article of the story prints a line, so that nothing could tell; "in no list" are
those whose wire is in no registry, which only datelines name, and "of the listed" leaves them out.  Calibration is of
the likeliest wire, named or not.  Of press releases that several papers print at least one of which left marks of its
writers in: "releases" are those told to be one, with who issued it, and those said to be a wire's.

With ``--news`` also of real articles that credit one wire and nobody else and share copied text with others: the lines
of the hidden part are cut out, and what they said is the truth.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import log
from pathlib import Path
from typing import Any, NamedTuple

from press import WIRES, Printed, Room, room

from dedup import read, read_credits, scan
from dedup.credits import own_wires
from dedup.mixture import statement
from dedup.model import Credit, ScanResult
from dedup.wires import unlisted

ORIGINS = ("origin", "co_origin", "contributor", "wire_staff", "rights", "republished")
NOT_WIRES = ("other", "outlet", "independent")
NO_LIST = unlisted(WIRES[""][0])
"""The wire that is in no registry, as dedup names it."""


class Answer(NamedTuple):
    """For one article: the likeliest wire, its probability, that of the true one, and whether it was right."""

    wire: str
    p: float
    p_true: float
    right: bool

    @property
    def named(self) -> bool:
        """Whether dedup would name it."""
        return self.p >= 0.5


def asked(printed: Iterable[Printed]) -> list[Printed]:
    """Articles with the text of one wire, whose credit cannot be read, and which others have, too."""
    printed = list(printed)
    copies = Counter((each.story, wire) for each in printed for wire in each.wires)
    return [
        each
        for each in printed
        if each.kind in ("copy", "scraped")
        and len(each.wires) == 1
        and not each.credited
        and copies[each.story, each.wires[0]] > 1
    ]


def answers(made: Room, result: ScanResult) -> list[Answer | None]:
    """What the scan says of each article that is asked of; None where it shares no text with any other."""
    best: dict[str, tuple[int, dict[str, float]]] = {}
    for strand in result.strands:
        origins = dict(strand.origins)
        for member in strand.members:
            if strand.words > best.get(member, (0, {}))[0]:
                best[member] = strand.words, origins
    inherited = {
        edge.target.removeprefix("doc:"): (edge.source.removeprefix("wire:"), edge.p)
        for edge in result.graph.edges
        if edge.kind == "text" and edge.evidence[0].kind == "version"
    }
    found: list[Answer | None] = []
    for each in asked(made.printed):
        id, true = each.document.id, each.wires[0]
        origins = best.get(id, (0, {}))[1]
        if id in inherited and inherited[id][1] > max([p for w, p in origins.items() if w not in NOT_WIRES], default=0):
            wire, p = inherited[id]
            origins = {wire: p, "other": 1 - p}
        wires = {wire: p for wire, p in origins.items() if wire not in NOT_WIRES}
        if not wires:
            found.append(None)
            continue
        wire = max(wires, key=lambda name: (wires[name], name))
        # Where nothing names it, to say that it is none of the listed is all that can be said.
        p_true = wires.get(true or NO_LIST, 0.0)
        if not true:
            p_true += sum(origins.get(name, 0.0) for name in NOT_WIRES)
        found.append(Answer(wire, wires[wire], p_true, wire == (true or NO_LIST)))
    return found


def unnamed(made: Room) -> set[str]:
    """Articles on whose wire no article of the same story says a word."""
    told = {(each.story, wire) for each in made.printed if each.credited for wire in each.wires}
    return {each.document.id for each in made.printed if not any((each.story, wire) in told for wire in each.wires)}


def curve(given: Sequence[Answer], bins: int = 10) -> list[tuple[int, float, float]]:
    """Reliability: of each tenth of probability how many answers, their mean probability, and how many are right."""
    parts: list[list[Answer]] = [[] for _ in range(bins)]
    for answer in given:
        parts[min(bins - 1, int(answer.p * bins))].append(answer)
    return [
        (len(part), sum(a.p for a in part) / len(part), sum(a.right for a in part) / len(part))
        for part in parts
        if part
    ]


def error(rows: Sequence[tuple[int, float, float]]) -> float:
    """Expected calibration error."""
    total = sum(number for number, _, _ in rows)
    return sum(number * abs(p - right) for number, p, right in rows) / max(1, total)


def false_arrows(made: Room, result: ScanResult) -> tuple[int, int, int, int]:
    """Passages that nobody copied, and how many of them are called copies.

    First those of public statements, between articles on one event without a wire in common; then stock phrases,
    between articles on different events.
    """
    printed = {each.document.id: each for each in made.printed}
    said = [" ".join(text.split()) for text in made.statements]
    found = [0, 0, 0, 0]
    for match in result.matches:
        a, b = printed[match.a], printed[match.b]
        if a.story != b.story:
            found[2] += len(match.passages)
            found[3] += sum(passage.kind == "copy" for passage in match.passages)
        elif not {*a.wires} & {*b.wires} and (a.wires or b.wires):
            for passage in match.passages:
                text = " ".join(a.document.text[passage.a.start : passage.a.end].split()).strip("“”,. ")
                if any(text in statement for statement in said):
                    found[0] += 1
                    found[1] += passage.kind == "copy"
    return found[0], found[1], found[2], found[3]


def releases(made: Room, result: ScanResult) -> tuple[int, int, int]:
    """Papers with a press release that others print, too, marked by one of them at least; how many of them are told to
    have a release, with its issuer, and how many are said to have it from a wire."""
    by_story: dict[int, list[Printed]] = {}
    for each in made.printed:
        if each.kind == "release":
            by_story.setdefault(each.story, []).append(each)
    told = {edge.target: edge for edge in result.graph.edges if edge.kind == "press-release"}
    wires = {edge.target for edge in result.graph.edges if edge.kind == "text"}
    shared = [copies for copies in by_story.values() if len(copies) > 1 and any(each.marked for each in copies)]
    some = [each for copies in shared for each in copies]
    right = [each for each in some if (edge := told.get(f"doc:{each.document.id}")) and each.issuer in edge.say]
    return len(some), len(right), sum(f"doc:{each.document.id}" in wires for each in some)


def real(path: Path, seeds: Sequence[int], hidden: float) -> dict[str, Any]:
    """The same of real articles: what their own credit lines said, when they are cut out."""
    documents = list(read([path]))
    by_id = {each.id: each for each in documents}
    whole = scan(documents)
    carriers = {member for strand in whole.strands for member in strand.members}
    carriers |= {member for group in whole.groups for member in group.members if len(group.members) > 1}
    truth, without = {}, {}
    for reading in whole.documents:
        document = by_id[reading.id]
        wire = statement(reading.credits, document).pure
        if not wire or reading.id not in carriers or wire in own_wires(document.outlet or "", document.url or ""):
            continue
        cut = replace(document, text=_without(document.text, reading.credits), byline=None)
        if not any(credit.wire and credit.role in ORIGINS for credit in read_credits(cut.text)):
            truth[reading.id], without[reading.id] = wire, cut
    beside: dict[str, set[str]] = {id: set() for id in by_id}
    for match in whole.matches:
        if any(passage.kind == "copy" for passage in match.passages):
            beside[match.a].add(match.b)
            beside[match.b].add(match.a)
    says = {each.id: {credit.wire for credit in each.credits if credit.role in ORIGINS} for each in whole.documents}
    given: list[Answer | None] = []
    silent = 0
    for seed in seeds:
        pick = random.Random(f"real/{seed}")
        masked = {id for id in sorted(truth) if pick.random() < hidden}
        result = scan([without[each.id] if each.id in masked else each for each in documents])
        best: dict[str, tuple[float, str]] = {}
        for edge in result.graph.edges:
            if edge.kind == "text" and edge.source.startswith("wire:"):
                id = edge.target.removeprefix("doc:")
                best[id] = max(best.get(id, (0.0, "")), (edge.p, edge.source.removeprefix("wire:")))
        for id in sorted(masked):
            p, wire = best.get(id, (0.0, ""))
            right = wire == truth[id]
            told_by = [other for other in beside[id] if other not in masked and truth[id] in says[other]]
            silent += not told_by and p < 0.5
            given.append(Answer(wire, p, p if right else 0.0, right) if wire else None)
    told = [answer for answer in given if answer]
    named = [answer for answer in told if answer.named]
    return {
        "hidden": hidden,
        "articles": len(documents),
        "candidates": len(truth),
        "asked": len(given),
        "named": len(named),
        "right": round(sum(answer.right for answer in named) / max(1, len(named)), 4),
        "abstained": round(1 - len(named) / max(1, len(given)), 4),
        "unnamed": round(silent / max(1, len(given)), 4),
        "ece": round(error(curve(told)), 4),
        "curve": [(number, round(p, 3), round(right, 3)) for number, p, right in curve(told)],
        "wrong": Counter(answer.wire for answer in named if not answer.right).most_common(5),
    }


def _without(text: str, credits: Sequence[Credit]) -> str:
    for credit in sorted(credits, key=lambda each: -each.start):
        if credit.end <= len(text) and text[credit.start : credit.end] == credit.text:
            text = text[: credit.start] + text[credit.end :]
    return text


def measured(events: int, seeds: Sequence[int], hidden: float, feed: bool) -> dict[str, Any]:
    """One row of the table."""
    given: list[Answer | None] = []
    articles, silent, unlisted, listed, arrows, released = 0, 0, 0, 0, [0, 0, 0, 0], [0, 0, 0]
    for seed in seeds:
        made = room(events, seed, hidden, feed)
        result = scan([each.document for each in made.printed])
        articles += len(made.printed)
        here = answers(made, result)
        nobody = unnamed(made)
        silent += sum(
            each.document.id in nobody and not (answer and answer.named)
            for each, answer in zip(asked(made.printed), here, strict=True)
        )
        unlisted += sum(
            not each.wires[0] and not (answer and answer.named)
            for each, answer in zip(asked(made.printed), here, strict=True)
        )
        listed += sum(bool(each.wires[0]) for each in asked(made.printed))
        given += here
        arrows = [one + two for one, two in zip(arrows, false_arrows(made, result), strict=True)]
        released = [one + two for one, two in zip(released, releases(made, result), strict=True)]
    told = [answer for answer in given if answer]
    named = [answer for answer in told if answer.named]
    rows = curve(told)
    return {
        "hidden": hidden,
        "feed": feed,
        "articles": articles,
        "asked": len(given),
        "named": len(named),
        "right": round(sum(answer.right for answer in named) / max(1, len(named)), 4),
        "abstained": round(1 - len(named) / max(1, len(given)), 4),
        "unnamed": round(silent / max(1, len(given)), 4),
        "unlisted": round(unlisted / max(1, len(given)), 4),
        "abstained_listed": round((len(given) - len(named) - unlisted) / max(1, listed), 4),
        "alone": len(given) - len(told),
        "log_loss": round(-sum(log(max(1e-6, answer.p_true)) for answer in told) / max(1, len(told)), 4),
        "ece": round(error(rows), 4),
        "curve": [(number, round(p, 3), round(right, 3)) for number, p, right in rows],
        "wrong": Counter(answer.wire for answer in named if not answer.right).most_common(5),
        "statements": arrows[0],
        "statements_called_copies": arrows[1],
        "phrases": arrows[2],
        "phrases_called_copies": arrows[3],
        "releases": released[0],
        "releases_told": released[1],
        "releases_called_wires": released[2],
    }


def page(rows: Sequence[dict[str, Any]], given: argparse.Namespace, news: Sequence[dict[str, Any]] = ()) -> str:
    """The table, and the reliability curves below it."""
    lines = [
        "# Credit masking",
        "",
        f"`python benchmarks/masking.py --events {given.events} --seeds {given.seeds} --first {given.first} --save`; "
        "what the columns mean is in its first lines.",
        "",
        "| hidden | feeds | articles | asked | right of the named | abstained | of these unnamed | in no list "
        "| abstained of the listed | log-loss | ECE | statements called copies | stock phrases called copies "
        "| releases told | called a wire's |",
        "|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        lines.append(
            f"| {row['hidden']:.0%} | {'yes' if row['feed'] else 'no'} | {row['articles']:,} | {row['asked']:,} "
            f"| {row['right']:.4f} | {row['abstained']:.4f} | {row['unnamed']:.4f} | {row['unlisted']:.4f} "
            f"| {row['abstained_listed']:.4f} | {row['log_loss']:.3f} | {row['ece']:.4f} "
            f"| {row['statements_called_copies']} of {row['statements']:,} "
            f"| {row['phrases_called_copies']:,} of {row['phrases']:,} "
            f"| {row['releases_told']:,} of {row['releases']:,} | {row['releases_called_wires']:,} |"
        )
    lines += ["", "Reliability: answers, their mean probability, the part that is right, by tenths of probability.", ""]
    for row in rows:
        told = "; ".join(f"{number}: {p:.2f}, {right:.2f}" for number, p, right in row["curve"])
        lines.append(f"- {row['hidden']:.0%} hidden, {'with' if row['feed'] else 'without'} the feeds: {told}")
    lines += [
        "",
        "Stock phrases are what articles on different events have in common. The generator has few of them, in which",
        "it is harder than news. The more stories with nothing in common have one, the less it is anybody's copy",
        "(`dedup.idioms`).",
        "",
    ]
    if news:
        lines += [
            "## Real articles",
            "",
            f"{news[0]['articles']} articles of `{given.news.name}`, of which {news[0]['candidates']} credit one wire",
            "and share copied text; lines are cut out anew in each of ten draws. Most stories have two copies, so that",
            "often no line is left: unnamed.",
            "",
            "| hidden | asked | right of the named | abstained | of these unnamed | ECE | wrong |",
            "|--:|--:|--:|--:|--:|--:|---|",
            *(
                f"| {row['hidden']:.0%} | {row['asked']} | {row['right']:.4f} | {row['abstained']:.4f} "
                f"| {row['unnamed']:.4f} | {row['ece']:.4f} "
                f"| {', '.join(f'{wire} {times}' for wire, times in row['wrong']) or 'none'} |"
                for row in news
            ),
            "",
        ]
    return "\n".join(lines)


def main() -> int:
    """Print a row of JSON for each setting."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=100)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--first", type=int, default=1, help="number of the first seed")
    parser.add_argument("--quick", action="store_true", help="only half of the credits hidden, without the feeds")
    parser.add_argument("--news", type=Path, help="real articles, JSON Lines")
    parser.add_argument("--save", action="store_true", help="write MASKING.md beside this file")
    given = parser.parse_args()
    rows = []
    seeds = range(given.first, given.first + given.seeds)
    for feed in (False,) if given.quick else (False, True):
        for hidden in (0.5,) if given.quick else (0.0, 0.5, 0.9):
            rows.append(measured(given.events, seeds, hidden, feed))
            sys.stdout.write(json.dumps(rows[-1]) + "\n")
            sys.stdout.flush()
    news = [real(given.news, range(10), hidden) for hidden in (0.5, 0.9)] if given.news else []
    for row in news:
        sys.stdout.write(json.dumps(row) + "\n")
    if given.save:
        Path(__file__).with_name("MASKING.md").write_text(page(rows, given, news), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
