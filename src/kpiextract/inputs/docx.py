"""The bytes of a Word file go in, a `Source` comes out: paragraphs with their automatic numbers, headings, tables.

Read with `zipfile` and expat alone: python-docx drops automatic numbers, builds a tree of the whole document, and
resolves what it need not. Here nothing is resolved, a document type definition is refused, and memory is bounded.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat

from kpiextract.inputs.base import Unreadable, counted, too_big
from kpiextract.inputs.kinds import not_readable
from kpiextract.inputs.layout import SUPERSCRIPT, Block, Table, join_lines, lay_out
from kpiextract.inputs.numbering import Event, Numbering, read_numbering, read_styles, to_int
from kpiextract.model import Source

WORD = "wordprocessingml"
MATH = "/math"
RELATIONS = "/relationships"
COMPATIBILITY = "markup-compatibility"
LEFT_OUT = frozenset(("del", "moveFrom", "Fallback", "rt", "instrText", "delText", "pPrChange", "rPrChange"))
MAX_DEPTH = 2_000
MAX_PARTS = 65_536
CHUNK = 1 << 16
BROKEN = "is a broken Word file ({}); open it in Word or WPS and save it again"


def read_docx(doc: str, data: bytes, limit: int) -> Source:
    """The text of a Word file, a paragraph a line, table cells between tabs; raises `Unreadable`.

    Deleted revisions, hidden text, comments, page heads and tables of contents are left out; text boxes follow the
    paragraph they hang on, notes follow the document. `limit` holds for what is unpacked.
    """
    package = _Package(data, limit)
    main = package.main_part()
    folder = main.rpartition("/")[0]
    styles = read_styles(package.events(f"{folder}/styles.xml"))
    numbering = Numbering(styles, *read_numbering(package.events(f"{folder}/numbering.xml")))
    toc = frozenset(i for i, style in styles.by_id.items() if style.name.lower().startswith("toc "))
    blocks: list[Block] = []
    for part in (main, f"{folder}/footnotes.xml", f"{folder}/endnotes.xml"):
        body = _Body(numbering, toc)
        for event in counted(package.events(part), "elements"):
            body.take(event)
        blocks += body.blocks
    return lay_out(doc, blocks, limit)


class _Package:
    """The parts of a zip file, unpacked up to a limit in all."""

    def __init__(self, data: bytes, limit: int) -> None:
        if data.count(b"PK\1\2") > MAX_PARTS:
            raise Unreadable(BROKEN.format("it has too many parts"))
        self._left = self._limit = limit
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            self._names = frozenset(self._zip.namelist())
        except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
            raise Unreadable(BROKEN.format(str(error) or "not a zip file")) from None

    def main_part(self) -> str:
        """The name of the part with the text; raises `Unreadable` where the zip holds no Word document."""
        for what, name, attributes in self.events("_rels/.rels"):
            if what == "start" and name == "Relationship" and attributes.get("Type", "").endswith("/officeDocument"):
                target = attributes.get("Target", "").lstrip("/")
                if target in self._names and target.startswith("word/"):
                    return target
        if "word/document.xml" in self._names:
            return "word/document.xml"
        for start, suffix in (("xl/", ".xlsx"), ("ppt/", ".pptx"), ("content.xml", ".odt")):
            if any(name.startswith(start) for name in self._names):
                raise not_readable(suffix)
        raise not_readable(".zip")

    def events(self, part: str) -> Iterator[Event]:
        """The elements and text of an XML part: (`start`, `end` or `text`, local name, attributes); none if missing."""
        if part not in self._names:
            return
        waiting: list[Event] = []
        parser = _parser(waiting)
        try:
            with self._zip.open(part) as stream:
                while chunk := stream.read(CHUNK):
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise too_big(self._limit, self._limit)
                    parser.Parse(chunk, False)
                    yield from waiting
                    waiting.clear()
                parser.Parse(b"", True)
                yield from waiting
        except expat.ExpatError as error:
            raise Unreadable(BROKEN.format(f"{part}: {error}")) from None
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError) as error:
            raise Unreadable(BROKEN.format(f"{part}: {error}")) from None


def _parser(waiting: list[Event]) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = 0

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise Unreadable(BROKEN.format(f"nested more than {MAX_DEPTH:,} levels deep"))
        waiting.append(("start", _local(name), {key.rpartition(" ")[2]: value for key, value in attributes.items()}))

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        waiting.append(("end", _local(name), {}))

    def doctype(*_: object) -> None:
        raise Unreadable(BROKEN.format("it declares a document type, which no Word file does; nothing was resolved"))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda text: waiting.append(("text", text, {}))
    parser.StartDoctypeDeclHandler = doctype
    return parser


def _local(name: str) -> str:
    """The element's name, empty where its namespace is none that text stands in."""
    space, _, local = name.rpartition(" ")
    known = WORD in space or space.endswith((MATH, RELATIONS)) or COMPATIBILITY in space
    return local if known else ""


@dataclass(slots=True)
class _Paragraph:
    """A paragraph while it is read; `after` takes the blocks of text boxes that hang on it."""

    pieces: list[str] = field(default_factory=list)
    style: str = ""
    num_id: str | None = None
    level: int | None = None
    outline: int | None = None
    mark_deleted: bool = False
    after: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class _OpenTable:
    table: Table
    outer: list[Block]
    row_deleted: bool = False
    span: int = 1
    hidden: bool = False
    in_cell: bool = False


class _Body:
    """Turns the elements of a part with text into blocks."""

    def __init__(self, numbering: Numbering, toc: frozenset[str]) -> None:
        self.blocks: list[Block] = []
        self._numbering, self._toc = numbering, toc
        self._target = self.blocks
        self._paragraphs: list[tuple[_Paragraph, list[Block]]] = []
        self._tables: list[_OpenTable] = []
        self._carried: list[str] = []
        self._path: list[str] = []
        self._skip_from = 0
        self._reading_text = False
        self._hidden = self._raised = False

    def take(self, event: Event) -> None:
        what, name, attributes = event
        if what == "text":
            if self._reading_text and not self._skip_from and self._paragraphs and not self._hidden:
                self._paragraphs[-1][0].pieces.append(name.translate(SUPERSCRIPT) if self._raised else name)
        elif what == "start":
            parent = self._path[-1] if self._path else ""
            self._path.append(name)
            if not self._skip_from:
                self._start(name, parent, attributes)
        else:
            self._path.pop()
            if self._skip_from > len(self._path):
                self._skip_from = 0
            elif not self._skip_from:
                self._end(name)

    def _start(self, name: str, parent: str, attributes: Mapping[str, str]) -> None:
        separator = name in ("footnote", "endnote") and attributes.get("type", "normal") != "normal"
        if separator or (name in LEFT_OUT and parent not in ("rPr", "trPr")):
            self._skip_from = len(self._path)
        elif name == "p":
            self._paragraphs.append((_Paragraph(), self._target))
            self._target = self._paragraphs[-1][0].after
        elif name == "r":
            self._hidden = self._raised = False
        elif name == "t":
            self._reading_text = True
        elif name in ("tbl", "tr", "tc", "gridSpan", "vMerge", "gridBefore"):
            self._table_part(name, attributes)
        elif self._paragraphs:
            self._paragraph_part(self._paragraphs[-1][0], name, parent, attributes)
        elif name == "del" and parent == "trPr" and self._tables:
            self._tables[-1].row_deleted = True

    def _paragraph_part(self, paragraph: _Paragraph, name: str, parent: str, attributes: Mapping[str, str]) -> None:
        value = attributes.get("val", "")
        on = value not in ("0", "false", "off")
        if name == "pStyle":
            paragraph.style = value
        elif name == "numId":
            paragraph.num_id = value
        elif name == "ilvl":
            paragraph.level = to_int(value, 0)
        elif name == "outlineLvl":
            paragraph.outline = to_int(value, 9)
        elif name == "del" and parent == "rPr":
            paragraph.mark_deleted = True
        elif name == "vanish" and parent == "rPr" and self._path[-3:-2] == ["r"]:
            self._hidden = on
        elif name == "vertAlign" and self._path[-3:-2] == ["r"]:
            self._raised = value == "superscript"
        elif not self._hidden and parent == "r":
            paragraph.pieces.append(_sign(name, attributes))

    def _table_part(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "tbl":
            table = _OpenTable(Table(), self._target)
            self._tables.append(table)
            self._target = table.table.caption
            return
        if not self._tables:
            return
        table = self._tables[-1]
        if name == "tr":
            table.table.row()
            table.row_deleted = False
        elif name == "tc":
            table.span, table.hidden, table.in_cell = 1, False, True
            self._target = []
        elif name == "gridSpan":
            table.span = max(to_int(attributes.get("val"), 1), 1)
        elif name == "gridBefore":
            table.table.cell(max(to_int(attributes.get("val"), 1), 1))
        elif name == "vMerge":
            table.hidden = attributes.get("val", "continue") == "continue"

    def _end(self, name: str) -> None:
        if name == "t":
            self._reading_text = False
        elif name == "p" and self._paragraphs:
            self._end_paragraph()
        elif name == "tc" and self._tables:
            table = self._tables[-1]
            cell = table.table.cell(table.span)
            if not table.hidden:
                cell.extend(self._target)
            table.in_cell = False
        elif name == "tr" and self._tables and self._tables[-1].row_deleted and self._tables[-1].table.rows:
            self._tables[-1].table.rows.pop()
        elif name == "tbl" and self._tables:
            table = self._tables.pop()
            table.outer.extend(table.table.blocks())
            self._target = table.outer

    def _end_paragraph(self) -> None:
        paragraph, self._target = self._paragraphs.pop()
        if paragraph.mark_deleted:
            self._carried += paragraph.pieces
            self._target.extend(paragraph.after)
            return
        text = "".join((*self._carried, *paragraph.pieces))
        self._carried = []
        in_cell = bool(self._tables and self._tables[-1].in_cell)
        if paragraph.style not in self._toc:
            label = self._numbering.label(paragraph.style, paragraph.num_id, paragraph.level)
            level = self._level(paragraph)
            if text.strip() or (in_cell and label):
                self._add(label, text, level, in_cell)
        self._target.extend(paragraph.after)

    def _add(self, label: str, text: str, level: int, in_cell: bool) -> None:
        lines = [line.strip() for line in text.split("\n")]
        lines = [line for line in lines if line] or [""]
        lines[0] = (label + lines[0]).rstrip()
        if in_cell:
            self._target.append(Block(join_lines(lines).replace("\t", " ")))
        elif level:
            self._target.append(Block(join_lines(lines), "heading", level))
        else:
            self._target.extend(Block(line) for line in lines)

    def _level(self, paragraph: _Paragraph) -> int:
        if paragraph.outline is not None:
            return paragraph.outline + 1 if paragraph.outline < 9 else 0
        return self._numbering.styles.heading_level(paragraph.style)


def _sign(name: str, attributes: Mapping[str, str]) -> str:
    """The characters that an element of a run stands for."""
    if name in ("tab", "ptab"):
        return "\t"
    if name in ("br", "cr"):
        return "\n"
    if name == "noBreakHyphen":
        return "-"
    if name == "sym":
        try:
            sign = chr(int(attributes.get("char", ""), 16))
        except (ValueError, OverflowError):
            return ""
        return "" if "\ue000" <= sign <= "\uf8ff" or "\ud800" <= sign <= "\udfff" else sign
    return ""
