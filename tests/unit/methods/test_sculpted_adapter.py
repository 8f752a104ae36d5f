"""The sculpted adapter: what it changes, how two of them combine, and that it comes back from the disk."""

import math
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
import torch
from torch import Tensor

from smfa_bench.adapter import low_rank
from smfa_bench.adapter.adapter import LoraAdapter, Modality
from smfa_bench.adapter.files import load_adapter, save_adapter
from smfa_bench.adapter.low_rank import LowRank
from smfa_bench_methods.sculpted_adapter import Combination, Factors, SculptedAdapter, Sculpting
from smfa_bench_methods.sculpting import Mask, Scale

LAYERS = {"first": (6, 4), "second": (5, 7)}


def make_factors(seed: int, size: float = 1.0) -> dict[str, LowRank]:
    generator = torch.Generator().manual_seed(seed)
    return {
        name: LowRank(
            size * torch.randn(2, columns, generator=generator), torch.randn(rows, 2, generator=generator), 0.5
        )
        for name, (rows, columns) in LAYERS.items()
    }


def make_adapter(
    *parts: str,
    k: float = 1.0,
    mask: Mask = Mask.BOTH,
    scale: Scale = Scale.MATRIX,
    combination: Combination = Combination.ROUTE,
) -> SculptedAdapter:
    forgetting: dict[str, Factors] = {part: make_factors(seed) for seed, part in enumerate(parts or ("mixed",))}
    ks = dict.fromkeys(forgetting, k)
    return SculptedAdapter("0" * 16, forgetting, make_factors(9), Sculpting(ks, mask, scale, combination))


def alone(adapter: SculptedAdapter, part: str) -> SculptedAdapter:
    """Return the adapter with one of its forgetting adapters."""
    k = {part: adapter.sculpting.k[part]}
    return replace(adapter, forgetting={part: adapter.forgetting[part]}, sculpting=replace(adapter.sculpting, k=k))


def deltas(adapter: SculptedAdapter, modality: Modality = Modality.IMAGE) -> list[Tensor]:
    return [adapter.delta(name, modality) for name in LAYERS]


def equal(one: list[Tensor], other: list[Tensor]) -> bool:
    return all(torch.equal(*pair) for pair in zip(one, other, strict=True))


@pytest.mark.parametrize("combination", Combination)
@pytest.mark.parametrize("modality", Modality)
def test_an_infinite_k_is_the_plain_forgetting_adapter(combination: Combination, modality: Modality) -> None:
    adapter = make_adapter(k=math.inf, combination=combination)
    plain = LoraAdapter("0" * 16, dict(adapter.forgetting["mixed"]))
    assert equal(deltas(adapter, modality), [plain.delta(name, modality) for name in LAYERS])


def test_every_entry_is_either_the_forgetting_adapters_or_zero() -> None:
    adapter = make_adapter()
    for name in LAYERS:
        plain, sculpted = adapter.forgetting["mixed"][name].delta(), adapter.delta(name, Modality.TEXT)
        kept = sculpted != 0
        assert torch.equal(sculpted[kept], plain[kept])
        assert kept.any()
        assert not kept.all()
        assert (plain * adapter.anchor[name].delta())[~kept].lt(0).all()


def test_the_anchor_is_never_added() -> None:
    adapter = make_adapter(mask=Mask.NONE)
    assert equal(deltas(adapter), [adapter.forgetting["mixed"][name].delta() for name in LAYERS])


@pytest.mark.parametrize("factor", [0.01, 0.5, 3.0, 1000.0])
@pytest.mark.parametrize("scale", Scale)
def test_rescaling_the_anchor_changes_nothing(factor: float, scale: Scale) -> None:
    adapter = make_adapter(scale=scale)
    anchor = {name: replace(pair, scale=pair.scale * factor) for name, pair in adapter.anchor.items()}
    assert equal(deltas(replace(adapter, anchor=anchor)), deltas(adapter))


def test_a_global_scale_does_not_see_the_size_of_one_matrix() -> None:
    adapter = make_adapter(scale=Scale.MATRIX)
    anchor = {**adapter.anchor, "first": replace(adapter.anchor["first"], scale=5.0)}
    uneven = replace(adapter, anchor=anchor)
    whole = replace(uneven, sculpting=replace(uneven.sculpting, scale=Scale.GLOBAL))
    assert equal(deltas(uneven), deltas(adapter))
    assert not equal(deltas(whole), deltas(adapter))


def test_a_global_scale_is_the_ratio_of_the_norms_over_all_matrices() -> None:
    adapter = make_adapter(scale=Scale.GLOBAL, mask=Mask.MAGNITUDE)
    forgetting = {name: pair.delta() for name, pair in adapter.forgetting["mixed"].items()}
    anchor = {name: pair.delta() for name, pair in adapter.anchor.items()}
    norms = [torch.cat([delta.flatten() for delta in part.values()]).norm() for part in (forgetting, anchor)]
    for name in LAYERS:
        masked = norms[0] / norms[1] * anchor[name].abs() < forgetting[name].abs()
        assert torch.equal(adapter.delta(name, Modality.TEXT), forgetting[name] * ~masked)


@pytest.mark.parametrize("modality", Modality)
def test_two_adapters_add_up_or_are_averaged(modality: Modality) -> None:
    added = make_adapter("image", "text", combination=Combination.SUM)
    averaged = make_adapter("image", "text", combination=Combination.AVERAGE)
    parts = list(zip(deltas(alone(added, "image")), deltas(alone(added, "text")), strict=True))
    assert equal(deltas(added, modality), [image + text for image, text in parts])
    assert equal(deltas(averaged, modality), [(image + text) / 2 for image, text in parts])
    assert not added.routed
    assert not averaged.routed


def test_a_question_is_routed_to_the_adapter_of_its_modality() -> None:
    adapter = make_adapter("image", "text", combination=Combination.ROUTE)
    assert adapter.routed
    assert equal(deltas(adapter, Modality.IMAGE), deltas(alone(adapter, "image")))
    assert equal(deltas(adapter, Modality.TEXT), deltas(alone(adapter, "text")))
    assert not equal(deltas(adapter, Modality.IMAGE), deltas(adapter, Modality.TEXT))


def test_one_adapter_is_never_routed() -> None:
    assert not make_adapter(combination=Combination.ROUTE).routed


def test_resculpted_is_as_if_made_with_that_k() -> None:
    adapter = make_adapter("image", "text", k=1.0)
    deltas(adapter)
    renewed = adapter.resculpted({"image": 3.0, "text": 3.0})
    assert equal(deltas(renewed), deltas(make_adapter("image", "text", k=3.0)))
    assert not equal(deltas(renewed), deltas(adapter))
    assert adapter.sculpting.k == {"image": 1.0, "text": 1.0}


@pytest.mark.parametrize("k", [0.0, 2.5, math.inf])
@pytest.mark.parametrize("parts", [("mixed",), ("image", "text")])
def test_the_adapter_comes_back_from_the_disk(k: float, parts: tuple[str, ...], tmp_path: Path) -> None:
    adapter = make_adapter(*parts, k=k, mask=Mask.MAGNITUDE, scale=Scale.GLOBAL, combination=Combination.SUM)
    adapter.curves = {"anchor": [2.0, 1.5]}
    save_adapter(adapter, tmp_path / "adapter")
    loaded = cast(SculptedAdapter, load_adapter(tmp_path / "adapter"))
    assert type(loaded) is SculptedAdapter
    assert loaded.sculpting == adapter.sculpting
    assert loaded.curves == adapter.curves
    for modality in Modality:
        assert equal(deltas(loaded, modality), deltas(adapter, modality))


def test_statistics_count_the_masked_entries() -> None:
    adapter = make_adapter("image", "text", k=1.5)
    statistics = cast("dict[str, dict[str, object]]", adapter.statistics())
    assert set(statistics) == {"image", "text"}
    for part, told in statistics.items():
        masked = {
            name: int((delta == 0).sum()) for name, delta in zip(LAYERS, deltas(alone(adapter, part)), strict=True)
        }
        sizes = {name: rows * columns for name, (rows, columns) in LAYERS.items()}
        assert told["k"] == 1.5
        assert told["masked_share"] == pytest.approx(sum(masked.values()) / sum(sizes.values()))
        assert told["masked_share_by_matrix"] == pytest.approx({name: masked[name] / sizes[name] for name in LAYERS})
        assert 0 < sum(masked.values()) < sum(sizes.values())


def test_statistics_write_an_infinite_k_as_a_word() -> None:
    assert cast("dict[str, dict[str, object]]", make_adapter(k=math.inf).statistics())["mixed"]["k"] == "inf"


@pytest.mark.parametrize("mask", Mask)
@pytest.mark.parametrize("combination", Combination)
def test_what_is_masked_does_not_depend_on_the_size_of_a_tile(
    mask: Mask, combination: Combination, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapter = make_adapter("image", "text", mask=mask, combination=combination)
    whole, told = deltas(adapter), adapter.statistics()
    monkeypatch.setattr(low_rank, "TILE_ENTRIES", 10)
    assert [len(list(adapter.tiles(name, Modality.IMAGE))) for name in LAYERS] == [3, 5]
    for one, other in zip(deltas(adapter), whole, strict=True):
        torch.testing.assert_close(one, other)
        assert torch.equal(one == 0, other == 0)
    assert adapter.statistics() == told
