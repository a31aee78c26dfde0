"""The one place where trouble becomes a line and a status: the program goes in, its exit status comes out."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from kpiextract.cli.delivery import Refused, silence_standard_output
from kpiextract.write.atomic import OutputError

DONE, PARTLY, TROUBLE = 0, 1, 2


class Interrupted(BaseException):
    """A signal asked the program to end; no library takes it for an error of its own."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def supervised(program: Callable[[], Any]) -> int:
    """Run the program; whatever happens, say it in one line on standard error and return the exit status."""
    prepare_streams()
    _catch_signals()
    try:
        status = _status(program)
        _flush()
    except Interrupted as interruption:
        _end_quietly()
        return 128 + interruption.number
    except BrokenPipeError:
        _end_quietly()
        return DONE
    except (Refused, OutputError) as error:
        return trouble([str(error)])
    except MemoryError:
        return trouble(["out of memory; read fewer or smaller documents at once"])
    except Exception as error:
        return trouble(_told(error))
    return status


def trouble(lines: Iterable[str]) -> int:
    """Say what is wrong, one line each, and give the status for it."""
    for line in lines:
        say(line)
    return TROUBLE


def say(line: str) -> None:
    """One line for people on standard error; nothing where that is closed."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        print(f"kpiextract: {line}", file=sys.stderr, flush=True)


def prepare_streams() -> None:
    """Standard output and error in UTF-8, whatever the locale says; standard output with plain newlines."""
    for stream, newline in ((sys.stdout, "\n"), (sys.stderr, None)):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline=newline)


def _status(program: Callable[[], Any]) -> int:
    try:
        program()
    except SystemExit as exit:
        code = exit.code
        return code if isinstance(code, int) else DONE if code is None else TROUBLE
    return DONE


def _flush() -> None:
    if sys.stdout is not None:
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            silence_standard_output()
            raise OutputError("standard output", f"cannot be written: {error.strerror}") from error


def _catch_signals() -> None:
    def interrupt(number: int, _: object) -> NoReturn:
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, signal.SIG_IGN)  # a second Ctrl-C must not stop the tidying up
        raise Interrupted(number)

    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, interrupt)


def _end_quietly() -> None:
    """Let nothing that still waits in a buffer be written, or complained about, at the very end."""
    silence_standard_output()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()


def _told(error: Exception) -> Iterable[str]:
    """The lines for an error: those of rules name their place themselves."""
    from kpiextract.rulebook import RuleError

    return error.problems if isinstance(error, RuleError) else [_unforeseen(error)]


def _unforeseen(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS):
        return f"cannot go on: {error.strerror}; nothing was written"
    if os.environ.get("KPIEXTRACT_DEBUG"):
        import traceback

        traceback.print_exception(error)
    what = " ".join(str(error).split())
    return f"internal error: {type(error).__name__}: {what}; please report it (KPIEXTRACT_DEBUG=1 shows where)"
