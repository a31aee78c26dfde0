"""Readings as a pandas frame: the columns of a reading, exact values."""

from decimal import Decimal

import kpiextract
from kpiextract.model import Reading
from kpiextract.table import READINGS


def test_a_frame_has_the_columns_and_exact_values():
    frame = kpiextract.to_frame([Reading(name="a", value=Decimal("97.80"), start=3), Reading(name="b", value=None)])
    assert list(frame.columns) == list(READINGS.header)
    assert list(frame["value"]) == [Decimal("97.80"), None]
    assert frame["start"].dtype == "int64"
    assert list(frame["scope"]) == ["", ""]
    assert frame["value"].astype(float)[0] == 97.8


def test_an_empty_frame_has_the_columns():
    frame = kpiextract.to_frame([])
    assert list(frame.columns) == list(READINGS.header) and len(frame) == 0


def test_the_library_reads_a_text():
    readings = kpiextract.extract("辖区空气优良率97.8%。", year=2022)
    assert [(r.name, r.value, r.unit, r.period) for r in readings] == [("空气优良率", Decimal("97.8"), "%", "2022")]
    assert [entry.became for entry in kpiextract.audit("辖区空气优良率97.8%。", year=2022)] == ["reading"]
    assert len(kpiextract.to_frame(readings)) == 1
