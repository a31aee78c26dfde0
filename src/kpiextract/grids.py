"""Find tables: a source goes in, grids of cells come out, each cell a stretch of the source's text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kpiextract.model import Mark, Source

LINE = re.compile(r"[^\n\r\u2028\u2029\x0b\x0c\x85]+")
BARS = "|｜│┃"
BAR = re.compile(f"[{BARS}]")
TAB = re.compile("\t")
RULE_LINE = re.compile(rf"[\s{BARS}:+=\-—─━┄┈┼┌┐└┘├┤┬┴╋]+")
NOT_IN_GROUP = re.compile(r"[。；;，,！？!?]")
EDGES = " \u3000\xa0*_`"
GROUP_LENGTH = 30
CAPTION_LINES = 3
CAPTION_LENGTH = 80
MAX_COLUMNS = 100
MAX_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell without the blanks around it: `text` is `source.text[start:end]`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table, without the blanks around it."""

    start: int
    end: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its rows, the stretch of text it covers, and the lines above it, the nearest first.

    `marked` is true where the file's format says that it is a table.
    """

    rows: tuple[Row, ...]
    start: int
    end: int
    above: tuple[Cell, ...] = ()
    marked: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    separator: str


def find_grids(source: Source) -> list[Grid]:
    """The tables of a document in order: those its format marks, and runs of lines with tabs or bars."""
    marks = sorted((m for m in source.marks if m.kind == "table"), key=lambda m: m.start)
    grids: list[Grid] = []
    passed: list[_Line] = []
    for lines, marked in _runs(source.text, marks):
        rows = _rows(source.text, lines, marked) if _is_sane(source.text, lines) else []
        if len(rows) > 1 and any(len(row.cells) > 1 for row in rows):
            above = tuple(_cell(source.text, a.start, a.end) for a in reversed(passed) if _near(a))
            grids.append(Grid(tuple(rows), lines[0].start, lines[-1].end, above, marked))
            passed = []
        else:
            passed = (passed + lines)[-CAPTION_LINES:]
    return grids


def _is_sane(text: str, lines: Sequence[_Line]) -> bool:
    """Whether the lines may be a table that people read, not data of a machine."""
    columns = (text.count(line.separator, line.start, line.end) for line in lines if line.separator)
    return 1 < len(lines) <= MAX_ROWS and max(columns, default=0) < MAX_COLUMNS


def _near(line: _Line) -> bool:
    return line.end - line.start <= CAPTION_LENGTH


def _runs(text: str, marks: Sequence[Mark]) -> Iterator[tuple[list[_Line], bool]]:
    """The lines in runs: those of a marked table, those that look like one table, each other line alone."""
    run: list[_Line] = []
    at, inside = 0, False
    for found in LINE.finditer(text):
        while at < len(marks) and marks[at].end <= found.start():
            at += 1
        marked = at < len(marks) and marks[at].start <= found.start()
        line = _Line(found.start(), found.end(), _separator(found[0], run))
        if marked != inside or (not marked and not _belongs(text, run, line)):
            yield from _cut(run, inside)
            run = []
        run.append(line)
        inside = marked
        if marked and found.end() >= marks[at].end:
            yield from _cut(run, True)
            run, inside = [], False
    yield from _cut(run, inside)


def _cut(run: list[_Line], marked: bool) -> Iterator[tuple[list[_Line], bool]]:
    """A run without the lines at its ends that are no rows, which come on their own."""
    if marked:
        yield run, True
        return
    end = len(run)
    while end and not run[end - 1].separator:
        end -= 1
    if end:
        yield run[:end], False
    yield from (([line], False) for line in run[end:])


def _separator(line: str, run: Sequence[_Line]) -> str:
    begins_empty = line.startswith("\t") and len(line) < CAPTION_LENGTH and bool(run) and run[-1].separator == "\t"
    if "\t" in line.strip() or begins_empty:
        return "\t"
    return "|" if BAR.search(line.strip().strip(BARS)) or (line.strip()[:1] in BARS and len(line) > 2) else ""


def _belongs(text: str, run: Sequence[_Line], line: _Line) -> bool:
    """Whether a line goes on with the run: the same separator, or a short line between rows (the name of a group)."""
    if not run:
        return False
    rows = [before for before in run[-2:] if before.separator]
    if not rows:
        return False
    if line.separator:
        return line.separator == rows[-1].separator
    words = text[line.start : line.end]
    return bool(run[-1].separator) and len(words.strip()) <= GROUP_LENGTH and not NOT_IN_GROUP.search(words)


def _rows(text: str, lines: Sequence[_Line], marked: bool) -> list[Row]:
    rows = []
    for line in lines:
        words = text[line.start : line.end]
        if line.separator == "|" and RULE_LINE.fullmatch(words):
            continue
        cells = tuple(_cells(text, line))
        if any(cell.text for cell in cells):
            rows.append(Row(*_stripped(text, line.start, line.end), cells))
    return rows if marked else _without_padding(rows)


def _cells(text: str, line: _Line) -> Iterator[Cell]:
    start, end = line.start, line.end
    if line.separator == "|":
        start, end = _stripped(text, start, end)
        start += text[start] in BARS
        end -= end > start and text[end - 1] in BARS
    edges = [m.start() for m in (BAR if line.separator == "|" else TAB).finditer(text, start, end)]
    for a, b in zip([start, *(e + 1 for e in edges)], [*edges, end], strict=True):
        yield _cell(text, a, b)


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _cell(text: str, start: int, end: int) -> Cell:
    while start < end and (text[start] in EDGES or text[start].isspace()):
        start += 1
    while end > start and (text[end - 1] in EDGES or text[end - 1].isspace()):
        end -= 1
    return Cell(start, end, text[start:end])


def _without_padding(rows: list[Row]) -> list[Row]:
    """Rows of plain text without the empty cells that only pad the columns (several tabs in place of one)."""
    filled = [tuple(cell for cell in row.cells if cell.text) for row in rows]
    full = [(row.cells, cells) for row, cells in zip(rows, filled, strict=True) if len(cells) > 1]
    if all(len(cells) == len(row) for row, cells in full):
        return rows
    if len({len(cells) for _, cells in full}) == 1:
        return [Row(row.start, row.end, cells) for row, cells in zip(rows, filled, strict=True)]
    used = {column for row, _ in full for column, cell in enumerate(row) if cell.text}
    return [
        Row(row.start, row.end, tuple(cell for column, cell in enumerate(row.cells) if column in used or cell.text))
        for row in rows
    ]
