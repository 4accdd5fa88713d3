"""``dedup index``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import click

from dedup.commands.options import (
    index_option,
    must_be_there,
    note,
    note_skipped,
    printable,
    settings_of,
    settings_options,
    wait_option,
)
from dedup.garbage import rarely_collected
from dedup.terminal import Meter

__all__ = ["command"]


@click.group("index")
def command() -> None:
    """Keep articles, to check new ones against them.

    An index is a folder. Articles are added to it, edited ones take the place of their old
    versions, and `dedup check` asks it about new ones; many may ask while one adds. Nothing that
    was reported as added is lost, however the program ends.

    \b
    Examples
      dedup index add archive/ --index news
      dedup index info --index news
      dedup check draft.txt --index news
      dedup index news --index news

    Without --index the name is taken from the environment variable DEDUP_INDEX.
    """


@command.command("add")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path())
@index_option
@click.option("--no-text", is_flag=True, help="A new index keeps fingerprints and no text; see the README.")
@settings_options
@wait_option
@click.option("-q", "--quiet", is_flag=True, help="No progress bar, summary or notes.")
def add(paths: tuple[str, ...], index: str, no_text: bool, wait: float, quiet: bool, **options: Any) -> None:
    """Add articles; makes the index if there is none.

    PATH is a folder, a file, or - for standard input, as for `dedup scan`. Articles that are there
    already are passed over, so a folder can be given again and again. One whose text changed
    becomes a new version of the old. The options of comparison are fixed when the index is made;
    later they need not be given.
    """
    from dedup.index import open_index
    from dedup.wording import count

    must_be_there(*paths)
    given = settings_of(options) if any(value is not None for value in options.values()) else None
    with open_index(index, given, texts=False if no_text else None, wait=wait) as opened:
        with Meter(quiet) as meter, rarely_collected():
            added = opened.add(paths, progress=meter)
        if not quiet:
            parts = [count(added.new, "article") + " added"]
            parts += [f"{count(added.updated, 'new version')}"] if added.updated else []
            parts += [f"{added.known:,} known already"] if added.known else []
            click.echo(", ".join(parts) + f", in {printable(index)}")
            note_skipped(added.skipped)


@command.command("remove")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@index_option
@wait_option
def remove(ids: tuple[str, ...], index: str, wait: float) -> None:
    """Forget articles, by id as `dedup index list` gives it.

    They are found no more; `dedup index compact` gives the room back.
    """
    from dedup.index import open_index

    with open_index(index, create=False, wait=wait) as opened:
        removed = opened.remove(ids)
    for id in removed:
        click.echo(f"removed {printable(id)}")
    if missing := [id for id in dict.fromkeys(ids) if id not in removed]:
        raise click.ClickException(f"not in {index}: {', '.join(map(printable, missing[:5]))}; see dedup index list")


@command.command("list")
@index_option
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
def list_(index: str, form: str) -> None:
    """List the articles, in the order in which they were added.

    Columns: id, version, words, the wires that it credits, outlet, date, title, between tabs.
    """
    from dedup.index import open_index
    from dedup.index.check_json import dumped, listed

    with open_index(index, create=False) as opened:
        for each in opened.documents():
            if form == "jsonl":
                sys.stdout.buffer.write(dumped(listed(each)))
                continue
            facts = [each.outlet, each.published, each.title]
            columns = [each.id, f"v{each.version}", str(each.words), ",".join(each.wires) or "-"]
            click.echo("\t".join(printable(column) for column in [*columns, *(fact or "-" for fact in facts)]))


@command.command("info")
@index_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--boilerplate", is_flag=True, help="Show the boilerplate that it has learned.")
def info(index: str, form: str, boilerplate: bool) -> None:
    """Say what is in it: articles, size, wires, settings, and what it has learned of them."""
    from dataclasses import asdict

    from dedup.index import open_index
    from dedup.index.check_json import dumped
    from dedup.wires import label
    from dedup.wording import count

    with open_index(index, create=False) as opened:
        found, texts = opened.info(), opened.boilerplate() if boilerplate else []
    if form == "json":
        said = {"boilerplate": [each._asdict() for each in texts]} if boilerplate else {}
        sys.stdout.buffer.write(dumped(asdict(found) | said))
        return
    size = found.bytes
    each = (size["on disk"] - (size["texts"] if found.texts else 0)) / max(1, found.articles)
    kept = "texts" if found.texts else "prints"
    rows = [
        ("Articles", f"{found.articles:,} ({found.updated:,} updated, {found.removed:,} removed since it was made)"),
        (
            "Size",
            f"{_size(size['on disk'])}: {kept} {_size(size['texts'])}, keys {_size(size['keys'])}",
        ),
        ("", f"{each:,.0f} bytes an article without its text"),
        ("Keys", f"{found.keys:,} in {count(found.segments, 'segment')} and the recent part"),
        ("Texts", "kept" if found.texts else "not kept: fingerprints only"),
        ("Wires", ", ".join(f"{label(wire)} {times:,}" for wire, times in found.wires.items()) or "none credited"),
        ("Learned", _learned(found.learned)),
        ("Settings", f"{found.settings}, made by dedup {found.version}"),
    ]
    for caption, text in rows:
        click.echo(f"{caption:<10}{printable(text)}")
    for known in texts:
        click.echo(f"{printable(known.publisher)}, in {known.stories:,} stories: {printable(known.text)}")


@command.command("news")
@index_option
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
@click.option("--keep", is_flag=True, help="Tell the same again the next time.")
@wait_option
def news(index: str, form: str, keep: bool, wait: float) -> None:
    """Tell of which older articles the origin is another now.

    An article that credits a wire may settle where the text of others comes from that were there
    before it. What is told is what changed by all that was added since the last time.
    """
    from dataclasses import asdict

    from dedup.index import open_index
    from dedup.index.check_json import dumped
    from dedup.wires import label
    from dedup.wording import percent, some

    def shares(wires: dict[str, float]) -> str:
        return ", ".join(f"{label(wire)} {percent(share)}" for wire, share in wires.items()) or "no wire"

    with open_index(index, create=False, wait=wait) as opened:
        for each in opened.news(keep=keep):
            if form == "jsonl":
                sys.stdout.buffer.write(dumped(asdict(each)))
                continue
            before, now = shares(each.before), shares(each.now)
            if before == now and each.say != each.say_before:  # it is surer, or less so
                before, now = (f"{now} ({'; '.join(said)})" for said in (each.say_before, each.say))
            flags = f"; now {', '.join(each.flags).replace('-', ' ')}" if each.flags != each.flags_before else ""
            click.echo(printable(f"{each.id}: {before} before, {now} now, by {some(each.because)}{flags}"))


@command.command("compact")
@index_option
@wait_option
def compact(index: str, wait: float) -> None:
    """Give back the room of what was removed, and make questions as fast as they can be."""
    from dedup.index import open_index

    with open_index(index, create=False, wait=wait) as opened:
        before = opened.info().bytes["on disk"]
        opened.compact()
        after = opened.info().bytes["on disk"]
    click.echo(f"{_size(before)} before, {_size(after)} now")


@command.command("verify")
@index_option
@click.option("--repair", is_flag=True, help="Write all keys anew from the texts where something is damaged.")
@wait_option
def verify(index: str, repair: bool, wait: float) -> None:
    """Read every byte and check it; exits with 1 where something is damaged."""
    from dedup.index import open_index

    with open_index(index, create=False, wait=wait) as opened:
        found = opened.verify()
        if found and repair:
            opened.repair()
            left = opened.verify()
            click.echo(f"{len(found) - len(left)} of {len(found)} faults mended")
            found = left
    for text in found:
        click.echo(printable(text), err=True)
    if found:
        raise click.ClickException(f"{index} is damaged")
    click.echo("all is well")


@command.command("export")
@index_option
def export(index: str) -> None:
    """Write all articles to standard output, as JSON Lines that `dedup scan` and `index add` read.

    What is damaged is left out and named on standard error; the exit code is 1 then.
    """
    from dedup.index import open_index
    from dedup.index.check_json import document, dumped

    with open_index(index, create=False) as opened:
        damaged = list[str]()
        for each in opened.export(damaged=damaged.append):
            sys.stdout.buffer.write(dumped(document(each)))
    for text in damaged:
        note(text)
    if damaged:
        sys.exit(1)


def _learned(kinds: Mapping[str, int]) -> str:
    from dedup.wording import count

    said = [
        count(kinds["boilerplate"], "text") + " that are boilerplate (--boilerplate)" if "boilerplate" in kinds else "",
        "which wires outlets credit (" + count(kinds["habit"], "pair") + ")" if "habit" in kinds else "",
    ]
    return "; ".join(filter(None, said)) or "nothing"


def _size(number: int) -> str:
    size = float(number)
    for unit in ("bytes", "KB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            break
        size /= 1024
    return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"
