"""Sequence: a strand is split where the order of its places breaks."""

from __future__ import annotations

import random

import pytest

from dedup import Document, Settings, scan
from dedup.model import ScanResult
from dedup.sequence import MOVED
from dedup.stories import stories


def prose(seed: str, words: int) -> str:
    pick = random.Random(seed)
    sentences = [" ".join(f"{seed}{pick.randrange(5000)}" for _ in range(12)).capitalize() for _ in range(words // 12)]
    return "\n".join(f"{each}." for each in sentences)


ONE, TWO = prose("one", MOVED + 20), prose("two", MOVED + 20)


def document(name: str, *parts: str) -> Document:
    return Document(name, "\n".join([prose(name + "a", 48), *parts, prose(name + "b", 48)]), outlet=f"Paper {name}")


def told(result: ScanResult) -> list[tuple[tuple[str, ...], int]]:
    return sorted((strand.members, len(strand.passages)) for strand in result.strands)


def apart(name: str, *parts: str) -> Document:
    return document(name, *(line for part in parts for line in (part, prose(name + part[:9], 60))))


def test_two_texts_in_another_order_are_two_strands() -> None:
    documents = [apart("a", ONE, TWO), apart("b", TWO, ONE)]
    result = scan(documents)
    assert told(result) == [(("a", "b"), 1), (("a", "b"), 1)]
    one, two = result.strands
    assert one.id != two.id
    assert {len({*strand.passages} & {*other.passages}) for strand, other in ((one, two),)} == {0}
    assert [dict(strand.origins) for strand in (one, two)] == [dict(one.origins)] * 2
    assert scan(documents[::-1]).strands == result.strands
    assert scan(documents, Settings(engine="reference")).strands == result.strands
    [story] = stories(result)
    assert sum(source.startswith("strand:") for source, _ in story.origins) == 2


def test_one_order_is_one_strand() -> None:
    assert told(scan([apart("a", ONE, TWO), apart("b", ONE, TWO)])) == [(("a", "b"), 2)]


def test_a_paragraph_that_an_editor_moved_is_no_second_text() -> None:
    moved = prose("three", MOVED // 2)
    assert told(scan([apart("a", moved, ONE), apart("b", ONE, moved)])) == [(("a", "b"), 2)]


def test_what_a_third_has_in_one_piece_is_one_text() -> None:
    """c shows that both are of one text: a has it in one piece with c, b in another order."""
    more = [prose(name, 300) for name in "mn"]  # so that a and c are no versions of one article
    found = told(scan([document("a", ONE, TWO, more[0]), apart("b", TWO, ONE), document("c", ONE, TWO, more[1])]))
    assert [members for members, _ in found] == [("a", "b", "c")]


@pytest.mark.parametrize("order", [(1, 2, 0), (2, 0, 1)])
def test_a_piece_that_was_moved_takes_only_itself_along(order: tuple[int, ...]) -> None:
    texts = [prose(name, MOVED + 20) for name in ("one", "two", "three")]
    result = scan([apart("a", *texts), apart("b", *(texts[n] for n in order))])
    assert sorted(len(strand.passages) for strand in result.strands) == [1, 2]


def test_the_others_keep_their_names() -> None:
    pair = [apart("a", ONE, TWO), apart("b", TWO, ONE)]
    before = {strand.id for strand in scan(pair).strands}
    more = [Document(name, prose("zzz", 200), outlet=name) for name in ("0", "zzz")]
    assert {strand.id for strand in scan([*pair, *more]).strands} > before
