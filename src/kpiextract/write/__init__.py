"""Write a table in one of the formats: a layout and rows go in, bytes come out, one module a format."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import BinaryIO

from kpiextract.table import Layout
from kpiextract.write.base import Writer

__all__ = ["BINARY", "EXPORTS", "STREAMS", "Writer", "missing_library", "open_writer"]

EXPORTS = ("csv", "json", "jsonl", "xlsx", "parquet", "html")
STREAMS = ("table", "tsv", "csv", "json", "jsonl", "md")
BINARY = frozenset({"xlsx", "parquet"})
_LIBRARY = {"xlsx": "xlsxwriter", "parquet": "pyarrow"}


def missing_library(format: str) -> str | None:
    """The library that a format needs and that is not installed, if any."""
    library = _LIBRARY.get(format)
    return library if library and find_spec(library) is None else None


def open_writer(format: str, out: BinaryIO, layout: Layout, bom: bool = False) -> Writer:
    """Begin a table of `layout` in `format` (one of `EXPORTS` and `STREAMS`) on a binary file.

    `bom` puts a byte order mark before CSV, for Excel; other formats have none.
    """
    if format not in EXPORTS and format not in STREAMS:
        raise ValueError(f"unknown format {format!r}")
    module = import_module(f"kpiextract.write.{format}")
    if format == "csv":
        writer: Writer = module.open_table(out, layout, bom=bom)
    else:
        writer = module.open_table(out, layout)
    return writer
