"""Say what a name refers back to: a sentence as far as it is read goes in, full names come out."""

from __future__ import annotations

from kpiextract.draft import Draft, Progress
from kpiextract.rulebook import RuleBook
from kpiextract.view import QUANTITY

_LONGEST_PART = 5


class Antecedents:
    """Completes names by what the sentence, or the one before it, spoke of."""

    def __init__(self, book: RuleBook) -> None:
        self._common_units = frozenset(("", *book.words("common_unit")))

    def subject(self, progress: Progress, index: int, otherwise: str) -> str:
        """What the clause before speaks of where it has no figure, else what the sentence named last."""
        view = progress.view
        here = view.clause(view.slots[index])
        before = [c for c in view.clauses if view.segment(here[0])[0] <= c[0] and c[1] < here[0]]
        said = progress.said(index)
        if before and QUANTITY not in view.text[slice(*before[-1])]:
            subject = progress.write(progress.namer.clause_subject(view, *before[-1]))
            if len(subject) > 1 and (not said or said[-1].slot < here[0]):
                return subject
        return said[-1].name if said else otherwise

    def subjects(self, progress: Progress, index: int, aspect: str) -> list[str]:
        """The subject; of a rank every item of a list that the clause before speaks of."""
        subject = self.subject(progress, index, progress.last)
        items = subject.split("、")
        listed = aspect == "rank" and len(items) > 1 and all(len(i) > 1 for i in items)
        return items if listed and subject not in {d.name for d in progress.said(index)} else [subject]

    def named(self, progress: Progress, index: int, name: str) -> str:
        """The name in full, or the subject where there is no name."""
        return self.joined(progress, index, name) if name else self.subject(progress, index, progress.last)

    def joined(self, progress: Progress, index: int, name: str) -> str:
        """A measure without its thing gets the thing that the sentence spoke of last; a thing the measure."""
        namer, said = progress.namer, progress.said(index)
        unit = progress.view.mentions[index].unit
        if namer.is_bare(name):
            return self._with_thing(progress, index, name, said)
        lead = progress.view.text[progress.left_start(index) : progress.view.slots[index]]
        goes_on = progress.lists_on(index) or namer.inherits(lead)
        if said and namer.prefix_of(name) == name and (said[-1].mention.unit == unit or said[-1].aspect == "change"):
            return name + said[-1].name.removeprefix(namer.prefix_of(said[-1].name))
        if said and said[-1].mention.unit == unit:
            if namer.is_deed(name):
                return self._done(progress, said[-1], name)
            if namer.is_attribute(name) and goes_on:
                return name + namer.described(said[-1].name)
        said = said or progress.before
        if not said or unit in self._common_units or namer.head_of(name) or len(name) > _LONGEST_PART:
            return name
        if not namer.inherits(lead):
            return name
        before = next((d for d in reversed(said) if d.mention.unit == unit and d.aspect == "level"), None)
        if before is None or before.mention.kind == "count":
            return name
        return name + namer.head_of(before.name)

    @staticmethod
    def _done(progress: Progress, before: Draft, deed: str) -> str:
        """What else was done with the thing of the figure before (生猪出栏, 存栏: 生猪存栏)."""
        if before.thing and before.thing != before.name:
            return before.thing + deed
        thing = progress.namer.object_of(before.name)
        return deed + thing if thing else before.name + deed

    def thing(self, progress: Progress, index: int, name: str) -> str:
        """What a later measure without its thing will be about."""
        said = progress.said(index)
        if said and said[-1].thing and name.startswith(said[-1].thing):
            return said[-1].thing
        return progress.namer.thing_of(name)

    @staticmethod
    def _with_thing(progress: Progress, index: int, name: str, said: list[Draft]) -> str:
        """A measure with the thing that was spoken of last."""
        if not said:
            return _topic(progress, index) + name
        view, before = progress.view, said[-1]
        apart = view.segment(before.slot) != view.segment(view.slots[index])
        if apart and before.thing == before.name and before.mention.kind == "count":
            return name
        namer = progress.namer
        thing = namer.plain(before.name) if namer.is_bare_of_name(name) else before.thing
        thing = thing.removeprefix(namer.prefix_of(thing)) if namer.is_stock(name) else thing
        return name if name in said[-1].name else thing + name


def _topic(progress: Progress, index: int) -> str:
    """What the clause right before is about, where it has no figure of its own and begins the sentence."""
    view = progress.view
    here = view.clause(view.slots[index])
    before = [c for c in view.clauses if c[1] < here[0] and c[0] < c[1]]
    if len(before) != 1 or QUANTITY in view.text[slice(*before[0])]:
        return ""
    return progress.write(progress.namer.topic(view, *before[0]))
