"""GA Difference: its loss, by hand."""

import pytest

from helpers.answers_by_hand import loss_by_hand
from smfa_bench.data.sample import UnlearnData
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent
from smfa_bench_methods.ga_difference import GaDifference
from smfa_bench_methods.pairing import PairedConfig


@pytest.mark.usefixtures("float32")
@pytest.mark.parametrize("weight", [0.0, 1.0, 2.5])
def test_first_loss_is_the_weighted_retain_loss_less_the_forget_loss(
    weight: float, small_vlm: VisionLanguageModel, one_pair: UnlearnData
) -> None:
    config = PairedConfig(retain_weight=weight, epochs=1, learning_rate=1e-3, batch_size=1)
    adapter = GaDifference(config).unlearn(small_vlm, one_pair, seed=0, progress=Silent())
    forget, kept = (loss_by_hand(small_vlm, sample) for sample in (one_pair.forget[0], one_pair.few_shot[0]))
    expected = weight * kept - forget
    assert adapter.curves["ga-difference"][0] == pytest.approx(expected, rel=1e-4, abs=1e-4)


def test_the_loss_falls_below_where_it_began(small_vlm: VisionLanguageModel, unlearn_data: UnlearnData) -> None:
    config = PairedConfig(epochs=2, learning_rate=1e-2, batch_size=8)
    adapter = GaDifference(config).unlearn(small_vlm, unlearn_data, seed=0, progress=Silent())
    losses = adapter.curves["ga-difference"]
    assert losses[-1] < losses[0]
