"""``dedup eval``."""

from __future__ import annotations

from collections.abc import Iterable

import click

from dedup.commands.options import scanned
from dedup.terminal import show

__all__ = ["command"]

_FILE = click.Path(exists=True, dir_okay=False)


@click.command("eval")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@click.option("--pairs", type=_FILE, help="Labels of pairs: which share copied text, and which do not.")
@click.option("--clusters", type=_FILE, help="Labels of clusters: the versions of one text.")
@click.option("--spans", type=_FILE, help="Labels of passages: where the copied text stands in both.")
@click.option("--floors", type=_FILE, help="Instead of PATH: measure the sets of this file, fail below a floor.")
@click.option(
    "--data", type=click.Path(exists=True, file_okay=False), help="Where sets of --floors lie that are not shipped."
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="A table, or JSON."
)
@click.option("-q", "--quiet", is_flag=True, help="No progress bar.")
def command(
    paths: tuple[str, ...],
    pairs: str | None,
    clusters: str | None,
    spans: str | None,
    floors: str | None,
    data: str | None,
    form: str,
    quiet: bool,
) -> None:
    """Hold a scan against labels: precision, recall, F1, PlagDet, adjusted Rand index.

    PATH is what you would scan. Labels are JSON Lines; ids are those of the scan's JSON, spans are
    code points, from the first of a passage to the one behind its last. Pairs that no line labels
    are not counted; a pair is linked when its copied passages have 15 words.

    \b
    Labels
      pairs     {"a": "x.txt", "b": "y.txt", "shared": true}
      clusters  {"members": ["x.txt", "y.txt"]}
      spans     {"a": "x.txt", "b": "y.txt", "a_span": [0, 9], "b_span": [7, 16]}

    \b
    Examples
      dedup eval articles/ --pairs pairs.jsonl --clusters clusters.jsonl
      dedup eval --floors benchmarks/floors.json

    \b
    Exit codes
      0 done  1 a score is below its floor, or failed  2 wrong usage
    """
    if (floors is None) == (not paths):
        raise click.UsageError("give either PATH with labels, or --floors", click.get_current_context())
    if floors is not None:
        if pairs or clusters or spans:
            raise click.UsageError("--floors names its labels itself", click.get_current_context())
        _floors(floors, data, form)
        return
    if not (pairs or clusters or spans):
        raise click.UsageError("give --pairs, --clusters or --spans", click.get_current_context())
    from dedup.evaluate import evaluate, read_labels
    from dedup.settings import Settings

    labels = read_labels(pairs, clusters, spans)
    scores = evaluate(scanned(paths, Settings(), quiet), labels)
    if form == "json":
        _json(scores)
    else:
        rows = [(kind, name, f"{score:g}") for kind in scores for name, score in scores[kind].items()]
        _table(rows, ("labels", "measure", "score"))


def _floors(path: str, data: str | None, form: str) -> None:
    from dedup.errors import DedupError
    from dedup.floors import checks

    found = [*checks(path, data)]
    missed = [each for each in found if not each.holds]
    if form == "json":
        _json([{**each._asdict(), "holds": each.holds} for each in found])
    else:
        rows = [
            (
                each.set,
                each.measure,
                f"{each.floor:.3f}",
                "-" if each.score is None else f"{each.score:.4f}",
                each.why if each.score is None else "holds" if each.holds else "MISSED",
            )
            for each in found
        ]
        _table(rows, ("set", "measure", "floor", "score", ""))
    if missed:
        first = missed[0]
        raise DedupError(
            f"{len(missed)} of {len(found)} floors missed, the first is {first.set}, {first.measure}: "
            f"{first.score:.4f} is below {first.floor}"
        )


def _json(what: object) -> None:
    import json

    click.echo(json.dumps(what, indent=1))


def _table(rows: Iterable[tuple[str, ...]], heads: tuple[str, ...]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(Text, row))
    show(table)
