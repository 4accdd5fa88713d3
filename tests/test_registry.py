"""The registry, wires of the user's own, and ``dedup wires``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from test_credits import page

from dedup import Document, Settings, cli, scan
from dedup.credit_explain import explain
from dedup.credits import read_credits
from dedup.errors import DataError
from dedup.registry import chosen, registry, use
from tests.newsroom import runner

MINE = """
[[wire]]
id = "acme"
name = "Acme News Service"
kind = "news service"
names = "en: Acme News Service | ANS; fr: Agence Acme"
ambiguous = "ANS"
domains = "acme.example"
carries = "ap"

[[wire]]
id = "ap"
names = "en: Assoc. Press"
"""
LINE = "PARIS (Acme News Service) - The talks went on in the evening."


@pytest.fixture(autouse=True)
def _as_packaged() -> Iterator[None]:
    yield
    use(None)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "my.toml"
    path.write_text(MINE, "utf-8")
    return path


def wires_of(line: str, **known: Any) -> list[str | None]:
    return [credit.wire for credit in read_credits(page(line, "head"), **known) if credit.role == "origin"]


def test_wires_of_ones_own(mine: Path) -> None:
    assert wires_of(LINE) == []
    use(mine)
    assert wires_of(LINE) == ["acme"]
    assert wires_of("PARIS (Assoc. Press) - The talks went on in the evening.") == ["ap"]
    assert wires_of(LINE, url="https://www.acme.example/1") == []  # the outlet itself
    assert registry()["ap"].popularity == 0.25
    assert "The Associated Press" in registry()["ap"].names["en"]
    use(None)
    assert wires_of(LINE) == []
    assert "acme" not in registry()


def test_a_short_name_is_another_wire_s_where_that_one_works(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text(MINE.replace('carries = "ap"', 'places = "CNS: Lyon | Vatican City"'), "utf-8")
    use(path)
    assert wires_of("LYON, France (CNS) - The talks went on in the evening.") == ["acme"]
    assert wires_of("VATICAN CITY (CNS) - The talks went on in the evening.") == ["cns_cath"]  # who comes first
    assert wires_of("BEIJING (CNS) - The talks went on in the evening.") == ["cns"]
    assert wires_of("LYON (AFP) - The talks went on in the evening, the CNS said.") == ["afp"]
    use(None)
    assert wires_of("LYON, France (CNS) - The talks went on in the evening.") == ["cns"]


def test_a_scan_says_which_wires_it_knew(mine: Path) -> None:
    text = page(LINE, "head")
    settings = Settings(wires=str(mine))
    result = scan(Document("1", text), settings)
    assert [credit.wire for credit in result.documents[0].credits] == ["acme"]
    assert "wire:acme" in {node.id for node in result.graph.nodes}
    assert json.loads(result.to_json())["settings"]["wires"] == str(mine)
    assert settings.fingerprint != Settings().fingerprint
    assert scan(Document("1", text)).documents[0].credits == ()


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("[[wire", "mend the file"),
        ('[[wire]]\nid = "x"\n', "no name"),
        ('[[wires]]\nid = "x"\n', "unknown table 'wires'; wires are written [[wire]]"),
        (MINE.replace('carries = "ap"', 'carries = "axp"'), "carries unknown wires ['axp']"),
        (MINE.replace("Acme News Service | ANS", "Reuters | ANS"), "has the name 'Reuters', which is 'reuters'"),
        (MINE.replace('ambiguous = "ANS"', 'ambiguous = "ANX"'), "ambiguous has ['ANX']"),
        (MINE.replace("en: Acme", "Acme"), "write 'en: One Name"),
        (MINE.replace('carries = "ap"', 'places = "CNS, Lyon"'), "places has 'CNS, Lyon'; write 'ABC: One Place"),
        (MINE.replace('carries = "ap"', 'places = "XYZ: Lyon"'), "places has ['XYZ'], which no other wire is called"),
    ],
)
def test_a_bad_file_is_refused_with_the_cause_and_changes_nothing(tmp_path: Path, source: str, says: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(source, "utf-8")
    with pytest.raises(DataError) as caught:
        use(path)
    assert says in str(caught.value)
    assert str(caught.value).startswith(str(path))
    assert "acme" not in registry()


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="give a TOML file"):
        use(tmp_path / "none.toml")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="give a TOML file"):
        use(tmp_path / "binary")


def run(*words: str | Path, stdin: str | None = None) -> Result:
    return runner().invoke(cli.main, [str(word) for word in words], input=stdin, env={"COLUMNS": "100"})


def test_wires_are_listed() -> None:
    done = run("wires")
    assert done.exit_code == 0
    assert len(done.output.splitlines()) == len(registry()) + 3
    assert done.output.splitlines()[1].split()[:4] == ["ap", "The", "Associated", "Press"]


def test_one_wire_in_full() -> None:
    done = run("wires", "aap")
    for said in ("Australian Associated Press", "carries", "ap | reuters | pa", "credited as", "means"):
        assert said in done.output or said == "means"
    assert [wire["id"] for wire in json.loads(run("wires", "release", "--format", "json").output)] == [
        wire.id for wire in chosen(["release"])
    ]


def test_a_word_that_finds_nothing_is_wrong_usage() -> None:
    done = run("wires", "zzz")
    assert done.exit_code == 2
    assert "no wire has 'zzz'" in done.stderr


def test_a_line_is_explained() -> None:
    done = run("wires", "--explain", "PARIS (AFP) - The talks went on.")
    assert done.exit_code == 0
    assert "AFP = afp, means this wire and nothing else" in done.output
    assert "origin of afp, evidence strong (rule: dateline: place (agency) dash)" in done.output
    assert "“PARIS (AFP) -”" in " ".join(done.output.split())
    assert "no credit" in done.output
    own = run("wires", "--explain", "Reuters", "--outlet", "Reuters").output
    assert "reuters is the outlet itself" in own
    assert "self_reference" in own
    assert "no wire of the registry" in run("wires", "--explain", "By Ann Lee").output


def test_a_whole_article_is_explained() -> None:
    done = run(
        "wires", "--explain", "-", "--format", "json", stdin=page("A doctor told AFP so.", "middle") + "\n(Reuters)"
    )
    found = json.loads(done.output)
    assert [each["line"] for each in found] == ["A doctor told AFP so.", "(Reuters)"]
    assert [c["role"] for each in found for place in each["places"].values() for c in place["credits"]] == [
        "mention",
        "origin",
    ]


@pytest.mark.parametrize(
    "text", ["", "\n", "\x1b[31mAP\x1b[0m", "[bold]Reuters[/bold]", "\x00", "R e u t e r s s a y s"]
)
def test_hostile_lines_are_explained(text: str) -> None:
    done = run("wires", "--explain", text)
    assert done.exit_code == 0
    assert "\x1b" not in done.output
    explain(text)


def test_wires_option(mine: Path) -> None:
    done = run("wires", "--wires", mine, "acme")
    assert "Agence Acme" in done.output
    assert run("wires", "--wires", mine, "--explain", LINE).output.count("origin of acme") == 1
    bad = run("wires", "--wires", mine.parent / "none.toml")
    assert bad.exit_code == 1
    assert "none.toml" in bad.stderr
