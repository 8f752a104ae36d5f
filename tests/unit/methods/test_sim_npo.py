"""SimNPO: its loss, by hand."""

import math

import pytest

from helpers.answers_by_hand import loss_by_hand
from smfa_bench.data.sample import UnlearnData
from smfa_bench.models.encoding import collate, encode
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent
from smfa_bench_methods.sim_npo import SimNpo, SimNpoConfig, rejection


def by_hand(mean_loss: float, *, beta: float, margin: float) -> float:
    """Return -(2 / beta) log sigmoid(beta * L - margin), L the mean of -log p over the answer's tokens."""
    return 2 / beta * math.log1p(math.exp(-(beta * mean_loss - margin)))


@pytest.mark.parametrize(("beta", "margin"), [(0.1, 0.0), (0.5, 1.5)])
def test_rejection_looks_at_the_probability_of_a_token_on_average(
    beta: float, margin: float, small_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    samples = unlearn_data.forget[:3]
    terms = [by_hand(loss_by_hand(small_vlm, sample), beta=beta, margin=margin) for sample in samples]
    batch = collate(small_vlm, encode(small_vlm, samples), for_generation=False)
    found = rejection(small_vlm.model, batch, beta=beta, margin=margin)
    assert found.item() == pytest.approx(sum(terms) / len(terms), rel=1e-4)


@pytest.mark.usefixtures("float32")
def test_first_loss_is_the_rejection_and_the_weighted_retain_loss(
    small_vlm: VisionLanguageModel, one_pair: UnlearnData
) -> None:
    config = SimNpoConfig(epochs=1, learning_rate=1e-3, batch_size=1, beta=0.2, margin=1, retain_weight=2.5)
    losses = SimNpo(config).unlearn(small_vlm, one_pair, seed=0, progress=Silent()).curves["sim-npo"]
    forget, kept = (loss_by_hand(small_vlm, sample) for sample in (one_pair.forget[0], one_pair.few_shot[0]))
    assert losses[0] == pytest.approx(by_hand(forget, beta=0.2, margin=1) + 2.5 * kept, rel=1e-4)
