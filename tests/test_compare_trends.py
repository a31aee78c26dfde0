"""A trend has one row an indicator and one column a period, and drops nothing silently."""

from dataclasses import replace
from decimal import Decimal

import pytest

from kpiextract.compare.trends import sparkline, trend_table, trends
from kpiextract.compare.units import Units
from kpiextract.model import Reading
from kpiextract.rulebook import Rule, RuleBook

UNITS = Units(RuleBook({}))


def reading(value, period, name="学校", **more):
    more = {"indicator": name, "unit": "所", "kind": "count", "doc": f"{period}.txt"} | more
    return Reading(name=name, value=Decimal(value), period=period, **more)


def table(readings, **options):
    layout, rows = trend_table(trends(readings, UNITS, **options))
    return [dict(zip(layout.header, row, strict=True)) for row in rows]


def test_one_row_an_indicator_one_column_a_period_then_growth():
    layout, rows = trend_table(trends([reading(30, "2023"), reading(20, "2021"), reading(25, "2022")], UNITS))
    assert layout.header == ("indicator", "unit", "aspect", "status", "scope", "2021", "2022", "2023", "growth")
    assert rows == [("学校", "所", "level", "actual", "", 20, 25, 30, 50)]


def test_rows_are_apart_by_unit_aspect_status_and_scope():
    one = [reading(1, "2021"), reading(2, "2022")]
    for more in ({"unit": "个"}, {"aspect": "change"}, {"status": "target"}, {"scope": "全省"}, {"compare": "base"}):
        other = [replace(r, **more) for r in one]
        assert len(table([*one, *other])) == 2, more


def test_a_change_against_another_base_says_so():
    base = [reading(1, p, aspect="change", compare="base", unit="%", kind="percent") for p in ("2021", "2022")]
    yoy = [reading(3, p, aspect="change", compare="yoy", unit="%", kind="percent") for p in ("2021", "2022")]
    assert [row["aspect"] for row in table([*base, *yoy])] == ["change", "change/base"]


def test_few_periods_are_left_out_and_patterns_choose():
    readings = [reading(1, "2021"), reading(2, "2022"), reading(3, "2022", "医院", indicator_id="health.hospital")]
    assert [row["indicator"] for row in table(readings)] == ["学校"]
    assert [row["indicator"] for row in table(readings, min_periods=1)] == ["医院", "学校"]
    assert [row["indicator"] for row in table(readings, min_periods=1, indicators=["学*"])] == ["学校"]
    assert [row["indicator"] for row in table(readings, min_periods=1, indicators=["health.*"])] == ["医院"]


@pytest.mark.parametrize(("conflicts", "cell"), [("list", "2; 3"), ("first", Decimal(2)), ("last", Decimal(3))])
def test_several_values_of_a_cell_are_shown_unless_one_is_chosen(conflicts, cell):
    readings = [reading(1, "2021"), reading(2, "2022"), reading("2.0", "2022"), reading(3, "2022")]
    (row,) = table(readings, conflicts=conflicts)
    assert row["2022"] == cell
    assert row["growth"] == {"list": None, "first": 100, "last": 200}[conflicts]


def test_growth_is_in_points_for_percents_and_missing_for_bounds():
    (row,) = table([reading(p, y, unit="%", kind="percent") for p, y in (("60.5", "2020"), ("63", "2022"))])
    assert row["growth"] == Decimal("2.5")
    (row,) = table([reading(1, "2021", bound=">"), reading(2, "2022")])
    assert (row["2021"], row["growth"]) == (">1", None)


def test_growth_compares_years_with_years():
    (row,) = table([reading(9, "2020/2021"), reading(2, "2021"), reading(4, "2022"), reading(1, "2023-01/2023-06")])
    assert row["growth"] == 100


def test_a_baseline_of_a_known_period_is_a_reading_of_that_period():
    level = reading(93, "2022", doc="a.txt")
    (row,) = table([level, replace(level, value=Decimal(60), aspect="baseline", period="2017")])
    assert (row["aspect"], row["2017"], row["2022"]) == ("level", 60, 93)


def test_a_baseline_of_an_unknown_period_stays_a_baseline():
    level = reading(93, "2022", doc="a.txt")
    baseline = replace(level, value=Decimal(60), aspect="baseline")
    rows = table([level, baseline], min_periods=1)
    assert [(row["aspect"], row["2022"]) for row in rows] == [("baseline", 60), ("level", 93)]
    alone = replace(baseline, name="医院", indicator="医院", period_source="document")
    assert [row["aspect"] for row in table([alone], min_periods=1)] == ["baseline"]
    assert [row["aspect"] for row in table([replace(alone, period_source="text")], min_periods=1)] == ["level"]


def test_spellings_of_one_name_are_one_row_under_the_usual_spelling():
    names = ["“小升规”企业", "「小升规」企业", "“小升规”企业"]
    rows = table([reading(i, f"202{i}", name) for i, name in enumerate(names)])
    assert [row["indicator"] for row in rows] == ["“小升规”企业"]


def test_years_and_readings_without_a_period_have_no_cell():
    assert table([reading(1, ""), reading(2, "2021"), reading(2022, "2022", kind="year")], min_periods=1)[0].keys() == {
        "indicator", "unit", "aspect", "status", "scope", "2021", "growth"
    }  # fmt: skip


def test_a_sparkline_shows_the_course_and_the_gaps():
    readings = [reading(1, "2020"), reading(8, "2021"), reading(4, "2022"), reading(9, "2023", bound=">")]
    (line,) = trends([*readings, reading(99, "2020/2023")], UNITS)
    assert sparkline(line) == "▁█▄ "
    (flat,) = trends([reading(1, "2020"), reading(1, "2021")], UNITS)
    assert sparkline(flat) == "▄▄"
    (bound,) = trends([reading(1, "2020", bound=">"), reading(1, "2021"), reading(2, "2021")], UNITS)
    assert sparkline(bound) == ""


def test_nothing_gives_an_empty_table():
    assert table([]) == []


def test_a_count_without_a_unit_has_the_unit_of_its_indicator_where_there_is_just_one():
    bare, others = reading(2, "2022", unit=""), [reading(1, "2021"), reading(3, "2023", unit="个")]
    assert [row["unit"] for row in table([bare, others[0]])] == ["所"]
    assert [row["unit"] for row in table([bare, *others], min_periods=1)] == ["", "个", "所"]


def test_a_line_has_the_unit_that_is_used_most_and_converts_the_others():
    units = Units(
        RuleBook({"unit": (Rule("km", "unit", {"unit": "米", "factor": "1000", "spelled": ["公里"]}, "u.toml", 1),)})
    )
    readings = [reading(2, "2020", unit="公里"), reading(3, "2021", unit="公里"), reading(4500, "2022", unit="米")]
    (line,) = trends(readings, units)
    assert line.row(["2020", "2021", "2022"]) == ("学校", "公里", "level", "actual", "", 2, 3, Decimal("4.5"), 125)


def test_the_scope_of_the_reporting_place_says_no_more_than_none():
    own = [reading(i, str(2019 + i), scope="全市") for i in range(3)]
    other = [reading(9, "2022", scope="全国"), reading(1, "2022", aspect="rank", kind="rank", scope="全市")]
    rows = table([*own, reading(5, "2022"), *other], min_periods=1)
    assert [(row["aspect"], row["scope"], row["2022"]) for row in rows] == [
        ("level", "全国", 9),
        ("level", "全市", 5),
        ("rank", "全市", 1),
    ]
    rows = table([*own[:2], reading(5, "2022"), *other], min_periods=1)
    assert [row["scope"] for row in rows if row["aspect"] == "level"] == ["", "全国", "全市"]
