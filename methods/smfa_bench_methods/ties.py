"""TIES merging (arXiv 2306.01708) of SMFA's forgetting adapter and retaining anchor: trim, elect signs, merge."""

from collections.abc import Sequence
from typing import cast

import torch
from pydantic import Field
from torch import Tensor

from smfa_bench.config import LoraConfig
from smfa_bench.data.refusals import POOL_SIZE
from smfa_bench.data.sample import UnlearnData
from smfa_bench.method import Method
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress
from smfa_bench.training.lora import train_lora
from smfa_bench_methods.dense_adapter import DenseAdapter
from smfa_bench_methods.mixture import refusal_mixture


class TiesConfig(LoraConfig):
    """Options of TIES."""

    keep: float = Field(default=0.5, gt=0, le=1, description="Share of entries that each change keeps, the largest.")
    scale: float = Field(default=1.0, gt=0, allow_inf_nan=False, description="Factor of the merged change.")
    refusals: int = Field(default=POOL_SIZE, ge=1, le=POOL_SIZE, description="Number of different refusals taught.")


class Ties(Method):
    """W = W_o + λ · TIES(ΔW_f, ΔW_a): SMFA's two trainings, merged instead of sculpted."""

    Config = TiesConfig

    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> DenseAdapter:
        """Train both changes from the vanilla weights and merge them."""
        config = cast(TiesConfig, self.config)
        mixture = refusal_mixture(data, refusals=config.refusals, seed=seed)
        title = "TIES forgetting adapter"
        forgetting = train_lora(model, [mixture], config, title=title, seed=seed, progress=progress)
        title = "TIES retaining anchor"
        anchor = train_lora(model, [data.few_shot], config, title=title, seed=seed + 1, progress=progress)
        deltas = {
            name: config.scale * merged([factors.delta(), anchor.factors[name].delta()], keep=config.keep)
            for name, factors in forgetting.factors.items()
        }
        curves = {"forgetting": forgetting.losses, "anchor": anchor.losses}
        return DenseAdapter(model.fingerprint(), deltas, curves=curves)


def merged(changes: Sequence[Tensor], *, keep: float) -> Tensor:
    """Return the TIES merge of changes of one matrix [out, in].

    Entry by entry: the sign of the sum of the trimmed changes is elected, then those of this sign are averaged.

    Args:
        changes: At least one, all of one shape.
        keep: Share of the entries that each change keeps, in (0, 1]; trimmed matrix by matrix, our choice.
    """
    kept = torch.stack([trimmed(change, keep=keep) for change in changes])
    elected = kept.sum(0).sign()
    agreeing = (kept.sign() == elected) & (elected != 0)
    return (kept * agreeing).sum(0) / agreeing.sum(0).clamp(min=1)


def trimmed(change: Tensor, *, keep: float) -> Tensor:
    """Return a change [out, in] with all but its largest entries by size set to zero; at least one is kept."""
    flat = change.flatten()
    largest = flat.abs().topk(max(1, round(keep * flat.numel()))).indices
    return torch.zeros_like(flat).scatter(0, largest, flat[largest]).reshape(change.shape)
