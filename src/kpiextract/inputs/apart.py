"""A piece of work goes in, its result comes out: done in a child process that may not use more than its share.

A library in C cannot be interrupted and ends the whole process when memory runs out. Where the system has no `fork`
(Windows), the work is done in place.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import pickle
import signal
from collections.abc import Callable
from typing import TypeVar

from kpiextract.inputs.base import Unreadable

Result = TypeVar("Result")
MEMORY = 1 << 30
SECONDS = 120


def run_apart(work: Callable[[], Result], memory: int = MEMORY, seconds: int = SECONDS) -> Result:
    """The result of `work`, which may raise `Unreadable`; so does running out of `memory` (bytes) or `seconds`."""
    if not hasattr(os, "fork"):
        return work()
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receive)
        _child(work, send, memory, seconds)
    os.close(send)
    try:
        with os.fdopen(receive, "rb") as stream:
            answer = stream.read()
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        raise
    finally:
        _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) == 0:
        result, problem = pickle.loads(answer)
        if problem is None:
            return result  # type: ignore[no-any-return]
        raise Unreadable(problem)
    if os.waitstatus_to_exitcode(status) == -signal.SIGXCPU:
        raise Unreadable(f"takes more than {seconds} seconds to read; split it, or save it again")
    raise Unreadable("breaks the library that reads it, or needs too much memory; split it, or save it again")


def _child(work: Callable[[], object], send: int, memory: int, seconds: int) -> None:
    """Do the work, send what came of it, and end without touching anything of the parent."""
    code = 1
    try:
        faulthandler.disable()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 2)
        _limit(memory, seconds)
        answer: tuple[object, str | None]
        try:
            answer = (work(), None)
        except Unreadable as problem:
            answer = (None, str(problem))
        with os.fdopen(send, "wb") as stream:
            pickle.dump(answer, stream)
        code = 0
    finally:
        os._exit(code)


def _limit(memory: int, seconds: int) -> None:
    import resource

    used = 0
    with contextlib.suppress(OSError, ValueError, IndexError), open("/proc/self/statm", encoding="ascii") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    for kind, most in ((resource.RLIMIT_AS, used + memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
