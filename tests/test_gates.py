"""`explain --rule`: the first gate at which a rule failed, for each type of rule and each gate."""

import json

import pytest
from typer.testing import CliRunner

from kpiextract.cli.program import app
from kpiextract.gates import EARLIER, explain_rule
from kpiextract.rulebook import load_rules

PACK = """
[[exclude]]
id = "my.out"
reason = "name"
kinds = ["count"]
not_units = ["人"]
scripts = ["digits"]
quoted = true
numeral = '3\\d座'
after = '塔'
before = '甲'
not_before = '乙甲'

[[exclude]]
id = "my.title"
reason = "name"
titled = true
initial = true

[[frame]]
id = "my.frame"
take = "left"
kinds = ["count"]
text = '4\\d座'
right = '供人'
not_right = '供人的'
not_left = '丙建'
left = '建'

[[indicator]]
id = "my.towers"
name = "宝塔"
aliases = ["高塔"]
kind = "count"

[[period]]
id = "my.era"
pattern = '(?P<y>\\d{4})纪年'
edtf = "{y}"

[[unit]]
id = "my.unit"
kind = "count"
unit = "尊"
spelled = ["尊"]

[[unit]]
id = "my.second"
kind = "count"
unit = "尊"
spelled = ["尊"]
"""
CASES = [
    ("my.out", "“丁36%塔”", "kind", 'the kind is "percent", not one of "count"'),
    ("my.out", "“丁36人塔”", "unit", 'the unit is "人", which not_units leaves out'),
    ("my.out", "“丁三十六座塔”", "script", '"hanzi", not in "digits"'),
    ("my.out", "建丁36座塔", "quoted", "quoted name"),
    ("my.out", "“丁46座塔”", "numeral", '"46座"'),
    ("my.out", "“丁36座楼”", "after", 'right of it stands "楼”'),
    ("my.out", "“丁36座塔”", "before", '“丁", whose end does not match'),
    ("my.out", "“乙甲36座塔”", "not_before", "must not be there"),
    ("my.out", "“甲36座塔”", "", "it took part"),
    ("my.out", "2023年建厂", EARLIER, "period.year"),
    ("my.title", "新建36座", "titled", "title"),
    ("my.title", "新建《36座》", "initial", "paragraph"),
    ("my.frame", "宝塔建46%", "kind", "percent"),
    ("my.frame", "宝塔建36座", "text", '"36座"'),
    ("my.frame", "宝塔建46座", "right", "does not match"),
    ("my.frame", "宝塔建46座供人的", "not_right", "供人的"),
    ("my.frame", "宝塔丙建46座供人", "not_left", "丙建"),
    ("my.frame", "宝塔有46座供人", "left", "宝塔有"),
    ("my.frame", "“甲36座塔”", EARLIER, "my.out says that it is no reading (name)"),
    ("my.towers", "宝塔36座", "", 'the name is "宝塔"'),
    ("my.towers", "房屋36座", "name", '"房屋", not one of "宝塔", "高塔"'),
    ("my.towers", "宝塔36%", "kind", 'it is "percent", not "count"'),
    ("my.towers", "《36座》", EARLIER, "says that it is no reading"),
    ("my.era", "1911纪年建成", "", "it took part"),
    ("my.era", "民国建成3座", "pattern", "nothing"),
    ("my.unit", "佛像36尊", "", "it took part"),
    ("my.unit", "佛像36座", "spelled", '"座。", which does not begin with one of "尊"'),
    ("my.second", "佛像36尊", EARLIER, "my.unit"),
]


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pack")
    (folder / "mine.toml").write_text(PACK, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("id", "text", "gate", "why"), CASES)
def test_the_first_gate_that_failed_is_named(pack, id, text, gate, why):
    book = load_rules([pack])
    found = explain_rule(f"{text}。", book, id, 2023).tried[0]
    assert (found.gate, why in found.why) == (gate, True), found


def ask(*arguments):
    return CliRunner().invoke(app, ["explain", *map(str, arguments)])


def test_explain_tells_it_as_text_and_as_json(pack):
    arguments = ("宝塔46座。", "--rules", pack, "--rule", "my.frame")
    lines = ask(*arguments).stdout.splitlines()
    assert lines[0].startswith("my.frame  [[frame]]  ") and lines[0].endswith("mine.toml:20")
    assert lines[1:] == ['  46座  [2:5]  fails at right: right of it stands "。", whose beginning does not match']
    found = json.loads(ask(*arguments, "--json").stdout)
    assert (found["rule"], found["type"], found["line"]) == ("my.frame", "frame", 20)
    assert [(t["quantity"], t["start"], t["end"], t["gate"]) for t in found["tried"]] == [("46座", 2, 5, "right")]


def test_a_text_without_numerals_is_said_to_have_none(pack):
    assert "no numeral" in ask("宝塔。", "--rule", "frame.left").stdout


@pytest.mark.parametrize(
    ("id", "says"),
    [
        ("frame.lefd", 'no rule has the id "frame.lefd", did you mean "frame.left"?'),
        ("hanzi_small", "a [[words]] rule"),
    ],
)
def test_a_rule_that_cannot_be_asked_for_is_refused(id, says):
    with pytest.raises(LookupError) as caught:
        explain_rule("宝塔36座。", load_rules(), id)
    assert says in str(caught.value)
    assert ask("宝塔36座。", "--rule", id).exception is not None
