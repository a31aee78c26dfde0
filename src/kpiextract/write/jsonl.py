"""JSON Lines: rows go in, one JSON object a line comes out, numbers exact, `null` for what is empty."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import BinaryIO

from kpiextract.table import Cell, Layout, Row, plain
from kpiextract.write.base import Writer
from kpiextract.write.cells import ENCODING_ERRORS


def open_table(out: BinaryIO, layout: Layout) -> JsonLinesTable:
    """Begin JSON Lines."""
    return JsonLinesTable(out, layout)


class JsonLinesTable(Writer):
    """An open JSON Lines stream."""

    def __init__(self, out: BinaryIO, layout: Layout) -> None:
        self._out = out
        self._encode = row_encoder(layout)

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        for row in rows:
            self._out.write(self._encode(row) + b"\n")


def row_encoder(layout: Layout) -> Callable[[Row], bytes]:
    r"""A function that writes one row as a JSON object.

    Numbers are written digit by digit, never by way of a float. A byte of a file name that is no UTF-8
    becomes `\udcff`, which JSON reads back as the same name.
    """
    keys = [json.dumps(name) + ": " for name in layout.header]

    def encode(row: Row) -> bytes:
        pairs = [key + _cell(cell) for key, cell in zip(keys, row, strict=True)]
        return ("{" + ", ".join(pairs) + "}").encode(errors=ENCODING_ERRORS)

    return encode


_quoted = json.JSONEncoder(ensure_ascii=False).encode


def _cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return "null"
    return _quoted(cell) if isinstance(cell, str) else plain(cell)
