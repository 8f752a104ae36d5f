"""Adapters: attached, they change what they say they change; detached, nothing is left of them."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch

from smfa_bench.adapter import low_rank
from smfa_bench.adapter.adapter import LoraAdapter, Modality, attached, restore_factors
from smfa_bench.adapter.low_rank import LowRank
from smfa_bench.errors import BenchError
from smfa_bench.models.vision_language import VisionLanguageModel


def weights(vlm: VisionLanguageModel) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in vlm.model.state_dict().items()}


def same(left: dict[str, torch.Tensor], right: dict[str, torch.Tensor]) -> bool:
    return left.keys() == right.keys() and all(torch.equal(left[name], right[name]) for name in left)


def test_the_product_of_thin_matrices_is_scaled() -> None:
    factors = LowRank(torch.tensor([[1.0, 2.0, 3.0]]), torch.tensor([[10.0], [20.0]]), 0.5)
    assert factors.delta().tolist() == [[5.0, 10.0, 15.0], [10.0, 20.0, 30.0]]


@pytest.mark.parametrize("modality", Modality)
def test_attached_weights_are_the_sum_and_all_others_stay(
    small_vlm: VisionLanguageModel, lora: LoraAdapter, modality: Modality
) -> None:
    before = weights(small_vlm)
    with attached(small_vlm, lora, modality):
        during = weights(small_vlm)
    expected = {
        name: value + lora.delta(name.removesuffix(".weight"), modality)
        if name.removesuffix(".weight") in lora.names()
        else value
        for name, value in before.items()
    }
    assert same(during, expected)
    assert not same(during, before)


def test_the_very_tensors_come_back(small_vlm: VisionLanguageModel, lora: LoraAdapter) -> None:
    before = weights(small_vlm)
    places = {name: value.data_ptr() for name, value in small_vlm.model.named_parameters()}
    with attached(small_vlm, lora, Modality.TEXT):
        pass
    assert same(weights(small_vlm), before)
    assert {name: value.data_ptr() for name, value in small_vlm.model.named_parameters()} == places


def test_they_come_back_after_a_fault_too(small_vlm: VisionLanguageModel, lora: LoraAdapter) -> None:
    before = weights(small_vlm)
    with pytest.raises(KeyboardInterrupt), attached(small_vlm, lora, Modality.TEXT):
        raise KeyboardInterrupt
    assert same(weights(small_vlm), before)


def test_no_adapter_changes_nothing(small_vlm: VisionLanguageModel) -> None:
    before = weights(small_vlm)
    with attached(small_vlm, None, Modality.IMAGE):
        assert same(weights(small_vlm), before)


def test_an_adapter_of_another_model_is_refused(small_vlm: VisionLanguageModel, lora: LoraAdapter) -> None:
    before = weights(small_vlm)
    with (
        pytest.raises(BenchError, match="was made for model other, not for"),
        attached(small_vlm, replace(lora, model_fingerprint="other"), Modality.TEXT),
    ):
        pass
    assert same(weights(small_vlm), before)


def test_an_adapter_does_not_attach_twice(small_vlm: VisionLanguageModel, lora: LoraAdapter) -> None:
    with (
        attached(small_vlm, lora, Modality.TEXT),
        pytest.raises(BenchError, match="was made for model"),
        attached(small_vlm, lora, Modality.TEXT),
    ):
        pass


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_change_that_is_no_number_is_refused_and_the_weights_restored(
    small_vlm: VisionLanguageModel, lora: LoraAdapter, number: float
) -> None:
    before = weights(small_vlm)
    name = lora.names()[-1]
    spoilt = replace(lora, factors={**lora.factors, name: replace(lora.factors[name], scale=number)})
    with pytest.raises(BenchError, match=f"change of {name} is not finite"), attached(small_vlm, spoilt, Modality.TEXT):
        pass
    assert same(weights(small_vlm), before)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("model.no.such_layer", "which is no linear layer"),
        ("model.language_model.layers.1.mlp.up_proj", "has the shape"),
    ],
)
def test_a_change_of_what_is_not_there_or_of_another_shape_is_refused_and_the_weights_restored(
    small_vlm: VisionLanguageModel, lora: LoraAdapter, name: str, message: str
) -> None:
    before = weights(small_vlm)
    misfit = replace(lora, factors={**lora.factors, name: LowRank(torch.ones(1, 3), torch.ones(5, 1), 1.0)})
    with pytest.raises(BenchError, match=message), attached(small_vlm, misfit, Modality.TEXT):
        pass
    assert same(weights(small_vlm), before)


def test_a_lora_adapter_is_neither_routed_nor_of_many_words(lora: LoraAdapter) -> None:
    assert not lora.routed
    assert lora.statistics() == {}


def test_factors_without_scales_can_not_be_restored() -> None:
    with pytest.raises(TypeError, match="scales is not a mapping"):
        restore_factors({}, [1.0])


class Watched(LoraAdapter):
    """Notes how large the tiles are that it gives away."""

    largest = 0

    def tiles(self, name: str, modality: Modality) -> Iterator[torch.Tensor]:
        for tile in super().tiles(name, modality):
            self.largest = max(self.largest, tile.numel())
            yield tile


@pytest.mark.parametrize("entries", [1, 100, 2**17])
def test_weights_change_by_the_same_whatever_the_size_of_a_tile(
    entries: int, small_vlm: VisionLanguageModel, lora: LoraAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = {
        f"{name}.weight": module.weight + lora.factors[name].delta()
        for name, module in small_vlm.decoder_linears().items()
    }
    monkeypatch.setattr(low_rank, "TILE_ENTRIES", entries)
    watched = Watched(lora.model_fingerprint, lora.factors)
    with attached(small_vlm, watched, Modality.TEXT):
        during = weights(small_vlm)
    for name, weight in expected.items():
        torch.testing.assert_close(during[name], weight)
    assert watched.largest <= max(entries, *(weight.shape[1] for weight in expected.values()))


def test_tiles_are_whole_rows_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    factors = LowRank(torch.tensor([[1.0, 2.0, 3.0]]), torch.tensor([[1.0], [2.0], [3.0], [4.0], [5.0]]), 2.0)
    monkeypatch.setattr(low_rank, "TILE_ENTRIES", 6)
    tiles = list(factors.tiles())
    assert [tuple(tile.shape) for tile in tiles] == [(2, 3), (2, 3), (1, 3)]
    assert torch.equal(torch.cat(tiles), factors.delta())
