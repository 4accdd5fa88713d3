"""``dedup explain``."""

from __future__ import annotations

from typing import Any

import click

from dedup.commands.options import result_of, settings_of, settings_options
from dedup.terminal import show

__all__ = ["command"]


@click.command("explain")
@click.argument("articles", nargs=-1, metavar="[A B]")
@click.option("--doc", metavar="A", help="One article: what each part of it comes from, and why.")
@click.option("--strand", metavar="ID", help="One shared text: why it comes from there, and who carries it.")
@click.option("--phrase", metavar="WORDS", help="A phrase, and each article that carries it or changed it.")
@click.option(
    "--in",
    "corpus",
    multiple=True,
    metavar="PATH",
    type=click.Path(),
    help="Articles to compare with, so that shared texts and wires show, or the result of an earlier scan; "
    "articles may be given several times.",
)
@settings_options
@click.option("-q", "--quiet", is_flag=True, help="No progress bar or notes.")
def command(
    articles: tuple[str, ...],
    doc: str | None,
    strand: str | None,
    phrase: str | None,
    corpus: tuple[str, ...],
    quiet: bool,
    **options: Any,
) -> None:
    """Show why A and B are said to share text, or where one article, shared text or phrase comes from.

    A and B: their passages side by side, with every factor that counted for or against a copy, and the
    origins of the texts that both hold. --doc and --strand: every factor on the origin, and what the
    answer would be without it. A and B are files; with --in they may also be ids of articles in those
    inputs, as `dedup scan` prints them, or the beginning or last part of an id.

    \b
    Examples
      dedup explain a.txt b.txt
      dedup explain 001 003 --in articles/
      dedup explain --doc 003 --in articles/
      dedup explain --strand 5a09f5 --in result/
      dedup explain --phrase "turn their backs on each other" --in articles/

    Two articles alone say little about wires: what tells one wire from another is mostly who else
    has the text, and who has not. Exit codes are those of `dedup scan`.
    """
    asked = [bool(articles), doc is not None, strand is not None, phrase is not None]
    if sum(asked) != 1:
        raise click.UsageError("name two articles, or one of --doc, --strand and --phrase")
    if articles and len(articles) != 2:
        raise click.UsageError(f"name two articles, not {len(articles)}; --doc shows one")
    if not articles and not corpus:
        raise click.UsageError("say with --in where the articles, or the result of a scan, are")

    from dedup.explain import Explanation, find
    from dedup.views import ArticleView, PhraseView, StrandView

    result = result_of(corpus or articles, settings_of(options), quiet)
    if articles:
        show(Explanation(result, find(result, articles[0]), find(result, articles[1])))
    elif doc is not None:
        show(ArticleView(result, find(result, doc)))
    elif strand is not None:
        show(StrandView(result, strand))
    else:
        show(PhraseView(result, str(phrase)))
