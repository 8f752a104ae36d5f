"""Errors: what a user reads, and the exit code of each kind."""

import sysconfig
import traceback
from pathlib import Path

import pytest

from smfa_bench import errors
from smfa_bench.errors import (
    BenchError,
    CheckError,
    DamagedFileError,
    ExitCode,
    PrerequisiteError,
    UsageError,
    place,
    unknown,
)

PYTHON = sysconfig.get_path("stdlib")


@pytest.mark.parametrize(
    ("kind", "code"),
    [(BenchError, 1), (DamagedFileError, 1), (UsageError, 2), (PrerequisiteError, 3), (CheckError, 4)],
)
def test_each_kind_of_fault_has_its_exit_code(kind: type[BenchError], code: int) -> None:
    assert kind("wrong").exit_code == code
    assert issubclass(kind, BenchError)


def test_done_and_interrupted_have_the_codes_shells_expect() -> None:
    assert (ExitCode.DONE, ExitCode.INTERRUPTED) == (0, 130)


def test_a_misspelt_name_is_answered_with_the_near_match() -> None:
    error = unknown("method", "smaf", ["smfa", "idk-tuning"])
    assert isinstance(error, UsageError)
    assert str(error) == "unknown method 'smaf'. Did you mean 'smfa'? Valid: idk-tuning, smfa."


@pytest.mark.parametrize("name", ["SMFA", "Smfa", "sMFa"])
def test_small_and_capital_letters_make_no_name_unlike(name: str) -> None:
    assert "Did you mean 'smfa'?" in str(unknown("method", name, ["smfa", "npo"]))


def test_a_name_unlike_all_others_gets_the_list_and_no_guess() -> None:
    assert str(unknown("method", "zzz", ["smfa"])) == "unknown method 'zzz'. Valid: smfa."


def test_an_empty_list_is_told_as_none() -> None:
    assert str(unknown("run", "x", [])).endswith("Valid: none.")


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (["/home/ada/own.py", "/usr/lib/site-packages/torch/linear.py"], ", own.py line 1"),
        (["/home/ada/.local/lib/python3/site-packages/plugin/method.py"], ", method.py line 1"),
        (["/usr/lib/python3/dist-packages/plugin.py", f"{PYTHON}/json/decoder.py"], ", plugin.py line 1"),
        ([errors.__file__, f"{PYTHON}/importlib/__init__.py", "<frozen importlib>"], ""),
        ([f"{Path(errors.__file__).parent}_foo/method.py"], ", method.py line 1"),
        ([], ""),
    ],
)
def test_the_place_of_an_error_is_where_its_user_may_mend_it(
    files: list[str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = [traceback.FrameSummary(file, 1, "raising") for file in files]
    monkeypatch.setattr(traceback, "extract_tb", lambda _: frames)
    assert place(ValueError()) == told
