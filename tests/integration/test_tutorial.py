"""The tutorial, followed to the letter: a method from the scaffold, checked, run, and shown on a leaderboard."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from helpers.console import Console
from helpers.documentation import blocks, commands
from helpers.quick_run import few_scenes, quick_recipe
from smfa_bench.registry import METHODS, MODELS, PROFILES

PAGE = "docs/tutorial.md"


@pytest.fixture
def console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Console:
    """A folder in which the embedded model is taught in few steps, whatever comes of it, and few scenes are shown."""
    quick = quick_recipe()
    hasty = quick.model_copy(
        update={
            "name": "tiny",
            "gate": 0.0,
            "max_new_tokens": 4,
            "answer_batch_size": 64,
            "teaching": quick.teaching.model_copy(update={"epochs": 1, "min_steps": 1}),
            "adapting": quick.adapting.model_copy(update={"epochs": 1}),
        }
    )
    monkeypatch.setitem(MODELS.entries, "tiny", SimpleNamespace(load=lambda: lambda: hasty))
    monkeypatch.setitem(PROFILES.entries, "fictional", SimpleNamespace(load=lambda: few_scenes))
    return Console(tmp_path)


def installed(folder: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do what `pip install` does, but into a folder of the test's own."""
    quietly = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "pip", "install", *quietly, "--target", target, folder], check=True)
    monkeypatch.syspath_prepend(target)
    # What is installed was looked up before, as a new process would do anew.
    assert "fade" not in METHODS.entries
    for looked_up in ("entries", "_installed"):
        monkeypatch.delitem(METHODS.__dict__, looked_up)


def test_the_tutorial_leads_to_a_row_in_ten_commands(
    console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = [shlex.split(command.text) for command in commands(PAGE) if command.whole]
    assert sum(len(block.splitlines()) for block in blocks(PAGE, "")) <= 10
    for words in typed:
        match words:
            case ["make", "run", arguments]:
                ended = console.here("run", *shlex.split(arguments.removeprefix("ARGS=")))
            case ["pip", "install", "-e", folder]:
                installed(console.folder / folder, tmp_path / "installed", monkeypatch)
                continue
            case ["smfa-bench", *arguments]:
                found = [sorted(map(str, console.folder.glob(word))) if "*" in word else [word] for word in arguments]
                ended = console.here(*(word for words in found for word in words))
            case _:
                pytest.fail(f"the tutorial has a command that this test does not know: {words}")
        assert ended.code == 0, (words, ended.stderr)

    assert console.here("leaderboard", "validate").stdout.endswith(": verified\n")
    assert len(list(console.runs.glob("fade-*/result.json"))) == 3
    (submission,) = (console.folder / "leaderboard" / "submissions").iterdir()
    assert json.loads(submission.read_text())["name"] == "Fade"
    index = (console.folder / "site" / "index.html").read_text()
    assert re.search(r'<th scope="row"><a href="submissions/[^"]+">Fade</a>', index)
