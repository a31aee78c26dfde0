"""Excel: rows go in, one readable workbook comes out, in constant memory.

Text is written as text (never as a formula); a number of more than 15 digits is written as text too, because a
spreadsheet would round it. Rows beyond what a sheet holds go on in a second sheet.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter

from kpiextract.table import Cell, Column, Layout, Row, plain
from kpiextract.write.base import Writer
from kpiextract.write.cells import encodable, guarded

SHEET_ROWS = 1_048_576
_CELL_TEXT = 32_767
_DIGITS = 15
_WIDEST = 60
_NO_XML = re.compile("[\ufffe\uffff]")
_NARROW_UP_TO = "\u02ff"


def open_table(out: BinaryIO, layout: Layout) -> XlsxTable:
    """Begin a workbook; it is written to `out` when it is closed."""
    return XlsxTable(out, layout)


class XlsxTable(Writer):
    """An open workbook: a frozen header, a filter, widths that fit the text."""

    def __init__(self, out: BinaryIO, layout: Layout) -> None:
        self._layout = layout
        self._folder = tempfile.mkdtemp(prefix="kpiextract-")
        self._book: Any = xlsxwriter.Workbook(out, {"constant_memory": True, "tmpdir": self._folder})
        # A fixed date: the same rows give the same bytes.
        self._book.set_properties({"created": datetime(2000, 1, 1), "comments": "written by kpiextract"})
        self._bold = self._book.add_format({"bold": True, "bottom": 1, "bg_color": "#EDF1F5"})
        self._formats: dict[int, Any] = {}
        self._sheets = 0
        self._widths = [0] * len(layout.columns)
        self._begin_sheet()

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        for row in rows:
            if self._row >= SHEET_ROWS:
                self._end_sheet()
                self._begin_sheet()
            for i, (cell, column) in enumerate(zip(row, self._layout.columns, strict=True)):
                if cell is not None and cell != "":
                    self._put(i, cell, column)
            self._row += 1

    def close(self) -> None:
        """Finish the last sheet and write the workbook."""
        self._end_sheet()
        try:
            self._book.close()
        except xlsxwriter.exceptions.FileCreateError as error:
            raise OSError(*error.args) from error
        finally:
            self.discard()

    def discard(self) -> None:
        """Remove the temporary files of the sheets."""
        self._book.fileclosed = True
        shutil.rmtree(self._folder, ignore_errors=True)

    def _begin_sheet(self) -> None:
        self._sheets += 1
        name = self._layout.name if self._sheets == 1 else f"{self._layout.name} {self._sheets}"
        self._sheet: Any = self._book.add_worksheet(name)
        self._sheet.freeze_panes(1, 0)
        for i, name in enumerate(self._layout.header):
            self._sheet.write_string(0, i, name, self._bold)
            self._widths[i] = max(self._widths[i], len(name) + 3)
        self._row = 1

    def _end_sheet(self) -> None:
        self._sheet.autofilter(0, 0, max(self._row - 1, 1), len(self._widths) - 1)
        for i, width in enumerate(self._widths):
            self._sheet.set_column(i, i, min(width + 1, _WIDEST))

    def _put(self, i: int, cell: str | int | Decimal, column: Column) -> None:
        if isinstance(cell, str):
            text = _NO_XML.sub("\ufffd", encodable(guarded(cell, column)))
            self._sheet.write_string(self._row, i, text if len(text) <= _CELL_TEXT else text[: _CELL_TEXT - 1] + "…")
        else:
            text = plain(cell)
            if sum(map(str.isdigit, text)) > _DIGITS:
                self._sheet.write_string(self._row, i, text)
            else:
                self._sheet.write_number(self._row, i, float(text), self._number_format(text))
        if self._widths[i] < _WIDEST:
            self._widths[i] = max(self._widths[i], _display_width(text[:_WIDEST]))

    def _number_format(self, text: str) -> Any:
        """Exactly the decimals that are there: the general format would show a long number with an exponent."""
        places = len(text.partition(".")[2])
        if places not in self._formats:
            self._formats[places] = self._book.add_format({"num_format": "0." + "0" * places if places else "0"})
        return self._formats[places]


def _display_width(text: Cell) -> int:
    """Columns on the page: everything beyond Latin counts two, as Chinese fonts draw it."""
    return sum(1 if c <= _NARROW_UP_TO else 2 for c in str(text))
