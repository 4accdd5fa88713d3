"""An index without texts: what it answers, and what it does not hold."""

from __future__ import annotations

import re
from functools import cache

import pytest

from dedup import Document, Settings, open_index
from dedup.bench import articles
from dedup.errors import StoreError
from tests.newsroom import ONE, SEEDS, filler, seeds


@cache
def corpus():
    return [*articles(240, seed=5)]


def answers(place, old, new, texts, **options):
    with open_index(place, texts=texts) as index:
        index.add(old)
        assert index.verify() == []
        return {answer.id: answer for answer in index.check(new, **options)}


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The answers for the same articles by an index with texts and by one without."""
    place = tmp_path_factory.mktemp("index")
    old, new = corpus()[:160], corpus()[160:]
    return tuple(answers(place / str(texts), old, new, texts) for texts in (True, False))


def passages(answer):
    return {
        (match.id, passage.a, passage.words)
        for match in answer.matches
        for passage in match.passages
        if passage.words >= 30
    }


def test_it_finds_nearly_all_that_texts_find(both):
    whole, kept = both
    expected = {(id, *each) for id, answer in whole.items() for each in passages(answer)}
    found = {(id, *each) for id, answer in kept.items() for each in passages(answer)}
    pairs = {(each[0], each[1]) for each in expected}
    assert len(pairs) > 15
    assert len(pairs & {(each[0], each[1]) for each in found}) >= 0.95 * len(pairs)
    assert len({(each[0], each[1]) for each in found} - pairs) <= 0.05 * len(pairs)
    words = sum(each[3] for each in expected)
    assert 0.85 * words <= sum(each[3] for each in found) <= 1.1 * words


def test_it_names_the_same_wires(both):
    whole, kept = both
    same = sum([*whole[id].wires] == [*kept[id].wires] for id in whole)
    assert same >= 0.9 * len(whole)


def one_less(text):
    return text.rpartition(" ")[0]


def test_offsets_are_those_of_the_original(tmp_path):
    text = f"Headline of the day\n\nROME (AP) - {filler('a', 20)} {ONE} {filler('b', 20)} {ONE.upper()}"
    with open_index(tmp_path / "news", texts=False) as index:
        index.add(Document("old", text))
        [answer] = index.check(Document("new", f"{filler('c', 9)} {ONE}"))
    [match] = answer.matches
    spans = [text[passage.b.start : passage.b.end] for passage in match.passages]
    assert spans
    # The first or last word of what is shared may not show.
    assert {span.lower() for span in spans} <= {one_less(ONE.lower()), ONE.lower().rstrip(".")}
    assert [*answer.wires] == ["ap"]


def test_no_text_is_in_its_files(tmp_path):
    with open_index(tmp_path / "news", texts=False) as index:
        index.add(SEEDS)
        with pytest.raises(StoreError, match="nothing to export"):
            next(index.export())
        with pytest.raises(StoreError, match="cannot be repaired"):
            index.repair()
        assert all(each.title is None for each in index.documents())
        data = b"".join(path.read_bytes() for path in (tmp_path / "news").rglob("*") if path.is_file())
    phrases = {phrase for each in seeds() for phrase in re.findall(r"\w+ \w+ \w+", each.text)}
    assert len(phrases) > 500
    assert not [phrase for phrase in phrases if phrase.encode() in data]


def test_it_stays_what_it_is(tmp_path):
    open_index(tmp_path / "news", Settings(), texts=False).close()
    with open_index(tmp_path / "news") as index:
        index.add(Document("old", ONE))
        assert not index.info().texts
    with pytest.raises(StoreError, match="made without texts, not with them"):
        open_index(tmp_path / "news", texts=True)


def test_long_gaps(tmp_path):
    """A body of parts that are far from each other, and words longer than a byte can say."""
    text = f"{ONE}\n" + "https://" + "x" * 70_000 + f" {'word ' * 4}{'y' * 300} {filler('z', 30)}"
    with open_index(tmp_path / "news", Settings(until="passages"), texts=False) as index:
        index.add(Document("old", text))
        [answer] = index.check(Document("new", filler("z", 30)))
    [passage] = answer.matches[0].passages
    assert text[passage.b.start : passage.b.end] in (one_less(filler("z", 30)), filler("z", 30).rstrip("."))
