"""Workers: processes beside this one that prepare articles, for a scan or an index, or answer for one.

Most of what is done with an article is Python, which one thread runs at a time; so where much is to be
done each core gets a process of its own.  A worker is started as a command, not forked, so that it works in
whatever program this is a part of; what it works with it opens by itself.
Work and results go through its standard input and output, each a pickle with its length before it.  A worker
that loses the other side ends.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from types import TracebackType
from typing import IO, Any, TypeVar

from dedup.errors import DedupError

__all__ = ["Unsendable", "WorkerError", "Workers", "main"]

Result = TypeVar("Result")
_LENGTH = 8
_START = (
    "import sys; sys.path[:] = {path!r}\n"
    "from dedup.garbage import process_of_ours; process_of_ours()\n"
    "from dedup.workers import main; main()"
)


class Unsendable(Exception):  # noqa: N818  (no failure: it is done in this process)
    """A piece of work that cannot be sent to another process."""


class WorkerError(DedupError):
    """A process could not be started, or ended before its work was done."""


class Workers:
    """So many processes; ``run`` may be called by as many threads at once, and waits for one that is free.

    ``opening`` is called in each before its first task, with which every task is called.
    """

    def __init__(self, count: int, opening: Callable[[], Any]) -> None:
        self._free: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        self._all: list[subprocess.Popen[bytes]] = []
        command = [sys.executable, "-c", _START.format(path=sys.path)]
        try:
            for _ in range(count):
                worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                self._all.append(worker)
                self._free.put(worker)
                _send(worker.stdin, pickle.dumps(opening))
        except OSError as error:
            self.close()
            raise WorkerError(f"no process could be started ({error}); try again with --jobs 1") from error

    def run(self, task: Callable[[Any], Result]) -> Result:
        """``task`` in a worker; what it raises is raised here, Unsendable if it cannot be sent."""
        try:
            data = pickle.dumps(task, pickle.HIGHEST_PROTOCOL)
        except Exception as error:  # whatever is in a document of the user's own
            raise Unsendable from error
        worker = self._free.get()
        try:
            _send(worker.stdin, data)
            failed, result = _receive(worker.stdout)
        except (OSError, EOFError) as lost:
            code = worker.wait()
            raise WorkerError(
                f"a process that was preparing articles ended ({'signal' if code < 0 else 'code'} {abs(code)}), "
                "perhaps for want of memory; try again with --jobs 1"
            ) from lost
        self._free.put(worker)
        if failed is not None:
            raise failed
        answer: Result = result
        return answer

    def close(self) -> None:
        """End them all."""
        for worker in self._all:
            worker.kill()
            for stream in (worker.stdin, worker.stdout):
                if stream:
                    with suppress(OSError):
                        stream.close()
            worker.wait()

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _send(stream: IO[bytes] | None, data: bytes) -> None:
    assert stream is not None
    stream.write(len(data).to_bytes(_LENGTH, "little"))
    stream.write(data)
    stream.flush()


def _receive(stream: IO[bytes] | None) -> Any:
    assert stream is not None
    length = stream.read(_LENGTH)
    if len(length) < _LENGTH:
        raise EOFError
    data = stream.read(size := int.from_bytes(length, "little"))
    if len(data) < size:
        raise EOFError
    return pickle.loads(data)  # from a process of our own


def main() -> None:
    """The life of a worker: what ``Workers`` starts runs this."""
    import signal

    # Ctrl-C is for the process that has the terminal; it ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, target = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints does not print into the results
    with suppress(EOFError, BrokenPipeError):
        opening: Callable[[], Any] = _receive(source)
        opened: Any = None
        while True:
            task = _receive(source)
            try:
                if opened is None:
                    opened = opening()
                answer: tuple[BaseException | None, Any] = None, task(opened)
            except Exception as error:
                answer = _sendable(error), None
            _send(target, pickle.dumps(answer, pickle.HIGHEST_PROTOCOL))


def _sendable(error: Exception) -> Exception:
    """The error, or what it says, where it cannot be sent."""
    try:
        pickle.loads(pickle.dumps(error))
        return error
    except Exception:
        return DedupError(f"{type(error).__name__}: {error}")
