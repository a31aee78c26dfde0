"""Pair the readings of two outputs: two sequences of readings go in, pairs of what measures the same come out."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from posixpath import basename, commonpath, dirname, relpath

from kpiextract.compare.names import NameIndex, likeness, plain_name
from kpiextract.compare.periods import main_year, shifted
from kpiextract.compare.scopes import own_scope, plain_scope
from kpiextract.compare.units import Units
from kpiextract.model import Reading

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Pair:
    """An old and a new reading of one thing; one of them is missing where a reading went or came.

    `similar` says that their names are not the same but alike.
    """

    old: Reading | None
    new: Reading | None
    similar: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    """A reading with its key (`name`, `rest`) and with what tells readings of one key apart.

    `relative` is its period as seen from the main year of its document.
    """

    reading: Reading
    name: str
    rest: tuple[str, ...]
    document: str
    section: str
    relative: str
    period: str
    said: str
    value: Hashable
    evidence: str


_Signature = Callable[[_Row], Hashable]
_Matched = tuple[list[tuple[_Row, _Row]], list[_Row], list[_Row]]


def pair_readings(
    old: Sequence[Reading], new: Sequence[Reading], units: Units, threshold: float | None = 0.8
) -> list[Pair]:
    """Pair readings by indicator, aspect, unit dimension, scope and status; each reading stands in one pair.

    Readings of documents that both sides have are paired within their document. Several readings with one key
    are told apart by section, value, name, order, and period as seen from the main year of their document. What
    is left over is paired by likeness of name from `threshold` on (0 to 1; `None`: same names only).
    """
    documents = _documents(old, new)
    own = {own_scope(old), own_scope(new)}
    matched, olds, news = _match_all(_rows(old, units, documents, own), _rows(new, units, documents, own))
    pairs = [Pair(one.reading, other.reading) for one, other in matched]
    if threshold is not None:
        matched, olds, news = _match_all(olds, _renamed(olds, news, threshold))
        pairs += [Pair(one.reading, other.reading, similar=True) for one, other in matched]
    return pairs + [Pair(row.reading, None) for row in olds] + [Pair(None, row.reading) for row in news]


def _rows(readings: Sequence[Reading], units: Units, documents: Mapping[str, str], own: Collection[str]) -> list[_Row]:
    periods: dict[str, list[str]] = defaultdict(list)
    for reading in readings:
        periods[reading.doc].append(reading.period)
    years = {doc: main_year(said) for doc, said in periods.items()}
    return [
        _Row(
            reading,
            name=plain_name(reading.indicator or reading.name),
            rest=_rest(reading, units, own),
            document=documents.get(reading.doc, ""),
            section=reading.section,
            relative=shifted(reading.period, years[reading.doc]),
            period=reading.period,
            said=reading.name,
            value=(reading.value, reading.value_high, reading.unit, reading.bound, reading.direction),
            evidence=reading.evidence,
        )
        for reading in readings
    ]


def _rest(reading: Reading, units: Units, own: Collection[str]) -> tuple[str, ...]:
    dimension, scope = units.dimension(reading), plain_scope(reading, own)
    return reading.aspect, _comparison(reading), dimension, scope, reading.status


def _comparison(reading: Reading) -> str:
    """A change against the year before is the usual one, said or not; against anything else it is another thing."""
    return "" if reading.compare == "yoy" else reading.compare


def _documents(old: Sequence[Reading], new: Sequence[Reading]) -> dict[str, str]:
    """Give documents that both sides have, under names that differ only in digits (years) or folders, one key."""
    sides = [dict.fromkeys(reading.doc for reading in readings) for readings in (old, new)]
    keys: dict[str, str] = {}
    for key in (_path_key, _file_key):
        named = [_keyed([doc for doc in side if doc not in keys], key) for side in sides]
        for shared in named[0].keys() & named[1].keys():
            keys |= dict.fromkeys([*named[0][shared], *named[1][shared]], shared)
    return keys


def _keyed(docs: Sequence[str], key: Callable[[str, str], str]) -> dict[str, list[str]]:
    top = dirname(docs[0]) if len(docs) == 1 else commonpath([*docs]) if docs and not _mixed(docs) else ""
    found: dict[str, list[str]] = defaultdict(list)
    for doc in docs:
        found[_DIGITS.sub("", key(doc, top))].append(doc)
    return found


def _mixed(docs: Sequence[str]) -> bool:
    return len({doc.startswith("/") for doc in docs}) > 1


def _path_key(doc: str, top: str) -> str:
    return relpath(doc, top) if top else doc


def _file_key(doc: str, top: str) -> str:
    return basename(doc)


# Readings of one key and document, from what tells them apart best to nothing but their order.
_WITHIN: tuple[_Signature, ...] = (
    attrgetter("section", "relative", "said", "value", "evidence"),
    attrgetter("section", "relative", "said", "value"),
    attrgetter("relative", "said", "value"),
    attrgetter("section", "relative", "said"),
    attrgetter("section", "relative"),
    attrgetter("relative", "said"),
    attrgetter("relative"),
    attrgetter("period"),
    attrgetter("section"),
    attrgetter("document"),
)

# A reading that moved to another document is known by its value.
_MOVED: tuple[_Signature, ...] = (
    attrgetter("name", "rest", "relative", "said", "value"),
    attrgetter("name", "rest", "relative", "value"),
)


def _match_all(olds: Sequence[_Row], news: Sequence[_Row]) -> _Matched:
    """Pair rows of one key; also give back the rows left over."""
    groups: dict[Hashable, tuple[list[_Row], list[_Row]]] = defaultdict(lambda: ([], []))
    for side, rows in enumerate((olds, news)):
        for row in rows:
            groups[row.name, row.rest, row.document][side].append(row)
    matched: list[tuple[_Row, _Row]] = []
    left: tuple[list[_Row], list[_Row]] = ([], [])
    for some_old, some_new in groups.values():
        if len(some_old) == len(some_new) == 1:
            matched.append((some_old[0], some_new[0]))
            continue
        found, some_old, some_new = _match(some_old, some_new, _WITHIN)
        matched += found
        left[0].extend(some_old)
        left[1].extend(some_new)
    moved, *left_over = _match(*left, _MOVED)
    return matched + moved, left_over[0], left_over[1]


def _match(olds: list[_Row], news: list[_Row], signatures: Sequence[_Signature]) -> _Matched:
    """Pair rows by one signature after the other, in order."""
    matched: list[tuple[_Row, _Row]] = []
    for signature in signatures:
        if not olds or not news:
            break
        waiting: dict[Hashable, deque[_Row]] = defaultdict(deque)
        for row in news:
            waiting[signature(row)].append(row)
        left: list[_Row] = []
        for row in olds:
            queue = waiting.get(signature(row))
            if queue:
                matched.append((row, queue.popleft()))
            else:
                left.append(row)
        waited = {id(row) for queue in waiting.values() for row in queue}
        olds, news = left, [row for row in news if id(row) in waited]
    return matched, olds, news


def _renamed(olds: Sequence[_Row], news: Sequence[_Row], threshold: float) -> list[_Row]:
    """The new rows, those under the old name whose name is like an old one that nothing else is more like."""
    names = _alike(olds, news, threshold)
    return [replace(row, name=names.get((row.name, row.document, row.rest), row.name)) for row in news]


def _alike(olds: Sequence[_Row], news: Sequence[_Row], threshold: float) -> dict[tuple[str, str, tuple[str, ...]], str]:
    """For new names, the old names they are taken for: the most alike first, each name once in its group."""
    before, after = _by_group(olds), _by_group(news)
    renamed: dict[tuple[str, str, tuple[str, ...]], str] = {}
    for group in before.keys() & after.keys():
        used: set[str] = set()
        for _, old_name, new_name in sorted(_scores(before[group], after[group], threshold)):
            if old_name not in used and (new_name, *group) not in renamed:
                used.add(old_name)
                renamed[new_name, *group] = old_name
    return renamed


def _by_group(rows: Sequence[_Row]) -> dict[tuple[str, tuple[str, ...]], dict[str, str]]:
    """The names of each group of rows that may be paired, each with its indicator's id."""
    groups: dict[tuple[str, tuple[str, ...]], dict[str, str]] = defaultdict(dict)
    for row in rows:
        groups[row.document, row.rest].setdefault(row.name, row.reading.indicator_id)
    return groups


def _scores(before: Mapping[str, str], after: Mapping[str, str], threshold: float) -> Iterator[tuple[float, str, str]]:
    """Pairs of names that are alike enough; indicators that the rules know as two are not."""
    index = NameIndex(after)
    for old_name, old_id in before.items():
        for new_name in index.like(old_name):
            score = likeness(old_name, new_name)
            if score >= threshold and (not old_id or not after[new_name]):
                yield -score, old_name, new_name
