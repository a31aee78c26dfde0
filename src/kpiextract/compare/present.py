"""What a person wants to see of differences and trends: rows go in, fewer and shorter columns come out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from kpiextract.compare.differences import Difference
from kpiextract.compare.figures import FIGURE
from kpiextract.compare.trends import Line, sparkline, trend_table
from kpiextract.rulebook import RuleBook
from kpiextract.table import TEXT, Cell, Column, Layout, Row, plain
from kpiextract.write.cells import as_text

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_DIFF_COLUMNS = (
    Column("indicator"),
    Column("change"),
    Column("what"),
    Column("old", FIGURE),
    Column("new", FIGURE),
    Column("by", FIGURE),
    Column("unit"),
    Column("period"),
)


class Presenter:
    """Lays tables out for people; long numbers are written with the scale words of the rules, to four decimals."""

    def __init__(self, book: RuleBook) -> None:
        words: dict[int, str] = {}
        for rule in book.rules("numeral"):
            if rule.data.get("part") == "scale":
                for word, power in rule.data.get("values", {}).items():
                    words.setdefault(power, word)
        scales: list[tuple[int, str]] = [(power, words[power]) for power in (4, 8) if power in words]
        if len(scales) == 2:
            scales.append((12, words[4] + words[8]))
        self._scales = scales[::-1]

    def differences(self, rows: Sequence[Difference]) -> tuple[Layout, list[Row]]:
        """The difference table: `by` is the percent, else the difference; `?` where a change cannot be reckoned."""
        return Layout("differences", _DIFF_COLUMNS), [self._difference(row) for row in rows]

    def trend(self, lines: Sequence[Line]) -> tuple[Layout, list[Row]]:
        """The trend table with rounded growth and a sparkline at the end of each row."""
        layout, rows = trend_table(lines)
        columns = (
            Column("indicator"),
            Column("what"),
            *layout.columns[5:-1],
            Column("growth", FIGURE),
            Column("unit"),
            Column("course", TEXT),
        )
        return Layout(layout.name, columns), [
            (
                line.indicator,
                _what(line),
                *map(self.short, row[5:-1]),
                _rounded(line.growth),
                line.unit,
                sparkline(line),
            )
            for line, row in zip(lines, rows, strict=True)
        ]

    def short(self, cell: Cell) -> str:
        """The cell with its long numbers shortened: a million and a half in units of ten thousand is 150."""
        return _NUMBER.sub(lambda found: self._scaled(found[0]), as_text(cell))

    def _scaled(self, number: str) -> str:
        value = Fraction(number)
        for power, word in self._scales:
            if value >= 10**power:
                return plain(Decimal(round(value / 10 ** (power - 4))) / 10**4) + word
        return number

    def _difference(self, row: Difference) -> Row:
        return (
            row.indicator,
            row.change,
            _what(row),
            self.short(row.old_value),
            self.short(row.new_value),
            self._by(row),
            row.unit,
            row.new_period or row.old_period,
        )

    def _by(self, row: Difference) -> Cell:
        if row.percent is None or row.percent == row.difference:
            unknown = row.difference is None and row.change == "changed"
            return "?" if unknown else self.short(_signed(row.difference))
        return f"{_rounded(row.percent)}%"


def _what(row: Difference | Line) -> str:
    aspect = "" if row.aspect == "level" else row.aspect
    status = "" if row.status == "actual" else row.status
    return " ".join(filter(None, (aspect, status, row.scope)))


def _signed(cell: Cell) -> str:
    text = as_text(cell)
    return f"+{text}" if isinstance(cell, Decimal) and cell > 0 else text


def _rounded(number: Cell) -> str:
    return _signed(Decimal(round(Fraction(number) * 100)) / 100) if isinstance(number, Decimal) else ""
