"""What `kpiextract run` wrote is read back the same from every format; anything else is refused in one clear line."""

import io
import json
from dataclasses import replace
from decimal import Decimal

import pytest

from kpiextract.compare.cells import TableError
from kpiextract.compare.tables import read_table, table_format
from kpiextract.model import READING_COLUMNS, Reading
from kpiextract.table import LEDGER, READINGS, reading_row
from kpiextract.write import open_writer

FORMATS = ["csv", "tsv", "json", "jsonl", "xlsx", "parquet"]
READINGS_HERE = [
    Reading(
        "a.txt", "一、工作", "地区生产总值", "econ.gdp", "经济", "GDP", "amount", Decimal("550300000000"), None, "元"
    ),
    Reading("-", name="=1+1", indicator="-负", value=Decimal("-0.12"), value_high=Decimal("3.5"), bound=">="),
    Reading(name='a "b"', evidence="一\t二\\n\n三,四\r五", scope="'全省", section="@x", value=Decimal("53100")),
    Reading(name="无值", start=7, end=9, line=3, period="2021/2025", rule="a+b"),
]


def written(format, readings=READINGS_HERE, layout=READINGS, bom=False):
    out = io.BytesIO()
    writer = open_writer(format, out, layout, bom=bom)
    writer.write(map(reading_row, readings))
    writer.close()
    return out.getvalue()


def csv_of(*lines):
    return "\n".join([",".join(READING_COLUMNS), *lines]).encode()


def refusal(data, format="csv"):
    with pytest.raises(TableError) as error:
        read_table(data, format)
    message = str(error.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_told_by_content_and_read_back_the_same(format):
    data = written(format)
    assert table_format(data) == format
    assert read_table(data, format) == READINGS_HERE


def test_csv_saved_by_a_spreadsheet_is_read_too():
    text = written("csv").decode()
    for data in (
        written("csv", bom=True),
        text.encode("gb18030"),
        text.encode("utf-16"),
        text.replace("\n", "\r\n").encode(),
    ):
        assert table_format(data) == "csv"
        assert [r.name for r in read_table(data, "csv")] == [r.name for r in READINGS_HERE]


def test_an_excel_file_of_several_sheets_and_columns_in_another_order_is_read_whole():
    import openpyxl

    book = openpyxl.Workbook()
    order = sorted(READING_COLUMNS)
    for title in ("readings", "notes", "readings 2"):
        sheet = book.create_sheet(title)
        sheet.append(order if title != "notes" else ["my own"])
        sheet.append([getattr(replace(READINGS_HERE[0], name=title), column) for column in order])
    del book["Sheet"]
    out = io.BytesIO()
    book.save(out)
    assert [r.name for r in read_table(out.getvalue(), "xlsx")] == ["readings", "readings 2"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        "一、工作回顾\n空气优良率97.8%，2022年。".encode(),
        b"# title\n\n- [link](x)\n",
        b"[1] note\n",
        b"a,b,c\n1,2,3\n",
        b"PK\x03\x04 broken",
        b"%PDF-1.7",
        b"\xff\xfe\x00",
    ],
)
def test_documents_are_no_tables(data):
    assert table_format(data) == ""


def test_a_missing_column_is_named():
    lines = written("csv").decode().splitlines()
    assert refusal("\n".join(lines).replace("period,", "", 1).encode()).startswith("column 'period' is missing")
    assert "column 'doc' is missing" in refusal(b"a,b\n1,2\n")
    rows = [dict.fromkeys(READING_COLUMNS, None)]
    del rows[0]["unit"]
    for format, text in (("json", json.dumps(rows)), ("jsonl", json.dumps(rows[0]))):
        assert "1: column 'unit' is missing" in refusal(text.encode(), format)


def test_a_ledger_is_told_from_readings():
    assert "kpiextract audit" in refusal((",".join(LEDGER.header) + "\n").encode())


def test_columns_of_another_version_are_named():
    header = ",".join([*READING_COLUMNS, "confidence"])
    assert "column 'confidence' is not one of this version" in refusal(header.encode())
    assert "column 'doc' stands there twice" in refusal(",".join([*READING_COLUMNS, "doc"]).encode())


@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_an_empty_table_is_refused(format):
    assert "empty" in refusal(b"", format)
    assert "empty" in refusal(written(format, []), format)


@pytest.mark.parametrize("format", ["json", "xlsx", "parquet"])
def test_an_empty_export_is_refused(format):
    assert "empty" in refusal(written(format, []), format)


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("value", "many", "line 2, column 'value': 'many' is no number"),
        ("value", "NaN", "line 2, column 'value': 'NaN' is no number"),
        ("value", "1E+999999", "line 2, column 'value': '1E+999999' is no number"),
        ("start", "1.5", "line 2, column 'start': '1.5' is no integer"),
        ("line", "", "line 2, column 'line': '' is no integer"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line(column, cell, message):
    cells = dict.fromkeys(READING_COLUMNS, "") | {"start": "0", "end": "0", "line": "1"} | {column: cell}
    assert refusal(csv_of(",".join(cells.values()))).startswith(message)


def test_a_cut_row_is_named_with_its_line():
    assert refusal(csv_of("a.txt,b")).startswith("line 2 has 2 cells, the header has 24")


@pytest.mark.parametrize(
    ("format", "data", "message"),
    [
        ("json", b'[{"doc": 1', "line 1, column 11 is no JSON"),
        ("json", b'{"doc": 1}', "a JSON array of rows is wanted"),
        ("json", b"[1]", "row 1 is no row of a table"),
        ("json", b'[{"value": NaN}]', "NaN is no number"),
        ("json", b"[" * 100_000, "is no JSON of readings"),
        ("jsonl", b'{"doc": 1}\n{"doc"', "line 1: is no output"),
        ("jsonl", b"{}\n{", "line 1: is no output"),
        ("xlsx", b"PK\x03\x04 broken", "is a damaged Excel file"),
        ("parquet", b"PAR1 broken", "is a damaged Parquet file"),
        ("csv", b"\xff\xff\xff\xff", "is no text in"),
        ("csv", ",".join(READING_COLUMNS).encode() + b'\n"' + b"x" * 200_000, "is no CSV"),
    ],
)
def test_damage_is_told_in_one_line(format, data, message):
    assert message in refusal(data, format)
