"""Load rule packs: folders of TOML go in, one checked `RuleBook` comes out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from kpiextract import rule_cache
from kpiextract.rule_files import MAX_PROBLEMS, MAX_RULES, RuleError, RuleFile, RuleText, Table, parse, read_pack
from kpiextract.rule_patterns import pattern_faults
from kpiextract.rule_schema import TYPES, faults

__all__ = ["Rule", "RuleBook", "RuleError", "builtin_rules", "load_rules", "rule_problems"]

_FORMAT = 4
_LEFT_OUT = frozenset({"examples", "refuses"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One `[[type]]` table of a rule file; `data` are its keys, without examples unless they were asked for.

    `pack` is 0 for a built-in rule, else the place of its pack among those that were given, from 1.
    """

    id: str
    type: str
    data: Mapping[str, Any]
    file: str
    line: int
    pack: int = 0


@dataclass(frozen=True, eq=False)
class RuleBook:
    """All rules in force, in the order in which they are tried, and the words for the segmenter."""

    by_type: Mapping[str, tuple[Rule, ...]]
    vocabulary: tuple[str, ...] = ()

    def rules(self, type: str) -> tuple[Rule, ...]:
        """The rules of one type, in order."""
        return self.by_type.get(type, ())

    def words(self, id: str) -> tuple[str, ...]:
        """The words of the `[[words]]` rule with this id; raises `RuleError` where there is none."""
        try:
            return self._words[id]
        except KeyError:
            raise RuleError([f'no [[words]] rule has the id "{id}"']) from None

    @cached_property
    def _words(self) -> dict[str, tuple[str, ...]]:
        return {rule.id: tuple(rule.data["words"]) for rule in self.rules("words")}


def builtin_rules() -> Path:
    """The folder of the built-in rules: in the installed package, else in the checkout."""
    here = Path(__file__).resolve().parent
    packaged = here / "rules"
    return packaged if packaged.is_dir() else here.parent.parent / "rules"


def load_rules(packs: Sequence[Path] = (), builtin: bool = True, *, examples: bool = False) -> RuleBook:
    """Read the built-in pack and then `packs`, each over those before it.

    A rule replaces an earlier pack's rule of the same id in its place; other rules of a pack are tried before the
    earlier packs' rules of their type. With `examples` the rules keep their examples and refusals. Raises `RuleError`
    with every mistake of all files.
    """
    sources = [read_pack(builtin_rules(), "rules")] if builtin else []
    sources += [read_pack(Path(pack)) for pack in packs]
    if examples:
        return _book(_whole(_merge(sources, builtin)))
    key = _key(sources, builtin)
    if key not in _loaded:
        stored = rule_cache.load(key)
        book = _thaw(stored) if stored is not None else None
        if book is None:
            book = _bare(_book(_whole(_merge(sources, builtin))))
            rule_cache.store(key, _freeze(book))
        _loaded.clear()
        _loaded[key] = book
    return _loaded[key]


def rule_problems(packs: Sequence[Path] = (), builtin: bool = True) -> list[str]:
    """Every mistake of the packs, also rules without examples or refusals; of the built-in one where none is given."""
    try:
        sources = [read_pack(builtin_rules(), "rules")] if builtin else []
        sources += [read_pack(Path(pack)) for pack in packs]
    except RuleError as error:
        return list(error.problems)
    return _merge(sources, builtin, strict=True).problems


_loaded: dict[str, RuleBook] = {}  # the last book, so that a library user's second call costs nothing


@dataclass(slots=True)
class _Layers:
    """The rules gathered so far, by type and id; a dict keeps their order."""

    rules: dict[str, dict[str, Rule]] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def _merge(sources: Sequence[Sequence[RuleText]], builtin: bool, strict: bool = False) -> _Layers:
    """Lay the packs over each other. The built-in one is trusted, unless `strict`, which also asks for examples."""
    layers = _Layers()
    for number, pack in enumerate(sources, 0 if builtin else 1):
        files = [parse(text) for text in pack]
        layers.problems += (problem for file in files for problem in file.problems)
        untrusted = number > 0 or (strict and len(sources) == 1)
        _switch_off(files, layers, number, strict=builtin)
        rules, places = _checked(files, layers, number, untrusted, strict)
        _amend(rules, places, layers)
        _put_over(rules, layers)
        layers.words += (word for file in files for word in file.words)
        if untrusted:
            layers.problems += _pattern_faults(rules, places, layers)
    return layers


def _whole(layers: _Layers) -> _Layers:
    if layers.problems:
        raise RuleError(layers.problems)
    return layers


def _switch_off(files: Iterable[RuleFile], layers: _Layers, number: int, strict: bool) -> None:
    for file in files:
        for pattern in file.disable:
            hit = [(t, id) for t, rules in layers.rules.items() for id in rules if fnmatchcase(id, pattern)]
            for type_, id in hit:
                del layers.rules[type_][id]
            if not hit and strict and number:
                what = f'"disable" names no earlier rule: "{pattern}"; see kpiextract rules list'
                layers.problems.append(f"{file.name}:1:1: {what}")


def _checked(
    files: Sequence[RuleFile], layers: _Layers, number: int, untrusted: bool, strict: bool
) -> tuple[list[Rule], dict[str, Table]]:
    """The rules of one pack that hold together; the faults of the others go to `layers.problems`."""
    rules: list[Rule] = []
    places: dict[str, Table] = {}
    tables = [table for file in files for table in file.tables]
    if len(tables) > MAX_RULES:
        layers.problems.append(f"{tables[0].file}: the pack has {len(tables)} rules, more than {MAX_RULES}")
        return [], {}
    for table in tables:
        if len(layers.problems) >= MAX_PROBLEMS:
            layers.problems.append(f"{table.file}: more mistakes than {MAX_PROBLEMS}; mend these first")
            return [], {}
        wrong = list(islice(faults(table.type, table.data, examples=strict), MAX_PROBLEMS)) if untrusted else []
        placed = sorted(((table.at(fault.key, fault.nth), fault.what) for fault in wrong), key=_line_and_column)
        found = [f"{place}: {what}" for place, what in placed]
        id = table.data.get("id")
        if isinstance(id, str) and id in places:
            first = places[id]
            found.append(f'{table.at("id")}: the id "{id}" is taken, by the rule at {first.file}:{first.line}')
        elif isinstance(id, str):
            places[id] = table
        layers.problems += found
        if not found:
            rules.append(Rule(str(id), table.type, table.data, table.file, table.line, number))
    return rules, places


def _line_and_column(placed: tuple[str, str]) -> tuple[int, int]:
    _, line, column = placed[0].rsplit(":", 2)
    return int(line), int(column)


def _amend(rules: list[Rule], places: Mapping[str, Table], layers: _Layers) -> None:
    """Turn `[[words]]` rules with `add` or `remove` into whole lists."""
    for i, rule in enumerate(rules):
        if rule.type != "words" or ("add" not in rule.data and "remove" not in rule.data):
            continue
        old = layers.rules.get("words", {}).get(rule.id)
        if old is None and "words" not in rule.data:
            layers.problems.append(f'{places[rule.id].at("id")}: no earlier word list has the id "{rule.id}"')
            continue
        words = rule.data.get("words", old.data["words"] if old else [])
        gone = set(rule.data.get("remove", ()))
        whole = [w for w in dict.fromkeys((*words, *rule.data.get("add", ()))) if w not in gone]
        data = {**(old.data if old else {}), **rule.data, "words": whole}
        rules[i] = Rule(rule.id, "words", data, rule.file, rule.line, rule.pack)


def _put_over(rules: Iterable[Rule], layers: _Layers) -> None:
    new: dict[str, dict[str, Rule]] = {}
    for rule in rules:
        for type_, earlier in layers.rules.items():
            if rule.id in earlier and type_ != rule.type:
                del earlier[rule.id]
        place = layers.rules.get(rule.type, {})
        (place if rule.id in place else new.setdefault(rule.type, {}))[rule.id] = rule
    for type_, added in new.items():
        layers.rules[type_] = {**added, **layers.rules.get(type_, {})}


def _pattern_faults(rules: Iterable[Rule], places: Mapping[str, Table], layers: _Layers) -> list[str]:
    words = {id: list(rule.data["words"]) for id, rule in layers.rules.get("words", {}).items() if "words" in rule.data}
    return [
        f"{places[rule.id].at(key)}: {what}"
        for rule in rules
        for key, what in pattern_faults(rule.type, rule.data, words)
    ]


def _book(layers: _Layers) -> RuleBook:
    by_type = {type_: tuple(rules.values()) for type_, rules in layers.rules.items()}
    return RuleBook(by_type, tuple(dict.fromkeys(layers.words)))


def _bare(book: RuleBook) -> RuleBook:
    """The book without examples and refusals."""
    return RuleBook(
        {
            type_: tuple(
                Rule(r.id, r.type, {k: v for k, v in r.data.items() if k not in _LEFT_OUT}, r.file, r.line, r.pack)
                for r in rules
            )
            for type_, rules in book.by_type.items()
        },
        book.vocabulary,
    )


def _key(sources: Sequence[Sequence[RuleText]], builtin: bool) -> str:
    digest = hashlib.sha256(f"{_FORMAT}\0{TYPES}\0{builtin}".encode())
    for pack in sources:
        digest.update(b"\1")
        for source in pack:
            name = source.name.encode("utf-8", "surrogatepass")
            digest.update(b"%d\0%s%d\0" % (len(name), name, len(source.raw)))
            digest.update(source.raw)
    return digest.hexdigest()


def _freeze(book: RuleBook) -> dict[str, Any]:
    rules = {t: [[r.id, r.data, r.file, r.line, r.pack] for r in rules] for t, rules in book.by_type.items()}
    return {"rules": rules, "vocabulary": book.vocabulary}


def _thaw(stored: Any) -> RuleBook | None:
    try:
        by_type = {
            t: tuple(Rule(id, t, data, file, line, pack) for id, data, file, line, pack in rules)
            for t, rules in stored["rules"].items()
        }
        return RuleBook(by_type, tuple(stored["vocabulary"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
