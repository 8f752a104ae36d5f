"""Training of LoRA matrices: on the decoder alone, and the model is afterwards what it was before."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from smfa_bench.config import LoraConfig
from smfa_bench.data.sample import UnlearnData
from smfa_bench.errors import BenchError, UsageError
from smfa_bench.models.encoding import Tensors
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent
from smfa_bench.training.loop import cross_entropy
from smfa_bench.training.lora import LoraTraining, train_lora

CONFIG = LoraConfig(rank=2, alpha=4, epochs=1, learning_rate=1e-2, batch_size=12)


def trained(vlm: VisionLanguageModel, data: UnlearnData, *, seed: int = 0) -> LoraTraining:
    return train_lora(vlm, [data.forget], CONFIG, title="x", seed=seed, progress=Silent())


def test_every_decoder_linear_and_nothing_else_gets_factors(
    small_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    training = trained(small_vlm, unlearn_data)
    linears = small_vlm.decoder_linears()
    assert set(training.factors) == set(linears)
    for name, factors in training.factors.items():
        assert factors.down.shape == (2, linears[name].in_features)
        assert factors.up.shape == (linears[name].out_features, 2)
        assert factors.scale == 2.0
        assert factors.delta().abs().max() > 0
    assert len(training.losses) == -(-32 // 12)


def test_only_chosen_layers_get_factors(small_vlm: VisionLanguageModel, unlearn_data: UnlearnData) -> None:
    chosen = list(small_vlm.decoder_linears())[:3]
    training = train_lora(
        small_vlm, [unlearn_data.forget], CONFIG, title="x", seed=0, progress=Silent(), only=[*chosen, "lm_head"]
    )
    assert list(training.factors) == chosen


def test_the_model_is_what_it_was_before_to_the_bit(own_vlm: VisionLanguageModel, unlearn_data: UnlearnData) -> None:
    own_vlm.vision_tower().requires_grad_(False)
    weights = {name: value.clone() for name, value in own_vlm.model.state_dict().items()}
    trainable = {name: value.requires_grad for name, value in own_vlm.model.named_parameters()}
    modules = {name: type(module) for name, module in own_vlm.model.named_modules()}
    trained(own_vlm, unlearn_data)
    after = own_vlm.model.state_dict()
    assert list(after) == list(weights)
    assert all(torch.equal(after[name], weight) for name, weight in weights.items())
    assert {name: value.requires_grad for name, value in own_vlm.model.named_parameters()} == trainable
    assert {name: type(module) for name, module in own_vlm.model.named_modules()} == modules
    assert all(value.grad is None for value in own_vlm.model.parameters())
    assert not own_vlm.model.training


def test_a_failing_training_leaves_the_model_as_it_was_too(
    own_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    modules = {name: type(module) for name, module in own_vlm.model.named_modules()}

    def broken(_: nn.Module, __: Sequence[Tensors]) -> Tensor:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        train_lora(own_vlm, [unlearn_data.forget], CONFIG, title="x", seed=0, progress=Silent(), loss=broken)
    assert {name: type(module) for name, module in own_vlm.model.named_modules()} == modules
    assert all(value.requires_grad for value in own_vlm.model.parameters())


def test_equal_seeds_give_equal_factors_whatever_was_drawn_before(
    small_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    runs = []
    for seed in (0, 0, 1):
        torch.rand(3)
        runs.append(trained(small_vlm, unlearn_data, seed=seed).factors)
    assert all(torch.equal(runs[0][name].delta(), runs[1][name].delta()) for name in runs[0])
    assert not any(torch.equal(runs[0][name].down, runs[2][name].down) for name in runs[0])


def test_each_step_draws_a_batch_of_every_stream_and_the_first_counts_the_steps(
    small_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    sizes: list[list[int]] = []

    def counting(model: nn.Module, batches: Sequence[Tensors]) -> Tensor:
        sizes.append([len(batch["input_ids"]) for batch in batches])
        return cross_entropy(model, batches[0]) + cross_entropy(model, batches[1])

    train_lora(
        small_vlm,
        [unlearn_data.forget[:5], unlearn_data.few_shot[:2]],
        CONFIG.model_copy(update={"batch_size": 2}),
        title="x",
        seed=0,
        progress=Silent(),
        loss=counting,
    )
    assert sorted(sizes) == [[1, 2], [2, 2], [2, 2]]


def test_a_share_of_occasional_samples_joins(small_vlm: VisionLanguageModel, unlearn_data: UnlearnData) -> None:
    training = train_lora(
        small_vlm,
        [unlearn_data.forget[:4]],
        CONFIG.model_copy(update={"batch_size": 1}),
        title="x",
        seed=0,
        progress=Silent(),
        occasional=unlearn_data.few_shot[:4],
        share=0.5,
    )
    assert len(training.losses) == 4 + 2


@pytest.mark.parametrize("place", [0, 1])
def test_an_empty_stream_is_refused(small_vlm: VisionLanguageModel, unlearn_data: UnlearnData, place: int) -> None:
    streams = [unlearn_data.forget, unlearn_data.few_shot]
    streams[place] = ()
    with pytest.raises(UsageError, match="forgetting: a list of training samples is empty"):
        train_lora(small_vlm, streams, CONFIG, title="forgetting", seed=0, progress=Silent())


@pytest.mark.parametrize("name", ["epochs", "learning_rate", "batch_size"])
def test_options_that_are_not_resolved_are_refused(
    small_vlm: VisionLanguageModel, unlearn_data: UnlearnData, name: str
) -> None:
    with pytest.raises(UsageError, match="resolved"):
        train_lora(
            small_vlm,
            [unlearn_data.forget],
            CONFIG.model_copy(update={name: None}),
            title="x",
            seed=0,
            progress=Silent(),
        )


def test_matrices_that_land_outside_the_decoder_are_refused(
    own_vlm: VisionLanguageModel, unlearn_data: UnlearnData, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The name of a layer in the decoder's block and in the vision tower's alike.
    linears = {"q_proj": next(iter(own_vlm.decoder_linears().values()))}
    monkeypatch.setattr(VisionLanguageModel, "decoder_linears", lambda _: linears)
    with pytest.raises(BenchError, match="not on the decoder alone"):
        trained(replace(own_vlm), unlearn_data)
