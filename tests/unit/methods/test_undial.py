"""UNDIAL: its distillation and its loss, by hand."""

import pytest

from helpers.answers_by_hand import answer_logits_by_hand, loss_by_hand
from smfa_bench.data.sample import Sample, UnlearnData
from smfa_bench.models.encoding import collate, encode
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent
from smfa_bench_methods.undial import Undial, UndialConfig, distillation


def by_hand(teacher: VisionLanguageModel, student: VisionLanguageModel, sample: Sample, strength: float) -> list[float]:
    """Return the cross-entropy at each answer token to the teacher's distribution with the true token lowered."""
    taught, tokens = answer_logits_by_hand(teacher, sample)
    found = answer_logits_by_hand(student, sample)[0].log_softmax(-1)
    terms = []
    for at, token in enumerate(tokens):
        lowered = taught[at].clone()
        lowered[token] -= strength
        target = lowered.exp() / lowered.exp().sum()
        terms.append(-(target * found[at]).sum().item())
    return terms


@pytest.mark.parametrize("strength", [0.0, 3.0])
def test_target_is_the_vanilla_distribution_with_true_tokens_lowered(
    strength: float, small_vlm: VisionLanguageModel, changed_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    samples = unlearn_data.forget[:3]
    terms = [term for sample in samples for term in by_hand(small_vlm, changed_vlm, sample, strength)]
    batch = collate(small_vlm, encode(small_vlm, samples), for_generation=False)
    found = distillation(changed_vlm.model, batch, strength=strength)
    assert found.item() == pytest.approx(sum(terms) / len(terms), rel=1e-4)
    assert found.requires_grad


@pytest.mark.usefixtures("float32")
def test_first_loss_is_the_distillation_and_the_weighted_retain_loss(
    small_vlm: VisionLanguageModel, one_pair: UnlearnData
) -> None:
    config = UndialConfig(epochs=1, learning_rate=1e-3, batch_size=1, strength=2, retain_weight=2.5)
    losses = Undial(config).unlearn(small_vlm, one_pair, seed=0, progress=Silent()).curves["undial"]
    terms = by_hand(small_vlm, small_vlm, one_pair.forget[0], 2)
    expected = sum(terms) / len(terms) + 2.5 * loss_by_hand(small_vlm, one_pair.few_shot[0])
    assert losses[0] == pytest.approx(expected, rel=1e-4)
