"""Decoded Markdown goes in, a `Source` with the same text comes out, its headings, tables and images marked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kpiextract.inputs.decode import Decoded
from kpiextract.model import Mark, Source

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+\S")
FENCE = re.compile(r" {0,3}(```|~~~)")
RULE_CELL = re.compile(r"[ \t]*:?-+:?[ \t]*")
# An image or link whose address is the content itself; nothing in it is a number of the report.
DATA_ADDRESS = re.compile(r"data:[a-z0-9.+-]{1,100}/[a-z0-9.+-]{1,100};base64,[A-Za-z0-9+/=_\-%]*", re.IGNORECASE)


def read_markdown(doc: str, decoded: Decoded) -> Source:
    """The text as it stands, with marks `heading` (its level), `table` and `skip` (data inside addresses)."""
    text = decoded.text
    marks = [*_blocks(text), *(Mark("skip", m.start(), m.end()) for m in DATA_ADDRESS.finditer(text))]
    return Source(doc, text, tuple(sorted(marks, key=lambda m: (m.start, m.end))), encoding=decoded.encoding)


def _blocks(text: str) -> Iterator[Mark]:
    lines = [(m.start(), m.group().rstrip("\r\n")) for m in LINE.finditer(text) if m.group()]
    fence = ""
    at = 0
    while at < len(lines):
        start, line = lines[at]
        at += 1
        mark = FENCE.match(line)
        if mark and (not fence or fence == mark[1]):
            fence = "" if fence else mark[1]
        elif fence:
            continue
        elif heading := HEADING.match(line):
            yield Mark("heading", start, start + len(line.rstrip()), len(heading[1]))
        elif "|" in line and at < len(lines) and _is_rule(lines[at][1]):
            last = at
            while last + 1 < len(lines) and "|" in lines[last + 1][1]:
                last += 1
            end_start, end_line = lines[last]
            yield Mark("table", start, end_start + len(end_line))
            at = last + 1


def _is_rule(line: str) -> bool:
    """Whether the line is the one under a table's heading: `|---|:--:|`."""
    line = line.strip()
    return "|" in line and all(RULE_CELL.fullmatch(cell) for cell in line.strip("|").split("|"))
