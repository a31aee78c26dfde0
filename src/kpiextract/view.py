"""Lay a sentence out for the frames: text, quantities and periods go in, a masked view with clauses comes out.

In the view every quantity (with its modifiers) and every period is one character, brackets without figures are gone,
and punctuation inside a quotation no longer ends a clause. Every character of the view knows its place in the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kpiextract.classify import Enclosure
from kpiextract.model import Mention
from kpiextract.periods import Phrase

QUANTITY = "\ue000"
PERIOD = "\ue001"
QUOTED_STOP = "\ue002"
OPEN = "\ue010"
CLOSE = "\ue011"

_BRACKETS = {"（": "）", "(": ")", "［": "］", "[": "]", "【": "】", "〔": "〕"}
_BLANK = " \t\u2002\u2003\u2009\u3000\u00a0\n\r\u2028\u2029\ufeff\u200b\u200c\u200d\x00*#"
_CLAUSE_END = re.compile(f"[，,；;：:。！？!?…{OPEN}{CLOSE}]|——")
_STOPS = "，,；;：:。！？!?、"


@dataclass(frozen=True, slots=True)
class View:
    """A sentence as the frames see it.

    `at[i]` is the offset in the document of character `i` of `text`; `slots` are the places of the quantities,
    `times` those of the periods. `clauses` are half-open ranges of `text`; `segments` likewise, cut at semicolons.
    """

    text: str
    at: tuple[int, ...]
    slots: tuple[int, ...]
    mentions: tuple[Mention, ...]
    times: tuple[int, ...]
    phrases: tuple[Phrase, ...]
    clauses: tuple[tuple[int, int], ...]
    segments: tuple[tuple[int, int], ...]

    def clause(self, place: int) -> tuple[int, int]:
        """The clause around a place of the view."""
        return next((c for c in self.clauses if c[0] <= place <= c[1]), (0, len(self.text)))

    def segment(self, place: int) -> tuple[int, int]:
        """The segment (between semicolons) around a place of the view."""
        return next((s for s in self.segments if s[0] <= place <= s[1]), (0, len(self.text)))


def _closing(text: str, start: int, end: int) -> int:
    close, depth = _BRACKETS[text[start]], 0
    for i in range(start, end):
        if text[i] == text[start]:
            depth += 1
        elif text[i] == close:
            depth -= 1
            if depth == 0:
                return i
    return -1


def lay_out(
    text: str,
    start: int,
    end: int,
    mentions: Sequence[Mention],
    phrases: Sequence[Phrase],
    quotes: Sequence[Enclosure],
) -> View:
    """The view of `text[start:end]`; mentions and phrases are those inside it, in order."""
    jumps: dict[int, tuple[int, str, int]] = {}
    for i, mention in enumerate(mentions):
        left, right = mention.left, mention.right
        if text[left - 1 : left] in ("“", "‘") and text[right : right + 1] in ("”", "’"):
            left, right = left - 1, right + 1
        jumps[left] = (right, QUANTITY, i)
    for i, phrase in enumerate(phrases):
        jumps.setdefault(phrase.start, (phrase.end, PERIOD, i))
    held = {i for q in quotes if q.start < end and q.end > start and q.name for i in range(q.start + 1, q.end - 1)}
    figures = [m.start for m in mentions]
    out: list[str] = []
    at: list[int] = []
    slots: dict[int, int] = {}
    times: dict[int, int] = {}
    closers: set[int] = set()
    i = start
    while i < end:
        char, next_i = text[i], i + 1
        if i in jumps:
            next_i, char, number = jumps[i]
            (slots if char == QUANTITY else times)[number] = len(out)
        elif char in _BRACKETS:
            close = _closing(text, i, end)
            if close > 0 and not any(i < f < close for f in figures):
                i = close + 1
                continue
            closers.add(close)
            char = OPEN
        elif i in closers:
            char = CLOSE
        elif char in _BLANK:
            i = next_i
            continue
        elif i in held and char in _STOPS:
            char = QUOTED_STOP
        out.append(char)
        at.append(i)
        i = max(next_i, i + 1)
    masked = "".join(out)
    at.append(end)
    return View(
        masked,
        tuple(at),
        tuple(slots[k] for k in sorted(slots)),
        tuple(mentions[k] for k in sorted(slots)),
        tuple(times[k] for k in sorted(times)),
        tuple(phrases[k] for k in sorted(times)),
        _ranges(_CLAUSE_END, masked),
        _ranges(re.compile("[；;。]"), masked),
    )


def _ranges(stop: re.Pattern[str], text: str) -> tuple[tuple[int, int], ...]:
    out, at = [], 0
    for match in stop.finditer(text):
        out.append((at, match.start()))
        at = match.end()
    out.append((at, len(text)))
    return tuple(out)
