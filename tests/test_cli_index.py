"""``dedup index`` and ``dedup check``: what they print, and how they end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result

from dedup import cli
from tests.newsroom import ONE, SEEDS, filler, runner

ASKED = SEEDS / "003_c98abb114da4623c.txt"


def run(*words: str | Path, stdin: str | bytes | None = None, **environment: str) -> Result:
    return runner().invoke(cli.main, [str(word) for word in words], input=stdin, env={"COLUMNS": "80", **environment})


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of all seeds but one; nobody changes it."""
    place = tmp_path_factory.mktemp("index")
    others = [path for path in sorted(SEEDS.glob("*.txt")) if path != ASKED]
    assert run("index", "add", *others, "--index", place / "news").exit_code == 0
    return place / "news"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An index of one article, to be changed."""
    (tmp_path / "one.txt").write_text(f"ROME (AP) - {ONE} {filler('a')}")
    done = run("index", "add", tmp_path / "one.txt", "--index", tmp_path / "own")
    assert done.output == f"1 article added, in {tmp_path / 'own'}\n"
    return tmp_path / "own"


def test_help_teaches() -> None:
    for words, parts in {
        ("check",): ("Examples", "--fail-on uncredited", "Exit codes", "3 --fail-on", "jq"),
        ("index",): ("add", "remove", "list", "info", "compact", "verify", "export", "DEDUP_INDEX"),
        ("index", "add"): ("again and again", "--no-text"),
    }.items():
        done = run(*words, "--help")
        assert done.exit_code == 0
        assert all(part in done.stdout for part in parts)
        assert max(map(len, done.stdout.splitlines())) <= 80


def test_check_says_whose_it_is(news: Path) -> None:
    done = run("check", ASKED, "--index", news)
    assert done.exit_code == 0
    assert "Wire copy: AP 36 % and Reuters 11 %, and its credits agree." in done.stdout
    assert "52 words, from Reuters (p 0.99)" in done.stdout
    assert "001_02d11a515b4a750d.txt  shared passage, 216 words in 5 passages" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_check_in_json(news: Path) -> None:
    done = run("check", ASKED, SEEDS / "004_b813b47385a88d6e.txt", "--index", news, "--format", "json")
    found = json.loads(done.stdout)
    assert [each["id"] for each in found["checked"]] == [ASKED.name, "004_b813b47385a88d6e.txt"]
    first = found["checked"][0]
    assert (first["verdict"], first["agrees"], [*first["wires"]]) == ("wire", True, ["ap", "reuters"])
    text = ASKED.read_text("utf-8")
    for span in first["spans"]:
        assert text[span["start"] : span["end"]].strip()
    assert first["spans"] == sorted(first["spans"], key=lambda span: span["start"])
    passage = first["matches"][0]["passages"][0]
    other = (SEEDS / first["matches"][0]["id"]).read_text("utf-8")
    new, old = (body[slice(*passage[side])] for body, side in ((text, "new"), (other, "old")))
    assert new.split()[:3] == old.split()[:3]
    assert found["skipped"] == []


def test_json_lines_say_the_same(news: Path) -> None:
    whole = json.loads(run("check", SEEDS, "--index", news, "--format", "json").stdout)["checked"]
    lines = run("check", SEEDS, "--index", news, "--jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == whole


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 0),
        (("--fail-on", "wire"), 3),
        (("--fail-on", "wire", "--min-share", "0.4"), 3),
        (("--fail-on", "wire", "--min-share", "0.6"), 0),
        (("--fail-on", "uncredited"), 0),
        (("--fail-on", "wire", "--quiet"), 3),
    ],
)
def test_exit_codes(news: Path, options: tuple[str, ...], code: int) -> None:
    done = run("check", ASKED, "--index", news, *options)
    assert done.exit_code == code
    assert ("--quiet" in options) == (done.output == "")


def test_uncredited_copy_fails(own: Path) -> None:
    done = run("check", "-", "--index", own, "--fail-on", "uncredited", stdin=ONE)
    assert done.exit_code == 3
    assert "its credits do not say so" in done.stdout


def test_the_pipe_answers_line_by_line_and_goes_on(own: Path) -> None:
    """Each line is answered before the next is written; what is added is known to the next."""
    command = [sys.executable, "-m", "dedup", "check", "--jsonl", "-", "--add", "--index", str(own)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as pipe:
        assert pipe.stdin
        assert pipe.stdout
        said = []
        for line in (
            json.dumps({"id": "x", "text": ONE}),
            "{ no json",
            json.dumps({"id": "y", "text": ONE}),
            json.dumps({"text": "It has no id."}),
            " ",
        ):
            pipe.stdin.write(line.encode() + b"\n")
            pipe.stdin.flush()
            said.append(json.loads(pipe.stdout.readline()))
        pipe.stdin.close()
        assert pipe.wait() == 0
    assert [sorted(match["id"] for match in said[n]["matches"]) for n in (0, 2)] == [["one.txt"], ["one.txt", "x"]]
    assert said[1]["reason"].startswith("line 2: ")
    assert said[1]["line"] == 2
    assert said[3]["id"] == "-:4"
    assert said[4] == {"path": "-", "reason": "line 5: empty", "line": 5}
    assert run("index", "list", "--index", own).stdout.count("\n") == 4


def test_what_cannot_be_read_is_named(own: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_bytes(b"\0\1\2" * 90)
    done = run("check", tmp_path / "in", "--index", own)
    assert done.exit_code == 1
    assert "Error: nothing to check: " in done.stderr
    (tmp_path / "in" / "b.txt").write_text(ONE)
    done = run("check", tmp_path / "in", "--index", own)
    assert done.exit_code == 0
    assert "Skipped " in done.stderr
    assert run("check", tmp_path / "nowhere", "--index", own).exit_code == 1


def test_hostile_text_is_shown_and_not_obeyed(own: Path, tmp_path: Path) -> None:
    evil = f"[red]{ONE}\x1b[31m[/red] \u202eevil"
    (tmp_path / "\x1b[2Jevil.txt").write_text(evil)
    assert run("index", "add", tmp_path / "\x1b[2Jevil.txt", "--index", own).exit_code == 0
    for words in (("check", "-"), ("index", "list"), ("index", "info")):
        done = run(*words, "--index", own, stdin=evil)
        assert done.exit_code == 0
        assert "\x1b" not in done.output
        assert "\u202e" not in done.output


def test_the_life_of_an_index(own: Path, tmp_path: Path) -> None:
    (tmp_path / "two.txt").write_text(filler("b"))
    (tmp_path / "one.txt").write_text(filler("c"))
    done = run("index", "add", tmp_path / "one.txt", tmp_path / "two.txt", "--index", own)
    assert done.stdout == f"1 article added, 1 new version, in {own}\n"
    assert run("index", "add", tmp_path / "two.txt", "--index", own).stdout.startswith("0 articles added, 1 known")
    listed = run("index", "list", "--index", own).stdout.splitlines()
    assert [line.split("\t")[:4] for line in listed] == [["one.txt", "v2", "80", "-"], ["two.txt", "v1", "80", "-"]]
    records = [
        json.loads(line) for line in run("index", "list", "--index", own, "--format", "jsonl").stdout.splitlines()
    ]
    assert [record["version"] for record in records] == [2, 1]
    assert run("index", "verify", "--index", own).stdout == "all is well\n"
    exported = [json.loads(line) for line in run("index", "export", "--index", own).stdout.splitlines()]
    assert [record["text"] for record in exported] == [filler("c"), filler("b")]
    done = run("index", "remove", "one.txt", "nobody", "--index", own)
    assert (done.exit_code, done.stdout) == (1, "removed one.txt\n")
    assert "nobody; see dedup index list" in done.stderr
    assert run("index", "compact", "--index", own).exit_code == 0
    info = run("index", "info", DEDUP_INDEX=str(own)).stdout
    assert "1 (1 updated, 1 removed since it was made)" in info
    assert json.loads(run("index", "info", "--format", "json", "--index", own).stdout)["articles"] == 1


def test_other_settings_are_refused(own: Path, tmp_path: Path) -> None:
    done = run("index", "add", tmp_path / "one.txt", "--index", own, "--window", "6")
    assert done.exit_code == 1
    assert "window=4, not window=6" in done.stderr
    done = run("check", tmp_path / "one.txt", "--index", tmp_path / "none")
    assert (done.exit_code, "make it: dedup index add" in done.stderr) == (1, True)
    assert run("check", tmp_path / "one.txt").exit_code == 2


def test_damage_is_an_exit_code(own: Path) -> None:
    data = bytearray((own / "index.sqlite").read_bytes())
    data[data.index(b"a70 a71")] ^= 2
    (own / "index.sqlite").write_bytes(data)
    done = run("index", "verify", "--index", own)
    assert done.exit_code == 1
    assert "the article 'one.txt' is damaged" in done.stderr
    assert run("index", "export", "--index", own).exit_code == 1


def test_a_pipe_that_closes_is_no_error(news: Path) -> None:
    command = [sys.executable, "-m", "dedup", "check", str(SEEDS), "--jsonl", "--index", str(news)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as pipe:
        assert pipe.stdout
        assert pipe.stderr
        pipe.stdout.close()
        assert pipe.stderr.read() == b""
        assert pipe.wait() == 0


def test_a_wrong_name_makes_no_index(tmp_path: Path) -> None:
    """An empty one was left behind, with settings that the next command was held to."""
    for words in (("index", "add"), ("watch", "--once"), ("watch", "--once", "-o", tmp_path / "log")):
        done = run(*words, tmp_path / "nowhere", "--index", tmp_path / "news")
        assert done.exit_code == 1
        assert "there is no" in done.stderr
        assert not list(tmp_path.iterdir())


def test_one_segment_is_no_segments(own: Path) -> None:
    assert run("index", "compact", "--index", own).exit_code == 0
    assert " in 1 segment and the recent part" in run("index", "info", "--index", own).stdout


def test_news_tells_what_changed_and_be_it_only_how_sure_it_is(tmp_path: Path) -> None:
    def add(**articles: str) -> None:
        lines = "".join(json.dumps({"id": id, "text": text}) + "\n" for id, text in articles.items())
        assert run("index", "add", "-", "--index", tmp_path / "news", stdin=lines).exit_code == 0

    open_one, settled = f"{filler('l', 8)} {ONE} {filler('m', 8)}", f"ROME (AP) - {ONE} {filler('w', 30)}"
    add(local=open_one, other=f"{ONE}\n\n{filler('o', 30)}\n\nAssociated Press contributed to this report.")
    run("index", "news", "--index", tmp_path / "news")
    add(wire=settled)
    told = run("index", "news", "--index", tmp_path / "news", "--keep").stdout.splitlines()
    assert told[0].startswith("local: AP 52 % (probably AP) before, AP 52 % (from AP) now, by wire")
    lines = run("index", "news", "--index", tmp_path / "news", "--format", "jsonl").stdout.splitlines()
    first = json.loads(lines[0])
    assert (first["say_before"], first["say"], first["before"]) == (["probably AP"], ["from AP"], first["now"])
    assert run("index", "news", "--index", tmp_path / "news").stdout == ""
