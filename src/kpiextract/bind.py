"""Attach each quantity to what it measures: a view goes in, one draft for each reading comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpiextract.antecedents import Antecedents
from kpiextract.comparisons import Comparisons
from kpiextract.dealing import Dealer
from kpiextract.draft import LONGEST_NAME, Draft, Progress
from kpiextract.fitting import Fitting, draft_of, scope_of
from kpiextract.lists import Lists
from kpiextract.names import Namer
from kpiextract.rulebook import RuleBook
from kpiextract.segment import Segmenter
from kpiextract.sources import Sources
from kpiextract.view import View

_RATES = frozenset(("percent", "multiple", "point"))


class Binder:
    """Reads sentences by the frames and word lists of a rule book."""

    def __init__(self, book: RuleBook, segmenter: Segmenter) -> None:
        self._namer = Namer(book, segmenter)
        self._lists = Lists(book)
        self._fitting = Fitting(book)
        self._comparisons = Comparisons(book)
        self._antecedents = Antecedents(book)
        self._sources = Sources(book, self._antecedents)
        self._dealer = Dealer(book, self._lists, self._fitting, self._antecedents, self._sources, self._comparisons)

    def bind(self, view: View, document: str, before: Sequence[Draft] = ()) -> list[Draft]:
        """The drafts of a sentence in the order of its quantities; `before` are those of the sentence before it."""
        progress = Progress(view, document, self._namer, list(before))
        pairs = self._lists.pairs(view)
        runs = {i: run for run in self._lists.runs(view, pairs) for item in run.items for i in item}
        paired = {p.first: p for p in pairs} | {p.second: p for p in pairs}
        for index in range(len(view.slots)):
            if index in progress.drafts:
                continue
            if index in runs:
                self._dealer.run(progress, runs[index], paired)
            elif index in paired and paired[index].first == index:
                self._dealer.pair(progress, paired[index])
            elif not self._dealer.row(progress, index):
                progress.drafts[index] = self._one(progress, index)
        self._dealer.share_bounds(progress)
        return progress.all()

    @staticmethod
    def _shared(progress: Progress, index: int, name: str) -> str:
        """The name with 新增 and the like where the item of the list before it has it (新增甲5家、乙3家)."""
        view, namer = progress.view, progress.namer
        before = progress.drafts.get(index - 1)
        if not name or not before or before[-1].aspect != "level" or not progress.lists_on(index):
            return name
        prefix = namer.prefix_of(before[-1].name)
        alike = view.mentions[index].kind in (before[-1].mention.kind, "count", "area", "length")
        if prefix and alike and namer.is_all_deed(name):
            return name + before[-1].name.removeprefix(prefix)
        own = namer.begins_with_deed(name) or namer.totals(name[:2]) or namer.is_stock(name)
        return prefix + name if prefix and alike and not own else name

    def _one(self, progress: Progress, index: int) -> list[Draft]:
        """The drafts of one quantity, by the first frame that fits it and finds its names."""
        view = progress.view
        for fit in self._fitting.fits(progress, index):
            names = self._sources.names(progress, index, fit)
            if names is None:
                continue
            scope = scope_of(progress, fit) or None
            compare = fit.frame.compare
            if compare == "base" and "than" in fit.groups:
                compare = self._comparisons.of(view, fit.groups["than"])
            elif fit.frame.aspect in ("change", "level") and not compare:
                compare = self._comparisons.before(view, view.slots[index], fit.frame.aspect)
            draft = _going_on(progress, draft_of(progress, index, fit, compare, scope))
            full = [self._shared(progress, index, name or scope or "") for name in names]
            mark = progress.text(fit.groups["mark"]) if "mark" in fit.groups else ""
            heard = [name.rpartition(mark)[0] or name if mark else name for name in full]
            things = [self._antecedents.thing(progress, index, name) for name in heard]
            draft = _of_share(progress, draft, full)
            drafts = [replace(draft, name=n[:LONGEST_NAME], thing=t) for n, t in zip(full, things, strict=True)]
            return _same_comparison(progress, drafts)
        return []


def _going_on(progress: Progress, draft: Draft) -> Draft:
    """A figure joined to a change or a gap by 、 or 和 alone is one as well (提高⟦7.4个⟧和⟦7.7个百分点⟧)."""
    said = progress.drafts.get(draft.index - 1)
    if not said or draft.aspect != "level" or said[-1].aspect not in ("change", "gap"):
        return draft
    before = said[-1]
    alone = progress.namer.goes_further(progress.view.text[before.slot + 1 : draft.slot])
    if not alone or before.mention.kind != draft.mention.kind:
        return draft
    return replace(draft, aspect=before.aspect, direction=before.direction, compare=before.compare)


def _of_share(progress: Progress, draft: Draft, names: list[str]) -> Draft:
    """A rate that is said of the share named before is one as well (占工业的比重首次超过三成，达到⟦31.4%⟧)."""
    said = progress.drafts.get(draft.index - 1)
    if not said or draft.aspect != "level" or draft.mention.kind != "percent" or names != [said[-1].name]:
        return draft
    share = said[-1].aspect == "share" or progress.namer.is_share(names[0])
    return replace(draft, aspect="share") if share else draft


def _same_comparison(progress: Progress, drafts: list[Draft]) -> list[Draft]:
    """A change said twice, as amount and as rate, is one comparison (比上年增加20人，增长5%)."""
    draft, said = drafts[0], progress.drafts.get(drafts[0].index - 1)
    if draft.aspect != "change" or draft.compare or len(drafts) > 1 or not said or len(said) > 1:
        return drafts
    before = said[0]
    alike = before.compare in ("yoy", "mom") and before.name == draft.name and before.direction == draft.direction
    twice = (before.mention.kind in _RATES) != (draft.mention.kind in _RATES)
    here = progress.view.segment(draft.slot) == progress.view.segment(before.slot)
    return [replace(draft, compare=before.compare)] if alike and twice and here else drafts
