"""The values that travel between the stages: sources come in, readings and ledger entries go out."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Mark:
    """What a file format knows about a stretch of its text: `heading` (with a level from 1), `table`, or
    `skip` (data inside the text that nobody reads).

    A table's rows are lines, its cells are separated by tabs. Offsets are half-open code points of `Source.text`.
    """

    kind: str
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """One document: its name as given (with `/`), its decoded text, and what its format knew of headings and tables.

    `encoding` is the one that was chosen for its bytes; empty for formats that name their own.
    """

    doc: str
    text: str
    marks: tuple[Mark, ...] = ()
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A numeral with its unit: where it stands and how much it is.

    `start:end` is the quantity (first character of the numeral to the last of the unit), `num_start:num_end` the
    numeral in it, `left:right` the quantity with the modifiers around it.
    """

    start: int
    end: int
    num_start: int
    num_end: int
    left: int
    right: int
    value: Decimal | None
    value_high: Decimal | None = None
    kind: str = ""
    unit: str = ""
    bound: str = "="
    script: str = "digits"
    parts: tuple[Decimal, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """One row of the table: what one quantity says about one indicator."""

    doc: str = ""
    section: str = ""
    indicator: str = ""
    indicator_id: str = ""
    category: str = ""
    name: str = ""
    kind: str = ""
    value: Decimal | None = None
    value_high: Decimal | None = None
    unit: str = ""
    bound: str = "="
    aspect: str = "level"
    direction: str = ""
    compare: str = ""
    status: str = "actual"
    period: str = ""
    period_source: str = ""
    scope: str = ""
    evidence: str = ""
    quantity: str = ""
    start: int = 0
    end: int = 0
    line: int = 1
    rule: str = ""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What became of one numeral: `reading`, `period`, or the reason why it is none."""

    doc: str = ""
    start: int = 0
    end: int = 0
    line: int = 1
    numeral: str = ""
    value: Decimal | None = None
    value_high: Decimal | None = None
    kind: str = ""
    unit: str = ""
    bound: str = "="
    became: str = "unclear"
    edtf: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that one document gave: its readings and its ledger, both in the order of the text."""

    doc: str
    readings: tuple[Reading, ...] = ()
    ledger: tuple[LedgerEntry, ...] = field(default=())


READING_COLUMNS: tuple[str, ...] = tuple(f.name for f in fields(Reading))
LEDGER_COLUMNS: tuple[str, ...] = tuple(f.name for f in fields(LedgerEntry))
