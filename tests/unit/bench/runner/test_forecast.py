"""What a run would do: told before, stage by stage, without a trace."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from smfa_bench.cli.run import run
from smfa_bench.progress import Silent
from smfa_bench.results.result import RunConfig, RunResult
from smfa_bench.runner import forecast
from smfa_bench.runner.forecast import Foreseen, foresee
from smfa_bench.runner.setting import prepare

Start = Callable[..., RunResult]
ASKED: dict[str, Any] = {
    "method": "helpers.steady_method:Steady",
    "profiles": "helpers.people:five_people",
    "size": 5,
    "forget_ratio": 0.2,
    "few_shot": 1,
}


@pytest.fixture
def foreseen(small_model_name: str, tmp_path: Path, cache: Path) -> Callable[..., list[Foreseen]]:
    """Foresee the run that `start` does, with changes."""

    def look(**changes: Any) -> list[Foreseen]:
        config = RunConfig.model_validate(ASKED | {"model": small_model_name} | changes)
        return foresee(prepare(config, cache, Silent()), tmp_path / "runs")

    return look


def test_every_stage_that_a_run_times_is_foreseen_and_nothing_is_written(
    foreseen: Callable[..., list[Foreseen]], start: Start, tmp_path: Path, cache: Path
) -> None:
    changes = {"with_retain_model": True, "knowledge": "text"}
    stages = foreseen(**changes)
    assert not cache.exists()
    assert not (tmp_path / "runs").exists()
    assert not any(stage.done for stage in stages)
    assert all((stage.seconds or 0) > 0 for stage in stages if stage.stage != "scoring")
    result = start(**changes)
    assert {stage.stage for stage in stages} == result.seconds.keys()
    assert [stage.done for stage in foreseen(**changes)] == [True] * len(stages)


def test_what_other_runs_left_in_the_cache_is_done(foreseen: Callable[..., list[Foreseen]], start: Start) -> None:
    start()
    done = {stage.stage for stage in foreseen(forget_ratio=0.4) if stage.done}
    assert done == {"teaching the vanilla model", "answers of the vanilla model", "answers of the base model"}


def test_the_whole_is_foreseen_from_its_first_steps() -> None:
    done: list[int] = []

    def work(clock: Any) -> None:
        clock.stage("training", 1000)
        for step in range(1000):
            done.append(step)
            clock.advance()

    assert forecast._tried(work, steps=4) > 0
    assert len(done) == 4


def test_work_that_ends_early_counts_as_it_is() -> None:
    assert forecast._tried(lambda _: None, steps=4) >= 0


def test_a_dry_run_prints_the_stages_and_writes_nothing(small_model_name: str, tmp_path: Path, cache: Path) -> None:
    app = typer.Typer()
    app.command()(run)
    given = ["--method", ASKED["method"], "--profiles", ASKED["profiles"], "--size", "5", "--forget-ratio", "0.2"]
    command = [*given, "--few-shot", "1", "--model", small_model_name, "--dry-run"]
    ended = CliRunner().invoke(app, [*command, "--runs-dir", str(tmp_path / "runs")])
    assert ended.exit_code == 0, ended.output
    assert "teaching the vanilla model" in ended.stdout
    assert "to do" in ended.stdout
    assert not cache.exists()
    assert not (tmp_path / "runs").exists()


def test_a_packed_model_whose_weights_are_to_be_trained_is_foreseen_too(
    foreseen: Callable[..., list[Foreseen]],
) -> None:
    stages = foreseen(loading={"quantization": "8bit"})
    assert all((stage.seconds or 0) > 0 for stage in stages if stage.stage != "scoring")
