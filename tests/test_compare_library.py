"""`diff` and `trend` of the library take frames, readings and paths, and give frames."""

from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

from kpiextract.compare import diff, trend
from kpiextract.model import READING_COLUMNS, Reading
from kpiextract.table import READINGS, reading_row
from kpiextract.write import open_writer

SCHOOLS = Reading("a.txt", indicator="学校", name="学校", kind="count", value=Decimal(20), unit="所", period="2022")
MORE = replace(SCHOOLS, value=Decimal("25.5"), period="2023")


def frame(*readings):
    return pd.DataFrame([reading_row(reading) for reading in readings], columns=list(READING_COLUMNS))


def path(folder, *readings):
    name = folder / "out.csv"
    with name.open("wb") as out:
        writer = open_writer("csv", out, READINGS)
        writer.write(map(reading_row, readings))
        writer.close()
    return name


def test_frames_readings_and_paths_give_the_same_difference(tmp_path):
    for old in (frame(SCHOOLS), [SCHOOLS], path(tmp_path, SCHOOLS), str(path(tmp_path, SCHOOLS))):
        (row,) = diff(old, frame(MORE)).to_dict("records")
        assert (row["change"], row["old_value"], row["new_value"]) == ("changed", Decimal(20), Decimal("25.5"))
        assert (row["difference"], row["percent"]) == (Decimal("5.5"), Decimal("27.5"))


def test_a_frame_that_went_through_a_csv_of_pandas_is_read_too(tmp_path):
    frame(SCHOOLS).to_csv(tmp_path / "own.csv", index=False)
    (row,) = diff(pd.read_csv(tmp_path / "own.csv"), tmp_path / "own.csv").to_dict("records")
    assert row["change"] == "same"


def test_options_are_those_of_the_command():
    other = replace(SCHOOLS, name="学校数", indicator="学校数", value=Decimal("20.01"))
    assert list(diff([SCHOOLS], [other], tol="0.5%")["change"]) == ["reworded"]
    assert list(diff([SCHOOLS], [other], exact=True)["change"]) == ["removed", "added"]
    assert list(diff([SCHOOLS], [other], match=0.99)["change"]) == ["removed", "added"]


def test_a_trend_of_frames():
    lines = trend([frame(SCHOOLS), [MORE]])
    assert list(lines.columns) == ["indicator", "unit", "aspect", "status", "scope", "2022", "2023", "growth"]
    assert lines.iloc[0].tolist() == [
        "学校",
        "所",
        "level",
        "actual",
        "",
        Decimal(20),
        Decimal("25.5"),
        Decimal("27.5"),
    ]
    assert trend([[SCHOOLS, MORE]], indicator="医*").empty
    assert len(trend([[SCHOOLS]], min_periods=1)) == 1
    assert trend([[SCHOOLS, replace(MORE, period="2022"), MORE]], conflicts="last").iloc[0]["2022"] == Decimal("25.5")


def test_an_empty_frame_has_no_differences_but_all_columns():
    nothing = diff(frame(), [])
    assert nothing.empty
    assert "old_evidence" in nothing.columns


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: diff(frame(SCHOOLS).drop(columns="period"), []), "the frame: column 'period' is missing"),
        (lambda: diff([SCHOOLS], ["text"]), "neither a frame of readings"),
        (lambda: diff([], [], match=2), "match is 2"),
        (lambda: diff([], [], tol="much"), "no tolerance"),
        (lambda: diff("nowhere.csv", []), "nowhere.csv"),
        (lambda: trend([], conflicts="all"), "conflicts is 'all'"),
    ],
)
def test_anything_else_is_a_value_error(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_package_offers_both_with_their_options():
    import kpiextract

    assert list(kpiextract.diff([SCHOOLS], [replace(SCHOOLS, value=Decimal("20.01"))], tol="0.5%")["change"]) == [
        "same"
    ]
    assert len(kpiextract.trend([[SCHOOLS], [MORE]], min_periods=2, indicator="学*")) == 1
