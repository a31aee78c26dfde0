"""Read the names of table rows: cells and the rows above go in, full names and their units come out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

import regex

from kpiextract.rulebook import RuleBook
from kpiextract.table_headings import BLANK, BRACKET

LIST_NUMBER = re.compile(r"[（(]?[0-9]{1,2}(?:[）)、．]|\.(?![0-9]))")
GROUP_NAME = 8
ROWS_BACK = 50


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a row: cleaned, its unit, and whether it is part of a row above."""

    text: str
    unit: str
    part: bool


@dataclass(frozen=True, slots=True)
class Group:
    """What the name of a group adds to those of its rows: something before them or behind them."""

    before: str = ""
    behind: str = ""

    def of(self, name: str) -> str:
        """A row's name with what the group adds, where it does not say so itself."""
        if self.behind:
            return name if self.behind in name else name + self.behind
        return name if self.before[-2:] in name else self.before + name


@dataclass(slots=True)
class RowsAbove:
    """What rows above leave to those below."""

    group: Group = field(default_factory=Group)
    unit: str = ""
    whole: list[tuple[str, dict[int, Decimal]]] = field(default_factory=list)

    def full_name(self, name: Name, values: dict[int, Decimal]) -> str:
        """The name with the row that it is part of, else with the name of its group."""
        if name.part:
            for whole, above in reversed(self.whole[-ROWS_BACK:]):
                if all(above.get(number, value) >= value for number, value in values.items()):
                    return whole + name.text
            return (self.whole[-1][0] if self.whole else "") + name.text
        return self.group.of(name.text)


class Names:
    """Reads names by the words of a rule book; `unit` gives back a text where it is a unit."""

    def __init__(self, book: RuleBook, unit: Callable[[str], str]) -> None:
        self._unit = unit
        self._part = regex.compile("|".join(map(regex.escape, book.words("table.part"))))
        numbers = "|".join(map(regex.escape, sorted(book.words("table.list_number"), key=len, reverse=True)))
        self._list_number = regex.compile(rf"[（(](?:{numbers})[）)]|(?:{numbers})[、.．]")
        measures = sorted(book.words("table.measure"), key=len, reverse=True)
        self._measure = regex.compile(rf"(?:{'|'.join(map(regex.escape, measures))})\Z")

    def read(self, text: str) -> Name:
        """The name in a cell, without its number, its unit and the marks around it."""
        words = BLANK.sub("", text)
        words = self.without_number(words)
        mark = self._part.match(words)
        words = words[mark.end() :] if mark else words
        words = self.without_number(words)
        unit = ""
        for bracket in reversed(list(BRACKET.finditer(words))):
            unit = self._unit(bracket[1])
            if unit:
                words = words[: bracket.start()] + words[bracket.end() :]
                break
        return Name(_bare(words), unit, bool(mark))

    def group(self, text: str, name: Name) -> Group:
        """What a row that is only a name adds: its measure, else itself unless it is a numbered chapter."""
        words = BLANK.sub("", text)
        measure = self._measure.search(name.text)
        if measure is not None:
            return Group(behind=measure[0])
        numbered = self.without_number(words) != words
        return Group() if numbered or len(name.text) > GROUP_NAME else Group(before=name.text)

    def without_number(self, words: str) -> str:
        """The words without the number of a list before them."""
        number = self._list_number.match(words) or LIST_NUMBER.match(words)
        return words[number.end() :] if number and number.end() < len(words) else words


def _bare(words: str) -> str:
    """A name without the marks of footnotes at its end."""
    end = len(words)
    while end and words[end - 1] in "：:、，,*＊¹²³⁴⁵⁶⁷⁸⁹①②③④⑤⑥⑦⑧⑨":
        end -= 1
    return words[:end]
