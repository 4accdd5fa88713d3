"""Workers: processes beside this one that prepare articles, for a scan or an index, or answer for one.

Most of what is done with an article is Python, which one thread runs at a time; so where much is to be
done each core gets a process of its own.  A worker is started as a command, so that it works in whatever program
this is a part of; the command line, whose process is its own, forks them instead, with all that is loaded.  What a
worker works with it opens by itself.
Work and results go through its standard input and output, each a pickle with its length before it.  A worker
that loses the other side ends.
"""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from queue import SimpleQueue
from signal import SIG_IGN, SIGINT, signal
from types import TracebackType
from typing import IO, Any, NoReturn, TypeVar

from dedup.errors import DedupError
from dedup.extension import extension
from dedup.kept import kept_in

__all__ = ["Unsendable", "WorkerError", "Workers", "main", "may_fork"]

Result = TypeVar("Result")
_LENGTH = 8
_START = (
    "import sys; sys.path[:] = {path!r}\n"
    "from dedup.garbage import process_of_ours; process_of_ours()\n"
    "from dedup.kept import keep_in; {folder!r} and keep_in({folder!r})\n"
    "from dedup.workers import main; main()"
)


class Unsendable(Exception):  # noqa: N818  (no failure: it is done in this process)
    """A piece of work that cannot be sent to another process."""


class WorkerError(DedupError):
    """A process could not be started, or ended before its work was done."""


class Workers:
    """So many processes; ``run`` may be called by as many threads at once, and waits for one that is free.

    ``opening`` is called in each before its first task, with which every task is called.  ``forked`` asks for copies
    of this process as it is: half a second less for each; see ``may_fork``.
    """

    def __init__(self, count: int, opening: Callable[[], Any], *, forked: bool = False) -> None:
        self._free: SimpleQueue[_Process] = SimpleQueue()
        self._all: list[_Process] = []
        command = [sys.executable, "-c", _START.format(path=sys.path, folder=kept_in())]
        try:
            for _ in range(count):
                worker: _Process
                if forked:
                    worker = _Forked(self._all)
                else:
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
        for worker in self._all:  # all at once: each has memory to give back
            worker.kill()
        for worker in self._all:
            for stream in _streams([worker]):
                with suppress(OSError):
                    stream.close()
            worker.wait()

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def may_fork() -> bool:
    """Whether this process can be forked: only where no other thread may hold a lock for ever in the copy.

    No file of SQLite may be open: its locks are not the copy's.
    """
    return sys.platform == "linux" and threading.active_count() == 1


class _Forked:
    """A copy of this process that serves, with what ``subprocess.Popen`` has for those that are started."""

    def __init__(self, others: Sequence[_Process]) -> None:
        its_input, to_it = os.pipe()
        from_it, its_output = os.pipe()
        self.returncode: int | None = None
        self.pid = os.fork()
        if not self.pid:
            _be_worker(its_input, its_output, [to_it, from_it, *(stream.fileno() for stream in _streams(others))])
        os.close(its_input)
        os.close(its_output)
        self.stdin: IO[bytes] | None = os.fdopen(to_it, "wb")
        self.stdout: IO[bytes] | None = os.fdopen(from_it, "rb")

    def wait(self) -> int:
        """As of ``Popen``."""
        if self.returncode is None:
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.returncode

    def kill(self) -> None:
        """As of ``Popen``."""
        from signal import SIGKILL  # here: not all systems have it

        if self.returncode is None:
            os.kill(self.pid, SIGKILL)


_Process = subprocess.Popen[bytes] | _Forked


def _streams(workers: Sequence[_Process]) -> Iterator[IO[bytes]]:
    return (stream for worker in workers for stream in (worker.stdin, worker.stdout) if stream)


def _be_worker(source: int, target: int, others: Sequence[int]) -> NoReturn:
    """The life of a copy; it never comes back to what the process was about, nor cleans up after it."""
    code = 1
    try:
        for each in others:  # while a copy holds the other end of a pipe, its worker does not learn that we are gone
            os.close(each)
        gc.freeze()
        os.dup2(2, 1)
        _serve(os.fdopen(source, "rb"), os.fdopen(target, "wb"))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


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
    source, target = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints does not print into the results
    _serve(source, target)


def _serve(source: IO[bytes], target: IO[bytes]) -> None:
    """Do what comes until nobody is there any more."""
    # Ctrl-C is for the process that has the terminal; it ends its workers.
    signal(SIGINT, SIG_IGN)
    if extension is not None:
        extension.keep_memory()
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
