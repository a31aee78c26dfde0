"""`kpiextract diff` and `kpiextract trend`: options go in, the library is called, tables and a status come out."""

from __future__ import annotations

import gc
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from kpiextract.cli.delivery import Delivery, Refused, deliver, plan
from kpiextract.compare.cells import TableError
from kpiextract.compare.differences import CHANGES, DIFF, Difference, difference_row, differences
from kpiextract.compare.figures import NO_TOLERANCE, Tolerance, parse_tolerance
from kpiextract.compare.load import extractor, load
from kpiextract.compare.present import Presenter
from kpiextract.compare.trends import CONFLICTS, Line, trend_table, trends
from kpiextract.compare.units import Units
from kpiextract.config import ConfigError, Settings, load_settings
from kpiextract.inputs import MAX_BYTES, InputProblem, ReadOptions, check_encoding
from kpiextract.model import READING_COLUMNS, Reading
from kpiextract.rulebook import RuleBook, RuleError, load_rules
from kpiextract.write.atomic import OutputError

Csv = Annotated[str | None, typer.Option("--csv", metavar="FILE", help="Write CSV; - is standard output.")]
Json = Annotated[str | None, typer.Option("--json", metavar="FILE", help="Write JSON, one array of rows.")]
Jsonl = Annotated[str | None, typer.Option("--jsonl", metavar="FILE", help="Write JSON Lines.")]
Xlsx = Annotated[str | None, typer.Option("--xlsx", metavar="FILE", help="Write an Excel file.")]
Parquet = Annotated[
    str | None, typer.Option("--parquet", metavar="FILE", help="Write Parquet; figures are text there.")
]
Html = Annotated[str | None, typer.Option("--html", metavar="FILE", help="Write one HTML page.")]
Format = Annotated[
    str | None, typer.Option("--format", metavar="FORMAT", help="On standard output: auto table tsv csv json jsonl md.")
]
Rules = Annotated[list[Path] | None, typer.Option("--rules", metavar="DIR", help="Add a rule pack.")]
NoBuiltin = Annotated[bool, typer.Option("--no-builtin", help="Leave the built-in rules out.")]
Encoding = Annotated[str | None, typer.Option("--encoding", metavar="NAME", help="The encoding of documents.")]
Match = Annotated[
    float, typer.Option("--match", min=0, max=1, help="From which likeness on two names are taken for one.")
]
Tol = Annotated[str | None, typer.Option("--tol", metavar="N[%]", help="What counts as the same value: 0.5%, or 2.")]
Only = Annotated[str | None, typer.Option("--only", metavar="CHANGES", help="Only these rows: changed,added,…")]
Where = Annotated[
    list[str] | None, typer.Option("--where", metavar="COLUMN=VALUE", help="Only readings with this value.")
]

_TROUBLES = (Refused, TableError, RuleError, ConfigError, OutputError)
_SAME, _DIFFERENT, _TROUBLE = 0, 1, 2
_DONE, _PARTLY = 0, 1


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the program."""
    app.command("diff")(diff)
    app.command("trend")(trend)


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="An output, a document, a folder, or -.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="What to compare it with.")],
    match: Match = 0.8,
    exact: Annotated[bool, typer.Option("--exact", help="Take only the same names for one.")] = False,
    tol: Tol = None,
    only: Only = None,
    where: Where = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 also where something differs.")] = False,
    format: Format = None,
    csv: Csv = None,
    json: Json = None,
    jsonl: Jsonl = None,
    xlsx: Xlsx = None,
    parquet: Parquet = None,
    html: Html = None,
    rules: Rules = None,
    no_builtin: NoBuiltin = False,
    encoding: Encoding = None,
) -> None:
    """Compare two outputs, or two documents or folders, by what their readings measure.

    Exit status: 0 the same, 1 different, 2 trouble.
    """
    try:
        exports = {"csv": csv, "json": json, "jsonl": jsonl, "xlsx": xlsx, "parquet": parquet, "html": html}
        settings = load_settings()
        delivery = plan(exports, settings.pick("format", format, "auto"), [old, new], settings.pick("bom", None, False))
        tolerance = _tolerance(tol)
        wanted, kept = _changes(only), _where(where or [])
        book, options = _settings(settings, rules, no_builtin, encoding)
        (before, after), problems = _load([old, new], book, options)
        if any(problem.fatal for problem in problems):
            raise typer.Exit(_TROUBLE)
        gc.disable()  # from here on there are many rows and no cycles, and then the end
        rows = differences(
            before, after, Units(book), threshold=None if exact else match, tolerance=tolerance, where=kept
        )
        chosen = [row for row in rows if row.change in wanted]
        _deliver_differences(delivery, chosen, only is None, Presenter(book))
    except _TROUBLES as error:
        _fail(str(error))
    _say_differences(rows if only is None else chosen)
    different = any(row.change != "same" for row in chosen)
    raise typer.Exit(_DIFFERENT if different and not exit_zero else _SAME)


def trend(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Outputs, documents, folders, or -.")],
    conflicts: Annotated[
        str, typer.Option("--conflicts", metavar="WHICH", help="Of several values of a cell: list, first or last.")
    ] = "list",
    min_periods: Annotated[
        int, typer.Option("--min-periods", metavar="N", min=1, help="Only indicators with at least N periods.")
    ] = 2,
    indicator: Annotated[
        list[str] | None, typer.Option("--indicator", metavar="GLOB", help="Only indicators of this name or id.")
    ] = None,
    format: Format = None,
    csv: Csv = None,
    json: Json = None,
    jsonl: Jsonl = None,
    xlsx: Xlsx = None,
    parquet: Parquet = None,
    html: Html = None,
    rules: Rules = None,
    no_builtin: NoBuiltin = False,
    encoding: Encoding = None,
) -> None:
    """Put outputs or documents side by side: one row an indicator, one column a period.

    Exit status: 0 done, 1 done but a document could not be read, 2 trouble.
    """
    try:
        exports = {"csv": csv, "json": json, "jsonl": jsonl, "xlsx": xlsx, "parquet": parquet, "html": html}
        settings = load_settings()
        delivery = plan(exports, settings.pick("format", format, "auto"), files, settings.pick("bom", None, False))
        if conflicts not in CONFLICTS:
            raise Refused(f"--conflicts {conflicts}: is not known; use {', '.join(CONFLICTS)}")
        book, options = _settings(settings, rules, no_builtin, encoding)
        sides, problems = _load(list(dict.fromkeys(files)), book, options)
        readings = [reading for side in sides for reading in side]
        lines = trends(readings, Units(book), conflicts=conflicts, min_periods=min_periods, indicators=indicator or ())
        _deliver_trend(delivery, lines, Presenter(book))
    except _TROUBLES as error:
        _fail(str(error))
    _say_trend(lines, readings)
    raise typer.Exit(_PARTLY if any(problem.fatal for problem in problems) else _DONE)


def _settings(
    settings: Settings, rules: Sequence[Path] | None, no_builtin: bool, encoding: str | None
) -> tuple[RuleBook, ReadOptions]:
    """The rules and the way documents are read: options, else what the settings say."""
    encoding = settings.pick("encoding", encoding, None)
    if encoding is not None:
        try:
            check_encoding(encoding)
        except ValueError as error:
            raise Refused(f"--encoding {encoding}: {error}") from None
    packs = settings.pick("rules", [str(path) for path in rules or ()], [])
    builtin = not no_builtin and settings.pick("builtin", None, True)
    errors, max_bytes = settings.pick("encoding_errors", None, "strict"), settings.pick("max_bytes", None, MAX_BYTES)
    return load_rules(tuple(map(Path, packs)), builtin), ReadOptions(encoding, errors, max_bytes)


def _load(
    paths: Sequence[str], book: RuleBook, options: ReadOptions
) -> tuple[list[tuple[Reading, ...]], list[InputProblem]]:
    """The readings behind each path; problems are told at once."""
    if list(paths).count("-") > 1:
        raise Refused("- is named twice; standard input can be read only once")
    extract = extractor(book)
    loaded = [load(path, extract, options) for path in paths]
    problems = [problem for one in loaded for problem in one.problems]
    for problem in problems:
        typer.echo(f"kpiextract: {problem}", err=True)
    return [one.readings for one in loaded], problems


def _tolerance(text: str | None) -> Tolerance:
    try:
        return NO_TOLERANCE if text is None else parse_tolerance(text)
    except ValueError as error:
        raise Refused(f"--tol {error}") from None


def _changes(only: str | None) -> Collection[str]:
    wanted = CHANGES if only is None else [change.strip() for change in only.split(",")]
    for change in wanted:
        if change not in CHANGES:
            raise Refused(f"--only {change}: is not known; use some of {','.join(CHANGES)}")
    return wanted


def _where(conditions: Sequence[str]) -> Mapping[str, Collection[str]]:
    kept: dict[str, set[str]] = defaultdict(set)
    for condition in conditions:
        column, equals, value = condition.partition("=")
        if not equals or column not in READING_COLUMNS:
            raise Refused(f"--where {condition}: write COLUMN=VALUE; columns are {', '.join(READING_COLUMNS)}")
        kept[column].add(value)
    return kept


def _deliver_differences(delivery: Delivery, rows: Sequence[Difference], hide_same: bool, presenter: Presenter) -> None:
    table = delivery.stream == "table"
    deliver(replace(delivery, stream="") if table else delivery, DIFF, [difference_row(row) for row in rows])
    if table:
        shown = [row for row in rows if row.change != "same" or not hide_same]
        deliver(replace(delivery, exports={}), *presenter.differences(shown))


def _deliver_trend(delivery: Delivery, lines: Sequence[Line], presenter: Presenter) -> None:
    table = delivery.stream == "table"
    deliver(replace(delivery, stream="") if table else delivery, *trend_table(lines))
    if table:
        deliver(replace(delivery, exports={}), *presenter.trend(lines))


def _say_differences(rows: Sequence[Difference]) -> None:
    counts = Counter(row.change for row in rows)
    unreckoned = sum(row.change == "changed" and row.difference is None for row in rows)
    said = ", ".join(f"{counts[change]:,} {change}" for change in CHANGES)
    if unreckoned:
        said += f"; {unreckoned:,} of the changed without a difference: a bound or a range cannot be reckoned with"
    typer.echo(f"kpiextract: {said}", err=True)


def _say_trend(lines: Sequence[Line], readings: Sequence[Reading]) -> None:
    several = sum(len(figures) > 1 for line in lines for figures in line.cells.values())
    placeless = sum(not reading.period for reading in readings)
    said = f"{len(lines):,} indicators from {len(readings):,} readings"
    if several:
        said += f"; {several:,} cells with several values (--conflicts)"
    if placeless:
        said += f"; {placeless:,} readings without a period are not shown"
    typer.echo(f"kpiextract: {said}", err=True)


def _fail(message: str) -> NoReturn:
    for line in message.splitlines():
        typer.echo(f"kpiextract: {line}", err=True)
    raise typer.Exit(_TROUBLE) from None
