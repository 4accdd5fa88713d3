"""Clock: how long each stage of a scan takes, and how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

__all__ = ["Clock", "Progress"]

Progress = Callable[[str, int, int], None]
"""Called as ``progress(stage, done, total)`` while a scan goes on."""


class Clock:
    """Seconds by stage, and progress of the stage at work."""

    def __init__(self, progress: Progress | None) -> None:
        self.seconds: dict[str, float] = {}
        self._progress, self._stage = progress, ""

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Goes round a stage."""
        self._stage, start = stage, perf_counter()
        if self._progress:
            self._progress(stage, 0, 0)
        yield
        self.seconds[stage] = perf_counter() - start

    def steps(self, total: int) -> Callable[[int], None]:
        """To be called with what was done since the last time; a total of 0 is not known."""
        done = 0

        def step(more: int) -> None:
            nonlocal done
            done += more
            if self._progress:
                self._progress(self._stage, done, total)

        return step

    def step(self, done: int) -> None:
        """So much is done, of a total that is not known."""
        if self._progress:
            self._progress(self._stage, done, 0)
