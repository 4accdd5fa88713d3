"""What the pages say is what the program does."""

import contextlib
import io
import re
import shlex
import tomllib
from pathlib import Path

import click
import pytest

from dedup.cli import COMMANDS, main
from dedup.composition import _flags
from tests.newsroom import runner

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "80")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_output_shown_is_the_output():
    shown = next(block for block in blocks("text") if block.startswith("$ dedup scan seeds\n"))
    output = runner().invoke(main, ["scan", "seeds"]).output
    parts = shown.removeprefix("$ dedup scan seeds\n").split("  [...]\n")
    assert len(parts) > 4
    place = 0
    for part in parts:
        found = output.find(part.strip("\n"), place)
        assert found >= 0, f"not in the output: {part}"
        place = found + len(part.strip("\n"))


def test_the_python_example_runs_and_prints_what_it_says():
    [code] = blocks("python")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})
    assert printed.getvalue() in [*blocks("text")]


def test_there_are_two_set_up_commands():
    commands = [line for line in README.splitlines() if line.startswith("python3 -m venv")]
    assert len(commands) == 2
    assert commands[0].endswith("/dedup scan seeds")
    assert "pytest" in commands[1]


def test_every_command_named_in_the_readme_exists():
    named = set(re.findall(r"`dedup ([a-z]+)", README))
    assert named <= set(COMMANDS)
    assert {"scan", "explain"} <= named


def options_of(command):
    for param in command.params:
        yield from param.opts
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from options_of(command.get_command(context, name))


def test_every_option_named_in_the_readme_exists():
    known = set(options_of(main))
    known |= {"--help", "--version"}
    for line in re.findall(r"`((?:dedup )?[^`]*--?[a-z][^`]*)`", README):
        if line.startswith(("dedup ", "-")):
            assert {word for word in shlex.split(line) if word.startswith("-")} - {"-"} <= known, line


def test_every_flag_is_explained():
    import inspect

    for flag in re.findall(r'yield "([a-z-]+)"', inspect.getsource(_flags)):
        assert f"`{flag}`" in README


def test_constraints_pin_every_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pinned = {
        line.split("==")[0].lower() for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line
    }
    for requirement in [*project["dependencies"], *project["optional-dependencies"]["test"]]:
        assert re.split(r"[<>=\[]", requirement)[0].lower() in pinned


def test_no_setting_stands_twice():
    assert "[tool.pytest" not in (ROOT / "pyproject.toml").read_text("utf-8")
    assert "[tool.coverage" not in (ROOT / "pyproject.toml").read_text("utf-8")
    assert "mypy" not in (ROOT / "setup.cfg").read_text("utf-8")


def test_changelog_names_this_version():
    from dedup import __version__

    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
