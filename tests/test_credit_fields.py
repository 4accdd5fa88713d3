"""Structured fields: what they say, which of it counts, and where it contradicts the page."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_credits import BODY, page

from dedup import Document, scan
from dedup.credit_fields import from_line, read_fields
from dedup.credits import conflicts, read_credits

JSON_LD = {
    "@context": "https://schema.org",
    "@graph": [
        {
            "@type": "NewsArticle",
            "author": [{"@type": "Person", "name": "Ann Lee"}, {"@type": "Organization", "name": "AFP"}],
            "publisher": {"@type": "Organization", "name": "The Herald"},
            "image": {"@type": "ImageObject", "creditText": "Mary Roe/Reuters"},
            "isBasedOn": "https://apnews.com/article/1",
        }
    ],
}


def said(fields: object, **known: Any) -> set[tuple[str | None, str, str]]:
    return {(c.wire, c.role, c.rule) for c in read_credits(BODY, fields=fields, **known)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            JSON_LD,
            {
                ("afp", "origin", "field: author"),
                ("reuters", "photo", "field: creditText"),
                ("ap", "republished", "field: isBasedOn"),
            },
        ),
        ({"by": "Von Anna Lehmann, dpa", "copyrightHolder": "dpa"}, {("dpa", "origin", "field: by")}),
        ({"copyrightNotice": "© 2024 Agence France-Presse"}, {("afp", "rights", "field: copyrightNotice")}),
        ({"infoSources": [{"name": "DHA"}]}, {("dha", "origin", "field: infoSources")}),
        ({"type": "picture", "infoSources": [{"name": "DHA"}]}, {("dha", "photo", "field: infoSources")}),
        ({"dc.source": "AFP"}, {("afp", "origin", "field: dc.source")}),
        ({"original-source": "https://www.reuters.com/1"}, {("reuters", "mention", "field: original-source")}),
        ({"syndication-source": "https://apnews.com/1"}, {("ap", "origin", "field: syndication-source")}),
        ({"byl": "By The Associated Press"}, {("ap", "origin", "field: byl")}),
        ({"sailthru.author": "AFP"}, {("afp", "origin", "field: sailthru.author")}),
        ({"news_agency": "PTI"}, {("pti", "origin", "field: news_agency")}),
        (
            {"contributor": [{"name": "Ann Lee"}, {"name": "Reuters"}]},
            {("reuters", "contributor", "field: contributor")},
        ),
        ({"contributor": "Agencies"}, {("generic", "generic_wire", "field: contributor")}),
        ({"author": "The Herald", "publisher": "The Herald"}, {(None, "own_staff", "field: author")}),
        ({"author": "Ann Lee"}, set()),
        ({"headline": "AFP"}, set()),
        ("no JSON", set()),
        ("", set()),
        ("[" * 100_000, set()),
        ({"author": {"author": {"author": 7}}}, set()),
    ],
)
def test_fields(fields: object, expected: set[tuple[str | None, str, str]]) -> None:
    assert said(fields) == expected


def test_the_outlets_own_name_is_no_wire() -> None:
    assert said({"author": "CNN"}, outlet="CNN") == {(None, "own_staff", "field: author")}
    assert said({"author": {"name": "Reuters"}, "publisher": {"name": "Reuters"}}) == {
        (None, "own_staff", "field: author")
    }


def test_a_field_left_over_in_the_text() -> None:
    line = '{"@type":"NewsArticle","author":{"@type":"Organization","name":"Reuters"},"publisher":{"name":"Daily"}}'
    text = page(line)
    [credit] = read_credits(text)
    assert (credit.wire, credit.role, credit.text) == ("reuters", "origin", line)
    tag = '<meta name="dc.source" content="AFP">'
    assert [(c.wire, c.role) for c in read_credits(page(tag))] == [("afp", "origin")]
    assert from_line("{Reuters} said so") is None


KEYS = st.sampled_from(["author", "publisher", "@type", "image", "name", "@graph", "copyrightHolder", "x"])
PLAIN = st.none() | st.integers() | st.text(max_size=9)
OBJECTS = st.recursive(PLAIN, lambda each: st.lists(each, max_size=3) | st.dictionaries(KEYS, each, max_size=3))


@given(OBJECTS)
def test_any_object_is_read_without_an_error(value: Any) -> None:
    found, publishers = read_fields({"@graph": value})
    assert all(each.words for each in found)
    assert all(isinstance(name, str) for name in publishers)


def test_strengths() -> None:
    text = page("Reuters contributed to this report.") + "\n\nPhoto: AFP"
    strengths = {(c.wire, c.strength) for c in read_credits(text, byline="By AP", url="https://x.com/wires/afp/1")}
    assert strengths == {("reuters", "part"), ("afp", "none"), ("ap", "strong"), ("afp", "medium")}


def test_conflicts_are_told_and_flagged() -> None:
    credits = read_credits(
        page("PARIS (AFP) - The talks went on.", "head"), fields={"author": "The Herald", "publisher": "The Herald"}
    )
    assert conflicts(credits) == ["the structured fields say its own people, the text says AFP"]
    assert not conflicts(read_credits(page("PARIS (AFP) - The talks went on.", "head"), byline="By AFP"))
    text = page("PARIS (AFP) - The talks went on.", "head")
    result = scan([Document("1", text, byline="By Reuters"), Document("2", text, byline="By AFP")])
    assert ["conflicting-credits" in reading.flags for reading in result.documents] == [True, False]


def test_fields_of_a_json_line(tmp_path: Any) -> None:
    from json import dumps

    path = tmp_path / "a.jsonl"
    path.write_text(dumps({"id": "1", "text": BODY, "fields": JSON_LD}) + "\n", "utf-8")
    [reading] = scan(path).documents
    assert {(credit.wire, credit.role) for credit in reading.credits} >= {("afp", "origin"), ("reuters", "photo")}
