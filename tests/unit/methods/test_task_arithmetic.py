"""Task arithmetic: the sum of task vectors, by hand."""

from dataclasses import replace

import pytest
import torch

from smfa_bench.adapter.adapter import Modality
from smfa_bench.adapter.low_rank import LowRank
from smfa_bench.data.sample import UnlearnData
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent
from smfa_bench.training.lora import train_lora
from smfa_bench_methods.task_arithmetic import TaskArithmetic, TaskArithmeticConfig, weighted_sum


def test_weighted_sum_equals_the_sum_of_the_dense_changes() -> None:
    one = LowRank(torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0], [1.0]]), 0.5)
    two = LowRank(torch.tensor([[1.0, 0.0], [0.0, 4.0]]), torch.tensor([[1.0, 0.0], [0.0, 1.0]]), 2.0)
    total = weighted_sum([(-1.0, {"layer": one}), (0.25, {"layer": two})])["layer"].delta()
    # -1 · 0.5 · [[3, 6], [1, 2]] + 0.25 · 2 · [[1, 0], [0, 4]]
    assert total.tolist() == [[-1.0, -3.0], [-0.5, 1.0]]


@pytest.mark.parametrize("addition", [0.0, 0.5])
def test_the_change_is_the_negated_forget_vector_and_the_weighted_retain_vector(
    addition: float, small_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    data = replace(unlearn_data, forget=unlearn_data.forget[:4], few_shot=unlearn_data.few_shot[:4])
    config = TaskArithmeticConfig(epochs=1, learning_rate=1e-2, batch_size=2, negation=2.0, addition=addition)
    adapter = TaskArithmetic(config).unlearn(small_vlm, data, seed=0, progress=Silent())
    forget = train_lora(small_vlm, [data.forget], config, title="", seed=0, progress=Silent())
    kept = train_lora(small_vlm, [data.few_shot], config, title="", seed=1, progress=Silent())
    for name in adapter.names():
        expected = -2.0 * forget.factors[name].delta() + addition * kept.factors[name].delta()
        torch.testing.assert_close(adapter.delta(name, Modality.TEXT), expected)
    assert set(adapter.curves) == ({"forget", "retain"} if addition else {"forget"})
