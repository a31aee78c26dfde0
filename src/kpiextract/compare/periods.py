"""Order and shift EDTF periods: a period string goes in, a sort key or its place relative to a year comes out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?[?~%]?")
_YEAR = re.compile(r"\d{4}")
_LAST = (9999, 12, 31)

Key = tuple[int, tuple[int, ...], int, tuple[int, ...], str]


@cache
def period_key(period: str) -> Key:
    """A key that sorts periods: by their beginning; of those that begin together a whole year, then the shorter.

    So `2022` < `2022-01` < `2022-01/2022-06` < `2022/2024` < `2022/..` < `2022-07` < `2023`. What is no EDTF
    date or interval comes last, in code-point order; an empty period after it.
    """
    span = _span(period)
    if span is None:
        return (1 if period else 2, (), 0, (), period)
    begin, end = span
    return (0, begin, 0 if _is_year(period) else 1, end, period)


def shape(period: str) -> str:
    """What kind of period it is, without its digits: `2022` and `2023` have one shape, `2022-01/2022-06` another."""
    return "".join("0" if c.isdigit() else c for c in period)


def shifted(period: str, year: int) -> str:
    """The period with each year written as its distance from `year`: `2021/2025` is `-1/+3` seen from 2022."""
    return _YEAR.sub(lambda found: f"{int(found[0]) - year:+d}", period)


def main_year(periods: Iterable[str]) -> int:
    """The year that most of the periods end in, the later one of several; 0 where none has a year."""
    spans = [span for span in map(_span, periods) if span is not None and span[1] != _LAST]
    years = Counter(end[0] for _, end in spans)
    return max(years, key=lambda year: (years[year], year), default=0)


def _is_year(period: str) -> bool:
    return "/" not in period and "-" not in period


@cache
def _span(period: str) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    first, slash, last = period.partition("/")
    begin, end = _ends(first), _ends(last if slash else first)
    if begin is None and end is None:
        return None
    if begin is None:
        return (end[0], end[0]) if end and first in ("", "..") else None
    if end is None:
        return (begin[0], _LAST) if last in ("", "..") else None
    return begin[0], end[1]


def _ends(date: str) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    found = _DATE.fullmatch(date)
    if not found:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    return (year, month or 1, day or 1), (year, month or 12, day or 31)
