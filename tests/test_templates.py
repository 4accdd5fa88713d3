"""Templates: two fillings of a form are two stories, an edited copy is none."""

import pytest

from dedup import Document, scan

QUAKE = (
    "A {size}-magnitude earthquake struck {place} on {day}, the geological survey said. The quake hit {far} kilometres "
    "from the town of {town} at a depth of {depth} kilometres at {time}, it said in a bulletin. No damage was reported "
    "at once in {town}, where {people} people live, and no tsunami warning was issued. The last strong earthquake in "
    "the region of {place} was in {year}, when {dead} people died."
)
ONE = QUAKE.format(size=5.1, place="Crete", day="Monday", far=12, town="Sitia", depth=30, time="04:12", people="9,900",
                   year=1999, dead=4)  # fmt: skip
TWO = QUAKE.format(size=6.3, place="Honshu", day="Friday", far=88, town="Ofunato", depth=10, time="23:40",
                   people="38,000", year=2011, dead=120)  # fmt: skip


def kinds(one, two, **fields):
    result = scan([Document("a", one, byline="Associated Press"), Document("b", two, **fields)])
    return {p.kind for match in result.matches for p in match.passages}, result


def test_two_fillings_of_a_form_are_no_copies_and_tie_nobody_to_a_wire():
    found, result = kinds(ONE, TWO)
    assert found == {"boilerplate"}
    assert not result.groups
    assert not result.strands
    assert not [edge for edge in result.graph.edges if edge.kind == "text"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("5.1", "5.2"),  # put right
        ("No damage was reported at once", "There was no word of damage"),  # edited
        ("", ""),  # word for word
    ],
)
def test_a_copy_is_still_a_copy(before, after):
    found, result = kinds(ONE, ONE.replace(before, after, 1) if before else ONE + " More will follow.")
    assert found == {"copy"}
    assert [edge for edge in result.graph.edges if edge.kind == "text"]


def test_a_copy_with_many_edits_of_words_is_still_a_copy():
    edited = ONE
    for word, other in (("struck", "shook"), ("said.", "reported."), ("town", "city"), ("bulletin", "note"),
                        ("issued", "given"), ("strong", "heavy"), ("region", "area"), ("died", "fell")):  # fmt: skip
        edited = edited.replace(word, other)
    assert "copy" in kinds(ONE, edited)[0]
