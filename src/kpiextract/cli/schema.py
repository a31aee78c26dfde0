"""`kpiextract schema`: nothing goes in, the JSON Schema and the Table Schema of a reading come out."""

from __future__ import annotations

import json as json_
from typing import Annotated

import typer

from kpiextract.cli.delivery import Refused
from kpiextract.schema import json_schema, table_schema


def schema(
    only: Annotated[
        str | None,
        typer.Option("--only", metavar="WHICH", help="Only one of them: json or table."),
    ] = None,
) -> None:
    """Example: kpiextract schema --only json > reading.schema.json

    Print the JSON Schema of a reading (one object of --json, one line of --jsonl) and the Table Schema of the
    table (--csv), as one JSON object with the keys json_schema and table_schema.
    """
    both = {"json_schema": json_schema(), "table_schema": table_schema()}
    if only not in (None, "json", "table"):
        raise Refused(f"--only {only}: is not known; use json or table")
    typer.echo(json_.dumps(both if only is None else both[f"{only}_schema"], ensure_ascii=False, indent=2))
