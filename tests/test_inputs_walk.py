"""Which files a run reads, in which order, under which names, and what it says of the others."""

import os
import socket
import sys
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest

from kpiextract.inputs import InputProblem, list_inputs, read_sources
from kpiextract.inputs.base import printable
from kpiextract.inputs.ignore import is_ignored, parse_ignore
from kpiextract.model import Source

needs_posix = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX file system")


def put(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")


def docs(*paths: Path | str, **options: object) -> list[str]:
    """The names under which files are read, relative to the first path."""
    listing = list_inputs([str(p) for p in paths], **options)
    return [os.path.relpath(f.doc, str(paths[0])).replace(os.sep, "/") for f in listing.files]


def test_a_folder_is_walked_in_code_point_order(tmp_path):
    put(tmp_path, "b.txt", "a/z.md", "a.txt", "B.txt", "a-1/x.html", "\u7701.txt", "\U00020000.txt")
    assert docs(tmp_path) == ["B.txt", "a-1/x.html", "a.txt", "a/z.md", "b.txt", "\u7701.txt", "\U00020000.txt"]


def test_names_stay_as_given(tmp_path, monkeypatch):
    put(tmp_path, "d/a.txt")
    monkeypatch.chdir(tmp_path)
    for given, doc in [("d", "d/a.txt"), ("d/", "d/a.txt"), ("./d", "./d/a.txt"), (".", "./d/a.txt"), ("d/a.txt",) * 2]:
        assert [f.doc for f in list_inputs([given]).files] == [doc]


@needs_posix
def test_each_real_file_is_read_once(tmp_path):
    put(tmp_path, "d/a.txt")
    (tmp_path / "d" / "link.txt").symlink_to("a.txt")
    (tmp_path / "d" / "self").symlink_to(tmp_path / "d")
    (tmp_path / "d" / "up").symlink_to("..")
    assert docs(tmp_path, tmp_path / "d", tmp_path / "d" / "a.txt", tmp_path) == ["d/a.txt"]


@needs_posix
def test_links_are_followed(tmp_path):
    put(tmp_path, "real/a.txt", "d/b.txt")
    (tmp_path / "d" / "there").symlink_to("../real")
    assert docs(tmp_path / "d") == ["b.txt", "there/a.txt"]


@needs_posix
def test_loops_pipes_and_sockets_do_not_hang(tmp_path):
    put(tmp_path, "a.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(tmp_path)
        server.bind("s.txt")
    listing = list_inputs([str(tmp_path)])
    assert [f.doc[-5:] for f in listing.files] == ["a.txt"]
    assert [(p.fatal, p.message[:10]) for p in listing.problems] == [(False, "left out 4")]


@needs_posix
@pytest.mark.parametrize("name", ["pipe", "/dev/null", "/dev/zero"])
def test_a_pipe_or_device_that_is_named_is_a_problem(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    (problem,) = list_inputs([name]).problems
    assert problem.fatal
    assert "standard input" in problem.message


def test_a_broken_link_to_a_report_is_a_problem(tmp_path):
    (tmp_path / "gone.txt").symlink_to("nowhere")
    (problem,) = list_inputs([str(tmp_path)]).problems
    assert problem.fatal
    assert problem.doc.endswith("gone.txt")


def test_missing_paths_are_named_and_the_rest_is_read(tmp_path):
    put(tmp_path, "a.txt")
    listing = list_inputs([str(tmp_path / "no.txt"), str(tmp_path), "", "a\0b"])
    assert len(listing.files) == 1
    assert [p.fatal for p in listing.problems] == [True] * 3


def test_hidden_files_and_the_runs_own_outputs_stay_out(tmp_path):
    put(tmp_path, ".hidden.txt", ".git/a.txt", "~$open.docx", "out.html", "a.txt")
    assert docs(tmp_path, outputs=[tmp_path / "out.html", tmp_path / "none.html"]) == ["a.txt"]
    assert docs(tmp_path / ".hidden.txt") == ["."]


def test_unknown_kinds_are_counted_and_named_once(tmp_path):
    put(tmp_path, "a.txt", "b.jpg", "c.JPG", "d.xlsx", "LICENSE", "e.csv")
    (problem,) = list_inputs([str(tmp_path)]).problems
    assert str(problem) == "left out 5 files of kinds that are not read: (no ending) 1, .csv 1, .jpg 2, .xlsx 1"
    assert not problem.fatal


def test_old_documents_in_a_folder_are_named_with_what_to_do(tmp_path):
    put(tmp_path, "a.doc", "b.doc", "c.wps")
    problems = list_inputs([str(tmp_path)]).problems
    assert [p.fatal for p in problems] == [True, True]
    assert "1 more .doc file" in problems[0].message
    assert all("save it as .docx" in p.message for p in problems)


@needs_posix
def test_names_of_any_bytes(tmp_path):
    raw = os.path.join(os.fsencode(tmp_path), b"\xb1\xa8\n.txt")
    with open(raw, "wb") as file:
        file.write(b"1")
    (source,) = read_sources([str(tmp_path)])
    assert isinstance(source, Source)
    assert source.doc.endswith("/\ufffd\ufffd\n.txt")
    assert printable(source.doc).endswith("/\ufffd\ufffd\\n.txt")
    (named,) = read_sources([os.fsdecode(raw)])
    assert named == source


def test_two_hundred_levels(tmp_path):
    put(tmp_path, "/".join(["d"] * 200) + "/a.txt")
    assert len(docs(tmp_path)) == 1


def test_many_files(tmp_path):
    for number in range(2000):
        (tmp_path / f"{number}.txt").touch()
    names = docs(tmp_path)
    assert names == sorted(names)
    assert len(names) == 2000


def test_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=BytesIO(b"\xef\xbb\xbfa\r\nb")))
    (source,) = read_sources(["-"])
    assert (source.doc, source.text) == ("-", "a\r\nb")


@pytest.mark.parametrize("stdin", [None, SimpleNamespace(buffer=BytesIO(b"too long"))])
def test_standard_input_that_is_closed_or_too_big(monkeypatch, stdin):
    monkeypatch.setattr(sys, "stdin", stdin)
    (problem,) = read_sources(["-"], max_bytes=5)
    assert isinstance(problem, InputProblem)
    assert problem.doc == "-"


@needs_posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_files_and_folders_without_permission(tmp_path):
    put(tmp_path, "a.txt", "d/b.txt")
    (tmp_path / "a.txt").chmod(0)
    (tmp_path / "d").chmod(0)
    results = list(read_sources([str(tmp_path)]))
    (tmp_path / "d").chmod(0o700)
    assert [r.message for r in results] == ["cannot be listed: Permission denied", "cannot be read: Permission denied"]


@pytest.mark.parametrize(
    ("pattern", "path", "is_folder", "ignored"),
    [
        ("*.txt", "a.txt", False, True),
        ("*.txt", "d/a.txt", False, True),
        ("*.txt", "a.md", False, False),
        ("/a.txt", "a.txt", False, True),
        ("/a.txt", "d/a.txt", False, False),
        ("d/a.txt", "d/a.txt", False, True),
        ("d/a.txt", "e/d/a.txt", False, False),
        ("old/", "old", True, True),
        ("old/", "old", False, False),
        ("**/old", "a/b/old", True, True),
        ("a/**/z.txt", "a/z.txt", False, True),
        ("a/**/z.txt", "a/b/c/z.txt", False, True),
        ("a/**", "a/b/c", False, True),
        ("a?.txt", "ab.txt", False, True),
        ("a[0-9].txt", "a7.txt", False, True),
        ("*", "a/b", False, True),
        ("# a", "# a", False, False),
        ("\\#a", "#a", False, True),
        ("*.txt\n!keep.txt", "keep.txt", False, False),
        ("*a*a*a*a*a*a*a*a*a*a*b", "a" * 255, False, False),
    ],
)
def test_ignore_patterns(pattern, path, is_folder, ignored):
    assert is_ignored(parse_ignore(pattern), path.split("/"), is_folder) is ignored


def test_ignore_files_hold_from_their_folder_down(tmp_path):
    put(tmp_path, "a.txt", "d/a.txt", "d/b.txt", "d/e/b.txt", "d/e/c.txt", "skip/x.txt")
    (tmp_path / ".kpiignore").write_text("skip/\n/a.txt\n")
    (tmp_path / "d" / ".kpiignore").write_text("b.txt\n")
    assert docs(tmp_path) == ["d/a.txt", "d/e/c.txt"]
    assert docs(tmp_path / "skip" / "x.txt") == ["."]
