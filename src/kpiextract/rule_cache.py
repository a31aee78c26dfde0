"""Keep checked rules between runs: a key and plain data go into a JSON file of the user's cache folder, and come back.

Every failure is silent: a cache that cannot be read or written only costs time.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any

_KEEP = 8


def folder() -> Path | None:
    """The cache folder, or None where `KPIEXTRACT_CACHE` is `off` or empty; `KPIEXTRACT_CACHE=DIR` moves it."""
    setting = os.environ.get("KPIEXTRACT_CACHE")
    if setting is not None:
        return Path(setting) if setting.strip().lower() not in {"", "0", "off", "no", "false"} else None
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(base, "kpiextract") if base and os.path.isabs(base) else None


def load(key: str) -> Any | None:
    """What was stored under `key`, else None."""
    place = folder()
    if place is None:
        return None
    try:
        stored = json.loads((place / f"rules-{key}.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return stored.get("data") if isinstance(stored, dict) and stored.get("key") == key else None


def store(key: str, data: Any) -> None:
    """Store `data` under `key`: whole or not at all. Old entries are dropped."""
    place = folder()
    if place is None:
        return
    import tempfile

    try:
        place.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix="rules-", suffix=".tmp", dir=place)
    except OSError:
        return
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"key": key, "data": data}, file, ensure_ascii=False, separators=(",", ":"))
        os.replace(name, place / f"rules-{key}.json")
    except (OSError, ValueError, TypeError):
        with contextlib.suppress(OSError):
            os.unlink(name)
    _prune(place)


def _prune(place: Path) -> None:
    with contextlib.suppress(OSError):
        files = sorted(place.glob("rules-*.json"), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in files[_KEEP:]:
            old.unlink(missing_ok=True)
