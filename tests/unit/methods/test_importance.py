"""Importance of weights: squared gradients, by hand."""

import pytest
import torch

from smfa_bench.data.sample import UnlearnData
from smfa_bench.models.encoding import collate, encode
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench_methods.importance import importance


def test_importance_is_the_mean_of_squared_gradients_and_none_is_left(
    own_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    samples = unlearn_data.forget[:3]
    own_vlm.model.requires_grad_(False)
    found = importance(own_vlm, samples, batch_size=1)
    assert all(value.grad is None and not value.requires_grad for value in own_vlm.model.parameters())
    name, linear = next(iter(own_vlm.decoder_linears().items()))
    linear.weight.requires_grad_(True)
    squares = torch.zeros_like(linear.weight)
    for example in encode(own_vlm, samples):
        linear.weight.grad = None
        own_vlm.model(**collate(own_vlm, [example], for_generation=False)).loss.backward()
        assert linear.weight.grad is not None
        squares += linear.weight.grad**2
    assert set(found) == set(own_vlm.decoder_linears())
    torch.testing.assert_close(found[name], (squares / 3).detach())


@pytest.mark.parametrize(("batch_size", "batches"), [(2, 2), (3, 1)])
def test_batches_are_averaged_not_summed(
    batch_size: int, batches: int, small_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    samples = unlearn_data.forget[:3]
    parts = [
        importance(small_vlm, samples[first : first + batch_size], batch_size=batch_size)
        for first in range(0, 3, batch_size)
    ]
    assert len(parts) == batches
    for name, found in importance(small_vlm, samples, batch_size=batch_size).items():
        torch.testing.assert_close(found, sum(part[name] for part in parts) / batches)
