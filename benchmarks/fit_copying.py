"""Fit the weights of "copied or independent" (``dedup.copying.Weights``) without labels by hand.

    python benchmarks/fit_copying.py [--news FILE.jsonl] [--seeds 20] [--write]

Positives are passages between two articles that each credit one wire and nobody else, the same one, on one event:
what they share they copied.  Negatives are passages between two such articles of different wires on one event: what
they share is a public statement, a phrase or an accident.  Boilerplate, and articles more than two days apart, are
left out.

Articles come from the generated newsroom (``press``) and, with ``--news``, from a file of real ones in dedup's JSON
Lines, each with an "event".  The credits are those that dedup reads.  Rows that count the same in one event are one
row, for forty papers with one text say no more than two.

Logistic regression on ``copying.decibans`` itself, caps and all, with each weight written as its prior times exp(t): so
it keeps its sign, and a ridge on t holds to the prior what the rows say little of.  How many pairs share a statement
and how many a wire's text is the choice of the newsroom's maker, so the base rate is not fitted: the classes are
weighed to its odds, and together are worth twice the rows of the rarer class.  A label is wrong with ``NOISE``,
because credits are wrong now and then.  Weights that fewer than ``FEWEST`` rows count stay what they were.  Generated
and real rows weigh the same in all: the newsroom's words are drawn one by one, without the habits of a language, but
there are many.  The events are halved by a hash of their name, and each half is scored by what the other one taught.
The table is then fitted on all.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from math import log
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import xxhash
from press import room
from scipy.optimize import minimize

from dedup import Document, read, scan
from dedup.copying import PRIORS, Counts, Weights, decibans_of
from dedup.mixture import statement
from dedup.model import ScanResult

NOISE = 0.01
"""Part of the rows whose label is wrong."""
FEWEST = 20
"""Different rows that must count something for its weight to be fitted."""
BELIEVED = 1.2
"""The priors are believed to within this factor, as one standard deviation.  The newsroom has no accidents of prose
but its stock phrases: believed less, it would teach that any shared word is a copy."""
FIXED = ("base", "limit")
DAYS = timedelta(days=2)
_COUNTED = {"base": None, "public_cap": "quoted_public", "inner_cap": "inner", "only_names": None, "edit": "edits"}
_F64 = npt.NDArray[np.float64]


class Rows(NamedTuple):
    """Passages: what was counted of each, whether it was copied, what it is worth, its event."""

    counts: npt.NDArray[np.int32]
    copied: npt.NDArray[np.bool_]
    worth: _F64
    events: npt.NDArray[np.str_]

    def __getitem__(self, which: Any) -> Rows:  # type: ignore[override]
        return Rows(*(column[which] for column in self))


def rows_of(documents: Sequence[Document], events: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    """Each different row of one corpus; ``events`` names that of each document."""
    result: ScanResult = scan(documents)
    by_id = {document.id: document for document in documents}
    pure = {each.id: statement(each.credits, by_id[each.id]).pure for each in result.documents}
    published = {each.id: each.published for each in result.documents}
    matches: Any = result.matches
    seen = set()
    for m in range(len(matches)):
        a, b = matches.ids[matches.a[m]], matches.ids[matches.b[m]]
        event = events[a]
        if not pure[a] or not pure[b] or events[b] != event or not _near(published[a], published[b]):
            continue
        for p in matches.passages_of(m):
            counts = tuple(matches.judged[p].tolist())
            key = event, pure[a] == pure[b], counts
            if not matches.furniture[p] and key not in seen:
                seen.add(key)
                yield counts, key[1], 1.0, event


def _near(one: str | None, other: str | None) -> bool:
    return not one or not other or abs(date.fromisoformat(one[:10]) - date.fromisoformat(other[:10])) <= DAYS


def generated(seeds: Iterable[int], events: int) -> Iterator[tuple[Any, ...]]:
    """Rows of generated newsrooms."""
    for seed in seeds:
        printed = room(events, seed).printed
        named = {each.document.id: f"{seed}/{each.story}" for each in printed}
        yield from rows_of([each.document for each in printed], named)


def real(path: Path) -> Iterator[tuple[Any, ...]]:
    """Rows of real articles; the field "event" of each record names what it is about."""
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    yield from rows_of(list(read([path])), {each["id"]: str(each["event"]) for each in records})


def table(found: Iterable[tuple[Any, ...]]) -> Rows:
    """Rows as columns."""
    counts, copied, worth, events = zip(*found, strict=True)
    return Rows(np.array(counts, np.int32), np.array(copied), np.array(worth), np.array(events))


def _together(some: Sequence[Rows]) -> Rows:
    return Rows(*(np.concatenate(columns) for columns in zip(*some, strict=True)))


def halves(rows: Rows) -> tuple[Rows, Rows]:
    """The half that is fitted and the half that is held out, by event."""
    out = np.array([xxhash.xxh64_intdigest(f"half/{event}".encode()) % 2 == 1 for event in rows.events])
    return rows[~out], rows[out]


def log_loss(rows: Rows, weights: Weights) -> float:
    """Mean surprise of the labels in nats, classes at the odds of the base rate; a label is wrong with ``NOISE``."""
    return float(np.average(_surprise(rows, weights), weights=_balanced(rows)))


def _balanced(rows: Rows) -> _F64:
    """What each row is worth, such that the copied ones and the others stand at the odds of the base rate."""
    worth = rows.worth.copy()
    for copied, part in ((True, 10 ** (PRIORS.base / 10)), (False, 1.0)):
        mine = rows.copied == copied
        worth[mine] *= part / max(1.0, worth[mine].sum())
    return worth / worth.sum()


def _surprise(rows: Rows, weights: Weights) -> _F64:
    p = 1 / (1 + 10 ** (-decibans_of(rows.counts, weights) / 10))
    p = NOISE + (1 - 2 * NOISE) * p
    surprise: _F64 = -np.log(np.where(rows.copied, p, 1 - p))
    return surprise


def counted(rows: Rows) -> dict[str, int]:
    """How many rows say something of each weight."""
    found = {}
    for name in Weights._fields:
        field = _COUNTED.get(name, name)
        if name == "only_names":
            meaning = ("content", "dense", "quoted_public", "quoted_translated")
            found[name] = int((rows.counts[:, [Counts._fields.index(each) for each in meaning]].sum(axis=1) == 0).sum())
        elif name in ("public_cap", "translated_cap"):
            field = "quoted_" + name.removesuffix("_cap")
            quoted = rows.counts[:, Counts._fields.index(field)]
            found[name] = int((quoted * getattr(PRIORS, field) > getattr(PRIORS, name)).sum())
        elif name == "inner_cap":
            inner = rows.counts[:, Counts._fields.index("inner")]
            found[name] = int((inner * PRIORS.inner < PRIORS.inner_cap).sum())
        elif field is None:
            found[name] = len(rows.copied)
        elif field in Counts._fields:
            found[name] = int((rows.counts[:, Counts._fields.index(field)] > 0).sum())
    return found


def fit(rows: Rows) -> Weights:
    """The weights of the least surprise, held to the priors by a ridge."""
    said = counted(rows)
    # The rarer class says how much is known at all.
    worth = _balanced(rows) * 2 * min(rows.copied.sum(), (~rows.copied).sum())
    ridge = 1 / (2 * log(BELIEVED) ** 2)
    names = [name for name in Weights._fields if name not in FIXED and said.get(name, 0) >= FEWEST]

    def weights(t: _F64) -> Weights:
        return PRIORS._replace(**{n: getattr(PRIORS, n) * float(np.exp(v)) for n, v in zip(names, t, strict=True)})

    def loss(t: _F64) -> float:
        return float((_surprise(rows, weights(t)) * worth).sum() + ridge * (t**2).sum())

    best = minimize(loss, np.zeros(len(names)), method="L-BFGS-B", bounds=[(-2.0, 2.0)] * len(names))
    return weights(best.x)._replace(**{name: getattr(PRIORS, name) for name in FIXED})


def page(weights: Weights, said: dict[str, int], head: Sequence[str]) -> str:
    """The table as ``dedup/data/copying.toml`` has it."""
    lines = [f"# {line}".rstrip() for line in head]
    lines += ["", "[weights]"]
    for name, value in weights._asdict().items():
        prior = getattr(PRIORS, name)
        lines.append(
            f"# prior {prior}, {said.get(name, 0):,} rows"
            + ("" if name not in FIXED and said.get(name, 0) >= FEWEST else ", not fitted")
        )
        lines.append(f"{name} = {value}")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Fit, score, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--news", type=Path, help="real articles, JSON Lines")
    parser.add_argument("--first", type=int, default=101, help="number of the first newsroom")
    parser.add_argument("--seeds", type=int, default=20, help="generated newsrooms")
    parser.add_argument("--events", type=int, default=40, help="events of each")
    parser.add_argument("--write", action="store_true", help="write dedup/data/copying.toml")
    given = parser.parse_args()
    news = table(real(given.news)) if given.news else None
    made = table(generated(range(given.first, given.first + given.seeds), given.events))
    sets = {"generated": made}
    if news is not None:
        sets["real"] = news._replace(worth=news.worth * (made.worth.sum() / news.worth.sum()))
    parts = {name: halves(rows) for name, rows in sets.items()}
    both = [_together([part[n] for part in parts.values()]) for n in (0, 1)]
    taught = [fit(half) for half in both]
    every = _together(list(sets.values()))
    weights = Weights(*(round(value, 2) for value in fit(every)))
    losses = {}
    for name, (one, two) in {"all": both, **parts}.items():
        before = [log_loss(one, PRIORS), log_loss(two, PRIORS)]
        after = [log_loss(one, taught[1]), log_loss(two, taught[0])]
        losses[name] = {"before": round(sum(before) / 2, 4), "after": round(sum(after) / 2, 4)}
    report: dict[str, Any] = {
        "rows": {
            name: {"copied": int(rows.copied.sum()), "not": int((~rows.copied).sum())} for name, rows in sets.items()
        },
        "log-loss held out": losses,
        "weights": {name: (getattr(PRIORS, name), value) for name, value in weights._asdict().items()},
        "counted": (said := counted(every)),
    }
    sys.stdout.write(json.dumps(report, indent=1) + "\n")
    if given.write:
        head = [
            "Weights of copied-or-independent in decibans; what each means stands in dedup/copying.py.",
            "Made by benchmarks/fit_copying.py, which holds the recipe; edit the priors there and run it again.",
            *(f"{name}: {n['copied']:,} rows of copies, {n['not']:,} of others." for name, n in report["rows"].items()),
            "Log-loss on events held out, by the priors and by what the other half of the events taught:",
            *(f"  {name}: {v['before']:.4f} and {v['after']:.4f}" for name, v in losses.items()),
        ]
        target = Path(__file__).parents[1] / "dedup" / "data" / "copying.toml"
        target.write_text(page(weights, said, head), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
