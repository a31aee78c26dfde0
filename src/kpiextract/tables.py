"""Read the figures of tables: a source goes in, its figures with their names, units and periods come out."""

from __future__ import annotations

import bisect
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import regex

from kpiextract.grids import Cell, Grid, Row, find_grids
from kpiextract.model import Mention, Source
from kpiextract.periods import PeriodFinder, Phrase
from kpiextract.quantities import QuantityScanner
from kpiextract.rulebook import RuleBook
from kpiextract.table_cells import CellReader, moved
from kpiextract.table_headings import (
    BLANK,
    CHANGE,
    LEVEL,
    NAME,
    NUMBER,
    OTHER,
    RANK,
    UNIT,
    Column,
    Headings,
    inherit,
    join_headings,
)
from kpiextract.table_names import Name, Names, RowsAbove

YEAR = re.compile(r"(?:19|20)[0-9]{2}")
PERCENT = "%"
PROSE_LENGTH = 60
MAX_HEADING_ROWS = 4


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell that is a reading: `mention` holds its place, value and unit, the rest what the table says of it.

    `period` is EDTF, empty where the table names none; `source` is `text` (heading or row) or `context` (the lines
    above). `row_start:row_end` is the line, its evidence.
    """

    mention: Mention
    name: str
    aspect: str
    direction: str
    compare: str
    status: str
    scope: str
    period: str
    source: str
    row_start: int
    row_end: int
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableReadings:
    """What the tables of a document hold: figures, periods, other numerals with their reason, and the stretches that
    were read. `silent` are these and those that nobody reads (data in the text): no numeral there is one of prose.
    """

    figures: tuple[Figure, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    others: tuple[tuple[Mention, str], ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    silent: tuple[tuple[int, int], ...] = ()

    def covers(self, place: int) -> bool:
        """Whether a place of the text stands in a silent stretch."""
        at = bisect.bisect_right(self.silent, (place, sys.maxsize)) - 1
        return at >= 0 and place < self.silent[at][1]


NO_TABLES = TableReadings()


@dataclass(frozen=True, slots=True)
class _Table:
    """A grid whose parts are known: where its heading ends, what its columns hold, what stands above it."""

    headings: tuple[Row, ...]
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    blocks: tuple[tuple[int, int], ...]
    unit: str
    phrase: Phrase | None
    year: int


class TableReader:
    """Reads tables by the rules of one book; keeps no state between documents."""

    def __init__(self, book: RuleBook, scanner: QuantityScanner, periods: PeriodFinder) -> None:
        self._scanner = scanner
        self._cells = CellReader(scanner)
        self._headings = Headings(book, scanner, periods)
        lead = "|".join(map(regex.escape, book.words("table.unit_lead")))
        self._unit_lead = regex.compile(rf"(?:{lead})\s*[:：]\s*(?P<unit>[^\s）)\]】]+)")
        self._names = Names(book, self._headings.unit)
        self._rank_unit = book.words("table.rank_unit")[0]

    def read(self, source: Source, year: int) -> TableReadings:
        """The figures of every table of the document; `year` is the document's."""
        figures: list[Figure] = []
        phrases: list[Phrase] = []
        others: list[tuple[Mention, str]] = []
        spans: list[tuple[int, int]] = []
        for grid in (part for whole in find_grids(source) for part in self._split(whole)):
            table = self._table(grid, year)
            found = self._figures(table) if table is not None else []
            if table is None or not found:
                continue
            figures += found
            spans += ((c.start, c.end) for c in reversed(grid.above) if self._unit_lead.search(c.text))
            spans.append(self._rest(table, found, phrases, others))
        silent = _merged([*spans, *((m.start, m.end) for m in source.marks if m.kind == "skip")])
        return TableReadings(tuple(figures), tuple(phrases), tuple(others), tuple(_merged(spans)), tuple(silent))

    def _split(self, grid: Grid) -> Iterator[Grid]:
        """The tables of a grid: a second heading behind figures begins another one, with the lines right before it."""
        above, start, data = grid.above, 0, False
        for number, row in enumerate(grid.rows):
            filled = [cell for cell in row.cells if cell.text]
            if any(map(self._is_figure, filled[1:])):
                data = True
            elif data and len(filled) > 1:
                captions = _captions(grid.rows[start:number])
                if self._headings.is_name(filled[0].text) or any(self._is_caption(cell) for cell in captions):
                    rows = grid.rows[start : number - len(captions)]
                    yield Grid(rows, rows[0].start, rows[-1].end, above, grid.marked)
                    above, start, data = tuple(reversed(captions)) or above, number, False
        yield Grid(grid.rows[start:], grid.rows[start].start, grid.end, above, grid.marked)

    def _is_caption(self, cell: Cell) -> bool:
        return bool(self._unit_lead.search(cell.text) or self._headings.phrases(cell.text))

    # --- the parts of a table -----------------------------------------------------------------------------

    def _table(self, grid: Grid, year: int) -> _Table | None:
        """The parts of a grid, or None where it is no table of figures."""
        rows = list(grid.rows)
        above = list(grid.above)
        while rows and sum(1 for cell in rows[0].cells if cell.text) == 1 and not self._is_figure(rows[0].cells[-1]):
            above.insert(0, next(cell for cell in rows.pop(0).cells if cell.text))
        headings = 0
        while headings < min(len(rows), MAX_HEADING_ROWS) and not self._is_data(rows[headings], headings):
            if headings and _is_group(rows[headings]):
                break
            headings += 1
        data = rows[headings:]
        unit = next((m["unit"] for cell in above if (m := self._unit_lead.search(cell.text))), "")
        if not data or not (headings or unit) or self._is_prose(data):
            return None
        phrase = self._above(above)
        width = max(len(row.cells) for row in rows)
        texts = [[cell.text for cell in row.cells] for row in rows[:headings]]
        columns = [self._headings.column(join_headings(texts, number)) for number in range(width)]
        names = self._name_column(columns, data)
        if names is None:
            return None
        base = int(phrase.edtf(year, year)[:4] or year) if phrase is not None else year
        blocks = _blocks(columns, names)
        columns[names:] = [c for start, stop in blocks for c in inherit(columns[start:stop])]
        return _Table(tuple(rows[:headings]), tuple(data), tuple(columns), blocks, _level_unit(unit), phrase, base)

    def _above(self, above: Sequence[Cell]) -> Phrase | None:
        """The period of the lines above a table, the nearest that names one."""
        for cell in above:
            for phrase in self._headings.phrases(cell.text):
                if not phrase.flag("date"):
                    return phrase
        return None

    def _is_data(self, row: Row, number: int) -> bool:
        figures = [cell for cell in row.cells[1:] if self._is_figure(cell)]
        years = [cell for cell in figures if YEAR.fullmatch(cell.text)]
        return bool(figures) and not (number == 0 and len(years) == len(figures))

    def _is_figure(self, cell: Cell) -> bool:
        return self._cells.own(cell.text) is not None

    def _is_prose(self, rows: Sequence[Row]) -> bool:
        cells = [cell for row in rows for cell in row.cells if cell.text]
        figures = sum(1 for cell in cells if self._is_figure(cell))
        return sum(1 for cell in cells if len(cell.text) > PROSE_LENGTH) > figures

    def _name_column(self, columns: list[Column], rows: Sequence[Row]) -> int | None:
        """The first column of names; columns of units and row numbers are known by their heading or cells."""
        for number, column in enumerate(columns):
            cells = [row.cells[number].text for row in rows if number < len(row.cells) and row.cells[number].text]
            if column.role in (UNIT, OTHER, NUMBER) or not cells:
                continue
            figures = [text for text in cells if self._cells.own(text) is not None and not YEAR.fullmatch(text)]
            if number == 0 and len(figures) == len(cells) and len(columns) > 2 and _counts(cells):
                columns[0] = Column(NUMBER)
            elif len(figures) * 2 <= len(cells):
                self._find_unit_column(columns, number, rows)
                return number
        return None

    def _find_unit_column(self, columns: list[Column], names: int, rows: Sequence[Row]) -> None:
        for number in range(names + 1, len(columns)):
            cells = [row.cells[number].text for row in rows if number < len(row.cells) and row.cells[number].text]
            if columns[number].role == LEVEL and cells and all(self._headings.unit(BLANK.sub("", c)) for c in cells):
                columns[number] = Column(UNIT)

    # --- the figures ----------------------------------------------------------------------------------------

    def _figures(self, table: _Table) -> list[Figure]:
        found = [figure for block in table.blocks for figure in self._block(table, *block)]
        return sorted(found, key=lambda figure: figure.mention.start)

    def _block(self, table: _Table, start: int, stop: int) -> Iterator[Figure]:
        """The figures of one column of names and the columns that belong to it."""
        state = RowsAbove()
        columns = table.columns[start:stop]
        for row in table.rows:
            cells = row.cells[start:stop]
            filled = [cell for cell in cells if cell.text]
            if not filled or (self._headings.is_name(filled[0].text) and not any(map(self._is_figure, filled))):
                continue
            name = self._names.read(cells[0].text)
            if len(filled) == 1 and not self._is_figure(filled[0]):
                state.group, state.unit = self._names.group(filled[0].text, name), name.unit
                continue
            yield from self._row(table, row, cells, columns, name, state)

    def _row(
        self, table: _Table, row: Row, cells: Sequence[Cell], columns: Sequence[Column], name: Name, state: RowsAbove
    ) -> Iterator[Figure]:
        units = [c.text for c, k in zip(cells, columns, strict=False) if k.role == UNIT and c.text]
        unit = BLANK.sub("", units[0]) if units else name.unit or state.unit
        state.unit = "" if units else unit
        read: list[tuple[Column, Mention]] = []
        values: dict[int, Decimal] = {}
        for number, (cell, column) in enumerate(zip(cells, columns, strict=False)):
            if not number or column.role in (NAME, UNIT, NUMBER, OTHER) or not cell.text:
                continue
            mention = self._cells.measure(cell, self._unit_of(column, unit, table.unit))
            if mention is None:
                continue
            if column.role == RANK and mention.unit != self._rank_unit:
                mention = replace(mention, kind="rank", unit=self._rank_unit)
            if column.role == LEVEL and mention.value is not None:
                values[number] = mention.value
            read.append((column, mention))
        if not read:
            return
        period = next((p for p in self._headings.phrases(name.text) if _is_all(p, name.text)), None)
        full = "" if period is not None else state.full_name(name, values)
        if not name.part and period is None:
            state.whole.append((full, values))
        for column, mention in read:
            words, column = self._headings.of_row(full, column, mention.kind)
            if words:
                yield self._figure(table, row, words, column, mention, period)

    def _unit_of(self, column: Column, own: str, above: str) -> str:
        if column.role == RANK:
            return self._rank_unit
        if column.role == LEVEL or column.amount:
            return (own or column.unit or above) if not column.amount else column.unit or own or above
        return column.unit or PERCENT

    def _figure(
        self, table: _Table, row: Row, name: str, column: Column, mention: Mention, row_period: Phrase | None
    ) -> Figure:
        phrase = row_period or column.phrase
        period = phrase.edtf(table.year, table.year) if phrase is not None else ""
        source = "text" if period else ""
        if not period and table.phrase is not None:
            period, source = table.phrase.edtf(table.year, table.year), "context"
        direction = ""
        if column.role == CHANGE and mention.value:
            direction = "down" if column.down != (mention.value < 0) else "up"
        return Figure(
            mention,
            name,
            column.role,
            direction,
            column.compare,
            "target" if column.target else "actual",
            column.scope,
            period,
            source,
            row.start,
            row.end,
            (*mention.rules, *column.rules),
        )

    # --- the ledger of the rest ---------------------------------------------------------------------------------

    def _rest(
        self, table: _Table, read: Sequence[Figure], phrases: list[Phrase], others: list[tuple[Mention, str]]
    ) -> tuple[int, int]:
        """Account for the numerals of a table that are no figures; gives the stretch that was read.

        Lines below the last figure (notes) are left to prose.
        """
        starts = [figure.mention.start for figure in read]
        end = max(figure.row_end for figure in read)
        rows = [row for row in (*table.headings, *table.rows) if row.end <= end]
        for number, row in enumerate(rows):
            for column, cell in enumerate(row.cells):
                if bisect.bisect_left(starts, cell.start) < bisect.bisect_left(starts, cell.end):
                    continue
                role = table.columns[column].role
                found = [] if role == NUMBER else self._headings.phrases(cell.text)
                phrases += (replace(p, start=cell.start + p.start, end=cell.start + p.end) for p in found)
                is_name = number < len(table.headings) or role == NAME or column in (b[0] for b in table.blocks)
                reason = "name" if is_name else "reference" if role == NUMBER else "unclear"
                listed = len(cell.text) - len(self._names.without_number(cell.text)) if is_name else 0
                for mention in self._scanner.find(cell.text, [(p.start, p.end) for p in found]):
                    if not self._cells.is_scale(mention, cell.text):
                        others.append((moved(mention, cell.start), "heading" if mention.start < listed else reason))
        return rows[0].start, end


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stretches in order, those that touch as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _level_unit(unit: str) -> str:
    """The unit of the figures where a caption names several."""
    parts = [part for part in re.split(r"[、，,；;]", unit) if part]
    return next((part for part in parts if part not in ("%", "％")), parts[0] if parts else "")


def _is_group(row: Row) -> bool:
    """Whether a row is only a name: that of the rows below."""
    return bool(row.cells[0].text) and not any(cell.text for cell in row.cells[1:])


def _captions(rows: Sequence[Row]) -> list[Cell]:
    """The cells of the last rows that hold no more than one."""
    captions: list[Cell] = []
    for row in reversed(rows):
        filled = [cell for cell in row.cells if cell.text]
        if len(filled) != 1:
            break
        captions.insert(0, filled[0])
    return captions


def _counts(cells: Sequence[str]) -> bool:
    """Whether the cells are 1, 2, 3 …"""
    return all(cell.strip(".、") == str(number) for number, cell in enumerate(cells, 1))


def _blocks(columns: Sequence[Column], names: int) -> tuple[tuple[int, int], ...]:
    """Where columns of names begin, with what belongs to them: some tables stand twice side by side."""
    starts = [names]
    if columns[names].role == NAME:
        starts += [n for n, column in enumerate(columns) if n > names + 1 and column.role == NAME]
    return tuple(zip(starts, [*starts[1:], len(columns)], strict=True))


def _is_all(phrase: Phrase, text: str) -> bool:
    return phrase.end - phrase.start >= len(text) - 1 and not phrase.flag("date")
