"""Lay readings and ledger entries out as rows: their values go in, rows of plain cells in a fixed order come out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

from kpiextract.model import LEDGER_COLUMNS, READING_COLUMNS, LedgerEntry, Reading

Cell = str | int | Decimal | None
Row = tuple[Cell, ...]

TEXT = "text"
NUMBER = "number"
INTEGER = "integer"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an output table: its name and the type of its cells (`text`, `number` or `integer`)."""

    name: str
    type: str = TEXT


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one kind of table, in their order; `name` is what its rows are called."""

    name: str
    columns: tuple[Column, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)


_TYPES = {"value": NUMBER, "value_high": NUMBER, "start": INTEGER, "end": INTEGER, "line": INTEGER}

READINGS = Layout("readings", tuple(Column(name, _TYPES.get(name, TEXT)) for name in READING_COLUMNS))
LEDGER = Layout("numerals", tuple(Column(name, _TYPES.get(name, TEXT)) for name in LEDGER_COLUMNS))

_reading_cells = attrgetter(*READING_COLUMNS)
_ledger_cells = attrgetter(*LEDGER_COLUMNS)


def reading_row(reading: Reading) -> Row:
    """The cells of one reading, in the order of `READINGS`."""
    cells: Row = _reading_cells(reading)
    return cells


def ledger_row(entry: LedgerEntry) -> Row:
    """The cells of one ledger entry, in the order of `LEDGER`."""
    cells: Row = _ledger_cells(entry)
    return cells


def plain(number: Decimal | int) -> str:
    """Write a number as a plain decimal: no exponent, no thousands mark, no trailing zeros, no negative zero.

    Exact at any length; infinities and NaN are not numbers here and raise `ValueError`.
    """
    if isinstance(number, int):
        return str(number)
    if not number.is_finite():
        raise ValueError(f"not a number: {number}")
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
