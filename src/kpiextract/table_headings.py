"""Say what a table's columns hold: the words of a heading go in, a `Column` comes out (rules in 45-tables.toml)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import regex

from kpiextract.patterns import compile_pattern
from kpiextract.periods import PeriodFinder, Phrase
from kpiextract.quantities import QuantityScanner
from kpiextract.rulebook import RuleBook

BLANK = re.compile(r"\s+")
BRACKET = re.compile(r"[（(\[［【]([^（()）\[\]【】］［]{1,30})[）)\]］】]")
SIGNS = re.compile(r"^[±+＋\-－—]+|[±+＋\-－—]+$")
AT_END = re.compile(r"(.{1,40}?)[/／,，、]\s*([^/／,，、]{1,12})$")
PERCENT_AT_END = re.compile(r"[±+＋\-－]*([%％‰])$")
BARE_YEAR = re.compile(r"(?<![0-9.])(?:19|20)[0-9]{2}(?![0-9.])")
MAX_HEADING = 200
EDGES = "：:、，,·（）()±+-—/"
LEVEL, CHANGE, SHARE, RANK = "level", "change", "share", "rank"
NAME, UNIT, NUMBER, OTHER = "name", "unit", "number", "other"


@dataclass(frozen=True, slots=True)
class Column:
    """What the figures of a column are: `role` is an aspect, or `name`, `unit`, `number`, `other`.

    `noun` is what the heading adds to the name of each row; `amount` says that a change is given in the row's unit,
    `scope` whose ranking it is.
    """

    role: str = LEVEL
    unit: str = ""
    noun: str = ""
    phrase: Phrase | None = None
    compare: str = ""
    down: bool = False
    amount: bool = False
    target: bool = False
    scope: str = ""
    rules: tuple[str, ...] = ()


class Headings:
    """Reads headings by the words of a rule book."""

    def __init__(self, book: RuleBook, scanner: QuantityScanner, periods: PeriodFinder) -> None:
        self._scanner, self._periods = scanner, periods
        self._year_sign = book.words("table.year_sign")[0]
        self._base = compile_pattern(book, r"\L<period_base>", backwards=True)
        self._before = frozenset(book.words("table.before"))
        lists = [f"table.compare_{c}" for c in ("yoy", "mom", "base")]
        compare = "|".join(_words(book, list_) for list_ in lists)
        down, rate = _words(book, "table.change_down"), _words(book, "table.change_rate")
        self._change_at_end = regex.compile(rf"(?:{compare})?(?:(?P<down>{down})|{rate})\Z")
        self._scopes = frozenset(book.words("scope_list"))
        joints = _words(book, "table.joint")
        self._joints = regex.compile(rf"^(?:{joints})|(?:{joints})\Z")
        self._index_base = regex.compile(rf"(?:{_words(book, 'table.index_base')})\s*[)）]")
        self._whole = {
            NAME: _whole(book, "table.name_heading"),
            UNIT: _whole(book, "table.unit_heading"),
            NUMBER: _whole(book, "table.number_heading"),
            OTHER: _whole(book, "table.other_heading"),
            LEVEL: _whole(book, "table.level"),
        }
        self._some: dict[str, Callable[[str], regex.Match[str] | None]] = {
            list_: _longest(book, f"table.{list_}").search
            for list_ in (
                *("change_rate", "change_amount", "change_down", "compare_yoy", "compare_mom", "compare_base"),
                *("share", "rank", "target"),
            )
        }

    def is_name(self, heading: str) -> bool:
        """Whether a cell says that names stand below it."""
        return self._whole[NAME].fullmatch(BLANK.sub("", heading)) is not None

    def column(self, heading: str) -> Column:
        """What a column with this heading holds."""
        words = BLANK.sub("", heading)
        if len(words) > MAX_HEADING:
            return Column(OTHER)
        for role in (NAME, UNIT, NUMBER, OTHER):
            if self._whole[role].fullmatch(words):
                return Column(role)
        words = BRACKET.sub(lambda m: "" if self._index_base.search(m[0]) else m[0], words)
        words, unit = (words, "") if self._some["rank"](words) else self.split_unit(words)
        words, phrase, compare = self._time(words)
        found = self._meaning(words, unit)
        compare = found.compare or compare
        role = CHANGE if compare and found.role == LEVEL else found.role
        return replace(found, role=role, unit=unit, phrase=phrase, compare=compare)

    def _meaning(self, words: str, unit: str) -> Column:
        compare, rest, rules = "", words, ["table.level"]
        for name in ("yoy", "mom", "base"):
            if match := self._some[f"compare_{name}"](words):
                compare, rest = name, rest.replace(match[0], "", 1)
                rules.append(f"table.compare_{name}")
                break
        target = self._some["target"](rest) is not None
        for list_, role in (("rank", RANK), ("share", SHARE), ("change_amount", CHANGE), ("change_down", CHANGE)):
            if match := self._some[list_](rest):
                rest = rest.replace(match[0], "", 1) if role != SHARE else rest
                amount = list_ == "change_amount"
                rules[0] = f"table.{list_}"
                if role == RANK and self._noun(rest) in self._scopes:
                    return Column(
                        role, "", "", None, compare, scope=self._noun(rest), target=target, rules=tuple(rules)
                    )
                down, noun = list_ == "change_down", self._noun(rest)
                return Column(role, "", noun, None, compare, down, amount, target, rules=tuple(rules))
        if match := self._some["change_rate"](rest):
            rules[0] = "table.change_rate"
            return Column(CHANGE, "", self._noun(rest.replace(match[0], "", 1)), None, compare, rules=tuple(rules))
        return Column(LEVEL, "", self._noun(rest), None, compare, target=target, rules=tuple(rules))

    def _noun(self, words: str) -> str:
        words = BRACKET.sub(lambda m: m[0] if len(m[1]) > 1 else "", words).strip(EDGES)
        words = self._joints.sub("", words).strip(EDGES)
        return "" if self._whole[LEVEL].fullmatch(words) else words

    def of_row(self, name: str, column: Column, kind: str) -> tuple[str, Column]:
        """The name of a figure and what it is, where the row's name has a say in it (a row of growth rates)."""
        ending = self._change_at_end.search(name) if column.role == LEVEL and kind in ("percent", "point") else None
        if ending is not None and ending.start():
            down = ending["down"] is not None
            compare = next((c for c in ("yoy", "mom", "base") if self._some[f"compare_{c}"](ending[0])), "")
            rule = "table.change_down" if down else "table.change_rate"
            return name[: ending.start()], replace(
                column, role=CHANGE, down=down, compare=compare or column.compare, rules=(rule, *column.rules)
            )
        if column.noun in self._before:
            return column.noun + name, column
        same = column.noun and name and name[-1] == column.noun[-1] and column.role != SHARE
        return (name if same else name + column.noun), column

    def split_unit(self, words: str) -> tuple[str, str]:
        """The words without their unit, and the unit: in brackets, behind a slash or comma, or a sign of percent."""
        for bracket in reversed(list(BRACKET.finditer(words))):
            inside = bracket[1].rsplit("：", 1)[-1].rsplit(":", 1)[-1]
            unit = self.unit(SIGNS.sub("", inside))
            if unit:
                return words[: bracket.start()] + words[bracket.end() :], unit
        percent = PERCENT_AT_END.search(words)
        if percent:
            return words[: percent.start()], percent[1]
        tail = AT_END.match(words)
        if tail and self.unit(tail[2]):
            return tail[1], tail[2]
        if len(words) > 1 and self.unit(words):
            return "", words
        return words, ""

    def unit(self, text: str) -> str:
        """The text where it is a unit and nothing else, else empty."""
        written = "1" + text
        mentions = self._scanner.find(written) if text and not text[0].isdigit() else []
        if len(mentions) == 1 and mentions[0].start == 0 and mentions[0].end == len(written):
            known = mentions[0].kind not in ("year", "date", "ordinal", "rank") and bool(mentions[0].unit)
            return text if known else ""
        return ""

    def phrases(self, text: str) -> list[Phrase]:
        """The periods of a cell, offsets within it; a year may stand without its sign."""
        found = self._periods.find(text)
        for year in BARE_YEAR.finditer(text):
            if not any(p.start < year.end() and year.start() < p.end for p in found):
                made = self._periods.find(year[0] + self._year_sign)
                found += [replace(p, start=year.start(), end=year.end()) for p in made[:1]]
        return sorted(found, key=lambda p: p.start)

    def _time(self, words: str) -> tuple[str, Phrase | None, str]:
        """The heading without its period, the period, and what it is compared with where the period is only a base."""
        period: Phrase | None = None
        compare = ""
        rest = words
        for phrase in reversed(self.phrases(words)):
            base = self._base.match(words, 0, phrase.start)
            if base is not None:
                if not phrase.flag("before"):
                    compare = "base"
                    rest = rest[: base.start()] + rest[phrase.end :]
            elif not phrase.flag("date"):
                period = phrase
                rest = rest[: phrase.start] + rest[phrase.end :]
        return rest, period, compare


def join_headings(rows: Sequence[Sequence[str]], column: int) -> str:
    """The heading of a column from all heading rows; in all but the last a heading goes on over empty cells."""
    words: list[str] = []
    for number, row in enumerate(rows):
        at = min(column, len(row) - 1)
        while number < len(rows) - 1 and at > 0 and not row[at]:
            at -= 1
        if column < len(row) or at < column:
            words.append(row[at] if at < len(row) else "")
    return "".join(dict.fromkeys(words))


def inherit(columns: Sequence[Column]) -> Iterator[Column]:
    """Columns of changes and shares without a noun of their own take that of the figures left of them."""
    noun, periods = "", []
    for number, column in enumerate(columns):
        if number and column.role == LEVEL:
            noun = column.noun
            periods.append(column.phrase)
        if number and column.role in (CHANGE, SHARE, RANK):
            own = column.noun if column.role != SHARE else noun + column.noun
            latest = max((p for p in periods if p), key=lambda p: p.edtf(0, 0), default=None)
            column = replace(column, noun=own or noun, phrase=column.phrase or latest)
        yield column


def _whole(book: RuleBook, id: str) -> regex.Pattern[str]:
    return regex.compile(f"(?:{_words(book, id)})+")


def _longest(book: RuleBook, id: str) -> regex.Pattern[str]:
    return regex.compile(_words(book, id))


def _words(book: RuleBook, id: str) -> str:
    return "|".join(regex.escape(word) for word in sorted(book.words(id), key=len, reverse=True))
