"""Bytes go in, text and the name of its encoding come out: by byte-order mark, strict UTF-8, strict GB18030."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from kpiextract.inputs.base import Unreadable

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SAMPLE = 1 << 16
CJK_IN_UTF8 = re.compile(rb"[\xe3-\xe9\xef][\x80-\xbf][\x80-\xbf]")
USUAL_IN_REPORTS = re.compile(r"[\t\n\r -~\u00b7\u2010-\u2027\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
ASCII = bytes(range(128))
NOT_CONTROL = bytes(set(range(256)) - set(range(32)) | set(b"\t\n\v\f\r\x1a\x1b"))
WHAT_TO_DO = "name its encoding with --encoding, or read on with --encoding-errors replace"


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text without its byte-order mark, newlines kept, and the encoding that gave it."""

    text: str
    encoding: str


def check_encoding(name: str) -> str:
    """The codec's own name for an encoding of text; raises `ValueError` with a line for the user."""
    try:
        info = codecs.lookup(name)
        codecs.decode(b"", info.name, "strict")
        "".encode(info.name)
    except (LookupError, ValueError, TypeError, AttributeError):
        info = None
    if info is None:
        raise ValueError(f"unknown encoding {name!r}; use a name such as utf-8, gb18030, big5 or utf-16-le")
    return info.name


def decode(data: bytes, encoding: str | None = None, errors: str = "strict", hint: str | None = None) -> Decoded:
    """Decode a whole document; raises `Unreadable` with the offset of the first bad byte.

    `encoding` forces one; without it the byte-order mark, strict UTF-8, `hint` (what a web page says of itself) and
    strict GB18030 are tried in this order. `errors="replace"` puts U+FFFD where bytes fit nothing.
    """
    if encoding is not None:
        return _forced(data, check_encoding(encoding), errors)
    for mark, name in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return Decoded(_decode_as(data, name, errors, skip=len(mark)), name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _not_utf8(data, error.start, errors, hint)
    _refuse_binary(data)
    return Decoded(text, "utf-8")


def _forced(data: bytes, encoding: str, errors: str) -> Decoded:
    text = _decode_as(data, encoding, errors)
    return Decoded(text.removeprefix("\ufeff"), encoding)


def _not_utf8(data: bytes, first_bad: int, errors: str, hint: str | None) -> Decoded:
    wide = _utf16_without_mark(data)
    if wide:
        raise Unreadable(f"looks like UTF-16 without a byte-order mark; read it with --encoding {wide}")
    _refuse_binary(data)
    if _is_damaged_utf8(data, first_bad):
        return Decoded(_decode_as(data, "utf-8", errors), "utf-8")
    if hint is not None and hint not in ("utf-8", "gb18030"):
        try:
            return Decoded(data.decode(hint), hint)
        except UnicodeDecodeError:
            pass
    text = _decode_as(data, "gb18030", errors, tried="UTF-8 or GB18030")
    return Decoded(text.removeprefix("\ufeff"), "gb18030")


def _decode_as(data: bytes, encoding: str, errors: str, skip: int = 0, tried: str | None = None) -> str:
    try:
        return codecs.decode(memoryview(data)[skip:], encoding, errors)
    except UnicodeDecodeError as error:
        at = error.start + skip
        raise Unreadable(
            f"is not text in {tried or encoding.upper()}: bad byte 0x{data[at]:02X} at offset {at}; {WHAT_TO_DO}"
        ) from None
    except UnicodeError as error:
        raise Unreadable(f"is not text in {encoding.upper()}: {error}; {WHAT_TO_DO}") from None


def _is_damaged_utf8(data: bytes, first_bad: int) -> bool:
    """Whether nearly all that is not ASCII around the bad byte is well-formed UTF-8.

    Damaged UTF-8 often passes as GB18030 and would be read as nonsense without a word.
    """
    around = data[max(0, first_bad - SAMPLE) : first_bad + SAMPLE]
    high = len(around.translate(None, ASCII))
    good = 3 * len(CJK_IN_UTF8.findall(around))
    return good >= 6 and good * 3 >= high * 2


def _utf16_without_mark(data: bytes) -> str:
    sample = data[: SAMPLE & ~1]
    sample = sample[: len(sample) & ~1]
    if 0 not in sample and len(sample.translate(None, ASCII)) * 3 < len(sample):
        return ""
    for name in ("utf-16-le", "utf-16-be"):
        text = sample.decode(name, "replace")
        if text and len(USUAL_IN_REPORTS.findall(text)) * 10 >= len(text) * 9:
            return name
    return ""


def _refuse_binary(data: bytes) -> None:
    nulls = data.count(0)
    if nulls * 4 > len(data):
        wide = _utf16_without_mark(data)
        if wide:
            raise Unreadable(f"looks like UTF-16 without a byte-order mark; read it with --encoding {wide}")
    sample = data[:SAMPLE]
    if len(sample.translate(None, NOT_CONTROL)) * 10 > len(sample) * 3:
        raise Unreadable("is not text but binary data; save it as text, .docx, .html or .pdf")
