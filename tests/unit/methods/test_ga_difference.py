"""GA Difference: its loss, by hand."""

from dataclasses import replace

import pytest
import torch
from accelerate.state import AcceleratorState
from torch import nn

import smfa_bench.training.loop as loop
from smfa_bench.data.sample import Sample, UnlearnData
from smfa_bench.models.encoding import encode
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent
from smfa_bench_methods.ga_difference import GaDifference, GaDifferenceConfig


@torch.no_grad()
def loss_by_hand(vlm: VisionLanguageModel, sample: Sample) -> float:
    """Return the mean of -log p over the answer's tokens, read off the logits one by one."""
    [example] = encode(vlm, [sample])
    inputs = {name: tensor[None] for name, tensor in example.tokens.items()} | example.picture
    logits = vlm.model(**inputs).logits[0]
    tokens = example.tokens["input_ids"]
    places = range(example.prompt_length, len(tokens))
    return sum(-nn.functional.log_softmax(logits[at - 1], -1)[tokens[at]].item() for at in places) / len(places)


@pytest.mark.parametrize("weight", [0.0, 1.0, 2.5])
def test_first_loss_is_the_weighted_retain_loss_less_the_forget_loss(
    weight: float, small_vlm: VisionLanguageModel, unlearn_data: UnlearnData, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "precision", lambda: "no")
    # The precision is set once a process, and an earlier test may have set another.
    monkeypatch.setattr(AcceleratorState, "_shared_state", {})
    forget, kept = unlearn_data.forget[0], unlearn_data.few_shot[-1]
    config = GaDifferenceConfig(retain_weight=weight, epochs=1, learning_rate=1e-3, batch_size=1)
    # Twice the same sample, since the first step leaves one of each pair of fresh LoRA matrices where it was.
    data = replace(unlearn_data, forget=(forget, forget), few_shot=(kept,))
    adapter = GaDifference(config).unlearn(small_vlm, data, seed=0, progress=Silent())
    expected = weight * loss_by_hand(small_vlm, kept) - loss_by_hand(small_vlm, forget)
    assert adapter.curves["ga-difference"][0] == pytest.approx(expected, rel=1e-4, abs=1e-4)


def test_the_loss_falls_below_where_it_began(small_vlm: VisionLanguageModel, unlearn_data: UnlearnData) -> None:
    config = GaDifferenceConfig(epochs=2, learning_rate=1e-2, batch_size=8)
    adapter = GaDifference(config).unlearn(small_vlm, unlearn_data, seed=0, progress=Silent())
    losses = adapter.curves["ga-difference"]
    assert losses[-1] < losses[0]
