"""NPO: its loss, by hand."""

import math

import pytest

from helpers.answers_by_hand import loss_by_hand, token_log_probabilities_by_hand
from smfa_bench.data.sample import UnlearnData
from smfa_bench.models.encoding import collate, encode
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent
from smfa_bench_methods.npo import Npo, NpoConfig, rejection


@pytest.mark.parametrize("beta", [0.1, 1.0])
def test_rejection_compares_whole_answers_with_the_vanilla_model(
    beta: float, small_vlm: VisionLanguageModel, changed_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    samples = unlearn_data.forget[:3]
    terms = []
    for sample in samples:
        after, before = (sum(token_log_probabilities_by_hand(vlm, sample)) for vlm in (changed_vlm, small_vlm))
        terms.append(2 / beta * math.log1p(math.exp(beta * (after - before))))
    found = rejection(
        changed_vlm.model, collate(small_vlm, encode(small_vlm, samples), for_generation=False), beta=beta
    )
    assert found.item() == pytest.approx(sum(terms) / len(terms), rel=1e-3)
    assert found.requires_grad


@pytest.mark.usefixtures("float32")
def test_first_loss_is_that_of_an_unchanged_model_and_the_weighted_retain_loss(
    small_vlm: VisionLanguageModel, one_pair: UnlearnData
) -> None:
    config = NpoConfig(epochs=1, learning_rate=1e-3, batch_size=1, dropout=0, beta=0.5, retain_weight=2.5)
    losses = Npo(config).unlearn(small_vlm, one_pair, seed=0, progress=Silent()).curves["npo"]
    assert losses[0] == pytest.approx(4 * math.log(2) + 2.5 * loss_by_hand(small_vlm, one_pair.few_shot[0]), rel=1e-4)
