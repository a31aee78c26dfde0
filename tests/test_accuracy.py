"""The corpus must not fall below its floors; the scorer must see every sort of error."""

from __future__ import annotations

from dataclasses import replace

import pytest
from accuracy import FIGURES, Report, floors, main, name_f1, raised, score, score_case
from accuracy_cases import Case, CaseError, load_cases, locate, parse_case

from kpiextract.model import Reading

SMALL = """year: 2024
--- text
开设10所学校，入学率从60%提高到93%，500强。
--- rows
@ actual 2024
10所 | 学校/开设学校 | 10 所 count | level | right | scope=全区
60% | 入学率 | 60 % percent | baseline | from-to
93% | 入学率 | 93 % percent | level up | from-to
--- traps
500 | name
"""


@pytest.fixture(scope="module")
def report() -> Report:
    return score(load_cases())


@pytest.mark.parametrize("figure", FIGURES)
def test_no_figure_falls_below_its_floor(report: Report, figure: str) -> None:
    """`make accuracy` shows what was lost."""
    assert report.total.figures()[figure] >= floors()[figure]


def test_the_corpus_is_large_and_varied() -> None:
    """At least 12 documents and 400 rows that count, and every frame has a row."""
    cases = load_cases()
    rows = [row for case in cases for row in case.rows if not row.optional]
    assert len(cases) >= 12
    assert len(rows) >= 400
    assert {"left", "right", "inside", "shared-verb", "carried", "each", "pairs", "from-to", "change", "gap"} <= {
        row.frame for row in rows
    }
    assert {"share", "rank", "per-unit", "plan", "duration", "range"} <= {row.frame for row in rows}


@pytest.mark.parametrize("case", load_cases(), ids=lambda case: case.name)
def test_every_figure_of_a_case_has_gold(case: Case) -> None:
    """A run of digits that is neither a row nor a trap would make the precision a matter of chance."""
    assert case.unaccounted() == []


def small() -> tuple[Case, list[Reading]]:
    """The small case and a faultless reading of it."""
    case = parse_case("small", SMALL)
    fields = (
        "start",
        "end",
        "quantity",
        "value",
        "unit",
        "kind",
        "bound",
        "aspect",
        "direction",
        "status",
        "period",
        "scope",
    )
    return case, [Reading(name=row.names[-1], **{one: getattr(row, one) for one in fields}) for row in case.rows]


def scored(case: Case, readings: list[Reading]) -> Report:
    report = Report()
    score_case(case, readings, report)
    return report


def test_a_faultless_reading_scores_100() -> None:
    report = scored(*small())
    assert set(report.total.figures().values()) == {100.0}
    assert report.misses == []


@pytest.mark.parametrize(
    ("sort", "change"),
    [
        ("NAME", {"name": "其他"}),
        ("VALUE", {"value": 11}),
        ("UNIT", {"unit": "家"}),
        ("KIND", {"kind": "amount"}),
        ("BOUND", {"bound": ">"}),
        ("ASPECT", {"aspect": "share"}),
        ("DIRECTION", {"direction": "up"}),
        ("COMPARE", {"compare": "yoy"}),
        ("STATUS", {"status": "target"}),
        ("PERIOD", {"period": "2023"}),
        ("SCOPE", {"scope": ""}),
    ],
)
def test_a_wrong_field_is_a_miss_of_its_sort(sort: str, change: dict[str, str]) -> None:
    case, readings = small()
    report = scored(case, [replace(readings[0], **change), *readings[1:]])
    assert [miss.sort for miss in report.misses] == [sort]
    assert report.total.figures()["perfect"] == pytest.approx(200 / 3)


def test_missed_extra_and_trapped_readings_are_named() -> None:
    case, readings = small()
    trap = replace(readings[0], start=case.traps[0].start, end=case.traps[0].end)
    report = scored(case, [*readings[1:], trap])
    assert sorted(miss.sort for miss in report.misses) == ["EXTRA", "MISSED", "TRAP"]
    assert report.total.figures()["traps"] == 0.0


def test_readings_of_optional_gold_count_neither_way() -> None:
    case, readings = small()
    loose = replace(case, rows=(replace(case.rows[0], optional=True), *case.rows[1:]))
    assert scored(loose, readings).total.counts["readings"] == 2
    assert scored(loose, readings[1:]).misses == []


def test_a_name_may_be_worded_differently() -> None:
    assert name_f1("“微心愿”办结率", ["微心愿办结率"]) == 1.0
    assert name_f1("办结率", ["“微心愿”办结率"]) == pytest.approx(2 / 3)
    assert name_f1("", ["办结率"]) == 0.0


def test_a_quantity_is_not_found_inside_a_longer_number() -> None:
    assert locate("t:1", "增长15%、5%", "5%", 0) == (6, 8)
    assert locate("t:1", "居第一，第一产业", "⟦第一⟧产业", 0) == (4, 6)
    with pytest.raises(CaseError, match="t:1: not found"):
        locate("t:1", "增长15%", "5%", 0)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("10所 | 学校 | 10 所 count | level", "want 5 or 6 cells"),
        ("10所 | 学校 | ten 所 count | level | right", "no number"),
        ("10所 | 学校 | 10 所 | level | right", "want 3 words"),
        ("10所 | 学校 | 10 所 count | much | right", "unknown aspect"),
        ("10所 | 学校 | 10 所 count | level | right | sure", "unknown: sure"),
        ("11所 | 学校 | 11 所 count | level | right", "not found"),
    ],
)
def test_a_wrong_gold_line_is_named(line: str, message: str) -> None:
    content = SMALL.replace("10所 | 学校/开设学校 | 10 所 count | level | right | scope=全区", line)
    with pytest.raises(CaseError, match=f"small:6: {message}"):
        parse_case("small", content)


def test_floors_only_rise() -> None:
    figures = dict.fromkeys(FIGURES, 90.17)
    assert raised({"row F1": 95.0}, figures)["row F1"] == 95.0
    assert raised({"row F1": 80.0}, figures)["row F1"] == 90.1


def test_the_table_names_documents_fields_and_frames(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--misses", "budget-2023"]) == 0
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("budget-2023", "period", "from-to"))
