"""Run one function over many items, in several processes where asked: items go in, results come out in their order.

    parent ──item──▶ worker ──result──▶ parent        one pipe a worker, one item at a time

A worker that dies takes only its own item with it: the item is tried once more in a new worker, then `lost` answers.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Generator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

# How many items may be ahead of the next result: bounds what waits in memory behind a slow item.
_AHEAD = 256
_TRIES = 2
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def processors() -> int:
    """The number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_order(items: Sequence[T], work: Callable[[T], R], jobs: int, lost: Callable[[T], R]) -> Generator[R, None, None]:
    """The results of `work`, in the order of the items, by `jobs` processes (1: in this one).

    The first item is worked on in this process, so that what it loads is there when the workers are forked.
    Close the generator to end the workers early. What `work` raises is raised here only with one process: it
    should return its failures.
    """
    if jobs <= 1 or len(items) <= 2:
        yield from map(work, items)
        return
    yield work(items[0])
    gc.collect()
    gc.freeze()
    pool = _Pool(work, min(jobs, len(items) - 1), lost)
    try:
        yield from pool.results(items[1:])
    finally:
        pool.end()
        gc.unfreeze()


class _Worker:
    """A process and this side of its pipe; `task` is the number of the item it works on."""

    def __init__(self, process: BaseProcess, pipe: Connection) -> None:
        self.process = process
        self.pipe = pipe
        self.task: int | None = None


class _Pool(Generic[T, R]):
    def __init__(self, work: Callable[[T], R], jobs: int, lost: Callable[[T], R]) -> None:
        methods = multiprocessing.get_all_start_methods()
        self._context: Any = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
        self._work = work
        self._lost = lost
        self._workers: list[_Worker] = []
        self._jobs = jobs

    def results(self, items: Sequence[T]) -> Generator[R, None, None]:
        """All results, in order."""
        for _ in range(self._jobs):
            self._start()
        waiting = deque(range(len(items)))
        tries = [0] * len(items)
        done: dict[int, R] = {}
        following = 0
        while following < len(items):
            self._feed(items, waiting, following)
            for pipe in wait([worker.pipe for worker in self._workers]):
                worker = next(w for w in self._workers if w.pipe is pipe)
                try:
                    number, result = worker.pipe.recv()
                except (EOFError, OSError):
                    self._replace(worker)
                    number = worker.task
                    if number is None:
                        continue
                    tries[number] += 1
                    if tries[number] < _TRIES:
                        waiting.appendleft(number)
                        continue
                    result = self._lost(items[number])
                worker.task = None
                done[number] = result
            while following in done:
                yield done.pop(following)
                following += 1

    def end(self) -> None:
        """End all workers at once; none of them holds anything that would have to be put in order."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.pipe.close()
        self._workers.clear()

    def _feed(self, items: Sequence[T], waiting: deque[int], following: int) -> None:
        for worker in self._workers:
            if worker.task is None and waiting and waiting[0] < following + _AHEAD:
                number = waiting.popleft()
                worker.task = number
                with contextlib.suppress(OSError):  # a worker that is dead already is found by `wait`
                    worker.pipe.send((number, items[number]))

    def _start(self) -> None:
        here, there = self._context.Pipe()
        others = [worker.pipe for worker in self._workers] + [here]
        process = self._context.Process(target=_serve, args=(there, self._work, others), daemon=True)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            process.start()
            self._workers.append(_Worker(process, here))
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        there.close()

    def _replace(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.pipe.close()
        worker.process.join()
        self._start()


def _serve(pipe: Connection, work: Callable[[T], R], others: Sequence[Connection]) -> None:
    """The life of a worker: until its pipe is closed, which the end of the parent does as well."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    sys.stdout = None  # else the end of this process writes what the parent has buffered
    for other in others:
        other.close()
    with contextlib.suppress(EOFError, OSError):
        while True:
            number, item = pipe.recv()
            pipe.send((number, work(item)))
