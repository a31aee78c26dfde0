"""Take listed files through reading and extraction: files go in, their rows and what is to be said of them come out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from os import path

from kpiextract.engine import in_order, processors
from kpiextract.inputs import InputFile, InputProblem, ReadOptions, read_one
from kpiextract.model import Extraction
from kpiextract.pipeline import extract_source
from kpiextract.rulebook import RuleBook, RuleError
from kpiextract.table import Row, ledger_row, reading_row

# Below this many bytes a second process costs more than it saves.
_WORTH_SHARING = 400_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one file gave: its rows, or the problem that stands in for them.

    `became` counts the numerals by what became of them; `broken_rules` are the lines of a rule error that ends the run.
    """

    doc: str
    rows: Sequence[Row] = ()
    encoding: str = ""
    became: Mapping[str, int] = field(default_factory=dict)
    problem: InputProblem | None = None
    broken_rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Work:
    """What is done to every file: read it, extract, keep the readings of some kinds and categories, or the ledger."""

    book: RuleBook
    options: ReadOptions = ReadOptions()  # noqa: RUF009
    year: int | None = None
    kinds: Collection[str] = ()
    categories: Collection[str] = ()
    ledger: bool = False

    def __call__(self, file: InputFile) -> Outcome:
        """Do it; nothing is raised but what ends a process."""
        try:
            source = read_one(file, self.options)
            if isinstance(source, InputProblem):
                return Outcome(file.doc, problem=source)
            found = extract_source(source, self.book, self.year, "year" in self.kinds)
            rows = list(self._rows(found))
            return Outcome(file.doc, rows, source.encoding, Counter(entry.became for entry in found.ledger))
        except RuleError as error:
            return Outcome(file.doc, broken_rules=tuple(error.problems))
        except MemoryError:
            return Outcome(file.doc, problem=InputProblem(file.doc, "needs more memory than there is; split it"))
        except Exception as error:
            what = f"cannot be read: internal error ({type(error).__name__}: {error}); please report it"
            return Outcome(file.doc, problem=InputProblem(file.doc, " ".join(what.split())))

    def _rows(self, found: Extraction) -> Iterator[Row]:
        if self.ledger:
            yield from map(ledger_row, found.ledger)
            return
        for reading in found.readings:
            if (not self.kinds or reading.kind in self.kinds) and (
                not self.categories or reading.category in self.categories
            ):
                yield reading_row(reading)


def outcomes(files: Sequence[InputFile], work: Work, jobs: int | None, each: Callable[[Outcome], bool]) -> None:
    """Hand the outcome of every file to `each`, in order, until it returns false.

    `jobs` is the number of processes; where it is not said, as many as there are processors and enough work.
    Raises `RuleError` where a rule fails on a document.
    """
    with closing(in_order(files, work, jobs or _enough(files), _lost)) as results:
        for outcome in results:
            if outcome.broken_rules:
                raise RuleError(outcome.broken_rules)
            if not each(outcome):
                return


def _enough(files: Sequence[InputFile]) -> int:
    """As many processes as pay for themselves."""
    limit = min(processors(), len(files))
    if limit < 2:
        return 1
    total = 0
    for file in files:
        try:
            total += path.getsize(file.path) if file.data is None else len(file.data)
        except OSError:
            continue
        if total >= _WORTH_SHARING:
            return limit
    return 1


def _lost(file: InputFile) -> Outcome:
    message = "cannot be read: the process that read it was killed twice (out of memory?); split it, or use --jobs 1"
    return Outcome(file.doc, problem=InputProblem(file.doc, message))
