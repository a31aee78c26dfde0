"""PDF files: paragraphs put together again, page furniture left out, unreadable files named."""

import pytest
from samples_pdf import make_pdf

from kpiextract.inputs import InputFile, InputProblem, read_one
from kpiextract.inputs.base import Unreadable
from kpiextract.inputs.pdf import _why_not
from kpiextract.model import Source

pytest.importorskip("pypdfium2")

FULL = "全区新建学校完成投资同比增长百分之十二点五比上年提高二十三所其中新建"


def read(data: bytes) -> Source | InputProblem:
    return read_one(InputFile("a.pdf", "", data))


def lines(data: bytes) -> list[str]:
    source = read(data)
    assert isinstance(source, Source), source
    return source.text.splitlines()


def test_lines_of_a_paragraph_are_joined_and_numbers_stay_whole():
    page = [(96, 700, FULL[:31] + "4"), (72, 680, "5.6亿元。"), (96, 660, "第二段12家。"), (72, 640, "三、第三段")]
    assert lines(make_pdf([page])) == [FULL[:31] + "45.6亿元。", "第二段12家。", "三、第三段"]


def test_short_lines_and_larger_gaps_end_a_paragraph():
    one, two, three = FULL, FULL[1:] + "甲", FULL[2:] + "乙丙"
    page = [(72, 700, one), (72, 684, FULL[:9]), (72, 668, two), (72, 630, three), (72, 614, FULL[:5])]
    assert lines(make_pdf([page])) == [one + FULL[:9], two, three + FULL[:5]]


def test_english_words_keep_their_space():
    page = [(72, 700, "word " * 12 + "end"), (72, 684, "begin")]
    assert lines(make_pdf([page])) == ["word " * 12 + "end begin"]


def test_page_numbers_and_running_heads_are_left_out_and_pages_flow():
    pages = [
        [(72, 810, "某区统计公报"), (72, 760, FULL), (72, 744, FULL[:32] + "12"), (290, 30, "- 1 -")],
        [
            (72, 810, "某区统计公报"),
            (72, 760, "34.5万元。"),
            (72, 700, FULL[:9]),
            (72, 650, "乙丙"),
            (290, 30, "- 2 -"),
        ],
    ]
    assert lines(make_pdf(pages)) == [FULL + FULL[:32] + "1234.5万元。", FULL[:9], "乙丙"]


def test_the_number_of_a_single_page_is_left_out():
    assert lines(make_pdf([[(72, 700, FULL), (72, 600, "甲12家"), (290, 30, "第 1 页 共 1 页")]])) == [FULL, "甲12家"]


def test_a_page_of_nothing_but_a_number_is_kept():
    assert lines(make_pdf([[(290, 30, "12")]])) == ["12"]


def test_radicals_are_mended():
    assert lines(make_pdf([[(72, 700, "2024年7\u2f49新增\u2ea0营企业12家")]])) == ["2024年7月新增民营企业12家"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (make_pdf([[(72, 700, FULL)]], with_map=False), "broken character map"),
        (make_pdf([[(72, 700, "，。；、" * 8)]]), "broken character map"),
        (make_pdf([[]]), "no text"),
        (make_pdf([]), "broken .pdf"),
        (b"%PDF-1.7\nnothing", "broken .pdf"),
        (make_pdf([[(72, 700, FULL)]])[:500], "broken .pdf"),
    ],
)
def test_what_gives_no_text_is_named(data, says):
    problem = read(data)
    assert isinstance(problem, InputProblem)
    assert says in problem.message


def test_passwords_are_named():
    assert "password" in _why_not("Failed to load document (PDFium: Incorrect password error).")


def test_a_missing_library_is_named(monkeypatch):
    from kpiextract.inputs import pdf

    def missing() -> None:
        raise Unreadable("pip install 'kpiextract[files]'")

    monkeypatch.setattr(pdf, "_pdfium", missing)
    assert "pip install" in read(make_pdf([[(72, 700, FULL)]])).message


def test_a_pdf_is_known_by_its_content():
    source = read_one(InputFile("report.txt", "", make_pdf([[(72, 700, "甲12家")]])))
    assert source.text == "甲12家\n"
