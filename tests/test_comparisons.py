"""Every usual way to compare is read alike: leading words times verbs times units, one change each."""

from __future__ import annotations

import pytest

from kpiextract.model import Source
from kpiextract.pipeline import reader
from kpiextract.rulebook import load_rules

LEADS = {
    "同比": "yoy", "较上年": "yoy", "比上年": "yoy", "比去年": "yoy", "较去年同期": "yoy", "与上年相比": "yoy",
    "比上年末": "yoy", "环比": "mom", "较上月": "mom", "比上月": "mom", "较年初": "base", "比年初": "base",
    "较2019年": "base", "比2019年同期": "base", "较往年": "base", "": "",
}  # fmt: skip
UP = ("提高", "增加", "增长", "上升", "扩大", "净增", "回升", "上涨", "多增")
DOWN = ("下降", "减少", "降低", "回落", "收窄", "缩小", "下跌", "缩短", "净减", "放缓")
COMPARED = {"多": "up", "高": "up", "少": "down", "低": "down"}  # only behind what is compared with
SAID = {
    "城镇化率为88%": "2.2个百分点",
    "工业增加值88亿元": "3%",
    "常住人口88万人": "5万人",
    "存款余额88亿元": "1.2亿元",
    "平均住院日88天": "3天",
    "规上企业88家": "12家",
}
NAMES = {said: said.rstrip("为%亿元万人天家0123456789") for said in SAID}


@pytest.mark.parametrize("lead", LEADS, ids=range(len(LEADS)))
def test_a_comparison_is_one_change(lead: str) -> None:
    verbs = dict.fromkeys(UP, "up") | dict.fromkeys(DOWN, "down") | (COMPARED if lead else {})
    cases = [(said, verb, direction) for verb, direction in verbs.items() for said in SAID]
    text = "\n".join(f"2023年，{said}，{lead}{verb}{SAID[said]}。" for said, verb, _ in cases)
    by_line: dict[int, list[tuple[str, ...]]] = {}
    for r in reader(load_rules()).read(Source("-", text), 2023).readings:
        by_line.setdefault(r.line, []).append((r.quantity, r.name, r.aspect, r.direction, r.compare, r.period))
    for line, (said, verb, direction) in enumerate(cases, 1):
        want = (SAID[said], NAMES[said], "change", direction, LEADS[lead], "2023")
        assert by_line[line][1:] == [want], f"{said}，{lead}{verb}{SAID[said]}"
