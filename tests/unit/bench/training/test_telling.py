"""What no answer needs is not computed, and the loss does not know it."""

import pytest
import torch
from torch import Tensor

from smfa_bench.data.sample import UnlearnData
from smfa_bench.models.encoding import IGNORED, collate, encode
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.training.loop import cross_entropy
from smfa_bench.training.telling import telling_only


@pytest.fixture(scope="module")
def batch(small_vlm: VisionLanguageModel, unlearn_data: UnlearnData) -> dict[str, Tensor]:
    return collate(small_vlm, encode(small_vlm, unlearn_data.forget[::3]), for_generation=False)


def test_the_last_feed_forward_part_reads_the_places_alone(
    small_vlm: VisionLanguageModel, batch: dict[str, Tensor]
) -> None:
    rows: list[int] = []
    layers = small_vlm.model.get_decoder().layers
    hooks = [
        layer.mlp.gate_proj.register_forward_hook(lambda _, given, __: rows.append(given[0][..., 0].numel()))
        for layer in layers
    ]
    with torch.no_grad():
        found = cross_entropy(small_vlm.model, batch)
        for hook in hooks:
            hook.remove()
        torch.testing.assert_close(found, small_vlm.model(**batch).loss)
    assert rows == [batch["labels"].numel(), int((batch["labels"] != IGNORED).sum())]


def test_afterwards_nothing_is_left_in_the_model(small_vlm: VisionLanguageModel, batch: dict[str, Tensor]) -> None:
    cross_entropy(small_vlm.model, batch)
    head, last = small_vlm.model.get_output_embeddings(), small_vlm.model.get_decoder().layers[-1].mlp
    assert not any((part._forward_hooks or part._forward_pre_hooks or "forward" in vars(part)) for part in (head, last))


def test_who_looks_at_the_last_part_sees_all_of_it(small_vlm: VisionLanguageModel, batch: dict[str, Tensor]) -> None:
    seen: list[torch.Size] = []
    last = small_vlm.model.get_decoder().layers[-1].mlp
    hook = last.register_forward_hook(lambda _, __, found: seen.append(found.shape))
    with torch.no_grad(), telling_only(small_vlm.model, batch["labels"] != IGNORED):
        small_vlm.model(**{name: tensor for name, tensor in batch.items() if name != "labels"})
    hook.remove()
    assert seen[0][:2] == batch["labels"].shape


def test_in_mixed_precision_the_head_says_the_same(small_vlm: VisionLanguageModel, batch: dict[str, Tensor]) -> None:
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        torch.testing.assert_close(cross_entropy(small_vlm.model, batch), small_vlm.model(**batch).loss)
