"""What the readers share: the file to read, the problem that stands in for a document, the limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

Part = TypeVar("Part")
MAX_BYTES = 200 * 2**20
HEAD_BYTES = 4096
CHUNK = 1 << 22
# So many parts of a document fit into 2 GB with all that is kept of them; no report comes near.
MAX_PARTS = 4_000_000


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that is going to be read: `doc` is its name in the output, `path` where it stands.

    `path` may hold lone surrogates (a name of any bytes); `doc` never does. `data` holds the bytes themselves
    where they did not come from a file (standard input).
    """

    doc: str
    path: str
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class InputProblem:
    """An input that gives no document: one line that says what is wrong and what to do.

    `fatal` is true where something that was asked for could not be read (exit code 1); a note, such as the count of
    files of unknown kinds in a folder, is not. `doc` is empty where the line speaks of several files.
    """

    doc: str
    message: str
    fatal: bool = True

    def __str__(self) -> str:
        return f"{printable(self.doc)}: {self.message}" if self.doc else self.message


class Unreadable(Exception):
    """Raised by a reader with the line that becomes an `InputProblem`."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How bytes become text: a forced encoding (or none), `strict` or `replace`, the most bytes of one document."""

    encoding: str | None = None
    errors: str = "strict"
    max_bytes: int = MAX_BYTES


def shown(name: str) -> str:
    """A file name that every output can encode: bytes that are no UTF-8 become U+FFFD."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace") if has_surrogate(name) else name


def has_surrogate(text: str) -> bool:
    """Whether the text holds a lone surrogate, which no UTF-8 output can carry."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def printable(name: str) -> str:
    """A file name on one line of a terminal: control characters and line breaks as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in name)


def too_big(size: int, limit: int) -> Unreadable:
    """The refusal of a document of `size` bytes (at least) where only `limit` are allowed."""
    return Unreadable(
        f"is too big: {size:,} bytes or more, and --max-bytes is {limit:,}; split it, or raise --max-bytes"
    )


def read_up_to(stream: BinaryIO, count: int) -> bytes:
    """At most `count` bytes of a stream; memory grows with what there is, not with `count`."""
    pieces: list[bytes] = []
    while count > 0 and (piece := stream.read(min(count, CHUNK))):
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def counted(parts: Iterable[Part], what: str) -> Iterator[Part]:
    """The parts of a document one by one; raises `Unreadable` where there are too many to keep."""
    for number, part in enumerate(parts):
        if number >= MAX_PARTS:
            raise Unreadable(f"has more than {MAX_PARTS:,} {what}; split it")
        yield part
