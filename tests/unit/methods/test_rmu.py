"""RMU: where it steers, and its loss by hand."""

import pytest
import torch
from torch import nn

from smfa_bench.data.sample import Sample, UnlearnData
from smfa_bench.models.encoding import encode
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent
from smfa_bench_methods.rmu import Rmu, RmuConfig, random_direction, steered_block


@torch.no_grad()
def activations_by_hand(vlm: VisionLanguageModel, sample: Sample) -> torch.Tensor:
    """Return what leaves the first decoder block before each answer token [N, width]."""
    [example] = encode(vlm, [sample])
    seen: list[torch.Tensor] = []
    block: nn.Module = vlm.model.get_decoder().layers[0]
    hook = block.register_forward_hook(
        lambda _, __, output: seen.append(output[0] if isinstance(output, tuple) else output)
    )
    vlm.model(**{name: tensor[None] for name, tensor in example.tokens.items()}, **example.picture)
    hook.remove()
    return seen[0].reshape(len(example), -1)[example.prompt_length - 1 : -1]


@pytest.mark.usefixtures("float32")
def test_first_loss_is_the_distance_of_the_forget_activations_from_the_steering_vector(
    small_vlm: VisionLanguageModel, one_pair: UnlearnData
) -> None:
    config = RmuConfig(epochs=1, learning_rate=1e-3, batch_size=1, dropout=0, steering=4.0)
    losses = Rmu(config).unlearn(small_vlm, one_pair, seed=5, progress=Silent()).curves["rmu"]
    found = activations_by_hand(small_vlm, one_pair.forget[0])
    goal = 4.0 * random_direction(found.shape[1], seed=5)
    assert losses[0] == pytest.approx(((found - goal) ** 2).mean().item(), rel=1e-4)


def test_blocks_behind_the_steered_one_stay_as_they_are(small_vlm: VisionLanguageModel, one_pair: UnlearnData) -> None:
    config = RmuConfig(epochs=1, learning_rate=1e-3, batch_size=1)
    adapter = Rmu(config).unlearn(small_vlm, one_pair, seed=0, progress=Silent())
    assert set(adapter.names()) == {name for name in small_vlm.decoder_linears() if ".layers.0." in name}


def test_retain_term_holds_activations_where_they_were(small_vlm: VisionLanguageModel, one_pair: UnlearnData) -> None:
    changes = []
    for weight in (0.0, 1e6):
        config = RmuConfig(epochs=4, learning_rate=1e-2, batch_size=1, retain_weight=weight)
        adapter = Rmu(config).unlearn(small_vlm, one_pair, seed=0, progress=Silent())
        changes.append(sum(factors.delta().norm().item() for factors in adapter.factors.values()))
    assert changes[1] < changes[0]


def test_the_direction_has_length_one_and_comes_from_the_seed() -> None:
    one = random_direction(32, seed=1)
    assert one.norm().item() == pytest.approx(1)
    assert (one >= 0).all()
    assert torch.equal(one, random_direction(32, seed=1))
    assert not torch.equal(one, random_direction(32, seed=2))


@pytest.mark.parametrize(
    ("blocks", "depth", "expected"), [(32, 0.25, 8), (4, 0.5, 2), (2, 0.9, 1), (1, 0.5, 1), (8, 0.01, 1)]
)
def test_steered_block_is_never_the_last_of_several(blocks: int, depth: float, expected: int) -> None:
    assert steered_block(blocks, depth=depth) == expected
