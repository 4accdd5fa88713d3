"""Group: version groups and strands."""

from dataclasses import replace

import numpy as np

from dedup import Document, scan
from dedup.appeared import Appeared
from dedup.article import whole
from dedup.carriers import Carriers
from dedup.columns import Rows
from dedup.groups import FLOOR, Bundles, Groups
from dedup.text import fold
from dedup.witness import Witnesses
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
    found = Groups.among(replace(base, jaccard=np.array(jaccard)))
    assert [(group, found.members(group)) for group in found.several] == [(0, [0, 1, 2]), (3, [3, 4])]
    assert found.centre[[0, 3]].tolist() == [2, 3]
    assert found.radius[[0, 3]].tolist() == [0.5, 0.0]


def test_a_chain_does_not_lead_from_one_story_to_another():
    """Each is like the next; the first and the last have nothing in common."""
    sentences = [filler(f"s{n}") for n in range(12)]
    result = scan([Document(f"{n:02}", "\n".join(sentences[n : n + 5])) for n in range(8)])
    assert len(result.groups) > 1
    for group in result.groups:
        assert group.radius <= 1 - FLOOR
        known = {frozenset((match.a, match.b)): match.jaccard for match in result.matches}
        for member in group.members:
            assert member == group.centre or known[frozenset((member, group.centre))] >= 1 - group.radius - 1e-9


def test_versions_stay_visible_in_the_order_in_which_they_appeared():
    lead, more = filler("lead"), filler("more")
    documents = [
        Document("z", f"{lead} {lead[::-1]}", title="Ferry sinks", published="2024-05-01T08:00:00Z"),
        Document(
            "a", f"{lead} {lead[::-1]} {more[:80]}", title="UPDATE 2-Ferry sinks", published="2024-05-01T11:00:00Z"
        ),
        Document(
            "b", f"{lead} {lead[::-1]} {more[:40]}", title="UPDATE 1-Ferry sinks", published="2024-05-01T09:00:00Z"
        ),
        Document("c", f"{lead} {lead[::-1]} {more[:40]}", title="Ferry sinks again", published="2024-05-01T10:00:00Z"),
    ]
    [group] = scan(documents).groups
    assert [(version.label, version.members) for version in group.versions] == [
        (None, ("z",)),
        ("UPDATE 1", ("b", "c")),
        ("UPDATE 2", ("a",)),
    ]
    assert group.versions[1].published == "2024-05-01T09:00:00+00:00"


def test_many_small_edits_make_a_version_of_the_same_text():
    words = " ".join(filler(f"w{n}") for n in range(9)).split()
    edited = [f"x{n}" if n % 9 == 4 else word for n, word in enumerate(words)]
    [group] = scan([Document("a", " ".join(words)), Document("b", " ".join(edited))]).groups
    assert group.members == ("a", "b")


def test_no_matches_no_groups():
    matches = scan([Document("a", ONE)]).matches
    assert not Groups.among(matches).several
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


def test_who_has_a_text_elsewhere_does_not_speak_for_this_strand():
    """A group is in the key of a strand by words that stand in passages of another: its credit is not about these."""
    articles = [whole(Document(name, "Rain fell.")) for name in "abc"]
    of = Groups(np.arange(3, dtype=np.uint32))
    everybody = Witnesses(articles, of, Appeared(articles, scan([each.document for each in articles]).matches))
    rows = [Rows(np.array([0, len(each)]), np.array(each)) for each in ([0, 1, 2], [0, 2], [5])]
    carriers = Carriers.of(0, Bundles(["x"], *rows, np.zeros(6, np.int32)), everybody)
    assert carriers.groups == [0, 2]
    assert carriers.present == [[0], [2]]
    assert len(carriers.voices) == len(carriers.outlets) == 2
