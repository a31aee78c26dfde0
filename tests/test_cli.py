"""The program from outside: status, standard output and standard error of every command."""

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

import kpiextract
from kpiextract.cli import main
from kpiextract.table import LEDGER, READINGS

TEXT = "一、2022年工作回顾\n辖区空气优良率97.8%，比上年提高2.1个百分点。完成投资3.5亿元。\n"
COMMANDS = ("run", "diff", "trend", "audit", "explain", "rules", "schema", "text")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder with one report, `r.txt`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KPIEXTRACT_CACHE", str(tmp_path.parent / "cache"))
    Path("r.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


@pytest.fixture
def cli(here, monkeypatch, capfdbinary):
    """Call the program in this process: `status, out, err = cli("run", "r.txt")`."""
    handlers = [signal.getsignal(number) for number in SIGNALS]
    number = os.dup(1)

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["kpiextract", *map(str, arguments)])
        try:
            main()
            status = 0
        except SystemExit as end:
            status = end.code
        out, err = capfdbinary.readouterr()
        return status or 0, out.decode(), err.decode()

    yield call
    os.dup2(number, 1)
    os.close(number)
    for one, handler in zip(SIGNALS, handlers, strict=True):
        signal.signal(one, handler)


def rows(text, delimiter=","):
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


# What every command says of itself.


def test_version(cli):
    assert cli("--version") == (0, f"kpiextract {kpiextract.__version__}\n", "")


def test_help_names_every_command(cli):
    status, out, err = cli("--help")
    assert (status, err) == (0, "")
    assert [c for c in COMMANDS if not re.search(rf"^  {c} ", out, re.MULTILINE)] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(cli, command):
    status, out, err = cli(command, "--help")
    assert (status, err) == (0, "")
    assert "Example" in out or command == "rules"


def test_no_arguments_are_wrong_usage_with_help(cli):
    status, out, err = cli()
    assert status == 2 and "Usage: kpiextract" in out + err


# run


def test_run_prints_plain_rows_for_a_pipe(cli):
    status, out, err = cli("run", "r.txt")
    assert (status, err) == (0, "")
    table = rows(out, "\t")
    assert list(table[0]) == list(READINGS.header)
    assert [(r["doc"], r["value"], r["unit"]) for r in table][:2] == [
        ("r.txt", "97.8", "%"),
        ("r.txt", "2.1", "百分点"),
    ]
    for row in table:
        assert TEXT[int(row["start"]) : int(row["end"])] == row["quantity"]


def test_an_export_leaves_standard_output_empty(cli):
    status, out, err = cli("run", "r.txt", "--csv", "out.csv", "--json", "out.json")
    assert (status, out) == (0, "")
    assert err == f"kpiextract: 1 document: {len(rows(Path('out.csv').read_text()))} readings -> out.csv, out.json\n"
    assert json.loads(Path("out.json").read_text(), parse_float=Decimal)[0]["value"] == Decimal("97.8")


def test_all_formats_say_the_same(cli):
    options = [
        part for kind in ("csv", "json", "jsonl", "xlsx", "parquet", "html") for part in (f"--{kind}", f"o.{kind}")
    ]
    status, out, _ = cli("run", "r.txt", *options, "--format", "tsv")
    assert status == 0
    quantities = [row["quantity"] for row in rows(out, "\t")]
    assert len(quantities) >= 3
    assert [row["quantity"] for row in rows(Path("o.csv").read_text())] == quantities
    assert [row["quantity"] for row in json.loads(Path("o.json").read_text())] == quantities
    assert [json.loads(line)["quantity"] for line in Path("o.jsonl").read_text().splitlines()] == quantities
    assert all(quantity in Path("o.html").read_text() for quantity in quantities)
    import openpyxl
    import pyarrow.parquet

    assert pyarrow.parquet.read_table("o.parquet")["quantity"].to_pylist() == quantities
    assert [row[19].value for row in openpyxl.load_workbook("o.xlsx").active.iter_rows(min_row=2)] == quantities


@pytest.mark.parametrize("format", ["tsv", "csv", "json", "jsonl", "md", "table"])
def test_every_format_of_standard_output(cli, format):
    status, out, _ = cli("run", "r.txt", "--format", format)
    assert status == 0 and "97.8" in out and out.endswith("\n") and "\x1b" not in out


def test_an_export_to_standard_output_is_data_alone(cli):
    status, out, err = cli("run", "r.txt", "--json", "-")
    assert status == 0 and json.loads(out) and err.count("\n") == 1


def test_bom(cli):
    assert cli("run", "r.txt", "--csv", "o.csv", "--bom")[0] == 0
    assert Path("o.csv").read_bytes().startswith(b"\xef\xbb\xbfdoc,")


def test_kinds_and_categories_filter(cli):
    assert {row["kind"] for row in rows(cli("run", "r.txt", "--kind", "amount")[1], "\t")} == {"amount"}
    assert {row["kind"] for row in rows(cli("run", "r.txt", "--kind", "year")[1], "\t")} == {"year"}
    both = cli("run", "r.txt", "--kind", "percent", "--kind", "point")[1]
    assert {row["kind"] for row in rows(both, "\t")} == {"percent", "point"}
    category = rows(cli("run", "r.txt")[1], "\t")[0]["category"]
    assert category
    assert {row["category"] for row in rows(cli("run", "r.txt", "--category", category)[1], "\t")} == {category}


def test_year_gives_the_meaning_of_this_year(cli):
    Path("t.txt").write_text("今年空气优良率97.8%。")
    assert rows(cli("run", "t.txt", "--year", "2019")[1], "\t")[0]["period"] == "2019"


def test_verbose_tells_of_every_document_and_quiet_of_none(cli):
    assert "r.txt: utf-8, " in cli("run", "r.txt", "-v")[2]
    assert cli("run", "r.txt", "-q", "--csv", "o.csv")[2] == ""


def test_standard_input(here):
    done = program("run", "-", "--format", "json", input=TEXT.encode())
    assert done.returncode == 0
    assert {row["doc"] for row in json.loads(done.stdout)} == {"-"}


def test_settings_come_from_the_environment(cli, monkeypatch):
    monkeypatch.setenv("KPIEXTRACT_FORMAT", "json")
    assert json.loads(cli("run", "r.txt")[1])
    monkeypatch.setenv("KPIEXTRACT_JOBS", "many")
    status, out, err = cli("run", "r.txt")
    assert (status, out) == (2, "") and "KPIEXTRACT_JOBS" in err


# What goes wrong: one line, the right status, and nothing lost.


WRONG = {
    "no path": ["run"],
    "unknown kind": ["run", "r.txt", "--kind", "percnt"],
    "unknown category": ["run", "r.txt", "--category", "nothing"],
    "a year out of range": ["run", "r.txt", "--year", "99999"],
    "a year that is none": ["run", "r.txt", "--year", "next"],
    "no jobs": ["run", "r.txt", "--jobs", "0"],
    "unknown format": ["run", "r.txt", "--format", "xml"],
    "unknown encoding": ["run", "r.txt", "--encoding", "klingon"],
    "unknown errors": ["run", "r.txt", "--encoding-errors", "ignore"],
    "no bytes": ["run", "r.txt", "--max-bytes", "0"],
    "unknown option": ["run", "r.txt", "--frobnicate"],
    "unknown command": ["frobnicate"],
    "no such rules": ["run", "r.txt", "--rules", "nowhere", "--csv", "out.csv"],
    "no folder": ["run", "r.txt", "--csv", "nowhere/out.csv"],
    "a folder as output": ["run", "r.txt", "--csv", "."],
    "an empty name": ["run", "r.txt", "--csv", ""],
    "twice the same file": ["run", "r.txt", "--csv", "x", "--json", "./x"],
    "twice standard output": ["run", "r.txt", "--csv", "-", "--json", "-"],
    "format beside standard output": ["run", "r.txt", "--csv", "-", "--format", "json"],
    "an input as output": ["run", "r.txt", "--html", "r.txt"],
    "an input as output, by a link": ["run", "r.txt", "--html", "link.txt"],
    "a full disk": ["run", "r.txt", "--csv", "/dev/full"],
    "audit of nothing": ["audit"],
    "audit that cannot fail": ["audit", "r.txt", "--fail-under", "101"],
    "text of a folder": ["text", "."],
    "schema of what": ["schema", "--only", "xml"],
    "explain nothing": ["explain"],
}


@pytest.mark.parametrize("arguments", WRONG.values(), ids=WRONG.keys())
def test_wrong_usage_ends_with_2_and_writes_nothing(cli, arguments):
    os.symlink("r.txt", "link.txt")
    before = sorted(os.listdir())
    status, out, err = cli(*arguments)
    assert (status, out) == (2, "")
    assert err and "Traceback" not in err and "internal error" not in err
    assert sorted(os.listdir()) == before
    assert Path("r.txt").read_text() == TEXT


def test_a_missing_library_is_named_with_what_to_do(cli, monkeypatch):
    monkeypatch.setattr("kpiextract.cli.delivery.missing_library", lambda kind: "xlsxwriter")
    status, _, err = cli("run", "r.txt", "--xlsx", "o.xlsx")
    assert status == 2 and "pip install 'kpiextract[xlsx]'" in err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_no_permission(cli):
    Path("closed").mkdir(mode=0o500)
    assert cli("run", "r.txt", "--csv", "closed/o.csv")[0] == 2
    Path("o.csv").write_text("old")
    os.chmod("o.csv", 0o400)
    assert cli("run", "r.txt", "--csv", "o.csv")[0] == 2
    assert Path("o.csv").read_text() == "old"


def test_an_input_that_cannot_be_read_is_named_and_the_rest_is_written(cli):
    Path("bad.txt").write_bytes(TEXT.encode() * 3 + b"\xff\xfe\xff" + TEXT.encode())
    status, out, err = cli("run", "bad.txt", "missing.txt", "r.txt", "--csv", "o.csv")
    assert (status, out) == (1, "")
    assert "bad.txt: " in err and "missing.txt: " in err and "(2 could not be read)" in err
    assert {row["doc"] for row in rows(Path("o.csv").read_text())} == {"r.txt"}


def test_where_nothing_could_be_read_an_older_table_is_kept(cli):
    Path("old.csv").write_text("old")
    status, _, err = cli("run", "missing.txt", "--csv", "old.csv", "--json", "new.json")
    assert status == 1 and "missing.txt" in err
    assert Path("old.csv").read_text() == "old"
    assert json.loads(Path("new.json").read_text()) == []


def test_a_broken_rule_file_is_named_with_its_line(cli):
    Path("pack").mkdir()
    Path("pack/mine.toml").write_text("[[indicator]]\nid = 'x.y'\nnaem = 'x'\n")
    status, out, err = cli("run", "r.txt", "--rules", "pack", "--csv", "o.csv")
    assert (status, out) == (2, "") and err.startswith("kpiextract: pack/mine.toml:") and not Path("o.csv").exists()
    assert "internal error" not in err


def test_the_runs_own_outputs_are_never_its_inputs(cli):
    Path("d").mkdir()
    Path("d/r.txt").write_text(TEXT)
    assert cli("run", "d", "--html", "d/out.html")[0] == 0
    first = Path("d/out.html").read_bytes()
    assert cli("run", "d", "--html", "d/out.html")[0] == 0
    assert Path("d/out.html").read_bytes() == first


def test_an_unforeseen_error_is_one_line(cli, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("two\nlines")

    monkeypatch.setattr("kpiextract.cli.run.list_inputs", broken)
    status, out, err = cli("run", "r.txt")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "internal error: ZeroDivisionError: two lines" in err


def test_an_error_in_one_document_leaves_the_others(cli, monkeypatch):
    from kpiextract import documents

    def sometimes(source, *rest):
        if source.doc == "bad.txt":
            raise RecursionError("too deep")
        return real(source, *rest)

    real = documents.extract_source
    monkeypatch.setattr(documents, "extract_source", sometimes)
    Path("bad.txt").write_text(TEXT)
    status, _, err = cli("run", "bad.txt", "r.txt", "--csv", "o.csv")
    assert status == 1 and "bad.txt: cannot be read: internal error (RecursionError" in err
    assert {row["doc"] for row in rows(Path("o.csv").read_text())} == {"r.txt"}


# audit, explain, schema, text


def test_audit_shows_the_ledger(cli):
    status, out, err = cli("audit", "r.txt")
    table = rows(out, "\t")
    assert (status, err) == (0, "")
    assert list(table[0]) == list(LEDGER.header)
    assert {"reading", "period"} <= {row["became"] for row in table}


def test_audit_fails_under_a_share(cli, monkeypatch):
    assert cli("audit", "r.txt", "--fail-under", "95", "--csv", "l.csv")[0] == 0
    Path("odd.txt").write_text("37 48 59\n" * 30)
    status, _, err = cli("audit", "odd.txt", "--fail-under", "95", "--csv", "l.csv")
    unclear = sum(row["became"] == "unclear" for row in rows(Path("l.csv").read_text()))
    assert status == (1 if unclear * 100 > 5 * len(rows(Path("l.csv").read_text())) else 0)
    assert ("are unclear" in err) == (status == 1)


def test_explain_shows_words_rules_and_the_reading(cli):
    status, out, err = cli("explain", "辖区空气优良率97.8%。")
    assert (status, err) == (0, "")
    assert "97.8%" in out and "空气优良率" in out and "=>" in out and "frame." in out
    found = json.loads(cli("explain", "--json", "辖区空气优良率97.8%。")[1], parse_float=Decimal)
    reading = found["sentences"][0]["mentions"][0]["readings"][0]
    assert (reading["value"], reading["unit"]) == (Decimal("97.8"), "%")
    assert list(reading) == list(READINGS.header)


def test_schema_describes_what_run_writes(cli):
    status, out, err = cli("schema")
    both = json.loads(out)
    assert (status, err) == (0, "")
    assert list(both["json_schema"]["properties"]) == list(READINGS.header)
    assert [field["name"] for field in both["table_schema"]["fields"]] == list(READINGS.header)
    assert json.loads(cli("schema", "--only", "json")[1]) == both["json_schema"]
    types = {"string": str, "number": (int, float), "integer": int, "null": type(None)}
    for row in json.loads(cli("run", "r.txt", "--format", "json")[1]):
        for name, property in both["json_schema"]["properties"].items():
            allowed = property["type"] if isinstance(property["type"], list) else [property["type"]]
            assert any(isinstance(row[name], types[one]) for one in allowed), name
            assert row[name] in property.get("enum", [row[name]]), name


def test_text_prints_exactly_the_text_that_offsets_count(cli):
    Path("gbk.txt").write_bytes("面积\r\n5公顷\r".encode("gbk"))
    assert cli("text", "gbk.txt") == (0, "面积\r\n5公顷\r", "")
    status, out, err = cli("text", "missing.txt")
    assert (status, out) == (1, "") and "missing.txt" in err


# The process as a whole.


def program(*arguments, **options):
    return subprocess.run([sys.executable, "-m", "kpiextract", *arguments], capture_output=True, timeout=60, **options)


def test_the_locale_changes_nothing(here):
    surrogate = os.fsdecode(b"n\xff\xb5.txt")
    Path(surrogate).write_text(TEXT, encoding="utf-8")
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "PYTHON"))}
    outputs = set()
    for extra in ({"LC_ALL": "C.UTF-8"}, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "ascii"}):
        done = program("run", "r.txt", surrogate, "-v", env=plain | extra)
        assert (done.returncode, b"Traceback" in done.stderr) == (0, False)
        done.stderr.decode()
        outputs.add(done.stdout)
    assert len(outputs) == 1
    assert "97.8" in outputs.pop().decode("utf-8")


def test_two_runs_and_any_number_of_processes_give_the_same_bytes(here):
    Path("d").mkdir()
    for i in range(12):
        Path(f"d/{i}.txt").write_text(TEXT * (i + 1))
    runs = {program("run", "d", "--format", "csv", "--jobs", jobs).stdout for jobs in ("1", "1", "2", "5")}
    assert len(runs) == 1
    assert [*dict.fromkeys(row["doc"] for row in rows(runs.pop().decode()))] == sorted(f"d/{i}.txt" for i in range(12))


def test_a_closed_pipe_ends_quietly(here):
    Path("long.txt").write_text(TEXT * 500)
    for format in ("tsv", "json", "table"):
        command = f"{sys.executable} -m kpiextract run long.txt --format {format} | head -n 1; exit ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=60)
        assert (done.returncode, done.stderr, done.stdout.count(b"\n")) == (0, b"", 1)


def test_an_export_goes_on_where_the_pipe_is_closed(here):
    Path("long.txt").write_text(TEXT * 500)
    command = f"{sys.executable} -m kpiextract run long.txt --csv o.csv --format tsv | head -n 1"
    subprocess.run(["bash", "-c", command], capture_output=True, timeout=60)
    assert len(rows(Path("o.csv").read_text())) >= 1500


def test_standard_output_that_is_full_or_closed(here):
    done = subprocess.run(["bash", "-c", f"{sys.executable} -m kpiextract run r.txt > /dev/full"], capture_output=True)
    assert done.returncode == 2 and b"No space left" in done.stderr and b"Traceback" not in done.stderr
    done = subprocess.run(["bash", "-c", f"{sys.executable} -m kpiextract run r.txt >&-"], capture_output=True)
    assert done.returncode == 2 and b"standard output is closed" in done.stderr
    done = subprocess.run(["bash", "-c", f"{sys.executable} -m kpiextract run r.txt --csv o.csv >&- 2>&-"])
    assert done.returncode == 0 and rows(Path("o.csv").read_text())


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_leaves_everything_as_it_was(here, jobs, number, status):
    """The run has begun to write (its temporary file is there) when the signal comes."""
    Path("d").mkdir()
    for i in range(400):
        Path(f"d/{i}.txt").write_text(TEXT * 60)
    for name in ("o.csv", "o.parquet"):
        Path(name).write_text("old")
    arguments = ["run", "d", "--csv", "o.csv", "--xlsx", "o.xlsx", "--parquet", "o.parquet", "--jobs", jobs]
    process = subprocess.Popen(
        [sys.executable, "-m", "kpiextract", *arguments], stderr=subprocess.PIPE, start_new_session=True
    )
    while not list(here.glob(".kpiextract-*")):
        assert process.poll() is None
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (status, b"")
    assert sorted(os.listdir()) == ["d", "o.csv", "o.parquet", "r.txt"]
    assert Path("o.csv").read_text() == Path("o.parquet").read_text() == "old"


def test_python_m_and_version_are_fast_paths(here):
    """`--version` imports none of the slow libraries."""
    code = (
        "import sys; sys.argv = ['kpiextract', '--version']; from kpiextract.cli import main; main();"
        "print([m for m in ('typer', 'rich', 'regex', 'pandas', 'jieba', 'rjieba') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines()[1:] == ["[]"]
    assert program("--version").stdout.decode() == f"kpiextract {kpiextract.__version__}\n"


def test_run_imports_neither_pandas_nor_rich_for_a_csv(here):
    code = (
        "import sys; sys.argv = ['kpiextract', 'run', 'r.txt', '--csv', 'o.csv']\nfrom kpiextract.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([m for m in ('pandas', 'rich.table', 'numpy', 'pyarrow', 'xlsxwriter', 'lxml') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


def on_a_terminal(*arguments, **extra):
    """What the program shows on a terminal of 80 columns."""
    here, there = os.openpty()
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "CI")}
    environment |= {"TERM": "xterm-256color", "COLUMNS": "80", **extra}
    command = [sys.executable, "-m", "kpiextract", *arguments]
    process = subprocess.Popen(command, stdin=there, stdout=there, stderr=there, env=environment)
    os.close(there)
    shown = b""
    while True:
        try:
            part = os.read(here, 65536)
        except OSError:  # the terminal is closed on the other side
            break
        if not part:
            break
        shown += part
    process.wait(timeout=30)
    os.close(here)
    return shown.decode()


def test_a_terminal_shows_a_table_and_colour_only_where_it_is_wanted(here):
    shown = on_a_terminal("run", "r.txt")
    assert "\x1b[" in shown and "97.8%" in shown and "1 document: " in shown
    plain = on_a_terminal("run", "r.txt", NO_COLOR="1")
    assert "\x1b" not in plain and "97.8%" in plain


def test_no_workbook_is_written_to_a_terminal(here):
    assert "would fill the terminal with bytes" in on_a_terminal("run", "r.txt", "--xlsx", "-")


def test_progress_is_shown_on_a_terminal_only_without_no_color(here):
    Path("d").mkdir()
    for i in range(30):
        Path(f"d/{i}.txt").write_text(TEXT * 40)
    command = f"exec {sys.executable} -m kpiextract run d --csv o.csv > o.txt"
    terminal = {"TERM": "xterm", "SHELL": "/bin/sh"}
    here_, there = os.openpty()
    for extra, moving in ((terminal, True), ({**terminal, "NO_COLOR": "1"}, False)):
        environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"} | extra
        subprocess.run(["bash", "-c", command], stderr=there, env=environment, timeout=60)
        shown = os.read(here_, 65536).decode()
        assert ("of 30 documents" in shown, "30 documents: " in shown) == (moving, True)
    os.close(here_)
    os.close(there)
