"""Strangers: wires in no list, told by their datelines."""

import time

import pytest

from dedup import Document, scan
from dedup.strangers import stranger
from tests.newsroom import ONE, filler


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("OSLO (Corvus) - It rained.", "Corvus"),
        ("By Ann Lee\n\nST. JOHN'S, Antigua (Corvus Newsroom) — It rained.", "Corvus Newsroom"),
        ("OSLO (Corvus) -- It rained.", "Corvus"),
        ("OSLO (AP) - It rained.", ""),
        ("OSLO (Reuters Health) - It rained.", ""),
        ("OSLO (March) - It rained.", ""),
        ("OSLO (March 3) - It rained.", ""),
        ("OSLO (US) - It rained.", ""),
        ("OSLO (Corvus) It rained.", ""),
        ("Oslo (Corvus) - It rained.", ""),
        ("The king (Harald) - he is old - came.", ""),
        (f"{filler('x', 200)}\nOSLO (Corvus) - It rained.", ""),
    ],
)
def test_datelines(head, name):
    assert stranger(head) == name


def test_an_outlet_is_no_stranger():
    assert not stranger("OSLO (Corvus) - It rained.", ["The Corvus"])
    assert not stranger("OSLO (Corvus News) - It rained.", ["Corvus"])
    assert stranger("OSLO (Corvus) - It rained.", ["", "Post"]) == "Corvus"


def test_hostile_heads_cost_linear_time():
    begun = time.process_time()
    for head in ("OSLO " * 200, "A" * 5000 + " (", "A, " * 900 + ") -", "OSLO (" * 300, "A.-'" * 400 + " (B) "):
        assert stranger(head + ") - ") in ("", "B")
    assert time.process_time() - begun < 5


def test_a_stranger_keeps_popular_wires_from_being_named():
    text = f"{ONE}\n{filler('t', 60)}"
    own = [f"\n{filler(name, 200)}" for name in "ab"]
    plain = [Document("a", text + own[0], outlet="Post"), Document("b", text + own[1], outlet="Times")]
    told = [Document("a", f"OSLO (Corvus) - {text}{own[0]}", outlet="Post"), plain[1]]
    [[one], [other]] = (scan(each).strands for each in (plain, told))
    assert dict(one.origins)["other"] < 0.5
    assert other.origins[0].wire == "other"
    assert other.origins[0].p > 0.8
    [factor] = [each for each in other.evidence if each.kind == "stranger"]
    assert "Corvus" in factor.text
