"""Read a document from beginning to end: a source and a rule book go in, its readings and its ledger come out."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from kpiextract.bind import Binder
from kpiextract.classify import Classifier, Enclosure, enclosing, enclosures
from kpiextract.document import Cutter, Sentence
from kpiextract.draft import Draft
from kpiextract.indicators import Indicators
from kpiextract.model import Extraction, LedgerEntry, Mark, Mention, Reading, Source
from kpiextract.numerals import Grammar, narrow
from kpiextract.patterns import compile_pattern, start_document
from kpiextract.periods import PeriodFinder, Phrase
from kpiextract.quantities import QuantityScanner
from kpiextract.resolve import Resolver, Settled
from kpiextract.rulebook import Rule, RuleBook
from kpiextract.segment import Segmenter
from kpiextract.table_report import Place, TableReport
from kpiextract.tables import NO_TABLES, TableReader, TableReadings
from kpiextract.timeline import Context, Sections, Timeline, document_year
from kpiextract.view import View, lay_out
from kpiextract.wrapping import join

_T = TypeVar("_T", Mention, Phrase)
_LINE_END = re.compile(r"\r\n|\n|\r")
_EVIDENCE = 400
_WHOLE = ("rank", "ordinal", "multiple", "percent")


@dataclass(frozen=True, slots=True)
class SentenceReading:
    """What a sentence gave, with what is needed to explain it."""

    sentence: Sentence
    view: View
    context: Context
    drafts: tuple[tuple[Draft, Settled], ...]
    excluded: tuple[tuple[Mention, Rule | None], ...]
    phrases: tuple[Phrase, ...]


class Reader:
    """All stages, compiled from one rule book; `read` takes a document through them."""

    def __init__(self, book: RuleBook) -> None:
        grammar = Grammar(book)
        self.segmenter = Segmenter([*book.vocabulary, *_function_words(book)])
        self._scanner = QuantityScanner(book)
        self.periods = PeriodFinder(book, lambda text: int(grammar.read(text).value or 0))
        self._cutter = Cutter(book)
        self._classifier = Classifier(book)
        self._sections = Sections(book, self.periods)
        self._binder = Binder(book, self.segmenter)
        self._resolver = Resolver(book)
        self._marker_tail = compile_pattern(book, r"(?:\L<marker_tail>|[、．.）)\s]*)")
        self.indicators = Indicators(book)
        self._tables = TableReader(book, self._scanner, self.periods)

    def sentences(
        self, source: Source, year: int, tables: TableReadings = NO_TABLES, places: list[Place] | None = None
    ) -> Iterator[SentenceReading]:
        """The sentences of a document that hold a numeral, read one by one; `tables` are left out.

        `places` takes what holds at each sentence, for the tables between them.
        """
        text = narrow(source.text)
        source = replace(source, marks=(*source.marks, *(Mark("table", *span) for span in tables.spans)))
        quotes = enclosures(text)
        phrases = [p for p in _outside(self.periods.find(text), quotes) if not tables.covers(p.start)]
        mentions = self._scanner.find(source.text, sorted([*((p.start, p.end) for p in phrases), *tables.silent]))
        timeline = Timeline(self._sections, text, year)
        at_phrase, at_mention, at_quote = 0, 0, 0
        before: list[Draft] = []
        for sentence in self._cutter.sentences(source, tables.spans):
            inside, at_phrase = _within(phrases, at_phrase, sentence.end)
            found, at_mention = _within(mentions, at_mention, sentence.end)
            kept, left = self._sort(text, sentence, found, quotes, at_quote)
            context = timeline.enter(sentence, inside, bool(kept))
            if places is not None:
                places.append(_place(text, sentence, context))
            if not inside and not found:
                continue
            while at_quote < len(quotes) and quotes[at_quote].end <= sentence.start:
                at_quote += 1
            near = [q for q in quotes[at_quote:] if q.start < sentence.end]
            view = lay_out(text, sentence.start, sentence.end, kept, inside, near, self._markers(text, left, found))
            drafts = self._binder.bind(view, source.text, before) if kept and not sentence.heading else []
            bound = {d.index for d in drafts}
            left += [(m, None) for i, m in enumerate(view.mentions) if i not in bound]
            settled = tuple((d, self._resolver.settle(view, d, context)) for d in drafts)
            before = drafts or before
            yield SentenceReading(sentence, view, context, settled, tuple(left), tuple(inside))

    def _sort(
        self, text: str, sentence: Sentence, found: Sequence[Mention], quotes: Sequence[Enclosure], cursor: int
    ) -> tuple[list[Mention], list[tuple[Mention, Rule | None]]]:
        """The mentions of a sentence that may be readings, and those that a rule excludes."""
        kept: list[Mention] = []
        left: list[tuple[Mention, Rule | None]] = []
        for mention in found:
            inside, cursor = enclosing(quotes, mention.start, cursor)
            initial = mention.start - sentence.start <= 2 and (sentence.opening or sentence.heading)
            rule = self._classifier.exclusion(text, mention, inside, initial)
            if rule is None and mention.value is not None:
                kept.append(mention)
            else:
                left.append((mention, rule))
        return kept, left

    def _markers(
        self, text: str, left: Sequence[tuple[Mention, Rule | None]], found: Sequence[Mention]
    ) -> list[tuple[int, int]]:
        """Where numerals only count what is said (一是, 2、), not those of a list of numerals (一、二产业)."""
        starts = {mention.start for mention in found if mention.script == "hanzi"}
        return [
            (mention.start, self._marker_tail.match(text, mention.end).end())
            for mention, rule in left
            if rule is not None and rule.data["reason"] == "heading"
            if not (mention.script == "hanzi" and text[mention.end] == "、" and mention.end + 1 in starts)
            if text[mention.start - 1 : mention.start] != "、"
        ]

    def read(self, source: Source, year: int | None = None, years_as_rows: bool = False) -> Extraction:
        """The readings and the ledger of a document; `year` is the document's year where it is known."""
        start_document()
        joined = None if source.marks else join(source, self._cutter.blocks(source))
        if joined is not None and not self._tables.read(source, year or 0).spans:
            return joined.restore(self._read(joined.source, year, years_as_rows))
        return self._read(source, year, years_as_rows)

    def _read(self, source: Source, year: int | None, years_as_rows: bool) -> Extraction:
        plain = narrow(source.text)
        known = year or document_year(source.doc, plain, self.periods) or 0
        tables = self._tables.read(replace(source, text=plain), known)
        places: list[Place] = []
        report = Report(source, self.indicators)
        for result in self.sentences(source, known, tables, places if tables.spans else None):
            report.add(result, years_as_rows)
        report.add_tables(tables, places, Context(known, known, str(known)), years_as_rows)
        report.add_data()
        return report.done()


class Report:
    """Collects the rows of one document."""

    def __init__(self, source: Source, indicators: Indicators) -> None:
        self._source = source
        self._indicators = indicators
        self._lines = [m.end() for m in _LINE_END.finditer(source.text)]
        self._readings: list[Reading] = []
        self._ledger: list[LedgerEntry] = []

    def add(self, result: SentenceReading, years_as_rows: bool) -> None:
        """Add what one sentence gave."""
        text = self._source.text
        bound: dict[int, list[Reading]] = {}
        for draft, settled in result.drafts:
            for reading in self._readings_of(result, draft, settled):
                self._readings.append(reading)
                bound.setdefault(draft.index, []).append(reading)
        for index, readings in bound.items():
            mention = result.view.mentions[index]
            self._ledger.append(self._entry(mention, "reading", readings[0].rule))
        for mention, rule in result.excluded:
            by = "+".join(dict.fromkeys([*mention.rules, *([rule.id] if rule else [])]))
            self._ledger.append(self._entry(mention, rule.data["reason"] if rule else "unclear", by))
        for phrase in result.phrases:
            self._ledger += self._of_phrase(result, phrase)
            if years_as_rows and phrase.flag("year"):
                self._readings.append(self._year(result, phrase, text))

    def add_tables(self, tables: TableReadings, places: Sequence[Place], top: Context, years_as_rows: bool) -> None:
        """Add what the tables gave; `places` say what holds around them."""
        rows = TableReport(self._source, tables, places, top, self._indicators, self._lines)
        self._readings += rows.readings(years_as_rows)
        self._ledger += rows.ledger()

    def add_data(self) -> None:
        """Add the data inside addresses, each as one entry: digits stand in it, but no numbers of the document."""
        for mark in self._source.marks:
            if mark.kind == "skip":
                said = self._source.text[mark.start : mark.end]
                line = self._line(mark.start)
                entry = LedgerEntry(self._source.doc, mark.start, mark.end, line, said, kind="code", became="reference")
                self._ledger.append(entry)

    def _line(self, start: int) -> int:
        return bisect.bisect_right(self._lines, start) + 1

    def _entry(self, mention: Mention, became: str, rule: str) -> LedgerEntry:
        start, end = mention.num_start, max(mention.num_end, mention.num_start + 1)
        if mention.kind in _WHOLE:
            start, end = mention.start, mention.end
        return LedgerEntry(
            self._source.doc,
            start,
            end,
            self._line(start),
            self._source.text[start:end],
            mention.value,
            mention.value_high,
            mention.kind,
            mention.unit,
            mention.bound,
            became,
            "",
            rule,
        )

    def _of_phrase(self, result: SentenceReading, phrase: Phrase) -> list[LedgerEntry]:
        text = self._source.text[phrase.start : phrase.end]
        if not phrase.numbers and not any(c.isdigit() for c in text):
            return []
        edtf = phrase.edtf(result.context.year, result.context.base)
        dated = phrase.flag("date")
        year = phrase.numbers.get("y") if phrase.flag("year") else None
        return [
            LedgerEntry(
                self._source.doc,
                phrase.start,
                phrase.end,
                self._line(phrase.start),
                text,
                Decimal(year) if year else None,
                None,
                "year" if year else "",
                "",
                "=",
                "date" if dated else "period",
                edtf,
                phrase.rule.id,
            )
        ]

    def _evidence(self, result: SentenceReading, start: int, end: int) -> str:
        a, b = result.sentence.start, result.sentence.end
        if b - a <= _EVIDENCE:
            return self._source.text[a:b]
        low = max(a, min(start - (_EVIDENCE - (end - start)) // 2, b - _EVIDENCE))
        high = min(b, low + _EVIDENCE)
        return ("…" if low > a else "") + self._source.text[low:high] + ("…" if high < b else "")

    def _year(self, result: SentenceReading, phrase: Phrase, text: str) -> Reading:
        edtf = phrase.edtf(result.context.year, result.context.base)
        return Reading(
            doc=self._source.doc,
            section=_section(result.sentence),
            kind="year",
            unit="",
            value=Decimal(phrase.numbers["y"]),
            period=edtf,
            period_source="text",
            evidence=self._evidence(result, phrase.start, phrase.end),
            quantity=text[phrase.start : phrase.end],
            start=phrase.start,
            end=phrase.end,
            line=self._line(phrase.start),
            rule=phrase.rule.id,
        )

    def _readings_of(self, result: SentenceReading, draft: Draft, settled: Settled) -> Iterator[Reading]:
        mention = draft.mention
        values: Sequence[tuple[Decimal | None, Decimal | None]] = [(mention.value, mention.value_high)]
        if mention.parts:
            values = [(part, None) for part in mention.parts]
        hit = self._indicators.find(draft.name, kind=mention.kind, unit=mention.unit, aspect=draft.aspect)
        rules = [*mention.rules, draft.rule]
        if settled.phrase is not None:
            rules.append(settled.phrase.rule.id)
        if hit is not None:
            rules.append(hit.rule)
        for value, high in values:
            yield Reading(
                self._source.doc,
                _section(result.sentence),
                hit.name if hit else draft.name,
                hit.id if hit else "",
                hit.category if hit else "",
                draft.name,
                mention.kind,
                value,
                high,
                mention.unit,
                draft.bound or mention.bound,
                draft.aspect,
                draft.direction,
                draft.compare,
                settled.status,
                settled.period,
                settled.source,
                settled.scope,
                self._evidence(result, mention.start, mention.end),
                self._source.text[mention.start : mention.end],
                mention.start,
                mention.end,
                self._line(mention.start),
                "+".join(dict.fromkeys(r for r in rules if r)),
            )

    def done(self) -> Extraction:
        """All rows, in the order of the text."""
        readings = sorted(self._readings, key=lambda r: r.start)
        ledger = sorted(self._ledger, key=lambda e: e.start)
        return Extraction(self._source.doc, tuple(readings), tuple(ledger))


def _place(text: str, sentence: Sentence, context: Context) -> Place:
    """What holds behind a sentence; a heading stands above what follows it."""
    own = [text[sentence.start : sentence.end]] if sentence.heading else []
    return Place(sentence.start, " > ".join([*(h.text for h in sentence.path), *own]), context)


def _function_words(book: RuleBook) -> list[str]:
    """The words of the rules that the segmenter must keep whole."""
    long = {w for i in ("reach", "lead_drop") for w in book.words(i) if len(w) > 2}
    return sorted(long.union(book.words("keep_whole")))


def _section(sentence: Sentence) -> str:
    return " > ".join(h.text for h in sentence.path)


def _outside(phrases: Sequence[Phrase], quotes: Sequence[Enclosure]) -> list[Phrase]:
    """The phrases that are no part of a quoted name or a title (“新十二月市”)."""
    out, cursor = [], 0
    for phrase in phrases:
        inside, cursor = enclosing(quotes, phrase.start, cursor)
        if inside is None or not inside.name or inside.start == phrase.start or inside.end <= phrase.end:
            out.append(phrase)
    return out


def _within(items: Sequence[_T], cursor: int, end: int) -> tuple[list[_T], int]:
    out = []
    while cursor < len(items) and items[cursor].start < end:
        out.append(items[cursor])
        cursor += 1
    return out, cursor


@lru_cache(maxsize=4)
def reader(book: RuleBook) -> Reader:
    """The stages of a rule book, compiled once."""
    return Reader(book)


def extract_source(source: Source, book: RuleBook, year: int | None = None, years_as_rows: bool = False) -> Extraction:
    """Read one document; `year` is its year where it is known, else taken from its name or text."""
    return reader(book).read(source, year, years_as_rows)
