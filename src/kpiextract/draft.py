"""Hold what has been read of a sentence so far: a view and its document go in, drafts of readings come out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from kpiextract.model import Mention
from kpiextract.names import Namer, Token
from kpiextract.view import CLOSE, OPEN, PERIOD, View

LONGEST_NAME = 60


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
    status: str = ""


@dataclass(slots=True)
class Progress:
    """A sentence and what has been read of it: `drafts` by the index of the quantity.

    `before` are the drafts of the sentence before it; `consumed` is where the last name that was taken right of its
    figure ends; `dealt` are the names that figures were last dealt to, by the dealing word at place `dealt_at`.
    """

    view: View
    document: str
    namer: Namer
    before: list[Draft] = field(default_factory=list)
    drafts: dict[int, list[Draft]] = field(default_factory=dict)
    consumed: int = 0
    dealt: list[str] = field(default_factory=list)
    dealt_at: int = 0

    @property
    def last(self) -> str:
        """The last name of the sentence before."""
        return self.before[-1].name if self.before else ""

    def said(self, before: int) -> list[Draft]:
        """The drafts of the quantities before index `before`, in order, without those of brackets closed before it."""
        drafts = [d for i in sorted(self.drafts) if i < before for d in self.drafts[i]]
        text, here = self.view.text, self.view.slots[before]
        if CLOSE not in text[:here]:
            return drafts
        return [d for d in drafts if not _closes(text[d.slot : here])]

    def all(self) -> list[Draft]:
        """Every draft of the sentence, in order."""
        return [d for i in sorted(self.drafts) for d in self.drafts[i]]

    def left_start(self, index: int) -> int:
        """Where the words begin that may name a quantity: at its clause, behind the quantity or name before it."""
        view = self.view
        slot = view.slots[index]
        start = view.clause(slot)[0]
        if index and view.slots[index - 1] >= start:
            start = view.slots[index - 1] + 1
        taken = min(self.consumed, slot)
        return taken if taken > start and not self.namer.needs_subject(view.text[taken:]) else start

    def lists_on(self, index: int) -> bool:
        """Whether a quantity's words go on with a list right after the quantity before (…5家、乙3家)."""
        start = self.view.slots[index - 1] + 1 if index else 0
        start = max(start, min(self.consumed, self.view.slots[index]))
        return self.view.text[start : start + 1] in self.namer.joints

    def right_end(self, index: int) -> int:
        """Where the words right of a quantity end: at the next quantity, at the latest with the clause."""
        slots = self.view.slots
        end = self.view.clause(slots[index])[1]
        return min(end, slots[index + 1]) if index + 1 < len(slots) else end

    def write(self, tokens: list[Token]) -> str:
        """The words as they stand in the document."""
        return self.namer.write(self.view, self.document, tokens)

    def write_all(self, items: Iterable[list[Token]]) -> list[str]:
        """The items of a list as they stand in the document."""
        return [self.write(item) for item in items]

    def text(self, span: tuple[int, int]) -> str:
        """A stretch of the view as it stands in the document, without its periods."""
        return "".join(self.document[self.view.at[i]] for i in range(*span) if self.view.text[i] != PERIOD)

    def left_name(self, start: int, end: int) -> str:
        """The name that ends at `end`, or nothing."""
        return self.write(self.namer.left(self.view, start, end))

    def draft(
        self,
        index: int,
        rule: str,
        aspect: str = "level",
        direction: str = "",
        compare: str = "",
        scope: str | None = None,
    ) -> Draft:
        """A draft of the quantity at `index` that has no name yet."""
        view = self.view
        return Draft(view.mentions[index], index, view.slots[index], "", aspect, direction, compare, scope, rule)

    def note(self, draft: Draft, names: Iterable[str], longest: int | None = None) -> None:
        """Note one draft for each name, which is cut to `longest` characters where that is given."""
        self.drafts[draft.index] = [
            replace(draft, name=name[:longest], thing=self.namer.thing_of(name)) for name in names
        ]


def _closes(text: str) -> bool:
    """Whether a bracket that was open at the beginning of the stretch is closed in it."""
    depth = 0
    for char in text:
        depth += (char == OPEN) - (char == CLOSE)
        if depth < 0:
            return True
    return False
