"""The fuzzer itself: a few rounds of it find nothing, and what goes wrong it finds and keeps."""

import signal
import time

import pytest
from fuzz import fuzz


@pytest.fixture(autouse=True)
def handlers():
    """The program sets its own signal handlers; the tests go on with theirs."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def test_damaged_files_of_every_format_end_well(tmp_path):
    rounds, wrong = fuzz(2, 20, tmp_path / "found")
    assert rounds > 1 and wrong == 0


def breaks(*_):
    raise ZeroDivisionError("broken")


@pytest.mark.parametrize(
    ("work", "says"), [(breaks, "ZeroDivisionError"), (lambda *_: time.sleep(9), "more than 0.2 s")]
)
def test_what_goes_wrong_is_said_and_kept(tmp_path, monkeypatch, capsys, work, says):
    monkeypatch.setattr("kpiextract.documents.extract_source", work)
    assert fuzz(0, 1, tmp_path, limit=0.2) == (1, 1)
    assert says in capsys.readouterr().out and len(list((tmp_path / "1").iterdir())) >= 5
