"""`kpiextract rules` as commands: status, standard output, standard error, and that each kind of mistake is found."""

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from kpiextract.cli.rules import app
from kpiextract.rule_schema import COMMON, TYPES
from kpiextract.rulebook import load_rules

GOOD = """[[indicator]]
id = "my.workshop"
name = "惠民驿站"
kind = "count"
unit = "家"
examples = [{ text = "全市建成惠民驿站⟦30家⟧。", indicator = "惠民驿站", value = "30" }]
refuses = ["惠民驿站收入⟦30万元⟧。"]
"""

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A function that runs `kpiextract rules` in an empty folder; `pack` is written to p/a.toml first."""
    monkeypatch.chdir(tmp_path)

    def call(*args: str, pack: str = "", name: str = "a.toml") -> Result:
        if pack:
            Path("p").mkdir(exist_ok=True)
            Path("p", name).write_text(pack, encoding="utf-8")
        return CliRunner().invoke(app, [*args, *(("--rules", "p") if pack else ())], catch_exceptions=False)

    return call


def lines(result: Result) -> list[str]:
    return result.stdout.splitlines()


def test_a_good_pack_is_fine(run: Run) -> None:
    for command in ("check", "test"):
        result = run(command, pack=GOOD)
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr == f"rules {command}: 1 rules, all fine\n"


FAILURES = [
    (
        GOOD.replace("惠民驿站⟦30家⟧", "⟦惠民驿站⟧"),
        "p/a.toml:1:1: Missing: my.workshop: 全市建成⟦惠民驿站⟧。 nothing was read at the marked place",
    ),
    (
        GOOD.replace('value = "30"', 'value = "31"'),
        "p/a.toml:1:1: Wrong: my.workshop: 全市建成惠民驿站⟦30家⟧。 value is 30, not 31 (read as 惠民驿站 30 家 level",
    ),
    (
        GOOD.replace("收入⟦30万元⟧", "⟦20家⟧"),
        "p/a.toml:1:1: Noisy: my.workshop: 惠民驿站⟦20家⟧。 refused, but read as 惠民驿站 20 家 level by ",
    ),
    (
        GOOD.replace('name = "惠民驿站"', 'name = "夜校"')
        .replace(', indicator = "惠民驿站"', "")
        .replace("惠民驿站⟦", "学校⟦"),
        "p/a.toml:1:1: Taken: my.workshop: can never fire: every example is taken by the rule ",
    ),
    (
        GOOD + GOOD.replace("my.workshop", "my.other").replace("建成", "现有"),
        'p/a.toml:8:1: Twice: my.other: "惠民驿站" is spelled in my.workshop too (p/a.toml:1), which wins',
    ),
    (
        """[[exclude]]
id = "my.slow"
reason = "name"
after = '(?:甲|甲甲|甲甲甲)+乙'
examples = [{ text = "共有⟦30家⟧甲乙。", became = "name" }]
refuses = ["共有⟦30家⟧。"]
""",
        'p/a.toml:1:1: Slow: my.slow: the pattern of "after" needs more than 0.3 s on 601 characters (甲甲',
    ),
    (
        GOOD.replace("kind", "knid"),
        'p/a.toml:4:1: unknown key "knid", did you mean "kind"?',
    ),
    (
        GOOD[: GOOD.index("refuses")],
        'p/a.toml:1:1: a [[indicator]] rule needs "refuses": texts in which this rule must take no part',
    ),
]


@pytest.mark.parametrize(("pack", "message"), FAILURES, ids=[str(n) for n in range(len(FAILURES))])
def test_check_finds_each_kind_of_mistake(run: Run, pack: str, message: str) -> None:
    result = run("check", pack=pack)
    assert result.exit_code == 1
    assert any(line.startswith(message) for line in lines(result)), result.stdout
    assert result.stderr.endswith(" wrong\n")


def test_a_slow_pattern_is_one_failure_among_others(run: Run) -> None:
    slow = """[[exclude]]
id = "my.slow"
reason = "name"
after = '(?:甲|甲甲|甲甲甲)+乙'
examples = [{ text = "共有⟦30家⟧甲乙。", became = "name" }]
refuses = ["共有⟦30家⟧甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲。"]
"""
    result = run("check", pack=slow + GOOD.replace('"30" }', '"31" }'))
    assert result.exit_code == 1
    named = sorted(line.split(": ")[1:3] for line in lines(result))
    assert named == [["Slow", "my.slow"], ["Slow", "my.slow"], ["Wrong", "my.workshop"]]


def test_test_asks_only_for_examples(run: Run) -> None:
    assert run("test", pack=GOOD.replace('"30" }', '"31" }')).exit_code == 1
    assert run("test", pack=GOOD + GOOD.replace("my.workshop", "my.other")).exit_code == 1


@pytest.mark.parametrize("command", ["list", "check", "test", "docs"])
def test_a_missing_pack_is_trouble(run: Run, command: str) -> None:
    result = run(command, "--rules", "none")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: none: no such rule pack; give a folder of *.toml files, or one such file\n"


def test_a_broken_pack_is_a_wrong_rule_for_check_and_trouble_for_list(run: Run) -> None:
    assert run("check", pack="= 1").exit_code == 1
    result = run("list", pack="= 1")
    assert result.exit_code == 2
    assert result.stderr == "error: p/a.toml:1:1: not TOML: invalid statement\n"


def test_list_shows_where_each_rule_comes_from(run: Run) -> None:
    result = run("list", "--type", "indicator", "--grep", "驿站", pack=GOOD)
    assert lines(result)[0] == "my.workshop\tindicator\tcount\tp/a.toml:1\t1 examples"
    assert result.stderr == f"{len(lines(result))} rules\n"


def test_list_filters(run: Run) -> None:
    rows: list[dict[str, Any]] = json.loads(run("list", "--json", "--file", "*energy*").stdout)
    assert {row["file"] for row in rows} == {"rules/indicators/energy.toml"}
    assert all(row["builtin"] and row["examples"] and row["line"] for row in rows)
    assert json.loads(run("list", "--json", "--type", "unit", "--grep", "no such word").stdout) == []


def test_list_without_the_built_in_rules(run: Run) -> None:
    assert len(lines(run("list", "--no-builtin", pack=GOOD))) == 1


def test_packs_come_from_the_settings_too(run: Run) -> None:
    run("list", pack=GOOD)
    Path("kpiextract.toml").write_text('rules = ["p"]\n')
    assert "my.workshop" in run("list", "--grep", "my.workshop").stdout
    Path("kpiextract.toml").write_text('ruels = ["p"]\n')
    result = run("list")
    assert (result.exit_code, result.stderr) == (
        2,
        'error: kpiextract.toml:1:1: unknown key "ruels", did you mean "rules"?\n',
    )


def test_new_writes_a_rule_that_check_accepts(run: Run) -> None:
    drafted = run("new", "my.workshop", "--from", "全市建成惠民驿站30家，带动就业1200人。")
    assert drafted.exit_code == 0
    assert 'name = "惠民驿站"' in drafted.stdout
    assert run("check", pack=drafted.stdout).exit_code == 0


def test_new_says_what_is_known_already(run: Run) -> None:
    result = run("new", "my.air", "--from", "辖区空气优良率97.8%")
    assert lines(result)[0].startswith("# Known already as env.air_quality_rate")
    assert 'text = "辖区空气优良率⟦97.8%⟧"' in result.stdout


def test_new_needs_a_figure_and_an_id(run: Run) -> None:
    assert run("new", "my.rule", "--from", "没有数字").stderr.startswith("error: no figure with a name was read")
    result = run("new", "my rule", "--from", "空气优良率97.8%")
    assert (result.exit_code, result.stderr[:25]) == (2, 'error: "my rule" is no id')


def test_the_schema_knows_every_key_and_fits_the_built_in_rules(run: Run) -> None:
    schema = json.loads(run("schema").stdout)
    for kind in TYPES:
        item = schema["properties"][kind.name]["items"]
        assert set(item["properties"]) == {key.name for key in (*COMMON, *kind.keys)}
        for rule in load_rules(examples=True).rules(kind.name):
            assert set(item["required"]) <= set(rule.data)
            assert set(rule.data) <= set(item["properties"])


def test_docs_is_a_page_of_all_rules(run: Run) -> None:
    page = run("docs").stdout
    book = load_rules()
    assert page.startswith("# Rules\n")
    assert all(f"### {rule.id}\n" in page for rules in book.by_type.values() for rule in rules)


@pytest.mark.parametrize("command", ["list", "check", "test", "new", "schema", "docs"])
def test_help_has_an_example(run: Run, command: str) -> None:
    assert f"Example: kpiextract rules {command}" in run(command, "--help").stdout


GUIDE = Path(__file__).parent.parent / "docs" / "rules.md"


def test_the_guide_works_word_for_word(run: Run) -> None:
    """Every file of the guide is written where it says, every `kpiextract rules` command gives what stands below it."""
    asked = 0
    for kind, block in re.findall(r"```(toml|console)\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.S):
        if kind == "toml":
            path = Path(block.partition("\n")[0].removeprefix("# "))
            if path.name == "kpiextract.toml":
                continue
            path.write_text(block, encoding="utf-8")
            continue
        for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.M):
            asked += 1
            assert follow(run, shlex.split(command)) == output, command
    assert asked > 6


def follow(run: Run, words: list[str]) -> str:
    """Do what a line of the guide says in the current folder; returns what is seen."""
    if words[0] == "mkdir":
        Path(words[1]).mkdir()
        return ""
    if words[0] == "rm":
        Path(words[1]).unlink()
        return ""
    assert words[:2] == ["kpiextract", "rules"]
    target = words[words.index(">") + 1] if ">" in words else ""
    result = run(*(words[2 : words.index(">")] if target else words[2:]))
    if target:
        Path(target).write_text(result.stdout, encoding="utf-8")
    return result.stderr if target else result.stdout + result.stderr
