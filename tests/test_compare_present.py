"""On a terminal, long numbers are short and every change says by how much."""

from decimal import Decimal

import pytest

from kpiextract.compare.differences import Difference
from kpiextract.compare.present import Presenter
from kpiextract.rulebook import Rule, RuleBook

SCALES = {"part": "scale", "values": {"万": 4, "萬": 4, "亿": 8}}
PRESENTER = Presenter(RuleBook({"numeral": (Rule("numeral.scale", "numeral", SCALES, "n.toml", 1),)}))


@pytest.mark.parametrize(
    ("cell", "short"),
    [
        (Decimal(9999), "9999"),
        (Decimal(53100), "5.31万"),
        (Decimal("-53100.5"), "-5.31万"),
        (">114000000000000", ">114万亿"),
        ("3000000..5000000; 7", "300万..500万; 7"),
        (None, ""),
    ],
)
def test_long_numbers_are_written_with_scale_words(cell, short):
    assert PRESENTER.short(cell) == short
    assert Presenter(RuleBook({})).short(Decimal(53100)) == "53100"


@pytest.mark.parametrize(
    ("change", "difference", "percent", "by"),
    [
        ("changed", Decimal(5), Decimal(25), "+25%"),
        ("changed", Decimal(-1), Decimal("-33.333333"), "-33.33%"),
        ("changed", Decimal("2.8"), Decimal("2.8"), "+2.8"),
        ("changed", Decimal(30000), None, "+3万"),
        ("changed", None, None, "?"),
        ("added", None, None, ""),
    ],
)
def test_a_change_says_by_how_much(change, difference, percent, by):
    row = Difference(
        "学校", "学校", "所", "change", "target", "全省", change, 20, 25, difference, percent, "", "", "", ""
    )
    ((_, _, what, _, _, shown, _, _),) = PRESENTER.differences([row])[1]
    assert (shown, what) == (by, "change target 全省")
