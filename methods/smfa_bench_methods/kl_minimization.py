"""KL Minimization (TOFU, arXiv 2401.06121, section 4): climb the forget loss, stay with the vanilla model elsewhere."""

from typing import cast

from pydantic import Field
from torch import Tensor, nn

from smfa_bench.adapter.adapter import LoraAdapter
from smfa_bench.data.sample import UnlearnData
from smfa_bench.method import Method
from smfa_bench.models.encoding import Tensors
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress
from smfa_bench_methods.likelihood import answer_logits, vanilla
from smfa_bench_methods.pairing import PairedConfig, climbing, train_in_pairs


class KlMinimizationConfig(PairedConfig):
    """Options of KL Minimization."""

    retain_weight: float = Field(
        default=3.0, ge=0, allow_inf_nan=False, description="Weight of the retain samples' divergence."
    )


class KlMinimization(Method):
    """L = −L_forget + α · KL(p_vanilla ‖ p) on the retain samples; it collapses by nature: −L_forget has no bound.

    The divergence is taken at answer tokens; TOFU takes it at every token, the question's too.
    """

    Config = KlMinimizationConfig

    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> LoraAdapter:
        """Train one LoRA on the joint loss."""
        config = cast(KlMinimizationConfig, self.config)
        loss = climbing(config.retain_weight, divergence)
        return train_in_pairs(model, data, config, name="kl-minimization", loss=loss, seed=seed, progress=progress)


def divergence(network: nn.Module, batch: Tensors) -> Tensor:
    """Return KL(p_vanilla ‖ p) over the vocabulary, the mean over a batch's answer tokens: a scalar, at least 0."""
    with vanilla(network):
        before = answer_logits(network, batch)[0].log_softmax(-1)
    after = answer_logits(network, batch)[0].log_softmax(-1)
    return (before.exp() * (before - after)).sum(-1).mean()
