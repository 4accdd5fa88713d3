"""Laws that hold whatever the articles are; the metamorphic ones are those of the model."""

import json
import random

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import Document, scan
from dedup.model import Span
from tests.newsroom import SEEDS, edited, origins, seeds, short
from tests.test_contract import SCHEMA

AP_CREDIT = "Associated Press and Reuters contributed to this report."


def without_timings(result):
    data = json.loads(result.to_json())
    del data["timings"]
    return data


def story(rng, words=90, tag="w"):
    return " ".join(f"{tag}{rng.randrange(3000)}" for _ in range(words)) + "."


@pytest.fixture(scope="module")
def plain():
    return origins(seeds())


def test_any_order_of_inputs_gives_the_same_bytes():
    paths = sorted(SEEDS.glob("*.txt"))
    results = [without_timings(scan(order)) for order in (paths, paths[::-1], paths[2:] + paths[:2])]
    assert results[0] == results[1] == results[2]
    documents = seeds()
    random.Random(1).shuffle(documents)
    assert without_timings(scan(documents)) == without_timings(scan(SEEDS))


def test_reference_engine_gives_the_same_bytes():
    from dedup import Settings

    assert without_timings(scan(SEEDS, Settings(engine="reference"))) == without_timings(scan(SEEDS))


def test_an_unrelated_article_changes_nothing():
    before = without_timings(scan(SEEDS))
    text = "The museum opened its restored greenhouse on Sunday. Visitors queued for tulips in the rain until noon."
    after = without_timings(scan([*seeds(), Document("zzz", text)]))
    assert after["matches"] == before["matches"]
    assert after["strands"] == before["strands"]
    assert after["documents"][:5] == before["documents"]
    assert [e for e in after["graph"]["edges"] if "zzz" not in e["target"]] == before["graph"]["edges"]


@pytest.mark.parametrize("name", ["001", "002", "003"])
def test_a_second_copy_of_a_member_changes_no_posterior(plain, name):
    original = next(each for each in seeds() if short(each.id) == name)
    found = scan([*seeds(), Document(original.id + ".copy", original.text)])
    by_groups = {}
    for strand in found.strands:
        members = tuple(sorted({short(member) for member in strand.members}))
        by_groups.setdefault(members, []).append({origin.wire: origin.p for origin in strand.origins})
    assert set(by_groups) == set(plain)
    for members, posterior in plain.items():
        assert by_groups[members] == [pytest.approx(posterior, abs=1e-9)]
    jsonschema.validate(json.loads(found.to_json()), SCHEMA)


def test_forty_scrapers_are_one_witness(plain):
    original = next(each for each in seeds() if short(each.id) == "001")
    copies = [Document(f"{original.id}.{n:02}", original.text) for n in range(40)]
    found = scan([*seeds(), *copies])
    [strand] = [s for s in found.strands if {short(member) for member in s.members} == {"001", "003"}]
    assert {o.wire: o.p for o in strand.origins} == pytest.approx(plain["001", "003"], abs=1e-9)


def test_changing_the_date_of_001_changes_nothing():
    stamp = "Date:2025-04-15 09:00:22"
    before = scan(SEEDS)
    for other in ("Date:2024-05-16 09:00:22", "Date:1999-01-01 00:00:00"):
        after = scan(edited(seeds(), "001", stamp, other))
        assert after.strands == before.strands
        assert after.matches == before.matches
        assert after.graph == before.graph


def test_deleting_the_credit_of_003_lowers_both_wires(plain):
    lowered = origins(edited(seeds(), "003", AP_CREDIT, ""))
    assert lowered["001", "003"]["ap"] < plain["001", "003"]["ap"]
    assert lowered["002", "003"]["reuters"] < plain["002", "003"]["reuters"]
    assert lowered["001", "003"]["ap"] < 0.75


def test_a_pure_ap_article_with_a_passage_raises_ap(plain):
    three = next(each for each in seeds() if short(each.id) == "003")
    passage = next(line for line in three.text.split("\n") if line.startswith("China claims to take"))
    other = "Nobody in the capital had expected the delegation before noon. Cooks were seen carrying crates of melons."
    text = f"BEIJING (AP) — {other}\n{passage}\n{other[::-1]}"
    found = scan([*seeds(), Document("ap", text)])
    with_it = [s for s in found.strands if "ap" in s.members]
    assert with_it
    assert max(o.p for s in with_it for o in s.origins if o.wire == "ap") > plain["001", "003"]["ap"]


def test_what_a_pure_article_holds_beside_the_rest_is_no_sign_against_its_wire(plain):
    """A long report of AP that keeps one passage of the strand dropped the others, as editors do."""
    three = next(each for each in seeds() if short(each.id) == "003")
    passage = next(line for line in three.text.split("\n") if line.startswith("China claims to take"))
    rest = three.text.replace(passage, "").split("\n")
    about = " ".join(word for line in rest for word in line.split() if word[:1].isupper())
    long = " ".join(f"word{n}" for n in range(900))
    found = origins([*seeds(), Document("ap", f"BEIJING (AP) — {about} {long}.\n{passage}\n{about}.")])
    assert found["001", "003"]["ap"] >= plain["001", "003"]["ap"] - 0.02


def test_a_pure_reuters_article_with_a_passage_lowers_ap(plain):
    three = next(each for each in seeds() if short(each.id) == "003")
    passage = next(line for line in three.text.split("\n") if line.startswith("China claims to take"))
    other = "Nobody in the capital had expected the delegation before noon. Cooks were seen carrying crates of melons."
    found = scan([*seeds(), Document("reu", f"BEIJING (Reuters) - {other}\n{passage}\n{other[::-1]}")])
    [strand] = [s for s in found.strands if "reu" in s.members]
    assert next((o.p for o in strand.origins if o.wire == "ap"), 0.0) < plain["001", "003"]["ap"]


def test_a_mention_is_no_credit(plain):
    mention = "\nOfficials told The Associated Press that talks went on, Reuters reported."
    added = [
        Document(each.id, each.text + mention) if short(each.id) == "003" else each
        for each in edited(seeds(), "003", AP_CREDIT, "")
    ]
    assert origins(added)["001", "003"]["ap"] == origins(edited(seeds(), "003", AP_CREDIT, ""))["001", "003"]["ap"]


def members_with(credits):
    """Articles that share a paragraph, with these words before it, and outlets of their own."""
    shared = (
        "The ferry had left Pier Nine at dawn with two hundred people and eleven lorries on board. "
        "Nobody had counted the lifeboats since the refit four winters ago."
    )
    rng = random.Random(5)
    return [
        Document(f"d{n:03}", f"{credit}{shared}\n{story(rng, 60, f'x{n}y')}", outlet=f"Paper {n}")
        for n, credit in enumerate(credits)
    ]


@pytest.mark.parametrize("count", [1, 3, 9])
def test_more_members_without_a_credit_never_take_a_wire_its_text(count):
    p = next(iter(scan(members_with(["OSLO (AP) — ", *[""] * count])).strands)).origins
    assert p[0].wire == "ap"
    assert p[0].p > 0.85


@pytest.mark.parametrize("count", [2, 4, 10])
def test_without_any_credit_no_wire_is_named_however_many(count):
    [strand] = scan(members_with([""] * count)).strands
    assert strand.origins[0].p < 0.5
    assert not [reading for reading in scan(members_with([""] * count)).documents if "uncredited-copy" in reading.flags]


@pytest.mark.parametrize("count", [4, 20, 300])
def test_as_many_credits_for_one_wire_as_for_another_decide_nothing(count):
    [strand] = scan(members_with(["OSLO (AP) — ", "OSLO (Reuters) - "] * (count // 2))).strands
    p = {origin.wire: origin.p for origin in strand.origins}
    assert sum(p.values()) == pytest.approx(1)
    assert p["ap"] == pytest.approx(p["reuters"])


def test_credits_that_contradict_each_other_name_nobody():
    wires = ["AP", "Reuters", "AFP", "dpa", "EFE", "Xinhua", "Kyodo", "ANSA"]
    [strand] = scan(members_with([f"OSLO ({wire}) - " for wire in wires * 5])).strands
    assert strand.origins[0].p < 0.5
    assert strand.origins[0].wire not in ("other", "outlet")


@pytest.mark.parametrize("wire", ["Xinhua", "EFE", "Kyodo"])
def test_a_credit_for_a_rarer_wire_is_believed_as_well(wire):
    [strand] = scan(members_with([f"OSLO, May 16 ({wire}) -- ", ""])).strands
    assert strand.origins[0].wire == wire.lower()
    assert strand.origins[0].p > 0.75


def test_papers_of_one_outlet_reuse_their_own_text():
    documents = [Document(each.id, each.text, outlet="Gazette") for each in members_with(["", ""])]
    [strand] = scan(documents).strands
    assert strand.origins[0].wire == "outlet"


@pytest.mark.parametrize("count", [60, 80, 200])
def test_a_paragraph_that_everybody_has_is_one_strand(count):
    [strand] = scan(members_with([""] * count)).strands
    assert len(strand.members) == count


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=[]), max_size=300), min_size=1, max_size=4))
def test_spans_are_inside_whatever_the_text(texts):
    shared = " the ferry had left pier nine at dawn with two hundred people on board "
    documents = [Document(str(n), text + shared + text[::-1]) for n, text in enumerate(texts)]
    result = scan(documents)
    texts_by_id = {reading.id: reading.document.text for reading in result.documents}
    for reading in result.documents:
        spans = [*reading.body, *(Span(c.start, c.end) for c in reading.credits)]
        assert all(0 <= start <= end <= len(texts_by_id[reading.id]) for start, end in spans)
        assert sum(share.words for share in reading.composition) == reading.words
    for match in result.matches:
        for passage in match.passages:
            for name, span, side in ((match.a, passage.a, 0), (match.b, passage.b, 1)):
                text = texts_by_id[name]
                assert 0 <= span.start < span.end <= len(text)
                # Whole characters: a span neither begins with a mark of the character before it.
                assert text[span.start].strip()
                assert text[span.end - 1].strip()
                for edit in passage.edits:
                    assert span.start <= edit[side].start <= edit[side].end <= span.end
    result.to_json().encode("utf-8")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_strands_have_sound_posteriors(seed):
    rng = random.Random(seed)
    wire_text = [story(rng, 60) for _ in range(3)]
    credits = ["LONDON (Reuters) - ", "BEIJING (AP) — ", "", "PARIS (AFP) - "]
    tails = ["", "\nAP and Reuters contributed to this report.", "\n(With inputs from agencies)"]
    documents = [
        Document(
            str(n),
            rng.choice(credits) + "\n".join(rng.sample(wire_text, 2)) + "\n" + story(rng, 30) + rng.choice(tails),
        )
        for n in range(4)
    ]
    result = scan(documents)
    for strand in result.strands:
        assert sum(origin.p for origin in strand.origins) == pytest.approx(1)
        assert [o.p for o in strand.origins] == sorted((o.p for o in strand.origins), reverse=True)
        assert len(strand.members) >= 2
        assert strand.evidence
    named = {place for strand in result.strands for place in strand.passages}
    group_of = {member: group.id for group in result.groups for member in group.members}
    copies = {
        (m, p)
        for m, match in enumerate(result.matches)
        for p, passage in enumerate(match.passages)
        if passage.kind == "copy" and group_of.get(match.a, match.a) != group_of.get(match.b, match.b)
    }
    assert named == copies
