"""``dedup check``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
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
    answers = Answers(fail_on, min_share)
    live = form == "jsonl" and paths == ("-",)
    with open_index(index, create=False, wait=wait) as opened, rarely_collected():
        found = _answers(opened, paths, min_words, add, live)
        show = {"text": _text, "json": _json, "jsonl": _jsonl}[form]
        if form == "jsonl" and not live and not add:
            _lines(opened, paths, min_words, answers)
        elif quiet and fail_on and form == "text":
            for _ in answers.counted(found):
                pass
        else:
            show(answers.counted(found), opened)
    if form == "text" and not quiet:
        note_skipped(answers.skipped)
    if not answers.checked and (answers.skipped or not live):  # who has nothing to say yet may end
        reasons = "; ".join(f"{each.path}: {each.reason}" for each in answers.skipped[:3])
        raise click.ClickException(f"nothing to check{': ' + reasons if reasons else ''}")
    if answers.failed:
        sys.exit(FOUND)


class Line(NamedTuple):
    """An answer as a line of JSON, and what ``--fail-on`` asks of it: it may come from another process."""

    data: bytes
    skipped: Skipped | None
    wires: bool
    wire_share: float
    agrees: bool | None


def as_line(answer: Checked | Skipped) -> Line:
    """The line of an answer."""
    from dedup.index.check_json import dumped_line
    from dedup.model import Skipped

    data = dumped_line(answer)
    if isinstance(answer, Skipped):
        return Line(data, answer, False, 0.0, None)
    return Line(data, None, bool(answer.wires), answer.wire_share, answer.agrees)


def _lines(index: Index, paths: tuple[str, ...], min_words: int | None, answers: Answers) -> None:
    for line in index.check_each(paths, as_line, min_words=min_words, fork=True):
        if line.skipped:
            answers.skipped.append(line.skipped)
        else:
            answers.count(bool(line.wires), line.wire_share, line.agrees)
        sys.stdout.buffer.write(line.data)
    sys.stdout.buffer.flush()


class Answers:
    """What went by, and whether it is what ``--fail-on`` looks for."""

    def __init__(self, fail_on: str | None, min_share: float) -> None:
        self._fail_on, self._min_share = fail_on, min_share
        self.checked = 0
        self.failed = False
        self.skipped: list[Skipped] = []

    def counted(self, answers: Iterable[Checked | Skipped]) -> Iterator[Checked | Skipped]:
        """The same answers."""
        from dedup.model import Skipped

        for each in answers:
            if isinstance(each, Skipped):
                self.skipped.append(each)
            else:
                self.count(bool(each.wires), each.wire_share, each.agrees)
            yield each

    def count(self, wires: bool, share: float, agrees: bool | None) -> None:
        """Note an answer: whether text comes from wires, how much, and whether its credits say so."""
        self.checked += 1
        if self._fail_on is not None and wires and share >= self._min_share:
            self.failed |= self._fail_on == "wire" or agrees is False


def _answers(
    index: Index, paths: tuple[str, ...], min_words: int | None, add: bool, live: bool
) -> Iterator[Checked | Skipped]:
    if live:
        from dedup.readers import read_lines

        given: Iterable[Document | Skipped] = read_lines(sys.stdin.buffer)
    elif add:
        from dedup.readers import read_inputs

        given = read_inputs(list(paths))
    else:
        yield from index.check(paths, min_words=min_words)
        return
    from dedup.model import Skipped

    for each in given:
        if isinstance(each, Skipped):
            yield each
        else:
            yield from index.check(each, min_words=min_words)
            if add:
                index.add(each)


def _text(answers: Iterable[Checked | Skipped], _: Index) -> None:
    from dedup.answer import Answer
    from dedup.model import Skipped
    from dedup.terminal import show

    for each in answers:
        if not isinstance(each, Skipped):
            show(Answer(each))
            sys.stdout.write("\n")
            sys.stdout.flush()


def _jsonl(answers: Iterable[Checked | Skipped], _: Index) -> None:
    from dedup.index.check_json import dumped_line

    for each in answers:
        sys.stdout.buffer.write(dumped_line(each))
        sys.stdout.buffer.flush()


def _json(answers: Iterable[Checked | Skipped], index: Index) -> None:
    from dedup import __version__
    from dedup.exports.scan_json import laid_out
    from dedup.index.check_json import SCHEMA, checked, line
    from dedup.model import Skipped

    skipped: list[Skipped] = []

    def records() -> Iterator[dict[str, Any]]:
        for each in answers:
            if isinstance(each, Skipped):
                skipped.append(each)
            else:
                yield checked(each)

    members: dict[str, Any] = {"dedup": __version__, "schema": SCHEMA, "settings": index.settings.as_dict()}
    members["checked"] = records()
    members["skipped"] = (line(each) for each in skipped)  # read after the records
    for piece in laid_out(members):
        sys.stdout.buffer.write(piece.encode("utf-8"))
