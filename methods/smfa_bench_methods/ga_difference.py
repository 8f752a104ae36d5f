"""GA Difference (TOFU, arXiv 2401.06121, section 4): climb the loss of the forget set, descend that of the retain."""

from typing import cast

from smfa_bench.adapter.adapter import LoraAdapter
from smfa_bench.data.sample import UnlearnData
from smfa_bench.method import Method
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress
from smfa_bench_methods.pairing import PairedConfig, climbing, train_in_pairs


class GaDifference(Method):
    """L = −L_forget + λ · L_retain, both in every step; it collapses by nature, since −L_forget has no bound."""

    Config = PairedConfig

    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> LoraAdapter:
        """Train one LoRA on the joint loss."""
        config = cast(PairedConfig, self.config)
        loss = climbing(config.retain_weight)
        return train_in_pairs(model, data, config, name="ga-difference", loss=loss, seed=seed, progress=progress)
