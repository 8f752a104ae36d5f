"""TIES: trimming, electing and merging, by hand."""

from dataclasses import replace

import torch

from smfa_bench.adapter.adapter import Modality
from smfa_bench.data.sample import UnlearnData
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent
from smfa_bench.training.lora import train_lora
from smfa_bench_methods.mixture import refusal_mixture
from smfa_bench_methods.ties import Ties, TiesConfig, merged, trimmed


def test_trimming_keeps_the_largest_entries_by_size() -> None:
    change = torch.tensor([[0.1, -4.0], [3.0, 0.2]])
    assert trimmed(change, keep=0.5).tolist() == [[0.0, -4.0], [3.0, 0.0]]
    assert trimmed(change, keep=0.01).tolist() == [[0.0, -4.0], [0.0, 0.0]]
    assert torch.equal(trimmed(change, keep=1.0), change)


def test_entries_of_the_elected_sign_are_averaged_and_others_left_out() -> None:
    # Elected signs: +, -, +, none as they cancel out, none as both are zero.
    one = torch.tensor([[2.0, 1.0, 5.0, 1.0, 0.0]])
    two = torch.tensor([[4.0, -3.0, 0.0, -1.0, 0.0]])
    assert merged([one, two], keep=1.0).tolist() == [[3.0, -3.0, 5.0, 0.0, 0.0]]


def test_changes_are_trimmed_before_signs_are_elected() -> None:
    one = torch.tensor([[-1.0, 9.0]])
    two = torch.tensor([[0.5, 0.1]])
    assert merged([one, two], keep=0.5).tolist() == [[0.5, 9.0]]


def test_merged_are_the_forgetting_change_and_the_anchor(
    small_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    data = replace(unlearn_data, forget=unlearn_data.forget[:4], few_shot=unlearn_data.few_shot[:4])
    config = TiesConfig(epochs=1, learning_rate=1e-2, batch_size=2, keep=0.3, scale=1.5, refusals=3)
    adapter = Ties(config).unlearn(small_vlm, data, seed=0, progress=Silent())
    mixture = refusal_mixture(data, refusals=3, seed=0)
    forgetting = train_lora(small_vlm, [mixture], config, title="", seed=0, progress=Silent())
    anchor = train_lora(small_vlm, [data.few_shot], config, title="", seed=1, progress=Silent())
    for name in adapter.names():
        pair = [forgetting.factors[name].delta(), anchor.factors[name].delta()]
        torch.testing.assert_close(adapter.delta(name, Modality.IMAGE), 1.5 * merged(pair, keep=0.3))
