"""Compile the patterns of rules: text with `\\L<list>` goes in, patterns come out, those of packs with a time limit.

A pattern of a rule pack may take a second on one document; the built-in rules are tested and pay nothing for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from time import process_time
from typing import Any

import regex

from kpiextract.rulebook import Rule, RuleBook, RuleError

_LIST = re.compile(r"\\L<(\w+)>")
_SECONDS = 1.0
_USUAL = 0.001  # a call below this many seconds is no sign of a bad pattern, however many there are
_ALONE = 0.2
_document = 0


def compile_pattern(book: RuleBook, pattern: str, *, backwards: bool = False) -> regex.Pattern[str]:
    r"""Compile one pattern; `\L<id>` stands for the words of the `[[words]]` rule `id`.

    With `backwards` the pattern is matched from its end towards its beginning, so that it can be anchored at what
    stands directly left of a quantity. Raises `regex.error` and `RuleError` (a word list that does not exist).
    """
    lists: dict[str, Any] = {name: list(book.words(name)) for name in set(_LIST.findall(pattern))}
    flags = regex.REVERSE if backwards else 0
    return regex.compile(pattern, flags | regex.VERSION1, **lists)


def compile_rules(
    book: RuleBook, rules: Sequence[Rule], key: str, pattern: str, *, backwards: bool = False
) -> regex.Pattern[str] | TimedPattern:
    """Compile the pattern that `rules` have under `key` (of several: joined), timed where one of them is of a pack."""
    compiled = compile_pattern(book, pattern, backwards=backwards)
    packed = [rule for rule in rules if rule.pack]
    return TimedPattern(book, compiled, packed, key) if packed else compiled


def start_document() -> None:
    """Give every pattern its second anew; to be called before a document is read."""
    global _document
    _document += 1


class TimedPattern:
    """A pattern of rule packs, asked like a `regex` pattern.

    Every method raises `RuleError`, with the file, line and id of the rule, where the pattern has used up its second.
    """

    __slots__ = ("_book", "_document", "_key", "_left", "_pattern", "_rules")

    def __init__(self, book: RuleBook, pattern: regex.Pattern[str], rules: Sequence[Rule], key: str) -> None:
        self._book = book
        self._pattern = pattern
        self._rules = rules
        self._key = key
        self._document = -1
        self._left = _SECONDS

    def match(self, text: str, *place: int, partial: bool = False) -> regex.Match[str] | None:
        """As `regex.Pattern.match`."""
        return self._ask(self._pattern.match, text, *place, partial=partial)

    def fullmatch(self, text: str, *place: int, partial: bool = False) -> regex.Match[str] | None:
        """As `regex.Pattern.fullmatch`."""
        return self._ask(self._pattern.fullmatch, text, *place, partial=partial)

    def search(self, text: str, *place: int, partial: bool = False) -> regex.Match[str] | None:
        """As `regex.Pattern.search`."""
        return self._ask(self._pattern.search, text, *place, partial=partial)

    def finditer(self, text: str, *place: int) -> Iterator[regex.Match[str]]:
        """As `regex.Pattern.finditer`."""
        return iter(self._ask(lambda *at, **options: list(self._pattern.finditer(*at, **options)), text, *place))

    def _ask(self, ask: Callable[..., Any], text: str, *place: int, **options: bool) -> Any:
        if self._document != _document:
            self._document, self._left = _document, _SECONDS
        begun = process_time()
        try:
            found = ask(text, *place, timeout=self._left, **options)
        except TimeoutError:
            raise self._fault(text, place) from None
        took = process_time() - begun
        if took > _USUAL:
            self._left -= took
            if self._left <= 0:
                raise self._fault(text, place)
        return found

    def _fault(self, text: str, place: tuple[int, ...]) -> RuleError:
        """The error that names the rule, of several the one that is slow by itself (all, where none is)."""
        slow = self._rules if len(self._rules) == 1 else [r for r in self._rules if self._alone(r, text, place)]
        todo = "make it simpler (kpiextract rules check tells more) or switch the rule off"
        return RuleError(
            [
                f'{rule.file}:{rule.line}:1: the pattern "{self._key}" of {rule.id} took more than a second '
                f"on one document; {todo}"
                for rule in slow or self._rules
            ]
        )

    def _alone(self, rule: Rule, text: str, place: tuple[int, ...]) -> bool:
        pattern = compile_pattern(self._book, rule.data[self._key])
        try:
            (pattern.search if len(place) > 1 else pattern.match)(text, *place, timeout=_ALONE)
        except TimeoutError:
            return True
        return False
