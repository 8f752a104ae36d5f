"""Sweeps: what is done is not done again, and what fails does not stop the others."""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from helpers.console import Console
from smfa_bench.models.spec import ModelSpec
from smfa_bench.results.result import RunConfig
from smfa_bench.runner.on_ray import sweep_on_ray
from smfa_bench.runner.sweeping import sweep_in_processes

HEAD = """
model: ./small
profiles: helpers.people:five_people
size: 5
forget_ratio: 0.2
few_shot: 1
"""


@pytest.fixture
def console(tmp_path: Path, small_spec: ModelSpec) -> Console:
    """A folder with the small model in it."""
    shutil.copytree(small_spec.source, tmp_path / "small")
    (tmp_path / "small/recipe.json").write_text(small_spec.model_dump_json(exclude={"source"}))
    return Console(tmp_path)


def sweep(console: Console, text: str, *options: str) -> tuple[int, list[dict[str, Any]]]:
    (console.folder / "sweep.yaml").write_text(HEAD + text)
    ended = console.here("sweep", "sweep.yaml", "--json", *options)
    return ended.code, json.loads(ended.stdout)


def test_what_is_done_is_not_done_again_and_failures_stop_nothing(console: Console) -> None:
    method = "method: ['helpers.steady_method:Nobody', 'helpers.steady_method:Steady']\n"
    code, outcomes = sweep(console, method)
    assert code == 1
    assert [outcome["state"] for outcome in outcomes] == ["failed", "done"]
    assert "Nobody" in outcomes[0]["reason"]
    more = "method: 'helpers.steady_method:Steady'\noptions: {'helpers.steady_method:Steady': {strength: [0.1, 0.2]}}"
    code, outcomes = sweep(console, more)
    assert code == 0
    assert [outcome["state"] for outcome in outcomes] == ["was done", "done"]
    assert len(list(console.runs.glob("*/result.json"))) == 2
    assert len(list((console.cache / "taught").glob("*/seal.json"))) == 1


def test_a_plan_is_shown_and_nothing_done(console: Console) -> None:
    code, configs = sweep(console, "method: [smfa, npo]\nseed: [0, 1]\n", "--dry-run", "--part", "2/2")
    assert (code, [(config["method"], config["seed"]) for config in configs]) == (0, [("smfa", 1), ("npo", 1)])
    (console.folder / "sweep.yaml").write_text(HEAD + "method: smfa")
    assert "state" not in console.here("sweep", "sweep.yaml", "--dry-run").stdout
    assert not console.runs.exists()


def config(console: Console, **changes: object) -> RunConfig:
    asked = {
        "method": "helpers.steady_method:Steady",
        "model": str(console.folder / "small"),
        "profiles": "helpers.people:five_people",
        "size": 5,
        "forget_ratio": 0.2,
        "few_shot": 1,
    }
    return RunConfig.model_validate(asked | changes)


def test_several_processes_share_one_vanilla_model_and_survive_one_that_dies(console: Console) -> None:
    dying = {"method": "helpers.dying_method:Dying", "options": {"mark": str(console.folder / "died")}}
    outcomes = list(
        sweep_in_processes(
            [config(console), config(console, **dying)], processes=2, runs_dir=console.runs, cache=console.cache
        )
    )
    by_method = {outcome.config.method.rpartition(":")[2]: outcome for outcome in outcomes}
    assert by_method["Steady"].state == "done"
    assert by_method["Dying"].state == "failed"
    assert "ended with code 1" in (by_method["Dying"].reason or "")
    assert len(list((console.cache / "taught").glob("*/seal.json"))) == 1


def test_a_run_whose_worker_dies_is_begun_again_on_ray(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    ray = pytest.importorskip("ray")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, configure_logging=False)
    try:
        dying = {"method": "helpers.dying_method:Dying", "options": {"mark": str(console.folder / "died")}}
        outcomes = list(
            sweep_on_ray(
                [config(console), config(console, **dying)],
                address="auto",
                runs_dir=console.runs,
                cache=console.cache,
            )
        )
    finally:
        ray.shutdown()
    assert [outcome.state for outcome in outcomes] == ["done", "done"]
    assert (console.folder / "died").exists()


def test_without_ray_it_is_told_what_to_install(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    (console.folder / "sweep.yaml").write_text(HEAD + "method: smfa")
    ended = console.here("sweep", "sweep.yaml", "--ray", "auto")
    assert (ended.code, "pip install 'smfa-bench[ray]'" in ended.error) == (3, True)


def test_a_sweep_is_not_started_as_several_processes(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    (console.folder / "sweep.yaml").write_text(HEAD + "method: smfa")
    ended = console.here("sweep", "sweep.yaml", "--dry-run")
    assert ended.code == 2
    assert "started as one process" in ended.stderr
