"""A file's name and its first bytes go in, the reader that suits it comes out: the content decides, then the ending."""

from __future__ import annotations

import re

from kpiextract.inputs.base import Unreadable

TEXT, MARKDOWN, HTML, DOCX, PDF = "text", "markdown", "html", "docx", "pdf"

# Kinds that a walk through a folder picks up.
KIND_OF_ENDING = {
    ".txt": TEXT,
    ".text": TEXT,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".shtml": HTML,
    ".docx": DOCX,
    ".docm": DOCX,
    ".pdf": PDF,
}

_AS_DOCX = "open it in Word or WPS and save it as .docx"
_AS_SHEET = "copy its tables into a .docx, or save them as tab-separated .txt"
_AS_PDF = "save it as .pdf or .docx"
_AS_HTML = "save the page as .html (not as an archive)"
_OCR = "an image holds no text: run text recognition (OCR) on it and save the result as .txt or .docx"
_UNPACK = "unpack it and name the folder"

# Documents that hold a report but cannot be read: an error also when a walk finds them.
WHAT_TO_DO = (
    dict.fromkeys((".doc", ".dot", ".wps", ".wpt", ".rtf", ".odt", ".pages"), _AS_DOCX)
    | dict.fromkeys((".ppt", ".pptx", ".dps", ".ofd", ".caj", ".ceb"), _AS_PDF)
    | dict.fromkeys((".mht", ".mhtml"), _AS_HTML)
)
# Everything else that has a name: an error when named, counted when a walk finds it.
_OTHERS = (
    dict.fromkeys((".xls", ".xlsx", ".xlsm", ".et", ".ods", ".numbers"), _AS_SHEET)
    | dict.fromkeys((".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic"), _OCR)
    | dict.fromkeys((".zip", ".rar", ".7z", ".gz", ".tgz", ".bz2", ".xz", ".tar"), _UNPACK)
)

_MAGIC = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".doc"),
    (b"{\\rtf", ".rtf"),
    (b"\x89PNG", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"GIF8", ".gif"),
    (b"II*\0", ".tif"),
    (b"MM\0*", ".tif"),
    (b"Rar!", ".rar"),
    (b"7z\xbc\xaf", ".7z"),
    (b"\x1f\x8b", ".gz"),
    (b"\xfd7zXZ", ".xz"),
)

_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--(?:(?!-->).){0,2000}-->\s*){0,5}<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)


def ending(name: str) -> str:
    """The last ending of a file name, in small letters, with its dot; empty where there is none."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    dot = base.rfind(".")
    return base[dot:].lower() if dot > 0 else ""


def kind_of(name: str, head: bytes) -> str:
    """The reader for a file with this name and these first bytes; raises `Unreadable` where there is none."""
    suffix = ending(name)
    if head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        return PDF
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return DOCX
    for magic, named in _MAGIC:
        if head.startswith(magic) and named == ".doc" and suffix in (".docx", ".docm"):
            raise Unreadable(f"is protected by a password or no {suffix} inside; {_AS_DOCX}, without a password")
        if head.startswith(magic):
            raise not_readable(suffix if suffix in _OTHERS or suffix in WHAT_TO_DO else named)
    kind = KIND_OF_ENDING.get(suffix, TEXT)
    if looks_like_html(head.decode("latin-1")):
        return HTML
    if suffix in _OTHERS or suffix in WHAT_TO_DO:
        raise not_readable(suffix)
    if kind in (DOCX, PDF):
        raise Unreadable(f"is no {suffix} file, whatever its name says; open it and save it again as {suffix}")
    return kind


def looks_like_html(text: str) -> bool:
    """Whether the text begins as a web page does, whatever the file is called."""
    return _HTML_START.match(text.removeprefix("\xef\xbb\xbf").removeprefix("\ufeff")) is not None


def not_readable(suffix: str) -> Unreadable:
    """The refusal of a kind of file, with what to do instead."""
    advice = WHAT_TO_DO.get(suffix) or _OTHERS.get(suffix) or _AS_DOCX
    return Unreadable(f"is a {suffix} file, which cannot be read; {advice}")
