"""Gradient checkpointing: the same losses and factors, from activations that are computed twice."""

from dataclasses import replace

import pytest
import torch

from smfa_bench.config import LoraConfig
from smfa_bench.data.sample import UnlearnData
from smfa_bench.errors import UsageError
from smfa_bench.models.spec import Loading
from smfa_bench.models.vision_language import VisionLanguageModel, load_model
from smfa_bench.progress import Silent
from smfa_bench.training import recomputing
from smfa_bench.training.lora import LoraTraining, train_lora
from smfa_bench.training.teach import teach

CONFIG = LoraConfig(rank=2, alpha=4, dropout=0.2, epochs=1, learning_rate=1e-2, batch_size=12)


def sparing(vlm: VisionLanguageModel) -> VisionLanguageModel:
    return replace(vlm, spec=vlm.spec.loaded_as(Loading(gradient_checkpointing=True)))


def trained(vlm: VisionLanguageModel, data: UnlearnData) -> tuple[LoraTraining, int]:
    """Return the training, and how often the first block's MLP was computed."""
    calls = []
    block = next(module for name, module in vlm.model.named_modules() if name.endswith("language_model.layers.0.mlp"))
    # Recomputing stops inside of the last module, as soon as it has what it needs: its end would not be seen.
    hook = block.register_forward_pre_hook(lambda *_: calls.append(1))
    training = train_lora(vlm, [data.forget], CONFIG, title="x", seed=0, progress=Silent())
    hook.remove()
    return training, len(calls)


def test_lora_learns_the_same_and_every_block_is_computed_twice(
    own_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    plain, once = trained(own_vlm, unlearn_data)
    spared, twice = trained(sparing(own_vlm), unlearn_data)
    assert spared.losses == pytest.approx(plain.losses, rel=1e-5)
    assert twice == 2 * once
    for name, factors in plain.factors.items():
        torch.testing.assert_close(spared.factors[name].up, factors.up, rtol=1e-3, atol=1e-5)


def test_afterwards_the_model_is_as_it_was(own_vlm: VisionLanguageModel, unlearn_data: UnlearnData) -> None:
    training = [module.training for module in own_vlm.model.modules()]
    trained(sparing(own_vlm), unlearn_data)
    assert [module.training for module in own_vlm.model.modules()] == training
    assert not any(getattr(module, "gradient_checkpointing", False) for module in own_vlm.model.modules())
    assert not own_vlm.model.get_input_embeddings()._forward_hooks


def test_teaching_all_weights_learns_the_same(own_vlm: VisionLanguageModel, unlearn_data: UnlearnData) -> None:
    other = sparing(load_model(own_vlm.spec))
    losses = [teach(vlm, unlearn_data.forget, [], title="x", seed=0, progress=Silent()) for vlm in (own_vlm, other)]
    assert losses[1] == pytest.approx(losses[0], rel=1e-4)


def test_a_model_without_such_blocks_is_refused(
    own_vlm: VisionLanguageModel, unlearn_data: UnlearnData, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recomputing, "GradientCheckpointingLayer", type(None))
    with pytest.raises(UsageError, match="can't recompute its activations"):
        trained(sparing(own_vlm), unlearn_data)
