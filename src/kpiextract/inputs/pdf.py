"""The bytes of a PDF go in, a `Source` comes out: its paragraphs in reading order, without page numbers and page heads.

pdfium is told that the system has no fonts: with them, a file that does not bring its own fonts would read differently
from one machine to the next.
"""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import median
from typing import Any

from kpiextract.inputs.apart import run_apart
from kpiextract.inputs.base import Unreadable
from kpiextract.inputs.layout import IS_WIDE, Block, lay_out
from kpiextract.inputs.letters import letters, radical_map
from kpiextract.model import Source

MAX_PAGES = 10_000
MAX_CHARACTERS = 20_000_000
EDGE_LINES = 2
SAME_HEIGHT = 6.0
SENTENCE_END = "。！？；：!?;:…"
LINE_BREAKS = re.compile(r"[\r\n]+")
DIGITS = re.compile(r"\d+")
OCR = "run text recognition (OCR) on it, or use the Word file or web page that it was made from"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page: its text, its box in points (y grows upwards), the height of its characters."""

    text: str
    page: int
    left: float
    right: float
    bottom: float
    size: float


def read_pdf(doc: str, data: bytes, limit: int) -> Source:
    """The text of a PDF, a paragraph a line; raises `Unreadable` where there is no text or not the right one."""
    _pdfium()
    paragraphs = run_apart(lambda: _read(data))
    return lay_out(doc, [Block(text) for text in paragraphs], limit)


def _read(data: bytes) -> list[str]:
    pdfium = _pdfium()
    try:
        document = pdfium.PdfDocument(data)
    except (pdfium.PdfiumError, ValueError) as error:
        raise Unreadable(_why_not(str(error))) from None
    try:
        if len(document) > MAX_PAGES:
            raise Unreadable(f"has {len(document):,} pages, more than {MAX_PAGES:,}; split it")
        pages = _read_pages(pdfium, document)
    finally:
        document.close()
    return _paragraphs(_without_furniture(pages) or [line for page in pages for line in page])


@cache
def _pdfium() -> Any:
    try:
        import pypdfium2
        from pypdfium2 import raw
    except ImportError:
        raise Unreadable(
            "is a .pdf file, and the library that reads it is missing; pip install 'kpiextract[files]'"
        ) from None
    raw.FPDF_SetSystemFontInfo(ctypes.byref(_no_fonts(raw)))
    return pypdfium2


@cache
def _no_fonts(raw: Any) -> Any:
    """A font list without callbacks; kept here because pdfium keeps its address."""
    info = raw.FPDF_SYSFONTINFO()
    info.version = 1
    return info


def _why_not(error: str) -> str:
    if "password" in error.lower():
        return "is a .pdf file protected by a password; save it without one"
    return f"is a broken .pdf file ({error.rstrip('.')}); save it again from the program that made it"


def _read_pages(pdfium: Any, document: Any) -> list[list[Line]]:
    pages: list[list[Line]] = []
    seen: Counter[str] = Counter()
    for number in range(len(document)):
        try:
            page = document[number]
            text_page = page.get_textpage()
        except pdfium.PdfiumError as error:
            raise Unreadable(f"{_why_not(str(error))}: page {number + 1} cannot be read") from None
        characters = _characters(pdfium.raw, text_page)
        seen.update(_kind(c) for c in characters)
        pages.append(_lines(text_page, characters, number))
        text_page.close()
        page.close()
        if seen.total() > MAX_CHARACTERS:
            raise Unreadable(f"has more than {MAX_CHARACTERS:,} characters; split it")
    _refuse_garbage(seen)
    return pages


def _characters(raw: Any, text_page: Any) -> str:
    """The characters of a page, one each; U+FFFD where the file does not say which one it is."""
    handle, radicals = text_page.raw, radical_map()
    found: list[str] = []
    for index in range(text_page.count_chars()):
        point = raw.FPDFText_GetUnicode(handle, index)
        unknown = point > 0x10FFFF or 0xD800 <= point < 0xE000 or raw.FPDFText_HasUnicodeMapError(handle, index) == 1
        found.append("\ufffd" if unknown or not point else radicals.get(point) or chr(point))
    return "".join(found)


@cache
def _kind(character: str) -> str:
    """`letter`, `mark` (punctuation), `bad` (no character of any text) or `other`."""
    category = unicodedata.category(character)
    if character == "\ufffd" or category in ("Co", "Cn", "Cs") or (category == "Cc" and character not in "\r\n\t\x02"):
        return "bad"
    if category[0] in "LN":
        return "letter"
    return "mark" if category[0] == "P" and character not in "-_.=" else "other"


def _refuse_garbage(seen: Counter[str]) -> None:
    if seen["bad"] * 10 > seen["letter"] or seen["mark"] > max(seen["letter"], 20):
        raise Unreadable(f"has a broken character map: its text cannot be told from its shapes; {OCR}")
    if not seen["letter"]:
        raise Unreadable(f"has no text, only images or nothing; {OCR}")


def _lines(text_page: Any, characters: str, page: int) -> list[Line]:
    lines: list[Line] = []
    at = 0
    for piece in LINE_BREAKS.split(characters):
        start = characters.index(piece, at)
        at = start + len(piece)
        text = piece.strip()
        if not text:
            continue
        first = start + len(piece) - len(piece.lstrip())
        last = start + len(piece.rstrip()) - 1
        boxes = [text_page.get_charbox(index, loose=True) for index in _five(first, last)]
        size = median(top - bottom for _, bottom, _, top in boxes)
        lines.append(Line(text, page, boxes[0][0], boxes[-1][2], boxes[0][1], size))
    return lines


def _five(first: int, last: int) -> list[int]:
    """Places spread over a line: one character may come from a font of another height."""
    return [first + (last - first) * step // 4 for step in range(5)]


def _without_furniture(pages: Sequence[Sequence[Line]]) -> list[Line]:
    """All lines but page numbers and those that stand at the edge of several pages, numbers aside."""
    edges = [_edge(lines) for lines in pages]
    counts = Counter(key for edge in edges for key in {_edge_key(line) for line in edge})
    often = max(2, len(pages) // 4)
    numbers = [re.compile(pattern) for pattern in letters()["pdf"]["page_number"]]
    kept: list[Line] = []
    for lines, edge in zip(pages, edges, strict=True):
        outermost = {*edge[:1], *edge[-1:]}
        for line in lines:
            repeated = line in edge and counts[_edge_key(line)] >= often
            bare = "".join(line.text.split())
            if not repeated and not (line in outermost and any(n.fullmatch(bare) for n in numbers)):
                kept.append(line)
    return kept


def _edge(lines: Sequence[Line]) -> list[Line]:
    by_height = sorted(lines, key=lambda line: -line.bottom)
    return by_height if len(by_height) <= 2 * EDGE_LINES else by_height[:EDGE_LINES] + by_height[-EDGE_LINES:]


def _edge_key(line: Line) -> tuple[str, int]:
    return DIGITS.sub("#", "".join(line.text.split())), round(line.bottom / SAME_HEIGHT)


def _paragraphs(lines: Sequence[Line]) -> list[str]:
    """Lines joined into paragraphs: a full line goes on in the next one, unless that is set apart."""
    starts = re.compile(letters()["pdf"]["paragraph_start"])
    columns = _columns(lines)
    spacing = _spacing(lines)
    paragraphs: list[str] = []
    before: Line | None = None
    for line in lines:
        left, _ = columns[line.page]
        if before is not None and _goes_on(before, line, columns[before.page], left, spacing, starts):
            paragraphs[-1] = _joined(paragraphs[-1], line.text)
        else:
            paragraphs.append(line.text.replace("\x02", "-") if line.text.endswith("\x02") else line.text)
        before = line
    return [paragraph.replace("\x02", "-") for paragraph in paragraphs]


def _columns(lines: Sequence[Line]) -> dict[int, tuple[float, float]]:
    """The left and right edge of the text of each page; pages of a few lines take those of the whole document."""
    by_page: dict[int, list[Line]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    whole = (min((x.left for x in lines), default=0.0), max((x.right for x in lines), default=0.0))
    return {
        page: (min(x.left for x in found), max(x.right for x in found)) if len(found) > 4 else whole
        for page, found in by_page.items()
    }


def _spacing(lines: Sequence[Line]) -> float:
    """The usual distance from one line to the next, in heights of a line."""
    gaps = Counter(
        round((a.bottom - b.bottom) / a.size, 1)
        for a, b in pairwise(lines)
        if a.page == b.page and a.size > 0 and 0 < a.bottom - b.bottom < 4 * a.size
    )
    return gaps.most_common(1)[0][0] if gaps else 2.0


def _goes_on(
    before: Line, line: Line, column: tuple[float, float], left: float, spacing: float, starts: re.Pattern[str]
) -> bool:
    size = before.size or 1.0
    if before.right < column[1] - 2.0 * size or line.left > left + 1.2 * size:
        return False
    if abs(before.size - line.size) > 0.15 * size:
        return False
    ended = before.text[-1] in SENTENCE_END
    if line.page == before.page:
        gap = (before.bottom - line.bottom) / size
        if gap <= 0 or gap > spacing + (0.2 if ended else 0.6):
            return False
    return not (ended and starts.match(line.text))


def _joined(paragraph: str, line: str) -> str:
    if paragraph.endswith("\x02"):
        return paragraph[:-1] + ("-" if paragraph[-2:-1].isdigit() else "") + line
    last, first = paragraph[-1], line[0]
    words = last.isascii() and first.isascii() and last.isalpha() and first.isalpha()
    return paragraph + (" " if words and not IS_WIDE.match(last) else "") + line
