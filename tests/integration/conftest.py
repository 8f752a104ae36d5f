"""One finished run on three people, shared by all tests that drive the command."""

import os
import shutil
from pathlib import Path

import pytest

from helpers.console import Console
from helpers.finished_run import RUN, Finished

collect_ignore = ["foreign_plugin"]
"""Its tests need it installed; test_foreign_plugin.py sees to that."""


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The run; several workers share it, since the second of two equal commands waits for the first."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "finished"
    folder.mkdir(exist_ok=True)
    console = Console(folder)
    ended = console(*RUN)
    assert ended.code == 0, ended.stderr
    (run,) = console.runs.iterdir()
    return Finished(console, ended, run)


@pytest.fixture
def console(finished: Finished, tmp_path: Path) -> Console:
    """A working folder of the test's own, with no runs, and the cache of the finished run."""
    return Console(tmp_path, finished.console.cache)


@pytest.fixture
def copied_cache(finished: Finished, tmp_path: Path) -> Console:
    """A working folder of the test's own, with no runs, and a copy of the cache of the finished run."""
    shutil.copytree(finished.console.cache, tmp_path / "cache")
    return Console(tmp_path)
