"""Errors: what a user reads, and the exit code of each kind."""

import pytest

from smfa_bench.errors import (
    BenchError,
    CheckError,
    DamagedFileError,
    ExitCode,
    PrerequisiteError,
    UsageError,
    unknown,
)


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


def test_a_name_unlike_all_others_gets_the_list_and_no_guess() -> None:
    assert str(unknown("method", "zzz", ["smfa"])) == "unknown method 'zzz'. Valid: smfa."


def test_an_empty_list_is_told_as_none() -> None:
    assert str(unknown("run", "x", [])).endswith("Valid: none.")
