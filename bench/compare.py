"""Measure `kpiextract diff`: two made-up outputs of many rows are written and compared; seconds and memory come out.

    python bench/compare.py [ROWS]        100,000 rows a side where nothing is said

Promised: 100,000 rows against 100,000 rows in under 10 seconds and 1 GB.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

from kpiextract.model import Reading
from kpiextract.table import READINGS, reading_row
from kpiextract.write import open_writer

SYLLABLES = [chr(code) for code in range(0x4E00, 0x4E00 + 1500)]
UNITS = [("count", "家"), ("count", "个"), ("amount", "元"), ("percent", "%"), ("area", "平方米")]


def old_rows(count: int) -> Iterator[Reading]:
    """Made-up readings: many names, several readings a name, sentences of usual length."""
    random = Random(6)
    names = ["".join(random.choices(SYLLABLES, k=random.randint(3, 12))) for _ in range(count * 3 // 4)]
    for i in range(count):
        name, (kind, unit) = random.choice(names), random.choice(UNITS)
        quantity = f"{random.randint(1, 10**6)}{unit}"
        before, after = ("".join(random.choices(SYLLABLES, k=40)) for _ in range(2))
        yield Reading(
            doc=f"2022/{i * 50 // count:02}.txt",
            section=f"一、{name[0]} > （一）{name[1]}",
            indicator=name,
            name=name,
            kind=kind,
            value=Decimal(quantity.removesuffix(unit)),
            unit=unit,
            period="2022",
            period_source="document",
            evidence=f"{before}，{name}{quantity}，{after}。",
            quantity=quantity,
            start=i,
            end=i + len(quantity),
            line=i,
            rule="frame.plain",
        )


def new_rows(old: Iterator[Reading]) -> Iterator[Reading]:
    """The year after: most values changed, some names worded a little longer, some rows gone, some new."""
    random = Random(7)
    for reading in old:
        chance = random.random()
        if chance < 0.1:
            continue
        name = reading.name + random.choice(SYLLABLES) if chance < 0.2 else reading.name
        if chance > 0.9:
            name = "".join(random.choices(SYLLABLES, k=8))
        value = reading.value if chance < 0.4 else Decimal(random.randint(1, 10**6))
        doc = reading.doc.replace("2022", "2023")
        yield replace(reading, doc=doc, name=name, indicator=name, value=value, period="2023")


def write(path: Path, rows: Iterator[Reading]) -> None:
    """Write an output in the format that the ending names."""
    with path.open("wb") as out:
        writer = open_writer(path.suffix[1:], out, READINGS)
        writer.write(map(reading_row, rows))
        writer.close()


def main() -> int:
    """Compare the two, as CSV and as JSON; print seconds and the most memory that was in use."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        for format in ("csv", "json"):
            old, new, out = (Path(folder) / f"{name}.{format}" for name in ("old", "new", "out"))
            write(old, old_rows(count))
            write(new, new_rows(old_rows(count)))
            program = [sys.executable, "-c", "from kpiextract.cli import main; main()"]
            command = [*program, "diff", str(old), str(new), "--csv", str(out), "--exit-zero"]
            begin = time.perf_counter()
            subprocess.run(command, check=True)
            seconds = time.perf_counter() - begin
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(f"diff of {count:,} rows, {format}: {seconds:.1f} s, {peak:,.0f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
