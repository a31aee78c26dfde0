"""Blocks of a page (lines, headings, rows of cells) go in, one text with its marks comes out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kpiextract.inputs.base import Unreadable
from kpiextract.model import Mark, Source

# Wide characters: a line break of the markup between them is no space (CJK text is written without any).
WIDE = "\u2014\u2018-\u201d\u2026\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003fffd"
BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")
IS_WIDE = re.compile(rf"[{WIDE}]")
SUPERSCRIPT = str.maketrans("0123456789", "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")
MAX_SPAN = 100
MAX_FILLERS = 100_000
LONG_CELL = 300


@dataclass(frozen=True, slots=True)
class Block:
    """One line of a page, or one table (`kind` is `table`, its rows are lines); headings have a level."""

    text: str
    kind: str = ""
    level: int = 0


@dataclass(slots=True)
class Table:
    """A table while it is read: rows of cells, each cell a list of blocks; spans leave empty cells behind."""

    caption: list[Block] = field(default_factory=list)
    rows: list[list[list[Block]]] = field(default_factory=list)
    spans: dict[int, int] = field(default_factory=dict)
    fillers: int = 0

    def row(self) -> None:
        """Begin a row."""
        self.rows.append([])

    def cell(self, colspan: int = 1, rowspan: int = 1) -> list[Block]:
        """Begin a cell and give the list that takes its blocks."""
        if not self.rows:
            self.row()
        row = self.rows[-1]
        self._fill_spanned(row)
        content: list[Block] = []
        first = len(row)
        row.append(content)
        for _ in range(min(colspan, MAX_SPAN) - 1):
            self._filler(row)
        if rowspan > 1:
            for column in range(first, len(row)):
                self.spans[column] = self.spans.get(column, 0) + min(rowspan, MAX_SPAN) - 1
        return content

    def _fill_spanned(self, row: list[list[Block]]) -> None:
        while (left := self.spans.get(len(row), 0)) > 0:
            column = len(row)
            if not self._filler(row):
                return
            self.spans[column] = left - 1

    def _filler(self, row: list[list[Block]]) -> bool:
        if self.fillers >= MAX_FILLERS:
            return False
        self.fillers += 1
        row.append([])
        return True

    def blocks(self) -> list[Block]:
        """The table as one block, or as the blocks of its cells where it only serves the layout of a page."""
        if self._is_layout():
            return [*self.caption, *(block for row in self.rows for cell in row for block in cell)]
        used = {column for row in self.rows for column, cell in enumerate(row) if cell}
        rows = (
            "\t".join(join_lines(block.text for block in cell) for column, cell in enumerate(row) if column in used)
            for row in self.rows
            if any(row)
        )
        return [*self.caption, Block("\n".join(row.rstrip() for row in rows), "table")]

    def _is_layout(self) -> bool:
        filled = [[cell for cell in row if cell] for row in self.rows]
        if sum(1 for row in filled if row) < 2 or max(map(len, filled), default=0) < 2:
            return True
        return any(
            any(block.kind for block in cell) or (len(cell) > 1 and sum(len(b.text) for b in cell) > LONG_CELL)
            for row in filled
            for cell in row
        )


def tidy(text: str) -> str:
    """A line as a browser shows it: runs of blanks are one space, none where markup breaks a line of Chinese."""
    return BLANKS.sub(_blank, text).strip()


def _blank(run: re.Match[str]) -> str:
    if "\n" not in run[0] and "\r" not in run[0]:
        return " "
    text, start, end = run.string, run.start(), run.end()
    return "" if IS_WIDE.match(text[start - 1 : start]) or IS_WIDE.match(text[end : end + 1]) else " "


def join_lines(lines: Iterable[str]) -> str:
    """Lines of one cell as one: a space between words, none beside a wide character."""
    joined = ""
    for line in lines:
        narrow = joined and not IS_WIDE.match(joined[-1:]) and not IS_WIDE.match(line)
        joined += (" " if narrow else "") + line
    return joined


def lay_out(doc: str, blocks: Sequence[Block], limit: int, encoding: str = "") -> Source:
    """The page's text, a block a line, and marks for headings and tables; raises `Unreadable` beyond `limit`."""
    marks: list[Mark] = []
    at = 0
    for block in blocks:
        end = at + len(block.text)
        if block.kind:
            marks.append(Mark(block.kind, at, end, block.level))
        at = end + 1
    if at > limit:
        raise Unreadable(f"gives {at:,} characters of text, more than --max-bytes ({limit:,}) allows")
    text = "".join(block.text + "\n" for block in blocks)
    return Source(doc, text, tuple(marks), encoding)
