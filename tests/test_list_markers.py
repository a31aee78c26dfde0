"""A marker before a sentence (一是, 3、, ①, •) changes neither what is read nor its name."""

from __future__ import annotations

import pytest

from kpiextract.model import Source
from kpiextract.pipeline import reader
from kpiextract.rulebook import load_rules

_MARKERS = ("一是", "二要", "第三，", "（三）", "三、", "3.", "3．", "3、", "3)", "（3）", "3 ", "①", "•", "● ", "——")
_SENTENCES = (
    "新增养老床位1500张。",
    "新增养老床位150张；",
    "新增城镇就业5.2万人，城镇登记失业率3.1%。",
    "2024年新增养老床位2000张。",
    "空气优良率97.8%。",
    "全市改造老旧小区2025个，惠及居民3万户。",
)


def _read(text: str) -> list[tuple[str, str, str, str]]:
    rows = reader(load_rules()).read(Source("-", text), 2024).readings
    return [(row.quantity, row.name, row.scope, row.period) for row in rows]


@pytest.mark.parametrize("marker", _MARKERS)
@pytest.mark.parametrize("sentence", _SENTENCES)
def test_a_marker_changes_nothing(marker: str, sentence: str) -> None:
    plain = _read(f"工作情况\n今年工作有力。\n{sentence}\n")
    assert plain
    assert _read(f"工作情况\n今年工作有力。\n{marker}{sentence}\n") == plain


@pytest.mark.parametrize("second", ["二是", "2.", "2、", "②", "（二）"])
def test_a_marker_within_a_paragraph_changes_nothing(second: str) -> None:
    first, rest = "扎实推进以下工作：新增养老床位150张；", "新增城镇就业3万人。"
    assert _read(first + second + rest) == _read(first + rest)


def test_a_year_in_a_heading_does_not_make_it_a_list_line() -> None:
    rows = _read("工作情况\n一、2023年工作回顾\n新增养老床位150张。\n")
    assert rows == [("150张", "新增养老床位", "", "2023")]


@pytest.mark.parametrize("marker", ["3、", "3.", "（3）", "一是", "①"])
@pytest.mark.parametrize(
    "sentence", ["科研投入占生产总值比重居全市第三位。", "第一产业增加值增长6.2%。", "航空客运量突破千万人次。"]
)
def test_a_list_line_is_read_though_its_numerals_are_words(marker: str, sentence: str) -> None:
    plain = _read(f"工作情况\n今年工作有力。\n{sentence}\n")
    assert plain
    assert _read(f"工作情况\n今年工作有力。\n{marker}{sentence}\n") == plain
