"""Faults: one line on stderr, the right exit code, a traceback only when asked for."""

import subprocess
import sys

import pytest

from smfa_bench.cli.faults import faults
from smfa_bench.errors import BenchError, CheckError, PrerequisiteError, UsageError


@pytest.mark.parametrize(
    ("fault", "code"),
    [(BenchError("x"), 1), (UsageError("x"), 2), (PrerequisiteError("x"), 3), (CheckError("x"), 4)],
)
def test_a_fault_is_one_line_and_its_exit_code(
    capsys: pytest.CaptureFixture[str], fault: BenchError, code: int
) -> None:
    with pytest.raises(SystemExit) as caught, faults(with_traceback=False):
        raise fault
    assert caught.value.code == code
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "error: x\n")


def test_a_traceback_is_shown_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit), faults(with_traceback=True):
        raise UsageError("x")
    shown = capsys.readouterr().err
    assert "Traceback" in shown
    assert shown.endswith("error: x\n")


def test_an_interruption_says_how_to_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught, faults(with_traceback=False):
        raise KeyboardInterrupt
    assert caught.value.code == 130
    assert "the same command goes on" in capsys.readouterr().err


def test_a_reader_that_has_seen_enough_is_no_fault() -> None:
    talking = "from smfa_bench.cli.faults import faults\nwith faults(with_traceback=False):\n    while True: print('x')"
    process = subprocess.Popen([sys.executable, "-c", talking], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0


def test_a_bug_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError), faults(with_traceback=False):
        raise ZeroDivisionError


def test_without_a_fault_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with faults(with_traceback=False):
        pass
    assert capsys.readouterr() == ("", "")
