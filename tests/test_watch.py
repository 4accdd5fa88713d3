"""Articles that come into a folder are answered once, however they come and however often it is killed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from functools import partial
from itertools import islice
from pathlib import Path
from threading import Event, Thread

import pytest

from dedup import cli, open_index
from dedup.errors import InputError
from dedup.readers.tail import Tail
from dedup.watch import watch
from tests.newsroom import ONE, filler, runner

FILES = int(os.environ.get("DEDUP_WATCHED", "90"))


@pytest.fixture
def incoming(tmp_path):
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture
def index(tmp_path):
    with open_index(tmp_path / "news") as opened:
        yield opened


def ids(answered):
    return [each.answer.id for each in answered]


def test_what_is_there_is_answered_in_order_and_added(index, incoming):
    (incoming / "a.txt").write_text(f"ROME (AP) - {ONE} {filler('a')}")
    (incoming / "b.txt").write_text(f"{ONE} {filler('b')}")
    (incoming / "deep").mkdir()
    (incoming / "deep" / "a.txt").write_text(filler("c"))
    (incoming / ".hidden.txt").write_text(filler("d"))
    found = [*watch(index, incoming, settle=0, once=True)]
    assert ids(found) == ["a.txt", "b.txt", "deep/a.txt"]
    assert [match.id for match in found[1].answer.matches] == ["a.txt"]
    assert [*watch(index, incoming, settle=0, once=True)] == []
    assert [each.id for each in index.documents()] == ["a.txt", "b.txt", "deep/a.txt"]


def test_an_edit_is_a_version_and_a_new_name_is_nothing(index, incoming):
    (incoming / "a.txt").write_text(filler("a"))
    (incoming / "b.txt").write_text(filler("b"))
    (incoming / "c.jsonl").write_text(json.dumps({"id": "7", "text": filler("c")}) + "\n")
    stop, seen = Event(), []
    thread = Thread(target=lambda: seen.extend(watch(index, incoming, settle=0.05, stop=stop)))
    thread.start()
    try:
        until(lambda: index.info().articles == 3)
        (incoming / "a.txt").write_text(filler("x"))
        (incoming / "b.txt").rename(incoming / "d.txt")
        with (incoming / "c.jsonl").open("a") as file:
            file.write(json.dumps({"text": filler("e")}) + "\n")
        until(lambda: index.info().articles == 5 and index.info().updated == 1)
    finally:
        stop.set()
        thread.join()
    assert Counter(ids(seen)) == {"a.txt": 2, "b.txt": 1, "7": 1, "c.jsonl:2": 1}
    assert {each.id: each.version for each in index.documents()}["a.txt"] == 2


def until(happens, seconds=20):
    for _ in range(20 * seconds):
        if happens():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def test_what_cannot_be_read_is_told_once(index, incoming):
    (incoming / "a.txt").write_bytes(b"\0\1\2" * 50)
    (incoming / "b.pdf").write_bytes(b"%PDF")
    found = [*watch(index, incoming, settle=0, once=True)]
    assert sorted(Path(each.path).name for each in found) == ["a.txt", "b.pdf"]
    told = {(each.path, each.content) for each in found}
    assert [*watch(index, incoming, settle=0, once=True, done=told)] == []


def test_a_folder_that_is_none(index, tmp_path):
    with pytest.raises(InputError, match="give the folder that articles come into"):
        next(watch(index, tmp_path / "nothing"))


def lined(text, **rest):
    return json.dumps({**rest, "text": text}) + "\n"


def test_a_file_that_grows_is_answered_line_by_line(index, tmp_path):
    path, stop, seen = tmp_path / "feed.jsonl", Event(), []
    path.write_text(lined(f"ROME (AP) - {ONE} {filler('a')}") + "{ no json\n")
    (tmp_path / "beside.txt").write_text(filler("z"))
    thread = Thread(target=lambda: seen.extend(watch(index, path, settle=0.3, stop=stop)))
    thread.start()
    try:
        until(lambda: index.info().articles == 1)
        second = lined(f"{ONE} {filler('b')}", id="b")
        with path.open("a") as file:
            for n in range(8):  # it is never left alone, and goes on all the same
                file.write(second[:20] if not n else second[20:] if n == 1 else lined(filler(f"c{n}")))
                file.flush()
                time.sleep(0.1)
            file.write(lined(filler("d"))[:-1])  # without its end, but whole
            file.flush()
            until(lambda: index.info().articles == 9)
            file.write("\n" + lined(filler("e")))
        until(lambda: index.info().articles == 10)
        other = tmp_path / "other"
        other.write_text(lined(filler("f"), id="f") + lined(filler("g"), id="f"))
        other.replace(path)
        until(lambda: index.info().articles == 12)
    finally:
        stop.set()
        thread.join()
    assert ids(seen[:1] + seen[2:]) == [
        *("feed.jsonl:1", "b", *(f"feed.jsonl:{n}" for n in range(4, 12)), "f", f"f@{path}:2")
    ]
    assert seen[1].answer.reason.startswith("line 2: not JSON")
    assert [match.id for match in seen[2].answer.matches] == ["feed.jsonl:1"]


def test_a_file_that_is_cut_is_read_from_its_beginning(tmp_path):
    path = tmp_path / "feed.jsonl"
    path.write_text(lined(filler("a")) + lined(filler("b")))
    tail = Tail(path)
    assert [each.id for each in tail.read()] == ["feed.jsonl:1", "feed.jsonl:2"]
    with path.open("r+") as file:  # the same file, which is shorter now
        file.truncate(0)
        file.write(lined(filler("c")))
    assert [(each.id, each.text) for each in tail.read()] == [("feed.jsonl:1", filler("c"))]
    assert [*tail.read()] == []
    path.unlink()
    assert [each.reason for each in tail.read()] == ["cannot be read: No such file or directory"]


def test_two_lines_of_one_id_keep_it(index, incoming):
    (incoming / "deep").mkdir()
    path = incoming / "deep" / "c.jsonl"
    path.write_text(lined(filler("a"), id="f") + lined(filler("b"), id="f") + lined(filler("c")))
    assert ids(watch(index, incoming, settle=0, once=True)) == ["f", f"f@{path}:2", "deep/c.jsonl:3"]


def test_a_file_is_answered_once(index, tmp_path):
    path = tmp_path / "feed.jsonl"
    path.write_text(lined(filler("a")) + '{"text": "half')
    found = [*watch(index, path, settle=0, once=True)]
    assert [each.content for each in found[1:]] == [found[1].answer.reason]
    told = {(each.path, each.content) for each in found}
    assert [*watch(index, path, settle=0, once=True, done=told)] == []
    page = tmp_path / "page.txt"
    page.write_text(filler("p"))
    assert ids(watch(index, page, settle=0, once=True)) == ["page.txt"]


def drop(incoming, number, rng):
    """One file as newsrooms drop them: at once, in two halves, or under another name first."""
    text = f"{ONE} {filler(f'f{number}x', 40)}"
    path = incoming / f"{number % 7}" / f"{number}.txt"
    path.parent.mkdir(exist_ok=True)
    way = rng.random()
    if way < 0.5:
        path.write_text(text)
    elif way < 0.75:
        part = path.with_suffix(".part")
        part.write_text(text)
        part.rename(path)
    else:
        with path.open("w") as file:
            file.write(text[: len(text) // 2])
            file.flush()
            time.sleep(0.01)
            file.write(text[len(text) // 2 :])


def test_bursts_and_kills_answer_each_exactly_once(tmp_path, incoming):
    """The program is killed twice while files come; the third time it finishes."""
    rng, log = random.Random(4), tmp_path / "flagged.jsonl"
    command = [sys.executable, "-m", "dedup", "watch", str(incoming), "--index", str(tmp_path / "news")]
    command += ["-o", str(log), "--settle", "0.3"]

    def answered():
        return log.read_bytes().count(b"\n") if log.exists() else 0

    def kept():
        with open_index(tmp_path / "news") as index:
            return index.info().articles

    coming = iter(range(FILES))
    for part in (FILES // 3, FILES // 3, FILES):
        # A shell's background jobs ignore Ctrl-C, and so would their children.
        heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, preexec_fn=heed)
        there = 0
        for number in islice(coming, part):
            drop(incoming, number, rng)
            there = number + 1
        if part < FILES:
            target = there - FILES // 6  # in the middle of it
            until(lambda target=target: answered() >= target, 20 + FILES // 10)
        else:
            # What was answered is in the index a moment later.
            until(lambda: answered() >= FILES and kept() == FILES, 20 + FILES // 10)
        process.send_signal(signal.SIGKILL if part < FILES else signal.SIGINT)
        process.wait(60)
    assert process.returncode == 130
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert Counter(line["id"] for line in lines) == {f"{n % 7}/{n}.txt": 1 for n in range(FILES)}
    with open_index(tmp_path / "news") as index:
        assert index.info().articles == FILES
        assert index.verify() == []


def test_half_a_line_of_answers_is_cut_off(tmp_path, incoming):
    (incoming / "a.txt").write_text(filler("a"))
    (incoming / "b.txt").write_text(filler("b"))
    words = ["watch", str(incoming), "--index", str(tmp_path / "news"), "--once", "--settle", "0", "-o"]
    log = tmp_path / "log.jsonl"
    assert runner().invoke(cli.main, [*words, str(log)]).exit_code == 0
    first, second = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(first + second[: len(second) // 2])
    words[3] = str(tmp_path / "other")
    done = runner().invoke(cli.main, [*words, str(log)])
    assert done.stderr.endswith("has 0 articles. Ctrl-C ends it.\n")
    assert done.stdout == "b.txt: No article of the index has any of it.\n"
    assert log.read_bytes() == first + second
    log.write_bytes(b'{"other": 1}\n')
    done = runner().invoke(cli.main, [*words, str(log)])
    assert "line 1 is no answer of dedup watch" in done.stderr
