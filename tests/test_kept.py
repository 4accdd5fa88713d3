"""What is kept between processes: the same as what is made, and never an obstacle."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import dedup.kept
import dedup.process
from dedup import credit_rows, furniture
from dedup.credit_frames import NAMELESS, source
from dedup.kept import Kept, compiled
from dedup.tables import packaged, parse, table


@pytest.fixture
def here(tmp_path):
    return str(tmp_path / "kept.bin")


def never():
    raise AssertionError("made again")


def saved(path, what="tables", **entries):
    kept = Kept(path, what)
    for name, value in entries.items():
        kept.get(name, lambda value=value: value)
    kept.save()


def test_what_was_made_once_is_not_made_again(here):
    value = {"a": [1, ("ä", None)], "b": b"\x00"}
    saved(here, one=value)
    kept = Kept(here, "tables")
    assert kept.get("one", never) == value
    kept.get("one", never).clear()
    assert kept.get("one", never) == value, "what one caller does with a value is not for the next"


def test_what_is_new_is_added(here):
    saved(here, one=1)
    saved(here, two=2)
    kept = Kept(here, "tables")
    assert (kept.get("one", never), kept.get("two", never)) == (1, 2)


def test_other_files_of_the_package_or_another_python_make_it_again(here, monkeypatch):
    saved(here, one=1)
    assert Kept(here, "other tables").get("one", lambda: 2) == 2
    monkeypatch.setattr(sys, "version", "3.99")
    assert Kept(here, "tables").get("one", lambda: 2) == 2


@pytest.mark.parametrize("cut", [0, 1, 8, 15, 16, 17, 30, -1])
def test_a_cut_file_is_made_again(here, cut):
    saved(here, one="some text of it")
    Path(here).write_bytes(Path(here).read_bytes()[:cut])
    assert Kept(here, "tables").get("one", lambda: 2) == 2


def test_a_flipped_byte_is_seen(here):
    saved(here, one="some text of it")
    whole = Path(here).read_bytes()
    for place in range(len(whole)):
        Path(here).write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        assert Kept(here, "tables").get("one", lambda: 2) == 2, place


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="files have no owners here")
def test_a_file_of_somebody_else_is_not_read(here, monkeypatch):
    saved(here, one=1)
    monkeypatch.setattr(os, "geteuid", lambda: Path(here).stat().st_uid + 1)
    assert Kept(here, "tables").get("one", lambda: 2) == 2


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"XDG_CACHE_HOME": "/x"}, str(Path("/x", "dedup"))),
        ({"XDG_CACHE_HOME": "x"}, None),
        ({"XDG_CACHE_HOME": "/x", "DEDUP_CACHE": "off"}, None),
    ],
)
def test_where_it_is(variables, folder, monkeypatch):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert dedup.process._cache() == folder


def test_old_files_go(tmp_path, monkeypatch):
    monkeypatch.setattr(dedup.kept, "FILES", 2)
    for number in range(4):
        saved(str(tmp_path / f"{number}.bin"), one=1)
        os.utime(tmp_path / f"{number}.bin", (number + 1, number + 1))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["2.bin", "3.bin"]


def test_a_folder_is_made_and_what_cannot_be_written_is_no_error(tmp_path):
    saved(str(tmp_path / "new" / "kept.bin"), one=1)
    assert Kept(str(tmp_path / "new" / "kept.bin"), "tables").get("one", never) == 1
    (tmp_path / "file").write_text("no folder")
    saved(str(tmp_path / "file" / "kept.bin"), one=1)
    (tmp_path / "folder").mkdir()
    saved(str(tmp_path / "folder"), one=1)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "folder", "new"], "and leaves nothing behind"


def test_a_file_does_not_grow_without_end(here, monkeypatch):
    monkeypatch.setattr(dedup.kept, "MOST", 2)
    saved(here, one=1, two=2, three=3)
    kept = Kept(here, "tables")
    assert (kept.get("one", never), kept.get("two", never), kept.get("three", lambda: 4)) == (1, 2, 4)


def test_patterns_are_those_that_python_compiles():
    every = {*credit_rows.patterns(), *furniture.patterns(), source(NAMELESS)}
    for pattern in every:
        for flags in (0, re.IGNORECASE):
            assert compiled(pattern, flags) == re.compile(pattern, flags), pattern
            assert dict(compiled(pattern, flags).groupindex) == dict(re.compile(pattern, flags).groupindex)
            assert compiled(pattern, flags).groups == re.compile(pattern, flags).groups


def test_a_python_that_compiles_in_another_way_is_no_obstacle(monkeypatch):
    def other(*_):
        raise AttributeError

    monkeypatch.setattr(dedup.kept, "kept", other)
    pattern = compiled.__wrapped__("(?P<a>b)+", re.IGNORECASE)
    assert pattern == re.compile("(?P<a>b)+", re.IGNORECASE)


def test_a_faulty_pattern_is_the_same_error():
    with pytest.raises(re.error):
        compiled("(")


@pytest.mark.parametrize("name", ["wires.toml", "furniture.toml", "speech.toml", "copying.toml"])
def test_tables_are_those_of_the_package(name):
    assert table(name) == parse(packaged(name))


def test_the_second_process_compiles_no_long_pattern(tmp_path):
    code = (
        "import sys, dedup.kept, re._compiler as c\ndedup.kept.keep_in(sys.argv[1])\nplain, count = c._code, [0]\n"
        "def made(p, flags):\n    found = plain(p, flags)\n    count[0] += len(found) > 400\n    return found\n"
        "c._code = made\n"
        "import dedup\n"
        "credits = dedup.read_credits('Rome (AP) - Two people died on Friday.')\n"
        "print(count[0], [each.wire for each in credits])"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    first, second = (subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(2))
    assert first != second == "0 ['ap']\n"
    assert first.endswith(" ['ap']\n")
    assert len(list(tmp_path.rglob("*.bin"))) == 1


def test_nothing_of_an_article_or_of_the_users_wires_is_kept(tmp_path):
    say = "“The crossing stays shut for as long as the river stands above the old stone mark,” Ann Zyzzling said.\n"
    articles, wires = tmp_path / "articles", tmp_path / "wires.toml"
    articles.mkdir()
    for name in ("one", "two"):
        (articles / f"{name}.txt").write_text(f"The {name} report on ferries\n\n{say}By Quxwire\n", "utf-8")
    wire = {"id": "quxwire", "name": "Quxwire", "kind": "news agency", "names": "en: Quxwire | 酷克社"}
    wires.write_text("[[wire]]\n" + "".join(f"{name} = '{value}'\n" for name, value in wire.items()), "utf-8")
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "DEDUP_CACHE": "", "PYTHONUTF8": "1"}
    scan = ["scan", str(articles), "--wires", str(wires), "--format", "json"]
    command = [sys.executable, "-m", "dedup", *scan]
    found = subprocess.run(
        command, env=environment, capture_output=True, text=True, encoding="utf-8", check=True
    ).stdout
    assert "Ann Zyzzling" in found
    assert '"quxwire"' in found
    (file,) = tmp_path.rglob("*.bin")
    kept = file.read_bytes().lower()
    assert b"associated" in kept
    assert not [each for each in ("zyzzling", "quxwire", "酷克社", "ferries") if each.encode() in kept]
