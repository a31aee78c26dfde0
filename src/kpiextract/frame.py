"""Hand readings to pandas: readings go in, a DataFrame with their columns comes out."""

from __future__ import annotations

from collections.abc import Iterable

import pandas

from kpiextract.model import Reading
from kpiextract.table import INTEGER, NUMBER, READINGS, reading_row


def to_frame(readings: Iterable[Reading]) -> pandas.DataFrame:
    """The readings as a frame with the columns of a reading, in order.

    `value` and `value_high` hold exact `Decimal`s (None where empty): use `frame["value"].astype(float)` to reckon
    with floats. `start`, `end` and `line` are integers, all other columns text, empty where nothing is said.
    """
    rows = [reading_row(reading) for reading in readings]
    columns = zip(*rows, strict=True) if rows else ([] for _ in READINGS.columns)
    types = {NUMBER: "object", INTEGER: "int64"}
    return pandas.DataFrame(
        {
            column.name: pandas.Series(list(cells), dtype=types.get(column.type, "str"))
            for column, cells in zip(READINGS.columns, columns, strict=True)
        }
    )
