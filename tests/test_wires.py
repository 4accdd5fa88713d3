"""The registry of wires and their names in text."""

from __future__ import annotations

import time

import pytest

from dedup.errors import DataError
from dedup.registry import Wire, parse_registry, registry
from dedup.wires import find_names, wire_of_host


def named(text: str) -> list[tuple[str, str, str]]:
    return [(text[name.start : name.end], name.wire, name.strength) for name in find_names(text)]


def test_the_whole_registry_is_there() -> None:
    wires = registry()
    assert len(wires) == 248
    assert all(isinstance(wire, Wire) and wire.id == id and wire.name and wire.kind for id, wire in wires.items())
    kinds = {"news agency", "news service", "broadcaster wire", "press-release wire", "photo agency", "generic"}
    assert {wire.kind for wire in wires.values()} == kinds
    assert registry() is wires


def test_carriers_and_popularity() -> None:
    wires = registry()
    assert wires["aap"].carries == ("ap", "reuters", "pa")
    assert wires["cp"].carries == ("ap", "afp")
    assert {id for id, wire in wires.items() if "afp" in wire.carries} >= {
        "dpa",
        "belga",
        "ritzau",
        "tt",
        "pap",
        "jiji",
    }
    assert not any(wire.carries for wire in wires.values() if wire.kind in ("press-release wire", "photo agency"))
    assert not any(
        id in wires[other].carries for id, wire in wires.items() for other in wire.carries
    )  # nor the other way
    assert {id: wire.popularity for id, wire in wires.items() if wire.popularity} == {
        "ap": 0.25,
        "reuters": 0.20,
        "afp": 0.12,
    }


def test_a_name_belongs_to_one_wire() -> None:
    owners: dict[str, set[str]] = {}
    for wire in registry().values():
        for forms in wire.names.values():
            for form in forms:
                owners.setdefault(form, set()).add(wire.id)
    assert {form: ids for form, ids in owners.items() if len(ids) > 1} == {}


def test_every_name_is_found_as_its_wire() -> None:
    for wire in registry().values():
        for form in (form for forms in wire.names.values() for form in forms):
            assert named(f"x {form} x")[0][:2] == (form, wire.id)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Associated Press of Pakistan", [("The Associated Press of Pakistan", "app", "plain")]),
        ("the Associated Press", [("Associated Press", "ap", "plain")]),
        ("Thomson Reuters Foundation", [("Thomson Reuters Foundation", "trf", "plain")]),
        ("CNN Newsource", [("CNN Newsource", "cnn", "service")]),
        ("ASSOCIATED PRESS", [("ASSOCIATED PRESS", "ap", "plain")]),
        ("Interfax-Ukraine", [("Interfax-Ukraine", "interfax_ua", "plain")]),
        ("AP通信によると", [("AP通信", "ap", "plain")]),
        ("연합뉴스에 따르면", [("연합뉴스", "yonhap", "plain")]),
        ("(dpa/AFP)", [("dpa", "dpa", "plain"), ("AFP", "afp", "plain")]),
        ("With inputs from agencies", [("agencies", "generic", "generic")]),
        ("© The Washington Post", [("The Washington Post", "wpns", "publisher")]),
    ],
)
def test_the_longest_name_wins(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "perjanjian antara Rusia dan China",  # between
        "install the app and the Petrapp",
        "A$AP Rocky, @AP and #AFP",
        "APs, AP7 and GAP",
        "CNN Indonesia and CNN Türk",
        "an AP exams season, AP Biology",
        "the plain of Sputnik Planum",
        "日中共同声明",
    ],
)
def test_words_that_only_look_like_names(text: str) -> None:
    assert [name for name in named(text) if name[2] != "ambiguous"] == []
    assert not [name for name in named(text) if name[0] not in ("AP",)]


def test_small_type_and_capitals() -> None:
    assert named("dpa DPA Dpa") == [("dpa", "dpa", "plain"), ("DPA", "dpa", "ambiguous")]
    assert named("APP App app") == [("APP", "app", "ambiguous")]


def test_hosts() -> None:
    assert wire_of_host("www.reuters.com") == "reuters"
    assert wire_of_host("APNEWS.com.") == "ap"
    assert wire_of_host("notreuters.com") is None
    assert wire_of_host("") is None


GOOD = 'id = "x"\nname = "X"\nkind = "news agency"\nnames = "en: Xpress"\n'


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("[[wire", "wires.toml"),
        ('[[wire]]\nid = "x"\n', "no name"),
        (f'[[wire]]\n{GOOD}colour = "red"\n', "unknown field 'colour'"),
        (f"[[wire]]\n{GOOD}domains = 7\n", "domains = 7 is no string"),
        (f"[[wire]]\n{GOOD}popularity = 2.0\n", "popularity = 2.0"),
        (f'[[wire]]\n{GOOD}carries = "y"\n', "unknown wires ['y']"),
        (f'[[wire]]\n{GOOD}ambiguous = "XX"\n', "ambiguous has ['XX']"),
        (f"[[wire]]\n{GOOD}[[wire]]\n{GOOD}", "occurs twice"),
        ("[[wire]]\n" + GOOD.replace("news agency", "nonsense"), "kind = 'nonsense'; it is one of news agency, "),
        (f"[wire]\n{GOOD}", "wires are written [[wire]]"),
        ("[[wire]]\n" + GOOD.replace('"x"', '["x"]'), "id = ['x'] is no string"),
        (f'decoys = "CNN Foo"\n[[wire]]\n{GOOD}', "decoys is no list of names"),
        ('[[wire]]\nid = "x"\nname = "X"\nkind = "news agency"\nnames = "Xpress"\n', "names has 'Xpress'"),
    ],
)
def test_a_damaged_registry_is_refused_with_the_cause(source: str, says: str) -> None:
    with pytest.raises(DataError, match=r"wires\.toml") as caught:
        parse_registry(source)
    assert says in str(caught.value)


def test_a_good_table_is_read() -> None:
    wires, decoys = parse_registry(f'decoys = ["Xpress Train"]\n[[wire]]\n{GOOD}domains = "x.org | x.com"\n')
    assert wires["x"].names == {"en": ("Xpress",)}
    assert wires["x"].domains == ("x.org", "x.com")
    assert decoys == ("Xpress Train",)


def test_long_text_is_read_in_linear_time() -> None:
    start = time.perf_counter()
    assert len(list(find_names("AP, " * 50_000))) == 50_000
    assert time.perf_counter() - start < 10  # 0.3 s; a quadratic search takes minutes
