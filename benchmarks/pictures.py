"""Draw ``scale-time.svg`` and ``scale-memory.svg`` beside the JSON file that is given.  Same numbers, same bytes."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams.update({"svg.hashsalt": "dedup", "svg.fonttype": "none", "font.size": 10})
from matplotlib import pyplot  # noqa: E402  (after the back end is chosen)


def draw(rows: dict[str, Any], value: str, title: str, path: Path) -> None:
    """A line for each way of running, over the number of articles."""
    lines = defaultdict(list)
    for row in rows.values():
        if "error" not in row:
            each = {"time": row["cpu"] / row["articles"] * 1e6, "memory": row["peak_kb"] / 1024}[value]
            lines[f"until {row['until']}, {row['jobs']} job{'s' * (row['jobs'] > 1)}"].append((row["articles"], each))
    figure, axes = pyplot.subplots(figsize=(6.4, 3.6), layout="constrained")
    for mark, (label, points) in zip("os^vDx", sorted(lines.items()), strict=False):
        axes.plot(*zip(*sorted(points), strict=True), marker=mark, label=label)
    axes.set(xscale="log", yscale="log", xlabel="articles", title=title)
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    source = Path(sys.argv[1])
    measured = json.loads(source.read_text(encoding="utf-8"))["rows"]
    draw(measured, "time", "CPU, microseconds an article", source.with_name("scale-time.svg"))
    draw(measured, "memory", "Peak memory, MB", source.with_name("scale-memory.svg"))
