"""A run that is killed or interrupted, at whatever stage, ends as one that nobody disturbed."""

import json
import signal
from pathlib import Path

from helpers.console import Console
from helpers.finished_run import RUN, Finished


def models(runs: Path) -> str:
    """Return the scores of the only run, as they stand in its result."""
    (folder,) = runs.iterdir()
    return json.dumps(json.loads((folder / "result.json").read_text())["judged"])


def lines(pattern: str, folder: Path) -> int:
    """Return the number of lines of the files that match."""
    return sum(path.read_bytes().count(b"\n") for path in folder.glob(pattern))


def test_a_run_stopped_at_every_stage_ends_as_an_undisturbed_one(finished: Finished, tmp_path: Path) -> None:
    console = Console(tmp_path)
    taught, answered = console.cache / "taught", console.cache / "answers"

    killed = console.stopped(*RUN, when=lambda stderr: "teaching the vanilla model" in stderr, by=signal.SIGKILL)
    assert killed.code == -signal.SIGKILL
    assert not any(taught.glob("[!.]*"))

    killed = console.stopped(
        *RUN, when=lambda _: lines("unfinished/*/answers.jsonl", console.cache) > 0, by=signal.SIGKILL
    )
    assert killed.code == -signal.SIGKILL
    assert len(list(taught.glob("[!.]*"))) == 1
    assert not any(answered.glob("[!.]*"))
    said = lines("unfinished/*/answers.jsonl", console.cache)

    interrupted = console.stopped(*RUN, when=lambda stderr: "SMFA" in stderr, by=signal.SIGINT)
    assert interrupted.code == 130
    assert interrupted.stderr.endswith("interrupted; the same command goes on where this one stood.\n")
    assert "teaching" not in interrupted.stderr
    assert lines("answers/*/answers.jsonl", console.cache) > said > 0
    assert not any(console.runs.glob("*/adapter"))

    killed = console.stopped(*RUN, when=lambda _: lines("*/unfinished.jsonl", console.runs) > 0, by=signal.SIGKILL)
    assert killed.code == -signal.SIGKILL
    assert "asking the vanilla model" not in killed.stderr
    assert not any(console.runs.glob("*/result.json"))

    ended = console(*RUN)
    assert (ended.code, ended.stdout) == (0, finished.ended.stdout)
    assert "SMFA" not in ended.stderr
    assert models(console.runs) == models(finished.console.runs)
