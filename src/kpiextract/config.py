"""Gather settings: `kpiextract.toml`, `[tool.kpiextract]` and the environment come in, one `Settings` goes out.

From weak to strong: the file, the environment (`KPIEXTRACT_JOBS=4`), flags. The nearest folder upwards that holds a
file counts; where it holds both, `kpiextract.toml` is read and `pyproject.toml` is not.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

PREFIX = "KPIEXTRACT_"
FILE = "kpiextract.toml"
_PROJECT = "pyproject.toml"
_MAX_BYTES = 1_000_000
_YES, _NO = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that can be set: its name, its type, what it means."""

    name: str
    type: str
    doc: str
    choices: tuple[str, ...] = ()


SETTINGS: Mapping[str, Setting] = {
    s.name: s
    for s in (
        Setting("rules", "paths", "rule packs over the built-in one, in order"),
        Setting("builtin", "flag", "whether the built-in rules are read"),
        Setting("year", "count", "the documents' year"),
        Setting(
            "format", "text", "what goes to standard output", ("auto", "table", "tsv", "csv", "json", "jsonl", "md")
        ),
        Setting("kind", "texts", "only readings of these kinds"),
        Setting("category", "texts", "only readings of these categories"),
        Setting("jobs", "count", "the number of processes"),
        Setting("encoding", "text", "the encoding of text files"),
        Setting("encoding_errors", "text", "what to do with invalid bytes", ("strict", "replace")),
        Setting("max_bytes", "count", "the largest document, in bytes"),
        Setting("bom", "flag", "whether CSV files begin with a byte order mark"),
    )
}


class ConfigError(Exception):
    """Settings that do not hold together; `problems` has one line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Settings:
    """What is set, and where: `values[name]` comes from `origins[name]` (a file, or a variable)."""

    values: Mapping[str, Any]
    origins: Mapping[str, str]

    def pick(self, name: str, flag: T | None, default: T) -> T:
        """The flag where one was given, else what is set, else the default."""
        if flag is not None and flag != [] and flag != ():
            return flag
        value: T = self.values.get(name, default)
        return value


def load_settings(start: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings that hold in the folder `start` (the current one); raises `ConfigError` with every mistake."""
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    problems: list[str] = []
    found = _nearest((start or Path.cwd()).absolute())
    if found is not None:
        path, shown = found, _shown(found)
        for name, value in _table(path, shown, problems).items():
            if _accept(name, value, _place(path, shown, name), problems):
                values[name] = _resolved(name, value, path.parent)
                origins[name] = shown
    variables = os.environ if environ is None else environ
    for name in SETTINGS:
        text = variables.get(PREFIX + name.upper())
        if text:
            value = _from_text(SETTINGS[name], text)
            if _accept(name, value, PREFIX + name.upper(), problems):
                values[name] = _resolved(name, value, Path())
                origins[name] = PREFIX + name.upper()
    if problems:
        raise ConfigError(problems)
    return Settings(values, origins)


def _nearest(folder: Path) -> Path | None:
    for place in (folder, *folder.parents):
        if (place / FILE).is_file():
            return place / FILE
        project = place / _PROJECT
        if project.is_file() and b"tool.kpiextract" in _bytes(project):
            return project
    return None


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_BYTES)
    except OSError:
        return b""


def _table(path: Path, shown: str, problems: list[str]) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            raw = file.read(_MAX_BYTES + 1)
        if len(raw) > _MAX_BYTES:
            problems.append(f"{shown}: more than {_MAX_BYTES // 1_000_000} MB; this is no settings file")
            return {}
        data: Any = tomllib.loads(raw.decode("utf-8-sig"))
    except OSError as error:
        problems.append(f"{shown}: cannot be read ({error.strerror or error}); check its permissions")
        return {}
    except UnicodeDecodeError:
        problems.append(f"{shown}: is not UTF-8; save it as UTF-8")
        return {}
    except (ValueError, RecursionError) as error:
        problems.append(f"{shown}: is not TOML: {error}")
        return {}
    if path.name == _PROJECT:
        data = data.get("tool", {}).get("kpiextract", {})
    if not isinstance(data, dict):
        problems.append(f"{shown}: [tool.kpiextract] must be a table")
        return {}
    return data


def _accept(name: str, value: object, place: str, problems: list[str]) -> bool:
    setting = SETTINGS.get(name)
    if setting is None:
        from difflib import get_close_matches

        near = get_close_matches(name, SETTINGS, 1, 0.6)
        hint = f', did you mean "{near[0]}"?' if near else f"; known are: {', '.join(SETTINGS)}"
        problems.append(f'{place}: unknown key "{name}"{hint}')
        return False
    wanted = _wanted(setting, value)
    if wanted:
        problems.append(f'{place}: "{name}" must be {wanted}')
    return not wanted


def _wanted(setting: Setting, value: object) -> str:
    """What the value should have been, empty where it is fine."""
    if setting.type in ("paths", "texts"):
        good = isinstance(value, list) and all(isinstance(v, str) and v for v in value)
        return "" if good else "a list of strings"
    if setting.type == "flag":
        return "" if isinstance(value, bool) else "true or false"
    if setting.type == "count":
        return "" if type(value) is int and value > 0 else "a whole number above 0"
    if not isinstance(value, str):
        return "a string"
    return "" if not setting.choices or value in setting.choices else f"one of {', '.join(setting.choices)}"


def _from_text(setting: Setting, text: str) -> object:
    if setting.type in ("paths", "texts"):
        return [part for part in text.split(os.pathsep if setting.type == "paths" else ",") if part]
    if setting.type == "flag":
        return text.lower() in _YES if text.lower() in _YES | _NO else text
    if setting.type == "count":
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else text
    return text


def _resolved(name: str, value: Any, folder: Path) -> Any:
    return [str(folder / path) for path in value] if SETTINGS[name].type == "paths" else value


def _shown(path: Path) -> str:
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def _place(path: Path, shown: str, name: str) -> str:
    lines = _bytes(path).decode("utf-8-sig", "replace").splitlines()
    for number, line in enumerate(lines, 1):
        if line.lstrip().removeprefix('"').startswith(name):
            return f"{shown}:{number}:{len(line) - len(line.lstrip()) + 1}"
    return shown
