"""`kpiextract rules`: options go in, the rule library is called, lines and a status come out."""

from __future__ import annotations

import json as json_
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from kpiextract.config import ConfigError, load_settings
from kpiextract.rulebook import Rule, RuleBook, RuleError, load_rules, rule_problems

_FINE, _WRONG, _TROUBLE = 0, 1, 2

app = typer.Typer(
    help="Rules: list · check · test · new · schema · docs",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)

Packs = Annotated[
    list[Path] | None, typer.Option("--rules", metavar="DIR", help="Add a rule pack: a folder or a file.")
]
NoBuiltin = Annotated[bool, typer.Option("--no-builtin", help="Leave the built-in rules out.")]
Json = Annotated[bool, typer.Option("--json", help="Write JSON to standard output.")]
Type = Annotated[list[str] | None, typer.Option("--type", metavar="TYPE", help="Only rules of this type: indicator …")]
File = Annotated[str | None, typer.Option("--file", metavar="GLOB", help="Only rules of these files: *party*")]
Grep = Annotated[
    str | None, typer.Option("--grep", metavar="TEXT", help="Only rules whose id or words hold this text.")
]


@app.command("list")
def list_(
    type: Type = None,
    file: File = None,
    grep: Grep = None,
    json: Json = False,
    rules: Packs = None,
    no_builtin: NoBuiltin = False,
) -> None:
    """List the rules in force, and where each comes from.

    Example: kpiextract rules list --type indicator --grep GDP
    """
    book = _load(*_where(rules, no_builtin))
    chosen = [rule for rule in _all(book) if _wanted(rule, type, file, grep)]
    if json:
        typer.echo(json_.dumps([_row(rule) for rule in chosen], ensure_ascii=False, indent=1))
        return
    for rule in chosen:
        row = _row(rule)
        cells = (row["id"], row["type"], row["kind"], f"{row['file']}:{row['line']}", f"{row['examples']} examples")
        typer.echo("\t".join(cells))
    typer.echo(f"{len(chosen)} rules", err=True)


@app.command("check")
def check_(rules: Packs = None, no_builtin: NoBuiltin = False, json: Json = False) -> None:
    """Check rules: keys, ids, patterns, examples, refusals, rules that never fire, slow patterns.

    Example: kpiextract rules check --rules my-rules

    With --rules only the rules of that pack are asked for their examples. Exit: 0 fine, 1 a rule is wrong, 2 trouble.
    """
    packs, builtin = _where(rules, no_builtin)
    problems = rule_problems(packs, builtin)
    if not problems:
        from kpiextract.rule_check import check

        problems = [str(failure) for failure in _failures(check, packs, builtin)]
    _report(problems, "check", packs, builtin, json)


@app.command("test")
def test_(rules: Packs = None, no_builtin: NoBuiltin = False, json: Json = False) -> None:
    """Read the examples and refusals of rules; each failure is Missing, Noisy, Wrong or Taken.

    Example: kpiextract rules test --rules my-rules

    Exit: 0 fine, 1 an example fails, 2 trouble.
    """
    packs, builtin = _where(rules, no_builtin)
    try:
        from kpiextract.rule_check import test

        problems = [str(failure) for failure in _failures(test, packs, builtin)]
    except RuleError as error:
        problems = list(error.problems)
    _report(problems, "test", packs, builtin, json)


@app.command("new")
def new_(
    id: Annotated[str, typer.Argument(metavar="ID", help="The id of the new rule, like env.air_quality_rate.")],
    text: Annotated[
        str, typer.Option("--from", metavar="TEXT", help="A sentence with the figure, as a report words it.")
    ],
    rules: Packs = None,
    no_builtin: NoBuiltin = False,
) -> None:
    """Write a ready indicator rule for a sentence, with the sentence as its example.

    Example: kpiextract rules new economy.gdp --from "GDP 5%" >> my-rules/economy.toml
    """
    from kpiextract.model import Source
    from kpiextract.pipeline import extract_source
    from kpiextract.rule_new import draft
    from kpiextract.rule_schema import faults

    for fault in faults("indicator", {"id": id}, examples=False):
        if fault.key == "id":
            _fail([fault.what])
    book = _load(*_where(rules, no_builtin))
    try:
        typer.echo(draft(id, text, extract_source(Source("-", text), book, None), book), nl=False)
    except ValueError as error:
        _fail([str(error)])


@app.command("schema")
def schema_() -> None:
    """Print the JSON Schema of a rule file, for editors.

    Example: kpiextract rules schema > rules.schema.json

    With `#:schema rules.schema.json` as its first line, editors complete and check a rule file.
    """
    from kpiextract.rule_docs import json_schema

    typer.echo(json_.dumps(json_schema(), ensure_ascii=False, indent=2))


@app.command("docs")
def docs_(rules: Packs = None, no_builtin: NoBuiltin = False) -> None:
    """Print a Markdown page of all rules.

    Example: kpiextract rules docs > RULES.md
    """
    from kpiextract.rule_docs import markdown

    typer.echo(markdown(_load(*_where(rules, no_builtin))), nl=False)


def _where(rules: Sequence[Path] | None, no_builtin: bool) -> tuple[list[Path], bool]:
    """The packs and whether the built-in one is read: flags first, then settings."""
    try:
        settings = load_settings()
    except ConfigError as error:
        _fail(error.problems)
    packs = [Path(p) for p in settings.pick("rules", list(rules) if rules else None, [])]
    for pack in packs:
        if not pack.exists():
            _fail([f"{pack}: no such rule pack; give a folder of *.toml files, or one such file"])
    return packs, not no_builtin and bool(settings.pick("builtin", None, True))


def _load(packs: Sequence[Path], builtin: bool) -> RuleBook:
    try:
        return load_rules(packs, builtin, examples=True)
    except RuleError as error:
        _fail(error.problems)


def _failures(look: Any, packs: Sequence[Path], builtin: bool) -> list[Any]:
    """What `look` finds in the given packs, or in the built-in one where none is given."""
    from kpiextract.pipeline import extract_source

    book = load_rules(packs, builtin, examples=True)
    bare = load_rules(packs, builtin)
    asked = [rule.id for rule in _all(book) if rule.pack > 0 or not packs]
    return list(look(book, lambda source, year: extract_source(source, bare, year), frozenset(asked)))


def _report(problems: Sequence[str], what: str, packs: Sequence[Path], builtin: bool, json: bool) -> None:
    if json:
        typer.echo(json_.dumps(list(problems), ensure_ascii=False, indent=1))
    else:
        for problem in problems:
            typer.echo(problem)
    if problems:
        typer.echo(f"rules {what}: {len(problems)} wrong", err=True)
        raise typer.Exit(_WRONG)
    count = sum(1 for rule in _all(load_rules(packs, builtin)) if rule.pack > 0 or not packs)
    typer.echo(f"rules {what}: {count} rules, all fine", err=True)


def _all(book: RuleBook) -> list[Rule]:
    return [rule for rules in book.by_type.values() for rule in rules]


def _wanted(rule: Rule, types: Sequence[str] | None, file: str | None, grep: str | None) -> bool:
    if types and rule.type not in types:
        return False
    if file and not (fnmatchcase(rule.file, file) or fnmatchcase(rule.file, f"*{file}*")):
        return False
    return not grep or grep in rule.id or any(grep in text for text in _strings(rule.data))


def _strings(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.items():
            yield from _strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)


def _row(rule: Rule) -> dict[str, Any]:
    kind = rule.data.get("kind", rule.data.get("reason", rule.data.get("aspect", "")))
    return {
        "id": rule.id,
        "type": rule.type,
        "kind": kind if isinstance(kind, str) else " ".join(kind),
        "file": rule.file,
        "line": rule.line,
        "builtin": rule.pack == 0,
        "examples": sum(1 if isinstance(e["text"], str) else len(e["text"]) for e in rule.data.get("examples", ())),
        "refuses": len(rule.data.get("refuses", ())),
    }


def _fail(problems: Iterable[str]) -> NoReturn:
    for problem in problems:
        typer.echo(f"error: {problem}", err=True)
    raise typer.Exit(_TROUBLE)
