"""`kpiextract run` and `kpiextract audit`: paths and options go in, tables of readings or numerals come out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

import typer

from kpiextract.cli import options as o
from kpiextract.cli.delivery import Delivery, Outlets, own_outputs, plan
from kpiextract.cli.errors import DONE, PARTLY
from kpiextract.cli.notes import Notes
from kpiextract.documents import Outcome, Work, outcomes
from kpiextract.inputs import list_inputs
from kpiextract.rulebook import load_rules
from kpiextract.table import LEDGER, READINGS

_SHOWN_EXPORTS = 3


def run(
    paths: o.Paths,
    csv: o.Csv = None,
    json: o.Json = None,
    jsonl: o.Jsonl = None,
    xlsx: o.Xlsx = None,
    parquet: o.Parquet = None,
    html: o.Html = None,
    format: o.Format = None,
    bom: o.Bom = None,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", metavar="K", help="Only this kind: percent, amount, ... year.")
    ] = None,
    category: Annotated[
        list[str] | None, typer.Option("--category", metavar="C", help="Only this category of indicators.")
    ] = None,
    year: o.Year = None,
    rules: o.Rules = None,
    no_builtin: o.NoBuiltin = False,
    jobs: o.Jobs = None,
    encoding: o.Encoding = None,
    encoding_errors: o.EncodingErrors = None,
    max_bytes: o.MaxBytes = None,
    verbose: o.Verbose = False,
    quiet: o.Quiet = False,
) -> None:
    """Example: kpiextract run reports/ --csv out.csv --xlsx out.xlsx

    Read reports and write the table of their indicators, one row a reading.

    Exit status: 0 done, 1 done but some input could not be read, 2 nothing written.
    """
    flags = o.Flags(format, bom, rules, no_builtin, year, jobs, encoding, encoding_errors, max_bytes, kind, category)
    common = o.settle(flags)
    delivery = plan(o.exports(csv, json, jsonl, xlsx, parquet, html), common.format, paths, common.bom)
    status, _ = _extract(paths, common, delivery, ledger=False, quiet=quiet, verbose=verbose)
    raise typer.Exit(status)


def audit(
    paths: o.Paths,
    fail_under: Annotated[
        float | None,
        typer.Option(
            "--fail-under", metavar="PERCENT", min=0, max=100, help="Exit with 1 where less is accounted for: 95."
        ),
    ] = None,
    csv: o.Csv = None,
    json: o.Json = None,
    jsonl: o.Jsonl = None,
    xlsx: o.Xlsx = None,
    parquet: o.Parquet = None,
    html: o.Html = None,
    format: o.Format = None,
    bom: o.Bom = None,
    year: o.Year = None,
    rules: o.Rules = None,
    no_builtin: o.NoBuiltin = False,
    jobs: o.Jobs = None,
    encoding: o.Encoding = None,
    encoding_errors: o.EncodingErrors = None,
    max_bytes: o.MaxBytes = None,
    verbose: o.Verbose = False,
    quiet: o.Quiet = False,
) -> None:
    """Example: kpiextract audit reports/ --fail-under 95

    Show the ledger: every numeral of the reports, and what became of it.

    Exit status: 0 done, 1 some input could not be read or too much is unclear, 2 nothing written.
    """
    common = o.settle(o.Flags(format, bom, rules, no_builtin, year, jobs, encoding, encoding_errors, max_bytes))
    delivery = plan(o.exports(csv, json, jsonl, xlsx, parquet, html), common.format, paths, common.bom)
    status, became = _extract(paths, common, delivery, ledger=True, quiet=quiet, verbose=verbose)
    total, unclear = sum(became.values()), became["unclear"]
    if fail_under is not None and (total - unclear) * 100 < Decimal(str(fail_under)) * total:
        typer.echo(f"kpiextract: {unclear:,} of {total:,} numerals are unclear: under {fail_under:g}%", err=True)
        status = PARTLY
    raise typer.Exit(status)


def _extract(
    paths: list[str], common: o.Common, delivery: Delivery, *, ledger: bool, quiet: bool, verbose: bool
) -> tuple[int, Counter[str]]:
    """Take all documents through the pipeline to the outlets; the status, and what became of the numerals."""
    book = load_rules(common.packs, common.builtin)
    o.check_filters(common, book)
    listing = list_inputs(paths, outputs=own_outputs(delivery), max_bytes=common.read.max_bytes)
    notes = Notes(quiet, verbose, len(listing.files))
    for problem in listing.problems:
        notes.problem(problem)
    work = Work(book, common.read, common.year, common.kinds, common.categories, ledger)
    layout = LEDGER if ledger else READINGS
    became: Counter[str] = Counter()
    rows = 0
    with Outlets(delivery, layout) as outlets:

        def each(outcome: Outcome) -> bool:
            nonlocal rows
            notes.document(outcome, layout.name)
            became.update(outcome.became)
            rows += len(outcome.rows)
            outlets.write(outcome.rows)
            return outlets.wanted

        outcomes(listing.files, work, common.jobs, each)
        # Where nothing at all could be read, an empty table must not take the place of an older, full one.
        heard = outlets.wanted
        outlets.finish(only_new=notes.failed > 0 and not notes.documents)
    if heard:
        _summarize(notes, delivery, rows, became if ledger else {}, layout.name)
    return PARTLY if notes.failed else DONE, became


def _summarize(notes: Notes, delivery: Delivery, rows: int, became: Mapping[str, int], name: str) -> None:
    """One line at the end, where something was exported or a person looks at a table."""
    notes.clear()
    if not delivery.exports and delivery.stream != "table":
        return
    parts = [f"{rows:,} {name}"]
    parts += [f"{count:,} {what}" for what, count in sorted(became.items(), key=lambda pair: (-pair[1], pair[0]))]
    documents = f"{notes.documents:,} document{'' if notes.documents == 1 else 's'}"
    if notes.failed:
        documents += f" ({notes.failed:,} could not be read)"
    line = f"{documents}: {', '.join(parts)}"
    if delivery.files and notes.documents == 0 and notes.failed:
        line += "; files that were there are as they were"
    elif delivery.files:
        line += f" -> {', '.join(delivery.files)}"
    notes.summary(line)
