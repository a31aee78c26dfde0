"""The text of a web page goes in, its tags and words come out one after the other, in time that grows with its length.

`html.parser` of the standard library takes 20 seconds for 60 KB of unclosed tags and lets errors through; parsers that
build a tree keep the whole page in memory several times. Reading reports needs neither a tree nor repairs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import NamedTuple

# To the end of a tag: quotes count only after `=`; atomic, so that nothing is tried twice.
TO_TAG_END = re.compile(r"""(?>[^>=]+|=\s*(?>"[^"]*"|'[^']*')|=)*+>""")
TAG_NAME = re.compile(r"</?([A-Za-z][^\s/>]{0,100})")
ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
RAW_END = {
    name: re.compile(rf"</{name}(?=[\s/>]|\Z)", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe", "noframes", "noembed")
}
# References to characters that do not exist and that int() refuses to read.
ENDLESS_REFERENCE = re.compile(r"&#(?:[xX][0-9a-fA-F]{9,}|[0-9]{9,});?")
MAX_ATTRIBUTES = 20_000


class Tag(NamedTuple):
    """A start tag (`name`), an end tag (`/name`) or a stretch of text (empty `name`)."""

    name: str
    text: str = ""

    def attributes(self) -> Mapping[str, str]:
        """The attributes of a start tag, names in small letters; the first of a name counts."""
        found: dict[str, str] = {}
        for name, value in ATTRIBUTE.findall(self.text[:MAX_ATTRIBUTES]):
            found.setdefault(name.lower(), unescape(ENDLESS_REFERENCE.sub("\ufffd", value.strip("\"'"))))
        return found


def tags(page: str) -> Iterator[Tag]:
    """Start tags, end tags and text in the order of the page; comments and declarations are left out."""
    at, end = 0, len(page)
    while at < end:
        open_at = page.find("<", at)
        if open_at < 0:
            open_at = end
        if open_at > at:
            yield Tag("", _text(page[at:open_at]))
        at = open_at
        if at >= end:
            return
        name = TAG_NAME.match(page, at)
        if name is None:
            at, text = _no_tag(page, at)
            if text:
                yield Tag("", text)
            continue
        close = TO_TAG_END.match(page, name.end())
        if close is None:
            return
        slash = "/" if page.startswith("</", at) else ""
        lower = name[1].lower()
        yield Tag(slash + lower, page[name.end() : close.end() - 1])
        at = close.end()
        if not slash and lower in RAW_END:
            raw_end = RAW_END[lower].search(page, at)
            stop = raw_end.start() if raw_end else end
            yield Tag("", _text(page[at:stop]))
            at = stop


def _no_tag(page: str, at: int) -> tuple[int, str]:
    """What begins with `<` and is no tag: a comment, a declaration, or a plain character."""
    if page.startswith("<!--", at):
        close = page.find("-->", at + 2)
        return (close + 3 if close >= 0 else len(page)), ""
    if page.startswith(("<!", "<?", "</"), at):
        close = page.find(">", at)
        return (close + 1 if close >= 0 else len(page)), ""
    return at + 1, "<"


def _text(raw: str) -> str:
    return unescape(ENDLESS_REFERENCE.sub("\ufffd", raw)) if "&" in raw else raw
