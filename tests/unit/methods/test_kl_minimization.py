"""KL Minimization: its divergence and its loss, by hand."""

import pytest

from helpers.answers_by_hand import answer_logits_by_hand, loss_by_hand
from smfa_bench.data.sample import UnlearnData
from smfa_bench.models.encoding import collate, encode
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent
from smfa_bench_methods.kl_minimization import KlMinimization, KlMinimizationConfig, divergence


def test_divergence_is_that_of_the_changed_from_the_vanilla_model_averaged_over_answer_tokens(
    small_vlm: VisionLanguageModel, changed_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    samples = unlearn_data.few_shot[:3]
    by_token = []
    for sample in samples:
        before = answer_logits_by_hand(small_vlm, sample)[0].double().softmax(-1)
        after = answer_logits_by_hand(changed_vlm, sample)[0].double().softmax(-1)
        by_token += [
            sum(p * (p / q).log() for p, q in zip(*rows, strict=True)) for rows in zip(before, after, strict=True)
        ]
    found = divergence(changed_vlm.model, collate(small_vlm, encode(small_vlm, samples), for_generation=False))
    assert found.item() == pytest.approx(sum(float(value) for value in by_token) / len(by_token), rel=1e-3)
    assert found.requires_grad


@pytest.mark.usefixtures("float32")
def test_first_loss_is_the_negative_forget_loss_as_nothing_has_diverged(
    small_vlm: VisionLanguageModel, one_pair: UnlearnData
) -> None:
    config = KlMinimizationConfig(epochs=1, learning_rate=1e-3, batch_size=1, dropout=0)
    losses = KlMinimization(config).unlearn(small_vlm, one_pair, seed=0, progress=Silent()).curves["kl-minimization"]
    assert losses[0] == pytest.approx(-loss_by_hand(small_vlm, one_pair.forget[0]), rel=1e-4)


def test_divergence_holds_the_network_back_when_it_weighs_much(
    small_vlm: VisionLanguageModel, one_pair: UnlearnData
) -> None:
    changes = []
    for weight in (0.0, 1e4):
        config = KlMinimizationConfig(epochs=4, learning_rate=1e-2, batch_size=1, retain_weight=weight)
        adapter = KlMinimization(config).unlearn(small_vlm, one_pair, seed=0, progress=Silent())
        changes.append(sum(factors.delta().norm().item() for factors in adapter.factors.values()))
    assert changes[1] < changes[0]
