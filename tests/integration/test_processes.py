"""One run in two processes: shared out, agreed upon, and written by the first alone."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from helpers import people
from helpers.console import PATIENCE, Console
from smfa_bench.models.spec import ModelSpec

RUN: Final = (
    *("run", "--method", "idk-tuning", "--set", "epochs=3", "--model", "./small"),
    *("--profiles", f"{people.__file__}:five_people", "--size", "5", "--forget-ratio", "0.2", "--few-shot", "2"),
    *("--eval-every", "2"),
    "--with-retain-model",
)
LAUNCH: Final = (
    *(sys.executable, "-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", "2", "--num_machines", "1"),
    *("--main_process_port", "0", "--mixed_precision", "no", "--dynamo_backend", "no", "-m", "smfa_bench"),
)
ALONE: Final = {
    "OMP_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "",
    "ACCELERATE_USE_CPU": "true",
    "ACCELERATE_MIXED_PRECISION": "no",
    "COLUMNS": "200",
}


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory, small_spec: ModelSpec) -> Console:
    folder = tmp_path_factory.mktemp("processes")
    shutil.copytree(small_spec.source, folder / "small")
    (folder / "small/recipe.json").write_text(small_spec.model_dump_json(exclude={"source"}))
    return Console(folder)


@pytest.fixture(scope="module")
def both(console: Console) -> tuple[Path, Path]:
    """The folders of a run in one process and of the same in two, which share nothing and train in float32."""
    env = os.environ | ALONE | {"SMFA_BENCH_CACHE": str(console.cache), "HF_HUB_OFFLINE": "1"}

    def ended(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=console.folder, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    alone = ended(sys.executable, "-m", "smfa_bench", *RUN)
    assert alone.returncode == 0, alone.stderr
    shutil.rmtree(console.cache)
    launched = ended(*LAUNCH, *RUN, "--runs-dir", "two")
    assert launched.returncode == 0, launched.stderr
    assert launched.stdout.count("Overall Memory") == 1
    (one,), (two,) = (list(console.folder.glob(f"{runs}/*/result.json")) for runs in ("runs", "two"))
    return one.parent, two.parent


def result(folder: Path) -> Any:
    return json.loads((folder / "result.json").read_text())


def answers(folder: Path, *models: str) -> Mapping[tuple[str, str], Any]:
    lines = map(json.loads, (folder / "answers.jsonl").read_text().splitlines())
    return {(line["model"], line["question"]["id"]): line for line in lines if line["model"] in models}


def test_two_processes_ask_the_same_and_models_taught_by_both_say_the_same(both: tuple[Path, Path]) -> None:
    one, two = both
    assert result(one)["split"] == result(two)["split"]
    assert result(one)["fingerprints"]["base"] == result(two)["fingerprints"]["base"]
    alone, shared = (answers(folder, "base", "vanilla", "retain") for folder in both)
    assert alone.keys() == shared.keys()
    for place, line in alone.items():
        assert shared[place]["answer"] == line["answer"]
        assert shared[place]["probability"] == pytest.approx(line["probability"], rel=1e-4)
        assert shared[place]["verdicts"] == line["verdicts"]


def test_training_shared_out_takes_as_many_steps_and_learns_alike(both: tuple[Path, Path]) -> None:
    alone, shared = (result(folder)["curves"] for folder in both)
    assert alone.keys() == shared.keys()
    for name, losses in alone.items():
        assert shared[name] == pytest.approx(losses, rel=0.2)


def test_both_validate_the_same_people_at_the_same_steps_and_find_alike(both: tuple[Path, Path]) -> None:
    alone, shared = (result(folder)["validation"] for folder in both)
    assert alone["withheld"] == shared["withheld"]
    assert alone["trainings"].keys() == shared["trainings"].keys() != set()
    for title, curve in alone["trainings"].items():
        found = shared["trainings"][title]["points"]
        assert [point["step"] for point in found] == [point["step"] for point in curve["points"]]
        # At first there is nothing but rounding between them; then each has trained on its own.
        assert found[0] == pytest.approx(curve["points"][0], rel=1e-4)


def test_the_retain_model_is_taught_by_both_and_only_the_first_writes(both: tuple[Path, Path]) -> None:
    _, two = both
    assert "retain" in result(two)["unjudged"]
    assert result(two)["versions"]["processes"] == "2"
    assert {path.name for path in two.iterdir()} == {
        ".lock",
        "adapter",
        "answers.jsonl",
        "likelihoods.jsonl",
        "result.json",
    }
    for line in answers(two, "retain", "unlearned").values():
        assert 0 <= line["probability"] <= 1
