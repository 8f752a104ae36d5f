"""LoRA in one step: the sums are peft's, and dropout leaves out what it says."""

from contextlib import ExitStack

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from peft import LoraConfig as PeftConfig
from peft import get_peft_model
from peft.tuners.lora import LoraLayer
from torch import Tensor, nn

from smfa_bench.training.fused import GRAINS, fused, keep

OPEN = ExitStack()
"""Keeps the layers of each test as they are made."""


def wrapped(*, bias: bool, dropout: float = 0.0, dtype: torch.dtype = torch.float32) -> nn.Module:
    """Return a linear layer with LoRA matrices that are not zero, the same ones each time."""
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(0)
        inner = nn.Sequential(nn.Linear(10, 6, bias=bias)).to(dtype)
        found = get_peft_model(inner, PeftConfig(r=3, lora_alpha=4.5, lora_dropout=dropout, target_modules=["0"]))
        for value in found.parameters():
            value.normal_()
    return found.base_model.model  # type: ignore[no-any-return]


def in_one_step(**options: object) -> nn.Module:
    network = wrapped(**options)  # type: ignore[arg-type]
    OPEN.enter_context(fused([module for module in network.modules() if isinstance(module, LoraLayer)]))
    return network


def told(network: nn.Module, x: Tensor) -> tuple[Tensor, ...]:
    """Return the output and the gradients of the input and of all that is trained."""
    x = x.clone().requires_grad_()
    output = network(x)
    wanted = [x, *(value for value in network.parameters() if value.requires_grad)]
    weights = torch.linspace(-1, 1, output.numel(), dtype=output.dtype).view_as(output)
    return output, *torch.autograd.grad((output * weights).sum(), wanted)


@settings(max_examples=20, deadline=None)
@given(bias=st.booleans(), rows=st.lists(st.integers(1, 4), min_size=1, max_size=3), seed=st.integers(0, 99))
def test_outputs_and_gradients_are_those_of_peft(bias: bool, rows: list[int], seed: int) -> None:
    x = torch.randn(*rows, 10, generator=torch.Generator().manual_seed(seed))
    for found, expected in zip(told(in_one_step(bias=bias), x), told(wrapped(bias=bias), x), strict=True):
        assert found.dtype == expected.dtype
        torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)


def test_in_mixed_precision_they_are_too_but_for_its_rounding() -> None:
    x = torch.randn(5, 10, generator=torch.Generator().manual_seed(1))
    with torch.autocast("cpu", torch.bfloat16):
        pairs = list(zip(told(in_one_step(bias=True), x), told(wrapped(bias=True), x), strict=True))
    for found, expected in pairs:
        assert found.dtype == expected.dtype
        assert (found - expected).norm() < 0.02 * expected.norm()


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_dropout_leaves_out_its_share_and_keeps_the_mean(share: float) -> None:
    torch.manual_seed(0)
    kept, gain = keep(torch.Size((300, 1001)), share, torch.float32, torch.device("cpu"))
    assert kept.unique().tolist() == [0, 1]
    assert gain == pytest.approx(1 / (1 - round(share * GRAINS) / GRAINS))
    assert float((kept == 0).float().mean()) == pytest.approx(share, abs=0.005)
    assert gain * float(kept.mean()) == pytest.approx(1, abs=0.02)
    # Neighbours are drawn apart: as many pairs of them fall out as chance has it.
    assert float(((kept[:, 1:] == 0) & (kept[:, :-1] == 0)).float().mean()) == pytest.approx(share**2, abs=0.005)


def test_gradients_pass_where_entries_were_kept() -> None:
    network, x = in_one_step(bias=False, dropout=0.5).train(), torch.ones(1, 10)
    layer = next(module for module in network.modules() if isinstance(module, LoraLayer))
    torch.manual_seed(3)
    output, *gradients = told(network, x)
    torch.manual_seed(3)
    kept = torch.mul(*keep(torch.Size((1, 10)), 0.5, torch.float32, torch.device("cpu")))
    down, up = layer.lora_A["default"].weight, layer.lora_B["default"].weight
    expected = x @ layer.base_layer.weight.T + 1.5 * ((x * kept) @ down.T) @ up.T
    torch.testing.assert_close(output, expected)
    slope = torch.linspace(-1, 1, 6)[None]
    torch.testing.assert_close(gradients[0], slope @ layer.base_layer.weight + 1.5 * ((slope @ up) @ down) * kept)
    torch.testing.assert_close(gradients[1], 1.5 * (slope @ up).T @ (x * kept))


def test_the_change_can_be_left_out() -> None:
    network, x = in_one_step(bias=True), torch.ones(2, 10)
    layer = next(module for module in network.modules() if isinstance(module, LoraLayer))
    layer.enable_adapters(False)
    assert torch.equal(network(x), layer.base_layer(x))


@pytest.mark.parametrize("odd", ["hook", "half"])
def test_a_layer_that_is_not_plain_stays_with_peft(odd: str) -> None:
    dtype = torch.bfloat16 if odd == "half" else torch.float32
    network, expected = in_one_step(bias=True, dtype=dtype), wrapped(bias=True, dtype=dtype)
    seen = []
    for module in (network, expected):
        layer = next(part for part in module.modules() if isinstance(part, LoraLayer))
        if odd == "hook":
            layer.base_layer.register_forward_hook(lambda *_: seen.append(1))
    x = torch.ones(2, 10, dtype=dtype)
    assert torch.equal(network(x), expected(x))
    assert len(seen) == (2 if odd == "hook" else 0)


@pytest.mark.parametrize("state", ["merged", "another active", "another beside"])
def test_a_layer_whose_change_is_not_the_one_adapter_alone_stays_with_peft(state: str) -> None:
    network, expected = in_one_step(bias=True), wrapped(bias=True)
    for module in (network, expected):
        layer = next(part for part in module.modules() if isinstance(part, LoraLayer))
        if state == "merged":
            layer.merge()
            continue
        with torch.random.fork_rng(devices=[]), torch.no_grad():
            torch.manual_seed(1)
            layer.update_layer("other", 2, lora_alpha=2, config=PeftConfig(init_lora_weights=False))
        layer.set_adapter("other" if state == "another active" else ["default", "other"])
    x = torch.ones(2, 10)
    assert torch.equal(network(x), expected(x))


def test_afterwards_a_layer_is_as_it_was_and_nothing_holds_it() -> None:
    network = wrapped(bias=True)
    layers = [module for module in network.modules() if isinstance(module, LoraLayer)]
    with fused(layers):
        assert "forward" in vars(layers[0])
    assert "forward" not in vars(layers[0])
