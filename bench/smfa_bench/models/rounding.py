"""Weights sent through int8 and back, as a model that is stored in fewer bits has them."""

from typing import Final

import torch

from smfa_bench.models.vision_language import VisionLanguageModel

LEVELS: Final = 127
"""Largest whole number of a symmetric int8 code."""


@torch.no_grad()
def round_to_int8(vlm: VisionLanguageModel) -> None:
    """Round the decoder's linear weights in place to whole multiples of a scale, by row: the largest entry / 127."""
    for module in vlm.decoder_linears().values():
        weight = module.weight
        scale = weight.abs().amax(dim=1, keepdim=True).clamp_min(torch.finfo(weight.dtype).tiny) / LEVELS
        weight.copy_((weight / scale).round() * scale)
