"""Carry out `diff` and `trend`: orders go in, the library is called, tables and an exit status come out."""

from __future__ import annotations

import gc
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from kpiextract.cli.delivery import Delivery, Refused, deliver, own_outputs, plan
from kpiextract.cli.errors import DONE, PARTLY, TROUBLE, say, trouble
from kpiextract.cli.options import Common, Flags, settle
from kpiextract.compare.cells import TableError
from kpiextract.compare.differences import CHANGES, DIFF, Difference, difference_row, differences
from kpiextract.compare.figures import NO_TOLERANCE, Tolerance, parse_tolerance
from kpiextract.compare.load import Loaded, extractor, load
from kpiextract.compare.present import Presenter
from kpiextract.compare.trends import CONFLICTS, Line, trend_table, trends
from kpiextract.compare.units import Units
from kpiextract.config import ConfigError
from kpiextract.model import READING_COLUMNS, Reading
from kpiextract.rulebook import RuleBook, RuleError, load_rules
from kpiextract.write.atomic import OutputError

SAME, DIFFERENT = 0, 1
_TROUBLES = (Refused, TableError, RuleError, ConfigError, OutputError)

Exports = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class DiffOrder:
    """What `diff` was asked for, as typed."""

    old: str
    new: str
    threshold: float | None
    tol: str | None
    only: str | None
    where: tuple[str, ...]
    exit_zero: bool
    quiet: bool


@dataclass(frozen=True, slots=True)
class TrendOrder:
    """What `trend` was asked for, as typed."""

    files: tuple[str, ...]
    conflicts: str
    min_periods: int
    indicators: tuple[str, ...]
    quiet: bool


def run_diff(order: DiffOrder, flags: Flags, exports: Exports) -> int:
    """Compare, deliver, say how much; gives back the exit status."""
    try:
        common = settle(flags)
        delivery = plan(exports, common.format, [order.old, order.new], common.bom)
        tolerance, wanted, where = _tolerance(order.tol), _changes(order.only), _where(order.where)
        book = load_rules(common.packs, common.builtin)
        old, new = _load([order.old, order.new], book, common, delivery)
        if any(problem.fatal for problem in (*old.problems, *new.problems)):
            return TROUBLE
        gc.disable()  # from here on there are many rows and no cycles, and then the end
        rows = differences(
            old.readings, new.readings, Units(book), threshold=order.threshold, tolerance=tolerance, where=where
        )
        chosen = [row for row in rows if row.change in wanted]
        _deliver_differences(delivery, chosen, order.only is None, Presenter(book))
    except _TROUBLES as error:
        return trouble(str(error).splitlines())
    if not order.quiet:
        say(_summary_of_differences(chosen))
    different = any(row.change != "same" for row in chosen)
    return DIFFERENT if different and not order.exit_zero else SAME


def run_trend(order: TrendOrder, flags: Flags, exports: Exports) -> int:
    """Put side by side, deliver, say how much; gives back the exit status."""
    try:
        common = settle(flags)
        delivery = plan(exports, common.format, order.files, common.bom)
        if order.conflicts not in CONFLICTS:
            raise Refused(f"--conflicts {order.conflicts}: is not known; use {', '.join(CONFLICTS)}")
        book = load_rules(common.packs, common.builtin)
        loaded = _load(order.files, book, common, delivery)
        readings = [reading for one in loaded for reading in one.readings]
        lines = trends(
            readings,
            Units(book),
            conflicts=order.conflicts,
            min_periods=order.min_periods,
            indicators=order.indicators,
        )
        _deliver_trend(delivery, lines, Presenter(book))
    except _TROUBLES as error:
        return trouble(str(error).splitlines())
    if not order.quiet:
        say(_summary_of_trend(lines, readings))
    return PARTLY if any(problem.fatal for one in loaded for problem in one.problems) else DONE


def _load(paths: Sequence[str], book: RuleBook, common: Common, delivery: Delivery) -> list[Loaded]:
    """What is behind each path; problems are told at once."""
    if paths.count("-") > 1:
        raise Refused("- is named twice; standard input can be read only once")
    extract, outputs = extractor(book), own_outputs(delivery)
    loaded = [load(path, extract, common.read, outputs) for path in paths]
    for one in loaded:
        for problem in one.problems:
            say(str(problem))
    return loaded


def _tolerance(text: str | None) -> Tolerance:
    try:
        return NO_TOLERANCE if text is None else parse_tolerance(text)
    except ValueError as error:
        raise Refused(f"--tol {error}") from None


def _changes(only: str | None) -> Collection[str]:
    wanted = CHANGES if only is None else [change.strip() for change in only.split(",")]
    for change in wanted:
        if change not in CHANGES:
            raise Refused(f"--only {change}: is not known; use some of {','.join(CHANGES)}")
    return wanted


def _where(conditions: Sequence[str]) -> Mapping[str, Collection[str]]:
    kept: dict[str, set[str]] = defaultdict(set)
    for condition in conditions:
        column, equals, value = condition.partition("=")
        if not equals or column not in READING_COLUMNS:
            raise Refused(f"--where {condition}: write COLUMN=VALUE; columns are {', '.join(READING_COLUMNS)}")
        kept[column].add(value)
    return kept


def _deliver_differences(delivery: Delivery, rows: Sequence[Difference], hide_same: bool, presenter: Presenter) -> None:
    """Exports hold every row; a table for people leaves out what is the same, unless it was asked for."""
    table = delivery.stream == "table"
    deliver(replace(delivery, stream="") if table else delivery, DIFF, map(difference_row, rows))
    if table:
        shown = [row for row in rows if row.change != "same" or not hide_same]
        deliver(replace(delivery, exports={}), *presenter.differences(shown))


def _deliver_trend(delivery: Delivery, lines: Sequence[Line], presenter: Presenter) -> None:
    table = delivery.stream == "table"
    deliver(replace(delivery, stream="") if table else delivery, *trend_table(lines))
    if table:
        deliver(replace(delivery, exports={}), *presenter.trend(lines))


def _summary_of_differences(rows: Sequence[Difference]) -> str:
    counts = Counter(row.change for row in rows)
    unreckoned = sum(row.change == "changed" and row.difference is None for row in rows)
    said = ", ".join(f"{counts[change]:,} {change}" for change in CHANGES)
    if unreckoned:
        said += f"; {unreckoned:,} of the changed without a difference: a bound or a range cannot be reckoned with"
    return said


def _summary_of_trend(lines: Sequence[Line], readings: Sequence[Reading]) -> str:
    several = sum(len(figures) > 1 for line in lines for figures in line.cells.values())
    placeless = sum(not reading.period for reading in readings)
    said = f"{len(lines):,} lines from {len(readings):,} readings"
    if several:
        said += f"; {several:,} cells with several values (--conflicts)"
    if placeless:
        said += f"; {placeless:,} readings without a period are not shown"
    return said
