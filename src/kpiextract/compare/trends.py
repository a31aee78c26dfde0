"""Put years side by side: readings go in, one row an indicator with one cell a period comes out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fnmatch import fnmatchcase

from kpiextract.compare.figures import FIGURE, Figure, figure, percent
from kpiextract.compare.names import plain_name
from kpiextract.compare.periods import period_key, shape
from kpiextract.compare.scopes import own_scope, plain_scope
from kpiextract.compare.units import Units
from kpiextract.model import Reading
from kpiextract.table import NUMBER, Cell, Column, Layout, Row
from kpiextract.write.cells import as_text

CONFLICTS = ("list", "first", "last")
_BLOCKS = "▁▂▃▄▅▆▇█"
LABELS = ("indicator", "unit", "aspect", "status", "scope")


@dataclass(frozen=True, slots=True)
class Line:
    """What one indicator is over the periods; a cell has several figures where its sources do not agree."""

    indicator: str
    unit: str
    aspect: str
    status: str
    scope: str
    kind: str
    cells: Mapping[str, tuple[Figure, ...]]

    @property
    def growth(self) -> Decimal | None:
        """From the first to the last period, as `percent` has it; none where one of them is not one number."""
        usual = [figures for period, figures in self.cells.items() if shape(period) == self.rhythm]
        if len(usual) < 2:
            return None
        first, last = usual[0], usual[-1]
        return percent(self.kind, first[0], last[0]) if len(first) == len(last) == 1 else None

    @property
    def rhythm(self) -> str:
        """The shape that most of the periods have, the first one of several: years are not compared with months."""
        shapes = Counter(map(shape, self.cells))
        return max(shapes, key=lambda one: shapes[one])

    def row(self, periods: Sequence[str]) -> Row:
        """The cells of the trend table: labels, one cell a period, growth."""
        labels = (self.indicator, self.unit, self.aspect, self.status, self.scope)
        return (*labels, *(_cell(self.cells.get(period, ())) for period in periods), self.growth)


def trends(
    readings: Sequence[Reading],
    units: Units,
    *,
    conflicts: str = "list",
    min_periods: int = 2,
    indicators: Collection[str] = (),
) -> list[Line]:
    """One line for each indicator, unit, aspect, status and scope that has readings of `min_periods` periods, sorted.

    Readings without a period or a value have no place here. `conflicts` says what becomes of a cell with several
    figures: all of them (`list`), the `first` or the `last` in the order of the readings. `indicators` are shell
    patterns; one of them must fit the indicator, its id or the name in the text.
    """
    own = (own_scope(readings),)
    groups: dict[tuple[str, ...], list[Reading]] = defaultdict(list)
    for reading in _with_baselines(*units.fill(readings)):
        placed = reading.value is not None and reading.period and reading.kind != "year"
        if placed and _wanted(reading, indicators):
            groups[_key(reading, units, own)].append(reading)
    lines = (_line(group, units, conflicts) for group in groups.values())
    return sorted((line for line in lines if len(line.cells) >= min_periods), key=lambda line: line.row(())[:-1])


def trend_table(lines: Sequence[Line]) -> tuple[Layout, list[Row]]:
    """The trend as a table: one column a period, in order, between the labels and the growth."""
    periods = sorted({period for line in lines for period in line.cells}, key=period_key)
    columns = [*map(Column, LABELS), *(Column(period, FIGURE) for period in periods), Column("growth", NUMBER)]
    return Layout("indicators", tuple(columns)), [line.row(periods) for line in lines]


def sparkline(line: Line) -> str:
    """The course of a line over its periods of the usual length, as blocks; a gap where there is no number."""
    cells = [figures for period, figures in line.cells.items() if shape(period) == line.rhythm]
    numbers = [figures[0].number if len(figures) == 1 else None for figures in cells]
    said = [number for number in numbers if number is not None]
    if not said:
        return ""
    low, width = min(said), max(said) - min(said)
    steps = [None if n is None else int((n - low) * (len(_BLOCKS) - 1) / width) if width else 3 for n in numbers]
    return "".join(" " if step is None else _BLOCKS[step] for step in steps)


def _wanted(reading: Reading, patterns: Collection[str]) -> bool:
    names = (reading.indicator, reading.indicator_id, reading.name)
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns for name in names)


def _with_baselines(readings: Sequence[Reading]) -> list[Reading]:
    """The readings, with each baseline whose own period is known as a level of that period.

    A baseline that has the period of the level beside it is one whose period was not said.
    """
    beside: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for reading in readings:
        if reading.aspect == "level":
            beside[_statement(reading)].add(reading.period)
    return [
        replace(reading, aspect="level") if reading.aspect == "baseline" and _is_dated(reading, beside) else reading
        for reading in readings
    ]


def _is_dated(baseline: Reading, beside: Mapping[tuple[object, ...], set[str]]) -> bool:
    levels = beside.get(_statement(baseline))
    return baseline.period not in levels if levels else baseline.period_source == "text"


def _statement(reading: Reading) -> tuple[object, ...]:
    return reading.doc, reading.line, reading.indicator or reading.name, reading.unit


def _key(reading: Reading, units: Units, own: Collection[str]) -> tuple[str, ...]:
    name = plain_name(reading.indicator or reading.name)
    return name, units.dimension(reading), _aspect(reading), reading.status, plain_scope(reading, own)


def _aspect(reading: Reading) -> str:
    """A change against the month before or another base is not one against the year before: `change/base`."""
    named = reading.compare in ("mom", "base")
    return f"{reading.aspect}/{reading.compare}" if named else reading.aspect


def _line(readings: Sequence[Reading], units: Units, conflicts: str) -> Line:
    one, unit = readings[0], _usual(reading.unit for reading in readings)
    cells: dict[str, list[Figure]] = defaultdict(list)
    for reading in readings:
        found = figure(reading, units, unit)
        if found is not None:
            cells[reading.period].append(found)
    return Line(
        indicator=_usual(reading.indicator or reading.name for reading in readings),
        unit=unit,
        aspect=_aspect(one),
        status=one.status,
        scope=_usual(reading.scope for reading in readings),
        kind=one.kind,
        cells={period: _settled(cells[period], conflicts) for period in sorted(cells, key=period_key)},
    )


def _usual(spellings: Iterable[str]) -> str:
    """The spelling that is used most, the first in code-point order of several."""
    counts = Counter(spellings)
    return min(counts, key=lambda spelling: (-counts[spelling], spelling))


def _settled(figures: Sequence[Figure], conflicts: str) -> tuple[Figure, ...]:
    if conflicts == "list":
        return tuple(dict.fromkeys(figures))
    return tuple(figures[:1] if conflicts == "first" else figures[-1:])


def _cell(figures: Sequence[Figure]) -> Cell:
    if len(figures) == 1:
        return figures[0].cell
    return "; ".join(as_text(figure.cell) for figure in figures) if figures else None
