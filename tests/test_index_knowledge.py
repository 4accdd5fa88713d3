"""What an index learns stays, serves new articles, and goes when its articles go."""

from __future__ import annotations

import pytest

from dedup import Document, Settings, open_index, scan
from dedup.bench import articles
from dedup.index import knowledge
from dedup.index.outlets import KIND
from tests.newsroom import ONE, filler

FORM = "Sign up to our morning newsletter and get the stories that matter before your first coffee of the day"
ONE_THREAD = Settings(jobs=1)


def story(n, outlet="The Valley Post"):
    name = f"Bram{chr(97 + n % 26)}{chr(97 + n // 26)}l"
    text = f"{name} Korvel met {name} Sanders. {filler(f'a{n}', 60)} {name} Korvel and {name} Sanders left. {FORM}."
    return Document(f"{n:03}", f"{text} {filler(f'b{n}', 40)}", outlet=outlet)


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(knowledge, "FEWEST", 12)


def test_boilerplate_is_learned_kept_and_serves_new_articles(tmp_path, few):
    with open_index(tmp_path / "news", ONE_THREAD) as index:
        index.add(story(n) for n in range(11))
        assert index.boilerplate() == []
        before = next(iter(index.check(story(50))))
        assert {passage.kind for match in before.matches for passage in match.passages} == {"copy"}
        assert before.reading.shared_words
        index.add([story(11)])
        [known] = index.boilerplate()
        assert (known.publisher, known.kind) == ("The Valley Post", "outlet")
        assert FORM in known.text
        assert index.info().learned["boilerplate"] == 1
    with open_index(tmp_path / "news", ONE_THREAD) as index:
        for outlet in ("The Valley Post", None):
            found = next(iter(index.check(story(50, outlet))))
            assert {passage.kind for match in found.matches for passage in match.passages} == {"boilerplate"}
            assert found.reading.shared_words == 0
            assert {span.kind for span in found.spans} == {"boilerplate"}
        # Text beside it is still a copy.
        index.add([Document("wire", f"ROME (AP) - {ONE} {filler('w', 40)}")])
        copied = next(iter(index.check(Document("new", f"{ONE} {FORM}. {filler('n', 50)}"))))
        assert {span.kind for span in copied.spans} == {"copy", "boilerplate"}
        assert [*copied.wires] == ["ap"]


def test_it_is_learned_again_when_there_are_twice_as_many(tmp_path, few, monkeypatch):
    scans = []
    monkeypatch.setattr(knowledge, "_shown", lambda some, _: scans.append(len(some)) or ())
    with open_index(tmp_path / "news", ONE_THREAD) as index:
        for n in range(40):
            index.add([story(n)])
        assert scans == [12, 24]
    with open_index(tmp_path / "news", ONE_THREAD) as index:
        index.add(story(n) for n in range(40, 48))
    assert scans == [12, 24, 48]


def test_what_is_learned_is_what_a_scan_learns(tmp_path, few):
    some = [*articles(400, seed=3), *(story(n) for n in range(14))]
    with open_index(tmp_path / "news", ONE_THREAD) as index:
        index.add(some)
        found = index.boilerplate()
    assert any(FORM in each.text for each in found)
    assert sorted(found) == sorted(scan(some, ONE_THREAD).boilerplate)


def test_without_texts_no_boilerplate_is_learned(tmp_path, few):
    with open_index(tmp_path / "news", ONE_THREAD, texts=False) as index:
        index.add(story(n) for n in range(20))
        assert index.boilerplate() == []


def test_habits_are_counted_and_forgotten(tmp_path):
    def credited(n, wire):
        return Document(f"{wire}{n}", f"ROME ({wire}) - {filler(f'{wire}{n}', 40)}", outlet="The Post")

    with open_index(tmp_path / "news", ONE_THREAD) as index:
        index.add([credited(n, "AP") for n in range(4)] + [credited(0, "Reuters"), Document("x", filler("x"))])
        counted = {name: int(number) for name, number in index.learned(KIND).items()}
        assert counted["ap\tThe Post"] == 4 * counted["reuters\tThe Post"] > 0
        index.add([credited(0, "AP")])
        assert {name: int(number) for name, number in index.learned(KIND).items()} == counted
        index.add([Document("AP0", f"ROME (Reuters) - {filler('AP0', 40)}", outlet="The Post")])
        index.remove(["AP1", "AP2", "Reuters0"])
        now = {name: int(number) for name, number in index.learned(KIND).items()}
        assert now["ap\tThe Post"] == now["reuters\tThe Post"] == counted["reuters\tThe Post"]
        index.remove(["AP0", "AP3"])
        assert index.learned(KIND) == {}


def test_habits_serve_new_articles(tmp_path):
    """Nobody credits the text; that the paper always prints AP speaks for AP."""

    def odds(place, credited):
        with open_index(tmp_path / place, ONE_THREAD) as index:
            index.add(
                Document(f"{n}", f"ROME ({credited}) - {filler(f'{place}{n}', 40)}", outlet="The Post")
                for n in range(30)
            )
            index.add([Document("old", f"{ONE} {filler('old', 40)}", outlet="The Post")])
            [found] = index.check(Document("new", f"{ONE} {filler('new', 40)}", outlet="The Other"))
            return dict(found.strands[0].origins)["ap"]

    assert odds("a", "AP") > 2 * odds("b", "Reuters")
