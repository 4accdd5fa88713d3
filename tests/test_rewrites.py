"""Rewrites: what is found in other words, what is not, and that it never makes an edge."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from dedup import Document, Settings, compare, scan
from dedup.bench.generate import articles
from dedup.rewrites import find_rewrites
from dedup.sentences import Sentences
from dedup.text import fold

ON = Settings(rewrites=True)
STORY = (
    "Nine people were hurt on Monday when a tram left its rails near the old harbour of Bergen. "
    "The mayor, Kari Lie, promised an inquiry into the brakes of the tram, which was built in 1998. "
    "Witnesses told the police that the driver had rung his bell for half a minute before the crash."
)
REWRITTEN = (
    "A tram derailed close to Bergen's old harbour on Monday, and nine people were injured. "
    "A probe into why its brakes failed (it dates from 1998) was promised by the mayor, Kari Lie. "
    "For half a minute before the crash, the driver rang his bell, witnesses said to the police."
)
OTHERS = [each.text for n, each in enumerate(articles(6, realistic=False)) if n != 3]  # the fourth takes from others


def around(story, number):
    return f"{OTHERS[number]}\n\n{story}\n\n{OTHERS[number + 1]}"


def only_rewrites(match):
    return [each for each in match.passages if each.kind == "rewrite"]


def test_a_rewritten_story_is_found_with_its_borders():
    one, two = around(STORY, 0), around(REWRITTEN, 2)
    assert not compare(one, two).passages
    [found] = compare(one, two, ON).passages
    assert found.kind == "rewrite"
    assert one[found.a.start : found.a.end] + "." == STORY
    assert two[found.b.start : found.b.end] + "." == REWRITTEN
    assert found.words > 5
    assert found.evidence[0].kind == "rewrite"


def test_strangers_share_nothing():
    assert not only_rewrites(compare(around("", 0), around("", 2), ON))


@pytest.mark.parametrize("number", range(3))
def test_shuffled_sentences_and_words_are_found(number):
    order = np.random.default_rng(number)
    words = STORY.replace(".", "").split()
    shuffled = " ".join(words[i] for i in np.argsort(np.arange(len(words)) + 6 * order.random(len(words)))) + "."
    [found] = compare(around(STORY, 0), around(shuffled, 2), ON).passages
    assert found.kind in ("rewrite", "copy")
    assert found.a.end - found.a.start > 0.8 * len(STORY)


def test_a_copied_part_keeps_its_judgement_in_a_rewritten_passage():
    two = around(
        REWRITTEN.replace("and nine people were injured", "it left its rails near the old harbour of Bergen"), 2
    )
    plain = compare(around(STORY, 0), two).passages
    [found] = compare(around(STORY, 0), two, ON).passages
    assert [each.kind for each in plain] == ["copy"] == [found.kind]
    assert found.words == plain[0].words
    assert found.decibans == plain[0].decibans
    assert found.a.start <= plain[0].a.start <= plain[0].a.end <= found.a.end


def test_a_summary_is_found_beside_its_long_source():
    long = f"{STORY[:92]} {OTHERS[0][:400]} {STORY[92:188]} {OTHERS[1][:400]} {STORY[188:]}"
    found = compare(long, REWRITTEN, ON).passages
    assert len(found) == 1
    assert found[0].a.start < 100
    assert found[0].a.end > len(long) - 100


def test_the_answer_does_not_depend_on_the_order_or_the_engine():
    one, two = around(STORY, 0), around(REWRITTEN, 2)
    there, back = compare(one, two, ON).passages, compare(two, one, ON).passages
    turned = {(p.b, p.a, p.words, tuple(dedup.model.Edit(e.b, e.a) for e in p.edits), p.kind) for p in back}
    assert {(p.a, p.b, p.words, p.edits, p.kind) for p in there} == turned
    assert compare(one, two, Settings(rewrites=True, engine="reference")).passages == there


WORDS = st.lists(
    st.sampled_from(
        ["the", "tram", "harbour", "Bergen", "brakes", "mayor.", "bell!", "said,", "crash", "nine", "1998"]
    ),
    max_size=150,
)


@settings(deadline=None, max_examples=60)
@given(WORDS, WORDS)
def test_passages_are_in_the_texts_and_blocks_rise(one, two):
    a, b = " ".join(one), " ".join(two)
    found = compare(a, b, ON)
    mirrored = compare(b, a, ON)
    assert {(p.a, p.b, p.words, p.kind) for p in found.passages} == {
        (p.b, p.a, p.words, p.kind) for p in mirrored.passages
    }
    for each in found.passages:
        assert 0 <= each.a.start < each.a.end <= len(a)
        assert 0 <= each.b.start < each.b.end <= len(b)
        assert each.words > 0
        places = [edit.a.start for edit in each.edits], [edit.b.start for edit in each.edits]
        assert list(places[0]) == sorted(places[0])
        assert list(places[1]) == sorted(places[1])


@pytest.mark.parametrize("text", ["", ".", "one", "\0", "東京" * 100, "a b " * 300])
def test_odd_texts(text):
    words = fold(text)
    assert find_rewrites(Sentences(text, words), Sentences(STORY, fold(STORY)), []) == []
    compare(text, text, ON)


def test_a_scan_finds_the_pair_and_draws_no_edge():
    documents = [Document("a", STORY), Document("b", REWRITTEN), *(Document(f"x{n}", t) for n, t in enumerate(OTHERS))]
    plain, found = scan(documents), scan(documents, ON)
    assert [(each.a, each.b) for each in plain.matches] == []
    assert [(each.a, each.b, each.passages[0].kind) for each in found.matches] == [("a", "b", "rewrite")]
    assert not found.strands
    assert [edge.kind for edge in found.graph.edges] == [edge.kind for edge in plain.graph.edges]
    assert scan(documents[::-1], ON).to_json().split('"timings"')[0] == found.to_json().split('"timings"')[0]
    assert scan(documents, Settings(rewrites=True, jobs=2)).matches[0] == found.matches[0]


def test_passages_as_whole_sentences():
    one = (
        "It rained. The ferry had left Pier Nine at dawn with two hundred people on board, the owner said. Nobody died."
    )
    two = "Two people died. A ferry had left Pier Nine at dawn with two hundred people on board. More follows."
    plain = compare(one, two).passages[0]
    found = compare(one, two, Settings(sentences=True)).passages[0]
    assert found.words == plain.words
    assert one[found.a.start : found.a.end].startswith("The ferry")
    assert one[found.a.start : found.a.end].endswith("said.")
    assert two[found.b.start : found.b.end] == "A ferry had left Pier Nine at dawn with two hundred people on board."


@pytest.mark.parametrize("name", ["rewrites", "noisy", "sentences"])
def test_an_index_refuses_what_it_has_no_keys_for(tmp_path, name):
    with pytest.raises(dedup.DedupError, match=f"dedup scan PATH... --{name}"):
        dedup.open_index(tmp_path / "news", Settings(**{name: True}))
