"""Put a table where it is wanted: exports and a format go in, are checked before the work, then get the rows."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from kpiextract.compare.figures import FIGURE
from kpiextract.table import TEXT, Layout, Row
from kpiextract.write import STREAMS, missing_library, open_writer
from kpiextract.write.atomic import Drafts
from kpiextract.write.cells import as_text

STANDARD_OUTPUT = "-"


class Refused(Exception):
    """An order that cannot be carried out; the message says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a table goes: format by path for the exports, and the format of standard output (empty for none)."""

    exports: Mapping[str, str]
    stream: str

    @property
    def shows_table(self) -> bool:
        """Whether a person reads the table on a terminal."""
        return self.stream == "table"


def plan(exports: Mapping[str, str | None], format: str, inputs: Sequence[str]) -> Delivery:
    """Check an order before the work begins; raises `Refused`."""
    if format != "auto" and format not in STREAMS:
        raise Refused(f"--format {format}: is not known; use auto, {', '.join(STREAMS)}")
    wanted = {kind: path for kind, path in exports.items() if path is not None}
    paths: dict[str, str] = {}
    for kind, path in wanted.items():
        place = path if path == STANDARD_OUTPUT else os.path.realpath(path)
        if place in paths:
            raise Refused(f"--{kind} {path}: is named twice; give each output its own file")
        if library := missing_library(kind):
            raise Refused(f"--{kind} {path}: needs {library}: pip install 'kpiextract[all]'")
        _check_place(kind, path, inputs)
        paths[place] = kind
    if wanted:
        if format != "auto" and STANDARD_OUTPUT in paths:
            raise Refused(f"--format {format}: standard output is taken by --{paths[STANDARD_OUTPUT]} -")
        stream = "" if format == "auto" else format
    else:
        stream = ("table" if sys.stdout.isatty() else "tsv") if format == "auto" else format
    return Delivery({path: kind for kind, path in wanted.items()}, stream)


def _check_place(kind: str, path: str, inputs: Sequence[str]) -> None:
    if path == STANDARD_OUTPUT:
        return
    folder = os.path.dirname(os.path.realpath(path))
    if os.path.isdir(path):
        raise Refused(f"--{kind} {path}: is a folder; name a file")
    if not os.path.isdir(folder):
        raise Refused(f"--{kind} {path}: there is no folder {folder}; make it first")
    if not os.access(path if os.path.exists(path) else folder, os.W_OK):
        raise Refused(f"--{kind} {path}: may not be written; check its permissions")
    if any(os.path.exists(one) and os.path.exists(path) and os.path.samefile(one, path) for one in inputs):
        raise Refused(f"--{kind} {path}: is also an input; write to another file")


def deliver(delivery: Delivery, layout: Layout, rows: Sequence[Row]) -> None:
    """Write the table to all places; raises `OutputError` and leaves the old files then."""
    with Drafts() as drafts:
        for path, kind in delivery.exports.items():
            if path != STANDARD_OUTPUT:
                _write(kind, drafts.open(path), layout, rows)
        drafts.commit()
    streams = [kind for path, kind in delivery.exports.items() if path == STANDARD_OUTPUT]
    for kind in [*streams, *filter(None, [delivery.stream])]:
        _write(kind, sys.stdout.buffer, layout, rows)
        sys.stdout.buffer.flush()


def _write(kind: str, out: BinaryIO, layout: Layout, rows: Sequence[Row]) -> None:
    """Write one table; Parquet has one type a column, so that figures are text there."""
    if kind == "parquet":
        figures = [column.type == FIGURE for column in layout.columns]
        rows = [tuple(as_text(c) if f else c for c, f in zip(row, figures, strict=True)) for row in rows]
        columns = (replace(column, type=TEXT) if column.type == FIGURE else column for column in layout.columns)
        layout = Layout(layout.name, tuple(columns))
    writer = open_writer(kind, out, layout)
    writer.write(rows)
    writer.close()
