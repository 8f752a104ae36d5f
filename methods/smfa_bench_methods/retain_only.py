"""Retain-only fine-tuning (a baseline of SalUn, arXiv 2310.12508): hope that forgetting comes by itself."""

from typing import cast

from smfa_bench.adapter.adapter import LoraAdapter
from smfa_bench.config import LoraConfig
from smfa_bench.data.sample import UnlearnData
from smfa_bench.errors import UsageError
from smfa_bench.method import Method
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress
from smfa_bench.training.lora import train_lora


class RetainOnly(Method):
    """L = L_retain on the few-shot retain set; the forget set is never trained on, so it is a floor for the others."""

    Config = LoraConfig

    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> LoraAdapter:
        """Train one LoRA on the true answers of the few-shot retain set.

        Raises:
            UsageError: If a set is empty.
        """
        if not data.forget:
            raise UsageError("the forget set is empty; a method needs at least one sample that is to be forgotten.")
        config = cast(LoraConfig, self.config)
        title = "retain-only fine-tuning"
        trained = train_lora(model, [data.few_shot], config, title=title, seed=seed, progress=progress)
        return LoraAdapter(model.fingerprint(), trained.factors, curves={"retain-only": trained.losses})
