"""Choose what a quantity says: a sentence and one of its quantities go in, fits and drafts without names come out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kpiextract.draft import Draft, Progress
from kpiextract.frames import Fit, Frames
from kpiextract.names import Namer
from kpiextract.rulebook import RuleBook
from kpiextract.view import View


class Fitting:
    """Finds the frames of a rule book that fit at the edges of words."""

    def __init__(self, book: RuleBook) -> None:
        self._frames = Frames(book)

    def fits(self, progress: Progress, index: int) -> Iterator[Fit]:
        """The frames that fit the quantity at `index`, the first fit first."""
        view = progress.view
        slot = view.slots[index]
        for fit in self._frames.fits(view, slot, view.mentions[index], progress.document):
            if not fit.frame.edge or _on_edge(progress.namer, view, fit, slot):
                yield fit

    def first(self, progress: Progress, index: int) -> Fit | None:
        """The first frame that fits the quantity at `index`."""
        return next(self.fits(progress, index), None)


def draft_of(progress: Progress, index: int, fit: Fit, compare: str, scope: str | None = None) -> Draft:
    """The draft of the quantity at `index` as a frame says it, without a name."""
    bound = "~" if "about" in fit.groups and progress.view.mentions[index].bound == "=" else ""
    draft = progress.draft(index, fit.frame.rule.id, fit.frame.aspect, fit.direction, compare, scope)
    return replace(draft, bound=bound, status=fit.frame.status)


def scope_of(progress: Progress, fit: Fit) -> str | None:
    """The scope that a frame found; None where it looks for none."""
    return progress.text(fit.groups["scope"]) if "scope" in fit.groups else None


def _on_edge(namer: Namer, view: View, fit: Fit, slot: int) -> bool:
    """Whether the frame's verb begins at the edge of a word (not 稳增长, not 新增)."""
    start = view.clause(slot)[0]
    begin = fit.groups.get("up") or fit.groups.get("down") or (fit.edge, slot)
    if begin[1] - begin[0] > 1:
        return True
    return begin[0] == start or any(token.end == begin[0] for token in namer.tokens(view, start, slot))
