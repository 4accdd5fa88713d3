"""Processes beside the one that scans: the same results as without them, and a clear error when one ends."""

from __future__ import annotations

import json
import os
import signal
from types import MappingProxyType

import pytest

from dedup import Document, Settings, scan
from dedup.bench import articles
from dedup.bench.generate import write
from dedup.errors import DedupError
from dedup.workers import WorkerError, Workers


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Processes from the first portion on."""
    monkeypatch.setattr("dedup.intake._FEW", 0)
    monkeypatch.setattr("dedup.intake._PORTION", 32)
    monkeypatch.setattr("dedup.readers.jsonl._PORTION", 1 << 16)


@pytest.fixture
def runs(monkeypatch):
    """What was sent to processes."""
    run, sent = Workers.run, []

    def counted(self, task):
        result = run(self, task)
        sent.append(task)
        return result

    monkeypatch.setattr(Workers, "run", counted)
    return sent


def told(source, jobs):
    found = json.loads(scan(source, Settings(jobs=jobs)).to_json())
    return {name: value for name, value in found.items() if name not in ("timings", "settings")}


def test_processes_read_what_threads_read(tmp_path, runs):
    lines = tmp_path / "a.jsonl"
    write(lines, 200, seed=5)
    with lines.open("ab") as file:
        file.write(
            b'{"text": 5}\n{"id": "a", "text": "Rain.", "fields": {"author": "AP"}, "published": "2024-05-03"}\n'
        )
    (tmp_path / "b.txt").write_text("ROME (AP) - Nobody was hurt when the old bridge fell on Friday.")
    assert told([tmp_path], 2) == told([tmp_path], 1)
    assert len(runs) > 5


def test_documents_that_are_given_come_back_as_they_are(runs):
    given = [*articles(90, seed=6)]
    found = scan(given, Settings(jobs=2))
    assert sorted((each.document for each in found.documents), key=lambda each: each.id) == sorted(
        given, key=lambda each: each.id
    )
    assert len(runs) == 3


def test_what_cannot_be_sent_is_done_here(runs):
    strange = Document("one", "Nobody was hurt when the bridge fell.", metadata=MappingProxyType({"path": "a.txt"}))
    assert [each.id for each in scan([strange], Settings(jobs=2)).documents] == ["one"]
    assert not runs


def test_a_process_that_is_killed(monkeypatch):
    run = Workers.run

    def killing(self, task):
        os.kill(self._all[0].pid, signal.SIGKILL)
        return run(self, task)

    monkeypatch.setattr(Workers, "run", killing)
    with pytest.raises(DedupError, match=r"ended \(signal 9\).* --jobs 1"):
        scan([*articles(90, seed=6)], Settings(jobs=2))


def test_no_process_can_be_started(monkeypatch):
    monkeypatch.setattr("sys.executable", "/nothing")
    with pytest.raises(WorkerError, match=r"no process could be started.* --jobs 1"):
        scan([*articles(90, seed=6)], Settings(jobs=2))


def test_wires_of_ones_own_are_known_there(tmp_path, runs):
    wires = tmp_path / "my.toml"
    wires.write_text('[[wire]]\nid = "hillwire"\nname = "Hillwire"\nkind = "news agency"\nnames = "en: Hillwire"\n')
    text = "ROME (Hillwire) - Nobody was hurt when the old bridge fell on Friday, it said."
    found = scan([Document("1", text)], Settings(jobs=2, wires=wires))
    assert [credit.wire for credit in found.documents[0].credits] == ["hillwire"]
    assert runs
