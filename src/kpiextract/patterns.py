"""Compile the patterns of rules: rule text with `\\L<list>` goes in, `regex` patterns come out."""

from __future__ import annotations

import re
from typing import Any

import regex

from kpiextract.rulebook import RuleBook

_LIST = re.compile(r"\\L<(\w+)>")
_TIME_LIMIT = 1.0


def compile_pattern(book: RuleBook, pattern: str, *, backwards: bool = False) -> regex.Pattern[str]:
    r"""Compile one pattern; `\L<id>` stands for the words of the `[[words]]` rule `id`.

    With `backwards` the pattern is matched from its end towards its beginning, so that it can be anchored at what
    stands directly left of a quantity. Raises `regex.error` and `RuleError` (a word list that does not exist).
    """
    lists: dict[str, Any] = {name: list(book.words(name)) for name in set(_LIST.findall(pattern))}
    flags = regex.REVERSE if backwards else 0
    return regex.compile(pattern, flags | regex.VERSION1, **lists)
