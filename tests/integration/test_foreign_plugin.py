"""A package of somebody else, really installed: listed, checked, tested and run like what comes with the suite."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.console import Console
from helpers.finished_run import PEOPLE

PACKAGE = Path(__file__).with_name("foreign_plugin")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the package is installed, with its metadata."""
    source, target = tmp_path_factory.mktemp("source") / "package", tmp_path_factory.mktemp("installed")
    shutil.copytree(PACKAGE, source)
    quietly = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "pip", "install", *quietly, "--target", target, source], check=True)
    return target


@pytest.fixture(autouse=True)
def _on_the_path(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(installed))


def test_its_method_and_scorer_are_listed_with_where_they_come_from(console: Console) -> None:
    for kind, name in (("methods", "uniform-answers"), ("scorers", "answer_words")):
        rows = {row["name"]: row for row in json.loads(console("list", kind, "--json").stdout)}
        assert rows[name]["from"] == "uniform-answers 1.0.0"
        assert "fault" not in rows[name]


def test_its_method_passes_the_check(console: Console) -> None:
    checked = console("check", "method", "uniform-answers")
    assert checked.code == 0, checked.stdout
    assert "FAIL" not in checked.stdout


def test_its_own_tests_pass(tmp_path: Path) -> None:
    tests = shutil.copytree(PACKAGE / "tests", tmp_path / "tests")
    quietly = ["-q", "-p", "no:cacheprovider", "--rootdir", str(tests)]
    # The contract was checked above already.
    command = [sys.executable, "-m", "pytest", *quietly, "-k", "not contract", str(tests)]
    ended = subprocess.run(
        command, cwd=tmp_path, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stdout
    assert "1 passed" in ended.stdout


def test_its_method_is_run_and_its_scorer_scores(console: Console) -> None:
    ran = console("run", "--method", "uniform-answers", "--set", "retain_weight=2", *PEOPLE)
    assert ran.code == 0, ran.stderr
    assert "uniform-answers" in ran.stdout
    (folder,) = console.runs.iterdir()
    result = json.loads((folder / "result.json").read_text())
    assert result["method_config"]["retain_weight"] == 2
    cells = result["unjudged"]["unlearned"]["cells"]
    assert 0 < cells["retain.text_memory.answer_words"]["value"] <= 100
    # To forget is to lose the answer's probability, and to keep the others' in part.
    assert cells["forget.text_memory.probability"]["value"] < 0.5
