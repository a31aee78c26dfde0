"""`kpiextract explain`: a text goes in, how each of its sentences is read comes out, step by step."""

from __future__ import annotations

import json as json_
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Annotated

import typer

from kpiextract.cli import options as o
from kpiextract.cli.delivery import Refused
from kpiextract.model import Reading
from kpiextract.rulebook import RuleBook, load_rules
from kpiextract.table import plain
from kpiextract.trace_model import ExplainedMention, Explanation, RuleExplanation

_BRIEF = ("name", "value", "value_high", "unit", "bound", "aspect", "direction", "compare", "status", "period", "scope")


def explain(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A sentence or more; - is standard input.")],
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="ID", help="Why this rule took part, or at which gate it failed.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
    year: o.Year = None,
    rules: o.Rules = None,
    no_builtin: o.NoBuiltin = False,
) -> None:
    """Example: kpiextract explain "GDP 5.2%"

    Show how a text is read: its words, each numeral, which rule took it and why, and the readings.
    """
    common = o.settle(o.Flags(None, None, rules, no_builtin, year, None, None, None, None))
    book = load_rules(common.packs, common.builtin)
    if rule is not None:
        asked = _asked(_given(text), book, rule, common.year)
        typer.echo(_json(asked) if json else "\n".join(gate_lines(asked)))
        return
    from kpiextract.trace import explain as trace

    found: Explanation = trace(_given(text), book, common.year)
    typer.echo(json_document(found) if json else "\n".join(lines(found)))


def lines(explanation: Explanation) -> Iterator[str]:
    """The explanation as text for people."""
    if not explanation.sentences:
        yield "there is no sentence in this text"
    for sentence in explanation.sentences:
        yield sentence.text.strip()
        yield f"  words     {' / '.join(token for token in sentence.tokens if token.strip())}"
        if not sentence.mentions:
            yield "  no numeral"
        for mention in sentence.mentions:
            yield from _mention_lines(mention)


def gate_lines(asked: RuleExplanation) -> Iterator[str]:
    """What became of one rule as text for people."""
    yield f"{asked.rule}  [[{asked.type}]]  {asked.file}:{asked.line}"
    if not asked.tried:
        yield "  there is no numeral in this text"
    for tried in asked.tried:
        gate = f"fails at {tried.gate}" if tried.gate else "fits"
        yield f"  {tried.quantity}  [{tried.start}:{tried.end}]  {gate}: {tried.why}"


def json_document(explanation: Explanation) -> str:
    """The explanation as JSON; numbers exact."""
    return _json(explanation)


def _mention_lines(mention: ExplainedMention) -> Iterator[str]:
    value = f" = {mention.value}{' ' + mention.unit if mention.unit else ''}" if mention.value else ""
    bound = "" if mention.bound in ("", "=") else f" ({mention.bound})"
    kind = f", {mention.kind}" if mention.kind else ""
    yield f"  {mention.quantity}{value}{bound}{kind}  [{mention.start}:{mention.end}]  {mention.became}"
    for step in mention.steps:
        yield f"    {step}"
    for reading in mention.readings:
        yield f"    => {_brief(reading)}"


def _brief(reading: Reading) -> str:
    said = []
    for name in _BRIEF:
        cell = getattr(reading, name)
        if cell not in (None, "") and (name, cell) != ("bound", "="):
            said.append(f"{name}={plain(cell) if isinstance(cell, Decimal) else cell}")
    return "  ".join(said)


def _asked(text: str, book: RuleBook, rule: str, year: int | None) -> RuleExplanation:
    from kpiextract.gates import explain_rule

    try:
        return explain_rule(text, book, rule, year)
    except LookupError as error:
        raise Refused(str(error.args[0])) from None


def _given(text: str) -> str:
    if text != "-":
        return text
    if sys.stdin is None:
        raise Refused("-: there is no standard input; give the text itself")
    data = sys.stdin.buffer.read()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"-: is not UTF-8: bad byte at offset {error.start}") from None


def _json(value: object, indent: str = "\n") -> str:
    """JSON of the explanation's types, which Python's own encoder would write by way of floats."""
    inner = indent + " "
    if is_dataclass(value):
        pairs = [f"{inner}{json_.dumps(f.name)}: {_json(getattr(value, f.name), inner)}" for f in fields(value)]
        return "{" + ",".join(pairs) + indent + "}"
    if isinstance(value, tuple):
        return "[" + ",".join(inner + _json(one, inner) for one in value) + (indent if value else "") + "]"
    if isinstance(value, Decimal):
        return plain(value)
    return "null" if value == "" else json_.dumps(value, ensure_ascii=False)
