"""Credits as a mixture of sources: the table of the model."""

import pytest

from dedup import Credit, Document
from dedup.credits import read_credits
from dedup.mixture import OTHER, OUTLET, PARTS, Statement, blend, mixture, part_of, statement

BODY = "Rain fell on the harbour for the ninth day in a row and the ferries stayed in port, officials said."


def said(text, outlet=None):
    return statement(read_credits(text, outlet=outlet), Document("a", text, outlet=outlet))


@pytest.mark.parametrize(
    ("text", "origins", "contributors", "pure"),
    [
        (f"LONDON (Reuters) - {BODY}", ("reuters",), (), "reuters"),
        (f"{BODY}\nAssociated Press and Reuters contributed to this report.", (), ("ap", "reuters"), None),
        (f"BERLIN (dpa/AFP) - {BODY}", ("afp", "dpa"), (), None),
        (f"{BODY}\n(Reporting by Ann Lee; Editing by Bo Diaz)", ("reuters",), (), "reuters"),
        (f"{BODY}\nPhoto: AFP", (), (), None),
        (f"{BODY}\nOfficials told The Associated Press about it.", (), (), None),
        (BODY, (), (), None),
    ],
)
def test_statements(text, origins, contributors, pure):
    found = said(text)
    assert (found.origins, found.contributors, found.pure) == (origins, contributors, pure)


@pytest.mark.parametrize(
    ("url", "pure"),
    [("https://www.reuters.com/world/", "reuters"), ("https://paper.example/", None), ("http://[broken", None)],
)
def test_a_news_agencys_own_site_is_an_anchor(url, pure):
    assert statement([], Document("a", BODY, url=url)).pure == pure


def test_some_material_leaves_more_to_the_outlet():
    some = mixture(said(f"{BODY}\nSome material in this report came from The Associated Press and Reuters."))
    whole = mixture(said(f"{BODY}\nThe Associated Press and Reuters contributed to this report."))
    assert some[OUTLET] > whole[OUTLET]
    assert some["ap"] == pytest.approx(PARTS.some / 2)
    assert whole["ap"] == pytest.approx(PARTS.contributors / 2)


@pytest.mark.parametrize("outlet", [True, False])
@pytest.mark.parametrize("generic", [True, False])
@pytest.mark.parametrize("some", [True, False])
@pytest.mark.parametrize("contributors", [(), ("ap",), ("ap", "pa", "reuters")])
@pytest.mark.parametrize("origins", [(), ("aap",), ("afp", "dpa")])
def test_mixtures_sum_to_one(origins, contributors, some, generic, outlet):
    parts = mixture(Statement(origins, contributors, some, generic, outlet))
    assert sum(parts.values()) == pytest.approx(1)
    assert all(0 <= part <= 1 for part in parts.values())
    assert {OTHER, OUTLET} <= set(parts)


def test_carriers_pass_on_what_they_carry():
    aap = mixture(Statement(("aap",), (), False, False, True))
    assert aap["pa"] > mixture(Statement(("efe",), (), False, False, True)).get("pa", 0)
    assert aap["aap"] > aap["ap"] > aap.get("afp", 0)


def test_a_broadcaster_passes_on_more_than_an_agency():
    broadcaster, agency = (mixture(Statement((wire,), (), False, False, True))["ap"] for wire in ("cbs", "pa"))
    assert broadcaster > 2 * agency > 0


def test_without_a_credit_popularity_decides():
    parts = mixture(Statement((), (), False, False, False))
    assert (parts["ap"], parts["reuters"], parts["afp"], parts[OUTLET]) == pytest.approx((0.25, 0.20, 0.12, 0.30))


def test_a_wire_nobody_names_has_a_little_of_the_rest():
    parts = mixture(Statement(("reuters",), (), False, False, False))
    assert 0 < part_of(parts, "bernama") < parts[OTHER]


def test_blend_is_the_mean():
    one, two = (mixture(Statement((wire,), (), False, False, False)) for wire in ("ap", "efe"))
    both = blend([one, two])
    assert sum(both.values()) == pytest.approx(1)
    assert both["ap"] == pytest.approx((one["ap"] + part_of(two, "ap")) / 2, rel=0.01)
    assert blend([one]) == pytest.approx(one)


def test_a_wires_own_page_is_surer_than_a_credit() -> None:
    credit = [Credit("ap", "origin", 0, 4, "(AP)", "dateline")]
    own = statement(credit, Document("1", "", url="https://apnews.com/article/1"))
    paper = statement(credit, Document("2", "", url="https://post.example/1"))
    assert (own.own, paper.own) == (True, False)
    assert mixture(own)["ap"] > mixture(paper)["ap"]
    assert mixture(own)["outlet"] == 0.0
    assert not statement(
        [*credit, Credit("afp", "contributor", 0, 5, "(AFP)", "tail")], Document("1", "", url="https://apnews.com/1")
    ).own
