"""Measures quantities: a numeral comes in, it goes out with the unit around it, its kind and its exact factor."""

from __future__ import annotations

import re
from decimal import Decimal

from kpiextract.joins import Found
from kpiextract.numerals import EXACT, GAP, Grammar, divide, shift
from kpiextract.special import Special
from kpiextract.units import Unit, UnitTable

SPACES = re.compile(rf"{GAP}{{0,8}}(?:\r?\n{GAP}{{0,8}})?")
DIGITS = frozenset("0123456789０１２３４５６７８９")
BLANK = frozenset("\u00a0\u3000\u200b\u200c\u200d\u2009\u2002\u2003\ufeff\xad\u2060")


class Measures:
    """Finds the units of one rule book behind and before numerals, with what belongs to them: parts, halves, 每."""

    def __init__(self, grammar: Grammar, units: UnitTable, special: Special) -> None:
        self.grammar = grammar
        self.units = units
        self.special = special

    def read(self, text: str, found: Found, floor: int, limit: int) -> None:
        """Find the unit behind (or before) the numeral and apply its factor."""
        end = found.end
        at = skip(text, end, limit)
        if at > end and "\n" in text[end:at] and not self._wraps(text, found.start):
            at = end
        numeral = found.numeral
        unit = self.units.find(text, at, limit, numeral.scale >= 4, numeral.script != "hanzi")
        prefixed = self.units.find_before(text, found.start, at, limit) if floor < found.start else None
        if prefixed is not None and (unit is None or len(unit.spelled) <= len(prefixed[1].spelled)):
            found.left = found.start - len(prefixed[0])
            self._apply(text, found, prefixed[1], at if prefixed[1].spelled else end, limit)
        elif unit is not None:
            self._apply(text, found, unit, at, limit)
        elif text[end : end + 1] in self.special.per:
            self._of_many(text, found, limit)

    def _of_many(self, text: str, found: Found, limit: int) -> None:
        """8.6/10万: a rate of so many, with the number for its unit."""
        many = self.units.per.begins(text, found.end + 1)
        if many and many[0] in DIGITS and found.end + 1 + len(many) <= limit:
            found.take("measure", "/" + many, "units.per")
            found.end += 1 + len(many)

    def _wraps(self, text: str, start: int) -> bool:
        """May a unit stand on the next line? Not behind a number that begins its line or table cell."""
        return start > 0 and text[start - 1] not in "\n\t\r "

    def _apply(self, text: str, found: Found, unit: Unit, at: int, limit: int) -> None:
        found.unit_start, found.end = at, at + len(unit.spelled)
        found.take(unit.kind, unit.name, unit.rule)
        found.up, found.down = unit.up, unit.down
        if unit.then and not (unit.name == self.special.year and self.special.is_year(text, found)):
            self._parts(text, found, unit, limit)
        follows = text[found.end : found.end + 1]
        if unit.chain and follows in self.grammar.half:
            self._half(text, found, limit)
        elif unit.name == self.special.piece and follows in self.grammar.more:
            self._several(text, found, limit)
        follows = text[found.end : found.end + 1]
        if follows and follows in self.special.per and found.end < limit:
            self._compound(text, found, unit, limit)
        if follows and follows in "（(" and unit.kind == "count":
            self._bracket(text, found, unit, limit)
        if found.kind == "duration" and found.unit == self.special.year and self.special.is_year(text, found):
            found.kind = "year"

    def _parts(self, text: str, found: Found, unit: Unit, limit: int) -> None:
        """Smaller units behind this one: 五元三角二分, 五块三, 一米七五, 1小时30分钟."""
        least: tuple[Decimal, Decimal] | None = None
        for word, up, down in unit.then:
            if not word and least is not None:
                up, down = least[0], shift(least[1], 1)
            start = skip(text, found.end, limit)
            if text[start : start + 1] in self.grammar.and_:
                start += 1
            match = self.grammar.pattern.match(text, start, limit)
            if match is None or found.value is None:
                return
            stop = skip(text, match.end(), limit) if word else match.end()
            value = self.grammar.read(match.group()).value
            if value is None or not text.startswith(word, stop, limit):
                continue
            if not word:
                digits = "".join(str(self.grammar.digits.get(c, c)) for c in match.group())
                if not digits.isdecimal() or len(digits) > 2 or not self._ends_bare(text, stop, limit):
                    continue
                value, down = Decimal(digits), shift(down, len(digits) - 1)
            found.value = EXACT.add(found.value, divide(EXACT.multiply(value, up), down))
            found.end = stop + len(word)
            least = up, down

    def _ends_bare(self, text: str, at: int, limit: int) -> bool:
        return self.units.find(text, at, limit) is None and not is_hanzi(text[at : at + 1])

    def _half(self, text: str, found: Found, limit: int) -> None:
        """三年半, 两个半小时."""
        at, piece = found.end + 1, self.special.piece
        if found.value is None or at > limit:
            return
        if found.unit == piece:
            inner = self._across(text, at, limit)
            if inner is None or inner.kind != "duration":
                return
            found.take(inner.kind, inner.name, inner.rule)
            at += len(inner.spelled) - len(piece)
        elif self.special.half_not.begins(text, found.end):
            return
        found.value = EXACT.add(found.value, Decimal("0.5"))
        found.end = at

    def _several(self, text: str, found: Found, limit: int) -> None:
        """两个多月, 3个多百分点: a unit with 多 inside it."""
        inner = self._across(text, found.end + 1, limit)
        if inner is not None and len(inner.spelled) > len(self.special.piece):
            found.inner = self.grammar.more[text[found.end]]
            found.take(inner.kind, inner.name, inner.rule)
            found.up, found.down = inner.up, inner.down
            found.end += 1 + len(inner.spelled) - len(self.special.piece)

    def _across(self, text: str, at: int, limit: int) -> Unit | None:
        """The unit that 个 before an insertion (半, 多) and the word at `at` make together."""
        joined = self.special.piece + text[at : min(at + 8, limit)]
        return self.units.find(joined, 0, len(joined))

    def _compound(self, text: str, found: Found, unit: Unit, limit: int) -> None:
        """万元/人, 微克/立方米, 元每平方米: a unit of its own, as it is written."""
        at, name = found.end, ""
        while at < limit and (text[at] in self.special.per or (name and text[at] == "·")):
            per = self.units.per.begins(text, at + 1)
            if not per or at + 1 + len(per) > limit or unit.kind in ("percent", "point", "date"):
                break
            name += ("·" if text[at] == "·" else "/") + per
            at += 1 + len(per)
        if name:
            found.end = at
            base = unit.name if unit.kind == "amount" else unit.spelled
            if unit.kind != "amount":
                found.up = found.down = Decimal(1)
            found.take("measure", base + name, unit.rule)

    def _bracket(self, text: str, found: Found, unit: Unit, limit: int) -> None:
        """台（套）: a measure word with another in brackets, which the quantity holds and the unit leaves out."""
        inner = self.units.find(text, found.end + 1, limit)
        if inner is None or inner.kind != "count":
            return
        close = found.end + 1 + len(inner.spelled)
        if close < limit and text[close] in "）)":
            found.end = close + 1


def is_hanzi(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def skip(text: str, at: int, limit: int) -> int:
    """The place behind the spaces (and one line break) at `at`."""
    if at >= limit or (text[at] > " " and text[at] not in BLANK):
        return at
    match = SPACES.match(text, at, limit)
    return match.end() if match else at
