"""Task arithmetic (arXiv 2212.04089): learn the forget set once more, and walk the other way."""

from typing import cast

import torch
from pydantic import Field

from smfa_bench.adapter.adapter import LoraAdapter
from smfa_bench.adapter.low_rank import LowRank
from smfa_bench.config import LoraConfig
from smfa_bench.data.sample import UnlearnData
from smfa_bench.method import Method
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress
from smfa_bench.training.lora import train_lora


class TaskArithmeticConfig(LoraConfig):
    """Options of task arithmetic."""

    negation: float = Field(default=3.0, gt=0, allow_inf_nan=False, description="Weight of the negated forget vector.")
    addition: float = Field(
        default=1.0,
        ge=0,
        allow_inf_nan=False,
        description="Weight of a vector learnt on the few-shot retain set; at 0 none is learnt.",
    )


class TaskArithmetic(Method):
    """W = W_o − λ · ΔW_f + μ · ΔW_a; ΔW_f was learnt on the true answers of the forget set, ΔW_a on few-shot retain."""

    Config = TaskArithmeticConfig

    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> LoraAdapter:
        """Train one task vector, or two apart from one another, and combine them."""
        config = cast(TaskArithmeticConfig, self.config)
        title = "task arithmetic: forget vector"
        forget = train_lora(model, [data.forget], config, title=title, seed=seed, progress=progress)
        vectors, curves = [(-config.negation, forget.factors)], {"forget": forget.losses}
        if config.addition > 0:
            title = "task arithmetic: retain vector"
            kept = train_lora(model, [data.few_shot], config, title=title, seed=seed + 1, progress=progress)
            vectors.append((config.addition, kept.factors))
            curves["retain"] = kept.losses
        return LoraAdapter(model.fingerprint(), weighted_sum(vectors), curves=curves)


def weighted_sum(vectors: list[tuple[float, dict[str, LowRank]]]) -> dict[str, LowRank]:
    """Return the weighted sum of low-rank changes of the same layers, by layer; its rank is the sum of the ranks.

    Args:
        vectors: Weight and factors by layer of each change; at least one.
    """
    return {name: _sum([(weight, factors[name]) for weight, factors in vectors]) for name in vectors[0][1]}


def _sum(pairs: list[tuple[float, LowRank]]) -> LowRank:
    down = torch.cat([pair.down for _, pair in pairs])
    up = torch.cat([weight * pair.scale * pair.up for weight, pair in pairs], dim=1)
    return LowRank(down, up, 1.0)
