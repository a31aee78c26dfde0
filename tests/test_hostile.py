"""Files made to hurt end in one clear line, in bounded memory, and nothing in them is resolved."""

import os
import zlib

import pytest
from samples_docx import SPACES, make_docx, make_zip, p
from samples_pdf import assemble, stream

from kpiextract.inputs import InputFile, InputProblem, ReadOptions, read_one, read_sources
from kpiextract.inputs.apart import run_apart
from kpiextract.inputs.base import Unreadable
from kpiextract.model import Source

MIB = 1 << 20


def problem(data: bytes, name: str, max_bytes: int = 16 * MIB) -> str:
    found = read_one(InputFile(name, "", data), ReadOptions(max_bytes=max_bytes))
    assert isinstance(found, InputProblem), str(found)[:200]
    assert "\n" not in found.message
    return found.message


def text(page: str) -> str:
    found = read_one(InputFile("a.html", "", page.encode()))
    assert isinstance(found, Source)
    return found.text


def word(xml: str) -> bytes:
    return make_zip({"word/document.xml": xml.encode()})


def test_a_zip_bomb_is_not_unpacked():
    bomb = word(f"<w:document {SPACES}>{' ' * (64 * MIB)}</w:document>")
    assert len(bomb) < MIB
    assert "--max-bytes" in problem(bomb, "a.docx")


def test_the_limit_holds_for_all_parts_together():
    part = "<w:x/>" * (MIB // 6)
    assert "--max-bytes" in problem(make_docx(part, styles=part, numbering=part), "a.docx", 5 * MIB // 2)


@pytest.mark.parametrize(
    "declaration",
    [
        '<!ENTITY x SYSTEM "file:///etc/passwd">',
        '<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;',
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY x "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">',
    ],
)
def test_entities_are_refused(declaration):
    xml = f"<!DOCTYPE w:document [{declaration}]><w:document {SPACES}><w:body>{p('&x;')}</w:body></w:document>"
    assert "document type" in problem(word(xml), "a.docx")


def test_deeply_nested_xml_is_refused():
    assert "levels deep" in problem(make_docx("<w:sdt>" * 100_000 + "</w:sdt>" * 100_000), "a.docx")


def test_deeply_nested_tables_of_a_word_file_are_read():
    depth = 400
    body = "<w:tbl><w:tr><w:tc>" * depth + p("12") + "</w:tc></w:tr></w:tbl>" * depth
    assert read_one(InputFile("a.docx", "", make_docx(body))).text == "12\n"


@pytest.mark.parametrize(
    ("page", "end"),
    [
        ("<div>" * 300_000 + "12", "12\n"),
        ("<table><tr><td>" * 50_000 + "12", "12\n"),
        ("<b><i>" * 100_000 + "12", "12\n"),
        ("<!--" * 300_000, ""),
        ("<a " * 300_000, ""),
        ('<a b="' * 300_000, ""),
        ("<a b='>" * 200_000, ""),
        ("<![" * 300_000, ""),
        ("<?" * 300_000, ""),
        ("</" * 300_000, ""),
        ("<script>" * 200_000, ""),
        ("<table>" + "<td colspan=1000 rowspan=1000>1" * 20_000, "1\n"),
        ("&" * 300_000 + "12", "&12\n"),
        ("&#" + "9" * 300_000 + ";12", "\ufffd12\n"),
        ("a" + " " * 1_000_000 + "12", "a 12\n"),
        ("<p>" + "\n " * 500_000 + "12", "12\n"),
        ("<a" + " b" * 500_000 + ">12", "12\n"),
        ("<div hidden>" * 100_000 + "12", ""),
        ("<p style='" + "display" * 100_000 + "'>12", "12\n"),
    ],
)
def test_hostile_pages_are_read_in_linear_time(page, end):
    assert text(page).endswith(end)


def test_a_page_cannot_blow_up_its_tables():
    page = "<table>" + "<tr><td colspan=1000>1<td>2" * 20_000
    assert len(text(page)) < 10 * len(page)


def test_a_word_file_with_a_hole_is_named_as_broken():
    data = make_docx(p("x"))
    assert "is a broken Word file" in problem(data[:20] + data[60:], "a.docx")


PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
ONE_PAGE = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def test_a_pdf_of_a_million_pages_is_refused():
    pytest.importorskip("pypdfium2")
    inner = b"<</Type/Pages/Parent 2 0 R/Count 1000/Kids[" + b"4 0 R " * 1000 + b"]>>"
    top = b"<</Type/Pages/Count 1000000/Kids[" + b"3 0 R " * 1000 + b"]>>"
    data = assemble([CATALOG, top, inner, b"<</Type/Page/Parent 3 0 R/MediaBox[0 0 99 99]>>"])
    assert "1,000,000 pages" in problem(data, "a.pdf")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="memory is only bounded where the system has fork")
def test_a_pdf_that_unpacks_to_gigabytes_is_refused():
    pytest.importorskip("pypdfium2")
    packer = zlib.compressobj(1)
    once = b"".join(packer.compress(b" " * MIB) for _ in range(1 << 10)) + packer.flush()
    content = stream(once).replace(b"/Filter/FlateDecode", b"/Filter[/FlateDecode/FlateDecode]")
    data = assemble([CATALOG, ONE_PAGE, PAGE, content, FONT])
    assert len(data) < MIB
    assert "memory" in problem(data, "a.pdf")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize(
    ("work", "says"),
    [
        (lambda: bytearray(1 << 31), "memory"),
        (lambda: os.abort(), "breaks the library"),
        (lambda: os._exit(3), "breaks the library"),
        (lambda: list(iter(int, 1)), "more than 1 seconds"),
    ],
)
def test_a_library_that_breaks_takes_nothing_along(work, says):
    with pytest.raises(Unreadable, match=says):
        run_apart(work, memory=1 << 29 if says == "memory" else 1 << 33, seconds=1)


def test_a_line_of_a_gigabyte_is_refused_unread(tmp_path):
    with open(tmp_path / "line.txt", "wb") as file:
        file.truncate(1 << 30)
    (found,) = read_sources([str(tmp_path / "line.txt")])
    assert "--max-bytes" in found.message


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
@pytest.mark.parametrize("piece", ["|", "| - |\n", "#", "`", " ", "|---", "data:image/png;base64,", "\r", "- ", "|\n"])
def test_hostile_text_is_read_as_it_stands(name, piece):
    whole = piece * (300_000 // len(piece))
    assert read_one(InputFile(name, "", whole.encode())).text == whole
