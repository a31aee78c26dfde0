"""Measure the cells of tables: a cell and its unit go in, a mention placed in the document comes out."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from kpiextract.grids import Cell
from kpiextract.model import Mention
from kpiextract.numerals import EXACT, tidy
from kpiextract.quantities import QuantityScanner

AROUND = re.compile(r"[\s+＋*＊]*")
NOTE = re.compile(r"(?:[（(\[［]\w?[0-9①-⑨]{0,2}[）)\]］]|[¹²³⁴-⁹①-⑨*＊\s])*")
MAX_CELL = 60
MAX_UNIT = 8


class CellReader:
    """Reads cells with the scanner of one rule book; remembers what it read, a table repeats itself."""

    def __init__(self, scanner: QuantityScanner) -> None:
        self._scanner = scanner
        self.own = lru_cache(maxsize=1 << 14)(self._own)

    def _own(self, text: str) -> Mention | None:
        """The only quantity of a cell, where the cell is nothing else; offsets are those of the cell."""
        if len(text) > MAX_CELL or not any(c.isdigit() for c in text):
            return None
        mentions = self._scanner.find(text)
        if len(mentions) != 1 or mentions[0].value is None or mentions[0].kind in ("year", "date", "ordinal"):
            return None
        mention = mentions[0]
        before, after = text[: min(mention.left, mention.start)], text[max(mention.right, mention.end) :]
        return mention if AROUND.fullmatch(before) and NOTE.fullmatch(after) else None

    def measure(self, cell: Cell, unit: str) -> Mention | None:
        """The quantity of a cell: with its own unit, else with `unit`; None where the cell is none."""
        own = self.own(cell.text)
        if own is None:
            return None
        if own.kind == "count" and not own.unit and unit:
            own = self._with_unit(cell.text, own, unit)
        return moved(own, cell.start)

    def _with_unit(self, text: str, own: Mention, unit: str) -> Mention:
        """The quantity as if its unit stood behind it; its place stays that of the numeral."""
        mentions = self._scanner.find(text[: own.end] + unit)
        last = mentions[-1] if mentions else None
        if last is not None and last.start == own.start and last.end == own.end + len(unit):
            return replace(last, end=own.end, num_end=own.num_end, left=own.left, right=own.right, bound=own.bound)
        cut = self._scale_of(unit)
        scale = self._value("1" + unit[:cut])
        base = self._scanner.find("1" + unit[cut:])
        if len(base) == 1 and base[0].end == len(unit) - cut + 1 and base[0].value and base[0].unit:
            return _times(own, EXACT.multiply(scale, base[0].value), base[0].kind, base[0].unit, base[0].rules)
        return _times(own, scale, "count", unit[cut:], ()) if len(unit) <= MAX_UNIT else own

    def _scale_of(self, unit: str) -> int:
        """How many characters at the head of a unit are multipliers."""
        scales = self._scanner.grammar.scales
        return next((n for n, char in enumerate(unit) if char not in scales), len(unit))

    def _value(self, text: str) -> Decimal:
        found = self._scanner.find(text)
        return found[0].value or Decimal(1) if found else Decimal(1)

    def is_scale(self, mention: Mention, text: str) -> bool:
        """Whether a numeral is only the multiplier of a unit that stands alone in a heading."""
        return all(c in self._scanner.grammar.scales for c in text[mention.num_start : mention.num_end])


def moved(mention: Mention, by: int) -> Mention:
    """The mention at its place in the document, `by` characters further on."""
    return replace(
        mention,
        start=mention.start + by,
        end=mention.end + by,
        num_start=mention.num_start + by,
        num_end=mention.num_end + by,
        left=mention.left + by,
        right=mention.right + by,
    )


def _times(own: Mention, factor: Decimal, kind: str, unit: str, rules: tuple[str, ...]) -> Mention:
    value = tidy(EXACT.multiply(own.value, factor)) if own.value is not None else None
    high = tidy(EXACT.multiply(own.value_high, factor)) if own.value_high is not None else None
    return replace(own, value=value, value_high=high, kind=kind, unit=unit, rules=(*own.rules, *rules))
