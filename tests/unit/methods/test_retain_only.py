"""Retain-only fine-tuning: what it sees, and what it does not."""

from dataclasses import replace

import pytest
import torch

from helpers.answers_by_hand import loss_by_hand
from smfa_bench.config import LoraConfig
from smfa_bench.data.sample import UnlearnData
from smfa_bench.errors import UsageError
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent
from smfa_bench_methods.retain_only import RetainOnly

METHOD = RetainOnly(LoraConfig(epochs=1, learning_rate=1e-3, batch_size=1))


@pytest.mark.usefixtures("float32")
def test_first_loss_is_the_loss_of_the_retain_sample(small_vlm: VisionLanguageModel, one_pair: UnlearnData) -> None:
    kept = one_pair.few_shot[0]
    data = replace(one_pair, few_shot=(kept, kept))
    adapter = METHOD.unlearn(small_vlm, data, seed=0, progress=Silent())
    assert adapter.curves["retain-only"][0] == pytest.approx(loss_by_hand(small_vlm, kept), rel=1e-4)


def test_the_forget_set_decides_nothing(small_vlm: VisionLanguageModel, unlearn_data: UnlearnData) -> None:
    data = replace(unlearn_data, few_shot=unlearn_data.few_shot[:2])
    other = replace(data, forget=unlearn_data.forget[:1])
    one, two = (METHOD.unlearn(small_vlm, given, seed=0, progress=Silent()).tensors() for given in (data, other))
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_an_empty_forget_set_is_refused(small_vlm: VisionLanguageModel, unlearn_data: UnlearnData) -> None:
    with pytest.raises(UsageError, match="forget set is empty"):
        METHOD.unlearn(small_vlm, replace(unlearn_data, forget=()), seed=0, progress=Silent())
