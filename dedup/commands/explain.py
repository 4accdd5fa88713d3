"""``dedup explain``."""

from __future__ import annotations

from typing import Any

import click

from dedup.commands.options import scanned, settings_of, settings_options
from dedup.terminal import show

__all__ = ["command"]


@click.command("explain")
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
@settings_options
@click.option("-q", "--quiet", is_flag=True, help="No progress bar or notes.")
def command(a: str, b: str, corpus: tuple[str, ...], quiet: bool, **options: Any) -> None:
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

    result = scanned(corpus or (a, b), settings_of(options), quiet)
    show(Explanation(result, find(result, a), find(result, b)))
