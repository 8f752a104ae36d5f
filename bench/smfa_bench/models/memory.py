"""How much memory a decoder needs, by formula: weights, LoRA in training, activations, and the cache of answering.

For decoders in the manner of Llama: attention with grouped keys, gated MLP, RMS norms. Vision tower and projector, and
what the allocator and the libraries take, are not in it.
"""

from dataclasses import dataclass
from typing import Any, Final

TRAINED: Final = 16
"""Bytes of a LoRA parameter in training: float32 value, gradient and two AdamW moments."""
MOVED: Final = 12
"""Bytes that a weight takes beside its own when it is trained itself: gradient and two AdamW moments."""


@dataclass(frozen=True)
class Shape:
    """The sizes of a decoder."""

    hidden: int
    mlp: int
    layers: int
    heads: int
    key_heads: int
    head_width: int
    words: int
    tied: bool
    """Whether the output head is the word embeddings."""

    def linears(self) -> list[tuple[int, int]]:
        """Return the sizes (in, out) of a block's linear layers."""
        queries, keys = self.heads * self.head_width, self.key_heads * self.head_width
        attention = [(self.hidden, queries), (self.hidden, keys), (self.hidden, keys), (queries, self.hidden)]
        return [*attention, (self.hidden, self.mlp), (self.hidden, self.mlp), (self.mlp, self.hidden)]


def shape_of(config: Any) -> Shape | None:
    """Return the sizes of a model's decoder; None if it is no decoder of this kind, or its config says them otherwise.

    Args:
        config: Of an image-text-to-text model of transformers.
    """
    text = config.get_text_config(decoder=True)
    mixture = any(name.startswith(("num_experts", "num_local_experts", "n_routed_experts")) for name in text.to_dict())
    try:
        shape = Shape(
            hidden=text.hidden_size,
            mlp=text.intermediate_size,
            layers=text.num_hidden_layers,
            heads=text.num_attention_heads,
            key_heads=getattr(text, "num_key_value_heads", None) or text.num_attention_heads,
            head_width=getattr(text, "head_dim", None) or text.hidden_size // text.num_attention_heads,
            words=text.vocab_size,
            tied=bool(getattr(config, "tie_word_embeddings", False)),
        )
    except AttributeError:
        return None
    return None if mixture else shape


def weights(shape: Shape, *, width: int, linear: float | None = None) -> int:
    """Return the bytes of all weights.

    Args:
        shape: The decoder.
        width: Bytes of a number: 4 for float32, 2 for bfloat16 and float16.
        linear: Bytes of a number in the blocks' linear layers, where they are packed.
    """
    packed = shape.layers * sum(size_in * size_out for size_in, size_out in shape.linears())
    words = shape.words * shape.hidden * (1 if shape.tied else 2)
    others = shape.layers * 2 * shape.hidden + words + shape.hidden
    return int(packed * (width if linear is None else linear)) + width * others


def lora(shape: Shape, *, rank: int) -> int:
    """Return the bytes of LoRA matrices on every linear layer in training: values, gradients, moments."""
    return TRAINED * rank * shape.layers * sum(size_in + size_out for size_in, size_out in shape.linears())


def activations(
    shape: Shape, *, rank: int, tokens: int, width: int, told: int | None = None, recomputed: bool = False
) -> int:
    """Return the bytes that a step of LoRA training with dropout keeps for the way back.

    The counts of numbers a token and block were read off torch's saved tensors (attention `sdpa`): 16 of the hidden
    width, 2 of the keys' width, 5 of the MLP's width, 7 of the rank; the first block keeps 2.75 hidden widths fewer.

    Args:
        shape: The decoder.
        rank: Of the LoRA matrices.
        tokens: Of the whole batch, padding and picture tokens included.
        width: Bytes of a number.
        told: For how many of the tokens the output head is computed; for all unless given.
        recomputed: Whether of all blocks but one nothing is kept but what goes in (gradient checkpointing).
    """
    keys = shape.key_heads * shape.head_width
    block = 16 * shape.hidden + 2 * keys + 5 * shape.mlp + 7 * rank + shape.heads + 2
    whole = 1 if recomputed else shape.layers
    kept = whole * block + (shape.layers - whole) * shape.hidden - 2.75 * shape.hidden
    return int(width * (tokens * kept + (tokens if told is None else told) * shape.words))


def answering(shape: Shape, *, tokens: int, width: int) -> int:
    """Return the bytes of keys and values that are kept while a batch is answered."""
    return 2 * shape.layers * shape.key_heads * shape.head_width * tokens * width
