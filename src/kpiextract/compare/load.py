"""Get readings to compare: a path or standard input goes in, its readings come out, read from a table or extracted."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from kpiextract.compare.cells import TableError
from kpiextract.compare.tables import SUFFIXES, read_table, table_format
from kpiextract.inputs import InputFile, InputProblem, Listing, ReadOptions, list_inputs, read_one
from kpiextract.inputs.base import printable, shown
from kpiextract.model import Reading, Source
from kpiextract.rulebook import RuleBook

Extract = Callable[[Source], tuple[Reading, ...]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """The readings behind one path, and what there could not be read."""

    readings: tuple[Reading, ...]
    problems: tuple[InputProblem, ...] = ()


def load(path: str, extract: Extract, options: ReadOptions, outputs: Collection[Path] = ()) -> Loaded:
    """The readings of an output, of a document, or of a folder of documents; `-` is standard input.

    What a file holds is told by its content. `extract` is asked for the readings of documents only. Raises
    `TableError` where a table is no output of `kpiextract run`. The null device has no readings. `outputs` are files
    that a walk through folders leaves out.
    """
    if path == os.devnull:
        return Loaded(())
    piped = _piped(path)
    listing = Listing((piped,), ()) if piped else list_inputs([path], outputs=outputs, max_bytes=options.max_bytes)
    readings: list[Reading] = []
    problems = list(listing.problems)
    for file in listing.files:
        try:
            found = _read(file, extract, options)
        except OSError as error:
            found = InputProblem(file.doc, f"cannot be read: {error.strerror or error}")
        if isinstance(found, InputProblem):
            problems.append(found)
        else:
            readings += found
    return Loaded(tuple(readings), tuple(problems))


def extractor(book: RuleBook) -> Extract:
    """What `load` asks for the readings of a document, by the rules of `book`."""

    def extract(source: Source) -> tuple[Reading, ...]:
        from kpiextract.pipeline import extract_source

        return extract_source(source, book).readings

    return extract


def _piped(path: str) -> InputFile | None:
    """What a pipe holds (`<(kpiextract run …)` in a shell); it can be read only once."""
    try:
        if path == "-" or not stat.S_ISFIFO(os.stat(path).st_mode):
            return None
        with open(path, "rb") as pipe:
            return InputFile(shown(path), path, pipe.read())
    except (OSError, ValueError):
        return None


def _read(file: InputFile, extract: Extract, options: ReadOptions) -> InputProblem | tuple[Reading, ...]:
    data = file.data
    if data is None:
        with open(file.path, "rb") as stream:
            data = stream.read()
    format = table_format(data) or SUFFIXES.get(PurePosixPath(file.doc).suffix.lower(), "")
    if format:
        try:
            return tuple(read_table(data, format))
        except TableError as error:
            raise TableError(f"{printable(file.doc)}: {error}") from None
    source = read_one(replace(file, data=data), options)
    return source if isinstance(source, InputProblem) else extract(source)
