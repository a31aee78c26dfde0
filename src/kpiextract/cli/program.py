"""The commands put together: command lines go in, one function a command is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

import typer

from kpiextract import __version__


def build(only: str | None = None) -> typer.Typer:
    """The program; with the name of a command, only its module is loaded, which makes it start sooner."""
    app = typer.Typer(
        name="kpiextract",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.callback()(_program)
    known = _COMMANDS.get(only or "")
    for mount in [known] if known else dict.fromkeys(_COMMANDS.values()):
        mount(app)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kpiextract {__version__}")
        raise typer.Exit


def _program(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Example: kpiextract run reports/ --csv out.csv

    Reads Chinese government reports and writes the table of their indicators, with an account of every number.
    """


def _reading(app: typer.Typer) -> None:
    from kpiextract.cli.run import audit, run

    app.command("run", short_help="Read reports and write the table of their indicators.")(run)
    app.command("audit", short_help="Show every numeral and what became of it.")(audit)


def _comparing(app: typer.Typer) -> None:
    from kpiextract.cli.compare import register

    register(app)


def _explain(app: typer.Typer) -> None:
    from kpiextract.cli.explain import explain

    app.command("explain", short_help="Show how a sentence is read, step by step.")(explain)


def _rules(app: typer.Typer) -> None:
    from kpiextract.cli.rules import app as rules

    app.add_typer(rules, name="rules", short_help="List, check, test, begin and document rules.")


def _schema(app: typer.Typer) -> None:
    from kpiextract.cli.schema import schema

    app.command("schema", short_help="Print the JSON Schema and the Table Schema of a reading.")(schema)


def _text(app: typer.Typer) -> None:
    from kpiextract.cli.text import text

    app.command("text", short_help="Print the text of a document, in which offsets count.")(text)


_COMMANDS: Mapping[str, Callable[[typer.Typer], None]] = {
    "run": _reading,
    "audit": _reading,
    "diff": _comparing,
    "trend": _comparing,
    "explain": _explain,
    "rules": _rules,
    "schema": _schema,
    "text": _text,
}


def __getattr__(name: str) -> typer.Typer:
    """`app`, the whole program, for those who mount or test it."""
    if name != "app":
        raise AttributeError(name)
    return build()
