"""Tables: each figure with its name, value, unit, aspect, period and comparison; every other numeral accounted for."""

import re
from decimal import Decimal
from functools import cache

import pytest

from kpiextract.grids import find_grids
from kpiextract.inputs import InputFile, read_one
from kpiextract.model import Extraction, Source
from kpiextract.pipeline import extract_source
from kpiextract.rulebook import RuleBook, load_rules

BULLETIN = """云溪县2021年统计公报
一、综合
全年粮食总产量达23.4万吨，比上年增长3.1%。
2021年县内生产总值
单位：亿元
指 标\t指标值\t同比增长（±%）
县内生产总值\t216.4\t7.5
第一产业\t31.2\t-2.1
#林业\t4.6\t持平
二、农业
2021年末牲畜
指标名称\t指标值\t比年初增加（%）
期末存栏
猪（万头）\t12.5\t8
羊（万只）\t3.1\t…
#山羊\t1.2\t-0.5
2021年主要产品
产品名称\t单 位\t产 量\t同比增长（±%）
茶叶\t吨\t870\t11.2
发电量\t亿千瓦时\t6.6\t-28.6
2021年人口构成
指 标\t年末数（万人）\t比重（%）
总人口\t40.0\t100.0
其中：城镇\t22.2\t55.5
注：数据为初步统计，增长5%以上的单列。
"""
EXPECTED = [
    ("县内生产总值", "21640000000", "元", "level", "", "", "2021"),
    ("县内生产总值", "7.5", "%", "change", "up", "yoy", "2021"),
    ("第一产业", "3120000000", "元", "level", "", "", "2021"),
    ("第一产业", "-2.1", "%", "change", "down", "yoy", "2021"),
    ("第一产业林业", "460000000", "元", "level", "", "", "2021"),
    ("猪存栏", "125000", "头", "level", "", "", "2021"),
    ("猪存栏", "8", "%", "change", "up", "base", "2021"),
    ("羊存栏", "31000", "只", "level", "", "", "2021"),
    ("羊存栏山羊", "12000", "只", "level", "", "", "2021"),
    ("羊存栏山羊", "-0.5", "%", "change", "down", "base", "2021"),
    ("茶叶产量", "870", "吨", "level", "", "", "2021"),
    ("茶叶产量", "11.2", "%", "change", "up", "yoy", "2021"),
    ("发电量", "660000000", "千瓦时", "level", "", "", "2021"),
    ("发电量", "-28.6", "%", "change", "down", "yoy", "2021"),
    ("总人口", "400000", "人", "level", "", "", "2021"),
    ("总人口比重", "100", "%", "share", "", "", "2021"),
    ("总人口城镇", "222000", "人", "level", "", "", "2021"),
    ("总人口城镇比重", "55.5", "%", "share", "", "", "2021"),
]


@cache
def book() -> RuleBook:
    return load_rules()


def extract(text: str, name: str = "a.txt", year: int | None = None) -> tuple[Source, Extraction]:
    source = read_one(InputFile(name, "", text.encode()))
    assert isinstance(source, Source)
    return source, extract_source(source, book(), year)


def rows(text: str, name: str = "a.txt", year: int = 2024) -> list[tuple[str, ...]]:
    """Name, value (to the high end), unit, aspect, direction, compare, period of every figure of a table."""
    _, extraction = extract(text, name, year)
    return [
        (
            r.name,
            f"{r.value}" + (f"..{r.value_high}" if r.value_high is not None else ""),
            r.unit,
            r.aspect,
            r.direction,
            r.compare,
            r.period,
        )
        for r in extraction.readings
        if "table." in r.rule
    ]


def as_markdown(text: str) -> str:
    out: list[str] = []
    inside = False
    for line in text.splitlines():
        cells = line.split("\t")
        begins = len(cells) > 1 and not inside
        inside = len(cells) > 1 or (inside and len(line) < 5)
        out.append(f"| {' | '.join(cells)} |" if inside else line)
        if begins:
            out.append("|" + "---|" * len(cells))
    return "\n".join(out)


def as_html(text: str) -> str:
    out = []
    for block in re.split(r"((?:^[^\n]*\t[^\n]*\n(?:^期末存栏\n)?)+)", text, flags=re.MULTILINE):
        if "\t" not in block:
            out += [f"<p>{line}</p>" for line in block.splitlines()]
            continue
        lines = ["".join(f"<td><p>{cell}</p></td>" for cell in line.split("\t")) for line in block.splitlines()]
        out.append("<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>")
    return "<html><body>" + "".join(out)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (BULLETIN, "a.txt"),
        (BULLETIN.replace("\n", "\r\n"), "a.txt"),
        (BULLETIN.replace("\n", "\n\n"), "a.txt"),
        (BULLETIN.replace("\t", "|"), "a.txt"),
        (BULLETIN.replace("\t", " ｜ "), "a.txt"),
        (BULLETIN.replace("\t", "\t\t"), "a.txt"),
        (as_markdown(BULLETIN), "a.md"),
        (as_html(BULLETIN), "a.html"),
    ],
)
def test_a_bulletin_reads_the_same_in_every_form(text, name):
    assert rows(text, name) == EXPECTED


def test_figures_are_rows_of_their_document():
    source, extraction = extract(BULLETIN)
    found = [r for r in extraction.readings if r.quantity == "-28.6"]
    assert [(r.section.split(" > ")[0], r.evidence, r.line, r.status) for r in found] == [
        ("二、农业", "发电量\t亿千瓦时\t6.6\t-28.6", 20, "actual")
    ]
    assert all(source.text[r.start : r.end] == r.quantity for r in extraction.readings)


def test_prose_around_tables_is_read_as_ever():
    _, extraction = extract(BULLETIN)
    prose = [(r.name, r.value) for r in extraction.readings if "table." not in r.rule]
    assert prose[:2] == [("粮食总产量", Decimal(234000)), ("粮食总产量", Decimal("3.1"))]
    without, _ = extract(re.sub(r"(?m)^.*\t.*\n", "", BULLETIN)), None
    assert [r.value for r in without[1].readings] == [value for _, value in prose]


@pytest.mark.parametrize("name", ["a.txt", "a.html"])
def test_every_numeral_of_a_table_stands_once_in_the_ledger(name):
    source, extraction = extract(BULLETIN if name == "a.txt" else as_html(BULLETIN), name)
    for digits in re.finditer(r"\d+", source.text):
        over = [e for e in extraction.ledger if e.start < digits.end() and digits.start() < e.end]
        assert len(over) == 1, (digits[0], over)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "指标\t单位\t2022\t2023\n财政收入\t亿元\t10\t1,100.5\n城镇化率\t%\t60\t61\n",
            [
                ("财政收入", "1000000000", "元", "level", "", "", "2022"),
                ("财政收入", "110050000000", "元", "level", "", "", "2023"),
                ("城镇化率", "60", "%", "level", "", "", "2022"),
                ("城镇化率", "61", "%", "level", "", "", "2023"),
            ],
        ),
        (
            "单位：亿元、%\n指标\t2024年\t\t2023年\n\t绝对数\t增长\t绝对数\n财政收入\t100\t5.2\t95\n",
            [
                ("财政收入", "10000000000", "元", "level", "", "", "2024"),
                ("财政收入", "5.2", "%", "change", "up", "", "2024"),
                ("财政收入", "9500000000", "元", "level", "", "", "2023"),
            ],
        ),
        (
            "年份\t粮食产量（万吨）\t增速（%）\n2022年\t100\t5\n2023\t110\t-1\n",
            [
                ("粮食产量", "1000000", "吨", "level", "", "", "2022"),
                ("粮食产量", "5", "%", "change", "up", "", "2022"),
                ("粮食产量", "1100000", "吨", "level", "", "", "2023"),
                ("粮食产量", "-1", "%", "change", "down", "", "2023"),
            ],
        ),
        (
            "2023年各县\n地区\t粮食产量（万吨）\t全省位次\n甲县\t10\t2\n",
            [
                ("甲县粮食产量", "100000", "吨", "level", "", "", "2023"),
                ("甲县粮食产量", "2", "位", "rank", "", "", "2023"),
            ],
        ),
        (
            "指标\t1-6月\t上年同期\t环比增长（%）\n税收（万元）\t12\t11\t9.1\n",
            [
                ("税收", "120000", "元", "level", "", "", "2024-01/2024-06"),
                ("税收", "110000", "元", "level", "", "", "2023"),
                ("税收", "9.1", "%", "change", "up", "mom", "2024-01/2024-06"),
            ],
        ),
        (
            "项目|完成情况\n新建学校|12所\n空气优良率|97.8%\n研发强度|2.5%-3%\n",
            [
                ("新建学校", "12", "所", "level", "", "", "2024"),
                ("空气优良率", "97.8", "%", "level", "", "", "2024"),
                ("研发强度", "2.5..3", "%", "level", "", "", "2024"),
            ],
        ),
        (
            "类别\t指数（上年=100）\n食品\t103.5\n",
            [("食品指数", "103.5", "", "level", "", "", "2024")],
        ),
        (
            "指标\t数值（万人）\t指标\t数值（万人）\n总人口\t10\t男性\t5.1\n",
            [("总人口", "100000", "人", "level", "", "", "2024"), ("男性", "51000", "人", "level", "", "", "2024")],
        ),
        (
            "产品\t单位\t产量\n啤酒\t万千升\t10.3\n奖券\t万彩张\t2\n",
            [
                ("啤酒产量", "103000", "立方米", "level", "", "", "2024"),
                ("奖券产量", "20000", "彩张", "level", "", "", "2024"),
            ],
        ),
        (
            "指标\t数值\n地区生产总值增速（%）\t5.0\n单位能耗降幅（%）\t3\n",
            [
                ("地区生产总值", "5", "%", "change", "up", "", "2024"),
                ("单位能耗", "3", "%", "change", "down", "", "2024"),
            ],
        ),
        (
            "指标\t面积（万亩）\n耕地\t1\n",
            [("耕地面积", "6666666.666667", "平方米", "level", "", "", "2024")],
        ),
    ],
)
def test_shapes_of_tables(text, expected):
    assert rows(text) == expected


def test_targets():
    _, extraction = extract("指标\t2024年实绩\t2025年计划\n新增就业（万人）\t3.2\t3以上\n", year=2024)
    assert [(r.value, r.bound, r.status, r.period) for r in extraction.readings] == [
        (32000, "=", "actual", "2024"),
        (30000, ">=", "target", "2025"),
    ]


def test_scope_of_a_ranking():
    _, extraction = extract("指标\t指标值\t全省排名\n财政收入（亿元）\t263\t2\n")
    assert [(r.kind, r.scope) for r in extraction.readings] == [("amount", ""), ("rank", "全省")]


@pytest.mark.parametrize(
    ("text", "became"),
    [
        ("序号\t指标\t数值（所）\n1\t学校\t12\n", ["reference", "reading"]),
        ("指标\t2023\n一、PM2.5浓度（微克/立方米）\t28\n", ["period", "heading", "name", "reading"]),
        ("指标\t数值（所）\t备注\n学校\t12\t含3所民办\n", ["reading", "unclear"]),
    ],
)
def test_what_becomes_of_other_numerals(text, became):
    _, extraction = extract(text)
    assert [e.became for e in extraction.ledger] == became


@pytest.mark.parametrize(
    "text",
    [
        "目录\n一、回顾\t3\n二、任务\t12\n",
        "党建专栏|新闻12家\n下一行\n",
        "甲|乙\n一段文字|另一段\n",
        "2023年\t2024年\n100\t200\n",
        "时间|内容\n2024年3月|" + "强调要完成增长5%的目标，" * 8 + "\n2024年4月|" + "签约项目35个，" * 12 + "\n",
        "\t" * 500 + "1\n" + "\t" * 500 + "2\n",
    ],
)
def test_what_is_no_table_is_left_to_prose(text):
    assert rows(text) == []


def test_data_inside_markdown_is_one_reference():
    text = "新建学校12所。\n\n![图](data:image/png;base64,AA11+22/33=)\n"
    _, extraction = extract(text, "a.md")
    assert [(e.numeral, e.became) for e in extraction.ledger] == [
        ("12", "reading"),
        ("data:image/png;base64,AA11+22/33=", "reference"),
    ]


def test_grids_stand_where_their_text_stands():
    source = Source("a", "题\n\n a | b \n|---|---|\n| c | 1 |\n文\nx\ty\n\tz\n1\t2")
    grids = find_grids(source)
    assert [[[c.text for c in r.cells] for r in g.rows] for g in grids] == [
        [["a", "b"], ["c", "1"]],
        [["x", "y"], ["", "z"], ["1", "2"]],
    ]
    assert all(source.text[c.start : c.end] == c.text for g in grids for r in g.rows for c in r.cells)
