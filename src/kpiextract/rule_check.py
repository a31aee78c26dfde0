"""Check rules: a rule book with its examples goes in, what is wrong with it comes out, one failure each.

Missing: nothing was read at the marked place. Noisy: the rule took part in a text that it refuses. Wrong: something
else was read than the example says.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import regex

from kpiextract.indicators import Indicators
from kpiextract.model import Extraction, LedgerEntry, Reading, Source
from kpiextract.rule_schema import BY_NAME, DECIMAL_FIELDS
from kpiextract.rulebook import Rule, RuleBook

Read = Callable[[Source, int], Extraction]

DEFAULT_YEAR = 2024
MUST_TAKE_PART = frozenset({"period", "exclude", "frame", "unit", "modifier", "indicator", "form"})
SLOW = 0.3
_BACKWARDS = frozenset({"left", "not_left", "before"})
_MARK_IS_A_WORD = frozenset({"words", "heading", "section"})
_LIST_NAME = regex.compile(r"\\L<(\w+)>")


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
    memo: dict[tuple[str, int], Extraction] = {}

    def once(text: str, year: int) -> Extraction:
        if (text, year) not in memo:
            memo[text, year] = read(Source("-", text), year)
        return memo[text, year]

    by_id = {rule.id: rule for rules in book.by_type.values() for rule in rules}
    out: list[Failure] = []
    for rule in by_id.values():
        if only is not None and rule.id not in only:
            continue
        failed = list(_examples(rule, once, by_id))
        takers = {f.what for f in failed if f.name == "Taken"}
        if failed and len(takers) == 1 and len(failed) == sum(1 for e in rule.data["examples"] for _ in _texts(e)):
            failed = [Failure("Taken", rule, "", f"can never fire: every example is {takers.pop()}")]
        out += failed
        out += _refusals(rule, once)
    return out


def _examples(rule: Rule, read: Callable[[str, int], Extraction], by_id: Mapping[str, Rule]) -> Iterator[Failure]:
    for example in rule.data.get("examples", ()):
        expected = {k: v for k, v in example.items() if k not in ("text", "year")}
        for text in _texts(example):
            marked = _marked(text)
            extraction = read(marked.text, int(example.get("year", DEFAULT_YEAR)))
            found = _found(extraction, marked)
            if not found and rule.type in _MARK_IS_A_WORD:
                found = _found(extraction, _Marked(marked.text, -1, -1))
            if not found:
                yield Failure("Missing", rule, text, "nothing was read at the marked place")
                continue
            fitting = [item for item in found if not _differences(item, expected)]
            if not fitting:
                closest = min(found, key=lambda item: ("name" not in item, len(_differences(item, expected))))
                yield Failure("Wrong", rule, text, _differences(closest, expected))
            elif rule.type in MUST_TAKE_PART and not any(rule.id in _ids(item) for item in fitting):
                yield Failure("Taken", rule, text, _taken_by(rule, fitting[0], by_id))


def _taken_by(rule: Rule, item: Mapping[str, Any], by_id: Mapping[str, Rule]) -> str:
    other = next((by_id[id] for id in _ids(item) if id in by_id and by_id[id].type == rule.type), None)
    if other is None:
        return f"read without this rule, by {item['rule'] or 'no rule'}"
    return f"taken by the rule {other.id} ({other.file}:{other.line})"


def _refusals(rule: Rule, read: Callable[[str, int], Extraction]) -> Iterator[Failure]:
    for text in rule.data.get("refuses", ()):
        marked = _marked(text)
        noisy = [item for item in _found(read(marked.text, DEFAULT_YEAR), marked) if rule.id in _ids(item)]
        if noisy:
            yield Failure("Noisy", rule, text, f"refused, but read as {_shown(noisy[0])}")


def _texts(example: Mapping[str, Any]) -> Iterator[str]:
    text = example["text"]
    yield from [text] if isinstance(text, str) else text


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
    lists = {name: words[name] for name in set(_LIST_NAME.findall(pattern))}
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
