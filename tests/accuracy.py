"""Score the accuracy corpus: its cases come in, readings are compared with the gold, figures and misses go out.

A gold row is found where a reading overlaps its quantity with the same value; a reading is true where it is such a row.
Of a row, the name is right from a character F1 of 0.7 with an accepted name; `row` wants value, unit, kind and name
right, `perfect` every field. Readings of optional gold count neither way. A trap holds where no reading overlaps it.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from accuracy_cases import CASES, Case, Gold, load_cases

from kpiextract.model import Reading, Source
from kpiextract.pipeline import extract_source
from kpiextract.rulebook import load_rules

FIELDS = ("unit", "kind", "bound", "aspect", "direction", "compare", "status", "period", "scope")
FLOORS = Path(__file__).parent / "accuracy_floors.toml"
FIGURES = ("value F1", "row F1", "perfect", "traps")
NAME_ENOUGH = 0.7
_SILENT = set(" \t\n\r\u3000“”\"'‘’《》（）()、，,。；;：:·*")


@dataclass(frozen=True, slots=True)
class Miss:
    """One error: of which sort, in which case and frame, and what was wanted and got."""

    sort: str
    case: str
    frame: str
    quantity: str
    name: str
    detail: str

    def __str__(self) -> str:
        return f"{self.sort:9} {self.case:16} {self.frame:12} {self.quantity} | {self.name} | {self.detail}"


@dataclass(slots=True)
class Tally:
    """Counts of gold rows, readings and traps, and how many were right."""

    counts: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.counts + other.counts)

    def share(self, part: str, whole: str) -> float:
        """`part` of `whole` in percent; 0 where there is none."""
        return 100.0 * self.counts[part] / self.counts[whole] if self.counts[whole] else 0.0

    def f1(self, of_gold: str, of_readings: str) -> float:
        """The harmonic mean of two counts' shares of all gold rows and of all readings, in percent."""
        recall, precision = self.share(of_gold, "gold"), self.share(of_readings, "readings")
        return 2 * recall * precision / (recall + precision) if recall + precision else 0.0

    def figures(self) -> dict[str, float]:
        """What a document or the corpus is judged by, in percent."""
        return {
            "found": self.share("found", "gold"),
            "true": self.share("true", "readings"),
            "value F1": self.f1("found", "true"),
            "row F1": self.f1("row", "row"),
            "perfect": self.share("perfect", "gold"),
            "traps": self.share("traps held", "traps"),
        }


@dataclass(slots=True)
class Report:
    """All that was scored: a tally for each case and each frame, the fields of found rows, the misses."""

    cases: dict[str, Tally] = field(default_factory=dict)
    frames: dict[str, Tally] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)

    @property
    def total(self) -> Tally:
        """The tally of all cases."""
        return sum(self.cases.values(), Tally())


def name_f1(name: str, accepted: Iterable[str]) -> float:
    """The best character F1 (0 to 1) of a name with the accepted ones; punctuation and spaces do not count."""
    return max((_f1(_characters(name), _characters(one)) for one in accepted), default=0.0)


def _characters(name: str) -> Counter[str]:
    return Counter(character for character in name if character not in _SILENT)


def _f1(one: Counter[str], other: Counter[str]) -> float:
    shared = (one & other).total()
    return 2 * shared / (one.total() + other.total()) if shared else 0.0


def same_value(reading: Reading, gold: Gold) -> bool:
    """Whether the figures are equal, high ends too; a figure that had to be rounded may differ in its last digits."""
    return _close(reading.value, gold.value) and _close(reading.value_high, gold.value_high)


def _close(got: Decimal | None, want: Decimal | None) -> bool:
    if got is None or want is None:
        return got is want
    return abs(got - want) <= abs(want) * Decimal("1e-9")


def wrong_fields(reading: Reading, gold: Gold) -> list[str]:
    """The fields that differ. A scope may be said longer or shorter."""
    return [one for one in FIELDS if not _same_field(one, getattr(reading, one), getattr(gold, one))]


def _same_field(name: str, got: str, want: str) -> bool:
    return got == want or (name == "scope" and bool(got and want) and (got in want or want in got))


def pair(readings: Sequence[Reading], golds: Sequence[Gold]) -> dict[int, int]:
    """Gold index to reading index, one to one, where they overlap: the same value first, then the best name."""
    options = sorted(
        (not same_value(reading, gold), -name_f1(reading.name, gold.names), abs(reading.start - gold.start), g, r)
        for g, gold in enumerate(golds)
        for r, reading in enumerate(readings)
        if reading.start < gold.end and gold.start < reading.end
    )
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for *_, g, r in options:
        if g not in pairs and r not in taken:
            pairs[g] = r
            taken.add(r)
    return pairs


def score_case(case: Case, readings: Sequence[Reading], report: Report) -> None:
    """Add one case's readings to the report."""
    readings = [reading for reading in readings if reading.kind != "year"]
    pairs, tally = pair(readings, case.rows), Tally()
    for g, gold in enumerate(case.rows):
        if not gold.optional:
            row = _score_row(case.name, gold, readings[pairs[g]] if g in pairs else None, report.misses)
            tally.counts.update(row)
            report.frames.setdefault(gold.frame, Tally()).counts.update(row)
    by_reading = {r: g for g, r in pairs.items()}
    optional = [gold for gold in case.rows if gold.optional]
    for r, reading in enumerate(readings):
        partner = case.rows[by_reading[r]] if r in by_reading else None
        near = [gold for gold in optional if reading.start < gold.end and gold.start < reading.end]
        if (partner and partner.optional) or (partner is None and near):
            continue
        tally.counts["readings"] += 1
        tally.counts["true"] += partner is not None and same_value(reading, partner)
        if partner is None:
            detail = f"{reading.value} {reading.unit}"
            report.misses.append(Miss("EXTRA", case.name, reading.rule, reading.quantity, reading.name, detail))
    for trap in case.traps:
        hit = [reading for reading in readings if reading.start < trap.end and trap.start < reading.end]
        tally.counts.update({"traps": 1, "traps held": not hit})
        if hit:
            report.misses.append(Miss("TRAP", case.name, trap.reason, trap.text, hit[0].quantity, hit[0].name))
    report.cases[case.name] = tally


def _score_row(case: str, gold: Gold, reading: Reading | None, misses: list[Miss]) -> dict[str, int]:
    def miss(sort: str, detail: str) -> None:
        misses.append(Miss(sort, case, gold.frame, gold.quantity, gold.names[0], detail))

    if reading is None:
        miss("MISSED", "no reading")
        return {"gold": 1}
    if not same_value(reading, gold):
        miss("VALUE", f"want {gold.value} {gold.unit}, got {reading.value} {reading.unit} {reading.name}")
        return {"gold": 1}
    wrong, named = wrong_fields(reading, gold), name_f1(reading.name, gold.names) >= NAME_ENOUGH
    if not named:
        miss("NAME", f"got {reading.name}")
    for one in wrong:
        miss(one.upper(), f"want {getattr(gold, one)!r}, got {getattr(reading, one)!r} ({reading.rule})")
    right = {f"right {one}": int(one not in wrong) for one in FIELDS}
    row = named and "unit" not in wrong and "kind" not in wrong
    whole = {"right name": int(named), "row": int(row), "perfect": int(named and not wrong)}
    return {"gold": 1, "found": 1} | whole | right


def score(cases: Sequence[Case]) -> Report:
    """Read every case with the built-in rules and score it."""
    book, report = load_rules(), Report()
    for case in cases:
        score_case(case, extract_source(Source(case.name, case.text), book, year=case.year).readings, report)
    return report


def as_text(report: Report) -> str:
    """The report as three plain tables: by document, by field, by frame."""
    heads = ("found", "true", *FIGURES)
    lines = [f"{'document':20}{'rows':>6}" + "".join(f"{head:>10}" for head in heads)]
    for name, tally in [*sorted(report.cases.items()), ("all", report.total)]:
        figures = tally.figures()
        lines.append(f"{name:20}{tally.counts['gold']:>6}" + "".join(f"{figures[head]:>10.1f}" for head in heads))
    lines += ["", f"{'field':20}{'right in % of found rows':>26}"]
    lines += [f"{one:20}{report.total.share('right ' + one, 'found'):>26.1f}" for one in ("name", *FIELDS)]
    lines += ["", f"{'frame':20}{'rows':>6}{'found':>10}{'row':>10}{'perfect':>10}"]
    for name, tally in sorted(report.frames.items()):
        shares = "".join(f"{tally.share(one, 'gold'):>10.1f}" for one in ("found", "row", "perfect"))
        lines.append(f"{name:20}{tally.counts['gold']:>6}{shares}")
    return "\n".join(lines)


def floors() -> dict[str, float]:
    """The figures that the corpus must reach, in percent."""
    return {name: float(figure) for name, figure in tomllib.loads(FLOORS.read_text(encoding="utf-8")).items()}


def raised(old: dict[str, float], figures: dict[str, float]) -> dict[str, float]:
    """The floors lifted to what was reached, rounded down to a tenth; none is lowered."""
    return {name: max(old.get(name, 0.0), int(figures[name] * 10) / 10) for name in FIGURES}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report; with `--raise-floors`, write the floors as well. Exit code 1 where a floor is missed."""
    parser = argparse.ArgumentParser(description="Score the accuracy corpus.")
    parser.add_argument("cases", nargs="*", help="only these cases (names without .txt)")
    parser.add_argument("--misses", action="store_true", help="list every error")
    parser.add_argument("--raise-floors", action="store_true", help="lift the floors to what is reached now")
    options = parser.parse_args(arguments)
    cases = [case for case in load_cases(CASES) if not options.cases or case.name in options.cases]
    report = score(cases)
    if options.misses:
        print(*report.misses, sep="\n", end="\n\n")
    print(as_text(report))
    if options.cases:
        return 0
    figures = report.total.figures()
    if options.raise_floors:
        lines = [f'"{name}" = {floor}' for name, floor in raised(floors(), figures).items()]
        head = "# What the accuracy corpus must reach, in percent; lifted by: python tests/accuracy.py --raise-floors\n"
        FLOORS.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    short = {name: floor for name, floor in floors().items() if figures[name] < floor}
    for name, floor in short.items():
        print(f"{name}: {figures[name]:.1f} is below the floor of {floor}", file=sys.stderr)
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
