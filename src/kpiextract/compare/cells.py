"""Check the rows of a table: raw cells in the order of the reading's columns go in, readings come out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from sys import intern
from typing import Any

from kpiextract.model import LEDGER_COLUMNS, READING_COLUMNS, Reading
from kpiextract.table import INTEGER, NUMBER, READINGS, TEXT, plain

Raw = object
_LONGEST = 1000
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
            cells: list[Any] = _texts(row)
            for i, convert in _FIGURES:
                cells[i] = convert(cells[i])
        except (ValueError, ArithmeticError):
            raise TableError(f"{place}, {_first_wrong(row)}") from None
        yield Reading(*cells)


def _texts(row: Sequence[Raw]) -> list[Any]:
    """The cells with every text in one copy, however many cells hold it; quick where all of them are text."""
    try:
        return list(map(intern, row))  # type: ignore[arg-type]
    except TypeError:
        return [_text(cell) if convert is _text else cell for (_, convert), cell in zip(_CONVERTERS, row, strict=True)]


def _first_wrong(row: Sequence[Raw]) -> str:
    for i, convert in _CONVERTERS:
        column, cell = READINGS.columns[i], row[i]
        try:
            convert(cell)
        except (ValueError, ArithmeticError):
            return f"column {column.name!r}: {str(cell)[:40]!r} is no {column.type}; {_REMEDY}"
    raise AssertionError("every cell of the row can be read")


def _number(cell: Raw) -> Decimal | None:
    """An exact number; of a float, the decimal digits that it shows are the ones that were meant."""
    if cell is None or cell == "" or cell != cell:
        return None
    text = str(cell)
    number = Decimal(text)
    if len(text) > _LONGEST or not number.is_finite() or abs(number.adjusted()) > _LONGEST:
        raise ValueError(cell)
    return number


def _integer(cell: Raw) -> int:
    if isinstance(cell, str) and cell.isdecimal() and len(cell) < _LONGEST:
        return int(cell)
    number = _number(cell)
    if number is None or number != int(number):
        raise ValueError(cell)
    return int(number)


def _text(cell: Raw) -> str:
    """The cell as text: empty for nothing, a plain decimal for a number."""
    if type(cell) is str:
        return intern(cell)
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, (list, dict)):
        raise ValueError(cell)
    return intern(plain(Decimal(str(cell))) if isinstance(cell, (int, float, Decimal)) else str(cell))


_BY_TYPE: Mapping[str, Callable[[Raw], object]] = {NUMBER: _number, INTEGER: _integer, TEXT: _text}
_CONVERTERS = tuple((i, _BY_TYPE[column.type]) for i, column in enumerate(READINGS.columns))
_FIGURES = tuple((i, convert) for i, convert in _CONVERTERS if convert is not _text)
