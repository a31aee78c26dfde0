"""Markdown: rows go in, a GitHub table comes out, each row on one line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from kpiextract.table import TEXT, Cell, Layout, Row
from kpiextract.write.base import Writer
from kpiextract.write.cells import ENCODING_ERRORS, as_text

_ESCAPES = str.maketrans(
    {"|": "\\|", "\\": "\\\\", "`": "\\`", "*": "\\*", "<": "&lt;", "&": "&amp;", "\r": " ", "\n": " "}
)


def open_table(out: BinaryIO, layout: Layout) -> MarkdownTable:
    """Begin a Markdown table; the header is written at once."""
    return MarkdownTable(out, layout)


class MarkdownTable(Writer):
    """An open Markdown table."""

    def __init__(self, out: BinaryIO, layout: Layout) -> None:
        self._out = out
        self._out.write(("| " + " | ".join(layout.header) + " |\n").encode())
        rule = ["---" if column.type == TEXT else "---:" for column in layout.columns]
        self._out.write(("| " + " | ".join(rule) + " |\n").encode())

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        for row in rows:
            self._out.write(_line(row))


def _line(row: Iterable[Cell]) -> bytes:
    line = "| " + " | ".join(as_text(cell).translate(_ESCAPES) for cell in row) + " |\n"
    return line.encode(errors=ENCODING_ERRORS)
