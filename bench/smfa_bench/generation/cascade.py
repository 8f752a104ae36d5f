"""Attention of many questions to openings that they share, each opening kept once and not once a question.

This is cascade or shared-prefix attention (Hydragen, arXiv 2402.05099, section 3): the queries of all questions that
begin alike meet the keys of their opening in one product of matrices. Scores of the opening and of what follows it are
normalised together, so that nothing has to be put together afterwards.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import torch
from torch import Tensor, nn
from transformers import AttentionInterface, Cache
from transformers.cache_utils import DynamicLayer
from transformers.masking_utils import AttentionMaskInterface, sdpa_mask

from smfa_bench.models.vision_language import VisionLanguageModel

CASCADE: Final = "cascade"
"""The name of this attention in transformers, which hands the argument `openings` through to it."""


class Seating:
    """Which of P openings each of B rows goes on from, and where it sits among those that go on from the same."""

    def __init__(self, rows: Tensor) -> None:
        """Seat the rows [B]; openings that no row goes on from are left out."""
        self.openings, self._opening, counts = rows.unique(return_inverse=True, return_counts=True)
        order = self._opening.argsort(stable=True)
        before = (counts.cumsum(0) - counts)[self._opening[order]]
        self._place = torch.empty_like(self._opening)
        self._place[order] = torch.arange(len(rows), device=rows.device) - before
        self._most = int(counts.max())

    def gather(self, rows: Tensor) -> Tensor:
        """Return what belongs to rows [B, heads, T, width] by opening, [P, heads, T of all its rows, width]."""
        _, heads, tokens, width = rows.shape
        gathered = rows.new_zeros(len(self.openings), self._most, heads, tokens, width)
        gathered[self._opening, self._place] = rows
        return gathered.transpose(1, 2).reshape(len(self.openings), heads, self._most * tokens, width)

    def scatter(self, gathered: Tensor) -> Tensor:
        """Return what belongs to openings, as `gather` made it, by row."""
        openings, heads, tokens, width = gathered.shape
        split = gathered.view(openings, heads, self._most, tokens // self._most, width)
        return split[self._opening, :, self._place]


class CascadeLayer(DynamicLayer):  # type: ignore[misc]  # what transformers says of itself is not read
    """Keys and values of one layer: of openings, once each, and of what each row has behind its opening."""

    def __init__(self, opening: tuple[Tensor, Tensor], rows: int, room: int) -> None:
        """Begin with nothing behind the openings; `seat` must follow.

        Args:
            opening: Keys and values of all openings, [P, heads, length, width].
            rows: Number of rows.
            room: Tokens that will follow at most: adding one copies no other.
        """
        super().__init__()
        self._opening = opening
        self.lazy_initialization(*opening)
        self.before = opening[0].shape[2]
        self.behind = 0
        self.keys, self.values = (tensor.new_empty(rows, tensor.shape[1], room, tensor.shape[3]) for tensor in opening)

    def seat(self, seating: Seating) -> None:
        """Let the rows go on from openings, as seated on the device of this layer."""
        keys, values = self._opening
        if len(seating.openings) < len(keys):
            keys, values = keys[seating.openings], values[seating.openings]
        self._seating, self._keys, self._values = seating, keys, values

    def update(self, key_states: Tensor, value_states: Tensor, *_: object, **__: object) -> tuple[Tensor, Tensor]:
        """Write new keys and values [B, heads, new, width] and return all that is behind the openings."""
        start, self.behind = self.behind, self.behind + key_states.shape[2]
        self.keys[:, :, start : self.behind] = key_states
        self.values[:, :, start : self.behind] = value_states
        return self.keys[:, :, : self.behind], self.values[:, :, : self.behind]

    def get_seq_length(self) -> int:
        """Return the number of tokens, those of the opening among them."""
        return self.before + self.behind

    def batch_select_indices(self, indices: Tensor) -> None:
        """Keep these rows, wherever the layer lies."""
        super().batch_select_indices(indices.to(self.device))

    def scores(self, queries: Tensor) -> Tensor:
        """Return products of queries [B, heads, T, width] with the keys of their openings, [B, heads, T, length]."""
        return self._seating.scatter(self._seating.gather(queries) @ self._keys.transpose(2, 3))

    def mix(self, weights: Tensor) -> Tensor:
        """Return the values of the openings, weighted [B, heads, T, length]: [B, heads, T, width]."""
        return self._seating.scatter(self._seating.gather(weights) @ self._values)


class CascadeCache(Cache):  # type: ignore[misc]  # as above
    """All layers of a batch of questions."""

    def __init__(self, layers: tuple[tuple[Tensor, Tensor], ...], rows: Tensor, room: int) -> None:
        """Begin with nothing behind the openings.

        Args:
            layers: Keys and values of all openings, [P, heads, length, width] each.
            rows: Which of them each row goes on from [B].
            room: Tokens that will follow at most.
        """
        super().__init__(layers=[CascadeLayer(opening, len(rows), room) for opening in layers])
        self._seat(rows)

    def batch_select_indices(self, indices: Tensor) -> None:
        """Keep these rows."""
        super().batch_select_indices(indices)
        self._seat(self._rows[indices])

    def _seat(self, rows: Tensor) -> None:
        self._rows = rows
        seatings = {device: Seating(rows.to(device)) for device in {layer.device for layer in self.layers}}
        for layer in self.layers:
            layer.seat(seatings[layer.device])


@contextmanager
def cascading(vlm: VisionLanguageModel) -> Iterator[None]:
    """Let the decoder attend to openings for the length of a block, in which it is given nothing but their cache."""
    decoder = vlm.model.get_decoder()
    before = decoder.config._attn_implementation
    decoder.set_attn_implementation(CASCADE)
    try:
        yield
    finally:
        decoder.set_attn_implementation(before)


def attend(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    *,
    openings: CascadeCache,
    scaling: float,
    **_: Any,
) -> tuple[Tensor, None]:
    """Attend to openings and to what is behind them; the form is that of all attention functions of transformers.

    Args:
        module: A layer's attention; its number says where keys and values are.
        query: [B, query heads, T, width].
        key: Of what is behind the openings [B, heads, S, width].
        value: The same.
        attention_mask: What is seen [B, 1, T, length + S], true or 0; None if everything.
        openings: The cache.
        scaling: What products are multiplied by.

    Returns:
        [B, T, query heads, width].
    """
    layer = openings.layers[module.layer_idx]
    count, heads, tokens, _width = query.shape
    shared = heads // key.shape[1]
    rows = (query * scaling).reshape(count, key.shape[1], shared * tokens, -1)
    scores = torch.cat([layer.scores(rows), rows @ key.transpose(2, 3)], dim=-1)
    if attention_mask is not None:
        behind = scores[..., layer.before :].view(count, -1, shared, tokens, key.shape[2])
        behind.masked_fill_(~attention_mask[:, :, None, :, layer.before :], -torch.inf)
    weights = scores.softmax(-1, dtype=torch.float32).to(query.dtype)
    mixed = layer.mix(weights[..., : layer.before]) + weights[..., layer.before :] @ value
    return mixed.view(count, heads, tokens, -1).transpose(1, 2).contiguous(), None


AttentionInterface.register(CASCADE, attend)
AttentionMaskInterface.register(CASCADE, sdpa_mask)
