"""The character table: complete, idempotent, and the one this module builds."""

import unicodedata

import pytest

from dedup.characters import classes, folds


def test_table_is_complete_and_idempotent():
    kinds, folding = classes(), folds()
    assert {kinds[code] for code in range(0, 0x110000, 7)} <= set("wdszq., ")
    for folded in folding.values():
        assert folded.translate(folding) == folded


def test_table_is_the_one_this_module_builds():
    from dedup import characters

    if unicodedata.unidata_version != "14.0.0":
        pytest.skip("the committed table was built with Unicode 14.0.0")
    from importlib import resources

    assert characters._build() == (resources.files("dedup") / "data" / "characters.txt").read_text("utf-8")
