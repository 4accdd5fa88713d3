"""Witnesses: each version group is heard once, and its versions share what it says."""

import numpy as np

from dedup import Document, scan
from dedup.appeared import Appeared
from dedup.columns import Rows
from dedup.events import nearby_reports
from dedup.groups import Groups
from dedup.prepare import prepare
from dedup.witness import Witnesses
from tests.newsroom import ONE, filler


def test_versions_that_only_share_furniture_inherit_nothing():
    documents = [Document("a", "Click here for our live blog\nBy AP"), Document("b", "Click here for our live blog")]
    result = scan(documents)
    assert not [edge for edge in result.graph.edges if edge.kind == "text"]
    assert all(reading.flags == () for reading in result.documents)


def heard(*texts, groups=None, published=None):
    """Articles 0, 1 ...; ``groups`` are their groups by number."""
    documents = [Document(str(n), text, published=(published or {}).get(n)) for n, text in enumerate(texts)]
    nothing = scan([Document("a", "")]).matches
    articles = [prepare(each) for each in documents]
    of = np.array(groups or range(len(texts)), np.uint32)
    return Witnesses(articles, Groups(of), Appeared(articles, nothing))


def test_an_article_like_no_other_is_a_witness():
    found = heard(f"OSLO (AP) — {ONE}", ONE)
    assert [(found[n].pure, found[n].credited) for n in (0, 1)] == [("ap", True), (None, False)]
    assert found[1].said == "1 credits nobody"
    assert "0 is credited to AP" in found[0].said
    assert found.reports.tolist() == [0]


def test_versions_are_one_witness_that_says_what_any_of_them_says():
    found = heard(ONE, f"OSLO (AP) — {ONE}", groups=[0, 0])
    assert found[0].pure == "ap"
    assert found[0].voice.origin.wire == "ap"
    assert found.reports.tolist() == [0]
    assert found.named.tolist() == [False, True]


def test_versions_of_one_paper_are_one_outlet():
    found = heard(ONE, ONE, ONE, groups=[0, 0, 2])
    assert found.outlet(0) != found.outlet(2)


def test_a_version_inherits_the_credit_of_another():
    copy = f"{ONE}\n{filler('a')}"
    result = scan([Document("a", f"OSLO (AP) — {copy}"), Document("b", copy)])
    assert [group.members for group in result.groups] == [("a", "b")]
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
    texts = names, f"OSLO (AP) — {names}", f"ROME (AP) — {other}"
    strand = Rows(np.array([0, 1]), np.array([0]))
    assert nearby_reports(strand, heard(*texts)) == {0: [1]}
    days = {0: "2024-05-16", 1: "2024-05-19"}
    assert nearby_reports(strand, heard(*texts, published=days)) == {}
    assert nearby_reports(strand, heard(*texts, published=days | {1: "2024-05-18"})) == {0: [1]}
