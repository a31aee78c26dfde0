"""What every format is: an open table takes rows, and is closed when it is complete or discarded when it is not."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from kpiextract.table import Row


class Writer(ABC):
    """An open table on a binary file, which stays the caller's to close. All methods raise the file's `OSError`."""

    @abstractmethod
    def write(self, rows: Iterable[Row]) -> None:
        """Add rows, in order; may be called any number of times."""

    def close(self) -> None:  # noqa: B027
        """Write what comes last. Most formats are complete with their last row."""

    def discard(self) -> None:  # noqa: B027
        """Give the table up without writing what comes last; frees what the format holds."""
