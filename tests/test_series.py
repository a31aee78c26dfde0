"""Trends over years of reports are complete and right: every line of `series/facts.tsv` is told and read again.

The facts are numbers of public reports of three places over several years, checked by hand; the sentences that tell
them here are our own. `values` holds them by period, as said, with the bound before the number; times `scale` they
are in the unit of the line. Aims stand in the plan for their year, what was done in the report of the year after.
"""

import csv
import re
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from kpiextract.compare.trends import trend_table, trends
from kpiextract.compare.units import Units
from kpiextract.model import Source
from kpiextract.pipeline import extract_source
from kpiextract.rulebook import load_rules
from kpiextract.table import plain

FACTS = [*csv.DictReader((Path(__file__).parent / "series" / "facts.tsv").open(encoding="utf-8"), delimiter="\t")]
SAID = {"": "{}{}", ">": "超过{}{}", ">=": "{}{}以上", "<=": "{}{}以内", "~": "{}{}左右"}
OPPOSITE = {">=": "<=", "<=": ">=", ">": "<", "<": ">"}


def values(fact):
    """Period, bound and number of each value of a fact."""
    for value in fact["values"].split():
        yield re.fullmatch(r"(\d{4})=([<>=~]*)(.+)", value).groups()


def told(fact, bound, number):
    """The sentence that tells a value."""
    return fact["sentence"].format(SAID[bound].format(number.replace("..", "%-"), fact["said"])) + "。"


def cell(fact, bound, number):
    """The cell that the trend has to have for it."""
    scale = int(fact["scale"])
    ends = [plain(Decimal(end) * scale) for end in number.split("..")]
    return (OPPOSITE.get(bound, bound) if scale < 0 else bound) + "..".join(ends)


def documents(series):
    """One report a year: what was done the year before, then what is planned."""
    done, planned = defaultdict(list), defaultdict(list)
    for fact in FACTS:
        if fact["series"] == series:
            for period, bound, number in values(fact):
                if fact["status"] == "actual":
                    done[int(period) + 1].append(told(fact, bound, number))
                else:
                    planned[int(period)].append(told(fact, bound, number))
    for year in sorted(done.keys() | planned.keys()):
        review, plan = "".join(done[year]), "".join(planned[year])
        text = f"{year}年工作报告\n\n一、{year - 1}年工作回顾\n\n{review}\n\n二、{year}年工作安排\n\n{plan}\n"
        yield Source(f"{series}-{year}.txt", text)


@pytest.fixture(scope="module")
def lines():
    """The trend of each series, by indicator, unit, aspect and status."""
    book, found = load_rules(), {}
    for series in dict.fromkeys(fact["series"] for fact in FACTS):
        readings = [r for source in documents(series) for r in extract_source(source, book).readings]
        layout, rows = trend_table(trends(readings, Units(book), min_periods=1))
        found[series] = {row[:4]: dict(zip(layout.header, row, strict=True)) for row in rows}
    return found


@pytest.mark.parametrize(
    "number",
    range(len(FACTS)),
    ids=lambda i: "-".join([str(i), FACTS[i]["series"], FACTS[i]["aspect"], FACTS[i]["status"]]),
)
def test_the_line_is_complete_and_right(lines, number):
    fact = FACTS[number]
    line = lines[fact["series"]].get((fact["indicator"], fact["unit"], fact["aspect"], fact["status"]), {})
    got = {p: v if isinstance(v, str) else plain(v) for p, v in line.items() if p[:4].isdigit() and v is not None}
    assert got == {period: cell(fact, bound, number) for period, bound, number in values(fact)}


def test_at_least_fifteen_indicators_span_most_of_the_years_of_a_series():
    assert len({(f["series"], f["indicator"]) for f in FACTS if len(f["values"].split()) >= 4}) >= 15
