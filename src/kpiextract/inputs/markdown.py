"""Decoded Markdown goes in, a `Source` with the same text comes out, its headings, tables and images marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from kpiextract.inputs.base import counted
from kpiextract.inputs.decode import Decoded
from kpiextract.model import Mark, Source

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(?=\S)")
FENCE = re.compile(r" {0,3}(```|~~~)")
RULE_CELL = re.compile(r"[ \t]*:?-+:?[ \t]*")
# An image or link whose address is the content itself; nothing in it is a number of the report.
DATA_ADDRESS = re.compile(r"data:[a-z0-9.+-]{1,100}/[a-z0-9.+-]{1,100};base64,[A-Za-z0-9+/=_\-%]*", re.IGNORECASE)


def read_markdown(doc: str, decoded: Decoded) -> Source:
    """The text as it stands, with marks `heading` (its level), `table` and `skip` (data inside addresses)."""
    text = decoded.text
    data = (Mark("skip", m.start(), m.end()) for m in DATA_ADDRESS.finditer(text))
    marks = sorted(counted(chain(_blocks(text), data), "headings, tables and images"), key=lambda m: (m.start, m.end))
    return Source(doc, text, tuple(marks), encoding=decoded.encoding)


def _blocks(text: str) -> Iterator[Mark]:
    fence = ""
    before, table = (0, ""), (-1, -1)
    for found in LINE.finditer(text):
        start, line = found.start(), found.group().rstrip("\r\n")
        if table[0] >= 0 and "|" in line:
            table = (table[0], start + len(line))
            continue
        if table[0] >= 0:
            yield Mark("table", *table)
            table, before = (-1, -1), (start, "")
        mark = FENCE.match(line)
        if mark and (not fence or fence == mark[1]):
            fence = "" if fence else mark[1]
        elif not fence and (heading := HEADING.match(line)):
            words = line[heading.end() :].rstrip("# \t")
            yield Mark("heading", start + heading.end(), start + heading.end() + len(words), len(heading[1]))
        elif not fence and "|" in before[1] and _is_rule(line):
            table = (before[0], start + len(line))
        before = (start, "" if fence else line)


def _is_rule(line: str) -> bool:
    """Whether the line is the one under a table's heading: `|---|:--:|`."""
    line = line.strip()
    return "|" in line and all(RULE_CELL.fullmatch(cell) for cell in line.strip("|").split("|"))
