"""Witnesses: each version group is heard once, and its versions share what it says."""

from dedup import Document, Settings, scan
from dedup.article import prepare
from dedup.groups import version_groups
from dedup.model import VersionGroup
from dedup.witness import Events, witnesses
from tests.newsroom import ONE, filler


def test_versions_that_only_share_furniture_inherit_nothing():
    documents = [Document("a", "Click here for our live blog\nBy AP"), Document("b", "Click here for our live blog")]
    result = scan(documents)
    assert not [edge for edge in result.graph.edges if edge.kind == "text"]
    assert all(reading.flags == () for reading in result.documents)


def heard(groups, **texts):
    articles = {name: prepare(Document(name, text), Settings()) for name, text in texts.items()}
    return witnesses(articles, groups, {})


def test_an_article_like_no_other_is_a_witness():
    found = heard([], a=f"OSLO (AP) — {ONE}", b=ONE)
    assert {name: (witness.pure, witness.credited) for name, witness in found.items()} == {
        "a": ("ap", True),
        "b": (None, False),
    }
    assert found["b"].said == "b credits nobody"
    assert "a is credited to AP" in found["a"].said


def test_versions_are_one_witness_that_says_what_any_of_them_says():
    found = heard([VersionGroup("a", ("a", "b"))], a=ONE, b=f"OSLO (AP) — {ONE}")
    assert list(found) == ["a"]
    assert found["a"].pure == "ap"
    assert found["a"].origin.wire == "ap"


def test_a_version_inherits_the_credit_of_another():
    copy = f"{ONE}\n{filler('a')}"
    result = scan([Document("a", f"OSLO (AP) — {copy}"), Document("b", copy)])
    assert [group.members for group in version_groups(result.matches)] == [("a", "b")]
    [edge] = [edge for edge in result.graph.edges if edge.kind == "text"]
    assert (edge.source, edge.target, edge.evidence[0].kind) == ("wire:ap", "doc:b", "version")
    assert result.documents[1].flags == ("uncredited-copy",)


def test_one_event_is_told_by_the_names_that_reports_repeat():
    plain = "it rained all night and the roads along the water were closed until late in the morning of the next day"
    names = (
        "The guests were Olsen, Berg and Lund of Bergen, and later on Olsen, Berg and Lund went back to Bergen, while "
        + plain
    )
    other = (
        "The guests were Rossi, Verdi and Blasi of Torino, and then Rossi, Verdi and Blasi went back to Torino, while "
        + plain
    )
    found = heard([], a=names, b=f"OSLO (AP) — {names}", c=f"ROME (AP) — {other}")
    assert [witness.id for witness in Events(found).same([found["a"]])] == ["b"]
