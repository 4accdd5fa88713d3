"""Events: which pure reports are about the event that the members of a strand are about.

Reports of one event repeat the same names.  The names of a million reports are hashes here, a few
for each, and an index over them finds the reports that have enough of them in common.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import numpy as np
import numpy.typing as npt

from dedup.about import sample
from dedup.appeared import microseconds
from dedup.article import Article
from dedup.columns import Rows, among, begins, marked, numbered, spread, unique
from dedup.engine import Engine, engine
from dedup.parallel import in_order
from dedup.relations import UNKNOWN, Named, Reports
from dedup.settings import Settings
from dedup.witness import Witnesses

__all__ = ["SAME_DAY", "nearby_reports"]

SAME_NAMES, FEWEST_NAMES = 0.5, 3
"""Two articles are about one event when they share half of the names that the one with fewer
names repeats, and at least three."""
SAME_DAY = timedelta(days=2)
"""Time between two articles about one event, at most."""
CROWDED = 1000
"""A name that more reports of the same days have tells no event from another: it does not count."""
_WINDOW = microseconds(SAME_DAY)
_SECOND, _SECONDS = 1_000_000, 39
"""Microseconds; and bits that hold the seconds of all years."""
_BATCH = 256
"""Articles whose names are read at once."""
_FEWEST = 64
"""Groups asked for each thread: to start one takes longer than to ask fewer."""

_I64 = npt.NDArray[np.int64]


def nearby_reports(
    members: Rows,
    everybody: Witnesses,
    settings: Settings = Settings(),  # noqa: B008  (frozen)
    jobs: int = 1,
    worlds: _I64 | None = None,
) -> dict[int, list[int]]:
    """Pure reports about the event of each of the members of a strand (version groups), of the same
    days, that are no members and not shorter than the shortest: by strand, sorted.

    ``worlds`` numbers articles that have nothing to do with each other, if there are several such worlds.

    Cost: some 25 microseconds for each article of a report or a member, to read its names; and for each strand
    2 nanoseconds for each report of the same days that has one of the names of a member: at most ``CROWDED`` for a
    name, however many articles there are.
    """
    reports = everybody.reports
    if not len(reports) or not len(members):
        return {}
    # Of a small world, as a rule, every report carries the strand itself: then no name need be read.
    apart = np.zeros(len(everybody.groups), np.int64) if worlds is None else worlds
    some, reports = _with_others(members, reports, apart)
    if not len(some):
        return {}
    sizes = members.begins[some + 1] - members.begins[some]
    members = Rows(begins(sizes), members.values[spread(members.begins[some], sizes)])
    about = _About(reports, unique(np.concatenate([reports, members.values])), everybody, settings, jobs)
    found: dict[int, list[int]] = defaultdict(list)
    for strand, report in about.candidates(members, jobs, worlds):
        # Of thousands of members some: they share a text.
        if all(about.same(member, report) for member in sample(members.row(strand).astype(np.int64)).tolist()):
            found[int(some[strand])].append(report)
    return {strand: sorted(reports) for strand, reports in found.items()}


def _with_others(members: Rows, reports: _I64, worlds: _I64) -> tuple[_I64, _I64]:
    """The strands in whose world there are reports that do not carry them, and the reports of those worlds."""
    first = members.begins[:-1]
    is_report = np.zeros(len(worlds), np.int64)
    is_report[reports] = 1
    carry = np.add.reduceat(is_report[members.values], first)
    home = worlds[members.values[first]]
    some = marked(np.bincount(worlds[reports], minlength=int(home.max()) + 1)[home] > carry)
    if len(some) == len(members):
        return some, reports
    return some, reports[among(worlds[reports], unique(home[some]))]


class _About:
    """Names of version groups, and those of reports by name."""

    def __init__(self, reports: _I64, groups: _I64, everybody: Witnesses, settings: Settings, jobs: int) -> None:
        self._everybody, self._work = everybody, engine(settings.engine)
        self._row = np.full(len(everybody.groups), -1, np.int32)
        self._row[groups] = np.arange(len(groups), dtype=np.int32)
        self._times = everybody.times[groups]
        reported = np.zeros(len(groups), np.bool_)
        reported[self._row[reports]] = True
        rows, hashes = self._telling(*self._read(jobs), reported)
        # Names by how many reports have them, rare ones first; those that no report has come last.
        known, which = numbered(hashes[reported[rows]])
        times = np.bincount(which, minlength=len(known))
        rank = np.empty(len(known), np.int32)
        rank[np.argsort(times, kind="stable")] = np.arange(len(known), dtype=np.int32)
        place = np.minimum(np.searchsorted(known, hashes), max(0, len(known) - 1))
        told = known[place] == hashes if len(known) else np.zeros(len(hashes), np.bool_)
        names = len(known) + np.arange(len(hashes), dtype=np.int32)
        names[told] = rank[place[told]]
        order = np.lexsort((names, rows))
        self._names, self._begins = names[order], begins(np.bincount(rows, minlength=len(groups)))
        in_reports = np.concatenate([np.sort(times), [0]])[np.minimum(self._names, len(known))]
        cost = np.add.reduceat(np.concatenate([in_reports, [0]]), self._begins[:-1]) * (np.diff(self._begins) > 0)
        enough = np.bincount(rows[order][in_reports > 0], minlength=len(groups)) >= FEWEST_NAMES
        # Without a date it might be any of all the days.
        endless = (self._times == UNKNOWN) & (cost > CROWDED * np.diff(self._begins))
        self._cost = np.where(enough & ~endless, cost, -1)
        size = np.diff(self._begins)
        several = self._row[reports][size[self._row[reports]] >= FEWEST_NAMES]
        self._reports = several[np.argsort(self._times[several], kind="stable")]
        self._groups = groups
        self._sets: dict[int, frozenset[int]] = {}

    def _read(self, jobs: int) -> tuple[_I64, npt.NDArray[np.uint64]]:
        """The names of all groups: the row of each, and its hash."""
        row = self._row[self._everybody.groups.of]
        numbers = marked(row >= 0)
        batches = [numbers[start : start + _BATCH].tolist() for start in range(0, len(numbers), _BATCH)]
        articles = self._everybody.articles
        found = list(in_order((partial(_names, [articles[n] for n in batch], self._work) for batch in batches), jobs))
        hashes = np.concatenate([np.empty(0, np.uint64), *(each.hashes for each in found)])
        counts = np.concatenate([np.empty(0, np.int32), *(each.counts for each in found)])
        rows = np.repeat(row[numbers].astype(np.int64), counts)
        # Versions of one text have most of their names in common.
        order = np.lexsort((hashes, rows))
        rows, hashes = rows[order], hashes[order]
        fresh = np.ones(len(rows), np.bool_)
        fresh[1:] = (rows[1:] != rows[:-1]) | (hashes[1:] != hashes[:-1])
        return rows[fresh], hashes[fresh]

    def _telling(
        self, rows: _I64, hashes: npt.NDArray[np.uint64], reported: npt.NDArray[np.bool_]
    ) -> tuple[_I64, npt.NDArray[np.uint64]]:
        """Without the names that too many ``reported`` groups of the same days have."""
        known, which = numbered(hashes[reported[rows]])
        often = np.flatnonzero(np.bincount(which, minlength=len(known)) > CROWDED)
        if not len(often):
            return rows, hashes
        here = among(which, often)
        name, time = which[here], self._times[rows[reported[rows]][here]]
        dated = time != UNKNOWN
        most = np.bincount(name[~dated], minlength=len(known))
        keys = np.sort(name[dated] << _SECONDS | (time[dated] - time[dated].min(initial=0)) // _SECOND)
        together = np.searchsorted(keys, keys + 2 * _WINDOW // _SECOND, "right") - np.arange(len(keys))
        at_once = np.zeros(len(known), np.int64)
        np.maximum.at(at_once, keys >> _SECONDS, together)
        kept = ~among(hashes, known[most + at_once > CROWDED])
        return rows[kept], hashes[kept]

    def candidates(self, members: Rows, jobs: int, worlds: _I64 | None = None) -> Sequence[tuple[int, int]]:
        """Strands, and reports that are about the event of one member: the one with the rarest names."""
        cost = self._cost[self._row[members.values]]
        strand = members.rows()
        order = np.lexsort((cost, strand))
        first = order[members.begins[:-1]]
        strands = marked(cost[first] >= 0)
        asked, which = numbered(self._row[members.values[first[strands]]])
        parts = np.array_split(asked, min(jobs, 1 + len(asked) // _FEWEST))
        work = (partial(self._nearby, part) for part in parts)
        starts = begins(np.array([len(part) for part in parts]))
        nearby = zip(starts.tolist(), in_order(work, jobs), strict=False)
        pair = np.concatenate([found + np.array([start, 0]) for start, found in nearby])
        # From pairs of an asked group and a report to pairs of a strand and a report.
        by_asked = Rows.of(which, strands, len(asked))
        counts = np.diff(by_asked.begins)[pair[:, 0]]
        strand = by_asked.values[spread(by_asked.begins[pair[:, 0]], counts)].astype(np.int64)
        report = self._groups[self._reports[np.repeat(pair[:, 1], counts)]]
        words = self._everybody.words
        shortest = np.minimum.reduceat(words[members.values], members.begins[:-1])
        here = among(strand << 32 | report, unique(members.rows() << 32 | members.values.astype(np.int64)))
        kept = ~here & (words[report] >= shortest[strand])
        if worlds is not None:
            kept &= worlds[report] == worlds[members.values[members.begins[strand]]]
        return list(zip(strand[kept].tolist(), report[kept].tolist(), strict=True))

    def _nearby(self, asked: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        return self._work.nearby(self._some(self._reports), self._some(asked), FEWEST_NAMES, SAME_NAMES, _WINDOW)

    def _some(self, rows: npt.NDArray[np.int32]) -> Reports:
        counts = np.diff(self._begins)[rows]
        return Reports(self._times[rows], begins(counts), self._names[spread(self._begins[rows], counts)])

    def same(self, one: int, other: int) -> bool:
        """Whether two groups are about one event, and of the same days."""
        x, y = self._row.item(one), self._row.item(other)
        early, late = sorted((self._times.item(x), self._times.item(y)))
        if early != UNKNOWN and late - early > _WINDOW:
            return False
        a, b = self._set(x), self._set(y)
        common = len(a & b)
        return common >= FEWEST_NAMES and common >= SAME_NAMES * min(len(a), len(b))

    def _set(self, row: int) -> frozenset[int]:
        if row not in self._sets:
            start, end = self._begins[row : row + 2].tolist()
            self._sets[row] = frozenset(self._names[start:end].tolist())
        return self._sets[row]


def _names(articles: Sequence[Article], work: Engine) -> Named:
    bodies = None if all(article.body is None for article in articles) else [article.spans for article in articles]
    return work.names([article.document.text for article in articles], bodies)
