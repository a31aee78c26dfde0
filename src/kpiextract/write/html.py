"""HTML: rows go in, one page that stands alone comes out; it asks the network for nothing and runs offline."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import BinaryIO

from kpiextract.table import TEXT, Layout, Row
from kpiextract.write.base import Writer
from kpiextract.write.cells import ENCODING_ERRORS, as_text

_DETAILS = {"doc", "section", "indicator_id", "category", "name", "value_high", "kind", "compare", "period_source"} | {
    "numeral",
    "start",
    "end",
    "line",
    "rule",
}

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2733; --soft: #5d6b7a; --rule: #dde3ea; --paper: #fff; --head: #f2f5f8;
  --mark: #1f6f54; --hover: #f7fafc; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9ee; --soft: #97a3b0; --rule: #303a45; --paper: #161b21;
  --head: #1f262e; --mark: #6fcfa8; --hover: #1b2129; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem; background: var(--paper); color: var(--ink);
  font: 14px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 1.25rem; margin: 0 0 .75rem; }
.bar { display: flex; gap: 1.25rem; align-items: center; flex-wrap: wrap; color: var(--soft); margin-bottom: .75rem; }
.bar input[type=search] { font: inherit; padding: .3rem .6rem; width: 20rem; max-width: 100%; color: inherit;
  background: var(--paper); border: 1px solid var(--rule); border-radius: .3rem; }
.wrap { overflow: auto; max-height: calc(100vh - 8rem); border: 1px solid var(--rule); border-radius: .4rem; }
table { border-collapse: separate; border-spacing: 0; min-width: 100%; }
th, td { padding: .35rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); }
th { position: sticky; top: 0; background: var(--head); font-weight: 600; white-space: nowrap; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td { min-width: 3rem; max-width: 30rem; overflow-wrap: anywhere; }
td.indicator, td.name { min-width: 11rem; font-weight: 600; }
td.section { min-width: 12rem; color: var(--soft); }
td.evidence { min-width: 22rem; color: var(--soft); }
td.value { color: var(--mark); font-weight: 600; }
td.unit, td.period, td.quantity, td.numeral, td.scope { white-space: nowrap; }
tbody tr:hover td { background: var(--hover); }
body:not(:has(#details:checked)) .d { display: none; }
@media print { .bar { display: none; } .wrap { max-height: none; overflow: visible; border: 0; } body { padding: 0; } }
"""

_SCRIPT = """
const box = document.getElementById("find"), count = document.getElementById("count");
const body = document.querySelector("tbody");
let later;
box.addEventListener("input", () => { clearTimeout(later); later = setTimeout(find, 150); });
function find() {
  const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const row of body.rows) {
    const text = row.textContent.toLowerCase();
    row.hidden = !words.every(word => text.includes(word));
    if (!row.hidden) shown++;
  }
  count.textContent = words.length ? shown + " of " + body.rows.length : body.rows.length;
}
find();
"""


def open_table(out: BinaryIO, layout: Layout) -> HtmlTable:
    """Begin a page; everything before the first row is written at once."""
    return HtmlTable(out, layout)


class HtmlTable(Writer):
    """An open page."""

    def __init__(self, out: BinaryIO, layout: Layout) -> None:
        self._out = out
        self._classes = [_classes(column.name, column.type) for column in layout.columns]
        head = "".join(f'<th class="{c}">{escape(n)}</th>' for n, c in zip(layout.header, self._classes, strict=True))
        self._put(
            '<!DOCTYPE html>\n<html lang="zh">\n<head>\n<meta charset="utf-8">\n'
            '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
            "style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(layout.name)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
            f'<h1>{escape(layout.name.capitalize())}</h1>\n<div class="bar">'
            '<input id="find" type="search" placeholder="Filter rows" aria-label="Filter rows">'
            f'<span><span id="count"></span> {escape(layout.name)}</span>'
            '<label><input id="details" type="checkbox"> all columns</label></div>\n'
            f'<div class="wrap"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n'
        )

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        for row in rows:
            cells = zip(row, self._classes, strict=True)
            self._put("<tr>" + "".join(f'<td class="{c}">{_text(as_text(cell))}</td>' for cell, c in cells) + "</tr>\n")

    def close(self) -> None:
        """Write the end of the page."""
        self._put(f"</tbody>\n</table></div>\n<script>{_SCRIPT}</script>\n</body>\n</html>\n")

    def _put(self, text: str) -> None:
        self._out.write(text.encode(errors=ENCODING_ERRORS))


def _classes(name: str, type: str) -> str:
    return " ".join([name] + ["n"] * (type != TEXT) + ["d"] * (name in _DETAILS))


def _text(text: str) -> str:
    """Escaped, without the control characters that HTML does not allow."""
    return escape(text.translate(_CONTROLS))


_CONTROLS = {i: "\N{REPLACEMENT CHARACTER}" for i in range(32) if chr(i) not in "\t\n\r"}
