"""Reads Chinese government reports and writes the table of their indicators.

>>> import kpiextract
>>> [(r.name, str(r.value), r.unit) for r in kpiextract.extract("辖区空气优良率97.8%。", year=2022)]
[('空气优良率', '97.8', '%')]
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kpiextract.model import Extraction, LedgerEntry, Reading, Source

if TYPE_CHECKING:
    import pandas

    from kpiextract.compare.library import Readings as Table

__version__ = "0.1.0"
__all__ = ["Extraction", "LedgerEntry", "Reading", "Source", "audit", "diff", "extract", "to_frame", "trend"]


def _read(text: str, year: int | None, rules: Sequence[Path]) -> Extraction:
    from kpiextract.pipeline import extract_source
    from kpiextract.rulebook import load_rules

    return extract_source(Source("-", text), load_rules(tuple(rules)), year)


def extract(text: str, year: int | None = None, rules: Sequence[Path] = ()) -> list[Reading]:
    """The readings of a text, in its order; `year` is what 今年 means, `rules` are packs over the built-in one.

    Raises `kpiextract.rulebook.RuleError` where a pack does not hold together.
    """
    return list(_read(text, year, rules).readings)


def audit(text: str, year: int | None = None, rules: Sequence[Path] = ()) -> list[LedgerEntry]:
    """The ledger of a text: every numeral and what became of it, in order. Raises as `extract`."""
    return list(_read(text, year, rules).ledger)


def to_frame(readings: Sequence[Reading]) -> pandas.DataFrame:
    """The readings as a table with the columns of a reading; values stay exact (`Decimal`)."""
    from kpiextract.frame import to_frame as make

    return make(readings)


def diff(
    old: Table, new: Table, *, match: float = 0.8, exact: bool = False, tol: str | None = None
) -> pandas.DataFrame:
    """What changed between two tables of readings (frames, lists, paths); see `kpiextract.compare.library.diff`."""
    from kpiextract.compare import diff as compare

    return compare(old, new, match=match, exact=exact, tol=tol)


def trend(
    frames: Sequence[Table], *, conflicts: str = "list", min_periods: int = 2, indicator: str | Sequence[str] = ()
) -> pandas.DataFrame:
    """One row an indicator, one column a period, from several tables; see `kpiextract.compare.library.trend`."""
    from kpiextract.compare import trend as follow

    return follow(frames, conflicts=conflicts, min_periods=min_periods, indicator=indicator)
