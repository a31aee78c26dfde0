"""Measure speed as ratios in one run: seeds are read as whole processes, times go out against those of jieba.

    python bench/speed.py [--megabytes 10] [--runs 5]

start        a whole `kpiextract run` on one seed, against importing typer, rich, pandas, regex and a loaded jieba
throughput   text to CSV by `kpiextract run`, start included, against `jieba.lcut` over the same text, load excluded;
             the text is the seeds with prose between their lines: a figure in about 290 bytes, as in real reports
pack         a fifth of the text with a pack of 500 more indicators, against none (1.00 is no cost)
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

SEEDS = Path(__file__).parent.parent / "seeds"
PROSE = Path(__file__).parent / "prose.txt"
EAGER = "import typer, rich, pandas, regex, jieba, logging; jieba.setLogLevel(logging.ERROR); jieba.initialize()"
LCUT = """
import logging, pathlib, sys, time, jieba
jieba.setLogLevel(logging.ERROR)
jieba.initialize()
texts = [path.read_text(encoding="utf-8") for path in sorted(pathlib.Path(sys.argv[1]).iterdir())]
begin = time.perf_counter()
for text in texts:
    jieba.lcut(text)
print(time.perf_counter() - begin)
"""
PROGRAM = [sys.executable, "-m", "kpiextract"]
BYTES_A_READING = 290  # in real work reports (40 of them, 1.66 MB of text, 5,700 readings)
BYTES_A_READING_IN_SEEDS = 41
INDICATORS = 500


def seconds(command: Sequence[str]) -> float:
    """How long a process takes from beginning to end."""
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begin


def medians(runs: int, *measures: Callable[[], float]) -> Iterator[float]:
    """The median of each measure, taken in turns so that a busy moment hits all of them."""
    taken = [[measure() for measure in measures] for _ in range(runs)]
    return (statistics.median(column) for column in zip(*taken, strict=True))


def thinned(report: str, prose: Sequence[str], random: Random) -> str:
    """A seed with prose between its lines, so that it has as many figures as a real report of its length."""
    lines = report.splitlines()
    padding = int(len(report) * (BYTES_A_READING / BYTES_A_READING_IN_SEEDS - 1))
    while padding > 0:
        text = "".join(random.sample(prose, 3))
        lines.insert(random.randint(1, len(lines)), text)
        padding -= len(text)
    return "\n".join(lines)


def make_reports(folder: Path, size: int) -> int:
    """Fill a folder with documents made of the seeds and of prose without figures; the bytes written."""
    folder.mkdir()
    random = Random(7)
    prose = PROSE.read_text(encoding="utf-8").splitlines()
    seeds = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    written = number = 0
    while written < size:
        data = thinned(seeds[number % len(seeds)], prose, random).encode()
        written += (folder / f"{number:05}.txt").write_bytes(data)
        number += 1
    return written


def make_pack(path: Path) -> None:
    """A rule pack of made-up indicators."""
    random = Random(5)
    syllables = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
    with path.open("w", encoding="utf-8") as file:
        for number in range(INDICATORS):
            name, alias = ("".join(random.choices(syllables, k=random.randint(4, 9))) for _ in range(2))
            file.write(f'[[indicator]]\nid = "bench.n{number}"\nname = "{name}"\naliases = ["{alias}"]\n')
            file.write('category = "bench"\nkind = "count"\n\n')


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=10)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    seed = str(min(SEEDS.glob("*.txt")))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "reports")
        rate = make_reports(folder, int(given.megabytes * 1e6)) / 1000
        make_reports(Path(name, "less"), int(given.megabytes * 1e6 / 5))
        pack, out = Path(name, "pack.toml"), str(Path(name, "out.csv"))
        make_pack(pack)
        run = [*PROGRAM, "run", str(folder), "--csv", out]
        seconds([*PROGRAM, "run", seed]), seconds([*PROGRAM, "run", seed, "--rules", str(pack)])  # fill the caches

        own, eager = medians(
            given.runs, lambda: seconds([*PROGRAM, "run", seed]), lambda: seconds([sys.executable, "-c", EAGER])
        )
        print(f"start        {own / eager:5.2f}   {own * 1000:.0f} ms against {eager * 1000:.0f} ms")

        lcut = float(subprocess.run([sys.executable, "-c", LCUT, str(folder)], capture_output=True, check=True).stdout)
        one, shared = medians(1, lambda: seconds([*run, "--jobs", "1"]), lambda: seconds(run))
        less = [*PROGRAM, "run", str(Path(name, "less")), "--csv", out, "--jobs", "1"]
        bare, packed = medians(3, lambda: seconds(less), lambda: seconds([*less, "--rules", str(pack)]))
        print(f"throughput   {lcut / one:5.2f}   {rate / one:,.0f} KB/s against {rate / lcut:,.0f} KB/s, one process")
        print(f"             {lcut / shared:5.2f}   {rate / shared:,.0f} KB/s, {os.cpu_count()} processors")
        print(
            f"pack         {packed / bare:5.2f}   {packed:.1f} s with {INDICATORS} more indicators against {bare:.1f} s"
        )


if __name__ == "__main__":
    main()
