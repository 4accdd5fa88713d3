"""Noisy: misread letters, lost blanks and hyphens at line ends."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import Document, Settings, compare, scan
from dedup.bench.generate import articles

ON = Settings(noisy=True)
TEXTS = [each.text for n, each in enumerate(articles(7, realistic=False)) if n != 3]  # the fourth takes from others
STORY = " ".join(TEXTS[0].split()[20:80])


def misread(text, every, seed=1):
    random = Random(seed)
    return "".join(random.choice("ilc1e") if random.random() < 1 / every else each for each in text)


@pytest.mark.parametrize("every", [50, 20, 10])
def test_misread_text_is_one_passage(every):
    two = misread(f"{TEXTS[2]} {STORY} {TEXTS[3]}", every)
    found = compare(TEXTS[0], two, ON).passages
    assert len(found) == 1
    assert found[0].b.end - found[0].b.start == pytest.approx(len(STORY), rel=0.1)
    assert TEXTS[0][found[0].a.start : found[0].a.end].split()[3:-3] == STORY.split()[3:-3]


def test_words_broken_at_line_ends_and_lost_blanks():
    broken = STORY.replace("er", "e-\nr").replace(" the ", " the")
    assert compare(STORY, broken).passages[0].a != (0, len(STORY))
    [found] = compare(STORY, broken, ON).passages
    assert found.a == (0, len(STORY))


def test_strangers_share_nothing():
    assert not compare(TEXTS[1], TEXTS[4], ON).passages


def test_spans_cut_no_word():
    two = misread(f"{TEXTS[2]} {STORY} {TEXTS[3]}", 15)
    for one, other in ((TEXTS[0], two), (two, TEXTS[0])):
        for each in compare(one, other, ON).passages:
            for text, span in ((one, each.a), (other, each.b)):
                assert not text[max(0, span.start - 1) : span.start].isalnum()
                assert not text[span.end : span.end + 1].isalnum()


def test_engines_and_sides_agree():
    two = misread(f"{TEXTS[2]} {STORY}", 15)
    there, back = compare(TEXTS[0], two, ON), compare(two, TEXTS[0], ON)
    assert [(p.a, p.b, p.words) for p in there.passages] == [(p.b, p.a, p.words) for p in back.passages]
    assert compare(TEXTS[0], two, Settings(noisy=True, engine="reference")) == there


@settings(deadline=None, max_examples=60)
@given(st.text("ab’' .,-é1東\n", max_size=60), st.text("ab’' .,-é1東\n", max_size=60))
def test_any_text(one, two):
    for each in compare(
        f"{STORY} {one}", f"{two} {STORY}", Settings(noisy=True, rewrites=True, sentences=True)
    ).passages:
        assert each.words > 0
        assert each.a.start < each.a.end
        assert each.b.start < each.b.end


def test_a_scan_finds_what_words_do_not():
    documents = [
        Document("a", TEXTS[0]),
        Document("b", misread(f"{TEXTS[2]} {STORY} {TEXTS[3]}", 10)),
        Document("c", TEXTS[4]),
    ]
    assert not scan(documents).matches
    assert [(each.a, each.b) for each in scan(documents, ON).matches] == [("a", "b")]
