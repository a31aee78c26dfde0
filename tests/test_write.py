"""Formats: what goes in can be read back from every one of them, exactly; hostile cells stay harmless."""

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from decimal import Decimal
from html.parser import HTMLParser

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpiextract.model import Reading
from kpiextract.table import LEDGER, NUMBER, READINGS, Column, Layout, plain, reading_row
from kpiextract.write import EXPORTS, STREAMS, open_writer
from kpiextract.write.cells import guarded
from kpiextract.write.xlsx import XlsxTable

ALL = sorted({*EXPORTS, *STREAMS})
READING = Reading(
    doc="a/b.txt",
    section="一 > 二",
    indicator="空气优良率",
    name="空气优良率",
    kind="percent",
    value=Decimal("97.80"),
    value_high=None,
    unit="%",
    bound=">=",
    aspect="level",
    period="2022",
    evidence='他说"好"，\t97.8%|\r\n以上。',
    quantity="97.8\n%",
    start=3,
    end=9,
    line=2,
    rule="a+b",
)
ROW = reading_row(READING)


def written(format, rows, layout=READINGS, **options):
    out = io.BytesIO()
    writer = open_writer(format, out, layout, **options)
    writer.write(rows)
    writer.close()
    return out.getvalue()


def as_said(row):
    return ["" if cell is None else cell if isinstance(cell, str) else plain(cell) for cell in row]


def rows_of_csv(data):
    return list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))


def test_csv_is_utf8_with_lf_and_quotes_where_needed():
    data = written("csv", [ROW])
    assert rows_of_csv(data) == [list(READINGS.header), as_said(ROW)]
    assert data.startswith(b"doc,section,") and b'"97.8\n%"' in data and not data.endswith(b"\r\n")


def test_csv_quotes_a_bare_carriage_return():
    layout = Layout("t", (Column("a"), Column("b")))
    assert written("csv", [("x\ry", "z")], layout) == b'a,b\n"x\ry",z\n'


def test_csv_has_a_byte_order_mark_only_where_asked():
    assert written("csv", [], bom=True).startswith(b"\xef\xbb\xbfdoc,")
    assert written("csv", []).startswith(b"doc,")


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_made_harmless_in_csv_and_xlsx(text):
    row = reading_row(Reading(name=text, section=text))
    cells = dict(zip(READINGS.header, rows_of_csv(written("csv", [row]))[1], strict=True))
    assert cells["name"] == cells["section"] == "'" + text
    sheet = openpyxl.load_workbook(io.BytesIO(written("xlsx", [row]))).active
    assert sheet.cell(2, 6).value.startswith("'")
    assert sheet.cell(2, 6).data_type == "s"


def test_bound_standard_input_and_numbers_are_no_formulas():
    row = reading_row(Reading(doc="-", bound="=", value=Decimal("-3.5"), name="下降"))
    cells = dict(zip(READINGS.header, rows_of_csv(written("csv", [row]))[1], strict=True))
    assert (cells["doc"], cells["bound"], cells["value"]) == ("-", "=", "-3.5")
    assert guarded("-x.txt", Column("doc")) == "'-x.txt"


def test_json_is_one_array_with_exact_numbers_and_null():
    long = Decimal("12345678901234567890.123456")
    rows = json.loads(written("json", [ROW, reading_row(Reading(value=long))]), parse_float=Decimal, parse_int=Decimal)
    assert list(rows[0]) == list(READINGS.header)
    assert rows[0]["value"] == Decimal("97.8")
    assert rows[0]["value_high"] is None and rows[0]["scope"] is None
    assert rows[1]["value"] == long
    assert json.loads(written("json", [])) == []


def test_json_lines_is_one_object_a_line():
    lines = written("jsonl", [ROW, ROW]).decode().splitlines()
    assert [json.loads(line)["quantity"] for line in lines] == ["97.8\n%"] * 2
    assert written("jsonl", []) == b""


def test_tsv_is_one_line_a_row_and_uncut():
    long = "很" * 500
    lines = written("tsv", [ROW, reading_row(Reading(evidence=long))]).decode().split("\n")
    assert len(lines) == 4 and lines[3] == ""
    assert lines[0].split("\t") == list(READINGS.header)
    assert lines[1].split("\t")[19] == "97.8\\n%"
    assert lines[2].split("\t")[18] == long


def test_markdown_has_one_line_a_row_and_escapes_bars():
    lines = written("md", [ROW]).decode().splitlines()
    assert len(lines) == 3
    assert lines[0].count("|") == len(READINGS.header) + 1
    assert "\\|" in lines[2]


def test_parquet_holds_exact_decimals_and_nulls():
    table = pq.read_table(io.BytesIO(written("parquet", [ROW] * 3)))
    assert table.column_names == list(READINGS.header)
    row = table.to_pylist()[0]
    assert row["value"] == Decimal("97.8") and row["value_high"] is None and row["scope"] is None
    assert (row["start"], row["bound"]) == (3, ">=")


def test_parquet_leaves_out_a_number_that_does_not_fit():
    rows = [reading_row(Reading(value=Decimal(value))) for value in ("1E+30", "1E-13", "1E+25")]
    table = pq.read_table(io.BytesIO(written("parquet", rows)))
    assert table["value"].to_pylist() == [None, None, Decimal("1E+25")]


def test_xlsx_is_readable_by_people():
    rows = [ROW, reading_row(Reading(value=Decimal("1234567890123456"))), reading_row(Reading(value=Decimal("5E+11")))]
    sheet = openpyxl.load_workbook(io.BytesIO(written("xlsx", rows))).active
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:X4"
    values = [sheet.cell(row, 8) for row in (2, 3, 4)]
    assert [(cell.value, cell.data_type) for cell in values] == [
        (97.8, "n"),
        ("1234567890123456", "s"),
        (500000000000, "n"),
    ]
    assert values[2].number_format == "0"
    assert sheet.column_dimensions["C"].width >= 2 * len("空气优良率")


def test_xlsx_goes_on_in_a_second_sheet(monkeypatch):
    monkeypatch.setattr("kpiextract.write.xlsx.SHEET_ROWS", 3)
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", [ROW] * 5)))
    assert [(sheet.title, sheet.max_row) for sheet in book] == [("readings", 3), ("readings 2", 3), ("readings 3", 2)]


def test_a_discarded_workbook_leaves_no_temporary_file(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    table = XlsxTable(io.BytesIO(), READINGS)
    table.write([ROW])
    assert os.listdir(tmp_path)
    table.discard()
    assert not os.listdir(tmp_path)


class Page(HTMLParser):
    def __init__(self, data):
        super().__init__()
        self.tags, self.links, self.cells = [], [], []
        self.feed(data.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href", "action")]
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data):
        if self.cells and self.tags[-1] in ("td", "th"):
            self.cells[-1] += data.strip()


def test_html_stands_alone_and_shows_every_cell():
    data = written("html", [reading_row(Reading(name="<script>alert(1)</script>", section="a&b"))])
    page = Page(data)
    assert page.cells[: len(READINGS.header)] == list(READINGS.header)
    assert "<script>alert(1)</script>" in page.cells[-1 - len(READINGS.header) :] and "a&b" in page.cells
    assert page.tags.count("script") == 1
    assert not page.links and b"http:" not in data and b"https:" not in data and b"url(" not in data


@pytest.mark.parametrize("width", [80, 200])
def test_the_table_for_people_is_as_wide_as_the_terminal_and_loses_nothing(width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    name = "每万人口高价值发明专利拥有量" * 5
    shown = written("table", [reading_row(Reading(doc="d", name=name, quantity="9.3件", period="2024-01/2024-06"))])
    lines = shown.decode().splitlines()
    assert max(sum(2 if c > "\u2fff" else 1 for c in line) for line in lines) <= width
    assert "".join("".join(lines).replace("9.3件", "").replace("2024-01/2024-06", "").split()).count(name) == 1
    assert "\x1b" not in shown.decode()


def test_the_table_for_people_cannot_be_steered_by_a_document():
    shown = written("table", [reading_row(Reading(doc="d\x1b[2J", name="\x1b]0;x\x07", quantity="1\x9b2J"))])
    assert not any(c in shown.decode() for c in "\x1b\x07\x9b")


@pytest.mark.parametrize("format", ALL)
def test_any_text_can_be_written(format):
    """Lone surrogates, NUL, what XML forbids."""
    for text in ("\udcff.txt", "a\0b", "\ufffe\uffff", "\x0b\x1f", "￿" * 40_000):
        data = written(format, [reading_row(Reading(doc=text, name=text, value=Decimal(1)))])
        if format in ("csv", "tsv", "md", "json", "jsonl", "html", "table"):
            data.decode("utf-8")
        if format == "xlsx":
            assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
            openpyxl.load_workbook(io.BytesIO(data))
    assert json.loads(written("json", [reading_row(Reading(doc="\udcff"))]))[0]["doc"] == "\udcff"


@pytest.mark.parametrize("format", ALL)
def test_the_same_rows_give_the_same_bytes(format):
    rows = [ROW] * 3
    assert written(format, rows) == written(format, rows)


@pytest.mark.parametrize("format", ALL)
def test_a_ledger_and_an_empty_table_can_be_written(format):
    assert isinstance(written(format, [], LEDGER), bytes)


cells = st.text(st.characters(exclude_categories=["Cs"]))
numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=6)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(cells, numbers), max_size=4))
def test_what_is_written_can_be_read_back(rows):
    """CSV, TSV and JSON give back every text and every digit."""
    layout = Layout("t", (Column("bound"), Column("number", NUMBER)))
    back = rows_of_csv(written("csv", rows, layout))[1:]
    assert back == [[text, plain(number)] for text, number in rows]
    loaded = json.loads(written("json", rows, layout), parse_float=Decimal, parse_int=Decimal)
    assert [(row["bound"] or "", row["number"]) for row in loaded] == rows
    lines = written("tsv", rows, layout).decode().split("\n")
    assert len(lines) == len(rows) + 2 and all(line.count("\t") == 1 for line in lines[:-1])


def test_no_format_is_loaded_before_it_is_asked_for():
    """Slow libraries are imported only by what needs them."""
    code = "import sys, kpiextract.write; print([m for m in ('pyarrow', 'xlsxwriter', 'rich') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
