"""Files are written whole or not at all."""

import errno
import os
import stat
from pathlib import Path

import pytest

from kpiextract.write.atomic import Drafts, OutputError


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(path, data=b"new"):
    with Drafts() as drafts:
        drafts.open(path).write(data)
        drafts.commit()


def test_a_file_appears_only_when_it_is_complete():
    with Drafts() as drafts:
        drafts.open("o").write(b"new")
        assert not Path("o").exists()
        drafts.commit()
    assert Path("o").read_bytes() == b"new" and os.listdir() == ["o"]


def test_without_commit_the_old_file_stays_and_nothing_is_left():
    Path("o").write_text("old")
    with pytest.raises(KeyboardInterrupt), Drafts() as drafts:
        drafts.open("o").write(b"new")
        drafts.open("p").write(b"new")
        raise KeyboardInterrupt
    assert Path("o").read_text() == "old" and os.listdir() == ["o"]


def test_a_disk_that_fills_up_leaves_all_files_as_they_were(monkeypatch):
    """The second of two files does not reach the disk: neither is replaced."""
    Path("a").write_text("old")
    Path("b").write_text("old")
    calls = []

    def full(number):
        calls.append(number)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"^b: cannot be written: No space left"), Drafts() as drafts:
        drafts.open("a").write(b"new")
        drafts.open("b").write(b"new")
        drafts.commit()
    assert {path.read_text() for path in Path().iterdir()} == {"old"} and len(os.listdir()) == 2


def test_permissions_stay_and_a_new_file_follows_the_umask():
    Path("o").write_text("old")
    os.chmod("o", 0o604)
    write("o")
    assert stat.S_IMODE(os.stat("o").st_mode) == 0o604
    old = os.umask(0o027)
    try:
        write("p")
    finally:
        os.umask(old)
    assert stat.S_IMODE(os.stat("p").st_mode) == 0o640


def test_a_symbolic_link_stays_one():
    Path("real").mkdir()
    os.symlink("real/o", "link")
    write("link")
    assert os.readlink("link") == "real/o" and Path("real/o").read_bytes() == b"new"
    assert os.listdir("real") == ["o"]


def test_a_device_is_written_to_not_replaced():
    write(os.devnull)
    assert not stat.S_ISREG(os.stat(os.devnull).st_mode)
    with pytest.raises(OutputError, match="/dev/full"):
        write("/dev/full")


def test_of_two_runs_the_last_one_is_there_whole():
    with Drafts() as one, Drafts() as other:
        first, second = one.open("o"), other.open("o")
        first.write(b"1" * 100_000)
        second.write(b"2" * 50_000)
        other.commit()
        first.write(b"1" * 100_000)
        one.commit()
    assert Path("o").read_bytes() == b"1" * 200_000 and os.listdir() == ["o"]


def test_only_new_files_where_that_is_asked():
    Path("o").write_text("old")
    with Drafts() as drafts:
        drafts.open("o").write(b"new")
        drafts.open("p").write(b"new")
        drafts.commit(only_new=True)
    assert (Path("o").read_text(), Path("p").read_text()) == ("old", "new") and len(os.listdir()) == 2
