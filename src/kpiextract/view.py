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
_SPECIAL = re.compile("[" + re.escape("".join(_BRACKETS) + "".join(_BRACKETS.values()) + _BLANK + _STOPS) + "]")


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


def _jumps(
    text: str, start: int, mentions: Sequence[Mention], phrases: Sequence[Phrase]
) -> dict[int, tuple[int, str, int]]:
    """Where a figure or a period begins: where it ends, the character that stands for it, its number."""
    jumps: dict[int, tuple[int, str, int]] = {}
    edge = start
    for i, mention in enumerate(mentions):
        left, right = max(mention.left, edge), mention.right  # a word between two figures is a modifier of the first
        if left > edge and text[left - 1 : left] in ("“", "‘") and text[right : right + 1] in ("”", "’"):
            left, right = left - 1, right + 1
        jumps[left] = (right, QUANTITY, i)
        edge = right
    for i, phrase in enumerate(phrases):
        jumps.setdefault(phrase.start, (phrase.end, PERIOD, i))
    return jumps


def lay_out(
    text: str,
    start: int,
    end: int,
    mentions: Sequence[Mention],
    phrases: Sequence[Phrase],
    quotes: Sequence[Enclosure],
    markers: Sequence[tuple[int, int]] = (),
) -> View:
    """The view of `text[start:end]`; mentions and phrases are those inside it, in order.

    `markers` are stretches that only count what is said (一是, 2、, ①): the view leaves them out.
    """
    jumps = _jumps(text, start, mentions, phrases)
    for marker, tail in markers:
        jumps.setdefault(marker, (tail, "", -1))
    spans = [(q.start + 1, q.end - 1) for q in quotes if q.name]
    events = sorted({*jumps, *(m.start() for m in _SPECIAL.finditer(text, start, end))})
    out: list[str] = []
    at: list[int] = []
    slots: dict[int, int] = {}
    times: dict[int, int] = {}
    closers: set[int] = set()
    done = start
    for place in events:
        if place < done:
            continue
        out.append(text[done:place])
        at.extend(range(done, place))
        char, done = text[place], place + 1
        if place in jumps:
            done, char, number = jumps[place]
            if not char:
                continue
            (slots if char == QUANTITY else times)[number] = len(at)
        elif char in _BRACKETS:
            close = _closing(text, place, end)
            if close > 0 and not any(place < m.start < close for m in mentions):
                done = close + 1
                continue
            closers.add(close)
            char = OPEN
        elif place in closers:
            char = CLOSE
        elif char in _BLANK:
            continue
        elif char in _STOPS and any(a <= place < b for a, b in spans):
            char = QUOTED_STOP
        out.append(char)
        at.append(place)
    if done < end:
        out.append(text[done:end])
        at.extend(range(done, end))
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
