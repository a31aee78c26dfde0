"""Put lines together again: a text that was only wrapped comes in, its text without those line breaks goes out.

What was read of the joined text is then brought back to where it stands in the text as it was decoded.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kpiextract.model import Extraction, LedgerEntry, Reading, Source

_BREAK = re.compile(r"[ \t\u3000]*(?:\r\n|[\n\r])[ \t\u3000]*")
_LINE_END = re.compile(r"\r\n|[\n\r]")
_LONGEST_EVIDENCE = 400


@dataclass(frozen=True, slots=True)
class Joined:
    """A source without the breaks inside its paragraphs; `at[i]` is where its character `i` stands in the original."""

    source: Source
    original: Source
    at: Sequence[int]

    def restore(self, extraction: Extraction) -> Extraction:
        """The same rows with the offsets, lines and wording of the original."""
        ends = [m.end() for m in _LINE_END.finditer(self.original.text)]
        readings = tuple(self._reading(r, ends) for r in extraction.readings)
        return Extraction(extraction.doc, readings, tuple(self._entry(e, ends) for e in extraction.ledger))

    def _span(self, start: int, end: int) -> tuple[int, int]:
        return self.at[start], self.at[end - 1] + 1

    def _reading(self, reading: Reading, ends: list[int]) -> Reading:
        start, end = self._span(reading.start, reading.end)
        return replace(
            reading,
            start=start,
            end=end,
            line=bisect.bisect_right(ends, start) + 1,
            quantity=self.original.text[start:end],
            evidence=self._evidence(reading),
        )

    def _evidence(self, reading: Reading) -> str:
        """The sentence as the original writes it."""
        said = reading.evidence.strip("…")
        found = self.source.text.find(said, max(0, reading.start - _LONGEST_EVIDENCE))
        if not said or found < 0:
            return reading.evidence
        start, end = self._span(found, found + len(said))
        return reading.evidence.replace(said, self.original.text[start:end])

    def _entry(self, entry: LedgerEntry, ends: list[int]) -> LedgerEntry:
        start, end = self._span(entry.start, entry.end)
        line = bisect.bisect_right(ends, start) + 1
        return replace(entry, start=start, end=end, line=line, numeral=self.original.text[start:end])


def join(source: Source, blocks: Iterable[tuple[int, int]]) -> Joined | None:
    """The source without the line breaks inside its `blocks` (half-open, in order), or None where there are none.

    A break between two digits or two Latin letters stays, as it may part two numbers or words.
    """
    text = source.text
    breaks = [
        m.span() for start, end in blocks for m in _BREAK.finditer(text, start, end) if _only_wraps(text, *m.span())
    ]
    if not breaks:
        return None
    at: list[int] = []
    done = 0
    for start, end in breaks:
        at.extend(range(done, start))
        done = end
    at.extend(range(done, len(text)))
    return Joined(replace(source, text="".join(text[i] for i in at)), source, at)


def _only_wraps(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    if not (before.isascii() and after.isascii()):
        return True
    return not ((before.isdigit() and after.isdigit()) or (before.isalpha() and after.isalpha()))
