"""Names that differ slightly are alike; names of two different things are not."""

import pytest

from kpiextract.compare.names import NameIndex, likeness, plain_name

ALIKE = [
    ("党员", "党员队伍"),
    ("城镇调查失业率", "城镇调查失业率均值"),
    ("规模以上工业增加值", "规上工业增加值"),
    ("一般公共预算收入", "地方一般公共预算收入"),
]
DIFFERENT = [
    ("城镇居民人均可支配收入", "农村居民人均可支配收入"),
    ("第一产业增加值", "第二产业增加值"),
    ("就业", "新增就业"),
    ("重点项目", "重大项目"),
    ("新认定省级专精特新中小企业", "新认定市级专精特新中小企业"),
    ("新建5g基站", "新建15g基站"),
    ("学校", "医院"),
    ("", "学校"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_names_that_differ_slightly_are_alike(one, other):
    assert likeness(one, other) == likeness(other, one) >= 0.8


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_names_of_different_things_are_not_alike(one, other):
    assert likeness(one, other) == likeness(other, one) < 0.8


def test_the_same_name_is_wholly_alike():
    assert likeness("学校", "学校") == 1


def test_a_plain_name_has_no_marks_and_no_width():
    assert plain_name("新增“小升规” 企业") == plain_name("新增「小升规」企业") == "新增小升规企业"
    assert plain_name("ＰＭ２.５浓度") == plain_name("PM2.5 浓度")
    assert plain_name("1+4+1") != plain_name("141")
    assert plain_name("——") == "——"


def test_the_index_finds_names_that_share_neighbouring_characters():
    index = NameIndex(["小学在校生", "中学在校生", "医院床位", "路"])
    assert list(index.like("大学在校生")) == ["小学在校生", "中学在校生"]
    assert list(index.like("路")) == ["路"]
    assert list(index.like("桥梁")) == []


def test_the_index_asks_few_names_however_many_there_are():
    index = NameIndex([f"项目{i}号" for i in range(5000)])
    assert len(list(index.like("项目一号"))) <= 200
