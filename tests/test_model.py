"""The nouns: frozen, slotted, and without behaviour beyond derived properties."""

import dataclasses

import pytest

from dedup import model, scan
from tests.newsroom import SEEDS

RECORDS = [getattr(model, name) for name in model.__all__ if dataclasses.is_dataclass(getattr(model, name))]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_records_are_frozen_and_slotted(record):
    assert record.__dataclass_params__.frozen
    assert "__slots__" in vars(record)


def test_a_result_answers_by_id():
    result = scan(SEEDS)
    assert set(result.credits) == {reading.id for reading in result.documents}
    assert [credit.wire for credit in result.credits["003_c98abb114da4623c.txt"]] == ["ap", "reuters"]
    assert result.counts["passages"] == sum(len(match.passages) for match in result.matches)
    assert result.documents[4].shared_share == 0.0
