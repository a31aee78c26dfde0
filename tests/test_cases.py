"""Whole documents: what is read in the seeds is what was read and accepted before.

`python tests/test_cases.py --accept` writes the golden files anew: read what changed (`git diff tests/golden`) before
you commit it. A golden file has one line a reading, then one line for each numeral that is none.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import pytest

from kpiextract.model import Source
from kpiextract.pipeline import extract_source
from kpiextract.rulebook import RuleBook, load_rules

SEEDS = Path(__file__).parent.parent / "seeds"
GOLDEN = Path(__file__).parent / "golden"
COLUMNS = (
    *("line", "quantity", "name", "value", "value_high", "unit", "kind", "bound"),
    *("aspect", "direction", "compare", "status", "period", "scope"),
)


@cache
def book() -> RuleBook:
    return load_rules()


def seeds() -> list[Path]:
    return sorted(SEEDS.glob("*.txt"))


def as_read(path: Path) -> list[str]:
    """The lines of the golden file that a seed gives now."""
    extraction = extract_source(Source(path.name, path.read_text(encoding="utf-8")), book())
    lines = ["\t".join(COLUMNS)]
    lines += ["\t".join(_cell(getattr(row, column)) for column in COLUMNS) for row in extraction.readings]
    lines += ["", "\t".join(("line", "numeral", "became", "edtf"))]
    others = [entry for entry in extraction.ledger if entry.became != "reading"]
    return lines + ["\t".join((str(one.line), one.numeral, one.became, one.edtf)) for one in others]


def _cell(value: object) -> str:
    return "" if value is None else " ".join(str(value).split())


def test_there_are_seeds() -> None:
    """Three consecutive years of one place, a party summary, a bulletin, a news report, none of them short."""
    assert len(seeds()) >= 6
    assert all(len(path.read_text(encoding="utf-8")) >= 1500 for path in seeds())


def test_each_golden_file_has_its_seed() -> None:
    assert {path.stem for path in GOLDEN.glob("*.tsv")} == {path.stem for path in seeds()}


@pytest.mark.parametrize("path", seeds(), ids=lambda path: path.stem.encode("punycode").decode())
def test_a_seed_is_read_as_accepted(path: Path) -> None:
    """A difference is an improvement to accept or a mistake to mend; never accept it unread."""
    accepted = (GOLDEN / f"{path.stem}.tsv").read_text(encoding="utf-8").split("\n")
    assert as_read(path) == accepted[:-1]


def accept() -> None:
    """Write the golden file of every seed."""
    GOLDEN.mkdir(exist_ok=True)
    for path in seeds():
        (GOLDEN / f"{path.stem}.tsv").write_text("\n".join(as_read(path)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["--accept"]:
        sys.exit("usage: python tests/test_cases.py --accept")
    accept()
