"""Attach each quantity to what it measures: a view goes in, one draft for each reading comes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from kpiextract.frames import Fit, Frames
from kpiextract.lists import Lists, Pair, Run
from kpiextract.model import Mention
from kpiextract.names import Namer, Token
from kpiextract.patterns import compile_pattern
from kpiextract.rulebook import RuleBook
from kpiextract.segment import Segmenter
from kpiextract.view import PERIOD, QUANTITY, View

_LONGEST_NAME = 60
_LONGEST_PART = 5
_LONGEST_PURPOSE = 20


@dataclass(frozen=True, slots=True)
class Draft:
    """A reading before its time, status and scope are known. `slot` is the quantity's place in the view."""

    mention: Mention
    index: int
    slot: int
    name: str
    aspect: str = "level"
    direction: str = ""
    compare: str = ""
    scope: str | None = None
    rule: str = ""
    thing: str = ""
    bound: str = ""


@dataclass(slots=True)
class _Sentence:
    """What has been read of a sentence so far."""

    view: View
    document: str
    drafts: dict[int, list[Draft]] = field(default_factory=dict)
    before: list[Draft] = field(default_factory=list)
    consumed: int = 0
    dealt: list[str] = field(default_factory=list)
    dealt_at: int = 0

    def said(self, before: int) -> list[Draft]:
        """The drafts of the quantities before index `before`, in order."""
        return [d for i in sorted(self.drafts) if i < before for d in self.drafts[i]]


class Binder:
    """Reads sentences by the frames and word lists of a rule book."""

    def __init__(self, book: RuleBook, segmenter: Segmenter) -> None:
        self._frames = Frames(book)
        self._lists = Lists(book)
        self._namer = Namer(book, segmenter)
        self._each = compile_pattern(book, r"(?:(?<!\L<each_not_after>)\L<each>|\L<counted_each>)(?:\L<reach>|\L<rank_verb>)*", backwards=True)
        self._each_word = compile_pattern(book, r"(?<!\L<each_not_after>)\L<each_inner>")
        self._sum_up = book.words("sum_up")
        self._yoy = compile_pattern(book, r"\L<compare_year>")
        self._mom = compile_pattern(book, r"\L<compare_month>")
        self._base = compile_pattern(book, r"\L<compare_base>")
        self._than = compile_pattern(book, r"\L<compare_lead>", backwards=True)

    def bind(self, view: View, document: str, before: Sequence[Draft] = ()) -> list[Draft]:
        """The drafts of a sentence in the order of its quantities; `before` are those of the sentence before it."""
        state = _Sentence(view, document, before=list(before))
        last = before[-1].name if before else ""
        pairs = self._lists.pairs(view)
        runs = self._lists.runs(view, pairs)
        dealt = {i: run for run in runs for item in run.items for i in item}
        paired = {p.first: p for p in pairs} | {p.second: p for p in pairs}
        for index in range(len(view.slots)):
            if index in state.drafts:
                continue
            if index in dealt:
                self._deal(state, dealt[index], paired, last)
            elif index in paired and paired[index].first == index:
                self._pair(state, paired[index], self._pair_name(state, paired[index], last))
            elif not self._follow(state, index):
                state.drafts[index] = self._one(state, index, last)
        self._share_bounds(state)
        return [d for i in sorted(state.drafts) for d in state.drafts[i]]

    def _share_bounds(self, state: _Sentence) -> None:
        """A modifier behind the last quantity of a list holds for all of it (9%、12%、10%左右)."""
        mentions = state.view.mentions
        index = 0
        while index < len(mentions):
            row = self._lists.row(state.view, index)
            index = row[-1] + 1
            last = mentions[row[-1]]
            if len(row) < 2 or last.right == last.end or any(mentions[i].bound != "=" for i in row[:-1]):
                continue
            for i in row[:-1]:
                state.drafts[i] = [replace(d, bound=last.bound) for d in state.drafts.get(i, [])]

    def _follow(self, state: _Sentence, index: int) -> bool:
        """Deal a list that has no names of its own to the names of the list before it (分别达A、B，增长C、D)."""
        view, names = state.view, state.dealt
        indices = self._lists.row(view, index)
        if len(indices) > 1 and self._deal_row(state, indices):
            return True
        if len(names) < 2 or len(indices) != len(names) or view.segment(view.slots[index])[0] > state.dealt_at:
            return False
        start = self._left_start(state, index)
        fit = next(self._fits(state, index), None)
        if fit is None or fit.frame.aspect not in ("change", "rank") or self._namer.left(view, start, max(start, fit.edge)):
            return False
        compare = self._compare(view, view.slots[index], fit.frame.aspect)
        scope = (self._text(state, fit.groups["scope"]) or None) if "scope" in fit.groups else None
        for i, name in zip(indices, names, strict=True):
            mention, slot, rule = view.mentions[i], view.slots[i], fit.frame.rule.id
            thing = self._namer.thing_of(name)
            state.drafts[i] = [
                Draft(mention, i, slot, name, fit.frame.aspect, fit.direction, compare, scope, rule, thing)
            ]
        return True

    def _deal_row(self, state: _Sentence, indices: list[int]) -> bool:
        """Deal a list of quantities to a list of as many names before it, though nothing says 分别."""
        view, first = state.view, indices[0]
        start = self._left_start(state, first)
        fit = next(self._fits(state, first), None)
        if fit is None or fit.frame.aspect not in ("level", "change") or fit.frame.take != "left":
            return False
        end = max(start, fit.edge)
        items = self._namer.share_heads(self._namer.coordination(view, start, end, len(indices)))
        if len(items) != len(indices) or self._namer.begins_with_verb(view, start, end):
            return False
        compare = self._compare(view, view.slots[first], fit.frame.aspect)
        for i, name in zip(indices, self._write_all(state, items), strict=True):
            draft = Draft(view.mentions[i], i, view.slots[i], name, fit.frame.aspect, fit.direction, compare)
            state.drafts[i] = [replace(draft, rule=fit.frame.rule.id, thing=self._namer.thing_of(name))]
        return True

    # --- one quantity -------------------------------------------------------------------------------------

    def _one(self, state: _Sentence, index: int, last: str) -> list[Draft]:
        view = state.view
        slot, mention = view.slots[index], view.mentions[index]
        for fit in self._fits(state, index):
            names, scope = self._names(state, index, fit, last)
            if names is None:
                continue
            names = [n or scope or "" for n in names]
            compare = fit.frame.compare
            if fit.frame.aspect in ("change", "level") and not compare:
                compare = self._compare(view, slot, fit.frame.aspect)
            bound = "~" if "about" in fit.groups and mention.bound == "=" else ""
            rule = fit.frame.rule.id
            draft = Draft(
                mention, index, slot, "", fit.frame.aspect, fit.direction, compare, scope, rule, bound=bound
            )
            return [replace(draft, name=n[:_LONGEST_NAME], thing=self._thing(state, index, n)) for n in names]
        return []

    def _fits(self, state: _Sentence, index: int) -> Iterator[Fit]:
        view = state.view
        for fit in self._frames.fits(view, view.slots[index], view.mentions[index], state.document):
            if not fit.frame.edge or self._on_edge(view, fit, view.slots[index]):
                yield fit

    def _thing(self, state: _Sentence, index: int, name: str) -> str:
        """What a later measure without its thing will be about."""
        said = state.said(index)
        if said and said[-1].thing and name.startswith(said[-1].thing):
            return said[-1].thing
        return self._namer.thing_of(name)

    def _on_edge(self, view: View, fit: Fit, slot: int) -> bool:
        """Whether the frame's verb begins at the edge of a word (not 稳增长, not 新增)."""
        start = view.clause(slot)[0]
        begin = fit.groups.get("up") or fit.groups.get("down") or (fit.edge, slot)
        if begin[1] - begin[0] > 1:
            return True
        edges, at = {start}, start
        for token in self._namer.tokens(view, start, slot):
            at = token.end
            edges.add(at)
        return begin[0] in edges

    def _names(self, state: _Sentence, index: int, fit: Fit, last: str) -> tuple[list[str] | None, str | None]:
        view, take = state.view, fit.frame.take
        slot = view.slots[index]
        scope = (self._text(state, fit.groups["scope"]) or None) if "scope" in fit.groups else None
        start = self._left_start(state, index)
        if take == "right":
            return self._right_names(state, index, start), scope
        if take == "inside":
            return self._inside_names(state, index, fit), scope
        if take == "given":
            return self._given_names(state, index, fit, last), scope
        if take == "joined":
            return self._joined_names(state, index, start), scope
        if take == "adjacent":
            return self._adjacent_names(state, index, start), scope
        if take == "purpose":
            return self._purpose_names(state, index, fit), scope
        if take == "times":
            return self._times_names(state, index, start), scope
        end = slot if fit.frame.keep else fit.edge
        if end < start:
            start = max(view.text.rfind(QUANTITY, 0, end) + 1, view.clause(slot)[0])
        each = self._each.match(view.text, start, max(end, start)) or (
            self._each.match(view.text, start, slot) if fit.frame.aspect == "rank" else None
        )
        if each is None and end < slot:
            each = self._each_word.search(view.text, max(end, start), slot)
        if each is not None:
            names = self._each_names(state, index, start, min(each.start(), max(end, start)))
            if names:
                return names, scope
        comma = self._namer.trailing_comma(view, start, end)
        if comma > 0:
            name = self._write(state, self._namer.clause_subject(view, start, comma))
        else:
            name = self._write(state, self._namer.left(view, start, end)) if end > start else ""
        name = "" if self._namer.names_nothing(name) else name
        if fit.frame.aspect == "share" or "mark" in fit.groups:
            return [self._share_name(state, index, fit, name, last)], scope
        if take == "both":
            name = self._joined(state, index, name) if name else name
            return [self._streak_name(state, index, name, last)], scope
        if fit.frame.aspect == "change" and "、" in name:
            items = self._write_all(state, self._namer.coordination(view, start, end))
            if len(items) > 1 and all(self._namer.has_head(i) for i in items):
                return items, scope
        if fit.frame.rule.id == "frame.left" and view.mentions[index].kind == "percent" and "、" in name:
            items = self._write_all(state, self._namer.coordination(view, start, end))
            if len(items) > 1 and all(self._namer.is_rate(i) for i in items):
                return items, scope
        if fit.frame.aspect == "rank" and name:
            items = self._namer.coordination(view, start, end)
            if len(items) > 1 and self._namer.begins_with_verb(view, start, end):
                return [self._joined(state, index, self._write(state, items[-1]))], scope
            if len(items) > 1 and not any(self._namer.summed_up(i) for i in items):
                return self._write_all(state, self._namer.share_heads(items)), scope
        if not name:
            return self._subjects(state, index, last, fit.frame.aspect), scope
        return [self._joined(state, index, name)], scope

    def _left_start(self, state: _Sentence, index: int) -> int:
        view = state.view
        start = view.clause(view.slots[index])[0]
        if index and view.slots[index - 1] >= start:
            start = view.slots[index - 1] + 1
        taken = min(state.consumed, view.slots[index])
        return taken if taken > start and not self._namer.needs_subject(view.text[taken:]) else start

    def _write(self, state: _Sentence, tokens: list[Token]) -> str:
        return self._namer.write(state.view, state.document, tokens)

    def _write_all(self, state: _Sentence, items: Iterable[list[Token]]) -> list[str]:
        return [self._write(state, item) for item in items]

    def _text(self, state: _Sentence, span: tuple[int, int]) -> str:
        return "".join(state.document[state.view.at[i]] for i in range(*span) if state.view.text[i] != PERIOD)

    # --- where names come from ----------------------------------------------------------------------------

    def _subject(self, state: _Sentence, index: int, last: str) -> str:
        """What the clause before speaks of where it has no figure, else what the sentence named last."""
        view = state.view
        here = view.clause(view.slots[index])
        before = [c for c in view.clauses if view.segment(here[0])[0] <= c[0] and c[1] < here[0]]
        said = state.said(index)
        if before and QUANTITY not in view.text[slice(*before[-1])]:
            subject = self._write(state, self._namer.clause_subject(view, *before[-1]))
            if len(subject) > 1 and (not said or said[-1].slot < here[0]):
                return subject
        return said[-1].name if said else last

    def _subjects(self, state: _Sentence, index: int, last: str, aspect: str) -> list[str]:
        """The subject; of a rank every item of a list that the clause before speaks of."""
        subject = self._subject(state, index, last)
        items = subject.split("、")
        listed = aspect == "rank" and len(items) > 1 and all(len(i) > 1 for i in items)
        return items if listed and subject not in {d.name for d in state.said(index)} else [subject]

    def _joined(self, state: _Sentence, index: int, name: str) -> str:
        """A measure without its thing gets the thing that the sentence spoke of last; a thing the measure."""
        said = state.said(index)
        if self._namer.is_bare(name):
            topic = "" if said else self._topic(state, index)
            if topic:
                return topic + name
            thing = (said[-1].name if self._namer.is_bare_of_name(name) else said[-1].thing) if said else ""
            return name if not thing or name in said[-1].name else thing + name
        if said and self._namer.is_deed(name) and said[-1].mention.unit == state.view.mentions[index].unit:
            return said[-1].name + name
        said = said or state.before
        if not said:
            return name
        unit = state.view.mentions[index].unit
        if unit in ("", "人", "%", "位", "倍") or self._namer.head_of(name) or len(name) > _LONGEST_PART:
            return name
        before = next((d for d in reversed(said) if d.mention.unit == unit and d.aspect == "level"), None)
        if before is None or before.mention.kind == "count":
            return name
        return name + self._namer.head_of(before.name)

    def _topic(self, state: _Sentence, index: int) -> str:
        """What the clause right before is about, where it has no figure of its own and begins the sentence."""
        view = state.view
        here = view.clause(view.slots[index])
        before = [c for c in view.clauses if c[1] < here[0] and c[0] < c[1]]
        if len(before) != 1 or QUANTITY in view.text[slice(*before[0])]:
            return ""
        return self._write(state, self._namer.topic(view, *before[0]))

    def _purpose_names(self, state: _Sentence, index: int, fit: Fit) -> list[str] | None:
        """What money is spent on: the object right of it, else that of the next clause."""
        view = state.view
        slot = view.slots[index]
        start, end = slot + 1, view.clause(slot)[1]
        if end - start < 2:
            start = end + 1
            end = view.clause(start)[1] if start < len(view.text) else start
        if end - start < 3 or not self._namer.begins_with_purpose(view, start, end):
            return None
        last = view.text.rfind(QUANTITY, start, end)
        head = self._namer.right(view, last + 1, end)[0] if last >= 0 else []
        if not head:
            head = self._namer.left(view, start, last if last >= 0 else end)
        purpose = self._write(state, head)
        if not purpose:
            return None
        return [(purpose if len(purpose) <= _LONGEST_PURPOSE else "") + self._text(state, fit.groups["measure"])]

    def _right_names(self, state: _Sentence, index: int, start: int) -> list[str] | None:
        view = state.view
        slot = view.slots[index]
        end = view.clause(slot)[1]
        if index + 1 < len(view.slots):
            end = min(end, view.slots[index + 1])
        head, rest = self._namer.right(view, slot + 1, end)
        if not head:
            left = self._namer.left(view, start, slot)
            if left or not rest or end < view.clause(slot)[1]:
                return None
            said = state.said(index)
            part = bool(said) and said[-1].mention.unit == view.mentions[index].unit and start == view.clause(slot)[0]
            return [(said[-1].name if part else "") + self._write(state, rest)]
        state.consumed = head[-1].end
        name = self._write(state, head)
        if rest and self._namer.is_generic(head) and end == view.clause(slot)[1]:
            said = self._write(state, rest)
            name = said if said.endswith(name) else said + name
        elif rest and view.mentions[index].kind == "percent" and end == view.clause(slot)[1]:
            name += self._write(state, rest)
        return [name]

    def _given_names(self, state: _Sentence, index: int, fit: Fit, last: str) -> list[str] | None:
        view = state.view
        slot = view.slots[index]
        head, _ = self._namer.right(view, slot + 1, min([view.clause(slot)[1], *(s for s in view.slots if s > slot)]))
        start = self._left_start(state, index)
        giver = self._write(state, self._namer.left(view, start, fit.edge)) if fit.edge > start else ""
        if not head:
            return None
        return [self._share_name(state, index, fit, giver, last) + self._write(state, head)]

    def _joined_names(self, state: _Sentence, index: int, start: int) -> list[str] | None:
        view = state.view
        slot = view.slots[index]
        left = self._write(state, self._namer.left(view, start, slot))
        end = min([view.clause(slot)[1], *(s for s in view.slots if s > slot)])
        head, _ = self._namer.right(view, slot + 1, end)
        if not left or not head or self._namer.has_head(left):
            return None
        state.consumed = head[-1].end
        return [left + self._write(state, head)]

    def _adjacent_names(self, state: _Sentence, index: int, start: int) -> list[str] | None:
        view = state.view
        place = view.slots[index]
        if self._namer.left(view, start, place):
            return None
        while place < len(view.text) and view.text[place] == QUANTITY:
            place += 1
        head, _ = self._namer.right(view, place, view.clause(place)[1])
        return [self._write(state, head)] if head else None

    def _times_names(self, state: _Sentence, index: int, start: int) -> list[str] | None:
        view = state.view
        slot = view.slots[index]
        end = view.clause(slot)[1]
        if index + 1 < len(view.slots):
            end = min(end, view.slots[index + 1])
        comma = view.text.find("、", slot, end)
        done = self._write(state, self._namer.tokens(view, slot + 1, comma if comma > 0 else end))
        return [self._write(state, self._namer.left(view, start, slot)) + done] if done else None

    def _inside_names(self, state: _Sentence, index: int, fit: Fit) -> list[str] | None:
        view = state.view
        slot = view.slots[index]
        head, _ = self._namer.right(view, slot + 1, view.clause(slot)[1])
        if not head:
            return None
        state.consumed = head[-1].end
        return [self._write(state, head) + self._text(state, fit.groups["measure"])]

    def _share_name(self, state: _Sentence, index: int, fit: Fit, name: str, last: str) -> str:
        subject = self._joined(state, index, name) if name else self._subject(state, index, last)
        if fit.frame.keep:
            return subject
        said = "".join(self._text(state, fit.groups[g]) for g in ("mark", "of", "word") if g in fit.groups)
        return subject + said

    def _streak_name(self, state: _Sentence, index: int, name: str, last: str) -> str:
        view = state.view
        slot = view.slots[index]
        end = view.clause(slot)[1]
        open_end = index + 1 < len(view.slots) and view.slots[index + 1] < end
        subject = name or self._subject(state, index, "")
        said = "" if open_end else self._write(state, self._namer.tokens(view, slot + 1, end))
        return (subject + said) or last

    def _each_names(self, state: _Sentence, index: int, start: int, end: int) -> list[str]:
        view = state.view
        items = self._namer.coordination(view, start, end) if end > start else []
        if len(items) > 1:
            names = self._write_all(state, self._namer.share_heads(items))
            return [self._joined(state, index, n) for n in names]
        if items:
            return self._summed_up(state, index)
        low = view.segment(view.slots[index])[0]
        clauses = [c for c in view.clauses if low <= c[0] and c[1] <= view.clause(view.slots[index])[0]]
        reached = clauses[-2][0] if len(clauses) > 1 else low
        said = [d for d in state.said(index) if d.slot >= reached]
        return list(dict.fromkeys(d.name for d in said))

    def _summed_up(self, state: _Sentence, index: int) -> list[str]:
        """The names of a list that a count closes (A、B、C等三项指标均…); the count then is no reading."""
        view = state.view
        if not index or view.mentions[index - 1].kind != "count":
            return []
        slot = view.slots[index - 1]
        start, before = view.clause(slot)[0], view.text[slot - 1 : slot]
        count = view.mentions[index - 1].value
        items = self._namer.coordination(view, start, slot - 1, int(count or 0))
        if slot < start or before not in self._sum_up or len(items) != count:
            return []
        state.drafts[index - 1] = []
        return self._write_all(state, self._namer.share_heads(items))

    # --- lists --------------------------------------------------------------------------------------------

    def _pair_name(self, state: _Sentence, pair: Pair, last: str) -> str:
        view = state.view
        start = self._left_start(state, pair.first)
        end = max(start, min(pair.edge, view.slots[pair.first]))
        name = self._write(state, self._namer.left(view, start, end))
        return self._joined(state, pair.first, name) if name else self._subject(state, pair.first, last)

    def _pair(self, state: _Sentence, pair: Pair, name: str) -> None:
        view = state.view
        compare = self._compare(view, view.slots[pair.second], "change")
        if view.mentions[pair.first].kind == "rank":
            self._rank_pair(state, pair, name)
            return
        for index, aspect, direction in ((pair.first, "baseline", ""), (pair.second, "level", pair.direction)):
            state.drafts[index] = [
                Draft(
                    view.mentions[index],
                    index,
                    view.slots[index],
                    name[:_LONGEST_NAME],
                    aspect,
                    direction,
                    compare if aspect == "level" else "",
                    None,
                    "frame.from-to",
                    self._namer.thing_of(name),
                )
            ]

    def _deal_one(self, state: _Sentence, run: Run, fit: Fit, names: list[str]) -> None:
        """One figure that 分别 gives to several names (旅游人数、旅游收入分别增长20%)."""
        view, index = state.view, run.items[0][0]
        slot = view.slots[index]
        start = max(view.clause(run.word)[0], view.text.rfind(QUANTITY, 0, run.word) + 1)
        listed = self._namer.share_heads(self._namer.coordination(view, start, run.word))
        low = view.segment(slot)[0]
        said = list(dict.fromkeys(d.name for d in state.said(index) if d.slot >= low))
        every = self._write_all(state, listed) if len(listed) > 1 else said[-2:] if not listed and len(said) > 1 else names
        compare = fit.frame.compare or self._compare(view, slot, fit.frame.aspect)
        draft = Draft(view.mentions[index], index, slot, "", fit.frame.aspect, fit.direction, compare)
        rule = f"frame.respectively+{fit.frame.rule.id}"
        state.drafts[index] = [replace(draft, name=n, rule=rule, thing=self._namer.thing_of(n)) for n in every]

    def _rank_pair(self, state: _Sentence, pair: Pair, name: str) -> None:
        """From one rank to another: both are ranks, in the scope named before the first."""
        view = state.view
        scope = self._text(state, (min(pair.edge + 1, view.slots[pair.first]), view.slots[pair.first])) or None
        for index in (pair.first, pair.second):
            slot = view.slots[index]
            rule = "frame.from-to"
            state.drafts[index] = [Draft(view.mentions[index], index, slot, name, "rank", scope=scope, rule=rule)]

    def _deal(self, state: _Sentence, run: Run, paired: dict[int, Pair], last: str) -> None:
        view = state.view
        names = self._dealt_names(state, run, last)
        state.dealt, state.dealt_at = names, run.word
        first = run.items[0][0]
        fit = next(self._fits(state, first), None)
        if len(run.items) == 1 and len(run.items[0]) == 1 and fit is not None:
            self._deal_one(state, run, fit, names)
            return
        for item, name in zip(run.items, names, strict=True):
            if len(item) == 2:
                self._pair(state, paired[item[0]], name)
                continue
            index = item[0]
            own = next(self._fits(state, index), None)
            frame = own if own is not None and own.frame.aspect != "level" else fit
            aspect = frame.frame.aspect if frame else "level"
            direction = frame.direction if frame else ""
            scope = self._text(state, fit.groups["scope"]) if fit and "scope" in fit.groups else None
            compare = self._compare(view, view.slots[first], aspect) if frame else ""
            if frame and frame.frame.compare:
                compare = frame.frame.compare
            if aspect == "share" and frame and "of" in frame.groups and index != first:
                frame = fit
            if fit is not None and "mark" in fit.groups:
                name = self._share_name(state, index, fit, name, last)
            rule = "frame.respectively" + (f"+{frame.frame.rule.id}" if frame else "")
            state.drafts[index] = [
                Draft(
                    view.mentions[index],
                    index,
                    view.slots[index],
                    name[:_LONGEST_NAME],
                    aspect,
                    direction,
                    compare,
                    scope,
                    rule,
                    self._namer.thing_of(name),
                )
            ]

    def _dealt_names(self, state: _Sentence, run: Run, last: str) -> list[str]:
        """One name for each item of a run: from the list before the dealing word, else from what was said before."""
        view = state.view
        count, first = len(run.items), run.items[0][0]
        start = view.clause(run.word)[0]
        if first and view.slots[first - 1] >= start:
            start = view.slots[first - 1] + 1
        items = self._namer.share_heads(self._namer.coordination(view, start, run.word, count))
        if len(items) == 1:
            parts = self._namer.split_word(items[0], count)
            if parts is not None:
                return parts
        if not items:
            earlier = self._earlier_list(state, run, count)
            if earlier:
                items = earlier
        items = [i for i in items if not self._namer.names_nothing(self._write(state, i))]
        link = self._write(state, self._namer.left(view, *run.link))
        if self._namer.is_prefix(link) and len(items) >= count:
            return [link + n for n in self._write_all(state, items[-count:])]
        link = link if self._namer.is_bare(link) or self._namer.head_of(link) else ""
        if len(items) >= count:
            names = self._write_all(state, items[-count:])
            return [self._joined(state, first, n) + link for n in names]
        said = [d.name for d in state.said(first) if d.aspect in ("level", "change")]
        distinct = list(dict.fromkeys(said))
        if items:
            name = self._write(state, items[0])
            if self._namer.is_bare_of_name(name) and len(distinct) >= count:
                return [n if n.endswith(name) else n + name for n in distinct[-count:]]
            return [self._joined(state, first, name)] * count
        if len(distinct) >= count:
            return distinct[-count:]
        return [distinct[-1] if distinct else last] * count

    def _earlier_list(self, state: _Sentence, run: Run, count: int) -> list[list[Token]]:
        """The list of a clause before the one with the dealing word, where that has no list of its own."""
        view = state.view
        here = view.clause(run.word)
        low = view.segment(run.word)[0]
        for clause in reversed([c for c in view.clauses if low <= c[0] and c[1] < here[0]]):
            start = view.text.rfind(QUANTITY, *clause) + 1 or clause[0]
            items = self._namer.share_heads(self._namer.coordination(view, start, clause[1], count))[-count:]
            if len(items) == count:
                return items
        return []

    # --- comparisons ----------------------------------------------------------------------------------------

    def _compare(self, view: View, slot: int, aspect: str) -> str:
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
