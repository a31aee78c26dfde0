"""What people are told on standard error: events go in, lines and a progress line on a terminal come out."""

from __future__ import annotations

import os
import sys
import time

from kpiextract.cli.errors import say
from kpiextract.documents import Outcome
from kpiextract.inputs import InputProblem

_PAUSE = 0.1
_CLEAR = "\r\x1b[K"


class Notes:
    """Says what happens while documents are read; counts what could not be read."""

    def __init__(self, quiet: bool, verbose: bool, total: int) -> None:
        self._quiet = quiet
        self._verbose = verbose and not quiet
        self._total = total
        self._moving = not quiet and not os.environ.get("NO_COLOR") and _is_terminal() and total > 1
        self._last = time.monotonic()
        self._shown = False
        self.documents = 0
        self.failed = 0

    def problem(self, problem: InputProblem) -> None:
        """Name an input that could not be read; other remarks only where they are wanted."""
        if problem.fatal:
            self.failed += 1
        if problem.fatal or not self._quiet:
            self._say(str(problem))

    def document(self, outcome: Outcome, rows: str) -> None:
        """A document is done."""
        if outcome.problem is not None:
            self.problem(outcome.problem)
        else:
            self.documents += 1
            if self._verbose:
                encoding = f"{outcome.encoding}, " if outcome.encoding else ""
                self._say(f"{outcome.doc}: {encoding}{len(outcome.rows):,} {rows}")
        if self._moving and time.monotonic() - self._last > _PAUSE:
            self._last = time.monotonic()
            self._shown = True
            sys.stderr.write(f"{_CLEAR}{self.documents + self.failed:,} of {self._total:,} documents")
            sys.stderr.flush()

    def summary(self, line: str) -> None:
        """The last line, where it is wanted."""
        self.clear()
        if not self._quiet:
            say(line)

    def clear(self) -> None:
        """Take the progress line away."""
        if self._shown:
            sys.stderr.write(_CLEAR)
            self._shown = False

    def _say(self, line: str) -> None:
        self.clear()
        say(line)


def _is_terminal() -> bool:
    """Whether there is a terminal for the progress line that no table is shown on."""
    return sys.stderr is not None and sys.stderr.isatty() and not (sys.stdout is not None and sys.stdout.isatty())
