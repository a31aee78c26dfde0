"""Read the accuracy corpus: files of tests/cases come in, documents with hand-made gold at exact offsets go out.

A case is one text file of four parts:

    year: 2024                     the year the document is read with
    --- text                       the document
    --- rows                       its gold, in the order of the text
    @ actual 2024                  the status and period of the rows below, until the next such line
    97.8% | good-air rate/rate of good air | 97.8 % percent | level | left | scope=... period=... optional
    --- traps                      numerals that are no readings, in the order of the text
    1268 | name

The cells of a row are: the quantity as written; the accepted names, split by `/`; bound, value, unit and kind
(`>=30 % percent`, `150000..300000 ...` for a range, `-` where no unit is written); aspect, direction and compare
(`change up yoy`); the frame; and, where needed, `scope=`, `period=`, `status=` and `optional`. A row that begins with
`+` speaks of the same quantity as the row above. A quantity or trap is searched behind the one above it; brackets `⟦ ⟧`
mark it inside a longer stretch that says which one is meant (`\\n` is a line break).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

CASES = Path(__file__).parent / "cases"

_VALUE = re.compile(r"(>=|<=|[<>~=])?(-?\d+(?:\.\d+)?)(?:\.\.(-?\d+(?:\.\d+)?))?$")
_DIGITS = re.compile(r"\d+")
_ASPECTS = ("level", "change", "baseline", "share", "gap", "rank")
_DIRECTIONS = ("up", "down")
_COMPARES = ("yoy", "mom", "base")


class CaseError(ValueError):
    """A case file that does not hold together: file, line, what is wrong."""


@dataclass(frozen=True, slots=True)
class Gold:
    """One hand-made row, and where its quantity stands."""

    start: int
    end: int
    quantity: str
    names: tuple[str, ...]
    value: Decimal
    value_high: Decimal | None
    unit: str
    kind: str
    bound: str
    aspect: str
    direction: str
    compare: str
    status: str
    period: str
    scope: str
    frame: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Trap:
    """A numeral that is no reading, and why."""

    start: int
    end: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Case:
    """A document, the year it is read with, and its gold."""

    name: str
    year: int
    text: str
    rows: tuple[Gold, ...]
    traps: tuple[Trap, ...]

    def unaccounted(self) -> list[str]:
        """The runs of digits that neither a row nor a trap covers, with what stands around them."""
        covered = [(row.start, row.end) for row in self.rows] + [(trap.start, trap.end) for trap in self.traps]
        return [
            self.text[max(0, m.start() - 8) : m.end() + 8].replace("\n", " ")
            for m in _DIGITS.finditer(self.text)
            if not any(start < m.end() and m.start() < end for start, end in covered)
        ]


def load_cases(folder: Path = CASES) -> list[Case]:
    """All cases of a folder in name order. Raises CaseError."""
    return [parse_case(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.txt"))]


def parse_case(name: str, content: str) -> Case:
    """One case from the text of its file. Raises CaseError."""
    lines = content.split("\n")
    marks = {line: number for number, line in enumerate(lines) if line in ("--- text", "--- rows", "--- traps")}
    if len(marks) != 3 or not lines[0].startswith("year: "):
        raise CaseError(f"{name}:1: want a first line `year: N` and the parts --- text, --- rows, --- traps")
    text = "\n".join(lines[marks["--- text"] + 1 : marks["--- rows"]])
    rows = tuple(_rows(name, text, lines, marks["--- rows"] + 1, marks["--- traps"]))
    traps = tuple(_traps(name, text, lines, marks["--- traps"] + 1))
    return Case(name, int(lines[0].removeprefix("year: ")), text, rows, traps)


def _rows(name: str, text: str, lines: list[str], first: int, last: int) -> Iterator[Gold]:
    status, period, place = "", "", (0, 0)
    for number in range(first, last):
        line, at = lines[number], f"{name}:{number + 1}"
        if not line.strip():
            continue
        if line.startswith("@ "):
            status, period = _words(at, line, 3)[1:]
            continue
        cells = [cell.strip() for cell in line.removeprefix("+").split("|")]
        if len(cells) not in (5, 6):
            raise CaseError(f"{at}: want 5 or 6 cells, found {len(cells)}")
        if not line.startswith("+"):
            place = locate(at, text, cells[0], place[1])
        yield _gold(at, text, place, cells, {"status": status, "period": period, "scope": ""})


def _gold(at: str, text: str, place: tuple[int, int], cells: list[str], said: dict[str, str]) -> Gold:
    flags = cells[5].split() if len(cells) == 6 else []
    extras = dict(flag.split("=", 1) for flag in flags if "=" in flag)
    plain = [flag for flag in flags if "=" not in flag]
    if unknown := {*plain, *extras} - {"optional", *said}:
        raise CaseError(f"{at}: unknown: {' '.join(sorted(unknown))}")
    amount, unit, kind = _words(at, cells[2], 3)
    bound, value, value_high = _amount(at, amount)
    said = said | extras
    aspect, *more = cells[3].split()
    if aspect not in _ASPECTS or not set(more) <= {*_DIRECTIONS, *_COMPARES}:
        raise CaseError(f"{at}: unknown aspect: {cells[3]}")
    return Gold(
        *place,
        quantity=text[slice(*place)],
        names=tuple(cells[1].split("/")),
        value=value,
        value_high=value_high,
        unit="" if unit == "-" else unit,
        kind=kind,
        bound=bound,
        aspect=aspect,
        direction=next((word for word in more if word in _DIRECTIONS), ""),
        compare=next((word for word in more if word in _COMPARES), ""),
        status=said["status"],
        period=said["period"],
        scope=said["scope"],
        frame=cells[4],
        optional="optional" in plain,
    )


def _amount(at: str, written: str) -> tuple[str, Decimal, Decimal | None]:
    match = _VALUE.match(written)
    if match is None:
        raise CaseError(f"{at}: no number: {written}")
    bound, low, high = match.groups()
    return bound or "=", Decimal(low), Decimal(high) if high else None


def _traps(name: str, text: str, lines: list[str], first: int) -> Iterator[Trap]:
    place = (0, 0)
    for number in range(first, len(lines)):
        if not lines[number].strip():
            continue
        at = f"{name}:{number + 1}"
        numeral, _, reason = (cell.strip() for cell in lines[number].partition("|"))
        place = locate(at, text, numeral, place[1])
        yield Trap(*place, text[slice(*place)], reason)


def _words(at: str, line: str, count: int) -> list[str]:
    words = line.split()
    if len(words) != count:
        raise CaseError(f"{at}: want {count} words: {line}")
    return words


def locate(at: str, text: str, written: str, behind: int) -> tuple[int, int]:
    """Where a quantity stands in a text at or behind an offset; not inside a longer number. Raises CaseError."""
    written = written.replace("\\n", "\n")
    before, marked, rest = written.partition("⟦")
    quantity, _, after = rest.partition("⟧") if marked else (written, "", "")
    before = before if marked else ""
    start = text.find(before + quantity + after, max(0, behind - len(before)))
    while start >= 0:
        begin, end = start + len(before), start + len(before) + len(quantity)
        inside = quantity[0].isnumeric() and (text[:begin][-1:].isnumeric() or text[:begin][-1:] == ".")
        longer = quantity[-1].isdigit() and re.match(r"\.?\d", text[end : end + 2])
        if begin >= behind and not inside and not longer:
            return begin, end
        start = text.find(before + quantity + after, start + 1)
    raise CaseError(f"{at}: not found behind offset {behind}: {written}")
