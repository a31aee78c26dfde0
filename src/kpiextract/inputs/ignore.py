"""The lines of a `.kpiignore` file go in, a test for paths comes out: `*`, `?`, `[…]`, `**`, `/` and `!` as in git."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import translate

IGNORE_FILE = ".kpiignore"
MAX_IGNORE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line: the pieces of its path (`None` is `**`), whether it only fits folders, whether it takes back."""

    pieces: tuple[re.Pattern[str] | None, ...]
    only_folders: bool
    takes_back: bool


def parse_ignore(text: str) -> tuple[Pattern, ...]:
    """The patterns of a `.kpiignore`, in their order; blank lines and lines with `#` say nothing."""
    lines = (line.strip() for line in text.removeprefix("\ufeff").splitlines())
    return tuple(_pattern(line) for line in lines if line and not line.startswith("#") and line.strip("!/"))


def _pattern(line: str) -> Pattern:
    takes_back = line.startswith("!")
    line = line.removeprefix("!").removeprefix("\\")
    only_folders = line.endswith("/")
    line = line.rstrip("/")
    anchored = "/" in line
    pieces: list[re.Pattern[str] | None] = [] if anchored else [None]
    for piece in line.strip("/").split("/"):
        if piece != "**":
            pieces.append(re.compile(translate(piece)))
        elif not pieces or pieces[-1] is not None:
            pieces.append(None)
    return Pattern(tuple(pieces), only_folders, takes_back)


def is_ignored(patterns: Sequence[Pattern], path: Sequence[str], is_folder: bool) -> bool:
    """Whether the last pattern that fits leaves the path out; `path` is relative to the folder of the file."""
    for pattern in reversed(patterns):
        if (is_folder or not pattern.only_folders) and _fits(pattern.pieces, path):
            return not pattern.takes_back
    return False


def _fits(pieces: Sequence[re.Pattern[str] | None], path: Sequence[str]) -> bool:
    reached = {0}
    for part in (*path, None):
        reached |= {at + 1 for at in reached if at < len(pieces) and pieces[at] is None}
        if part is None:
            break
        stay = {at for at in reached if at < len(pieces) and pieces[at] is None}
        step = {at + 1 for at in reached if at < len(pieces) and (p := pieces[at]) is not None and p.match(part)}
        reached = stay | step
    return len(pieces) in reached
