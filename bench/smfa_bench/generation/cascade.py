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

from smfa_bench.models.attention import attending_by
from smfa_bench.models.vision_language import VisionLanguageModel

CASCADE: Final = "cascade"
"""The name of this attention in transformers, which hands the argument `openings` through to it."""
UNKNOWN: Final = ("s_aux", "position_bias", "indices")
"""Arguments of transformers' attention functions that this one does not know."""


class UnsharedError(Exception):
    """What a model keeps of an opening can't be shared."""


class Bucket:
    """Openings that are gone on from by about as many rows each, P of them."""

    def __init__(self, openings: Tensor, rows: Tensor, opening: Tensor, place: Tensor) -> None:
        """Seat rows.

        Args:
            openings: Which openings these are [P].
            rows: Rows that go on from them [N].
            opening: Which of the P each of these rows goes on from [N].
            place: Where it sits among those that go on from the same [N].
        """
        self.openings, self.rows = openings, rows
        self._opening, self._place = opening, place
        self._most = int(place.max()) + 1

    def times(self, rows: Tensor, matrices: Tensor) -> Tensor:
        """Return rows [N, heads, T, width], each times the matrix of its opening [P, heads, width, W]."""
        _, heads, tokens, width = rows.shape
        gathered = rows.new_zeros(len(self.openings), self._most, heads, tokens, width)
        gathered[self._opening, self._place] = rows
        product = gathered.transpose(1, 2).reshape(len(self.openings), heads, self._most * tokens, width) @ matrices
        split = product.view(len(self.openings), heads, self._most, tokens, product.shape[-1])
        return split[self._opening, :, self._place]


class Seating:
    """Which opening each of B rows goes on from: one product for all openings with like numbers of rows."""

    def __init__(self, rows: Tensor) -> None:
        """Seat the rows [B]; openings that no row goes on from are left out.

        Openings share a bucket if their numbers of rows have one power of two above them: no more than half of what is
        computed is padding.
        """
        self.count = len(rows)
        openings, opening, counts = rows.unique(return_inverse=True, return_counts=True)
        order = opening.argsort(stable=True)
        place = torch.empty_like(opening)
        place[order] = torch.arange(len(rows), device=rows.device) - (counts.cumsum(0) - counts)[opening[order]]
        size = (counts - 1).double().add(1).log2().ceil().long()
        self.buckets = []
        for one in size.unique():
            (chosen,) = (size == one).nonzero(as_tuple=True)
            (seated,) = (size[opening] == one).nonzero(as_tuple=True)
            number = torch.searchsorted(chosen, opening[seated])
            self.buckets.append(Bucket(openings[chosen], seated, number, place[seated]))

    def parts(self, openings: Tensor) -> list[Tensor]:
        """Return what belongs to openings [P, ...] by bucket; without a copy if one bucket holds them all."""
        whole = len(self.buckets) == 1 and len(self.buckets[0].openings) == len(openings)
        return [openings] if whole else [openings[bucket.openings] for bucket in self.buckets]

    def times(self, rows: Tensor, parts: list[Tensor]) -> Tensor:
        """Return rows [B, heads, T, width], each times the matrix [heads, width, W] of its opening."""
        if len(self.buckets) == 1:
            return self.buckets[0].times(rows, parts[0])
        result = rows.new_empty(*rows.shape[:-1], parts[0].shape[-1])
        for bucket, part in zip(self.buckets, parts, strict=True):
            result[bucket.rows] = bucket.times(rows[bucket.rows], part)
        return result


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
        self.opening_length = opening[0].shape[2]
        self.length_behind = 0
        self.keys, self.values = (tensor.new_empty(rows, tensor.shape[1], room, tensor.shape[3]) for tensor in opening)

    def seat(self, seating: Seating) -> None:
        """Let the rows go on from openings, as seated on the device of this layer."""
        self._seating = seating
        self._opening_keys, self._opening_values = map(seating.parts, self._opening)

    def update(self, key_states: Tensor, value_states: Tensor, *_: object, **__: object) -> tuple[Tensor, Tensor]:
        """Write new keys and values [B, heads, new, width] and return all that is behind the openings."""
        start, end = self.length_behind, self.length_behind + key_states.shape[2]
        self.length_behind = end
        self.keys[:, :, start:end] = key_states
        self.values[:, :, start:end] = value_states
        return self.keys[:, :, :end], self.values[:, :, :end]

    def get_seq_length(self) -> int:
        """Return the number of tokens, those of the opening among them."""
        return self.opening_length + self.length_behind

    def batch_select_indices(self, indices: Tensor) -> None:
        """Keep these rows, wherever the layer lies."""
        super().batch_select_indices(indices.to(self.device))

    def scores(self, queries: Tensor) -> Tensor:
        """Return products of queries [B, heads, T, width] with the keys of their openings, [B, heads, T, length]."""
        return self._seating.times(queries, [keys.transpose(2, 3) for keys in self._opening_keys])

    def mix(self, weights: Tensor) -> Tensor:
        """Return the values of the openings, weighted [B, heads, T, length]: [B, heads, T, width]."""
        return self._seating.times(weights, self._opening_values)


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
    """Let the decoder attend to openings for the length of a block, in which it is given nothing but their cache.

    Raises:
        UnsharedError: If it has attention of its own.
    """
    with attending_by(vlm, CASCADE) as exchanged:
        if not exchanged:
            raise UnsharedError
        yield


def attend(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    *,
    openings: CascadeCache,
    scaling: float,
    softcap: float | None = None,
    **others: Any,
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
        softcap: What they are bounded by after that, softly; None leaves them as they are.
        others: What does not concern attention here; windows are wide enough, or nothing is shared.

    Returns:
        [B, T, query heads, width].

    Raises:
        UnsharedError: If it is given anything else that attention depends on.
    """
    if any(others.get(name) is not None for name in UNKNOWN):
        raise UnsharedError
    layer = openings.layers[module.layer_idx]
    count, heads, tokens, _width = query.shape
    shared = heads // key.shape[1]
    rows = (query * scaling).reshape(count, key.shape[1], shared * tokens, -1)
    scores = torch.cat([layer.scores(rows), rows @ key.transpose(2, 3)], dim=-1)
    if softcap is not None:
        scores = softcap * (scores / softcap).tanh()
    length = layer.opening_length
    if attention_mask is not None:
        behind = scores[..., length:].view(count, -1, shared, tokens, key.shape[2])  # of the same memory as scores
        behind.masked_fill_(~attention_mask[:, :, None, :, length:], -torch.inf)
    weights = scores.softmax(-1, dtype=torch.float32).to(query.dtype)
    mixed = layer.mix(weights[..., :length]) + weights[..., length:] @ value
    return mixed.view(count, heads, tokens, -1).transpose(1, 2).contiguous(), None


AttentionInterface.register(CASCADE, attend)
AttentionMaskInterface.register(CASCADE, sdpa_mask)
