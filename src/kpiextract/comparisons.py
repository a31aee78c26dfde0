"""Say what a quantity is compared with: a view and a place go in, `yoy`, `mom`, `base` or nothing comes out."""

from __future__ import annotations

from kpiextract.patterns import compile_pattern
from kpiextract.rulebook import RuleBook
from kpiextract.view import View


class Comparisons:
    """Finds the words of comparison of a rule book (同比, 环比, 比年初, 较2020年)."""

    def __init__(self, book: RuleBook) -> None:
        self._yoy = compile_pattern(book, r"\L<compare_year>")
        self._mom = compile_pattern(book, r"\L<compare_month>")
        self._base = compile_pattern(book, r"\L<compare_base>")
        self._than = compile_pattern(book, r"\L<compare_lead>", backwards=True)

    @staticmethod
    def of(view: View, span: tuple[int, int]) -> str:
        """What a multiple or a distance in the words of `span` is from: the year before, or another base."""
        phrases = zip(view.times, view.phrases, strict=True)
        return "yoy" if any(span[0] <= p < span[1] and phrase.flag("before") for p, phrase in phrases) else "base"

    def before(self, view: View, slot: int, aspect: str) -> str:
        """What the words before the quantity at place `slot` compare it with."""
        start = view.clause(slot)[0]
        start = max(start, view.text.rfind("、", start, slot) + 1)
        if aspect == "change" and self._yoy.search(view.text, start, slot):
            return "yoy"
        if aspect == "change" and self._mom.search(view.text, start, slot):
            return "mom"
        for place, phrase in zip(view.times, view.phrases, strict=True):
            if start <= place < slot and self._than.match(view.text, start, place):
                return "yoy" if phrase.flag("before") else "base"
        if aspect == "change" and self._base.search(view.text, start, slot):
            return "base"
        return ""
