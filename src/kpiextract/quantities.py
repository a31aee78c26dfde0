"""Finds quantities: a text comes in, every numeral of it goes out with its unit, kind, exact value and bound."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from kpiextract.joins import Found, Joiner
from kpiextract.measures import DIGITS, Measures, is_hanzi, skip
from kpiextract.model import Mention
from kpiextract.numerals import EXACT, PLACES, Grammar, Numeral, divide
from kpiextract.ordinary import Ordinary
from kpiextract.rulebook import RuleBook
from kpiextract.shapes import Shapes
from kpiextract.special import Special
from kpiextract.units import ModifierTable, UnitTable, Words, words_of

GROUPED = re.compile(r"[0-9]{1,3}[ \u00a0\u2009\u202f][0-9]{3}")
HUNDRED = Decimal(100)


class QuantityScanner:
    """Finds the numerals of a text by the rules of one rule book; it keeps no state between texts."""

    def __init__(self, book: RuleBook) -> None:
        self.scale_after = book.words("numerals.scale_after")
        self.burden = frozenset(book.words("minus.not_after"))
        self.grammar = Grammar(book)
        self.units = UnitTable(book)
        self.modifiers = ModifierTable(book)
        self.shapes = Shapes(book)
        self.special = Special(book, self.grammar)
        self.ordinary = Ordinary(book, self.grammar)
        self.measures = Measures(self.grammar, self.units, self.special)
        self.joins = Joiner(book, self.grammar.hanzi)
        self.labels = words_of(book, "numerals.labels")
        self.more_not = Words[str]()
        for word in words_of(book, "numerals.more_not"):
            self.more_not.add(word, word)
        self.more_not.freeze()
        self.bare_before = words_of(book, "numerals.bare_before")
        self.bare_after = words_of(book, "numerals.bare_after")
        starts = self.grammar.hanzi + "".join(self.grammar.lead) + self.special.starts
        self.candidate = re.compile(f"[0-9０-９①-⒛㈠-㈩{starts}]")
        self.after = frozenset(self.grammar.of[0] + self.grammar.and_)

    def find(self, text: str, taken: Sequence[tuple[int, int]] = ()) -> list[Mention]:
        """Every numeral of the text outside the `taken` spans (sorted, not overlapping), in order, as mentions.

        A numeral that overlaps a taken span is left out. Values are exact and in the canonical unit.
        """
        return [f.mention() for f in self.joins.join(self._scan(text, taken), text)]

    def _scan(self, text: str, taken: Sequence[tuple[int, int]]) -> list[Found]:
        out: list[Found] = []
        search, size, at, floor, index, count = self.candidate.search, len(text), 0, 0, 0, len(taken)
        while match := search(text, at):
            at = match.start()
            while index < count and taken[index][1] <= at:
                floor = max(floor, taken[index][1])
                index += 1
            if index < count and taken[index][0] <= at:
                at = floor = taken[index][1]
                continue
            limit = taken[index][0] if index < count else size
            found = self._read(text, at, floor, limit)
            if isinstance(found, int):
                at = found
            else:
                out.append(found)
                at = floor = found.end
        return out

    def _read(self, text: str, at: int, floor: int, limit: int) -> Found | int:
        """The quantity whose numeral begins at `at`, or where to look on."""
        match = self.grammar.pattern.match(text, at, limit)
        if match is None:
            return at + 1 if text[at] in self.grammar.lead else self.special.read(text, at, floor, limit, self)
        end = match.end()
        if text[at] in DIGITS:
            shape = self.shapes.read(text, at, end, floor, limit, self.units)
            if shape is not None:
                if shape.kind == "count":
                    self.measures.read(text, shape, floor, limit)
                return self._finish(text, shape, floor, limit) if shape.value is not None else shape
            end = self.shapes.end_of_number(text, at, end)
            if at - floor >= 1 and text[at - 1] in ".．" and self.shapes.leads(text, at):
                return self._decimal(text, at, end, floor, limit)
            if GROUPED.match(text, at, end) and not self._is_grouped(text, at, end, floor, limit):
                end = at + len(text[at:end].split()[0])
        else:
            hidden = self.ordinary.read(text, at, end, floor)
            if hidden is not None:
                return hidden
        return self._quantity(text, at, self._trim(text, at, end, limit), floor, limit)

    def _is_grouped(self, text: str, at: int, end: int, floor: int, limit: int) -> bool:
        """Do spaces between groups of digits write one number (1 200人)? Its unit follows, no label precedes."""
        labelled = text.endswith(self.labels, floor, at)
        return not labelled and self.units.find(text, skip(text, end, limit), limit) is not None

    def _decimal(self, text: str, at: int, end: int, floor: int, limit: int) -> Found | int:
        """A number that begins with its point: .5"""
        made = self._quantity(text, at, end, floor, limit)
        if not isinstance(made, Found) or "." in text[at:end] or "．" in text[at:end]:
            return made
        if made.value is not None and text[made.start] in DIGITS:
            made.value = self.grammar.read("0." + text[made.num_start : made.num_end]).value
            made.start = made.num_start = at - 1
            made.left = min(made.left, made.start)
            return self._finish(text, made, floor, limit)
        return made

    def _trim(self, text: str, at: int, end: int, limit: int) -> int:
        """The end of the numeral: not a 多 that begins another word, not a scale on the next line without unit."""
        grammar = self.grammar
        if text[end - 1] in grammar.more and end - at > 1:
            tail = self.more_not.begins(text, end - 1)
            loose = text[end - 1] not in self.special.firm_more and not self.units.find(text, end, limit)
            if tail or loose:
                match = grammar.pattern.match(text, at, end - 1)
                end = match.end() if match else end - 1
        for char in grammar.scales:
            wrapped = text.rfind("\n", at, end)
            if wrapped >= 0 and text[end - 1] == char and not self.units.find(text, end, limit):
                match = grammar.pattern.match(text, at, wrapped)
                end = match.end() if match else end
        apart = text[end - 1] in grammar.scales and text[end - 2 : end - 1].isspace()
        if apart and self.ordinary.begins(text, end - 1):
            match = grammar.pattern.match(text, at, end - 2)
            end = match.end() if match else end
        return end

    def _quantity(self, text: str, at: int, end: int, floor: int, limit: int) -> Found | int:
        numeral = self.grammar.read(text[at:end])
        if numeral.script != "digits" and end - at > 1 and self._too_long(text, numeral, end, limit):
            end, numeral = self._shorter(text, at, end, limit, numeral)
        if numeral.value is None and text[at] not in DIGITS:
            return next((place for place in range(at + 1, end) if text[place] in DIGITS), end)
        found = Found(at, end, numeral.value, numeral)
        prefix = self.special.before(text, found, floor, limit, self)
        if prefix is not None:
            return prefix
        if self._may_divide(text, end, limit) and self._fraction(text, found, limit):
            self._times(text, found, limit)
            return self._finish(text, found, floor, limit)
        self.measures.read(text, found, floor, limit)
        if not found.kind:
            if numeral.script == "hanzi" and not self._stands_alone(text, found, floor):
                return found.end
            found.kind = "count"
        return self._finish(text, found, floor, limit)

    def _too_long(self, text: str, numeral: Numeral, end: int, limit: int) -> bool:
        """Does the last multiplier belong to the unit (一百千瓦, 323千卡)?"""
        if numeral.value is None:
            return True
        last = text[end - 1]
        if last not in self.grammar.places and last not in self.grammar.scales:
            return False
        return self.units.find(text, end - 1, limit) is not None

    def _shorter(self, text: str, at: int, end: int, limit: int, numeral: Numeral) -> tuple[int, Numeral]:
        """The numeral without its last characters, where that makes it one."""
        for cut in range(end - 1, max(at, end - 4), -1):
            match = self.grammar.pattern.match(text, at, cut)
            if match is None:
                break
            shorter = self.grammar.read(match.group())
            if shorter.value is not None:
                return match.end(), shorter
        return end, numeral

    def _stands_alone(self, text: str, found: Found, floor: int) -> bool:
        """Is a number in Chinese characters without unit a word of its own?"""
        numeral, written = found.numeral, found.end - found.start
        if not numeral.plain and (not numeral.implied or written > 2 or numeral.bound != "="):
            return True
        if numeral.implied and numeral.scale:
            return text.endswith(self.scale_after, 0, found.start)
        if self.joins.reaches(text, found.end) or self.modifiers.find_after(text, found.end, len(text), ""):
            return not numeral.implied
        before, after = text[found.start - 1 : found.start] if found.start else "", text[found.end : found.end + 1]
        left = not is_hanzi(before) or text.endswith(self.bare_before, 0, found.start) or before in self.grammar.minus
        right = not is_hanzi(after) or text.startswith(self.bare_after, found.end)
        if not (left and right):
            return False
        return text[found.start] not in self.grammar.alone or not (is_hanzi(before) and is_hanzi(after))

    def _may_divide(self, text: str, end: int, limit: int) -> bool:
        char = text[end : end + 1]
        if char and char in " \u3000\xa0":
            end = skip(text, end, limit)
            char = text[end : end + 1]
        return char != "" and char in self.after

    def _fraction(self, text: str, found: Found, limit: int) -> bool:
        """Read 五分之一, 百分之三十, 三又三分之一, 3/4 as percent; False where it is none."""
        grammar, end = self.grammar, found.end
        number, whole = grammar.pattern.match, Decimal(0)
        below, high = found.value, None
        joint = skip(text, end, limit)
        if text[joint] in grammar.and_:
            second = number(text, skip(text, joint + 1, limit), limit)
            if second is None or below is None:
                return False
            whole, end = below, second.end()
            below = grammar.read(second.group()).value
        of = grammar.of_pattern.match(text, end, limit)
        if of is None:
            return self._percent_short(text, found, limit)
        above = number(text, of.end(), limit)
        top = grammar.read(above.group()) if above else None
        if above is None or top is None or top.value is None or not below:
            return False
        sign = Decimal(-1) if of.group()[-1] in grammar.minus else Decimal(1)
        total = EXACT.add(EXACT.multiply(whole, below), EXACT.multiply(sign, top.value))
        found.value = divide(EXACT.multiply(total, HUNDRED), below)
        high = divide(EXACT.multiply(top.high, HUNDRED), below) if top.high is not None else None
        found.below = below
        found.high, found.end, found.num_end = high, above.end(), above.end()
        found.inner = top.bound
        found.take("percent", "%", "numeral.of")
        return True

    def _times(self, text: str, found: Found, limit: int) -> None:
        """一又三分之二倍: a fraction of times is no percentage."""
        times = self.special.times
        if times and found.value is not None and text.startswith(times, found.end, limit):
            value = divide(found.value, HUNDRED)
            found.value = value if value == value.quantize(PLACES) else value.quantize(PLACES)
            found.end += len(times)
            found.num_end = found.end - len(times)
            found.take("multiple", times, "numeral.of")

    def _percent_short(self, text: str, found: Found, limit: int) -> bool:
        """百分百 and 百分三十: 百分之 without 之."""
        grammar = self.grammar
        hundred = text[found.start : found.end] in self.special.hundred
        if not hundred or not text.startswith(grammar.of[0], found.end, limit):
            return False
        above = grammar.pattern.match(text, found.end + 1, limit)
        top = grammar.read(above.group()) if above else None
        if above is None or top is None or top.value is None or (top.plain and not top.implied):
            return False
        found.value, found.high, found.end, found.num_end = top.value, top.high, above.end(), above.end()
        found.take("percent", "%", "numeral.of")
        return True

    def _finish(self, text: str, found: Found, floor: int, limit: int) -> Found:
        """Apply sign, factor and the modifiers around."""
        start = found.start
        below = found.unit in self.special.degrees and text.endswith(self.special.below_zero, floor, start)
        minus = start > floor and text[start - 1] in self.grammar.minus and self._is_minus(text, start - 1, floor)
        if found.value is not None and (minus or below):
            found.start -= len(self.special.below_zero) if below else 1
            found.value = found.value.copy_negate()
        found.left = min(found.left, found.start)
        if found.kind not in ("code", "idiom"):
            self._modify(text, found, floor, limit)
        return found

    def _is_minus(self, text: str, at: int, floor: int) -> bool:
        """Is the dash a minus sign, not a mark between two numbers?"""
        if at == floor:
            return floor == 0
        before = text[at - 1]
        if before in self.burden and is_hanzi(text[at]):
            return False
        if before in self.grammar.minus or (before.isascii() and (before.isalnum() or before in "%)")):
            return False
        return before not in DIGITS and before not in "％‰℃）·。" and not (text[at] in "–" and is_hanzi(before))

    def _modify(self, text: str, found: Found, floor: int, limit: int) -> None:
        at = found.left
        while at > floor and text[at - 1] in " \u3000\u200b\xa0":
            at -= 1
        implied = found.numeral.implied or found.numeral.bound != "="
        word = self.modifiers.find_before(text, at, floor, implied)
        for _ in range(2):
            if word is not None:
                break
            for size in self.modifiers.fillers.tails.get(text[at - 1 : at] if at > floor else "", ()):
                if at - size >= floor and text[at - size : at] in self.modifiers.fillers.table:
                    at -= size
                    break
            else:
                break
            while at > floor and text[at - 1] == " ":
                at -= 1
            word = self.modifiers.find_before(text, at, floor, implied)
        if word is not None:
            found.left, found.before = at - len(word.word), word.bound
            found.rules.append(word.rule)
        behind = found.end
        while behind < limit and text[behind] in " \u200b":
            behind += 1
        after = self.modifiers.find_after(text, behind, limit, found.kind)
        found.right = found.end
        if after is not None:
            found.right, found.after = behind + len(after.word), after.bound
            found.rules.append(after.rule)
