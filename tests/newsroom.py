"""Articles for tests: the seeds, and small stories with known origins."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner

from dedup import Document, read, scan
from dedup.model import ScanResult

SEEDS = Path(__file__).parents[1] / "seeds"


ONE = "The ferry had left Pier Nine at dawn with two hundred people and eleven lorries on board."


def filler(tag: str, words: int = 80) -> str:
    """Words that no other article has."""
    return " ".join(f"{tag}{n}" for n in range(words)) + "."


def seeds() -> list[Document]:
    return list(read(SEEDS))


def short(name: str) -> str:
    """``003`` of ``003_c98abb114da4623c.txt``."""
    return name[:3]


def strands(result: ScanResult) -> dict[tuple[str, ...], dict[str, float]]:
    """Probability of each origin, by the members' short names."""
    return {
        tuple(short(member) for member in strand.members): {origin.wire: origin.p for origin in strand.origins}
        for strand in result.strands
    }


def edited(documents: list[Document], name: str, old: str, new: str) -> list[Document]:
    """The documents with a change in one of them; the change must take place."""
    assert sum(old in each.text for each in documents if short(each.id) == name) == 1
    return [replace(each, text=each.text.replace(old, new)) if short(each.id) == name else each for each in documents]


def origins(documents: list[Document]) -> dict[tuple[str, ...], dict[str, float]]:
    return strands(scan(documents))


def runner() -> CliRunner:
    """Standard output and standard error apart, for which click 8.1 has to be asked."""
    try:
        return CliRunner(mix_stderr=False)  # type: ignore[call-arg]
    except TypeError:
        return CliRunner()
