"""Openings of prompts that a model has read: their keys and values, computed once for all questions behind them."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers.cache_utils import DynamicLayer

from smfa_bench.generation.cascade import CascadeCache, UnsharedError
from smfa_bench.models.encoding import Example
from smfa_bench.models.vision_language import VisionLanguageModel


@dataclass(frozen=True)
class Opened:
    """Openings of one length after the model has read them; P of them."""

    layers: tuple[tuple[Tensor, Tensor], ...]
    """Keys and values of each layer, [P, heads, length, width]."""
    next_positions: Tensor
    """Position of the token behind each opening [P]: more or less than the length where pictures count otherwise."""

    @property
    def length(self) -> int:
        """Number of tokens of each opening."""
        return self.layers[0][0].shape[2]

    def cache_for(self, rows: Tensor, room: int) -> CascadeCache:
        """Return a cache whose rows [B] begin with the openings named, and have room for so many tokens more."""
        return CascadeCache(self.layers, rows, room)


def open_prompts(vlm: VisionLanguageModel, examples: Sequence[Example], length: int) -> Opened:
    """Read the first `length` tokens of each example, its picture among them, all at once.

    Raises:
        UnsharedError: If the model keeps anything else of it than keys and values of every token.
    """
    device = vlm.device
    inputs = {
        name: torch.stack([example.tokens[name][:length] for example in examples]).to(device)
        for name in examples[0].tokens
    }
    for name in {name: None for example in examples for name in example.picture}:
        inputs[name] = torch.cat([example.picture[name] for example in examples]).to(device)
    output = vlm.model(**inputs, use_cache=True, **kept_logits(vlm, 1))
    layers = output.past_key_values.layers
    if not all(isinstance(layer, DynamicLayer) and layer.is_initialized for layer in layers):
        raise UnsharedError
    pairs = tuple((layer.keys, layer.values) for layer in layers)
    if any(tensor.shape[2] != length for pair in pairs for tensor in pair):
        raise UnsharedError
    shift = _shift(vlm) if examples[0].picture else torch.zeros(1, dtype=torch.long)
    return Opened(pairs, length + shift.to(device).expand(len(examples)))


def kept_logits(vlm: VisionLanguageModel, last: int) -> Mapping[str, int]:
    """Return the argument by which a model makes logits of its last tokens alone; empty if it has none."""
    known = inspect.signature(vlm.model.forward).parameters
    return {"logits_to_keep": last} if "logits_to_keep" in known else {}


def _shift(vlm: VisionLanguageModel) -> Tensor:
    """Return how much further than its tokens a prompt's positions are after the pictures just read, [P] or [1]."""
    deltas = (getattr(module, "rope_deltas", None) for module in vlm.model.modules())
    return next((found.reshape(-1) for found in deltas if found is not None), torch.zeros(1, dtype=torch.long))
