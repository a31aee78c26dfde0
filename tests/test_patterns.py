"""Patterns of rule packs get a second on one document; then the run ends and says which rule it was."""

import subprocess
import sys

import pytest

from kpiextract import patterns
from kpiextract.model import Source
from kpiextract.patterns import TimedPattern, compile_rules, start_document
from kpiextract.pipeline import Reader
from kpiextract.rulebook import Rule as R
from kpiextract.rulebook import RuleBook, RuleError, load_rules

SLOW = "(?:甲|甲甲|甲甲甲)+乙"
LONG = "甲" * 300
PLAIN = "新建学校20所。\n"

# One rule of each type that has a pattern: its keys, and a text that its pattern does not come to an end with.
PACKS = {
    "exclude-after": (f"[[exclude]]\nreason = 'name'\nafter = '{SLOW}'\n", f"新建学校20所{LONG}。"),
    "exclude-before": ("[[exclude]]\nreason = 'name'\nbefore = '丙(?:甲|甲甲)+'\n", f"{LONG}20所。"),
    "exclude-not_before": (
        "[[exclude]]\nreason = 'name'\nunits = ['所']\nnot_before = '丙(?:甲|甲甲)+'\n",
        f"{LONG}20所。",
    ),
    "frame-left": ("[[frame]]\ntake = 'right'\nleft = '丙(?:甲|甲甲)+'\n", f"{LONG}20所。"),
    "frame-right": (f"[[frame]]\ntake = 'left'\nright = '{SLOW}'\n", f"新建学校20所{LONG}。"),
    "frame-not_right": (f"[[frame]]\ntake = 'left'\nnot_right = '{SLOW}'\n", f"新建学校20所{LONG}。"),
    "period-pattern": (f"[[period]]\npattern = '{SLOW}(?P<y>\\d+)'\nedtf = '{{y}}'\n", f"{LONG}，新建学校20所。"),
    "heading-pattern": (f"[[heading]]\nlevel = 20\npattern = '{SLOW}'\n", f"{LONG}\n{PLAIN}"),
    "section-pattern": (
        f"[[section]]\nlook = 'back'\nstatus = 'actual'\nalways = true\npattern = '{SLOW}'\n",
        f"开头。\n一、{'甲' * 40}\n{PLAIN}",
    ),
    "indicator-before": (f"[[indicator]]\nname = '吞吐量'\nbefore = '{SLOW}'\n", f"{'甲' * 45}吞吐量20万吨。"),
}


@pytest.fixture(autouse=True)
def a_short_second(monkeypatch):
    monkeypatch.setattr(patterns, "_SECONDS", 0.1)
    monkeypatch.setattr(patterns, "_ALONE", 0.05)


@pytest.fixture
def pack(tmp_path):
    """Write a pack of one rule `my.slow`, and load it."""

    def write(body):
        (tmp_path / "mine.toml").write_text(body.replace("]]\n", "]]\nid = 'my.slow'\n", 1), encoding="utf-8")
        return load_rules([tmp_path])

    return write


@pytest.mark.parametrize("name", PACKS)
def test_every_pattern_of_a_pack_is_stopped_with_its_name(pack, name):
    body, text = PACKS[name]
    key = name.rpartition("-")[2]
    with pytest.raises(RuleError, match=rf'mine\.toml:1:1: the pattern "{key}" of my\.slow took more than a second on'):
        Reader(pack(body)).read(Source("-", PLAIN + text), 2024)


def rule(id="my.slow", pattern=SLOW, pack=1):
    return R(id, "period", {"pattern": pattern}, "p/mine.toml", 7, pack)


def test_built_in_rules_have_no_limit():
    book = RuleBook({})
    assert not isinstance(compile_rules(book, [rule(pack=0)], "pattern", SLOW), TimedPattern)
    assert isinstance(compile_rules(book, [rule(pack=0), rule()], "pattern", SLOW), TimedPattern)


def test_of_several_rules_the_slow_one_is_named():
    rules = [rule("my.fine", "丙"), rule("theirs", "丁", 0), rule()]
    joined = compile_rules(RuleBook({}), rules, "pattern", "|".join(r.data["pattern"] for r in rules))
    with pytest.raises(RuleError) as caught:
        joined.match(LONG)
    assert [p.partition(" took")[0] for p in caught.value.problems] == [
        'p/mine.toml:7:1: the pattern "pattern" of my.slow'
    ]


def test_the_second_is_for_all_of_a_document_and_each_has_its_own(monkeypatch):
    now = iter(i * 0.3 for i in range(100))  # every call takes 0.3 seconds
    monkeypatch.setattr(patterns, "process_time", lambda: next(now))
    monkeypatch.setattr(patterns, "_SECONDS", 1.0)
    timed = compile_rules(RuleBook({}), [rule(pattern="甲")], "pattern", "甲")
    for _ in range(2):
        start_document()
        assert timed.match("甲") and timed.search("乙甲") and [m[0] for m in timed.finditer("甲乙甲", 1, 3)] == ["甲"]
    with pytest.raises(RuleError, match=r"^p/mine\.toml:7:1: "):
        timed.fullmatch("甲")


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_run_ends_with_status_2_and_leaves_the_old_output(tmp_path, jobs):
    body, text = PACKS["exclude-after"]
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack/mine.toml").write_text(body.replace("]]\n", "]]\nid = 'my.slow'\n", 1), encoding="utf-8")
    (tmp_path / "in").mkdir()
    for name in "abcd":
        (tmp_path / f"in/{name}.txt").write_text(PLAIN + (text if name == "c" else ""), encoding="utf-8")
    (tmp_path / "out.csv").write_text("old")
    command = [
        sys.executable,
        "-m",
        "kpiextract",
        "run",
        "in",
        "--rules",
        "pack",
        "--jobs",
        str(jobs),
        "--csv",
        "out.csv",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        'kpiextract: pack/mine.toml:1:1: the pattern "after" of my.slow took more than a second on one document; '
        "make it simpler (kpiextract rules check tells more) or switch the rule off\n"
    )
    assert (tmp_path / "out.csv").read_text() == "old"
