"""Judge: the worked examples, and what each weight is for."""

import numpy as np
import pytest

from dedup import compare
from dedup.copying import LINK, PRIORS, WEIGHTS, Counts, decibans, decibans_of, evidence, probability

PROSE = "Rescuers pulled eleven miners from the flooded shaft after digging sideways through forty metres of shale."


def judged(one, two):
    return compare(one, two).passages


def only(one, two):
    [passage] = judged(one, two)
    return passage


def terms(passage):
    return {term.kind: term.effect for term in passage.evidence}


def test_decibans_are_the_sum_of_the_printed_terms():
    passage = only(PROSE, "It began at night. " + PROSE)
    terms = [float(term.effect.split()[0]) for term in passage.evidence]  # printed with one decimal
    assert passage.decibans == pytest.approx(sum(terms), abs=0.05 * len(terms))
    assert passage.p_copied == probability(passage.decibans)


def test_prose_is_a_copy():
    assert only(PROSE, "It began at night. " + PROSE).kind == "copy"


def test_a_public_statement_is_none_however_long():
    said = "We will continue to support every one of our partners in the region " * 6
    one = f"“{said}nobody doubts it,” White House press secretary Jen Low told reporters."
    two = f"Asked again, spokeswoman Jen Low said: “{said}and that is final.”"
    passage = only(one, two)
    assert passage.kind == "public-statement"
    assert "cap" in terms(passage)


@pytest.mark.parametrize(
    "attribution",
    [
        "the ministry said in a statement.",
        "State Department spokesman Matthew Miller told reporters on Tuesday.",
        "President Pedro Sanchez said at a news conference.",
    ],
)
def test_the_stock_attribution_of_a_statement_is_none_either(attribution):
    said = "“We have followed the reports from the northern valley with great concern and call on both sides to talk,” "
    plain = "after a long day of rain the old harbour town was quiet and nobody was seen near the two broken piers"
    other = "people in the hills had waited since early morning for buses which never came down the flooded road"
    passage = only(f"{plain}. {said}{attribution}", f"{other}. {said}{attribution}")
    assert passage.kind == "public-statement"


def test_the_same_words_in_an_interview_are_a_copy():
    said = "we had no idea that the water would reach the second floor before morning"
    one = f"“{said},” said Ann Lee, a baker."
    two = f"It rained. “{said},” said Ann Lee, a baker from Dorf."
    assert only(one, two).kind == "copy"


def test_the_same_cut_shows_an_editor():
    said = "“China is willing to {} achieve the development and rejuvenation of our countries,” Chinese leader Xi said."
    cut = only(said.format("…"), "On Monday: " + said.format("..."))
    plain = only(said.format("jointly"), "On Monday: " + said.format("jointly"))
    assert "elision" in terms(cut)
    assert cut.decibans > plain.decibans
    assert "elision" not in terms(plain)


def test_the_cut_in_a_post_is_its_authors():
    post = "A flying first... why do we all have to go back — Ann Lee (@annlee) 27 December 2017"
    passage = only(f"She said so.\n{post}", f"The star was not amused.\n{post}")
    assert "elision" not in terms(passage)


def test_facts_told_in_own_words_are_no_copy():
    one = "He faces 269 counts of wire fraud and money laundering after being taken into custody following an"
    two = "He faces 269 counts of wire fraud and money laundering since the police of Slidell did an"
    rest = " 18-month investigation, according to the department"
    passage = only(one + rest, two + rest)
    assert terms(passage)["rewording"].startswith(f"{WEIGHTS.rewording:+.1f}")
    # An editor's change of a word is none.
    swapped = only(PROSE, PROSE.replace("digging sideways", "burrowing"))
    assert swapped.kind == "copy"
    assert "rewording" not in terms(swapped)


def test_names_alone_are_no_copy():
    # Enough plain words around them that capitals mean something.
    passage = only(
        "after the long talks had ended on a wet and windy morning he met "
        "US Secretary of State Antony Blinken of the United States of America there",
        "nobody in the old town had expected any guests in that week but then "
        "US Secretary of State Antony Blinken of the United States of America came by train",
    )
    assert passage.kind == "common-phrase"
    assert "only_names" in terms(passage)


def test_the_title_of_a_document_is_no_copy():
    passage = only(
        "They signed a joint statement on deepening the strategic partnership yesterday.",
        "Both signed a joint statement on deepening the strategic partnership in May.",
    )
    assert "title" in terms(passage)
    assert passage.kind != "copy"


def test_a_run_across_a_border_of_one_side_is_an_accident():
    passage = only(
        "to resolve the situation in Ukraine and said he would inform them",
        'about "the situation in Ukraine," and said he would inform them',
    )
    assert terms(passage)["crossing"] == "-6.0 dB"


def test_ellipses_and_abbreviations_are_no_borders():
    one = "faces pressure from the U.S. government over trade ... with partners abroad this year"
    two = "faces pressure from the US government over trade … with partners abroad this year"
    assert "crossing" not in terms(only(one, two))


def test_other_words_inside_a_quotation_count_against_spellings_do_not():
    said = "“We must {} our {} and deepen the integration of both countries this year,” Chinese leader Xi said."
    assert "inner" not in terms(only(said.format("realise", "labour"), "So: " + said.format("realize", "labor")))
    assert "inner" in terms(only(said.format("find", "way"), "So: " + said.format("seek", "way")))


def test_neighbours_support_each_other():
    second = "Their families had waited nine nights beside the winding tower in falling snow."
    alone = only(PROSE, PROSE)
    filler = " ".join(f"filler{n}" for n in range(30))
    other = " ".join(f"other{n}" for n in range(30))
    both = judged(f"{PROSE} {filler} {second}", f"{PROSE} {other} {second}")
    assert len(both) == 2
    assert alone.decibans < both[0].decibans == min(WEIGHTS.limit, alone.decibans + WEIGHTS.neighbour)


def test_german_capitals_are_no_names():
    text = "Der Minister sagte dem Ausschuss, die Brücke über den Fluss werde wegen der Schäden am Pfeiler gesperrt."
    passage = only(text, "Berlin. " + text)
    assert passage.kind == "copy"


def test_each_weight_pulls_the_way_its_reason_says():
    against = {"base", "edit", "cut", "inner", "inner_cap", "crossing", "rewording", "only_names", "title", "idiom"}
    for name, weight in WEIGHTS._asdict().items():
        assert weight < 0 if name in against else weight > 0, name
    assert WEIGHTS.content > WEIGHTS.dense > WEIGHTS.function > WEIGHTS.name
    assert WEIGHTS.content > WEIGHTS.quoted_translated > WEIGHTS.quoted_public


def test_fitted_weights_keep_the_signs_and_places_of_the_priors():
    for name, prior in PRIORS._asdict().items():
        assert prior * getattr(WEIGHTS, name) > 0, name
        assert 0.3 < getattr(WEIGHTS, name) / prior < 3, name


def test_the_frame_of_a_statement_that_was_cut_is_none():
    one = "He was late. “We regret it,” ministry spokesman Ann Lee said at a regular news briefing in the old town."
    two = (
        "It rained. “Nobody saw it coming,” ministry spokesman Ann Lee said at a regular news briefing. Then it ended."
    )
    assert only(one, two).kind != "copy"


def test_a_long_translated_statement_may_be_the_translation_of_its_speaker() -> None:
    short, long = Counts(quoted_translated=12, public=1, quoted=1), Counts(quoted_translated=60, public=1, quoted=1)
    assert decibans(long) == WEIGHTS.base + WEIGHTS.translated_cap
    assert decibans(long) - decibans(short) < 5
    assert decibans(long) >= LINK > decibans(long._replace(cut=1))
    assert decibans_of(np.array([long] * 20, np.int32))[0] == decibans(long)
    told = sum(float(each.effect.removesuffix(" dB")) for each in evidence(long))
    assert told == pytest.approx(decibans(long), abs=0.2)


def test_probability_is_bounded():
    assert probability(WEIGHTS.limit) < 1
    assert 0.7 < probability(LINK) < 0.8
