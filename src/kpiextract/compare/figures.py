"""Figures to reckon with: a reading goes in, its signed value in some unit comes out, and how two of them differ."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from fractions import Fraction

from kpiextract.compare.units import Units
from kpiextract.model import Reading
from kpiextract.table import plain

FIGURE = "figure"  # the type of columns whose cells are numbers, or text such as `>400`
_EXACT = Context(prec=5000)
_LONG = Context(prec=60)
_MILLIONTH = Decimal("0.000001")
_OPPOSITE = {">": "<", "<": ">", ">=": "<=", "<=": ">="}
_POINT = frozenset({"=", "~"})
_SIGNED = frozenset({"change", "gap"})


@dataclass(frozen=True, slots=True)
class Figure:
    """How much a reading says: a value, or a range from `value` to `high`, with its bound.

    A change or a gap that goes down is negative.
    """

    value: Decimal
    high: Decimal | None = None
    bound: str = "="

    @property
    def number(self) -> Decimal | None:
        """The figure as one number to reckon with; none where it is a range, or only a bound (`>400`)."""
        return self.value if self.high is None and self.bound in _POINT else None

    @property
    def cell(self) -> Decimal | str:
        """The figure for a table: a number, or text where a number would say too much: `>400`, `~12`, `3..5`."""
        if self.high is None and self.bound == "=":
            return self.value
        bound = "" if self.bound == "=" else self.bound
        return bound + plain(self.value) + ("" if self.high is None else f"..{plain(self.high)}")


def figure(reading: Reading | None, units: Units, unit: str) -> Figure | None:
    """The figure of a reading in `unit`, a unit of its dimension; none where it has no value."""
    if reading is None or reading.value is None:
        return None
    value = units.convert(reading.value, reading.unit, unit)
    high = None if reading.value_high is None else units.convert(reading.value_high, reading.unit, unit)
    found = Figure(value, high, reading.bound or "=")
    return _negative(found) if reading.aspect in _SIGNED and reading.direction == "down" else found


def _negative(positive: Figure) -> Figure:
    bound = _OPPOSITE.get(positive.bound, positive.bound)
    if positive.high is None:
        return Figure(positive.value.copy_negate(), None, bound)
    return Figure(positive.high.copy_negate(), positive.value.copy_negate(), bound)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far two figures may be apart and still count as the same: an amount, or a part of the old figure."""

    amount: Fraction = Fraction(0)
    relative: bool = False

    def allows(self, old: Figure | None, new: Figure | None) -> bool:
        """Whether the figures are the same: with the same bound, each end within the tolerance.

        With any tolerance at all, an exact figure and one that is only about (`~`) may be the same too.
        """
        if old is None or new is None:
            return old is new
        if old.bound != new.bound and not (self.amount and {old.bound, new.bound} <= _POINT):
            return False
        if old.high is None or new.high is None:
            return old.high is new.high and self._close(old.value, new.value)
        return self._close(old.value, new.value) and self._close(old.high, new.high)

    def _close(self, old: Decimal, new: Decimal) -> bool:
        if old == new or not self.amount:
            return old == new
        allowed = self.amount * abs(Fraction(old)) if self.relative else self.amount
        return abs(Fraction(new) - Fraction(old)) <= allowed


NO_TOLERANCE = Tolerance()


def parse_tolerance(text: str) -> Tolerance:
    """Read `0.5%` (a part of the old figure) or `2` (an amount, in the unit of the row); raises `ValueError`."""
    number = text.strip().removesuffix("%")
    try:
        amount = Fraction(Decimal(number))
    except (InvalidOperation, ValueError, OverflowError):
        amount = Fraction(-1)
    if amount < 0:
        raise ValueError(f"{text!r} is no tolerance; write a part such as 0.5%, or an amount such as 2")
    relative = text.strip().endswith("%")
    return Tolerance(amount / 100 if relative else amount, relative)


def difference(old: Figure | None, new: Figure | None) -> Decimal | None:
    """New less old, exact; none where one of them is missing, a range, or only a bound."""
    before, after = old.number if old else None, new.number if new else None
    if before is None or after is None:
        return None
    return _EXACT.subtract(after, before)


def percent(kind: str, old: Figure | None, new: Figure | None) -> Decimal | None:
    """The difference in percent of the old figure, to 6 decimals; for percents and points the difference in points.

    None where there is no difference to compute, where the old figure is 0, and for ranks and ratios.
    """
    change = difference(old, new)
    if change is None or old is None or kind in ("rank", "ratio", "year"):
        return None
    if kind in ("percent", "point"):
        return change
    if not old.value:
        return None
    ratio = _LONG.divide(_LONG.multiply(change, Decimal(100)), old.value.copy_abs())
    return ratio.quantize(_MILLIONTH, context=_EXACT)
