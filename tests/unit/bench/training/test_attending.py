"""Attention in training: the same loss by whatever way is fast, and the recipe's own choice stands."""

from dataclasses import replace

import pytest
import torch

from smfa_bench.data.sample import UnlearnData
from smfa_bench.models.encoding import collate, encode
from smfa_bench.models.spec import Loading
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.training.attending import LONGEST, attending
from smfa_bench.training.loop import cross_entropy


def way(vlm: VisionLanguageModel) -> str:
    found: str = vlm.model.get_decoder().config._attn_implementation
    return found


def test_the_loss_stays_and_so_does_the_model(own_vlm: VisionLanguageModel, unlearn_data: UnlearnData) -> None:
    batch = collate(own_vlm, encode(own_vlm, unlearn_data.forget[::3]), for_generation=False)
    with torch.no_grad():
        before = cross_entropy(own_vlm.model, batch)
        with attending(own_vlm, longest=30, mixed=True):
            assert way(own_vlm) == "eager"
            within = cross_entropy(own_vlm.model, batch)
        assert way(own_vlm) == "sdpa"
        assert torch.equal(cross_entropy(own_vlm.model, batch), before)
    torch.testing.assert_close(within, before)


@pytest.mark.parametrize(
    ("longest", "mixed", "chosen"), [(LONGEST + 1, True, None), (30, False, None), (30, True, "sdpa")]
)
def test_long_samples_full_precision_and_a_choice_of_the_recipe_keep_it(
    own_vlm: VisionLanguageModel, longest: int, mixed: bool, chosen: str | None
) -> None:
    vlm = replace(own_vlm, spec=own_vlm.spec.loaded_as(Loading(attn=chosen)))
    with attending(vlm, longest=longest, mixed=mixed):
        assert way(vlm) == "sdpa"
