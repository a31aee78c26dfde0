"""What a person wants to see of differences and trends: rows go in, fewer and shorter columns come out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from kpiextract.compare.differences import Difference
from kpiextract.compare.figures import FIGURE
from kpiextract.compare.trends import Line, sparkline, trend_table
from kpiextract.table import TEXT, Cell, Column, Layout, Row, plain

DIFF_VIEW = Layout(
    "differences",
    (
        Column("indicator"),
        Column("change"),
        Column("what"),
        Column("old", FIGURE),
        Column("new", FIGURE),
        Column("by", FIGURE),
        Column("unit"),
        Column("period"),
    ),
)


def diff_view(row: Difference) -> Row:
    """A row of `DIFF_VIEW`: `by` is the percent, else the difference; `?` where a change cannot be reckoned."""
    return (
        row.indicator,
        row.change,
        " ".join(filter(None, [_unless(row.aspect, "level"), _unless(row.status, "actual"), row.scope])),
        row.old_value,
        row.new_value,
        _by(row),
        row.unit,
        row.new_period or row.old_period,
    )


def trend_view(lines: Sequence[Line]) -> tuple[Layout, list[Row]]:
    """The trend table with rounded growth and a sparkline at the end of each row."""
    layout, rows = trend_table(lines)
    periods = layout.header[5:-1]
    columns = (*layout.columns[:-1], Column("growth", FIGURE), Column("course", TEXT))
    return Layout(layout.name, columns), [
        (*row[:-1], _rounded(line.growth), sparkline(line, periods)) for line, row in zip(lines, rows, strict=True)
    ]


def _unless(text: str, usual: str) -> str:
    return "" if text == usual else text


def _signed(cell: Cell) -> Cell:
    return f"+{plain(cell)}" if isinstance(cell, Decimal) and cell > 0 else cell


def _by(row: Difference) -> Cell:
    if row.percent is None or row.percent == row.difference:
        return "?" if row.difference is None and row.change == "changed" else _signed(row.difference)
    return f"{_rounded(row.percent)}%"


def _rounded(cell: Cell) -> Cell:
    return _signed(Decimal(round(Fraction(cell) * 100)) / 100) if isinstance(cell, Decimal) else cell
