"""Say why a rule did not take part: a text and the id of a rule go in, the first gate it failed at comes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches

from kpiextract.classify import REACH, Enclosure, enclosing, enclosures, exclusion_of
from kpiextract.frames import frame_of
from kpiextract.indicators import Indicators
from kpiextract.model import Mention, Source
from kpiextract.patterns import compile_rules, start_document
from kpiextract.pipeline import Reader, SentenceReading, reader
from kpiextract.rulebook import Rule, RuleBook
from kpiextract.timeline import document_year
from kpiextract.trace_model import RuleExplanation, Tried
from kpiextract.view import PERIOD, QUANTITY

TYPES = ("exclude", "frame", "indicator", "period", "unit")
EARLIER = "an earlier rule took it"
_SHOWN = 16


def explain_rule(text: str, book: RuleBook, id: str, year: int | None = None) -> RuleExplanation:
    """Why the rule with this id took part in the readings of a text or not.

    Raises `LookupError`, with a line for people, where no rule has the id or rules of its type have no gates.
    """
    rule = _rule(book, id)
    start_document()
    engine = reader(book)
    known = year or document_year("-", text, engine.periods) or 0
    tried: list[Tried] = []
    for result in engine.sentences(Source("-", text), known):
        if rule.type == "period":
            tried.append(_period(book, rule, result, text))
            continue
        for mention in _mentions(result):
            gate, why = _ask(engine, book, rule, result, mention, text)
            tried.append(Tried(text[mention.start : mention.end], mention.start, mention.end, gate, why))
        tried += [Tried(text[p.start : p.end], p.start, p.end, EARLIER, p.rule.id) for p in result.phrases]
    return RuleExplanation(rule.id, rule.type, rule.file, rule.line, tuple(sorted(tried, key=lambda t: t.start)))


def _rule(book: RuleBook, id: str) -> Rule:
    by_id = {rule.id: rule for rules in book.by_type.values() for rule in rules}
    if id not in by_id:
        close = get_close_matches(id, by_id, 1)
        hint = f', did you mean "{close[0]}"?' if close else "; kpiextract rules list shows them all"
        raise LookupError(f'no rule has the id "{id}"{hint}')
    if by_id[id].type not in TYPES:
        known = ", ".join(f"[[{type}]]" for type in TYPES)
        raise LookupError(f"{id} is a [[{by_id[id].type}]] rule; only rules of {known} can be asked for")
    return by_id[id]


def _mentions(result: SentenceReading) -> list[Mention]:
    """Every quantity of a sentence, in order."""
    every = {m.start: m for m in (*result.view.mentions, *(m for m, _ in result.excluded))}
    return [every[start] for start in sorted(every)]


def _ask(
    engine: Reader, book: RuleBook, rule: Rule, result: SentenceReading, mention: Mention, text: str
) -> tuple[str, str]:
    if rule.type == "unit":
        return _unit(rule, mention, text)
    excluded = next((by for m, by in result.excluded if m == mention and by is not None), None)
    if rule.type == "exclude":
        failed = next(_exclusion_gates(book, rule, result, mention, text), None)
        return failed or _outcome(rule, [excluded.id] if excluded else [])
    if excluded is not None:
        return EARLIER, f"{excluded.id} says that it is no reading ({excluded.data['reason']})"
    if rule.type == "frame":
        return _frame(book, rule, result, mention, text)
    return _indicator(engine, book, rule, result, mention)


def _outcome(rule: Rule, by: Iterable[str]) -> tuple[str, str]:
    ids = [id for id in by if id]
    if rule.id in ids:
        return "", "it took part"
    return EARLIER, "+".join(ids)


def _sets(rule: Rule, mention: Mention) -> Iterator[tuple[str, str]]:
    """The gates that ask for the kind and the unit."""
    for gate, keys, value in (("kind", "kinds", mention.kind), ("unit", "units", mention.unit)):
        wanted, unwanted = rule.data.get(keys), rule.data.get(f"not_{keys}", ())
        if wanted and value not in wanted:
            yield gate, f'the {gate} is "{value}", not one of {_list(wanted)}'
        if value in unwanted:
            yield gate, f'the {gate} is "{value}", which not_{keys} leaves out'


def _exclusion_gates(
    book: RuleBook, rule: Rule, result: SentenceReading, mention: Mention, text: str
) -> Iterator[tuple[str, str]]:
    """The gates of an `[[exclude]]` rule that fail, in the order in which they are asked."""
    known, sentence = exclusion_of(book, rule), result.sentence
    yield from _sets(rule, mention)
    if known.scripts and mention.script not in known.scripts:
        yield "script", f'it is written in "{mention.script}", not in {_list(known.scripts)}'
    inside: Enclosure | None = enclosing(enclosures(text), mention.start)[0]
    titled = inside is not None and inside.titled
    if known.quoted and (inside is None or titled or not inside.name):
        yield "quoted", "it does not stand in a quoted name"
    if known.titled and not titled:
        yield "titled", "it does not stand in a title"
    if known.initial and not (mention.start - sentence.start <= 2 and (sentence.opening or sentence.heading)):
        yield "initial", "it does not begin its paragraph"
    written = text[mention.start : mention.end]
    if known.numeral is not None and not known.numeral.fullmatch(written):
        yield "numeral", f'the whole of "{written}" does not match'
    if known.after is not None and not known.after.match(text, mention.end, mention.end + REACH):
        yield "after", _not_right(text[mention.end : sentence.end])
    low = max(0, mention.start - REACH)
    left = text[max(low, sentence.start) : mention.start]
    if known.before is not None and not known.before.match(text, low, mention.start):
        yield "before", _not_left(left)
    if known.not_before is not None and known.not_before.match(text, low, mention.start):
        yield "not_before", f'left of it stands "{left[-_SHOWN:]}", which must not be there'


def _frame(book: RuleBook, rule: Rule, result: SentenceReading, mention: Mention, text: str) -> tuple[str, str]:
    view = result.view
    if mention not in view.mentions:
        return "sentence", "its sentence is not read for figures"
    failed = next(_frame_gates(book, rule, result, mention, text), None)
    if failed is not None:
        return failed
    by = {id: None for draft, _ in result.drafts if draft.mention == mention for id in draft.rule.split("+")}
    order = [other.id for other in book.rules("frame")]
    if rule.id in by or any(id not in order or order.index(id) < order.index(rule.id) for id in by):
        return _outcome(rule, by)
    return "name", f'no name stands where the frame looks for it (take = "{rule.data.get("take", "left")}")'


def _frame_gates(
    book: RuleBook, rule: Rule, result: SentenceReading, mention: Mention, text: str
) -> Iterator[tuple[str, str]]:
    """The gates of a `[[frame]]` rule that fail, in the order in which they are asked."""
    frame, view = frame_of(book, rule), result.view
    slot = view.slots[view.mentions.index(mention)]
    low = max(0, view.segment(slot)[0] - 1)
    left, right = _seen(view.text[low:slot]), _seen(view.text[slot + 1 :])
    yield from _sets(rule, mention)
    if frame.text is not None and not frame.text.fullmatch(text, mention.start, mention.end):
        yield "text", f'the whole of "{text[mention.start : mention.end]}" does not match'
    if frame.right is not None and not frame.right.match(view.text, slot + 1):
        yield "right", _not_right(right)
    if frame.not_right is not None and frame.not_right.match(view.text, slot + 1):
        yield "not_right", f'right of it stands "{right[:_SHOWN]}", which must not be there'
    if frame.not_left is not None and frame.not_left.match(view.text, low, slot):
        yield "not_left", f'left of it stands "{left[-_SHOWN:]}", which must not be there'
    if frame.left is not None and not frame.left.match(view.text, low, slot):
        yield "left", _not_left(left)


def _indicator(
    engine: Reader, book: RuleBook, rule: Rule, result: SentenceReading, mention: Mention
) -> tuple[str, str]:
    own = Indicators(replace(book, by_type={**book.by_type, "indicator": (rule,)}))
    failed = ("reading", "it is no reading: no frame found a name for it")
    for draft in (draft for draft, _ in result.drafts if draft.mention == mention):
        asked = mention.kind, mention.unit, draft.aspect
        found = engine.indicators.find(draft.name, *asked)
        if found is not None and rule.id in found.rule.split("+"):
            return "", f'the name is "{draft.name}"'
        if own.find(draft.name, *asked) is not None:
            failed = EARLIER, found.rule if found is not None else "no rule"
        elif own.find(draft.name) is not None:
            failed = "kind", f'the name "{draft.name}" fits, but it is "{mention.kind}", not "{rule.data.get("kind")}"'
        else:
            named = (str(rule.data["name"]), *map(str, rule.data.get("aliases", ())))
            failed = "name", f'the name is "{draft.name}", not one of {_list(named)}'
    return failed


def _unit(rule: Rule, mention: Mention, text: str) -> tuple[str, str]:
    if rule.id in mention.rules:
        return "", "it took part"
    right = text[mention.num_end :].lstrip(" \u3000")
    if not right.startswith(tuple(rule.data["spelled"])):
        return "spelled", _not_right(right, _list(rule.data["spelled"]))
    return EARLIER, "+".join(mention.rules) or "no rule"


def _period(book: RuleBook, rule: Rule, result: SentenceReading, text: str) -> Tried:
    start, end = result.sentence.start, result.sentence.end
    mine = next((p for p in result.phrases if p.rule.id == rule.id), None)
    if mine is not None:
        return Tried(text[mine.start : mine.end], mine.start, mine.end, "", "it took part")
    pattern = compile_rules(book, [rule], "pattern", rule.data["pattern"])
    match = pattern.search(text, start, end)
    if match is None:
        return Tried(text[start:end], start, end, "pattern", "nothing in the sentence matches")
    a, b = match.span()
    by = next((p.rule.id for p in result.phrases if p.start < b and a < p.end), "")
    if by:
        return Tried(text[a:b], a, b, EARLIER, by)
    return Tried(text[a:b], a, b, "quoted", "it stands in a quoted name or a title, or within a number")


def _not_left(left: str) -> str:
    return f'left of it stands "{left[-_SHOWN:]}", whose end does not match'


def _not_right(right: str, wanted: str = "") -> str:
    what = f"which does not begin with one of {wanted}" if wanted else "whose beginning does not match"
    return f'right of it stands "{right[:_SHOWN]}", {what}'


def _seen(text: str) -> str:
    """A stretch of a view as rules write it."""
    return text.replace(QUANTITY, "⟦Q⟧").replace(PERIOD, "⟦P⟧")


def _list(words: Iterable[str]) -> str:
    shown = sorted(words) if isinstance(words, frozenset) else list(words)
    return ", ".join(f'"{word}"' for word in shown[:8]) + (", ..." if len(shown) > 8 else "")
