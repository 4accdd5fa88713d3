"""Columns: records are made when somebody looks, and are equal to any sequence of them."""

import pickle

import numpy as np
import pytest

from dedup.columns import Lazy, Remembered, Rows, begins, spread


class Squares(Lazy[int]):
    def __init__(self, count):
        self.count, self.made = count, []

    def __len__(self):
        return self.count

    def _made(self, number):
        self.made.append(number)
        return number * number


def test_a_lazy_sequence_is_a_sequence():
    squares = Squares(5)
    assert squares == (0, 1, 4, 9, 16) == squares
    assert squares != [0, 1, 4, 9]
    assert squares != 5
    assert (squares[-1], squares[1:3], list(reversed(squares))) == (16, (1, 4), [16, 9, 4, 1, 0])
    assert repr(squares) == "<Squares: 5>"
    for place in (5, -6):
        with pytest.raises(IndexError):
            squares[place]


def test_nothing_is_made_before_somebody_looks():
    squares = Squares(1000)
    assert (len(squares), squares[7], squares.made) == (1000, 49, [7])


class Costly(Remembered[tuple[int, str]]):
    def __init__(self, count):
        super().__init__()
        self.count, self.made = count, []

    def __len__(self):
        return self.count

    def _anew(self, number):
        self.made.append(number)
        return number, f"number {number}"


@pytest.mark.parametrize("count", [5, 8, 50])
def test_what_costs_much_is_made_once(monkeypatch, count):
    monkeypatch.setattr("dedup.columns._KEPT", 8)
    costly = Costly(count)
    for number in [*range(count), *reversed(range(count)), 0, count - 1, 0]:
        assert costly[number] == (number, f"number {number}")
    assert costly.made == list(range(count))
    assert len(costly._records) <= 8


def test_rows():
    rows = Rows.of(np.array([2, 0, 2], np.int32), np.array([5, 6, 7], np.int32), 4)
    assert [rows[n] for n in range(len(rows))] == [[6], [], [5, 7], []]
    assert [rows.size(n) for n in range(4)] == [1, 0, 2, 0]
    assert rows.rows().tolist() == [0, 2, 2]
    assert spread(np.empty(0, np.int64), np.empty(0, np.int64)).tolist() == []
    assert begins(np.empty(0, np.int64)).tolist() == [0]


def test_a_result_can_be_pickled(result):
    again = pickle.loads(pickle.dumps(result))
    assert again.documents == result.documents
    assert again.strands == result.strands
    assert again.graph.edges == result.graph.edges
