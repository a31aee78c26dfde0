"""Unit and modifier tables: a text and a place in it come in, the unit or modifier written there goes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from kpiextract.rulebook import Rule, RuleBook

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unit:
    """One spelling of a unit: `name` is canonical, one of it is `up / down` of that."""

    rule: str
    spelled: str
    kind: str
    name: str
    up: Decimal = Decimal(1)
    down: Decimal = Decimal(1)
    before: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    then: tuple[tuple[str, Decimal, Decimal], ...] = ()
    scaled: bool = False
    digits: bool = False
    chain: bool = False


@dataclass(frozen=True, slots=True)
class Modifier:
    """One word that bounds a quantity."""

    rule: str
    word: str
    bound: str
    unless: tuple[str, ...] = ()
    implied: bool = False
    kinds: tuple[str, ...] = ()


class Words(Generic[T]):
    """A dictionary of words with what they mean; finds the longest that begins or ends at a place of a text."""

    def __init__(self) -> None:
        self.table: dict[str, list[T]] = {}
        self.heads: dict[str, tuple[int, ...]] = {}
        self.tails: dict[str, tuple[int, ...]] = {}

    def add(self, word: str, meaning: T) -> None:
        """Add one meaning of a word."""
        self.table.setdefault(word, []).append(meaning)

    def freeze(self) -> None:
        """Index the words by their first and last characters; call once, after the last `add`."""
        heads: dict[str, set[int]] = {}
        tails: dict[str, set[int]] = {}
        for word in self.table:
            if word:
                heads.setdefault(word[0], set()).add(len(word))
                tails.setdefault(word[-1], set()).add(len(word))
        self.heads = {c: tuple(sorted(n, reverse=True)) for c, n in heads.items()}
        self.tails = {c: tuple(sorted(n, reverse=True)) for c, n in tails.items()}

    def begins(self, text: str, at: int) -> str:
        """The longest word that begins at `at`, or an empty string."""
        for length in self.heads.get(text[at : at + 1], ()):
            word = text[at : at + length]
            if word in self.table:
                return word
        return ""


def words_of(book: RuleBook, id: str) -> tuple[str, ...]:
    """The words of one list; empty where the rule book has no such list."""
    return next((tuple(rule.data["words"]) for rule in book.rules("words") if rule.id == id), ())


def _factor(text: str) -> tuple[Decimal, Decimal]:
    up, _, down = text.partition("/")
    return Decimal(up), Decimal(down or "1")


class UnitTable:
    """All units of a rule book."""

    def __init__(self, book: RuleBook) -> None:
        self.units: Words[Unit] = Words()
        self.prefixes: Words[Unit] = Words()
        self.per: Words[str] = Words()
        self.counts: set[str] = set()
        for rule in book.rules("unit"):
            self._add(rule)
        for word in words_of(book, "units.per"):
            self.per.add(word, word)
        for word, units in self.units.table.items():
            if units[0].kind != "percent":
                self.per.add(word, word)
        self.ordinary: Words[str] = Words()
        for word in words_of(book, "units.ordinary"):
            self.ordinary.add(word, word)
        self.but = frozenset(words_of(book, "units.ordinary_but"))
        self.but_lengths = tuple(sorted({len(w) for w in self.but}))
        for table in (self.units, self.prefixes, self.per, self.ordinary):
            table.freeze()

    def _add(self, rule: Rule) -> None:
        data: Mapping[str, object] = rule.data
        up, down = _factor(rule.data.get("factor", "1"))
        then = tuple((word, *_factor(part)) for word, part in rule.data.get("then", {}).items())
        before = tuple(rule.data.get("before", ()))
        for spelled in rule.data["spelled"]:
            unit = Unit(
                rule.id,
                spelled,
                str(data["kind"]),
                str(data["unit"]) or spelled,
                up,
                down,
                before,
                tuple(rule.data.get("not_before", ())),
                then,
                bool(data.get("scaled", False)),
                bool(data.get("digits", False)),
                bool(data.get("chain", False)),
            )
            for word in before:
                self.prefixes.add(word, unit)
            if not before:
                self.units.add(spelled, unit)
                if unit.kind == "count":
                    self.counts.add(spelled)

    def find(self, text: str, at: int, limit: int, scaled: bool = True, digits: bool = True) -> Unit | None:
        """The unit written at `at` (it ends before `limit`), or None."""
        table = self.units.table
        for length in self.units.heads.get(text[at : at + 1], ()):
            if at + length > limit:
                continue
            found = table.get(text[at : at + length])
            if found is None:
                continue
            for unit in found:
                if self._stands(unit, text, at + length, scaled, digits):
                    return unit if not self._ordinary(text, at, length) else None
        return None

    def _stands(self, unit: Unit, text: str, end: int, scaled: bool, digits: bool) -> bool:
        if (unit.scaled and not scaled) or (unit.digits and not digits):
            return False
        if unit.not_before and text.startswith(unit.not_before, end):
            return False
        last, follows = unit.spelled[-1], text[end : end + 1]
        return not (last.isascii() and last.isalpha() and follows.isascii() and follows.isalnum())

    def _ordinary(self, text: str, at: int, length: int) -> bool:
        """Whether a word begins here that hides the unit; a word before a digit is none (新建道路12条约20公里)."""
        for size in self.ordinary.heads.get(text[at], ()):
            word = text[at : at + size]
            if len(word) <= length:
                return False
            if word in self.ordinary.table:
                counts = text[at + size : at + size + 1].isdigit()
                return not counts and not any(text[at : at + n] in self.but for n in self.but_lengths)
        return False

    def find_before(self, text: str, at: int, end: int, limit: int) -> tuple[str, Unit] | None:
        """What stands before `at` (USD, also with a space) and the unit it makes of what stands at `end`, or None."""
        apart = at > 1 and text[at - 1] == " " and text[at - 2].isascii() and text[at - 2].isalpha()
        stop = at - 1 if apart else at
        for length in self.prefixes.tails.get(text[stop - 1 : stop] if stop else "", ()):
            start = max(0, stop - length)
            fits = [u for u in self.prefixes.table.get(text[start:stop], ()) if self._fits(u, text, end, limit)]
            if fits:
                return text[start:at], max(fits, key=lambda unit: len(unit.spelled))
        return None

    def _fits(self, unit: Unit, text: str, at: int, limit: int) -> bool:
        return text.startswith(unit.spelled, at, limit) and (
            not unit.spelled or self._stands(unit, text, at + len(unit.spelled), True, True)
        )


class ModifierTable:
    """All words that bound a quantity."""

    def __init__(self, book: RuleBook) -> None:
        self.before: Words[Modifier] = Words()
        self.after: Words[Modifier] = Words()
        self.fillers: Words[str] = Words()
        for rule in book.rules("modifier"):
            bound = rule.data["bound"]
            left, right = tuple(rule.data.get("not_after", ())), tuple(rule.data.get("not_before", ()))
            for word in rule.data.get("before", ()):
                self.before.add(word, Modifier(rule.id, word, bound, left, bool(rule.data.get("implied"))))
            for word in rule.data.get("after", ()):
                kinds = tuple(rule.data.get("kinds", ()))
                self.after.add(word, Modifier(rule.id, word, bound, right, False, kinds))
        for word in words_of(book, "modifiers.fillers"):
            self.fillers.add(word, word)
        for table in (self.before, self.after, self.fillers):
            table.freeze()

    def find_before(self, text: str, at: int, floor: int, implied: bool) -> Modifier | None:
        """The modifier whose word ends at `at`, not reaching below `floor`."""
        for length in self.before.tails.get(text[at - 1 : at] if at > floor else "", ()):
            start = at - length
            if start < floor:
                continue
            for modifier in self.before.table.get(text[start:at], ()):
                if modifier.implied and not implied:
                    continue
                if length == 1 and modifier.unless and text.endswith(modifier.unless, floor, start):
                    continue
                return modifier
        return None

    def find_after(self, text: str, at: int, limit: int, kind: str) -> Modifier | None:
        """The modifier whose word begins at `at`, not reaching beyond `limit`."""
        for length in self.after.heads.get(text[at : at + 1], ()):
            if at + length > limit:
                continue
            for modifier in self.after.table.get(text[at : at + length], ()):
                if modifier.kinds and kind not in modifier.kinds:
                    continue
                if length == 1 and modifier.unless and text.startswith(modifier.unless, at + length):
                    continue
                return modifier
        return None


def prefix_before(words: Sequence[str], text: str, at: int) -> str:
    """The longest of the words that ends at `at`, or an empty string."""
    return max((w for w in words if text.endswith(w, 0, at)), key=len, default="")
