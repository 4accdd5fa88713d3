"""Spelling: desks' ways of writing a word are one word where texts are aligned, and nowhere else."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedup import Document, Settings, compare, scan
from dedup.engine import engine
from dedup.spelling import LONGEST, RULES, forms, spelled
from dedup.text import fold
from tests.test_native_align import same

SAME = [
    ("colour neighbours behaviour labour favourite", "color neighbors behavior labor favorite"),
    ("organise organisation analysed globalised paralysing", "organize organization analyzed globalized paralyzing"),
    ("weaponising securitisation", "weaponizing securitization"),
    ("centre theatres centred kilometres calibre", "center theaters centered kilometers caliber"),
    ("travelled signalling counsellor fulfil enrolment", "traveled signaling counselor fulfill enrollment"),
    ("defence licence offences dialogue catalogues", "defense license offenses dialog catalogs"),
    ("grey tyres kerb mould jewellery sceptical aluminium", "gray tires curb mold jewelry skeptical aluminum"),
    ("twelve twenty first 3 ninety", "12 20 1st three 90"),
    ("fünf onze doce zwölf", "5 11 12 12"),
    ("sept feb mon percent bn", "september february monday pct billion"),
    ("calif gov sen govt corp", "california governor senator government corporation"),
]
OTHER = ["hour hor", "filled filed", "four for", "your yor", "court cort"]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_spellings_of_one_word(one, two):
    one, two = fold(one).words, fold(two).words
    assert list(one) != list(two)
    assert spelled(one) == spelled(two)


@pytest.mark.parametrize("words", OTHER)
def test_other_words_stay_others(words):
    assert len(set(spelled(words.split()))) == 2


def test_a_spelling_that_counts_is_its_own():
    for word, put in forms().items():
        assert list(fold(word).words) == [word]
        assert spelled([put]) == [put], word
        assert word != put
    assert len(RULES) <= 4
    for rule in RULES:
        assert rule.before >= 2
        assert 2 <= len(rule.found) >= len(rule.put)


BRITISH = (
    "Twelve travellers had organised a defence of the theatre in the centre of Calif. on Sept. 3, a neighbour said, "
    "and paid twenty per cent of the licence for a grey programme of that colour."
)
AMERICAN = (
    "12 travelers had organized a defense of the theater in the center of California on September 3, a neighbor said, "
    "and paid 20 percent of the license for a gray program of that color."
)
FRAME = "{} The harbour master of Bergen then closed both gates until the tide had turned on Monday night."


@pytest.mark.parametrize("engine_name", ["auto", "reference"])
def test_a_passage_goes_from_its_first_word_to_its_last(engine_name):
    one, two = FRAME.format(BRITISH), FRAME.format(AMERICAN)
    match = compare(one, two, Settings(engine=engine_name))
    [passage] = match.passages
    assert (passage.a, passage.b) == ((0, len(one) - 1), (0, len(two) - 1))
    # "per cent" and "percent" are two words and one.
    assert [(one[e.a.start : e.a.end], two[e.b.start : e.b.end]) for e in passage.edits] == [("per cent", "percent")]
    assert passage.words == len(fold(one)) - 2
    assert match.jaccard < 0.4  # of the words as they are written


def test_signatures_and_shingles_are_of_the_words_as_written():
    texts = Document("x", FRAME.format(BRITISH)), Document("y", FRAME.format("x"))
    one, two = scan(texts).documents
    assert one.words == len(fold(FRAME.format(BRITISH)))
    assert one.words != two.words
    british, american = fold("the colour of the sea"), fold("the color of the sea")
    assert (engine("auto").shingle_hashes(british, 5) != engine("auto").shingle_hashes(american, 5)).all()


def test_per_cent_signs_and_words_do_not_end_a_passage():
    text = "The index of the seventy largest firms fell by 12{} on Tuesday before it rose again in the late afternoon."
    for one, two in (("%", " percent"), (" per cent", "%"), (" %", " pct.")):
        a, b = text.format(one), text.format(two)
        [passage] = compare(a, b).passages
        assert (passage.a, passage.b) == ((0, len(a) - 1), (0, len(b) - 1))


COMMON = "the of a colour color organise organize twelve 12 sept september filled centre center per cent percent"
ODD = "fu\u0308nf 5 iz xxiz xxis abllbll ablbll our xxxour ééiz ééis éééiz ence xxence's"
WORDS = st.sampled_from(f"{COMMON} {ODD}".split())


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=60), st.lists(WORDS, max_size=60), st.integers(1, 5))
def test_engines_agree_on_spellings(one, two, k):
    same(one, two, k, max(k, 4))


LETTERS = st.text(st.sampled_from("oulizyterbncgs'é1"), min_size=1, max_size=LONGEST + 4)


@settings(max_examples=200, deadline=None)
@given(LETTERS)
@example("x" * (LONGEST - 2) + "iz")
@example("x" * (LONGEST - 1) + "iz")
@example("x" * 70 + "iz")
def test_engines_spell_any_word_alike(word):
    for other in spelled([word]):
        frame = ["w1", "w2", "w3", "w4", "w5"]
        same([*frame, word, *frame], [*frame, other, *frame], 5, 5)
        same([*frame, word, *frame], [*frame, other + "x", *frame], 5, 5)
