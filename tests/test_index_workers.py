"""Processes beside the one that writes: the same results as without them, and nothing lost when one ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from types import MappingProxyType

import pytest

from dedup import Document, Settings, open_index
from dedup.bench import articles
from dedup.commands.check import as_line
from dedup.errors import StoreError
from dedup.index import _opened
from dedup.index.check_json import document, dumped
from dedup.workers import Workers, may_fork

TWO = Settings(jobs=2)


@pytest.fixture(scope="module")
def corpus():
    return [*articles(240, seed=11)]


@pytest.fixture
def at_once(monkeypatch):
    """Processes from the first piece of work on."""
    monkeypatch.setattr("dedup.index._FEW_ADDED", 0)
    monkeypatch.setattr("dedup.index._FEW_CHECKED", 0)
    monkeypatch.setattr("dedup.intake._PORTION", 32)


def test_processes_add_what_threads_add(tmp_path, corpus, at_once):
    with open_index(tmp_path / "one", Settings(jobs=1)) as one, open_index(tmp_path / "two", TWO) as two:
        assert one.add(corpus) == two.add(corpus)
        assert [*one.documents()] == [*two.documents()]
        assert [*one.export()] == [*two.export()]
        assert one.learned("habit") == two.learned("habit")
        assert two.verify() == []
        assert two.add(corpus).known == len(corpus)


def test_processes_answer_as_this_one_does(tmp_path, corpus, at_once):
    with open_index(tmp_path / "news", TWO) as index:
        index.add(corpus[:140])
        expected = [as_line(answer) for answer in index.check(corpus[140:])]
        assert [*index.check_each(corpus[140:], as_line)] == expected
        assert sum(line.wires for line in expected) > 10


def test_what_cannot_be_sent_is_done_here(tmp_path, at_once):
    strange = Document("one", "Nobody was hurt when the bridge fell.", metadata=MappingProxyType({"path": "a.txt"}))
    with open_index(tmp_path / "news", TWO) as index:
        assert index.add([strange]).new == 1
        assert [*index.check_each([strange], lambda answer: answer.id)] == ["one"]


def test_a_process_that_is_killed_loses_nothing_that_was_added(tmp_path, corpus, monkeypatch):
    monkeypatch.setattr("dedup.index.BATCH", 32)
    monkeypatch.setattr("dedup.index._FEW_ADDED", 0)
    monkeypatch.setattr("dedup.intake._PORTION", 32)
    run, told = Workers.run, []

    def killing(self, task):
        if told:
            os.kill(self._all[0].pid, signal.SIGKILL)
        return run(self, task)

    monkeypatch.setattr(Workers, "run", killing)
    with open_index(tmp_path / "news", TWO) as index:
        with pytest.raises(StoreError, match=r"ended \(signal 9\).* --jobs 1; all that was reported"):
            index.add(corpus, progress=lambda stage, done, total: told.append(done))
        assert index.info().articles == told[-1] < len(corpus)
        assert index.verify() == []


def test_an_error_in_a_process_is_raised_here(tmp_path):
    open_index(tmp_path / "news").close()
    with Workers(1, partial(_opened, str(tmp_path / "news"), TWO, 1.0)) as workers:
        with pytest.raises(ZeroDivisionError):
            workers.run(_divided)
        assert workers.run(_articles) == 0
        assert all(each.poll() is None for each in workers._all)
    assert all(each.poll() is not None for each in workers._all)
    with (
        Workers(1, partial(_opened, str(tmp_path / "nothing"), TWO, 1.0)) as workers,
        pytest.raises(StoreError, match="no index"),
    ):
        workers.run(_articles)


def _divided(index):
    return 1 // index.info().articles


def _articles(index):
    return index.info().articles


ALONE = """
import sys
from dedup import Settings, index, intake, open_index, read, workers
from dedup.commands.check import as_line, as_record, as_text

index._FEW_CHECKED, intake._PORTION = 0, 32
forked = []
workers._Forked.__init__ = lambda self, others, init=workers._Forked.__init__: forked.append(1) or init(self, others)
with open_index(sys.argv[1], Settings(jobs=2)) as opened:
    documents = [*read(sys.argv[2])]
    for make in (as_line, as_record, as_text):
        told = [*opened.check_each(documents, make, fork=True)]
        assert told == [make(answer) for answer in opened.check(documents)]
    assert len(forked) == 6, forked
    assert opened.add(documents).new == len(documents)
print(len(told))
"""


def test_a_process_of_its_own_is_forked(tmp_path, corpus):
    with open_index(tmp_path / "news", Settings(jobs=1)) as index:
        index.add(corpus[:140])
    new = tmp_path / "new.jsonl"
    new.write_bytes(b"".join(dumped(document(each)) for each in corpus[140:]))
    done = subprocess.run(
        [sys.executable, "-c", ALONE, tmp_path / "news", new], capture_output=True, text=True, timeout=100
    )
    assert (done.stdout, done.stderr) == ("100\n", "")


def test_a_copy_that_is_killed(tmp_path, corpus, at_once, monkeypatch):
    monkeypatch.setattr("dedup.index.may_fork", lambda: True)
    run = Workers.run

    def killing(self, task):
        os.kill(self._all[0].pid, signal.SIGKILL)
        return run(self, task)

    with open_index(tmp_path / "news", TWO) as index:
        index.add(corpus[:40])
        monkeypatch.setattr(Workers, "run", killing)
        with pytest.raises(StoreError, match=r"ended \(signal 9\).* --jobs 1"):
            list(index.check_each(corpus[40:], as_line, fork=True))
        assert len([*index.documents()]) == 40


def test_other_threads_are_not_forked():
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    try:
        assert not may_fork()
    finally:
        end.set()
        thread.join()


ORPHANS = """
import os, signal
from dedup.workers import Workers
workers = Workers(2, dict, forked=True)
print(*(each.pid for each in workers._all), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux")
def test_copies_end_with_the_process_that_made_them():
    # The copies hold our pipes for as long as they live: one line is read, not all there will be.
    with subprocess.Popen([sys.executable, "-c", ORPHANS], stdout=subprocess.PIPE, text=True) as process:
        pids = [int(each) for each in process.stdout.readline().split()]
    assert len(pids) == 2
    last = time.monotonic() + 10
    while any(_runs(pid) for pid in pids) and time.monotonic() < last:
        time.sleep(0.05)
    left = [pid for pid in pids if _runs(pid)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left


def _runs(pid: int) -> bool:
    """Whether a process is there and no zombie that nobody waits for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
