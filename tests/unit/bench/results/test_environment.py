"""What a run ran on."""

import platform
import subprocess
from pathlib import Path

import pytest
import torch

from smfa_bench.results import environment
from smfa_bench.results.environment import git_revision, peak_memory_mib, versions


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    done = subprocess.run(["git", "-C", str(folder), *identity, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit, in which the package seems to be."""
    (tmp_path / "environment.py").write_text("1\n")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "environment.py")
    git(tmp_path, "commit", "--quiet", "--message", "first")
    monkeypatch.setattr(environment, "__file__", str(tmp_path / "environment.py"))
    return tmp_path


def test_python_the_packages_and_the_platform_are_named() -> None:
    found = versions()
    assert found["python"] == platform.python_version()
    assert {"smfa-bench", "torch", "transformers", "platform", "device", "training precision"} <= set(found)
    assert found["threads"] == str(torch.get_num_threads())
    assert all(found.values())


def test_the_revision_is_the_commit(checkout: Path) -> None:
    assert git_revision() == git(checkout, "rev-parse", "HEAD")


def test_changed_files_are_told_but_new_ones_do_not_matter(checkout: Path) -> None:
    (checkout / "new").touch()
    assert git_revision() == git(checkout, "rev-parse", "HEAD")
    (checkout / "environment.py").write_text("2\n")
    assert git_revision() == f"{git(checkout, 'rev-parse', 'HEAD')}+changes"


def test_an_installed_package_has_no_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "__file__", str(tmp_path / "environment.py"))
    assert git_revision() is None


def test_a_package_installed_inside_another_repository_does_not_take_its_revision(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = checkout / "venv" / "environment.py"
    installed.parent.mkdir()
    installed.touch()
    monkeypatch.setattr(environment, "__file__", str(installed))
    assert git_revision() is None


def test_without_git_there_is_no_revision(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    monkeypatch.setenv("PATH", "")
    assert git_revision() is None


def test_memory_is_counted_in_mebibytes() -> None:
    assert 10 < peak_memory_mib() < 1_000_000
