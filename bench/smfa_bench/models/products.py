"""Products of float32 matrices by oneDNN, on processors where torch's own are half as fast.

torch takes such products to MKL, which stays with AVX2 on AMD's processors; oneDNN, which torch has beside it and takes
bfloat16 to, uses AVX-512 there. Sums are the same in another order, hence equal but for rounding.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

import torch
from torch import Tensor, nn

from smfa_bench.models.processor import has_more_than_mkl_takes


@contextmanager
def quick_products(model: nn.Module) -> Iterator[None]:
    """Let a model's linear layers multiply the faster way for the length of a block, where there is one.

    Layers of other kinds, on other devices, of other types, and those whose forward somebody else has replaced stay as
    they are; so does whatever is computed with gradients or under autocast. A copy made in the block keeps the way.
    """
    with ExitStack() as stack:
        for layer in model.modules() if _pays() else ():
            if type(layer) is nn.Linear and "forward" not in vars(layer) and _plain(layer.weight):
                layer.forward = partial(_forward, layer)  # type: ignore[method-assign]
                stack.callback(delattr, layer, "forward")
        yield


@torch.no_grad()
def product(left: Tensor, right: Tensor) -> Tensor:
    """Return the product of two matrices [N, r] and [r, M] the faster way, without gradients."""
    return _multiplied(left, right.T, None) if _pays() and _plain(left) and _plain(right) else left @ right


def _pays() -> bool:
    known = torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise")
    return known and has_more_than_mkl_takes()


def _plain(matrix: Tensor) -> bool:
    dense = type(matrix) in (Tensor, nn.Parameter) and matrix.layout is torch.strided
    return dense and matrix.device.type == "cpu" and matrix.dtype is torch.float32


def _forward(layer: nn.Linear, states: Tensor) -> Tensor:
    watched = torch.is_grad_enabled() or torch.is_autocast_enabled("cpu")
    if watched or not (_plain(states) and _plain(layer.weight)):
        return nn.functional.linear(states, layer.weight, layer.bias)
    return _multiplied(states, layer.weight, layer.bias)


def _multiplied(states: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """Return states · Wᵀ + b; oneDNN does not know what to do with none."""
    if not states.numel() or not weight.numel():
        return nn.functional.linear(states, weight, bias)
    dense = None if bias is None else bias.contiguous()  # oneDNN reads a bias as if it were
    found: Tensor = torch.ops.mkldnn._linear_pointwise(states, weight, dense, "none", [], "")
    return found
