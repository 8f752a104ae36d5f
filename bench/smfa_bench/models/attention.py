"""The attention that a model's decoder computes with, exchanged for a while."""

from collections.abc import Iterator
from contextlib import contextmanager

from smfa_bench.models.vision_language import VisionLanguageModel


@contextmanager
def attending_by(vlm: VisionLanguageModel, name: str) -> Iterator[bool]:
    """Let the decoder attend by an attention function of transformers for the length of a block.

    Args:
        vlm: The model.
        name: Of the function, "eager" for example.

    Yields:
        Whether it does: a decoder with attention of its own goes on with that.
    """
    decoder = vlm.model.get_decoder()
    before = decoder.config._attn_implementation
    decoder.set_attn_implementation(name)
    try:
        yield decoder.config._attn_implementation == name
    finally:
        decoder.set_attn_implementation(before)
