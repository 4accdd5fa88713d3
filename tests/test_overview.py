"""What a report says of all articles, from arrays and from records."""

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.console import Console
from sample import sample_result

from dedup import Settings, scan
from dedup.bench import articles
from dedup.explain import Explanation, find
from dedup.model import ProvenanceGraph, ScanResult
from dedup.overview import overview
from dedup.report import Report

UNTIL = ("documents", "passages", "provenance")


@pytest.fixture(scope="module", params=UNTIL)
def both(request: pytest.FixtureRequest) -> tuple[ScanResult, ScanResult]:
    """A scan of generated articles, and the same with its records in tuples."""
    found = scan(articles(300, seed=5), Settings(until=request.param))
    graph = ProvenanceGraph(tuple(found.graph.nodes), tuple(found.graph.edges))
    return found, replace(
        found,
        documents=tuple(found.documents),
        matches=tuple(found.matches),
        strands=tuple(found.strands),
        graph=graph,
    )


def shown(what: object) -> str:
    file = io.StringIO()
    Console(file=file, width=80).print(what)
    return file.getvalue()


@pytest.mark.parametrize("number", [3, 20, 10_000])
def test_arrays_say_the_same_as_records(both: tuple[ScanResult, ScanResult], number: int) -> None:
    one, two = map(overview, both)
    assert type(one) is not type(two)
    assert one.sharing() == two.sharing()
    assert one.uncredited() == two.uncredited()
    assert [*one.answers(str)] == [*two.answers(str)]
    assert one.readings(number) == two.readings(number)
    assert [*one.strands(number)] == [*two.strands(number)]
    assert one.pairs(number) == two.pairs(number)
    assert one.others(number) == two.others(number)


def test_documents_are_found_by_id(both: tuple[ScanResult, ScanResult]) -> None:
    one, two = map(overview, both)
    assert [*one.ids] == [*two.ids]
    for reading in both[1].documents[::7]:
        number = one.number(reading.id)
        assert number is not None
        assert number == two.number(reading.id)
        for seen in (one, two):
            assert seen.document(number) == reading.document
            assert (seen.words(number), seen.published(number)) == (reading.words, reading.published)
            assert seen.text(reading.id) == reading.document.text
        assert [*one.strands_of(reading.id)] == [*two.strands_of(reading.id)]
    for seen in (one, two):
        assert seen.number("nobody") is None
        assert not [*seen.strands_of("nobody")]
        with pytest.raises(KeyError):
            seen.text("nobody")


def test_the_match_of_two_is_found_from_both_sides(both: tuple[ScanResult, ScanResult]) -> None:
    one, two = map(overview, both)
    for match in both[1].matches[::9]:
        assert one.between(match.a, match.b) == one.between(match.b, match.a) == match
        assert two.between(match.a, match.b) == two.between(match.b, match.a) == match
        assert [*one.strands_of(match.a, match.b)] == [*two.strands_of(match.a, match.b)]
    ids = one.ids
    pairs = [(ids[0], other) for other in (*ids[1:], "nobody")]
    assert [one.between(*pair) for pair in pairs] == [two.between(*pair) for pair in pairs]


def test_what_is_printed_is_the_same(both: tuple[ScanResult, ScanResult]) -> None:
    assert shown(Report(both[0])) == shown(Report(both[1]))
    match = both[1].matches[0]
    texts = [shown(Explanation(each, find(each, match.b), match.a)) for each in both]
    assert texts[0] == texts[1]


def test_records_in_place_of_a_part_are_gone_through(both: tuple[ScanResult, ScanResult]) -> None:
    mixed = replace(both[0], strands=sample_result().strands)
    assert overview(mixed).strands(1)[0].id == "strand-1"
    assert overview(replace(both[0], matches=())).sharing() == 0


def _counted(make: Callable[[object, int], object], made: list[int]) -> Callable[[object, int], object]:
    def counted(self: object, number: int) -> object:
        made.append(number)
        return make(self, number)

    return counted


def test_the_report_makes_few_records(monkeypatch: pytest.MonkeyPatch) -> None:
    found = scan(articles(600, seed=6))
    made: list[int] = []
    for part in (found.documents, found.matches, found.strands, found.graph.nodes, found.graph.edges):
        kind = type(part)
        one = "passage" if kind.__name__ == "Matches" else "_made"
        monkeypatch.setattr(kind, one, _counted(getattr(kind, one), made))
    text = shown(Report(found))
    assert "20 of 600" in text
    assert len(made) < 600
