"""Products with float32 weights by oneDNN, on processors where torch's own are half as fast.

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
    they are; so does whatever is computed with gradients or under autocast.
    """
    known = torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise")
    with ExitStack() as stack:
        for layer in model.modules() if known and has_more_than_mkl_takes() else ():
            if type(layer) is nn.Linear and "forward" not in vars(layer) and _plain(layer.weight):
                layer.forward = partial(_forward, layer)  # type: ignore[method-assign]
                stack.callback(delattr, layer, "forward")
        yield


def _plain(weight: Tensor) -> bool:
    return weight.device.type == "cpu" and weight.dtype is torch.float32


def _forward(layer: nn.Linear, states: Tensor) -> Tensor:
    watched = torch.is_grad_enabled() or torch.is_autocast_enabled("cpu")
    if watched or not states.numel() or not (_plain(states) and _plain(layer.weight)):
        return nn.functional.linear(states, layer.weight, layer.bias)
    found: Tensor = torch.ops.mkldnn._linear_pointwise(states, layer.weight, layer.bias, "none", [], "")
    return found
