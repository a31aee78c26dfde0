"""Documents and program cannot drift apart: each names what the other has."""

import re
from pathlib import Path

import pytest
import typer

from kpiextract.cli.program import build
from kpiextract.write import EXPORTS

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")])
PROGRAM = typer.main.get_command(build())
RULES = PROGRAM.commands["rules"]
OPTIONS = {
    option
    for command in [PROGRAM, *PROGRAM.commands.values(), *RULES.commands.values()]
    for param in command.params
    for option in param.opts
} | {"--help"}
FENCED = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def code(page):
    return "\n".join(FENCED.findall(page.read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", [p for p in PAGES if p.name.startswith("README")], ids=lambda page: page.name)
def test_every_command_stands_in_the_readme(page):
    assert [name for name in PROGRAM.commands if f"kpiextract {name}" not in code(page)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_is_there(page):
    named = set(re.findall(r"(?:^|[`(/$ ])kpiextract (?!run/)([a-z]+)\b", code(page), re.MULTILINE))
    assert named - PROGRAM.commands.keys() == set()
    assert set(re.findall(r"kpiextract rules ([a-z]+)\b", code(page))) - RULES.commands.keys() == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_option_of_a_page_is_there(page):
    lines = [line for line in code(page).splitlines() if "pip " not in line and "git " not in line]
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", "\n".join(lines)))
    assert named - OPTIONS == set()


def test_every_export_is_an_option_of_run_and_audit():
    for name in ("run", "audit"):
        options = {option for param in PROGRAM.commands[name].params for option in param.opts}
        assert {f"--{format}" for format in EXPORTS} <= options


def test_the_targets_of_the_makefile_are_explained_in_it():
    text = (ROOT / "Makefile").read_text()
    targets = set(re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)[1].split()) - {"clean", "format"}
    assert [target for target in targets if f"make {target} " not in text] == []
