"""Canonical names: spellings of one thing meet, and neighbours stay apart."""

from dataclasses import replace
from pathlib import Path

import pytest

from kpiextract.indicators import Indicators
from kpiextract.rulebook import Rule, RuleBook, RuleError, load_rules

INDICATORS = Indicators(load_rules())

SAME = [
    (
        "地区生产总值",
        "GDP 生产总值 经济总量 全市生产总值 全省地区生产总值 地区生产总值总量 ＧＤＰ 地区生产总值（GDP）",
        "amount",
        "元",
    ),
    (
        "空气优良率",
        "空气质量优良天数比例 优良天数比率 空气质量优良天数的比例 “空气优良率” 全市空气优良率",
        "percent",
        "%",
    ),
    ("一般公共预算收入", "地方一般公共预算收入 公共财政预算收入 全年一般公共预算收入", "amount", "元"),
    ("货物进出口总额", "进出口总额 外贸进出口总值 对外贸易进出口总额", "amount", "元"),
    ("粮食产量", "粮食 粮食总产量 全市粮食总产", "mass", "吨"),
    ("粮食播种面积", "粮食 粮食种植面积", "area", "平方米"),
    ("高新技术企业", "国家高新技术企业 高新技术企业总数 高新技术企业数量", "count", "家"),
    ("新增高新技术企业", "新增国家高新技术企业 高新技术企业新增", "count", "家"),
    ("港口集装箱吞吐量", "集装箱吞吐量 宁波舟山港集装箱吞吐量", "count", "标准箱"),
    ("公园", "口袋公园等各类公园 城市公园", "count", "个"),
]


@pytest.mark.parametrize(
    ("name", "spelled", "kind", "unit"),
    [
        pytest.param(name, one, kind, unit, id=f"{row}-{number}")
        for row, (name, spelled, kind, unit) in enumerate(SAME)
        for number, one in enumerate((name, *spelled.split()))
    ],
)
def test_spellings_of_one_thing_meet(name: str, spelled: str, kind: str, unit: str) -> None:
    found = INDICATORS.find(spelled, kind, unit)
    assert found is not None and found.name == name


APART = [
    ("人均地区生产总值", "amount", "元", "人均地区生产总值"),
    ("地区生产总值能耗", "amount", "元", None),
    ("规模以上工业企业利润", "amount", "元", "规模以上工业企业利润总额"),
    ("规模以上工业增加值", "amount", "元", "规模以上工业增加值"),
    ("工业增加值", "amount", "元", "工业增加值"),
    ("农产品出口", "amount", "元", "农产品出口额"),
    ("锂电池出口", "amount", "元", None),
    ("出口", "amount", "元", "出口总额"),
    ("新增社会组织", "count", "个", "新增社会组织"),
    ("累计造林", "area", "平方米", "累计造林面积"),
    ("高新技术企业工业总产值", "amount", "元", None),
    ("国家公园", "count", "个", None),
    ("经济合作区", "count", "个", None),
]


@pytest.mark.parametrize(("name", "kind", "unit", "expected"), APART, ids=[str(n) for n in range(len(APART))])
def test_neighbours_stay_apart(name: str, kind: str, unit: str, expected: str | None) -> None:
    found = INDICATORS.find(name, kind, unit)
    assert (found.name if found else None) == expected


def test_a_level_must_be_of_the_right_kind() -> None:
    assert INDICATORS.find("粮食", "count", "袋") is None
    assert INDICATORS.find("居民消费价格", "amount", "元") is None


def test_a_change_or_a_bare_number_may_be_of_any_kind() -> None:
    for kind, unit, aspect in [
        ("percent", "%", "change"),
        ("point", "百分点", "gap"),
        ("rank", "位", "rank"),
        ("count", "", "level"),
    ]:
        found = INDICATORS.find("粮食产量", kind, unit, aspect)
        assert found is not None and found.id == "agri.grain"


def test_a_share_names_both_sides() -> None:
    found = INDICATORS.find("注册志愿者占辖区常住人口", "percent", "%", "share")
    assert found is not None
    assert (found.name, found.id, found.rule) == (
        "注册志愿者占常住人口",
        "gov.volunteers.share_of",
        "gov.volunteers+form.share_of",
    )


def test_a_share_that_has_a_rule_of_its_own_is_that_rule() -> None:
    for name in ("第一产业增加值占地区生产总值的比重", "第一产业增加值占全市生产总值比重", "第一产业增加值占比"):
        found = INDICATORS.find(name, "percent", "%", "share")
        assert found is not None and found.id == "economy.primary_share"


def test_an_indicator_explains_which_rules_found_it() -> None:
    found = INDICATORS.find("全市新增国家级绿色工厂", "count", "家")
    assert found is not None
    assert (found.name, found.id) == ("新增国家级绿色工厂", "industry.green_factories.national.new")
    assert found.rule == "industry.green_factories+form.national+form.new"


def test_a_word_is_not_put_to_a_name_twice() -> None:
    found = INDICATORS.find("新增新增就业岗位", "count", "个")
    assert found is not None and found.name == "新增就业岗位"


def test_the_first_rule_of_the_book_wins() -> None:
    book = load_rules()
    own = Rule("my.gdp", "indicator", {"name": "本地产值", "aliases": ["地区生产总值"]}, "p/a.toml", 1, 1)
    with_own = RuleBook({**book.by_type, "indicator": (own, *book.rules("indicator"))})
    found = Indicators(with_own).find("地区生产总值", "amount", "元")
    assert found is not None and found.id == "my.gdp"


def test_what_may_stand_before_a_name_is_a_pattern_of_its_rule() -> None:
    book = RuleBook({"indicator": (Rule("a", "indicator", {"name": "吞吐量", "before": ".{1,6}港"}, "a.toml", 1),)})
    indicators = Indicators(book)
    assert indicators.find("连云港吞吐量") is not None
    assert indicators.find("机场吞吐量") is None


def test_a_pattern_that_goes_on_for_ever_is_stopped_with_its_name() -> None:
    rule = Rule("my.slow", "indicator", {"name": "吞吐量", "before": "(?:甲|甲甲|甲甲甲)+乙"}, "p/a.toml", 7, 1)
    with pytest.raises(RuleError, match=r'^p/a.toml:7:1: the pattern "before" of my.slow took more than a second'):
        Indicators(RuleBook({"indicator": (rule,)})).find("甲" * 300 + "吞吐量")


def test_the_number_of_indicators_does_not_matter() -> None:
    """The work of one search is counted in lookups of names, not in seconds."""

    class Counted(dict[str, list[Rule]]):
        lookups = 0

        def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
            Counted.lookups += 1
            return super().get(key, default)  # type: ignore[arg-type]

    def lookups(book: RuleBook) -> int:
        indicators = Indicators(book)
        indicators._aliases = Counted(indicators._aliases)
        Counted.lookups = 0
        for name in ("全市新增高新技术企业", "某个从未见过的名称", "注册志愿者占常住人口"):
            indicators.find(name, "count", "家")
        return Counted.lookups

    book = load_rules()
    one = book.rules("indicator")[0]
    more = tuple(replace(one, id=f"my.n{n}", data={"name": f"甲{n}乙"}) for n in range(500))
    assert lookups(RuleBook({**book.by_type, "indicator": book.rules("indicator") + more})) == lookups(book)


def test_there_are_indicators_for_every_field() -> None:
    rules = load_rules(examples=True).rules("indicator")
    fields = {Path(rule.file).stem for rule in rules}
    assert len(rules) >= 300
    assert len(fields) >= 14
    assert all(rule.data.get("category") and rule.data.get("kind") for rule in rules)
