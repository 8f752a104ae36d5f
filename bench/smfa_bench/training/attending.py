"""Which attention a decoder trains with: what torch fuses for a processor is slow on the way back in bfloat16."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from smfa_bench.models.attention import attending_by
from smfa_bench.models.vision_language import VisionLanguageModel

LONGEST: Final = 768
"""Tokens up to which plain products are faster; measured with heads of 48 and 64."""


@contextmanager
def attending(vlm: VisionLanguageModel, *, longest: int, mixed: bool) -> Iterator[None]:
    """Let the decoder attend by plain products for the length of a block where that is faster.

    It is on a processor that computes in bfloat16, with short samples, and where the recipe leaves the choice open.

    Args:
        vlm: The model under training.
        longest: Tokens of the longest sample.
        mixed: Whether it computes in bfloat16.
    """
    before = vlm.model.get_decoder().config._attn_implementation
    faster = mixed and vlm.device.type == "cpu" and longest <= LONGEST and vlm.spec.loading.attn is None
    if not faster or before != "sdpa":
        yield
        return
    with attending_by(vlm, "eager"):
        yield
