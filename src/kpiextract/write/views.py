"""What a person wants to see of a row on a terminal: a row goes in, a heading and a few short cells come out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kpiextract.table import TEXT, Layout, Row
from kpiextract.write.cells import as_text

_BOUNDS = {"=": "", "~": "≈ ", ">": "> ", ">=": "≥ ", "<": "< ", "<=": "≤ "}
_ARROWS = {"up": "↑", "down": "↓"}
_ASPECTS = {"level": "", "change": "", "baseline": "from"}
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), "\N{REPLACEMENT CHARACTER}") | dict.fromkeys((9, 10, 13), " ")


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """A column for people; `least` is the width of the terminal from which on it is shown."""

    title: str
    right: bool = False
    stretch: bool = False
    least: int = 0


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A row for people: the document and section it stands under, and its cells."""

    doc: str
    section: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """How the rows of a layout are shown."""

    columns: tuple[ViewColumn, ...]
    show: Callable[[Row], ViewRow]


def view_of(layout: Layout) -> View:
    """The view of the readings, of the ledger, or simply all columns of any other layout."""
    if layout.name == "readings":
        return View(_READING_VIEW, lambda row: _show_reading(_named(layout, row)))
    if layout.name == "numerals":
        return View(_LEDGER_VIEW, lambda row: _show_entry(_named(layout, row)))
    columns = tuple(
        ViewColumn(column.name, right=column.type != TEXT, stretch=i == 0) for i, column in enumerate(layout.columns)
    )
    return View(columns, lambda row: ViewRow("", "", tuple(visible(as_text(cell)) for cell in row)))


def visible(text: str) -> str:
    """The text on one line, without the control characters that would steer a terminal."""
    return text.translate(_CONTROLS)


_READING_VIEW = (
    ViewColumn("name", stretch=True),
    ViewColumn("quantity", right=True),
    ViewColumn("what"),
    ViewColumn("period"),
    ViewColumn("scope"),
    ViewColumn("value", right=True, least=110),
    ViewColumn("unit", least=110),
    ViewColumn("indicator", least=150),
    ViewColumn("category", least=150),
    ViewColumn("line", right=True, least=110),
)


def _show_reading(row: dict[str, str]) -> ViewRow:
    aspect, direction = row["aspect"], _ARROWS.get(row["direction"], "")
    what = [
        _ASPECTS.get(aspect, aspect) or (aspect if aspect == "change" and not direction else ""),
        direction,
        row["compare"],
        "" if row["status"] == "actual" else row["status"],
    ]
    value = row["value"] + (f"–{row['value_high']}" if row["value_high"] else "")
    cells = (
        row["name"],
        _BOUNDS.get(row["bound"], "") + row["quantity"],
        " ".join(filter(None, what)),
        row["period"],
        row["scope"],
        value,
        row["unit"],
        row["indicator"] if row["indicator"] != row["name"] else "",
        row["category"],
        row["line"],
    )
    return ViewRow(row["doc"], row["section"], cells)


_LONGEST = 60  # characters of a numeral: addresses and the data in them are longer
_LEDGER_VIEW = (
    ViewColumn("line", right=True),
    ViewColumn("numeral", right=True),
    ViewColumn("became"),
    ViewColumn("value", right=True),
    ViewColumn("unit"),
    ViewColumn("kind", least=100),
    ViewColumn("rule", stretch=True),
)


def _show_entry(row: dict[str, str]) -> ViewRow:
    value = row["value"] + (f"–{row['value_high']}" if row["value_high"] else "")
    became = f"{row['became']} {row['edtf']}" if row["edtf"] else row["became"]
    bound = _BOUNDS.get(row["bound"], "") if value else ""
    numeral = row["numeral"] if len(row["numeral"]) <= _LONGEST else row["numeral"][: _LONGEST - 1] + "…"
    cells = (row["line"], numeral, became, bound + value, row["unit"], row["kind"], row["rule"])
    return ViewRow(row["doc"], "", cells)


def _named(layout: Layout, row: Row) -> dict[str, str]:
    return {name: visible(as_text(cell)) for name, cell in zip(layout.header, row, strict=True)}
