"""Drive random and damaged files of every format through `kpiextract run`: none may end in a traceback or a hang.

    python tests/fuzz.py --seconds 60 [--seed N] [--keep DIR]

Each round writes a folder of files, made from the sample reports and damaged, and reads it with `run` and `audit` in
this process. A round is wrong where the program says "internal error" or prints a traceback, takes longer than
`--limit` seconds, or ends with another status than 0 or 1. Its folder is then kept, and the status is 1.
"""

from __future__ import annotations

import argparse
import codecs
import contextlib
import io
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from samples_docx import make_docx, p
from samples_pdf import make_pdf

from kpiextract.cli.errors import supervised
from kpiextract.cli.program import build

SEEDS = Path(__file__).parent.parent / "seeds"
LIMIT = 20.0
FILES = 5
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk")
PIECES = (
    *(
        "0",
        "9" * 40,
        "1,234.5",
        "１２",
        "三千",
        "第",
        "万亿",
        "%",
        "2022年",
        "“十四五”",
        "1—6月",
        "①",
        "½",
        "٣",
        "\ud800",
    ),
    *(
        "\x00",
        "\ufeff",
        "\u200b",
        "\u2028",
        "\r",
        "\t",
        "\n\n",
        "一、",
        "（",
        "）",
        "“",
        "《",
        "|",
        "|---|",
        "#",
        "&#",
        "<td>",
    ),
    *(
        "</table>",
        "<!--",
        "<script>",
        "]]>",
        "&lt;",
        "<w:p>",
        "</w:t>",
        "stream\n",
        "endobj",
        "\\",
        "(" * 200,
        "年" * 300,
    ),
)

Rng = random.Random


class TooSlow(BaseException):
    """A round took longer than the limit; nothing in the program may catch it."""


def reports() -> list[str]:
    """The texts of the sample reports."""
    return [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]


def mixed(rng: Rng, texts: list[str]) -> str:
    """A stretch of a report with pieces put in, taken out and moved."""
    text = rng.choice(texts)
    at = rng.randrange(len(text))
    text = text[at : at + rng.randrange(1, 1500)]
    for _ in range(rng.randrange(12)):
        at = rng.randrange(len(text) + 1)
        match rng.randrange(4):
            case 0:
                text = text[:at] + text[at + rng.randrange(1, 30) :]
            case 1:
                text = text[:at] + rng.choice(PIECES) * rng.choice((1, 1, 3, 50)) + text[at:]
            case 2:
                text = text[at:] + text[:at]
            case _:
                text = text[:at] + chr(rng.randrange(0xD7FF)) + text[at:]
    return text


def damaged(rng: Rng, data: bytes) -> bytes:
    """The bytes with some changed, cut out, doubled or cut off; half of the time as they were."""
    if rng.random() < 0.5 or not data:
        return data
    out = bytearray(data)
    for _ in range(rng.randrange(1, 9)):
        at = rng.randrange(len(out) + 1)
        match rng.randrange(4):
            case 0:
                out[at : at + 1] = bytes([rng.randrange(256)])
            case 1:
                del out[at : at + rng.randrange(1, 64)]
            case 2:
                out[at:at] = out[max(0, at - rng.randrange(1, 200)) : at]
            case _:
                out[at : at + 4] = rng.randbytes(4)
    return bytes(out[: rng.randrange(len(out) + 1)] if rng.random() < 0.1 else out)


def encoded(rng: Rng, text: str) -> bytes:
    """The text in one of the encodings of real files."""
    name = rng.choice(ENCODINGS)
    return text.encode(
        name, "replace" if codecs.lookup(name).name == "gbk" else "surrogatepass" if "utf" in name else "replace"
    )


def table(rng: Rng, text: str, mark: str) -> str:
    """The text as rows and cells."""
    cells = [text[i : i + rng.randrange(1, 12)].replace("\n", " ") for i in range(0, len(text), 12)]
    width = rng.randrange(1, 7)
    return "\n".join(mark.join(cells[i : i + width]) for i in range(0, len(cells), width)) + "\n"


def page(rng: Rng, text: str) -> str:
    """The text as HTML: paragraphs, headings and tables, some left open."""
    out = []
    for line in text.split("\n"):
        tag = rng.choice(("p", "h1", "h3", "div", "span", "td", "li", "pre", "table><tr><td", "!--", "a href='"))
        out.append(
            f"<{tag}>{escape(line) if rng.random() < 0.8 else line}" + (f"</{tag}>" if rng.random() < 0.7 else "")
        )
    return rng.choice(("", "<!DOCTYPE html><meta charset=gbk>", "<html><body>")) + "\n".join(out)


def word(rng: Rng, text: str) -> bytes:
    """The text as a Word file, some of it as a table."""
    lines = ["".join(c for c in line if c >= " " and not "\ud800" <= c <= "\udfff") for line in text.split("\n")]
    body = [
        p(escape(line, quote=False), rng.choice(("", "<w:outlineLvl w:val='1'/>", "<w:pStyle w:val='x'/>")))
        for line in lines
    ]
    if rng.random() < 0.4:
        body = [f"<w:tbl><w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in body)}</w:tr></w:tbl>"]
    return make_docx("".join(body))


def paper(rng: Rng, text: str) -> bytes:
    """The text as a PDF of one or two pages."""
    lines = [line[:60] for line in text.replace("\ud800", "").split("\n") if line.strip()][:60]
    pages = [[(50.0 + rng.randrange(40), 780.0 - 13 * n, line) for n, line in enumerate(lines[i::2])] for i in (0, 1)]
    return make_pdf([page for page in pages if page] or [[(50.0, 700.0, "1")]], with_map=rng.random() < 0.9)


MAKERS: dict[str, Callable[[Rng, str], bytes]] = {
    "txt": encoded,
    "md": lambda rng, text: encoded(rng, table(rng, text, "|") if rng.random() < 0.5 else text),
    "bars.txt": lambda rng, text: encoded(rng, table(rng, text, "|")),
    "tabs.txt": lambda rng, text: encoded(rng, table(rng, text, "\t")),
    "html": lambda rng, text: encoded(rng, page(rng, text)),
    "docx": word,
    "pdf": paper,
}


def write_round(rng: Rng, texts: list[str], folder: Path) -> None:
    """Put the files of one round into the folder."""
    for number in range(FILES):
        kind = rng.choice(list(MAKERS))
        data = rng.randbytes(rng.randrange(2000)) if rng.random() < 0.1 else MAKERS[kind](rng, mixed(rng, texts))
        (folder / f"{number}.{kind}").write_bytes(damaged(rng, data))


def run_round(folder: Path, limit: float) -> str:
    """Read the folder; what went wrong, or nothing."""
    for arguments in (["run", "--json", str(folder / "out.json")], ["audit", "--csv", str(folder / "out.csv")]):
        said, printed = io.StringIO(), io.StringIO()
        try:
            with contextlib.redirect_stderr(said), contextlib.redirect_stdout(printed), alarm(limit):
                command = [arguments[0], str(folder), "--jobs", "1", "--year", "2023", *arguments[1:]]
                status = supervised(lambda: build(command[0])(command, prog_name="kpiextract"))  # noqa: B023
        except TooSlow:
            return f"{arguments[0]}: more than {limit:g} seconds"
        except BaseException:
            return f"{arguments[0]}: {traceback.format_exc()}"
        text = said.getvalue()
        if "internal error" in text or "Traceback" in text:
            return f"{arguments[0]}: {text}"
        if status not in (0, 1):
            return f"{arguments[0]}: status {status}: {text}"
    return ""


@contextlib.contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raise `TooSlow` in the block when the time is up."""

    def late(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def fuzz(seconds: float, seed: int, keep: Path, limit: float = LIMIT) -> tuple[int, int]:
    """Rounds until the time is up; how many there were, and how many were wrong."""
    texts, rounds, wrong = reports(), 0, 0
    end = time.monotonic() + seconds
    while rounds == 0 or time.monotonic() < end:
        number = seed + rounds
        rounds += 1
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / str(number)
            folder.mkdir()
            write_round(random.Random(number), texts, folder)
            what = run_round(folder, limit)
            if what:
                wrong += 1
                shutil.copytree(folder, keep / str(number), dirs_exist_ok=True)
                print(f"{keep / str(number)}: {what}", flush=True)
    return rounds, wrong


def main() -> int:
    """The program; 0 where no round was wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60, help="how long (60)")
    parser.add_argument("--seed", type=int, default=None, help="the number of the first round; by the clock")
    parser.add_argument("--limit", type=float, default=LIMIT, help=f"the longest a run may take ({LIMIT:g})")
    parser.add_argument("--keep", type=Path, default=Path("build/fuzz"), help="where wrong rounds are kept")
    given = parser.parse_args()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    seed = int(time.time()) if given.seed is None else given.seed
    rounds, wrong = fuzz(given.seconds, seed, given.keep, given.limit)
    for number, handler in handlers.items():
        signal.signal(number, handler)
    print(f"{rounds} rounds of {FILES} files from seed {seed}: {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
