"""What a rule may hold: tables of types and keys; a rule's table goes in, what is wrong with it comes out.

rule_docs.py makes the JSON Schema and the page of all rules of the same tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from kpiextract.model import LEDGER_COLUMNS, READING_COLUMNS

KINDS = (
    *("count", "percent", "point", "amount", "rank", "multiple", "duration", "area", "length", "mass", "volume"),
    *("energy", "power", "speed", "measure", "ratio", "year"),
)
UNIT_KINDS = (*KINDS, "date", "ordinal")
MENTION_KINDS = (*UNIT_KINDS, "code", "phone", "idiom")
BOUNDS = ("=", "~", ">", ">=", "<", "<=")
REASONS = ("heading", "event", "name", "enumeration", "idiom", "ordinal", "version", "reference", "date", "unclear")
TAKES = ("left", "right", "subject", "inside", "times", "purpose", "adjacent", "joined", "given", "both")
ASPECTS = ("level", "change", "baseline", "share", "gap", "rank")
PROOF = ("examples", "refuses")
DECIMAL_FIELDS = ("value", "value_high")
EXPECTED = tuple(dict.fromkeys((*READING_COLUMNS, *LEDGER_COLUMNS)))

_ID = re.compile(r"[A-Za-z0-9_]+(?:[.\-][A-Za-z0-9_]+)*")
_EXACT = re.compile(r"\d+(?:\.\d+)?|\d+/0*[1-9]\d*", re.ASCII)
_TYPE_NAMES = {
    str: "a string",
    bool: "true or false",
    int: "a whole number",
    float: "a number with a point",
    list: "a list",
    dict: "a table",
}


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a rule type: its shape (see `_SHAPES`), what it means, and the words it may hold."""

    name: str
    shape: str
    doc: str
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleType:
    """One `[[type]]`: what it is for, its own keys, of which keys one is needed, and whether its rules need proof.

    A word list needs no examples of its own: the rules that use it prove it.
    """

    name: str
    doc: str
    keys: tuple[Key, ...]
    one_of: tuple[str, ...] = ()
    proof: bool = True


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a rule's table: the key to point at (empty: its header) and a sentence."""

    key: str
    what: str
    nth: int = 0


COMMON = (
    Key("id", "id", "dotted name, unique among all rules", required=True),
    Key("examples", "examples", "texts with the quantity in ⟦⟧ and what must be read there", required=True),
    Key("refuses", "texts", "texts in which this rule must take no part", required=True),
)
_KINDS_KEY = Key("kinds", "texts", "only quantities of these kinds", choices=MENTION_KINDS)
_NOT_KINDS_KEY = Key("not_kinds", "texts", "not quantities of these kinds", choices=MENTION_KINDS)

TYPES: tuple[RuleType, ...] = (
    RuleType(
        "numeral",
        "A table of the number grammar: the characters that write numbers.",
        (
            Key("part", "text", "which part of the grammar: digit, place, scale, point, more …", required=True),
            Key("characters", "text", "the characters of this part"),
            Key("values", "table", "each spelling and the number it stands for"),
        ),
    ),
    RuleType(
        "unit",
        "A unit or measure word: how it is written after a number and what it means.",
        (
            Key("kind", "text", "the kind of a quantity with this unit", required=True, choices=UNIT_KINDS),
            Key("unit", "text", "the unit of the value; empty: as written", required=True),
            Key("factor", "number", 'what one of the written unit is in `unit`, exact: "10000" or "2000/3"'),
            Key("spelled", "texts", "how it is written; the longest spelling of all units wins", required=True),
            Key("before", "texts", "only where one of these stands right before the number"),
            Key("not_before", "texts", "not where one of these follows"),
            Key("then", "table", "smaller units that may follow as parts of this one"),
            Key("chain", "flag", "a half may follow (three and a half)"),
            Key("scaled", "flag", "only behind a multiplier of ten thousand or more"),
            Key("digits", "flag", "only behind a number in digits"),
            Key("hanzi", "flag", "only behind a number in Chinese characters"),
        ),
    ),
    RuleType(
        "modifier",
        "Words before or after a quantity that bound its value.",
        (
            Key("bound", "text", "what the words make of the value", required=True, choices=BOUNDS),
            _KINDS_KEY,
            Key("before", "texts", "words right before the quantity"),
            Key("after", "texts", "words right behind it"),
            Key("not_after", "texts", "a word of `before` is none where it follows one of these"),
            Key("not_before", "texts", "a word of `after` is none where one of these follows"),
            Key("implied", "flag", "`before` counts only before a number that begins with its multiplier"),
        ),
        one_of=("before", "after"),
    ),
    RuleType(
        "words",
        r"A list of words; patterns name it with `\L<id>`.",
        (
            Key("words", "texts", "the words of the list"),
            Key("add", "texts", "words to add to the list of this id that stands in an earlier pack"),
            Key("remove", "texts", "words to take out of it"),
        ),
        one_of=("words", "add", "remove"),
        proof=False,
    ),
    RuleType(
        "split",
        "A word that stands for several things, each with a figure of its own.",
        (
            Key("word", "text", "what is written", required=True),
            Key("parts", "texts", "what each figure after it speaks of", required=True),
        ),
    ),
    RuleType(
        "heading",
        "What a heading begins with, and how deep it is.",
        (
            Key("pattern", "pattern", "what the heading begins with", required=True),
            Key("level", "count", "its depth; smaller is higher", required=True),
            Key("inline", "flag", "the first sentence of a paragraph that begins so is its heading"),
        ),
    ),
    RuleType(
        "section",
        "Words of a heading or of the opening of a paragraph that say which time and status rule there.",
        (
            Key("pattern", "pattern", "found anywhere in the heading or opening", required=True),
            Key("status", "text", "the status of what stands there", choices=("actual", "target")),
            Key("look", "text", "which way from the document's year", choices=("back", "ahead", "here")),
            Key("always", "flag", "also in documents that are no reports to a congress"),
            Key("title", "flag", "found in a document's title, it holds for all of it"),
        ),
    ),
    RuleType(
        "period",
        "A phrase that says a time, and its EDTF.",
        (
            Key("pattern", "pattern", "the phrase, with named groups for its numbers", required=True),
            Key("edtf", "text", "what it means: {y} {m} … are groups, {Y} the document's year", required=True),
            Key("date", "flag", "the phrase is a date, not the period of a figure"),
            Key("era", "flag", "a span that governs the section it opens"),
            Key("before", "flag", "the year before: a comparison with it is year on year"),
            Key("same", "flag", "the same months of the year before"),
            Key("local", "flag", "holds for its own sentence only"),
            Key("vague", "flag", "names no year itself"),
            Key("ahead", "flag", "looks ahead: what stands there is planned"),
            Key("year", "flag", "the phrase is a calendar year"),
            Key("base", "flag", "a base for comparison, never the time of the figure"),
        ),
    ),
    RuleType(
        "exclude",
        "Numerals that are no readings, and the reason. Every key that is given must fit.",
        (
            Key("reason", "text", "what the numeral is instead", required=True, choices=REASONS),
            Key("numeral", "pattern", "the whole numeral with its unit"),
            Key("before", "pattern", "what ends directly left of it"),
            Key("not_before", "pattern", "what must not stand directly left of it"),
            Key("after", "pattern", "what begins directly right of it"),
            _KINDS_KEY,
            _NOT_KINDS_KEY,
            Key("units", "texts", "only quantities in these units"),
            Key("not_units", "texts", "not quantities in these units"),
            Key("scripts", "texts", "how the number is written", choices=("digits", "hanzi", "mixed")),
            Key("quoted", "flag", "only inside quotation marks"),
            Key("titled", "flag", "only inside title marks"),
            Key("initial", "flag", "only at the beginning of a paragraph"),
        ),
    ),
    RuleType(
        "frame",
        "What stands around a quantity, and what the quantity therefore says.",
        (
            Key("left", "pattern", "what ends directly left of the quantity"),
            Key("right", "pattern", "what begins directly right of it"),
            Key("not_left", "pattern", "what must not stand left of it"),
            Key("not_right", "pattern", "what must not stand right of it"),
            Key("text", "pattern", "how the quantity itself is written"),
            _KINDS_KEY,
            _NOT_KINDS_KEY,
            Key("units", "texts", "only quantities in these units"),
            Key("not_units", "texts", "not quantities in these units"),
            Key("take", "text", "where the name stands", choices=TAKES),
            Key("aspect", "text", "the aspect of the reading", choices=ASPECTS),
            Key("direction", "text", "its direction", choices=("up", "down", "")),
            Key("compare", "text", "what it is compared with", choices=("yoy", "mom", "base", "")),
            Key("keep", "flag", "the words that fitted stay in the name"),
            Key("status", "text", "its status, where the frame alone tells it", choices=("actual", "target")),
            Key("edge", "flag", "the fitted words must begin at a word edge"),
        ),
    ),
    RuleType(
        "form",
        "A word around the name of a known indicator that makes another indicator of it.",
        (
            Key("name", "text", "the new name; {} is the known one", required=True),
            Key("before", "texts", "words in front of the known name"),
            Key("after", "texts", "words behind it"),
            Key("between", "texts", "words between two known names (a share of the second)"),
            Key("kind", "kinds", "the kinds of the new indicator; left out: those of the known one", choices=KINDS),
            Key("of", "kinds", "only of indicators of these kinds", choices=KINDS),
        ),
        one_of=("before", "after", "between"),
    ),
    RuleType(
        "indicator",
        "A thing that is measured: its canonical name and the names that reports give it.",
        (
            Key("name", "text", "the canonical name", required=True),
            Key("aliases", "texts", "other names of the same thing"),
            Key("before", "pattern", "what may stand in front of a name without changing it (the name of a port)"),
            Key("category", "text", "the field it belongs to"),
            Key("kind", "kinds", "the kinds that its level may have", choices=KINDS),
            Key("unit", "text", "the unit its level usually has"),
            Key("better", "text", "which way is better", choices=("up", "down", "")),
        ),
    ),
)
BY_NAME: Mapping[str, RuleType] = {t.name: t for t in TYPES}


def faults(type_: str, data: Mapping[str, Any], *, examples: bool = True) -> Iterator[Fault]:
    """Everything that is wrong with the table of one rule, each with the key to point at."""
    kind = BY_NAME.get(type_)
    if kind is None:
        yield Fault("", f'unknown rule type "{type_}"{_suggest(type_, BY_NAME)}')
        return
    for key in (*COMMON, *kind.keys):
        if key.name in data:
            yield from _SHAPES[key.shape](key, data[key.name])
        elif key.required and (key.name not in PROOF or (examples and kind.proof)):
            yield Fault("", f'a [[{type_}]] rule needs "{key.name}": {key.doc}')
    known = [k.name for k in (*COMMON, *kind.keys)]
    for name in data:
        if name not in known:
            yield Fault(name, f'unknown key "{name}"{_suggest(name, known)}')
    if kind.one_of and not any(name in data for name in kind.one_of):
        yield Fault("", f"a [[{type_}]] rule needs one of: {', '.join(kind.one_of)}")


def _suggest(word: str, known: Iterable[str]) -> str:
    words = list(known)
    near = _near(word, words)
    return f', did you mean "{near}"?' if near else f"; known are: {', '.join(words)}"


def _near(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, [k for k in known if k], 1, 0.6)), "")


def _is(key: Key, value: object, type_: type) -> Iterator[Fault]:
    if type(value) is not type_:
        found = _TYPE_NAMES.get(type(value), "a date or time")
        yield Fault(key.name, f'"{key.name}" must be {_TYPE_NAMES[type_]}, not {found}')


def _text(key: Key, value: object) -> Iterator[Fault]:
    yield from _is(key, value, str)
    if isinstance(value, str):
        yield from _choice(key, value)


def _choice(key: Key, value: str) -> Iterator[Fault]:
    if key.choices and value not in key.choices:
        shown = ", ".join(c or '""' for c in key.choices)
        near = _near(value, key.choices)
        hint = f', did you mean "{near}"?' if near else f"; one of: {shown}"
        yield Fault(key.name, f'"{key.name}" cannot be "{value}"{hint}')


def _id(key: Key, value: object) -> Iterator[Fault]:
    yield from _is(key, value, str)
    if isinstance(value, str) and not _ID.fullmatch(value):
        yield Fault(key.name, f'"{value}" is no id; use letters, digits and dots, like env.air_quality_rate')


def _texts(key: Key, value: object) -> Iterator[Fault]:
    yield from _is(key, value, list)
    if not isinstance(value, list):
        return
    if not value and key.required:
        yield Fault(key.name, f'"{key.name}" must not be empty: {key.doc}')
    for item in value:
        if isinstance(item, str):
            yield from _choice(key, item)
        else:
            yield Fault(key.name, f'"{key.name}" must hold strings, not {_TYPE_NAMES.get(type(item), "dates")}')
            return


def _kind_list(key: Key, value: object) -> Iterator[Fault]:
    yield from _text(key, value) if isinstance(value, str) else _texts(key, value)


def _plain(type_: type) -> Callable[[Key, object], Iterator[Fault]]:
    return lambda key, value: _is(key, value, type_)


def _number(key: Key, value: object) -> Iterator[Fault]:
    yield from _is(key, value, str)
    if isinstance(value, str):
        good = len(value) <= 60 and _EXACT.fullmatch(value) and re.match(r"[0.]*[1-9]", value)
        if not good:
            yield Fault(
                key.name, f'"{key.name}" must be an exact number above 0 like "10000" or "2000/3", not "{value[:60]}"'
            )


def _examples(key: Key, value: object) -> Iterator[Fault]:
    yield from _is(key, value, list)
    if not isinstance(value, list):
        return
    if not value:
        yield Fault(key.name, '"examples" must not be empty: write at least one text')
    for nth, example in enumerate(value):
        if not isinstance(example, dict):
            yield Fault(
                key.name, f'an example must be a table {{ text = "…" }}, not {_TYPE_NAMES.get(type(example), "a date")}'
            )
            continue
        yield from _example(example, nth)


def _example(example: Mapping[str, Any], nth: int) -> Iterator[Fault]:
    texts = example.get("text")
    if not (isinstance(texts, str) or (isinstance(texts, list) and texts and all(isinstance(t, str) for t in texts))):
        yield Fault("examples", 'an example needs "text": a string or a list of strings', nth)
        texts = ()
    for text in [texts] if isinstance(texts, str) else texts:
        if text.count("⟦") != text.count("⟧") or text.count("⟦") > 1 or text.find("⟧") < text.find("⟦"):
            yield Fault("text", "an example marks one quantity, as in ⟦97.8%⟧", nth)
    for name, value in example.items():
        if name in ("text", "year"):
            continue
        if name not in EXPECTED:
            yield Fault(name, f'unknown field "{name}" in an example{_suggest(name, EXPECTED)}')
        elif name in DECIMAL_FIELDS and not _is_decimal(value):
            yield Fault(name, f'"{name}" must be a number in quotes like "53100", not {value!r}')
        elif not isinstance(value, str | int):
            yield Fault(name, f'"{name}" must be a string, not {_TYPE_NAMES.get(type(value), "a date")}')
    if type(example.get("year", 1)) is not int:
        yield Fault("year", '"year" must be a whole number, the year of the document')


def _is_decimal(value: object) -> bool:
    if value == "":
        return True
    try:
        return isinstance(value, str | int) and Decimal(value).is_finite()
    except InvalidOperation:
        return False


_SHAPES: Mapping[str, Callable[[Key, object], Iterator[Fault]]] = {
    "id": _id,
    "text": _text,
    "texts": _texts,
    "pattern": _text,
    "kinds": _kind_list,
    "flag": _plain(bool),
    "count": _plain(int),
    "number": _number,
    "table": _plain(dict),
    "examples": _examples,
}
