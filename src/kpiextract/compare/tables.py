"""Read an output of `kpiextract run` back: bytes go in, their format is told by content, readings come out."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import NoReturn

from kpiextract.compare.cells import Raw, TableError, column_order, to_readings
from kpiextract.compare.collecting import uncollected
from kpiextract.model import LEDGER_COLUMNS, READING_COLUMNS, Reading

SUFFIXES = {".csv": "csv", ".tsv": "tsv", ".json": "json", ".jsonl": "jsonl", ".xlsx": "xlsx", ".parquet": "parquet"}

_HEAD = 1 << 16
_ENOUGH_COLUMNS = 3
_READING = frozenset(READING_COLUMNS)
_COLUMNS = frozenset({*READING_COLUMNS, *LEDGER_COLUMNS})
_GUARDED = re.compile(r"'[=+\-@\t\r]")
_ESCAPED = re.compile(r"\\([tnr\\])")
_XML_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}
_JSON = re.compile(r"\s*\[\s*(?:\{\s*\"|\]\s*\Z)")
_JSONL = re.compile(r"\s*\{\s*\"\w+\"\s*:")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))

_Rows = Iterable[tuple[str, Sequence[Raw]]]


def table_format(data: bytes) -> str:
    """The format of a table (`csv`, `tsv`, `json`, `jsonl`, `xlsx`, `parquet`) by its content; empty for none."""
    if data.startswith(b"PAR1"):
        return "parquet"
    if data.startswith(b"PK\x03\x04"):
        return "xlsx" if _holds_workbook(data) else ""
    head = data[:_HEAD].decode(_encoding(data[:_HEAD]), errors="ignore")
    if _JSON.match(head):
        return "json"
    if _JSONL.match(head):
        return "jsonl"
    first = head.lstrip("\n\r").partition("\n")[0].rstrip("\r")
    for format, mark in (("tsv", "\t"), ("csv", ",")):
        if len(_COLUMNS & {cell.strip('"') for cell in first.split(mark)}) >= _ENOUGH_COLUMNS:
            return format
    return ""


def read_table(data: bytes, format: str) -> list[Reading]:
    """The readings of a table in one of the formats; raises `TableError` where it holds anything else, or nothing."""
    if not data.strip():
        raise TableError("is empty; it should be an output of `kpiextract run`")
    rows = {"json": _json_rows, "jsonl": _jsonl_rows, "xlsx": _xlsx_rows, "parquet": _parquet_rows}.get(format)
    with uncollected():
        readings = list(to_readings(rows(data) if rows else _delimited_rows(data, format)))
    if not readings:
        raise TableError("holds no readings: the table is empty")
    return readings


def _holds_workbook(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def _encoding(data: bytes) -> str:
    """By byte order mark; else UTF-8, or GB18030 (what a Chinese Excel saves CSV in) where the bytes are no UTF-8."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return "utf-8" if error.start >= len(data) - 3 else "gb18030"
    return "utf-8"


def _decoded(data: bytes) -> str:
    try:
        return data.decode(_encoding(data))
    except UnicodeDecodeError as error:
        raise TableError(f"is no text in UTF-8, UTF-16 or GB18030 (byte {error.start}); save it as UTF-8") from None


def _delimited_rows(data: bytes, format: str) -> _Rows:
    lines = csv.reader(io.StringIO(_decoded(data), newline=""), delimiter="\t" if format == "tsv" else ",")
    mark, restore = ("\\", _unescaped) if format == "tsv" else ("'", _unguarded)
    try:
        header = next((line for line in lines if line), [])
        pick = itemgetter(*column_order(header))
        for line in lines:
            if len(line) != len(header):
                if not line:
                    continue
                raise TableError(
                    f"line {lines.line_num} has {len(line)} cells, the header has {len(header)}; is it cut?"
                )
            yield f"line {lines.line_num}", [restore(cell) if mark in cell else cell for cell in pick(line)]
    except csv.Error as error:
        raise TableError(f"line {lines.line_num} is no CSV: {error}") from None


def _unguarded(cell: str) -> str:
    """The cell without the `'` that kept a spreadsheet from running it."""
    return cell[1:] if _GUARDED.match(cell) else cell


def _unescaped(cell: str) -> str:
    return _ESCAPED.sub(lambda found: _ESCAPES[found[1]], cell)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


_decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_refuse_constant)


def _json(text: str, place: str) -> object:
    try:
        found: object = _decoder.decode(text)
    except json.JSONDecodeError as error:
        line = place or f"line {error.lineno}"
        raise TableError(f"{line}, column {error.colno} is no JSON: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        raise TableError(f"{place or 'the file'} is no JSON of readings: {error}") from None
    return found


def _json_rows(data: bytes) -> _Rows:
    rows = _json(_decoded(data).strip(), "")
    if not isinstance(rows, list):
        raise TableError("is no output of `kpiextract run`: a JSON array of rows is wanted")
    return _named_rows((f"row {i}", row) for i, row in enumerate(rows, 1))


def _jsonl_rows(data: bytes) -> _Rows:
    lines = enumerate(io.StringIO(_decoded(data)), 1)
    return _named_rows((f"line {i}", _json(line.strip(), f"line {i}")) for i, line in lines if line.strip())


def _named_rows(rows: Iterable[tuple[str, object]]) -> _Rows:
    for place, row in rows:
        if not isinstance(row, dict):
            raise TableError(f"{place} is no row of a table: a JSON object is wanted")
        if len(row) != len(READING_COLUMNS) or not row.keys() >= _READING:
            try:
                column_order(list(row))
            except TableError as error:
                raise TableError(f"{place}: {error}") from None
        yield place, ["" if (cell := row[column]) is None else cell for column in READING_COLUMNS]


def _xlsx_rows(data: bytes) -> _Rows:
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise TableError("is an Excel file, which needs openpyxl: pip install 'kpiextract[xlsx]'") from None
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = [sheet for sheet in book.worksheets if sheet.title.startswith("readings")] or book.worksheets[:1]
        for sheet in sheets:
            yield from _sheet_rows(sheet.title, sheet.iter_rows(values_only=True))
    except TableError:
        raise
    except Exception as error:  # openpyxl raises errors of many kinds where a workbook is damaged
        raise TableError(f"is a damaged Excel file: {type(error).__name__}: {error}") from None


def _sheet_rows(title: str, rows: Iterator[tuple[Raw, ...]]) -> _Rows:
    header = [str(cell) for cell in next(rows, ()) if cell is not None]
    order = column_order(header)
    for number, row in enumerate(rows, 2):
        cells = [*row, *[None] * len(header)]
        if any(cell is not None for cell in row):
            yield f"sheet {title!r}, row {number}", [_sheet_cell(cells[i]) for i in order]


def _sheet_cell(cell: Raw) -> Raw:
    """The cell with the characters that XML cannot hold (`_x000D_`), and without the `'` before a formula."""
    if not isinstance(cell, str):
        return cell
    return _unguarded(_XML_ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell))


def _parquet_rows(data: bytes) -> _Rows:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise TableError("is a Parquet file, which needs pyarrow: pip install 'kpiextract[parquet]'") from None
    try:
        table = pq.ParquetFile(pa.BufferReader(data))
        order = column_order(table.schema_arrow.names)
        number = 0
        for batch in table.iter_batches(10_000):
            columns = [batch.column(i).to_pylist() for i in order]
            for row in zip(*columns, strict=True):
                number += 1
                yield f"row {number}", row
    except (pa.ArrowException, OSError) as error:
        raise TableError(f"is a damaged Parquet file: {str(error).partition(chr(10))[0]}") from None
