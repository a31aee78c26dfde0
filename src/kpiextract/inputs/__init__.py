"""Paths go in, documents come out: a `Source` for each file that can be read, an `InputProblem` for the rest."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from kpiextract.inputs.base import (
    HEAD_BYTES,
    MAX_BYTES,
    InputFile,
    InputProblem,
    ReadOptions,
    Unreadable,
    read_up_to,
    too_big,
)
from kpiextract.inputs.decode import check_encoding, decode
from kpiextract.inputs.kinds import DOCX, HTML, MARKDOWN, PDF, TEXT, kind_of, looks_like_html
from kpiextract.inputs.markdown import read_markdown
from kpiextract.inputs.text import read_text
from kpiextract.inputs.walk import Listing, list_inputs
from kpiextract.model import Source

__all__ = [
    "MAX_BYTES",
    "InputFile",
    "InputProblem",
    "Listing",
    "ReadOptions",
    "check_encoding",
    "list_inputs",
    "read_one",
    "read_sources",
]

DEFAULT = ReadOptions()


def read_sources(
    paths: Sequence[str],
    *,
    encoding: str | None = None,
    errors: str = "strict",
    max_bytes: int = MAX_BYTES,
    outputs: Collection[Path] = (),
) -> Iterator[Source | InputProblem]:
    """Every document behind the paths, sorted by its name; what could not be listed comes first.

    Raises `ValueError` for an unknown `encoding`; all other trouble is an `InputProblem`.
    """
    if encoding is not None:
        check_encoding(encoding)
    listing = list_inputs(paths, outputs=outputs, max_bytes=max_bytes)
    yield from listing.problems
    options = ReadOptions(encoding, errors, max_bytes)
    for file in listing.files:
        yield read_one(file, options)


def read_one(file: InputFile, options: ReadOptions = DEFAULT) -> Source | InputProblem:
    """Read one listed file; takes and gives only values that another process can be sent. Nothing is raised."""
    try:
        data = file.data if file.data is not None else _read_bytes(file.path, options.max_bytes)
        return _read(file, data, options)
    except Unreadable as problem:
        return InputProblem(file.doc, str(problem))
    except MemoryError:
        return InputProblem(file.doc, "needs more memory than there is; split it, or lower --max-bytes")


def _read_bytes(path: str, limit: int) -> bytes:
    try:
        with open(path, "rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            data = b"" if size > limit else read_up_to(stream, limit + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Unreadable(f"cannot be read: {reason}") from None
    if max(size, len(data)) > limit:
        raise too_big(max(size, len(data)), limit)
    return data


def _read(file: InputFile, data: bytes, options: ReadOptions) -> Source:
    kind = kind_of(file.doc, data[:HEAD_BYTES])
    if kind == DOCX:
        from kpiextract.inputs.docx import read_docx

        return read_docx(file.doc, data, options.max_bytes)
    if kind == PDF:
        from kpiextract.inputs.pdf import read_pdf

        return read_pdf(file.doc, data, options.max_bytes)
    if kind != HTML:
        decoded = decode(data, options.encoding, options.errors)
        if kind == MARKDOWN:
            return read_markdown(file.doc, decoded)
        if kind == TEXT and not looks_like_html(decoded.text[:HEAD_BYTES]):
            return read_text(file.doc, decoded)
    from kpiextract.inputs.html import declared_encoding, read_html

    hint = declared_encoding(data[:HEAD_BYTES])
    return read_html(file.doc, decode(data, options.encoding, options.errors, hint), options.max_bytes)
