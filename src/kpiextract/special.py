"""Quantities that are words rather than number and unit: ranks, 翻番, halves come in as text, go out as quantities."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import Protocol

from kpiextract.joins import Found
from kpiextract.numerals import Grammar, Numeral, shift
from kpiextract.rulebook import RuleBook
from kpiextract.units import Unit, UnitTable, Words, words_of

ONE, HALF = Decimal(1), Decimal("0.5")


class Finisher(Protocol):
    """What the scanner lends: its unit table and its last step."""

    units: UnitTable

    def _finish(self, text: str, found: Found, floor: int, limit: int) -> Found: ...


def _words(book: RuleBook, id: str) -> Words[str]:
    words: Words[str] = Words()
    for word in words_of(book, id):
        words.add(word, word)
    words.freeze()
    return words


class Special:
    """Reads the special words of one rule book."""

    def __init__(self, book: RuleBook, grammar: Grammar) -> None:
        self.grammar = grammar
        self.per = frozenset(words_of(book, "units.per_marks"))
        self.year = next(iter(words_of(book, "units.year")), "")
        self.piece = next(iter(words_of(book, "units.piece")), "")
        self.degrees = frozenset(words_of(book, "units.degrees"))
        self.below_zero = next(iter(words_of(book, "numerals.below_zero")), "\0")
        self.hundred = frozenset(words_of(book, "numerals.hundred"))
        self.firm_more = frozenset(words_of(book, "numerals.firm_more"))
        self.half_not = _words(book, "half.not")
        self.half_units = _words(book, "half.units")
        self.half_share = _words(book, "half.share")
        self.half_over = words_of(book, "half.over")
        self.half_about = words_of(book, "half.about")
        self.half_one = frozenset(words_of(book, "half.one"))
        self.half_not_after = words_of(book, "half.not_after")
        self.first = words_of(book, "rank.first")
        self.first_not = _words(book, "rank.first_not")
        self.first_not_after = words_of(book, "rank.first_not_after")
        self.order_first = _words(book, "ordinal.first")
        self.ordinal = words_of(book, "rank.ordinal")
        self.double = words_of(book, "rank.double")
        self.front = words_of(book, "rank.front")
        self.places = words_of(book, "rank.places")
        self.strong = words_of(book, "rank.strong")
        self.strong_not = words_of(book, "rank.strong_not")
        self.context = words_of(book, "rank.context")
        self.rank_after = words_of(book, "rank.after")
        self.rank_not_after = words_of(book, "rank.not_after")
        self.change = words_of(book, "rank.change")
        self.change_unit = words_of(book, "rank.change_unit")
        self.doubling = words_of(book, "multiple.double")
        self.times = next(iter(words_of(book, "multiple.unit")), "")
        self.doubling_end = words_of(book, "multiple.double_end")
        self.place_value = words_of(book, "numerals.place_value")
        self.place_value_share = words_of(book, "numerals.place_value_share")
        heads = {w[0] for w in (*self.doubling, *self.order_first.table)} | {w[-1] for w in self.first}
        self.starts = "".join(sorted((heads | set(grammar.half)) - set(grammar.hanzi)))
        self.marked = frozenset(w[-1] for w in (*self.ordinal, *self.front))

    def is_year(self, text: str, found: Found) -> bool:
        """2022年, 二〇二四年: four digits that name a year, not a number of years."""
        numeral, written = found.numeral, found.num_end - found.num_start
        return written == 4 and not numeral.scale and numeral.value is not None and 1000 <= numeral.value <= 2999

    def read(self, text: str, at: int, floor: int, limit: int, scanner: Finisher) -> Found | int:
        """The special word at `at`, or where to look on."""
        char = text[at]
        if not char.isalpha():
            found = Found(at, at + 1, _circled(char), Numeral(_circled(char)))
            found.kind = "count"
            return scanner._finish(text, found, floor, limit)
        if char in self.grammar.half:
            return self._half(text, at, floor, limit, scanner)
        if any(text.startswith(w, at, limit) for w in self.doubling):
            return self._doubling(text, at, floor, limit, scanner)
        for word in self.first:
            for start in (at, at - len(word) + 1):
                if start < floor or not text.startswith(word, start, limit) or self.first_not.begins(text, at):
                    continue
                if not text.endswith(self.first_not_after, floor, start):
                    return self._word(text, start, start + len(word), "rank", self.places[0], floor, limit, scanner)
        order = self.order_first.begins(text, at)
        if order and at + len(order) <= limit:
            return self._word(text, at, at + len(order), "ordinal", "", floor, limit, scanner)
        return at + 1

    def _word(
        self, text: str, start: int, end: int, kind: str, unit: str, floor: int, limit: int, scanner: Finisher
    ) -> Found:
        found = Found(start, end, ONE, Numeral(ONE, script="hanzi"))
        found.take(kind, unit, f"{kind}.first")
        return scanner._finish(text, found, floor, limit)

    def _half(self, text: str, at: int, floor: int, limit: int, scanner: Finisher) -> Found | int:
        """过半, 半数, 半年."""
        end = at + 1
        over = next((w for w in self.half_over if text.endswith(w, floor, at)), "")
        share = self.half_share.begins(text, at)
        if (over or share) and not (over and not share and self.half_not.begins(text, at)):
            found = Found(at - len(over), at + max(1, len(share)), Decimal(50), Numeral(Decimal(50), script="hanzi"))
            found.take("percent", "%", "half.one")
            found.inner = ">" if over else "="
            return scanner._finish(text, found, floor, limit)
        if text.endswith(self.half_not_after, floor, at):
            return end
        word = self.half_units.begins(text, end)
        unit = scanner.units.find(text, end, limit) if word else None
        if word in self.hundred:
            found = Found(at, end + 1, Decimal(50), Numeral(Decimal(50), script="hanzi"))
            found.kind = "count"
            return scanner._finish(text, found, floor, limit)
        if unit is None or len(unit.spelled) < len(word) or self._no_half(text, at, word):
            if word or self.half_not.begins(text, at) or not text.endswith(self.half_about, floor, at):
                return end
            found = Found(at, end, Decimal(50), Numeral(Decimal(50), script="hanzi"))
            found.take("percent", "%", "half.one")
            return scanner._finish(text, found, floor, limit)
        found = Found(at, end + len(unit.spelled), HALF, Numeral(HALF, script="hanzi"))
        found.num_end = end
        found.up, found.down = unit.up, unit.down
        found.take(unit.kind, unit.name, unit.rule)
        return scanner._finish(text, found, floor, limit)

    def _no_half(self, text: str, at: int, word: str) -> bool:
        return len(self.half_not.begins(text, at)) > 1 + len(word)

    def _doubling(self, text: str, at: int, floor: int, limit: int, scanner: Finisher) -> Found | int:
        """翻番, 翻一番, 翻了两番: the growth as a multiple (1, 1, 3)."""
        at_number = at + max(len(w) for w in self.doubling if text.startswith(w, at))
        match = self.grammar.pattern.match(text, at_number, limit)
        end = match.end() if match else at_number
        times = self.grammar.read(match.group()).value if match else ONE
        word = next((w for w in self.doubling_end if text.startswith(w, end, limit)), "")
        if not word or times is None or not 0 < times <= 20 or times != int(times):
            return at + 1
        value = Decimal(2 ** int(times) - 1)
        found = Found(at, end + len(word), value, Numeral(value, script="hanzi"))
        found.take("multiple", self.times, "multiple.double")
        return scanner._finish(text, found, floor, limit)

    def before(self, text: str, found: Found, floor: int, limit: int, scanner: Finisher) -> Found | None:
        """A rank, an order, 一半, 两位数: a numeral whose word before or behind makes it that."""
        start, end = found.start, found.end
        if start > floor and text[start - 1] in self.marked:
            if text.endswith(self.ordinal, floor, start):
                return self._ordinal(text, found, floor, limit, scanner)
            made = self._front(text, found, floor, limit, scanner)
            if made is not None:
                return made
        if end >= limit:
            return None
        if text.startswith(self.strong, end) and not text.startswith(self.strong_not, end):
            found.end, found.inner = end + 1, "<="
            found.take("rank", self.places[0], "rank.strong")
            return scanner._finish(text, found, floor, limit)
        if text[end] in self.grammar.half and text[start:end] in self.half_one and end < limit:
            if len(self.half_not.begins(text, end)) < 2:
                found.end = found.num_end = end + 1
                found.value = Decimal(50)
                found.take("percent", "%", "half.one")
                return scanner._finish(text, found, floor, limit)
        elif text.startswith(self.place_value, end) and found.value is not None and 0 < found.value < 20:
            found.value = shift(ONE, int(found.value) - 1)
            found.end, found.inner, found.kind = end + 2, ">=", "count"
            if text.startswith(self.place_value_share, end + 2):
                found.take("percent", "%", "numerals.place_value_share")
            return scanner._finish(text, found, floor, limit)
        elif text.startswith(self.change_unit, end) and text.endswith(self.change, floor, start):
            unit = max((w for w in self.change_unit if text.startswith(w, end)), key=len)
            found.end = end + len(unit)
            found.take("rank", self.places[0], "rank.change")
            return scanner._finish(text, found, floor, limit)
        return None

    def _ordinal(self, text: str, found: Found, floor: int, limit: int, scanner: Finisher) -> Found:
        """第二, 第4位 (ranks); 第三条, 第十一届 (orders)."""
        word = next(w for w in self.ordinal if text.endswith(w, floor, found.start))
        found.start -= len(word)
        end, kind = found.end, "ordinal"
        place = next((w for w in self.places if text.startswith(w, end, limit)), "")
        follows = text[end : end + 1]
        if place:
            found.end, kind = end + len(place), "rank"
        elif self._bare_rank(text, found, follows, floor):
            kind = "rank"
            double = next((w for w in self.double if text.endswith(w, floor, found.start)), "")
            found.start -= len(double)
        unit: Unit | None = None
        if kind == "ordinal":
            unit = scanner.units.find(text, end, limit)
            if unit is not None and unit.kind in ("count", "duration", "date", "measure", "ordinal"):
                found.end = end + len(unit.spelled)
        found.take(kind, self.places[0] if kind == "rank" else unit.spelled if unit else "", "rank.ordinal")
        found.left = found.start
        return scanner._finish(text, found, floor, limit)

    def _bare_rank(self, text: str, found: Found, follows: str, floor: int) -> bool:
        if text.startswith(self.rank_not_after, found.end):
            return False
        if not ("\u4e00" <= follows <= "\u9fff" or (follows.isascii() and follows.isalnum())):
            return True
        start = found.start - 1 if found.start > floor and text[found.start - 1] in "“”\"'「『" else found.start
        return text.startswith(self.rank_after, found.end) or text.endswith(self.context, floor, start)

    def _front(self, text: str, found: Found, floor: int, limit: int, scanner: Finisher) -> Found | None:
        """前六, 前8位, 前20强."""
        end = found.end
        word = next((w for w in (*self.places, *self.strong) if text.startswith(w, end, limit)), "")
        follows = text[end : end + 1]
        more = bool(follows) and (follows.isalnum() or follows in "%％‰")
        if not word and more and not text.startswith(self.rank_after, end):
            return None
        found.start -= 1
        found.end, found.inner = end + len(word), "<="
        found.take("rank", self.places[0], "rank.front")
        return scanner._finish(text, found, floor, limit)


def _circled(char: str) -> Decimal:
    return Decimal(str(unicodedata.numeric(char, 0))).to_integral_value()
