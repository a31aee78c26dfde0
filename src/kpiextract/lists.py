"""Find the quantities that belong together: a view goes in, its from–to pairs and its 分别 runs come out."""

from __future__ import annotations

from dataclasses import dataclass

from kpiextract.model import Mention
from kpiextract.patterns import compile_pattern
from kpiextract.rulebook import RuleBook
from kpiextract.view import PERIOD, QUANTITY, View


@dataclass(frozen=True, slots=True)
class Pair:
    """From one quantity to another: indices of `View.slots`; `edge` is where the words before the first begin."""

    first: int
    second: int
    direction: str
    edge: int


@dataclass(frozen=True, slots=True)
class Run:
    """Quantities dealt out to as many names: `items` are groups of indices, `word` the place of the dealing word.

    `link` is the stretch between the dealing word and the first quantity.
    """

    items: tuple[tuple[int, ...], ...]
    word: int
    link: tuple[int, int]


class Lists:
    """Finds pairs and runs by the word lists of a rule book."""

    def __init__(self, book: RuleBook) -> None:
        filler = rf"(?:\L<of_word>|{PERIOD}|\L<from_word>|\L<reach_change>)*"
        self._between = compile_pattern(
            book,
            rf"[^，,；;：:。、{QUANTITY}{PERIOD}]{{0,6}}?[，,]?\L<to_adverb>?"
            rf"(?:(?P<up>\L<to_verb_up>)|(?P<down>\L<to_verb_down>)|(?P<even>\L<to_verb_even>))?"
            rf"\L<to_word>{PERIOD}?\L<of_word>?\L<per_word>?",
        )
        self._from = compile_pattern(
            book,
            rf"\L<from_word>{PERIOD}?\L<from_start>?(?:\L<of_word>|\L<reach>|\L<per_word>|\L<rank_scope>)?{PERIOD}?\L<of_word>?",
            backwards=True,
        )
        self._joints = book.words("conjunction")
        self._deal = compile_pattern(book, r"\L<respectively>|(?P<several>\L<respectively_list>)")
        self._link = compile_pattern(book, rf"[^，,；;：:。、{QUANTITY}]{{0,14}}")
        self._next = compile_pattern(
            book, rf"(?:\L<conjunction>|[，,])(?:\L<change_up>|\L<change_down>|\L<reach>|{filler})*"
        )

    def _crossings(self, view: View) -> list[list[Pair]]:
        """Lists that change into lists (从A、B提高到C、D): each first quantity with its second."""
        out: list[list[Pair]] = []
        i = 0
        while i < len(view.slots) - 3:
            starts = self.row(view, i, kinds=True)
            after = starts[-1] + 1
            i = after
            if len(starts) < 2 or after >= len(view.slots) or self._reached(view, starts[0]):
                continue
            match = self._between.fullmatch(view.text, view.slots[after - 1] + 1, view.slots[after])
            ends = self.row(view, after, kinds=True)[: len(starts)]
            if match is None or match.lastgroup is None or len(ends) < len(starts):
                continue
            before = self._from.match(view.text, view.segment(view.slots[starts[0]])[0], view.slots[starts[0]])
            edge = before.start() if before else view.slots[starts[0]]
            direction = match.lastgroup
            out.append(
                [Pair(a, b, self._direction(view, a, b, direction), edge) for a, b in zip(starts, ends, strict=True)]
            )
            i = ends[-1] + 1
        return out

    def _reached(self, view: View, index: int) -> bool:
        """Whether a quantity is what the one before it changed into."""
        if not index:
            return False
        match = self._between.fullmatch(view.text, view.slots[index - 1] + 1, view.slots[index])
        return match is not None and match.lastgroup is not None

    def pairs(self, view: View) -> list[Pair]:
        """The from–to pairs of neighbouring quantities of one kind and unit."""
        out = [pair for crossing in self._crossings(view) for pair in crossing]
        crossed = {i for pair in out for i in (pair.first, pair.second)}
        for i in range(len(view.slots) - 1):
            if (out and out[-1].second == i) or i in crossed or i + 1 in crossed:
                continue
            a, b = view.mentions[i], view.mentions[i + 1]
            if a.kind != b.kind or (a.unit != b.unit and a.unit and b.unit):
                continue
            match = self._between.fullmatch(view.text, view.slots[i] + 1, view.slots[i + 1])
            if match is None:
                continue
            low = view.segment(view.slots[i])[0]
            before = self._from.match(view.text, low, view.slots[i])
            if before is None and (match.lastgroup is None or "，" in match[0]):
                continue
            edge = before.start() if before else view.slots[i]
            out.append(Pair(i, i + 1, self._direction(view, i, i + 1, match.lastgroup or ""), edge))
        return sorted(out, key=lambda pair: pair.first)

    @staticmethod
    def _direction(view: View, first: int, second: int, group: str) -> str:
        if group in ("up", "down"):
            return group
        if view.mentions[first].parts:
            return ""
        a, b = view.mentions[first].value, view.mentions[second].value
        if a is None or b is None or a == b:
            return ""
        return "up" if b > a else "down"

    def row(self, view: View, first: int, kinds: bool = False) -> list[int]:
        """The indices of the quantities that stand in one list with the first, joined by nothing but 、 or 和.

        With `kinds` their units may differ as long as they are of one kind.
        """
        out = [first]
        while out[-1] + 1 < len(view.slots):
            after = out[-1] + 1
            between = view.text[view.slots[out[-1]] + 1 : view.slots[after]]
            a, b = view.mentions[first], view.mentions[after]
            if between not in self._joints or not (_alike(a, b) or (kinds and a.kind == b.kind)):
                break
            out.append(after)
        return out

    def _dealt_alike(self, view: View, first: int, index: int) -> bool:
        """Whether two quantities can be dealt by one word: alike, or counts of two sorts in a list (6起、5人)."""
        a, b = view.mentions[first], view.mentions[index]
        listed = view.text[view.slots[index - 1] + 1 : view.slots[index]] in self._joints
        return _alike(a, b) or (listed and a.kind == b.kind == "count")

    def runs(self, view: View, pairs: list[Pair]) -> list[Run]:
        """The runs of quantities after a dealing word, pairs counted as one item."""
        paired = {p.first: p.second for p in pairs}
        out = []
        crossings = {c[0].first: c for c in self._crossings(view)}
        for word in self._deal.finditer(view.text):
            first = next((i for i, s in enumerate(view.slots) if s >= word.end()), None)
            if first is None or not self._link.fullmatch(view.text, word.end(), view.slots[first]):
                continue
            items: list[tuple[int, ...]] = []
            crossing = crossings.pop(first, None)
            if crossing is not None:
                items = [(pair.first, pair.second) for pair in crossing]
                out.append(Run(tuple(items), word.start(), (view.slots[first], view.slots[first])))
                continue
            i = first
            while True:
                item = (i, paired[i]) if i in paired else (i,)
                items.append(item)
                i = item[-1] + 1
                if i >= len(view.slots) or not self._dealt_alike(view, first, i):
                    break
                if not self._next.fullmatch(view.text, view.slots[i - 1] + 1, view.slots[i]):
                    break
            if len(items) > 1 or not word["several"]:
                out.append(Run(tuple(items), word.start(), (word.end(), view.slots[first])))
        for first, crossing in crossings.items():
            items = [(pair.first, pair.second) for pair in crossing]
            out.append(Run(tuple(items), crossing[0].edge, (view.slots[first], view.slots[first])))
        return out


def _alike(a: Mention, b: Mention) -> bool:
    """Whether two quantities can stand in one list: of one unit, or both rates."""
    rates = ("percent", "multiple", "point")
    return a.unit == b.unit or (a.kind in rates and b.kind in rates) or (a.kind == b.kind and not (a.unit and b.unit))
