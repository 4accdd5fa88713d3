"""``dedup scan``."""

from __future__ import annotations

import sys
from typing import Any

import click

from dedup.commands.options import note, note_skipped, scanned, settings_of, settings_options
from dedup.terminal import show

__all__ = ["command"]


@click.command("scan")
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
@click.option(
    "--boilerplate",
    is_flag=True,
    help="List the boilerplate that was learned: text in stories of one publisher with nothing else in common.",
)
@settings_options
@click.option(
    "-q",
    "--quiet",
    is_flag=True,
    help="No summary, progress bar or notes; errors, named paths that cannot be read, and JSON remain.",
)
def command(
    paths: tuple[str, ...], form: str, folder: str | None, boilerplate: bool, quiet: bool, **options: Any
) -> None:
    """Find shared passages and the wires they came from.

    PATH is a folder, read with all folders in it, a file, or - for standard input. Text (.txt, .md)
    is one article a file, JSON Lines (.jsonl, .jsonl.gz) one a line, with the fields id, text, and
    title, outlet, url, published, byline, language, fields (an object
    with JSON-LD, ninjs or meta tags) where known. What cannot be read is listed with
    the reason, and the rest goes on.

    \b
    Examples
      dedup scan articles/
      dedup scan articles/ -o result/
      dedup scan a.txt b.txt --min-words 12
      dedup scan articles/ --boilerplate | less
      dedup scan articles/ --format json | jq '.strands[].say'

    \b
    How to read the result
      from AP                  0.95 and more: as good as certain
      probably AP              0.75 to 0.95
      more likely AP than PA   0.5 to 0.75
      AP or PA, not decided    less than that
      at least 36 %            found by comparison: another article may show more
      public statement         the same words, said in public: no sign of a copy
      boilerplate              a form or footer, learned from the articles
      22.5 dB                  weight of the wording: 10 dB are odds of 10 to 1
                               that it was copied, 20 dB 100 to 1, -10 dB 1 to 10
      { }                      words that differ between the two sides

    \b
    Exit codes
      0 done  1 failed, or nothing could be read  2 wrong usage  130 interrupted
    """

    result = scanned(paths, settings_of(options), quiet)
    if quiet:
        note_skipped(each for each in result.skipped if each.path in paths)
    if folder is not None:
        from dedup import exports

        written = exports.write_all(result, folder)
        if not quiet:
            note(f"Wrote {len(written)} files to {folder}")
    if form == "json":
        from dedup.exports import scan_json

        # Bytes, because JSON is UTF-8 whatever the terminal speaks.
        for piece in scan_json.pieces(result):
            sys.stdout.buffer.write(piece.encode("utf-8"))
        if result.skipped and not quiet:
            number = len(result.skipped)
            note(f'{number} {"input was" if number == 1 else "inputs were"} skipped; see "skipped" in the JSON')
    elif not quiet:
        from dedup.report import Report

        show(Report(result, boilerplate=boilerplate))
