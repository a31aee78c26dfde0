"""Loading rule packs: each mistake has its place and its words, layers lie over each other, strangers do no harm."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kpiextract import rule_files
from kpiextract.rule_patterns import size
from kpiextract.rulebook import RuleError, load_rules, rule_problems

INDICATOR = """[[indicator]]
id = "my.one"
name = "工作坊"
kind = "count"
examples = [{ text = "开办工作坊⟦30个⟧。", indicator = "工作坊" }]
refuses = ["工作坊收入⟦30万元⟧。"]
"""

Pack = Callable[..., Path]


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pack:
    """A function that writes a pack of files and returns its folder, shown as `p`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KPIEXTRACT_CACHE", str(tmp_path / "cache"))

    def write(text: str | bytes = "", name: str = "a.toml", folder: str = "p") -> Path:
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return Path(folder)

    return write


def problems(folder: Path, builtin: bool = False) -> list[str]:
    with pytest.raises(RuleError) as caught:
        load_rules([folder], builtin)
    return list(caught.value.problems)


MISTAKES = [
    (
        INDICATOR.replace("kind =", "  knid ="),
        'p/a.toml:4:3: unknown key "knid", did you mean "kind"?',
    ),
    (
        INDICATOR.replace("[[indicator]]", "[[indicater]]"),
        'p/a.toml:1:1: unknown rule type "indicater", did you mean "indicator"?',
    ),
    (
        INDICATOR.replace("[[indicator]]", "[indicator]"),
        "p/a.toml:1:1: [indicator] must be [[indicator]]: each rule is one table of a list",
    ),
    ('colour = "red"\n' + INDICATOR, 'p/a.toml:1:1: "colour" stands outside any rule; put it under a [[type]] header'),
    (
        INDICATOR.replace('name = "工作坊"', ""),
        'p/a.toml:1:1: a [[indicator]] rule needs "name": the canonical name',
    ),
    (INDICATOR.replace('"工作坊"\nkind', "7\nkind"), 'p/a.toml:3:1: "name" must be a string, not a whole number'),
    (
        INDICATOR.replace('kind = "count"', "aliases = [1]"),
        'p/a.toml:4:1: "aliases" must hold strings, not a whole number',
    ),
    (
        INDICATOR.replace('kind = "count"', 'aliases = "x"'),
        'p/a.toml:4:1: "aliases" must be a list, not a string',
    ),
    (INDICATOR.replace('"count"', '"cuont"'), 'p/a.toml:4:1: "kind" cannot be "cuont", did you mean "count"?'),
    (
        INDICATOR.replace('"my.one"', '"my one"'),
        'p/a.toml:2:1: "my one" is no id; use letters, digits and dots, like env.air_quality_rate',
    ),
    (
        INDICATOR.replace("⟦30个⟧。", "30个⟧。"),
        "p/a.toml:5:15: an example marks one quantity, as in ⟦97.8%⟧",
    ),
    (
        INDICATOR.replace("indicator =", "indicater ="),
        'p/a.toml:5:37: unknown field "indicater" in an example, did you mean "indicator"?',
    ),
    (
        INDICATOR.replace('indicator = "工作坊"', 'value = "many"'),
        'p/a.toml:5:37: "value" must be a number in quotes like "53100", not \'many\'',
    ),
    (
        '[[unit]]\nid = "u"\nkind = "length"\nunit = "米"\nfactor = "1/0"\nspelled = ["丈"]\n',
        'p/a.toml:5:1: "factor" must be an exact number above 0 like "10000" or "2000/3", not "1/0"',
    ),
    (
        '[[modifier]]\nid = "m"\nbound = "more"\nbefore = ["逾"]\n',
        'p/a.toml:3:1: "bound" cannot be "more"; one of: =, ~, >, >=, <, <=',
    ),
    ('[[modifier]]\nid = "m"\nbound = ">"\n', "p/a.toml:1:1: a [[modifier]] rule needs one of: before, after"),
    (
        '[[exclude]]\nid = "e"\nreason = "nmae"\n',
        'p/a.toml:3:1: "reason" cannot be "nmae", did you mean "name"?',
    ),
    (
        '[[exclude]]\nid = "e"\nreason = "name"\nafter = "("\n',
        'p/a.toml:4:1: the pattern of "after" does not compile: missing ) at position 1',
    ),
    (
        '[[exclude]]\nid = "e"\nreason = "name"\nafter = \'\\L<nouns>\'\n',
        'p/a.toml:4:1: the pattern names the list "nouns", but no [[words]] rule has this id',
    ),
    (
        '[[exclude]]\nid = "e"\nreason = "name"\nafter = \'((甲{1000}){1000}){1000}\'\n',
        'p/a.toml:4:1: the pattern of "after" repeats repeats too often; it stands for more than 100000 characters',
    ),
    (
        '[[words]]\nid = "nouns"\nadd = ["x"]\n',
        'p/a.toml:2:1: no earlier word list has the id "nouns"',
    ),
    ("[[indicator]]\nid = \n", "p/a.toml:2:6: not TOML: invalid value"),
    (b"# caf\xe9\n", "p/a.toml:1:1: byte 0xe9 is not UTF-8; save the file as UTF-8"),
    ('disable = "x"\n', 'p/a.toml:1:1: "disable" must be a list of rule ids'),
    ("x = " + "[" * 100_000, "p/a.toml:1:1: nested too deeply; rules are flat tables"),
    ("x = {" + "x." * 50_000 + "x = 1}\n", "p/a.toml:1:1: a key with more than 40 dots; rules are flat tables"),
    ("x." * 50_000 + "x = 1\n", "p/a.toml:1:1: a key with more than 40 dots; rules are flat tables"),
]


@pytest.mark.parametrize(("text", "problem"), MISTAKES, ids=[str(n) for n in range(len(MISTAKES))])
def test_a_mistake_has_its_place_and_says_what_to_do(pack: Pack, text: str | bytes, problem: str) -> None:
    assert problems(pack(text)) == [problem]


def test_every_mistake_of_all_files_is_told_at_once(pack: Pack) -> None:
    pack(INDICATOR.replace("kind", "knid").replace("unit", "nuit"), "a.toml")
    pack(INDICATOR.replace("name", "nmae"), "b.toml")
    found = problems(pack("= 1", "c.toml"))
    assert [line.partition(": ")[0] for line in found] == [
        "p/c.toml:1:1",
        "p/a.toml:4:1",
        "p/b.toml:1:1",
        "p/b.toml:3:1",
        "p/b.toml:2:1",
    ]


def test_an_id_is_taken_once_in_a_pack(pack: Pack) -> None:
    found = problems(pack(INDICATOR + "\n" + INDICATOR))
    assert found == ['p/a.toml:9:1: the id "my.one" is taken, by the rule at p/a.toml:1']


def test_rules_without_examples_load_but_are_a_problem_for_check(pack: Pack) -> None:
    folder = pack('[[indicator]]\nid = "my.two"\nname = "夜校"\n')
    assert load_rules([folder], builtin=False).rules("indicator")[0].id == "my.two"
    assert [p.partition(" needs ")[2].partition(":")[0] for p in rule_problems([folder], builtin=False)] == [
        '"examples"',
        '"refuses"',
    ]


def test_a_missing_pack_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no such rule pack; give a folder"):
        load_rules([tmp_path / "none"])


def test_a_large_file_is_not_read(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_files, "MAX_BYTES", 1_000_000)
    found = problems(pack(b"#" * 2_000_000))
    assert found == ["p/a.toml: the file has 2 MB, more than 1; split it into smaller files"]


def test_a_million_rules_end_in_a_clear_error(pack: Pack) -> None:
    found = problems(pack("[[words]]\n" * 60_000))
    assert found == ["p/a.toml:1:1: 60000 rules, more than 50000; split the file"]


def test_other_files_of_a_pack_are_ignored(pack: Pack) -> None:
    pack("no rules", "README.md")
    assert len(load_rules([pack(INDICATOR)], builtin=False).rules("indicator")) == 1


def test_a_pack_may_be_one_file_and_may_begin_with_a_mark(pack: Pack) -> None:
    pack(b"\xef\xbb\xbf" + INDICATOR.replace("\n", "\r\n").encode())
    book = load_rules([Path("p/a.toml")], builtin=False)
    assert (book.rules("indicator")[0].file, book.rules("indicator")[0].line) == ("p/a.toml", 1)


def test_a_rule_of_the_same_id_is_replaced_in_its_place(pack: Pack) -> None:
    before = [rule.id for rule in load_rules().rules("indicator")]
    folder = pack(INDICATOR.replace("my.one", before[5]))
    rules = load_rules([folder]).rules("indicator")
    assert [rule.id for rule in rules] == before
    assert (rules[5].data["name"], rules[5].file, rules[5].pack) == ("工作坊", "p/a.toml", 1)


def test_new_rules_of_a_pack_are_tried_first(pack: Pack) -> None:
    rules = load_rules([pack(INDICATOR)]).rules("indicator")
    assert [rule.pack for rule in rules[:2]] == [1, 0]


def test_rules_are_switched_off_by_id_and_by_pattern(pack: Pack) -> None:
    ids = {r.id for r in load_rules([pack('disable = ["env.pm25", "party.*"]\n')]).rules("indicator")}
    assert "env.pm25" not in ids and not any(id.startswith("party.") for id in ids) and "env.pm10" in ids


def test_switching_off_what_is_not_there_is_a_mistake(pack: Pack) -> None:
    found = problems(pack('disable = ["env.pm26"]\n'), builtin=True)
    assert found == ['p/a.toml:1:1: "disable" names no earlier rule: "env.pm26"; see kpiextract rules list']


def test_word_lists_are_added_to_and_taken_from(pack: Pack) -> None:
    old = load_rules().words("indicator.prefix")
    folder = pack(f'[[words]]\nid = "indicator.prefix"\nadd = ["某市"]\nremove = ["{old[0]}"]\n')
    assert load_rules([folder]).words("indicator.prefix") == (*old[1:], "某市")


def test_text_files_of_a_pack_are_words_for_the_segmenter(pack: Pack) -> None:
    pack("# places\n共富工坊\n\n小梨驿站  # a house\n", "places.txt")
    assert load_rules([pack(INDICATOR)], builtin=False).vocabulary == ("共富工坊", "小梨驿站")


def test_the_cache_gives_the_same_book(pack: Pack) -> None:
    folder = pack(INDICATOR)
    first = load_rules([folder])
    load_rules(builtin=False)
    second = load_rules([folder])
    assert second is not first
    assert second.by_type == first.by_type
    assert second.vocabulary == first.vocabulary


def test_a_changed_file_is_read_again(pack: Pack) -> None:
    load_rules([pack(INDICATOR)], builtin=False)
    assert (
        load_rules([pack(INDICATOR.replace("工作坊", "夜校"))], builtin=False).rules("indicator")[0].data["name"]
        == "夜校"
    )


def test_a_broken_or_foreign_cache_is_passed_over(pack: Pack) -> None:
    folder = pack(INDICATOR)
    load_rules([folder], builtin=False)
    (stored,) = Path("cache").glob("rules-*.json")
    for content in ("{", "[]", json.dumps({"key": stored.stem[6:], "data": {"rules": 7}})):
        stored.write_text(content)
        load_rules(builtin=False)
        assert load_rules([folder], builtin=False).rules("indicator")[0].id == "my.one"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a folder that cannot be written")
def test_a_cache_that_cannot_be_written_costs_nothing_else(pack: Pack) -> None:
    Path("cache").mkdir(mode=0o500)
    assert load_rules([pack(INDICATOR)], builtin=False).rules("indicator")


def test_the_cache_can_be_switched_off(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPIEXTRACT_CACHE", "off")
    load_rules([pack(INDICATOR)], builtin=False)
    assert not Path("cache").exists()


def test_a_cache_where_a_file_stands_is_passed_over(pack: Pack) -> None:
    Path("cache").write_text("a file")
    assert load_rules([pack(INDICATOR)], builtin=False).rules("indicator")


def test_rules_carry_no_examples_unless_asked(pack: Pack) -> None:
    folder = pack(INDICATOR)
    assert "examples" not in load_rules([folder], builtin=False).rules("indicator")[0].data
    assert "examples" in load_rules([folder], builtin=False, examples=True).rules("indicator")[0].data


def test_words_of_an_unknown_list() -> None:
    with pytest.raises(RuleError, match='no \\[\\[words\\]\\] rule has the id "nothing"'):
        load_rules(builtin=False).words("nothing")


def test_a_pattern_may_repeat_but_not_without_end() -> None:
    assert [size(p) for p in ("甲", "甲{3}", "(甲乙){2,5}丙", r"[^，]{0,16}\{2}", "((甲{9}){9}){9}", "(甲")] == [
        1,
        3,
        11,
        19,
        729,
        1,
    ]


def test_a_heap_of_mistakes_is_cut_short(pack: Pack) -> None:
    found = problems(pack("".join(f'[[words]]\nid = "w{n}"\n' for n in range(900))))
    assert len(found) == 201
    assert found[-1] == "p/a.toml: more mistakes than 200; mend these first"
