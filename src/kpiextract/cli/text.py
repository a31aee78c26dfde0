"""`kpiextract text`: a file goes in, exactly the text in which offsets count comes out."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from kpiextract.cli import options as o
from kpiextract.cli.delivery import Refused, silence_standard_output
from kpiextract.cli.errors import DONE, PARTLY, say
from kpiextract.inputs import InputProblem, list_inputs, read_one
from kpiextract.write.atomic import OutputError, reason


def text(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A document, or - for standard input.")],
    encoding: o.Encoding = None,
    encoding_errors: o.EncodingErrors = None,
    max_bytes: o.MaxBytes = None,
) -> None:
    """Example: kpiextract text report.docx > report.txt

    Print the text of one document as it is read: start and end of every row count its characters.

    Exit status: 0 done, 1 the document could not be read, 2 wrong usage.
    """
    common = o.settle(o.Flags(None, None, None, False, None, None, encoding, encoding_errors, max_bytes))
    if os.path.isdir(file):
        raise Refused(f"{file}: is a folder; name one file")
    listing = list_inputs([file], max_bytes=common.read.max_bytes)
    problems = list(listing.problems)
    for found in listing.files:
        source = read_one(found, common.read)
        if isinstance(source, InputProblem):
            problems.append(source)
        else:
            _print(source.text)
    for problem in problems:
        say(str(problem))
    raise typer.Exit(PARTLY if problems else DONE)


def _print(text: str) -> None:
    if sys.stdout is None:
        raise Refused("standard output is closed")
    try:
        sys.stdout.buffer.write(text.encode(errors="backslashreplace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        silence_standard_output()
        raise OutputError("standard output", reason(error)) from error
