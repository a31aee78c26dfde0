"""The numbering and style parts of a Word file go in, the label that Word prints before each paragraph comes out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kpiextract.inputs.layout import IS_WIDE
from kpiextract.inputs.letters import number_text

HEADING_NAME = re.compile(r"heading\s*([1-9])", re.IGNORECASE)
PLACE = re.compile(r"%([1-9])")
MAX_STYLES_DEEP = 20
Event = tuple[str, str, Mapping[str, str]]


@dataclass(slots=True)
class Style:
    """A paragraph style: its name, the style it builds on, its outline level and list."""

    name: str = ""
    based_on: str = ""
    outline: int | None = None
    num_id: str | None = None
    level: int | None = None


@dataclass(slots=True)
class Level:
    """One level of a list: its first number, how numbers and labels are written, when it begins anew."""

    start: int = 1
    number_format: str = "decimal"
    label: str = ""
    restarts: bool = True
    legal: bool = False


@dataclass(slots=True)
class ListDefinition:
    """A `w:abstractNum`, or a `w:num` with what it overrides."""

    levels: dict[int, Level] = field(default_factory=dict)
    style_link: str = ""
    abstract: str = ""
    starts: dict[int, int] = field(default_factory=dict)


class Styles:
    """The paragraph styles of a document."""

    def __init__(self) -> None:
        self.by_id: dict[str, Style] = {}
        self.default = ""

    def chain(self, style_id: str) -> Iterable[Style]:
        """The style and those it builds on, the nearest first."""
        for _ in range(MAX_STYLES_DEEP):
            style = self.by_id.get(style_id)
            if style is None:
                return
            yield style
            style_id = style.based_on

    def heading_level(self, style_id: str) -> int:
        """1 to 9 for a heading, 0 for running text."""
        for style in self.chain(style_id):
            if named := HEADING_NAME.fullmatch(style.name):
                return int(named[1])
            if style.outline is not None:
                return style.outline + 1 if style.outline < 9 else 0
        return 0

    def list_of(self, style_id: str) -> tuple[str | None, int | None]:
        """The list and level that the style puts a paragraph in."""
        num_id = next((s.num_id for s in self.chain(style_id) if s.num_id is not None), None)
        return num_id, next((s.level for s in self.chain(style_id) if s.level is not None), None)


def read_styles(events: Iterable[Event]) -> Styles:
    """The styles of `styles.xml`, from its elements (`start` or `end`, name, attributes)."""
    styles = Styles()
    style = Style()
    for what, name, attributes in events:
        value = attributes.get("val", "")
        if what != "start":
            continue
        if name == "style":
            style = Style()
            if attributes.get("type", "paragraph") in ("paragraph", "numbering"):
                styles.by_id[attributes.get("styleId", "")] = style
                if attributes.get("default") in ("1", "true"):
                    styles.default = attributes.get("styleId", "")
        elif name == "name":
            style.name = value
        elif name == "basedOn":
            style.based_on = value
        elif name == "outlineLvl":
            style.outline = to_int(value, 9)
        elif name == "numId":
            style.num_id = value
        elif name == "ilvl":
            style.level = to_int(value, 0)
    return styles


def read_numbering(events: Iterable[Event]) -> tuple[dict[str, ListDefinition], dict[str, ListDefinition]]:
    """The list definitions of `numbering.xml` by `abstractNumId`, and the lists by `numId`."""
    abstracts: dict[str, ListDefinition] = {}
    lists: dict[str, ListDefinition] = {}
    current, level, override = ListDefinition(), Level(), 0
    for what, name, attributes in events:
        value = attributes.get("val", "")
        if what != "start":
            continue
        if name == "abstractNum":
            current = abstracts.setdefault(attributes.get("abstractNumId", ""), ListDefinition())
        elif name == "num":
            current = lists.setdefault(attributes.get("numId", ""), ListDefinition())
        elif name == "abstractNumId":
            current.abstract = value
        elif name == "numStyleLink":
            current.style_link = value
        elif name == "lvlOverride":
            override = to_int(attributes.get("ilvl"), 0)
        elif name == "startOverride":
            current.starts[override] = to_int(value, 1)
        elif name == "lvl":
            level = current.levels.setdefault(to_int(attributes.get("ilvl"), 0), Level())
        else:
            _level_part(level, name, attributes)
    return abstracts, lists


def _level_part(level: Level, name: str, attributes: Mapping[str, str]) -> None:
    value = attributes.get("val", "")
    if name == "start":
        level.start = to_int(value, 1)
    elif name == "numFmt":
        level.number_format = value
    elif name == "lvlText":
        level.label = value
    elif name == "lvlRestart":
        level.restarts = value != "0"
    elif name == "isLgl":
        level.legal = value not in ("0", "false")


class Numbering:
    """Counts the paragraphs of every list of one document."""

    def __init__(self, styles: Styles, abstracts: dict[str, ListDefinition], lists: dict[str, ListDefinition]) -> None:
        self.styles, self._abstracts, self._lists = styles, abstracts, lists
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()

    def label(self, style_id: str, num_id: str | None, level: int | None) -> str:
        """The label of the next paragraph with this style and these numbering properties of its own."""
        styled_list, styled_level = self.styles.list_of(style_id)
        num_id = num_id if num_id is not None else styled_list
        level = min(level if level is not None else styled_level or 0, 8)
        listed = self._lists.get(num_id or "0")
        if listed is None or num_id is None or num_id == "0":
            return ""
        abstract = self._abstract(listed.abstract)
        levels = abstract.levels | listed.levels
        if level not in levels:
            return ""
        counts = self._counts.setdefault(listed.abstract, {})
        if num_id not in self._begun:
            self._begun.add(num_id)
            for changed, start in listed.starts.items():
                counts[changed] = start - 1
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [d for d in counts if d > level and levels.get(d, Level()).restarts]:
            del counts[deeper]
        return _printed(levels, level, counts)

    def _abstract(self, abstract_id: str) -> ListDefinition:
        found = self._abstracts.get(abstract_id, ListDefinition())
        if found.style_link and not found.levels:
            num_id, _ = self.styles.list_of(found.style_link)
            linked = self._lists.get(num_id or "")
            found = self._abstracts.get(linked.abstract, found) if linked else found
        return found


def _printed(levels: Mapping[int, Level], level: int, counts: Mapping[int, int]) -> str:
    own = levels[level]
    if own.number_format == "bullet":
        return ""

    def number(place: re.Match[str]) -> str:
        at = int(place[1]) - 1
        other = levels.get(at, Level())
        style = "decimal" if own.legal and other.number_format != "none" else other.number_format
        return number_text(counts.get(at, other.start), style)

    label = PLACE.sub(number, own.label).strip()
    return label + " " if label and not IS_WIDE.match(label[-1]) else label


def to_int(text: str | None, default: int) -> int:
    """A small whole number of an attribute, or the default."""
    try:
        return max(min(int(text or default), 10**6), -1)
    except ValueError:
        return default
