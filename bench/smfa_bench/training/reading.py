"""How a model under training reads its batches: padded or packed, whichever it is sure to learn the same from."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

import torch
from torch import Tensor, nn

from smfa_bench.models.encoding import Example, Tensors, collate
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.models.window import sees_all
from smfa_bench.processes import decided
from smfa_bench.training.batch import Batch
from smfa_bench.training.loop import cross_entropy
from smfa_bench.training.packing import Packed, pack
from smfa_bench.training.seen import Seen, seeing

TOLERANCES: Final = {torch.float32: 1e-4, torch.float64: 1e-4}
"""Largest difference of losses and gradients, relative to their norm, that rounding accounts for."""
TOLERANCE: Final = 0.05
"""The same in half precision, where rounding is coarse."""
MASKED: Final = ("sdpa", "eager")
"""Ways of attention that take a mask of their own for every token."""


class Reader:
    """Puts batches together for one training."""

    def __init__(self, vlm: VisionLanguageModel, seen: Seen | None) -> None:
        """Read batches padded, until `shares` is set; with `seen`, each picture once."""
        self.shares = False
        """Whether samples are packed."""
        self.turns = True
        """Whether openings may have other positions than those that count up from 0."""
        self._vlm = vlm
        self._seen = seen
        self.positions: dict[tuple[int, int], Tensor | None] = {}
        """Of openings met so far, by picture and length."""

    def batches(self, parts: Sequence[Sequence[Example]]) -> list[Tensors]:
        """Return what a step is about, a batch of each part."""
        if self._seen is not None:
            self._seen.step()
        return [self._batch(part) for part in parts]

    def _batch(self, examples: Sequence[Example]) -> Tensors:
        batch = collate(self._vlm, examples, for_generation=False)
        self._announce(batch, [example.picture for example in examples])
        return Batch(batch, partial(self.packed, examples)) if self.shares else batch

    def packed(self, examples: Sequence[Example]) -> Packed:
        """Return samples packed."""
        packed = pack(self._vlm, examples, self._turning)
        self._announce(packed.inputs, packed.pictures)
        return packed

    def _announce(self, batch: Tensors, pictures: Sequence[Tensors]) -> None:
        if self._seen is not None:
            self._seen.announce(batch, pictures)

    def _turning(self, example: Example, length: int) -> Tensor | None:
        """Return the positions that the decoder is given of an opening [K, length]; None where they count up from 0."""
        if not self.turns:
            return None
        key = (id(example.picture), length)
        if key not in self.positions:
            inputs = {name: tensor[None, :length] for name, tensor in example.tokens.items()} | example.picture
            told = {name: tensor.to(self._vlm.device) for name, tensor in inputs.items()}
            self._announce(told, [example.picture])
            self.positions[key] = _positions(self._vlm, told)
        return self.positions[key]


@contextmanager
def reading(
    vlm: VisionLanguageModel, examples: Sequence[Example], parameters: Mapping[str, Tensor]
) -> Iterator[Reader]:
    """Yield how a training reads batches, after it was tried on a few samples.

    Args:
        vlm: The model, as it will be trained but without dropout.
        examples: What it will learn from.
        parameters: What is trained.
    """
    tried = _telling(vlm, examples)
    with seeing(vlm) as seen:
        reader = Reader(vlm, seen)
        shares = bool(tried) and decided(lambda: _learns_the_same(vlm, reader, tried, parameters, packed=True))
        turns = any(positions is not None for positions in reader.positions.values())
        pictured = _pictured(examples)
        kept = seen is not None and bool(pictured)
        if kept and not shares:  # else features that were kept have been tried already
            kept = decided(lambda: _learns_the_same(vlm, reader, pictured, parameters, packed=False))
    # What was seen in the trial may be of another precision than what is seen in training.
    with seeing(vlm) as seen:
        reader = Reader(vlm, seen if kept else None)
        reader.shares, reader.turns = shares, decided(lambda: turns)
        yield reader


class _ReachedError(Exception):
    """The decoder was reached; holds the positions that it was given."""


def _positions(vlm: VisionLanguageModel, inputs: Tensors) -> Tensor | None:
    def stop(_: nn.Module, __: tuple[Any, ...], named: dict[str, Any]) -> None:
        raise _ReachedError(named.get("position_ids"))

    hook = vlm.model.get_decoder().register_forward_pre_hook(stop, with_kwargs=True)
    try:
        with torch.no_grad():
            vlm.model(**inputs, use_cache=False)
    except _ReachedError as reached:
        found: Tensor | None = reached.args[0]
    else:
        return None
    finally:
        hook.remove()
    if found is None:
        return None
    positions = found.reshape(-1, found.shape[-1]).cpu()
    plain = torch.arange(positions.shape[1]).expand_as(positions)
    return None if torch.equal(positions, plain) else positions


def _telling(vlm: VisionLanguageModel, examples: Sequence[Example]) -> list[Example]:
    """Return a few samples that tell whether a model shares: two about one picture, one about another, one about none.

    None at all if there is no picture, its end is not known, or the decoder's attention has a window or takes no mask
    of our own.
    """
    image = getattr(vlm.model.config, "image_token_id", None)
    pictured = [example for example in examples if example.picture]
    known = image is not None and all(bool((example.tokens["input_ids"] == image).any()) for example in pictured)
    masked = vlm.model.get_decoder().config._attn_implementation in MASKED
    if not pictured or not known or not masked or not sees_all(vlm, max(map(len, examples))):
        return []
    return [*_pictured(examples), *[example for example in examples if not example.picture][:1]]


def _pictured(examples: Sequence[Example]) -> list[Example]:
    """Return two samples about one picture and one about another, as far as there are any."""
    pictured = [example for example in examples if example.picture]
    about = sorted((example for example in pictured if example.picture is pictured[0].picture), key=len)
    other = [example for example in pictured if example.picture is not pictured[0].picture]
    return [*about[:1], *about[-1:], *other[:1]]


def _learns_the_same(
    vlm: VisionLanguageModel,
    reader: Reader,
    examples: Sequence[Example],
    parameters: Mapping[str, Tensor],
    *,
    packed: bool,
) -> bool:
    """Whether samples packed, or padded with features that were kept, give what they give padded and seen anew."""
    plain = _learned(vlm, collate(vlm, examples, for_generation=False), parameters)
    try:
        batch = Batch({}, partial(reader.packed, examples)) if packed else reader.batches([examples])[0]
        read = _learned(vlm, batch, parameters)
    except (RuntimeError, ValueError, TypeError, IndexError):  # a model that can't read what is packed or kept
        return False
    limit = TOLERANCES.get(vlm.model.dtype, TOLERANCE)
    return all(bool((found - own).norm() <= limit * own.norm()) for found, own in zip(read, plain, strict=True))


def _learned(vlm: VisionLanguageModel, batch: Tensors, parameters: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Return the loss and all gradients in a row."""
    loss = cross_entropy(vlm.model, batch)
    found = torch.autograd.grad(loss, list(parameters.values()), allow_unused=True)
    return loss.detach(), torch.cat([gradient.flatten().cpu() for gradient in found if gradient is not None])
