"""Look at the patterns of a rule before they are used: a rule and the word lists come in, what is wrong comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import regex

from kpiextract.rule_schema import BY_NAME

LIST_NAME = regex.compile(r"\\L<(\w+)>")
MAX_LENGTH = 20_000
MAX_SIZE = 100_000
MAX_WORDS = 20_000

_PIECE = regex.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\{(\d*),?(\d*)\}|[()]|.", regex.S)


def pattern_faults(type: str, data: Mapping[str, Any], words: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """The patterns of a rule that do not compile, or would take too long to: their key, and what is wrong."""
    out = []
    for key in BY_NAME[type].keys:
        if key.shape == "pattern" and key.name in data:
            fault = _fault(key.name, data[key.name], words)
            if fault:
                out.append((key.name, fault))
    return out


def _fault(key: str, pattern: str, words: Mapping[str, list[str]]) -> str:
    lists = set(LIST_NAME.findall(pattern))
    missing = sorted(lists - words.keys())
    if missing:
        return f'the pattern names the list "{missing[0]}", but no [[words]] rule has this id'
    long = next((name for name in sorted(lists) if len(words[name]) > MAX_WORDS), "")
    if long:
        return f'the list "{long}" has more than {MAX_WORDS} words, too many for a pattern'
    if len(pattern) > MAX_LENGTH:
        return f'the pattern of "{key}" has more than {MAX_LENGTH} characters; put its words into a [[words]] list'
    if size(pattern) > MAX_SIZE:
        return f'the pattern of "{key}" repeats repeats too often; it stands for more than {MAX_SIZE} characters'
    try:
        regex.compile(pattern, regex.VERSION1, **{name: words[name] for name in lists})
    except (regex.error, RecursionError, OverflowError, ValueError) as error:
        return f'the pattern of "{key}" does not compile: {error}'
    return ""


def size(pattern: str) -> int:
    """How many characters a pattern stands for when its counted repeats are written out."""
    open_groups: list[int] = []
    total, last = 0, 0
    for piece in _PIECE.finditer(pattern):
        text = piece[0]
        if text == "(":
            open_groups.append(total)
            total, last = 0, 0
        elif text == ")":
            last, total = total, (open_groups.pop() if open_groups else 0) + total
        elif text[0] == "{" and (piece[1] or piece[2]):
            times = max(int((piece[2] or piece[1])[:9]), 1)
            total, last = total + last * (times - 1), last * times
        else:
            total, last = total + 1, 1
    return total + sum(open_groups)
