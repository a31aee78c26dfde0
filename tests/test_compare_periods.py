"""Periods stand in the order of time, and move with the year of their document."""

import pytest

from kpiextract.compare.periods import main_year, period_key, shape, shifted

ORDERED = [
    "2021",
    "2021-01",
    "2021-01/2021-03",
    "2021-01/2021-06",
    "2021/2025",
    "2021/..",
    "2021-02",
    "2021-07-01",
    "2021-07/2021-09",
    "2022",
    "2022-07",
    "2023",
    "XXXX",
    "",
]


def test_periods_are_ordered_by_beginning_then_year_first_then_length():
    shuffled = ORDERED[::-1]
    assert sorted(shuffled, key=period_key) == ORDERED


def test_open_and_approximate_periods_have_a_place():
    assert sorted(["2023", "../2021", "2022~", "2020"], key=period_key) == ["2020", "../2021", "2022~", "2023"]


@pytest.mark.parametrize(
    ("period", "relative"),
    [("2022", "+0"), ("2021/2025", "-1/+3"), ("2022-01/2022-06", "+0-01/+0-06"), ("2022/..", "+0/.."), ("", "")],
)
def test_a_period_is_seen_from_a_year(period, relative):
    assert shifted(period, 2022) == relative


def test_two_years_have_one_shape_and_a_half_year_another():
    assert shape("2022") == shape("1999") != shape("2022-01/2022-06")


def test_the_main_year_is_the_one_most_periods_end_in_and_the_later_of_two():
    assert main_year(["2022", "2021/2022", "2020", "2022/..", ""]) == 2022
    assert main_year(["2021", "2022"]) == 2022
    assert main_year(["", "soon"]) == 0
