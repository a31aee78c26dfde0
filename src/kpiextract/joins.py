"""Joins what belongs together: quantities found one by one come in, ranges and lists with one unit go out."""

from __future__ import annotations

from decimal import Decimal

from kpiextract.model import Mention
from kpiextract.numerals import EXACT, Numeral, divide, shift, tidy
from kpiextract.rulebook import RuleBook
from kpiextract.units import words_of

ONE = Decimal(1)
MAX_RATIO = Decimal(1000)
SHARES = frozenset(("count", "measure", "duration"))
KEEPS = frozenset(("ordinal", "rank", "code", "idiom", "year"))
LOW, HIGH = frozenset((">", ">=")), frozenset(("<", "<="))


class Found:
    """A quantity in the making; `value` and `high` count units as written, `up / down` makes them canonical."""

    __slots__ = (
        "after", "before", "below", "down", "end", "high", "inner", "kind", "left", "num_end", "num_start",
        "numeral", "parts", "right", "rules", "start", "unit", "unit_start", "up", "value",
    )  # fmt: skip

    def __init__(self, start: int, end: int, value: Decimal | None, numeral: Numeral) -> None:
        self.start = self.num_start = self.left = start
        self.end = self.num_end = self.right = end
        self.value, self.high, self.numeral = value, numeral.high, numeral
        self.kind = self.unit = self.before = self.after = ""
        self.inner = numeral.bound
        self.up = self.down = ONE
        self.below: Decimal | None = None
        self.rules: list[str] = []
        self.parts: tuple[Decimal, ...] = ()
        self.unit_start = -1

    def take(self, kind: str, unit: str, rule: str) -> None:
        """Give it a kind and a unit by a rule."""
        self.kind, self.unit = kind, unit
        self.rules = [rule]

    def bound(self) -> str:
        """An exact bound beats `~`, a word before beats one after, both beat 余 多 几 inside."""
        before, after = self.before, self.after
        if before and before != "~":
            return before
        return after or before or self.inner

    def measured(self, value: Decimal | None) -> Decimal | None:
        """A value in the canonical unit, exact where it ends."""
        if value is None or (self.up == 1 and self.down == 1):
            return value
        product = EXACT.multiply(value, self.up)
        return tidy(product if self.down == 1 else divide(product, self.down))

    def mention(self) -> Mention:
        """The finished mention."""
        value, high = self.value, self.high
        if self.up != 1 or self.down != 1:
            value, high = self.measured(value), self.measured(high)
        return Mention(
            self.start, self.end, self.num_start, self.num_end, min(self.left, self.start), max(self.right, self.end),
            value, high, self.kind, self.unit, self.bound(), self.numeral.script, self.parts, tuple(self.rules),
        )  # fmt: skip


class Joiner:
    """Joins neighbours, with the words of one rule book."""

    def __init__(self, book: RuleBook, numerals: str) -> None:
        self.numerals = numerals
        self.dashes = frozenset(words_of(book, "range.dash"))
        self.to = frozenset(words_of(book, "range.to"))
        self.start_words = words_of(book, "range.from")
        self.between = frozenset(words_of(book, "range.between"))
        self.between_end = words_of(book, "range.between_end")
        self.joints = frozenset(words_of(book, "range.joints"))
        self.compared = words_of(book, "range.compared")
        self.more = words_of(book, "range.compared_more")
        self.less = words_of(book, "range.compared_less")
        self.lists = frozenset(words_of(book, "list.joints"))
        self.ratio = frozenset(words_of(book, "ratio.words"))
        self.ratio_not = words_of(book, "ratio.not_before")
        self.places = words_of(book, "rank.places")
        self.no_rank = words_of(book, "rank.not_after")
        self.reach = tuple(self.dashes | self.to)
        self.ranges = self.dashes | self.to | self.between

    def reaches(self, text: str, at: int) -> bool:
        """Does a word at `at` make the number before it the low end of a range (一到五)?"""
        word = next((w for w in self.reach if text.startswith(w, at)), "")
        follows = text[at + len(word) : at + len(word) + 1]
        return bool(word) and (follows.isdigit() or follows in self.numerals) and follows != ""

    def join(self, found: list[Found], text: str) -> list[Found]:
        out: list[Found] = []
        for item in found:
            if out and item.start - out[-1].end <= 8 and self._pair(out[-1], item, text):
                continue
            out.append(item)
        self._share(out, text)
        return out

    def _pair(self, a: Found, b: Found, text: str) -> bool:
        """Join b to a where the two make one range; True where they did."""
        if a.value is None or b.value is None or a.high is not None or b.high is not None or a.parts or b.parts:
            return False
        gap = text[a.end : b.start].strip(" \u3000\n")
        if gap in self.ratio:
            return self._ratio(a, b, text)
        if gap in self.ranges and self._range(a, b, gap, text):
            return True
        return self._compared(a, b, text)

    def _range(self, a: Found, b: Found, gap: str, text: str) -> bool:
        if gap in self.between and gap not in self.dashes and gap not in self.to:
            end = next((w for w in self.between_end if text.startswith(w, b.end)), "")
            if not end and not (a.unit in ("", b.unit) and text[b.unit_start : b.end] in self.between_end):
                return False
            if end:
                b.right = max(b.right, b.end + len(end))
            else:
                a.unit = b.unit = ""
                b.end = b.num_end
        elif gap in self.to and a.kind == b.kind and a.unit == b.unit and text.endswith(self.start_words, 0, a.left):
            return False
        if a.kind == "rank" and b.kind == "count" and a.start < a.num_start and a.end == a.num_end:
            if b.unit and text[b.unit_start : b.end] not in self.places:
                return False
            b.take(a.kind, a.unit, a.rules[0])
        if a.kind in ("code", "idiom", "year") or b.kind in ("code", "idiom", "year"):
            return False
        return self._merge(a, b)

    def _ratio(self, a: Found, b: Found, text: str) -> bool:
        """3比2, 三比一: two small bare numbers are one ratio, unless one is compared with the other (3比2多)."""
        bare = all(x.kind == "count" and not x.unit and x.start == x.num_start for x in (a, b))
        small = a.value is not None and b.value is not None and a.value < MAX_RATIO and b.value < MAX_RATIO
        if not (bare and small) or text.startswith(self.ratio_not, b.end):
            return False
        assert a.value is not None and b.value is not None
        a.parts, a.end, a.num_end, a.right = (a.value, b.value), b.end, b.num_end, max(b.right, b.end)
        a.take("ratio", "∶", "ratio.words")
        return True

    def _merge(self, a: Found, b: Found) -> bool:
        """Make a the range from a to b; what is written once (unit, multiplier) holds for both ends."""
        low, high = a.value, b.value
        assert low is not None and high is not None
        if not a.unit and b.unit:
            if a.kind != "count":
                return False
            if b.numeral.scale and not a.numeral.scale and low < high.scaleb(-b.numeral.scale, EXACT):
                low = shift(low, b.numeral.scale)
            unit_of = b
        elif a.unit and not b.unit and a.num_end == a.end:
            if b.kind != "count":
                return False
            if a.below is not None:
                high = divide(EXACT.multiply(high, Decimal(100)), a.below)
            unit_of = a
        elif a.unit == b.unit and a.kind == b.kind:
            if not a.unit and b.numeral.scale and not a.numeral.scale and low < high.scaleb(-b.numeral.scale, EXACT):
                low = shift(low, b.numeral.scale)
            if (a.up, a.down) != (b.up, b.down):
                if a.kind not in ("amount", "mass", "length", "area", "volume", "energy", "power", "percent"):
                    return False
                first, second = a.measured(low), b.measured(high)
                assert first is not None and second is not None
                a.up = a.down = b.up = b.down = ONE
                low, high = first, second
            unit_of = b
        else:
            return False
        if low >= high:
            return False
        a.value, a.high, a.kind, a.unit = low, high, unit_of.kind, unit_of.unit
        a.up, a.down, a.unit_start = unit_of.up, unit_of.down, unit_of.unit_start
        a.end, a.num_end, a.right = b.end, b.num_end, max(b.right, b.end)
        a.after = b.after or a.after
        a.inner = b.inner if a.inner == "=" else a.inner
        a.rules = [*dict.fromkeys([*a.rules, *b.rules, "range.dash"])]
        return True

    def _compared(self, a: Found, b: Found, text: str) -> bool:
        """大于A且小于B, A以上B以下: one range between two bounds."""
        first, second = self._side(a, text), self._side(b, text)
        if first is None or second is None or first == second or (a.unit != b.unit and a.unit and b.unit):
            return False
        gap = text[a.right : b.left].strip(" \u3000") if a.right <= b.left else "?"
        if gap not in self.joints:
            return False
        low, high = (a, b) if first in LOW else (b, a)
        if low.value is None or high.value is None or low.value >= high.value:
            return False
        unit_of = b if b.unit else a
        a.value, a.high, a.kind, a.unit = low.value, high.value, unit_of.kind, unit_of.unit
        a.up, a.down = unit_of.up, unit_of.down
        a.end, a.num_end, a.right = b.end, b.num_end, max(b.right, b.end)
        a.before = a.after = ""
        a.inner = "="
        a.rules = [*dict.fromkeys([*a.rules, *b.rules, "range.dash"])]
        return True

    def _side(self, found: Found, text: str) -> str | None:
        """Which bound a comparison gives: > or <; None where there is none."""
        bound = found.before or found.after
        start = found.left - 1 if text[found.left - 1 : found.left] == " " else found.left
        if text.endswith(self.compared, 0, start):
            end = found.num_end if found.unit in self.more else found.end
            for words, bound in ((self.more, ">"), (self.less, "<")):
                word = next((w for w in words if text.startswith(w, end)), "")
                if word:
                    if end != found.end:
                        found.unit, found.end = "", end
                    found.left, found.right = start - 1, max(found.right, end + len(word))
                    return bound
            return None
        return ">" if bound in LOW else "<" if bound in HIGH else None

    def _share(self, found: list[Found], text: str) -> None:
        """In a list (20.9、36.2、54个百分点) the unit written at the end holds for all."""
        for i, item in enumerate(found):
            if item.kind == "rank" and item.start < item.num_start and item.end == item.num_end and item.inner == "=":
                self._order(found, i, text)
        for i in range(len(found) - 2, -1, -1):
            a, b = found[i], found[i + 1]
            if b.start - a.end > 3 or a.kind not in SHARES or b.kind in KEEPS or a.value is None or not b.unit:
                continue
            if text[a.end : b.start] not in self.lists:
                continue
            if not a.unit:
                if a.numeral.script == "hanzi" and a.numeral.plain:
                    continue
                self._inherit(a, b)
            elif self._cut_short(a, b, text):
                self._inherit(a, b)

    def _order(self, found: list[Found], at: int, text: str) -> None:
        """A list behind a rank: ranks too (第二、三位), or orders (第3、4号线)."""
        last = at
        while (
            last + 1 < len(found)
            and found[last + 1].kind == "count"
            and found[last + 1].num_start == found[last + 1].start
        ):
            if found[last].end < found[last].num_end or text[found[last].end : found[last + 1].start] not in self.lists:
                break
            last += 1
            if found[last].unit:
                break
        if last == at:
            return
        final = found[last]
        spelled = text[final.unit_start : final.end] if final.unit else ""
        kind, unit = "rank", found[at].unit
        orders = any(text.startswith(self.no_rank, final.end + n) for n in (0, 2))  # 2: another numeral of the list
        if (spelled and spelled not in self.places) or (not spelled and orders):
            kind, unit = "ordinal", final.unit
        if not spelled and kind == "rank" and not final.numeral.plain:
            return
        for item in found[at : last + (not spelled or kind == "rank")]:
            item.take(kind, unit, "rank.ordinal")

    def _cut_short(self, a: Found, b: Found, text: str) -> bool:
        """7.4个和7.7个百分点: a's unit is the beginning of b's."""
        mine, whole = text[a.unit_start : a.end], text[b.unit_start : b.end]
        longer = len(mine) < len(whole) and whole.startswith(mine)
        return a.unit_start >= 0 and b.kind in ("point", "measure") and longer

    def _inherit(self, a: Found, b: Found) -> None:
        a.kind, a.unit, a.up, a.down = b.kind, b.unit, b.up, b.down
        a.rules = [*dict.fromkeys([*a.rules, *b.rules[:1], "list.joints"])]
