"""The grammar of written numbers: the text of a numeral comes in, its exact value (or range) goes out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import Any

from kpiextract.rulebook import RuleBook, RuleError

EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""Sums and products that never round; a division needs `divide`."""

ONE = Decimal(1)
PLACES = Decimal("0.000001")
PARTS = "digit place scale tens lead more alone point minus of and half stop pair piece"
MAX_SCALES = 64
"""A numeral with more multipliers than this (a run of nonsense) has no value."""

GAP = r"[ \u00a0\u2002-\u200d\u2060\u3000\ufeff\x00\xad]"
WIDE = str.maketrans("０１２３４５６７８９．", "0123456789.")
NARROW = dict.fromkeys(
    [*range(0x2002, 0x200E), 0x20, 0xA0, 0x202F, 0x2060, 0x3000, 0xFEFF, 0, 0xAD, 0xA, 0xD, 0x2C, 0xFF0C]
)
_WIDE_DIGIT = re.compile("[０-９]")
CLEAN = {**NARROW, **WIDE}


@dataclass(frozen=True, slots=True)
class Numeral:
    """What a numeral says: its value (None: no number), the high end where it is a range, the bound its 余 多 几 give.

    `scale` is the power of ten of the 万 and 亿 at its end; `plain`: one character alone; `implied`: it begins with its
    multiplier (百, 千, 万: one is meant).
    """

    value: Decimal | None
    high: Decimal | None = None
    bound: str = "="
    script: str = "digits"
    scale: int = 0
    plain: bool = False
    implied: bool = False


def narrow(text: str) -> str:
    """The text with numbers of full width written in plain characters; every character keeps its place."""
    return text.translate(WIDE) if _WIDE_DIGIT.search(text) else text


def divide(value: Decimal, by: Decimal) -> Decimal:
    """`value / by`, exact where the quotient ends within a few digits, else rounded to 6 decimals."""
    if value == 0:
        return Decimal(0)
    digits = len(value.as_tuple().digits) + len(by.as_tuple().digits) + abs(value.adjusted()) + abs(by.adjusted()) + 16
    context = Context(prec=digits, Emax=MAX_EMAX, Emin=MIN_EMIN)
    quotient = context.divide(value, by)
    if EXACT.multiply(quotient, by) == value:
        return quotient
    return quotient.quantize(PLACES, ROUND_HALF_EVEN, context)


def tidy(value: Decimal) -> Decimal:
    """The same value without trailing zeros behind the point, and without exponent."""
    if int(value.as_tuple().exponent) < 0:
        value = value.normalize(EXACT)
    return EXACT.quantize(value, ONE) if int(value.as_tuple().exponent) > 0 else value


def shift(value: Decimal, power: int) -> Decimal:
    """The value times ten to a power that is not negative, written without exponent."""
    return EXACT.multiply(value, Decimal(10**power))


class Grammar:
    """The number grammar of a rule book: `pattern` matches a numeral, `read` gives what it says."""

    def __init__(self, book: RuleBook) -> None:
        parts: dict[str, Mapping[str, Any]] = {}
        for rule in book.rules("numeral"):
            parts[rule.data["part"]] = rule.data
        missing = [part for part in PARTS.split() if part not in parts]
        if missing:
            raise RuleError([f"no [[numeral]] rule for {', '.join(missing)}: add one with this `part`"])
        self.digits: dict[str, int] = dict(parts["digit"]["values"])
        self.places: dict[str, int] = dict(parts["place"]["values"])
        self.scales: dict[str, int] = dict(parts["scale"]["values"])
        self.tens: dict[str, int] = dict(parts["tens"]["values"])
        self.lead: dict[str, str] = dict(parts["lead"]["values"])
        self.more: dict[str, str] = dict(parts["more"]["values"])
        self.alone = frozenset(parts["alone"]["characters"])
        self.point = parts["point"]["characters"]
        self.minus = parts["minus"]["characters"]
        self.of = parts["of"]["characters"]
        self.and_ = parts["and"]["characters"]
        self.pair = parts["pair"]["characters"]
        self.piece = parts["piece"]["characters"]
        self.piece_after = book.words("numerals.piece_after")
        self.stop = parts["stop"]["characters"]
        self.half = parts["half"]["characters"]
        self.hanzi = "".join([*self.digits, *self.places, *self.scales, *self.tens])
        self._vague = {**self.lead, **self.more}
        self.pattern = re.compile(self._pattern())
        of = rf"{GAP}{{0,4}}".join(re.escape(c) for c in self.of)
        self.of_pattern = re.compile(rf"{GAP}{{0,4}}{of}{GAP}{{0,4}}[{re.escape(self.minus)}]?")
        self._short = lru_cache(maxsize=1 << 16)(self._read)

    def digit_pattern(self) -> str:
        """A number in digits of any width: thousands marks, a decimal part, digits set apart by spaces."""
        d, scale = "[0-9０-９]", "".join(self.scales)
        follow = rf"(?={GAP}{{0,4}}\r?\n?{GAP}{{0,4}}[{scale}%％‰])"
        apart = rf"(?<![0-9０-９]){d}(?:{GAP}{{1,2}}{d}){{1,11}}+(?!{GAP}?{d}){follow}"
        wrapped = rf"(?<=[^\s0-9０-９]){d}{{1,6}}[.．]{GAP}{{1,2}}{d}{{1,4}}{follow}"
        grouped = rf"(?<=[^\s0-9０-９.,]){d}{{1,3}}(?:[ \u00a0\u2009\u202f]{d}{{3}})++(?![ \u00a0]?{d})"
        thousands = rf"{d}{{1,3}}(?:,{d}{{3}})++(?!{d}|，{d}{{3}})|[０-９]{{1,3}}(?:，[０-９]{{3}})++(?!{d})"
        thousands = rf"{d}{{1,3}}(?:[,，]{d}{{3}}){{2,}}+(?!{d})|{thousands}"
        joined = rf"{d}++(?:[\u200b-\u200d\u2060\ufeff\x00\xad]++{d}++)*+"
        return rf"(?:{apart}|{wrapped}|(?:{grouped}|{thousands}|{joined})(?:[.．]{d}++)?)"

    def _pattern(self) -> str:
        d = "[0-9０-９]"
        digit, tens, lead, more = ("".join(x) for x in (self.digits, self.tens, self.lead, self.more))
        zero = "".join(c for c, n in self.digits.items() if n == 0)
        ten = "".join(c for c, n in self.places.items() if n == 10)
        place = "".join(c for c, n in self.places.items() if n > 10)
        scale = "".join(self.scales)
        multi = ten + place + scale
        first, then = re.escape(self.of[0]), re.escape(self.of[1:] + self.point)
        gap = rf"{GAP}{{0,8}}+(?:\r?\n{GAP}{{0,8}}+)?"
        pages = rf"(?:(?<=[.．]{d})|(?<=[.．]{d}{d})){GAP}{{0,8}}+(?:\r?\n{GAP}{{0,8}}+){{2,3}}"
        vague = rf"(?:{GAP}{{0,2}}[{more}])?"
        after_digits = (
            rf"(?<={d}){vague}(?:(?:{gap}|{pages})[{scale}]|(?<!{d}{d}{d}{d}){GAP}{{0,2}}[{place}](?!{first}[{then}]))"
        )
        after_hanzi = rf"(?<=[{multi}{digit}{tens}{more}{lead}]){vague}{GAP}{{0,2}}[{multi}]"
        digits_again = (
            rf"(?<=[{multi}{zero}])(?:{GAP}{{0,2}}{d}{{1,4}}(?:[.．]{d}++)?(?={GAP}{{0,2}}[{multi}])"
            rf"|0{d}{{1,3}}|(?<=[{zero}]){d}{{1,4}}(?!{d})|{d}{{3,4}}(?!{d}|[.．,/-]{d}|[{self.stop}]))"
        )
        second = "".join(c for c in digit if c not in self.pair) + tens
        apart = rf"(?<!{d}[{scale}])(?<!{d}[{scale}][{scale}])"  # 6万亿两个 is two numbers, 2万五千 one
        one_digit = rf"(?<=[{multi}{digit}{tens}])(?:{apart}[{second}]|[{zero}]|[{second}{self.pair}](?=[{multi}]))"
        decimals = rf"(?<=[{multi}{digit}{tens}])[{self.point}]{GAP}{{0,2}}(?:{d}++|[{digit}]++(?![{ten}]))"
        whole = "|".join(re.escape(w) for w in self.piece_after)
        pieces = (
            rf"(?<=[{multi}{digit}{tens}{more}{lead}0-9０-９]){vague}[{self.piece}][{more}]?[{scale}]"
            rf"(?=[{more}]?(?:{whole}|[^0-9０-９A-Za-z\u4e00-\u9fff]|\Z))"
        )
        tail = rf"(?:{one_digit}|{after_hanzi}|{after_digits}|{digits_again}|{decimals}|{pieces})*+"
        head = rf"(?:{self.digit_pattern()}|[{digit}{multi}{tens}]|[{lead}](?=[{multi}]))"
        last = rf"(?:{GAP}{{0,2}}[{more}])?"
        return head + tail + last

    def read(self, text: str) -> Numeral:
        """What the numeral says; its value is None where the characters make no number."""
        return self._short(text) if len(text) <= 40 else self._read(text)

    def _read(self, text: str) -> Numeral:
        clean = text.translate(CLEAN)
        if clean.isascii():
            return Numeral(tidy(Decimal(clean)))
        bound = "="
        for char in self._vague.keys() & set(clean):
            bound = self._vague[char]
            clean = clean.replace(char, "")
        for char in self.piece:
            clean = clean.replace(char, "")
        script = "digits" if clean.isascii() else "mixed" if any("0" <= c <= "9" for c in clean) else "hanzi"
        plain = len(clean) == 1 and script == "hanzi"
        implied = self.places.get(clean[:1], 0) > 10 or clean[:1] in self.scales
        scale = self._last_scale(clean)
        low, high = self._pair(clean)
        value = self._value(low)
        top = self._value(high) if high else None
        if value is not None and top is not None and top <= value:
            top = None
        value, top = value if value is None else tidy(value), top if top is None else tidy(top)
        return Numeral(value, top, bound, script, scale, plain, implied)

    def _last_scale(self, clean: str) -> int:
        """The power of ten of the multipliers at the end (万亿 is 12): what a range may share."""
        power = 0
        for char in reversed(clean[-4:]):
            step = self.scales.get(char)
            if step is None:
                break
            power += step
        return power

    def _pair(self, clean: str) -> tuple[str, str]:
        """The two numbers of an approximate run (三五百: 三百 and 五百), else the number and an empty string."""
        for i in range(len(clean) - 1):
            a, b = self.digits.get(clean[i]), self.digits.get(clean[i + 1])
            if a is None or b is None:
                continue
            around = clean[i - 1 : i] + clean[i + 2 : i + 3]
            single = not any(c in self.digits or c in self.point for c in around)
            if single and a > 0 and (b == a + 1 or (a, b) == (3, 5)):
                return clean[: i + 1] + clean[i + 2 :], clean[:i] + clean[i + 1 :]
            return clean, ""
        return clean, ""

    def _value(self, clean: str) -> Decimal | None:
        if all(c in self.digits or c in self.point for c in clean):
            joined = "".join("." if c in self.point else str(self.digits[c]) for c in clean)
            return Decimal(joined) if joined.count(".") <= 1 else None
        return _Sum(self).of(clean)


class _Sum:
    """One number in places and scales, read from left to right."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.total: list[tuple[Decimal, int]] = []
        self.section = Decimal(0)
        self.pending: Decimal | None = None
        self.place = 0
        self.elide = 0
        self.scales = 0
        self.zero = False

    def of(self, clean: str) -> Decimal | None:
        """The value of a numeral without vague characters, or None where it makes no number."""
        for token in self._tokens(clean):
            if not self._take(token):
                return None
        self._close()
        result = self.section
        for value, _ in self.total:
            result = EXACT.add(result, value)
        return result

    def _tokens(self, clean: str) -> list[str]:
        return re.findall(rf"[0-9]*\.?[0-9]+|[{self.grammar.point}][^{self._multi()}]*|.", clean, re.S)

    def _multi(self) -> str:
        return "".join([*self.grammar.places, *self.grammar.scales])

    def _take(self, token: str) -> bool:
        g = self.grammar
        if token in g.places:
            return self._take_place(g.places[token])
        if token in g.scales:
            return self._take_scale(g.scales[token])
        if token in g.tens:
            self.section, self.pending, self.elide = EXACT.add(self.section, Decimal(g.tens[token])), None, 0
            return True
        if token[0] in g.point:
            self._close()
            tail = "".join(str(g.digits.get(c, c)) for c in token[1:])
            self.section = EXACT.add(self.section, Decimal("0." + tail)) if tail else self.section
            return tail.isdigit() or not tail
        if token in g.digits:
            number = g.digits[token]
            if number == 0:
                self.elide, self.zero = 0, True
                return self.pending is None
            if self.pending is not None:
                return False
            self.pending = Decimal(number)
            return True
        if self.pending is not None:
            return False
        self.pending, self.elide = Decimal(token), 0
        return True

    def _take_place(self, place: int) -> bool:
        if self.place and place >= self.place:
            return False
        if self.pending is None and self.total and not self.section and not self.zero:
            return False
        one = Decimal(1) if self.pending is None else self.pending
        self.section = EXACT.add(self.section, EXACT.multiply(one, Decimal(place)))
        self.pending, self.place, self.elide = None, place, place
        return True

    def _take_scale(self, power: int) -> bool:
        self.scales += 1
        if self.scales > MAX_SCALES:
            return False
        empty = self.pending is None and not self.section
        if not self.place:
            self.elide = 0
        self._close()
        gathered = self.section
        lower = [i for i, (_, p) in enumerate(self.total) if p < power]
        if empty and not lower and self.total:
            value, before = self.total.pop()
            self.total.append((shift(value, power), before))
        else:
            first = lower[0] if lower else len(self.total)
            for value, _ in self.total[first:]:
                gathered = EXACT.add(gathered, value)
            del self.total[first:]
            if empty and not lower:
                gathered = Decimal(1)
            self.total.append((shift(gathered, power), power))
        self.section, self.place, self.elide, self.zero = Decimal(0), 0, 10**power, False
        return True

    def _close(self) -> None:
        """Add the digit that waits; right behind 百 or more it counts tenths of it (三万五 is 35,000)."""
        if self.pending is not None:
            step = Decimal(self.elide // 10) if self.elide >= 100 else Decimal(1)
            self.section = EXACT.add(self.section, EXACT.multiply(self.pending, step))
        self.pending, self.elide = None, 0
