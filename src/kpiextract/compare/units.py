"""Bring units to one base: a unit as written goes in, its dimension and an exact factor come out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from itertools import chain

from kpiextract.compare.names import plain_name
from kpiextract.model import Reading
from kpiextract.rulebook import RuleBook

_PLACES = 6
_CONDITIONS = frozenset({"before", "scaled"})  # of rules whose spelling alone does not tell what it is
_OWN_DIMENSION = frozenset({"rank", "ratio", "year"})


class Units:
    """The units that the rules know, as a table from spelling to base unit and factor.

    Outputs hold base units already; other spellings come from tables edited by hand.
    """

    def __init__(self, book: RuleBook) -> None:
        self._known: dict[str, tuple[str, Fraction]] = {}
        bases: set[str] = set()
        for rule in book.rules("unit"):
            if not _CONDITIONS.isdisjoint(rule.data):
                continue
            factor = Fraction(str(rule.data.get("factor", "1")))
            for spelled in rule.data.get("spelled", ()):
                base = str(rule.data.get("unit") or spelled)
                self._known.setdefault(spelled, (base, factor))
                bases.add(base)
        self._known |= {base: (base, Fraction(1)) for base in bases}
        self._seen: dict[str, tuple[str, Fraction]] = {}

    def base(self, unit: str) -> tuple[str, Fraction]:
        """The base unit of `unit` and the factor that leads to it; a unit that no rule knows is its own base."""
        if unit not in self._seen:
            self._seen[unit] = self._find(unit)
        return self._seen[unit]

    def dimension(self, reading: Reading) -> str:
        """What is measured: the base unit, or the kind where units do not tell (ranks, ratios, bare counts)."""
        return reading.kind if reading.kind in _OWN_DIMENSION else self.base(reading.unit)[0] or reading.kind

    def convert(self, value: Decimal, unit: str, to: str) -> Decimal:
        """`value` of `unit` in the unit `to` of its dimension: exact, or rounded to 6 decimals."""
        if unit == to:
            return value
        factor = self.base(unit)[1] / self.base(to)[1]
        return value if factor == 1 else rounded(Fraction(value) * factor)

    def fill(self, *sides: Sequence[Reading]) -> list[list[Reading]]:
        """The readings; a count without a unit gets the one that its indicator has elsewhere, if it has just one."""
        units: dict[str, set[str]] = defaultdict(set)
        for reading in chain(*sides):
            if reading.kind == "count" and reading.unit:
                units[plain_name(reading.indicator or reading.name)].add(self.base(reading.unit)[0])
        return [[self._filled(reading, units) for reading in side] for side in sides]

    def _filled(self, reading: Reading, units: Mapping[str, set[str]]) -> Reading:
        if reading.unit or reading.kind != "count":
            return reading
        found = units.get(plain_name(reading.indicator or reading.name), set())
        return replace(reading, unit=next(iter(found))) if len(found) == 1 else reading

    def _find(self, unit: str) -> tuple[str, Fraction]:
        if unit in self._known:
            return self._known[unit]
        over, slash, under = unit.partition("/")
        if not slash:
            return unit, Fraction(1)
        (top, times), (bottom, parts) = self.base(over), self.base(under)
        return f"{top}/{bottom}", times / parts


def rounded(number: Fraction) -> Decimal:
    """The number as a decimal: exact where it ends within 6 decimals, else rounded to 6 (half to even)."""
    scaled = number * 10**_PLACES
    whole = round(scaled)
    exact = Context(prec=len(str(abs(whole))) + _PLACES + 1, rounding=ROUND_HALF_EVEN)
    return Decimal(whole).scaleb(-_PLACES, context=exact)
