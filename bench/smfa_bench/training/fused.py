"""LoRA layers in one step forward and one back: what peft computes, in fewer passes over memory."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, Final

import torch
from peft.tuners.lora import Linear, LoraLayer
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

GRAINS: Final = 2**16
"""Dropout shares are whole multiples of one part in so many."""


@contextmanager
def fused(layers: Iterable[LoraLayer]) -> Iterator[None]:
    """Let plain LoRA layers compute their outputs in one step for the length of a block.

    Where anything but the adapter "default" is active, or it is merged into the weights, peft goes on computing them.

    The same sums as peft's in another order, hence equal but for rounding. Dropout falls with the same probability (to
    2^-17) on other entries: its bits come from torch's generator sixteen at a time, in a sixth of the time that single
    draws take.
    """
    with ExitStack() as stack:
        for layer in layers:
            if type(layer) is Linear and type(layer.base_layer) is nn.Linear and not layer.lora_variant:
                layer.forward = partial(_forward, layer, layer.forward)
                stack.callback(delattr, layer, "forward")
        yield


def _forward(layer: Linear, plain: Any, x: Tensor, *given: Any, **named: Any) -> Tensor:
    base, weight, device = layer.base_layer, layer.base_layer.weight, x.device.type
    mixed = torch.is_autocast_enabled(device)
    hooked = "forward" in vars(base) or base._forward_hooks or base._forward_pre_hooks
    alone = list(layer.active_adapters) == ["default"] and not (layer.disable_adapters or layer.merged)
    uniform = alone and (mixed or x.dtype == weight.dtype == layer.lora_A["default"].weight.dtype)
    if given or named or not uniform or weight.requires_grad or hooked:
        found: Tensor = plain(x, *given, **named)
        return found
    down, up = layer.lora_A["default"].weight, layer.lora_B["default"].weight
    dropout = layer.lora_dropout["default"]
    share = dropout.p if dropout.training and isinstance(dropout, nn.Dropout) else 0.0
    dtype = torch.get_autocast_dtype(device) if mixed else x.dtype
    scale = float(layer.scaling["default"])
    result: Tensor = LowRankStep.apply(  # type: ignore[no-untyped-call]
        x, weight, base.bias, down, up, scale, share, dtype
    )
    return result


class LowRankStep(torch.autograd.Function):
    """x Wᵀ + b + s · dropout(x) Aᵀ Bᵀ; W and b are frozen."""

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        down: Tensor,
        up: Tensor,
        scale: float,
        share: float,
        dtype: torch.dtype,
    ) -> Tensor:
        """Return the output [..., out] in `dtype`.

        Args:
            ctx: Of torch.
            x: Input [..., in].
            weight: W [out, in].
            bias: b [out], or None.
            down: A [rank, in].
            up: B [out, rank].
            scale: s.
            share: Probability with which an entry of x does not reach A, in [0, 1).
            dtype: In which all products are taken.
        """
        rows = x.reshape(-1, x.shape[-1]).to(dtype)
        kept, gain = keep(rows.shape, share, dtype, rows.device) if share else (None, 1.0)
        scale *= gain
        weight, down, up = weight.to(dtype), down.to(dtype), (up * scale).to(dtype)
        seen = rows if kept is None else rows * kept
        narrow = seen @ down.T
        result = nn.functional.linear(rows, weight, None if bias is None else bias.to(dtype)).addmm_(narrow, up.T)
        ctx.save_for_backward(weight, down, up, kept, seen, narrow)
        ctx.scale, ctx.shape, ctx.dtype = scale, x.shape, x.dtype
        return result.view(*x.shape[:-1], -1)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Return the gradients of x, A and B; A and B are kept in float32 or as the model is."""
        weight, down, up, kept, seen, narrow = ctx.saved_tensors
        gradient = gradients[0].reshape(-1, gradients[0].shape[-1])
        inner = gradient @ up
        back = None
        if ctx.needs_input_grad[0]:
            back = gradient @ weight
            if kept is None:
                back.addmm_(inner, down)
            else:
                back += (inner @ down).mul_(kept)
            back = back.to(ctx.dtype).view(ctx.shape)
        return back, None, None, inner.T @ seen, (gradient.T @ narrow) * ctx.scale, None, None, None


def keep(shape: torch.Size, share: float, dtype: torch.dtype, device: torch.device) -> tuple[Tensor, float]:
    """Return what dropout multiplies entries by, 0 with the probability `share` and else 1; and what restores the mean.

    Args:
        shape: Of the entries.
        share: In [0, 1).
        dtype: Of the zeros and ones.
        device: Where they are wanted.
    """
    dropped = min(round(share * GRAINS), GRAINS - 1)
    words = torch.empty(-(-shape.numel() // 4), dtype=torch.int64, device=device).random_(-(2**63), None)
    bits = words.view(torch.int16)[: shape.numel()].view(shape)
    # Into whole numbers of the same width and from there on to the type: a sixth of the time that truth values take.
    stays = torch.ge(bits, dropped - GRAINS // 2, out=torch.empty_like(bits))
    return stays.to(dtype), GRAINS / (GRAINS - dropped)
