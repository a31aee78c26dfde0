"""Check the rows of a table: raw cells in the order of the reading's columns go in, readings come out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation

from kpiextract.model import LEDGER_COLUMNS, READING_COLUMNS, Reading
from kpiextract.table import INTEGER, NUMBER, READINGS, plain

Raw = object
_LONG = frozenset({"evidence"})
_MOST_DIGITS = 1000
_REMEDY = "write the table again with `kpiextract run`"


class TableError(ValueError):
    """A table that is no output of `kpiextract run`; the message is one line: what is wrong, where, what to do."""


def column_order(header: Sequence[str]) -> list[int]:
    """Where each column of a reading stands in `header`; raises `TableError` for columns of anything else."""
    missing = [column for column in READING_COLUMNS if column not in header]
    if missing and set(LEDGER_COLUMNS) <= set(header):
        raise TableError(f"column {missing[0]!r} is missing: this is a ledger of `kpiextract audit`; {_REMEDY}")
    if len(missing) > len(READING_COLUMNS) / 2:
        raise TableError(f"is no output of `kpiextract run`: column {missing[0]!r} is missing; {_REMEDY}")
    if missing:
        raise TableError(f"column {', '.join(map(repr, missing))} is missing; {_REMEDY}")
    for i, column in enumerate(header):
        if column not in READING_COLUMNS:
            raise TableError(f"column {column!r} is not one of this version; take it out, or {_REMEDY}")
        if column in header[:i]:
            raise TableError(f"column {column!r} stands there twice; take one of them out")
    return [header.index(column) for column in READING_COLUMNS]


def to_readings(rows: Iterable[tuple[str, Sequence[Raw]]]) -> Iterator[Reading]:
    """Readings of rows of raw cells, each with the name of its place (`line 3`); raises `TableError`."""
    for place, row in rows:
        try:
            yield Reading(*[convert(cell) for convert, cell in zip(_CONVERTERS, row, strict=True)])  # type: ignore[arg-type]
        except (ValueError, InvalidOperation, OverflowError):
            raise TableError(f"{place}, {_first_wrong(row)}") from None


def _first_wrong(row: Sequence[Raw]) -> str:
    for column, convert, cell in zip(READINGS.columns, _CONVERTERS, row, strict=True):
        try:
            convert(cell)
        except (ValueError, InvalidOperation, OverflowError):
            return f"column {column.name!r}: {str(cell)[:40]!r} is no {column.type}; {_REMEDY}"
    raise AssertionError("every cell of the row can be read")


def _number(cell: Raw) -> Decimal | None:
    """An exact number of any type; the decimal digits that a float shows are the ones that were meant."""
    if cell is None or cell == "" or cell != cell:
        return None
    if isinstance(cell, bool):
        raise ValueError(cell)
    number = cell if isinstance(cell, Decimal) else Decimal(str(cell))
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS or len(number.as_tuple().digits) > _MOST_DIGITS:
        raise ValueError(cell)
    return number


def _integer(cell: Raw) -> int:
    number = _number(cell)
    if number is None or number != int(number):
        raise ValueError(cell)
    return int(number)


def _long_text(cell: Raw) -> str:
    if isinstance(cell, str):
        return cell
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, (list, dict)):
        raise ValueError(cell)
    return plain(Decimal(str(cell))) if isinstance(cell, (int, float, Decimal)) else str(cell)


def _text(cell: Raw) -> str:
    return sys.intern(_long_text(cell))


_BY_TYPE = {NUMBER: _number, INTEGER: _integer}
_CONVERTERS = tuple(_long_text if c.name in _LONG else _BY_TYPE.get(c.type, _text) for c in READINGS.columns)
