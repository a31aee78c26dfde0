"""Describe the reading to other programs: the columns go in, a JSON Schema and a Table Schema come out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kpiextract.table import INTEGER, NUMBER, READINGS, Column

_COUNTED = ("count", "percent", "point", "amount", "rank", "multiple", "duration", "ratio", "year")
_MEASURED = ("area", "length", "mass", "volume", "energy", "power", "speed", "measure")
KINDS = (*_COUNTED, *_MEASURED)


@dataclass(frozen=True, slots=True)
class About:
    """What a column means; `values` where only these may stand there, `empty` where it may say nothing."""

    meaning: str
    values: tuple[str, ...] = ()
    empty: bool = False


ABOUT = {
    "doc": About("path of the document as given, with /; - for standard input"),
    "section": About("the headings above the sentence, joined with ' > '", empty=True),
    "indicator": About("canonical name where an indicator rule knows it, else the same as name", empty=True),
    "indicator_id": About("id of the indicator rule", empty=True),
    "category": About("category of the indicator rule", empty=True),
    "name": About("the name as the text words it, cleaned", empty=True),
    "kind": About("what sort of quantity it is: count, percent, amount, ..."),
    "value": About("exact decimal in unit; of a range, the low end", empty=True),
    "value_high": About("high end of a range", empty=True),
    "unit": About("normalized unit; empty where none is written", empty=True),
    "bound": About("exact, about, more or less than", ("=", "~", ">", ">=", "<", "<=")),
    "aspect": About(
        "level, change, the baseline it came from, share, gap to another, rank",
        ("level", "change", "baseline", "share", "gap", "rank"),
    ),
    "direction": About("direction of a change, a gap, or a from-to pair", ("up", "down"), True),
    "compare": About(
        "what a change is measured against: year on year, month on month, a named base", ("yoy", "mom", "base"), True
    ),
    "status": About("what is, or what is planned", ("actual", "target")),
    "period": About("the time the value speaks of, in EDTF", empty=True),
    "period_source": About("where the period was said", ("text", "context", "document"), True),
    "scope": About("whose value or ranking, as worded", empty=True),
    "evidence": About("the sentence, cut to 400 code points around the quantity"),
    "quantity": About("the quantity as written: document[start:end]"),
    "start": About("first code point of the quantity in the decoded text, from 0"),
    "end": About("code point after the quantity"),
    "line": About("line of start, from 1"),
    "rule": About("ids of the rules that made the reading, joined with +", empty=True),
}

_JSON_TYPES = {NUMBER: "number", INTEGER: "integer"}


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of one reading, as `--json` and `--jsonl` write it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Reading",
        "description": "What one quantity of a document says about one indicator.",
        "type": "object",
        "properties": {column.name: _property(column) for column in READINGS.columns},
        "required": list(READINGS.header),
        "additionalProperties": False,
    }


def table_schema() -> dict[str, Any]:
    """The Table Schema (Frictionless) of the table, as `--csv` writes it."""
    return {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "fields": [_field(column) for column in READINGS.columns],
        "missingValues": [""],
    }


def _property(column: Column) -> dict[str, Any]:
    about = ABOUT[column.name]
    type_ = _JSON_TYPES.get(column.type, "string")
    out: dict[str, Any] = {"type": [type_, "null"] if about.empty else type_, "description": about.meaning}
    if about.values:
        out["enum"] = [*about.values, *([None] if about.empty else [])]
    if column.type == INTEGER:
        out["minimum"] = 1 if column.name == "line" else 0
    return out


def _field(column: Column) -> dict[str, Any]:
    about = ABOUT[column.name]
    out: dict[str, Any] = {
        "name": column.name,
        "type": _JSON_TYPES.get(column.type, "string"),
        "description": about.meaning,
    }
    limits: dict[str, Any] = {} if about.empty else {"required": True}
    if about.values:
        limits["enum"] = list(about.values)
    if limits:
        out["constraints"] = limits
    return out
