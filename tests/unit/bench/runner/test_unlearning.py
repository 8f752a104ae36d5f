"""A method that breaks its contract is told, and leaves nothing behind."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from helpers.steady_method import Steady
from smfa_bench.adapter.adapter import Adapter
from smfa_bench.data.sample import UnlearnData
from smfa_bench.errors import BenchError, UsageError
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress
from smfa_bench.registry import METHODS
from smfa_bench.results.result import RunResult

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
    monkeypatch.setitem(METHODS.entries, "broken", SimpleNamespace(load=lambda: method))
    with pytest.raises(BenchError, match=message):
        start(method="broken")
    assert not list((tmp_path / "runs").glob("*/result.json"))
    assert not list((tmp_path / "runs").glob("*/adapter"))
