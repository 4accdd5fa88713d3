"""Parallel: results in order, errors raised, no more work in hand than is needed."""

import gc
import subprocess
import sys
import threading
import time

import pytest

from dedup.garbage import rarely_collected
from dedup.parallel import AHEAD, behind, cores, half_of_memory, in_order


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


@pytest.mark.parametrize("count", [0, 1, 2, 9])
def test_behind_gives_the_results_in_order(count):
    assert list(behind(lambda n=n: n * n for n in range(count))) == [n * n for n in range(count)]


def test_the_next_piece_is_put_together_while_one_is_done():
    made = threading.Event()

    def pieces():
        yield lambda: 0
        yield lambda: made.wait(10)  # which the third piece, made meanwhile, lets go on
        made.set()
        yield lambda: 2

    assert list(behind(pieces())) == [0, True, 2]


def test_what_has_begun_is_finished_and_nothing_follows_an_error():
    done = []

    def piece(n):
        time.sleep(0.01)
        if n == 2:
            raise ValueError("two")
        done.append(n)

    with pytest.raises(ValueError, match="two"):
        list(behind((lambda n=n: piece(n)) for n in range(9)))
    assert done == [0, 1]

    def broken():
        yield from ((lambda n=n: piece(n)) for n in (5, 6, 7))
        raise KeyError("source")

    with pytest.raises(KeyError, match="source"):
        list(behind(broken()))
    assert done == [0, 1, 5, 6, 7]


def test_threads_that_rarely_look_for_cycles_leave_all_as_it_was():
    before, inside, go = gc.get_threshold(), threading.Barrier(3), threading.Event()

    def work():
        with rarely_collected():
            inside.wait(10)
            go.wait(10)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    with rarely_collected():
        inside.wait(10)
    assert gc.get_threshold() != before
    go.set()
    for thread in threads:
        thread.join(10)
    assert gc.get_threshold() == before


def test_the_machine_is_known():
    assert cores() >= 1
    assert half_of_memory() > 1 << 26


def test_a_process_of_ours_looks_for_no_cycles_when_it_ends():
    code = (
        "import atexit, gc; from dedup.garbage import process_of_ours\n"
        "before = gc.get_freeze_count()\n"  # some 400 on Python 3.12
        "atexit.register(lambda: print(gc.get_freeze_count() > before + 1000))\n"  # registered first: runs last
        "process_of_ours(); print(gc.get_freeze_count() == before, gc.get_threshold()[0] > 700)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "True True\nTrue\n"
