"""Press releases: told by their marks, weighed against the wires, issuer named."""

import pytest

from dedup import Document, scan
from dedup.releases import issuer, released

RELEASE = (
    "Acme Corp said on Tuesday that its new plant in Dresden will make two million widgets a year from spring.\n"
    "The company has hired four hundred people and expects to break even within three quarters of opening.\n"
)
MORE = "Its chief officer said the region had everything a maker of widgets could wish for and more.\n"
ABOUT = "About Acme Corp\nAcme Corp makes widgets.\n"
CONTACT = "Media contact: Ann Lee, press@acme.example\n"
OWN = (
    "Not everybody in the valley agrees: farmers fear for their wells and have called a meeting at the school. "
    "The mayor will speak there and so will two engineers whom the council asked for a second opinion last autumn."
)


@pytest.mark.parametrize(
    ("text", "outlet", "name"),
    [
        (RELEASE + ABOUT + CONTACT, "", "Acme Corp"),
        (RELEASE + ABOUT + "SOURCE Acme Corp.\n", "", "Acme Corp"),
        (RELEASE + ABOUT + "- ENDS -\n", "", "Acme Corp"),
        (RELEASE + ABOUT, "", ""),
        (RELEASE + CONTACT, "", ""),
        (RELEASE + ABOUT + CONTACT, "The Acme Times", ""),
        ("Rain fell.\nAbout us\nWe print.\nContact: Ann Lee\n", "", ""),
        ("Reuters said so.\nAbout Reuters\nReuters is a news agency of Reuters.\nContact: Ann Lee\n", "", ""),
        ("", "", ""),
    ],
)
def test_marks_of_a_release(text, outlet, name):
    assert released(text, [outlet]) == name


def test_hostile_marks_are_linear():
    assert released("About A" * 100_000) == ""
    assert issuer("\nAbout " * 100_000) == ""
    for filler in (" " * 100_000, "\n" * 100_000, "- " * 50_000, "\t" * 100_000, "." * 100_000):
        assert released(f"About Acme\n{filler}SOURCE{filler}") == ""


@pytest.fixture(scope="module")
def result():
    """A release as it came, and a story that has two paragraphs of it."""
    first = Document(
        "1", f"Big news for the town, which had none for years.\n{RELEASE}{MORE}{ABOUT}{CONTACT}", outlet="Post"
    )
    second = Document("2", f"A factory is coming here, and many are glad of it.\n{RELEASE}{OWN}", outlet="Herald")
    return scan([first, second])


def test_a_release_without_a_credit_is_told_by_its_marks(result):
    [strand] = result.strands
    assert strand.origins[0].wire == "release"
    assert "a press release" in strand.say
    [factor] = [each for each in strand.evidence if each.kind == "release"]
    assert "Acme Corp" in factor.text
    assert "without it a press release 0." in factor.effect
    edges = [edge for edge in result.graph.edges if edge.kind == "press-release"]
    assert {edge.target for edge in edges} == {"doc:1", "doc:2"}
    assert all("issued by Acme Corp" in edge.say for edge in edges)
    assert {edge.kind for edge in result.graph.edges if edge.source == "wire:release"} == {"press-release", "origin"}


def test_without_marks_nobody_speaks_of_a_release():
    documents = [
        Document("1", f"Big news.\n{RELEASE}{MORE}", outlet="Post"),
        Document("2", f"It came.\n{RELEASE}{OWN}"),
    ]
    [strand] = scan(documents).strands
    assert "release" not in {origin.wire for origin in strand.origins}
