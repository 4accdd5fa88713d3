"""Direction: an arrow between two articles only where something argues for it."""

from __future__ import annotations

import pytest

from dedup import Document, scan
from dedup.model import Edge
from tests.newsroom import filler

STORY = (
    "The ferry had left Pier Nine at dawn on Tuesday with two hundred people and eleven lorries on board.\n"
    "Nobody had counted the lifeboats since the refit in Gdansk four winters ago, the inquiry heard.\n"
)
FULL = STORY + filler("s", 60) + "\n" + filler("t", 60)


def arrows(*documents: Document) -> list[Edge]:
    return [e for e in scan(documents).graph.edges if e.kind == "republished" and e.source.startswith("doc:")]


def own(text: str = FULL, **fields: str) -> Document:
    return Document("own", text, url="https://theconversation.com/ferry-1", outlet="The Conversation", **fields)


LINE = "\nThis article is republished from The Conversation under a Creative Commons license."


def test_a_republished_article_hangs_from_the_one_it_names() -> None:
    [edge] = arrows(own(), Document("copy", FULL + LINE, outlet="Gazette"))
    assert (edge.source, edge.target) == ("doc:own", "doc:copy")
    assert [each.kind for each in edge.evidence] == ["base", "credit"]
    assert edge.p > 0.9
    assert edge.words > 100


def test_without_an_argument_there_is_no_arrow() -> None:
    assert not arrows(Document("a", FULL, outlet="Post"), Document("b", FULL, outlet="Gazette"))
    assert not arrows(own(), Document("copy", FULL, outlet="Gazette"))
    # Time alone is none: both may have it from somebody else.
    times = ("2024-05-14T10:00:00Z", "2024-05-14T18:00:00Z")
    assert not arrows(*(Document(t[11:13], FULL, outlet=t, published=t) for t in times))


def test_nobody_copies_what_is_not_there_yet() -> None:
    late = own(published="2024-05-16T10:00:00Z")
    assert not arrows(late, Document("copy", FULL + LINE, outlet="Gazette", published="2024-05-15T10:00:00Z"))
    [edge] = arrows(late, Document("copy", FULL + LINE, outlet="Gazette", published="2024-05-16T12:00:00Z"))
    assert "time" in [each.kind for each in edge.evidence]


def test_a_cut_from_the_tail_and_a_localised_day_argue_too() -> None:
    copy = STORY.replace("on Tuesday", "yesterday") + filler("s", 60) + LINE
    [edge] = arrows(own(), Document("copy", copy, outlet="Gazette"))
    assert [each.kind for each in edge.evidence] == ["base", "credit", "tail", "localised"]


def test_an_arrow_does_not_depend_on_names_or_order() -> None:
    one, two = own(), Document("copy", FULL + LINE, outlet="Gazette")
    renamed = Document("a", two.text, outlet=two.outlet)
    assert [(e.source, e.target) for e in arrows(two, one)] == [("doc:own", "doc:copy")]
    assert [(e.source, e.target) for e in arrows(one, renamed)] == [("doc:own", "doc:a")]


SAID = "“We have made it very clear that nobody in this government will accept such a result in any form,”"


@pytest.mark.parametrize("more", ["", filler("c", 30)])
def test_a_public_statement_has_its_speaker_and_no_arrow(more: str) -> None:
    texts = (
        f"{filler('a')} {SAID} State Department spokesman Vedant Patel told reporters at a briefing. {more}",
        f"{filler('b')} {SAID} said Patel, the spokesman, in Washington at a briefing.",
    )
    edges = scan([Document(name, text) for name, text in zip("ab", texts, strict=True)]).graph.edges
    [edge] = [edge for edge in edges if edge.kind == "quote"]
    assert "Vedant Patel" in edge.say
    assert "Vedant Patel" in edge.evidence[0].text
    assert not [e for e in edges if e.kind in ("text", "republished", "shares")]


def test_what_is_only_a_phrase_is_said_to_be_one() -> None:
    phrase = "the Association of Southeast Asian Nations and the European Union"
    texts = (
        f"{filler('a')} Of {phrase} he spoke. {filler('c')}",
        f"{filler('b')} With {phrase} it began. {filler('d')}",
    )
    edges = scan([Document(name, text) for name, text in zip("ab", texts, strict=True)]).graph.edges
    assert {edge.kind for edge in edges} <= {"common"}
    assert len(edges) == 1
