"""Find what time a text speaks of: a text goes in, period phrases come out; with a year each becomes EDTF.

EDTF is the Extended Date/Time Format of ISO 8601-2:2019: `2022`, `2024-07`, `2022/..`, `2021/2025`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kpiextract.patterns import compile_rules
from kpiextract.rulebook import Rule, RuleBook

_MOST_PAIRS = 20_000
_DIGITS = frozenset("0123456789０１２３４５６７８９")
_FIELD = re.compile(r"\{([^{}]+)\}")
_TERM = re.compile(r"([+\-*]?)([A-Za-z]\w*(?:\|[A-Za-z]\w*)*|\d+)")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A period as written: where it stands, the rule that took it, and the numbers in it."""

    start: int
    end: int
    rule: Rule
    numbers: Mapping[str, int]

    def flag(self, name: str) -> bool:
        """Whether the rule says so (`era`, `year`, `date`, `ahead`, `base`)."""
        return bool(self.rule.data.get(name))

    def edtf(self, year: int, base: int) -> str:
        """The period in EDTF, given the document's year and the year that is spoken of (0 where they are not known).

        Empty where the phrase gives none, or none without a year that is not known.
        """
        known = dict(self.numbers)
        needs = set(re.findall(r"[A-Za-z]\w*", self.rule.data["edtf"]))
        relative = "Y" in needs or ("yy" in needs and "y" not in known and ("this" in known or "last" in known))
        if (relative and not year) or (not base and ("B" in needs or ("yy" in needs and "y" not in known))):
            return ""
        known |= {"Y": year, "B": base}
        if "y" not in known:
            known["yy"] = year if "this" in known else year - 1 if "last" in known else base
        else:
            known["yy"] = known["y"]
        text = _FIELD.sub(lambda m: _number(m[1], known), self.rule.data["edtf"])
        first, _, second = text.partition("/")
        return first if first == second else text


def _number(field: str, known: Mapping[str, int]) -> str:
    expression, _, width = field.partition(":")
    total: int | None = None
    for sign, term in _TERM.findall(expression):
        value = int(term) if term.isdigit() else next((known[n] for n in term.split("|") if n in known), 0)
        if total is None:
            total = value
        else:
            total = total * value if sign == "*" else total - value if sign == "-" else total + value
    return str(total).zfill(int(width or 0))


class PeriodFinder:
    """Finds period phrases by the rules of a book; `read_int` reads a written whole number."""

    def __init__(self, book: RuleBook, read_int: Callable[[str], int]) -> None:
        self._read_int = read_int
        self._rules = book.rules("period")
        self._used = [set(re.findall(r"[A-Za-z]\w*", rule.data["edtf"])) | {"y"} for rule in self._rules]
        groups = [_renamed(rule.data["pattern"], i) for i, rule in enumerate(self._rules)]
        self._pattern = compile_rules(book, self._rules, "pattern", "|".join(groups))
        self._pairs: dict[str, bool] = {}
        self._first = re.compile(f"[{re.escape(self._first_characters(book))}]")

    def _first_characters(self, book: RuleBook) -> str:
        """The characters a phrase can begin with: of those the rules name, the ones that begin a partial match."""
        named = set(_DIGITS)
        named.update(*(rule.data["pattern"] for rule in self._rules), *book.words("plan_number"))
        return "".join(sorted(c for c in named if self._pattern.fullmatch(c, partial=True)))

    def _may_begin(self, pair: str) -> bool:
        """Whether a phrase can begin with these two characters."""
        known = self._pairs.get(pair)
        if known is None:
            known = self._pattern.match(pair, partial=True) is not None
            if len(self._pairs) < _MOST_PAIRS:
                self._pairs[pair] = known
        return known

    def find(self, text: str) -> list[Phrase]:
        """All period phrases of `text` in order; they do not overlap."""
        out: list[Phrase] = []
        end = 0
        for first in self._first.finditer(text):
            if first.start() >= end and self._may_begin(text[first.start() : first.start() + 2]):
                match = self._pattern.match(text, first.start())
                if match is not None and match.end() > match.start() and not _cuts_a_number(text, *match.span()):
                    out.append(self._phrase(match))
                    end = match.end()
        return out

    def _phrase(self, match: re.Match[str]) -> Phrase:
        index = int(next(name for name, value in match.groupdict().items() if value is not None and name[0] == "R")[1:])
        numbers: dict[str, int] = {}
        suffix = f"_{index}"
        for name, value in match.groupdict().items():
            if value is None or not name.endswith(suffix) or name[0] == "R":
                continue
            key = name.removesuffix(suffix)
            if key in ("this", "last"):
                numbers[key] = 1
            elif key in self._used[index]:
                numbers[key] = self._read_int(value)
        return Phrase(match.start(), match.end(), self._rules[index], numbers)


def _cuts_a_number(text: str, start: int, end: int) -> bool:
    """Whether an edge of `text[start:end]` stands between two digits."""
    pairs = text[max(0, start - 1) : start + 1], text[end - 1 : end + 1]
    return any(len(pair) == 2 and set(pair) <= _DIGITS for pair in pairs)


def _renamed(pattern: str, index: int) -> str:
    """The pattern as one alternative of many: its named groups get the rule's number."""
    body = re.sub(r"\(\?P<(\w+)>", rf"(?P<\1_{index}>", pattern)
    body = re.sub(r"\(\?P=(\w+)\)", rf"(?P=\1_{index})", body)
    return rf"(?P<R{index}>{body})"
