"""Paths go in, the files to read come out: each real file once, sorted by name, and what could not be listed."""

from __future__ import annotations

import os
import stat
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kpiextract.inputs.base import MAX_BYTES, InputFile, InputProblem, read_up_to, shown, too_big
from kpiextract.inputs.ignore import IGNORE_FILE, MAX_IGNORE_BYTES, Pattern, is_ignored, parse_ignore
from kpiextract.inputs.kinds import KIND_OF_ENDING, WHAT_TO_DO, ending

Identity = tuple[int, int] | str


@dataclass(frozen=True, slots=True)
class Listing:
    """The files to read, in the order of their names, and the inputs that could not be listed."""

    files: tuple[InputFile, ...]
    problems: tuple[InputProblem, ...]


@dataclass(frozen=True, slots=True)
class _Folder:
    doc: str
    path: str
    rules: tuple[tuple[int, tuple[Pattern, ...]], ...]
    parts: tuple[str, ...]


@dataclass(slots=True)
class _Walk:
    """What a walk has found so far."""

    outputs: frozenset[Identity]
    files: list[InputFile] = field(default_factory=list)
    problems: list[InputProblem] = field(default_factory=list)
    seen: set[Identity] = field(default_factory=set)
    unknown: Counter[str] = field(default_factory=Counter)
    unreadable: dict[str, list[str]] = field(default_factory=dict)
    special: int = 0

    def problem(self, doc: str, message: str) -> None:
        self.problems.append(InputProblem(doc, message))


def list_inputs(paths: Sequence[str], *, outputs: Collection[Path] = (), max_bytes: int = MAX_BYTES) -> Listing:
    """The files behind the paths: files, folders (walked), `-` for standard input (read here, up to `max_bytes`).

    Hidden files, what a `.kpiignore` names and the run's own `outputs` are left out of folders. Nothing is raised:
    what cannot be listed is a problem. A file that stands in several places is read once, under its first name.
    """
    walk = _Walk(frozenset(filter(None, (_identity(os.fspath(p)) for p in outputs))))
    for path in sorted(set(paths)):
        if path == "-":
            _standard_input(walk, max_bytes)
        else:
            _named(walk, os.fspath(path))
    files = sorted(walk.files, key=lambda f: (f.doc, f.path))
    return Listing(tuple(files), (*sorted(walk.problems, key=lambda p: (p.doc, p.message)), *_summaries(walk)))


def _standard_input(walk: _Walk, max_bytes: int) -> None:
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        walk.problem("-", "there is no standard input; name a file instead")
        return
    try:
        data = read_up_to(stream, max_bytes + 1)
    except (OSError, ValueError) as error:
        walk.problem("-", f"standard input cannot be read: {_reason(error)}")
        return
    if len(data) > max_bytes:
        walk.problem("-", str(too_big(len(data), max_bytes)))
    else:
        walk.files.append(InputFile("-", "", data))


def _named(walk: _Walk, path: str) -> None:
    doc = shown(path.replace(os.sep, "/"))
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as error:
        walk.problem(doc, f"cannot be read: {_reason(error)}; check the name")
        return
    if stat.S_ISDIR(mode):
        _tree(walk, _Folder(path.rstrip("/") if path.strip("/") else "/", path, (), ()))
    elif stat.S_ISREG(mode):
        identity = _identity(path)
        if identity not in walk.seen and identity not in walk.outputs:
            walk.seen.add(identity)
            walk.files.append(InputFile(doc, path))
    else:
        walk.problem(doc, "is no regular file (a device, pipe or socket); pass its content on standard input, as -")


def _tree(walk: _Walk, top: _Folder) -> None:
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        identity = _identity(folder.path)
        if identity in walk.seen:
            continue
        walk.seen.add(identity)
        waiting.extend(reversed(list(_folder(walk, folder))))


def _folder(walk: _Walk, folder: _Folder) -> Iterator[_Folder]:
    """List one folder: its files go to the walk, its folders are given back, both in order of names."""
    try:
        with os.scandir(folder.path) as entries:
            names = sorted(entry.name for entry in entries)
    except OSError as error:
        walk.problem(shown(folder.doc.replace(os.sep, "/")), f"cannot be listed: {_reason(error)}")
        return
    rules = folder.rules
    if IGNORE_FILE in names:
        rules = (*rules, (len(folder.parts), _ignore_file(walk, folder)))
    for name in names:
        if name.startswith((".", "~$")):
            continue
        path = os.path.join(folder.path, name)
        doc = folder.doc + ("" if folder.doc.endswith("/") else "/") + name
        parts = (*folder.parts, name)
        try:
            mode = os.stat(path).st_mode
        except OSError as error:
            if ending(name) in KIND_OF_ENDING and not _ignored(rules, parts, False):
                walk.problem(shown(doc.replace(os.sep, "/")), f"cannot be read: {_reason(error)}")
            else:
                walk.special += 1
            continue
        if _ignored(rules, parts, stat.S_ISDIR(mode)):
            continue
        if stat.S_ISDIR(mode):
            yield _Folder(doc, path, rules, parts)
        elif stat.S_ISREG(mode):
            _found(walk, shown(doc.replace(os.sep, "/")), path)
        else:
            walk.special += 1


def _found(walk: _Walk, doc: str, path: str) -> None:
    identity = _identity(path)
    if identity in walk.seen or identity in walk.outputs:
        return
    walk.seen.add(identity)
    suffix = ending(doc)
    if suffix in KIND_OF_ENDING:
        walk.files.append(InputFile(doc, path))
    elif suffix in WHAT_TO_DO:
        walk.unreadable.setdefault(suffix, []).append(doc)
    else:
        walk.unknown[suffix or "(no ending)"] += 1


def _ignored(rules: tuple[tuple[int, tuple[Pattern, ...]], ...], parts: tuple[str, ...], is_folder: bool) -> bool:
    return any(is_ignored(patterns, parts[depth:], is_folder) for depth, patterns in rules)


def _ignore_file(walk: _Walk, folder: _Folder) -> tuple[Pattern, ...]:
    path = os.path.join(folder.path, IGNORE_FILE)
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return ()
        with open(path, "rb") as file:
            return parse_ignore(file.read(MAX_IGNORE_BYTES).decode("utf-8", "surrogateescape"))
    except OSError as error:
        walk.problem(shown(path.replace(os.sep, "/")), f"cannot be read: {_reason(error)}")
        return ()


def _identity(path: str) -> Identity:
    """What tells one real file from another; where the file system has no numbers, its real path."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return os.path.abspath(path) if "\0" not in path else ""
    return (found.st_dev, found.st_ino) if found.st_ino else os.path.realpath(path)


def _summaries(walk: _Walk) -> Iterator[InputProblem]:
    for suffix, docs in sorted(walk.unreadable.items()):
        first, count = min(docs), len(docs)
        more = f" (and {count - 1} more {suffix} files)" if count > 1 else ""
        yield InputProblem(first, f"is a {suffix} file, which cannot be read{more}; {WHAT_TO_DO[suffix]}")
    if walk.unknown:
        kinds = ", ".join(f"{suffix} {count}" for suffix, count in sorted(walk.unknown.items()))
        total = sum(walk.unknown.values())
        yield InputProblem("", f"left out {total} file{'s' * (total > 1)} of kinds that are not read: {kinds}", False)
    if walk.special:
        number = walk.special
        yield InputProblem("", f"left out {number} that are no regular files (pipes, sockets, broken links)", False)


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
