"""Work in several threads, results in order.

Threads, not processes: the engine works without the GIL, and to send an article to another process
costs as much as to sketch it.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["behind", "cores", "half_of_memory", "in_order"]

Result = TypeVar("Result")
AHEAD = 2
"""Pieces of work for each thread that may be finished before their turn: bounds the memory."""


def in_order(work: Iterable[Callable[[], Result]], jobs: int) -> Generator[Result, None, None]:
    """The results of ``work``, in its order, computed by ``jobs`` threads; by none when one is enough.

    The first error is raised, and what has not begun is dropped.

    >>> list(in_order((lambda n=n: n * n for n in range(5)), 2))
    [0, 1, 4, 9, 16]
    """
    if jobs == 1:
        for piece in work:
            yield piece()
        return
    pieces = iter(work)
    first = [*islice(pieces, 2)]
    if len(first) < 2:
        yield from (piece() for piece in first)
        return
    from concurrent.futures import ThreadPoolExecutor  # which takes as long to load as to scan five articles

    waiting: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(jobs, "dedup")
    try:
        for piece in chain(first, pieces):
            waiting.append(pool.submit(piece))
            if len(waiting) > AHEAD * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def behind(work: Iterable[Callable[[], Result]]) -> Generator[Result, None, None]:
    """The results of ``work``, in its order, each computed in a thread while the next piece is put together; without
    a thread where there is one piece.  What has begun is finished, whatever happens meanwhile.

    >>> list(behind(lambda n=n: n * n for n in range(4)))
    [0, 1, 4, 9]
    """
    pieces = iter(work)
    first = [*islice(pieces, 2)]
    if len(first) < 2:
        yield from (piece() for piece in first)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1, "dedup") as pool:
        before = pool.submit(first[0])
        for piece in chain(first[1:], pieces):
            done = before.result()
            before = pool.submit(piece)
            yield done
        yield before.result()


def cores() -> int:
    """Cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        return os.cpu_count() or 1


def half_of_memory() -> int:
    """Half of what the machine has, in bytes; 4 GB where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (AttributeError, ValueError, OSError):
        return 4 << 30
