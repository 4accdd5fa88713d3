"""The reader of simple tables never says anything but what tomllib says."""

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.tables import parse, parse_simple

TABLES = [(files("dedup") / "data" / name).read_text("utf-8") for name in ("wires.toml", "furniture.toml")]
PARTS = (
    ["\n", "\n[[a]]\n", "\n[a]\n", "\n[b]\n", "k = ", "j = ", "a = ", "a.b = ", "'x'", '"y"', "0.5", "7", "[", "\n]\n"],
    [
        "[\n 'x', \"y\",\n]\n",
        "# c",
        "'",
        '"',
        "\\",
        "\t",
        "é",
        "\x00",
        " ",
        "'x', 'y'",
        "[[",
        "]]",
        "[]",
        "00.5",
        "\r\n",
    ],
    ['"a\\"b"', '"a\\\\"', "'a\\'", '""', "''", '"""', "0.50", ".5"],
)
parts = st.sampled_from([part for row in PARTS for part in row])


@pytest.mark.parametrize("table", TABLES)
def test_our_tables_are_simple(table):
    assert parse_simple(table) == tomllib.loads(table)


@given(st.lists(parts, max_size=12).map("".join))
def test_it_says_what_tomllib_says(source):
    try:
        expected = tomllib.loads(source)
    except tomllib.TOMLDecodeError:
        assert parse_simple(source) is None
        with pytest.raises(tomllib.TOMLDecodeError):
            parse(source)
    else:
        assert parse_simple(source) in (None, expected)
        assert parse(source) == expected
