"""The command line.

Only click is imported at the top: every other module is imported where a command needs it, so
that ``dedup --help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec

import click

from dedup._version import __version__
from dedup.terminal import Meter, Size, show

if TYPE_CHECKING:
    from dedup.model import ScanResult
    from dedup.settings import Settings

__all__ = ["main"]

# NumPy's linear algebra is not used here, and need not start a thread for each core when it is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

P = ParamSpec("P")


def _friendly(command: Callable[P, None]) -> Callable[P, None]:
    """Turn what may go wrong into one line and an exit code; the only place where that is done."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        from dedup.errors import DedupError

        for stream in (sys.stdout, sys.stderr):
            # A terminal that cannot show a curly quote gets an escape, not a traceback.
            if reconfigure := getattr(stream, "reconfigure", None):
                reconfigure(errors="backslashreplace")
        try:
            command(*args, **kwargs)
            sys.stdout.flush()
        except DedupError as error:
            raise click.ClickException(_printable(str(error))) from error
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            sys.exit(130)
        except BrokenPipeError:  # the reader, `head` for instance, has seen enough
            _close_stdout()
            sys.exit(0)
        except OSError as error:
            _close_stdout()
            raise click.ClickException(
                _printable(f"{error.filename or 'cannot write the result'}: {error.strerror or error}")
            ) from error

    return run


def _close_stdout() -> None:
    """What is still buffered goes nowhere, or Python would complain when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from dedup.engine import ENGINES, engine

        slower = "" if "c" in ENGINES else ", slower: the C engine was not built, install a compiler and dedup again"
        click.echo(f"dedup {__version__} (engine: {engine('auto').name}{slower})")
        context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Version and engine."
)
def main() -> None:
    """Which text do these articles share, and which wire did it come from?

    dedup reads news articles, finds the passages that they share, tells a copied passage from a
    statement that anybody could quote, and traces what was copied to a wire (AP, Reuters, AFP ...),
    with the evidence for each step.

    \b
    Try
      dedup scan FOLDER                     what is shared, and where it comes from
      dedup scan FOLDER -o RESULT           the same, and files for other programs
      dedup explain A.txt B.txt --in FOLDER why these two are said to share text
      dedup bench                           how fast this machine is
    """


def _settings_options(command: Callable[P, None]) -> Callable[P, None]:
    """The options that become a Settings record; the defaults are those of dedup.settings."""
    number = click.IntRange(min=1)
    for option in (
        click.option(
            "--until",
            type=click.Choice(["documents", "passages", "provenance"]),
            help="Stop at near-identical articles, at shared passages, or go on to the wires.  [default: provenance]",
        ),
        click.option(
            "--min-words",
            type=number,
            metavar="N",
            help="Fewest equal words in a passage that is reported.  [default: 8]",
        ),
        click.option(
            "--shingle", type=number, metavar="N", help="Words in a shingle, the unit of comparison.  [default: 5]"
        ),
        click.option(
            "--window",
            type=number,
            metavar="N",
            help="Shingles in a winnowing window: each shared run of N + shingle - 1 words is found.  [default: 4]",
        ),
        click.option(
            "--threshold",
            type=click.FloatRange(0.1, 0.95),
            metavar="J",
            help="Jaccard from which near-identical articles are looked for; datasketch chooses bands and rows.  "
            "[default: about 0.4]",
        ),
        click.option(
            "--jobs",
            type=number,
            metavar="N",
            help="Threads; the answer is the same.  [default: one for each core]",
        ),
        click.option(
            "--memory",
            type=Size(),
            metavar="SIZE",
            help="Memory for the index of shingles, such as 500M or 4G; what is more goes to temporary files. "
            "The answer is the same.  [default: half of the machine's]",
        ),
        click.option(
            "--engine",
            type=click.Choice(["auto", "reference"]),
            help="For checking: `reference` is slow plain Python, with datasketch for the signatures. "
            "The answer is the same.  [default: auto]",
        ),
    )[::-1]:
        command = option(command)
    return command


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path())
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="A summary to read, or one JSON document on standard output.",
)
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="DIR",
    type=click.Path(),
    help="Also write every export into DIR: scan.json, the graph as JSON, GraphML and DOT, two CSV tables.",
)
@_settings_options
@click.option("-q", "--quiet", is_flag=True, help="No summary, progress bar or notes; errors and JSON remain.")
@_friendly
def scan(paths: tuple[str, ...], form: str, folder: str | None, quiet: bool, **options: Any) -> None:
    """Find shared passages and the wires they came from.

    PATH is a folder, read with all folders in it, a file, or - for standard input. Text (.txt, .md)
    is one article a file, JSON Lines (.jsonl, .jsonl.gz) one a line, with the fields id, text, and
    title, outlet, url, published, byline, language where known. What cannot be read is listed with
    the reason, and the rest goes on.

    \b
    Examples
      dedup scan articles/
      dedup scan articles/ -o result/
      dedup scan a.txt b.txt --min-words 12
      dedup scan articles/ --format json | jq '.strands[].say'

    \b
    How to read the result
      from AP                  0.95 and more: as good as certain
      probably AP              0.75 to 0.95
      more likely AP than PA   0.5 to 0.75
      AP or PA, not decided    less than that
      at least 36 %            found by comparison: another article may show more
      public statement         the same words, said in public: no sign of a copy
      22.5 dB                  weight of the wording: 10 dB are odds of 10 to 1
                               that it was copied, 20 dB 100 to 1, -10 dB 1 to 10
      { }                      words that differ between the two sides

    \b
    Exit codes
      0 done  1 failed, or nothing could be read  2 wrong usage  130 interrupted
    """

    result = _scan(paths, _settings(options), quiet)
    if folder is not None:
        from dedup import exports

        written = exports.write_all(result, folder)
        if not quiet:
            _note(f"Wrote {len(written)} files to {folder}")
    if form == "json":
        from dedup.exports import scan_json

        # Bytes, because JSON is UTF-8 whatever the terminal speaks.
        for piece in scan_json.pieces(result):
            sys.stdout.buffer.write(piece.encode("utf-8"))
        if result.skipped and not quiet:
            number = len(result.skipped)
            _note(f'{number} {"input was" if number == 1 else "inputs were"} skipped; see "skipped" in the JSON')
    elif not quiet:
        from dedup.report import Report

        show(Report(result))


@main.command()
@click.argument("a")
@click.argument("b")
@click.option(
    "--in",
    "corpus",
    multiple=True,
    metavar="PATH",
    type=click.Path(),
    help="Articles to compare with, so that shared texts and wires show; may be given several times.",
)
@_settings_options
@click.option("-q", "--quiet", is_flag=True, help="No progress bar or notes.")
@_friendly
def explain(a: str, b: str, corpus: tuple[str, ...], quiet: bool, **options: Any) -> None:
    """Show why A and B are said to share text.

    Their passages side by side, with every factor that counted for or against a copy, and the
    origins of the texts that both hold. A and B are files; with --in they may also be ids of
    articles in those inputs, as `dedup scan` prints them, or the beginning or last part of an id.

    \b
    Examples
      dedup explain a.txt b.txt
      dedup explain 001 003 --in articles/

    Two articles alone say little about wires: what tells one wire from another is mostly who else
    has the text, and who has not. Exit codes are those of `dedup scan`.
    """
    from dedup.explain import Explanation, find

    result = _scan(corpus or (a, b), _settings(options), quiet)
    show(Explanation(result, find(result, a), find(result, b)))


@main.command()
@click.option(
    "-n", "--articles", type=click.IntRange(min=10), default=4000, show_default=True, help="Articles to make."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Which articles; the same seed makes the same.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Tables, or JSON."
)
@_friendly
def bench(articles: int, seed: int, form: str) -> None:
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


def _settings(options: dict[str, Any]) -> Settings:
    from dedup.errors import SettingsError
    from dedup.settings import Settings

    chosen = {name: value for name, value in options.items() if value is not None}
    if (threshold := chosen.pop("threshold", None)) is not None:
        from dedup.candidates import bands_for

        chosen["bands"], chosen["rows"] = bands_for(threshold)
    try:
        return Settings(**chosen)
    except SettingsError as error:  # options that contradict each other are wrong usage
        raise click.UsageError(str(error), click.get_current_context()) from error


def _scan(paths: tuple[str, ...], settings: Settings, quiet: bool) -> ScanResult:
    from dedup import scan

    with Meter(quiet) as meter:
        return scan(paths, settings, progress=meter)


def _note(text: str) -> None:
    click.echo(_printable(text), err=True)


def _printable(text: str) -> str:
    """File names and messages may hold what articles may hold."""
    from dedup.wording import one_line

    return one_line(text)


if __name__ == "__main__":
    main()
