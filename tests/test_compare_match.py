"""Readings are paired by what they measure, wherever they stand."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from kpiextract.compare.match import pair_readings
from kpiextract.compare.units import Units
from kpiextract.model import Reading
from kpiextract.rulebook import RuleBook

UNITS = Units(RuleBook({}))


def reading(name, value, **more):
    more = {"doc": "a.txt", "indicator": name, "unit": "家", "kind": "count", "period": "2022"} | more
    return Reading(name=name, value=Decimal(value), **more)


def paired(old, new, threshold=0.8):
    pairs = pair_readings(old, new, UNITS, threshold)
    return {(str(p.old.value) if p.old else None, str(p.new.value) if p.new else None) for p in pairs}


def test_place_and_order_do_not_matter():
    old = [reading("学校", 1, start=10, line=1), reading("医院", 2, start=20, line=2)]
    new = [reading("医院", 3, start=5, section="二"), reading("学校", 4, start=90)]
    assert paired(old, new) == {("1", "4"), ("2", "3")}


def test_the_canonical_indicator_counts_before_the_name():
    old = [reading("GDP", 1, indicator="地区生产总值")]
    new = [reading("生产总值", 2, indicator="地区生产总值")]
    assert paired(old, new, None) == {("1", "2")}


def test_aspect_status_scope_and_unit_keep_readings_apart():
    one = reading("学校", 1)
    for other in (
        replace(one, aspect="change"),
        replace(one, status="target"),
        replace(one, scope="全省"),
        replace(one, unit="元", kind="amount"),
        replace(one, compare="mom"),
    ):
        assert paired([one], [replace(other, value=Decimal(2))]) == {("1", None), (None, "2")}


def test_a_change_against_the_year_before_needs_no_word_for_it():
    old = reading("产值", 5, aspect="change", unit="%", kind="percent")
    assert paired([old], [replace(old, value=Decimal(6), compare="yoy")]) == {("5", "6")}


def test_periods_of_one_indicator_are_paired_as_seen_from_their_documents_year():
    old = [reading("学校", 20, period="2021"), *(reading(f"甲{i}", i, period="2022") for i in range(3))]
    old += [reading("学校", 22, period="2022")]
    new = [reading("学校", 23, period="2023"), *(reading(f"甲{i}", i, period="2023") for i in range(3))]
    new += [reading("学校", 22, period="2022")]
    assert {("20", "22"), ("22", "23")} <= paired(old, new)


def test_several_readings_of_one_key_are_told_apart_by_section_then_order():
    old = [reading("项目", 1, section="工业"), reading("项目", 2, section="农业"), reading("项目", 3, section="农业")]
    new = [reading("项目", 4, section="农业"), reading("项目", 5, section="农业"), reading("项目", 6, section="工业")]
    assert paired(old, new) == {("1", "6"), ("2", "4"), ("3", "5")}


def test_a_reading_that_moved_to_another_section_is_known_by_its_value():
    old = [reading("项目", 1, section="工业"), reading("项目", 2, section="农业")]
    assert paired(old, [reading("项目", 2, section="工业")]) == {("2", "2"), ("1", None)}


def test_periods_count_before_order_whatever_the_names():
    old = [reading("甲", 1, indicator="项目", period="2021"), reading("乙", 2, indicator="项目"), reading("路", 0)]
    new = [reading("丙", 3, indicator="项目"), reading("丁", 4, indicator="项目", period="2021"), reading("路", 0)]
    new = [replace(one, section="二") for one in new]
    assert {("1", "4"), ("2", "3")} <= paired(old, new)


def test_a_reading_put_in_front_does_not_shift_the_others():
    old = [reading("项目", 1), reading("项目", 2)]
    new = [reading("项目", 9), reading("项目", 1), reading("项目", 2)]
    assert paired(old, new) == {("1", "1"), ("2", "2"), (None, "9")}


def test_slightly_different_names_are_paired_unless_names_must_be_the_same():
    old, new = [reading("党员", 5)], [reading("党员队伍", 5)]
    assert paired(old, new) == {("5", "5")}
    assert paired(old, new, 0.9) == {("5", None), (None, "5")}
    assert paired(old, new, None) == {("5", None), (None, "5")}


def test_pairs_by_likeness_say_so():
    pairs = pair_readings([reading("党员", 5), reading("学校", 1)], [reading("学校", 1), reading("党员队伍", 5)], UNITS)
    assert [(p.old.name, p.similar) for p in pairs if p.old] == [("学校", False), ("党员", True)]


def test_the_most_alike_names_are_paired_first():
    old = [reading("新能源汽车产量", 1)]
    new = [reading("新能源汽车产量总数", 2), reading("新能源汽车产量数", 3)]
    assert paired(old, new) == {("1", "3"), (None, "2")}


def test_two_indicators_that_the_rules_know_are_never_taken_for_one():
    old = [reading("居民人均可支配收入", 1, indicator_id="income.all")]
    new = [reading("农村居民人均可支配收入", 2, indicator_id="income.rural")]
    assert paired(old, new) == {("1", None), (None, "2")}
    assert paired(old, [replace(new[0], indicator_id="")]) == {("1", "2")}


def test_readings_stay_in_their_document_where_both_sides_have_it():
    old = [reading("学校", 1, doc="2022/东区.txt"), reading("学校", 2, doc="2022/西区.txt")]
    new = [reading("学校", 3, doc="2023/西区.txt"), reading("学校", 4, doc="2023/东区.txt")]
    assert paired(old, new) == {("1", "4"), ("2", "3")}
    assert paired(old[:1], new[:1]) == {("1", "3")}, "two documents of other names are compared with each other"
    gone = [reading("学校", 1, doc="o/东区.txt"), reading("医院", 2, doc="o/西区.txt")]
    came = [reading("医院", 3, doc="n/东区.txt"), reading("学校", 4, doc="n/西区.txt")]
    assert paired(gone, came) == {("1", None), ("2", None), (None, "3"), (None, "4")}


def test_a_reading_that_only_moved_to_another_document_is_found():
    old = [reading("学校", 1, doc="a.txt"), reading("医院", 2, doc="b.txt")]
    new = [reading("医院", 2, doc="a.txt"), reading("学校", 1, doc="b.txt")]
    assert paired(old, new) == {("1", "1"), ("2", "2")}


def test_every_reading_stands_in_exactly_one_pair():
    random = Random(6)
    names = ["学校", "学校数", "医院", "医院床位", "道路", "路"]

    def some(count):
        return [
            reading(random.choice(names), i, section=random.choice("甲乙"), period=random.choice(["2021", "2022"]))
            for i in range(count)
        ]

    for _ in range(20):
        old, new = some(random.randrange(40)), some(random.randrange(40))
        pairs = pair_readings(old, new, UNITS)
        assert sorted(p.old.value for p in pairs if p.old) == [r.value for r in old]
        assert sorted(p.new.value for p in pairs if p.new) == [r.value for r in new]


def test_the_reporting_place_as_a_scope_is_paired_with_no_scope():
    named = [reading(name, i, scope="全市") for i, name in enumerate(["学校", "医院", "道路"])]
    bare = [replace(one, scope="", value=one.value + 10) for one in named]
    assert paired(named, bare) == {("0", "10"), ("1", "11"), ("2", "12")}
    assert paired(named, named[:1]) == {("0", "0"), ("1", None), ("2", None)}
