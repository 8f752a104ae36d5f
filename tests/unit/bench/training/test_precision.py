"""What float16 can't do is told before it breaks a training, or when it did."""

import pytest
import torch
from torch import nn

from smfa_bench.data.sample import UnlearnData
from smfa_bench.errors import BenchError, UsageError
from smfa_bench.models.spec import Loading, ModelSpec
from smfa_bench.models.vision_language import load_model
from smfa_bench.progress import Silent
from smfa_bench.training.loop import LoopSettings, train
from smfa_bench.training.precision import overflow_advice
from smfa_bench.training.teach import teach


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_a_loss_that_left_the_numbers_is_explained_by_float16_only_where_it_is_used(
    small_spec: ModelSpec, dtype: str
) -> None:
    advice = overflow_advice(load_model(small_spec.loaded_as(Loading.model_validate({"dtype": dtype}))))
    number = nn.Parameter(torch.ones(1))
    with pytest.raises(BenchError, match="lower the learning rate") as caught:
        train(
            {"x": number},
            lambda _: (number * float("nan")).sum(),
            LoopSettings(1, 1e-2),
            seed=0,
            progress=Silent(),
            advice=advice,
        )
    assert ("--dtype bfloat16: float16 ends at 65,504" in str(caught.value)) == (dtype == "float16")


def test_weights_in_float16_are_not_trained_themselves(small_spec: ModelSpec, unlearn_data: UnlearnData) -> None:
    vlm = load_model(small_spec.loaded_as(Loading(dtype="float16")))
    with pytest.raises(UsageError, match="use --dtype bfloat16 or float32, or a recipe with a rank"):
        teach(vlm, unlearn_data.forget, [], title="x", seed=0, progress=Silent())
