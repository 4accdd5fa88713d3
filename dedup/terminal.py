"""What the commands need of a terminal: sizes as people write them, a progress bar, pages.

Only click is imported at the top, as in ``dedup.cli``.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import RenderableType
    from rich.progress import Progress, TaskID

    _Type = click.ParamType[int]
else:
    _Type = click.ParamType  # which is generic from click 8.4 on

__all__ = ["PATIENCE", "Meter", "Size", "rendered", "show"]

PATIENCE = 1.0
"""Seconds of work before a progress bar appears."""

_STAGES = {
    "read": "Reading articles",
    "pair": "Finding pairs",
    "align": "Aligning passages",
    "trace": "Tracing wires",
    "draw": "Drawing the graph",
    "bench": "Measuring",
}


class Size(_Type):
    """A number of bytes, with K, M, G or T for 1024 of the one before."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number of bytes."""
        text = str(value).strip().upper().removesuffix("B").removesuffix("I")
        unit = "KMGT".find(text[-1:]) + 1 if text else 0
        try:
            size = int(float(text[:-1] if unit else text) * 1024**unit)
        except (ValueError, OverflowError):
            size = 0
        if size < 1:
            self.fail(f"{value!r} is no size; write 500M or 4G", param, ctx)
        return size


def show(what: RenderableType) -> None:
    """Print to standard output, with colour only on a terminal."""
    # Rendered whole, then written: rich would meet a closed pipe in its own way.
    sys.stdout.write(rendered(what))


def rendered(what: RenderableType) -> str:
    """What ``show`` prints."""
    from rich.console import Console

    console = Console(file=sys.stdout, highlight=False)
    with console.capture() as capture:
        console.print(what)
    return capture.get()


class Meter:
    """A progress bar on standard error that appears only if the work lasts.

    Called with the stage, what is done and the total, as ``scan`` calls its ``progress``.
    """

    def __init__(self, quiet: bool) -> None:
        from time import monotonic

        self._clock = monotonic
        self._start = monotonic()
        self._wanted = not quiet and sys.stderr.isatty()
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._stage = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how far the work is."""
        if not self._wanted or (self._bar is None and self._clock() - self._start < PATIENCE):
            return
        if self._bar is None:
            self._bar = self._open()
        if self._task is None or stage != self._stage:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._stage, self._task = stage, self._bar.add_task(_STAGES.get(stage, stage), total=total or None)
        self._bar.update(self._task, completed=done, total=total or None)

    def __enter__(self) -> Meter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def _open(self) -> Progress:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description:<22}", markup=False), BarColumn())
        bar = Progress(
            *columns, MofNCompleteColumn(), TimeElapsedColumn(), console=Console(stderr=True), transient=True
        )
        bar.start()
        return bar
