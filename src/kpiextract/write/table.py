"""A table for a terminal: rows go in, aligned columns come out, a document and a section at a time, nothing cut."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import IO, BinaryIO, Literal, cast

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kpiextract.table import Layout, Row
from kpiextract.write.base import Writer
from kpiextract.write.cells import ENCODING_ERRORS
from kpiextract.write.views import ViewColumn, ViewRow, view_of

_GAP = 2
_NARROWEST = 12
_STYLES = {"name": "bold", "what": "cyan", "quantity": "green", "numeral": "green", "line": "dim", "rule": "dim"}


def open_table(out: BinaryIO, layout: Layout) -> TerminalTable:
    """Begin a table for people, as wide as the terminal (80 columns where there is none)."""
    return TerminalTable(out, layout)


class TerminalTable(Writer):
    """An open table; every call of `write` shows its rows at once."""

    def __init__(self, out: BinaryIO, layout: Layout) -> None:
        colours: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
        self._console = _Console(file=cast(IO[str], _Utf8(out)), color_system=colours, highlight=False, emoji=False)
        self._view = view_of(layout)
        self._doc: str | None = None

    def write(self, rows: Iterable[Row]) -> None:
        """Show rows."""
        for doc, group in groupby(map(self._view.show, rows), lambda row: row.doc):
            self._show_document(doc, list(group))

    def _show_document(self, doc: str, rows: list[ViewRow]) -> None:
        console = self._console
        if doc and doc != self._doc:
            console.print(Text(doc if self._doc is None else f"\n{doc}", style="bold underline"))
        self._doc = doc
        shown = [i for i, c in enumerate(self._view.columns) if c.least <= console.width]
        shown = [i for i in shown if self._view.columns[i].least == 0 or any(row.cells[i] for row in rows)]
        columns = [self._view.columns[i] for i in shown]
        cells = [[row.cells[i] for i in shown] for row in rows]
        widths = _widths(columns, cells, console.width)
        console.print(_grid(columns, widths, [[c.title for c in columns]], header=True))
        for section, group in groupby(zip(rows, cells, strict=True), lambda pair: pair[0].section):
            if section:
                console.print(Text(section, style="yellow"))
            console.print(_grid(columns, widths, [cell for _, cell in group]))


class _Console(Console):
    """A console that leaves a closed pipe to its caller (rich would end the process)."""

    def on_broken_pipe(self) -> None:
        """Called while the `BrokenPipeError` is handled: let it go on."""
        raise


class _Utf8:
    """A text file on a binary one that stays its owner's: what a console needs, and no closing at the end."""

    encoding = "utf-8"

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.isatty = out.isatty
        self.flush = out.flush

    def write(self, text: str) -> int:
        return self._out.write(text.encode(errors=ENCODING_ERRORS))


def _widths(columns: Sequence[ViewColumn], rows: Sequence[Sequence[str]], total: int) -> list[int]:
    """Each column as wide as its widest cell; where that is too much, the widest give way first, then fold."""
    widths = [max(cell_len(column.title), *(cell_len(row[i]) for row in rows)) for i, column in enumerate(columns)]
    room = total - _GAP * (len(columns) - 1)
    while sum(widths) > room and max(widths) > 1:
        rank = [
            width if column.stretch or width > _NARROWEST else 0 for width, column in zip(widths, columns, strict=True)
        ]
        widest = rank.index(max(rank)) if max(rank) > _NARROWEST else widths.index(max(widths))
        widths[widest] -= 1
    return widths


def _grid(
    columns: Sequence[ViewColumn], widths: Sequence[int], rows: Sequence[Sequence[str]], header: bool = False
) -> Table:
    grid = Table.grid(padding=(0, _GAP, 0, 0), pad_edge=False)
    for column, width in zip(columns, widths, strict=True):
        grid.add_column(
            width=width,
            justify="right" if column.right else "left",
            overflow="fold",
            style="dim italic" if header else _STYLES.get(column.title, ""),
        )
    for row in rows:
        grid.add_row(*map(Text, row))
    return grid
