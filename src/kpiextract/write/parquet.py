"""Parquet: rows go in, a columnar file comes out; numbers are exact decimals with 12 places, empty cells are null.

A number that does not fit 26 digits before and 12 after the point is left null (its `quantity` or `numeral` stays).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from decimal import Decimal
from itertools import islice
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from kpiextract.table import INTEGER, NUMBER, Cell, Column, Layout, Row
from kpiextract.write.base import Writer
from kpiextract.write.cells import as_text, encodable

_BATCH = 10_000
_PLACES = 12
_LIMIT = Decimal(10) ** 26


def open_table(out: BinaryIO, layout: Layout) -> ParquetTable:
    """Begin a Parquet file."""
    return ParquetTable(out, layout)


class ParquetTable(Writer):
    """An open Parquet file; rows are written in groups of 10,000."""

    def __init__(self, out: BinaryIO, layout: Layout) -> None:
        self._columns = layout.columns
        self._schema = pa.schema([(column.name, _type(column)) for column in layout.columns])
        self._writer: Any = pq.ParquetWriter(out, self._schema)
        self._waiting: list[Row] = []

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        rows = iter(rows)
        while batch := list(islice(rows, _BATCH - len(self._waiting))):
            self._waiting += batch
            if len(self._waiting) >= _BATCH:
                self._flush()

    def close(self) -> None:
        """Write the last group and the footer."""
        self._flush()
        self._writer.close()

    def discard(self) -> None:
        """Close the Arrow writer while its file is open: it would write its footer when it is collected."""
        with contextlib.suppress(OSError, ValueError, pa.ArrowException):
            self._writer.close()

    def _flush(self) -> None:
        if not self._waiting:
            return
        waiting = zip(*self._waiting, strict=True)
        arrays = [
            pa.array([_cell(cell, column) for cell in cells], type=field.type)
            for cells, column, field in zip(waiting, self._columns, self._schema, strict=True)
        ]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self._waiting = []


def _type(column: Column) -> Any:
    if column.type == NUMBER:
        return pa.decimal128(38, _PLACES)
    return pa.int64() if column.type == INTEGER else pa.string()


def _cell(cell: Cell, column: Column) -> Cell:
    if column.type not in (NUMBER, INTEGER):
        return encodable(as_text(cell)) or None
    if isinstance(cell, Decimal):
        exponent = cell.as_tuple().exponent
        fits = isinstance(exponent, int) and exponent >= -_PLACES and abs(cell) < _LIMIT
        return cell if fits else None
    return cell
