"""MMUnlearner: which weights change, and by how much."""

from dataclasses import replace

import pytest
import torch

from smfa_bench.adapter.adapter import Modality
from smfa_bench.data.sample import UnlearnData
from smfa_bench.errors import BenchError
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent
from smfa_bench_methods.ga_difference import GaDifference
from smfa_bench_methods.importance import importance
from smfa_bench_methods.mmunlearner import MmUnlearner, MmUnlearnerConfig, salient
from smfa_bench_methods.pairing import PairedConfig

OPTIONS = {"epochs": 1, "learning_rate": 1e-2, "batch_size": 2, "retain_weight": 0.5}


@pytest.fixture
def few(unlearn_data: UnlearnData) -> UnlearnData:
    return replace(unlearn_data, forget=unlearn_data.forget[:4], few_shot=unlearn_data.few_shot[:4])


def test_a_weight_is_salient_if_it_matters_more_to_the_forgotten() -> None:
    forget, kept = torch.tensor([[2.0, 1.0, 3.0]]), torch.tensor([[1.0, 1.0, 2.0]])
    assert salient(forget, kept, ratio=1.0).tolist() == [[True, False, True]]
    assert salient(forget, kept, ratio=1.6).tolist() == [[True, False, False]]


def test_salient_weights_change_as_by_ga_difference_and_others_not_at_all(
    small_vlm: VisionLanguageModel, few: UnlearnData
) -> None:
    method = MmUnlearner(MmUnlearnerConfig.model_validate(OPTIONS | {"ratio": 0.5}))
    adapter = method.unlearn(small_vlm, few, seed=0, progress=Silent())
    whole = GaDifference(PairedConfig.model_validate(OPTIONS)).unlearn(small_vlm, few, seed=0, progress=Silent())
    forget, kept = (importance(small_vlm, part, batch_size=2) for part in (few.forget, few.few_shot))
    for name in adapter.names():
        mask = forget[name] > 0.5 * kept[name]
        assert 0 < mask.sum() < mask.numel()
        change = adapter.delta(name, Modality.TEXT)
        torch.testing.assert_close(change[mask], whole.delta(name, Modality.TEXT)[mask])
        assert change[~mask].count_nonzero() == 0


def test_a_ratio_that_spares_every_weight_is_an_error(small_vlm: VisionLanguageModel, few: UnlearnData) -> None:
    method = MmUnlearner(MmUnlearnerConfig.model_validate(OPTIONS | {"ratio": 1e30}))
    with pytest.raises(BenchError, match="choose a smaller ratio"):
        method.unlearn(small_vlm, few, seed=0, progress=Silent())
