"""Check rules: a rule book with its examples goes in, what is wrong with it comes out, one failure each.

Missing: nothing was read at the marked place. Noisy: the rule took part in a text that it refuses. Wrong: something
else was read than the example says.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import count, groupby
from typing import Any

import regex

from kpiextract.indicators import Indicators
from kpiextract.model import Extraction, LedgerEntry, Reading, Source
from kpiextract.rule_patterns import LIST_NAME
from kpiextract.rule_schema import BY_NAME, DECIMAL_FIELDS
from kpiextract.rulebook import Rule, RuleBook, RuleError

Read = Callable[[Source, int], Extraction]

DEFAULT_YEAR = 2024
MUST_TAKE_PART = frozenset({"period", "exclude", "frame", "unit", "modifier", "indicator", "form"})
SLOW = 0.3
_BACKWARDS = frozenset({"left", "not_left", "before", "not_before"})
_MARK_IS_A_WORD = frozenset({"words", "heading", "section", "split"})


@dataclass(frozen=True, slots=True)
class Failure:
    """What is wrong with a rule: `name` is Missing, Noisy, Wrong, Twice, Taken or Slow."""

    name: str
    rule: Rule
    text: str
    what: str

    def __str__(self) -> str:
        shown = f" {self.text}" if self.text else ""
        return f"{self.rule.file}:{self.rule.line}:1: {self.name}: {self.rule.id}:{shown} {self.what}"


@dataclass(frozen=True, slots=True)
class _Marked:
    text: str
    start: int
    end: int

    def overlaps(self, item: Reading | LedgerEntry) -> bool:
        return self.start < 0 or (item.start < self.end and self.start < item.end)


def check(book: RuleBook, read: Read, only: Collection[str] | None = None) -> list[Failure]:
    """Everything that `kpiextract rules check` looks for, in rules that hold together (loaded with examples).

    With `only`, failures of other rules are left out.
    """
    found = [*twice(book), *slow(book, only)]
    return [*(f for f in found if only is None or f.rule.id in only), *test(book, read, only)]


def test(book: RuleBook, read: Read, only: Collection[str] | None = None) -> list[Failure]:
    """The examples that are not read as they say, the refusals that match, and rules that never fire."""
    judge = Judge(book, read)
    out: list[Failure] = []
    for rule, cases in groupby(cases_of(book), key=lambda case: case.rule):
        if only is not None and rule.id not in only:
            continue
        asked = list(cases)
        failed = [failure for case in asked if (failure := judge.failure(case))]
        takers = {failure.what for failure in failed if failure.name == "Taken"}
        if len(takers) == 1 and len(failed) == sum(1 for case in asked if case.expected is not None):
            failed = [Failure("Taken", rule, "", f"can never fire: every example is {takers.pop()}")]
        out += failed
    return out


@dataclass(frozen=True, slots=True)
class Case:
    """One example or, where `expected` is None, one refusal of a rule; `number` counts from 1 within the rule."""

    rule: Rule
    text: str
    expected: Mapping[str, Any] | None
    year: int
    number: int

    @property
    def name(self) -> str:
        return f"{self.rule.id}-{'refuses' if self.expected is None else 'example'}-{self.number}"


def cases_of(book: RuleBook) -> Iterator[Case]:
    """Every example and refusal of a book that was loaded with examples, rule by rule."""
    for rules in book.by_type.values():
        for rule in rules:
            number = count(1)
            for example in rule.data.get("examples", ()):
                expected = {k: v for k, v in example.items() if k not in ("text", "year")}
                texts = [example["text"]] if isinstance(example["text"], str) else example["text"]
                for text in texts:
                    yield Case(rule, text, expected, int(example.get("year", DEFAULT_YEAR)), next(number))
            number = count(1)
            for text in rule.data.get("refuses", ()):
                yield Case(rule, text, None, DEFAULT_YEAR, next(number))


class Judge:
    """Reads the texts of cases, each once, and says what is wrong with what was read."""

    def __init__(self, book: RuleBook, read: Read) -> None:
        self._read = read
        self._by_id = {rule.id: rule for rules in book.by_type.values() for rule in rules}
        self._memo: dict[tuple[str, int], Extraction] = {}

    def failure(self, case: Case) -> Failure | None:
        """What is wrong with one example or refusal, or None."""
        marked = _marked(case.text)
        try:
            extraction = self._once(marked.text, case.year)
        except RuleError as error:
            return Failure("Slow", case.rule, case.text, f"cannot be read: {'; '.join(error.problems)}")
        if case.expected is None:
            return _noisy(case, _found(extraction, marked))
        found = _found(extraction, marked)
        if not found and case.rule.type in _MARK_IS_A_WORD:
            found = _found(extraction, _Marked(marked.text, -1, -1))
        if not found:
            return Failure("Missing", case.rule, case.text, "nothing was read at the marked place")
        fitting = [item for item in found if not _differences(item, case.expected)]
        if not fitting:
            told = [
                (("name" not in item), len(text), text) for item in found if (text := _differences(item, case.expected))
            ]
            return Failure("Wrong", case.rule, case.text, min(told)[2])
        if case.rule.type in MUST_TAKE_PART and not any(case.rule.id in _ids(item) for item in fitting):
            return Failure("Taken", case.rule, case.text, _taken_by(case.rule, fitting[0], self._by_id))
        return None

    def _once(self, text: str, year: int) -> Extraction:
        if (text, year) not in self._memo:
            self._memo[text, year] = self._read(Source("-", text), year)
        return self._memo[text, year]


def _noisy(case: Case, found: Iterable[Mapping[str, Any]]) -> Failure | None:
    item = next((item for item in found if case.rule.id in _ids(item)), None)
    return None if item is None else Failure("Noisy", case.rule, case.text, f"refused, but read as {_shown(item)}")


def _taken_by(rule: Rule, item: Mapping[str, Any], by_id: Mapping[str, Rule]) -> str:
    other = next((by_id[id] for id in _ids(item) if id in by_id and by_id[id].type == rule.type), None)
    if other is None:
        return f"read without this rule, by {item['rule'] or 'no rule'}"
    return f"taken by the rule {other.id} ({other.file}:{other.line})"


def _marked(text: str) -> _Marked:
    start, end = text.find("⟦"), text.find("⟧")
    bare = text.replace("⟦", "").replace("⟧", "")
    return _Marked(bare, start, end - 1) if 0 <= start < end else _Marked(bare, -1, -1)


def _found(extraction: Extraction, marked: _Marked) -> list[dict[str, Any]]:
    """The readings and ledger entries at the mark, each as its columns; a reading also has those of its entry."""
    entries = [e for e in extraction.ledger if marked.overlaps(e)]
    out = []
    for reading in extraction.readings:
        if marked.overlaps(reading):
            entry = next((e for e in entries if e.start < reading.end and reading.start < e.end), None)
            out.append({**(_columns(entry) if entry else {}), **_columns(reading)})
    return out + [_columns(e) for e in entries]


def _columns(item: Reading | LedgerEntry) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__dataclass_fields__}


def _ids(item: Mapping[str, Any]) -> list[str]:
    return str(item["rule"]).split("+")


def _differences(item: Mapping[str, Any], expected: Mapping[str, Any]) -> str:
    wrong = [
        f"{name} is {_plain(item[name])}, not {_plain(value)}"
        if name in item
        else f"has no {name}, not {_plain(value)}"
        for name, value in expected.items()
        if name not in item or not _same(name, item[name], value)
    ]
    return f"{'; '.join(wrong)} (read as {_shown(item)})" if wrong else ""


def _same(name: str, found: object, wanted: object) -> bool:
    if name not in DECIMAL_FIELDS:
        return str(found) == str(wanted)
    if found is None or wanted == "":
        return found is None and wanted == ""
    try:
        return Decimal(str(found)) == Decimal(str(wanted))
    except InvalidOperation:
        return False


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return '""' if value is None or value == "" else str(value)


def _shown(item: Mapping[str, Any]) -> str:
    if "name" not in item:
        return f"{item['became']} {item['edtf']}".strip() + f" by {item['rule'] or 'no rule'}"
    words = (item["name"], _plain(item["value"]), item["unit"], item["aspect"])
    return " ".join(w for w in words if w) + f" by {item['rule']}"


def twice(book: RuleBook) -> Iterator[Failure]:
    """Spellings that two rules share, so that the second can never have them."""
    seen: dict[tuple[object, ...], Rule] = {}
    for rule in book.rules("unit"):
        conditions = tuple(str(rule.data.get(key, "")) for key in ("before", "scaled", "digits", "hanzi"))
        for spelled in rule.data["spelled"]:
            yield from _twice(seen, (spelled, conditions), rule, spelled)
    seen = {}
    for rule in book.rules("modifier"):
        for side in ("before", "after"):
            for word in rule.data.get(side, ()):
                yield from _twice(seen, (side, word, rule.data.get("implied", False)), rule, word)
    seen = {}
    index = Indicators(book)
    for rule in book.rules("indicator"):
        kinds = rule.data.get("kind", "")
        names = dict.fromkeys(index.normalize(n) for n in (rule.data["name"], *rule.data.get("aliases", ())))
        for name in names:
            for kind in [kinds] if isinstance(kinds, str) else kinds:
                yield from _twice(seen, (name, kind), rule, name)


def _twice(seen: dict[tuple[object, ...], Rule], key: tuple[object, ...], rule: Rule, word: str) -> Iterator[Failure]:
    first = seen.setdefault(key, rule)
    if first is not rule and first.pack == rule.pack:
        yield Failure(
            "Twice", rule, "", f'"{word}" is spelled in {first.id} too ({first.file}:{first.line}), which wins'
        )


def slow(book: RuleBook, only: Collection[str] | None = None) -> Iterator[Failure]:
    """Patterns that need longer than `SLOW` seconds on a text made to trouble them."""
    words = {rule.id: list(rule.data["words"]) for rule in book.rules("words")}
    for rules in book.by_type.values():
        for rule in rules:
            if only is not None and rule.id not in only:
                continue
            for key in BY_NAME[rule.type].keys if rule.type in BY_NAME else ():
                if key.shape == "pattern" and key.name in rule.data:
                    yield from _slow(rule, key.name, rule.data[key.name], words)


def _slow(rule: Rule, key: str, pattern: str, words: Mapping[str, list[str]]) -> Iterator[Failure]:
    lists = {name: words[name] for name in set(LIST_NAME.findall(pattern))}
    backwards = regex.REVERSE if key in _BACKWARDS else 0
    compiled = regex.compile(pattern, regex.VERSION1 | backwards, **lists)
    ask = compiled.search if key == "pattern" else compiled.match
    for text in _trouble(pattern, lists):
        try:
            ask(text, timeout=SLOW)
        except TimeoutError:
            what = f'the pattern of "{key}" needs more than {SLOW} s on {len(text)} characters ({text[:12]}…)'
            yield Failure("Slow", rule, "", what)
            return


def _trouble(pattern: str, lists: Mapping[str, list[str]]) -> Iterable[str]:
    """Texts that make a pattern go back and forth: its own characters, many times, with an end that cannot fit."""
    plain = regex.sub(r"\\L<\w+>|\\[a-zA-Z]|[\W_]", "", pattern)
    letters = list(dict.fromkeys(plain))[:6]
    listed = [w for words in lists.values() for w in words[:2] if w]
    pieces = ["1", "1,", "\u4e00", *letters, "".join(letters), *listed[:4]]
    return [piece * (600 // len(piece)) + "\x00" for piece in dict.fromkeys(pieces) if piece]
