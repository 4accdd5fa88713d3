"""``dedup audit``."""

from __future__ import annotations

from typing import Any

import click

from dedup.commands.options import result_of, settings_of, settings_options
from dedup.terminal import show

__all__ = ["command"]


@click.command("audit")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path())
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="To read, or JSON."
)
@settings_options
@click.option("-q", "--quiet", is_flag=True, help="No progress bar or notes.")
def command(paths: tuple[str, ...], form: str, quiet: bool, **options: Any) -> None:
    """Hold the credit lines against the text.

    PATH is a folder of articles, a file, or the result of an earlier scan (its folder or scan.json).

    \b
    Says
      which articles copy a wire and credit nobody
      which credit another wire than their text says
      which credit a wire with a part, and nothing shared shows it
      how often each outlet credits what it copies, and which wires those are
      how many independent sources stand behind the articles of each story

    What is found by comparison is a lower bound: a copy whose other copies are not among the articles
    is not seen.
    """
    result = result_of(paths, settings_of(options), quiet)
    if form == "json":
        import json

        from dedup.audit import findings, habits
        from dedup.exports.escape import json_text
        from dedup.stories import stories

        data = {
            "findings": [finding._asdict() for finding in findings(result.documents)],
            "outlets": [each.record() for each in habits(result.documents)],
            "stories": [
                {"id": story.id, "members": story.members, "origins": dict(story.origins), "say": story.say}
                for story in stories(result)
            ],
        }
        click.echo(json_text(json.dumps(data, ensure_ascii=False, indent=1)))
        return
    from dedup.views import AuditView

    show(AuditView(result))
