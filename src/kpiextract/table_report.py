"""Turn figures of tables into rows: figures and their places go in, readings and ledger entries come out."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kpiextract.indicators import Indicators
from kpiextract.model import LedgerEntry, Mention, Reading, Source
from kpiextract.periods import Phrase
from kpiextract.tables import Figure, TableReadings
from kpiextract.timeline import Context, last_year

EVIDENCE = 400


@dataclass(frozen=True, slots=True)
class Place:
    """What holds from `start` on: the headings above, and the time that the prose there speaks of."""

    start: int
    section: str
    context: Context


class TableReport:
    """Makes the rows of one document's tables; `places` are sorted, `ends` are the ends of its lines."""

    def __init__(
        self,
        source: Source,
        tables: TableReadings,
        places: Sequence[Place],
        top: Context,
        indicators: Indicators,
        ends: Sequence[int],
    ) -> None:
        self._source, self._tables, self._indicators, self._ends = source, tables, indicators, ends
        self._places = (Place(0, "", top), *places)
        self._starts = [place.start for place in self._places]

    def readings(self, years_as_rows: bool) -> Iterator[Reading]:
        """One reading a figure, and one a year in a heading where these are asked for."""
        for figure in self._tables.figures:
            yield self._reading(figure)
        if years_as_rows:
            yield from (self._year(phrase) for phrase in self._tables.phrases if phrase.flag("year"))

    def ledger(self) -> Iterator[LedgerEntry]:
        """What became of every numeral of the tables."""
        for figure in self._tables.figures:
            yield self._entry(figure.mention, "reading", "+".join(dict.fromkeys(figure.rules)))
        for mention, reason in self._tables.others:
            yield self._entry(mention, reason, "")
        for phrase in self._tables.phrases:
            if phrase.numbers or any(c.isdigit() for c in self._text(phrase.start, phrase.end)):
                yield self._period(phrase)

    def _reading(self, figure: Figure) -> Reading:
        mention, place = figure.mention, self._place(figure.mention.start)
        hit = self._indicators.find(figure.name, kind=mention.kind, unit=mention.unit, aspect=figure.aspect)
        period = figure.period or place.context.period
        ahead = (last_year(period) or 0) > place.context.year
        rules = (*figure.rules, *([hit.rule] if hit else []))
        return Reading(
            doc=self._source.doc,
            section=place.section,
            indicator=hit.name if hit else figure.name,
            indicator_id=hit.id if hit else "",
            category=hit.category if hit else "",
            name=figure.name,
            kind=mention.kind,
            value=mention.value,
            value_high=mention.value_high,
            unit=mention.unit,
            bound=mention.bound,
            aspect=figure.aspect,
            direction=figure.direction,
            compare=figure.compare,
            status="target" if ahead else figure.status,
            period=period,
            period_source=figure.source or place.context.source,
            scope=figure.scope,
            evidence=self._evidence(figure.row_start, figure.row_end, mention.start),
            quantity=self._text(mention.start, mention.end),
            start=mention.start,
            end=mention.end,
            line=self._line(mention.start),
            rule="+".join(dict.fromkeys(rules)),
        )

    def _year(self, phrase: Phrase) -> Reading:
        place = self._place(phrase.start)
        return Reading(
            doc=self._source.doc,
            section=place.section,
            kind="year",
            value=Decimal(phrase.numbers["y"]),
            period=phrase.edtf(place.context.year, place.context.base),
            period_source="text",
            quantity=self._text(phrase.start, phrase.end),
            start=phrase.start,
            end=phrase.end,
            line=self._line(phrase.start),
            rule=phrase.rule.id,
        )

    def _entry(self, mention: Mention, became: str, rule: str) -> LedgerEntry:
        start, end = mention.num_start, max(mention.num_end, mention.num_start + 1)
        return LedgerEntry(
            doc=self._source.doc,
            start=start,
            end=end,
            line=self._line(start),
            numeral=self._text(start, end),
            value=mention.value,
            value_high=mention.value_high,
            kind=mention.kind,
            unit=mention.unit,
            bound=mention.bound,
            became=became,
            rule=rule,
        )

    def _period(self, phrase: Phrase) -> LedgerEntry:
        place = self._place(phrase.start)
        year = phrase.numbers.get("y") if phrase.flag("year") else None
        return LedgerEntry(
            doc=self._source.doc,
            start=phrase.start,
            end=phrase.end,
            line=self._line(phrase.start),
            numeral=self._text(phrase.start, phrase.end),
            value=Decimal(year) if year else None,
            kind="year" if year else "",
            became="date" if phrase.flag("date") else "period",
            edtf=phrase.edtf(place.context.year, place.context.base),
            rule=phrase.rule.id,
        )

    def _place(self, start: int) -> Place:
        return self._places[max(bisect.bisect_right(self._starts, start) - 1, 0)]

    def _line(self, start: int) -> int:
        return bisect.bisect_right(self._ends, start) + 1

    def _text(self, start: int, end: int) -> str:
        return self._source.text[start:end]

    def _evidence(self, start: int, end: int, at: int) -> str:
        if end - start <= EVIDENCE:
            return self._text(start, end)
        low = max(start, min(at - EVIDENCE // 2, end - EVIDENCE))
        high = low + EVIDENCE
        return ("…" if low > start else "") + self._text(low, high) + ("…" if high < end else "")
