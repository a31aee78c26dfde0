"""Every example of the rules is read as it says, and no rule takes part in a text that it refuses."""

from functools import cache
from typing import Any

import pytest

from kpiextract.pipeline import extract_source
from kpiextract.rule_check import Case, Judge, cases_of, slow, twice
from kpiextract.rulebook import load_rules, rule_problems

BOOK = load_rules(examples=True)


@cache
def judge() -> Judge:
    bare = load_rules()
    return Judge(BOOK, lambda source, year: extract_source(source, bare, year))


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in cases_of(BOOK)])
def test_every_example_and_refusal_holds(case: Case) -> None:
    failure = judge().failure(case)
    assert failure is None, str(failure)


@pytest.mark.parametrize("look", [twice, slow], ids=["nothing-spelled-twice", "no-slow-pattern"])
def test_rules_do_not_stand_in_each_others_way(look: Any) -> None:
    assert [str(failure) for failure in look(BOOK)] == []


def test_the_built_in_rules_hold_together() -> None:
    assert rule_problems() == []
