"""A decoded web page goes in, a `Source` with its readable text comes out: lines, headings, tables."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from io import StringIO

from kpiextract.inputs.base import counted
from kpiextract.inputs.decode import Decoded
from kpiextract.inputs.layout import SUPERSCRIPT, Block, Table, lay_out, tidy
from kpiextract.inputs.markup import Tag, tags
from kpiextract.model import Source


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


BLOCKS = _names(
    "address article blockquote body br caption center dd details dialog div dl dt fieldset figcaption figure form h1"
    " h2 h3 h4 h5 h6 head header hr html legend li main ol p pre section summary table tbody td tfoot th thead tr ul"
)
NEVER_READ = _names(
    "script style textarea xmp iframe noframes noembed noscript template svg canvas object audio video select button"
    " datalist del rt rp map"
)
NAVIGATION = _names("nav footer aside menu")
NAVIGATION_ROLES = _names("navigation banner contentinfo search menu menubar toolbar complementary")
NAVIGATION_NAMES = _names(
    "nav navbar navigation menu breadcrumb breadcrumbs footer sidebar pagination pager share copyright"
)
MAY_BE_NAVIGATION = _names("div ul ol section header table td form p span")
NO_END_TAG = _names("area base br col embed hr img input link meta param source track wbr")
END_TAG_OPTIONAL = _names("p li dt dd td th tr option")
HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
HEADING = re.compile(r"h([1-6])")
CHARSET = re.compile(
    rb"""(?:<meta[^>]{0,500}?\bcharset|<\?xml[^>]{0,200}?\bencoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{1,40})""", re.I
)
MAX_TABLE_DEPTH = 32
NUMBER = re.compile(r"[0-9]{1,4}")


def declared_encoding(head: bytes) -> str | None:
    """The encoding that a page names for itself, where Python knows it; GBK and GB2312 are read as GB18030."""
    found = CHARSET.search(head)
    try:
        name = codecs.lookup(found[1].decode("ascii")).name if found else None
    except LookupError:
        return None
    return "gb18030" if name in ("gbk", "gb2312", "hz") else name


def read_html(doc: str, decoded: Decoded, limit: int) -> Source:
    """The readable text of a page: no scripts, styles, navigation or hidden parts; what is inline is joined."""
    page = _Page(skip_navigation=True)
    page.read(counted(tags(decoded.text), "tags"))
    if not page.blocks:
        page = _Page(skip_navigation=False)
        page.read(counted(tags(decoded.text), "tags"))
    return lay_out(doc, page.with_title(), limit, decoded.encoding)


class _Page:
    """The page as far as it has been read."""

    def __init__(self, skip_navigation: bool) -> None:
        self.blocks: list[Block] = []
        self.title = ""
        self._skip_navigation = skip_navigation
        self._line = StringIO()
        self._level = 0
        self._tables: list[tuple[Table, list[Block]]] = []
        self._target = self.blocks
        self._ignored_tables = 0
        self._skipping = ""
        self._skip_depth = 0
        self._inside = ""

    def read(self, page: Iterable[Tag]) -> None:
        for tag in page:
            if self._skipping:
                self._skip(tag)
            elif not tag.name:
                self._text(tag.text)
            elif tag.name.startswith("/"):
                self._close(tag.name[1:])
            else:
                self._open(tag)
        self._end_line()
        while self._tables:
            self._end_table()

    def with_title(self) -> list[Block]:
        """The blocks, after the page's title where no line of the page says it."""
        title = tidy(self.title)
        if not title or any(title in b.text or (len(b.text) > 3 and b.text in title) for b in self.blocks[:200]):
            return self.blocks
        return [Block(title), *self.blocks]

    def _text(self, text: str) -> None:
        if self._inside == "title":
            self.title += text
        elif self._inside == "pre":
            first, *more = text.replace("\r\n", "\n").split("\n")
            self._line.write(first)
            for line in more:
                self._end_line()
                self._line.write(line)
        else:
            self._line.write(text.translate(SUPERSCRIPT) if self._inside == "sup" else text)

    def _open(self, tag: Tag) -> None:
        name = tag.name
        if name in BLOCKS:
            self._end_line()
        if name not in NO_END_TAG and self._is_left_out(tag):
            self._skipping, self._skip_depth = name, 1
        elif name in ("title", "pre", "sup"):
            self._inside = name
        elif heading := HEADING.fullmatch(name):
            self._level = int(heading[1])
        elif name == "table":
            self._begin_table()
        elif name in ("tr", "td", "th", "caption") and self._tables and not self._ignored_tables:
            self._begin_part(tag)

    def _close(self, name: str) -> None:
        if name in BLOCKS:
            self._end_line()
        if name == self._inside:
            self._inside = ""
        elif HEADING.fullmatch(name):
            self._level = 0
        elif name == "table":
            if self._ignored_tables:
                self._ignored_tables -= 1
            elif self._tables:
                self._end_table()
        elif name in ("td", "th", "caption", "tr") and self._tables and not self._ignored_tables:
            self._target = self._tables[-1][0].caption

    def _is_left_out(self, tag: Tag) -> bool:
        if tag.name in NEVER_READ:
            return True
        if self._skip_navigation and tag.name in NAVIGATION:
            return True
        if len(tag.text) < 4 or tag.name in ("html", "body"):
            return False
        attributes = tag.attributes()
        if "hidden" in attributes or HIDDEN_STYLE.search(attributes.get("style", "")):
            return True
        if not self._skip_navigation or tag.name not in MAY_BE_NAVIGATION:
            return False
        names = {attributes.get("id", "").lower(), *attributes.get("class", "").lower().split()}
        return attributes.get("role", "") in NAVIGATION_ROLES or not names.isdisjoint(NAVIGATION_NAMES)

    def _skip(self, tag: Tag) -> None:
        name = tag.name
        if name == "/" + self._skipping:
            self._skip_depth -= 1
        elif name == self._skipping and name in END_TAG_OPTIONAL:
            self._skip_depth = 0
        elif name == self._skipping:
            self._skip_depth += 1
        elif self._skipping == "p" and name in BLOCKS and name != "br":
            self._skip_depth = 0
        if not self._skip_depth:
            self._skipping = ""
            if name and not name.startswith("/"):
                self._open(tag)

    def _end_line(self) -> None:
        text = tidy(self._line.getvalue())
        self._line = StringIO()
        if text:
            kind = "heading" if self._level else ""
            self._target.append(Block(text, kind, self._level))

    def _begin_table(self) -> None:
        if len(self._tables) >= MAX_TABLE_DEPTH or self._ignored_tables:
            self._ignored_tables += 1
            return
        table = Table()
        self._tables.append((table, self._target))
        self._target = table.caption

    def _begin_part(self, tag: Tag) -> None:
        table = self._tables[-1][0]
        if tag.name == "tr":
            table.row()
        elif tag.name == "caption":
            self._target = table.caption
        else:
            attributes = tag.attributes() if "span" in tag.text.lower() else {}
            self._target = table.cell(_count(attributes.get("colspan")), _count(attributes.get("rowspan")))

    def _end_table(self) -> None:
        table, outer = self._tables.pop()
        outer.extend(table.blocks())
        self._target = outer


def _count(text: str | None) -> int:
    found = NUMBER.match(text.strip()) if text else None
    return max(int(found[0]), 1) if found else 1
