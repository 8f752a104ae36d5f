"""GA Difference (TOFU, arXiv 2401.06121, section 4): climb the loss of the forget set, descend that of the retain."""

from typing import cast

from pydantic import Field

from smfa_bench.adapter.adapter import LoraAdapter
from smfa_bench.config import LoraConfig
from smfa_bench.data.sample import UnlearnData
from smfa_bench.method import Method
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress
from smfa_bench.training.loop import cross_entropy
from smfa_bench.training.lora import train_lora


class GaDifferenceConfig(LoraConfig):
    """Options of GA Difference."""

    retain_weight: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    """λ, the weight of the retain samples' loss."""


class GaDifference(Method):
    """L = −L_forget + λ · L_retain, both in every step; it collapses by nature, since −L_forget has no bound."""

    Config = GaDifferenceConfig

    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> LoraAdapter:
        """Train one LoRA on the joint loss."""
        config = cast(GaDifferenceConfig, self.config)
        trained = train_lora(
            model,
            [data.forget, data.few_shot],
            config,
            title="GA Difference",
            seed=seed,
            progress=progress,
            loss=lambda network, batches: (
                config.retain_weight * cross_entropy(network, batches[1]) - cross_entropy(network, batches[0])
            ),
        )
        return LoraAdapter(model.fingerprint(), trained.factors, curves={"ga-difference": trained.losses})
