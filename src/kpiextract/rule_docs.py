"""Describe rules: the tables of rule_schema.py and a rule book come in, a JSON Schema and a Markdown page go out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kpiextract.rule_schema import COMMON, EXPECTED, PROOF, TYPES, Key
from kpiextract.rulebook import Rule, RuleBook

_STRINGS = {"type": "array", "items": {"type": "string"}}
_JSON: Mapping[str, Mapping[str, Any]] = {
    "id": {"type": "string", "pattern": "^[A-Za-z0-9_]+([.-][A-Za-z0-9_]+)*$"},
    "text": {"type": "string"},
    "texts": _STRINGS,
    "pattern": {"type": "string", "format": "regex"},
    "flag": {"type": "boolean"},
    "count": {"type": "integer"},
    "number": {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?(/[0-9]+)?$"},
    "table": {"type": "object"},
}


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft-07, which TOML editors know) of a rule file."""
    properties: dict[str, Any] = {
        "disable": {**_STRINGS, "description": "ids of earlier rules to switch off; * stands for any characters"}
    }
    for kind in TYPES:
        keys = {k.name: _key_schema(k) for k in (*COMMON, *kind.keys)}
        required = [k.name for k in (*COMMON, *kind.keys) if k.required and (kind.proof or k.name not in PROOF)]
        item: dict[str, Any] = {
            "type": "object",
            "additionalProperties": False,
            "required": required,
            "properties": keys,
        }
        if kind.one_of:
            item["anyOf"] = [{"required": [name]} for name in kind.one_of]
        properties[kind.name] = {"type": "array", "description": kind.doc, "items": item}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A rule file of kpiextract",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def _key_schema(key: Key) -> dict[str, Any]:
    if key.shape == "examples":
        return {"type": "array", "description": key.doc, "minItems": 1, "items": _example_schema()}
    if key.shape == "kinds":
        one = {"type": "string", "enum": list(key.choices)}
        return {"description": key.doc, "oneOf": [one, {"type": "array", "items": one}]}
    schema: dict[str, Any] = {**_JSON[key.shape], "description": key.doc}
    if key.choices and key.shape == "texts":
        schema["items"] = {"type": "string", "enum": list(key.choices)}
    elif key.choices:
        schema["enum"] = list(key.choices)
    return schema


def _example_schema() -> dict[str, Any]:
    fields: dict[str, Any] = {name: {"type": ["string", "integer"]} for name in EXPECTED}
    fields["text"] = {"oneOf": [{"type": "string"}, {**_STRINGS, "minItems": 1}]}
    fields["year"] = {"type": "integer", "description": "the year of the document; 2024 where left out"}
    return {"type": "object", "required": ["text"], "additionalProperties": False, "properties": fields}


def markdown(book: RuleBook) -> str:
    """A page of all rules of a book (loaded with examples): each type with its keys, then its rules in order."""
    lines = ["# Rules", "", "Made by `kpiextract rules docs`. First fit wins, in the order of this page.", ""]
    for kind in TYPES:
        rules = book.rules(kind.name)
        lines += [f"## {kind.name} ({len(rules)})", "", kind.doc, "", "| key | meaning |", "|---|---|"]
        lines += [f"| `{k.name}`{' *' if k.required else ''} | {_cell(k.doc)} |" for k in (*COMMON, *kind.keys)]
        lines += ["", "\\* must be given", ""]
        lines += (line for rule in rules for line in _rule_lines(rule))
    return "\n".join(lines).rstrip() + "\n"


def _rule_lines(rule: Rule) -> Iterator[str]:
    yield f"### {rule.id}"
    yield ""
    yield f"{rule.file}:{rule.line}"
    yield ""
    for name, value in rule.data.items():
        if name not in {"id", "examples", "refuses"}:
            yield f"- {name}: {_value(value)}"
    for example in rule.data.get("examples", ()):
        texts = [example["text"]] if isinstance(example["text"], str) else example["text"]
        meaning = ", ".join(f"{k} {v}" for k, v in example.items() if k != "text")
        yield from (f"- example: {_inline(text)} → {meaning}" for text in texts)
    yield from (f"- refuses: {_inline(text)}" for text in rule.data.get("refuses", ()))
    yield ""


def _value(value: object) -> str:
    if isinstance(value, list):
        return " ".join(_inline(str(v)) for v in value)
    if isinstance(value, dict):
        return " ".join(f"{_inline(str(k))}={v}" for k, v in value.items())
    return _inline(str(value))


def _inline(text: str) -> str:
    flat = text.replace("\n", "⏎")
    return f"`` {flat} ``" if "`" in flat else f"`{flat}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
