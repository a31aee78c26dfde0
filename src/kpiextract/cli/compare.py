"""`kpiextract diff` and `kpiextract trend`: command lines go in, orders for `comparing` come out."""

from __future__ import annotations

from typing import Annotated

import typer

from kpiextract.cli.options import (
    Bom,
    Csv,
    Encoding,
    Flags,
    Format,
    Html,
    Json,
    Jsonl,
    NoBuiltin,
    Parquet,
    Quiet,
    Rules,
    Xlsx,
    exports,
)

Match = Annotated[
    float, typer.Option("--match", min=0, max=1, help="From which likeness on two names are taken for one.")
]
Exact = Annotated[bool, typer.Option("--exact", help="Take only the same names for one.")]
Tol = Annotated[str | None, typer.Option("--tol", metavar="N[%]", help="What counts as the same value: 0.5%, or 2.")]
Only = Annotated[
    str | None,
    typer.Option("--only", metavar="CHANGES", help="Only these rows: some of same,changed,added,removed,reworded."),
]
Where = Annotated[
    list[str] | None,
    typer.Option("--where", metavar="COLUMN=VALUE", help="Only pairs of which one reading has this value."),
]
ExitZero = Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 also where something differs.")]
Conflicts = Annotated[
    str, typer.Option("--conflicts", metavar="WHICH", help="Of several values of a cell: list, first or last.")
]
MinPeriods = Annotated[
    int, typer.Option("--min-periods", metavar="N", min=1, help="Only indicators with at least N periods.")
]
Indicator = Annotated[
    list[str] | None, typer.Option("--indicator", metavar="GLOB", help="Only indicators of this name or id.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the program."""
    app.command("diff", short_help="Compare two outputs, documents or folders by what they measure.")(diff)
    app.command("trend", short_help="Put years side by side: one row an indicator.")(trend)


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="An output, a document, a folder, or -.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="What to compare it with.")],
    match: Match = 0.8,
    exact: Exact = False,
    tol: Tol = None,
    only: Only = None,
    where: Where = None,
    exit_zero: ExitZero = False,
    format: Format = None,
    csv: Csv = None,
    json: Json = None,
    jsonl: Jsonl = None,
    xlsx: Xlsx = None,
    parquet: Parquet = None,
    html: Html = None,
    bom: Bom = None,
    rules: Rules = None,
    no_builtin: NoBuiltin = False,
    encoding: Encoding = None,
    quiet: Quiet = False,
) -> None:
    """Compare two outputs, or two documents or folders, by what their readings measure.

    Example: kpiextract diff 2022.csv 2023.csv --only changed,added

    Exit: 0 the same, 1 different, 2 trouble.
    """
    from kpiextract.cli.comparing import DiffOrder, run_diff

    flags = Flags(format, bom, rules, no_builtin, None, None, encoding, None, None)
    outputs = exports(csv, json, jsonl, xlsx, parquet, html)
    order = DiffOrder(old, new, None if exact else match, tol, only, tuple(where or ()), exit_zero, quiet)
    raise typer.Exit(run_diff(order, flags, outputs))


def trend(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Outputs, documents, folders, or -.", show_default=False)
    ],
    conflicts: Conflicts = "list",
    min_periods: MinPeriods = 2,
    indicator: Indicator = None,
    format: Format = None,
    csv: Csv = None,
    json: Json = None,
    jsonl: Jsonl = None,
    xlsx: Xlsx = None,
    parquet: Parquet = None,
    html: Html = None,
    bom: Bom = None,
    rules: Rules = None,
    no_builtin: NoBuiltin = False,
    encoding: Encoding = None,
    quiet: Quiet = False,
) -> None:
    """Put outputs or documents side by side: one row an indicator, one column a period.

    Example: kpiextract trend reports/*.txt --indicator '*GDP*'

    Exit: 0 done, 1 done but something could not be read, 2 trouble.
    """
    from kpiextract.cli.comparing import TrendOrder, run_trend

    flags = Flags(format, bom, rules, no_builtin, None, None, encoding, None, None)
    outputs = exports(csv, json, jsonl, xlsx, parquet, html)
    order = TrendOrder(tuple(dict.fromkeys(files)), conflicts, min_periods, tuple(indicator or ()), quiet)
    raise typer.Exit(run_trend(order, flags, outputs))
