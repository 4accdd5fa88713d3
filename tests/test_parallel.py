"""Parallel: results in order, errors raised, no more work in hand than is needed."""

import threading
import time

import pytest

from dedup.parallel import AHEAD, cores, half_of_memory, in_order


@pytest.mark.parametrize("jobs", [1, 2, 7])
def test_results_come_in_order(jobs):
    def work(n):
        time.sleep((5 - n % 5) / 1000)
        return n

    assert list(in_order(((lambda n=n: work(n)) for n in range(40)), jobs)) == list(range(40))


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_first_error_is_raised_and_the_rest_is_dropped(jobs):
    done = []

    def work(n):
        done.append(n)
        if n == 3:
            raise ValueError("three")
        return n

    found = []
    with pytest.raises(ValueError, match="three"):
        found.extend(in_order(((lambda n=n: work(n)) for n in range(10_000)), jobs))
    assert found == [0, 1, 2]
    assert len(done) < 50
    assert threading.active_count() < 5


def test_work_is_taken_as_it_is_needed():
    taken = []

    def work():
        for n in range(1000):
            taken.append(n)
            yield lambda n=n: n

    results = in_order(work(), 2)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    assert len(taken) <= 3 + 2 * AHEAD + 2
    results.close()


def test_the_machine_is_known():
    assert cores() >= 1
    assert half_of_memory() > 1 << 26
