"""A text that was only wrapped is read as if it were not, and every span is one of the text as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

import kpiextract
from kpiextract.model import Source
from kpiextract.wrapping import join

SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("*.txt"))
WIDTH = 37
TOGETHER = "，。；：、！？）”%％》"


def wrapped(text: str) -> str:
    """The text with its lines broken as a typesetter does: not inside a number, not before a closing mark."""
    out: list[str] = []
    column = 0
    for i, char in enumerate(text):
        number = char in "0123456789.," and text[i - 1 : i] in "0123456789.,"
        if column >= WIDTH and char not in TOGETHER + "\n" and not number:
            out.append("\n")
            column = 0
        out.append(char)
        column = 0 if char == "\n" else column + 1
    return "".join(out)


def said(text: str) -> list[tuple[object, ...]]:
    return [
        (r.name, r.quantity.replace("\n", ""), r.value, r.unit, r.bound, r.aspect, r.period, r.scope)
        for r in kpiextract.extract(text, year=2023)
    ]


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem.encode("punycode").decode())
def test_a_wrapped_seed_reads_as_it_did(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if "\t" in text or "|" in text:
        pytest.skip("a table is not wrapped")
    assert said(wrapped(text)) == said(text)


def test_spans_are_those_of_the_text_as_it_stands() -> None:
    text = "2023年工作总结\n全县培训3次。新建改造农村公路1194公\r\n里，森林覆盖率稳定在43%以\n上。\n新增就业5万人。\n"
    readings = kpiextract.extract(text)
    assert [r.quantity for r in readings] == ["3次", "1194公\r\n里", "43%", "5万人"]
    assert [r.line for r in readings] == [2, 2, 3, 5]
    assert [r.bound for r in readings] == ["=", "=", ">=", "="]
    for row in readings:
        assert text[row.start : row.end] == row.quantity
        assert row.evidence in text
        assert row.quantity in row.evidence
    for entry in kpiextract.audit(text):
        assert text[entry.start : entry.end] == entry.numeral


def test_breaks_between_digits_or_latin_words_stay() -> None:
    text = "甲为12\n34，名为AB\nCD，乙为\n5。"
    joined = join(Source("-", text), [(0, len(text))])
    assert joined is not None
    assert joined.source.text == "甲为12\n34，名为AB\nCD，乙为5。"
    assert join(Source("-", "一行"), [(0, 2)]) is None


@pytest.mark.parametrize(
    "text",
    [
        "各位代表：　　一、2013年工作回顾　——经济平稳增长。新增就业5万人。",
        "政 府 工 作 报 告　　县长　　　　一、2013年工作回顾　　　（三）城市建设　　　新增就业5万人。",
    ],
)
def test_a_report_in_one_line_has_its_headings(text: str) -> None:
    (reading,) = kpiextract.extract(text, year=2014)
    assert (reading.period, reading.section.split(" > ")[0].partition("年")[0]) == ("2013", "一、2013")
