"""Put a table where it is wanted: exports and a format go in, are checked before the work, then get the rows."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from kpiextract.table import Layout, Row
from kpiextract.write import BINARY, STREAMS, Writer, missing_library, open_writer
from kpiextract.write.atomic import Drafts, OutputError, reason

STANDARD_OUTPUT = "-"


class Refused(Exception):
    """An order that cannot be carried out; the message says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a table goes: format by path for the exports, and the format of standard output (empty for none)."""

    exports: Mapping[str, str]
    stream: str
    bom: bool = False

    @property
    def files(self) -> tuple[str, ...]:
        """The paths that are written, without standard output."""
        return tuple(path for path in self.exports if path != STANDARD_OUTPUT)


def plan(exports: Mapping[str, str | None], format: str, inputs: Sequence[str], bom: bool = False) -> Delivery:
    """Check an order before the work begins; raises `Refused`.

    `exports` maps formats to paths, `format` is `auto` or one of `STREAMS`, `inputs` are the paths to be read.
    """
    if format != "auto" and format not in STREAMS:
        raise Refused(f"--format {format}: is not known; use auto, {', '.join(STREAMS)}")
    wanted = {kind: path for kind, path in exports.items() if path is not None}
    taken: dict[object, str] = {}
    for kind, path in wanted.items():
        if not path or "\0" in path:
            raise Refused(f"--{kind} {path!r}: is no file name; name a file, or - for standard output")
        place = _place(path)
        if place in taken:
            raise Refused(f"--{kind} {path}: is named twice, also by --{taken[place]}; give each output its own file")
        taken[place] = kind
        if library := missing_library(kind):
            raise Refused(f"--{kind} {path}: needs {library}, which is not installed: pip install 'kpiextract[{kind}]'")
        _check_place(kind, path, inputs)
    if wanted and format != "auto" and STANDARD_OUTPUT in taken:
        raise Refused(f"--format {format}: standard output is taken by --{taken[STANDARD_OUTPUT]} -")
    if format != "auto":
        stream = format
    else:
        stream = "" if wanted else ("table" if sys.stdout is not None and sys.stdout.isatty() else "tsv")
    if sys.stdout is None and (stream or STANDARD_OUTPUT in taken):
        raise Refused("standard output is closed; export to a file, as with --csv FILE")
    return Delivery({path: kind for kind, path in wanted.items()}, stream, bom)


def own_outputs(delivery: Delivery) -> list[Path]:
    """The files of this run, which a walk through folders must not read; standard output too, where it is a file."""
    paths = [Path(path) for path in delivery.files]
    if delivery.stream or STANDARD_OUTPUT in delivery.exports:
        try:
            if stat.S_ISREG(os.fstat(1).st_mode):
                paths.append(Path("/dev/stdout"))
        except OSError:
            pass
    return paths


def _place(path: str) -> object:
    """What tells one output from another: links and other spellings of a file are the same place."""
    if path == STANDARD_OUTPUT:
        return path
    try:
        found = os.stat(path)
    except OSError:
        return os.path.realpath(path)
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else os.path.realpath(path)


def _check_place(kind: str, path: str, inputs: Sequence[str]) -> None:
    if path == STANDARD_OUTPUT:
        if kind in BINARY and sys.stdout is not None and sys.stdout.isatty():
            raise Refused(f"--{kind} -: would fill the terminal with bytes; name a file, or send it to a pipe")
        return
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    if os.path.isdir(path) or path.endswith("/"):
        raise Refused(f"--{kind} {path}: is a folder; name a file")
    if not os.path.isdir(folder):
        raise Refused(f"--{kind} {path}: there is no folder {folder}; make it first")
    exists = os.path.exists(target)
    if (exists and not os.access(target, os.W_OK)) or (_is_file(target) and not os.access(folder, os.W_OK)):
        raise Refused(f"--{kind} {path}: may not be written; check the permissions of the file and its folder")
    if exists and any(os.path.exists(one) and os.path.samefile(one, path) for one in inputs):
        raise Refused(f"--{kind} {path}: is also an input; write to another file")


def _is_file(path: str) -> bool:
    """Whether the path is a regular file, or will be one."""
    return not os.path.exists(path) or os.path.isfile(path)


class Outlets:
    """All places of a delivery while rows come in: `write` as often as there are rows, `finish` at the end.

    Files appear at the end, all of them or none. A reader that closes standard output (`| head`) only ends that
    place; `wanted` tells whether anything is left to write to. Raises `OutputError`.
    """

    def __init__(self, delivery: Delivery, layout: Layout) -> None:
        self._drafts = Drafts()
        self._places: list[tuple[str, Writer]] = []
        self._delivery = delivery
        self._layout = layout

    def __enter__(self) -> Outlets:
        try:
            for path, kind in self._delivery.exports.items():
                self._open(path, kind)
            if self._delivery.stream:
                self._open(STANDARD_OUTPUT, self._delivery.stream)
        except BaseException as error:
            self.__exit__(type(error), error, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for _, writer in self._places:
            writer.discard()
        self._drafts.__exit__(kind, error, at)

    @property
    def wanted(self) -> bool:
        """Whether any place still takes rows."""
        return bool(self._places)

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows to every place; standard output shows them at once."""
        for place in list(self._places):
            self._try(place, lambda writer: writer.write(rows))

    def finish(self, only_new: bool = False) -> None:
        """Complete every table and put the files in their places; with `only_new`, files that exist are kept."""
        for place in list(self._places):
            self._try(place, lambda writer: writer.close())
        self._places.clear()
        self._drafts.commit(only_new)

    def _open(self, path: str, kind: str) -> None:
        out: BinaryIO = sys.stdout.buffer if path == STANDARD_OUTPUT else self._drafts.open(path)
        try:
            self._places.append((path, open_writer(kind, out, self._layout, self._delivery.bom)))
        except BrokenPipeError:
            silence_standard_output()
        except OSError as error:
            raise OutputError(_shown(path), reason(error)) from error

    def _try(self, place: tuple[str, Writer], step: Callable[[Writer], None]) -> None:
        path, writer = place
        try:
            step(writer)
            if path == STANDARD_OUTPUT:
                sys.stdout.buffer.flush()
        except BrokenPipeError:
            if path != STANDARD_OUTPUT:
                raise
            silence_standard_output()
            self._places.remove(place)
        except OSError as error:
            if path == STANDARD_OUTPUT:
                silence_standard_output()
            raise OutputError(_shown(path), reason(error)) from error


def deliver(delivery: Delivery, layout: Layout, rows: Iterable[Row]) -> None:
    """Write one table to all places; raises `OutputError` and leaves the old files then."""
    with Outlets(delivery, layout) as outlets:
        outlets.write(list(rows))
        outlets.finish()


def silence_standard_output() -> None:
    """Send what is still waiting for a closed or full standard output nowhere, so that the end is quiet."""
    if sys.stdout is None:  # number 1 may be any file then
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


def _shown(path: str) -> str:
    return "standard output" if path == STANDARD_OUTPUT else path
