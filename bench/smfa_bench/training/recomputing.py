"""Gradient checkpointing: activations of the decoder's blocks are computed again instead of kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from torch.utils.checkpoint import checkpoint
from transformers.modeling_layers import GradientCheckpointingLayer

from smfa_bench.errors import UsageError
from smfa_bench.models.vision_language import VisionLanguageModel


@contextmanager
def recomputing(vlm: VisionLanguageModel) -> Iterator[None]:
    """Recompute the decoder's activations for the length of a block, if the model's recipe asks for it.

    The last block keeps its own. Inputs of the blocks carry gradients, so that it works with everything but adapters
    frozen. transformers recomputes in blocks that are in training mode: these are, what is inside them (dropout) stays
    as it was.

    Raises:
        UsageError: If the model has no blocks that can be recomputed.
    """
    if not vlm.spec.loading.gradient_checkpointing:
        yield
        return
    blocks = [module for module in vlm.model.get_decoder().modules() if isinstance(module, GradientCheckpointingLayer)]
    if not blocks:
        raise UsageError(f"{vlm.spec.source} can't recompute its activations; leave --gradient-checkpointing out.")
    blocks.pop()  # The way back begins with the last block: what it keeps is needed at once.
    before = [block.training for block in blocks]
    words = vlm.model.get_input_embeddings()
    hook = words.register_forward_hook(lambda _module, _given, found: found.requires_grad_(True))
    try:
        for block in blocks:
            block.training = block.gradient_checkpointing = True
            block._gradient_checkpointing_func = partial(checkpoint, use_reentrant=False)
        yield
    finally:
        hook.remove()
        for block, training in zip(blocks, before, strict=True):
            block.training, block.gradient_checkpointing = training, False
