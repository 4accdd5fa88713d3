"""``dedup export``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dedup.commands.options import note

if TYPE_CHECKING:
    from dedup.keep import Policy
    from dedup.model import ScanResult

__all__ = ["command"]

_TEXTS = (
    *("json", "jsonl", "graph-json", "graphml", "gexf", "dot", "cytoscape", "prov-json", "prov-n", "schema.org"),
    *("ninjs", "markdown"),
)
_TABLES = ("documents", "composition", "credits", "passages", "strands", "edges", "stories", "audit")
_POLICIES = ("wire-original", "earliest", "longest", "one-per-group")


@click.command("export")
@click.argument("result", metavar="RESULT", type=click.Path())
@click.option(
    "--to",
    "form",
    type=click.Choice([*_TEXTS, "csv", "parquet"]),
    metavar="FORMAT",
    help="One of the formats above.  [default with --keep: jsonl]",
)
@click.option(
    "--table",
    "tables",
    type=click.Choice(_TABLES),
    multiple=True,
    help="For csv and parquet: which tables; may be given several times.  [default: all]",
)
@click.option("--keep", "policy", type=click.Choice(_POLICIES), help="Write the articles, one of each group.")
@click.option("--all", "everything", is_flag=True, help="With --keep: also what is not kept, marked as such.")
@click.option(
    "--from",
    "sources",
    metavar="PATH",
    multiple=True,
    type=click.Path(),
    help="Where the articles are now, as they were given to the scan; may be given several times.  "
    "[default: where they were]",
)
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    type=click.Path(),
    help="File to write, or folder for several tables.  [default: standard output]",
)
@click.option("-q", "--quiet", is_flag=True, help="No notes.")
def command(
    result: str,
    form: str | None,
    tables: tuple[str, ...],
    policy: Policy | None,
    everything: bool,
    sources: tuple[str, ...],
    output: str | None,
    quiet: bool,
) -> None:
    """Write the result of an earlier scan for other programs, or the articles without duplicates.

    RESULT is a scan.json, or the folder that `dedup scan -o` wrote.

    \b
    Formats
      json, jsonl            everything, as one document or a record a line
      csv, parquet           tables: documents, composition, credits, passages,
                             strands, edges, stories (with their independent
                             sources), audit (of the credits)
      graphml, gexf          the graph for Gephi, yEd, Cytoscape, networkx
      cytoscape, graph-json  the same as JSON: Cytoscape; networkx and D3
      dot                    a drawing, for Graphviz
      prov-json, prov-n      W3C PROV
      schema.org             the articles as JSON-LD
      ninjs                  the same as IPTC news items with infoSources,
                             one a line
      markdown               a summary

    \b
    --keep writes JSON Lines or Parquet, one article of each group of
    near-identical ones:
      wire-original          the wire's own page, else copy credited to one wire
      earliest               the first by trusted dates
      longest                the one with most words
      one-per-group          the one with the smallest id

    Each names its group and all members of it. Articles like no other are all kept, with all
    fields that they had.

    \b
    Examples
      dedup scan articles/ -o result/
      dedup export result/ --to gexf -o graph.gexf
      dedup export result/ --to dot | dot -Tsvg > graph.svg
      dedup export result/ --to csv --table edges
      dedup export result/ --keep wire-original -o corpus.jsonl

    Texts are not in the result: passages and --keep read the articles again, and refuse one that has
    changed since.
    """
    form = _form(form, tables, policy, everything, output)
    from dedup.results import load
    from dedup.sources import Sources

    found = load(result, Sources(sources))
    if form == "parquet" or (form == "csv" and len(tables) != 1):
        written = _write_tables(found, form, tables, policy, everything, Path(str(output)))
    elif output is None:
        for piece in _pieces(found, form, tables, policy, everything):
            sys.stdout.buffer.write(piece.encode("utf-8"))
        return
    else:
        from dedup import exports

        written = exports.write_files({Path(output): exports.writer(_pieces(found, form, tables, policy, everything))})
    if not quiet:
        note(f"Wrote {', '.join(str(path) for path in written)}")


def _form(
    form: str | None, tables: tuple[str, ...], policy: Policy | None, everything: bool, output: str | None
) -> str:
    """The format that is meant; UsageError where the options do not go together."""
    form = form or ("jsonl" if policy else None)
    if form is None:
        raise click.UsageError(f"name a format: --to {', '.join((*_TEXTS, 'csv', 'parquet'))}")
    if policy and form not in ("jsonl", "parquet"):
        raise click.UsageError(f"--keep writes jsonl or parquet, not {form}")
    if everything and not policy:
        raise click.UsageError("--all says what to do with articles that --keep leaves out; add --keep")
    if tables and (policy or form not in ("csv", "parquet")):
        raise click.UsageError(f"--table is for csv and parquet, without --keep; leave it out for {form}")
    if form in ("csv", "parquet") and not policy and len(tables) != 1 and output is None:
        raise click.UsageError(f"several tables need a folder: add -o DIR, or --table {' or '.join(_TABLES[4:6])}")
    if form == "parquet" and output is None:
        raise click.UsageError("parquet is not for standard output; add -o FILE")
    return form


def _pieces(
    result: ScanResult, form: str, tables: tuple[str, ...], policy: Policy | None, everything: bool
) -> Iterator[str]:
    from dedup import exports
    from dedup.exports import corpus
    from dedup.exports.tables import TABLES, pieces

    if policy:
        return corpus.pieces(result, policy, everything)
    if form == "csv":
        return pieces(TABLES[tables[0]], result)
    return exports.FORMATS[form](result)


def _write_tables(
    result: ScanResult, form: str, tables: tuple[str, ...], policy: Policy | None, everything: bool, output: Path
) -> list[Path]:
    """Several tables into a folder, or one Parquet file."""
    from functools import partial

    from dedup import exports
    from dedup.exports import corpus, parquet
    from dedup.exports.tables import TABLES, pieces

    if policy:
        rows = corpus.rows(result, policy, everything)
        return exports.write_files({output: partial(parquet.write, corpus.COLUMNS, rows)})
    chosen = {name: TABLES[name] for name in tables or TABLES}
    single = len(chosen) == 1 and form == "parquet"
    if not single:
        exports.make_folder(output)
    return exports.write_files(
        {
            output if single else output / f"{name}.{form}": (
                exports.writer(pieces(table, result))
                if form == "csv"
                else partial(parquet.write, table.columns, table.records(result))
            )
            for name, table in chosen.items()
        }
    )
