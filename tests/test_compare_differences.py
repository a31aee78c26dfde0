"""Each pair is same, changed, added, removed or reworded, and the table says by how much."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from kpiextract.compare.differences import DIFF, differences
from kpiextract.compare.figures import parse_tolerance
from kpiextract.compare.units import Units
from kpiextract.model import Reading
from kpiextract.rulebook import Rule, RuleBook

UNITS = Units(RuleBook({}))
SCHOOLS = Reading(
    doc="a.txt",
    indicator="学校",
    name="学校",
    kind="count",
    value=Decimal(20),
    unit="所",
    period="2022",
    evidence="全年新建道路5条，建成学校20所。",
    quantity="20所",
    start=12,
    end=15,
    line=3,
    rule="unit.school",
)


def change(old, new, **options):
    rows = differences(
        old if isinstance(old, list) else [old], new if isinstance(new, list) else [new], UNITS, **options
    )
    return [row.change for row in rows]


def test_columns_are_the_promised_ones():
    assert " ".join(DIFF.header) == (
        "indicator name unit aspect status scope change old_value new_value difference percent "
        "old_period new_period old_evidence new_evidence"
    )


def test_document_place_and_rules_are_no_difference():
    moved = replace(SCHOOLS, doc="b.txt", start=99, end=102, line=8, rule="other", section="三", period="2023")
    assert change(SCHOOLS, moved) == ["same"]


def test_another_value_is_a_change_with_difference_and_percent():
    (row,) = differences([SCHOOLS], [replace(SCHOOLS, value=Decimal(25), period="2023")], UNITS)
    assert (row.change, row.old_value, row.new_value, row.difference, row.percent) == ("changed", 20, 25, 5, 25)
    assert (row.old_period, row.new_period) == ("2022", "2023")
    assert row.old_evidence == row.new_evidence == SCHOOLS.evidence


def test_units_of_one_dimension_are_compared_in_the_new_unit():
    units = Units(
        RuleBook({"unit": (Rule("mw", "unit", {"unit": "千瓦", "factor": "1000", "spelled": ["兆瓦"]}, "u.toml", 1),)})
    )
    old = replace(SCHOOLS, unit="千瓦", kind="power", value=Decimal(2000))
    (row,) = differences([old], [replace(old, unit="兆瓦", value=Decimal("2.5"))], units)
    assert (row.unit, row.old_value, row.new_value, row.difference) == ("兆瓦", 2, Decimal("2.5"), Decimal("0.5"))


def test_a_bound_against_a_figure_is_a_change_without_a_difference():
    (row,) = differences([replace(SCHOOLS, bound=">")], [SCHOOLS], UNITS)
    assert (row.change, row.old_value, row.new_value, row.difference, row.percent) == ("changed", ">20", 20, None, None)


def test_a_fall_after_a_rise_counts_from_plus_to_minus():
    up = replace(SCHOOLS, aspect="change", direction="up", kind="percent", unit="%", value=Decimal("5.2"))
    down = replace(up, direction="down", value=Decimal("3.5"))
    (row,) = differences([up], [down], UNITS)
    assert (row.old_value, row.new_value, row.difference) == (Decimal("5.2"), Decimal("-3.5"), Decimal("-8.7"))


def test_added_and_removed_rows_have_one_side_only():
    added, removed = differences([SCHOOLS], [replace(SCHOOLS, name="医院", indicator="医院")], UNITS)
    assert (added.indicator, added.change, added.old_value, added.old_period) == ("医院", "added", None, "")
    assert (removed.change, removed.new_value, removed.new_evidence) == ("removed", None, "")


def test_the_same_value_in_other_words_is_reworded():
    assert change(SCHOOLS, replace(SCHOOLS, name="学校数", indicator="学校数")) == ["reworded"]
    assert change(SCHOOLS, replace(SCHOOLS, name="中小学校")) == ["reworded"]
    assert change(SCHOOLS, replace(SCHOOLS, evidence="建成并启用学校20所。")) == ["reworded"]


def test_other_figures_and_clauses_of_the_sentence_are_not_this_readings_wording():
    assert change(SCHOOLS, replace(SCHOOLS, evidence="全年新建道路7条，建成学校20所。")) == ["same"]
    assert change(SCHOOLS, replace(SCHOOLS, evidence="城市更美，建成学校 20所；还有别的。")) == ["same"]


def test_a_tolerance_makes_near_values_the_same():
    near = replace(SCHOOLS, value=Decimal("20.1"))
    assert change(SCHOOLS, near) == ["changed"]
    assert change(SCHOOLS, near, tolerance=parse_tolerance("0.5%")) == ["same"]
    assert change(SCHOOLS, near, tolerance=parse_tolerance("0.05")) == ["changed"]


def test_where_keeps_pairs_of_which_one_side_fits():
    other = replace(SCHOOLS, name="医院", indicator="医院", category="卫生")
    moved = replace(SCHOOLS, category="教育", value=Decimal(3))
    assert change([SCHOOLS, other], [moved, other], where={"category": {"教育"}}) == ["changed"]
    assert change([SCHOOLS, other], [moved, other], where={"category": {"教育"}, "aspect": {"rank"}}) == []
    assert change([SCHOOLS, other], [moved, other], where={"category": {"教育", "卫生"}}) == ["same", "changed"]


def test_the_order_of_rows_does_not_change_the_table():
    random = Random(1)
    old = [replace(SCHOOLS, name=f"甲{i}", indicator=f"甲{i}", value=Decimal(i)) for i in range(30)]
    new = [replace(one, value=one.value + 1) for one in old[5:]]
    first = differences(old, new, UNITS)
    random.shuffle(old)
    random.shuffle(new)
    assert differences(old, new, UNITS) == first
