"""What an unlearning method returns: a change of the decoder's weight matrices, applied and taken back at will."""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Self

import torch
from pydantic import JsonValue
from torch import Tensor, nn

from smfa_bench.adapter.low_rank import LowRank
from smfa_bench.data.validation import Validation
from smfa_bench.errors import BenchError
from smfa_bench.models.quantization import is_packed
from smfa_bench.models.vision_language import VisionLanguageModel


class Modality(StrEnum):
    """Whether a question comes with a picture; a routed adapter changes the weights differently for each."""

    IMAGE = "image"
    TEXT = "text"


@dataclass
class Adapter(ABC):
    """A change of a model's weights and what made it."""

    kind: ClassVar[str]
    """Name in the entry-point group `smfa_bench.adapters`, by which a saved adapter is read."""

    model_fingerprint: str
    """Fingerprint of the model it was made for; it attaches to no other."""
    curves: dict[str, list[float]] = field(default_factory=dict, kw_only=True)
    """Loss of every step, by name of the training."""
    validation: Validation | None = field(default=None, kw_only=True)
    """What was validated while a run had it made; a method leaves it alone."""

    @property
    def routed(self) -> bool:
        """Whether `delta` depends on the modality."""
        return False

    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """Return the full names of the linear layers it changes."""

    @abstractmethod
    def delta(self, name: str, modality: Modality) -> Tensor:
        """Return the dense change [out, in] of one layer's weight, float32 on the CPU."""

    def tiles(self, name: str, modality: Modality) -> Iterator[Tensor]:
        """Yield `delta` in tiles of whole rows [rows, in], from the first row to the last.

        One tile unless an adapter can do with less memory than that.
        """
        yield self.delta(name, modality)

    def add_at_once(self, weight: Tensor, name: str, modality: Modality) -> bool:  # noqa: ARG002
        """Add `delta` to one layer's weight [out, in] in place, in a way quicker than by tiles; the sum is finite.

        False, the usual case, if there is no quicker way: the weight is as it was then.
        """
        return False

    @abstractmethod
    def tensors(self) -> dict[str, Tensor]:
        """Return what must be saved, by names free to choose."""

    @abstractmethod
    def settings(self) -> dict[str, JsonValue]:
        """Return the numbers and words that must be saved beside the tensors."""

    @classmethod
    @abstractmethod
    def restore(cls, model_fingerprint: str, tensors: Mapping[str, Tensor], settings: Mapping[str, JsonValue]) -> Self:
        """Make the adapter again from what `tensors` and `settings` returned.

        Raises:
            KeyError, TypeError, ValueError: If a part is missing or not valid.
        """

    def statistics(self) -> dict[str, JsonValue]:
        """Return what a reader of the result wants to know of the change; nothing by default."""
        return {}


@dataclass
class LoraAdapter(Adapter):
    """A change that is a LoRA product in every layer."""

    kind = "lora"

    factors: dict[str, LowRank]

    def names(self) -> tuple[str, ...]:
        """Return the names of the adapted layers."""
        return tuple(self.factors)

    def delta(self, name: str, modality: Modality) -> Tensor:
        """Return (α / r) · B · A of one layer."""
        return torch.cat([*self.tiles(name, modality)])

    def tiles(self, name: str, modality: Modality) -> Iterator[Tensor]:  # noqa: ARG002
        """Yield it by rows; never more than a tile of the product is in memory."""
        return self.factors[name].tiles()

    def tensors(self) -> dict[str, Tensor]:
        """Return both factors of each layer."""
        return factor_tensors(self.factors)

    def settings(self) -> dict[str, JsonValue]:
        """Return the scale of each layer."""
        return {"scales": factor_scales(self.factors)}

    @classmethod
    def restore(cls, model_fingerprint: str, tensors: Mapping[str, Tensor], settings: Mapping[str, JsonValue]) -> Self:
        """Make the adapter again from its factors."""
        return cls(model_fingerprint, restore_factors(tensors, settings["scales"]))


def factor_tensors(factors: Mapping[str, LowRank], prefix: str = "") -> dict[str, Tensor]:
    """Return the factors of all layers under names `<prefix><layer>.down` and `.up`."""
    downs = {f"{prefix}{name}.down": pair.down for name, pair in factors.items()}
    return downs | {f"{prefix}{name}.up": pair.up for name, pair in factors.items()}


def factor_scales(factors: Mapping[str, LowRank]) -> dict[str, JsonValue]:
    """Return the scale of every layer."""
    return {name: pair.scale for name, pair in factors.items()}


def restore_factors(tensors: Mapping[str, Tensor], scales: JsonValue, prefix: str = "") -> dict[str, LowRank]:
    """Make factors again from `factor_tensors` and `factor_scales`.

    Raises:
        KeyError, TypeError: If a tensor or a scale is missing.
    """
    if not isinstance(scales, dict):
        raise TypeError("scales is not a mapping")
    return {
        name: LowRank(tensors[f"{prefix}{name}.down"], tensors[f"{prefix}{name}.up"], float(str(scale)))
        for name, scale in scales.items()
    }


def changed_weight(weight: Tensor, adapter: Adapter, name: str, modality: Modality) -> Tensor:
    """Return a copy of one layer's weight [out, in] with the adapter's change.

    Raises:
        BenchError: If the change has another shape than the weight, or is not finite.
    """
    changed = weight.clone()
    add_change(changed, adapter, name, modality)
    return changed


def add_change(weight: Tensor, adapter: Adapter, name: str, modality: Modality) -> None:
    """Add the adapter's change to one layer's weight [out, in] in place, tile by tile.

    Raises:
        BenchError: If the change has another shape than the weight, or is not finite.
    """
    if adapter.add_at_once(weight, name, modality):
        return
    top, width = 0, weight.shape[1]
    for tile in adapter.tiles(name, modality):
        rows = weight[top : top + len(tile)]
        top, width = top + len(tile), tile.shape[1]
        if rows.shape != tile.shape:
            continue
        torch.add(rows, tile.to(rows.device), out=rows)  # the sum of half a precision is rounded once
        if not all(map(math.isfinite, rows.aminmax())):
            raise BenchError(f"the adapter's change of {name} is not finite; the method's training went astray.")
    if [top, width] != [*weight.shape]:
        raise BenchError(f"the adapter's change of {name} has the shape {[top, width]}, the layer {[*weight.shape]}.")


@contextmanager
def attached(vlm: VisionLanguageModel, adapter: Adapter | None, modality: Modality) -> Iterator[None]:
    """Change the model's weights for the length of a block; the very tensors from before come back after it.

    Packed weights stay as they are: their layers add x ΔWᵀ to their output, ΔW dense in the model's type.

    Args:
        vlm: The model that the adapter was made for.
        adapter: None changes nothing.
        modality: Which questions will be asked.

    Raises:
        BenchError: If the adapter was made for another model or fits no linear layer of the decoder, or a change is not
            finite.
    """
    if adapter is None:
        yield
        return
    if adapter.model_fingerprint != vlm.fingerprint():
        raise BenchError(
            f"the adapter was made for model {adapter.model_fingerprint}, not for {vlm.fingerprint()}; "
            "attach it to the model it was made for, or run the method again."
        )
    linears = vlm.decoder_linears()
    with ExitStack() as changes:
        for name in adapter.names():
            if name not in linears:
                raise BenchError(f"the adapter changes {name}, which is no linear layer of the decoder's blocks.")
            change = _beside if is_packed(linears[name]) else _inside
            changes.enter_context(change(linears[name], adapter, name, modality, vlm.model.dtype))
        yield


@contextmanager
def _inside(linear: nn.Linear, adapter: Adapter, name: str, modality: Modality, _: torch.dtype) -> Iterator[None]:
    """Let a layer have a changed copy of its weight."""
    before = linear.weight.data
    linear.weight.data = changed_weight(before, adapter, name, modality)
    try:
        yield
    finally:
        linear.weight.data = before


@contextmanager
def _beside(linear: nn.Linear, adapter: Adapter, name: str, modality: Modality, dtype: torch.dtype) -> Iterator[None]:
    """Let a layer whose weight is packed add to what it says what the change of the weight would have added."""
    change = torch.zeros(linear.out_features, linear.in_features, dtype=dtype, device=linear.weight.device)
    add_change(change, adapter, name, modality)

    def add(_: nn.Module, given: tuple[Tensor], said: Tensor) -> Tensor:
        return said + nn.functional.linear(given[0].to(dtype), change).to(said.dtype)

    hook = linear.register_forward_hook(add)
    try:
        yield
    finally:
        hook.remove()
