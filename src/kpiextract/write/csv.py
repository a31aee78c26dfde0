"""CSV: rows go in, RFC 4180 in UTF-8 with LF comes out, with formulas made harmless."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any, BinaryIO

from kpiextract.table import INTEGER, TEXT, Layout, Row
from kpiextract.write.base import Writer
from kpiextract.write.cells import ENCODING_ERRORS, FORMULA, as_text, guarded


def open_table(out: BinaryIO, layout: Layout, bom: bool = False) -> CsvTable:
    """Begin a CSV table; the header is written at once."""
    return CsvTable(out, layout, bom)


class CsvTable(Writer):
    """An open CSV file."""

    def __init__(self, out: BinaryIO, layout: Layout, bom: bool) -> None:
        self._text = [(i, column) for i, column in enumerate(layout.columns) if column.type == TEXT]
        self._numbers = [i for i, column in enumerate(layout.columns) if column.type not in (TEXT, INTEGER)]
        # The csv module quotes what is in its line terminator: with "\n" alone it would leave a bare "\r" unquoted.
        self._writer = csv.writer(_Lines(out), lineterminator="\r\n")
        if bom:
            out.write(b"\xef\xbb\xbf")
        self._writer.writerow(layout.header)

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        for row in rows:
            cells: list[Any] = list(row)
            for i in self._numbers:
                if cells[i] is not None:
                    cells[i] = as_text(cells[i])
            for i, column in self._text:
                cell = cells[i]
                if cell and cell[0] in FORMULA:
                    cells[i] = guarded(cell, column)
            self._writer.writerow(cells)


class _Lines:
    """Takes the lines of the csv module and ends them with LF alone."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def write(self, line: str) -> int:
        return self._out.write((line[:-2] + "\n").encode(errors=ENCODING_ERRORS))
