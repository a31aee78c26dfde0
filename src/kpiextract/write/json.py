"""JSON: rows go in, one array of objects comes out, one object a line, numbers exact."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from kpiextract.table import Layout, Row
from kpiextract.write.base import Writer
from kpiextract.write.jsonl import row_encoder


def open_table(out: BinaryIO, layout: Layout) -> JsonTable:
    """Begin a JSON array."""
    return JsonTable(out, layout)


class JsonTable(Writer):
    """An open JSON array."""

    def __init__(self, out: BinaryIO, layout: Layout) -> None:
        self._out = out
        self._encode = row_encoder(layout)
        self._before = b"[\n"

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        for row in rows:
            self._out.write(self._before + self._encode(row))
            self._before = b",\n"

    def close(self) -> None:
        """Close the array."""
        self._out.write(b"[]\n" if self._before == b"[\n" else b"\n]\n")
