"""Group: version groups and strands."""

from dataclasses import replace

import numpy as np

from dedup import Document, scan
from dedup.groups import Groups, version_groups
from dedup.text import fold
from tests.newsroom import ONE, filler

TWO = "Nobody had counted the lifeboats since the refit in Gdansk four winters ago, the inquiry heard."
THREE = "Its captain told a hearing that the bow door alarm had been switched off before the crossing."


def members(result):
    return {strand.members for strand in result.strands}


def test_groups_hang_together_and_are_named_by_the_smallest():
    base = scan([Document(name, f"{ONE} {filler(name)}") for name in "abcde"]).matches
    assert len(base) == 10
    pairs = {("d", "e"): 1.0, ("b", "c"): 0.5, ("a", "c"): 0.7, ("c", "d"): 0.4}
    jaccard = [pairs.get((match.a, match.b), 0.0) for match in base]
    found = version_groups(replace(base, jaccard=np.array(jaccard)))
    assert [(group.id, group.members) for group in found] == [("a", ("a", "b", "c")), ("d", ("d", "e"))]


def test_no_matches_no_groups():
    matches = scan([Document("a", ONE)]).matches
    assert version_groups(matches) == ()
    assert Groups.among(matches).members(0) == [0]


def test_passages_carry_the_name_of_their_strand(result):
    names = {(m, p): strand.id for strand in result.strands for m, p in strand.passages}
    for m, match in enumerate(result.matches):
        assert [passage.strand for passage in match.passages] == [names.get((m, p)) for p in range(len(match.passages))]
    named = result.matches.strand
    assert len(named) == len(names) == len(list(named))
    assert -1 not in named


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
