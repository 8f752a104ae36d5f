"""Gradient ascent: its loss, by hand."""

import pytest

from helpers.answers_by_hand import loss_by_hand
from smfa_bench.data.sample import UnlearnData
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent
from smfa_bench_methods.gradient_ascent import GradientAscent, GradientAscentConfig


@pytest.mark.usefixtures("float32")
def test_first_loss_is_the_negative_loss_of_the_forget_set(
    small_vlm: VisionLanguageModel, one_pair: UnlearnData
) -> None:
    config = GradientAscentConfig(epochs=1, learning_rate=1e-3, batch_size=1)
    adapter = GradientAscent(config).unlearn(small_vlm, one_pair, seed=0, progress=Silent())
    expected = -loss_by_hand(small_vlm, one_pair.forget[0])
    assert adapter.curves["gradient-ascent"][0] == pytest.approx(expected, rel=1e-4)
