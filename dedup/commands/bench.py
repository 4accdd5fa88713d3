"""``dedup bench``."""

from __future__ import annotations

import os

import click

from dedup._version import __version__
from dedup.terminal import Meter, show

__all__ = ["command"]


@click.command("bench")
@click.option(
    "-n", "--articles", type=click.IntRange(min=10), default=4000, show_default=True, help="Articles to make."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Which articles; the same seed makes the same.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Tables, or JSON."
)
def command(articles: int, seed: int, form: str) -> None:
    """Measure what each stage costs on this machine, in under a minute.

    Makes news-like articles, the same on every machine, and times each stage with every engine there
    is, then whole scans with one thread and with all. Other work on the machine makes all of it
    slower: compare ratios.

    \b
    Examples
      dedup bench
      dedup bench -n 20000 --format json
    """
    import json
    import platform

    from dedup.bench import stages, table
    from dedup.engine import engine
    from dedup.parallel import cores

    fast = engine("auto").name
    jobs = sorted({1, cores()})
    costs, scans = [], []
    with Meter(False) as meter:
        few = max(10, articles // 40)  # the reference is slow, and its cost an article is the same
        for name, number in ((fast, articles), ("reference", few)):
            for cost in stages.stages(number, name, seed):
                costs.append(cost)
                meter("bench", len(costs), 0)
        for name, number, threads in ((fast, articles, jobs), ("reference", few, [1])):
            for cost_of_scan in stages.scans(number, name, threads, seed):
                scans.append(cost_of_scan)
                meter("bench", len(costs) + len(scans), 0)
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    machine = f"dedup {__version__}, Python {platform.python_version()}, {platform.machine()}, {cores()} cores{load}"
    if form == "json":
        click.echo(json.dumps(table.record(machine, costs, scans), indent=1))
    else:
        show(table.tables(machine, costs, scans))
