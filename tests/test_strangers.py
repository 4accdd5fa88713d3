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
        ("PARIS (France) - It rained.", ""),
        ("LEEDS (Northern England) - It rained.", ""),
        ("OSLO (Our Correspondent) - It rained.", ""),
        ("OSLO (News Desk) - It rained.", ""),
        ("OSLO (Norway Today) - It rained.", "Norway Today"),
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
    assert other.origins[0].wire == "unlisted-Corvus"
    assert other.origins[0].p > 0.8
    assert "Corvus, a wire in no list" in other.say
    [factor] = [each for each in other.evidence if each.kind == "stranger"]
    assert "Corvus" in factor.text


def test_a_wire_in_no_list_is_named_and_its_own_credit_is_one():
    text = f"{ONE}\n{filler('t', 60)}"
    texts = [f"OSLO (Corvus) - {text}\n{filler('a', 90)}", f"{text}\n{filler('b', 90)}"]
    result = scan([Document(name, text, outlet=name) for name, text in zip("ab", texts, strict=True)])
    edges = {(edge.source, edge.target) for edge in result.graph.edges if edge.kind == "text"}
    assert edges == {("wire:unlisted-Corvus", "doc:a"), ("wire:unlisted-Corvus", "doc:b")}
    assert [reading.flags for reading in result.documents] == [(), ("uncredited-copy",)]
    assert [reading.composition[0].origin for reading in result.documents] == ["wire:unlisted-Corvus"] * 2
    [strand] = result.strands
    [line] = [each for each in strand.evidence if each.kind == "stranger"]
    assert "without it Corvus, a wire in no list 0.00" in line.effect


def test_two_names_in_datelines_name_nobody():
    text = f"{ONE}\n{filler('t', 60)}"
    heads = ("OSLO (Corvus) - ", "OSLO (Orbis) - ")
    result = scan([Document(f"{n}", f"{head}{text}\n{filler(f'x{n}', 90)}") for n, head in enumerate(heads)])
    assert result.strands[0].origins[0].wire == "other"
