"""`diff` and `trend` for Python: data frames, readings or paths go in, a data frame comes out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias, Union

from kpiextract.compare.cells import TableError, column_order, to_readings
from kpiextract.compare.differences import DIFF, difference_row, differences
from kpiextract.compare.figures import NO_TOLERANCE, parse_tolerance
from kpiextract.compare.load import extractor, load
from kpiextract.compare.trends import CONFLICTS, trend_table, trends
from kpiextract.compare.units import Units
from kpiextract.inputs import ReadOptions
from kpiextract.model import Reading
from kpiextract.rulebook import load_rules

if TYPE_CHECKING:
    from pandas import DataFrame

Readings: TypeAlias = Union["DataFrame", Iterable[Reading], str, "os.PathLike[str]"]


def diff(old: Readings, new: Readings, *, match: float = 0.8, exact: bool = False, tol: str | None = None) -> DataFrame:
    """Compare two outputs: a frame with the columns of `kpiextract diff`, sorted by indicator.

    `old` and `new` are frames or lists of readings, or paths of outputs, documents or folders. `match` is the
    likeness (0 to 1) from which on two names are taken for one, `exact` allows the same names only, and `tol` is
    what counts as the same figure: a part (`"0.5%"`) or an amount (`"2"`). Figures are `Decimal`, or text where one
    number would say too much (`">400"`); what is empty is `None`. Raises `ValueError` for anything else.
    """
    import pandas as pd

    if not 0 <= match <= 1:
        raise ValueError(f"match is {match}; it lies between 0 and 1")
    rows = differences(
        _readings(old),
        _readings(new),
        Units(load_rules()),
        threshold=None if exact else match,
        tolerance=NO_TOLERANCE if tol is None else parse_tolerance(tol),
    )
    return pd.DataFrame([difference_row(row) for row in rows], columns=list(DIFF.header), dtype=object)


def trend(
    frames: Sequence[Readings], *, conflicts: str = "list", min_periods: int = 2, indicator: str | Sequence[str] = ()
) -> DataFrame:
    """Put outputs side by side: a frame with the columns of `kpiextract trend`, one row an indicator.

    `frames` are frames or lists of readings, or paths. `conflicts` (`list`, `first`, `last`) says what a cell with
    several figures shows, `min_periods` how many periods an indicator needs, `indicator` which ones are wanted (shell
    patterns). Figures are as in `diff`. Raises `ValueError` for anything else.
    """
    import pandas as pd

    if conflicts not in CONFLICTS:
        raise ValueError(f"conflicts is {conflicts!r}; it is one of {', '.join(CONFLICTS)}")
    patterns = (indicator,) if isinstance(indicator, str) else tuple(indicator)
    readings = [reading for frame in frames for reading in _readings(frame)]
    lines = trends(readings, Units(load_rules()), conflicts=conflicts, min_periods=min_periods, indicators=patterns)
    layout, rows = trend_table(lines)
    return pd.DataFrame(rows, columns=list(layout.header), dtype=object)


def _readings(given: Readings) -> list[Reading]:
    if isinstance(given, (str, os.PathLike)):
        return _from_path(os.fspath(given))
    import pandas as pd

    if isinstance(given, pd.DataFrame):
        return _from_frame(given)
    readings = list(given)
    if not all(isinstance(reading, Reading) for reading in readings):
        raise ValueError("neither a frame of readings, nor readings, nor a path")
    return readings


def _from_path(path: str) -> list[Reading]:
    loaded = load(path, extractor(load_rules()), ReadOptions())
    wrong = [problem for problem in loaded.problems if problem.fatal]
    if wrong:
        raise ValueError(str(wrong[0]))
    return list(loaded.readings)


def _from_frame(frame: DataFrame) -> list[Reading]:
    try:
        order = column_order([str(column) for column in frame.columns])
        whole = frame.astype(object).where(frame.notna(), None)
        columns = [whole.iloc[:, i].tolist() for i in order]
        return list(to_readings((f"row {i}", row) for i, row in enumerate(zip(*columns, strict=True), 1)))
    except TableError as error:
        raise ValueError(f"the frame: {error}") from None
