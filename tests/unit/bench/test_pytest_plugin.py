"""pytest checks methods: a test for each property, told by its title."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from smfa_bench.testing.properties import PROPERTIES

TESTS = Path(__file__).parents[2]


def checked(folder: Path, method: str, model: Path) -> subprocess.CompletedProcess[str]:
    """Run pytest in an empty folder, with nothing to test but a method."""
    command = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-v", "--check-method", method)
    return subprocess.run(
        [*command, "--check-model", str(model)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(TESTS), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_each_property_is_a_test_of_its_own(tmp_path: Path, small_model_folder: Path) -> None:
    ended = checked(tmp_path, "helpers.steady_method:Steady", small_model_folder)
    for title in PROPERTIES:
        assert f"helpers.steady_method:Steady::{title}" in ended.stdout


@pytest.mark.parametrize(
    ("method", "said"), [("smfaa", "Did you mean 'smfa'"), ("helpers.people:JUDGE", "is not a method")]
)
def test_what_is_no_method_is_a_usage_error(tmp_path: Path, small_model_folder: Path, method: str, said: str) -> None:
    ended = checked(tmp_path, method, small_model_folder)
    assert ended.returncode == pytest.ExitCode.USAGE_ERROR
    assert said in ended.stderr
