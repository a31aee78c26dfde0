"""Settings: where they come from, which one wins, and what a mistake says."""

from pathlib import Path

import pytest

from kpiextract.config import ConfigError, load_settings


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    return tmp_path


def test_the_nearest_file_upwards_counts(folder: Path) -> None:
    (folder / "kpiextract.toml").write_text("jobs = 1")
    (folder / "a" / "kpiextract.toml").write_text('rules = ["packs/mine"]\njobs = 2')
    settings = load_settings(environ={})
    assert settings.values == {"rules": [str(folder / "a" / "packs" / "mine")], "jobs": 2}
    assert settings.origins["jobs"] == (folder / "a" / "kpiextract.toml").as_posix()


def test_a_project_file_counts_where_it_speaks_of_kpiextract(folder: Path) -> None:
    (folder / "kpiextract.toml").write_text("jobs = 1")
    (folder / "a" / "pyproject.toml").write_text("[tool.other]\njobs = 9")
    assert load_settings(environ={}).values == {"jobs": 1}
    (folder / "a" / "pyproject.toml").write_text("[tool.kpiextract]\njobs = 3")
    assert load_settings(environ={}).values == {"jobs": 3}
    (folder / "a" / "kpiextract.toml").write_text("year = 2024")
    assert load_settings(environ={}).values == {"year": 2024}


def test_the_environment_beats_the_file_and_a_flag_beats_both(folder: Path) -> None:
    (folder / "kpiextract.toml").write_text('jobs = 1\nkind = ["count"]')
    settings = load_settings(
        environ={"KPIEXTRACT_JOBS": "2", "KPIEXTRACT_KIND": "percent,amount", "KPIEXTRACT_BOM": "on"}
    )
    assert settings.values == {"jobs": 2, "kind": ["percent", "amount"], "bom": True}
    assert (settings.pick("jobs", None, 8), settings.pick("jobs", 4, 8), settings.pick("year", None, 0)) == (2, 4, 0)


MISTAKES = [
    ("jbos = 1", 'kpiextract.toml:1:1: unknown key "jbos", did you mean "jobs"?'),
    ("\njobs = 0", 'kpiextract.toml:2:1: "jobs" must be a whole number above 0'),
    ('jobs = "2"', 'kpiextract.toml:1:1: "jobs" must be a whole number above 0'),
    ('rules = "mine"', 'kpiextract.toml:1:1: "rules" must be a list of strings'),
    ('builtin = "no"', 'kpiextract.toml:1:1: "builtin" must be true or false'),
    ('format = "xml"', 'kpiextract.toml:1:1: "format" must be one of auto, table, tsv, csv, json, jsonl, md'),
]


@pytest.mark.parametrize(("text", "problem"), MISTAKES, ids=[str(n) for n in range(len(MISTAKES))])
def test_a_mistake_has_its_place(folder: Path, text: str, problem: str) -> None:
    Path("kpiextract.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_settings(environ={})
    assert caught.value.problems == (problem,)


def test_mistakes_of_the_environment_name_the_variable(folder: Path) -> None:
    with pytest.raises(ConfigError, match=r'^KPIEXTRACT_JOBS: "jobs" must be a whole number above 0$'):
        load_settings(environ={"KPIEXTRACT_JOBS": "two"})


@pytest.mark.parametrize(
    ("content", "what"),
    [(b"jobs = ", "is not TOML"), (b"# \xff", "is not UTF-8"), (b"x = " + b"[" * 100_000, "is not TOML")],
    ids=["toml", "utf-8", "deep"],
)
def test_a_file_that_cannot_be_read_is_named(folder: Path, content: bytes, what: str) -> None:
    Path("kpiextract.toml").write_bytes(content)
    with pytest.raises(ConfigError, match=f"^kpiextract.toml: {what}"):
        load_settings(environ={})
