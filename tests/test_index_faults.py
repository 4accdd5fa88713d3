"""An index in a folder survives: kills, damage, a full disk, a disk that cannot be written to."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter

import pytest

from dedup import Document, Settings, open_index
from dedup.errors import DamagedError, StoreError
from dedup.index.check_json import checked
from tests.newsroom import ONE, filler

ONE_THREAD = Settings(jobs=1)
BATCH = 5
KILLS = int(os.environ.get("DEDUP_KILLS", "20"))


def batch(name):
    """Articles that are added in one call, and nothing else of that name."""
    shared = f"{ONE} {filler(f'{name}shared', 12)}"
    return [Document(f"{name}/{n}", f"{shared} {filler(f'{name}x{n}', 60)}") for n in range(BATCH)]


def fork(work):
    """Do some work in a process of its own, which starts at once as all is imported."""
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
        os._exit(0)
    except BaseException as error:
        print(repr(error), file=sys.stderr)
        os._exit(1)


@pytest.fixture
def small(monkeypatch):
    """Segments and merges already with a few articles."""
    monkeypatch.setattr("dedup.index.embedded._RECENT", 1500)
    monkeypatch.setattr("dedup.index.embedded._FAN", 2)


def batches(index):
    return Counter(each.id.split("/")[0] for each in index.documents())


def write_for_ever(path, acknowledged, number, seed):
    """Add and remove, and say so each time it is done."""
    rng = random.Random(seed)
    there = []
    with open_index(path, ONE_THREAD) as index:
        for turn in range(10**6):
            if len(there) > 3 and rng.random() < 0.3:
                name = there.pop(rng.randrange(len(there)))
                os.write(acknowledged, f"? {name}\n".encode())
                index.remove([document.id for document in batch(name)])
                os.write(acknowledged, f"- {name}\n".encode())
            elif rng.random() < 0.05:
                index.compact()
            else:
                name = f"{number}-{turn}"
                index.add(batch(name))
                there.append(name)
                os.write(acknowledged, f"+ {name}\n".encode())


def test_no_kill_loses_what_was_acknowledged(tmp_path, small):
    path, rng = tmp_path / "news", random.Random(1)
    open_index(path, ONE_THREAD).close()
    expected, unsure = set(), set()
    for number in range(KILLS):
        log = os.open(tmp_path / "log", os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
        pid = fork(lambda log=log, number=number: write_for_ever(path, log, number, number))
        time.sleep(rng.uniform(0.02, 0.35))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(log)
        for line in (tmp_path / "log").read_text().splitlines():
            sign, name = line.split(" ")
            (expected.add if sign == "+" else expected.discard)(name)
            (unsure.add if sign == "?" else unsure.discard)(name)
        with open_index(path, ONE_THREAD) as index:
            found = batches(index)
            assert set(found.values()) <= {BATCH}, "half a batch"
            assert expected <= set(found)
            # One batch may have been added, or removed, without time to say so.
            assert len(set(found) - expected) <= number + 1
            expected = set(found)
            if number % 5 == 4:
                assert index.verify() == []
                question = Document("new", ONE)
                assert next(iter(index.check(question))).matches or not found
    assert expected
    with open_index(path, ONE_THREAD) as index:
        index.add(batch("last"))  # sweeps what the kills left
        named = sqlite3.connect(path / "index.sqlite").execute("SELECT name FROM segments").fetchall()
        assert {name for (name,) in named} == {each.name for each in (path / "segments").iterdir()}


def test_readers_beside_a_writer_see_whole_batches(tmp_path, small):
    path = tmp_path / "news"
    with open_index(path, ONE_THREAD) as index:
        index.add(batch("0"))
    seconds = float(os.environ.get("DEDUP_READERS", "2"))

    def read():
        end = time.monotonic() + seconds
        with open_index(path, ONE_THREAD) as index:
            while time.monotonic() < end:
                articles = index.info().articles
                assert articles % BATCH == 0
                # One of the latest: there whole, or not yet, or no more.
                name = random.randrange(articles // BATCH * 2)
                [found] = index.check(Document("new", filler(f"{name}shared", 12)))
                assert [match.id for match in found.matches] in ([], [each.id for each in batch(str(name))])

    readers = [fork(read) for _ in range(4)]
    end, number = time.monotonic() + seconds, 0
    with open_index(path, ONE_THREAD) as index:
        while time.monotonic() < end:
            number += 1
            index.add(batch(str(number)))
            if number % 4 == 0:
                index.remove([document.id for document in batch(str(number // 2))])
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in readers] == [0] * 4
    assert number > 3


def test_a_second_writer_waits_or_is_told(tmp_path):
    path = tmp_path / "news"
    open_index(path).close()
    lock = sqlite3.connect(path / "index.sqlite", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    with open_index(path, wait=0.05) as index:
        with pytest.raises(StoreError, match="being written by another process"):
            index.add(batch("a"))
        assert not [*index.documents()]
        lock.execute("ROLLBACK")
        assert index.add(batch("a")).new == BATCH


def test_several_make_one_index_at_once(tmp_path):
    """Each finds it whole, whoever comes first."""
    path = tmp_path / "news"
    for turn in range(5):
        place = path / str(turn)
        start = time.monotonic() + 0.05

        def add(name, place=place, start=start):
            time.sleep(max(0.0, start - time.monotonic()))
            with open_index(place, ONE_THREAD) as index:
                index.add(batch(name))

        pids = [fork(lambda name=name: add(name)) for name in "abc"]
        assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids] == [0, 0, 0]
        with open_index(place, create=False) as index:
            assert batches(index) == dict.fromkeys("abc", BATCH)
        assert {each.name for each in place.iterdir()} >= {"index.sqlite", "segments"}
        assert not [*place.glob(".making-*")]


def damaged(path, place):
    """Turn one bit at a place of a file."""
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 4]))


@pytest.fixture
def full(tmp_path, small):
    """An index with segments and a recent part, closed."""
    path = tmp_path / "news"
    with open_index(path, ONE_THREAD) as index:
        for name in "abcdefgh":
            index.add(batch(name))
        assert index.info().segments
    return path


def test_a_damaged_text_is_named_and_the_others_are_read(full):
    data = (full / "index.sqlite").read_bytes()
    damaged(full / "index.sqlite", data.index(b"bx2w" if b"bx2w" in data else b"bx20 bx21"))
    with open_index(full) as index:
        [fault] = index.verify()
        assert "the article 'b/2' is damaged; remove it and add it again: dedup index remove 'b/2'" in fault
        with pytest.raises(DamagedError, match="the article 'b/2' is damaged"):
            [*index.check(Document("new", filler("bx2", 60)))]
        [found] = index.check(Document("new", filler("cx1", 60)))
        assert [match.id for match in found.matches] == ["c/1"]
        told = []
        assert len([*index.export(damaged=told.append)]) == 8 * BATCH - 1
        assert told == [fault]
        assert index.remove(["b/2"]) == ["b/2"]
        assert index.verify() == []


def test_damaged_notes_are_named_and_those_of_another_version_made_anew(full):
    new, told = Document("new", filler("bx2", 60)), []
    with open_index(full) as index:
        [before] = map(checked, index.check(new))
    with sqlite3.connect(full / "index.sqlite") as db:
        [(count,)] = db.execute("SELECT count(*) FROM texts")
        assert count == 8 * BATCH
        db.execute("UPDATE texts SET notes = CAST(x'00000000' || substr(notes, 5) AS BLOB)")
    with open_index(full) as index:
        assert index.verify() == []
        assert [*map(checked, index.check(new))] == [before]
    with sqlite3.connect(full / "index.sqlite") as db:
        db.execute("UPDATE texts SET notes = CAST(x'01000000' || substr(notes, 5, 20) || x'07' AS BLOB)")
    with open_index(full) as index:
        with pytest.raises(DamagedError, match="the article 'b/2' is damaged"):
            [*index.check(new)]
        assert len(index.verify()) == 8 * BATCH
        assert len([*index.export(damaged=told.append)]) == 8 * BATCH
        assert not told
        assert index.remove(["b/2"]) == ["b/2"]
    with sqlite3.connect(full / "index.sqlite") as db:
        assert db.execute("SELECT count(*) FROM texts").fetchone() == (8 * BATCH - 1,)


def test_what_stands_on_whole_pages_is_saved(full):
    """One page of SQLite's that is nonsense ends a walk over all articles; then each is asked for."""
    file = full / "index.sqlite"
    data = bytearray(file.read_bytes())
    place = data.index(b"dx0") // 8192
    data[8192 * place : 8192 * place + 64] = b"\xff" * 64  # the head of the page
    file.write_bytes(data)
    with open_index(full) as index:
        with pytest.raises(DamagedError):
            [*index.export()]
        told = []
        saved = [each.id for each in index.export(damaged=told.append)]
    assert len(saved) == len(set(saved))
    assert 8 * BATCH > len(saved) >= 4 * BATCH
    assert "d/0" not in saved
    assert told == [f"{full}: {8 * BATCH - len(saved)} articles on damaged pages cannot be read"]


@pytest.mark.parametrize("harm", ["bit", "cut", "missing"])
def test_a_damaged_segment_is_named_and_mended(full, harm):
    segment = sorted((full / "segments").iterdir())[0]
    if harm == "bit":
        damaged(segment, 200)
    elif harm == "cut":
        os.truncate(segment, segment.stat().st_size // 2)
    else:
        segment.unlink()
    with open_index(full) as index:
        with pytest.raises(DamagedError, match=segment.name):
            [*index.check(Document("new", f"{ONE} {filler('ax1', 60)}"))]
        assert any(segment.name in fault for fault in index.verify())
        assert len([*index.export()]) == 8 * BATCH
        index.repair()
        assert index.verify() == []
        [found] = index.check(Document("new", ONE))
        assert found.matches
        [found] = index.check(Document("new", filler("bx2", 60)))
        assert [match.id for match in found.matches] == ["b/2"]


def test_a_damaged_recent_part_is_named_and_mended(full):
    with open_index(full, ONE_THREAD) as index:
        index.compact()
        index.add(batch("z"))
    with sqlite3.connect(full / "index.sqlite") as db:
        assert db.execute("UPDATE recent SET anchors = zeroblob(80)").rowcount
    with open_index(full) as index:
        with pytest.raises(DamagedError, match="recent part is damaged"):
            [*index.check(Document("new", ONE))]
        assert index.verify()
        index.repair()
        assert index.verify() == []


def test_a_database_full_of_nothing(full):
    (full / "index.sqlite").write_bytes(b"\0" * 4096 + b"nothing" * 4096)
    with pytest.raises(DamagedError, match=r"index.sqlite is damaged .*dedup index export"):
        open_index(full)


def test_what_is_no_index(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "letter.txt").write_text("Dear all")
    with pytest.raises(StoreError, match="a folder without an index"):
        open_index(tmp_path / "a")
    with pytest.raises(StoreError, match="is a file, and an index is a folder"):
        open_index(tmp_path / "a" / "letter.txt")
    sqlite3.connect(tmp_path / "a" / "index.sqlite").execute("CREATE TABLE other (x)")
    with pytest.raises(StoreError, match="no index of dedup"):
        open_index(tmp_path / "a")


def test_a_later_form_is_refused(full):
    with sqlite3.connect(full / "index.sqlite") as db:
        db.execute("UPDATE manifest SET value = '99' WHERE key = 'form'")
        db.execute("UPDATE manifest SET value = '9.1' WHERE key = 'version'")
    with pytest.raises(StoreError, match=r"has form 99, written by dedup 9\.1; this one reads form 4: make"):
        open_index(full)


def test_a_first_opening_that_was_killed(tmp_path):
    (tmp_path / "news" / "segments").mkdir(parents=True)
    with open_index(tmp_path / "news") as index:
        assert index.add(batch("a")).new == BATCH


@pytest.fixture
def disk(tmp_path):
    """A small disk of its own; only root may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", place], capture_output=True)
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk_loses_nothing(disk):
    path = disk / "news"
    with open_index(path, ONE_THREAD) as index:
        done = []
        with pytest.raises(StoreError, match=r"no room on the disk; nothing of this batch was added"):  # noqa: PT012
            for number in range(1000):
                index.add([Document(f"{number}/{n}", filler(f"{number}x{n}", 400)) for n in range(BATCH)])
                done.append(str(number))
        assert len(done) > 3
        assert [*batches(index)] == done
    with open_index(path) as index:
        assert set(batches(index).values()) == {BATCH}
        assert index.verify() == []
        [found] = index.check(Document("new", filler("1x1", 100)))
        assert [match.id for match in found.matches] == ["1/1"]


def test_a_disk_that_cannot_be_written_to(disk):
    path = disk / "news"
    with open_index(path, ONE_THREAD) as index:
        index.add(batch("a"))
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    with open_index(path, ONE_THREAD) as index:
        [found] = index.check(Document("new", ONE))
        assert len(found.matches) == BATCH
        assert index.verify() == []
        with pytest.raises(StoreError, match="read-only"):
            index.add(batch("b"))
    with pytest.raises(StoreError, match="read-only"):
        open_index(disk / "other")


def test_a_file_that_is_merged_away_while_sizes_are_added_up(full, monkeypatch):
    with open_index(full) as index:
        expected = index.info().bytes["on disk"]
        gone = full / "segments" / "99999999.keys"
        gone.write_bytes(b"x")
        is_file = type(gone).is_file

        def merging(path):
            found = is_file(path)
            if path == gone:
                gone.unlink(missing_ok=True)
            return found

        monkeypatch.setattr(type(gone), "is_file", merging)
        assert index.info().bytes["on disk"] == expected
