"""Read rule files: the path of a pack goes in, its tables with their places (file, line, column) come out.

Nothing in a rule file is trusted: size, depth and number of rules are limited before the file is parsed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

MAX_BYTES = 4_000_000
MAX_RULES = 50_000
MAX_FILES = 2_000
MAX_PROBLEMS = 200
_MAX_DOTS = 40  # tomllib takes the square of their number

_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*([A-Za-z0-9_-]+)[ \t]*\]\]", re.M)
_DEEP_KEY = re.compile(rf"(?:\.[ \t]*(?:[\w-]+|\"[^\"\n]*\"|'[^'\n]*')[ \t]*){{{_MAX_DOTS}}}", re.ASCII)
_AT = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)$")


class RuleError(Exception):
    """Rule files that do not hold together; `problems` has one line each (`file:line:col: what is wrong`)."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class RuleText:
    """One file of a pack: its name for people, its bytes, and whether it is a word list."""

    name: str
    raw: bytes
    is_words: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One `[[type]]` table: its keys and where it stands; `span` are offsets in the text of the file."""

    type: str
    data: Mapping[str, Any]
    file: str
    line: int
    text: str = ""
    span: tuple[int, int] = (0, 0)

    def at(self, key: str = "", nth: int = 0) -> str:
        """`file:line:col` of the nth place where `key` is set, else of the table's header."""
        start, end = self.span
        found = list(islice(_key_pattern(key).finditer(self.text, start, end), nth + 1)) if key else []
        if not found:
            return f"{self.file}:{self.line}:1"
        at = found[-1].start(1)
        line = self.text.count("\n", 0, at) + 1
        return f"{self.file}:{line}:{at - self.text.rfind(chr(10), 0, at)}"


@dataclass(slots=True)
class RuleFile:
    """What one file holds: tables, the ids it switches off, words for the segmenter, and what is wrong with it."""

    name: str
    tables: list[Table] = field(default_factory=list)
    disable: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_pack(pack: Path, shown: str = "") -> list[RuleText]:
    """The `*.toml` and `*.txt` files of a pack (a folder or one file), in name order; raises `RuleError`."""
    if not pack.exists():
        raise RuleError([f"{pack}: no such rule pack; give a folder of *.toml files, or one such file"])
    shown = shown or pack.as_posix().rstrip("/")
    if pack.is_file():
        return [_read(pack, shown)]
    paths = sorted(p for p in pack.rglob("*") if p.suffix in {".toml", ".txt"} and p.is_file())
    if len(paths) > MAX_FILES:
        raise RuleError([f"{shown}: {len(paths)} rule files, more than {MAX_FILES}; is this the right folder?"])
    texts: list[RuleText] = []
    problems: list[str] = []
    for path in paths:
        try:
            texts.append(_read(path, f"{shown}/{path.relative_to(pack).as_posix()}"))
        except RuleError as error:
            problems += error.problems
    if problems:
        raise RuleError(problems)
    return texts


def _read(path: Path, name: str) -> RuleText:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            limit = MAX_BYTES // 1_000_000
            raise RuleError(
                [f"{name}: the file has {size // 1_000_000} MB, more than {limit}; split it into smaller files"]
            )
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise RuleError([f"{name}: cannot be read ({error.strerror or error}); check its permissions"]) from error
    if len(raw) > MAX_BYTES:
        raise RuleError([f"{name}: more than {MAX_BYTES // 1_000_000} MB; split it into smaller files"])
    return RuleText(name, raw, path.suffix == ".txt")


def parse(source: RuleText) -> RuleFile:
    """The tables of one file; what is wrong with it is in `problems`, never raised."""
    out = RuleFile(source.name)
    try:
        text = source.raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = source.raw.count(b"\n", 0, error.start) + 1
        byte = source.raw[error.start]
        out.problems.append(f"{source.name}:{line}:1: byte 0x{byte:02x} is not UTF-8; save the file as UTF-8")
        return out
    if source.is_words:
        out.words = [w for w in (line.partition("#")[0].strip() for line in text.splitlines()) if w]
        return out
    headers = list(_HEADER.finditer(text))
    if len(headers) > MAX_RULES:
        out.problems.append(f"{source.name}:1:1: {len(headers)} rules, more than {MAX_RULES}; split the file")
        return out
    document = _toml(text, out)
    if document is not None:
        _collect(document, text, headers, out)
    return out


def _toml(text: str, out: RuleFile) -> dict[str, Any] | None:
    deep = _DEEP_KEY.search(text)
    if deep:
        line = text.count("\n", 0, deep.start()) + 1
        out.problems.append(f"{out.name}:{line}:1: a key with more than {_MAX_DOTS} dots; rules are flat tables")
        return None
    try:
        return tomllib.loads(text)
    except RecursionError:
        out.problems.append(f"{out.name}:1:1: nested too deeply; rules are flat tables")
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = _AT.search(message)
        at = f"{place[1]}:{place[2]}" if place and place[1] else f"{text.count(chr(10)) + 1}:1"
        what = _AT.sub("", message).strip()
        out.problems.append(f"{out.name}:{at}: not TOML: {what[:1].lower()}{what[1:]}")
    except (ValueError, OverflowError, MemoryError) as error:
        out.problems.append(f"{out.name}:1:1: not TOML: {error}")
    return None


def _collect(document: dict[str, Any], text: str, headers: list[re.Match[str]], out: RuleFile) -> None:
    disable = document.pop("disable", [])
    if isinstance(disable, list) and all(isinstance(x, str) for x in disable):
        out.disable = disable
    else:
        out.problems.append(f'{out.name}:{_line(text, "disable")}:1: "disable" must be a list of rule ids')
    spans = _spans(text, headers)
    for type_, tables in document.items():
        if len(out.problems) >= MAX_PROBLEMS:
            return
        if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
            out.problems.append(f"{out.name}:{_line(text, type_)}:1: {_stray(type_, tables)}")
            continue
        places = spans.get(type_, [])
        if len(places) != len(tables):
            places = [(0, len(text))] * len(tables)
        line, counted = 1, 0
        for table, (start, end) in zip(tables, places, strict=True):
            if start >= counted:
                line, counted = line + text.count("\n", counted, start), start
            out.tables.append(Table(type_, table, out.name, line, text, (start, end)))


def _stray(type_: str, value: object) -> str:
    if isinstance(value, dict):
        return f"[{type_}] must be [[{type_}]]: each rule is one table of a list"
    return f'"{type_}" stands outside any rule; put it under a [[type]] header'


def _spans(text: str, headers: list[re.Match[str]]) -> dict[str, list[tuple[int, int]]]:
    """For each type, where each of its tables begins and where the next table begins."""
    out: dict[str, list[tuple[int, int]]] = {}
    ends = [header.start() for header in headers[1:]] + [len(text)]
    for header, end in zip(headers, ends, strict=False):
        out.setdefault(header[1], []).append((header.start(), end))
    return out


def _line(text: str, key: str) -> int:
    match = re.search(rf"^[ \t]*\[*[ \t]*\"?{re.escape(key)}\"?[ \t]*(?:=|\]|\.)", text, re.M)
    return text.count("\n", 0, match.start()) + 1 if match else 1


def _key_pattern(key: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[{{,])[ \t]*(\"?{re.escape(key)}\"?)[ \t]*(?==|\.)", re.M)
