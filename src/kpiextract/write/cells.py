"""What several formats do with a cell: a cell goes in, text that is safe to write comes out."""

from __future__ import annotations

from kpiextract.table import Cell, Column, plain

ENCODING_ERRORS = "backslashreplace"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_text(cell: Cell) -> str:
    """The cell as text: empty for nothing, a plain decimal for a number."""
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else plain(cell)


def encodable(text: str) -> str:
    r"""The text with what UTF-8 cannot hold (the undecodable bytes of a file name) written as `\udcff`."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors=ENCODING_ERRORS).decode()
    return text


def guarded(cell: str, column: Column) -> str:
    """A text cell that a spreadsheet would run as a formula, with a `'` before it; other cells as they are."""
    if not cell.startswith(FORMULA) or column.name == "bound" or (column.name == "doc" and cell == "-"):
        return cell
    return "'" + cell
