r"""Tab-separated rows for pipes: rows go in, one line a row comes out, uncut.

A tab, line feed, carriage return or backslash inside a cell is written as `\t`, `\n`, `\r` or `\\`, so that
`cut`, `awk` and `split("\t")` see every row as one line; a cell with a quotation mark `"` is quoted as in CSV.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from kpiextract.table import Cell, Layout, Row
from kpiextract.write.base import Writer
from kpiextract.write.cells import ENCODING_ERRORS, as_text

_ESCAPES = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\"})


def open_table(out: BinaryIO, layout: Layout) -> TsvTable:
    """Begin a tab-separated table; the header is written at once."""
    return TsvTable(out, layout)


class TsvTable(Writer):
    """An open tab-separated stream."""

    def __init__(self, out: BinaryIO, layout: Layout) -> None:
        self._out = out
        self.write([layout.header])

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        for row in rows:
            line = "\t".join(map(_cell, row)) + "\n"
            self._out.write(line.encode(errors=ENCODING_ERRORS))


def _cell(cell: Cell) -> str:
    text = as_text(cell)
    if not text.isprintable() or "\\" in text:
        text = text.translate(_ESCAPES)
    return '"' + text.replace('"', '""') + '"' if '"' in text else text
