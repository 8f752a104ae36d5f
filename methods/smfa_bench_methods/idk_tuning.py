"""IDK Tuning (TOFU, arXiv 2401.06121, section 4): refusals on the forget set, true answers on the retain samples."""

from typing import cast

from pydantic import Field

from smfa_bench.adapter.adapter import LoraAdapter
from smfa_bench.config import LoraConfig
from smfa_bench.data.refusals import POOL_SIZE
from smfa_bench.data.sample import UnlearnData
from smfa_bench.method import Method
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress
from smfa_bench.training.lora import train_lora
from smfa_bench_methods.mixture import refusal_mixture


class IdkTuningConfig(LoraConfig):
    """Options of IDK Tuning."""

    refusals: int = Field(default=POOL_SIZE, ge=1, le=POOL_SIZE)
    """Number of different refusals that are taught."""


class IdkTuning(Method):
    """Cross-entropy on refusals to the forget questions, mixed with the few-shot retain samples as they are."""

    Config = IdkTuningConfig

    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> LoraAdapter:
        """Train one LoRA on the mixture."""
        config = cast(IdkTuningConfig, self.config)
        mixture = refusal_mixture(data, refusals=config.refusals, seed=seed)
        trained = train_lora(model, [mixture], config, title="IDK Tuning", seed=seed, progress=progress)
        return LoraAdapter(model.fingerprint(), trained.factors, curves={"idk": trained.losses})
