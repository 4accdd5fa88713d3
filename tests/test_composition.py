"""Sum up: what an article is made of, and what an editor should look at."""

import pytest

from dedup import Document, Settings, scan
from tests.newsroom import ONE, filler


def test_a_clear_credit_is_not_overruled_by_a_likely_one():
    documents = [
        Document("a", f"OSLO (AP) — {ONE}\n{filler('a')}"),
        Document("b", f"OSLO (Reuters) - {ONE}\n{filler('b')}"),
        Document("c", f"{filler('c')}\n{ONE}"),
    ]
    second = scan(documents).documents[1]
    assert second.flags == ()
    assert [share.origin for share in second.composition] == ["wire:reuters"]


def test_a_copy_credited_to_another_wire_is_flagged():
    documents = [
        Document("a", f"OSLO (AP) — {ONE}\n{filler('a')}"),
        Document("b", f"OSLO (AP) — {filler('b')}\n{ONE}"),
        Document("c", f"{filler('c')}\n{ONE}\nEFE contributed to this report."),
    ]
    flags = {reading.id: reading.flags for reading in scan(documents).documents}
    assert flags["c"] == ("credits-another-wire",)


def test_composition_names_what_is_not_known(result):
    parts = {reading.id[:3]: {share.origin for share in reading.composition} for reading in result.documents}
    assert parts["000"] == {"public-statement", "unknown"}
    assert parts["004"] == {"wire:cnn", "public-statement"}
    for reading in result.documents:
        assert sum(share.share for share in reading.composition) == pytest.approx(1)
        assert all((share.p is None) == (share.origin == "unknown") for share in reading.composition)


def test_a_source_that_is_quoted_is_no_uncredited_copy():
    quoted = f"{filler('b')}\n{ONE[:-1]}, a witness told The Associated Press."
    texts = {"a": f"OSLO (AP) — {ONE}\n{filler('a')}", "b": quoted, "c": f"{filler('c', 16)}\n{ONE}"}
    flags = {r.id: r.flags for r in scan([Document(name, text) for name, text in texts.items()]).documents}
    assert flags == {"a": (), "b": (), "c": ("uncredited-copy",)}


def test_a_sentence_in_a_long_article_is_no_uncredited_copy():
    """Below ``Settings.uncredited`` words; the text is told to be AP's all the same."""
    documents = [Document("a", f"OSLO (AP) — {ONE}\n{filler('a')}"), Document("c", f"{filler('c')}\n{ONE}")]
    for least, flags in ((30, ()), (17, ("uncredited-copy",)), (18, ())):
        found = scan(documents, Settings(uncredited=least))
        assert found.documents[1].flags == flags
        assert found.documents[1].composition[0].origin == "wire:ap"
        assert found.documents.uncredited == [1] * bool(flags)


def test_a_day_is_shown_as_a_day():
    stamps = {"a": "2024-05-16", "b": "2024-05-16T09:30:00+02:00", "c": None}
    result = scan([Document(name, ONE, published=stamp) for name, stamp in stamps.items()])
    assert {reading.id: reading.published for reading in result.documents} == stamps
