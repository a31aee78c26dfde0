"""Load rule files: folders of TOML go in, one checked `RuleBook` comes out."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


class RuleError(Exception):
    """Rule files that do not hold together; `problems` has one line each (`file:line:col: what`)."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Rule:
    """One `[[type]]` table of a rule file."""

    id: str
    type: str
    data: Mapping[str, Any]
    file: str
    line: int


@dataclass(frozen=True)
class RuleBook:
    """All rules in force, in file order."""

    by_type: Mapping[str, tuple[Rule, ...]]

    def rules(self, type: str) -> tuple[Rule, ...]:
        """The rules of one type, in file order."""
        return self.by_type.get(type, ())

    def words(self, id: str) -> tuple[str, ...]:
        """The words of the `[[words]]` rule with this id; raises `RuleError` where there is none."""
        for rule in self.rules("words"):
            if rule.id == id:
                return tuple(rule.data["words"])
        raise RuleError([f"no [[words]] rule has the id {id!r}"])


def builtin_rules() -> Path:
    """The folder of the built-in rules: in the installed package, else in the checkout."""
    here = Path(__file__).resolve().parent
    packaged = here / "rules"
    return packaged if packaged.is_dir() else here.parent.parent / "rules"


@cache
def load_rules(packs: tuple[Path, ...] = (), builtin: bool = True) -> RuleBook:
    """Read the rule packs, the built-in one first; raises `RuleError`."""
    folders = ([builtin_rules()] if builtin else []) + list(packs)
    by_type: dict[str, list[Rule]] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.toml")):
            for type_, tables in tomllib.loads(path.read_text(encoding="utf-8")).items():
                for table in tables:
                    by_type.setdefault(type_, []).append(Rule(table["id"], type_, table, path.name, 0))
    return RuleBook({k: tuple(v) for k, v in by_type.items()})
