"""Explain how a text is read: a text goes in, the steps that made each reading come out."""

from __future__ import annotations

from kpiextract.model import LedgerEntry, Mention, Reading, Source
from kpiextract.patterns import start_document
from kpiextract.pipeline import Report, SentenceReading, reader
from kpiextract.rulebook import RuleBook
from kpiextract.timeline import document_year
from kpiextract.trace_model import ExplainedMention, ExplainedSentence, Explanation


def explain(text: str, book: RuleBook, year: int | None = None) -> Explanation:
    """The words, numerals, rules and readings of each sentence of `text`; `year` is what 今年 means."""
    source = Source("-", text)
    engine = reader(book)
    start_document()
    known = year or document_year("-", text, engine.periods) or 0
    sentences = []
    for result in engine.sentences(source, known):
        report = Report(source, engine.indicators)
        report.add(result, years_as_rows=True)
        done = report.done()
        mentions = tuple(_mention(result, source, entry, done.readings) for entry in done.ledger)
        body = text[result.sentence.start : result.sentence.end]
        sentences.append(ExplainedSentence(body, tuple(engine.segmenter.cut(body)), mentions))
    return Explanation(tuple(sentences))


def _mention(
    result: SentenceReading, source: Source, entry: LedgerEntry, readings: tuple[Reading, ...]
) -> ExplainedMention:
    mention = next((m for m in _all_mentions(result) if m.num_start == entry.start), None)
    start, end = (mention.start, mention.end) if mention else (entry.start, entry.end)
    own = tuple(r for r in readings if r.start == start)
    return ExplainedMention(
        source.text[start:end],
        start,
        end,
        _plain(entry),
        entry.unit,
        entry.kind,
        entry.bound,
        entry.became,
        tuple(_steps(result, source, entry, mention, own)),
        own,
    )


def _all_mentions(result: SentenceReading) -> list[Mention]:
    return [*result.view.mentions, *(m for m, _ in result.excluded)]


def _plain(entry: LedgerEntry) -> str:
    if entry.value is None:
        return ""
    low = format(entry.value.normalize(), "f")
    return low if entry.value_high is None else f"{low}..{format(entry.value_high.normalize(), 'f')}"


def _steps(
    result: SentenceReading,
    source: Source,
    entry: LedgerEntry,
    mention: Mention | None,
    readings: tuple[Reading, ...],
) -> list[str]:
    text = source.text
    steps = [f"numeral {entry.numeral!r} at {entry.start}:{entry.end}"]
    if mention is not None:
        around = text[mention.left : mention.start], text[mention.end : mention.right]
        by = ", ".join(mention.rules) or "no unit rule"
        steps.append(f"quantity: {_plain(entry)} {entry.unit} ({entry.kind}), bound {entry.bound} — {by}")
        if any(around):
            steps.append(f"modifiers: {around[0]}⟦{text[mention.start : mention.end]}⟧{around[1]}")
    if entry.became not in ("reading",):
        steps.append(f"{entry.became}: {entry.rule or 'no rule fits'}" + (f" = {entry.edtf}" if entry.edtf else ""))
    for draft, settled in result.drafts:
        if mention is None or draft.mention != mention:
            continue
        steps.append(f"frame {draft.rule} → name {draft.name!r}, aspect {draft.aspect}")
        phrase = settled.phrase
        where = f"{text[phrase.start : phrase.end]!r} ({phrase.rule.id})" if phrase else _place(result, settled.source)
        steps.append(f"period {settled.period} from {where}; status {settled.status}; scope {settled.scope or '—'}")
    steps += [f"indicator {r.indicator_id} → {r.indicator}" for r in readings if r.indicator_id]
    return steps


def _place(result: SentenceReading, source: str) -> str:
    if source == "context":
        headings = " > ".join(h.text for h in result.sentence.path)
        return f"the heading or opening above ({headings})" if headings else "the opening of the paragraph"
    return "the document's year"
