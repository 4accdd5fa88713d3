"""Audit, stories, and the views of one article, one shared text and one phrase."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_results import run

from dedup import Document, exports, scan
from dedup.audit import findings, habits
from dedup.model import ScanResult
from dedup.stories import stories
from dedup.wires import label
from dedup.wording import origin_of
from tests.newsroom import ONE, SEEDS, filler
from tests.sample import HOSTILE

TWO = "Nobody had counted the lifeboats since the refit in Gdansk four winters ago, the inquiry heard."
SHARED = f"{ONE}\n{TWO}\n"


def post(name: str, text: str, outlet: str | None = "Post", **fields: str) -> Document:
    return Document(name, f"{text}\n{filler(name, 50)}", outlet=outlet, **fields)


@pytest.fixture(scope="module")
def papers() -> ScanResult:
    return scan(
        [
            post("ap", "OSLO (AP) — " + SHARED, "Mirror"),
            post("credited", SHARED + "\nAP and Reuters contributed to this report.", published="2024-05-16T10:00:00Z"),
            post("silent", SHARED.replace("two hundred", "300")),
            post("alone", filler("nothing"), "Times"),
        ]
    )


def test_each_article_that_does_not_fit_is_found(papers: ScanResult) -> None:
    found = {each.id: (each.kind, each.wire) for each in findings(papers.documents)}
    assert found["silent"] == ("copied-uncredited", "ap")
    assert "ap" not in found
    assert "alone" not in found
    wires = [post(f"ap{n}", "OSLO (AP) — " + SHARED, f"Paper {n}") for n in range(3)]
    wrong = post("wrong", filler("w", 200) + "\n" + SHARED + "\nReuters and AFP contributed to this report.")
    assert [each.kind for each in findings(scan([*wires, wrong]).documents)] == ["credits-another-wire"]
    lone = scan([post("a", filler("b") + "\nAP and Reuters contributed to this report.")])
    assert [each.kind for each in findings(lone.documents)] == ["credited-nothing-found"]


def test_no_runner_up_is_invented() -> None:
    wire = post("ap", "OSLO (AP) — " + SHARED, "Mirror")
    [found] = findings(scan([wire, post("s", filler("s", 30) + "\n" + SHARED, "Post")]).documents)
    assert found.kind == "copied-uncredited"
    assert "nobody credits" not in found.say
    assert "AP" in found.say


def test_pages_of_one_host_are_of_one_outlet() -> None:
    """Where no outlet is named: two pages of a site are no two publishers of one text."""

    def pages(*urls: str) -> ScanResult:
        return scan([Document(f"p{n}", f"{filler(f'p{n}')}\n{SHARED}", url=url) for n, url in enumerate(urls)])

    def outlet(result: ScanResult) -> float:
        [strand] = result.strands
        return {each.wire: each.p for each in strand.origins}["outlet"]

    one = pages("https://news.example/1", "https://news.example/2")
    two = pages("https://news.example/1", "https://other.example/2")
    assert outlet(one) > outlet(two)
    assert "outlet:news.example" in {source for source, _ in next(iter(stories(one))).origins}


def test_outlets_are_counted(papers: ScanResult) -> None:
    by_name = {each.outlet: each for each in habits(papers.documents)}
    assert by_name["Times"].copies == 0
    assert (by_name["Mirror"].copies, by_name["Mirror"].credited) == (1, 1)
    counted = by_name["Post"]
    assert counted.articles == 2
    assert counted.copies == counted.credited + counted.other + counted.silent
    assert counted.silent == 1


def test_forty_papers_on_one_wire_are_one_source() -> None:
    papers = [post(f"{n:02}", "OSLO (AP) — " + SHARED, f"Paper {n}") for n in range(8)]
    [story] = stories(scan(papers))
    assert len(story.members) == 8
    assert story.origins == (("wire:ap", 8),)
    assert story.say == "8 articles, 1 independent source: AP (8)"


def test_a_text_that_nobody_names_is_one_source() -> None:
    texts = [f"{filler(str(n), 90)}\n{SHARED * 5}{filler('x', 60)}" for n in range(4)]
    found = scan([Document(f"{n}", text, outlet=f"Paper {n}") for n, text in enumerate(texts)])
    [strand] = found.strands
    [story] = stories(found)
    assert dict(story.origins)[f"strand:{strand.id}"] == 4


def test_articles_that_share_nothing_are_no_story(papers: ScanResult) -> None:
    [story] = stories(papers)
    assert "alone" not in story.members
    assert set(story.members) == {"ap", "credited", "silent"}


@pytest.fixture(scope="module")
def folder(papers: ScanResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("audit")
    lines = [
        {"id": d.id, "text": d.text, "outlet": d.outlet, "published": d.published}
        for d in (reading.document for reading in papers.documents)
    ]
    (path / "in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    exports.write_all(scan(path / "in.jsonl"), path / "result")
    return path


def test_the_command_says_the_same_of_a_result_and_of_a_scan(folder: Path) -> None:
    again, read = run("audit", folder / "in.jsonl"), run("audit", folder / "result")
    assert again == read
    assert again[0] == 0
    assert "Copied uncredited: 1" in read[1]
    data = json.loads(run("audit", folder / "result", "--format", "json")[1])
    assert [story["id"] for story in data["stories"]] == ["ap"]
    assert {each["id"] for each in data["findings"]} >= {"silent"}


def test_one_article_with_every_factor(folder: Path) -> None:
    code, output = run("explain", "--doc", "silent", "--in", folder / "result")
    assert code == 0
    for word in ("no credit", "without it", "against", "uncredited copy", "from AP"):
        assert word in output, word
    assert (code, output) == run("explain", "--doc", "silent", "--in", folder / "in.jsonl")
    assert "shares copied text" in run("explain", "--doc", "alone", "--in", folder / "result")[1]


def test_one_text_and_who_carries_it_in_time_order(folder: Path) -> None:
    [strand] = [s for s in scan(folder / "in.jsonl").strands if "silent" in s.members]
    code, output = run("explain", "--strand", strand.id[:6], "--in", folder / "result")
    assert code == 0
    places = [output.index(f". {name}") for name in ("credited", "ap", "silent")]
    assert places == sorted(places)  # the only one with a date, then by id
    assert "{300}" in output
    code, output = run("explain", "--strand", "nope", "--in", folder / "result")
    assert code == 1
    assert strand.id in output


def test_a_phrase_and_what_others_made_of_it(folder: Path) -> None:
    code, output = run("explain", "--phrase", "with two hundred people and eleven", "--in", folder / "result")
    assert code == 0
    assert "in 3 articles" in output
    assert "{300}" in output
    assert run("explain", "--phrase", "purple elephants", "--in", folder / "result")[0] == 1
    assert run("explain", "--phrase", "...", "--in", folder / "result")[0] == 1


@pytest.mark.parametrize(
    "arguments", [[], ["a"], ["a", "b", "c"], ["--doc", "a"], ["a", "b", "--doc", "a"], ["--doc", "a", "--strand", "b"]]
)
def test_wrong_usage(arguments: list[str]) -> None:
    assert run("explain", *arguments)[0] == 2


def test_hostile_text_is_shown_not_obeyed(tmp_path: Path) -> None:
    name = "x\x1b[2J"
    texts = [f"{SHARED}{filler(n)}\n{HOSTILE}" for n in "ab"]
    lines = [
        {"id": f"{n}{name}", "text": text, "title": HOSTILE, "outlet": HOSTILE}
        for n, text in zip("ab", texts, strict=True)
    ]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    [strand] = scan(tmp_path / "in.jsonl").strands
    for arguments in (["audit", tmp_path], ["explain", "--doc", "a", "--in", tmp_path],
                      ["explain", "--strand", strand.id, "--in", tmp_path],
                      ["explain", "--phrase", "eleven lorries", "--in", tmp_path]):  # fmt: skip
        code, output = run(*arguments)
        assert code == 0, output
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(output)


def test_the_seeds_rest_on_four_wires() -> None:
    [story] = stories(scan(SEEDS))
    assert len(story.members) == 5
    assert {source for source, _ in story.origins if source.startswith("wire:")} == {
        *("wire:afp", "wire:ap", "wire:cnn", "wire:reuters"),
    }


def test_a_paper_has_not_copied_its_own_news_service() -> None:
    own = Document(
        "own", f"{SHARED}{filler('own', 50)}", outlet="The Washington Post", url="https://www.washingtonpost.com/a"
    )
    papers = [post(f"p{n}", f"By Ann Lee, The Washington Post\n{SHARED}", f"Paper {n}") for n in range(2)]
    result = scan([own, *papers, post("silent", SHARED, "Gazette")])
    [flagged] = [each for each in result.documents if each.id == "own"]
    assert "uncredited-copy" in flagged.flags
    assert {each.id for each in findings(result.documents)} == {"silent"}


def test_a_phrase_that_anybody_uses_ties_no_two_stories():
    phrase = "The company did not immediately respond to a request for comment on Monday evening."
    documents = []
    for event in "abcd":
        names = f"then Varga{event} met Lindq{event} and Varga{event} left Lindq{event}"
        text = f"{filler(f'{event}t', 80)} {names}."
        documents += [
            Document(f"{event}{n}", f"{text}\n{filler(f'{event}{n}', 60)}\n{phrase}", outlet=f"{event}{n}")
            for n in range(3)
        ]
    found = [story.members for story in stories(scan(documents))]
    assert found == [tuple(f"{event}{n}" for n in range(3)) for event in "abcd"]


def test_what_some_print_and_others_cut_is_one_source():
    one, two = f"{ONE}\n{filler('t', 60)}", filler("u", 60)
    documents = [
        Document(f"{n}", "\n".join([filler(f"x{n}", 90), one, filler(f"y{n}", 90), two * (n > 0)]), outlet=f"Paper {n}")
        for n in range(3)
    ]
    result = scan(documents)
    assert len(result.strands) == 2
    [story] = stories(result)
    assert [number for source, number in story.origins if source.startswith("strand:")] == [3]
    assert story.say.startswith("3 articles, 1 to 4 independent sources")


def test_an_article_that_inherits_says_from_whom():
    text = f"{ONE}\n{filler('t', 60)}"
    result = scan(
        [Document("a", f"OSLO (AP) — {text}", outlet="One"), Document("b", f"{text} It rained.", outlet="Two")]
    )
    reading = result.reading("b")
    [share] = reading.composition
    assert origin_of(share, reading, (), label) == "from AP, as other versions of it say"
