"""Group: version groups and strands."""

from dedup import Document, scan
from dedup.groups import covered, version_groups
from dedup.model import Edit, Match, Passage, Span
from dedup.text import fold
from tests.newsroom import ONE, filler

TWO = "Nobody had counted the lifeboats since the refit in Gdansk four winters ago, the inquiry heard."
THREE = "Its captain told a hearing that the bow door alarm had been switched off before the crossing."


def members(result):
    return {strand.members for strand in result.strands}


def match(a, b, relation):
    return Match(a, b, 0.9, 0.9, 0.9, relation, ())


def test_groups_hang_together_and_are_named_by_the_smallest():
    pairs = [match("d", "e", "identical"), match("b", "c", "near-duplicate"), match("a", "c", "near-duplicate")]
    found = version_groups([*pairs, match("c", "d", "excerpt")])
    assert [(group.id, group.members) for group in found] == [("a", ("a", "b", "c")), ("d", ("d", "e"))]


def test_no_matches_no_groups():
    assert version_groups([]) == ()


def test_covered_words_leave_the_edits_out():
    text = "one two three four five six"
    passage = Passage(Span(0, len(text)), Span(0, 0), 5, (Edit(Span(8, 13), Span(0, 0)),))
    assert covered(fold(text), passage, 0) == {0, 1, 3, 4, 5}


def test_passages_with_the_same_members_are_one_strand():
    result = scan(
        [
            Document("a", f"{ONE}\n{filler('a')}\n{TWO}"),
            Document("b", f"{TWO}\n{filler('b')}\n{ONE}"),
            Document("c", f"{filler('c')}\n{THREE}"),
            Document("d", f"{THREE}\n{filler('d')}"),
        ]
    )
    assert members(result) == {("a", "b"), ("c", "d")}
    by_members = {strand.members: strand for strand in result.strands}
    assert len(by_members["a", "b"].passages) == 2
    assert by_members["a", "b"].words == len(fold(ONE)) + len(fold(TWO))


def test_members_tell_strands_apart():
    """a has text in common with b and c, and other text with d: two wires in one article."""
    result = scan(
        [
            Document("a", f"{ONE}\n{filler('a')}\n{TWO}"),
            Document("b", f"{filler('b')}\n{ONE}"),
            Document("c", f"{ONE}\n{filler('c')}"),
            Document("d", f"{TWO}\n{filler('d')}"),
        ]
    )
    assert members(result) == {("a", "b", "c"), ("a", "d")}


def test_a_strand_keeps_its_name_when_others_come():
    documents = [Document("a", f"{ONE}\n{filler('a')}"), Document("b", f"{filler('b')}\n{ONE}")]
    [before] = scan(documents).strands
    [after] = scan([*documents, Document("0", filler("z"))]).strands
    assert before == after


def test_versions_are_one_member_of_a_strand():
    base = f"{ONE}\n{filler('a')}"
    result = scan([Document("a", base), Document("a2", base + " Updated."), Document("b", f"{filler('b')}\n{ONE}")])
    assert [group.members for group in result.groups] == [("a", "a2")]
    assert ("a", "a2", "b") in members(result)
