"""The command line: what goes to which stream, exit codes, and errors that say what to do next."""

from __future__ import annotations

import gc
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sample import sample_result

import dedup
from dedup import cli
from dedup._version import __version__
from dedup.errors import InputError
from dedup.model import ScanResult, Skipped
from dedup.settings import Settings
from dedup.terminal import Meter
from tests.newsroom import runner

SEEDS = Path(__file__).parents[1] / "seeds"


def run(*words: str | Path, **environment: str) -> Result:
    return runner().invoke(cli.main, [str(word) for word in words], env=environment)


_REPLACED = """
import sys
sys.path.insert(0, {tests!r})
import dedup, sample
dedup.scan = lambda paths, settings, *, progress: sample.sample_result(settings)
from dedup.cli import main
main(prog_name="dedup")
"""


def command(*words: str | Path, real: bool = False) -> list[str]:
    """A command for a process of its own, with real streams; the pipeline is replaced unless ``real``."""
    start = ["-m", "dedup"] if real else ["-c", _REPLACED.format(tests=str(Path(__file__).parent))]
    return [sys.executable, *start, *map(str, words)]


@pytest.fixture
def scanned(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, Settings]]:
    """The pipeline replaced by the hand-built result; returns what it is called with."""
    calls: list[tuple[Any, Settings]] = []

    def scan(paths: Any, settings: Settings, *, progress: Callable[[str, int, int], None]) -> ScanResult:
        calls.append((paths, settings))
        progress("read", 1, 2)
        return sample_result(settings)

    monkeypatch.setattr(dedup, "scan", scan, raising=False)
    return calls


# help and usage


def test_help_teaches() -> None:
    done = run("--help")
    assert done.exit_code == 0
    assert "dedup scan FOLDER" in done.stdout
    for command, parts in {
        "scan": ("Examples", "How to read the result", "probably AP", "Exit codes", "130 interrupted", "jq"),
        "explain": ("Examples", "--in articles/", "who has not"),
    }.items():
        done = run(command, "--help")
        assert done.exit_code == 0
        assert all(part in done.stdout for part in parts)
        assert max(map(len, done.stdout.splitlines())) <= 80


def test_the_help_knows_the_defaults() -> None:
    text = " ".join(run("scan", "--help").stdout.partition("Options:")[2].split())
    for option in ("min_words", "shingle", "window", "until", "engine"):
        after = text.partition(f" --{option.replace('_', '-')} ")[2]
        assert after.partition("[default: ")[2].partition("]")[0] == str(getattr(Settings(), option))


def test_version() -> None:
    done = run("--version")
    assert done.exit_code == 0
    assert done.stdout.startswith(f"dedup {__version__} (engine: ")


def test_help_loads_nothing_heavy() -> None:
    code = "import sys, dedup.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "rich", "datasketch", "scipy", "networkx", "xxhash", "dedup.model"} & set(loaded)


@pytest.mark.parametrize(
    ("words", "say"),
    [
        (["scan"], "Missing argument 'PATH...'"),
        (["scan", "x", "--format", "yaml"], "'yaml' is not one of 'text', 'json'"),
        (["scan", "x", "--min-words", "0"], "0 is not in the range x>=1"),
        (["scan", "x", "--min-words", "4"], "min_words=4 is less than shingle=5"),
        (["scan", "x", "--until", "never"], "'never' is not one of"),
        (["explain", "x"], "name two articles, not 1"),
        (["sing"], "No such command 'sing'"),
    ],
)
def test_wrong_usage_is_2(words: list[str], say: str) -> None:
    done = run(*words)
    assert done.exit_code == 2
    assert say in done.stderr
    assert not done.stdout


# scan, with the pipeline replaced


def test_a_scan_leaves_the_collector_of_cycles_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Rain fell on the harbour.")
    for was_on in (True, False):
        (gc.enable if was_on else gc.disable)()
        try:
            run("scan", tmp_path, "-q")
            assert gc.isenabled() is was_on
        finally:
            gc.enable()


def test_scan_prints_the_summary(scanned: list[Any]) -> None:
    done = run("scan", "news")
    assert done.exit_code == 0
    assert done.stdout.startswith("4 articles, 2 of which share copied text.\n")
    assert "\x1b" not in done.stdout
    assert not done.stderr
    assert scanned == [(("news",), Settings())]


def test_options_become_settings(scanned: list[Any]) -> None:
    words = ["--until", "passages", "--min-words", "12", "--shingle", "6", "--window", "3", "--engine", "reference"]
    assert run("scan", "a", "b", *words).exit_code == 0
    wanted = Settings(until="passages", min_words=12, shingle=6, window=3, engine="reference")
    assert scanned == [(("a", "b"), wanted)]


@pytest.mark.usefixtures("scanned")
def test_json_and_nothing_else_on_standard_output() -> None:
    done = run("scan", "news", "--format", "json")
    assert done.exit_code == 0
    assert done.stdout_bytes == sample_result().to_json().encode("utf-8")
    assert done.stderr == '1 input was skipped; see "skipped" in the JSON\n'


@pytest.mark.usefixtures("scanned")
def test_quiet(tmp_path: Path) -> None:
    done = run("scan", "news", "--quiet", "-o", tmp_path)
    assert (done.exit_code, done.output) == (0, "")
    assert (tmp_path / "scan.json").exists()
    done = run("scan", "news", "--quiet", "--format", "json")
    assert json.loads(done.stdout)
    assert not done.stderr


@pytest.mark.usefixtures("scanned")
def test_exports_are_written(tmp_path: Path) -> None:
    done = run("scan", "news", "-o", tmp_path / "out")
    assert done.exit_code == 0
    assert len(list((tmp_path / "out").iterdir())) == 6
    assert done.stderr == f"Wrote 6 files to {tmp_path / 'out'}\n"


@pytest.mark.usefixtures("scanned")
def test_a_folder_that_is_a_file_fails(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    done = run("scan", "news", "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: cannot write to ")
    assert not done.stdout


@pytest.mark.parametrize(
    ("error", "code", "say"),
    [
        (InputError("no \x1b[2Jgood"), 1, "Error: no ␛[2Jgood\n"),
        (KeyboardInterrupt(), 130, "Interrupted.\n"),
    ],
)
def test_failures(monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, say: str) -> None:
    def scan(*_: object, **__: object) -> ScanResult:
        raise error

    monkeypatch.setattr(dedup, "scan", scan, raising=False)
    done = run("scan", "x")
    assert (done.exit_code, done.stderr, done.stdout) == (code, say, "")


# the progress bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("patience", "shows"), [(0.0, True), (60.0, False)])
def test_the_bar_appears_only_if_the_work_lasts(monkeypatch: pytest.MonkeyPatch, patience: float, shows: bool) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr("dedup.terminal.PATIENCE", patience)
    with Meter(quiet=False) as meter:
        for stage in ("read", "read", "align", "a stage of tomorrow"):
            meter(stage, 1, 3)
            meter(stage, 3, 3)
    assert ("Aligning passages" in terminal.getvalue()) == shows
    assert ("a stage of tomorrow" in terminal.getvalue()) == shows


@pytest.mark.parametrize(("stream", "quiet"), [(io.StringIO(), False), (Terminal(), True)])
def test_no_bar(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, quiet: bool) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr("dedup.terminal.PATIENCE", 0.0)
    with Meter(quiet) as meter:
        meter("read", 1, 0)
    assert not stream.getvalue()


def test_skipped_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    result = replace(sample_result(), skipped=(Skipped("a", "b"),) * 3)
    monkeypatch.setattr(dedup, "scan", lambda *_, **__: result, raising=False)
    assert run("scan", "x", "--format", "json").stderr == '3 inputs were skipped; see "skipped" in the JSON\n'


# real streams, with the pipeline replaced


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_closed_pipe_is_no_error(form: str) -> None:
    words = command("scan", "x", "--format", form)
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
        assert process.wait(120) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_full_disk_is_one_line(form: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command("scan", "x", "--format", form), stdout=full, stderr=subprocess.PIPE, check=False, timeout=120
        )
    assert done.returncode == 1
    assert done.stderr == b"Error: cannot write the result: No space left on device\n"


@pytest.mark.parametrize("words", [["scan", "x"], ["explain", "alpha", "beta", "--in", "x"]])
def test_a_plain_locale(words: list[str]) -> None:
    plain = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(command(*words), capture_output=True, env=os.environ | plain, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\u241b[31mred" in done.stdout
    assert done.stdout.isascii()


def test_json_is_utf8_whatever_the_locale() -> None:
    plain = {"PYTHONIOENCODING": "latin-1", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    words = command("scan", "x", "--format", "json")
    done = subprocess.run(words, capture_output=True, env=os.environ | plain, check=False, timeout=120)
    assert done.stdout == sample_result().to_json().encode("utf-8")


# explain, with the pipeline replaced


def test_explain_in_a_corpus(scanned: list[Any]) -> None:
    done = run("explain", "alpha", "beta/", "--in", "news", "--in", "more")
    assert done.exit_code == 0
    assert "Passage 1: copy, 13 equal words, 1 edit" in done.stdout
    assert scanned[0][0] == ("news", "more")


def test_explain_two_files(scanned: list[Any]) -> None:
    assert run("explain", "news/alpha.txt", "news/gamma.txt").exit_code == 0
    assert scanned[0][0] == ("news/alpha.txt", "news/gamma.txt")


@pytest.mark.usefixtures("scanned")
@pytest.mark.parametrize(
    ("a", "b", "say"),
    [
        ("alhpa.txt", "beta", 'no article is called "alhpa.txt"; the closest are alpha.txt'),
        ("alpha", "alpha.txt", '"alpha.txt" is the same article twice'),
    ],
)
def test_explain_what_is_not_there(a: str, b: str, say: str) -> None:
    done = run("explain", a, b, "--in", "news")
    assert (done.exit_code, done.stdout) == (1, "")
    assert say in done.stderr


# the real journey


def test_seeds_as_text() -> None:
    done = run("scan", SEEDS, "--quiet")
    assert (done.exit_code, done.output) == (0, "")
    done = run("scan", *sorted(SEEDS.glob("*.txt")))
    assert done.exit_code == 0
    text = " ".join(done.stdout.split())
    assert text.startswith("5 articles, 3 of which share copied text. 2 shared texts: ")
    for part in ("from Reuters", "probably AP", "uncredited copy", "public statement"):
        assert part in text
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_seeds_as_json_follow_the_schema() -> None:
    import jsonschema

    done = run("scan", *sorted(SEEDS.glob("*.txt")), "--format", "json")
    assert (done.exit_code, done.stderr) == (0, "")
    schema = Path(dedup.__file__).parent / "data" / "scan.schema.json"
    jsonschema.validate(json.loads(done.stdout), json.loads(schema.read_text("utf-8")))


@pytest.mark.parametrize("until", ["documents", "passages"])
def test_seeds_until(until: str) -> None:
    done = run("scan", SEEDS, "--until", until)
    assert done.exit_code == 0
    assert "--until provenance" in done.stdout


def test_seeds_explained() -> None:
    done = run("explain", "003", "001", "--in", SEEDS)
    assert done.exit_code == 0
    assert "probably AP" in done.stdout
    files = sorted(SEEDS.glob("00[13]*.txt"))
    done = run("explain", *files)
    assert done.exit_code == 0
    assert "Passage 1: copy" in done.stdout


def test_an_empty_folder_fails(tmp_path: Path) -> None:
    done = run("scan", tmp_path)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: nothing ")


def test_a_missing_path_fails_with_its_name(tmp_path: Path) -> None:
    done = run("scan", tmp_path / "nowhere")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "nowhere" in done.stderr


def test_nothing_readable_fails_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "cut.txt").write_bytes(b"\x00\x01\x02\xff" * 100)
    for form in ("text", "json"):
        done = run("scan", tmp_path, "--format", form)
        assert (done.exit_code, done.stdout) == (1, "")
        assert "cut.txt: " in done.stderr


def test_a_missing_path_among_others_is_listed(tmp_path: Path) -> None:
    done = run("scan", SEEDS, tmp_path / "nowhere")
    assert done.exit_code == 0
    assert "nowhere" in "".join(done.stdout.split()).partition("Skipped:")[2]  # a long path is broken


def test_two_runs_give_the_same_bytes() -> None:
    words = command("scan", SEEDS, "--format", "json", real=True)
    runs = [subprocess.run(words, capture_output=True, check=True, timeout=120).stdout for _ in range(2)]
    one, two = (output.rpartition(b'"timings"')[0] for output in runs)
    assert one
    assert one == two


def test_a_file_full_of_faults_hides_no_other(tmp_path: Path) -> None:
    """A table named .jsonl has as many faults as lines; they came in the order of their digits, and filled the list."""
    (tmp_path / "a.jsonl").write_text("id,text\n" + '1,"Rain."\n' * 40, "utf-8")
    (tmp_path / "b.txt").write_text("", "utf-8")
    (tmp_path / "c.txt").write_text("Rain fell.", "utf-8")
    told = "".join(run("scan", str(tmp_path)).stdout.partition("Skipped:")[2].split())
    wanted = ["line1:", "line2:", "line3:", "a.jsonl:and38morelines", "b.txt:empty"]
    assert sorted(wanted, key=told.index) == wanted
    done = run("index", "add", str(tmp_path), "--index", str(tmp_path / "news"))
    assert len(done.stderr.splitlines()) == 5
    done = run("check", str(tmp_path), "--index", str(tmp_path / "news"))
    assert len(done.stderr.splitlines()) == 5
    done = run("scan", "--quiet", str(tmp_path / "a.jsonl"), str(tmp_path / "c.txt"))
    assert len(done.stderr.splitlines()) == 4


@pytest.mark.parametrize("name", sorted(cli.main.commands))
def test_help_fits_eighty_columns(name: str) -> None:
    wide = [line for line in run(name, "--help").stdout.splitlines() if len(line) > 80]
    assert not wide


def test_the_note_of_the_benchmark_is_broken_by_the_terminal_alone() -> None:
    from rich.console import Console

    from dedup.bench.table import tables

    console = Console(file=io.StringIO(), width=60)
    with console.capture() as capture:
        console.print(tables("machine", [], []))
    lines = [line.rstrip() for line in capture.get().splitlines()]
    note = lines[next(n for n, line in enumerate(lines) if line.startswith("CPU time")) :]
    assert all(len(line) > 45 for line in note[:-1])


def test_tables_into_a_file_are_refused_with_advice(tmp_path: Path) -> None:
    assert run("scan", str(SEEDS), "-q", "-o", str(tmp_path / "result")).exit_code == 0
    (tmp_path / "a.csv").write_text("", "utf-8")
    done = run("export", str(tmp_path / "result"), "--to", "csv", "-o", str(tmp_path / "a.csv"))
    assert done.exit_code == 1
    assert "".join(done.stderr.split()).endswith("thereisafileofthatname;nameanotherfolder")
