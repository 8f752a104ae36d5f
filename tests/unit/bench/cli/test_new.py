"""`smfa-bench new method`: the package that it writes installs, and its method keeps the contract."""

import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest
from typer.testing import CliRunner

from smfa_bench.cli.new import app
from smfa_bench.cli.scaffold import begin_method
from smfa_bench.errors import UsageError
from smfa_bench.testing import check_method


def test_the_package_installs_with_its_entry_point_and_its_method_keeps_the_contract(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_model_name: str
) -> None:
    written = CliRunner().invoke(app, ["method", "two-words", "--into", str(tmp_path)], catch_exceptions=False)
    folder = tmp_path / "smfa-bench-two-words"
    assert written.stdout.splitlines()[0] == str(folder)
    target = tmp_path / "installed"
    quietly = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check"]
    install = [sys.executable, "-m", "pip", "install", *quietly, "--target", str(target), str(folder)]
    subprocess.run(install, check=True)
    [distribution] = distributions(path=[str(target)])
    [entry] = distribution.entry_points
    assert (entry.group, entry.name) == ("smfa_bench.methods", "two-words")
    monkeypatch.syspath_prepend(target)
    outcomes = check_method(entry.value, model=small_model_name)
    assert [(outcome.title, outcome.why) for outcome in outcomes if not outcome.passed] == []
    assert len(outcomes) > 10


# The class of "none" must not be called None, that of "lora" must not hide what it is derived from.
@pytest.mark.parametrize("name", ["mine", "none", "lora"])
def test_every_file_is_written_and_no_placeholder_is_left(name: str, tmp_path: Path) -> None:
    folder = begin_method(name, tmp_path)
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert set(files) == {
        "README.md",
        "pyproject.toml",
        f"src/smfa_bench_{name}/__init__.py",
        f"src/smfa_bench_{name}/config.py",
        f"src/smfa_bench_{name}/method.py",
        "tests/test_method.py",
    }
    for where, path in files.items():
        assert "$" not in path.read_text(), where
        if path.suffix == ".py":
            compile(path.read_text(), where, "exec")


# Names of usual length; above 24 letters the formatter would break a line that a shorter name leaves whole.
@pytest.mark.parametrize("name", ["a", "two-words", "a-name-of-24-letters-now"])
def test_the_package_is_clean_by_the_defaults_of_ruff_and_within_88_columns(name: str, tmp_path: Path) -> None:
    folder = begin_method(name, tmp_path)
    rules = ["--select", "E,W,F,I,B,D1,UP,N,SIM,RUF", "--ignore", "D100,D103,D104"]
    for command in (["check", "--no-cache", *rules], ["format", "--no-cache", "--check", "--diff"]):
        checked = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated"], cwd=folder, capture_output=True, text=True
        )
        assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("name", ["", "Mine", "1st", "a--b", "../out", "a_b", "a b", "ü", "mine\n"])
def test_a_name_of_another_form_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't name a method"):
        begin_method(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'smfa' is installed already"):
        begin_method("smfa", tmp_path)


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    kept = begin_method("mine", tmp_path) / "README.md"
    kept.write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        begin_method("mine", tmp_path)
    assert kept.read_text() == "mine"
