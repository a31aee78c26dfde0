"""House rules that a machine can check: words live in rules, imports go one way, each module says what it is for."""

import ast
import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "kpiextract"
MODULES = sorted(SOURCE.rglob("*.py"))
IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
RANGE = ("\u4e00", "\u9fff")  # the ends of the block of ideographs, no words


def docstrings(tree: ast.AST) -> set[int]:
    """The ids of the constants that are docstrings, of attributes too."""
    found = set()
    for node in ast.walk(tree):
        for statement in getattr(node, "body", []) if isinstance(getattr(node, "body", None), list) else []:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                found.add(id(statement.value))
    return found


def chinese_words(tree: ast.AST) -> list[str]:
    """The strings with Chinese characters that are no docstrings."""
    known = docstrings(tree)
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in known
        and node.value not in RANGE
        and IDEOGRAPH.search(node.value)
    ]


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_no_chinese_word_stands_in_code(module):
    """A Chinese word in a .py file is a rule in the wrong place."""
    assert chinese_words(ast.parse(module.read_text(encoding="utf-8"))) == []


def test_a_chinese_word_in_code_is_seen():
    """The check above can fail."""
    assert chinese_words(ast.parse('"""同比 in a docstring."""\nWORD = "同比"\n')) == ["同比"]


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_every_module_says_what_it_is_for(module):
    """A module's docstring begins with one sentence."""
    doc = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))
    assert doc and doc.splitlines()[0].rstrip().endswith((".", ":")), module


@pytest.mark.parametrize("word", ["pandas", "rich", "typer", "jieba", "rjieba"])
def test_heavy_libraries_are_asked_in_few_rooms(word):
    """pandas, Rich, Typer and the segmenter are each imported in one place (or in the shell)."""
    rooms = {
        "pandas": {"frame.py", "compare", "__init__.py"},
        "rich": {"cli", "write"},
        "typer": {"cli"},
        "jieba": {"segment.py"},
        "rjieba": {"segment.py"},
    }[word]
    pattern = re.compile(rf"^\s*(?:import|from) {word}\b", re.MULTILINE)
    found = {m.relative_to(SOURCE).parts[0] for m in MODULES if pattern.search(m.read_text(encoding="utf-8"))}
    assert found <= rooms
