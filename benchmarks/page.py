"""The page of results, from the JSON files beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HEAD = """# Results

Written by `compare.py` and `scale.py` from the files in `results/`; change those, not this page.
How to read it, and how to measure again: [README.md](README.md).
"""


def write_page(here: Path) -> None:
    """Write ``RESULTS.md``."""
    parts = [HEAD]
    for path in sorted((here / "results").glob("compare-*.json"), key=_size_and_kind):
        parts.append(_comparison(json.loads(path.read_text(encoding="utf-8"))))
    scale = here / "results" / "scale.json"
    if scale.exists():
        parts.append(_scale(json.loads(scale.read_text(encoding="utf-8"))))
    (here / "RESULTS.md").write_text("\n".join(parts), encoding="utf-8")


def _size_and_kind(path: Path) -> tuple[int, str]:
    _, size, *kind = path.stem.split("-")
    return int(size), "-".join(kind)


_PARTS = ("recall_80", "recall_50", "recall_50_apart", "recall_planted", "precision_50")


def _comparison(data: dict[str, Any]) -> str:
    n = data["articles"]
    lines = [
        f"## Peers, {n:,} articles{'' if data['realistic'] else ', bodies only'}",
        "",
        f"{data['bytes'] / 1e6:.1f} MB, seed {data['seed']}, SHA-256 `{data['digest'][:16]}`; {data['pairs_50']:,} "
        f"pairs with an exact Jaccard similarity of 0.5 or more, {data['pairs_80']:,} with 0.8 or more.",
        "",
        "| peer | version | cores | CPU s | wall s | µs CPU an article | gaoya's CPU / this | peak MB "
        "| recall J≥.8 | recall J≥.5 | without mass stories | copies | precision J≥.5 | gives |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for name, row in data["rows"].items():
        peer, cores = name.split("@")
        if "error" in row:
            lines.append(f"| {peer} | | {cores} | failed: {row['error']} |" + " |" * 10)
            continue
        version = row["version"] + (f" ({row['revision']})" if "revision" in row else "")
        cells = [
            peer,
            version,
            cores,
            f"{row['cpu']:.2f}",
            f"{row['wall']:.2f}",
            f"{row['cpu'] / n * 1e6:.0f}",
            f"{row['reference_cpu'] / row['cpu']:.2f}",
            f"{row['peak_kb'] / 1024:.0f}",
            *(_part(row.get(key)) for key in _PARTS),
            row["gives"],
        ]
        lines.append(f"| {' | '.join(cells)} |")
    own = [
        f"- {name.replace('@', ', cores: ')}: recall J≥.5 {_part(row['own_words']['recall_50'])}, "
        f"copies {_part(row['own_words'].get('recall_planted'))}, "
        f"precision {_part(row['own_words']['precision_50'])}; {row['matches']:,} matches, {row['passages']:,} passages"
        for name, row in data["rows"].items()
        if "own_words" in row
    ]
    if own:
        lines += ["", "dedup's pairs against the exact Jaccard similarity over dedup's own words:", "", *own]
    return "\n".join([*lines, "", "Conditions:", "", *_sessions(data["rows"]), ""])


def _part(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _sessions(rows: dict[str, Any]) -> list[str]:
    """One line for each session of measurements."""
    found: dict[str, list[str]] = {}
    for name, row in rows.items():
        if "session" not in row:  # not tried
            continue
        s = row["session"]
        text = (
            f"{s['date']}, {s['machine']}, {s['cores']} cores, {s['memory_gb']} GB, {s['system']}, "
            f"Python {s['python']}; load before {s['load'][0]}, after {s['load_after'][0]}"
        )
        if "rounds" in s:
            text += f"; median of {s['rounds']}; gaoya {row['reference_cpu']:.2f} s CPU"
        found.setdefault(text, []).append(name)
    return [f"- {', '.join(names)}: {text}" for text, names in found.items()]


def _scale(data: dict[str, Any]) -> str:
    lines = [
        "## dedup, from a thousand articles to a million",
        "",
        "| articles | until | jobs | CPU s | wall s | µs CPU an article | peak MB | KB an article "
        "| matches | passages | revision |",
        "|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for row in data["rows"].values():
        n = row["articles"]
        if "error" in row:
            lines.append(f"| {n:,} | {row['until']} | {row['jobs']} | failed: {row['error']} |" + " |" * 7)
            continue
        lines.append(
            f"| {n:,} | {row['until']} | {row['jobs']} | {row['cpu']:.2f} | {row['wall']:.2f} "
            f"| {row['cpu'] / n * 1e6:.0f} | {row['peak_kb'] / 1024:.0f} | {row['peak_kb'] / n:.1f} "
            f"| {row['matches']:,} | {row['passages']:,} | {row['revision']} |"
        )
    pictures = ["", "![time](results/scale-time.svg)", "", "![memory](results/scale-memory.svg)", ""]
    return "\n".join([*lines, *pictures, "Conditions:", "", *_sessions(data["rows"]), ""])
