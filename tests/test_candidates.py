"""Pair: nothing that shares a run is left out, and nothing makes a quadratic number of pairs."""

import random

from dedup.candidates import MAX_CARRIERS, bands_for, candidate_pairs, document_pairs, passage_pairs
from dedup.settings import Settings
from dedup.sketch import shingle_hashes, sketch
from dedup.text import fold

VOCABULARY = [f"word{n}" for n in range(4000)]


def sketches(texts):
    return [sketch(fold(text), shingle_hashes(fold(text), 5), Settings()) for text in texts]


def article(rng, words=120):
    return " ".join(rng.choices(VOCABULARY, k=words))


def test_a_shared_run_of_eight_words_makes_a_pair():
    rng = random.Random(1)
    texts = [article(rng) for _ in range(30)]
    run = article(rng, 8)
    texts[3] += " " + run
    texts[17] = run + " " + texts[17]
    assert passage_pairs(sketches(texts)) == {(3, 17)}


def test_near_duplicates_agree_in_a_band():
    rng = random.Random(2)
    base = article(rng).split()
    copy = list(base)
    for place in rng.sample(range(120), 6):
        copy[place] = "changed"
    found = document_pairs(sketches([" ".join(base), " ".join(copy), article(rng)]), Settings())
    assert found == {(0, 1)}


def test_documents_only_leaves_passages_out():
    rng = random.Random(3)
    run = article(rng, 12)
    texts = [article(rng) + " " + run, article(rng) + " " + run]
    assert candidate_pairs(sketches(texts), Settings(until="documents")) == []
    assert candidate_pairs(sketches(texts), Settings()) == [(0, 1)]


def test_a_story_printed_by_everybody_makes_a_chain_not_a_square():
    rng = random.Random(4)
    story = article(rng)
    count = MAX_CARRIERS + 40
    found = candidate_pairs(sketches([story] * count), Settings())
    assert found == [(0, other) for other in range(1, count)]


def test_empty_texts_are_nobodys_neighbours():
    assert candidate_pairs(sketches(["", "", "too short"]), Settings()) == []


def test_bands_come_from_datasketch():
    bands, rows = bands_for(0.5)
    assert bands * rows <= 128
