"""Validation tells what is known at each point of a training, and changes nothing about it."""

from collections.abc import Mapping

import numpy as np
import pytest
import torch

from smfa_bench.adapter.adapter import LoraAdapter
from smfa_bench.config import LoraConfig
from smfa_bench.data.phrasing import Phrasing
from smfa_bench.data.sample import UnlearnData
from smfa_bench.data.validation import ValidationSet
from smfa_bench.errors import BenchError
from smfa_bench.generation.likelihoods import likelihoods
from smfa_bench.models.encoding import encode
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent
from smfa_bench.training.lora import LoraTraining, train_lora
from smfa_bench.training.validating import known_with, probabilities, validating, watch

CONFIG = LoraConfig(rank=2, alpha=4, epochs=2, learning_rate=1e-2, batch_size=8)


class Told(Silent):
    """Keeps what was measured."""

    def __init__(self) -> None:
        self.values: list[Mapping[str, float]] = []
        self.notes: list[str] = []

    def advance(self, steps: int = 1, note: str = "", values: Mapping[str, float] | None = None) -> None:  # noqa: ARG002
        self.values.append(values or {})
        self.notes.append(note)


def asked(data: UnlearnData) -> ValidationSet:
    kept = [sample for sample in data.few_shot if sample.task.value.endswith("memory")]
    return ValidationSet(data.forget[:6], tuple(kept[:5]), Phrasing.TEMPLATE)


def trained(vlm: VisionLanguageModel, data: UnlearnData, told: Silent) -> LoraTraining:
    return train_lora(vlm, [data.forget], CONFIG, title="x", seed=0, progress=told)


def test_a_training_learns_the_same_whether_it_is_validated_or_not(
    small_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    plain = trained(small_vlm, unlearn_data, Silent())
    told = Told()
    with validating(asked(unlearn_data), every=2) as found:
        watched = trained(small_vlm, unlearn_data, told)
        again = trained(small_vlm, unlearn_data, Silent())
    assert plain.losses == watched.losses == again.losses
    for name, factors in plain.factors.items():
        assert torch.equal(factors.up, watched.factors[name].up)
        assert torch.equal(factors.down, watched.factors[name].down)
    curves = found.curves()
    assert list(curves) == ["x", "x (2)"]
    assert curves["x"] == curves["x (2)"]
    points = curves["x"].points
    last = len(plain.losses)
    assert [point.step for point in points] == sorted({*range(0, last + 1, 2), last})
    assert [values["validation margin"] for values in told.values if "validation margin" in values] == [
        point.margin for point in points
    ]
    assert told.notes[1] == f"margin {points[0].margin:.3f} at step 0"
    assert told.notes[-1].endswith(f", margin {points[-1].margin:.3f} at step {last}")
    # The model learnt the forget set: after the last step as with the adapter that was made of it.
    assert points[-1].forget > points[0].forget
    adapter = LoraAdapter(small_vlm.fingerprint(), watched.factors)
    returned = known_with(small_vlm, adapter, asked(unlearn_data))
    assert (returned.forget, returned.retain) == pytest.approx((points[-1].forget, points[-1].retain), rel=1e-3)
    assert watch(small_vlm, "x") is None


def test_probabilities_are_those_of_the_likelihoods_and_dropout_stays_as_it_was(
    own_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    some = [*unlearn_data.forget[::3], *unlearn_data.few_shot[::7]]
    expected = {place: float(np.exp(np.mean(scores.log_p))) for place, scores in likelihoods(own_vlm, some)}
    blocks = own_vlm.model.get_decoder().layers
    blocks[0].train()
    found = probabilities(own_vlm, encode(own_vlm, some))
    assert blocks[0].training
    assert not blocks[1].training
    assert found == pytest.approx([expected[place] for place in range(len(some))], rel=1e-4)


def test_an_output_that_is_no_number_is_told(own_vlm: VisionLanguageModel, unlearn_data: UnlearnData) -> None:
    with torch.no_grad():
        next(iter(own_vlm.decoder_linears().values())).weight.fill_(float("nan"))
    with pytest.raises(BenchError, match="not a number any more; lower the method's learning rate"):
        probabilities(own_vlm, encode(own_vlm, unlearn_data.forget[:2]))
