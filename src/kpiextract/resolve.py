"""Give each draft its time, status and scope: a view, its drafts and a context go in, settled facts come out."""

from __future__ import annotations

from dataclasses import dataclass

from kpiextract.draft import Draft
from kpiextract.patterns import compile_pattern
from kpiextract.periods import Phrase
from kpiextract.rulebook import RuleBook
from kpiextract.timeline import Context, last_year
from kpiextract.view import PERIOD, QUANTITY, View

_BASE_FIGURE = "frame.base-figure"
_OF_PLAN = "frame.of-plan"
_OPENING = 8


@dataclass(frozen=True, slots=True)
class Settled:
    """Time, status and scope of one draft; `phrase` is the period phrase that gave the time, if one did."""

    period: str
    source: str
    status: str
    scope: str
    phrase: Phrase | None


class Resolver:
    """Settles drafts by the word lists of a rule book."""

    def __init__(self, book: RuleBook) -> None:
        self._than = compile_pattern(book, r"\L<compare_lead>", backwards=True)
        self._than_after = compile_pattern(book, r"\L<of_word>?\L<compare_after>")
        self._from = compile_pattern(book, r"\L<from_word>", backwards=True)
        self._to = compile_pattern(book, r"\L<to_word>", backwards=True)
        self._of = book.words("of_word")
        self._joints = book.words("conjunction")
        self._year_of = compile_pattern(book, r"\L<year_of_plan>")
        self._stock = book.words("stock_noun")
        self._respectively = compile_pattern(book, r"\L<respectively>")
        self._present = compile_pattern(book, r"\L<now_word>")
        self._as_of = compile_pattern(book, r"\L<as_of>", backwards=True)
        self._until = compile_pattern(book, r"\L<until_before>", backwards=True)
        self._target = compile_pattern(book, r"\L<target_word>")
        self._average = compile_pattern(book, r"\L<span_word>")
        self._actual = compile_pattern(book, r"\L<actual_word>")
        lead = rf"(?:{PERIOD}|\L<scope_lead>|[，,、“])*"
        self._scope = compile_pattern(book, rf"{lead}(?P<scope>\L<scope_list>)")
        self._near = compile_pattern(book, r"(?P<scope>\L<scope_list>)\L<scope_tail>?", backwards=True)
        self._not_after = compile_pattern(book, r"\L<scope_of_titles>\L<scope_not_after>")
        self._not_scope = frozenset(book.words("scope_not_level"))

    def settle(self, view: View, draft: Draft, context: Context) -> Settled:
        """The time, status and scope of a draft."""
        phrase = self._dealt(view, draft) or self._phrase(view, draft)
        period, source = self._now(view, draft, context.period), context.source
        if context.as_of and draft.aspect != "baseline" and draft.name.endswith(self._stock):
            period, source = context.as_of, "context"
        if phrase is not None:
            edtf = context.time_of(phrase)
            if edtf and self._spans(view, draft, context, edtf):
                phrase = None
            elif edtf:
                period, source = self._end_of(draft, edtf), "text" if not phrase.flag("vague") else context.source
            else:
                phrase = None
        return Settled(
            period, source, self._status(view, draft, context, phrase, period), self._scoped(view, draft), phrase
        )

    def _now(self, view: View, draft: Draft, period: str) -> str:
        """The last year of a span of years, where a figure is said to be that of now (现有干警)."""
        first, _, last = period.partition("/")
        if not len(first) == len(last) == 4 or not self._present.search(
            view.text, view.clause(draft.slot)[0], draft.slot
        ):
            return period
        return last

    @staticmethod
    def _end_of(draft: Draft, edtf: str) -> str:
        """Of a span of years, the first for the starting value and the last for the value that was reached."""
        first, slash, last = edtf.partition("/")
        if not slash or not draft.rule.endswith("from-to") or len(first) != 4 or len(last) != 4:
            return edtf
        return first if draft.aspect == "baseline" else last

    def _spans(self, view: View, draft: Draft, context: Context, edtf: str) -> bool:
        """Whether a figure speaks of the years of its section (年均, 累计) though its sentence names one of them."""
        if "/" in edtf or "/" not in context.period or last_year(context.period) != last_year(edtf):
            return False
        return bool(self._average.search(view.text, view.clause(draft.slot)[0], draft.slot))

    def _phrase(self, view: View, draft: Draft) -> Phrase | None:
        """The period phrase that governs a quantity: the nearest to its left in the sentence that is no base."""
        found: Phrase | None = None
        for place, phrase in zip(view.times, view.phrases, strict=True):
            if place > draft.slot:
                break
            if phrase.flag("date") and not self._until.match(view.text, 0, place):
                continue
            if phrase.flag("base") or (phrase.flag("vague") and draft.rule == _OF_PLAN):
                continue
            if self._year_of.match(view.text, place + 1):
                continue
            stated = draft.rule == _BASE_FIGURE
            if (not stated and self._than.match(view.text, 0, place)) or self._than_after.match(view.text, place + 1):
                continue
            owned = next((s for s in view.slots if s > place), None)
            direct = owned is not None and owned - place <= 4 and not self._breaks(view.text[place + 1 : owned])
            local = self._from.match(view.text, 0, place) is not None
            local = local or (direct and self._pair_of(view, draft, owned))
            as_of = self._as_of.match(view.text, 0, place) is not None
            local = local or (direct and not as_of and self._to.match(view.text, 0, place))
            if owned != draft.slot and local and not self._one_row(view, owned, draft.slot):
                continue
            opening = place <= _OPENING and view.clause(place)[0] == 0
            if not opening and place < view.segment(draft.slot)[0]:
                continue
            if self._attribute(view, place) or self._multiplied(view, draft, place, owned):
                continue
            found = phrase
        return found

    def _dealt(self, view: View, draft: Draft) -> Phrase | None:
        """The period that is a quantity's own, where each quantity has one (2023年、2024年分别为70%、85%)."""
        if len(view.times) < 2:
            return None
        start = view.segment(draft.slot)[0]
        slots = [slot for slot in view.slots if slot >= start]
        row = [slot for slot in slots if slot <= draft.slot or self._one_row(view, draft.slot, slot)]
        row = [slot for slot in row if slot >= draft.slot or self._one_row(view, slot, draft.slot)]
        times = [i for i, place in enumerate(view.times) if start <= place < row[0]]
        times = times[-len(row) :]
        if len(row) < 2 or len(times) != len(row):
            return None
        first, last = view.times[times[0]], view.times[times[-1]]
        listed = all(part in self._joints for part in view.text[first + 1 : last].split(PERIOD))
        if not listed or not self._respectively.search(view.text, last, row[0]):
            return None
        return view.phrases[times[row.index(draft.slot)]]

    def _one_row(self, view: View, first: int | None, last: int) -> bool:
        """Whether two quantities stand in one list, so that a period before it holds for both."""
        if first is None or first >= last:
            return False
        return all(part in self._joints for part in view.text[first + 1 : last + 1].split(QUANTITY)[:-1])

    @staticmethod
    def _breaks(text: str) -> bool:
        return any(c in "，,；;、。：:" for c in text)

    def _multiplied(self, view: View, draft: Draft, place: int, owned: int | None) -> bool:
        """Whether a period is what a multiple or a percentage is of (是2010年的2.6倍)."""
        if owned is None or owned - place > 8 or self._breaks(view.text[place + 1 : owned]):
            return False
        kind = view.mentions[view.slots.index(owned)].kind
        multiple = kind == "multiple" or (kind == "percent" and draft.aspect == "level" and draft.compare == "base")
        return multiple and view.text[owned - 1] in self._of

    def _attribute(self, view: View, place: int) -> bool:
        """Whether a period only describes a thing (面向2030年的重大项目)."""
        after = view.text[place + 1 : place + 3]
        return after[:1] in self._of and after[1:] != QUANTITY and place > view.clause(place)[0]

    @staticmethod
    def _pair_of(view: View, draft: Draft, owned: int | None) -> bool:
        """Whether the period belongs to the starting value of the draft's from–to pair."""
        pair = draft.rule.endswith("from-to") and draft.aspect == "level"
        return pair and owned is not None and owned < draft.slot

    def _status(self, view: View, draft: Draft, context: Context, phrase: Phrase | None, period: str) -> str:
        start, end = view.clause(draft.slot)
        if draft.status:
            return draft.status
        if draft.aspect != "gap" and self._target.search(view.text, start, min(end, draft.slot + 1)):
            return "target"
        year = last_year(period)
        if phrase is not None and year is not None and context.year and "/.." not in period:
            if year > context.year or (phrase.flag("ahead") and context.report) or _after(period, context.own):
                return "target"
            if context.report and not context.late and year == context.year:
                return "target" if not phrase.flag("era") and context.status == "target" else context.status
            if year < context.year:
                return "actual"
        if context.status == "target" and self._actual.search(view.text, start, draft.slot):
            return "actual"
        return context.status

    def _scoped(self, view: View, draft: Draft) -> str:
        if draft.scope is not None and draft.aspect == "rank":
            return draft.scope
        start = view.clause(draft.slot)[0]
        near = self._near.match(view.text, start, draft.slot)
        if near is not None and near["scope"] not in self._not_scope and draft.aspect not in ("share", "gap"):
            return str(near["scope"])
        segment = view.segment(draft.slot)
        found = ""
        for clause in view.clauses:
            if clause[0] < segment[0] or clause[0] > draft.slot:
                continue
            if QUANTITY not in view.text[slice(*clause)] and view.text[clause[1] : clause[1] + 1] not in ("：", ":"):
                continue
            match = self._scope.match(view.text, clause[0], clause[1])
            if match is None or self._not_after.match(view.text, match.start("scope")):
                continue
            if match["scope"] not in self._not_scope:
                found = str(match["scope"])
        return found


def _after(edtf: str, span: str) -> bool:
    """Whether a span of months begins when another is over (下半年 in a report on the first half)."""
    first, slash, _ = edtf.partition("/")
    last = span.partition("/")[2]
    return bool(slash) and len(first) == len(last) == len("2024-07") and first > last
