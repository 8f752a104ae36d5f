"""A method that breaks its contract is told, and leaves nothing behind."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from helpers.steady_method import Steady
from smfa_bench.adapter.adapter import Adapter
from smfa_bench.adapter.files import load_adapter
from smfa_bench.cli.launch import configured
from smfa_bench.data.sample import UnlearnData
from smfa_bench.errors import BenchError, UsageError
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress
from smfa_bench.registry import METHODS
from smfa_bench.results.judged import by_own_judge
from smfa_bench.results.result import RunResult
from smfa_bench.results.store import read_result
from smfa_bench.runner import stages
from smfa_bench_leaderboard.submission import board_conditions
from smfa_bench_leaderboard.table import comparison_table

Start = Callable[..., RunResult]


class Fails(Steady):
    def unlearn(self, *_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("no reason")


class Advises(Steady):
    def unlearn(self, *_: Any, **__: Any) -> Any:
        raise UsageError("choose another rank.")


class ReturnsNothing(Steady):
    def unlearn(self, *_: Any, **__: Any) -> Any:
        return None


class ChangesWeights(Steady):
    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> Adapter:
        adapter = super().unlearn(model, data, seed=seed, progress=progress)
        with torch.no_grad():
            next(iter(model.decoder_linears().values())).weight += 1
        return adapter


class ReturnsNaN(Steady):
    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> Adapter:
        adapter = super().unlearn(model, data, seed=seed, progress=progress)
        next(iter(adapter.tensors().values()))[0, 0] = float("nan")
        return adapter


@pytest.mark.parametrize(
    ("method", "message"),
    [
        (Fails, "method broken failed with ZeroDivisionError: no reason"),
        (Advises, "choose another rank"),
        (ReturnsNothing, "method broken returned a NoneType; it must return an Adapter"),
        (ChangesWeights, "method broken changed the vanilla weights"),
        (ReturnsNaN, r"method broken returned an adapter that is not finite .*lower its learning rate"),
    ],
)
def test_a_method_that_breaks_its_contract_is_told(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: type[Steady], message: str
) -> None:
    monkeypatch.setitem(METHODS.entries, "broken", SimpleNamespace(load=lambda: method, value="smfa_bench:broken"))
    with pytest.raises(BenchError, match=message):
        start(method="broken")
    assert not list((tmp_path / "runs").glob("*/result.json"))
    assert not list((tmp_path / "runs").glob("*/adapter"))


@pytest.mark.parametrize("every", [0, -3])
def test_a_number_of_steps_below_one_is_refused(every: int) -> None:
    with pytest.raises(UsageError, match="eval_every: Input should be greater than or equal to 1"):
        configured({"method": "smfa", "eval_every": every})


def test_a_validated_run_withholds_people_and_keeps_what_was_found_when_it_goes_on(
    start: Start, tmp_path: Path, shown: list[UnlearnData], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = start(few_shot=3)
    assert plain.validation is None
    document = plain.model_dump(mode="json")
    assert "validation" not in document
    assert "eval_every" not in document["config"]
    with monkeypatch.context() as patch:
        patch.setattr(stages, "ask_unlearned", killed)
        with pytest.raises(KeyboardInterrupt):
            start(few_shot=3, eval_every=2)
    result = start(few_shot=3, eval_every=2)
    assert result.run_id != plain.run_id
    assert result.split == plain.split
    assert len(shown) == 2  # the one that was killed was not trained again
    validated = result.validation
    assert validated is not None
    assert (validated.every, len(validated.withheld), validated.trainings) == (2, 1, {})
    assert {sample.question.subject for sample in shown[1].few_shot} == {*plain.split.few_shot} - {*validated.withheld}
    assert shown[1].forget == shown[0].forget
    assert read_result(tmp_path / "runs" / result.run_id) == result
    one, other = comparison_rows(plain, result)
    assert (one, other) == ("3 random", "3 random, 1 withheld")
    assert board_conditions(plain).items() < board_conditions(result).items()


def test_a_run_with_nobody_to_withhold_is_refused_before_anything_slow(start: Start, taught: list[set[str]]) -> None:
    with pytest.raises(UsageError, match="choose --few-shot 2 or more"):
        start(few_shot=1, eval_every=2)
    assert not taught


def test_another_adapter_of_the_same_trainings_is_validated_anew(start: Start, tmp_path: Path) -> None:
    one, other = (start(few_shot=3, eval_every=2, options={"strength": strength}) for strength in ("0.1", "0.0001"))
    assert one.validation is not None
    assert other.validation is not None
    assert one.validation.returned != other.validation.returned
    adapter = load_adapter(tmp_path / "runs" / other.run_id / "adapter")
    adapter.validation = one.validation
    shutil.rmtree(tmp_path / "runs" / other.run_id)
    again = start(few_shot=3, eval_every=2, options={"strength": "0.0001"}, adapter=adapter)
    assert again.validation == other.validation


def killed(*_: Any) -> None:
    raise KeyboardInterrupt


def comparison_rows(*results: RunResult) -> list[str]:
    return [str(few_shot) for few_shot in sorted(set(comparison_table(by_own_judges(results))["few_shot"]))]


def by_own_judges(results: Sequence[RunResult]) -> list[RunResult]:
    return [by_own_judge(result) for result in results]
