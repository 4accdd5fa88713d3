"""The tables that ``dedup bench`` prints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dedup.bench.stages import Cost, ScanCost

__all__ = ["record", "tables"]


def tables(machine: str, costs: Sequence[Cost], scans: Sequence[ScanCost]) -> RenderableType:
    """Return the cost of the stages, engines side by side, and of whole scans."""
    return Group(Text(machine, style="dim"), Text(), _stages(costs), Text(), _scans(scans), Text(_NOTE, style="dim"))


_NOTE = (  # one paragraph, which the terminal breaks
    "\nCPU time, one thread for the stages. Read: from JSON Lines to documents. All three: fold, shingle and sketch in "
    "one call, as scans do it. Compare: pairs found, exactly. Look at words: what a judge has to know of each. Whole "
    "scans read a generated file."
)


def record(machine: str, costs: Sequence[Cost], scans: Sequence[ScanCost]) -> dict[str, Any]:
    """Return the same for programs."""
    return {"machine": machine, "stages": [asdict(cost) for cost in costs], "scans": [asdict(scan) for scan in scans]}


def _stages(costs: Sequence[Cost]) -> Table:
    engines = list(dict.fromkeys(cost.engine for cost in costs))
    table = Table(title="Stages, µs an article", title_justify="left", box=None, pad_edge=False)
    table.add_column("stage")
    for engine in engines:
        table.add_column(f"{engine} µs", justify="right")
        table.add_column("articles/s", justify="right")
        table.add_column("MB/s", justify="right")
    for stage in dict.fromkeys(cost.stage for cost in costs):
        cells: list[str] = []
        for engine in engines:
            found = [cost for cost in costs if (cost.stage, cost.engine) == (stage, engine)]
            cells += _speed(found[0].seconds, found[0].articles, found[0].bytes) if found else ["", "", ""]
        table.add_row(stage, *cells)
    return table


def _scans(scans: Iterable[ScanCost]) -> Table:
    table = Table(
        title="Whole scans, CPU µs an article; articles/s and MB/s by the clock",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    table.add_column("until")
    table.add_column("engine")
    for name in ("articles", "threads", "µs CPU", "articles/s", "MB/s", "peak MB"):
        table.add_column(name, justify="right")
    for scan in scans:
        cpu, _, _ = _speed(scan.seconds, scan.articles, scan.bytes)
        _, rate, megabytes = _speed(scan.wall, scan.articles, scan.bytes)
        peak = f"{scan.peak / 1e6:,.0f}"
        table.add_row(scan.until, scan.engine, f"{scan.articles:,}", f"{scan.jobs}", cpu, rate, megabytes, peak)
    return table


def _speed(seconds: float, articles: int, size: int) -> list[str]:
    seconds = max(seconds, 1e-9)
    each = seconds / articles * 1e6
    return [
        f"{each:,.1f}" if each < 1000 else f"{each:,.0f}",
        f"{articles / seconds:,.0f}",
        f"{size / seconds / 1e6:,.1f}",
    ]
