"""Say what changed: pairs of readings go in, rows of the difference table come out."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from types import MappingProxyType

from kpiextract.compare.collecting import uncollected
from kpiextract.compare.figures import FIGURE, NO_TOLERANCE, Figure, Tolerance, difference, figure, percent
from kpiextract.compare.match import Pair, pair_readings
from kpiextract.compare.periods import period_key
from kpiextract.compare.units import Units
from kpiextract.model import Reading
from kpiextract.table import NUMBER, TEXT, Cell, Column, Layout, Row
from kpiextract.write.cells import as_text

CHANGES = ("same", "changed", "added", "removed", "reworded")

_CLAUSE_ENDS = re.compile(r"[，,；;。！!？?：:\n]")
_FIGURES = re.compile(r"[\d\s.．]+")


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of the difference table: what one indicator says in the old and in the new output."""

    indicator: str
    name: str
    unit: str
    aspect: str
    status: str
    scope: str
    change: str
    old_value: Cell
    new_value: Cell
    difference: Cell
    percent: Cell
    old_period: str
    new_period: str
    old_evidence: str
    new_evidence: str


_TYPES = {"old_value": FIGURE, "new_value": FIGURE, "difference": NUMBER, "percent": NUMBER}
DIFF = Layout("differences", tuple(Column(f.name, _TYPES.get(f.name, TEXT)) for f in fields(Difference)))

_cells = attrgetter(*DIFF.header)


def difference_row(row: Difference) -> Row:
    """The cells of one row, in the order of `DIFF`."""
    cells: Row = _cells(row)
    return cells


def differences(
    old: Sequence[Reading],
    new: Sequence[Reading],
    units: Units,
    *,
    threshold: float | None = 0.8,
    tolerance: Tolerance = NO_TOLERANCE,
    where: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> list[Difference]:
    """Compare two outputs, sorted by indicator.

    `threshold` is the likeness from which on two names are taken for one (`None`: same names only). `where` keeps
    the pairs of which one reading has, in each column named, one of the values.
    """
    with uncollected():
        old, new = units.fill(old, new)
        pairs = (pair for pair in pair_readings(old, new, units, threshold) if _kept(pair, where))
        return sorted((_difference(pair, units, tolerance) for pair in pairs), key=_order)


def _kept(pair: Pair, where: Mapping[str, Collection[str]]) -> bool:
    return not where or any(
        all(as_text(getattr(reading, column)) in values for column, values in where.items())
        for reading in (pair.old, pair.new)
        if reading is not None
    )


def _difference(pair: Pair, units: Units, tolerance: Tolerance) -> Difference:
    old, new = pair.old, pair.new
    said = new or old
    assert said is not None, "a pair has at least one reading"
    before, after = figure(old, units, said.unit), figure(new, units, said.unit)
    return Difference(
        indicator=said.indicator or said.name,
        name=said.name,
        unit=said.unit,
        aspect=said.aspect,
        status=said.status,
        scope=said.scope,
        change=_change(pair, before, after, tolerance),
        old_value=before.cell if before else None,
        new_value=after.cell if after else None,
        difference=difference(before, after),
        percent=percent(said.kind, before, after),
        old_period=old.period if old else "",
        new_period=new.period if new else "",
        old_evidence=old.evidence if old else "",
        new_evidence=new.evidence if new else "",
    )


def _change(pair: Pair, before: Figure | None, after: Figure | None, tolerance: Tolerance) -> str:
    old, new = pair.old, pair.new
    if old is None:
        return "added"
    if new is None:
        return "removed"
    if not tolerance.allows(before, after):
        return "changed"
    return "reworded" if pair.similar or _wording(old) != _wording(new) else "same"


def _wording(reading: Reading) -> tuple[str, str]:
    """The name, and the clause of the evidence that holds the quantity, without spaces and figures in digits.

    The rest of the sentence may change, and the other figures in it, without this reading being worded otherwise.
    """
    text = reading.evidence
    at = text.find(reading.quantity)
    if at < 0:
        return reading.name, _FIGURES.sub("", text)
    begins = [found.end() for found in _CLAUSE_ENDS.finditer(text, 0, at)]
    ends = _CLAUSE_ENDS.search(text, at + len(reading.quantity))
    clause = text[begins[-1] if begins else 0 : ends.start() if ends else len(text)]
    return reading.name, _FIGURES.sub("", clause)


def _order(row: Difference) -> tuple[object, ...]:
    return (
        row.indicator,
        row.name,
        row.unit,
        row.aspect,
        row.status,
        row.scope,
        period_key(row.new_period or row.old_period),
        period_key(row.old_period),
        CHANGES.index(row.change),
        as_text(row.old_value),
        as_text(row.new_value),
        row.old_evidence,
        row.new_evidence,
    )
