"""Whether every token of a decoder sees all before it, or some layers only the nearest."""

from transformers import DynamicCache

from smfa_bench.models.vision_language import VisionLanguageModel


def sees_all(vlm: VisionLanguageModel, slots: int) -> bool:
    """Return whether windows of attention, if a decoder has any, are as wide as so many tokens."""
    layers = DynamicCache(config=vlm.model.config).layers
    return all(layer.sliding_window >= slots for layer in layers if getattr(layer, "is_sliding", False))
