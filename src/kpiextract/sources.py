"""Take the names of a quantity from where its frame says they are: a quantity and its frame go in, names come out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kpiextract.antecedents import Antecedents
from kpiextract.draft import Progress
from kpiextract.frames import Fit
from kpiextract.names import Token
from kpiextract.patterns import compile_pattern
from kpiextract.rulebook import RuleBook
from kpiextract.view import QUANTITY

_LONGEST_PURPOSE = 20


@dataclass(frozen=True, slots=True)
class _Place:
    """A quantity that asks for its names: `slot` is its place in the view.

    `start` is where the words left of it begin, `end` where those right of it end, `stop` where its clause ends.
    """

    progress: Progress
    index: int
    fit: Fit
    slot: int
    start: int
    end: int
    stop: int

    def left(self) -> str:
        """The name directly left of the quantity."""
        return self.progress.left_name(self.start, self.slot)

    def right(self, end: int) -> tuple[list[Token], list[Token]]:
        """The noun phrase directly right of the quantity, and what is said of it before `end`."""
        return self.progress.namer.right(self.progress.view, self.slot + 1, end)


class Sources:
    """Finds names by the `take` of a frame."""

    def __init__(self, book: RuleBook, antecedents: Antecedents) -> None:
        self._antecedents = antecedents
        self._each = compile_pattern(
            book, r"(?:(?<!\L<each_not_after>)\L<each>|\L<counted_each>)(?:\L<reach>|\L<rank_verb>)*", backwards=True
        )
        self._says_all = book.words("says_all")
        self._scoped = compile_pattern(book, r"\L<scope>")
        self._each_word = compile_pattern(book, r"(?<!\L<each_not_after>)\L<each_inner>")
        self._all_of_them = book.words("all_of_them")
        self._sum_up = book.words("sum_up")
        self._joints = book.words("conjunction")
        self._takes: dict[str, Callable[[_Place], list[str] | None]] = {
            "right": self._right,
            "inside": self._inside,
            "given": self._given,
            "joined": self._joined,
            "adjacent": self._adjacent,
            "purpose": self._purpose,
            "times": self._times,
        }

    def names(self, progress: Progress, index: int, fit: Fit) -> list[str] | None:
        """The names of the quantity at `index`; None where they are not where the frame looks for them."""
        slot = progress.view.slots[index]
        start, end, stop = progress.left_start(index), progress.right_end(index), progress.view.clause(slot)[1]
        take = self._takes.get(fit.frame.take, self._left)
        return take(_Place(progress, index, fit, slot, start, end, stop))

    def share(self, progress: Progress, index: int, fit: Fit, name: str) -> str:
        """The name of a share: what has it, and what it is a share of where the frame does not keep it out."""
        subject = self._antecedents.named(progress, index, name)
        if fit.frame.keep:
            return subject
        share = "".join(progress.text(fit.groups[g]) for g in ("mark", "of", "word") if g in fit.groups)
        return subject if subject.endswith(share) else subject + share

    # --- right of the quantity ----------------------------------------------------------------------------

    def _right(self, place: _Place) -> list[str] | None:
        progress = place.progress
        head, rest = place.right(place.end)
        if not head:
            return self._rest(place, rest)
        progress.consumed = head[-1].end
        name = progress.write(head)
        name = self._new(place, name + self._described(place, head) if progress.namer.is_attribute(name) else name)
        if not rest or place.end != place.stop:
            return [name]
        if progress.namer.is_generic(head):
            said = progress.write(rest)
            name = said if said.endswith(name) else said + name
        elif progress.view.mentions[place.index].kind == "percent":
            name += progress.write(rest)
        return [name]

    @staticmethod
    def _described(place: _Place, head: list[Token]) -> str:
        """What an attribute alone describes: the thing of the next item (⟦8个⟧国家级、⟦13个⟧省级医疗中心)."""
        progress, view, namer = place.progress, place.progress.view, place.progress.namer
        for after in range(place.index + 1, len(view.slots)):
            joint = namer.behind_attribute(view.text[head[-1].end : view.slots[after]]) if head else ""
            if not namer.is_attribute(progress.write(head)) or joint not in namer.joints:
                break
            head, _ = namer.right(view, view.slots[after] + 1, progress.right_end(after))
        return namer.described(progress.write(head))

    @staticmethod
    def _new(place: _Place, name: str) -> str:
        """The name with the word left of the quantity that says it counts only what is new (新增⟦5个⟧园区)."""
        prefix = place.progress.namer.ends_with_new(place.progress.view.text[place.start : place.slot])
        return name if name.startswith(prefix) else prefix + name

    @staticmethod
    def _rest(place: _Place, rest: list[Token]) -> list[str] | None:
        """What is said of a quantity that no noun phrase follows; of a part with the name of the whole."""
        progress, view = place.progress, place.progress.view
        if not rest or place.end < place.stop or progress.namer.left(view, place.start, place.slot):
            return None
        said = progress.said(place.index)
        opening = place.start == view.clause(place.slot)[0]
        part = bool(said) and said[-1].mention.unit == view.mentions[place.index].unit and opening
        return [(said[-1].name if part else "") + progress.write(rest)]

    @staticmethod
    def _inside(place: _Place) -> list[str] | None:
        head, _ = place.right(place.stop)
        if not head:
            return None
        place.progress.consumed = head[-1].end
        return [place.progress.write(head) + place.progress.text(place.fit.groups["measure"])]

    def _given(self, place: _Place) -> list[str] | None:
        progress, fit = place.progress, place.fit
        head, _ = place.right(place.end)
        if not head:
            return None
        giver = progress.left_name(place.start, fit.edge) if fit.edge > place.start else ""
        return [self.share(progress, place.index, fit, giver) + progress.write(head)]

    @staticmethod
    def _joined(place: _Place) -> list[str] | None:
        left = place.left()
        head, _ = place.right(place.end)
        if not left or not head or place.progress.namer.has_head(left):
            return None
        place.progress.consumed = head[-1].end
        return [left + place.progress.write(head)]

    @staticmethod
    def _adjacent(place: _Place) -> list[str] | None:
        progress, view, at = place.progress, place.progress.view, place.slot
        if progress.namer.left(view, place.start, at):
            return None
        while at < len(view.text) and view.text[at] == QUANTITY:
            at += 1
        head, rest = progress.namer.right(view, at, view.clause(at)[1])
        return [progress.write(head or rest)] if head or rest else None

    @staticmethod
    def _purpose(place: _Place) -> list[str] | None:
        """What money is spent on: the object right of it, else that of the next clause."""
        progress, view, namer = place.progress, place.progress.view, place.progress.namer
        start, end = place.slot + 1, place.stop
        if end - start < 2:
            start = end + 1
            end = view.clause(start)[1] if start < len(view.text) else start
        if end - start < 3 or not namer.begins_with_purpose(view, start, end):
            return None
        last = view.text.rfind(QUANTITY, start, end)
        head = namer.right(view, last + 1, end)[0] if last >= 0 else []
        purpose = progress.write(head or namer.left(view, start, last if last >= 0 else end))
        if not purpose:
            return None
        return [(purpose if len(purpose) <= _LONGEST_PURPOSE else "") + progress.text(place.fit.groups["measure"])]

    @staticmethod
    def _times(place: _Place) -> list[str] | None:
        progress, view = place.progress, place.progress.view
        comma = view.text.find("、", place.slot, place.end)
        done = progress.write(progress.namer.tokens(view, place.slot + 1, comma if comma > 0 else place.end))
        return [place.left() + done] if done else None

    # --- left of the quantity -----------------------------------------------------------------------------

    def _left(self, place: _Place) -> list[str] | None:
        progress, index, fit = place.progress, place.index, place.fit
        start, end = self._stretch(place)
        every = self._every(place, start, end)
        if every:
            return every
        name = (
            progress.left_name(*fit.groups["name"]) if "name" in fit.groups else self._plain_name(progress, start, end)
        )
        if fit.frame.aspect == "share" or "mark" in fit.groups:
            return [self.share(progress, index, fit, name)]
        if fit.frame.take == "both":
            return [self._streak(place, name)]
        if not name:
            return self._carried(place, start)
        return self._items(place, name, start, end) or [self._antecedents.joined(progress, index, name)]

    def _carried(self, place: _Place, start: int) -> list[str]:
        """What was spoken of before; of a list that begins with its figures, what they are figures of."""
        progress, view = place.progress, place.progress.view
        aspect = place.fit.frame.aspect
        follows = view.text[place.slot + 1 : place.slot + 3]
        if (
            aspect == "level"
            and follows[:1] in self._joints
            and follows[1:] == QUANTITY
            and not progress.said(place.index)
        ):
            head, _ = progress.namer.right(view, place.slot + 3, view.clause(place.slot)[1])
            if head:
                return [progress.write(head)]
        total = progress.namer.totals(view.text[start : place.slot]) if aspect == "level" else ""
        before = sum(slot < place.fit.edge for slot in view.slots) if aspect == "rank" else place.index
        names = self._antecedents.subjects(progress, min(before, place.index), aspect)
        return [progress.namer.of_all(name, total) for name in names] if total else names

    @staticmethod
    def _stretch(place: _Place) -> tuple[int, int]:
        """Where the words left of the quantity and its frame begin and end."""
        view = place.progress.view
        end = place.slot if place.fit.frame.keep else place.fit.edge
        if end < place.start:
            return max(view.text.rfind(QUANTITY, 0, end) + 1, view.clause(place.slot)[0]), end
        return place.start, end

    @staticmethod
    def _plain_name(progress: Progress, start: int, end: int) -> str:
        """The name in a stretch, or nothing."""
        namer, view = progress.namer, progress.view
        comma = namer.trailing_comma(view, start, end)
        if comma > 0:
            name = progress.write(namer.clause_subject(view, start, comma))
        else:
            name = progress.left_name(start, end) if end > start else ""
        return "" if namer.names_nothing(name) else name

    def _streak(self, place: _Place, name: str) -> str:
        """The name with the words right of the quantity (均值连续⟦3年⟧优于标准)."""
        progress, view, index = place.progress, place.progress.view, place.index
        alone = view.text.startswith(self._says_all, place.slot + 1) or self._scoped.match(
            view.text, place.start, place.slot
        )
        if name:
            subject = self._antecedents.joined(progress, index, name)
        elif alone:
            subject = ""
        else:
            subject = self._antecedents.subject(progress, index, "")
        last = place.end == place.stop
        said = progress.write(progress.namer.tokens(view, place.slot + 1, place.stop)) if last else ""
        return (subject + said) or progress.last

    def _items(self, place: _Place, name: str, start: int, end: int) -> list[str]:
        """The items of a list of names, where the quantity is said of each of them."""
        progress, frame = place.progress, place.fit.frame
        view, namer = progress.view, progress.namer
        rate = frame.rule.id == "frame.left" and view.mentions[place.index].kind == "percent"
        if "、" in name and (frame.aspect == "change" or rate):
            items = progress.write_all(namer.coordination(view, start, end))
            measures = frame.aspect == "change" and all(namer.has_head(namer.plain(i)) for i in items)
            if len(items) > 1 and (measures or (rate and all(namer.is_rate(i) for i in items))):
                return items
        if frame.aspect == "rank":
            phrases = namer.coordination(view, start, end)
            if len(phrases) > 1 and namer.begins_with_verb(view, start, end):
                return [self._antecedents.joined(progress, place.index, progress.write(phrases[-1]))]
            if len(phrases) > 1 and not any(namer.summed_up(p) for p in phrases):
                return progress.write_all(namer.share_heads(phrases))
        return []

    # --- of each of several -------------------------------------------------------------------------------

    def _every(self, place: _Place, start: int, end: int) -> list[str]:
        """The names of several things where a word says that the quantity is true of each (均, 都)."""
        text, reached = place.progress.view.text, max(end, start)
        each = self._each.match(text, start, reached)
        if each is None and place.fit.frame.aspect == "rank":
            each = self._each.match(text, start, place.slot)
        if each is None and end < place.slot:
            each = self._each_word.search(text, reached, place.slot)
        return [] if each is None else self._each_of(place, start, min(each.start(), reached))

    def _each_of(self, place: _Place, start: int, end: int) -> list[str]:
        """The items of the list in a stretch, else what was said of late."""
        progress, view, index = place.progress, place.progress.view, place.index
        closed = self._summed_up(progress, index)
        if closed:
            return closed
        items = progress.namer.coordination(view, start, end) if end > start else []
        if len(items) > 1:
            names = progress.write_all(progress.namer.share_heads(items))
            return [self._antecedents.joined(progress, index, n) for n in names]
        if items and not progress.write(items[0]).endswith(self._all_of_them):
            return []
        low = view.segment(place.slot)[0]
        clauses = [c for c in view.clauses if low <= c[0] and c[1] <= view.clause(place.slot)[0]]
        reached = clauses[-2][0] if len(clauses) > 1 else low
        return list(dict.fromkeys(d.name for d in progress.said(index) if d.slot >= reached))

    def _summed_up(self, progress: Progress, index: int) -> list[str]:
        """The names of a list that a count closes (A、B、C等三项指标均…); the count then is no reading."""
        view = progress.view
        if not index or view.mentions[index - 1].kind != "count":
            return []
        slot = view.slots[index - 1]
        start, before = view.clause(slot)[0], view.text[slot - 1 : slot]
        count = view.mentions[index - 1].value
        items = progress.namer.coordination(view, start, slot - 1, int(count or 0))
        if slot < start or before not in self._sum_up or len(items) != count:
            return []
        progress.drafts[index - 1] = []
        return progress.write_all(progress.namer.share_heads(items))
