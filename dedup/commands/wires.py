"""``dedup wires``."""

from __future__ import annotations

import sys

import click

from dedup.commands.options import printable, wires_option
from dedup.terminal import show

__all__ = ["command"]


@click.command("wires")
@click.argument("words", nargs=-1)
@click.option(
    "--explain", "line", metavar="LINE", help="Read a credit line, and say which rules read it; - for standard input."
)
@click.option("--outlet", metavar="NAME", help="With --explain: who printed it; its own name is no wire.")
@click.option("--url", metavar="URL", help="With --explain: where it was printed.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", help="What to print.  [default: table]"
)
@wires_option
def command(words: tuple[str, ...], line: str | None, outlet: str | None, url: str | None, form: str) -> None:
    """List the wires that dedup knows, or explain how a credit line is read.

    WORDS choose wires by id, name, country or kind; where they leave one, all that is known of it is
    shown: its names by language, those that mean other things too, its own sites, whose text it
    carries, and how it is credited.

    \b
    Examples
      dedup wires                               all wires
      dedup wires ap                            everything about one
      dedup wires release                       press-release wires
      dedup wires --explain "PARIS (AFP) - The talks went on."
      dedup wires --explain - < article.txt     a whole article, line by line
      dedup wires --wires my.toml               with wires of your own

    A file of your own has the format of dedup's, TOML with a table for each wire; `scan` takes it too:

    \b
      [[wire]]
      id = "acme"
      name = "Acme News Service"
      kind = "news service"
      names = "en: Acme News Service | ANS; fr: Agence Acme"
      ambiguous = "ANS"
      domains = "acme.example"
      carries = "ap | afp"

    A table with the id of a known wire adds to what is known of it. Exit codes are those of `dedup scan`.
    """
    if line is not None:
        from dedup.credit_explain import explain

        text = sys.stdin.read() if line == "-" else line
        found = explain(text, outlet=outlet, url=url)
        if form == "json":
            _json([each.as_dict() for each in found])
        else:
            from dedup.wire_pages import explained

            show(explained(found))
        return
    from dedup.registry import chosen, registry

    wires = chosen(words) if words else list(registry().values())
    if not wires:
        raise click.UsageError(f"no wire has {printable(' '.join(words))!r}; try `dedup wires` for all of them")
    if form == "json":
        _json([wire.as_dict() for wire in wires])
    else:
        from dedup.wire_pages import details, table

        show(details(wires[0]) if words and len(wires) == 1 else table(wires))


def _json(what: object) -> None:
    import json

    click.echo(json.dumps(what, ensure_ascii=False, indent=2))
