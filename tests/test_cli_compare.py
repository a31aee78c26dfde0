"""`kpiextract diff` and `kpiextract trend` as commands: status, standard output, standard error."""

import csv
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kpiextract.cli.program import app
from kpiextract.model import READING_COLUMNS, Reading
from kpiextract.table import READINGS, reading_row
from kpiextract.write import open_writer

DOCS = Path(__file__).parent.parent / "docs" / "compare.md"
SCHOOLS = Reading(
    "2022.txt",
    indicator="学校",
    name="学校",
    category="教育",
    kind="count",
    value=Decimal(20),
    unit="所",
    period="2022",
    evidence="建成学校20所。",
    quantity="20所",
    start=4,
    end=7,
)
BEDS = replace(
    SCHOOLS, indicator="床位", name="床位", category="卫生", unit="张", evidence="床位20张。", quantity="20张"
)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run(*arguments, input=None):
    return CliRunner().invoke(app, [*map(str, arguments)], input=input, catch_exceptions=False)


def write(name, *readings):
    with open(name, "wb") as out:
        writer = open_writer(name.rpartition(".")[2], out, READINGS)
        writer.write(map(reading_row, readings))
        writer.close()
    return name


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_the_same_readings_in_other_formats_are_the_same():
    names = [write(f"a.{format}", SCHOOLS, BEDS) for format in ("csv", "json", "jsonl", "xlsx", "parquet", "tsv")]
    for name in names[1:]:
        result = run("diff", names[0], name)
        assert result.exit_code == 0, result.stderr
        assert "2 same" in result.stderr


def test_a_difference_gives_1_and_one_row():
    old, new = write("o.csv", SCHOOLS, BEDS), write("n.json", BEDS, replace(SCHOOLS, value=Decimal(25), period="2023"))
    result = run("diff", old, new, "--format", "csv")
    assert result.exit_code == 1
    changed, same = rows_of(result.stdout)
    assert (same["indicator"], same["change"], same["difference"]) == ("床位", "same", "0")
    assert changed == {
        "indicator": "学校", "name": "学校", "unit": "所", "aspect": "level", "status": "actual", "scope": "",
        "change": "changed", "old_value": "20", "new_value": "25", "difference": "5", "percent": "25",
        "old_period": "2022", "new_period": "2023", "old_evidence": "建成学校20所。", "new_evidence": "建成学校20所。",
    }  # fmt: skip
    assert run("diff", old, new, "--exit-zero").exit_code == 0


def test_json_has_numbers_where_there_are_numbers_and_text_where_there_are_bounds():
    old, new = write("o.csv", replace(SCHOOLS, bound=">")), write("n.csv", SCHOOLS)
    result = run("diff", old, new, "--format", "json")
    (row,) = json.loads(result.stdout)
    assert (row["old_value"], row["new_value"], row["difference"], row["percent"]) == (">20", 20, None, None)
    assert "without a difference" in result.stderr


def test_only_where_and_tolerance_choose_rows():
    old, new = write("o.csv", SCHOOLS, BEDS), write("n.csv", replace(SCHOOLS, value=Decimal("20.1")))
    assert [r["change"] for r in rows_of(run("diff", old, new, "--only", "changed", "--format", "csv").stdout)] == [
        "changed"
    ]
    assert run("diff", old, new, "--only", "added").exit_code == 0
    assert run("diff", old, new, "--where", "category=教育", "--tol", "0.5%").exit_code == 0
    assert run("diff", old, new, "--where", "category=卫生", "--tol", "0.5%").exit_code == 1


def test_likeness_of_names_can_be_set_or_switched_off():
    old, new = (
        write("o.csv", replace(SCHOOLS, name="党员", indicator="党员")),
        write("n.csv", replace(SCHOOLS, name="党员队伍", indicator="党员队伍")),
    )
    for options, changes in (
        ([], ["reworded"]),
        (["--exact"], ["removed", "added"]),
        (["--match", "0.9"], ["removed", "added"]),
    ):
        assert [r["change"] for r in rows_of(run("diff", old, new, "--format", "csv", *options).stdout)] == changes


def test_standard_input_is_one_of_the_two():
    old = write("o.csv", SCHOOLS)
    assert run("diff", old, "-", input=Path(old).read_bytes()).exit_code == 0
    result = run("diff", "-", "-", input="x")
    assert (result.exit_code, "standard input can be read only once" in result.stderr) == (2, True)


def test_documents_and_folders_are_extracted_first():
    for folder, rate in (("2022", "97.8"), ("2023", "98.1")):
        os.mkdir(folder)
        Path(folder, "report.txt").write_text(f"辖区空气优良率{rate}%。\n", encoding="utf-8")
    for old, new in (("2022", "2023"), ("2022/report.txt", "2023/report.txt")):
        (row,) = rows_of(run("diff", old, new, "--format", "csv").stdout)
        assert (row["change"], row["difference"], row["percent"]) == ("changed", "0.3", "0.3")


def test_settings_of_the_folder_hold():
    old = write("o.csv", SCHOOLS)
    Path("kpiextract.toml").write_text('format = "json"\n')
    assert json.loads(run("diff", old, old).stdout)[0]["change"] == "same"
    assert rows_of(run("diff", old, old, "--format", "csv").stdout)[0]["change"] == "same"
    Path("kpiextract.toml").write_text('formats = "json"\n')
    result = run("diff", old, old)
    assert (result.exit_code, result.stdout) == (2, "")
    assert 'unknown key "formats"' in result.stderr


def test_the_table_leaves_out_what_is_the_same_unless_asked_for():
    old, new = write("o.csv", SCHOOLS, BEDS), write("n.csv", BEDS, replace(SCHOOLS, value=Decimal(25)))
    table = run("diff", old, new, "--format", "table").stdout
    assert "学校" in table
    assert "+25%" in table
    assert "床位" not in table
    assert "床位" in run("diff", old, new, "--format", "table", "--only", "same,changed").stdout


def test_exports_hold_all_rows_and_leave_standard_output_empty():
    old, new = write("o.csv", SCHOOLS, BEDS), write("n.csv", replace(SCHOOLS, bound=">"), BEDS)
    files = [
        part
        for format in ("csv", "json", "jsonl", "xlsx", "parquet", "html")
        for part in (f"--{format}", f"out.{format}")
    ]
    result = run("diff", old, new, *files)
    assert (result.exit_code, result.stdout) == (1, "")
    assert (
        len(rows_of(Path("out.csv").read_text(encoding="utf-8")))
        == len(json.loads(Path("out.json").read_text(encoding="utf-8")))
        == 2
    )
    import pyarrow.parquet as pq

    assert pq.read_table("out.parquet").column("new_value").to_pylist() == [">20", "20"]
    before = {name: Path(name).read_bytes() for name in files[1::2]}
    run("diff", old, new, *files)
    assert {name: Path(name).read_bytes() for name in files[1::2]} == before, "the same bytes on every run"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["o.csv", "missing.csv"], "missing.csv"),
        (["o.csv", "empty.csv"], "empty.csv: is empty"),
        (["o.csv", "other.csv"], "other.csv: is no output of `kpiextract run`: column 'doc' is missing"),
        (["o.csv", "less.csv"], "less.csv: column 'period' is missing"),
        (["o.csv", "more.csv"], "more.csv: column 'mine' is not one of this version"),
        (["o.csv", "o.csv", "--only", "new"], "--only new"),
        (["o.csv", "o.csv", "--where", "color=red"], "--where color=red"),
        (["o.csv", "o.csv", "--where", "name"], "--where name"),
        (["o.csv", "o.csv", "--tol", "much"], "--tol 'much'"),
        (["o.csv", "o.csv", "--format", "yaml"], "--format yaml"),
        (["o.csv", "o.csv", "--csv", "no/where.csv"], "there is no folder"),
        (["o.csv", "o.csv", "--csv", "o.csv"], "is also an input"),
        (["o.csv", "o.csv", "--csv", "x", "--json", "x"], "is named twice"),
        (["o.csv", "o.csv", "--csv", "-", "--format", "json"], "standard output is taken"),
        (["o.csv", "o.csv", "--rules", "nowhere"], "nowhere"),
        (["o.csv", "o.csv", "--encoding", "martian"], "--encoding: unknown encoding"),
    ],
)
def test_trouble_is_one_line_and_2(arguments, message):
    write("o.csv", SCHOOLS)
    Path("empty.csv").write_bytes(b"")
    Path("other.csv").write_text("a,b\n1,2\n")
    header = ",".join(READING_COLUMNS)
    Path("less.csv").write_text(header.replace("period,", "", 1) + "\n")
    Path("more.csv").write_text(header + ",mine\n")
    result = run("diff", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_trend_has_a_column_a_period_and_growth():
    files = [
        write(f"{year}.csv", replace(SCHOOLS, value=Decimal(year - 2000), period=str(year)))
        for year in (2020, 2021, 2022)
    ]
    result = run("trend", *files, "--format", "csv")
    assert result.exit_code == 0
    assert (
        result.stdout == "indicator,unit,aspect,status,scope,2020,2021,2022,growth\n学校,所,level,actual,,20,21,22,10\n"
    )
    table = run("trend", *files, "--format", "table").stdout
    assert "▁▄█" in table
    assert "+10" in table


def test_a_table_beside_an_export_leaves_the_export_whole():
    old, new = write("o.csv", SCHOOLS, BEDS), write("n.csv", BEDS, replace(SCHOOLS, value=Decimal(25)))
    assert "+25%" in run("diff", old, new, "--csv", "diff.csv", "--format", "table").stdout
    assert len(rows_of(Path("diff.csv").read_text(encoding="utf-8"))) == 2
    name = write("a.csv", SCHOOLS, replace(SCHOOLS, period="2021"))
    assert "▄▄" in run("trend", name, "--csv", "trend.csv", "--format", "table").stdout
    assert (
        Path("trend.csv")
        .read_text(encoding="utf-8")
        .startswith("indicator,unit,aspect,status,scope,2021,2022,growth\n")
    )


def test_a_trend_shows_conflicts_and_says_how_many():
    one, other = (
        write("a.csv", SCHOOLS, replace(SCHOOLS, period="2021")),
        write("b.csv", replace(SCHOOLS, value=Decimal(21))),
    )
    result = run("trend", one, other, "--format", "csv")
    assert "20; 21" in result.stdout
    assert "1 cells with several values" in result.stderr
    assert rows_of(run("trend", one, other, "--format", "csv", "--conflicts", "last").stdout)[0]["2022"] == "21"
    assert rows_of(run("trend", other, one, "--format", "csv", "--conflicts", "last").stdout)[0]["2022"] == "20"


def test_a_trend_chooses_indicators_and_periods():
    name = write("a.csv", SCHOOLS, replace(SCHOOLS, period="2021"), BEDS)
    assert len(rows_of(run("trend", name, "--format", "csv").stdout)) == 1
    assert len(rows_of(run("trend", name, "--format", "csv", "--min-periods", "1").stdout)) == 2
    assert (
        rows_of(run("trend", name, "--format", "csv", "--min-periods", "1", "--indicator", "床*").stdout)[0]["unit"]
        == "张"
    )


def test_a_trend_goes_on_without_a_document_that_cannot_be_read():
    Path("bad.txt").write_bytes(b"\xff\xff\xff\xff")
    name = write("a.csv", SCHOOLS, replace(SCHOOLS, period="2021"))
    result = run("trend", name, "bad.txt", "--format", "csv")
    assert (result.exit_code, len(rows_of(result.stdout))) == (1, 1)
    assert "bad.txt" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["other.csv"], "other.csv: is no output"),
        (["a.csv", "--conflicts", "all"], "--conflicts all"),
        (["-", "-"], ""),
    ],
)
def test_trouble_of_a_trend_is_2(arguments, message):
    Path("other.csv").write_text("a,b\n1,2\n")
    write("a.csv", SCHOOLS)
    result = run("trend", *arguments, input="")
    assert (result.exit_code, result.stdout) == (2, "") if message else result.exit_code == 0
    assert message in result.stderr


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_the_git_recipe_of_the_docs_shows_indicators():
    recipe = re.search(r"^git config diff\.kpiextract\.command '(.*)'$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert recipe
    program = [sys.executable, "-c", "from kpiextract.cli import main; main()"]
    command = recipe[1].replace("kpiextract diff", f"{shlex.join(program)} diff")

    def git(*arguments):
        return subprocess.run(
            ["git", "-c", f"diff.kpiextract.command={command}", *arguments], capture_output=True, text=True, check=True
        ).stdout

    git("init", "-q")
    Path(".gitattributes").write_text("*.csv diff=kpiextract\n")
    write("out.csv", SCHOOLS, BEDS)
    git("add", ".")
    write("out.csv", replace(SCHOOLS, line=9, value=Decimal(25)), BEDS)
    shown = git("diff")
    assert "学校" in shown
    assert "+25%" in shown
    assert "床位" not in shown
    assert "added" in git("diff", "--cached")
