"""Figures are compared in one unit, exactly, and only where there is something to compute."""

from decimal import Decimal
from fractions import Fraction

import pytest

from kpiextract.compare.figures import NO_TOLERANCE, Figure, Tolerance, difference, figure, parse_tolerance, percent
from kpiextract.compare.units import Units, rounded
from kpiextract.model import Reading
from kpiextract.rulebook import Rule, RuleBook

D = Decimal
BOOK = RuleBook(
    {
        "unit": (
            Rule("power.kw", "unit", {"unit": "千瓦", "spelled": ["千瓦", "kW"]}, "u.toml", 1),
            Rule("power.mw", "unit", {"unit": "千瓦", "factor": "1000", "spelled": ["兆瓦"]}, "u.toml", 2),
            Rule("area.mu", "unit", {"unit": "平方米", "factor": "2000/3", "spelled": ["亩"]}, "u.toml", 3),
            Rule("money", "unit", {"unit": "元", "spelled": ["元"]}, "u.toml", 4),
            Rule("people", "unit", {"unit": "人", "spelled": ["位", "名"]}, "u.toml", 7),
            Rule("count", "unit", {"unit": "", "spelled": ["家", "台"]}, "u.toml", 5),
            Rule("energy", "unit", {"unit": "千瓦时", "spelled": ["度"], "scaled": True}, "u.toml", 6),
        )
    }
)
UNITS = Units(BOOK)


def amount(value, unit="元", to=None, **more):
    return figure(Reading(value=D(value), unit=unit, **more), UNITS, to or unit)


def test_units_of_one_dimension_are_converted():
    assert amount("2", "兆瓦", "千瓦").value == amount("2000", "kW", "千瓦").value == 2000
    assert amount("2000", "千瓦", "兆瓦").value == 2
    assert amount("3", "亩", "平方米").value == 2000
    assert amount("1", "亩", "平方米").value == D("666.666667")
    assert amount("3", "元/亩", "元/平方米").value == D("0.0045")
    assert UNITS.base("兆瓦/台") == ("千瓦/台", Fraction(1000))


def test_a_value_in_its_own_unit_stays_exactly_as_it_is():
    assert amount("0.0000000000012", "亩").value == D("0.0000000000012")


def test_a_unit_that_no_rule_knows_is_its_own_base():
    assert UNITS.base("度") == ("度", 1)
    assert UNITS.base("微克/立方米") == ("微克/立方米", 1)


def test_ranks_and_bare_counts_have_their_own_dimension():
    assert UNITS.dimension(Reading(kind="rank", unit="位")) == "rank"
    assert UNITS.dimension(Reading(kind="count", unit="位")) == "人"
    assert UNITS.dimension(Reading(kind="count", unit="")) == "count"
    assert UNITS.dimension(Reading(kind="count", unit="家")) == "家"


def test_what_goes_down_is_negative_and_turns_its_bound():
    assert amount("3.5", aspect="change", direction="down").cell == D("-3.5")
    assert amount("5", aspect="change", direction="down", bound=">").cell == "<-5"
    assert amount("3", value_high=D(5), aspect="gap", direction="down").cell == "-5..-3"
    assert amount("3", aspect="level", direction="down").cell == D(3)


@pytest.mark.parametrize(
    ("found", "cell"),
    [
        (Figure(D("400.50")), D("400.5")),
        (Figure(D(400), None, ">"), ">400"),
        (Figure(D(12), None, "~"), "~12"),
        (Figure(D(3), D(5)), "3..5"),
        (Figure(D(3), D(5), "~"), "~3..5"),
    ],
)
def test_a_cell_never_says_more_than_the_text(found, cell):
    assert found.cell == cell


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (Figure(D(400), None, ">"), Figure(D(420))),
        (Figure(D(400), None, ">"), Figure(D(420), None, ">")),
        (Figure(D(3), D(5)), Figure(D(4))),
        (None, Figure(D(4))),
    ],
)
def test_bounds_and_ranges_have_no_difference(old, new):
    assert difference(old, new) is None
    assert percent("amount", old, new) is None


def test_differences_are_exact():
    assert difference(Figure(D("0.1")), Figure(D("0.3"))) == D("0.2")
    big = D("123456789012345678901234567890.000000000001")
    assert difference(Figure(D(1)), Figure(big)) == D("123456789012345678901234567889.000000000001")
    assert difference(Figure(D("-3")), Figure(D(5), None, "~")) == 8


def test_percent_is_relative_for_amounts_and_in_points_for_percents():
    assert percent("amount", Figure(D(300)), Figure(D(400))) == D("33.333333")
    assert percent("amount", Figure(D(-2)), Figure(D(-1))) == 50
    assert percent("percent", Figure(D(95)), Figure(D("97.8"))) == D("2.8")
    assert percent("amount", Figure(D(0)), Figure(D(1))) is None
    assert percent("rank", Figure(D(4)), Figure(D(2))) is None


def test_rounding_keeps_six_decimals():
    assert rounded(Fraction(2, 3)) == D("0.666667")
    assert rounded(Fraction(-1, 4)) == D("-0.25")
    assert rounded(Fraction(10**30 + 1)) == 10**30 + 1


def test_a_tolerance_is_a_part_or_an_amount():
    assert parse_tolerance("0.5%").allows(Figure(D(200)), Figure(D(201)))
    assert not parse_tolerance("0.5%").allows(Figure(D(200)), Figure(D("201.01")))
    assert parse_tolerance(" 2 ").allows(Figure(D(3)), Figure(D(1)))
    assert not parse_tolerance("2").allows(Figure(D(3)), Figure(D("0.9")))


def test_a_tolerance_holds_for_both_ends_and_keeps_bounds_apart():
    assert Tolerance(Fraction(1)).allows(Figure(D(3), D(5)), Figure(D(4), D(6)))
    assert not Tolerance(Fraction(1)).allows(Figure(D(3), D(5)), Figure(D(4), D(7)))
    assert not Tolerance(Fraction(1)).allows(Figure(D(3)), Figure(D(3), None, ">"))
    assert Tolerance(Fraction(1)).allows(Figure(D(3)), Figure(D(3), None, "~"))
    assert not NO_TOLERANCE.allows(Figure(D(3)), Figure(D(3), None, "~"))
    assert NO_TOLERANCE.allows(Figure(D("3.0")), Figure(D(3)))


@pytest.mark.parametrize("text", ["", "%", "-1", "much", "nan", "inf", "1%%"])
def test_what_is_no_tolerance_is_refused(text):
    with pytest.raises(ValueError, match="no tolerance"):
        parse_tolerance(text)
