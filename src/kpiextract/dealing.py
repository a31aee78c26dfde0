"""Read quantities that belong together: a sentence and its pairs, runs and rows go in, their drafts are noted in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kpiextract.antecedents import Antecedents
from kpiextract.comparisons import Comparisons
from kpiextract.draft import LONGEST_NAME, Draft, Progress
from kpiextract.fitting import Fitting, draft_of, scope_of
from kpiextract.frames import Fit
from kpiextract.lists import Lists, Pair, Run
from kpiextract.names import Token
from kpiextract.rulebook import RuleBook
from kpiextract.sources import Sources
from kpiextract.view import QUANTITY

_PAIR = "frame.from-to"
_RUN = "frame.respectively"
_OF_PLAN = "frame.of-plan"


class Dealer:
    """Gives each quantity of a pair, a run or a row its name."""

    def __init__(
        self,
        book: RuleBook,
        lists: Lists,
        fitting: Fitting,
        antecedents: Antecedents,
        sources: Sources,
        comparisons: Comparisons,
    ) -> None:
        self._in_turn = book.words("in_turn")
        self._lists = lists
        self._fitting = fitting
        self._antecedents = antecedents
        self._sources = sources
        self._comparisons = comparisons

    # --- from one quantity to another ---------------------------------------------------------------------

    def pair(self, progress: Progress, pair: Pair) -> None:
        """Read a from–to pair by the name left of it."""
        start = progress.left_start(pair.first)
        end = max(start, min(pair.edge, progress.view.slots[pair.first]))
        name = progress.left_name(start, end)
        self._note_pair(progress, pair, self._antecedents.named(progress, pair.first, name))

    def _note_pair(self, progress: Progress, pair: Pair, name: str) -> None:
        view = progress.view
        if view.mentions[pair.first].kind == "rank":
            self._note_ranks(progress, pair, name)
            return
        compare = self._comparisons.before(view, view.slots[pair.second], "change")
        progress.note(progress.draft(pair.first, _PAIR, "baseline"), [name], LONGEST_NAME)
        progress.note(progress.draft(pair.second, _PAIR, "level", pair.direction, compare), [name], LONGEST_NAME)

    @staticmethod
    def _note_ranks(progress: Progress, pair: Pair, name: str) -> None:
        """From one rank to another: both are ranks, in the scope named before the first."""
        slot = progress.view.slots[pair.first]
        scope = progress.text((min(pair.edge + 1, slot), slot)) or None
        for index in (pair.first, pair.second):
            progress.drafts[index] = [replace(progress.draft(index, _PAIR, "rank", scope=scope), name=name)]

    # --- rows: lists of quantities without a dealing word -------------------------------------------------

    def row(self, progress: Progress, index: int) -> bool:
        """Deal the row of quantities that begins at `index` to the names it has; False where it is no such row."""
        row = self._lists.row(progress.view, index)
        return (len(row) > 1 and self._deal_row(progress, row)) or self._follow(progress, row)

    def _deal_row(self, progress: Progress, row: list[int]) -> bool:
        """Deal a list of quantities to a list of as many names before it, though nothing says 分别."""
        view, namer, first = progress.view, progress.namer, row[0]
        start = progress.left_start(first)
        fit = self._fitting.first(progress, first)
        if fit is None or fit.frame.aspect not in ("level", "change") or fit.frame.take != "left":
            return False
        if any(word in view.text[start : view.slots[first]] for word in self._in_turn):
            return False
        end = max(start, fit.edge)
        items = namer.share_heads(namer.coordination(view, start, end, len(row)))
        names = progress.write_all(items)
        if len(items) == 1:
            names = namer.split_word(items[0], len(row)) or []
        if len(names) != len(row) or namer.begins_with_verb(view, start, end):
            return False
        self._note_row(progress, row, names, fit, None)
        return True

    def _follow(self, progress: Progress, row: list[int]) -> bool:
        """Deal a list without names of its own to those before it (分别达A、B，增长C、D; 甲A、乙B，增长C、D)."""
        view, first = progress.view, row[0]
        low = view.segment(view.slots[first])[0]
        names = progress.dealt if low <= progress.dealt_at else []
        if len(names) != len(row) or len(names) < 2:
            said = [d.name for d in progress.said(first) if d.slot >= low and d.aspect == "level"]
            names = list(dict.fromkeys(said))
        if len(names) < 2 or len(row) != len(names):
            return False
        start = progress.left_start(first)
        fit = self._fitting.first(progress, first)
        if fit is None or (fit.frame.aspect not in ("change", "rank") and fit.frame.rule.id != _OF_PLAN):
            return False
        if progress.namer.left(view, start, max(start, fit.edge)):
            return False
        self._note_row(progress, row, names, fit, scope_of(progress, fit) or None)
        return True

    def _note_row(self, progress: Progress, row: list[int], names: list[str], fit: Fit, scope: str | None) -> None:
        view = progress.view
        compare = self._comparisons.before(view, view.slots[row[0]], fit.frame.aspect)
        for index, name in zip(row, names, strict=True):
            progress.note(draft_of(progress, index, fit, compare, scope), [name])

    def share_bounds(self, progress: Progress) -> None:
        """Let a modifier behind the last quantity of a list hold for all of it (9%、12%、10%左右)."""
        mentions = progress.view.mentions
        index = 0
        while index < len(mentions):
            row = self._lists.row(progress.view, index)
            index = row[-1] + 1
            last = mentions[row[-1]]
            self._share_past(progress, row)
            if len(row) < 2 or last.right == last.end or any(mentions[i].bound != "=" for i in row[:-1]):
                continue
            for i in row[:-1]:
                progress.drafts[i] = [replace(d, bound=last.bound) for d in progress.drafts.get(i, [])]

    @staticmethod
    def _share_past(progress: Progress, row: list[int]) -> None:
        """Let a modifier before the first quantity of a list hold for all of it where they have one name (连跨A、B)."""
        first, rest = progress.drafts.get(row[0], []), [d for i in row[1:] for d in progress.drafts.get(i, [])]
        bound = progress.view.mentions[row[0]].bound
        if not first or bound == "=" or any(d.name != first[0].name or d.mention.bound != "=" for d in rest):
            return
        for i in row[1:]:
            progress.drafts[i] = [replace(d, bound=bound) for d in progress.drafts[i]]

    # --- runs: lists of quantities after a dealing word ---------------------------------------------------

    def run(self, progress: Progress, run: Run, paired: Mapping[int, Pair]) -> None:
        """Deal the quantities of a run to its names; `paired` are the from–to pairs by their indices."""
        names = self._names(progress, run)
        progress.dealt, progress.dealt_at = names, run.word
        self._deal_names(progress, run, paired, names)
        self._share_first_bound(progress, run)
        self._share_last_bound(progress, run)

    @staticmethod
    def _share_first_bound(progress: Progress, run: Run) -> None:
        """Let a modifier before the first quantity of a run hold for all of it (分别突破1.5万亿、1.4万亿)."""
        indices = [item[0] for item in run.items if len(item) == 1]
        mentions = [progress.view.mentions[i] for i in indices]
        if len(indices) < 2 or mentions[0].left == mentions[0].start or any(m.bound != "=" for m in mentions[1:]):
            return
        for i in indices[1:]:
            progress.drafts[i] = [replace(d, bound=mentions[0].bound) for d in progress.drafts.get(i, [])]

    @staticmethod
    def _share_last_bound(progress: Progress, run: Run) -> None:
        """Let a modifier behind the last quantity of a run of two sorts hold for all of it (3900万头、13.5亿只以上)."""
        indices = [item[0] for item in run.items if len(item) == 1]
        mentions = [progress.view.mentions[i] for i in indices]
        last = mentions[-1] if mentions else None
        if last is None or last.right == last.end or any(m.bound != "=" for m in mentions[:-1]):
            return
        for i in indices[:-1]:
            progress.drafts[i] = [replace(d, bound=last.bound) for d in progress.drafts.get(i, [])]

    def _deal_names(self, progress: Progress, run: Run, paired: Mapping[int, Pair], names: list[str]) -> None:
        fit = self._fitting.first(progress, run.items[0][0])
        if len(run.items) == 1 and len(run.items[0]) == 1 and fit is not None:
            self._deal_one(progress, run, fit, names)
            return
        for item, name in zip(run.items, names, strict=True):
            if len(item) == 2:
                self._note_pair(progress, paired[item[0]], name)
                continue
            draft = self._dealt(progress, run, item[0], fit)
            if fit is not None and "mark" in fit.groups:
                name = self._sources.share(progress, item[0], fit, name)
            progress.note(draft, [name], LONGEST_NAME)

    def _deal_one(self, progress: Progress, run: Run, fit: Fit, names: list[str]) -> None:
        """One figure that 分别 gives to several names (旅游人数、旅游收入分别增长20%)."""
        view, namer, index = progress.view, progress.namer, run.items[0][0]
        slot = view.slots[index]
        start = max(view.clause(run.word)[0], view.text.rfind(QUANTITY, 0, run.word) + 1)
        listed = namer.share_heads(namer.coordination(view, start, run.word))
        low = view.segment(slot)[0]
        said = list(dict.fromkeys(d.name for d in progress.said(index) if d.slot >= low))
        if len(listed) > 1:
            names = progress.write_all(listed)
        elif not listed and len(said) > 1:
            names = said[-2:]
        compare = fit.frame.compare or self._comparisons.before(view, slot, fit.frame.aspect)
        draft = draft_of(progress, index, fit, compare)
        progress.note(replace(draft, rule=f"{_RUN}+{draft.rule}"), names)

    def _dealt(self, progress: Progress, run: Run, index: int, fit: Fit | None) -> Draft:
        """One quantity of a run as its own frame says it, else as `fit`, the frame of the first, does."""
        own = self._fitting.first(progress, index)
        by = own if own is not None and own.frame.aspect != "level" else fit
        if by is None:
            return progress.draft(index, _RUN)
        first = run.items[0][0]
        slot = progress.view.slots[first]
        compare = by.frame.compare or self._comparisons.before(progress.view, slot, by.frame.aspect)
        shared = by.frame.aspect == "share" and "of" in by.groups and index != first
        ruled = fit if shared else by
        scope = scope_of(progress, fit) if fit else None
        rule = f"{_RUN}+{ruled.frame.rule.id}" if ruled else _RUN
        return replace(draft_of(progress, index, by, compare, scope), rule=rule)

    # --- the names of a run -------------------------------------------------------------------------------

    def _names(self, progress: Progress, run: Run) -> list[str]:
        """One name for each item of a run: from the list before the dealing word, else from what was said before."""
        namer, count = progress.namer, len(run.items)
        items = self._listed(progress, run, count)
        if len(items) == 1:
            parts = namer.split_word(items[0], count)
            if parts is not None:
                return parts
        if not items and not self._enough_said(progress, run, count):
            items = self._listed_earlier(progress, run, count)
        items = [i for i in items if not namer.names_nothing(progress.write(i))]
        if len(items) >= count:
            return self._linked(progress, run, progress.write_all(items[-count:]))
        return self._said(progress, run, progress.write(items[0]) if items else None)

    @staticmethod
    def _listed(progress: Progress, run: Run, count: int) -> list[list[Token]]:
        """The list right before the dealing word."""
        view, first = progress.view, run.items[0][0]
        start = view.clause(run.word)[0]
        if first and view.slots[first - 1] >= start:
            start = view.slots[first - 1] + 1
        return progress.namer.share_heads(progress.namer.coordination(view, start, run.word, count))

    @staticmethod
    def _enough_said(progress: Progress, run: Run, count: int) -> bool:
        """Whether the segment has named as many things already as there are figures to deal."""
        low = progress.view.segment(run.word)[0]
        said = {d.name for d in progress.said(run.items[0][0]) if d.slot >= low and d.aspect in ("level", "change")}
        return len(said) >= count

    @staticmethod
    def _listed_earlier(progress: Progress, run: Run, count: int) -> list[list[Token]]:
        """The list of a clause before the one with the dealing word, where that has no list of its own."""
        view, namer = progress.view, progress.namer
        here = view.clause(run.word)
        low = view.segment(run.word)[0]
        for clause in reversed([c for c in view.clauses if low <= c[0] and c[1] < here[0]]):
            start = view.text.rfind(QUANTITY, *clause) + 1 or clause[0]
            items = namer.share_heads(namer.coordination(view, start, clause[1], count))[-count:]
            if len(items) == count:
                return items
        return []

    def _linked(self, progress: Progress, run: Run, names: list[str]) -> list[str]:
        """The names with the word between the dealing word and the figures, where that belongs to each of them."""
        namer = progress.namer
        link = progress.left_name(*run.link)
        if namer.is_prefix(link):
            return [link + name for name in names]
        link = link if namer.is_bare(link) or namer.head_of(link) else ""
        names = names if link else namer.share_things(names)
        return [self._antecedents.joined(progress, run.items[0][0], name) + link for name in names]

    def _said(self, progress: Progress, run: Run, name: str | None) -> list[str]:
        """What was said before, each with `name` where that is a measure of it."""
        view, first, count = progress.view, run.items[0][0], len(run.items)
        said = [d.name for d in progress.said(first) if d.aspect in ("level", "change")]
        distinct = list(dict.fromkeys(said))
        if name is not None:
            if progress.namer.is_bare_of_name(name) and len(distinct) >= count:
                rate = view.mentions[first].kind != "rank" and progress.namer.is_rate_of_change(name)
                return [n if rate or n.endswith(name) else n + name for n in distinct[-count:]]
            return [self._antecedents.joined(progress, first, name)] * count
        if len(distinct) >= count:
            return distinct[-count:]
        return [distinct[-1] if distinct else progress.last] * count
