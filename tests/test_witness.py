"""Witnesses: each version group is heard once, and its versions share what it says."""

from datetime import date, timedelta

import numpy as np
import pytest

from dedup import Document, Settings, events, scan
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
    assert found.outlets(0) != found.outlets(2)
    assert len(found.outlets(0)) == 1


TEXT = f"{ONE}\n{filler('t', 120)}"


def printed(*outlets, head=""):
    return [Document(f"v{n}", f"{head}{TEXT}\n{filler(f'v{n}', 3)}", outlet=each) for n, each in enumerate(outlets)]


def test_a_text_of_several_outlets_that_name_nobody_is_a_strand_of_its_own():
    result = scan([*printed("Post", "Times", "Herald")])
    [group], [strand] = result.groups, result.strands
    assert group.members == strand.members == ("v0", "v1", "v2")
    assert sum(origin.p for origin in strand.origins) == pytest.approx(1)
    assert dict(strand.origins)["outlet"] < 0.05  # two others would have taken it without a word
    assert not [edge for edge in result.graph.edges if edge.kind == "text"]
    assert {edge.target for edge in result.graph.edges if edge.kind == "shares"} == {"doc:v0", "doc:v1", "doc:v2"}
    shares = {share.origin: share.words for share in result.documents[0].composition}
    assert set(shares) == {"unknown"}


@pytest.mark.parametrize(
    ("outlets", "head"),
    [(("Post", "Post"), ""), ((None, None), ""), (("Post", None), ""), (("Post", "Times"), "OSLO (AP) - ")],
)
def test_versions_of_one_outlet_or_with_a_credit_make_no_strand_of_their_own(outlets, head):
    result = scan(printed(*outlets, head=head))
    assert [len(group.members) for group in result.groups] == [2]
    assert not result.strands


def test_owners_of_several_outlets_print_one_text_as_one():
    settings = Settings(owners={"Post": "Lee", "Times": "Lee"})
    assert not scan(printed("Post", "Times"), settings).strands


def test_a_version_group_is_asked_of_where_others_have_its_text():
    half = Document("z", f"OSLO (AP) - {TEXT}\n{filler('z', 500)}", outlet="Mirror")
    result = scan([*printed("Post", "Times"), half])
    assert [strand.members for strand in result.strands] == [("v0", "v1", "z")]


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


def test_worlds_have_nothing_to_do_with_each_other():
    story = (
        "The guests were Olsen, Berg and Lund of Bergen, and later on Olsen, Berg and Lund went back to Bergen, while "
    )
    story += "it rained all night and the roads along the water were closed until late in the morning of the next day"
    report = f"OSLO (AP) — {story}"
    # Of three worlds the first has a report that does not carry the strand; in the second all do.
    texts = story, report, report, story, report, filler("a")
    strands = Rows(np.array([0, 1, 3, 4]), np.array([0, 2, 3, 5]))
    worlds = np.array([0, 0, 1, 1, 2, 2])
    assert nearby_reports(strands, heard(*texts), worlds=worlds) == {0: [1]}
    assert nearby_reports(strands, heard(*texts)) == {0: [1, 2, 4], 1: [1, 4]}
    assert nearby_reports(Rows(np.array([0, 2]), np.array([0, 1])), heard(*texts[:2])) == {}


def days_of(n: int, crowd: int) -> tuple[list[str], dict[int, str]]:
    """Reports of one event a week each, as many of each as a crowd."""
    told = (
        "The guests were Olsen, Berg and Lund of Bergen, and later on Olsen, Berg and Lund went back to Bergen, while "
    )
    told += "it rained all night and the roads along the water were closed until late in the morning of the next day"
    days = {k: (date(2024, 1, 1) + timedelta(days=7 * (k // crowd))).isoformat() for k in range(n)}
    return [f"OSLO (AP) — {told}"] * n, days


def test_of_each_strand_a_bounded_number_of_reports_is_asked(monkeypatch):
    monkeypatch.setattr(events, "CROWDED", 6)
    for n in (24, 48, 96):
        texts, days = days_of(n, 6)
        strands = Rows(np.arange(n + 1), np.arange(n))
        found = nearby_reports(strands, heard(*texts, published=days))
        assert {len(reports) for reports in found.values()} == {5}
        assert len(found) == n


def test_names_that_too_many_reports_of_the_same_days_have_tell_nothing(monkeypatch):
    monkeypatch.setattr(events, "CROWDED", 5)
    texts, days = days_of(24, 6)
    assert nearby_reports(Rows(np.array([0, 1]), np.array([0])), heard(*texts, published=days)) == {}


def test_what_has_no_date_is_asked_of_few_days_only(monkeypatch):
    texts, days = days_of(24, 6)
    texts[0] = texts[0].removeprefix("OSLO (AP) — ")
    del days[0]
    strand = Rows(np.array([0, 1]), np.array([0]))
    monkeypatch.setattr(events, "CROWDED", 6)
    assert nearby_reports(strand, heard(*texts, published=days)) == {}
    monkeypatch.setattr(events, "CROWDED", 23)
    assert nearby_reports(strand, heard(*texts, published=days)) == {0: [*range(1, 24)]}
