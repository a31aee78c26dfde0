"""Digits that are more than a number: a text and a place come in, the date, ratio or code there goes out."""

from __future__ import annotations

import re
import string
from decimal import Decimal

from kpiextract.joins import Found
from kpiextract.numerals import EXACT, WIDE, Numeral, divide, tidy
from kpiextract.rulebook import RuleBook
from kpiextract.units import UnitTable, words_of

D = "[0-9０-９]"
NUMBER = rf"{D}+(?:[.．]{D}+)?"
DATE = re.compile(
    rf"(?:(?:1[89]|2[01]|１[８９]|２[０１]){D}{{2}}([-－/.])(?:0?[1-9]|1[0-2])\1(?:3[01]|[12]{D}|0?[1-9])"
    rf"|{D}{{1,2}}([-/]){D}{{1,2}}\2(?:19|20){D}{{2}}"
    rf"|(?:19|20){D}{{2}}[-/.](?:0[1-9]|1[0-2])|(?:0[1-9]|1[0-2])[-/.](?:19|20){D}{{2}}|(?:0[1-9]|1[0-2])[-/](?:0[1-9]|[12]{D}|3[01])"
    rf")(?!{D}|[-/]{D})"
)
TIME = re.compile(rf"([01]?{D}|2[0-4])[:：]([0-5]{D})(?:[:：][0-5]{D})?(?!{D}|[:：.]{D}|[∶：:])")
RATIO = re.compile(rf"{NUMBER}(?:(?:[∶:：]| [∶:：] ){NUMBER})+")
POWER = re.compile(
    rf"({NUMBER})(?: ?(?:[×xX*] ?10\^([-−]?{D}{{1,2}})|× ?10([⁻⁺]?[⁰¹²³⁴-⁹]{{1,2}})|× ?10([-−]{D}))"
    rf"|[eE]([-+]{D}{{1,2}}))(?![0-9.])"
)
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺−", "0123456789-+-")
SUM = re.compile(rf"{D}+(?:\+(?:{D}+|[NnXxＮ]))+(?![A-Za-z0-9])")
PHONE = re.compile(rf"0{D}{{2,3}}[-－]{D}{{7,8}}(?!{D})|{D}{{3,4}}-{D}{{3,4}}-{D}{{4}}(?!{D})")
DOTTED = re.compile(rf"{D}+(?:[.．]{D}+){{2,}}")
EVENT = re.compile(rf"{D}{{1,2}}[·•]{D}{{1,2}}(?!{D})")
CODE = re.compile(r"[A-Za-z0-9０-９_]*(?:[-./+:&@?=%#~_][A-Za-z0-9０-９_]+)*#?")
CODE_CHARS = frozenset(string.ascii_letters + string.digits + "０１２３４５６７８９" + "-_./&:?=%@+")
NEXT = frozenset("-－/／.．:：∶+·•# \u3000")
POWERS = frozenset(" ×xX*eE")
SPLIT = re.compile("[∶:：]")


def number(text: str) -> Decimal:
    """The value of plain digits of any width."""
    return tidy(Decimal(text.translate(WIDE)))


class Shapes:
    """Recognizes what digits make together with the marks around them."""

    def __init__(self, book: RuleBook) -> None:
        self.latin = words_of(book, "numerals.latin")
        joins = "".join(r.data["characters"] for r in book.rules("numeral") if r.data["part"] == "and")
        scales = [char for r in book.rules("numeral") if r.data["part"] == "scale" for char in r.data["values"]]
        self.next = NEXT | frozenset(joins)
        self.mixed = re.compile(
            rf"(?:({D}{{1,4}})(?:[ \u3000]+|[{re.escape(joins)}]))?({D}{{1,6}})[ \u3000]?[/／][ \u3000]?({D}{{1,6}})"
            rf"(?!{D}|[/／.]{D}|[{re.escape(''.join(scales))}])"
        )

    def read(self, text: str, at: int, end: int, floor: int, limit: int, units: UnitTable) -> Found | None:
        """The shape that begins with the digits `at:end`, or None where they are just a number."""
        before = text[at - 1] if at > floor else ""
        if text[end : end + 1] in POWERS and (power := POWER.match(text, at, limit)):
            return self._power(power)
        if before and before.isascii() and self._is_code(text, at, end, floor, limit, units):
            return self._code(text, at, floor, limit)
        after = text[end : end + 1]
        letter = after.isascii() and after.isalpha() and end < limit
        if letter and units.find(text, end, limit) is None and units.find_before(text, at, end, limit) is None:
            return self._code(text, at, floor, limit)
        if after == "#":
            return self._code(text, at, floor, limit)
        if (after in self.next and end < limit) or "." in text[at:end] or text[at:end].count("．"):
            return self._marks(text, at, limit)
        return None

    def leads(self, text: str, at: int) -> bool:
        """Is the point before `at` the beginning of a number (.5)?"""
        ahead = text[at - 2] if at >= 2 else ""
        return not ahead or not (ahead.isalnum() or ahead in ".．")

    def end_of_number(self, text: str, at: int, end: int) -> int:
        """Where the number ends: 2.2.2 is three numbers, not one and a half."""
        if (at > 1 and text[at - 1] in ".．" and text[at - 2].isdigit()) or DOTTED.match(text, at):
            for i in range(at, end):
                if text[i] in ".．":
                    return i
        return end

    def _marks(self, text: str, at: int, limit: int) -> Found | None:
        if match := PHONE.match(text, at, limit) or SUM.match(text, at, limit):
            return _made(match, "code")
        if match := DATE.match(text, at, limit) or EVENT.match(text, at, limit):
            return _made(match, "date")
        time = TIME.match(text, at, limit)
        if time and "∶" not in time.group():
            return _made(time, "date")
        if match := RATIO.match(text, at, limit):
            return self._ratio(match)
        if match := self.mixed.match(text, at, limit):
            return self._fraction(match)
        return None

    def _power(self, match: re.Match[str]) -> Found:
        """A number times a power of ten: 1.5×10^8, 3.2×10⁻³, 1.5E+08."""
        power = next(group for group in match.groups()[1:] if group)
        value = tidy(number(match[1]).scaleb(int(power.translate(RAISED)), EXACT))
        found = Found(match.start(), match.end(), value, Numeral(value))
        found.kind = "count"
        return found

    def _ratio(self, match: re.Match[str]) -> Found:
        parts = tuple(number(part.strip()) for part in SPLIT.split(match.group()))
        found = Found(match.start(), match.end(), parts[0], Numeral(parts[0]))
        found.take("ratio", "∶", "shape.ratio")
        found.parts = parts
        return found

    def _fraction(self, match: re.Match[str]) -> Found | None:
        whole, above, below = (number(part) if part else Decimal(0) for part in match.groups())
        years = above >= 1900 and below >= 1900
        if below == 0 or years or match.group(2)[0] in "0０" or match.group(3)[0] in "0０":
            return None
        value = divide(EXACT.multiply(EXACT.add(EXACT.multiply(whole, below), above), Decimal(100)), below)
        found = Found(match.start(), match.end(), value, Numeral(value))
        found.take("percent", "%", "numeral.of")
        return found

    def _is_code(self, text: str, at: int, end: int, floor: int, limit: int, units: UnitTable) -> bool:
        """Do the digits belong to a name in Latin letters (G219, PM2.5, COVID-19)?"""
        before = text[at - 1]
        if not before.isalpha():
            ahead = text[at - 2] if at - 2 >= floor else ""
            return before in "-_./&" and bool(ahead) and ahead.isascii() and ahead.isalpha()
        if units.find_before(text, at, end, limit) is not None:
            return False
        return not text.endswith(self.latin, floor, at)

    def _code(self, text: str, at: int, floor: int, limit: int) -> Found:
        start = at
        while start > floor and text[start - 1] in CODE_CHARS:
            start -= 1
        while start < at and not text[start].isalnum():
            start += 1
        match = CODE.match(text, at, limit)
        end = match.end() if match else at + 1
        found = Found(start, max(end, at + 1), None, Numeral(None))
        found.take("code", "", "shape.code")
        return found


def _made(match: re.Match[str], kind: str) -> Found:
    found = Found(match.start(), match.end(), None, Numeral(None))
    found.take(kind, "", f"shape.{kind}")
    return found
