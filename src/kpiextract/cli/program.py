"""The commands put together: command lines go in, one function a command is called."""

from __future__ import annotations

from typing import Annotated

import typer

from kpiextract import __version__

app = typer.Typer(
    name="kpiextract",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kpiextract {__version__}")
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Example: kpiextract run reports/ --csv out.csv

    Reads Chinese government reports and writes the table of their indicators, with an account of every number.
    """


def _mount() -> None:
    """Give every command its function and its line in the list of commands."""
    from kpiextract.cli import compare, explain, rules, run, schema, text

    app.command("run", short_help="Read reports and write the table of their indicators.")(run.run)
    compare.register(app)
    app.command("audit", short_help="Show every numeral and what became of it.")(run.audit)
    app.command("explain", short_help="Show how a sentence is read, step by step.")(explain.explain)
    app.add_typer(rules.app, name="rules")
    app.command("schema", short_help="Print the JSON Schema and the Table Schema of a reading.")(schema.schema)
    app.command("text", short_help="Print the text of a document, in which offsets count.")(text.text)


_mount()
