"""Habits of outlets, owners, idioms, and versions that do not carry a text."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from test_results import run

from dedup import Document, Settings, scan
from dedup.copying import LINK
from dedup.errors import SettingsError
from dedup.habits import HABITS, Habits
from dedup.idioms import LONGEST
from dedup.mixture import OTHER
from dedup.model import Passage, ScanResult
from tests.newsroom import ONE, filler

TWO = "Nobody had counted the lifeboats since the refit in Gdansk four winters ago, the inquiry heard."
SHARED = f"{ONE}\n{TWO}\n"


def silent(name: str, outlet: str, text: str = SHARED) -> Document:
    return Document(name, f"{filler(name, 60)}\n{text}{filler(name + 'x', 60)}", outlet=outlet)


def usual(outlet: str, wire: str, number: int = 12) -> list[Document]:
    return [
        Document(f"{outlet}{n}", f"OSLO ({wire}) - {filler(f'{outlet}{n}y')}", outlet=outlet) for n in range(number)
    ]


def origins(result: ScanResult, *members: str) -> dict[str, float]:
    [strand] = [strand for strand in result.strands if set(members) <= set(strand.members)]
    return dict(strand.origins)


def test_five_articles_are_judged_as_before() -> None:
    habits = Habits()
    assert habits.tilt(["Post"], ["ap", "reuters"]) == {}
    assert habits.usual(["Post"]) == ()
    assert habits.own("Post", 0.5) == 0.5


def test_counts_sharpen_and_priors_hold_back() -> None:
    few, many = Habits(), Habits()
    few.count("Post", {"upi": 1.0})
    many.count("Post", {"upi": 200.0})
    assert few.part("Post", "upi") < many.part("Post", "upi") < 1
    assert many.tilt(["Post"], ["upi"])["upi"] <= HABITS.together
    assert many.usual(["Post"]) == ("upi",)
    assert few.usual(["Post"]) == ()


def test_an_outlet_that_credits_all_it_copies_writes_the_rest_itself() -> None:
    habits = Habits()
    habits.count_copies("Careful", 40.0, 1.0)
    habits.count_copies("Careless", 1.0, 40.0)
    assert habits.own("Careless", 0.5) < 0.5 < habits.own("Careful", 0.5)


def test_what_outlets_usually_print_decides_where_nobody_says() -> None:
    pair = [silent("a", "Post"), silent("b", "Gazette")]
    alone = origins(scan(pair), "a", "b")
    for wire, id in (("UPI", "upi"), ("AFP", "afp")):
        result = scan([*pair, *usual("Post", wire), *usual("Gazette", wire)])
        found = origins(result, "a", "b")
        assert found.get(id, 0) > 2 * alone.get(id, 0)
        [strand] = [strand for strand in result.strands if {"a", "b"} <= set(strand.members)]
        [line] = [each for each in strand.evidence if each.kind == "habits"]
        assert wire in line.text
        assert "without it" in line.effect


def test_habits_do_not_overrule_a_credit() -> None:
    documents = [Document("a", f"OSLO (AP) - {SHARED}{filler('a')}", outlet="Mirror"), silent("b", "Post")]
    found = origins(scan([*documents, *usual("Post", "Reuters")]), "a", "b")
    assert max(found, key=lambda wire: found[wire]) == "ap"
    assert found["ap"] > 0.75


def test_any_order_gives_the_same_habits() -> None:
    documents = [silent("a", "Post"), silent("b", "Gazette"), *usual("Post", "UPI"), *usual("Gazette", "AFP")]
    one, two = scan(documents), scan(documents[::-1])
    assert one.strands == two.strands


# owners


def test_outlets_of_one_owner_are_one_publisher(tmp_path: Path) -> None:
    documents = [silent(name, f"Paper {name}") for name in "abcd"]
    owners = {f"Paper {name}": "Chain" for name in "abcd"}
    apart, together = (origins(scan(documents, Settings(owners=each)), *"abcd") for each in ({}, owners))
    assert together["outlet"] > apart["outlet"]  # one that wrote it gave it to its sisters
    (tmp_path / "in.jsonl").write_text(
        "".join(json.dumps({"id": d.id, "text": d.text, "outlet": d.outlet}) + "\n" for d in documents)
    )
    table = tmp_path / "outlets.csv"
    table.write_text("outlet,owner,town\n" + "".join(f"Paper {name},Chain,x\n" for name in "abcd"))
    code, output = run("scan", tmp_path / "in.jsonl", "--outlets", table, "--format", "json")
    assert code == 0
    data = json.loads(output)
    assert data["settings"]["owners"] == owners
    assert {each["wire"]: each["p"] for each in data["strands"][0]["origins"]}["outlet"] == pytest.approx(
        together["outlet"], rel=1e-4
    )


@pytest.mark.parametrize("content", [b"", b"name;owner\n", b"\xff\xfe\x00", b"outlet\nPost\n"])
def test_a_table_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "outlets.csv").write_bytes(content)
    (tmp_path / "a.txt").write_text(ONE)
    code, output = run("scan", tmp_path / "a.txt", "--outlets", tmp_path / "outlets.csv")
    assert code == 1
    assert "outlets.csv" in output


def test_owners_are_settings() -> None:
    one, two = Settings(owners={"b": "x", "a": "x"}), Settings(owners={"a": "x", "b": "x"})
    assert one == two
    assert hash(one) == hash(two)
    assert one.fingerprint != Settings().fingerprint
    with pytest.raises(SettingsError, match="without a name"):
        Settings(owners={"a": " "})


def test_ten_outlets_say_together_what_one_says() -> None:
    habits = Habits()
    habits.count_named(1000)
    for n in range(10):
        habits.count(f"Post {n}", {"dpa": 9.0})
    habits.count("Times", {"ap": 90.0})
    [one, ten] = [habits.tilt([f"Post {n}" for n in range(size)], ["ap", "dpa"]) for size in (1, 10)]
    assert one["dpa"] > 2
    assert ten["dpa"] == pytest.approx(one["dpa"])


# idioms

PHRASE = "The company did not immediately respond to a request for comment on Monday evening."


def story(n: int, more: str = "") -> Document:
    one, two = f"Varga{chr(97 + n)}", f"Lindq{chr(97 + n)}"
    fill = [filler(f"n{n}{part}", 9).rstrip(".") for part in range(4)]
    names = f"then {one} {fill[0]} {two} {fill[1]} {one} {fill[2]} {two} {fill[3]}."
    return Document(
        f"s{n}", f"{more}{filler(f's{n}', 50)} {names}\n{PHRASE}\n{filler(f't{n}', 50)}", outlet=f"Paper {n}"
    )


def idioms(result: ScanResult) -> list[Passage]:
    passages = [passage for match in result.matches for passage in match.passages]
    return [passage for passage in passages if "idiom" in [each.kind for each in passage.evidence]]


def test_what_everybody_says_comes_from_no_wire() -> None:
    result = scan([story(0, "OSLO (AP) - "), *(story(n) for n in range(1, 6))])
    found = idioms(result)
    assert len(found) == 15
    assert {passage.kind for passage in found} == {"common-phrase"}
    assert max(passage.p_copied for passage in found) < 0.01
    assert {match.relation for match in result.matches} == {"common-only"}
    assert not result.strands
    assert not [edge for edge in result.graph.edges if edge.kind == "text"]
    assert not [reading for reading in result.documents if "uncredited-copy" in reading.flags]


@pytest.mark.parametrize(
    "common",
    [
        "Lawmakers cited the law on the protection of minors from harmful online content and services",
        "It was the annual report of the office for national statistics on household incomes and savings",
        "das sagte der vorsitzende des auswärtigen ausschusses im bundestag, michael roth (spd)",
        "so steht es im gesetz zur stärkung der sicherheit in den lieferketten kleiner betriebe",
        "Сообщил заместитель председателя комитета государственной думы по международным делам Алексей Чепа",
        "She starred in a long way home from the quiet river crossing beside her younger brother",
    ],
)
def test_names_and_titles_are_told_by_the_stories_that_have_them(common: str) -> None:
    """Laws, reports, films, offices with those who hold them: no list has them, but four stories do.

    In small letters they are no names by their look, as in German, where every third word has a capital."""
    documents = [story(n) for n in range(4)]
    documents = [replace(each, text=each.text.replace(PHRASE, f"{common}.")) for each in documents]
    two, four = (max(p.decibans for m in scan(some).matches for p in m.passages) for some in (documents[:2], documents))
    assert four <= two - 16 < LINK <= two
    assert {passage.kind for match in scan(documents).matches for passage in match.passages} == {"common-phrase"}
    assert not scan(documents).strands
    assert len(scan(documents[:2]).strands) == 1


def test_words_that_two_stories_have_beside_an_idiom_hide_it_in_no_other() -> None:
    more = " It said so on the eve of the annual meeting of its shareholders."
    documents = [story(n) for n in range(6)]
    documents[:2] = [replace(each, text=each.text.replace(PHRASE, PHRASE + more)) for each in documents[:2]]
    result = scan(documents)
    longest = max((passage for match in result.matches for passage in match.passages), key=lambda each: each.words)
    assert longest.words > LONGEST
    assert len(idioms(result)) == 15
    assert {passage.kind for passage in idioms(result)} == {"common-phrase"}


def test_two_papers_make_half_an_idiom_and_one_event_none() -> None:
    [passage] = idioms(scan([story(0), story(1)]))
    assert 0.05 < passage.p_copied < 0.95
    same = [Document(f"s{n}", story(0).text.replace("s0", f"s{n}").replace("t0", f"t{n}")) for n in range(6)]
    assert not idioms(scan(same))


def test_a_phrase_beside_copied_text_came_with_it() -> None:
    copied = filler("c", 30) + " " + PHRASE
    pair = [Document(f"{part}", f"{story(9).text}\n{filler(part, 30)}\n{copied}") for part in ("x", "y")]
    result = scan([*(story(n) for n in range(6)), *pair])
    [match] = [match for match in result.matches if (match.a, match.b) == ("x", "y")]
    assert not [passage for passage in match.passages if passage.kind == "common-phrase"]
    assert len(idioms(result)) >= 15


def test_effects_of_a_passage_in_many_stories_add_up_to_its_decibans() -> None:
    for passage in idioms(scan([story(n) for n in range(9)])):
        told = sum(float(each.effect.removesuffix(" dB")) for each in passage.evidence)
        assert told == pytest.approx(passage.decibans, abs=0.3)


# versions


def test_a_version_without_the_text_says_nothing_of_it() -> None:
    ap, reuters = SHARED, filler("r", 40) + "\n" + filler("q", 40) + "\n"
    long = filler("l", 150) + "\n"
    documents = [
        Document("v1", f"OSLO (AP) - {long}{ap}", outlet="One"),
        Document("v2", f"{long}{ap}{reuters}", outlet="Two"),
        Document("x", f"OSLO (Reuters) - {filler('x', 60)}\n{reuters}", outlet="Three"),
    ]
    result = scan(documents)
    assert [group.members for group in result.groups] == [("v1", "v2")]
    [strand] = [strand for strand in result.strands if "x" in strand.members]
    assert "v1" not in strand.members
    assert strand.origins[0].wire == "reuters"
    assert strand.origins[0].p > 0.75


def test_agencies_are_whoever_another_version_names() -> None:
    text = SHARED + filler("v", 120)
    result = scan([Document("a", f"OSLO (AP) - {text}", outlet="One"), Document("b", f"By Staff and agencies\n{text}")])
    [edge] = [edge for edge in result.graph.edges if edge.kind == "text" and edge.target == "doc:b"]
    assert edge.source == "wire:ap"
    assert edge.evidence[0].kind == "version"


def test_a_text_is_one_text_however_many_credit_it() -> None:
    """Fifteen papers that credit UPI with a story say no more of what all papers print than two do."""
    pair = [silent("a", "Post"), silent("b", "Gazette")]

    def upi(stories: int, papers: int) -> float:
        copies = [
            Document(f"u{s}-{n}", f"OSLO (UPI) - {filler(f'u{s}')}\n{filler(f'{s}z{n}')}", outlet=f"U{n}")
            for s in range(stories)
            for n in range(papers)
        ]
        return origins(scan([*pair, *usual("Post", "AP", 4), *usual("Gazette", "AP", 4), *copies]), "a", "b")["upi"]

    assert upi(3, 15) == pytest.approx(upi(3, 2), rel=0.05)
    assert upi(30, 1) > 1.5 * upi(3, 2)


def test_wires_too_rare_to_be_thought_of_take_their_part() -> None:
    """What is credited to forty small agencies may be any of them, too: AP is no likelier than without them."""
    habits = Habits()
    habits.count("Post", {"ap": 40.0})
    before = habits.tilt(["Post"], ["ap"])
    for wire in ("anp", "apa", "belga", "bta", "cna", "ctk"):
        habits.count("Gazette", {wire: 1.0})
    after = habits.tilt(["Post"], ["ap"])
    assert before[OTHER] == 1.0
    assert after[OTHER] / after["ap"] > before[OTHER] / before["ap"]
    assert habits.unlisted == pytest.approx(1.0)
