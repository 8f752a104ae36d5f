"""Gradient ascent (Jang et al., arXiv 2210.01504; TOFU, arXiv 2401.06121, section 4): climb the forget set's loss."""

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


class GradientAscentConfig(LoraConfig):
    """Options of gradient ascent."""

    epochs: int | None = Field(default=2, ge=1, description="Passes over the forget set; more of them collapse.")


class GradientAscent(Method):
    """L = −L_forget, without a retain term; it collapses by nature, since −L_forget has no bound."""

    Config = GradientAscentConfig

    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> LoraAdapter:
        """Train one LoRA on the forget set."""
        trained = train_lora(
            model,
            [data.forget],
            cast(GradientAscentConfig, self.config),
            title="gradient ascent",
            seed=seed,
            progress=progress,
            loss=lambda network, batches: -cross_entropy(network, batches[0]),
        )
        return LoraAdapter(model.fingerprint(), trained.factors, curves={"gradient-ascent": trained.losses})
