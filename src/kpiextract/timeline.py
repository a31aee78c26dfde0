"""Say what time and status a place in the document has: headings and openings go in, a `Context` comes out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kpiextract.document import Heading, Sentence
from kpiextract.numerals import narrow
from kpiextract.patterns import compile_pattern, compile_rules
from kpiextract.periods import PeriodFinder, Phrase
from kpiextract.rulebook import RuleBook

_TOP_LEVEL = 25
_GREETING = 8
_OPENING_LENGTH = 1500
_TITLE_LENGTH = 60
_SENTENCE_END = "。"
_DATE_LENGTH = 200
_LATE_MONTH = 11
_MONTHS = re.compile(r"\d{4}-\d\d/\d{4}-\d\d")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")


@dataclass(frozen=True, slots=True)
class Context:
    """What holds at a place of a document.

    `year` is the document's year, `base` the year that is spoken of, `period` the time of a figure that names none,
    `source` where that is from (`context` or `document`), `report` whether the document looks back and then ahead;
    `late`: it was given at the end of its year, and looks back on that year. `as_of` is the last month of `period`
    where the paragraph began with it (6月末), the time of amounts that stand; `own` is the period of the whole
    document.
    Years that are not known are 0, the period then is empty.
    """

    year: int
    base: int
    period: str
    source: str = "document"
    status: str = "actual"
    report: bool = False
    late: bool = False
    as_of: str = ""
    own: str = ""

    @property
    def behind(self) -> int:
        """The year that a report looks back on."""
        return self.year if self.late else self.year - 1

    @property
    def ahead(self) -> int:
        """The first year that a report looks ahead to."""
        return self.year + 1 if self.late else self.year

    def time_of(self, phrase: Phrase) -> str:
        """What a period phrase means here, as EDTF.

        Spans of years to come begin with the year ahead; five years of a plan for five years are those of the plan.
        """
        edtf = phrase.edtf(self.year, self.base)
        if phrase.flag("same") and _MONTHS.fullmatch(self.period):
            return "/".join(f"{int(end[:4]) - 1}{end[4:]}" for end in self.period.split("/"))
        if self.status == "target" and phrase.flag("era") and _years(edtf) == _years(self.period) > 1:
            return self.period
        begins = phrase.flag("ahead") and edtf.startswith(f"{self.year}/")
        return phrase.edtf(self.ahead, self.base) if begins else edtf


def document_year(doc: str, text: str, finder: PeriodFinder) -> int | None:
    """The year of a document: from its file name, else its first lines, else the year that it names most."""
    for place in (doc.rsplit("/", 1)[-1], text[:200]):
        found = _YEAR.search(place)
        if found:
            return int(found[1])
    named = [phrase.numbers["y"] for phrase in finder.find(text) if phrase.flag("year")]
    return max(sorted(set(named)), key=named.count) if named else None


def _years(edtf: str) -> int:
    """How many years a span of years has, or 0."""
    first, _, last = edtf.partition("/")
    return int(last) - int(first) + 1 if len(first) == len(last) == 4 and (first + last).isdigit() else 0


def last_year(edtf: str) -> int | None:
    """The year in which a period ends; none where it is open."""
    end = edtf.rpartition("/")[2][:4]
    return int(end) if end.isdigit() else None


def _holds(span: str, edtf: str) -> bool:
    """Whether a span of years holds a year, or all but the first year of another span."""
    first, slash, last = span.partition("/")
    start, _, end = edtf.partition("/")
    if not slash or len(start) != 4 or len(end) not in (0, 4):
        return False
    return first <= start <= last if not end else end == last and start.isdigit() and int(start) >= int(first) - 1


class Sections:
    """The `[[section]]` rules of a book: what headings say about time and status."""

    def __init__(self, book: RuleBook, finder: PeriodFinder) -> None:
        self.finder = finder
        self.report_words = book.words("genre_report")
        self.era_lead = book.words("opening_era")
        self.address = book.words("opening_address")
        self.next_words = book.words("opening_next")
        self.lead = compile_pattern(book, r"(?:\L<opening_lead>|\L<opening_era>|\L<opening_address>|[，,！!：:“—\s])*")
        self._rules = [
            (
                compile_rules(book, [r], "pattern", r.data["pattern"]),
                r.data["look"],
                r.data["status"],
                bool(r.data.get("always")),
            )
            for r in book.rules("section")
            if not r.data.get("title")
        ]
        self._titles = [
            (compile_rules(book, [r], "pattern", r.data["pattern"]), str(r.data["status"]))
            for r in book.rules("section")
            if r.data.get("title")
        ]

    def title_status(self, title: str) -> str:
        """What a document's title says about all of it: `target` for a list of plans."""
        return next((status for pattern, status in self._titles if pattern.search(title.strip())), "actual")

    def under(self, parent: Context, heading: Heading) -> Context:
        """The context below a heading, given the one above it."""
        said = narrow(heading.text)
        phrase = next((p for p in self.finder.find(said) if not p.flag("date")), None)
        context = parent
        if phrase is not None or heading.level <= _TOP_LEVEL:
            for pattern, look, status, always in self._rules:
                told = parent.report or always or phrase is not None or parent.status == "target"
                if told and pattern.search(said):
                    base = parent.behind if look == "back" else parent.ahead
                    if look == "here":
                        return replace(parent, status=status)
                    if parent.report and parent.year:
                        context = replace(parent, base=base, period=str(base), source="context")
                    context = replace(context, status=status)
                    break
        edtf = context.time_of(phrase) if phrase is not None else ""
        if not edtf:
            return context
        end = last_year(edtf) or context.base
        base = end if "/" not in edtf or end < context.base else context.base
        if phrase is not None and phrase.flag("before"):
            base = context.base
        return replace(context, base=base, period=edtf, source="context")


class Timeline:
    """Follows a document from sentence to sentence and knows what time each place speaks of."""

    def __init__(self, sections: Sections, text: str, year: int) -> None:
        self._sections = sections
        self._text = text
        opening = "".join(text[:_OPENING_LENGTH].split())
        report = any(word in opening for word in sections.report_words)
        late = report and self._is_late(text[:_DATE_LENGTH], year)
        title = text.lstrip().partition("\n")[0]
        title = title if len(title) <= _TITLE_LENGTH and _SENTENCE_END not in title else ""
        base = year - 1 if year and (self._is_of_last_year(title, year) or (report and not late)) else year
        status = "actual" if report else sections.title_status(title)
        span = str(base) if report or base != year else self._title_span(title, year, status)
        known = span.strip("0") != ""
        span = span if known else ""
        self._top = Context(year, base, span, "document" if known else "", status, report, late, own=span)
        self._path: tuple[Heading, ...] = ()
        self._contexts: list[Context] = []
        self._paragraph = -1
        self._section = self._top
        self._chapter = self._top
        self._era: Context | None = None
        self._opening = True
        self._addressed = False
        self._figures = False
        self._current = self._top

    def _is_late(self, opening: str, year: int) -> bool:
        """Whether the date under the title is one of the last two months of the document's year."""
        dates = [phrase.numbers for phrase in self._sections.finder.find(opening) if phrase.flag("date")]
        return any(date.get("y") == year and date.get("m", 0) >= _LATE_MONTH for date in dates)

    def _is_of_last_year(self, title: str, year: int) -> bool:
        """Whether the one year that the title names is the year before the document's (2018年度…报告, of 2019)."""
        phrases = self._sections.finder.find(title)
        return [phrase.edtf(year, year) for phrase in phrases] == [str(year - 1)]

    def _title_span(self, title: str, year: int, status: str) -> str:
        """The document's year, or the quarter, half-year or months that its title names; the years of a plan."""
        for phrase in self._sections.finder.find(title):
            edtf = phrase.edtf(year, year)
            era = phrase.flag("era") and status != "target"
            if "/" in edtf and edtf[:4].isdigit() and not era and not phrase.flag("date"):
                return edtf
        return str(year)

    def enter(self, sentence: Sentence, phrases: list[Phrase], figures: bool) -> Context:
        """The context of a sentence with these period phrases; sentences must come in the order of the text.

        `figures` says whether the sentence holds quantities: an opening without any frames what follows it.
        """
        turned = sentence.path != self._path
        if turned:
            self._turn(sentence.path)
        if turned or sentence.paragraph != self._paragraph:
            self._paragraph = sentence.paragraph
            self._current = self._era or self._section
            self._opening = True
            self._addressed = False
        self._figures = self._figures or figures
        if phrases and not sentence.heading:
            self._open(sentence, phrases[0], figures)
            self._turn_to_plan(sentence, phrases, figures)
        if self._text.startswith(self._sections.next_words, sentence.start):
            self._current = replace(self._current, status="target", period=self._planned(sentence.path))
        short = sentence.end - sentence.start <= _GREETING
        self._addressed = short and self._text.startswith(self._sections.address, sentence.start)
        self._opening = self._opening and short
        return self._current

    def _planned(self, path: tuple[Heading, ...]) -> str:
        """The year to come that a heading names beside what is looked back on, else the period that holds."""
        for heading in reversed(path):
            for phrase in self._sections.finder.find(narrow(heading.text)):
                edtf = self._current.time_of(phrase)
                if len(edtf) == len(str(self._current.year)) and edtf > str(self._current.year):
                    return edtf
        return self._current.period

    def _turn(self, path: tuple[Heading, ...]) -> None:
        """Move on to the headings of the next sentence."""
        kept = 0
        while kept < min(len(path), len(self._path)) and path[kept] == self._path[kept]:
            kept += 1
        before = self._section
        self._contexts = self._contexts[:kept]
        for heading in path[kept:]:
            above = self._contexts[-1] if self._contexts else self._top
            if not self._contexts and heading.level <= _TOP_LEVEL and self._top.status != "target":
                above = self._chapter_before()
            context = self._sections.under(above, heading)
            if heading.level <= _TOP_LEVEL:
                self._chapter = context
            self._contexts.append(context)
        self._section = self._contexts[-1] if self._contexts else self._top
        if self._section != before or any(h.level <= _TOP_LEVEL for h in path[kept:]):
            self._era = None
        self._path = path

    def _chapter_before(self) -> Context:
        """What a chapter takes over where its heading says nothing: the last opening's time, never a step back."""
        era = self._era
        if era is None or (self._chapter.status == "target" and era.status == "actual"):
            return self._chapter
        return era

    def _turn_to_plan(self, sentence: Sentence, phrases: list[Phrase], figures: bool) -> None:
        """After a year's results, an address that names the five-year plan turns to all of its years."""
        said = self._text[sentence.start : phrases[0].start]
        addressed = self._addressed or self._text.startswith(self._sections.address, sentence.start)
        here = self._era or self._section
        if figures or not addressed or here.status != "actual" or any(w in said for w in self._sections.era_lead):
            return
        for phrase in phrases:
            span = phrase.edtf(here.year, here.base)
            if phrase.flag("era") and self._figures and span.endswith(f"/{here.base}") and len(here.period) == 4:
                self._era = self._current = replace(here, period=span, source="context")

    def _open(self, sentence: Sentence, phrase: Phrase, figures: bool) -> None:
        """Take over the period with which a sentence begins."""
        if any(phrase.flag(f) for f in ("date", "base", "local")):
            return
        lead = self._text[sentence.start : phrase.start]
        if not self._sections.lead.fullmatch(lead):
            return
        here = self._era or self._section
        edtf = here.time_of(phrase)
        if edtf and self._top.period.endswith("/" + edtf):
            self._current = replace(here, as_of=edtf)
        if not edtf or ("-" in edtf and "/" not in edtf):
            return
        if edtf in (f"{here.year}/..", str(here.year)) and self._top.period.startswith(f"{here.year}-01/"):
            return
        end = last_year(edtf)
        status = here.status
        if here.year and end is not None and (here.report or end > here.year):
            ahead = end > here.behind if here.late else end > here.year or (end == here.year and not phrase.flag("era"))
            status = "target" if ahead or phrase.flag("ahead") else "actual"
        base = end if end is not None and (end <= here.year or not here.year) else here.base
        named = any(edtf in heading.text for heading in sentence.path)
        named = named or self._text[phrase.end : phrase.end + 1] in ("，", ",")
        if figures and not phrase.flag("era") and _holds(here.period, edtf) and not (named and self._opening):
            return
        self._current = replace(here, base=base, period=edtf, source="context", status=status)
        turns = here.report and status == "target" and (here.status == "actual" or "/" in here.period)
        framing = (
            (not figures and len(edtf) == 4)
            or turns
            or phrase.flag("era")
            or any(w in lead for w in self._sections.era_lead)
        )
        if self._opening and framing:
            self._era = self._current
