"""Say which numerals are no readings: a text and a mention go in, the rule that excludes it comes out, or none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import regex

from kpiextract.model import Mention
from kpiextract.patterns import TimedPattern, compile_rules
from kpiextract.rulebook import Rule, RuleBook

_OPEN = {"“": "”", "‘": "’", "「": "」", "『": "』", "《": "》", "〈": "〉"}
_ENCLOSED = re.compile(r"“[^“”]*”|‘[^‘’]*’|「[^」]*」|『[^』]*』|《[^《》]*》|\"[^\"\n]{1,24}\"")
_NAME_LENGTH = 22
REACH = 40
_MOST_KEYS = 10_000


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A quotation or a title in the text: `start:end` with its marks."""

    start: int
    end: int
    titled: bool
    name: bool


def enclosures(text: str) -> list[Enclosure]:
    """The quotations and titles of a text, in order. A short quotation is a name; a long one is speech."""
    out = []
    for match in _ENCLOSED.finditer(text):
        inner = match[0][1:-1]
        titled = match[0][0] in "《〈"
        name = titled or (len(inner) <= _NAME_LENGTH and not any(c in "，,；;。" for c in inner))
        out.append(Enclosure(match.start(), match.end(), titled, name))
    return out


@dataclass(frozen=True)
class Exclusion:
    """An `[[exclude]]` rule; its patterns are compiled when they are first asked for."""

    book: RuleBook
    rule: Rule
    kinds: frozenset[str]
    not_kinds: frozenset[str]
    units: frozenset[str]
    not_units: frozenset[str]
    scripts: frozenset[str]
    quoted: bool
    titled: bool
    initial: bool
    follows: dict[str, bool] = field(default_factory=dict)

    @cached_property
    def numeral(self) -> regex.Pattern[str] | TimedPattern | None:
        """The whole numeral."""
        return self._pattern("numeral")

    @cached_property
    def before(self) -> regex.Pattern[str] | TimedPattern | None:
        """What ends directly left of it."""
        return self._pattern("before", backwards=True)

    @cached_property
    def not_before(self) -> regex.Pattern[str] | TimedPattern | None:
        """What must not stand directly left of it."""
        return self._pattern("not_before", backwards=True)

    @cached_property
    def after(self) -> regex.Pattern[str] | TimedPattern | None:
        """What begins directly right of it."""
        return self._pattern("after")

    def _pattern(self, key: str, backwards: bool = False) -> regex.Pattern[str] | TimedPattern | None:
        pattern = self.rule.data.get(key)
        return compile_rules(self.book, [self.rule], key, pattern, backwards=backwards) if pattern else None

    def may_precede(self, char: str) -> bool:
        """Whether the text after the mention may begin with this character, as far as `after` is concerned."""
        known = self.follows.get(char)
        if known is None:
            known = self.after is None or not char or self.after.match(char, partial=True) is not None
            self.follows[char] = known
        return known


class Classifier:
    """Applies the `[[exclude]]` rules of a book, in order."""

    def __init__(self, book: RuleBook) -> None:
        self._rules = [exclusion_of(book, rule) for rule in book.rules("exclude")]
        self._fitting: dict[tuple[str, str, str, str, bool, bool, bool], list[Exclusion]] = {}

    def _candidates(self, mention: Mention, first: str, inside: Enclosure | None, initial: bool) -> list[Exclusion]:
        """The rules whose kinds, units, scripts and surroundings allow the mention, in order."""
        titled = inside is not None and inside.titled
        quoted = inside is not None and inside.name and not titled
        key = (first, mention.kind, mention.unit, mention.script, quoted, titled, initial)
        found = self._fitting.get(key)
        if found is None:
            found = [
                rule
                for rule in self._rules
                if (not rule.kinds or mention.kind in rule.kinds)
                and (not rule.units or mention.unit in rule.units)
                and (not rule.scripts or mention.script in rule.scripts)
                and mention.kind not in rule.not_kinds
                and mention.unit not in rule.not_units
                and (initial or not rule.initial)
                and (quoted or not rule.quoted)
                and (titled or not rule.titled)
                and (rule.numeral is None or rule.numeral.fullmatch(first, partial=True))
            ]
            if len(self._fitting) < _MOST_KEYS:
                self._fitting[key] = found
        return found

    def exclusion(self, text: str, mention: Mention, inside: Enclosure | None, initial: bool) -> Rule | None:
        """The first rule that says why the mention is no reading; `inside` is the quotation around it, if any."""
        written = text[mention.start : mention.end]
        follows = text[mention.end : mention.end + 1]
        for rule in self._candidates(mention, written[:1], inside, initial):
            if not rule.may_precede(follows):
                continue
            if rule.numeral is not None and not rule.numeral.fullmatch(written):
                continue
            if rule.after is not None and not rule.after.match(text, mention.end, mention.end + REACH):
                continue
            low = max(0, mention.start - REACH)
            if rule.before is not None and not rule.before.match(text, low, mention.start):
                continue
            if rule.not_before is not None and rule.not_before.match(text, low, mention.start):
                continue
            return rule.rule
        return None


def exclusion_of(book: RuleBook, rule: Rule) -> Exclusion:
    """An `[[exclude]]` rule, ready to be asked."""
    data = rule.data

    def values(key: str) -> frozenset[str]:
        return frozenset(data.get(key, ()))

    return Exclusion(
        book,
        rule,
        values("kinds"),
        values("not_kinds"),
        values("units"),
        values("not_units"),
        values("scripts"),
        bool(data.get("quoted")),
        bool(data.get("titled")),
        bool(data.get("initial")),
    )


def enclosing(spans: Sequence[Enclosure], at: int, cursor: int = 0) -> tuple[Enclosure | None, int]:
    """The enclosure around offset `at`, searched from `cursor` on; returns it and where to search next."""
    while cursor < len(spans) and spans[cursor].end <= at:
        cursor += 1
    if cursor < len(spans) and spans[cursor].start <= at:
        return spans[cursor], cursor
    return None, cursor
