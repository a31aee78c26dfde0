"""The options that `run` and `audit` share: what was typed goes in, checked orders for the library come out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from kpiextract.cli.delivery import Refused
from kpiextract.config import load_settings
from kpiextract.inputs import MAX_BYTES, ReadOptions, check_encoding
from kpiextract.rulebook import RuleBook
from kpiextract.schema import KINDS

OUTPUTS, READING, RULES = "Outputs", "Reading", "Rules"

Paths = Annotated[
    list[str], typer.Argument(metavar="PATH...", help="Files, folders, or - for standard input.", show_default=False)
]
Csv = Annotated[str | None, typer.Option("--csv", metavar="FILE", help="Write CSV; - is standard output.")]
Json = Annotated[str | None, typer.Option("--json", metavar="FILE", help="Write JSON: one array of rows.")]
Jsonl = Annotated[str | None, typer.Option("--jsonl", metavar="FILE", help="Write JSON Lines: one row a line.")]
Xlsx = Annotated[str | None, typer.Option("--xlsx", metavar="FILE", help="Write an Excel workbook.")]
Parquet = Annotated[str | None, typer.Option("--parquet", metavar="FILE", help="Write Parquet.")]
Html = Annotated[str | None, typer.Option("--html", metavar="FILE", help="Write one HTML page that stands alone.")]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="Standard output: auto, table, tsv, csv, json, jsonl or md. auto is a table on a terminal, else tsv.",
    ),
]
Bom = Annotated[bool | None, typer.Option("--bom", help="Begin CSV with a byte order mark, for Excel.")]
Rules = Annotated[
    list[Path] | None,
    typer.Option("--rules", metavar="DIR", help="Add a rule pack over the built-in one; may be given several times."),
]
NoBuiltin = Annotated[bool, typer.Option("--no-builtin", help="Leave the built-in rules out.")]
Year = Annotated[
    int | None, typer.Option("--year", metavar="Y", help="The documents' year: what this year means in them.")
]
Jobs = Annotated[
    int | None, typer.Option("--jobs", "-j", metavar="N", help="Processes; default: one a processor where it pays.")
]
Encoding = Annotated[
    str | None, typer.Option("--encoding", metavar="NAME", help="The encoding of all text files: gb18030, big5, ...")
]
EncodingErrors = Annotated[
    str | None, typer.Option("--encoding-errors", metavar="HOW", help="Invalid bytes: strict (default) or replace.")
]
MaxBytes = Annotated[
    int | None, typer.Option("--max-bytes", metavar="N", help="The most bytes of one document (default: 200 MB).")
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Tell of every document how it was read.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but what could not be read.")]

_YEARS = range(1000, 10_000)
_MOST_JOBS = 256


@dataclass(frozen=True, slots=True)
class Common:
    """What holds for a run, from flags, environment and settings file: checked."""

    format: str
    bom: bool
    packs: tuple[Path, ...]
    builtin: bool
    year: int | None
    jobs: int | None
    read: ReadOptions
    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flags:
    """What was typed; `None` where nothing was."""

    format: str | None
    bom: bool | None
    rules: Sequence[Path] | None
    no_builtin: bool
    year: int | None
    jobs: int | None
    encoding: str | None
    encoding_errors: str | None
    max_bytes: int | None
    kinds: Sequence[str] | None = None
    categories: Sequence[str] | None = None


def settle(flags: Flags) -> Common:
    """Flags over environment over settings file; raises `Refused` and `ConfigError`."""
    settings = load_settings()
    packs = tuple(Path(pack) for pack in settings.pick("rules", flags.rules and list(flags.rules), []))
    for pack in packs:
        if not pack.exists():
            raise Refused(f"{pack}: there is no such rule pack; name a folder of *.toml files, or one such file")
    return Common(
        format=settings.pick("format", flags.format, "auto"),
        bom=settings.pick("bom", flags.bom, False),
        packs=packs,
        builtin=not flags.no_builtin and settings.pick("builtin", None, True),
        year=_in_range("year", settings.pick("year", flags.year, None), _YEARS.start, _YEARS.stop - 1),
        jobs=_in_range("jobs", settings.pick("jobs", flags.jobs, None), 1, _MOST_JOBS),
        read=_read_options(
            settings.pick("encoding", flags.encoding, None),
            settings.pick("encoding_errors", flags.encoding_errors, "strict"),
            settings.pick("max_bytes", flags.max_bytes, MAX_BYTES),
        ),
        kinds=tuple(settings.pick("kind", flags.kinds and list(flags.kinds), [])),
        categories=tuple(settings.pick("category", flags.categories and list(flags.categories), [])),
    )


def check_filters(common: Common, book: RuleBook) -> None:
    """Refuse kinds and categories that no rule gives."""
    kinds = {*KINDS, *(str(rule.data["kind"]) for rule in book.rules("unit") if rule.data.get("kind"))}
    categories = {str(rule.data["category"]) for rule in book.rules("indicator") if rule.data.get("category")}
    for name, wanted, known in (("kind", common.kinds, kinds), ("category", common.categories, categories)):
        for one in wanted:
            if one not in known:
                near = get_close_matches(one, known, 1, 0.5)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known)) or 'none'}"
                raise Refused(f"--{name} {one}: there is no such {name}; {hint}")


def exports(
    csv: str | None, json: str | None, jsonl: str | None, xlsx: str | None, parquet: str | None, html: str | None
) -> Mapping[str, str | None]:
    """The exports by their format."""
    return {"csv": csv, "json": json, "jsonl": jsonl, "xlsx": xlsx, "parquet": parquet, "html": html}


def _in_range(name: str, value: int | None, least: int, most: int) -> int | None:
    if value is not None and not least <= value <= most:
        raise Refused(f"--{name} {value}: must be a whole number from {least} to {most}")
    return value


def _read_options(encoding: str | None, errors: str, max_bytes: int) -> ReadOptions:
    if encoding is not None:
        try:
            check_encoding(encoding)
        except ValueError as error:
            raise Refused(f"--encoding: {error}") from None
    _one_of("--encoding-errors", errors, ("strict", "replace"))
    if max_bytes < 1:
        raise Refused(f"--max-bytes {max_bytes}: must be at least 1")
    return ReadOptions(encoding, errors, max_bytes)


def _one_of(option: str, value: str, known: Collection[str]) -> None:
    if value not in known:
        raise Refused(f"{option} {value}: is not known; use {' or '.join(known)}")
