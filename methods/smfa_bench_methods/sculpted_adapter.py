"""What SMFA returns: the LoRA factors of forgetting adapter and anchor, and k; sculpted when it is attached."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Self, cast

import torch
from pydantic import JsonValue
from torch import Tensor

from smfa_bench.adapter.adapter import Adapter, Modality, factor_scales, factor_tensors, restore_factors
from smfa_bench.adapter.low_rank import LowRank
from smfa_bench_methods import fused_sculpting
from smfa_bench_methods.sculpting import Mask, Scale, frobenius_norm, scale_ratio, sculpting_mask

Factors = Mapping[str, LowRank]


class Combination(StrEnum):
    """How a forgetting adapter for picture questions and one for text questions become one change."""

    SUM = "sum"
    AVERAGE = "average"
    ROUTE = "route"
    """Each question gets the adapter of its modality."""


@dataclass(frozen=True)
class Sculpting:
    """How the forgetting changes are sculpted and combined."""

    k: dict[str, float]
    """k of each forgetting adapter by its name; at least 0, may be infinite."""
    mask: Mask
    scale: Scale
    combination: Combination


@dataclass
class SculptedAdapter(Adapter):
    """One or two forgetting adapters, an anchor, and the sculpting; another k needs no training."""

    kind = "sculpted"

    forgetting: dict[str, Factors]
    """Factors by name of the forgetting adapter ("mixed", or "image" and "text"), then by layer."""
    anchor: Factors
    sculpting: Sculpting

    @property
    def routed(self) -> bool:
        """Whether the change depends on the modality."""
        return len(self.forgetting) > 1 and self.sculpting.combination is Combination.ROUTE

    def resculpted(self, k: dict[str, float]) -> "SculptedAdapter":
        """Return the same training with another k."""
        return replace(self, sculpting=replace(self.sculpting, k=k))

    def names(self) -> tuple[str, ...]:
        """Return the names of the adapted layers."""
        return tuple(self.anchor)

    def delta(self, name: str, modality: Modality) -> Tensor:
        """Return the sculpted change of one layer [out, in]."""
        return torch.cat([*self.tiles(name, modality)])

    def tiles(self, name: str, modality: Modality) -> Iterator[Tensor]:
        """Yield it by rows: factors become dense, are masked and combined one tile after the other."""
        parts = [modality.value] if self.routed else list(self.forgetting)
        for sculpted in zip(*(self._sculpted(part, name) for part in parts), strict=True):
            total = sculpted[0][0]
            for change, _ in sculpted[1:]:
                total = total + change
            yield total / len(parts) if self.sculpting.combination is Combination.AVERAGE else total

    def add_at_once(self, weight: Tensor, name: str, modality: Modality) -> bool:
        """Add the change in one compiled pass, if one forgetting adapter is masked by direction and compiling pays."""
        part = modality.value if self.routed else next(iter(self.forgetting))
        k, mask = self.sculpting.k[part], self.sculpting.mask
        alone = self.routed or len(self.forgetting) == 1
        if not alone or mask not in (Mask.BOTH, Mask.DIRECTION) or math.isinf(k) or weight.device.type != "cpu":
            return False
        pair, anchor = self.forgetting[part][name], self.anchor[name]
        fits = [len(pair.up), pair.down.shape[1]] == [*weight.shape]
        rows = fused_sculpting.compiled() if fits and fused_sculpting.pays(self.anchor.values()) else None
        if rows is None:
            return False
        factor = 0.0 if mask is Mask.DIRECTION else k * self._ratios[part][name]
        return fused_sculpting.add_sculpted(weight, pair, anchor, factor=factor, rows=rows)

    def tensors(self) -> dict[str, Tensor]:
        """Return the factors of the forgetting adapters and of the anchor."""
        tensors = factor_tensors(self.anchor, "anchor/")
        for part, factors in self.forgetting.items():
            tensors |= factor_tensors(factors, f"{part}/")
        return tensors

    def settings(self) -> dict[str, JsonValue]:
        """Return scales and sculpting; an infinite k is written as "inf"."""
        return {
            "forgetting": {part: factor_scales(factors) for part, factors in self.forgetting.items()},
            "anchor": factor_scales(self.anchor),
            "k": {part: str(k) for part, k in self.sculpting.k.items()},
            "mask": self.sculpting.mask.value,
            "scale": self.sculpting.scale.value,
            "combination": self.sculpting.combination.value,
        }

    @classmethod
    def restore(cls, model_fingerprint: str, tensors: Mapping[str, Tensor], settings: Mapping[str, JsonValue]) -> Self:
        """Make the adapter again."""
        scales = cast("dict[str, JsonValue]", settings["forgetting"])
        return cls(
            model_fingerprint,
            {part: restore_factors(tensors, part_scales, f"{part}/") for part, part_scales in scales.items()},
            restore_factors(tensors, settings["anchor"], "anchor/"),
            Sculpting(
                k={part: float(k) for part, k in cast("dict[str, str]", settings["k"]).items()},
                mask=Mask(str(settings["mask"])),
                scale=Scale(str(settings["scale"])),
                combination=Combination(str(settings["combination"])),
            ),
        )

    def statistics(self) -> dict[str, JsonValue]:
        """Return the share of masked entries of every matrix and of all together, by forgetting adapter."""
        statistics: dict[str, JsonValue] = {}
        for part in self.forgetting:
            masked = {name: sum(int(mask.sum()) for _, mask in self._sculpted(part, name)) for name in self.names()}
            entries = {name: len(pair.up) * pair.down.shape[1] for name, pair in self.anchor.items()}
            shares = {name: masked[name] / entries[name] for name in masked}
            k = self.sculpting.k[part]
            statistics[part] = {
                "k": "inf" if math.isinf(k) else k,
                "masked_share": sum(masked.values()) / sum(entries.values()),
                "masked_share_by_matrix": cast("dict[str, JsonValue]", shares),
            }
        return statistics

    def _sculpted(self, part: str, name: str) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield the sculpted change of one forgetting adapter in one layer and what was masked, tiles of [rows, in]."""
        k, ratio = self.sculpting.k[part], self._ratios[part][name]
        for forgetting, anchor in zip(self.forgetting[part][name].tiles(), self.anchor[name].tiles(), strict=True):
            mask = sculpting_mask(forgetting, anchor, k=k, ratio=ratio, mask=self.sculpting.mask)
            yield forgetting.mul_(~mask), mask

    @cached_property
    def _ratios(self) -> dict[str, dict[str, float]]:
        """ρ by forgetting adapter and layer."""
        anchor = {name: frobenius_norm(factors) for name, factors in self.anchor.items()}
        ratios = {}
        for part, layers in self.forgetting.items():
            norms = {name: frobenius_norm(factors) for name, factors in layers.items()}
            if self.sculpting.scale is Scale.GLOBAL:
                whole = scale_ratio(math.hypot(*norms.values()), math.hypot(*anchor.values()))
                ratios[part] = dict.fromkeys(norms, whole)
            else:
                ratios[part] = {name: scale_ratio(norm, anchor[name]) for name, norm in norms.items()}
        return ratios
