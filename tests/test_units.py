"""What the unit table promises: every spelling is found behind digits and characters, with each bound word."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import Any

import pytest

from kpiextract.numerals import EXACT, divide
from kpiextract.quantities import QuantityScanner
from kpiextract.rulebook import Rule, builtin_rules, load_rules

BOOK = load_rules()
SCANNER = QuantityScanner(BOOK)
UNITS = [rule for rule in BOOK.rules("unit") if not rule.data.get("before")]
SPELLINGS = [(rule, spelled) for rule in UNITS for spelled in rule.data["spelled"]]
TABLES = tomllib.loads((builtin_rules() / "20-units.toml").read_text(encoding="utf-8"))["unit"]
FIRST: dict[str, Rule] = {}
for _rule, _spelled in SPELLINGS:
    if not _rule.data.get("scaled"):
        FIRST.setdefault(_spelled, _rule)


def measured(rule: Rule, number: str) -> Decimal:
    """A number of the rule's unit in the canonical one."""
    up, _, down = str(rule.data.get("factor", "1")).partition("/")
    return divide(EXACT.multiply(Decimal(number), Decimal(up)), Decimal(down or "1"))


def expect(text: str, number: str, rule: Rule, spelled: str, bound: str = "=") -> None:
    """The text holds one quantity, read whole, with this unit."""
    mentions = SCANNER.find(text)
    assert len(mentions) == 1, [text[m.start : m.end] for m in mentions]
    m = mentions[0]
    assert text[m.num_end : m.end].strip() == spelled
    assert (m.kind, m.value, m.bound) == (rule.data["kind"], measured(rule, number), bound)
    assert m.unit == (rule.data["unit"] or spelled)


@pytest.mark.parametrize("rule", UNITS, ids=lambda rule: rule.id)
def test_every_spelling(rule: Rule) -> None:
    """Each spelling stands behind digits, behind a space, and behind characters where they may write it."""
    for spelled in rule.data["spelled"]:
        if FIRST.get(spelled) is not rule and not rule.data.get("scaled"):
            continue
        scale = "亿" if rule.data.get("scaled") else ""
        number = "3600000000" if scale else "36"
        expect(f"共有36{scale}{spelled}。", number, rule, spelled)
        expect(f"共有36{scale} {spelled}。", number, rule, spelled)
        if not rule.data.get("digits"):
            expect(f"共有三十六{scale}{spelled}。", number, rule, spelled)


BEFORE = [
    (rule.data["bound"], w)
    for rule in BOOK.rules("modifier")
    if not rule.data.get("implied")
    for w in rule.data.get("before", ())
]
AFTER = [
    (rule.data["bound"], w, tuple(rule.data.get("kinds", ())))
    for rule in BOOK.rules("modifier")
    for w in rule.data.get("after", ())
]


@pytest.mark.parametrize("rule", UNITS, ids=lambda rule: rule.id)
def test_every_bound_word(rule: Rule) -> None:
    """Each bound word, before and behind, bounds a quantity in the first spelling that is each unit's own."""
    own = [s for s in rule.data["spelled"] if FIRST.get(s) is rule or rule.data.get("scaled")]
    if not own:
        pytest.skip("another unit owns its spellings")
    spelled = own[0]
    scale = "亿" if rule.data.get("scaled") else ""
    number = "7300000000" if scale else "73"
    for bound, word in BEFORE:
        expect(f"共{word}73{scale}{spelled}。", number, rule, spelled, bound)
    for bound, word, kinds in AFTER:
        if not kinds or rule.data["kind"] in kinds:
            expect(f"共计73{scale}{spelled}{word}。", number, rule, spelled, bound)


def test_size_of_the_table() -> None:
    """At least 150 measure words and 120 units."""
    words = {s for rule, s in SPELLINGS if rule.data["kind"] == "count"}
    units = {s for rule, s in SPELLINGS if rule.data["kind"] not in ("count", "ordinal", "date")}
    assert len(words) >= 150 and len(units) >= 120


@pytest.mark.parametrize("rule", TABLES, ids=lambda rule: rule["id"])
def test_examples_hold(rule: dict[str, Any]) -> None:
    """Every example of a unit rule is read as it says, every refusal keeps the rule out."""
    for example in rule["examples"]:
        texts = example["text"] if isinstance(example["text"], list) else [example["text"]]
        for marked in texts:
            start, text = marked.index("⟦"), marked.replace("⟦", "").replace("⟧", "")
            end = marked.index("⟧") - 1
            mention = next((m for m in SCANNER.find(text) if (m.start, m.end) == (start, end)), None)
            assert mention is not None, marked
            got = {"value": mention.value, "unit": mention.unit, "kind": mention.kind, "bound": mention.bound}
            for field, want in example.items():
                if field in got:
                    assert got[field] == (Decimal(want) if field == "value" else want), (marked, field)
    for text in rule.get("refuses", ()):
        assert all(rule["id"] not in m.rules for m in SCANNER.find(text)), text
