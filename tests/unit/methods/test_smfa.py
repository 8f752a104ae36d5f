"""SMFA: which trainings it asks for, and which options it takes."""

import json
import math

import pytest
from pydantic import JsonValue, ValidationError

import smfa_bench_methods.smfa as module
from helpers.watched_training import Asked, watch
from smfa_bench.config import Adapting
from smfa_bench.data.question import Task
from smfa_bench.data.refusals import refusal_pool
from smfa_bench.data.sample import Sample, UnlearnData
from smfa_bench.errors import UsageError
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.options import make_method
from smfa_bench.progress import Silent
from smfa_bench_methods.sculpted_adapter import Combination, SculptedAdapter
from smfa_bench_methods.sculpting import Mask, Scale
from smfa_bench_methods.smfa import Smfa, SmfaConfig


class Run:
    """SMFA without training."""

    def __init__(self, vlm: VisionLanguageModel, data: UnlearnData, monkeypatch: pytest.MonkeyPatch) -> None:
        self.vlm, self.data = vlm, data
        self.watched = watch(monkeypatch, module)

    def __call__(self, **options: object) -> tuple[SculptedAdapter, list[Asked]]:
        config = SmfaConfig.model_validate(options)
        adapter = Smfa(config).unlearn(self.vlm, self.data, seed=5, progress=Silent())
        return adapter, self.watched.asked


@pytest.fixture
def run(small_vlm: VisionLanguageModel, unlearn_data: UnlearnData, monkeypatch: pytest.MonkeyPatch) -> Run:
    return Run(small_vlm, unlearn_data, monkeypatch)


def has_understanding(samples: list[Sample]) -> bool:
    return any(sample.task is Task.IMAGE_UNDERSTANDING for sample in samples)


def test_the_forgetting_adapter_learns_to_refuse_and_keeps_the_few_shot_samples(run: Run) -> None:
    _, (forgetting, _) = run()
    [mixture] = forgetting.streams
    count = len(run.data.forget)
    assert [sample.question for sample in mixture[:count]] == [sample.question for sample in run.data.forget]
    assert {sample.answer for sample in mixture[:count]} <= set(refusal_pool())
    assert mixture[count:] == list(run.data.few_shot)


def test_the_anchor_learns_the_few_shot_samples_alone_and_from_another_seed(run: Run) -> None:
    _, (forgetting, anchor) = run()
    assert anchor.streams == [list(run.data.few_shot)]
    assert anchor.seed != forgetting.seed


def test_two_adapters_share_the_mixture_by_modality(run: Run) -> None:
    adapter, (image, text, anchor) = run(adapters=2)
    assert set(adapter.forgetting) == {"image", "text"}
    assert all(sample.pictured for sample in image.streams[0])
    assert all(not sample.pictured for sample in text.streams[0])
    assert len(image.streams[0]) + len(text.streams[0]) == len(run.data.forget) + len(run.data.few_shot)
    assert len(anchor.streams[0]) == len(run.data.few_shot)


@pytest.mark.parametrize("option", ["forgetting_understanding", "anchor_understanding"])
def test_understanding_samples_can_be_kept_from_either_training(option: str, run: Run) -> None:
    _, (forgetting, anchor) = run(**{option: False})
    assert has_understanding(forgetting.streams[0]) == (option != "forgetting_understanding")
    assert has_understanding(anchor.streams[0]) == (option != "anchor_understanding")


def test_the_adapter_is_sculpted_as_the_options_say(run: Run) -> None:
    adapter, _ = run(adapters=2, k=3, k_text=7, mask="direction", scale="global", combination="average")
    assert adapter.sculpting.k == {"image": 3, "text": 7}
    assert adapter.sculpting.mask is Mask.DIRECTION
    assert adapter.sculpting.scale is Scale.GLOBAL
    assert adapter.sculpting.combination is Combination.AVERAGE


def test_k_holds_for_both_adapters_unless_text_has_its_own(run: Run) -> None:
    assert run(adapters=2, k=3)[0].sculpting.k == {"image": 3, "text": 3}


def test_the_losses_of_all_trainings_are_kept(run: Run) -> None:
    assert set(run()[0].curves) == {"mixed", "anchor"}
    assert set(run(adapters=2)[0].curves) == {"image", "text", "anchor"}


@pytest.mark.parametrize(
    "options",
    [
        {"k": -0.1},
        {"k": math.nan},
        {"k": "many"},
        {"k_text": 3},
        {"k_text": -1, "adapters": 2},
        {"adapters": 3},
        {"adapters": 0},
        {"mask": "all"},
        {"refusals": 0},
        {"refusals": 1001},
        {"kk": 3},
    ],
    ids=str,
)
def test_options_that_can_not_be_are_refused(options: dict[str, JsonValue]) -> None:
    with pytest.raises(ValidationError):
        SmfaConfig.model_validate(options)
    with pytest.raises(UsageError, match="smfa"):
        make_method("smfa", options, Adapting())


def test_an_infinite_k_is_an_option_and_survives_json() -> None:
    config = SmfaConfig(k=math.inf)
    assert SmfaConfig.model_validate(json.loads(config.model_dump_json())) == config
