"""Bytes of plain text and Markdown: the encoding that is chosen, what is refused, and what stays as it stands."""

import codecs

import pytest

from kpiextract.inputs import InputFile, InputProblem, ReadOptions, check_encoding, list_inputs, read_one, read_sources
from kpiextract.inputs.base import Unreadable
from kpiextract.inputs.decode import decode

REPORT = "全区新建学校12所，\r\n完成投资3.5亿元。\r第二行\u2028第三行\x00\u200b末尾\n"


def read(data: bytes, name: str = "a.txt", **options: object):
    return read_one(InputFile(name, "", data), ReadOptions(**options))


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (REPORT.encode("utf-8"), "utf-8"),
        (codecs.BOM_UTF8 + REPORT.encode("utf-8"), "utf-8"),
        (codecs.BOM_UTF16_LE + REPORT.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + REPORT.encode("utf-16-be"), "utf-16-be"),
        (codecs.BOM_UTF32_LE + REPORT.encode("utf-32-le"), "utf-32-le"),
        (REPORT.encode("gb18030"), "gb18030"),
        (REPORT.replace("\u2028", "").replace("\u200b", "").encode("gbk"), "gb18030"),
    ],
)
def test_encodings_are_recognized_and_nothing_is_changed(data, encoding):
    source = read(data)
    assert source.encoding == encoding
    assert source.text in (REPORT, REPORT.replace("\u2028", "").replace("\u200b", ""))


def test_big5_needs_its_name():
    data = "全區新建學校12所，完成投資3億元。".encode("big5")
    assert read(data, encoding="big5").text.startswith("全區新建學校12所")


def test_a_forced_encoding_wins_over_everything():
    assert read("学校".encode(), encoding="latin-1").text == "学校".encode().decode("latin-1")
    assert read(codecs.BOM_UTF8 + b"a", encoding="utf-8").text == "a"


@pytest.mark.parametrize(
    ("data", "offset"),
    [
        (REPORT.encode("utf-8") + b"\xff" + REPORT.encode("utf-8"), len(REPORT.encode("utf-8"))),
        (REPORT.encode("gb18030") + b"\xff" + REPORT.encode("gb18030"), len(REPORT.encode("gb18030"))),
        (codecs.BOM_UTF8 + b"abc\xff", 6),
        (codecs.BOM_UTF16_LE + b"a\0b\0c", 6),
        ("辖区".encode() + "新".encode()[:2], 6),
        (b"abc\xff", 3),
    ],
)
def test_the_first_bad_byte_is_named(data, offset):
    problem = read(data)
    assert isinstance(problem, InputProblem)
    assert f"at offset {offset};" in problem.message
    assert "--encoding" in problem.message


def test_bad_bytes_can_be_replaced():
    assert read("新建".encode() + b"\xff" + "12所".encode(), errors="replace").text == "新建\ufffd12所"
    assert read("新建".encode("gbk") + b"\xff" + "学校12所".encode("gbk"), errors="replace").encoding == "gb18030"
    assert read(codecs.BOM_UTF16_LE + b"a\0b", errors="replace").text == "a\ufffd"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [REPORT, "说是建设项目进度顺利，质量可靠", "plain ascii, 12 schools\n"])
@pytest.mark.parametrize("errors", ["strict", "replace"])
def test_utf16_without_mark_is_refused_with_its_name(encoding, text, errors):
    problem = read(text.encode(encoding), errors=errors)
    assert isinstance(problem, InputProblem)
    assert f"--encoding {encoding}" in problem.message
    assert read(text.encode(encoding), encoding=encoding).text == text


@pytest.mark.parametrize("data", [bytes(range(32)) * 40, b"\0" * 999, b"\x01\x02\x03abc" * 50])
def test_binary_is_no_text(data):
    assert "binary" in read(data).message


def test_nothing_is_a_document_too():
    assert read(b"").text == ""
    assert read(codecs.BOM_UTF8).text == ""


@pytest.mark.parametrize("name", ["base64", "rot13", "no-such", "utf-8\0", "hex", ""])
def test_only_encodings_of_text_can_be_forced(name):
    with pytest.raises(ValueError, match="unknown encoding"):
        check_encoding(name)
    with pytest.raises(ValueError, match="unknown encoding"):
        list(read_sources([], encoding=name))


def test_codecs_that_fail_in_their_own_way_are_problems_too():
    for name in ("utf-7", "idna", "punycode", "unicode_escape"):
        try:
            decode(b"\\x\xff+-\\N{", name)
        except Unreadable as error:
            assert "is not text" in str(error)


@pytest.mark.parametrize(
    ("name", "head", "says"),
    [
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "save it as .docx"),
        ("a.wps", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".wps file"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "tables"),
        ("a.txt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".doc file"),
        ("a.rtf", b"{\\rtf1 a}", "save it as .docx"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + bytes(60), "OCR"),
        ("a.txt", b"\x89PNG\r\n\x1a\n", "OCR"),
        ("a.rar", b"Rar!\x1a\x07", "unpack"),
        ("a.mht", b"MIME-Version: 1.0", ".html"),
        ("a.docx", b"just words", "no .docx file"),
        ("a.docx", b"", "no .docx file"),
        ("a.pdf", b"just words", "no .pdf file"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_to_do(name, head, says):
    problem = read(head, name)
    assert isinstance(problem, InputProblem)
    assert says in problem.message
    assert "\n" not in problem.message


def test_unknown_endings_are_read_as_text_when_named(tmp_path):
    (tmp_path / "report.log").write_bytes("12所".encode())
    (source,) = read_sources([str(tmp_path / "report.log")])
    assert source.text == "12所"


def test_too_big_is_refused_before_it_is_read(tmp_path):
    with open(tmp_path / "big.txt", "wb") as file:
        file.truncate(1 << 30)
    (problem,) = read_sources([str(tmp_path)])
    assert "1,073,741,824 bytes" in problem.message
    assert "--max-bytes" in problem.message


def test_a_file_that_vanishes_between_listing_and_reading(tmp_path):
    (tmp_path / "a.txt").write_text("1")
    (file,) = list_inputs([str(tmp_path)]).files
    (tmp_path / "a.txt").unlink()
    assert read_one(file) == InputProblem(file.doc, "cannot be read: No such file or directory")


def test_markdown_stays_as_it_stands_and_is_marked():
    text = (
        "# 一 \n\n```\n# no\n```\n## 二 ##\r\n| a | b |\n|---|--:|\n| c | 1 |\n\n| no | table |\n"
        "![x](data:image/png;base64,AAA1/2+3=)\n####### no\n"
    )
    source = read(text.encode(), "a.md")
    assert source.text == text
    assert [(m.kind, m.level, text[m.start : m.end]) for m in source.marks] == [
        ("heading", 1, "一"),
        ("heading", 2, "二"),
        ("table", 0, "| a | b |\n|---|--:|\n| c | 1 |"),
        ("skip", 0, "data:image/png;base64,AAA1/2+3="),
    ]
