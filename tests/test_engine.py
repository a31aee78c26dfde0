"""Many documents in several processes: the same results in the same order, whatever happens to a process."""

import os
import signal
import time
from contextlib import closing
from pathlib import Path

import pytest

from kpiextract.engine import in_order

HERE = os.getpid()


def square(number):
    time.sleep(0.002 * (number % 3))
    return number * number


def die_at_seven(number):
    if number == 7 and os.getpid() != HERE:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def alive(pids):
    return [pid for pid in pids if Path(f"/proc/{pid}/status").exists()]


@pytest.mark.parametrize("jobs", [1, 2, 5])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 600])
def test_results_come_in_the_order_of_the_items(jobs, count):
    assert list(in_order(range(count), square, jobs, lost=str)) == [n * n for n in range(count)]


def test_a_killed_process_loses_only_its_own_item():
    """Item 7 kills its process twice; all others are there, in order."""
    results = list(in_order(range(30), die_at_seven, 2, lost=lambda item: f"lost {item}"))
    assert results == [*range(7), "lost 7", *range(8, 30)]


def test_an_item_is_tried_again_after_its_process_was_killed(tmp_path):
    """A process that dies for a reason outside (out of memory for a moment) costs nothing."""

    def die_once(number):
        mark = tmp_path / "died"
        if number == 5 and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    assert list(in_order(range(10), die_once, 2, lost=lambda item: "lost")) == list(range(10))


def test_ending_early_ends_the_processes():
    seen = set()
    with closing(in_order(range(1000), lambda n: (time.sleep(0.01), os.getpid())[1], 2, lost=str)) as results:
        for pid in results:
            seen.add(pid)
            if len(seen) == 3:
                break
    workers = seen - {HERE}
    assert len(workers) == 2
    assert not alive(workers)


def test_results_of_any_size_pass_the_pipe():
    results = list(in_order([1, 2, 3], lambda n: "x" * (n * 1_000_000), 2, lost=str))
    assert [len(result) for result in results] == [1_000_000, 2_000_000, 3_000_000]
