"""Comparing for an index: the few pairs of a question have in common what a scan finds."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from dedup import Settings, open_index
from dedup.bench import articles
from dedup.engine import engine
from dedup.index import comparing
from dedup.index.check_json import dumped_line
from dedup.index.snapshot import _weight
from dedup.intake import prepared
from dedup.model import Document
from dedup.verify import verify
from tests.newsroom import ONE, filler


@pytest.fixture(scope="module")
def corpus():
    some = prepared([*articles(60, seed=5)], False, Settings(jobs=1))
    both = zip(some.articles, some.sketches.words.tolist(), strict=True)
    return [article.kept(article.document, words) for article, words in both]


def all_pairs(numbers):
    return np.array([a << 32 | b for a in numbers for b in numbers if a < b], np.uint64)


def same(one, two):
    for field in fields(one):
        a, b = getattr(one, field.name), getattr(two, field.name)
        if isinstance(a, np.ndarray):
            assert a.dtype == b.dtype
            np.testing.assert_array_equal(a, b, err_msg=field.name)
        else:
            assert a == b, field.name


@pytest.mark.parametrize("until", ["documents", "provenance"])
def test_as_a_scan(corpus, until):
    settings = Settings(until=until, jobs=1)
    for numbers in (range(60), range(7, 50, 3), [3], []):
        pairs = all_pairs(numbers)
        found = comparing.compared(corpus, pairs, settings)
        same(found, verify(corpus, pairs, settings, 1, lambda _: None))
    assert len(comparing.compared(corpus, all_pairs(range(60)), settings)) > 4


def test_engines_agree(corpus):
    pairs = all_pairs(range(0, 60, 5))
    found = [comparing.compared(corpus, pairs, Settings(engine=name, jobs=1)) for name in ("auto", "reference")]
    for other in found:
        same(found[0], other)


def test_what_the_judge_has_seen_is_noted_and_serves_again(corpus):
    settings, notes = Settings(jobs=1), [None] * len(corpus)
    expected = comparing.compared(corpus, all_pairs(range(60)), settings)
    comparing.compared(corpus, all_pairs(range(0, 60, 2)), settings, notes=notes)
    texts, bodies = [each.document.text for each in corpus], [each.spans for each in corpus]
    seen = engine("reference").notes(texts, bodies, [each.credits for each in corpus])
    assert all(note in (None, there) for note, there in zip(notes, seen, strict=True))
    few = sum(note is not None for note in notes)
    same(comparing.compared(corpus, all_pairs(range(60)), settings, notes=notes), expected)
    assert 2 < few < sum(note is not None for note in notes)
    same(comparing.compared(corpus, all_pairs(range(60)), settings, notes=notes), expected)


def test_very_much_text_is_compared_in_portions(corpus, monkeypatch):
    pairs = all_pairs(range(30))
    expected = comparing.compared(corpus, pairs, Settings(jobs=1))
    monkeypatch.setattr(comparing, "_MANY", 100)
    same(comparing.compared(corpus, pairs, Settings(jobs=1)), expected)


def test_what_is_kept_of_articles_is_not_told_when_they_are_gone(tmp_path):
    asked = Document("new", f"{ONE} {filler('x')}")
    with open_index(tmp_path / "news") as index, open_index(tmp_path / "news") as writer:

        def found():
            [answer] = index.check(asked)
            return [(match.id, match.title) for match in answer.matches]

        writer.add([Document("old", f"{ONE} {filler('a')}", title="First")])
        assert found() == found() == [("old", "First")]
        writer.add([Document("old", f"{ONE} {filler('b')}", title="Second")])
        assert found() == [("old", "Second")]
        writer.remove("old")
        assert found() == []
        writer.add([Document("old", f"{ONE} {filler('a')}", title="Third")])
        writer.compact()
        assert found() == [("old", "Third")]


def test_few_articles_are_kept(tmp_path, monkeypatch):
    corpus = [*articles(120, seed=9)]
    with open_index(tmp_path / "news", Settings(jobs=1)) as index:
        index.add(corpus[:90])
        expected = [dumped_line(answer) for answer in index.check(corpus[90:])]
        assert index._store._kept
        monkeypatch.setattr("dedup.index.snapshot._KEPT", 5000)
        for _ in range(2):
            assert [dumped_line(answer) for each in corpus[90:] for answer in index.check(each)] == expected
            assert 0 <= index._store._kept_size <= 5000
        assert sum(map(_weight, index._store._kept.values())) == index._store._kept_size
