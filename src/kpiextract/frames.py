"""Find what a quantity says by what stands around it: a view and a quantity go in, the frames that fit come out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import regex

from kpiextract.model import Mention
from kpiextract.patterns import TimedPattern, compile_rules
from kpiextract.rulebook import Rule, RuleBook
from kpiextract.view import PERIOD, QUANTITY, View


@dataclass(frozen=True)
class Frame:
    """A `[[frame]]` rule; its patterns are compiled when they are first asked for."""

    book: RuleBook
    rule: Rule
    kinds: frozenset[str]
    not_kinds: frozenset[str]
    units: frozenset[str]
    not_units: frozenset[str]
    take: str
    aspect: str
    direction: str
    compare: str
    status: str
    keep: bool
    edge: bool

    @cached_property
    def left(self) -> regex.Pattern[str] | TimedPattern | None:
        """What ends directly left of the quantity."""
        return self._pattern("left", backwards=True)

    @cached_property
    def right(self) -> regex.Pattern[str] | TimedPattern | None:
        """What begins directly right of it."""
        return self._pattern("right")

    @cached_property
    def not_left(self) -> regex.Pattern[str] | TimedPattern | None:
        """What must not stand directly left of it."""
        return self._pattern("not_left", backwards=True)

    @cached_property
    def not_right(self) -> regex.Pattern[str] | TimedPattern | None:
        """What must not stand directly right of it."""
        return self._pattern("not_right")

    @cached_property
    def text(self) -> regex.Pattern[str] | TimedPattern | None:
        """How the quantity itself is written."""
        return self._pattern("text")

    def _pattern(self, key: str, backwards: bool = False) -> regex.Pattern[str] | TimedPattern | None:
        written = self.rule.data.get(key)
        if not written:
            return None
        pattern = written.replace("⟦Q⟧", QUANTITY).replace("⟦P⟧", PERIOD)
        return compile_rules(self.book, [self.rule], key, pattern, backwards=backwards)


@dataclass(frozen=True, slots=True)
class Fit:
    """A frame that fits a quantity: `edge` is where the frame's left part begins, `groups` what its groups hold."""

    frame: Frame
    edge: int
    groups: dict[str, tuple[int, int]]

    @property
    def direction(self) -> str:
        """`up`, `down`, or nothing."""
        if "up" in self.groups:
            return "up"
        return "down" if "down" in self.groups else self.frame.direction


class Frames:
    """The `[[frame]]` rules of a book, in order."""

    def __init__(self, book: RuleBook) -> None:
        self._frames = [frame_of(book, rule) for rule in book.rules("frame")]

    def fits(self, view: View, slot: int, mention: Mention, document: str) -> Iterator[Fit]:
        """The frames that fit the quantity at place `slot`, the first fit first."""
        low = max(0, view.segment(slot)[0] - 1)
        for frame in self._frames:
            if frame.kinds and mention.kind not in frame.kinds:
                continue
            if frame.units and mention.unit not in frame.units:
                continue
            if mention.kind in frame.not_kinds or mention.unit in frame.not_units:
                continue
            if frame.text is not None and not frame.text.fullmatch(document, mention.start, mention.end):
                continue
            if frame.right is not None and not frame.right.match(view.text, slot + 1):
                continue
            if frame.not_right is not None and frame.not_right.match(view.text, slot + 1):
                continue
            if frame.not_left is not None and frame.not_left.match(view.text, low, slot):
                continue
            edge, groups = slot, {}
            if frame.left is not None:
                match = frame.left.match(view.text, low, slot)
                if match is None:
                    continue
                edge = match.start()
                groups = {k: match.span(k) for k, v in match.groupdict().items() if v is not None}
            yield Fit(frame, edge, groups)


def frame_of(book: RuleBook, rule: Rule) -> Frame:
    """A `[[frame]]` rule, ready to match."""
    data = rule.data
    return Frame(
        book,
        rule,
        frozenset(data.get("kinds", ())),
        frozenset(data.get("not_kinds", ())),
        frozenset(data.get("units", ())),
        frozenset(data.get("not_units", ())),
        data.get("take", "left"),
        data.get("aspect", "level"),
        data.get("direction", ""),
        data.get("compare", ""),
        data.get("status", ""),
        bool(data.get("keep")),
        bool(data.get("edge")),
    )
