"""IDK Tuning: what it is trained on."""

import pytest

import smfa_bench_methods.idk_tuning as module
from helpers.watched_training import watch
from smfa_bench.data.refusals import refusal_pool
from smfa_bench.data.sample import UnlearnData
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent
from smfa_bench_methods.idk_tuning import IdkTuning, IdkTuningConfig


def test_refusals_replace_exactly_the_forget_answers(
    small_vlm: VisionLanguageModel, unlearn_data: UnlearnData, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = watch(monkeypatch, module)
    IdkTuning().unlearn(small_vlm, unlearn_data, seed=0, progress=Silent())
    [[mixture]] = [asked.streams for asked in watched.asked]
    count = len(unlearn_data.forget)
    assert [sample.question for sample in mixture[:count]] == [sample.question for sample in unlearn_data.forget]
    assert {sample.answer for sample in mixture[:count]} <= set(refusal_pool())
    assert mixture[count:] == list(unlearn_data.few_shot)


def test_as_many_refusals_are_taught_as_asked_for(
    small_vlm: VisionLanguageModel, unlearn_data: UnlearnData, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = watch(monkeypatch, module)
    IdkTuning(IdkTuningConfig(refusals=1)).unlearn(small_vlm, unlearn_data, seed=0, progress=Silent())
    mixture = watched.asked[0].streams[0][: len(unlearn_data.forget)]
    assert {sample.answer for sample in mixture} == set(refusal_pool(1))


def test_the_seed_is_passed_on_and_the_losses_are_kept(
    small_vlm: VisionLanguageModel, unlearn_data: UnlearnData, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = watch(monkeypatch, module)
    adapter = IdkTuning().unlearn(small_vlm, unlearn_data, seed=11, progress=Silent())
    assert [asked.seed for asked in watched.asked] == [11]
    assert adapter.curves == {"idk": [1.0, 0.5]}
