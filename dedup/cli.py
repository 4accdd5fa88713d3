"""The command line.

Only click is imported at the top: every other module, that of a command too, is imported where it is
needed, so that ``dedup --help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from dedup._version import __version__

__all__ = ["main", "run"]

# NumPy's linear algebra is not used here, and need not start a thread for each core when it is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

COMMANDS = ("scan", "check", "watch", "index", "explain", "wires", "audit", "export", "eval", "bench")
"""In the order of ``--help``; each is ``dedup.commands.NAME``."""


class Commands(click.Group):
    """A group whose commands are loaded when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"dedup.commands.{cmd_name}").command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what goes wrong becomes a line and an exit code."""
        with _friendly():
            return super().invoke(ctx)


@contextmanager
def _friendly() -> Iterator[None]:
    """Turn what may go wrong into one line and an exit code; the only place where that is done."""
    from dedup.errors import DedupError

    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a curly quote gets an escape, not a traceback.
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")
    try:
        yield
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
        message = f"{error.filename or 'cannot write the result'}: {error.strerror or error}"
        raise click.ClickException(_printable(message)) from error


def _printable(text: str) -> str:
    from dedup.commands.options import printable

    return printable(text)


def _close_stdout() -> None:
    """What is still buffered goes nowhere, or Python would complain when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from dedup.engine import ENGINES, engine

        slower = "" if "c" in ENGINES else ", slower: the C engine was not built, install a compiler and dedup again"
        click.echo(f"dedup {__version__} (engine: {engine('auto').name}{slower})")
        context.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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
      dedup index add FOLDER --index NEWS   keep articles, to check new ones against them
      dedup check NEW.txt --index NEWS      is this wire copy, and whose?
      dedup explain A.txt B.txt --in FOLDER why these two are said to share text
      dedup wires --explain "By AP"         how a credit line is read
      dedup audit FOLDER                    credits that the text contradicts
      dedup export RESULT --to gexf         the graph for Gephi, and other formats
      dedup eval FOLDER --pairs LABELS      how good the answers are
      dedup bench                           how fast this machine is
    """


def run() -> None:
    """``main`` in a process of its own."""
    from dedup.process import ready

    ready()
    main()


if __name__ == "__main__":
    run()
