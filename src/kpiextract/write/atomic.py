"""Files that are written whole or not at all: paths go in, temporary files come out that take their place at the end.

with Drafts() as drafts:
    out = drafts.open(path)      a hidden temporary file in the folder of `path`
    out.write(...)
    drafts.commit()              everything to the disk, then each file takes its place in one step
                                 leaving without commit removes the temporary files
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO, cast

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class _Draft:
    name: str
    path: str
    temporary: str | None
    file: BinaryIO


class OutputError(Exception):
    """An output that cannot be written: `path` and why, in one line."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path


class Drafts:
    """Several files that appear together, each in one step, or not at all."""

    def __init__(self) -> None:
        self._drafts: list[_Draft] = []

    def __enter__(self) -> Drafts:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for draft in self._drafts:
            with contextlib.suppress(OSError):
                draft.file.close()
            if draft.temporary is not None:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(draft.temporary)

    def open(self, path: str) -> BinaryIO:
        """A new file that will take the place of `path`; raises `OutputError`.

        A symbolic link keeps pointing to its target, which is replaced; permissions of the old file stay. What
        is no regular file (a device, a pipe) is written to at the end.
        """
        target = os.path.realpath(path)
        try:
            if os.path.exists(target) and not os.path.isfile(target):
                file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115
                self._drafts.append(_Draft(path, path, None, file))
            else:
                file = self._beside(path, target)
        except OSError as error:
            raise OutputError(path, reason(error)) from error
        return file

    def _beside(self, name: str, target: str) -> BinaryIO:
        temporary = os.path.join(os.path.dirname(target), f".kpiextract-{secrets.token_hex(8)}.tmp")
        with _uninterrupted():
            number = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o666)
            file = open(number, "w+b")  # noqa: SIM115
            self._drafts.append(_Draft(name, target, temporary, file))
        if os.path.exists(target):
            _keep_owner(number, os.stat(target))
        return file

    def commit(self, only_new: bool = False) -> None:
        """Put every file in its place; raises `OutputError`, and then leaves the old files as they were.

        With `only_new` a file that exists already is kept.
        """
        drafts = [d for d in self._drafts if not (only_new and os.path.exists(d.path))]
        for draft in drafts:
            try:
                draft.file.flush()
                if draft.temporary is not None:
                    os.fsync(draft.file.fileno())
            except OSError as error:
                raise OutputError(draft.name, reason(error)) from error
        for draft in drafts:
            if draft.temporary is None:
                _copy(draft)
        with _uninterrupted():
            for draft in drafts:
                if draft.temporary is not None:
                    try:
                        os.replace(draft.temporary, draft.path)
                    except OSError as error:
                        raise OutputError(draft.name, reason(error)) from error


def _copy(draft: _Draft) -> None:
    try:
        draft.file.seek(0)
        with open(draft.path, "wb") as target:
            shutil.copyfileobj(draft.file, target)
    except OSError as error:
        raise OutputError(draft.name, reason(error)) from error


def _keep_owner(number: int, old: os.stat_result) -> None:
    with contextlib.suppress(OSError):
        os.fchown(number, old.st_uid, old.st_gid)
    with contextlib.suppress(OSError):
        os.fchmod(number, stat.S_IMODE(old.st_mode))


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold signals back for the few steps that belong together."""
    old = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, old)


def reason(error: OSError) -> str:
    """Why an output cannot be written, for a message."""
    return f"cannot be written: {error.strerror or error}; the old file, if there was one, is as it was"
