"""What the commands have in common: the options that become settings, scans with progress, notes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ParamSpec

import click

from dedup.terminal import Meter, Size

if TYPE_CHECKING:
    from dedup.model import ScanResult, Skipped
    from dedup.settings import Settings

__all__ = [
    *(
        "index_option",
        "note",
        "note_skipped",
        "owners",
        "printable",
        "result_of",
        "scanned",
        "settings_of",
        "settings_options",
    ),
    *("wait_option", "wires_option"),
]

P = ParamSpec("P")
_SKIPPED = 20  # lines on what could not be read


index_option = click.option(
    "--index",
    "index",
    required=True,
    envvar="DEDUP_INDEX",
    metavar="NAME",
    help="The index: a folder, or redis://HOST:PORT/DATABASE#NAME.  [environment: DEDUP_INDEX]",
)
wait_option = click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for another process that writes to the index.",
)


_NUMBER = click.IntRange(min=1)
_SETTINGS = (
    click.option(
        "--until",
        type=click.Choice(["documents", "passages", "provenance"]),
        help="Stop at near-identical articles, at shared passages, or go on to the wires.  [default: provenance]",
    ),
    click.option(
        "--min-words",
        type=_NUMBER,
        metavar="N",
        help="Fewest equal words in a passage that is reported.  [default: 8]",
    ),
    click.option(
        "--shingle", type=_NUMBER, metavar="N", help="Words in a shingle, the unit of comparison.  [default: 5]"
    ),
    click.option(
        "--window",
        type=_NUMBER,
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
        "--rewrites",
        is_flag=True,
        default=None,
        help="Look for passages that were reworded, shuffled, translated and back or summed up, too, also between "
        "articles that share no run of words. 1 to 5 milliseconds a pair of articles.",
    ),
    click.option(
        "--noisy",
        is_flag=True,
        default=None,
        help="For texts with reading errors (OCR): compare letters instead of words. Ten to twenty times slower.",
    ),
    click.option(
        "--sentences", is_flag=True, default=None, help="Widen each passage to the whole sentences that it touches."
    ),
    click.option(
        "--uncredited",
        type=_NUMBER,
        metavar="N",
        help="Fewest words of a wire's text for the flag uncredited-copy, unless they are half of the article.  "
        "[default: 30]",
    ),
    click.option(
        "--outlets",
        type=click.Path(dir_okay=False),
        metavar="FILE",
        help="CSV with the columns outlet and owner: outlets of one owner count once as evidence and as a source.",
    ),
    click.option(
        "--jobs",
        type=_NUMBER,
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
        "--wires",
        type=click.Path(),
        metavar="FILE",
        help="Wires of your own beside those of `dedup wires`, in the same format.",
    ),
    click.option(
        "--engine",
        type=click.Choice(["auto", "reference"]),
        help="For checking: `reference` is slow plain Python, with datasketch for the signatures. "
        "The answer is the same.  [default: auto]",
    ),
)


def settings_options(command: Callable[P, None]) -> Callable[P, None]:
    """The options that become a Settings record; the defaults are those of dedup.settings."""
    for option in reversed(_SETTINGS):
        command = option(command)
    return command


def wires_option(command: Callable[P, None]) -> Callable[P, None]:
    """The option --wires of a command that reads credits without a scan."""

    def lay_over(_: click.Context, __: click.Parameter, path: str | None) -> None:
        from dedup.registry import use

        use(path)

    return click.option(
        "--wires",
        type=click.Path(),
        metavar="FILE",
        expose_value=False,
        callback=lay_over,
        help="Wires of your own beside these, in the same format.",
    )(command)


def settings_of(options: dict[str, Any]) -> Settings:
    """The record of these options, those left out by default; a UsageError where they contradict each other."""
    from dedup.errors import SettingsError
    from dedup.settings import Settings

    chosen = {name: value for name, value in options.items() if value is not None}
    if (threshold := chosen.pop("threshold", None)) is not None:
        from dedup.candidates import bands_for

        chosen["bands"], chosen["rows"] = bands_for(threshold)
    if (outlets := chosen.pop("outlets", None)) is not None:
        chosen["owners"] = owners(outlets)
    try:
        settings = Settings(**chosen)
    except SettingsError as error:  # options that contradict each other are wrong usage
        raise click.UsageError(str(error), click.get_current_context()) from error
    from dedup.registry import use

    use(settings.wires)  # for commands that look credits up without a scan, too
    return settings


def owners(path: str) -> dict[str, str]:
    """The owner of each outlet in a table; InputError where it is none."""
    import csv
    from pathlib import Path

    from dedup.errors import InputError

    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if not {"outlet", "owner"} <= {*(rows.fieldnames or ())}:
                raise InputError(f"{path} has no columns outlet and owner in its first line; add that line")
            pairs = [((row["outlet"] or "").strip(), (row["owner"] or "").strip()) for row in rows]
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; name a CSV with the columns outlet and owner") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} is no CSV in UTF-8: {error}") from error
    return {outlet: owner for outlet, owner in pairs if outlet and owner}


def scanned(paths: tuple[str, ...], settings: Settings, quiet: bool) -> ScanResult:
    """Scan with a progress bar, unless ``quiet``."""
    from dedup import scan

    with Meter(quiet) as meter:
        return scan(paths, settings, progress=meter)


def result_of(paths: tuple[str, ...], settings: Settings, quiet: bool) -> ScanResult:
    """An earlier scan, where one path is its scan.json or the folder of it; else a scan of the paths."""
    from pathlib import Path

    from dedup.results import NAME, load

    if len(paths) == 1 and (Path(paths[0], NAME).is_file() or Path(paths[0]).name == NAME):
        return load(paths[0])
    return scanned(paths, settings, quiet)


def must_be_there(*paths: str) -> None:
    """InputError where none of the paths is there, before an index is made for nothing."""
    from os.path import lexists

    from dedup.errors import InputError

    if not any(path == "-" or lexists(path) for path in paths):
        raise InputError(f"there is no {' and no '.join(paths[:3])}; check the name")


def note(text: str) -> None:
    """A line on standard error."""
    click.echo(printable(text), err=True)


def note_skipped(skipped: Iterable[Skipped]) -> None:
    """Some lines on standard error on what could not be read."""
    from dedup.wording import unread

    lines, more = unread(skipped, _SKIPPED)
    for line in [*lines, f"{more:,} more"] if more else lines:
        note(f"Skipped {line}")


def printable(text: str) -> str:
    """File names and messages may hold what articles may hold."""
    from dedup.wording import one_line

    return one_line(text)
