"""A tracker gets curves and closing numbers, read back with TensorBoard's own reader; without it all is the same."""

import sys
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator  # type: ignore[import-untyped]

from helpers.console import Console
from smfa_bench.errors import PrerequisiteError
from smfa_bench.progress import Silent
from smfa_bench.tracking import Tracker, track

CONFIG = {"method": "./mine.py:Mine", "forget_ratio": 0.05, "seed": 3, "options": {"k": 5}}


def curves(folder: Path) -> dict[str, list[tuple[int, float]]]:
    """Return all curves of the one run in a folder, as pairs of step and value."""
    reader = EventAccumulator(str(folder))
    reader.Reload()
    names = reader.Tags()["scalars"]
    return {name: [(event.step, event.value) for event in reader.Scalars(name)] for name in names}


def only(folder: Path) -> Path:
    """Return the one run in a folder, which is called by method, ratio, seed and what tells others apart."""
    (found,) = folder.iterdir()
    assert found.name.startswith("mine-py-Mine-0-05-3-")
    return found


def test_values_are_told_under_the_title_of_their_stage_and_missing_ones_are_left_out(tmp_path: Path) -> None:
    with track(Silent(), Tracker.TENSORBOARD, config=CONFIG, folder=tmp_path) as progress:
        progress.stage("anchor", 2)
        progress.advance(values={"loss": 2.0})
        progress.stage("asking", 9)
        progress.advance(9)
        progress.stage("forgetting", 1)
        progress.advance(values={"loss": 1.5})
        progress.conclude({"gold_score": None, "overall_memory.fact": 8.0})
    assert curves(only(tmp_path)) == {
        "anchor/loss": [(1, 2.0)],
        "forgetting/loss": [(2, 1.5)],
        "result/overall_memory.fact": [(3, 8.0)],
    }


def test_a_tracker_is_closed_when_the_run_fails(tmp_path: Path) -> None:
    def fails() -> None:
        with track(Silent(), Tracker.TENSORBOARD, config=CONFIG, folder=tmp_path) as progress:
            progress.stage("anchor", 2)
            progress.advance(values={"loss": 2.0})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert curves(only(tmp_path)) == {"anchor/loss": [(1, 2.0)]}


def test_a_tracker_that_is_not_installed_is_told_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "wandb", None)
    with (
        pytest.raises(PrerequisiteError, match="pip install wandb"),
        track(Silent(), Tracker.WANDB, config=CONFIG, folder=tmp_path),
    ):
        pass


def test_a_tracked_run_has_the_name_and_the_numbers_of_one_that_is_not(tmp_path: Path, small_model_name: str) -> None:
    asked: tuple[str, ...] = ("run", "--method", "helpers.steady_method:Steady", "--model", small_model_name)
    asked += ("--profiles", "helpers.people:five_people", "--size", "5", "--forget-ratio", "0.2", "--few-shot", "1")
    console = Console(tmp_path)
    tracked = console.here(*asked, "--track", "tensorboard")
    assert tracked.code == 0, tracked.stderr
    plain = console.here(*asked)
    assert plain.stdout == tracked.stdout
    (folder,) = (tmp_path / "runs" / "tracked").iterdir()
    told = curves(folder)
    assert any(name.endswith("/loss") for name in told)
    assert "result/overall_meaningful" in told
