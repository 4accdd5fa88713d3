"""``dedup watch``."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import IO

import click

from dedup.commands.options import index_option, must_be_there, note, printable, wait_option

__all__ = ["command"]


@click.command("watch")
@click.argument("folder", metavar="FOLDER", type=click.Path())
@index_option
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Append a line of JSON for each article to FILE, which also tells after a restart what was answered.",
)
@click.option("--jsonl", is_flag=True, help="Lines of JSON on standard output, not lines to read.")
@click.option(
    "--settle",
    type=click.FloatRange(min=0),
    default=1.0,
    show_default=True,
    metavar="SECONDS",
    help="A file is read when it was left alone for so long.",
)
@click.option("--once", is_flag=True, help="End when all that is there was answered.")
@wait_option
def command(folder: str, index: str, output: str | None, jsonl: bool, settle: float, once: bool, wait: float) -> None:
    """Check articles as they come into FOLDER, and add them to the index.

    FOLDER may be one file: each line that is added to a file of JSON Lines is answered when it has its end.

    The index is made if there is none. First what is there and not yet in the index, then what
    comes: each article is checked, its answer written, and then it is added, so that the next is
    compared with it. Files may be written slowly, renamed, or come in thousands; the program may be
    killed and started again. With -o each article is answered exactly once; without, one whose
    answer was written just when the program was killed is answered again. Ends with Ctrl-C.

    \b
    Examples
      dedup watch incoming/ --index news
      dedup watch incoming/ --index news -o flagged.jsonl
      dedup watch feed.jsonl --index news -o flagged.jsonl
      dedup watch incoming/ --index news --jsonl | jq 'select(.agrees == false)'
    """
    from dedup.answer import said
    from dedup.index import open_index
    from dedup.index.check_json import dumped, line
    from dedup.model import Skipped
    from dedup.watch import watch
    from dedup.wording import count

    must_be_there(folder)
    done, log = _log(output) if output else (set(), None)
    with log or nullcontext(), open_index(index, wait=wait) as opened:
        note(f"Watching {folder}; the index {index} has {count(opened.info().articles, 'article')}. Ctrl-C ends it.")
        for answer, path, content in watch(opened, folder, done=done, settle=settle, once=once):
            if log:
                log.write(dumped({**line(answer), "path": path, "content": content}))
                log.flush()
                os.fsync(log.fileno())
            if jsonl:
                sys.stdout.buffer.write(dumped(line(answer)))
                sys.stdout.buffer.flush()
            elif isinstance(answer, Skipped):
                note(f"Skipped {answer.path}: {answer.reason}")
            else:
                click.echo(f"{printable(answer.id)}: {said(answer)}")


def _log(name: str) -> tuple[set[tuple[str, str]], IO[bytes]]:
    """What a file of answers says was answered, and the file, to append to; half a line at its end is cut off."""
    from dedup.errors import DataError
    from dedup.index.pack import loaded

    file = Path(name).open("a+b")  # noqa: SIM115  it stays open as long as the program runs
    file.seek(0)
    done, end, number = set(), 0, 0
    try:
        for text in file:
            number += 1
            if not text.endswith(b"\n"):
                break
            record = loaded(text)
            done.add((str(record["path"]), str(record["content"])))
            end += len(text)
    except (ValueError, KeyError, TypeError) as error:
        file.close()
        raise DataError(f"{name}: line {number} is no answer of dedup watch; give another file to -o") from error
    file.truncate(end)
    return done, file
