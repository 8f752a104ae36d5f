"""Sculpting in one pass: it gives what the tiles give, compiled or not, and steps back where it can't."""

import logging
import math
from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch

from smfa_bench.adapter.adapter import Modality, changed_weight
from smfa_bench.adapter.low_rank import LowRank
from smfa_bench.errors import BenchError
from smfa_bench_methods import fused_sculpting
from smfa_bench_methods.sculpted_adapter import Combination, SculptedAdapter, Sculpting
from smfa_bench_methods.sculpting import Mask, Scale

SHAPE = (70, 33)


@pytest.fixture(autouse=True)
def compiled_anew() -> Iterator[None]:
    """What one test compiled, or could not, is not the next one's."""
    compiled = fused_sculpting.compiled
    compiled.cache_clear()
    yield
    compiled.cache_clear()


@pytest.fixture
def every_size_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small matrices go the way of large ones, in several tiles."""
    monkeypatch.setattr(fused_sculpting, "PAYS", 0)
    monkeypatch.setattr(fused_sculpting, "TILE_ENTRIES", 32 * SHAPE[1])


@pytest.fixture
def not_compiled(monkeypatch: pytest.MonkeyPatch, every_size_pays: None) -> None:  # noqa: ARG001
    """The one pass as it stands in the file: the arithmetic without the seconds of a compiler."""
    monkeypatch.setattr(torch, "compile", lambda function, **_: function)


def make_factors(seed: int, scale: float = 0.5) -> dict[str, LowRank]:
    generator = torch.Generator().manual_seed(seed)
    up, down = torch.randn(SHAPE[0], 4, generator=generator), torch.randn(4, SHAPE[1], generator=generator)
    return {"layer": LowRank(down, up, scale)}


def make_adapter(*parts: str, k: float = 1.0, mask: Mask = Mask.BOTH, route: bool = True) -> SculptedAdapter:
    forgetting = {part: make_factors(seed) for seed, part in enumerate(parts or ("mixed",))}
    combination = Combination.ROUTE if route else Combination.SUM
    sculpting = Sculpting(dict.fromkeys(forgetting, k), mask, Scale.MATRIX, combination)
    return SculptedAdapter("", dict(forgetting), make_factors(9, 2.0), sculpting)


def make_weight(dtype: torch.dtype = torch.bfloat16) -> torch.Tensor:
    return torch.randn(SHAPE, generator=torch.Generator().manual_seed(5)).to(dtype)


def at_once(weight: torch.Tensor, adapter: SculptedAdapter, modality: Modality) -> torch.Tensor | None:
    added = weight.clone()
    done = adapter.add_at_once(added, "layer", modality)
    assert torch.equal(added, weight) is not done
    return added if done else None


def by_tiles(weight: torch.Tensor, adapter: SculptedAdapter, modality: Modality) -> torch.Tensor:
    return (weight.float() + adapter.delta("layer", modality)).to(weight.dtype)


@pytest.mark.usefixtures("not_compiled")
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("mask", [Mask.BOTH, Mask.DIRECTION])
@pytest.mark.parametrize("k", [0.0, 1.5, 40.0])
def test_one_pass_gives_what_the_tiles_give(dtype: torch.dtype, mask: Mask, k: float) -> None:
    weight = make_weight(dtype)
    for adapter in (make_adapter(k=k, mask=mask), make_adapter("image", "text", k=k, mask=mask)):
        for modality in Modality:
            merged = at_once(weight, adapter, modality)
            assert merged is not None
            torch.testing.assert_close(merged, by_tiles(weight, adapter, modality), rtol=2**-21, atol=1e-6)
            assert torch.equal(changed_weight(weight, adapter, "layer", modality), merged)


@pytest.mark.usefixtures("every_size_pays")
def test_the_compiled_pass_gives_what_the_eager_one_gives() -> None:
    weight, adapter = make_weight(), make_adapter(k=1.5)
    merged = at_once(weight, adapter, Modality.TEXT)
    if merged is None:
        pytest.skip("no compiler here")
    unequal = merged != by_tiles(weight, adapter, Modality.TEXT)
    # A product summed up in another order may tip the rounding of an entry, by one unit in its last place.
    assert unequal.sum() <= 0.01 * unequal.numel()
    torch.testing.assert_close(merged, by_tiles(weight, adapter, Modality.TEXT), rtol=2**-7, atol=1e-6)


@pytest.mark.usefixtures("not_compiled")
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_a_sum_of_half_precision_is_rounded_once_either_way(
    dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    weight, adapter = make_weight(dtype), make_adapter(k=1.5)
    in_one_pass = changed_weight(weight, adapter, "layer", Modality.TEXT)
    monkeypatch.setattr(fused_sculpting, "PAYS", math.inf)
    assert torch.equal(changed_weight(weight, adapter, "layer", Modality.TEXT), in_one_pass)


@pytest.mark.usefixtures("every_size_pays")
def test_without_a_compiler_the_tiles_are_taken_and_that_is_told_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no g++ here")

    monkeypatch.setattr(torch, "compile", lambda *_, **__: fail)
    weight, adapter = make_weight(), make_adapter()
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert at_once(weight, adapter, Modality.IMAGE) is None
    assert [record.getMessage() for record in caplog.records] == [
        "can't compile sculpting (RuntimeError); going on without, several times slower."
    ]
    expected = by_tiles(weight, adapter, Modality.IMAGE)
    assert torch.equal(changed_weight(weight, adapter, "layer", Modality.IMAGE), expected)


def test_nothing_is_compiled_for_few_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fused_sculpting, "compiled", lambda: pytest.fail("compiled"))
    assert at_once(make_weight(), make_adapter(), Modality.TEXT) is None


@pytest.mark.usefixtures("not_compiled")
@pytest.mark.parametrize(
    "adapter",
    [
        make_adapter(mask=Mask.MAGNITUDE),
        make_adapter(mask=Mask.NONE),
        make_adapter(k=math.inf),
        make_adapter("image", "text", route=False),
    ],
    ids=["magnitude", "none", "infinite k", "sum"],
)
def test_what_the_one_pass_does_not_know_is_left_to_the_tiles(adapter: SculptedAdapter) -> None:
    assert at_once(make_weight(), adapter, Modality.TEXT) is None


@pytest.mark.usefixtures("not_compiled")
@pytest.mark.parametrize("scale", [math.nan, math.inf, 1e38])
def test_what_may_not_be_finite_is_left_to_the_tiles_which_look(scale: float) -> None:
    adapter = make_adapter()
    spoilt = replace(adapter, forgetting={"mixed": make_factors(0, scale)})
    assert at_once(make_weight(), spoilt, Modality.TEXT) is None
    with pytest.raises(BenchError, match="change of layer is not finite"):
        changed_weight(make_weight(), spoilt, "layer", Modality.TEXT)


@pytest.mark.usefixtures("not_compiled")
def test_a_change_of_another_shape_is_refused() -> None:
    with pytest.raises(BenchError, match="has the shape"):
        changed_weight(make_weight()[:-1], make_adapter(), "layer", Modality.TEXT)
