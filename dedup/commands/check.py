"""``dedup check``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from dedup.commands.options import index_option, note_skipped, wait_option
from dedup.garbage import rarely_collected

if TYPE_CHECKING:
    from dedup.index import Index
    from dedup.index.records import Checked
    from dedup.model import Document, Skipped

__all__ = ["command"]

FOUND = 3
"""Exit code where ``--fail-on`` found what it looks for."""


@click.command("check")
@click.argument("paths", nargs=-1, required=True, metavar="NEW...", type=click.Path())
@index_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "jsonl"]),
    help="To read, one JSON document, or one JSON record a line.  [default: text]",
)
@click.option("--jsonl", is_flag=True, help="As --format jsonl; with -, each line is answered when it comes.")
@click.option("--min-words", type=click.IntRange(min=1), metavar="N", help="Fewest equal words in a passage.")
@click.option("--fail-on", type=click.Choice(["wire", "uncredited"]), help="Exit with 3 where an article is such copy.")
@click.option(
    "--min-share",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="S",
    help="Part of an article, 0 to 1, that must come from wires for --fail-on.  [default: any]",
)
@click.option("--add", is_flag=True, help="Add each article to the index after it is checked.")
@wait_option
@click.option("-q", "--quiet", is_flag=True, help="No notes; with --fail-on, only the exit code.")
def command(
    paths: tuple[str, ...],
    index: str,
    form: str | None,
    jsonl: bool,
    min_words: int | None,
    fail_on: str | None,
    min_share: float,
    add: bool,
    wait: float,
    quiet: bool,
) -> None:
    """Is this wire copy, and whose?

    NEW is a file, a folder, or - for standard input, as for `dedup scan`. Each article is compared
    with those of the index, and not with the others that are checked, unless --add adds them one
    by one. Nothing is added otherwise.

    \b
    Examples
      dedup check draft.txt --index news
      dedup check incoming/ --index news --fail-on uncredited --min-share 0.2
      dedup check new.jsonl --index news --jsonl | jq -r '.id, .wires'
      producer | dedup check --jsonl - --index news --add | consumer

    \b
    How to read the JSON
      verdict      wire, shared (others have part of it), none
      wires        part of the words from each wire; wire_share: from all
      agrees       whether the credit lines say so; null where no wire is found
      spans        where in the text, whose, how sure, and who else has it
      reason       of what could not be read; with --jsonl - also its line

    \b
    Exit codes
      0 done  1 failed, or nothing could be read  2 wrong usage  3 --fail-on
    """
    from dedup.index import open_index

    form = "jsonl" if jsonl else form or "text"
    make: Callable[[Checked | Skipped], Line] = {"text": as_text, "json": as_record, "jsonl": as_line}[form]
    if quiet and fail_on and form == "text":
        make = as_nothing
    lines: Iterable[Line]
    answers = Answers(fail_on, min_share)
    live = form == "jsonl" and paths == ("-",)
    with open_index(index, create=False, wait=wait) as opened, rarely_collected():
        if live or add:
            lines = map(make, _one_by_one(opened, paths, min_words, add, live))
        else:
            lines = opened.check_each(paths, make, min_words=min_words, fork=True)
        show = _document if form == "json" else partial(_stream, at_once=live or add)
        show(answers.counted(lines), opened)
    if form == "text" and not quiet:
        note_skipped(answers.skipped)
    if not answers.checked and (answers.skipped or not live):  # who has nothing to say yet may end
        reasons = "; ".join(f"{each.path}: {each.reason}" for each in answers.skipped[:3])
        raise click.ClickException(f"nothing to check{': ' + reasons if reasons else ''}")
    if answers.failed:
        sys.exit(FOUND)


class Line(NamedTuple):
    """What is printed of an answer, and what ``--fail-on`` asks of it: it may come from another process."""

    data: bytes
    skipped: Skipped | None
    wires: bool
    wire_share: float
    agrees: bool | None


def as_line(answer: Checked | Skipped) -> Line:
    """An answer, or what could not be read, as a line of JSON."""
    from dedup.index.check_json import dumped_line

    return _line(dumped_line(answer), answer)


def as_record(answer: Checked | Skipped) -> Line:
    """An answer as a record of a JSON document; what could not be read stands in another place there."""
    from dedup.exports.scan_json import dump
    from dedup.index.check_json import checked
    from dedup.model import Skipped

    return _line(b"" if isinstance(answer, Skipped) else dump(checked(answer)).encode(), answer)


def as_text(answer: Checked | Skipped) -> Line:
    """An answer to read, as wide as the terminal."""
    from dedup.answer import Answer
    from dedup.model import Skipped
    from dedup.terminal import rendered

    # In the encoding of standard output, as printing it would have.
    code = sys.stdout.encoding or "utf-8", sys.stdout.errors or "strict"
    return _line(b"" if isinstance(answer, Skipped) else f"{rendered(Answer(answer))}\n".encode(*code), answer)


def as_nothing(answer: Checked | Skipped) -> Line:
    """Nothing to print."""
    return _line(b"", answer)


def _line(data: bytes, answer: Checked | Skipped) -> Line:
    from dedup.model import Skipped

    if isinstance(answer, Skipped):
        return Line(data, answer, False, 0.0, None)
    return Line(data, None, bool(answer.wires), answer.wire_share, answer.agrees)


class Answers:
    """What went by, and whether it is what ``--fail-on`` looks for."""

    def __init__(self, fail_on: str | None, min_share: float) -> None:
        self._fail_on, self._min_share = fail_on, min_share
        self.checked = 0
        self.failed = False
        self.skipped: list[Skipped] = []

    def counted(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The same lines."""
        for line in lines:
            if line.skipped:
                self.skipped.append(line.skipped)
            else:
                self.checked += 1
                if self._fail_on is not None and line.wires and line.wire_share >= self._min_share:
                    self.failed |= self._fail_on == "wire" or line.agrees is False
            yield line


def _one_by_one(
    index: Index, paths: tuple[str, ...], min_words: int | None, add: bool, live: bool
) -> Iterator[Checked | Skipped]:
    from dedup.model import Skipped
    from dedup.readers import read_inputs, read_lines

    given: Iterable[Document | Skipped] = read_lines(sys.stdin.buffer) if live else read_inputs(list(paths))
    for each in given:
        if isinstance(each, Skipped):
            yield each
        else:
            yield from index.check(each, min_words=min_words)
            if add:
                index.add(each)


def _stream(lines: Iterable[Line], _: Index, *, at_once: bool) -> None:
    out = sys.stdout.buffer
    at_once |= out.isatty()
    for line in lines:
        out.write(line.data)
        if at_once:
            out.flush()
    out.flush()


def _document(lines: Iterable[Line], index: Index) -> None:
    from dedup import __version__
    from dedup.exports.scan_json import as_it_is, laid_out
    from dedup.index.check_json import SCHEMA
    from dedup.index.check_json import line as skipped_record

    skipped: list[Skipped] = []

    def records() -> Iterator[object]:
        for line in lines:
            if line.skipped:
                skipped.append(line.skipped)
            else:
                yield as_it_is(line.data)

    members: dict[str, Any] = {"dedup": __version__, "schema": SCHEMA, "settings": index.settings.as_dict()}
    members["checked"] = records()
    members["skipped"] = map(skipped_record, skipped)  # read after the records
    for piece in laid_out(members):
        sys.stdout.buffer.write(piece.encode("utf-8"))
