"""The public interface: every name is there, and none of it is paid for before it is used."""

import subprocess
import sys

import pytest

import smfa_bench


def python(*arguments: str) -> str:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("name", smfa_bench.__all__)
def test_every_public_name_can_be_imported(name: str) -> None:
    assert getattr(smfa_bench, name).__name__ == name


def test_a_name_that_is_not_public_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'no_such_name'"):
        _ = smfa_bench.no_such_name


def test_importing_the_package_and_its_command_line_does_not_import_torch() -> None:
    loaded = python("-c", "import sys, smfa_bench, smfa_bench.cli.listing; print('torch' in sys.modules)")
    assert loaded == "False\n"


def test_the_package_can_be_run_as_a_module() -> None:
    assert "Measures whether a multimodal LLM" in python("-m", "smfa_bench", "--help")
