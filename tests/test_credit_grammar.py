"""Lines of many languages and outlets, one a row of ``credit_lines.txt``, and the forms of the registry."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_credits import TEXT_ROLES, page

from dedup.credits import read_credits
from dedup.registry import registry

ROWS = [
    [part.strip().replace("\\|", "|") for part in re.split(r"(?<!\\)\|", line)]
    for line in (Path(__file__).parent / "credit_lines.txt").read_text("utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]
LANGUAGES = sorted({row[0] for row in ROWS})


def read(line: str, where: str, outlet: str | None = None) -> set[str]:
    """Text credits as ``wire:role``."""
    found = read_credits(page(line, where), outlet=outlet)
    return {f"{credit.wire}:{credit.role}" for credit in found if credit.role in TEXT_ROLES | {"generic_wire"}}


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_are_read_as_their_outlets_mean_them(language: str) -> None:
    rows = [row for row in ROWS if row[0] == language]
    wrong = []
    for _, where, line, says in rows:
        expected = set() if says == "-" else set(says.split())
        if (got := read(line, where)) != expected:
            wrong.append(f"{where}: {line}: {sorted(got)}, not {sorted(expected)}")
    assert not wrong, "\n".join(wrong)


def test_there_are_lines_of_each_language_that_was_promised() -> None:
    promised = [
        "en",
        "de",
        "fr",
        "es",
        "pt",
        "it",
        "nl",
        "da",
        "no",
        "sv",
        "pl",
        "cs",
        "ru",
        "uk",
        "tr",
        "ar",
        "hi",
        "id",
        "ms",
        "zh",
        "zh-Hant",
        "ja",
        "ko",
    ]
    assert set(promised) <= set(LANGUAGES)
    assert len(ROWS) > 900


def test_each_wire_is_read_in_the_forms_that_the_registry_shows() -> None:
    wrong = []
    shown = 0
    for wire in registry().values():
        for form in wire.forms:
            shown += 1
            lines = (form, f"{form} The talks went on in the evening.")
            found = {
                credit.split(":")[0] for line in lines for where in ("head", "tail") for credit in read(line, where)
            }
            if wire.id not in found:
                wrong.append(f"{wire.id}: {form}: {sorted(found)}")
    assert shown > 200
    assert not wrong, "\n".join(wrong)
