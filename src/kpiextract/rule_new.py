"""Draft a rule: a sentence with a figure goes in, a ready `[[indicator]]` table as TOML comes out."""

from __future__ import annotations

import json

from kpiextract.model import Extraction, Reading
from kpiextract.rule_schema import KINDS
from kpiextract.rulebook import RuleBook

_OWN_KIND_ASPECTS = frozenset({"level", "baseline"})
_TEMPLATES = "rules.new_refusal"


def draft(id: str, text: str, extraction: Extraction, book: RuleBook) -> str:
    """The TOML of an indicator rule for the first reading of `text`; raises `ValueError` where nothing was read."""
    named = [r for r in extraction.readings if r.name]
    if not named:
        raise ValueError("no figure with a name was read in this text; give a sentence like the ones of your reports")
    reading = named[0]
    marked = f"{text[: reading.start]}⟦{text[reading.start : reading.end]}⟧{text[reading.end :]}"
    lines = [
        "[[indicator]]",
        f"id = {_string(id)}",
        f"name = {_string(reading.name)}",
        "aliases = []  # other names of the same thing",
        f"category = {_string(reading.category)}",
    ]
    if reading.aspect in _OWN_KIND_ASPECTS and reading.kind in KINDS:
        lines += [f"kind = {_string(reading.kind)}", f"unit = {_string(reading.unit)}"]
    lines += [
        'better = ""  # "up" or "down", where more is better or worse',
        f"examples = [{{ text = {_string(marked)}, indicator = {_string(reading.name)}{_value(reading)} }}]",
        f"refuses = [{', '.join(_string(t.replace('{}', reading.name)) for t in _refusals(book))}]",
    ]
    return "\n".join((*_remarks(reading, named), *lines)) + "\n"


def _remarks(reading: Reading, named: list[Reading]) -> list[str]:
    out = []
    if reading.indicator_id:
        known = f"{reading.indicator_id} ({reading.indicator})"
        out.append(f"# Known already as {known}; a rule with that id replaces it, this one is tried before it.")
    others = list(dict.fromkeys(r.name for r in named[1:] if r.name != reading.name))
    if others:
        out.append(f"# Also read in this text: {', '.join(others)}")
    return out


def _value(reading: Reading) -> str:
    return "" if reading.value is None else f', value = "{reading.value.normalize():f}"'


def _refusals(book: RuleBook) -> tuple[str, ...]:
    return next((tuple(r.data["words"]) for r in book.rules("words") if r.id == _TEMPLATES), ())


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
