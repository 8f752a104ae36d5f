"""What follows the last attention is computed for the tokens that an answer follows, and for no others."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn


@contextmanager
def telling_only(model: nn.Module, places: Tensor) -> Iterator[None]:
    """Let the last feed-forward part and the output head of a transformers model compute some places alone.

    The logits that the model returns are those of the places [1, N, vocabulary]; other hidden states lack the last
    feed-forward part. Nothing is done to that part where its block is computed again on the way back, where somebody
    else looks at it, or where it is a mixture of experts, which may return more than hidden states.

    Args:
        model: The model.
        places: Which tokens, bool [B, T].
    """
    with ExitStack() as hooks:
        last = _last_part(model)
        if last is not None:
            enter = last.register_forward_pre_hook(lambda _, given: (_chosen(given[0], places), *given[1:]))
            leave = last.register_forward_hook(lambda _, __, found: _spread(found, places))
            hooks.callback(enter.remove)
            hooks.callback(leave.remove)
        head: nn.Module = model.get_output_embeddings()  # type: ignore[operator]  # of a transformers model
        hook = head.register_forward_pre_hook(lambda _, given: (_chosen(given[0], places), *given[1:]))
        hooks.callback(hook.remove)
        if type(head) is nn.Linear and "forward" not in vars(head):
            head.forward = partial(_linear, head)  # type: ignore[method-assign]
            hooks.callback(delattr, head, "forward")
        yield


def _last_part(model: nn.Module) -> nn.Module | None:
    blocks: Any = getattr(model.get_decoder(), "layers", None)  # type: ignore[operator]
    last = blocks[-1] if blocks else None
    part = getattr(last, "mlp", None)
    watched = part is None or part._forward_hooks or part._forward_pre_hooks or hasattr(part, "experts")
    return None if watched or getattr(last, "gradient_checkpointing", False) else part


def _linear(head: nn.Linear, states: Tensor) -> Tensor:
    """Return what a head makes of hidden states; torch itself turns the weight before it casts it, which is slow."""
    device = states.device.type
    dtype = torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else states.dtype
    bias = None if head.bias is None else head.bias.to(dtype)
    return nn.functional.linear(states.to(dtype), head.weight.to(dtype), bias)


def _chosen(states: Tensor, places: Tensor) -> Tensor:
    """Return hidden states [B, T, width] of the places [1, N, width]."""
    return states[places.to(states.device)][None]


def _spread(found: Tensor, places: Tensor) -> Tensor:
    """Return what was computed of the places [1, N, width], with 0 for all others [B, T, width]."""
    whole = found.new_zeros(*places.shape, found.shape[-1])
    whole[places.to(found.device)] = found[0]
    return whole
