"""Cut a source into sentences: its text and marks go in, sentences with the headings above them come out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from kpiextract.model import Mark, Source
from kpiextract.numerals import narrow
from kpiextract.patterns import TimedPattern, compile_pattern, compile_rules
from kpiextract.rulebook import RuleBook

_LINE = re.compile(r"[^\n\r\u2028\u2029\x0b\x0c\x85]+")
_GAP = re.compile(r"\u3000{2,}|[ \u00a0]{3,}|[ \u00a0]*[\u2000-\u200a\u3000]{2,}[ \u00a0]*|[ \u00a0]{2,}(?=\u3000)")
_SPACE = " \t\u2002\u2003\u2009\u3000\u00a0\ufeff\u200b\u200c\u200d\u200e\u200f\x00"
_LEAD = _SPACE + "•●◆■★☆▲△◇□※➢➤▪◼✓✔·"
_STOP = "。！？!?…"
_CONTINUES = "，。、；：）)％%‰”》!！?？,;"
_SENTENCE = re.compile(r"[^。！？!?]+[。！？!?]*[”’』」）)]*|[。！？!?]+[”’』」）)]*")
_TITLE_LENGTH = 45
_LIST_LEVEL = 40
_INLINE_HEADING_LENGTH = 48


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its depth (smaller is higher), its words as written, and where it stands."""

    level: int
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of prose that is read as a whole; `paragraph` counts, `opening` is true of the first of a paragraph."""

    start: int
    end: int
    path: tuple[Heading, ...] = ()
    paragraph: int = 0
    opening: bool = False
    heading: bool = False


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _LEAD:
        start += 1
    while end > start and text[end - 1] in _SPACE:
        end -= 1
    return start, end


def _pieces(text: str, marker: regex.Pattern[str] | TimedPattern) -> Iterator[tuple[int, int]]:
    """Lines, also cut at wide gaps and before headings inside them (several reports are one line of paragraphs)."""
    for line in _LINE.finditer(text):
        at = line.start()
        firm = {line.end()}
        cuts = [line.end()]
        if "\t" not in line[0]:
            gaps = [m.end() for m in _GAP.finditer(text, *line.span())]
            firm.update(m.start() for m in marker.finditer(text, *line.span()) if m.start() > at)
            cuts = sorted({*gaps, *firm})
        for cut in cuts:
            start, end = _strip(text, at, cut)
            if start < end and (cut in firm or end - start >= 4):
                yield start, end
                at = cut


def _wrap_width(text: str, pieces: Sequence[tuple[int, int]]) -> int:
    """The width at which the lines of a hard-wrapped text end, or 0."""
    lengths = sorted(end - start for start, end in pieces)
    if len(lengths) < 8:
        return 0
    width = lengths[int(len(lengths) * 0.8)]
    full = sum(1 for n in lengths if width - 4 <= n <= width + 4)
    return width if width <= 80 and full >= 0.5 * len(lengths) else 0


class Cutter:
    """Cuts documents by the heading rules of a rule book."""

    def __init__(self, book: RuleBook) -> None:
        self._headings = [
            (
                compile_rules(book, [rule], "pattern", rule.data["pattern"]),
                int(rule.data["level"]),
                bool(rule.data.get("inline")),
            )
            for rule in book.rules("heading")
        ]
        self._ends = book.words("unfinished_end")
        self._starts = book.words("unfinished_start")
        self._year = compile_pattern(book, r"(?:19|20)\d{2}(?=\L<heading_year>|[/—~～)）-]|$)")
        high = [rule for rule in book.rules("heading") if 10 <= int(rule.data["level"]) <= 30]
        any_of = "|".join(f"(?:{rule.data['pattern']})" for rule in high)
        self._inside = compile_rules(book, high, "pattern", rf"(?<=[。！？\s])(?:{any_of})(?=[^、，。\s])")

    def blocks(self, source: Source) -> Iterator[tuple[int, int]]:
        """Paragraphs and headings: lines, with lines that were only wrapped put together again."""
        text = source.text
        pieces = list(_pieces(text, self._inside))
        width = _wrap_width(text, pieces)
        fixed = {edge for mark in source.marks for edge in (mark.start, mark.end)}
        at: tuple[int, int] | None = None
        for start, end in pieces:
            if at and start not in fixed and at[1] not in fixed and self._joined(text, at, (start, end), width):
                at = (at[0], end)
            else:
                if at:
                    yield at
                at = (start, end)
        if at:
            yield at

    def _joined(self, text: str, before: tuple[int, int], after: tuple[int, int], width: int) -> bool:
        last, first = text[before[1] - 1], text[after[0]]
        length = before[1] - max(before[0], text.rfind("\n", 0, before[1]) + 1)
        if last in _STOP or "\t" in text[slice(*before)] or "\t" in text[slice(*after)]:
            return False
        if first in _CONTINUES or last in "，、,（(“《":
            return True
        if text.startswith(self._starts, after[0]) or text.endswith(self._ends, *before):
            return True
        if self._marker(text, after):
            return False
        body = text[slice(*before)]
        if len(body) >= 8 and (last.isdigit() or last in ".．") and not first.isdigit() and first not in "（(#|-—":
            return True
        if last not in "：:；;" and first not in "#|-—*" and "。" in body and not self._marker(text, before):
            return "\n\n" not in text[before[1] : after[0]]
        if last.isascii() and last.isalnum() and first.isdigit():
            return True
        return bool(width) and length >= width - 6 and last not in "：:；;"

    def _marker(self, text: str, block: tuple[int, int]) -> tuple[int, bool, regex.Match[str]] | None:
        for pattern, level, inline in self._headings:
            match = pattern.match(text, *block)
            if match:
                return level, inline, match
        return None

    def _heading(self, text: str, block: tuple[int, int], marks: dict[int, Mark]) -> Heading | None:
        start, end = block
        mark = marks.get(start)
        if mark is not None:
            return Heading(mark.level, text[start : mark.end].strip(_SPACE), start, mark.end)
        marker = self._marker(text, block)
        if marker is not None:
            return self._marked_heading(text, block, *marker)
        plain = (
            end - start <= _TITLE_LENGTH and text[end - 1] not in "。；;，,、：:！!？?…" and "\t" not in text[start:end]
        )
        if plain and not any(c.isdigit() for c in text[start:end]) and "|" not in text[start:end]:
            return Heading(25, text[start:end], start, end)
        return None

    def _marked_heading(
        self, text: str, block: tuple[int, int], level: int, inline: bool, match: regex.Match[str]
    ) -> Heading | None:
        start, end = block
        if text[start] == "#":
            level = len(text[start:end]) - len(text[start:end].lstrip("#"))
            return Heading(level, text[match.end() : end].strip(_SPACE + "#*"), start, end)
        stop = next((i for i in range(match.end(), end) if text[i] in "。！？!?；;"), end)
        gap = next((i for i in range(match.end() + 2, min(stop, start + 32)) if text[i] in _SPACE), end)
        if end - start > 60 and gap < stop and not any(c in "，、" for c in text[match.end() : gap]):
            stop = gap
        if stop - start > _INLINE_HEADING_LENGTH or (stop < end and not inline):
            return None
        if stop == match.end():
            return None
        body = self._year.sub("", narrow(text[match.end() : stop]))
        if any(c.isdigit() for c in body):
            return None
        return Heading(level, text[start:stop].rstrip("：:"), start, min(stop + 1, end) if stop < end else end)

    def sentences(self, source: Source, skip: Sequence[tuple[int, int]] = ()) -> Iterator[Sentence]:
        """The sentences of a document in order, outside the sorted stretches `skip`; headings are sentences too."""
        text = source.text
        marks = {mark.start: mark for mark in source.marks if mark.kind == "heading"}
        path: list[Heading] = []
        titled, cursor = False, 0
        for number, (start, end) in enumerate(self.blocks(source)):
            while cursor < len(skip) and skip[cursor][1] <= start:
                cursor += 1
            if cursor < len(skip) and skip[cursor][0] < end:
                continue
            heading = self._heading(text, (start, end), marks)
            if heading is not None and heading.level == 25 and not titled:
                yield Sentence(start, end, tuple(path), number, False, True)
                continue
            titled = True
            if heading is not None:
                while path and path[-1].level >= heading.level:
                    path.pop()
                listed = heading.level >= _LIST_LEVEL and heading.end == end and text[end - 1] in "。；;"
                yield Sentence(start, heading.end, tuple(path), number, listed, not listed)
                path.append(heading)
                start = heading.end
            yield from self._prose(text, start, end, tuple(path), number)

    @staticmethod
    def _prose(text: str, start: int, end: int, path: tuple[Heading, ...], number: int) -> Iterator[Sentence]:
        opening = True
        for match in _SENTENCE.finditer(text, start, end):
            a, b = _strip(text, *match.span())
            if a < b:
                yield Sentence(a, b, path, number, opening)
                opening = False
